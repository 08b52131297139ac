package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"eberbach/app/quiz"
)

// started is a client with an open attempt.
func started(t *testing.T, w *world) (c *client, attempt string) {
	t.Helper()
	c = w.client()
	return c, strings.Split(c.begin("en").path, "/")[3]
}

func ofKind(t *testing.T, w *world, kind string) *quiz.Question {
	t.Helper()
	for _, q := range lessonOf(t, w).Edition("").Questions {
		if q.Body.Kind() == kind {
			return q
		}
	}
	t.Fatalf("the lesson has no question of kind %s", kind)
	return nil
}

// TestClosedTab leaves in the middle and comes back: the answers are there, and the way leads to the next question.
func TestClosedTab(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	qs := lessonOf(t, w).Edition("").Questions
	for _, q := range qs[:3] {
		c.follow(c.post("/en/attempts/"+attempt+"/answers/"+q.ID, rightForm(t, q)))
	}
	c.get("/en/").want(http.StatusOK, "3 of")
	c.get("/en/me").want(http.StatusOK, "3 of")
	c.get("/en/lessons/"+theLesson).want(http.StatusOK, "3 of", "Go on")
	back := c.begin("en")
	if want := "/en/attempts/" + attempt + "/questions/" + qs[3].ID; back.path != want {
		t.Errorf("going on leads to %s, want %s", back.path, want)
	}
}

// TestAnswerOnce answers a question again in every way that happens: what was stored first stays.
func TestAnswerOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	q := ofKind(t, w, "choice")
	path := "/en/attempts/" + attempt + "/answers/" + q.ID
	c.follow(c.post(path, wrongForm(t, q))).want(http.StatusOK, "Not right")
	c.follow(c.post(path, url.Values{"_solution": {"1"}})).want(http.StatusOK, "Not right.") // no further try

	t.Run("second tab, back button, repeated request", func(t *testing.T) {
		w := &world{t, w.server, w.redis, w.url}
		c := &client{w, c.http}
		c.follow(c.post(path, rightForm(t, q))).want(http.StatusOK, "Not right.")
		c.follow(c.post(path, url.Values{})).want(http.StatusOK, "Not right.")
	})
	t.Run("double click", func(t *testing.T) {
		q := ofKind(t, w, "number")
		path := "/en/attempts/" + attempt + "/answers/" + q.ID
		var wait sync.WaitGroup
		statuses := make([]int, 8)
		for i := range statuses {
			wait.Go(func() { statuses[i] = c.post(path, rightForm(t, q)).status })
		}
		wait.Wait()
		for _, s := range statuses {
			if s != http.StatusSeeOther {
				t.Errorf("status %d, want 303 for each", s)
			}
		}
		c.get("/en/lessons/"+theLesson).want(http.StatusOK, "2 of")
	})
}

// TestDifferentTabs answers different questions at the same time: every answer is kept.
func TestDifferentTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	qs := lessonOf(t, w).Edition("").Questions[:4]
	var wait sync.WaitGroup
	for _, q := range qs {
		wait.Go(func() {
			if p := c.post("/en/attempts/"+attempt+"/answers/"+q.ID, rightForm(t, q)); p.status != http.StatusSeeOther {
				t.Errorf("%s: status %d", q.ID, p.status)
			}
		})
	}
	wait.Wait()
	c.get("/en/lessons/"+theLesson).want(http.StatusOK, "4 of")
}

// TestStartTwice presses the start button of the lesson again and again: one attempt.
func TestStartTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			p := c.post("/en/lessons/"+theLesson+"/quiz", nil)
			if !strings.Contains(p.header.Get("Location"), attempt) {
				t.Errorf("another attempt was begun: %s", p.header.Get("Location"))
			}
		})
	}
	wait.Wait()
	asked := lessonOf(t, w).Edition("").Questions[4].ID
	p := c.post("/en/lessons/"+theLesson+"/quiz", url.Values{"question": {asked}})
	if got := p.header.Get("Location"); !strings.HasSuffix(got, "/questions/"+asked) {
		t.Errorf("the question asked for is not opened: %s", got)
	}
	p = c.post("/en/lessons/"+theLesson+"/quiz", url.Values{"question": {"../../evil"}})
	if got := p.header.Get("Location"); strings.Contains(got, "evil") {
		t.Errorf("a forged question leads to %s", got)
	}
}

// TestForged sends what no form of ours sends.
func TestForged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	choice, choices, match := ofKind(t, w, "choice"), ofKind(t, w, "choices"), ofKind(t, w, "match")
	answers := "/en/attempts/" + attempt + "/answers/"

	c.post(answers+"no-such-question", url.Values{"option": {"x"}}).want(http.StatusNotFound)
	c.post("/en/attempts/no-such-attempt/answers/"+choice.ID, url.Values{"option": {"x"}}).want(http.StatusNotFound)
	c.post("/en/attempts/"+theLesson+"-aaaaaaaaaaaaaaaa/answers/"+choice.ID, rightForm(t, choice)).want(http.StatusNotFound)
	c.post(answers+choice.ID, url.Values{"option": {"no-such-option"}}).want(http.StatusUnprocessableEntity)
	c.post(answers+choice.ID, url.Values{"fraction": {"1"}}).want(http.StatusUnprocessableEntity, "Choose an answer first.")
	c.post(answers+match.ID, url.Values{match.Body.(*quiz.Match).Prompts[0].ID: {"no-such-answer"}}).want(http.StatusUnprocessableEntity)

	var every, doubled url.Values = url.Values{}, rightForm(t, choices)
	for _, o := range choices.Body.(*quiz.Choices).Options {
		every.Add("option", o.ID)
	}
	both := url.Values{"option": {choice.Body.(*quiz.Choice).Options[0].ID, choice.Body.(*quiz.Choice).Options[1].ID}}
	c.post(answers+choice.ID, both).want(http.StatusUnprocessableEntity, "Only one answer")
	doubled["option"] = append(doubled["option"], doubled["option"]...)
	c.follow(c.post(answers+choices.ID, doubled)).want(http.StatusOK, "Right.")
	c.get("/en/lessons/"+theLesson).want(http.StatusOK, "1 of") // nothing refused was counted
}

// TestTypedStays shows a refused answer again with everything that was typed, and says how to mend it.
func TestTypedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	number, match := ofKind(t, w, "number"), ofKind(t, w, "match")
	for lang, message := range map[string]string{"de": "Das ist keine Zahl", "en": "This is not a number"} {
		p := c.post("/"+lang+"/attempts/"+attempt+"/answers/"+number.ID, url.Values{"number": {`ungefähr <acht> "viel"`}})
		p.want(http.StatusUnprocessableEntity, message)
		if got := p.form("/answers/").values.Get("number"); got != `ungefähr <acht> "viel"` {
			t.Errorf("%s: the field holds %q", lang, got)
		}
	}
	prompts := match.Body.(*quiz.Match).Prompts
	bad := url.Values{prompts[0].ID: {prompts[0].Answer}, prompts[1].ID: {"forged"}}
	p := c.post("/en/attempts/"+attempt+"/answers/"+match.ID, bad).want(http.StatusUnprocessableEntity)
	if got := p.form("/answers/").values.Get(prompts[0].ID); got != prompts[0].Answer {
		t.Errorf("what was chosen is lost: %q", got)
	}
}

// TestAfterHandingIn answers too late: the result stays as it is.
func TestAfterHandingIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	qs := lessonOf(t, w).Edition("").Questions
	c.follow(c.post("/en/attempts/"+attempt+"/answers/"+qs[0].ID, rightForm(t, qs[0])))
	finish := "/en/attempts/" + attempt + "/finish"
	first := c.follow(c.post(finish, nil)).want(http.StatusOK, "1 of", "No answer")
	late := c.post("/en/attempts/"+attempt+"/answers/"+qs[1].ID, rightForm(t, qs[1]))
	if got, want := late.header.Get("Location"), "/en/attempts/"+attempt+"/result"; got != want {
		t.Errorf("a late answer leads to %q, want %q", got, want)
	}
	again := c.follow(c.post(finish, nil)).want(http.StatusOK)
	if first.text() != again.text() {
		t.Error("the result has changed after handing in")
	}
	c.get("/en/attempts/"+attempt+"/questions/"+qs[1].ID).want(http.StatusOK, "You did not answer this question.")
	if p := c.get("/en/attempts/" + attempt); p.header.Get("Location") != "/en/attempts/"+attempt+"/result" {
		t.Error("the overview of a finished attempt does not lead to its result")
	}
	// A new go is a new attempt, and the old result is still there.
	if p := c.begin("en"); strings.Contains(p.path, attempt) {
		t.Error("a finished attempt was begun again")
	}
	c.get("/en/attempts/"+attempt+"/result").want(http.StatusOK, "1 of")
	c.get("/en/me").want(http.StatusOK, "Handed in: 1 of", "Open: 0 of")
}

// TestLeave leaves the device: the next person finds nothing, and nothing is kept.
func TestLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	c.get("/en/lessons/"+theLesson).want(http.StatusOK, "Leave this device")
	c.get("/en/leave").want(http.StatusOK, "deleted")
	p := c.post("/en/leave", nil).want(http.StatusSeeOther)
	if cookie := p.header.Get("Set-Cookie"); !strings.HasPrefix(cookie, "eberbach=;") {
		t.Errorf("the cookie stays: %s", cookie)
	}
	c.get("/en/attempts/" + attempt).want(http.StatusNotFound)
	c.get("/en/me").want(http.StatusOK, "not begun anything")
	c.post("/en/leave", nil).want(http.StatusSeeOther)
}
