package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestWork shows a teacher what a pupil has answered: of an open attempt what is given so far, of a Test also what its
// pupil does not see yet.
func TestWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	home := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { a.Due = now.Add(-50 * time.Hour).Unix() })
	test := c.assign("workshop", quiz.Test, 240, func(a *school.Assignment) { a.Due = now.Add(-50 * time.Hour).Unix() })
	m := c.pupil("Stiller Fuchs")
	inTime := c.attempt(m, home, now.Add(-100*time.Hour), allRight, true)
	late := c.attempt(m, home, now.Add(-10*time.Hour), allWrong, true)
	open := c.attempt(m, home, now.Add(-time.Hour), func(i int) string { return map[bool]string{true: quiz.Right, false: ""}[i < 2] }, false)
	shut := c.attempt(m, test, now.Add(-200*time.Hour), firstRight(3), true)
	at := func(a *quiz.Attempt) *page {
		t.Helper()
		return c.teacher.get(c.path("en", "/attempts/"+m.ID+"/"+a.ID)).want(http.StatusOK, "Stiller Fuchs")
	}
	p := at(inTime).want(http.StatusOK, "100%", "Handed in on", "Attempt 1 , this one counts", "Attempt 3, still open", "✓ right", "Answer ✓ right:")
	if strings.Contains(p.text(), "Your answer") || strings.Contains(p.text(), "late") || len(p.all("article")) != 5 {
		t.Errorf("handed in: %s", p.text())
	}
	p = at(late).want(http.StatusOK, "↷ late", "✗ wrong")
	if n := strings.Count(p.text(), "this one counts"); n != 1 || strings.Contains(p.text(), "Attempt 2 , this one counts") {
		t.Errorf("%d attempts count", n)
	}
	p = at(open).want(http.StatusOK, "Not handed in yet", "2 of 5 questions are answered", "✓ right")
	if n := len(p.all("article")); n != 2 {
		t.Errorf("an open attempt shows %d answers", n)
	}
	p = at(shut).want(http.StatusOK, "This test has not been released yet", "60%")
	if n := len(p.all("article")); n != 5 {
		t.Errorf("a Test shows %d answers", n)
	}
	c.as(m).get("/en/attempts/"+shut.ID+"/result").want(http.StatusOK, "You see the result as soon as it is released.")
	untouched, err := w.server.Store.Work(t.Context(), m.ID, home.Task(c.class.ID), open.ID, now)
	w.must(err)
	if untouched.Attempt.Stored() != open.Stored() || untouched.Attempt.Rev != open.Rev {
		t.Errorf("a look changed the attempt: %+v", untouched.Attempt)
	}
}

// TestComment: what a teacher says of an attempt is seen by its pupil and by nobody else, and is said once.
func TestComment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	home := c.assign("workshop", quiz.Homework, 240, nil)
	m, other := c.pupil("Stiller Fuchs"), c.pupil("Lauter Dachs")
	a, theirs := c.attempt(m, home, now.Add(-100*time.Hour), allRight, true), c.attempt(other, home, now.Add(-100*time.Hour), allRight, true)
	path := c.path("de", "/attempts/"+m.ID+"/"+a.ID)
	const said = "Genau gelesen.\nUnd E10 < E11 & „ja“? <b>Weiter so</b>"
	form := c.teacher.get(path).want(http.StatusOK, "Kommentar für Stiller Fuchs").form("/comment")
	for range 2 { // a double click
		after := c.teacher.follow(c.teacher.post(form.action, url.Values{commentField: {"  " + strings.ReplaceAll(said, "\n", "\r\n") + "\r\n"}})).want(http.StatusOK, "Der Kommentar ist gespeichert.", "Kommentar löschen")
		if got := textOf(after.all("textarea")[0]); got != folded(said) {
			t.Errorf("the form has %q", got)
		}
	}
	all, err := w.server.Store.Comments(t.Context(), m.ID)
	if err != nil || len(all) != 1 || all[a.ID].Text != said {
		t.Errorf("stored is %+v, %v", all, err)
	}
	seen := c.as(m).get("/de/attempts/"+a.ID+"/result").want(http.StatusOK, "Kommentar deiner Lehrkraft", said)
	if len(seen.all("b")) > 0 && strings.Contains(seen.body, "<b>Weiter so</b>") {
		t.Error("the comment is taken for HTML")
	}
	if links := c.as(m).get("/de/me").want(http.StatusOK, "Kommentar deiner Lehrkraft").links("#comment"); len(links) != 1 || links[0] != "/de/attempts/"+a.ID+"/result#comment" {
		t.Errorf("the pupil's page leads to %v", links)
	}
	for who, p := range map[string]*page{
		"another pupil, on their page": c.as(other).get("/de/me"),
		"another pupil":                c.as(other).get("/de/attempts/" + theirs.ID + "/result"),
		"another pupil, at this one":   c.as(other).get("/de/attempts/" + a.ID + "/result"),
		"the teacher, at another one":  c.teacher.get(c.path("de", "/attempts/"+other.ID+"/"+theirs.ID)),
		"the gradebook":                c.teacher.get(c.path("de", "/gradebook")),
		"the results":                  c.teacher.get(c.path("de", "/assignments/1/results")),
		"another teacher":              w.teacher("Herr.Dort").get(path),
		"nobody":                       w.client().get(path),
	} {
		if strings.Contains(p.body, "Genau gelesen") {
			t.Errorf("%s sees it", who)
		}
	}

	long := strings.Repeat("ä", school.MostComment)
	c.teacher.post(form.action, url.Values{commentField: {long}}).want(http.StatusSeeOther)
	p := c.teacher.post(form.action, url.Values{commentField: {long + "ß"}}).want(http.StatusUnprocessableEntity, "um 1 Zeichen zu lang", "Kürzen Sie ihn")
	area := p.all("textarea")[0]
	if textOf(area) != long+"ß" || attr(area, "aria-invalid") != "true" || !strings.Contains(attr(area, "aria-describedby"), "comment-fault") {
		t.Errorf("refused: %v", area.Attr)
	}
	c.as(m).get("/de/attempts/"+a.ID+"/result").want(http.StatusOK, long)
	for range 2 {
		c.teacher.follow(c.teacher.post(form.action, url.Values{commentField: {"x"}, removeField: {"1"}})).want(http.StatusOK, "Der Kommentar ist gelöscht.")
	}
	if strings.Contains(c.as(m).get("/de/attempts/"+a.ID+"/result").text(), "Kommentar") {
		t.Error("it was taken back and is still seen")
	}
	c.teacher.post(form.action, url.Values{commentField: {said}}).want(http.StatusSeeOther)
	c.teacher.follow(c.teacher.post(form.action, url.Values{commentField: {" \r\n "}})).want(http.StatusOK, "Der Kommentar ist gelöscht.")

	c.teacher.post(form.action, url.Values{commentField: {said}}).want(http.StatusSeeOther)
	w.must(w.server.Store.Delete(t.Context(), m.ID))
	c.teacher.get(path).want(http.StatusNotFound)
	c.teacher.post(form.action, url.Values{commentField: {said}}).want(http.StatusNotFound)
	if all, err := w.server.Store.Comments(t.Context(), m.ID); err != nil || len(all) != 0 {
		t.Errorf("of who is gone there is %+v, %v", all, err)
	}
}

// TestCommentBeforeRelease: what is said of a Test tells nothing before its release.
func TestCommentBeforeRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	test := c.assign("workshop", quiz.Test, 240, func(a *school.Assignment) { a.Due = time.Now().Add(time.Hour).Unix() })
	m := c.pupil("Stiller Fuchs")
	a := c.attempt(m, test, time.Now().Add(-2*time.Hour), allRight, true)
	c.teacher.post(c.path("de", "/attempts/"+m.ID+"/"+a.ID+"/comment"), url.Values{commentField: {"Alles richtig"}}).want(http.StatusSeeOther)
	result := func() string {
		t.Helper()
		return c.as(m).get("/de/attempts/" + a.ID + "/result").want(http.StatusOK).text()
	}
	if strings.Contains(result(), "Alles richtig") {
		t.Error("the comment is seen before the release")
	}
	after := test
	after.Released = true
	w.must(w.server.Store.ChangeAssignment(t.Context(), c.class.ID, test, after))
	if !strings.Contains(result(), "Alles richtig") {
		t.Error("the comment is not seen after the release")
	}
}

// TestResults: the question that most have missed comes first, with the wrong answer that most have given, and nobody's
// name is on the page.
func TestResults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	home := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { a.Attempts, a.Counts = 0, quiz.Highest })
	e, _ := w.server.site().given(home)
	missing := func(ids ...string) answers {
		return func(i int) string {
			// Which of a pool's questions is asked is only known then; here it is right always.
			if i < 4 && slices.Contains(ids, e.Questions[i].ID) {
				return quiz.Wrong
			}
			return quiz.Right
		}
	}
	names := pupilNames(6)
	for i, missed := range [][]string{{"stated", "opening"}, {"stated", "guests"}, {"stated", "opening"}, {"opening", "stated"}, {"stated"}} {
		c.attempt(c.pupil(names[i]), home, now.Add(-100*time.Hour), missing(missed...), true)
	}
	improved := c.pupil(names[5])
	c.attempt(improved, home, now.Add(-100*time.Hour), missing("guests", "sentences"), true)
	c.attempt(improved, home, now.Add(-90*time.Hour), missing(), true)

	order := func(p *page) (list []string) {
		t.Helper()
		for _, n := range p.all("article") {
			list = append(list, attr(n, "id"))
		}
		return list
	}
	p := c.teacher.get(c.path("en", "/assignments/1/results")).want(http.StatusOK, "6 of 6 have handed in.", "5 of 6 not fully right", "Most common mistake the depth of the pool 5 times",
		"That is not mentioned.", "What makes “the depth of the pool” look right at first?", "3 of 6 not fully right", "1 of 6 not fully right", "What everybody got right", "What is looked at:")
	if got := order(p)[:4]; !cmp.Equal(got, []string{"stated", "opening", "guests", "sentences"}) {
		t.Errorf("order %v", got)
	}
	stated := p.all("article")[0]
	if text := textOf(stated); !strings.Contains(text, "right: the price 1") || !strings.Contains(text, "the depth of the pool 5") || !strings.Contains(text, "three euros") {
		t.Errorf("the first is %s", text)
	}
	for _, name := range names {
		if strings.Contains(p.text(), name) {
			t.Errorf("the page names %s", name)
		}
	}
	first := c.teacher.get(c.path("en", "/assignments/1/results?attempts=first")).want(http.StatusOK, "This is about the first attempt of each person.")
	if got := order(first)[:4]; !cmp.Equal(got, []string{"stated", "opening", "guests", "sentences"}) && got[0] != "stated" {
		t.Errorf("order of first attempts %v", got)
	}
	first.want(http.StatusOK, "2 of 6 not fully right")
	if strings.Contains(textOf(find(first, "guests")), "123,456,789") == strings.Contains(textOf(find(first, "guests")), "123456789") {
		t.Errorf("what two have typed is missing: %s", textOf(find(first, "guests")))
	}
	if strings.Contains(p.text(), "123,456,789") || strings.Contains(p.text(), "123456789") {
		t.Error("what only one has typed is shown")
	}
}

func find(p *page, id string) *html.Node {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	p.t.Fatalf("%s: nothing is called %s", p.path, id)
	return nil
}

// TestResultsOfEveryKind: a class that misses everything gets a page for every kind of question.
func TestResultsOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, lesson := range []string{"kinds", "workshop"} {
		w := newWorld(t, withWorkshop)
		c := w.schoolroom("Frau.Hier", "9b")
		a := c.assign(lesson, quiz.Practice, 240, nil)
		for i, name := range pupilNames(4) {
			c.attempt(c.pupil(name), a, time.Now().Add(-100*time.Hour), map[bool]answers{true: allWrong, false: allRight}[i > 0], true)
		}
		for _, lang := range []string{"de", "en"} {
			p := c.teacher.get(c.path(lang, "/assignments/1/results")).want(http.StatusOK)
			for _, n := range p.all("article") {
				text := textOf(n)
				says := map[string]string{"de": "3 von 4 nicht ganz richtig", "en": "3 of 4 not fully right"}[lang]
				if q := w.questionOf(lesson, attr(n, "id")); !strings.Contains(text, says) && q.Scored() && q.Pool == "" {
					t.Errorf("%s: %s", attr(n, "id"), text)
				}
				if strings.Contains(text, "Alle 0") || strings.Contains(text, "All 0") {
					t.Errorf("of a question that nobody was asked it says %s", text)
				}
				if strings.Contains(text, "map[") || strings.Contains(p.body, "<i>something") {
					t.Errorf("%s: %s", attr(n, "id"), text)
				}
			}
			if len(p.all("article")) == 0 {
				t.Errorf("%s has no questions", lesson)
			}
		}
	}
}

// TestRegradePage: a teacher sees what a corrected key changes, then changes it for the class's task and nothing else.
func TestRegradePage(t *testing.T) {
	t.Parallel()
	old := newWorld(t, withWorkshop)
	c := old.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	home := c.assign("workshop", quiz.Homework, 240, nil)
	twin := c.assign("workshop", quiz.Homework, 240, nil)
	m, idle := c.pupil("Stiller Fuchs"), c.pupil("Lauter Dachs")
	a := c.attempt(m, home, now.Add(-100*time.Hour), allRight, true)
	c.attempt(m, twin, now.Add(-100*time.Hour), allRight, true)
	c.attempt(idle, home, now.Add(-2*time.Hour), allWrong, false)
	own := c.as(m)
	own.workshop("en", "")

	time.Sleep(2 * time.Millisecond) // a correction takes longer
	w := newWorldOn(t, old.redis, changed(t, versionCases[2].edits...))
	c.w, c.teacher.w = w, w
	results := c.path("en", "/assignments/1/results")
	link := c.teacher.get(results).want(http.StatusOK, "An answer key has been corrected since. 1 attempt is still graded by the old one.").links("/regrade")
	preview := c.teacher.get(link[0]).want(http.StatusOK, "2 of 2 attempts would change. Nothing has been changed yet.", "What does the report state?", "Stiller Fuchs", "Grade again now")
	if rows := preview.rows(); len(rows) != 3 || rows[1][0] != "Lauter Dachs" || rows[2][0] != "Stiller Fuchs" || rows[2][1] != "100%" || rows[2][2] == "100%" {
		t.Errorf("the preview says %v", rows)
	}
	before := c.standing(m, home)
	if again := c.teacher.get(link[0]).text(); !strings.Contains(again, "2 of 2 attempts would change") || c.standing(m, home).Score != before.Score {
		t.Error("a look at it changed something")
	}
	untouched := c.standing(m, twin)
	form := preview.form("/regrade")
	c.teacher.follow(c.teacher.post(form.action, nil)).want(http.StatusOK, "Graded again.", "2 attempts were looked at. There is nothing to change.")
	after := c.standing(m, home)
	if after.Score == before.Score || after.Counted != a.ID {
		t.Errorf("graded again: %+v, before %+v", after, before)
	}
	c.teacher.post(form.action, nil).want(http.StatusSeeOther) // repeated it changes nothing
	if again := c.standing(m, home); again.Score != after.Score {
		t.Errorf("graded a third time: %+v", again)
	}
	if got := c.standing(m, twin); got.Score != untouched.Score {
		t.Errorf("another assignment was graded again: %+v", got)
	}
	c.teacher.get(c.path("en", "/assignments/2/regrade")).want(http.StatusOK, "1 of 1 attempts would change")
	e, err := w.server.Store.Attempts(t.Context(), m.ID, []string{"workshop"}, now)
	w.must(err)
	present := w.server.site().versions["workshop"]
	for _, one := range e["workshop"] {
		if slices.ContainsFunc(present, func(p quiz.Edition) bool { return p.ID == one.Edition }) || len(one.Regraded) > 0 {
			t.Errorf("the pupil's own attempt was graded again: %+v", one)
		}
	}
	if strings.Contains(c.teacher.get(results).text(), "still graded by the old one") {
		t.Error("the results still say that a key has been corrected")
	}
	c.teacher.get(c.path("en", "/attempts/"+m.ID+"/"+a.ID)).want(http.StatusOK, "The answer key of this question was corrected")
}

// standing is where a pupil stands with an assignment.
func (c *schoolroom) standing(m school.Member, a school.Assignment) school.Standing {
	c.w.t.Helper()
	all, err := c.w.server.Store.Standings(c.w.t.Context(), c.class, []school.Member{m}, []school.Assignment{a}, time.Now())
	c.w.must(err)
	return all[m.ID][a.N]
}
