package annot

import (
	"cmp"
	"math"
	"slices"

	"golang.org/x/text/unicode/norm"
)

// Kin is the passage of an old text that a new passage goes on from: its number in the old list, or -1, and how alike
// the two are.
type Kin struct {
	Old   int
	Alike float64
}

// Match says for each new passage which old one it goes on from. Passages with the same text belong together first, in
// their order; then the most alike ones (Alike, from LeastLikeness on), those that moved least first. Each passage
// belongs to one other at most.
func Match(old, new []string) []Kin {
	out := make([]Kin, len(new))
	taken := make([]bool, len(old))
	where := map[string][]int{}
	for i, text := range old {
		where[norm.NFC.String(text)] = append(where[norm.NFC.String(text)], i)
	}
	for j, text := range new {
		out[j].Old = -1
		if same := where[norm.NFC.String(text)]; len(same) > 0 {
			out[j] = Kin{same[0], 1}
			taken[same[0]], where[norm.NFC.String(text)] = true, same[1:]
		}
	}
	for _, p := range pairs(old, new, taken, out) {
		if !taken[p.old] && out[p.new].Old < 0 {
			out[p.new], taken[p.old] = Kin{p.old, p.alike}, true
		}
	}
	return out
}

type pair struct {
	old, new int
	alike    float64
}

// pairs are the free passages that are alike enough, the most alike first.
func pairs(old, new []string, taken []bool, found []Kin) (out []pair) {
	before, after := grams(old), grams(new)
	for i := range before {
		for j := range after {
			if taken[i] || found[j].Old >= 0 || !couldBeAlike(len(before[i]), len(after[j])) {
				continue
			}
			if alike := shareOf(before[i], after[j]); alike >= LeastLikeness {
				out = append(out, pair{i, j, alike})
			}
		}
	}
	way := func(p pair) float64 { return math.Abs(float64(p.old - p.new)) }
	slices.SortStableFunc(out, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.alike, a.alike), cmp.Compare(way(a), way(b)))
	})
	return out
}

func grams(texts []string) [][]uint64 {
	out := make([][]uint64, len(texts))
	for i, text := range texts {
		out[i] = trigrams(norm.NFC.String(text))
	}
	return out
}

// couldBeAlike spares the comparison of texts whose lengths alone keep them from being alike.
func couldBeAlike(a, b int) bool {
	return 2*float64(min(a, b)) >= LeastLikeness*float64(a+b)
}
