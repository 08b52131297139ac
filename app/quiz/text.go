package quiz

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// place in a text: [[id]] for a gap, [[id|words]] for words to be marked.
var placePattern = regexp.MustCompile(`\[\[([A-Za-z0-9-]+)(?:\|([^\[\]]+))?\]\]`)

// stretch is a piece of a text with places in it: words, or the place with the id and the words in it.
type stretch struct{ id, words string }

// stretches cuts a text at its places.
func stretches(text string) (list []stretch) {
	from := 0
	for _, m := range placePattern.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > from {
			list = append(list, stretch{words: text[from:m[0]]})
		}
		s := stretch{id: text[m[2]:m[3]]}
		if m[4] >= 0 {
			s.words = text[m[4]:m[5]]
		}
		list = append(list, s)
		from = m[1]
	}
	if from < len(text) {
		list = append(list, stretch{words: text[from:]})
	}
	return list
}

// checkText sees that each place is in the text of each language once, with words in it or without as the kind wants it,
// and that nothing else is. example is how an author writes a place.
func checkText(text Text, ids []string, list, example string) (faults []Fault) {
	add := func(path, text string, args ...any) { faults = append(faults, Fault{path, fmt.Sprintf(text, args...)}) }
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			add(fmt.Sprintf("%s[%d].id", list, i), "two %s are called %q; give each its own id", list, id)
		}
	}
	in := func(lang string) string { return strings.Join([]string{"text", lang}, ".") }
	worded := strings.Contains(example, "|")
	for _, lang := range Languages {
		met := map[string]int{}
		for _, s := range stretches(text[lang]) {
			switch {
			case s.id == "" && (strings.Contains(s.words, "[[") || strings.Contains(s.words, "]]")):
				add(in(lang), "the text of %q has brackets that are no place; write "+example+", or single brackets", lang, "id")
			case s.id != "" && (s.words != "") != worded:
				add(in(lang), "place %q in %q is not written as it should be; write "+example, s.id, lang, s.id)
			}
			if s.id != "" {
				met[s.id]++
			}
		}
		for i, id := range ids {
			switch met[id] {
			case 0:
				add(fmt.Sprintf("%s[%d]", list, i), "%q is not in the text of %q; write "+example+" there once", id, lang, id)
			case 1:
			default:
				add(in(lang), "%q stands %d times in the text of %q; leave one", id, met[id], lang)
			}
		}
		for _, id := range slices.Sorted(maps.Keys(met)) {
			if !slices.Contains(ids, id) {
				add(in(lang), "the text of %q has a place %q, which is not among the %s; add it or mend the id", lang, id, list)
			}
		}
	}
	return faults
}
