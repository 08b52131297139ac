package web

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"eberbach/app/lesson"
)

// terms are the words of the glossary in one language.
type terms struct {
	lang  string
	forms map[string][]termForm // by their first word, the longest first: of two that begin alike the whole one is meant
}

// termForm is how a term stands in a text, in small letters and as HTML has it.
type termForm struct{ text, id string }

func newTerms(glossary []lesson.Term, lang string) *terms {
	t := &terms{lang: lang, forms: map[string][]termForm{}}
	for _, term := range glossary {
		for _, text := range term.AllForms(lang) {
			text = strings.ToLower(html.EscapeString(text))
			first := firstWord(text)
			t.forms[first] = append(t.forms[first], termForm{text, term.ID})
		}
	}
	for _, forms := range t.forms {
		slices.SortFunc(forms, func(a, b termForm) int { return len(b.text) - len(a.text) })
	}
	return t
}

// firstWord is the letters and digits that a text begins with.
func firstWord(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return !inWord(r) })
	if end < 0 {
		return text
	}
	return text[:end]
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// noTerms are the elements in which no word is linked: what is a link or a control itself, headings, and drawings.
var noTerms = map[string]bool{
	"a": true, "button": true, "h1": true, "h3": true, "summary": true, "svg": true, "code": true, "label": true,
	"figure": true, "dl": true, "nav": true, "form": true, "eb-once": true, "cite": true, "th": true,
}

// link leads each term of a lesson's page to the glossary, once a section. The page uses the terms with the ids.
func (t *terms) link(page []byte) (linked []byte, used map[string]bool) {
	if len(t.forms) == 0 {
		return page, nil
	}
	var out bytes.Buffer
	used = map[string]bool{}
	tokens := html.NewTokenizer(bytes.NewReader(page))
	seen, main, barred := map[string]bool{}, false, 0
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			maps.Copy(used, seen)
			return out.Bytes(), used
		}
		raw := bytes.Clone(tokens.Raw())
		name := ""
		if kind == html.StartTagToken || kind == html.EndTagToken {
			tag, _ := tokens.TagName()
			name = string(tag)
		}
		switch {
		case name == "main":
			main = kind == html.StartTagToken
		case name == "h2" && kind == html.StartTagToken:
			maps.Copy(used, seen)
			clear(seen)
			barred++
		case name == "h2":
			barred--
		case noTerms[name] && kind == html.StartTagToken:
			barred++
		case noTerms[name]:
			barred--
		case kind == html.TextToken && main && barred == 0:
			raw = t.linkText(raw, seen)
		}
		out.Write(raw)
	}
}

func (t *terms) linkText(raw []byte, seen map[string]bool) []byte {
	text := string(raw)
	lower := strings.ToLower(text)
	if len(lower) != len(text) {
		return raw // a letter that changes its length: places in the two would not agree
	}
	var out strings.Builder
	rest := 0
	for at := 0; at < len(lower); {
		word := firstWord(lower[at:])
		if word == "" {
			_, size := utf8.DecodeRuneInString(lower[at:])
			at += size
			continue
		}
		f, found := t.formAt(lower, at, word)
		if !found || seen[f.id] {
			at += len(word)
			continue
		}
		seen[f.id] = true
		end := at + len(f.text)
		out.WriteString(text[rest:at] + `<a class="term" href="/` + t.lang + `/glossary#` + f.id + `">` + text[at:end] + `</a>`)
		at, rest = end, end
	}
	return []byte(out.String() + text[rest:])
}

// formAt is the form that stands at a place as a word by itself and no part of a longer one.
func (t *terms) formAt(lower string, at int, word string) (termForm, bool) {
	before, _ := utf8.DecodeLastRuneInString(lower[:at])
	if at > 0 && before == '-' {
		return termForm{}, false
	}
	for _, f := range t.forms[word] {
		if !strings.HasPrefix(lower[at:], f.text) {
			continue
		}
		after, _ := utf8.DecodeRuneInString(lower[at+len(f.text):])
		if at+len(f.text) == len(lower) || !inWord(after) && after != '-' {
			return f, true
		}
	}
	return termForm{}, false
}
