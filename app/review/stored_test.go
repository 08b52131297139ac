package review

import (
	"strings"
	"testing"
	"time"
)

func TestStored(t *testing.T) {
	last := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		card Card
		want string
	}{
		{Card{Due: last}, "n tkoe80"},
		{Card{State: Learning, Step: 1, Last: last, Due: last.Add(10 * time.Minute), Stability: 2.3065, Difficulty: 2.11810397, Reps: 1, Rated: Good}, "l1 tkoe80 go 2.3065 2.11810397 1 0 3"},
		{Card{State: Review, Last: last, Due: last.AddDate(0, 0, 163), Stability: 163.12345678, Difficulty: 2.11810397, Reps: 12, Lapses: 1, Rated: Hard, Variant: "2"}, "r tkoe80 8duo0 163.12345678 2.11810397 12 1 2 2"},
		{Card{State: Relearning, Last: last, Due: last.Add(10 * time.Minute), Stability: 0.5, Difficulty: 10, Reps: 3, Lapses: 2, Rated: Again, Variant: "in other words"}, "x tkoe80 go 0.5 10 3 2 1 in other words"},
	} {
		got := c.card.Stored()
		if got != c.want {
			t.Errorf("%+v is stored as %q, want %q", c.card, got, c.want)
		}
		if len(got) >= 48 {
			t.Errorf("%q has %d bytes", got, len(got))
		}
		if back, err := Read(got); err != nil || back != c.card {
			t.Errorf("%q is read as %+v: %v", got, back, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, stored := range []string{
		"", " ", "n", "n x y", "n -1", "n zzzzzzzzzzzz", "z tkoe80 go 1 5 1 0 3", "r", "r tkoe80 go 1 5 1", " tkoe80 go 1 5 1 0 3 2",
		"r -1 go 1 5 1 0 3", "r tkoe80 -1 1 5 1 0 3", "r tkoe80 zzzzzzzzz 1 5 1 0 3", "r tkoe80 go 0 5 1 0 3", "r tkoe80 go NaN 5 1 0 3",
		"r tkoe80 go Inf 5 1 0 3", "r tkoe80 go 36501 5 1 0 3", "r tkoe80 go 1 0.9 1 0 3", "r tkoe80 go 1 11 1 0 3", "r tkoe80 go 1 5 0 1 3",
		"r tkoe80 go 1 5 -1 0 3", "r tkoe80 go 1 5 1 0", "r tkoe80 go 1 5 1 0 0", "r tkoe80 go 1 5 1 0 5",
		"rx tkoe80 go 1 5 1 0 3", "l-1 tkoe80 go 1 5 1 0 3", "l100 tkoe80 go 1 5 1 0 3",
		"r tkoe80 go 1 5 1 0 3 " + strings.Repeat("x", mostVariant+1),
	} {
		if c, err := Read(stored); err == nil || c != (Card{}) {
			t.Errorf("%q is read as %+v", stored, c)
		}
	}
}

// FuzzRead: what is accepted is stored as the same card, can be answered, and is stored and read again.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"n tkoe80", "l1 tkoe80 go 2.3065 2.11810397 1 0 3", "r tkoe80 8duo0 163.12345678 2.11810397 12 1 3 2", "x tkoe80 go 0.5 10 3 2 1 b", "r 0 0 36500 1 1 0 4"} {
		f.Add(seed, uint8(3), int64(1788249600))
	}
	f.Fuzz(func(t *testing.T, stored string, rating uint8, now int64) {
		c, err := Read(stored)
		if err != nil {
			return
		}
		if back, err := Read(c.Stored()); err != nil || back != c {
			t.Fatalf("%q is read as %+v, then as %+v: %v", stored, c, back, err)
		}
		at := time.Unix(((now%mostTime)+mostTime)%mostTime, 0)
		next := FSRS6.Next(c, Rating(rating%4+1), at)
		if !next.Due.After(at) {
			t.Fatalf("%+v is due at %s, no later than %s", next, next.Due, at)
		}
		if back, err := Read(next.Stored()); err != nil || back != next {
			t.Fatalf("%+v is read back as %+v: %v", next, back, err)
		}
	})
}
