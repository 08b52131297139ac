package web

import (
	"fmt"
	"strings"
	"testing"

	"eberbach/app/demo"
)

// TestBrowserDemo has axe look at every page of a class with the demo school's data, and at what its pupils see: long names,
// wrong answers, who is late, who has done nothing, who has left.
func TestBrowserDemo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, c := w.demoClass(35)
	each(t, looks, func(t *testing.T, l look) {
		b := openBrowser(t, w.url, l.lang, l.width, l.dark)
		b.asTeacher(c)
		b.teach("")
		b.clean("home")
		for _, page := range []string{"", "/gradebook", "/settings", "/notes", "/notes/" + theLesson, "/notes/declaration", "/assign", "/round", "/join", "/cards", "/delete"} {
			b.open(c.path(b.lang, page))
			b.js(`for (const d of document.querySelectorAll("main details")) d.open = true`)
			b.clean("class" + page)
		}
		for i, a := range made.Given {
			if i%4 > 0 {
				continue // three of twelve
			}
			for _, page := range []string{"", "/results", "/sheet", "/live", "/edit", "/copy", "/regrade"} {
				b.open(c.path(b.lang, fmt.Sprintf("/assignments/%d", a.N)) + page)
				b.clean("an assignment's " + page)
			}
		}
		seen := map[demo.Role]bool{}
		for _, p := range made.Pupils {
			if seen[p.Role] {
				continue
			}
			seen[p.Role] = true
			b.open(c.path(b.lang, "/members/"+p.Member.ID))
			b.clean("member " + string(p.Role))
			if !p.Member.In() {
				continue
			}
			b.cookie(learnerCookie, p.Token)
			pages := []string{"/me", "/me/progress"} // what is different for each
			if len(seen) == 1 {
				pages = append(pages, "/me/data", "/me/review", "/me/notes", "/me/classes/"+c.class.ID+"/notes", "/lessons/"+theLesson)
			}
			for _, page := range pages {
				b.open("/" + b.lang + page)
				b.clean(page + " of " + string(p.Role))
			}
		}
		b.open(c.path(b.lang, "/gradebook"))
		b.press(`.grades td a[href*="/attempts/"]`)
		if !strings.Contains(b.at(), "/attempts/") {
			t.Errorf("a cell leads to %s", b.at())
		}
		b.clean("an attempt")
	})
}

// TestBrowserCrowd is the same with 1,000 pupils, on the pages that list them.
func TestBrowserCrowd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, c := w.demoClass(1000)
	b := openBrowser(t, w.url, "de", 360, false)
	b.asTeacher(c)
	for _, page := range []string{"", "/gradebook", "/gradebook?page=20", "/assignments/1", "/assignments/1/live?names=1"} {
		b.open(c.path(b.lang, page))
		b.clean("class of 1,000 " + page)
	}
}

// demoClass is a class of a teacher's, with the demo's pupils in it.
func (w *world) demoClass(pupils int) (demo.Result, *schoolroom) {
	w.t.Helper()
	teacher := w.teacher("Frau.Meerwald")
	who, err := w.server.Store.TeacherNamed(w.t.Context(), "Frau.Meerwald")
	w.must(err)
	made, err := demo.Seed(w.t.Context(), w.server.Store, w.server.site().module, demo.Options{Pupils: pupils, Seed: 3, Now: w.server.Now(), Owner: who.ID})
	w.must(err)
	return made, &schoolroom{w: w, teacher: teacher, class: made.Class}
}
