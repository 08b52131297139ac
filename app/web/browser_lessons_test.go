package web

import (
	"testing"
)

// TestBrowserLessons has axe look at every lesson with all its sections open, at its teacher's page, and at the pages
// around them.
func TestBrowserLessons(t *testing.T) {
	t.Parallel()
	each(t, []look{{"de", 360, false}, {"en", 1280, true}}, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t)
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		for _, l := range w.server.site().module.Lessons {
			b.open("/" + run.lang + "/lessons/" + l.ID)
			b.js(`document.querySelectorAll("main details").forEach((d) => d.open = true)`)
			b.clean(l.ID)
			b.open("/" + run.lang + "/lessons/" + l.ID + "/teacher")
			b.clean(l.ID + ", for teachers")
		}
		for _, page := range []string{"/", "/glossary", "/sources", "/about"} {
			b.open("/" + run.lang + page)
			b.clean(page)
		}
	})
}
