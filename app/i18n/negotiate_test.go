package i18n

import (
	"strings"
	"testing"
	"time"
)

// FuzzNegotiate: whatever a browser asks for, it gets a language that there is, and at once.
func FuzzNegotiate(f *testing.F) {
	for _, seed := range []string{"", "de", "de-AT,de;q=0.9,en;q=0.1", "*", "q=", "en;q=x", "x-klingon", ",,,;;;", strings.Repeat("de-", 300), strings.Repeat("a,", 500), "\xff", "und-x-a-b-c", "zh-Hant-TW-u-co-pinyin"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		begin := time.Now()
		if got := Negotiate(header); !Known(got) {
			t.Fatalf("%q gets %q", header, got)
		}
		if took := time.Since(begin); took > 10*time.Second { // what takes longer by the square of the header does
			t.Fatalf("%d bytes took %v", len(header), took)
		}
	})
}
