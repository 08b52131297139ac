package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAway takes the database away and freezes it: within two seconds a page says so, what was typed is still there,
// reading goes on, and when it is back everything works without a restart.
func TestAway(t *testing.T) {
	for _, how := range []struct {
		name       string
		away, back func(w *world)
	}{
		{"gone", func(w *world) { w.redis.Kill() }, func(w *world) { w.redis.Start() }},
		{"frozen", func(w *world) { w.redis.Pause() }, func(w *world) { w.redis.Resume() }},
	} {
		t.Run(how.name, func(t *testing.T) {
			w := newWorld(t)
			c, attempt := started(t, w)
			choice, number := ofKind(t, w, "choice"), ofKind(t, w, "number")
			answer := rightForm(t, choice)
			answers := "/en/attempts/" + attempt + "/answers/"
			how.away(w)

			p := soon(t, func() *page { return c.post(answers+choice.ID, answer) })
			p.want(http.StatusServiceUnavailable, "could not be saved", choice.Stem["en"])
			if got := p.form("/answers/" + choice.ID).values; got.Get("option") != answer.Get("option") {
				t.Errorf("the answer is not in the form any more: %v", got)
			}
			if p.header.Get("Retry-After") == "" {
				t.Error("nothing says when to try again")
			}
			typed := soon(t, func() *page { return c.post(answers+number.ID, map[string][]string{"number": {"8.3"}}) })
			if got := typed.form("/answers/").values.Get("number"); got != "8.3" {
				t.Errorf("the number is lost: %q", got)
			}
			soon(t, func() *page { return c.get("/en/me") }).want(http.StatusServiceUnavailable, "Saving does not work")
			soon(t, func() *page { return c.get("/en/lessons/" + theLesson) }).want(http.StatusOK, "Start the quiz")
			soon(t, func() *page { return w.client().get("/de/") }).want(http.StatusOK)
			soon(t, func() *page { return c.get("/healthz") }).want(http.StatusServiceUnavailable)
			start := soon(t, func() *page {
				return w.client().post("/en/lessons/"+theLesson+"/quiz", map[string][]string{"question": {choice.ID}})
			})
			start.want(http.StatusServiceUnavailable)
			if got := start.form("/quiz").values.Get("question"); got != choice.ID {
				t.Errorf("sending again would ask for %q", got)
			}

			how.back(w)
			eventually(t, func() bool { return c.get("/healthz").status == http.StatusOK })
			f := p.form("/answers/" + choice.ID)
			c.follow(c.post(f.action, f.values)).want(http.StatusOK, "Right.")
		})
	}
}

// TestAwayAtStart starts without a database: lessons can be read, and the quiz works as soon as it is there.
func TestAwayAtStart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.redis.Kill()
	c := w.client()
	c.get("/de/lessons/"+theLesson).want(http.StatusOK, "Quiz beginnen")
	w.redis.Start()
	eventually(t, func() bool { return c.get("/healthz").status == http.StatusOK })
	c.begin("de").want(http.StatusOK, "Frage 1 von")
}

// soon fails the test when an answer takes two seconds or more.
func soon(t *testing.T, f func() *page) *page {
	t.Helper()
	begin := time.Now()
	p := f()
	if took := time.Since(begin); took >= 2*time.Second {
		t.Errorf("%s took %v", p.path, took)
	}
	return p
}

func eventually(t *testing.T, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatal("it does not come back")
}

// TestLog finds nothing personal in the log of a whole visit.
func TestLog(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	w := newWorld(t, withLog(&log))
	c, attempt := started(t, w)
	q := ofKind(t, w, "number")
	c.get("/en/attempts/" + attempt + "?secret=query")
	c.post("/en/attempts/"+attempt+"/answers/"+q.ID, map[string][]string{"number": {"4711"}})
	c.get("/en/attempts/" + attempt + "/nowhere")
	token := c.http.Jar.Cookies(mustURL(t, w.url))[0].Value
	id, secret, _ := strings.Cut(token, ".")
	w.redis.Kill()
	c.get("/en/me")
	for _, personal := range []string{attempt, id, secret, "secret=query", "4711", "127.0.0.1:"} {
		if strings.Contains(strings.ReplaceAll(log.String(), w.redis.Addr(), ""), personal) {
			t.Errorf("the log tells %q:\n%s", personal, log.String())
		}
	}
	if !strings.Contains(log.String(), "route=/:lang/attempts/:attempt/answers/:question status=303") {
		t.Errorf("the log does not tell what happened:\n%s", log.String())
	}
}
