package annot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end with a full stop that ends no sentence, in German and English. Single letters (z. B., e.g., J. Smith)
// need no entry.
var abbreviations = map[string]bool{
	"bzw": true, "ca": true, "vgl": true, "nr": true, "art": true, "abs": true, "dr": true, "prof": true, "st": true,
	"mr": true, "mrs": true, "ms": true, "vs": true, "mio": true, "mrd": true, "reg": true, "para": true, "bd": true,
	"hrsg": true, "evtl": true, "ggf": true, "inkl": true, "sog": true, "chr": true,
}

var months = map[string]bool{
	"januar": true, "februar": true, "märz": true, "april": true, "mai": true, "juni": true, "juli": true,
	"august": true, "september": true, "oktober": true, "november": true, "dezember": true,
}

var shortMonths = map[string]bool{
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "sept": true,
	"okt": true, "oct": true, "nov": true, "dez": true, "dec": true,
}

// omissions stand for words left out of a quotation and end nothing.
var omissions = []string{"[…]", "(…)", "[...]", "(...)"}

// Sentences divides a text into sentences; the space after a sentence belongs to it, so that together they are the
// whole text. A full stop after an abbreviation, an initial, the day of a German date or the number of the whole text
// ends none, nor does a mark of omission.
func Sentences(text string) []Range {
	var out []Range
	start := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if r != '.' && r != '!' && r != '?' && r != '…' {
			continue
		}
		end := i + closing(text[i:])
		next := end + len(text[end:]) - len(strings.TrimLeftFunc(text[end:], unicode.IsSpace))
		if next == end || next == len(text) || !starts(text[next:]) {
			continue
		}
		bracketed := strings.Trim(text[i:end], ")]") == "" // or nothing closes
		if r == '.' && bracketed && (counts(text[:i-1]) || !ends(text[start:i-1], text[next:])) || omits(text[start:end]) {
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
	word := strings.ToLower(before[len(strings.TrimRightFunc(before, inWord)):])
	next := strings.ToLower(after[:len(after)-len(strings.TrimLeftFunc(after, inWord))])
	switch {
	case digits(word) && len(word) <= 2:
		return !months[next] && !shortMonths[next]
	case shortMonths[word]:
		return !digits(next) // Nov. 18, Nov. 2022
	}
	return utf8.RuneCountInString(word) != 1 && !abbreviations[word]
}

// counts says whether what stands before a full stop is only a number: that of a paragraph in a list.
func counts(before string) bool {
	const mostDigits = 3
	number := strings.TrimSpace(before)
	return digits(number) && len(number) <= mostDigits
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func omits(s string) bool {
	return slices.ContainsFunc(omissions, func(o string) bool { return strings.HasSuffix(s, o) })
}
