package web

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// withWorkshop serves the lesson of testdata, which has every kind of question and every setting.
func withWorkshop(c *Config) { c.Files.Lessons = os.DirFS("testdata/workshop") }

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (w *world) question(id string) *quiz.Question {
	w.t.Helper()
	return w.questionOf(w.server.site().module.Lessons[0].ID, id)
}

func (w *world) questionOf(lesson, id string) *quiz.Question {
	w.t.Helper()
	for _, q := range w.server.site().module.Lesson(lesson).Questions {
		if q.ID == id {
			return q
		}
	}
	w.t.Fatalf("there is no question %s", id)
	return nil
}

// workshop begins an attempt at the lesson of testdata and returns the attempt's path.
func (c *client) workshop(lang, preset string) string {
	c.w.t.Helper()
	p := c.follow(c.post("/"+lang+"/lessons/workshop/quiz", url.Values{"preset": {preset}})).want(http.StatusOK)
	return strings.Split(p.path, "/questions/")[0]
}

// TestTriesWithHints goes through the tries at a question: hint by hint, never the key before the end.
func TestTriesWithHints(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	q := w.question("opening")
	for _, lang := range []string{"de", "en"} {
		c := w.client()
		path := c.workshop(lang, "")
		at := path + "/questions/opening"
		answers := path + "/answers/opening"
		p := c.get(at).want(http.StatusOK, q.Stem[lang])
		if f := p.form("/answers/"); f.values.Get("_try") != "1" || len(f.fields["_certainty"]) != 4 {
			t.Errorf("the form of the first try: %v", f.values)
		}
		send := func(option, try, certainty string) *page {
			return c.follow(c.post(answers, url.Values{"option": {option}, "_try": {try}, "_certainty": {certainty}})).want(http.StatusOK)
		}
		p = send("march", "1", "very").want(http.StatusOK, q.Hints[0][lang])
		notGivenAway(t, p, q, lang)
		if f := p.form("/answers/"); f.values.Get("_try") != "2" || f.values.Get("option") != "march" || f.values.Get("_certainty") != "very" {
			t.Errorf("the form of the second try: %v", f.values)
		}
		if strings.Contains(p.text(), q.Hints[1][lang]) {
			t.Error("the second hint comes too early")
		}
		send("may", "1", "very") // a second tab that still shows the first try
		notGivenAway(t, c.get(at), q, lang)
		c.post(answers, url.Values{"_try": {"2"}}).want(http.StatusUnprocessableEntity, q.Hints[0][lang])
		p = send("june", "2", "unsure").want(http.StatusOK, q.Hints[1][lang])
		notGivenAway(t, p, q, lang)
		p = c.follow(c.post(answers, url.Values{"_try": {"3"}, "_solution": {"1"}})).want(http.StatusOK)
		p.want(http.StatusOK, map[string]string{"de": "im Mai", "en": "in May"}[lang], q.Evidence[0].Proof[lang])
		send("may", "3", "very") // too late, it was shown
		if strings.Contains(c.get(at).text(), map[string]string{"de": "Richtig, deine Antwort.", "en": "Right, your answer."}[lang]) {
			t.Error("the solution counts as an answer")
		}
	}
}

// TestSettings answers everything and reads from the result what weights, tries, percent and certainty made of it.
func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("en", "")
	answer := func(question string, form url.Values) *page {
		return c.follow(c.post(path+"/answers/"+question, form)).want(http.StatusOK)
	}
	answer("opening", url.Values{"option": {"may"}, "_certainty": {"fairly"}})             // 2/3 of the weight 2
	answer("stated", url.Values{"option": {"price", "guests"}, "_certainty": {"no-idea"}}) // 1: certainty is only reported
	answer("sentences", url.Values{"costs": {"fact"}, "cheap": {"fact"}})                  // wrong in part
	answer("sentences", url.Values{"costs": {"fact"}, "cheap": {"opinion"}})               // (1 + 0.75) / 2
	answer("guests", url.Values{"number": {"12.4"}})                                       // a try
	answer("guests", url.Values{"number": {"12 400"}})                                     // 2/3
	overview := c.get(path).want(http.StatusOK)
	result := c.follow(c.post(overview.form("/finish").action, nil)).want(http.StatusOK)
	// (2·2/3 + 1 + 0.875 + 2/3 + 0) / 6 = 64.6 %
	result.want(http.StatusOK, "65%", "try 2", "fairly sure", "How well you judge yourself", "too few answers yet")
	c.get("/en/me").want(http.StatusOK, "65%")
	c.get("/en/").want(http.StatusOK, "Last: 65%")
	c.post(path+"/answers/stated", url.Values{"option": {"price"}, "_certainty": {"certainly"}}).want(http.StatusSeeOther)

	again := c.workshop("en", "")
	drawn := func(path string) string {
		for _, id := range []string{"day-one", "day-two"} {
			if c.get(path+"/questions/"+id).status == http.StatusOK {
				return id
			}
		}
		t.Fatalf("%s: no question of the pool", path)
		return ""
	}
	if drawn(path) == drawn(again) {
		t.Error("the second attempt draws what was met before")
	}
	c.post(again+"/answers/stated", url.Values{"option": {"price"}, "_certainty": {"certainly"}}).want(http.StatusUnprocessableEntity)
	c.post(again+"/answers/reserve-1", url.Values{"number": {"3"}}).want(http.StatusNotFound)
}

// TestHomework changes answers until handing in, and looks for anything that tells how they are graded before that.
func TestHomework(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("de", "homework")
	q := w.question("opening")
	for _, option := range []string{"may", "march", "may"} {
		next := c.post(path+"/answers/opening", url.Values{"option": {option}, "_certainty": {"very"}}).want(http.StatusSeeOther)
		if to := next.header.Get("Location"); to != path+"/questions/stated" {
			t.Errorf("an answer leads to %s", to)
		}
		p := c.get(path + "/questions/opening").want(http.StatusOK)
		notGivenAway(t, p, q, "de")
		if got := p.form("/answers/").values.Get("option"); got != option {
			t.Errorf("the form shows %q, saved is %q", got, option)
		}
		for _, where := range []*page{p, c.get(path), c.get("/de/me"), c.get("/de/")} {
			for _, secret := range []string{"richtig", "falsch", "Noch nicht", "Prozent"} {
				if strings.Contains(strings.ReplaceAll(strings.ToLower(where.text()), "richtig, deine", ""), secret) {
					t.Errorf("%s says %q before handing in", where.path, secret)
				}
			}
		}
	}
	result := c.follow(c.post(path+"/finish", nil)).want(http.StatusOK, q.Evidence[0].Proof["de"])
	result.want(http.StatusOK, "Quiz noch einmal machen")
	c.follow(c.post(path+"/answers/opening", url.Values{"option": {"june"}})).want(http.StatusOK, "33 %") // 2 of 6

	const counts = "Dein bester Versuch zählt"
	if strings.Contains(c.get("/de/me").want(http.StatusOK).text(), counts) {
		t.Error("of one attempt it is said that the best one counts")
	}
	c.post(c.workshop("de", "homework")+"/finish", nil).want(http.StatusSeeOther)
	c.get("/de/me").want(http.StatusOK, counts, "das sind 33 %", "Abgegeben: 0 %")
	c.get("/en/me").want(http.StatusOK, "your best attempt counts, which is 33%")
}

// TestTimedTest runs a test against the clock. Who gives it is a class's business; here it is put into the store.
func TestTimedTest(t *testing.T) {
	t.Parallel()
	now := &clock{now: time.Now().Truncate(time.Second)}
	w := newWorld(t, withWorkshop, func(c *Config) { c.Now = now.Now })
	l := w.server.site().module.Lessons[0]
	e := l.Reserved("")
	if err := w.server.Store.KeepEdition(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	c := w.client()
	learner, token, err := school.NewLearner(random, now.Now())
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar.SetCookies(mustURL(t, w.url), []*http.Cookie{{Name: "eberbach", Value: token}})
	id, _ := school.NewAttemptID(school.Task{Lesson: l.ID}, random)
	work := &store.Work{Learner: learner, Attempt: quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Test, Limit: 10 * time.Minute, Extra: 1.5}, nil, now.Now())}
	if err := w.server.Store.Create(t.Context(), work, school.Progress{}.Begun(work.Attempt, work.Attempt.Grade(e), now.Now()), now.Now()); err != nil {
		t.Fatal(err)
	}
	path := "/de/attempts/" + id
	send := func(question, number string) *page {
		return c.post(path+"/answers/"+question, url.Values{"number": {number}})
	}
	c.get(path+"/questions/reserve-1").want(http.StatusOK, "Noch 15 Minuten")
	send("reserve-1", "3").want(http.StatusSeeOther)
	now.pass(15*time.Minute + quiz.Grace)
	c.get(path+"/questions/reserve-2").want(http.StatusOK, "Die Zeit ist um.")
	if to := send("reserve-2", "1").want(http.StatusSeeOther).header.Get("Location"); strings.Contains(to, "late") {
		t.Errorf("within the grace an answer leads to %s", to)
	}
	now.pass(time.Second)
	late := c.follow(send("reserve-3", "1"))
	late.want(http.StatusOK, "Deine letzte Antwort kam zu spät", "Du hast 2 von 5 Fragen beantwortet")
	for _, q := range e.Questions {
		notGivenAway(t, late, q, "de")
		notGivenAway(t, c.get(path+"/questions/"+q.ID).want(http.StatusOK), q, "de")
	}
	c.get(path).want(http.StatusSeeOther)
	c.get("/de/me").want(http.StatusOK, "Test abgegeben")
	front := c.get("/de/").want(http.StatusOK, "Test abgegeben")
	if strings.Contains(front.text(), "2 von 5") || strings.Contains(front.text(), "%") {
		t.Error("the front page tells how the test went")
	}
	c.post(path+"/finish", nil).want(http.StatusSeeOther)
	stored, err := w.server.Store.Work(t.Context(), learner.ID, school.Task{Lesson: l.ID}, id, now.Now())
	if err != nil {
		t.Fatal(err)
	}
	if stored.Attempt.Given() != 2 || !stored.Attempt.Done() || stored.Attempt.Answers[2] != nil {
		t.Errorf("stored: %+v", stored.Attempt)
	}
}

// TestUntimed: where somebody may have to pause, no clock runs.
func TestUntimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, theme := range w.server.site().module.Themes {
		for _, id := range theme.Lessons {
			err := w.server.site().module.Allows(id, quiz.Rules{Preset: quiz.Test, Limit: time.Hour})
			if (err != nil) != (theme.ID == "protection") {
				t.Errorf("%s in theme %s: %v", id, theme.ID, err)
			}
		}
	}
}

// TestWorksheet prints every question of a lesson and nothing of its answers.
func TestWorksheet(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*Config){withWorkshop, func(*Config) {}} {
		w := newWorld(t, change)
		for _, l := range w.server.site().module.Lessons {
			for _, lang := range []string{"de", "en"} {
				for _, part := range l.Parts() {
					p := w.client().get("/"+lang+"/lessons/"+l.ID+"/worksheet?part="+part).want(http.StatusOK, l.Title[lang])
					for _, q := range l.Edition(part).Questions {
						notGivenAway(t, p, q, lang)
					}
					for _, q := range l.Reserved(part).Questions {
						if strings.Contains(p.text(), q.Stem[lang]) {
							t.Errorf("%s shows the reserved question %s", p.path, q.ID)
						}
					}
					if n := len(p.all("input")) + len(p.all("select")) + len(p.all("textarea")) + len(p.all("button")); n > 0 {
						t.Errorf("%s has %d inputs", p.path, n)
					}
				}
			}
		}
	}
}
