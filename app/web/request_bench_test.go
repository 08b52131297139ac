package web

import (
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"eberbach/app/lesson"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

// BenchmarkRequest is what the pages of a pupil's way cost the process, without a network before it. Profile it:
//
//	go test -run '^$' -bench Request -cpuprofile cpu.out ./app/web
func BenchmarkRequest(b *testing.B) {
	c := newBenchClient(b)
	lessonPath := "/en/lessons/" + theLesson
	handedIn := c.attempt()
	b.Run("prepared", c.each(func() { c.send(http.StatusOK, http.MethodGet, lessonPath, "") }, func() { c.cookie = "" }))
	b.Run("lesson", c.each(func() { c.send(http.StatusOK, http.MethodGet, lessonPath, "") }, func() { handedIn = c.attempt() }))
	b.Run("start", c.each(func() { c.cookie = ""; c.start() }, func() {}))
	var open string
	b.Run("question", c.each(func() { c.send(http.StatusOK, http.MethodGet, open+"/questions/"+c.script[0].id, "") }, func() { open = c.start() }))
	i := 0
	b.Run("answer", c.each(func() {
		if i%len(c.script) == 0 {
			b.StopTimer()
			c.cookie = ""
			open = c.start()
			b.StartTimer()
		}
		answer := c.script[i%len(c.script)]
		c.send(http.StatusSeeOther, http.MethodPost, open+"/answers/"+answer.id, answer.form)
		i++
	}, func() { i = 0 }))
	b.Run("result", c.each(func() { c.send(http.StatusOK, http.MethodGet, handedIn+"/result", "") }, func() { c.cookie = ""; handedIn = c.attempt() }))
}

type benchAnswer struct{ id, form string }

// benchClient is a browser with one learner, beside the handler that it asks.
type benchClient struct {
	b      *testing.B
	answer fasthttp.RequestHandler
	ctx    fasthttp.RequestCtx
	cookie string
	script []benchAnswer
}

func newBenchClient(b *testing.B) *benchClient {
	b.Helper()
	config := store.Config{Dir: b.TempDir()}
	if os.Getenv("BENCH_STORE") == "redis" {
		config = store.Config{Address: redistest.Start(b, "--appendfsync", "everysec").URL()}
	}
	db, err := store.Open(config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s := newServer(Config{Store: db, Files: embeddedFiles, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	s.current.Store(ourSite())
	s.routes(s.app)
	c := &benchClient{b: b, answer: s.app.Handler()}
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		b.Fatal(faults)
	}
	for _, q := range m.Lesson(theLesson).Edition("").Questions {
		form := wrongForm(b, q)
		if q.Certainty != "" {
			form.Set(certaintyField, "very")
		}
		c.script = append(c.script, benchAnswer{q.ID, form.Encode()})
	}
	return c
}

// each prepares once and then repeats f.
func (c *benchClient) each(f, prepare func()) func(b *testing.B) {
	return func(b *testing.B) {
		c.b = b
		prepare()
		b.ReportAllocs()
		for b.Loop() {
			f()
		}
	}
}

func (c *benchClient) send(status int, method, path, form string) string {
	c.ctx.Request.Reset()
	c.ctx.Response.Reset()
	c.ctx.Request.SetRequestURI(path)
	c.ctx.Request.Header.SetMethod(method)
	c.ctx.Request.Header.Set("Accept-Encoding", "gzip, br")
	if c.cookie != "" {
		c.ctx.Request.Header.Set("Cookie", "eberbach="+c.cookie)
	}
	if method == http.MethodPost {
		c.ctx.Request.Header.SetContentType("application/x-www-form-urlencoded")
		c.ctx.Request.SetBodyString(form)
	}
	c.answer(&c.ctx)
	if got := c.ctx.Response.StatusCode(); got != status {
		c.b.Fatalf("%s %s: status %d, want %d", method, path, got, status)
	}
	if set := string(c.ctx.Response.Header.Peek("Set-Cookie")); set != "" {
		c.cookie, _, _ = strings.Cut(strings.TrimPrefix(set, "eberbach="), ";")
	}
	return string(c.ctx.Response.Header.Peek("Location"))
}

// start begins an attempt and returns its path.
func (c *benchClient) start() string {
	path, _, _ := strings.Cut(c.send(http.StatusSeeOther, http.MethodPost, "/en/lessons/"+theLesson+"/quiz", ""), "/questions/")
	return path
}

// attempt goes all the way to handing in, as somebody new.
func (c *benchClient) attempt() string {
	c.cookie = ""
	path := c.start()
	for _, a := range c.script {
		c.send(http.StatusSeeOther, http.MethodPost, path+"/answers/"+a.id, a.form)
	}
	c.send(http.StatusSeeOther, http.MethodPost, path+"/finish", "")
	return path
}
