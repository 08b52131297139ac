package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.uber.org/goleak"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// scene is something to watch that a test changes.
type scene struct {
	hub   *hub
	class string

	mu    sync.Mutex
	text  string
	err   error
	takes time.Duration // a look
	looks []time.Time
	draws atomic.Int64
}

func newScene(t *testing.T) *scene {
	t.Helper()
	db, err := store.Open(store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	h := newHub(db, slog.New(slog.DiscardHandler))
	h.pace = quick()
	t.Cleanup(func() {
		h.close()
		_ = db.Close()
	})
	return &scene{hub: h, class: "a", text: "begin"}
}

func (s *scene) look(context.Context) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looks = append(s.looks, time.Now())
	time.Sleep(s.takes)
	if s.text == "panic" {
		panic("a fault of ours")
	}
	return s.text, s.err
}

// becomes changes what there is to see, and announces it.
func (s *scene) becomes(text string, err error) {
	s.mu.Lock()
	s.text, s.err = text, err
	s.mu.Unlock()
	s.hub.announce(s.class)
}

func (s *scene) sight(owner, face string) sight {
	return sight{
		owner: owner, class: s.class, key: "scene", look: s.look, face: face,
		draw:   func(state any) ([]byte, error) { s.draws.Add(1); return []byte(face + " " + state.(string)), nil },
		admits: func(state any) bool { return state != "not for "+owner },
	}
}

func (s *scene) lookedAt() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.looks)
}

func (s *scene) joins(t *testing.T, owner, face string) *view {
	t.Helper()
	v, err := s.hub.join(s.sight(owner, face))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// sees waits until the view shows the text.
func (s *scene) sees(t *testing.T, v *view, text string) {
	t.Helper()
	for timeout := time.After(10 * time.Second); ; {
		p := s.hub.seen(v)
		if p != nil && bytes.Contains(p.event, []byte(text)) {
			return
		}
		select {
		case <-v.wake:
		case <-timeout:
			t.Fatalf("it never shows %q", text)
		}
	}
}

// TestHubShares: however many watch, a change is read once and drawn once a face.
func TestHubShares(t *testing.T) {
	s := newScene(t)
	var views []*view
	for i := range 100 {
		views = append(views, s.joins(t, fmt.Sprint("owner ", i), fmt.Sprint("face ", i%2)))
	}
	see := func(text string) {
		for i, v := range views {
			s.sees(t, v, fmt.Sprintf("face %d %s", i%2, text))
		}
	}
	see("begin")
	time.Sleep(100 * time.Millisecond) // the look when the subscription holds
	looks, draws := s.lookedAt(), s.draws.Load()
	s.becomes("next", nil)
	see("next")
	if n := s.lookedAt() - looks; n != 1 {
		t.Errorf("%d looks", n)
	}
	if n := s.draws.Load() - draws; n != 2 {
		t.Errorf("drawn %d times", n)
	}
	for _, v := range views {
		s.hub.leave(v)
		s.hub.leave(v) // may be repeated
	}
	looks = s.lookedAt()
	s.becomes("unseen", nil)
	time.Sleep(100 * time.Millisecond)
	if n := s.lookedAt() - looks; n > 0 {
		t.Errorf("%d looks for nobody", n)
	}
	if len(s.hub.watches)+len(s.hub.owners)+s.hub.views != 0 {
		t.Errorf("left over: %+v", s.hub)
	}
}

// TestHubBounds: nobody has all views, and a hub that is closed has none.
func TestHubBounds(t *testing.T) {
	s := newScene(t)
	refused := func(owner string) {
		t.Helper()
		if _, err := s.hub.join(s.sight(owner, "")); !errors.Is(err, errViews) || statusOf(err) != http.StatusServiceUnavailable {
			t.Errorf("%s gets %v", owner, err)
		}
	}
	var views []*view
	for i := range mostViews {
		views = append(views, s.joins(t, fmt.Sprint(i/mostViewsOf), ""))
		if i == mostViewsOf-1 {
			refused("0")
		}
	}
	refused("somebody")
	s.hub.leave(views[0])
	s.joins(t, "0", "")
	s.hub.close()
	refused("somebody")
	for _, v := range views[1:] {
		<-v.gone
	}
}

// TestHubEnds: who may not see it any more, or what is gone, ends views.
func TestHubEnds(t *testing.T) {
	s := newScene(t)
	one, two := s.joins(t, "one", ""), s.joins(t, "two", "")
	s.sees(t, one, "begin")
	s.becomes("not for one", nil)
	ended(t, one)
	s.sees(t, two, "not for one")
	s.becomes("", fmt.Errorf("class: %w", store.ErrNotFound))
	ended(t, two)
}

func ended(t *testing.T, v *view) {
	t.Helper()
	select {
	case <-v.gone:
	case <-time.After(10 * time.Second):
		t.Fatal("the view does not end")
	}
}

// TestHubStale: what cannot be read, or cannot be shown for a fault of ours, is out of date, and right again afterwards.
func TestHubStale(t *testing.T) {
	s := newScene(t)
	v := s.joins(t, "one", "")
	s.sees(t, v, "begin")
	s.becomes("", errors.New("away"))
	s.sees(t, v, "event: stale")
	s.becomes("begin", nil)
	s.sees(t, v, "begin")
	s.becomes("panic", nil)
	s.sees(t, v, "event: stale")
	s.becomes("next", nil)
	s.sees(t, v, "next")
}

// TestHubBreathes: what takes long to read is read less often.
func TestHubBreathes(t *testing.T) {
	s := newScene(t)
	s.takes = 40 * time.Millisecond
	s.joins(t, "one", "")
	for begun := time.Now(); time.Since(begun) < time.Second; time.Sleep(5 * time.Millisecond) {
		s.hub.announce(s.class)
	}
	s.hub.close()
	for i := 1; i < len(s.looks); i++ {
		if apart := s.looks[i].Sub(s.looks[i-1]); apart < (1+breather)*s.takes {
			t.Errorf("looks are %v apart", apart)
		}
	}
	if n := len(s.looks); n < 2 {
		t.Errorf("%d looks", n)
	}
}

// TestHubLeaks: nothing is left running of views that come and go.
func TestHubLeaks(t *testing.T) {
	s := newScene(t)
	v := s.joins(t, "one", "")
	s.becomes("warm", nil) // the store keeps a connection to announce on
	s.sees(t, v, "warm")
	s.hub.leave(v)
	s.hub.announce(s.class)
	time.Sleep(100 * time.Millisecond)
	before := goleak.IgnoreCurrent()
	for range 20 {
		v := s.joins(t, "one", "")
		s.becomes("next", nil)
		s.hub.leave(v)
	}
	goleak.VerifyNone(t, before)
}

// openLines opens live views as a browser does, without anything of a client's that would take memory.
func openLines(t *testing.T, n int, base, path, cookie string) []net.Conn {
	t.Helper()
	u := mustURL(t, base)
	lines := make([]net.Conn, n)
	for i := range lines {
		c, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", path, u.Host, cookie)
		lines[i] = c
	}
	return lines
}

// TestLiveMany opens 200 live views of 20 teachers, and says what they take. All are told of a change, and when they are
// closed nothing is left.
func TestLiveMany(t *testing.T) {
	const views, teachers = 200, 20
	w := newWorld(t)
	w.server.live.pace = quick()
	w.server.live.beat = 500 * time.Millisecond
	var classes []*watched
	for i := range teachers {
		v := w.watched(w.teacher(fmt.Sprint("Frau.Live", i)), school.Assignment{Preset: quiz.Homework})
		for n := range 5 {
			v.starts(v.pupil(fmt.Sprint("Otter ", n)))
		}
		v.teacher.get(v.path("")).want(http.StatusOK)
		classes = append(classes, v)
	}
	http.DefaultClient.CloseIdleConnections()
	measure := func() (memory uint64, goroutines int) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse, runtime.NumGoroutine()
	}
	eventually(t, func() bool { _, n := measure(); return n < 500 })
	memory, goroutines := measure()
	before := goleak.IgnoreCurrent()
	var lines []net.Conn
	for _, v := range classes {
		lines = append(lines, openLines(t, views/teachers, w.url, v.path("/events?names=1"), teacherCookie+"="+v.teacher.cookie(teacherCookie))...)
	}
	buffer := make([]byte, 64<<10)
	sees := func(text string) {
		t.Helper()
		for _, c := range lines {
			var got strings.Builder
			for !strings.Contains(got.String(), text) {
				_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
				n, err := c.Read(buffer)
				if err != nil {
					t.Fatalf("%v after %s", err, got.String())
				}
				got.Write(buffer[:n])
			}
		}
	}
	sees("Otter 4")
	open, more := measure()
	t.Logf("200 views: %.1f MB, %.0f kB each, %d goroutines", float64(open-min(open, memory))/1e6, float64(open-min(open, memory))/1e3/views, more-goroutines)
	if open > memory+50e6 {
		t.Errorf("200 views take %d bytes", open-memory)
	}
	for _, v := range classes {
		v.pupil("Der Neue")
		w.server.live.announce(v.class.ID)
	}
	sees("Der Neue")
	const worker = "github.com/valyala/fasthttp.(*workerPool).workerFunc" // one that waits for the next connection
	if goleak.Find(before, goleak.IgnoreTopFunction(worker)) == nil {
		t.Error("open views are no goroutines")
	}
	for _, c := range lines {
		_ = c.Close()
	}
	eventually(t, func() bool {
		w.server.live.mu.Lock()
		defer w.server.live.mu.Unlock()
		return w.server.live.views == 0
	})
	eventually(t, func() bool { return goleak.Find(before, goleak.IgnoreTopFunction(worker)) == nil })
	left, after := measure()
	t.Logf("afterwards: %+.1f MB, %+d goroutines", (float64(left)-float64(memory))/1e6, after-goroutines)
}

// TestLiveSlow: a browser that takes nothing is cut off after a while, and until then nobody else waits for it.
func TestLiveSlow(t *testing.T) {
	s := newScene(t)
	s.hub.send = 3 * time.Second
	server := newServer(Config{Store: s.hub.store, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	server.live = s.hub
	large := strings.Repeat("x", 400_000) // more than lines take unread in a few
	server.app.Get("/live", func(c *fiber.Ctx) error {
		what := s.sight("one", "")
		what.draw = func(state any) ([]byte, error) { return []byte(state.(string) + large), nil }
		return server.watchLive(&request{Ctx: c}, what, func() bool { return true })
	})
	base := serving(t, server)
	slow := openLines(t, 3, base, "/live", "")
	for _, c := range slow {
		defer c.Close()
		_ = c.(*net.TCPConn).SetReadBuffer(4096)
	}
	answer, err := http.Get(base + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	views := func() int {
		s.hub.mu.Lock()
		defer s.hub.mu.Unlock()
		return s.hub.views
	}
	eventually(t, func() bool { return views() == 4 })
	cut := false
	for i := range 60 {
		text := fmt.Sprintf("state %d.", i)
		s.becomes(text, nil)
		begun := time.Now()
		if err := readUntil(answer.Body, text); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took > s.hub.send {
			t.Errorf("state %d came after %v", i, took)
		}
		cut = cut || views() == 1
		time.Sleep(20 * time.Millisecond)
	}
	eventually(t, func() bool { return views() == 1 })
	t.Logf("cut off while the others went on: %v", cut)
}

func readUntil(r io.Reader, text string) error {
	var got []byte
	buffer := make([]byte, 32<<10)
	for !bytes.Contains(got, []byte(text)) {
		n, err := r.Read(buffer)
		if err != nil {
			return err
		}
		got = append(got[max(len(got)-len(text), 0):], buffer[:n]...)
	}
	return nil
}

// TestLiveLife: a view ends after its life, for a new one; with a log the request is logged when it begins, not when it
// ends.
func TestLiveLife(t *testing.T) {
	t.Parallel()
	var log syncBuffer
	w := newWorld(t, withLog(&log))
	w.server.live.pace = quick()
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	long := v.views(v.path("/events"), w)
	long.shows("in der Klasse 0")
	if text := log.String(); !strings.Contains(text, "route=/:lang/teach/classes/:class/assignments/:n/live/events status=200") || strings.Contains(text, v.class.ID) {
		t.Errorf("while a view is open, logged is %s", text)
	}
	long.close()
	w.server.live.life = 300 * time.Millisecond
	b := v.views(v.path("/events"), w)
	eventually(t, func() bool { return b.count(func(b *onlooker) int { return b.first }) >= 3 })
	b.close()
	if b.lines < 3 || b.beats == 0 {
		t.Errorf("%d lines, %d beats", b.lines, b.beats)
	}
	head := v.teacher.do(http.MethodHead, v.path("/events"), nil).want(http.StatusOK)
	for name, want := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-store", "Etag": "", "Content-Encoding": ""} {
		if got := head.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	eventually(t, func() bool {
		w.server.live.mu.Lock()
		defer w.server.live.mu.Unlock()
		return w.server.live.views == 0
	})
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestLooksDriftApart: views that were opened together do not go on looking together, each second, as long as a lesson goes on.
func TestLooksDriftApart(t *testing.T) {
	s := newScene(t)
	s.hub.again = time.Millisecond
	s.joins(t, "a", "x")
	eventually(t, func() bool { return s.lookedAt() > 20 })
	s.mu.Lock()
	defer s.mu.Unlock()
	var pauses []time.Duration
	for i, at := range s.looks[1:] {
		pauses = append(pauses, at.Sub(s.looks[i]))
	}
	shortest, longest := slices.Min(pauses), slices.Max(pauses)
	if shortest < s.hub.rest || longest-shortest < s.hub.rest/5 {
		t.Errorf("pauses of %v to %v, with a rest of %v", shortest, longest, s.hub.rest)
	}
}
