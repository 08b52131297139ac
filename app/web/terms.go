package web

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"eberbach/app/lesson"
)

// terms are the words of the glossary in one language, and where they are used.
type terms struct {
	lang   string
	any    *regexp.Regexp // any form of any term; nil when there is none
	byForm map[string]string
	used   map[string][]*lesson.Lesson
}

func newTerms(glossary []lesson.Term, lang string) *terms {
	t := &terms{lang: lang, byForm: map[string]string{}, used: map[string][]*lesson.Lesson{}}
	var forms []string
	for _, term := range glossary {
		for _, form := range term.AllForms(lang) {
			t.byForm[strings.ToLower(form)] = term.ID
			forms = append(forms, regexp.QuoteMeta(html.EscapeString(form)))
		}
	}
	if len(forms) > 0 {
		// The longest first: of two that begin alike the whole one is meant.
		slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
		t.any = regexp.MustCompile("(?i)" + strings.Join(forms, "|"))
	}
	return t
}

// noTerms are the elements in which no word is linked: what is a link or a control itself, and headings.
var noTerms = map[string]bool{"a": true, "button": true, "h1": true, "h3": true, "summary": true, "svg": true, "code": true, "label": true,
	"figcaption": true, "dl": true, "nav": true, "form": true, "eb-once": true, "cite": true, "th": true}

// link leads each term of a lesson's page to the glossary, once a section.
func (t *terms) link(page []byte, l *lesson.Lesson) []byte {
	if t.any == nil {
		return page
	}
	var out bytes.Buffer
	tokens := html.NewTokenizer(bytes.NewReader(page))
	seen, main, barred := map[string]bool{}, false, 0
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return out.Bytes()
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
			clear(seen)
			barred++
		case name == "h2":
			barred--
		case noTerms[name] && kind == html.StartTagToken:
			barred++
		case noTerms[name]:
			barred--
		case kind == html.TextToken && main && barred == 0:
			raw = t.linkText(raw, seen, l)
		}
		out.Write(raw)
	}
}

func (t *terms) linkText(text []byte, seen map[string]bool, l *lesson.Lesson) []byte {
	var out []byte
	rest := 0
	for _, at := range t.any.FindAllIndex(text, -1) {
		form := string(text[at[0]:at[1]])
		id := t.byForm[strings.ToLower(html.UnescapeString(form))]
		if seen[id] || !wordAt(text, at[0], at[1]) {
			continue
		}
		seen[id] = true
		if !slices.Contains(t.used[id], l) {
			t.used[id] = append(t.used[id], l)
		}
		out = append(out, text[rest:at[0]]...)
		out = append(out, `<a class="term" href="/`+t.lang+`/glossary#`+id+`">`+form+`</a>`...)
		rest = at[1]
	}
	return append(out, text[rest:]...)
}

// wordAt says whether a stretch of a text is a word by itself and no part of a longer one.
func wordAt(text []byte, from, to int) bool {
	before, _ := utf8.DecodeLastRune(text[:from])
	after, _ := utf8.DecodeRune(text[to:])
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' }
	return (from == 0 || !inWord(before)) && (to == len(text) || !inWord(after))
}
