package web

import (
	"testing"
	"time"
)

// BenchmarkLoadSite is what a start costs before the first page.
func BenchmarkLoadSite(b *testing.B) {
	for b.Loop() {
		if _, err := loadSite(embeddedFiles, Operator{}, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
