package web

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// void are the elements without content and end.
var void = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

// references are attributes whose value names other elements by id.
var references = []string{"for", "list", "form", "headers", "aria-activedescendant", "aria-controls", "aria-describedby", "aria-details", "aria-errormessage", "aria-flowto", "aria-labelledby", "aria-owns"}

// markup is a page, or a piece of one, as its author wrote it.
type markup struct {
	whole  bool     // a page, not a piece
	tags   []string // "p" begins an element and "/p" ends it
	ids    []string
	refs   []string // ids that are named by attributes
	links  []string // addresses that href and src name
	forms  []string // "POST /de/leave", for each
	faults []string
}

// readMarkup finds what a browser would mend in silence: elements that are never closed or closed by something else, what
// may not stand where it stands, an attribute or id given twice, and ids that are named and not there.
func readMarkup(source []byte) *markup {
	m := &markup{whole: bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(source)), []byte("<!doctype html>"))}
	m.tokens(source)
	m.compare(source)
	for i, id := range m.ids {
		if slices.Contains(m.ids[:i], id) {
			m.fault("two elements have the id %s", id)
		}
	}
	if m.whole { // what a piece names may be in the page around it
		for _, id := range m.refs {
			if !slices.Contains(m.ids, id) {
				m.fault("nothing has the id %s, which is named", id)
			}
		}
	}
	return m
}

func (m *markup) fault(format string, args ...any) {
	m.faults = append(m.faults, fmt.Sprintf(format, args...))
}

// tokens reads what is written, without mending anything.
func (m *markup) tokens(source []byte) {
	var open []string
	for z := html.NewTokenizer(bytes.NewReader(source)); ; {
		kind, raw := z.Next(), string(z.Raw())
		t := z.Token()
		switch kind {
		case html.ErrorToken:
			for _, name := range open {
				m.fault("<%s> is never closed", name)
			}
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			m.attributes(t)
			m.twice(t.Data, raw)
			m.tags = append(m.tags, t.Data)
			drawn := slices.Contains(open, "svg") || t.Data == "svg"
			switch {
			case slices.Contains(void, t.Data):
			case kind == html.SelfClosingTagToken && drawn:
				m.tags = append(m.tags, "/"+t.Data)
			case kind == html.SelfClosingTagToken:
				m.fault("<%s/> closes nothing", t.Data)
			default:
				open = append(open, t.Data)
			}
		case html.EndTagToken:
			m.tags = append(m.tags, "/"+t.Data)
			if n := len(open); n == 0 || open[n-1] != t.Data {
				m.fault("</%s> closes nothing that is open here: %v", t.Data, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}

func (m *markup) attributes(t html.Token) {
	for _, a := range t.Attr {
		switch {
		case a.Key == "id" && (a.Val == "" || strings.ContainsAny(a.Val, " \t\n")):
			m.fault("the id %q is none", a.Val)
		case a.Key == "id":
			m.ids = append(m.ids, a.Val)
		case slices.Contains(references, a.Key):
			m.refs = append(m.refs, strings.Fields(a.Val)...)
		case a.Key == "src" && strings.HasPrefix(t.Data, "eb-"): // what changes by itself
			m.forms = append(m.forms, "GET "+a.Val)
		case a.Key == "href" || a.Key == "src":
			m.links = append(m.links, a.Val)
		case a.Key == "action" || a.Key == "formaction":
			m.forms = append(m.forms, strings.ToUpper(cmp.Or(attribute(t, "method"), "post"))+" "+a.Val)
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

var attributeName = regexp.MustCompile(`\s([^\s"'<>/=]+)(?:=(?:"[^"]*"|'[^']*'|[^\s>]+))?`)

// twice finds what the tokenizer takes away, as browsers do.
func (m *markup) twice(element, raw string) {
	seen := map[string]bool{}
	for _, match := range attributeName.FindAllStringSubmatch(raw, -1) {
		if seen[match[1]] {
			m.fault("<%s> has %s twice", element, match[1])
		}
		seen[match[1]] = true
	}
}

// compare has a browser's parser read it: what that makes of it must be what is written, element by element. So whatever
// is moved, closed or made up on the way shows, such as a list in a paragraph or a link in a link.
func (m *markup) compare(source []byte) {
	var roots []*html.Node
	var err error
	if m.whole {
		var root *html.Node
		root, err = html.ParseWithOptions(bytes.NewReader(source), html.ParseOptionEnableScripting(false))
		roots = []*html.Node{root}
	} else {
		body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
		roots, err = html.ParseFragmentWithOptions(bytes.NewReader(source), body, html.ParseOptionEnableScripting(false))
	}
	if err != nil {
		m.fault("no HTML: %v", err)
		return
	}
	var read []string
	for _, root := range roots {
		read = appendTags(read, root)
	}
	for i := range max(len(read), len(m.tags)) {
		if i >= len(read) || i >= len(m.tags) || read[i] != m.tags[i] {
			m.fault("a browser reads …%v where it says …%v", around(read, i), around(m.tags, i))
			return
		}
	}
}

func around(tags []string, i int) []string {
	return tags[min(max(i-4, 0), len(tags)):min(i+3, len(tags))]
}

func appendTags(out []string, n *html.Node) []string {
	name := strings.ToLower(n.Data)
	if n.Type == html.ElementNode {
		out = append(out, name)
	}
	for c := range n.ChildNodes() {
		out = appendTags(out, c)
	}
	if n.Type == html.ElementNode && !slices.Contains(void, name) {
		out = append(out, "/"+name)
	}
	return out
}

// TestMarkupFaults: the check finds each kind of fault, and nothing in what is sound.
func TestMarkupFaults(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`<p>a<br>b</p><svg><circle r="1"/><path d=""></path></svg>`:                           "",
		`<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>`: "",
		`<div><p>a</div>`:                    "</div> closes nothing",
		`<ul><li>a</ul>`:                     "</ul> closes nothing",
		`<b><i>a</b></i>`:                    "</b> closes nothing",
		`<div>a`:                             "<div> is never closed",
		`a</div>`:                            "</div> closes nothing",
		`<div/>`:                             "<div/> closes nothing",
		`<p><ul><li>a</li></ul></p>`:         "a browser reads",
		`<a href="/">a<a href="/">b</a></a>`: "a browser reads",
		`<table><tr><td>b</td></tr></table>`: "a browser reads", // the parser adds a tbody
		`<table><p>b</p></table>`:            "a browser reads",
		`<form><form></form></form>`:         "a browser reads",
		`<p id="a"></p><p id="a"></p>`:       "two elements have the id a",
		`<p id="a b"></p>`:                   "is none",
		`<p class="a" class="b"></p>`:        "has class twice",
		`<!doctype html><html lang="de"><head><title>a</title></head><body><label for="b">a</label><input id="c"></body></html>`: "nothing has the id b",
		`<!doctype html><html lang="de"><head><title>a</title></head><body><label for="b">a</label><input id="b"></body></html>`: "",
	} {
		faults := readMarkup([]byte(source)).faults
		if want == "" && len(faults) > 0 || want != "" && (len(faults) == 0 || !strings.Contains(faults[0], want)) {
			t.Errorf("%s: %q, want %q", source, faults, want)
		}
	}
}
