package lesson

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textPart is a heading or a passage of a text that is brought in.
type textPart struct {
	level int // of the heading, 1 the highest; 0 is a passage
	text  string
	line  int // where it begins in the text
}

// longestWrapped is how long a line can be that somebody, or a program, broke by hand. A text with longer lines has a
// paragraph on every line, as word processors write it.
const longestWrapped = 120

var (
	underline = regexp.MustCompile(`^(={3,}|-{3,})$`)
	bullet    = regexp.MustCompile(`^[-*+•–][ \t]+`)
	numbered  = regexp.MustCompile(`^(\d{1,3}[.)]|\(\d{1,3}\)|\(?[a-z]\))[ \t]+\S`)
	quoteSign = regexp.MustCompile(`^(> ?)+`)
)

// plainText cuts a text without markup into paragraphs, list entries and quotations; only an underlined line is a
// heading, since nothing else tells for certain.
func (b *brought) plainText(source string) {
	var lines []string // of the passage so far
	begin, quoted := 0, false
	flush := func() {
		b.add(0, lines, begin)
		lines = nil
	}
	all := strings.Split(source, "\n")
	wrapped := true
	for _, l := range all {
		wrapped = wrapped && utf8.RuneCountInString(l) <= longestWrapped
	}
	for i, l := range all {
		l = strings.TrimSpace(l)
		isQuote := quoteSign.MatchString(l)
		l = strings.TrimSpace(quoteSign.ReplaceAllString(l, ""))
		entry := bullet.MatchString(l) || numbered.MatchString(l)
		switch {
		case underline.MatchString(l) && len(lines) == 1:
			level := 1
			if l[0] == '-' {
				level = 2
			}
			b.add(level, lines, begin)
			lines = nil
			continue
		case l == "" || underline.MatchString(l):
			flush()
			continue
		case entry || isQuote != quoted || !wrapped:
			flush()
		}
		if len(lines) == 0 {
			begin = i + 1
		}
		quoted = isQuote
		lines = append(lines, bullet.ReplaceAllString(l, ""))
	}
	flush()
}

// add adds what its lines say, joined to one; lines without a letter or digit say nothing.
func (b *brought) add(level int, lines []string, line int) {
	text := fold(b.join(lines, line))
	if at := strings.IndexFunc(text, noText); at >= 0 { // Markdown names signs by number, &#20;
		r, _ := utf8.DecodeRuneInString(text[at:])
		b.refuse(line, noTextAdvice, r)
		return
	}
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		b.parts = append(b.parts, textPart{level, text, line})
	}
}

var (
	brokenWord = regexp.MustCompile(`\pL+-$`)
	// A hyphen before one of these stands for the rest of a word that follows: Kinder- und Jugendschutz.
	suspended = regexp.MustCompile(`^(und|oder|bzw\.|sowie|noch|and|or|nor)\b`)
)

// join makes one line of several. A word that was divided at the end of a line is put together, and the author is told.
func (b *brought) join(lines []string, at int) string {
	out := ""
	for i, l := range lines {
		l = strings.TrimSpace(l)
		half := brokenWord.FindString(out)
		next := leadingWord(l)
		switch {
		case i == 0:
			out = l
		case strings.HasSuffix(out, "\u00ad"):
			out += l
		case half == "" || next == "" || suspended.MatchString(l):
			out += " " + l
		default:
			whole := b.divided(half, next)
			b.say(at+i, "%q and %q of the next line are read as %q; if that is wrong, mend the text and bring it again", half, next, whole)
			out = strings.TrimSuffix(out, half) + whole + strings.TrimPrefix(l, next)
		}
	}
	return strings.ReplaceAll(out, "\u00ad", "")
}

func leadingWord(s string) string {
	return s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsLetter))]
}

// divided puts the halves of a word together: as the text writes it elsewhere, else with its hyphen before a capital
// (EU-Kommission) and without it before a small letter.
func (b *brought) divided(half, next string) string {
	hyphened, plain := half+next, strings.TrimSuffix(half, "-")+next
	capital, _ := utf8.DecodeRuneInString(next)
	keep := unicode.IsUpper(capital)
	switch {
	case b.words[plain] && !b.words[hyphened]:
		keep = false
	case b.words[hyphened] && !b.words[plain]:
		keep = true
	}
	if keep {
		return hyphened
	}
	return plain
}

var aWord = regexp.MustCompile(`[\pL\pM]+(-[\pL\pM]+)*`)

// vocabulary is every word of a text that stands on one line, hyphens and all.
func vocabulary(source string) map[string]bool {
	words := map[string]bool{}
	for _, w := range aWord.FindAllString(source, -1) {
		words[w] = true
	}
	return words
}
