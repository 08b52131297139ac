package annot

import (
	"cmp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// candidate is a stretch of the later text that resembles the quote.
type candidate struct {
	Range
	likeness float64
	shared   int // neighbours that it has in common with the old place
}

// similar finds the words that resemble the quote most and have a neighbour of its old place.
func similar(words string, before, after composed, home Range) (Place, error) {
	quote, text := []rune(words), []rune(after.text)
	if !utf8.ValidString(after.text) {
		return Place{}, errGone
	}
	if len(quote)*len(text) > mostCells {
		return Place{}, errTooLong
	}
	old := surroundings(before.text, home)
	var all []candidate
	at := offsets(text)
	for _, r := range resembling(quote, text) {
		r = Range{at[r.Start], at[r.End]}
		c := candidate{r, Likeness(words, after.text[r.Start:r.End]), old.shared(surroundings(after.text, r))}
		if after.whole(r) && c.likeness >= LeastLikeness && c.shared > 0 {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return Place{}, errGone
	}
	all = apart(all)
	if len(all) > 1 && all[0].shared == all[1].shared {
		return Place{}, errResemble
	}
	return Place{all[0].Range, all[0].likeness, ByLikeness}, nil
}

// apart keeps, of candidates that overlap, the one with the most neighbours, and of those the most similar. So a word that
// was put in at the edge of the quote belongs to it.
func apart(all []candidate) (kept []candidate) {
	slices.SortStableFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.shared, a.shared), cmp.Compare(b.likeness, a.likeness), cmp.Compare(a.End-a.Start, b.End-b.Start))
	})
	for _, c := range all {
		if !slices.ContainsFunc(kept, func(k candidate) bool { return c.Start < k.End && k.Start < c.End }) {
			kept = append(kept, c)
		}
	}
	return kept
}

// mostCandidates bounds how many stretches are looked at more closely.
const mostCandidates = 50

// resembling are the stretches of the text, in runes, that need the fewest changes to become the quote, each widened and
// narrowed to whole words. The search is that of P. H. Sellers, The theory and computation of evolutionary distances,
// Journal of Algorithms 1 (1980): edit distance with a free start in the text.
func resembling(quote, text []rune) (out []Range) {
	hits := align(quote, text)
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.distance, b.distance) })
	for _, h := range hits[:min(len(hits), mostCandidates)] {
		out = append(out, wholeWords(text, Range{h.start, h.end})...)
	}
	slices.SortFunc(out, func(a, b Range) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	return slices.Compact(out)
}

// cell is the fewest changes from the quote so far to a stretch of the text, and where that stretch begins.
type cell struct{ distance, start int }

// hit is a stretch that ends here.
type hit struct {
	cell
	end int
}

func align(quote, text []rune) (hits []hit) {
	most := int(float64(len(quote)) * (1/LeastLikeness - 1)) // more changes cannot leave it nearly the same
	column := make([]cell, len(quote)+1)
	for i := range column {
		column[i].distance = i
	}
	for j, r := range text {
		diagonal := column[0]
		column[0] = cell{0, j + 1}
		for i, q := range quote {
			best := diagonal
			if q != r {
				best.distance++
			}
			for _, beside := range [2]cell{column[i+1], column[i]} {
				if beside.distance+1 < best.distance {
					best = cell{beside.distance + 1, beside.start}
				}
			}
			diagonal, column[i+1] = column[i+1], best
		}
		if last := column[len(quote)]; last.distance <= most {
			hits = append(hits, hit{last, j + 1})
		}
	}
	return hits
}

// mostWidened is how many words on each side a stretch is widened by, to take in what was put in at the quote's edge.
const mostWidened = 3

// wholeWords are the stretches from word to word that a stretch in runes can be widened or narrowed to.
func wholeWords(text []rune, r Range) (out []Range) {
	inside := func(at int) bool { return at > 0 && at < len(text) && inToken(text[at-1]) && inToken(text[at]) }
	move := func(at, step int, on func(int) bool) int {
		for on(at) {
			at += step
		}
		return at
	}
	space := func(at int) bool { return at < len(text) && unicode.IsSpace(text[at]) }
	spaceBefore := func(at int) bool { return at > 0 && unicode.IsSpace(text[at-1]) }
	starts, ends := []int{move(r.Start, 1, inside), move(r.Start, -1, inside)}, []int{move(r.End, -1, inside), move(r.End, 1, inside)}
	for range mostWidened {
		starts = append(starts, move(max(move(starts[len(starts)-1], -1, spaceBefore)-1, 0), -1, inside))
		ends = append(ends, move(min(move(ends[len(ends)-1], 1, space)+1, len(text)), 1, inside))
	}
	for _, start := range starts {
		for _, end := range ends {
			if s, e := move(start, 1, space), move(end, -1, spaceBefore); s < e {
				out = append(out, Range{s, e})
			}
		}
	}
	return out
}

// offsets are where each rune of a text begins, in bytes, and where the last one ends.
func offsets(text []rune) []int {
	at := make([]int, len(text)+1)
	for i, r := range text {
		at[i+1] = at[i] + utf8.RuneLen(r)
	}
	return at
}

// Likeness is how similar two short texts are, from 0 to 1: 1 less the edit distance in runes (V. I. Levenshtein, Binary
// codes capable of correcting deletions, insertions, and reversals, 1966) over the length of the longer one.
func Likeness(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x)+len(y) == 0 {
		return 1
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			change := diagonal
			if r != s {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(change, row[j]+1, row[j+1]+1)
		}
	}
	return 1 - float64(row[len(y)])/float64(max(len(x), len(y)))
}

// Alike is how similar two passages are, from 0 to 1: the coefficient of L. R. Dice (Measures of the amount of ecologic
// association between species, 1945) and T. Sørensen (1948) over their runs of three characters. It costs the sum of
// the lengths where Likeness costs their product.
func Alike(a, b string) float64 { return shareOf(trigrams(a), trigrams(b)) }

// trigrams are a text's runs of three characters in order of their value; one character is 21 bits.
func trigrams(text string) []uint64 {
	out := make([]uint64, 0, utf8.RuneCountInString(text)+2)
	const bits = 21
	var last uint64
	for _, r := range text + "\n\n" {
		last = (last<<bits | uint64(r)) & (1<<(3*bits) - 1)
		out = append(out, last)
	}
	slices.Sort(out)
	return out
}

func shareOf(a, b []uint64) float64 {
	same := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case 0:
			same, i, j = same+1, i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	return 2 * float64(same) / float64(len(a)+len(b))
}
