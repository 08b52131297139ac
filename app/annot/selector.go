package annot

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Selector says which stretch of a text is meant, in the two ways of the W3C Web Annotation Data Model that it is found
// again by: TextQuoteSelector and TextPositionSelector. Positions count Unicode code points, as the model wants it, from 0;
// the character at End is not part of the stretch.
type Selector struct {
	Quote
	Start, End int
}

// contextLength is how many code points of the text before and behind a quote are kept at least, where there are so many.
// The words at its edges are kept whole.
const contextLength = 32

// Select describes a stretch of a text. The stretch is whole characters, see Whole.
func Select(text string, r Range) Selector {
	from, to := r.Start, r.End
	for n := 0; from > 0 && (n < contextLength || inside(text, from)); n++ {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	for n := 0; to < len(text) && (n < contextLength || inside(text, to)); n++ {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	s := Selector{Quote: Quote{text[r.Start:r.End], text[from:r.Start], text[r.End:to]}}
	s.Start = utf8.RuneCountInString(text[:r.Start])
	s.End = s.Start + utf8.RuneCountInString(s.Words)
	return s
}

// inside says whether a place lies within a word.
func inside(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return inToken(before) && inToken(after)
}

// Points is a stretch of a text in code points.
func Points(text string, r Range) (start, end int) {
	start = utf8.RuneCountInString(text[:r.Start])
	return start, start + utf8.RuneCountInString(text[r.Start:r.End])
}

// Bytes is a stretch that is given in code points; false when the text does not have it, or it is empty.
func Bytes(text string, start, end int) (r Range, ok bool) {
	if start < 0 || start >= end {
		return r, false
	}
	n := 0
	for at := range text {
		if n == start {
			r.Start = at
		}
		if n == end {
			r.End = at
			return r, true
		}
		n++
	}
	r.End = len(text)
	return r, n == end
}

// Locate finds what somebody has just selected in a text, widened to whole characters and without the white space around
// it. The position counts when the quoted words stand there; else the text is not the one that they were selected in, and
// quote, prefix and suffix have to tell. ErrNotFound and ErrAmbiguous: they do not.
func (s Selector) Locate(text string) (Range, error) {
	r, ok := Bytes(text, s.Start, s.End)
	if !ok || text[r.Start:r.End] != s.Words {
		var err error
		if r, err = Anchor(text, s.Words, s.Prefix, s.Suffix); err != nil {
			return r, err
		}
	}
	r.Start += len(text[r.Start:r.End]) - len(strings.TrimLeftFunc(text[r.Start:r.End], unicode.IsSpace))
	r.End = r.Start + len(strings.TrimRightFunc(text[r.Start:r.End], unicode.IsSpace))
	if r = Whole(text, r); r.Start == r.End {
		return r, ErrNotFound
	}
	return r, nil
}

// Follow finds where the stretch stands in a later text; old is the text that it was selected in, or "" when nobody has
// that any more: then what the selector itself knows of it has to do. It decides like Reanchor, and like that never
// guesses.
func (s Selector) Follow(old, text string) (Place, error) {
	home, ok := Bytes(old, s.Start, s.End)
	ok = ok && old[home.Start:home.End] == s.Words
	switch {
	case ok && old == text:
		return Place{home, 1, Unchanged}, nil
	case !ok:
		old = s.Prefix + s.Words + s.Suffix
		home = Range{len(s.Prefix), len(s.Prefix) + len(s.Words)}
	}
	q := s.Quote
	if r, err := Anchor(old, q.Words, q.Prefix, q.Suffix); err != nil || r != home {
		q.Prefix, q.Suffix = "", "" // they did not tell it from its doubles in the old text, so they do not now
	}
	before, after := compose(old), compose(text)
	return find(q.composed(), before, after, before.composed(home), true)
}

func (q Quote) composed() Quote {
	return Quote{norm.NFC.String(q.Words), norm.NFC.String(q.Prefix), norm.NFC.String(q.Suffix)}
}

// composed is where a stretch of the original stands.
func (c composed) composed(r Range) Range {
	return Range{sort.SearchInts(c.at, r.Start), sort.SearchInts(c.at, r.End)}
}
