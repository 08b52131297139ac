package quiz

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestMatches(t *testing.T) {
	tests := []struct {
		pattern, text string
		want          bool
	}{
		{"Rhine", "Rhine", true},
		{"Rhine", "rHINE", true},
		{"Rhine", "  Rhine\t", true},
		{" Rhine ", "Rhine", true},
		{"Rhine", "Rhin", false},
		{"Rhine", "the Rhine", false},
		{"Rhine", "", false},
		{"", "", true},
		{"", "Rhine", false},
		{"the Rhine", "the\u00a0 \n Rhine", true},
		{"the  Rhine", "the Rhine", true},
		{"the Rhine", "theRhine", false},

		{"*", "", true},
		{"*", "Rhine", true},
		{"Rh*", "Rhine", true},
		{"Rh*", "Rh", true},
		{"*ne", "Rhine", true},
		{"*hi*", "Rhine", true},
		{"R*e", "Rhine", true},
		{"R*e", "Re", true},
		{"R*e", "Rhin", false},
		{"**", "Rhine", true},
		{"R**e", "Rhine", true},
		{"ab*ba", "aba", false}, // the two ends need letters of their own
		{"ab*ba", "abba", true},
		{"a*b*c", "abbbbc", true},
		{"a*b*c", "acb", false},
		{"*ab*ab*", "ab", false},
		{"*ab*ab*", "xabyabz", true},
		{"*ab*ab", "abab", true},
		{"*a*b*a*", "aab", false},

		// A space in a pattern wants one in the text, whatever kind of space either is.
		{"the *", "the Rhine", true},
		{"the *", "thesis", false},
		{"the *", "the", false},
		{"the\u00a0*", "thesis", false},
		{"the\u00a0*", "the Rhine", true},
		{"the\n*", "thesis", false},
		{"*\u202fkm", "5km", false},
		{"*\u202fkm", "5 km", true},
		{"*\u202fkm", "5\u00a0km", true},
		{"* * *", "a b c", true},
		{"* * *", "a bc", false},
		{"*\u00a0*", "ab", false},
		{" * ", "Rhine", true}, // but for the ends, where a text has none

		{`\*`, "*", true},
		{`\*`, "Rhine", false},
		{`5 \* 3`, "5 * 3", true},
		{`5 \* 3`, "5 x 3", false},
		{`\**`, "*Rhine", true},
		{`\**`, "Rhine", false},
		{`*\*`, "Rhine*", true},
		{`\`, `\`, true},
		{`a\b`, `a\b`, true},
		{".*", "Rhine", false}, // no regular expression
		{".*", ". Rhine", true},
		{"[a-z]", "r", false},
		{"Rhine?", "Rhine", false},

		{"Orl\u00e9ans", "Orle\u0301ans", true},
		{"Orle\u0301ans", "ORL\u00c9ANS", true},
		{"Orle\u0301*", "Orl\u00e9ans", true},
		{"Orle*", "Orl\u00e9ans", false}, // the e is another letter
		{"Straße", "STRASSE", true},
		{"STRASSE", "straße", true},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ", true},
		{"\ufb01sh", "fish", true}, // a ligature folds to its letters
	}
	for _, test := range tests {
		if got := matches(test.pattern, test.text, false); got != test.want {
			t.Errorf("matches(%q, %q) = %v", test.pattern, test.text, got)
		}
	}
	for text, want := range map[string]bool{"Rhine e\u0301": true, " Rhine  \u00e9": true, "rhine \u00e9": false, "RHINE \u00c9": false} {
		for _, pattern := range []string{"Rh* \u00e9", "Rh* e\u0301"} {
			if got := matches(pattern, text, true); got != want {
				t.Errorf("where capitals matter, matches(%q, %q) = %v", pattern, text, got)
			}
		}
	}
}

// TestMatchNothing: who typed nothing has no answer, though "*" fits it, and what has no pattern fits nothing.
func TestMatchNothing(t *testing.T) {
	answers := []ShortAnswer{{Text: Text{"en": "*"}}}
	if matchShort(answers, "Rhine", "en", false) == nil {
		t.Error("a star does not match a word")
	}
	for _, typed := range []struct{ text, lang string }{{"", "en"}, {"", ""}, {"Rhine", "de"}, {" ", "de"}} {
		if got := matchShort(answers, typed.text, typed.lang, false); got != nil {
			t.Errorf("%q in %q matches %v", typed.text, typed.lang, got.Text)
		}
	}
}

func TestLiteral(t *testing.T) {
	for pattern, want := range map[string]string{"Rhine": "Rhine", "the * Rhine*": "the … Rhine…", `5 \* 3`: "5 * 3", `\**`: "*…", `a\b`: `a\b`, "": ""} {
		if got := literal(pattern); got != want || hasWildcard(pattern) != strings.Contains(want, "…") {
			t.Errorf("literal(%q) = %q, wildcard %v", pattern, got, hasWildcard(pattern))
		}
	}
}

// TestMatchesInTime: patterns that would try a way of matching for every subset of their stars.
func TestMatchesInTime(t *testing.T) {
	start := time.Now()
	for _, pattern := range []string{strings.Repeat("*a", 4000) + "*b", strings.Repeat("*", 8000) + "b", strings.Repeat("*aab", 2000)} {
		if matches(pattern, strings.Repeat("a", maxValue), false) {
			t.Errorf("%.20s… matches", pattern)
		}
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

// FuzzMatches compares with a regular expression, and sees that what is written out matches itself.
func FuzzMatches(f *testing.F) {
	for pattern, text := range map[string]string{
		"Rhine": "rHINE", "the * Rhine": "the  mighty Rhine", `5 \* 3`: "5 * 3", "*ab*ab*": "abab", "ab*ba": "aba", "*\u202fkm": "5\u00a0km",
		"Orle\u0301*": "Orl\u00e9ans", "Straße": "STRASSE", "\xff*": "\xff", "*\u0301": "e\u0301", "\x00": "x", `\`: `\`, "İ*": "i\u0307",
	} {
		f.Add(pattern, text, false)
		f.Add(pattern, text, true)
	}
	f.Fuzz(func(t *testing.T, pattern, text string, exact bool) {
		start := time.Now()
		got := matches(pattern, text, exact)
		if took := time.Since(start); took > time.Second && len(pattern)+len(text) < 2*maxValue {
			t.Errorf("matches(%q, %q) took %v", pattern, text, took)
		}
		if !hasWildcard(pattern) && !matches(pattern, literal(pattern), exact) {
			t.Errorf("%q does not match itself", pattern)
		}
		if !utf8.ValidString(pattern) || !utf8.ValidString(text) {
			return // Read takes no such text, and no regular expression does
		}
		if matches(pattern, " "+text+"\u00a0", exact) != got {
			t.Errorf("spaces around %q change whether %q matches it", text, pattern)
		}
		if len(pattern) < 200 && got != slowMatches(pattern, text, exact) {
			t.Errorf("matches(%q, %q, %v) = %v", pattern, text, exact, got)
		}
	})
}

// slowMatches is matches by a regular expression.
func slowMatches(pattern, text string, exact bool) bool {
	parts := strings.Split(wild(pattern), star)
	for i := range parts {
		parts[i] = regexp.QuoteMeta(foldPart(parts[i], exact))
	}
	parts[0] = strings.TrimLeft(parts[0], " ")
	last := len(parts) - 1
	parts[last] = strings.TrimRight(parts[last], " ")
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*") + "$").MatchString(fold(text, exact))
}
