package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

type accessRow struct {
	route                string
	path                 string // {attempt} and {question} stand for those of the owner's open attempt
	nobody, owner, other int
	teacher              int  // signed in; 0 for what nobody gets
	ownersSecret         bool // the owner's attempt may be in nobody else's answer
}

// access says for every route what it answers to nobody in particular, to the learner whose work it is, and to another
// learner. A route without a row fails the test.
var access = []accessRow{
	{route: "GET /healthz", path: "/healthz", nobody: 200, owner: 200, other: 200},
	{route: "GET /readyz", path: "/readyz", nobody: 200, owner: 200, other: 200},
	{route: "GET /static/:hash/*", path: "/static/any/css/app.css", nobody: 200, owner: 200, other: 200},
	{route: "GET /", path: "/", nobody: 302, owner: 302, other: 302},
	{route: "GET /:lang/", path: "/de/", nobody: 200, owner: 200, other: 200, ownersSecret: true},
	{route: "GET /:lang/declaration", path: "/de/declaration", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/glossary", path: "/de/glossary", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/sources", path: "/de/sources", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/about", path: "/de/about", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/privacy", path: "/de/privacy", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/lessons/:lesson/teacher", path: "/de/lessons/who-can-read/teacher", nobody: 200, owner: 200, other: 200},
	{route: "GET /:lang/lessons/:lesson", path: "/de/lessons/false-alarms", nobody: 200, owner: 200, other: 200, ownersSecret: true},
	{route: "GET /:lang/lessons/:lesson/worksheet", path: "/de/lessons/false-alarms/worksheet", nobody: 200, owner: 200, other: 200},
	{route: "POST /:lang/lessons/:lesson/quiz", path: "/de/lessons/false-alarms/quiz", nobody: 303, owner: 303, other: 303, ownersSecret: true},
	{route: "GET /:lang/attempts/:attempt", path: "/de/attempts/{attempt}", nobody: 404, owner: 200, other: 404, ownersSecret: true},
	{route: "GET /:lang/attempts/:attempt/offline", path: "/de/attempts/{attempt}/offline", nobody: 404, owner: 200, other: 404, ownersSecret: true},
	{route: "GET /:lang/attempts/:attempt/questions/:question", path: "/de/attempts/{attempt}/questions/{question}", nobody: 404, owner: 200, other: 404, ownersSecret: true},
	{route: "POST /:lang/attempts/:attempt/answers/:question", path: "/de/attempts/{attempt}/answers/{question}", nobody: 404, owner: 422, other: 404, ownersSecret: true},
	{route: "GET /:lang/attempts/:attempt/result", path: "/de/attempts/{attempt}/result", nobody: 404, owner: 303, other: 404, ownersSecret: true},
	{route: "POST /:lang/attempts/:attempt/again", path: "/de/attempts/{attempt}/again", nobody: 404, owner: 303, other: 404, ownersSecret: true},
	{route: "POST /:lang/attempts/:attempt/finish", path: "/de/attempts/{attempt}/finish", nobody: 404, owner: 303, other: 404, ownersSecret: true},
	{route: "GET /:lang/me", path: "/de/me", nobody: 200, owner: 200, other: 200, ownersSecret: true},
	{route: "GET /:lang/me/progress", path: "/de/me/progress", nobody: 200, owner: 200, other: 200, ownersSecret: true},
	{route: "GET /:lang/me/calendar", path: "/de/me/calendar", nobody: 404, owner: 200, other: 200},
	{route: "POST /:lang/me/calendar", path: "/de/me/calendar", nobody: 404, owner: 400, other: 400},
	{route: "POST /:lang/me/calendar/drop", path: "/de/me/calendar/drop", nobody: 404, owner: 303, other: 303},
	{route: "GET /:lang/calendar/:token.ics", path: "/de/calendar/aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb.ics", nobody: 404, owner: 404, other: 404},
	{route: "GET /:lang/me/data", path: "/de/me/data", nobody: 303, owner: 200, other: 200, ownersSecret: true},
	{route: "GET /:lang/me/export.json", path: "/de/me/export.json", nobody: 404, owner: 200, other: 200, ownersSecret: true},
	{route: "POST /:lang/me/devices", path: "/de/me/devices", nobody: 404, owner: 303, other: 303},
	{route: "GET /:lang/me/review", path: "/de/me/review", nobody: 200, owner: 200, other: 200},
	{route: "POST /:lang/me/review", path: "/de/me/review", nobody: 404, owner: 303, other: 303},
	{route: "GET /:lang/me/review/:lesson/:question", path: "/de/me/review/false-alarms/{question}", nobody: 404, owner: 303, other: 303},
	{route: "GET /:lang/leave", path: "/de/leave", nobody: 200, owner: 200, other: 200},
	{route: "POST /:lang/leave", path: "/de/leave", nobody: 303, owner: 303, other: 303},

	{route: "GET /:lang/teach", path: "/de/teach", nobody: 303, owner: 303, other: 303, teacher: 200},
	{route: "GET /:lang/teach/signup", path: "/de/teach/signup", nobody: 200, owner: 200, other: 200},
	{route: "POST /:lang/teach/signup", path: "/de/teach/signup", nobody: 422, owner: 422, other: 422},
	{route: "GET /:lang/teach/signin", path: "/de/teach/signin", nobody: 200, owner: 200, other: 200, teacher: 303},
	{route: "POST /:lang/teach/signin", path: "/de/teach/signin", nobody: 422, owner: 422, other: 422},
	{route: "POST /:lang/teach/signout", path: "/de/teach/signout", nobody: 303, owner: 303, other: 303},
	{route: "GET /:lang/teach/recover", path: "/de/teach/recover", nobody: 200, owner: 200, other: 200},
	{route: "POST /:lang/teach/recover", path: "/de/teach/recover", nobody: 422, owner: 422, other: 422},
	{route: "GET /:lang/teach/reset", path: "/de/teach/reset", nobody: 404, owner: 404, other: 404},
	{route: "POST /:lang/teach/reset", path: "/de/teach/reset", nobody: 404, owner: 404, other: 404},
	{route: "GET /:lang/teach/codes", path: "/de/teach/codes", nobody: 303, owner: 303, other: 303},
	{route: "POST /:lang/teach/codes", path: "/de/teach/codes", nobody: 303, owner: 303, other: 303},
	{route: "GET /:lang/teach/account", path: "/de/teach/account", nobody: 303, owner: 303, other: 303, teacher: 200},
	{route: "POST /:lang/teach/account/passphrase", path: "/de/teach/account/passphrase", nobody: 303, owner: 303, other: 303, teacher: 422},
	{route: "POST /:lang/teach/account/codes", path: "/de/teach/account/codes", nobody: 303, owner: 303, other: 303, teacher: 422},
	{route: "POST /:lang/teach/account/sessions", path: "/de/teach/account/sessions", nobody: 303, owner: 303, other: 303},
	{route: "POST /:lang/teach/account/delete", path: "/de/teach/account/delete", nobody: 303, owner: 303, other: 303, teacher: 422},
	{route: "GET /:lang/teach/lessons/:lesson/key", path: "/de/teach/lessons/false-alarms/key", nobody: 303, owner: 303, other: 303, teacher: 200},
	{route: "GET /:lang/teach/assign", path: "/de/teach/assign?lesson=false-alarms", nobody: 303, owner: 303, other: 303},
	{route: "GET /:lang/teach/classes/new", path: "/de/teach/classes/new", nobody: 303, owner: 303, other: 303, teacher: 200},
	{route: "POST /:lang/teach/classes", path: "/de/teach/classes", nobody: 303, owner: 303, other: 303, teacher: 422},
	{route: "GET /:lang/teach/staff/:code", path: "/de/teach/staff/x", nobody: 303, owner: 303, other: 303, teacher: 404},
	{route: "POST /:lang/teach/staff/:code", path: "/de/teach/staff/x", nobody: 303, owner: 303, other: 303, teacher: 404},
}

func TestAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var registered []string
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			registered = append(registered, r.Method+" "+r.Path)
		}
	}
	for n, row := range access {
		t.Run(row.route, func(t *testing.T) {
			w := &world{t, w.server, w.redis, w.url}
			if !slices.Contains(registered, row.route) {
				t.Fatalf("there is no route %s; take its row away", row.route)
			}
			owner, other := w.client(), w.client()
			first := owner.begin("de")
			other.begin("de")
			teacher := w.teacher("Frau.Access" + strconv.Itoa(n)) // somebody new: a name that is taken counts as a failure
			if row.teacher == 0 {
				row.teacher = row.nobody
			}
			parts := strings.Split(first.path, "/")
			attempt, question := parts[3], parts[5]
			path := strings.NewReplacer("{attempt}", attempt, "{question}", question).Replace(row.path)
			method, _, _ := strings.Cut(row.route, " ")
			for _, who := range []struct {
				name string
				c    *client
				want int
			}{{"nobody", w.client(), row.nobody}, {"another learner", other, row.other}, {"a teacher", teacher, row.teacher}, {"the owner", owner, row.owner}} {
				var form url.Values
				if method == http.MethodPost {
					form = url.Values{}
				}
				p := who.c.do(method, path, form)
				if p.status != who.want {
					t.Errorf("%s gets %d, want %d", who.name, p.status, who.want)
				}
				if who.want == 303 && strings.HasPrefix(path, "/de/teach") && row.teacher != 303 && !strings.HasPrefix(p.header.Get("Location"), "/de/teach/signin") {
					t.Errorf("%s is sent to %s, not to sign in", who.name, p.header.Get("Location"))
				}
				answer := p.body + p.header.Get("Location")
				if who.c != owner && row.ownersSecret && strings.Contains(strings.ReplaceAll(answer, path, ""), attempt) && p.status != 404 {
					t.Errorf("%s sees the owner's attempt", who.name)
				}
			}
		})
	}
	for _, route := range withoutRow(registered) {
		t.Errorf("route %s has no row in the access test", route)
	}
}

// withoutRow are the routes of which no table says who may call them.
func withoutRow(registered []string) (list []string) {
	rows := map[string]bool{}
	for _, row := range access {
		rows[row.route] = true
	}
	// These have tests of their own.
	for _, row := range noteAccess {
		rows[row.route] = true
	}
	for _, row := range memberAccess {
		rows[row.route] = true
	}
	for _, row := range gradesAccess {
		rows[row.route] = true
	}
	for _, row := range classAccess {
		rows[row.route] = true
	}
	for _, row := range liveAccess {
		rows[row.route] = true
	}
	for _, row := range roundAccess {
		rows[row.route] = true
	}
	for _, route := range registered {
		if !rows[route] {
			list = append(list, route)
		}
	}
	return list
}

// TestAccessComplete: a route that is added without a row is found, whatever its method. An author's server has the only
// routes more, and they need nobody's leave: it is the author's own.
func TestAccessComplete(t *testing.T) {
	t.Parallel()
	s := newServer(Config{Author: true, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	s.routes(s.app)
	s.app.Group("/:lang").Put("/teach/classes/:class/forgotten", s.handle(s.class))
	var registered []string
	for _, r := range s.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			registered = append(registered, r.Method+" "+r.Path)
		}
	}
	want := []string{"GET /:lang/faults", "PUT /:lang/teach/classes/:class/forgotten"}
	if got := withoutRow(registered); !slices.Equal(got, want) {
		t.Errorf("without a row are %v, want %v", got, want)
	}
}

// TestForeignSecret tries an owner's id with another secret.
func TestForeignSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, other := w.client(), w.client()
	first := owner.begin("de")
	other.begin("de")
	token := func(c *client) string {
		u, _ := url.Parse(w.url)
		return c.http.Jar.Cookies(u)[0].Value
	}
	id, _, _ := strings.Cut(token(owner), ".")
	_, secret, _ := strings.Cut(token(other), ".")
	mixed := func(r *http.Request) { r.Header.Set("Cookie", "eberbach="+id+"."+secret) }
	w.client().get(first.path, mixed).want(http.StatusNotFound)
	w.client().get("/de/me", mixed).want(http.StatusOK, "noch nichts begonnen")
	w.client().post("/de/leave", nil, mixed).want(http.StatusSeeOther)
	owner.get(first.path).want(http.StatusOK) // nobody else's leaving touched it
}
