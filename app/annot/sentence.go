package annot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end with a full stop that ends no sentence, in German and English.
var abbreviations = map[string]bool{
	"z": true, "b": true, "d": true, "h": true, "u": true, "a": true, "bzw": true, "ca": true, "vgl": true, "nr": true,
	"art": true, "abs": true, "dr": true, "prof": true, "st": true, "mr": true, "mrs": true, "ms": true,
	"e": true, "g": true, "vs": true, "mio": true, "mrd": true, "reg": true, "para": true, "bd": true,
	"hrsg": true, "evtl": true, "ggf": true, "inkl": true, "sog": true,
}

var months = map[string]bool{
	"januar": true, "februar": true, "märz": true, "april": true, "mai": true, "juni": true, "juli": true,
	"august": true, "september": true, "oktober": true, "november": true, "dezember": true,
}

// Sentences divides a text into sentences; the space after a sentence belongs to it, so that together they are the
// whole text. A full stop after an abbreviation, an initial or the day of a German date ends none.
func Sentences(text string) []Range {
	var out []Range
	start := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if !strings.ContainsRune(".!?…", r) {
			continue
		}
		end := i + closing(text[i:])
		next := end + len(text[end:]) - len(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
		if next == end || next == len(text) || !starts(text[next:]) {
			continue
		}
		if r == '.' && end == i && !ends(text[start:i-1], text[next:]) {
			continue
		}
		out = append(out, Range{start, next})
		start, i = next, next
	}
	if start < len(text) {
		out = append(out, Range{start, len(text)})
	}
	return out
}

// closing is the length of the quotes and brackets that still belong to the sentence.
func closing(s string) int {
	return len(s) - len(strings.TrimLeft(s, "“”‘’»«)]\"'"))
}

// starts says whether a sentence can begin here: a capital, a digit, an opening quote or bracket.
func starts(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("„“‚‘»«([\"'", r)
}

// ends says whether the full stop between the two texts ends a sentence.
func ends(before, after string) bool {
	word := before[len(strings.TrimRightFunc(before, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })):]
	if len(word) > 0 && len(word) <= 2 && strings.Trim(word, "0123456789") == "" {
		next, _, _ := strings.Cut(after, " ")
		return !months[strings.ToLower(next)]
	}
	return !abbreviations[strings.ToLower(word)]
}
