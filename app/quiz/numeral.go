package quiz

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// A numeral is a sign, digits with or without groups of three, a decimal part, an exponent and a percent sign.
// Both decimal marks are read in both languages as long as they can mean only one thing.
var (
	plainNumeral = regexp.MustCompile(`^([+-]?)(\d+|\d*[.,]\d+|\d+[.,])(?:[eE]([+-]?\d{1,3}))?$`)
	spaced       = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}( \d{3})+([.,]\d+)?([eE]|$)`)
	dotted       = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?([eE]|$)`)
	comma        = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?([eE]|$)`)
	foldSpaces   = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "'", " ", "’", " ", "−", "-", "–", "-")
)

const longestNumeral = 40 // bytes; nobody types more, and a regexp need not see it

// ParseNumber reads a number as people type it in the given language: 1 000,5 · 1.000,5 · 1,000.5 · 1e3 · 8,3 %.
// A lone group such as 1.000 or 1,000 follows the language (German: point groups; English: comma groups), a number
// that mixes both marks is read by their order. A percent sign is dropped, see IsPercent.
// It returns false for anything else, never a guess.
func ParseNumber(s, lang string) (float64, bool) {
	if len(s) > longestNumeral {
		return 0, false
	}
	s = strings.TrimSpace(foldSpaces.Replace(s))
	s = strings.TrimSpace(strings.TrimSuffix(s, percentSign))
	group := ","
	if lang == "de" {
		group = "."
	}
	switch {
	case spaced.MatchString(s):
		s = strings.ReplaceAll(s, " ", "")
	case dotted.MatchString(s) && (group == "." || strings.Contains(s, ",") || strings.Count(s, ".") > 1):
		s = strings.ReplaceAll(s, ".", "")
	case comma.MatchString(s) && (group == "," || strings.Contains(s, ".") || strings.Count(s, ",") > 1):
		s = strings.ReplaceAll(s, ",", "")
	}
	if !plainNumeral.MatchString(s) {
		return 0, false
	}
	value, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, false
	}
	return value, true
}

const percentSign = "%"

// IsPercent says whether a number as it was typed has a percent sign: it is then a hundredth of what ParseNumber reads,
// unless its unit is percent anyway.
func IsPercent(s string) bool {
	return strings.HasSuffix(strings.TrimSpace(foldSpaces.Replace(s)), percentSign)
}

// FormatNumber writes a number as the language does: 1 000,5 in German (narrow no-break space), 1,000.5 in English.
func FormatNumber(v float64, lang string) string {
	decimal, group := ".", ","
	if lang == "de" {
		decimal, group = ",", "\u202f"
	}
	if v == 0 {
		v = 0 // no minus before nothing
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	whole, part, fractional := strings.Cut(s, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 && len(whole) > 3 {
			b.WriteString(group)
		}
		b.WriteRune(digit)
	}
	if fractional {
		b.WriteString(decimal + part)
	}
	return b.String()
}

func round7(f float64) float64 { return math.Round(f*1e7) / 1e7 }
