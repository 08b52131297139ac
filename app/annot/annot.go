// Package annot holds passages of text, the sentences in them, and notes anchored on exact quotes.
package annot

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Range is a stretch of a text: byte offsets, Start inclusive, End exclusive.
type Range struct{ Start, End int }

// Errors of Anchor.
var (
	ErrNotFound  = errors.New("the quote is not in the passage")
	ErrAmbiguous = errors.New("the quote is in the passage more than once")
)

// Anchor finds an exact quote in a text. Prefix and suffix, where given, must stand directly around it (white space
// aside) and decide between several places, as in the W3C TextQuoteSelector. A quote never takes a letter without its
// combining mark, nor a part of a joined emoji: a mark around it would show something else than what was quoted.
func Anchor(text, quote, prefix, suffix string) (Range, error) {
	if quote == "" {
		return Range{}, ErrNotFound
	}
	var found []Range
	for from := 0; from <= len(text)-len(quote); {
		i := strings.Index(text[from:], quote)
		if i < 0 {
			break
		}
		r := Range{from + i, from + i + len(quote)}
		if border(text, r.Start) && border(text, r.End) && fits(text, r, prefix, suffix) {
			found = append(found, r)
		}
		from = r.Start + 1
	}
	switch len(found) {
	case 0:
		return Range{}, ErrNotFound
	case 1:
		return found[0], nil
	}
	return Range{}, ErrAmbiguous
}

func fits(text string, r Range, prefix, suffix string) bool {
	return strings.HasSuffix(strings.TrimSpace(text[:r.Start]), strings.TrimSpace(prefix)) &&
		strings.HasPrefix(strings.TrimSpace(text[r.End:]), strings.TrimSpace(suffix))
}

// Mark is an anchored note: the place of its quote and the note's id.
type Mark struct {
	Range
	ID string
}

// Overlap returns the first two marks that cover a common stretch, if there are any.
func Overlap(marks []Mark) (a, b string, ok bool) {
	sorted := slices.SortedFunc(slices.Values(marks), byStart)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Start < sorted[i-1].End {
			return sorted[i-1].ID, sorted[i].ID, true
		}
	}
	return "", "", false
}

// Piece is a stretch of a sentence under one mark or none. Opens and Closes tell where a mark begins and ends, since a
// mark may go on over several sentences.
type Piece struct {
	Text          string
	Mark          string
	Opens, Closes bool
}

// Sentence is one sentence of a passage, cut at the marks in it. Its text includes the space after it.
type Sentence struct {
	Range
	Pieces []Piece
}

// Cut divides a text into its sentences and those at the marks, which must not overlap. The pieces put together are
// the text again.
func Cut(text string, marks []Mark) []Sentence {
	sorted := slices.SortedFunc(slices.Values(marks), byStart)
	var out []Sentence
	for _, r := range Sentences(text) {
		s := Sentence{Range: r}
		at := r.Start
		for _, m := range sorted {
			from, to := max(m.Start, at), min(m.End, r.End)
			if from >= to {
				continue
			}
			if at < from {
				s.Pieces = append(s.Pieces, Piece{Text: text[at:from]})
			}
			s.Pieces = append(s.Pieces, Piece{text[from:to], m.ID, from == m.Start, to == m.End})
			at = to
		}
		if at < r.End {
			s.Pieces = append(s.Pieces, Piece{Text: text[at:r.End]})
		}
		out = append(out, s)
	}
	return out
}

// SentenceOf is the number of the sentence, from 0, in which the whole range of their text lies; false when it crosses a
// border.
func SentenceOf(sentences []Range, r Range) (int, bool) {
	for i, s := range sentences {
		if r.Start >= s.Start && r.End <= s.End {
			return i, true
		}
	}
	return 0, false
}

func byStart(a, b Mark) int { return cmp.Compare(a.Start, b.Start) }
