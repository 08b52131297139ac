package annot

import (
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
	Unchanged  Reason = "the text is what it was"
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
	errTooLong  = fmt.Errorf("%w, and quote and text are too long to look for nearly the same words", ErrNotFound)
)

// Reanchor finds where a quote of an old text stands in a later one: the very words first, told apart by prefix and
// suffix and then by the words around them; else the most similar words that still have a neighbour of the old place.
// Letters with combining marks count as the same however they are encoded (Unicode normal form C). It never guesses:
// what is not decided is an error that wraps ErrNotFound or ErrAmbiguous and says why.
func Reanchor(q Quote, old, text string) (Place, error) {
	before, after := compose(old), compose(text)
	q = q.composed()
	home, err := Anchor(before.text, q.Words, q.Prefix, q.Suffix)
	return find(q, before, after, home, err == nil)
}

// find is Reanchor with texts and quote in normal form C and the quote's place in the old text, where it is known.
func find(q Quote, before, after composed, home Range, known bool) (Place, error) {
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

// whole says whether a stretch begins and ends between characters.
func (c composed) whole(r Range) bool {
	return r.Start < r.End && border(c.text, r.Start) && border(c.text, r.End)
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
	if q.Prefix+q.Suffix != "" {
		if r, err := Anchor(after.text, q.Words, q.Prefix, q.Suffix); err == nil {
			return Place{r, 1, ByAuthor}, nil
		}
	}
	if !known || len(found) > mostPlaces || len(olds) > mostPlaces {
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

// context is what stands before a place and what stands behind it.
type context struct{ before, after string }

func surroundings(text string, r Range) context { return context{text[:r.Start], text[r.End:]} }

// shared counts the words on both sides that are the same, from the place outwards. The edge of the text is a neighbour,
// too. It reads no further than the texts agree.
func (c context) shared(other context) int {
	return common(c.before, other.before, lastToken) + common(c.after, other.after, firstToken)
}

// common counts the tokens that two texts have in common; next takes one away from its end of a text.
func common(a, b string, next func(string) (token, rest string)) (n int) {
	for {
		one, restA := next(a)
		two, restB := next(b)
		if one != two {
			return n
		}
		n++
		if one == "" {
			return n
		}
		a, b = restA, restB
	}
}

// firstToken is the first word of a text, or the first other sign, and what follows it; "" at the end. White space is no
// token.
func firstToken(text string) (token, rest string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	r, size := utf8.DecodeRuneInString(text)
	if inToken(r) {
		size = len(text) - len(strings.TrimLeftFunc(text, inToken))
	}
	return text[:size], text[size:]
}

// lastToken is the last word or sign of a text and what stands before it.
func lastToken(text string) (token, rest string) {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	r, size := utf8.DecodeLastRuneInString(text)
	if inToken(r) {
		size = len(text) - len(strings.TrimRightFunc(text, inToken))
	}
	return text[len(text)-size:], text[:len(text)-size]
}

// inToken says whether a character holds together with those beside it: letters, digits, marks, parts of joined emoji.
func inToken(r rune) bool {
	const joiner = '\u200d'
	return inWord(r) || unicode.Is(unicode.M, r) || unicode.Is(unicode.Sk, r) || unicode.Is(unicode.So, r) || r == joiner
}
