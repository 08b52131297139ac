package annot

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// FuzzClean: what a reader writes is kept as text that can be shown anywhere, and is kept as it is from then on.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", " x ", "a\r\nb\rc\n", "\x00\x1b[31m", "\xff\xfe", "\u202eabc", "e\u0301\u200d", strings.Repeat("\n", 50)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		got := Clean(words)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Fatalf("%q became %q", words, got)
		}
		if again := Clean(got); again != got {
			t.Fatalf("%q became %q, and that %q", words, got, again)
		}
	})
}

// FuzzSentences: the sentences of a text follow each other, and each begins and ends between characters.
func FuzzSentences(f *testing.F) {
	for _, seed := range []string{"", "Eins. Zwei.", "1. Die z. B. Art. 8 „So?“ Ja!", "a\n\nb", "…", "?!?!", "\xff.", "d’accord. Et?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // lessons are read as UTF-8 alone
		}
		runes, last := utf8.RuneCountInString(text), 0
		for _, r := range Sentences(text) {
			if r.Start < last || r.End <= r.Start || r.End > max(runes, len(text)) {
				t.Fatalf("%q: %+v after %d", text, r, last)
			}
			last = r.End
		}
	})
}
