package lesson

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLIX compares with the index worked out by hand: words a sentence + 100 x long words / words.
func TestLIX(t *testing.T) {
	for text, want := range map[string]float64{
		"":                                0,
		"Bees have six legs.":             4,
		"Bees have wings. They are many.": 3,
		"Everybody answers. Not easily.":  2 + 100*2.0/4,
		"„Verschlüsselung“ hilft. Oft!":   1.5 + 100*1.0/3, // quotation marks are no letters
		"One line\nand several more":      2.5 + 100*1.0/5, // a line's end is a sentence's end
	} {
		if got := LIX(text); got < want-0.06 || got > want+0.06 {
			t.Errorf("LIX(%q) = %v, want %v", text, got, want)
		}
	}
}

// TestReportOf counts the small module of testdata.
func TestReportOf(t *testing.T) {
	m, _ := Read(module(t), today)
	r := ReportOf(m.Lesson("bees"))
	if r.Practice+r.Reserve != 25 || r.Graded != 23 || r.Annotations != 2 || r.Twins != 0 {
		t.Errorf("%+v", r)
	}
	if d := cmp.Diff([]int{8, 7, 7}, r.Positions["en"]); d != "" {
		t.Errorf("positions: %s", d)
	}
	if r.Words["de"] < 40 || r.Words["de"] > 80 {
		t.Errorf("%d words", r.Words["de"])
	}
	if got := slices.Sorted(maps.Keys(r.Depths)); !cmp.Equal(got, []string{"count", "know"}) {
		t.Errorf("objectives %v", got)
	}
	// legs: three, "six" is not the longest; q1 to q4: by their place in the file.
	if r.Choices != 5 || r.Chance["en"] <= 0 {
		t.Errorf("%d choices, %v", r.Choices, r.Chance)
	}
	sum := 0
	for _, n := range r.KeyPlaces {
		sum += n
	}
	if sum != r.Choices {
		t.Errorf("keys at %v of %d choices", r.KeyPlaces, r.Choices)
	}
}
