package web

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// schoolroom is a class with its teacher's browser, its pupils and what was given to them.
type schoolroom struct {
	w       *world
	teacher *client
	class   school.Class
	tokens  map[string]string // of the pupils' browsers, by learner
}

// schoolroom makes a class of the teacher with the user name, who may have others.
func (w *world) schoolroom(teacher, name string) *schoolroom {
	w.t.Helper()
	c := &schoolroom{w: w, teacher: w.teacher(teacher), tokens: map[string]string{}}
	owner, err := w.server.Store.TeacherNamed(w.t.Context(), teacher)
	w.must(err)
	c.class = w.storedClass(owner.ID, name)
	return c
}

// pupil lets somebody join under a name.
func (c *schoolroom) pupil(name string) school.Member {
	c.w.t.Helper()
	l, token, err := school.NewLearner(rand.Reader, c.w.server.Now())
	c.w.must(err, c.w.server.Store.CreateLearner(c.w.t.Context(), l, c.w.server.Now()))
	m, err := c.w.server.Store.Join(c.w.t.Context(), c.class.ID, l.ID, name, c.w.server.Now())
	c.w.must(err)
	c.tokens[l.ID] = token
	return m
}

// as is the browser of a pupil.
func (c *schoolroom) as(m school.Member) *client {
	c.w.t.Helper()
	browser := c.w.client()
	browser.http.Jar.SetCookies(mustURL(c.w.t, c.w.url), []*http.Cookie{{Name: c.w.server.cookieName(learnerCookie), Value: c.tokens[m.ID], Path: "/"}})
	return browser
}

// assign gives the class what a preset proposes for a lesson, with a change, so many hours ago.
func (c *schoolroom) assign(lesson string, preset quiz.Preset, hoursAgo int, change func(*school.Assignment)) school.Assignment {
	c.w.t.Helper()
	at := c.w.server.Now().Add(-time.Duration(hoursAgo) * time.Hour)
	a := school.Proposed(c.class, preset, at)
	a.Lesson, a.Created = lesson, at.Unix()
	a.Key, _ = school.NewID(rand.Reader)
	if change != nil {
		change(&a)
	}
	a, err := c.w.server.Store.Assign(c.w.t.Context(), c.class.ID, a)
	c.w.must(err)
	return a
}

// answers says of the i-th question whether it is answered right, wrong, or not at all.
type answers func(i int) string

func allRight(int) string { return quiz.Right }
func allWrong(int) string { return quiz.Wrong }

// luck answers right with a chance, and wrong or not at all otherwise.
func luck(seed, percent int) answers {
	r := mathrand.New(mathrand.NewPCG(uint64(seed), 7))
	return func(int) string {
		if r.IntN(100) < percent {
			return quiz.Right
		}
		if r.IntN(8) == 0 {
			return ""
		}
		return quiz.Wrong
	}
}

// attempt has a pupil do an assignment at a time; handing it in takes them half an hour, 0 leaves it open.
func (c *schoolroom) attempt(m school.Member, a school.Assignment, at time.Time, given answers, handIn bool) *quiz.Attempt {
	t := c.w.t
	t.Helper()
	e, ok := c.w.server.site().given(a)
	if !ok { // the pupil chooses one of two parts
		a.Part = c.w.server.site().module.Lesson(a.Lesson).Parts()[0]
		e, ok = c.w.server.site().given(a)
	}
	if !ok {
		t.Fatalf("%s has no questions for a %s", a.Lesson, a.Preset)
	}
	return c.attemptAt(m, a, e, at, given, handIn)
}

// attemptAt is attempt at a certain edition.
func (c *schoolroom) attemptAt(m school.Member, a school.Assignment, e quiz.Edition, at time.Time, given answers, handIn bool) *quiz.Attempt {
	t, db := c.w.t, c.w.server.Store
	t.Helper()
	c.w.must(db.KeepEdition(t.Context(), e))
	task := a.Task(c.class.ID)
	w, err := db.Work(t.Context(), m.ID, task, "", at)
	id, err1 := school.NewAttemptID(task, rand.Reader)
	c.w.must(err, err1)
	w.Attempt = quiz.NewAttempt(id, e, w.Given.Assignment.Rules(w.Given.Member), nil, at)
	asked := w.Attempt.Of(e)
	for i, q := range asked.Questions {
		how := given(i)
		if how == "" {
			continue
		}
		form := rightForm(t, q)
		if how == quiz.Wrong {
			form = wrongForm(t, q)
		}
		response, err := quiz.Read(q, quiz.Response(form), "en")
		c.w.must(err)
		for try := 1; try <= q.MaxTries() && !w.Attempt.Locked(i); try++ {
			sure := quiz.NotSaid
			if q.Certainty != "" {
				sure = quiz.Very
			}
			_, err := w.Attempt.Answer(i, q, quiz.Submission{Response: response, Try: try, Certainty: sure}, at.Add(time.Minute))
			c.w.must(err)
			if w.Attempt.Rules.Preset != quiz.Practice {
				break
			}
			if !w.Attempt.Locked(i) {
				_, err := w.Attempt.GiveUp(i, at.Add(time.Minute))
				c.w.must(err)
			}
		}
	}
	progress := w.Progress.Begun(w.Attempt, w.Attempt.Grade(asked), at)
	if handIn {
		w.Attempt.Finish(at.Add(30 * time.Minute))
		progress = progress.After(w.Attempt, w.Attempt.Grade(asked), at.Add(30*time.Minute))
	}
	c.w.must(db.Save(t.Context(), w, progress, at))
	return w.Attempt
}

// path is a page of the class.
func (c *schoolroom) path(lang, page string) string {
	return "/" + lang + "/teach/classes/" + c.class.ID + page
}

// pupilNames are made-up names, in no order.
func pupilNames(n int) (names []string) {
	first := []string{"Mutiger", "Leiser", "Kluger", "Bunter", "Flinker", "Sanfter", "Wacher", "Heiterer"}
	second := []string{"Otter", "Dachs", "Falke", "Luchs", "Biber", "Igel", "Kranich", "Zander", "Maulwurf", "Uhu"}
	for i := range n {
		name := first[(i*3)%len(first)] + " " + second[(i*7)%len(second)]
		if i >= 40 {
			name += fmt.Sprint(" ", i)
		}
		names = append(names, name)
	}
	return names
}

// theClass is a class of 35 in the middle of the school year: 12 assignments of which some are over, some are running and
// one has not begun.
func (w *world) theClass() *schoolroom {
	w.t.Helper()
	c := w.schoolroom("Frau.Lange", "9b Politik")
	var pupils []school.Member
	for _, name := range pupilNames(35) {
		pupils = append(pupils, c.pupil(name))
	}
	for i, l := range w.server.site().module.Lessons {
		preset := []quiz.Preset{quiz.Homework, quiz.Practice, quiz.Homework, quiz.Test}[i%4]
		if _, ok := w.server.site().given(school.Assignment{Lesson: l.ID, Preset: preset}); !ok {
			preset = quiz.Homework
		}
		hours := 24 * (8 + (11-i)*6)
		a := c.assign(l.ID, preset, hours, func(a *school.Assignment) {
			if a.Preset == quiz.Test {
				a.Due += 3600 * 24
			}
			switch i {
			case 10: // running
				a.Due = w.server.Now().Add(48 * time.Hour).Unix()
			case 11:
				a.Opens, a.Due = w.server.Now().Add(24*time.Hour).Unix(), w.server.Now().Add(240*time.Hour).Unix()
			}
		})
		if i == 11 {
			continue
		}
		begin := time.Unix(a.Opens, 0).Add(2 * time.Hour)
		for j, m := range pupils {
			skill := 35 + (j*17)%60
			switch {
			case (i+j)%11 == 0:
				continue // forgot it
			case i == 10 && j%3 != 0:
				continue
			case i == 10 && j%2 == 0:
				c.attempt(m, a, w.server.Now().Add(-2*time.Hour), luck(i*100+j, skill), false)
			case (i+j)%9 == 0 && a.Late == school.LateMark:
				c.attempt(m, a, time.Unix(a.Due, 0).Add(5*time.Hour), luck(i*100+j, skill), true)
			default:
				c.attempt(m, a, begin, luck(i*100+j, skill), true)
			}
			if preset == quiz.Homework && (i+j)%13 == 1 {
				c.attempt(m, a, begin.Add(3*time.Hour), luck(i*100+j+1, skill+10), true)
			}
		}
	}
	return c
}

// member reads a class's member anew.
func (c *schoolroom) room() *school.Room {
	c.w.t.Helper()
	room, err := c.w.server.Store.Room(c.w.t.Context(), c.class.ID)
	c.w.must(err)
	return room
}

// links are the addresses of a page's links that contain the text, in document order.
func (p *page) links(contains string) (list []string) {
	for _, n := range p.all("a") {
		u, err := url.Parse(attr(n, "href"))
		if err == nil && strings.Contains(u.String(), contains) {
			list = append(list, u.String())
		}
	}
	return list
}

// asTeacher signs the class's teacher in.
func (b *browser) asTeacher(c *schoolroom) {
	b.t.Helper()
	for _, cookie := range c.teacher.http.Jar.Cookies(mustURL(b.t, c.w.url)) {
		b.cookie(cookie.Name, cookie.Value)
	}
}

func (b *browser) cookie(name, value string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: b.base}); err != nil {
		b.t.Fatal(err)
	}
}
