package web

import (
	"fmt"
	"testing"
)

// TestBrowserPaper has axe look at what teachers print and at the figures of an assignment.
func TestBrowserPaper(t *testing.T) {
	w := newWorld(t)
	c := w.theClass()
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
	}{{"de", 360, true}, {"en", 1280, false}} { // each language, width and scheme once
		t.Run(fmt.Sprintf("%s %d dark=%v", run.lang, run.width, run.dark), func(t *testing.T) {
			b := openBrowser(t, w.url, run.lang, run.width, run.dark)
			b.asTeacher(c)
			for _, page := range []string{"/assignments/1", "/assignments/1/sheet", "/assignments/1/results", "/assignments/11/results?attempts=all"} {
				b.open(c.path(b.lang, page))
				b.js(`for (const d of document.querySelectorAll("main details")) d.open = true`)
				b.clean(page)
			}
			for _, l := range w.server.site().module.Lessons[:2] {
				b.open("/" + b.lang + "/teach/lessons/" + l.ID + "/key")
				b.clean("the key of " + l.ID)
			}
		})
	}
}
