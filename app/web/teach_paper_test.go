package web

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// numbered are the numbers of a sheet's tasks with their stems, in order.
func (p *page) numbered() (list []string) {
	p.t.Helper()
	for _, n := range p.all("section") {
		if attr(n, "class") != "task" {
			continue
		}
		task := &page{t: p.t, root: n}
		for _, stem := range append(task.all("h2"), task.all("h3")...) {
			if strings.Contains(attr(stem, "class"), "stem") {
				list = append(list, textOf(task.all("span")[0])+" "+textOf(stem))
			}
		}
	}
	return list
}

// TestLessonKey: the key has the questions of the public worksheet with its numbers, and none that is kept for a Test
// unless that is asked for.
func TestLessonKey(t *testing.T) {
	t.Parallel()
	for _, w := range []*world{newWorld(t), newWorld(t, withWorkshop)} {
		teacher := w.teacher("Frau.Lange")
		for _, l := range w.server.site().module.Lessons {
			for _, part := range l.Parts() {
				query := "?part=" + part
				at := "/en/teach/lessons/" + l.ID + "/key" + query
				sheet, key := w.client().get("/en/lessons/"+l.ID+"/worksheet"+query).want(http.StatusOK), teacher.get(at).want(http.StatusOK)
				if got, want := key.numbered(), sheet.numbered(); len(want) == 0 || !cmp.Equal(got, want) {
					t.Errorf("%s: the key has %v, the worksheet %v", at, got, want)
				}
				reserved, ok := w.server.site().reserved[l.ID+"#"+part]
				for _, q := range reserved.Questions {
					key.lacks(q.Stem["en"])
				}
				if !ok {
					teacher.get(at + "&reserve=1").want(http.StatusNotFound)
					continue
				}
				kept := teacher.get(at+"&reserve=1").want(http.StatusOK, "These are the questions kept for a Test.")
				for _, q := range reserved.Questions {
					kept.want(http.StatusOK, append(reasonsIn(t, q.Body, "en"), q.Stem["en"])...)
				}
				if got := len(kept.numbered()); got != len(reserved.Questions) {
					t.Errorf("%s: %d of %d questions kept for a Test", at, got, len(reserved.Questions))
				}
				p := w.client().get(at + "&reserve=1")
				if p.status != http.StatusSeeOther || !strings.HasPrefix(p.header.Get("Location"), "/en/teach/signin") {
					t.Errorf("nobody gets %d for %s", p.status, at)
				}
			}
		}
		for _, path := range []string{"/en/teach/lessons/nowhere/key", "/en/teach/lessons/" + w.server.site().module.Lessons[0].ID + "/key?part=nowhere"} {
			teacher.get(path).want(http.StatusNotFound)
		}
	}
}

// TestAssignmentPapers: an assignment leads to its worksheet, its key and its result sheet; a Test has no worksheet, and
// its key is that to the questions kept for it.
func TestAssignmentPapers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	c.assign("workshop", quiz.Homework, 240, nil)
	c.assign("workshop", quiz.Test, 240, nil)
	home, test := c.teacher.get(c.path("en", "/assignments/1")), c.teacher.get(c.path("en", "/assignments/2"))
	for _, row := range []struct {
		p    *page
		link string
		want []string
	}{
		{home, "/worksheet", []string{"/en/lessons/workshop/worksheet"}},
		{home, "/key", []string{"/en/teach/lessons/workshop/key"}},
		{test, "/worksheet", nil},
		{test, "/key", []string{"/en/teach/lessons/workshop/key?reserve=1"}},
		{home, "/sheet", []string{c.path("en", "/assignments/1/sheet")}},
	} {
		if got := row.p.links(row.link); !cmp.Equal(got, row.want) {
			t.Errorf("%s: links to %v, want %v", row.p.path, got, row.want)
		}
	}
}

// TestSheet: a row a pupil, with what counts, and its mean and median.
func TestSheet(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	a := c.assign("workshop", quiz.Homework, 240, nil)
	late := c.pupil("Alter Dachs")
	c.attempt(late, a, time.Unix(a.Due, 0).Add(time.Hour), allRight, true)
	c.attempt(c.pupil("Bunter Falke"), a, now.Add(-200*time.Hour), allWrong, true)
	c.attempt(c.pupil("Cooler Igel"), a, now.Add(-200*time.Hour), allWrong, true)
	c.pupil("Durstiger Uhu")
	p := c.teacher.get(c.path("en", "/assignments/1/sheet")).want(http.StatusOK, "9b", "3 of 4 have handed in.", "33%", "The median is 0%.")
	var rows []string
	for _, n := range p.all("tr") {
		rows = append(rows, textOf(n))
	}
	for i, want := range []string{"", "Alter Dachs handed in 100% yes", "Bunter Falke handed in 0%", "Cooler Igel handed in 0%", "Durstiger Uhu not begun"} {
		for _, word := range strings.Fields(want) {
			if i >= len(rows) || !strings.Contains(rows[i], word) {
				t.Errorf("row %d lacks %q: %v", i, word, rows)
			}
		}
	}
}

// figuresOn are the figures of a results page, row by row, and those of the whole.
func figuresOn(p *page) (rows [][]string, whole []string) {
	section := find(p, "figures").Parent
	in := &page{t: p.t, root: section}
	for _, tr := range in.all("tr") {
		var cells []string
		for td := range tr.Descendants() {
			if td.Type == html.ElementNode && td.Data == "td" {
				cells = append(cells, strings.TrimSpace(textOf(td)))
			}
		}
		if cells != nil {
			rows = append(rows, cells)
		}
	}
	for _, dl := range in.all("dl") {
		if strings.Contains(attr(dl, "class"), "whole") {
			for _, dd := range (&page{t: p.t, root: dl}).all("dd") {
				whole = append(whole, strings.TrimSpace(textOf(dd)))
			}
		}
	}
	return rows, whole
}

// TestQuestionFigures: the figures of a demo class are those that its marks have by themselves.
func TestQuestionFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, c := w.demoClass(35)
	teacher := c.teacher
	room, err := w.server.Store.Room(t.Context(), c.class.ID)
	w.must(err)
	compared := 0
	for _, a := range room.Assignments {
		for _, method := range []quiz.Method{quiz.First, school.AllAttempts} {
			marks, guesses := c.marksOf(room, a, method)
			if len(marks.Rows) < school.EnoughAttempts {
				continue
			}
			p := teacher.get(c.path("en", "/assignments/"+strconv.Itoa(a.N)+"/results?attempts="+string(method))).want(http.StatusOK, "Numbers on the questions", strconv.Itoa(len(marks.Rows))+" attempts.")
			rows, whole := figuresOn(p)
			want, wantWhole := written(w.server.site().page("en", "/", ""), school.Analyse(marks), guesses)
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("assignment %d, %s: %s", a.N, method, diff)
			}
			if diff := cmp.Diff(wantWhole, whole); diff != "" {
				t.Errorf("assignment %d, %s, as a whole: %s", a.N, method, diff)
			}
			compared++
		}
	}
	if compared < 4 {
		t.Errorf("only %d analyses are compared", compared)
	}
}

// marksOf are what attempts of a class have earned; nothing where they were not all asked out of the same questions.
func (c *schoolroom) marksOf(room *school.Room, a school.Assignment, method quiz.Method) (marks school.Marks, guesses []*float64) {
	t, db := c.w.t, c.w.server.Store
	t.Helper()
	var e quiz.Edition
	for _, m := range room.Present() {
		found, err := db.AttemptsAt(t.Context(), []store.Place{{Learner: m.ID, Task: a.Task(room.ID)}}, c.w.server.Now())
		c.w.must(err)
		var own []*quiz.Attempt
		for _, f := range found {
			(&school.Given{Class: room.Class, Assignment: a, Member: m}).Bind(f.Attempt, c.w.server.Now())
			if f.Attempt.Settle(c.w.server.Now()); f.Attempt.Done() {
				own = append(own, f.Attempt)
			}
		}
		slices.SortFunc(own, func(a, b *quiz.Attempt) int { return a.Started.Compare(b.Started) })
		if method == quiz.First && len(own) > 1 {
			own = own[:1]
		}
		for _, attempt := range own {
			asked, err := db.Edition(t.Context(), attempt.Edition)
			c.w.must(err)
			if e.Questions == nil {
				e = asked
			}
			if asked.Hash() != e.Hash() {
				return school.Marks{}, nil
			}
			row := make([]float64, len(e.Questions))
			for i := range row {
				row[i] = math.NaN()
			}
			for i, q := range attempt.Of(asked).Questions {
				row[slices.Index(asked.Questions, q)] = attempt.Earned(i, q)
			}
			marks.Rows = append(marks.Rows, row)
		}
	}
	for i := len(e.Questions) - 1; i >= 0; i-- { // what is not scored is no item
		if q := e.Questions[i]; !q.Scored() {
			for r, row := range marks.Rows {
				marks.Rows[r] = slices.Delete(row, i, i+1)
			}
		} else {
			var guess *float64
			if g, ok := quiz.GuessScore(q); ok {
				guess = &g
			}
			marks.Max, guesses = append(marks.Max, q.Mark()), append(guesses, guess)
		}
	}
	slices.Reverse(marks.Max)
	slices.Reverse(guesses)
	return marks, guesses
}

// written is an analysis as the page writes it.
func written(p Page, a school.Analysis, guesses []*float64) (rows [][]string, whole []string) {
	say := func(v *float64, format func(float64) string) string {
		if v == nil {
			return "–"
		}
		return format(*v)
	}
	percent := func(v float64) string { return p.Percent(v / 100) }
	for i, it := range a.Items {
		if it.N < school.EnoughAttempts {
			rows = append(rows, []string{strconv.Itoa(it.N), "–", "–", "–", "–", "–"})
			continue
		}
		rows = append(rows, []string{
			strconv.Itoa(it.N), say(it.Facility, p.Percent), say(it.DiscriminationIndex, percent), say(it.DiscriminativeEfficiency, percent),
			say(it.EffectiveWeight, percent), say(guesses[i], p.Percent),
		})
	}
	return rows, []string{
		say(a.Mean, p.Index), say(a.Median, p.Index), say(a.StandardDeviation, p.Index), say(a.Skewness, p.Index), say(a.Kurtosis, p.Index),
		say(a.CIC, percent), say(a.ErrorRatio, percent), say(a.StandardError, p.Index),
	}
}

// TestFewFigures: below 20 attempts there are only counts, and why is said; from 20 on there are figures.
func TestFewFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	a := c.assign("workshop", quiz.Homework, 240, nil)
	results := c.path("en", "/assignments/1/results")
	c.teacher.get(results).want(http.StatusOK).lacks("Numbers on the questions")
	for i, name := range pupilNames(school.EnoughAttempts) {
		c.attempt(c.pupil(name), a, time.Now().Add(-200*time.Hour), luck(i, 60), true)
		if i == school.EnoughAttempts-2 {
			p := c.teacher.get(results).want(http.StatusOK, "19 attempts.", "From 20 attempts on", "chance decides", "Most common mistake").
				lacks("Discrimination", "Facility", "Standard deviation", "points in all on average")
			if rows, whole := figuresOn(p); len(rows)+len(whole) > 0 {
				t.Errorf("19 attempts have figures: %v %v", rows, whole)
			}
		}
	}
	p := c.teacher.get(results).want(http.StatusOK, "20 attempts.", "Discrimination", "Standard deviation", "points in all on average").lacks("From 20 attempts on")
	for _, n := range p.all("li") {
		if text := textOf(n); strings.Contains(text, "points in all on average") && strings.HasSuffix(strings.TrimSpace(text), " 1") {
			t.Errorf("what one alone has earned is shown: %s", text)
		}
	}
}
