package annot

import (
	"unicode"
	"unicode/utf8"
)

// border says whether a character ends and another begins at this place, as a reader counts them: a letter goes with its
// marks, and an emoji of several code points is one. The rules are those of Unicode Standard Annex #29 for grapheme
// clusters, where it splits less; what stands beside a joiner is never split from it, emoji or not.
func border(text string, at int) bool {
	if at <= 0 || at >= len(text) {
		return true
	}
	if !utf8.RuneStart(text[at]) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	const joiner = '\u200d'
	switch {
	case before == '\r' && after == '\n':
		return false
	case extends(after), before == joiner:
		return false
	case isRegional(before) && isRegional(after):
		return regionalsBefore(text[:at])%2 == 0
	}
	return !joinsHangul(before, after)
}

// extends says whether a code point belongs to what stands before it.
func extends(r rune) bool {
	switch {
	case r == '\u200c', r == '\u200d': // non-joiner and joiner
		return true
	case r >= 0x1f3fb && r <= 0x1f3ff, r >= 0xe0020 && r <= 0xe007f: // tones of skin; tags of flags
		return true
	case r == 0xff9e, r == 0xff9f: // marks of halfwidth katakana
		return true
	}
	return unicode.Is(unicode.M, r)
}

// isRegional says whether it is one of the letters of which two make a flag.
func isRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

func regionalsBefore(text string) (n int) {
	for len(text) > 0 {
		r, size := utf8.DecodeLastRuneInString(text)
		if !isRegional(r) {
			break
		}
		n, text = n+1, text[:len(text)-size]
	}
	return n
}

// The blocks of Korean letters that make a syllable together.
const (
	hangulL, hangulV, hangulT = 0x1100, 0x1160, 0x11a8
	hangulEnd                 = 0x1200
	syllables, syllablesEnd   = 0xac00, 0xd7a4
	tails                     = 28 // syllables that differ in their last letter alone
)

func joinsHangul(before, after rune) bool {
	syllable := before >= syllables && before < syllablesEnd
	open := syllable && (before-syllables)%tails == 0
	switch {
	case before >= hangulL && before < hangulV:
		return after >= hangulL && after < hangulT || after >= syllables && after < syllablesEnd
	case before >= hangulV && before < hangulT || open:
		return after >= hangulV && after < hangulEnd
	case before >= hangulT && before < hangulEnd || syllable:
		return after >= hangulT && after < hangulEnd
	}
	return false
}

// Whole widens a stretch of a text to whole characters: a mark comes with its letter, half an emoji with the other half.
func Whole(text string, r Range) Range {
	r.Start, r.End = max(r.Start, 0), min(r.End, len(text))
	for !border(text, r.Start) {
		r.Start--
	}
	for !border(text, r.End) {
		r.End++
	}
	return r
}
