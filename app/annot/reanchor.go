package annot

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Quote is the words of a TextQuoteSelector with what the author wrote to tell it from other places.
type Quote struct{ Words, Prefix, Suffix string }

// Place is where a quote stands in a later version of its text.
type Place struct {
	Range            // in the later text
	Likeness float64 // 1: the very words; otherwise at least LeastLikeness
	Why      Reason
}

// Reason says how a place was found.
type Reason string

// How a place is found, the surest way first.
const (
	Once       Reason = "the words stand there once"
	ByAuthor   Reason = "prefix and suffix tell it from the other places"
	ByContext  Reason = "the words around it tell it from the other places"
	ByLikeness Reason = "nearly the same words stand between the same neighbours"
)

// LeastLikeness is from where on two texts count as nearly the same. Python's difflib, whose measure also runs from 0 to
// 1, documents it as the rule of thumb for close matches.
const LeastLikeness = 0.6

// Bounds of the search, whoever wrote the texts.
const (
	mostPlaces = 50         // of one quote; beyond that nobody can tell them apart
	mostCells  = 20_000_000 // runes of the quote times runes of the text
)

// Why Reanchor finds no place. They wrap ErrNotFound and ErrAmbiguous.
var (
	errGone     = fmt.Errorf("%w: neither the words nor nearly the same ones between the same neighbours", ErrNotFound)
	errOthers   = fmt.Errorf("%w: the same words stand elsewhere in it, but their old place is gone", ErrNotFound)
	errUnknown  = fmt.Errorf("%w: it was not in the old text either", ErrNotFound)
	errDoubled  = fmt.Errorf("%w, and the words around do not decide", ErrAmbiguous)
	errResemble = fmt.Errorf("%w nearly, with other words, and the words around do not decide", ErrAmbiguous)
	errTooLong  = errors.New("quote and text are too long to be compared")
)

// Reanchor finds where a quote of an old text stands in a later one: the very words first, told apart by prefix and
// suffix and then by the words around them; else the most similar words that still have a neighbour of the old place.
// Letters with combining marks count as the same however they are encoded (Unicode normal form C). It never guesses:
// what is not decided is an error that wraps ErrNotFound or ErrAmbiguous and says why.
func Reanchor(q Quote, old, text string) (Place, error) {
	before, after := compose(old), compose(text)
	q = Quote{norm.NFC.String(q.Words), norm.NFC.String(q.Prefix), norm.NFC.String(q.Suffix)}
	home, err := Anchor(before.text, q.Words, q.Prefix, q.Suffix)
	known := err == nil
	place, err := Place{}, errUnknown
	if found := after.places(q.Words); len(found) > 0 {
		place, err = exact(q, before, after, found, home, known)
	} else if known {
		place, err = similar(q.Words, before, after, home)
	}
	if err != nil {
		return Place{}, err
	}
	place.Range = after.original(place.Range)
	return place, nil
}

// composed is a text in normal form C that knows where its characters stand in the original.
type composed struct {
	text string
	at   []int // original offset of the segment that a byte belongs to; one more for the end
}

func compose(text string) composed {
	var c composed
	var b strings.Builder
	var it norm.Iter
	it.InitString(norm.NFC, text)
	for !it.Done() {
		start := it.Pos()
		segment := it.Next()
		b.Write(segment)
		for range segment {
			c.at = append(c.at, start)
		}
	}
	c.text, c.at = b.String(), append(c.at, len(text))
	return c
}

func (c composed) original(r Range) Range { return Range{c.at[r.Start], c.at[r.End]} }

// whole says whether a stretch begins and ends between characters, here and in the original.
func (c composed) whole(r Range) bool {
	for _, at := range []int{r.Start, r.End} {
		if !border(c.text, at) || at > 0 && c.at[at] == c.at[at-1] {
			return false
		}
	}
	return r.Start < r.End
}

// places are where the words stand, at most one more than can be told apart.
func (c composed) places(words string) (found []Range) {
	for from := 0; words != "" && len(found) <= mostPlaces; {
		i := strings.Index(c.text[from:], words)
		if i < 0 {
			break
		}
		if r := (Range{from + i, from + i + len(words)}); c.whole(r) {
			found = append(found, r)
		}
		from += i + 1
	}
	return found
}

// exact decides between the places of the very words.
func exact(q Quote, before, after composed, found []Range, home Range, known bool) (Place, error) {
	olds := before.places(q.Words)
	if len(found) == 1 && len(olds) <= 1 {
		return Place{found[0], 1, Once}, nil
	}
	if len(found) > mostPlaces || len(olds) > mostPlaces {
		return Place{}, errDoubled
	}
	if q.Prefix+q.Suffix != "" {
		if r, err := Anchor(after.text, q.Words, q.Prefix, q.Suffix); err == nil {
			return Place{r, 1, ByAuthor}, nil
		}
	}
	if !known {
		return Place{}, errDoubled
	}
	old := surroundings(before.text, home)
	best, ok := nearest(old, after.text, found)
	if !ok {
		return Place{}, errDoubled
	}
	there := surroundings(after.text, best)
	mine := old.shared(there)
	for _, other := range olds {
		if other == home {
			continue
		}
		switch theirs := surroundings(before.text, other).shared(there); {
		case theirs > mine:
			return Place{}, errOthers
		case theirs == mine:
			return Place{}, errDoubled
		}
	}
	return Place{best, 1, ByContext}, nil
}

// nearest is the place that shares more neighbours with the old one than every other place does.
func nearest(old context, text string, places []Range) (best Range, ok bool) {
	most := -1
	for _, r := range places {
		switch shared := old.shared(surroundings(text, r)); {
		case shared > most:
			best, most, ok = r, shared, true
		case shared == most:
			ok = false
		}
	}
	return best, ok
}

// context is the words before a place, the nearest first, and those behind it.
type context struct{ before, after []string }

func surroundings(text string, r Range) context {
	before := tokens(text[:r.Start])
	for i, j := 0, len(before)-1; i < j; i, j = i+1, j-1 {
		before[i], before[j] = before[j], before[i]
	}
	return context{append(before, ""), append(tokens(text[r.End:]), "")} // "" is the edge of the text, a neighbour too
}

// shared counts the words on both sides that are the same, from the place outwards.
func (c context) shared(other context) int {
	return common(c.before, other.before) + common(c.after, other.after)
}

func common(a, b []string) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// tokens are the words of a text, and each other sign by itself; white space is none.
func tokens(text string) (list []string) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		end := i + size
		if inToken(r) {
			for end < len(text) {
				next, size := utf8.DecodeRuneInString(text[end:])
				if !inToken(next) {
					break
				}
				end += size
			}
		}
		if !unicode.IsSpace(r) {
			list = append(list, text[i:end])
		}
		i = end
	}
	return list
}

// inToken says whether a character holds together with those beside it: letters, digits, marks, parts of joined emoji.
func inToken(r rune) bool {
	const joiner = '\u200d'
	return inWord(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.So, r) || r == joiner
}
