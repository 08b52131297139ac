package web

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestBrowserLive watches a class in a real browser: on a phone, a desk and the wall, in both languages. What a pupil does
// shows without a reload, the focus and what was opened stay, and a line that is cut shows, and comes back by itself.
func TestBrowserLive(t *testing.T) {
	t.Parallel()
	each(t, []look{{"de", 360, true}, {"en", 1920, false}}, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t)
		w.server.live.pace = quick()
		v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.cookie(teacherCookie, v.teacher.cookie(teacherCookie))
		b.watchClass(v)
	})
}

// live waits until the page says the text somewhere in the live view.
func (b *browser) live(text string) {
	b.t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		got := folded(eval[string](b, `document.querySelector("eb-live").textContent`))
		if strings.Contains(got, text) {
			return
		}
		if time.Since(begun) > 15*time.Second {
			b.t.Fatalf("%s: the live view does not say %q but %s", b.at(), text, got)
		}
	}
}

func (b *browser) watchClass(v *watched) {
	says := func(de, en string) { b.t.Helper(); b.live(map[string]string{"de": de, "en": en}[b.lang]) }
	path := "/" + b.lang + livePath(v.class.ID, v.a.N)
	b.open(path)
	says("Live. Die Seite", "Live. The page")
	b.clean("live, empty")
	q := v.questions()
	names := []string{"Mutiger Otter", "Kluge Eule", "Flinker Fuchs", "Stiller Hase"}
	for i, name := range names {
		c := v.pupil(name)
		at := v.starts(c)
		for n := range 3 {
			form := wrongForm(b.t, q[n])
			if n == i {
				form = rightForm(b.t, q[n])
			}
			c.answers(at, q[n], form)
		}
		if i == 0 {
			c.post(at+"/finish", nil)
		}
	}
	says("12 von 56 Antworten", "12 of 56 answers")
	says("3 von 4 falsch", "3 of 4 wrong")
	b.clean("live")

	b.press("#live-names")
	says("Live. Die Seite", "Live. The page")
	says("Kluge Eule 3 von 14", "Kluge Eule 3 of 14")
	b.clean("live, with names")
	b.js(`document.querySelector("#live-all").open = true; document.querySelector("#live-names").focus(); document.documentElement.dataset.old = "old"`)
	v.starts(v.pupil("Neue Amsel"))
	says("Neue Amsel 0 von 14", "Neue Amsel 0 of 14")
	if state := eval[string](b, `[document.querySelector("#live-all").open, document.activeElement.id, document.documentElement.dataset.old].join()`); state != "true,live-names,old" {
		b.t.Errorf("after a change: %s", state)
	}
	b.clean("live, all questions")
	b.hides(v, true)
	says("Kluge Eule", "Kluge Eule")
	b.hides(v, false)
	says("Live. Die Seite", "Live. The page")

	b.open(path + "/questions/" + q[1].ID)
	says("Live. Die Seite", "Live. The page")
	b.clean("one question")
	b.press("#live-answers")
	b.clean("one question without its answer")
	b.open(path)
	says("Live. Die Seite", "Live. The page")
	b.cutOff(v, says)
}

// hides puts the page out of sight, or back into it: out of sight it keeps no line.
func (b *browser) hides(v *watched, hidden bool) {
	b.t.Helper()
	b.js(fmt.Sprintf(`Object.defineProperty(document, "hidden", {value: %v, configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`, hidden))
	eventually(b.t, func() bool {
		v.w.server.live.mu.Lock()
		defer v.w.server.live.mu.Unlock()
		return (v.w.server.live.views == 0) == hidden
	})
}

// again starts another process at the address of one that was shut down.
func (w *world) again() *Server {
	w.t.Helper()
	next := newServer(w.server.Config)
	next.current.Store(w.server.site())
	next.live.pace = quick()
	next.routes(next.app)
	address := strings.TrimPrefix(w.url, "http://")
	var l net.Listener
	eventually(w.t, func() (ok bool) {
		var err error
		l, err = net.Listen("tcp", address)
		return err == nil
	})
	go func() { _ = next.Serve(l) }()
	w.t.Cleanup(func() { _ = next.Shutdown() })
	w.server = next
	return next
}

// cutOff takes the process away and starts another one at its address.
func (b *browser) cutOff(v *watched, says func(de, en string)) {
	b.t.Helper()
	b.js(`document.documentElement.dataset.old = "old"`)
	v.w.must(v.w.server.Shutdown())
	says("Die Verbindung ist weg", "The connection is lost")
	b.clean("live, cut off")
	next := v.w.again()
	says("Live. Die Seite", "Live. The page")
	v.pupil("Letzte Meise")
	next.live.announce(v.class.ID)
	says("in der Klasse6", "in the class6")

	// No line is to be had: the page looks by itself.
	next.live.close()
	says("Nicht live. Die Seite", "Not live. The page")
	if eval[string](b, `document.documentElement.dataset.old`) != "old" {
		b.t.Error("the page was loaded anew")
	}
}
