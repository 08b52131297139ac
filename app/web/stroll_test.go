package web

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestStroll walks through all pages by chance, as a teacher, a pupil and somebody new, and sends every form that it meets,
// filled in with what comes. Nothing breaks; a link that a page has leads somewhere; and who is told to mend something still
// has in the form what they had typed.
func TestStroll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endViews()
	s := w.side("Hier")
	for _, walk := range []struct {
		name   string
		c      *client
		within string
		starts []string
	}{
		{"teacher", s.teacher, "/teach", []string{"/de/teach", "/en/teach/classes/new", s.path("de", ""), s.path("en", "/gradebook"), s.path("de", "/assign"), "/de/teach/account"}},
		{"pupil", s.browser, "", []string{"/de/", "/en/me", "/de/me/notes", "/en/lessons/" + theLesson, "/de/join", "/de/me/review", "/de/recover"}},
		{"somebody new", w.client(), "", []string{"/en/", "/de/lessons/" + theLesson, "/en/join", "/de/teach/signup", "/de/teach/recover", "/en/teach/signin", "/de/me"}},
	} {
		x := &stroller{t: t, c: walk.c, chance: rand.New(rand.NewPCG(3, uint64(len(walk.name)))), within: walk.within, met: map[int]int{}}
		for x.steps < 700 {
			x.walk(walk.starts[x.chance.IntN(len(walk.starts))])
		}
		t.Logf("%s: %d links, forms answered with %v", walk.name, x.links, x.met)
		if x.links < 100 || x.met[http.StatusSeeOther] < 20 || x.met[http.StatusUnprocessableEntity] < 20 {
			t.Errorf("%s has not come far", walk.name)
		}
	}
}

// stroller goes from page to page.
type stroller struct {
	t            *testing.T
	c            *client
	chance       *rand.Rand
	within       string // what the paths that it follows contain
	steps, links int
	met          map[int]int // how often a form was answered with each status
}

// ending are forms after which there is nothing left to walk through.
var ending = regexp.MustCompile(`/(signout|sessions|leave|delete)$`)

// walk goes on from a page as far as it leads.
func (x *stroller) walk(path string) {
	x.t.Helper()
	for range 30 {
		p := x.c.get(path)
		x.steps++
		for p.status == http.StatusSeeOther || p.status == http.StatusFound {
			p = x.c.get(x.inside(p.header.Get("Location"), path))
		}
		if p.status != http.StatusOK || !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			if p.status != http.StatusOK {
				x.t.Errorf("%s: status %d", path, p.status)
			}
			return
		}
		forms := slices.DeleteFunc(p.all("form"), func(n *html.Node) bool { return ending.MatchString(attr(n, "action")) })
		if len(forms) > 0 && x.chance.IntN(3) > 0 {
			p = x.sends(forms[x.chance.IntN(len(forms))])
			if p.status != http.StatusSeeOther {
				return
			}
			path = x.inside(p.header.Get("Location"), path)
			continue
		}
		var ways []string
		for _, a := range p.all("a") {
			if at := x.inside(attr(a, "href"), p.path); at != "" && strings.Contains(at, x.within) {
				ways = append(ways, at)
			}
		}
		if len(ways) == 0 {
			return
		}
		path = ways[x.chance.IntN(len(ways))]
		x.links++
	}
}

// inside is the path that an address on a page leads to; "" when it leads elsewhere.
func (x *stroller) inside(address, from string) string {
	at, err := mustURL(x.t, x.c.w.url+from).Parse(address)
	if err != nil || !strings.HasPrefix(at.String(), x.c.w.url+"/") {
		return ""
	}
	return at.RequestURI()
}

// sends fills in a form and sends it.
func (x *stroller) sends(n *html.Node) *page {
	x.t.Helper()
	f, values, typed, own := readForm(n), url.Values{}, map[string]string{}, true
	for d := range n.Descendants() {
		name := attr(d, "name")
		if d.Type != html.ElementNode || name == "" {
			continue
		}
		value := attr(d, "value")
		switch kind := attr(d, "type"); {
		case d.Data == "button":
			if x.chance.IntN(2) == 0 {
				values.Set(name, value)
			}
		case d.Data == "select":
			values.Set(name, f.fields[name][x.chance.IntN(len(f.fields[name]))])
		case d.Data == "textarea", d.Data == "input" && !slices.Contains([]string{"hidden", "radio", "checkbox", "file"}, kind):
			if value == "" || x.chance.IntN(3) > 0 {
				value = x.types()
			}
			values.Set(name, value)
			if kind != "password" && (name != codeField || !strings.Contains(f.action, "/teach/")) { // a secret is typed again
				typed[name] = value
			}
		case d.Data == "input" && kind == "hidden":
			if x.chance.IntN(20) == 0 {
				value, own = x.types(), false
			}
			values.Add(name, value)
		case d.Data == "input" && kind != "file" && x.chance.IntN(2) == 0:
			if x.chance.IntN(20) == 0 {
				value, own = x.types(), false
			}
			if kind == "radio" {
				values.Set(name, value)
			} else {
				values.Add(name, value)
			}
		}
	}
	var p *page
	if strings.EqualFold(attr(n, "method"), "post") {
		p = x.c.post(f.action, values)
	} else {
		p = x.c.get(f.action + "?" + values.Encode())
	}
	x.met[p.status]++
	switch p.status {
	case http.StatusOK, http.StatusSeeOther, http.StatusFound, http.StatusTooManyRequests, http.StatusConflict:
	case http.StatusUnprocessableEntity:
		if own {
			x.keeps(p, f.action, typed)
		}
	default:
		if own || p.status >= http.StatusInternalServerError {
			x.t.Errorf("%s with %q: status %d", f.action, values, p.status)
		}
	}
	return p
}

// keeps checks that what was typed is still there, and that there is something to read about it.
func (x *stroller) keeps(p *page, action string, typed map[string]string) {
	x.t.Helper()
	if p.faulty(); !strings.Contains(p.body, `class="message"`) {
		x.t.Errorf("%s with %q: nothing says what is to be mended", action, typed)
	}
	for name, value := range typed {
		value = strings.TrimSpace(value)
		holds := func(n *html.Node) bool {
			return attr(n, "name") == name && slices.Contains([]string{strings.TrimSpace(attr(n, "value")), strings.TrimSpace(textOf(n))}, value)
		}
		if !strings.ContainsAny(value, "\x00\r") && !slices.ContainsFunc(append(p.all("input"), p.all("textarea")...), holds) { // no form can show those two
			x.t.Errorf("%s: of %q typed in %s nothing is left", action, value, name)
		}
	}
}

// typings is what people and programs type.
var typings = []string{
	"Anna", "Max Müller", "9b", "Hallo Welt", "12", "2026-12-24", "2026-12-24T10:00", "50", "0,5", "07:30",
	"", " ", "-1", "0", "999999999999999999999", "1e309", "NaN", "1.5.2", "٣", "１", "=1+1", "true", "null", "{}", "[]", "<b>\"'&", "%00", "%", "../..",
	"2026-13-45", "2026-02-30T25:99", "0000-00-00", "9999-12-31T23:59", "10000-01-01", "1969-12-31", "24:00", "\u202e\u200b", "\x00", "a\r\nX: y",
	strings.Repeat("ä", 60), strings.Repeat("🙂", 30), strings.Repeat("x", 9000),
}

func (x *stroller) types() string { return typings[x.chance.IntN(len(typings))] }
