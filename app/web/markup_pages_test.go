package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/demo"
	"eberbach/app/i18n"
)

// crawler is somebody who follows every link, and looks at what is written behind it.
type crawler struct {
	t      *testing.T
	who    string
	c      *client
	routes []string // of GET and POST, as "GET /:lang/me"

	queue   []string
	from    map[string]string   // address without fragment, and a page that leads there
	ids     map[string][]string // of the pages that were read
	places  map[string]string   // address with fragment, and a page that leads there
	visited map[string]int      // by route, how many addresses
}

// enough is how many addresses of one route somebody looks at, beside the lessons, which are looked at all.
const enough = 4

func (w *world) crawler(who string, c *client, routes []string, starts ...string) *crawler {
	cr := &crawler{t: w.t, who: who, c: c, routes: routes, from: map[string]string{}, ids: map[string][]string{}, places: map[string]string{}, visited: map[string]int{}}
	for _, start := range starts {
		for _, lang := range i18n.Languages {
			cr.follow("the start", "/"+lang+start)
		}
	}
	return cr
}

// route is the pattern that an address belongs to; "" for none.
func (cr *crawler) route(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	path = strings.TrimSuffix(path, "/")
	for _, r := range cr.routes {
		name, pattern, _ := strings.Cut(r, " ")
		if name == method && fiber.RoutePatternMatch(path, strings.TrimSuffix(pattern, "/")) {
			return r
		}
	}
	return ""
}

// follow takes down where a page leads to.
func (cr *crawler) follow(page, link string) {
	at, err := url.Parse(page)
	to, err2 := url.Parse(link)
	if err != nil || err2 != nil {
		cr.t.Errorf("%s leads %s to %q, which is no address", page, cr.who, link)
		return
	}
	if to.Scheme != "" || to.Host != "" {
		return
	}
	to = at.ResolveReference(to)
	fragment := to.Fragment
	to.Fragment, to.RawFragment = "", ""
	if fragment != "" {
		cr.places[to.String()+"#"+fragment] = page
	}
	if _, known := cr.from[to.String()]; known {
		return
	}
	cr.from[to.String()] = page
	route := cr.route(http.MethodGet, to.Path)
	if route == "" {
		cr.t.Errorf("%s leads %s to %s, and no page has such an address", page, cr.who, to)
		return
	}
	lang, _, _ := strings.Cut(strings.TrimPrefix(to.Path, "/"), "/")
	if n := cr.visited[lang+route]; n < enough || strings.Contains(route, ":lesson") && !strings.Contains(route, ":class") {
		cr.visited[lang+route] = n + 1
		cr.queue = append(cr.queue, to.String())
	}
}

// crawl looks at everything that can be reached.
func (cr *crawler) crawl() {
	for len(cr.queue) > 0 {
		path := cr.queue[0]
		cr.queue = cr.queue[1:]
		cr.look(path)
	}
	for place, page := range cr.places {
		path, id, _ := strings.Cut(place, "#")
		if ids, read := cr.ids[path]; read && !slices.Contains(ids, id) {
			cr.t.Errorf("%s leads %s to %s, and there is no such place", page, cr.who, place)
		}
	}
}

func (cr *crawler) look(path string) {
	p := cr.c.get(path)
	switch {
	case p.status >= 300 && p.status < 400:
		cr.follow(path, p.header.Get("Location"))
		return
	case p.status != http.StatusOK:
		cr.t.Errorf("%s leads %s to %s, which answers %d", cr.from[path], cr.who, path, p.status)
		return
	case !strings.HasPrefix(p.header.Get("Content-Type"), "text/html"):
		return
	}
	m := readMarkup([]byte(p.body))
	for _, fault := range m.faults {
		cr.t.Errorf("%s for %s: %s", path, cr.who, fault)
	}
	cr.ids[path] = m.ids
	for _, link := range m.links {
		cr.follow(path, link)
	}
	for _, form := range m.forms {
		if method, action, _ := strings.Cut(form, " "); cr.route(method, action) == "" {
			cr.t.Errorf("%s has for %s a form that nobody takes: %s", path, cr.who, form)
		}
	}
}

// notVisited are the addresses that no link of the school leads to. TestTemplates looks at the pages among them.
var notVisited = map[string]string{
	"GET /healthz":                                                "for machines",
	"GET /readyz":                                                 "for machines",
	"GET /:lang/attempts/:attempt/offline":                        "for a script",
	"GET /:lang/attempts/:attempt/round":                          "in the demo no round is on",
	"GET /:lang/attempts/:attempt/round/events":                   "a stream",
	"GET /:lang/calendar/:token.ics":                              "no page",
	"GET /:lang/me/review/:lesson/:question":                      "after an answer",
	"GET /:lang/teach/reset":                                      "by a link that works once",
	"GET /:lang/teach/codes":                                      "after signing up",
	"GET /:lang/teach/staff/:code":                                "by a link that works once",
	"GET /:lang/teach/classes/:class/assignments/:n/live/events":  "a stream",
	"GET /:lang/teach/classes/:class/assignments/:n/round":        "in the demo no round is on",
	"GET /:lang/teach/classes/:class/assignments/:n/round/events": "a stream",
}

// TestMarkupPages has visitors of every kind follow every link in a school full of data: no link is dead, each leads to a
// place that is there, every form has somebody who takes it, and every page is sound. A page that nobody comes to fails
// the test.
func TestMarkupPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, c := w.demoClass(12)
	var routes []string
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			routes = append(routes, r.Method+" "+r.Path)
		}
	}
	crawlers := []*crawler{w.crawler("nobody", w.client(), routes, "/", "/join/"+c.class.Code), w.crawler("the teacher", c.teacher, routes, "/", "/teach")}
	seen := map[demo.Role]bool{}
	for _, p := range made.Pupils {
		if !seen[p.Role] && p.Member.In() {
			seen[p.Role] = true
			crawlers = append(crawlers, w.crawler("a pupil who is "+string(p.Role), w.pupil(p.Token), routes, "/", "/me"))
		}
	}
	crawlers[0].follow("the start", "/")
	visited := map[string]bool{}
	addresses := 0
	for _, cr := range crawlers {
		cr.crawl()
		for route, n := range cr.visited {
			visited[route[strings.Index(route, "GET "):]] = true
			addresses += n
		}
	}
	t.Logf("%d addresses for %d visitors", addresses, len(crawlers))
	for _, r := range routes {
		if strings.HasPrefix(r, "GET ") && !visited[r] && notVisited[r] == "" {
			t.Errorf("nobody comes to %s", r)
		}
	}
	for r := range notVisited {
		if visited[r] || !slices.Contains(routes, r) {
			t.Errorf("%s is visited, or no address at all; take its row away", r)
		}
	}
}

// pupil is a browser with the token's cookie in it.
func (w *world) pupil(token string) *client {
	c := w.client()
	c.http.Jar.SetCookies(mustURL(w.t, w.url), []*http.Cookie{{Name: learnerCookie, Value: token, Path: "/"}})
	return c
}
