package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// memberAccess says for every route about a class's pupils what it answers to a teacher of the class, and for every route
// with which a pupil deals with a class, what it answers to a pupil of it. Nobody else is answered anything else than who
// is nobody.
var memberAccess = []struct {
	route, path string
	nobody      int
	pupil       int
	teacher     int // of the class, the one who made it and the others; 0 for a page that is no teacher's
}{
	{"GET /:lang/teach/classes/:class/join", "/teach/classes/{class}/join", 303, 303, 200},
	{"GET /:lang/teach/classes/:class/cards", "/teach/classes/{class}/cards", 303, 303, 200},
	{"POST /:lang/teach/classes/:class/code", "/teach/classes/{class}/code", 303, 303, 303},
	{"POST /:lang/teach/classes/:class/code/stop", "/teach/classes/{class}/code/stop", 303, 303, 303},
	{"GET /:lang/teach/classes/:class/members/:learner", "/teach/classes/{class}/members/{learner}", 303, 303, 200},
	{"POST /:lang/teach/classes/:class/members/:learner/name", "/teach/classes/{class}/members/{learner}/name", 303, 303, 422},
	{"POST /:lang/teach/classes/:class/members/:learner/code", "/teach/classes/{class}/members/{learner}/code", 303, 303, 200},
	{"POST /:lang/teach/classes/:class/members/:learner/care", "/teach/classes/{class}/members/{learner}/care", 303, 303, 422},
	{"POST /:lang/teach/classes/:class/members/:learner/remove", "/teach/classes/{class}/members/{learner}/remove", 303, 303, 422},
	{"POST /:lang/teach/classes/:class/members/:learner/merge", "/teach/classes/{class}/members/{learner}/merge", 303, 303, 422},

	{"GET /:lang/join", "/join", 200, 200, 0},
	{"POST /:lang/join", "/join", 422, 422, 0},
	{"GET /:lang/join/:code", "/join/{code}", 200, 200, 0},
	{"POST /:lang/join/:code", "/join/BCDFGH", 404, 404, 0},
	{"GET /:lang/recover", "/recover", 200, 200, 0},
	{"POST /:lang/recover", "/recover", 422, 422, 0},
	{"POST /:lang/me/recovery", "/me/recovery", 404, 200, 0},
	{"GET /:lang/me/classes/:class/leave", "/me/classes/{class}/leave", 404, 200, 0},
	{"POST /:lang/me/classes/:class/moved", "/me/classes/{class}/moved", 404, 404, 0},
	{"POST /:lang/me/classes/:class/leave", "/me/classes/{class}/leave", 404, 303, 0},
}

func TestMemberAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, theirs := w.classroom("Frau.Hier", "Klasse Eins"), w.classroom("Herr.Dort", "Klasse Zwei")
	pupil, name, _ := c.pupil()
	foreign, _, _ := theirs.pupil()
	colleague := w.teacher("Frau.Auch")
	id, _, _ := strings.Cut(colleague.cookie(teacherCookie), ".")
	w.must(w.server.Store.AddStaff(context.Background(), c.ID, id, time.Now()))
	var registered []string
	for _, r := range w.server.app.GetRoutes(true) {
		registered = append(registered, r.Method+" "+r.Path)
	}
	for _, row := range memberAccess {
		if !slices.Contains(registered, row.route) {
			t.Errorf("there is no route %s; take its row away", row.route)
		}
		method, _, _ := strings.Cut(row.route, " ")
		ask := func(who string, browser *client, learner string, want int) {
			t.Helper()
			path := "/de" + strings.NewReplacer("{class}", c.ID, "{learner}", learner, "{code}", c.room().Code).Replace(row.path)
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{}
			}
			p := browser.do(method, path, form)
			if p.status != want {
				t.Errorf("%s: %s gets %d, want %d", row.route, who, p.status, want)
			}
			if want == 303 && browser != c.teacher && browser != colleague && strings.Contains(path, "/teach/") && !strings.HasPrefix(p.header.Get("Location"), "/de/teach/signin") {
				t.Errorf("%s: %s is sent to %s", row.route, who, p.header.Get("Location"))
			}
			if browser != c.teacher && browser != colleague && browser != pupil && strings.Contains(p.text(), name) {
				t.Errorf("%s: %s sees the pupil's name", row.route, who)
			}
		}
		ask("nobody", w.client(), pupil.id(), row.nobody)
		if row.teacher != 0 {
			ask("another teacher", theirs.teacher, pupil.id(), 404)
			ask("the class's pupil", pupil, pupil.id(), row.pupil)
			ask("a colleague", colleague, pupil.id(), row.teacher)
			if strings.Contains(row.path, "{learner}") {
				ask("the teacher, of another class's pupil", c.teacher, foreign.id(), 404)
				ask("the teacher, of nobody", c.teacher, "abcdefghjkmnpqrs", 404)
			}
			ask("the teacher", c.teacher, pupil.id(), row.teacher)
			continue
		}
		other := row.nobody
		if row.route == "POST /:lang/me/recovery" { // one's own
			other = 200
		}
		if row.route == "POST /:lang/me/classes/:class/leave" { // out of it already
			other = 303
		}
		c.teacher.post(c.path("/code"), nil).want(http.StatusSeeOther) // the class has a code, which an earlier row may have taken
		ask("another class's pupil", foreign, pupil.id(), other)
		ask("a teacher", c.teacher, pupil.id(), row.nobody)
		ask("the pupil", pupil, pupil.id(), row.pupil)
	}
}
