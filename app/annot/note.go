package annot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Note is what a reader has left at a stretch of a text: theirs alone, unless they show it to a class.
type Note struct {
	ID     string
	Kind   Kind
	Source string // whose text it is: a lesson's id, or Declaration
	Lang   string // of the text; each language is a text of its own
	Unit   string // the piece of the text, see Unit
	Of     string // hash of the piece's text when it was selected, see HashText
	Selector
	Words   string   // the reader's own, "" for none
	Made    int64    // Unix seconds
	Changed int64    // Unix seconds; 0 when it never was
	Shown   []string // ids of the classes that may read it
}

// Declaration is the source of the declaration's own passages.
const Declaration = "declaration"

// Kind says why something was marked.
type Kind string

// The kinds. Each is a motivation of the W3C Web Annotation Vocabulary.
const (
	Highlight Kind = "highlight" // highlighting
	Comment   Kind = "note"      // commenting: there are words
	Unclear   Kind = "unclear"   // questioning
)

// Kinds are all of them in the order in which they are offered.
var Kinds = []Kind{Highlight, Comment, Unclear}

// Motivation is the kind's name in the W3C vocabulary.
func (k Kind) Motivation() string {
	return map[Kind]string{Highlight: "highlighting", Comment: "commenting", Unclear: "questioning"}[k]
}

// Bounds of what one reader keeps.
const (
	MostNotes = 300
	MostWords = 2000 // code points of the reader's own words
	MostQuote = 4000 // code points of what is marked
)

// Clean is somebody's own words as they are kept: line ends and the space around them are made alike, and what no keyboard
// writes is left out.
func Clean(words string) string {
	words = strings.ReplaceAll(strings.ToValidUTF8(words, ""), "\r\n", "\n")
	words = strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, words)
	return strings.TrimSpace(words)
}

// TooLong says whether words are more than are kept.
func TooLong(words string) bool { return utf8.RuneCountInString(words) > MostWords }

// ShownTo says whether the class may read the note.
func (n Note) ShownTo(class string) bool { return slices.Contains(n.Shown, class) }

// Last is when the note was made or changed last, Unix seconds.
func (n Note) Last() int64 { return max(n.Made, n.Changed) }
