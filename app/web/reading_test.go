package web

import (
	"slices"
	"testing"

	"eberbach/app/i18n"
	"eberbach/app/school"
)

// TestReadings: there are words for every reading, in every language, and no two say the same.
func TestReadings(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages {
		words, err := Readings(lang)
		if err != nil {
			t.Fatal(err)
		}
		met := map[string]bool{}
		for _, name := range append(slices.Clone(school.ItemReadings), school.WholeReadings[1:]...) {
			if w := words(name); w == "" || met[w] {
				t.Errorf("%s: %s reads %q", lang, name, w)
			} else {
				met[w] = true
			}
		}
	}
}
