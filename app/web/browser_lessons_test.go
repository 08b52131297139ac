package web

import (
	"fmt"
	"testing"
)

// TestBrowserLessons has axe look at every lesson with all its sections open, at its teacher's page, and at the pages
// around them.
func TestBrowserLessons(t *testing.T) {
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
	}{{"de", 360, false}, {"en", 1280, true}} {
		t.Run(fmt.Sprintf("%s %d", run.lang, run.width), func(t *testing.T) {
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
}
