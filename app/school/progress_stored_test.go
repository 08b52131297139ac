package school

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestProgressStored: what is written is read back, whatever it is, and so is what was written as JSON before.
func TestProgressStored(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := func(label string) string {
			return rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9-]{1,40}`)).Draw(t, label)
		}
		count := func(label string) int { return rapid.IntRange(0, 1000).Draw(t, label) }
		at := func(label string) int64 { return rapid.Int64Range(0, 1<<40).Draw(t, label) }
		points := func(label string) float64 { return rapid.Float64Range(0, 1e6).Draw(t, label) }
		want := Progress{
			Attempts: count("attempts"), Open: id("open"), Edition: id("edition"), Given: count("given"), Of: count("of"), Done: count("done"),
			Last: id("last"), Points: points("points"), Max: points("max"), Test: rapid.Bool().Draw(t, "test"), At: at("at"),
		}
		if rapid.Bool().Draw(t, "timed") {
			want.Timed = &Timed{at("start"), at("end"), points("timed points"), points("timed max"), rapid.Bool().Draw(t, "timed test")}
		}
		for range rapid.IntRange(0, 3).Draw(t, "past") {
			want.Past = append(want.Past, Past{rapid.StringMatching(`[a-z0-9]{16}`).Draw(t, "id"), points("past points"), points("past max"), at("past at")})
		}
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		for _, stored := range []string{want.Stored(), string(data)} {
			got, err := ReadProgress(stored)
			if err != nil {
				t.Fatalf("%q: %v", stored, err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%q (-written +read):\n%s", stored, diff)
			}
		}
	})
}

// TestProgressDamaged: what is no progress is an error, and not somebody who has begun nothing.
func TestProgressDamaged(t *testing.T) {
	t.Parallel()
	whole := Progress{Attempts: 2, Of: 10, Done: 1, Last: "l", Points: 1.5, Max: 10, At: 1, Timed: &Timed{Start: 1}, Past: []Past{{ID: "a", At: 3}}}.Stored()
	for _, stored := range []string{
		"{", "nonsense", "-1", "1 o e -1", "1 o e 99999999999", "1 o e 1 1 1 l NaN", "1 o e 1 1 1 l 1 +Inf", "1 o e 1 1 1 l 1 1 yes",
		"1          1 more", "1\n", "1\nx 1\nx 1", "1\na 1\nx 1", "1\na one", "1\n 1 1 1", whole + "\n", whole + " 1", strings.Replace(whole, "x 1", "x one", 1),
	} {
		if got, err := ReadProgress(stored); err == nil {
			t.Errorf("%q is read as %+v", stored, got)
		}
	}
}

// FuzzReadProgress: what is read is written as something that reads the same.
func FuzzReadProgress(f *testing.F) {
	f.Add("1")
	f.Add("2 o e 1 10 1 l 1.5 10 1 1700000000\nx 1 2 3 4 1\na 1 2 3\nb")
	f.Add(`{"n":1,"o":"a","q":10,"t":1,"x":{"s":1,"p":0,"m":1},"h":[{"i":"a","p":1,"m":2,"t":3}]}`)
	f.Fuzz(func(t *testing.T, stored string) {
		p, err := ReadProgress(stored)
		if err != nil || strings.HasPrefix(stored, "{") { // JSON may have what no attempt's id has
			return
		}
		again, err := ReadProgress(p.Stored())
		if err != nil {
			t.Fatalf("%q is written as %q: %v", stored, p.Stored(), err)
		}
		if diff := cmp.Diff(p, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q (-read +read again):\n%s", stored, diff)
		}
	})
}
