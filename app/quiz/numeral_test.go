package quiz

import (
	"math"
	"strings"
	"testing"
)

func TestParseNumber(t *testing.T) {
	no := math.NaN() // is refused
	tests := []struct {
		typed  string
		de, en float64
	}{
		{"0", 0, 0},
		{"7", 7, 7},
		{"007", 7, 7},
		{"1000", 1000, 1000},
		{"1000000", 1e6, 1e6},

		// One mark alone: a group where the language groups with it, else a decimal mark.
		{"1.000", 1000, 1},
		{"1,000", 1, 1000},
		{"12.345", 12345, 12.345},
		{"12,345", 12.345, 12345},
		{"1234.567", 1234.567, 1234.567},
		{"0.500", 0.5, 0.5},
		{"0,500", 0.5, 0.5},
		{"8,3", 8.3, 8.3},
		{"8.3", 8.3, 8.3},
		{"8.30", 8.3, 8.3},
		{".5", 0.5, 0.5},
		{",5", 0.5, 0.5},
		{"5.", 5, 5},
		{"5,", 5, 5},

		// Two marks, or one twice, can mean one thing only.
		{"1.000,5", 1000.5, 1000.5},
		{"1,000.5", 1000.5, 1000.5},
		{"1.000.000", 1e6, 1e6},
		{"1,000,000", 1e6, 1e6},
		{"1.234.567,89", 1234567.89, 1234567.89},
		{"1,234,567.89", 1234567.89, 1234567.89},

		// Spaces and apostrophes group; a no-break, a narrow and a thin space are spaces.
		{"1 000", 1000, 1000},
		{"1 000,5", 1000.5, 1000.5},
		{"1 000.5", 1000.5, 1000.5},
		{"1\u00a0000,5", 1000.5, 1000.5},
		{"1\u202f000,5", 1000.5, 1000.5},
		{"1\u2009000\u2009000", 1e6, 1e6},
		{"1'000", 1000, 1000},
		{"1’000.5", 1000.5, 1000.5},
		{"999 900", 999900, 999900},

		// Signs.
		{"+5", 5, 5},
		{"-5", -5, -5},
		{"−5", -5, -5},
		{"–5", -5, -5},
		{"−1.000,5", -1000.5, -1000.5},
		{"-1 000", -1000, -1000},

		// Exponents keep what stands before them.
		{"1e3", 1000, 1000},
		{"1E3", 1000, 1000},
		{"1,5e3", 1500, 1500},
		{"83e-1", 8.3, 8.3},
		{"2e+2", 200, 200},
		{"1.000e3", 1e6, 1000},
		{"1,000e3", 1000, 1e6},
		{"1 000e3", 1e6, 1e6},

		// A percent sign says nothing that the question does not say.
		{"8,3 %", 8.3, 8.3},
		{"8.3%", 8.3, 8.3},
		{"8,3\u202f%", 8.3, 8.3},
		{" 1.000,5 % ", 1000.5, 1000.5},

		// Nonsense, and whatever would need a guess.
		{"", no, no},
		{" ", no, no},
		{"%", no, no},
		{"-", no, no},
		{".", no, no},
		{",", no, no},
		{"e3", no, no},
		{"1e", no, no},
		{"1e1234", no, no},
		{"1e999", no, no},
		{"1e3.5", no, no},
		{"50 %%", no, no},
		{"% 50", no, no},
		{"- 5", no, no},
		{"--5", no, no},
		{"5-", no, no},
		{"1,2,3", no, no},
		{"1.2.3", no, no},
		{"1.000,50.000", no, no},
		{"1,000.000,5", no, no},
		{"1 00", no, no},
		{"10 0000", no, no},
		{"0 000", no, no},
		{"1  000", no, no},
		{"1 000.000,5", no, no},
		{"8 3", no, no},
		{"18. November", no, no},
		{"ten", no, no},
		{"5 km", no, no},
		{"5/6", no, no},
		{"0x10", no, no},
		{"1_000", no, no},
		{"Inf", no, no},
		{"+Inf", no, no},
		{"NaN", no, no},
		{"٣", no, no}, // digits, but not ours
		{"５", no, no},
		{"5\n6", no, no},
		{"5\x00", no, no},
		{"\xff5", no, no},
		{"11111111111111111111111111111111111111111", no, no}, // 41 digits
	}
	for _, test := range tests {
		for lang, want := range map[string]float64{"de": test.de, "en": test.en} {
			got, ok := ParseNumber(test.typed, lang)
			if ok == math.IsNaN(want) || ok && got != want {
				t.Errorf("ParseNumber(%q, %s) = %v, %v; want %v", test.typed, lang, got, ok, want)
			}
		}
	}
}

func TestFormatNumber(t *testing.T) {
	tests := []struct {
		value  float64
		de, en string
	}{
		{0, "0", "0"},
		{7, "7", "7"},
		{8.3, "8,3", "8.3"},
		{0.001, "0,001", "0.001"},
		{999, "999", "999"},
		{1000, "1\u202f000", "1,000"},
		{1000.5, "1\u202f000,5", "1,000.5"},
		{999900, "999\u202f900", "999,900"},
		{1234567.125, "1\u202f234\u202f567,125", "1,234,567.125"},
		{math.Copysign(0, -1), "0", "0"},
		{-5, "−5", "−5"},
		{-1000, "−1\u202f000", "−1,000"},
		{1e9, "1\u202f000\u202f000\u202f000", "1,000,000,000"},
	}
	for _, test := range tests {
		for lang, want := range map[string]string{"de": test.de, "en": test.en} {
			if got := FormatNumber(test.value, lang); got != want {
				t.Errorf("FormatNumber(%v, %s) = %q, want %q", test.value, lang, got, want)
			}
		}
	}
}

// TestIsPercent: what ParseNumber drops of a number, IsPercent sees.
func TestIsPercent(t *testing.T) {
	for typed, want := range map[string]bool{
		"50 %": true, "50%": true, " 50\u202f% ": true, "50 %\u00a0": true, "%": true, "50 % '": true, "50 %’": true,
		"": false, "50": false, "50 % 3": false, "% 50": false, "50 percent": false,
	} {
		if got := IsPercent(typed); got != want {
			t.Errorf("IsPercent(%q) = %v", typed, got)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1 000,5", "1.000,5", "1,000.5", "1e3", "8,3 %", "1\u202f000", "−5", "1.000e3", "0x10", "Inf", "\xff", "50 %'", "50 % \u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range Languages {
			v, ok := ParseNumber(s, lang)
			switch {
			case !ok && v != 0:
				t.Errorf("ParseNumber(%q, %s) = %v though it is refused", s, lang, v)
			case math.IsNaN(v) || math.IsInf(v, 0):
				t.Errorf("ParseNumber(%q, %s) = %v", s, lang, v)
			case ok && strings.Contains(s, percentSign) != IsPercent(s):
				t.Errorf("ParseNumber(%q, %s) = %v, and IsPercent = %v", s, lang, v, IsPercent(s))
			case ok:
				readsBack(t, v, lang)
			}
		}
	})
}

func FuzzFormatNumber(f *testing.F) {
	for _, v := range []float64{0, 1, -1, 8.3, 1000, 999999.5, 1e15, 1e-9, 0.1 + 0.2, math.MaxFloat64} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return // no lesson file and no answer can hold them
		}
		for _, lang := range Languages {
			readsBack(t, v, lang)
		}
	})
}

// readsBack sees that a number as we write it is a number as we read it, unless it is longer than anybody types.
func readsBack(t *testing.T, v float64, lang string) {
	t.Helper()
	s := FormatNumber(v, lang)
	if len(s) > longestNumeral {
		return
	}
	if got, ok := ParseNumber(s, lang); !ok || got != v {
		t.Errorf("FormatNumber(%v, %s) = %q, which is read back as %v, %v", v, lang, s, got, ok)
	}
}
