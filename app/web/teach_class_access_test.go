package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// classAccess says for every route of a class what it answers to the teacher who has made it and to the others who teach
// it. Nobody else is answered anything: teachers of other classes find nothing, and all others are sent to sign in.
var classAccess = []struct {
	route, path      string
	owner, colleague int
}{
	{"GET /:lang/teach/classes/:class", "", 200, 200},
	{"GET /:lang/teach/classes/:class/assign", "/assign", 200, 200},
	{"POST /:lang/teach/classes/:class/assign", "/assign", 422, 422},
	{"POST /:lang/teach/classes/:class/extend", "/extend", 303, 303},
	{"POST /:lang/teach/classes/:class/archive", "/archive", 303, 303},
	{"GET /:lang/teach/classes/:class/settings", "/settings", 200, 200},
	{"POST /:lang/teach/classes/:class/settings", "/settings", 422, 422},
	{"GET /:lang/teach/classes/:class/notes", "/notes", 200, 200},
	{"POST /:lang/teach/classes/:class/notes", "/notes", 303, 303},
	{"POST /:lang/teach/classes/:class/notes/hide", "/notes/hide", 404, 404},
	{"GET /:lang/teach/classes/:class/notes/:source", "/notes/" + theLesson, 200, 200},
	{"POST /:lang/teach/classes/:class/staff", "/staff", 303, 403},
	{"POST /:lang/teach/classes/:class/staff/drop", "/staff/drop", 303, 403},
	{"POST /:lang/teach/classes/:class/staff/remove", "/staff/remove", 404, 404},
	{"GET /:lang/teach/classes/:class/delete", "/delete", 200, 403},
	{"POST /:lang/teach/classes/:class/delete", "/delete", 422, 403},
	{"GET /:lang/teach/classes/:class/assignments/:n", "/assignments/1", 200, 200},
	{"POST /:lang/teach/classes/:class/assignments/:n/release", "/assignments/1/release", 303, 303},
	{"POST /:lang/teach/classes/:class/assignments/:n/withdraw", "/assignments/1/withdraw", 303, 303},
	{"POST /:lang/teach/classes/:class/assignments/:n/longer", "/assignments/1/longer", 422, 422},
	{"GET /:lang/teach/classes/:class/assignments/:n/edit", "/assignments/1/edit", 200, 200},
	{"POST /:lang/teach/classes/:class/assignments/:n/edit", "/assignments/1/edit", 422, 422},
	{"GET /:lang/teach/classes/:class/assignments/:n/copy", "/assignments/1/copy", 200, 200},
	{"POST /:lang/teach/classes/:class/assignments/:n/copy", "/assignments/1/copy", 422, 422},
}

func TestClassAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, theirs := w.newClass("Frau.Hier", "Klasse Eins"), w.newClass("Herr.Dort", "Klasse Zwei")
	c.give(whatField, theLesson, presetField, "test")
	pupil := c.pupils(1)[0]
	colleague := w.teacher("Frau.Auch")
	id, _, _ := strings.Cut(colleague.cookie(teacherCookie), ".")
	w.must(w.server.Store.AddStaff(t.Context(), c.ID, id, w.server.Now()))
	before := c.room()
	var registered []string
	for _, r := range w.server.app.GetRoutes(true) {
		registered = append(registered, r.Method+" "+r.Path)
	}
	for _, row := range classAccess {
		if !slices.Contains(registered, row.route) {
			t.Errorf("there is no route %s; take its row away", row.route)
		}
		method, _, _ := strings.Cut(row.route, " ")
		ask := func(who string, browser *client, class string, want int) {
			t.Helper()
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{}
			}
			path := "/de/teach/classes/" + class + row.path
			p := browser.do(method, path, form)
			if p.status != want {
				t.Errorf("%s: %s gets %d, want %d", row.route, who, p.status, want)
			}
			if to := p.header.Get("Location"); want == 303 && browser != c.teacher && browser != colleague && !strings.HasPrefix(to, "/de/teach/signin") {
				t.Errorf("%s: %s is sent to %s", row.route, who, to)
			}
			if strings.Contains(p.text(), c.Name) && browser != c.teacher && browser != colleague {
				t.Errorf("%s: %s sees the class", row.route, who)
			}
		}
		ask("nobody", w.client(), c.ID, 303)
		ask("the class's pupil", pupil, c.ID, 303)
		ask("another teacher", theirs.teacher, c.ID, 404)
		if row.route != "POST /:lang/teach/classes/:class/delete" { // a class that is gone was deleted
			ask("the teacher, of no class", c.teacher, "abcdefghjkmnpqrs", 404)
		}
		ask("the teacher, of what is no id", c.teacher, "x", 404)
		if strings.Contains(row.path, "/1") {
			row.path = strings.Replace(row.path, "/1", "/2", 1)
			ask("the teacher, of what was not given", c.teacher, c.ID, 404)
			row.path = strings.Replace(row.path, "/2", "/1", 1)
		}
		if after := c.room(); after.Assignments[0].Tag() != before.Assignments[0].Tag() || after.Name != before.Name || len(after.Teachers) != 2 {
			t.Fatalf("%s: somebody has changed the class", row.route)
		}
		ask("a colleague", colleague, c.ID, row.colleague)
		ask("the owner", c.teacher, c.ID, row.owner)
	}
}
