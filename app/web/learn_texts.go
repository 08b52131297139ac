package web

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"eberbach/app/annot"
)

// Notes hang on the text of a page as its reader sees it. What that is, the server and notes.js read from the same HTML by
// the same rules: an element with data-unit names the piece that its text belongs to, several may name the same one, and
// then theirs follow each other. White space is folded, and a paragraph is a line.

// unitAttr names the piece of text that an element's text belongs to.
const unitAttr = "data-unit"

// startUnit is the piece before the first heading of a page.
const startUnit = "start"

// inLine are the elements that do not end a paragraph.
var inLine = map[string]bool{"a": true, "em": true, "strong": true, "code": true, "sup": true, "span": true, "mark": true, "b": true, "i": true}

// asides are classes of what stands in a text and does not belong to it.
var asides = map[string]bool{"cite": true, "note": true, "num": true}

// notText are the elements whose text is not the text's.
var notText = map[string]bool{"h2": true, "h3": true, "form": true, "button": true, "figure": true, "svg": true}

// pageTexts are the pieces of a page's text, in its order.
type pageTexts []annot.Unit

// unit is the piece with the id.
func (t pageTexts) unit(id string) (annot.Unit, bool) {
	for _, u := range t {
		if u.ID == id {
			return u, true
		}
	}
	return annot.Unit{}, false
}

// textsOf reads the pieces of text from a page.
func textsOf(page []byte) (texts pageTexts) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil { // of memory it is none
		return nil
	}
	readers := map[string]*unitReader{}
	var order []string
	for n := range root.Descendants() {
		id := attr(n, unitAttr)
		if id == "" {
			continue
		}
		if readers[id] == nil {
			readers[id] = &unitReader{}
			order = append(order, id)
		}
		readers[id].read(n)
		readers[id].end()
	}
	for _, id := range order {
		if u := readers[id]; len(u.lines) > 0 {
			texts = append(texts, annot.Unit{ID: id, Title: u.title, Text: strings.Join(u.lines, "\n")})
		}
	}
	return texts
}

// attr is the value of an element's attribute; "" where it has none.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// unitReader puts the text of a piece together.
type unitReader struct {
	title string
	lines []string
	line  strings.Builder
}

func (u *unitReader) read(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		u.line.WriteString(n.Data)
		return
	case n.Type != html.ElementNode, slices.ContainsFunc(strings.Fields(attr(n, "class")), func(c string) bool { return asides[c] }):
		return
	case notText[n.Data]:
		if n.Data == "h2" {
			u.title = strings.TrimSpace(textIn(n))
		}
		u.end()
		return
	}
	if !inLine[n.Data] {
		u.end()
	}
	for c := range n.ChildNodes() {
		u.read(c)
	}
	if !inLine[n.Data] {
		u.end()
	}
}

// end ends a paragraph.
func (u *unitReader) end() {
	if line := strings.Join(strings.FieldsFunc(u.line.String(), isHTMLSpace), " "); line != "" {
		u.lines = append(u.lines, line)
	}
	u.line.Reset()
}

// isHTMLSpace says whether a browser folds the character; a narrow space inside a number stays.
func isHTMLSpace(r rune) bool { return strings.ContainsRune(" \t\n\r\f", r) }

func textIn(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// sourcePath is the path of the page with a source's text.
func sourcePath(source string) string {
	if source == annot.Declaration {
		return "/declaration"
	}
	return "/lessons/" + source
}

// textsOf is as that of the site. To make a page that nobody has read yet is no wait for the store.
func (r *request) textsOf(source, lang string) pageTexts {
	defer r.renew()
	return r.site.textsOf(source, lang)
}

// textsOf are the pieces of a source's text in a language; none when there is no such source.
func (s *site) textsOf(source, lang string) pageTexts {
	if pr, err := s.preparedAt("/" + lang + sourcePath(source)); err == nil && pr != nil {
		return pr.texts()
	}
	return nil
}
