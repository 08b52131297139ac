package lesson

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Foreign is a text that somebody brings in, and what they know of it.
type Foreign struct {
	File   string // its name; .md and .markdown are Markdown, all others plain text
	Data   []byte
	Source Source // ID is the document's, too; what is empty is not known
}

// brought is a text cut into headings and passages.
type brought struct {
	file     string
	parts    []textPart
	front    map[string]string // what the front matter says of the text
	skipped  int               // lines of front matter
	words    map[string]bool
	notes    Faults
	refusals Faults
}

// MaxForeign is the size of the longest text that is brought in, in bytes. Its passages must fit into a lesson file with
// another language beside them.
const MaxForeign = maxFile / 4

const maxPassages = 999 // as numbers have three digits

func (b *brought) say(line int, format string, args ...any) {
	b.note(b.file, line, format, args...)
}

func (b *brought) note(file string, line int, format string, args ...any) {
	b.notes.warn(file, line, format, args...)
}

func (b *brought) refuse(line int, format string, args ...any) {
	b.refusals.add(b.file, line, format, args...)
}

// bring cuts a text. It is refused as a whole or cut as a whole.
func bring(f Foreign) *brought {
	b := &brought{file: f.File}
	source, ok := b.decoded(f.Data)
	if !ok {
		return b
	}
	b.words = vocabulary(source)
	if ext := strings.ToLower(path.Ext(f.File)); ext == ".md" || ext == ".markdown" {
		b.markdownText(b.frontMatter(source))
	} else {
		b.plainText(source)
	}
	n := 0
	for _, p := range b.parts {
		if p.level == 0 {
			n++
		}
	}
	switch {
	case n == 0 && len(b.refusals) == 0:
		b.refuse(1, "there is no passage in this text; bring one with at least one paragraph")
	case n > maxPassages:
		b.refuse(1, "the text has %d passages, and their numbers go up to %d; divide it into several documents", n, maxPassages)
	}
	return b
}

// title is the heading of the highest order when it stands before everything else, or nothing.
func (b *brought) title() string {
	if len(b.parts) > 0 && b.parts[0].level == 1 {
		return b.parts[0].text
	}
	return ""
}

// decoded is the text as UTF-8 in normal form C with plain line ends, or false after naming why it cannot be read.
func (b *brought) decoded(data []byte) (string, bool) {
	if len(data) > MaxForeign {
		b.refuse(1, "the text has %d bytes; at most %d are read, so divide it into several documents", len(data), MaxForeign)
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := lineEnds.Replace(string(data))
	for at, r := range text {
		line := 1 + strings.Count(text[:at], "\n")
		if r == utf8.RuneError && !strings.HasPrefix(text[at:], "\ufffd") {
			b.refuse(line, "the text is not UTF-8 (perhaps Latin-1, Windows-1252 or UTF-16); save it as UTF-8 and bring it again")
			return "", false
		}
		if noText(r) && r != '\n' && r != '\t' {
			b.refuse(line, noTextAdvice, r)
			return "", false
		}
	}
	return norm.NFC.String(text), true
}

// noText says of a sign that it stands for nothing that can be written into a lesson file or shown.
func noText(r rune) bool { return unicode.IsControl(r) || r == '\ufffe' || r == '\uffff' }

const noTextAdvice = "the sign %U is no text; bring a text file, not a document of a word processor"

// lineEnds makes every end of a line and page the same and takes signs away that nobody sees and no quote would have.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n",
	"\u200b", "", "\u2060", "", "\ufeff", "")

// frontKeys are what the front matter may say of a source.
var frontKeys = []string{"title", "publisher", "url", "date", "lang"}

// frontMatter takes the block of keys at the top of a Markdown text away and reads what it says of the source.
func (b *brought) frontMatter(source string) string {
	fence, rest, _ := strings.Cut(source, "\n")
	fence = strings.TrimRight(fence, " \t")
	if fence != "---" && fence != "+++" {
		return source
	}
	block, after, closed := strings.Cut("\n"+rest, "\n"+fence+"\n")
	if !closed {
		return source
	}
	b.skipped = 2 + strings.Count(block, "\n")
	if fence == "+++" {
		b.say(1, "this front matter is not YAML and is not read; give title, publisher, url and date as flags")
		return after
	}
	var faults Faults
	doc, ok := parseYAML(b.file, []byte(block), &faults)
	if !ok {
		b.say(1, "this front matter cannot be read (%s); give title, publisher, url and date as flags", faults[0].Text)
		return after
	}
	b.front = map[string]string{}
	for _, key := range frontKeys {
		if node := child(doc.root, key); node != nil {
			b.front[key] = strings.TrimSpace(node.Value) // a date or a year may be without quotes
		}
	}
	return after
}
