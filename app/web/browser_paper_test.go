package web

import (
	"testing"
)

// TestBrowserPaper has axe look at what teachers print and at the figures of an assignment.
func TestBrowserPaper(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.theClass()
	each(t, looks, func(t *testing.T, run look) {
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
