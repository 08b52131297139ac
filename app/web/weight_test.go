package web

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// weight is the budget of a kind of page, for the heaviest of its kind, asked by a browser that has
// nothing of it yet. What pages load beside it is the same for many of them, and has budgets of its own in fileWeights.
type weight struct {
	page     string
	who      string // a visitor of the weighed school
	path     string // after the language; what {marks} stand for is in the weighed school, too
	requests int    // at most, that of the page included
	html     int    // bytes at most, as they are sent
}

// weights has a row for every page. A budget is an eighth above what the page weighed when it was set.
var weights = []weight{
	{"module", nobody, "/", 5, 4850},
	{"module of a pupil", pupil, "/", 5, 8800},
	{"lesson", nobody, "/lessons/{lesson}", 5, 21950},
	{"lesson of a pupil", pupil, "/lessons/{lesson}", 6, 37000},
	{"source text", nobody, "/declaration", 5, 8050},
	{"source text of a pupil", pupil, "/declaration", 5, 9400},
	{"glossary", nobody, "/glossary", 5, 11000},
	{"sources", nobody, "/sources", 5, 44300},
	{"about", nobody, "/about", 5, 3700},
	{"privacy", nobody, "/privacy", 5, 7700},
	{"lesson for teachers", nobody, "/lessons/{lesson}/teacher", 5, 4600},
	{"worksheet", nobody, "/lessons/{lesson}/worksheet", 5, 7850},
	{"note on a passage", pupil, "/lessons/" + theLesson + "/notes/T1", 5, 4200},
	{"note on the source text", pupil, "/declaration/notes/E1", 5, 4200},
	{"join", nobody, "/join", 5, 3200},
	{"join a class", nobody, "/join/{code}", 5, 3350},
	{"return", nobody, "/recover", 5, 3350},
	{"leave this device", pupil, "/leave", 5, 3400},

	{"choice", beginner, "{beginner choice}", 6, 4350},
	{"choices", beginner, "{beginner choices}", 6, 4400},
	{"true-false", beginner, "{beginner true-false}", 6, 4200},
	{"match", beginner, "{beginner match}", 6, 4850},
	{"classify", beginner, "{beginner classify}", 6, 5350},
	{"order", beginner, "{beginner order}", 6, 4550},
	{"gaps", beginner, "{beginner gaps}", 6, 4800},
	{"short", beginner, "{beginner short}", 6, 4200},
	{"number", beginner, "{beginner number}", 6, 4450},
	{"mark", beginner, "{beginner mark}", 6, 4650},
	{"position", beginner, "{beginner position}", 6, 4350},
	{"own-words", beginner, "{beginner own-words}", 6, 4850},
	{"choice, feedback", mistaken, "{mistaken choice}", 5, 4750},
	{"choices, feedback", mistaken, "{mistaken choices}", 5, 4750},
	{"true-false, feedback", mistaken, "{mistaken true-false}", 5, 4450},
	{"match, feedback", mistaken, "{mistaken match}", 5, 5050},
	{"classify, feedback", mistaken, "{mistaken classify}", 5, 5650},
	{"order, feedback", mistaken, "{mistaken order}", 5, 4800},
	{"gaps, feedback", mistaken, "{mistaken gaps}", 5, 4800},
	{"short, feedback", mistaken, "{mistaken short}", 5, 4150},
	{"number, feedback", mistaken, "{mistaken number}", 5, 4300},
	{"mark, feedback", mistaken, "{mistaken mark}", 5, 5150},
	{"overview of a quiz", mistaken, "{mistaken}", 5, 5100},
	{"questions to keep", beginner, "{beginner}/offline", 1, 9750},
	{"result", pupil, "{result}", 5, 12800},
	{"round", pupil, "{round}", 6, 3950},

	{"my pages", pupil, "/me", 5, 5000},
	{"my progress", pupil, "/me/progress", 5, 7400},
	{"my notes", pupil, "/me/notes", 5, 6000},
	{"one of my notes", pupil, "/me/notes/{note}", 5, 4150},
	{"my data", pupil, "/me/data", 5, 4450},
	{"my calendar", learner, "/me/calendar", 5, 3400},
	{"review", learner, "/me/review", 5, 3750},
	{"review, feedback", learner, "{reviewed}", 5, 4150},
	{"leave a class", pupil, "/me/classes/{class}/leave", 5, 3400},
	{"notes of the class", pupil, "/me/classes/{class}/notes", 5, 4950},

	{"sign in", nobody, "/teach/signin", 5, 3250},
	{"sign up", nobody, "/teach/signup", 5, 3450},
	{"lost passphrase", nobody, "/teach/recover", 5, 3500},
	{"new passphrase", nobody, "/teach/reset?token={reset}", 5, 3350},
	{"codes", fresh, "/teach/codes", 6, 3400},
	{"account", teacher, "/teach/account", 6, 4050},
	{"teacher's home", teacher, "/teach", 6, 3200},
	{"key of a lesson", teacher, "/teach/lessons/{lesson}/key", 6, 14700},
	{"give a lesson", teacher, "/teach/assign?lesson=" + theLesson, 6, 3150},
	{"invited colleague", colleague, "/teach/staff/{invite}", 6, 3200},
	{"new class", teacher, "/teach/classes/new", 6, 3600},
	{"class", teacher, "/teach/classes/{class}", 6, 5550},
	{"give", teacher, "/teach/classes/{class}/assign", 6, 5350},
	{"settings", teacher, "/teach/classes/{class}/settings", 6, 5300},
	{"delete a class", teacher, "/teach/classes/{class}/delete", 6, 3450},
	{"join on the wall", teacher, "/teach/classes/{class}/join", 6, 3400},
	{"cards", teacher, "/teach/classes/{class}/cards", 6, 4300},
	{"member", teacher, "/teach/classes/{class}/members/{learner}", 6, 5750},
	{"notes of a class", teacher, "/teach/classes/{class}/notes", 6, 10750},
	{"map of a text", teacher, "/teach/classes/{class}/notes/{source}", 6, 10950},
	{"gradebook", teacher, "/teach/classes/{class}/gradebook", 6, 15250},
	{"work of a pupil", teacher, "/teach/classes/{class}/attempts/{learner}/{work}", 6, 12800},
	{"assignment", teacher, "/teach/classes/{class}{given}", 6, 6600},
	{"edit", teacher, "/teach/classes/{class}{given}/edit", 6, 4300},
	{"copy", teacher, "/teach/classes/{class}{given}/copy", 6, 3450},
	{"results", teacher, "/teach/classes/{class}{given}/results", 6, 14100},
	{"sheet", teacher, "/teach/classes/{class}{given}/sheet", 6, 4350},
	{"corrected keys", teacher, "/teach/classes/{class}{given}/regrade", 6, 3300},
	{"live view", teacher, "/teach/classes/{class}{given}/live?names=1", 7, 7450},
	{"live view of a question", teacher, "/teach/classes/{class}{live}", 7, 6150},
	{"begin a round", teacher, "/teach/classes/{class}/round", 6, 4450},
	{"round on the wall", teacher, "{board}", 7, 3950},
}

// fileWeights are the budgets, in bytes as they are sent, of the files that pages load.
var fileWeights = map[string]int{
	"css/app.css": 15080, "js/app.js": 5270, "js/notes.js": 3490, "js/teach.js": 1550, "img/icon.svg": 170, "fonts/source-serif-4.woff2": 52000,
}

// mostBytes is what a page may take with all that it loads but the font.
const mostBytes = 60_000

// weightless are the addresses that are no pages.
var weightless = strings.Split(`GET /healthz
GET /readyz
GET /static/:hash/*
GET /
GET /:lang/attempts/:attempt/round/events
GET /:lang/calendar/:token.ics
GET /:lang/me/export.json
GET /:lang/me/notes.jsonld
GET /:lang/me/notes.md
GET /:lang/teach/classes/:class/gradebook.csv
GET /:lang/teach/classes/:class/gradebook.xlsx
GET /:lang/teach/classes/:class/gradebook.json
GET /:lang/teach/classes/:class/assignments/:n/live/events
GET /:lang/teach/classes/:class/assignments/:n/round/events`, "\n")

// TestWeight weighs every page of a school full of data. A page without a budget fails it, and so does one that is far
// below: then it is not full of data, or the budget is not one any more.
func TestWeight(t *testing.T) {
	t.Parallel()
	s := newWeighed(t)
	weighed := map[string]load{}
	var table bytes.Buffer
	out := tabwriter.NewWriter(&table, 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "requests\thtml\tof\tcss\tjs\ticon\tpack\tfont\ttogether\t page")
	for _, row := range weights {
		l := s.heaviest(row)
		weighed[row.page] = l
		sum := l.sizes["html"] + l.sizes[".css"] + l.sizes[".js"] + l.sizes[".svg"]
		fmt.Fprintf(out, "%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t %s: %s\n", l.requests(), l.sizes["html"], row.html, l.sizes[".css"], l.sizes[".js"],
			l.sizes[".svg"], l.sizes["offline"], l.sizes[".woff2"], sum, row.page, l.path)
		if l.requests() > row.requests || l.sizes["html"] > row.html || sum > mostBytes {
			t.Errorf("%s: %s has %d requests of %d, %d bytes of HTML of %d, %d bytes together of %d",
				row.page, l.path, l.requests(), row.requests, l.sizes["html"], row.html, sum, mostBytes)
		}
		if l.requests() < row.requests || l.sizes["html"] < row.html*3/4 {
			t.Errorf("%s: %s has only %d requests of %d and %d bytes of HTML of %d", row.page, l.path, l.requests(), row.requests, l.sizes["html"], row.html)
		}
	}
	_ = out.Flush()
	t.Logf("heaviest of each kind, bytes as sent:\n%s", table.String())
	for name, size := range s.files {
		t.Logf("%s has %d bytes of %d", name, size, fileWeights[name])
		if most := fileWeights[name]; size > most || size < most*3/4 {
			t.Errorf("%s has %d bytes of %d", name, size, most)
		}
	}
	for name := range fileWeights {
		if _, ok := s.files[name]; !ok {
			t.Errorf("no page loads %s; take its budget away", name)
		}
	}
	s.everyPageHasRow()
	s.browserAgrees(weighed["lesson of a pupil"], weighed["choice"], weighed["round"], weighed["live view"])
}

// browserAgrees has a browser load pages, and fails the test when it asks for anything else than was counted.
func (s *weighed) browserAgrees(loads ...load) {
	t := s.w.t
	t.Helper()
	b := openBrowser(t, s.w.url, "de", 1280, false)
	var mu sync.Mutex
	asked := map[string]bool{}
	err := chromedp.Listen(b.ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			asked[strings.TrimPrefix(e.Request.URL, b.base)] = true
		}
	})
	s.w.must(err)
	for _, l := range loads {
		want := map[string]bool{l.path: true}
		for _, at := range l.loads {
			if !strings.HasSuffix(at, "/img/icon.svg") { // a browser without windows has no use for it
				want[at] = true
			}
		}
		b.forget()
		for _, cookie := range l.by.http.Jar.Cookies(mustURL(t, b.base)) {
			b.cookie(cookie.Name, cookie.Value)
		}
		mu.Lock()
		clear(asked)
		mu.Unlock()
		b.open(l.path)
		eval[bool](b, `new Promise((rest) => setTimeout(() => rest(true), 300))`) // scripts ask for more when the page is there
		mu.Lock()
		if diff := cmp.Diff(want, asked); diff != "" {
			t.Errorf("%s: a browser asks for something else than was counted: %s", l.path, diff)
		}
		mu.Unlock()
	}
}

// forget makes a browser one that keeps no page and no cookie.
func (b *browser) forget() {
	b.t.Helper()
	_, err1 := chromedp.Call(b.ctx, network.ClearBrowserCache, cdp.Empty{})
	_, err2 := chromedp.Call(b.ctx, network.ClearBrowserCookies, cdp.Empty{})
	if err := errors.Join(err1, err2); err != nil {
		b.t.Fatal(err)
	}
}

// everyPageHasRow fails the test for an address with neither a budget nor a place among those that are no pages.
func (s *weighed) everyPageHasRow() {
	t := s.w.t
	cr := &crawler{routes: s.routes}
	rows := map[string]bool{}
	for _, row := range weights {
		for _, path := range s.paths("/de" + row.path) {
			rows[cr.route(http.MethodGet, path)] = true
			break // any of them says which route it is
		}
	}
	for _, r := range s.routes {
		if strings.HasPrefix(r, "GET ") && !rows[r] && !slices.Contains(weightless, r) {
			t.Errorf("the page %s has no budget", r)
		}
	}
	for _, r := range weightless {
		if rows[r] || !slices.Contains(s.routes, r) {
			t.Errorf("%s has a budget, or is no address at all", r)
		}
	}
}

// load is a page with all that a browser asks for with it.
type load struct {
	path  string
	by    *client
	loads []string       // addresses of what else is asked for
	sizes map[string]int // bytes as they are sent, by "html" and extension of a file's name
}

func (l load) requests() int { return 1 + len(l.loads) }

// compressed is a browser that takes what browsers take.
func compressed(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip, br") }

// heaviest is the page of a kind with the most HTML: the heaviest in German, where words are longest, or the same in English.
func (s *weighed) heaviest(row weight) load {
	s.w.t.Helper()
	var most *page
	weigh := func(path string) {
		p := s.visitors[row.who].get(path, compressed).want(http.StatusOK)
		if kind := p.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/html") {
			s.w.t.Errorf("%s is %s", path, kind)
		}
		if most == nil || len(p.body) > len(most.body) {
			most = p
		}
	}
	for _, path := range s.paths("/de" + row.path) {
		weigh(path)
	}
	if most == nil {
		s.w.t.Fatalf("%s: the school has no %s", row.page, row.path)
	}
	weigh(strings.Replace(most.path, "/de/", "/en/", 1))
	c := s.visitors[row.who]
	warm(c, most)
	plain := c.get(most.path).want(http.StatusOK)
	if m := forbidden.FindString(plain.body); m != "" {
		s.w.t.Errorf("%s: the policy forbids %q", most.path, m)
	}
	l := load{most.path, c, s.loads(plain), map[string]int{"html": len(most.body)}}
	for _, at := range l.loads {
		if name, ok := fileName(at); ok {
			l.sizes[path.Ext(name)] += s.files[name]
		} else if strings.HasSuffix(at, "/offline") {
			l.sizes["offline"] = len(c.get(at, compressed).want(http.StatusOK).body)
		}
	}
	return l
}

// warm checks that a page that may be kept is not sent again.
func warm(c *client, p *page) {
	c.w.t.Helper()
	tag := p.header.Get("ETag")
	if tag == "" {
		return
	}
	again := c.get(p.path, compressed, func(r *http.Request) { r.Header.Set("If-None-Match", tag) })
	if again.status != http.StatusNotModified || len(again.body) > 0 {
		c.w.t.Errorf("%s: a warm visit gets %d and %d bytes", p.path, again.status, len(again.body))
	}
}

// paths are all addresses that a row's path stands for.
func (s *weighed) paths(path string) (list []string) {
	before, rest, found := strings.Cut(path, "{")
	if !found {
		return []string{path}
	}
	name, after, _ := strings.Cut(rest, "}")
	for _, v := range s.marks[name] {
		list = append(list, s.paths(before+v+after)...)
	}
	return list
}

// fileName is the name of the static file at an address.
func fileName(at string) (string, bool) {
	_, rest, _ := strings.Cut(strings.TrimPrefix(at, "/static/"), "/")
	return rest, strings.HasPrefix(at, "/static/")
}

// loadedLinks are the relations of links that a browser follows by itself.
var loadedLinks = regexp.MustCompile(`stylesheet|icon|load|fetch|manifest`)

// loads are the addresses of all that a browser asks for with a page, and weighs the files among them.
func (s *weighed) loads(p *page) []string {
	seen := map[string]bool{}
	for n := range p.root.Descendants() {
		for _, at := range asksFor(n) {
			seen[at] = true
		}
	}
	// What scripts ask for by themselves: the one for notes where there are notes, and the questions for who loses the network.
	main := p.all("main")[0]
	if notes := attr(main, "data-notes"); notes != "" && ownNotes.MatchString(p.body) {
		seen[notes] = true
	}
	if attempt := attr(main, "data-attempt"); attempt != "" && len(p.all("eb-answer")) > 0 && len(p.all("eb-round")) == 0 {
		seen[p.path[:3]+"/attempts/"+attempt+"/offline"] = true
	}
	for _, at := range slices.Sorted(maps.Keys(seen)) {
		for _, more := range s.file(at) {
			seen[more] = true
		}
	}
	delete(seen, p.path)
	return slices.Sorted(maps.Keys(seen))
}

// asksFor is what a browser asks for when it meets an element.
func asksFor(n *html.Node) (list []string) {
	if n.Type != html.ElementNode {
		return nil
	}
	for _, name := range []string{"src", "srcset", "poster", "data"} {
		if at := attr(n, name); at != "" {
			list = append(list, at)
		}
	}
	if n.Data == "link" && loadedLinks.MatchString(attr(n, "rel")) || n.Data == "use" {
		list = append(list, attr(n, "href"))
	}
	return list
}

// file weighs a static file and returns the addresses that are in it, if it is a style sheet.
func (s *weighed) file(at string) (more []string) {
	t := s.w.t
	name, ok := fileName(at)
	if !ok {
		return nil
	}
	if _, known := s.files[name]; !known {
		a := s.w.client().get(at, compressed).want(http.StatusOK)
		if !strings.Contains(a.header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s would be asked for again", at)
		}
		s.files[name] = len(a.body)
	}
	if path.Ext(name) == ".css" {
		for _, m := range styleURL.FindAllStringSubmatch(s.w.client().get(at).body, -1) {
			more = append(more, m[1])
		}
	}
	return more
}

// forbidden is what the policy lets no page have.
var forbidden = regexp.MustCompile(`(?i)<script(?:>|[^>]*>[^<])|\sstyle=|\son[a-z]+=|javascript:|<style`)

var ownNotes = regexp.MustCompile(`class="([^"]* )?own[ "]`)

var styleURL = regexp.MustCompile(`url\(["']?(/[^"')]+)`)
