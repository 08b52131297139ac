package review

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestHistories compares every review of the histories with ts-fsrs (testdata/histories.js): states, steps, intervals
// and lapses exactly, the figures as far as the last of their 8 digits. Between
// two reviews the card is stored and read.
func TestHistories(t *testing.T) {
	file, err := os.Open("testdata/histories.txt.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var m deviation
	lines := bufio.NewScanner(unzipped)
	for lines.Scan() {
		m.histories++
		m.compare(t, lines.Text())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if m.histories < 1000 {
		t.Errorf("%d histories, want 1000 or more", m.histories)
	}
	t.Logf("%d histories, %d reviews; greatest relative deviation: stability %.1e, difficulty %.1e, retrievability %.1e",
		m.histories, m.reviews, m.stability, m.difficulty, m.retrievability)
	if m.stability > 1e-6 || m.difficulty > 1e-6 || m.retrievability > 1e-6 {
		t.Error("the figures are not those of ts-fsrs")
	}
}

// deviation is the greatest one met, relative to what it should be.
type deviation struct {
	histories, reviews                    int
	stability, difficulty, retrievability float64
}

func (m *deviation) compare(t *testing.T, line string) {
	head, reviews, _ := strings.Cut(line, ";")
	p := FSRS6
	var start int64
	if _, err := fmt.Sscan(head, &p.Retention, &start); err != nil {
		t.Fatalf("%q: %v", head, err)
	}
	now := time.Unix(start, 0)
	card := Card{Due: now}
	for i, review := range strings.Split(reviews, ";") {
		var want Card
		var rating Rating
		var wait, next int64
		var known float64
		if _, err := fmt.Sscan(review, &wait, &rating, &known, &want.State, &want.Step, &next, &want.Stability, &want.Difficulty, &want.Lapses); err != nil {
			t.Fatalf("%q: %v", review, err)
		}
		m.reviews++
		now = time.Unix(now.Unix()+wait, 0)
		widen(&m.retrievability, p.Retrievability(card, now), known)
		var err error
		card = p.Next(card, rating, now)
		if card.State != want.State || card.Step != want.Step || card.Lapses != want.Lapses || card.Reps != i+1 || card.Due.Unix()-now.Unix() != next {
			t.Fatalf("%s\nreview %d gives %+v, due after %d s", line, i+1, card, card.Due.Unix()-now.Unix())
		}
		if card, err = Read(card.Stored()); err != nil {
			t.Fatal(err)
		}
		widen(&m.stability, card.Stability, want.Stability)
		widen(&m.difficulty, card.Difficulty, want.Difficulty)
	}
}

func widen(most *float64, got, want float64) {
	if got != want {
		*most = math.Max(*most, math.Abs(got-want)/want)
	}
}

// TestPublishedIntervals is the example that the reference implementations share.
func TestPublishedIntervals(t *testing.T) {
	now := time.Date(2022, 11, 29, 12, 30, 0, 0, time.UTC)
	card := Card{Due: now}
	var days []int
	for _, r := range []Rating{Good, Good, Good, Good, Good, Good, Again, Again, Good, Good, Good, Good, Good} {
		card = FSRS6.Next(card, r, now)
		days = append(days, int(card.Due.Sub(now).Hours()/24))
		now = card.Due
	}
	if want := []int{0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21}; !slices.Equal(days, want) {
		t.Errorf("the intervals are %v, want %v", days, want)
	}
}

// TestSteps: minutes mean later today, and Hard stays where it is.
func TestSteps(t *testing.T) {
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	known := Card{State: Review, Last: now.AddDate(0, 0, -9), Due: now, Stability: 9, Difficulty: 5, Reps: 4}
	lapsed := FSRS6.Next(known, Again, now)
	for _, c := range []struct {
		name  string
		card  Card
		r     Rating
		state State
		step  int
		wait  time.Duration
	}{
		{"new, wrong", Card{}, Again, Learning, 0, time.Minute},
		{"new, unsure", Card{}, Hard, Learning, 0, 6 * time.Minute},
		{"new, right", Card{}, Good, Learning, 1, 10 * time.Minute},
		{"new, easy", Card{}, Easy, Review, 0, 8 * 24 * time.Hour},
		{"second step, right", FSRS6.Next(Card{}, Good, now), Good, Review, 0, 2 * 24 * time.Hour},
		{"second step, wrong", FSRS6.Next(Card{}, Good, now), Again, Learning, 0, time.Minute},
		{"lapse", known, Again, Relearning, 0, 10 * time.Minute},
		{"lapsed, unsure", lapsed, Hard, Relearning, 0, 15 * time.Minute},
		{"lapsed, right", lapsed, Good, Review, 0, 24 * time.Hour},
	} {
		got := FSRS6.Next(c.card, c.r, now)
		if got.State != c.state || got.Step != c.step || got.Due.Sub(now) != c.wait {
			t.Errorf("%s: state %d, step %d, after %s", c.name, got.State, got.Step, got.Due.Sub(now))
		}
	}
	if got := FSRS6.Next(Card{State: Review, Last: now.AddDate(0, 0, -9), Due: now}, Good, now); got.Stability != 2.3065 {
		t.Errorf("a card without figures begins with a stability of %v", got.Stability)
	}
	if lapsed.Lapses != 1 || lapsed.Reps != 5 {
		t.Errorf("after a lapse: %+v", lapsed)
	}
}

func TestRate(t *testing.T) {
	if Rate(false, false) != Again || Rate(false, true) != Again || Rate(true, true) != Hard || Rate(true, false) != Good {
		t.Error("an answer is rated otherwise than said")
	}
}

func TestParamsCheck(t *testing.T) {
	if err := FSRS6.Check(); err != nil {
		t.Error(err)
	}
	for _, retention := range []float64{0, 1, -1, math.NaN()} {
		p := FSRS6
		p.Retention = retention
		if p.Check() == nil {
			t.Errorf("a retention of %v is accepted", retention)
		}
	}
	p := FSRS6
	p.Longest = 0
	if p.Check() == nil {
		t.Error("a longest interval of 0 is accepted")
	}
}

// genCard draws a card with a past, and the time of its next answer, which may lie before the last one.
func genCard(t *rapid.T) (Params, Card, time.Time) {
	p := FSRS6
	p.Retention = rapid.Float64Range(0.7, 0.97).Draw(t, "retention")
	p.Longest = rapid.SampledFrom([]int{1, 30, 365, 36500}).Draw(t, "longest")
	now := time.Unix(rapid.Int64Range(1e9, 1<<33).Draw(t, "start"), 0).UTC()
	card := Card{Due: now}
	for range rapid.IntRange(0, 12).Draw(t, "reviews") {
		card = p.Next(card, Rating(rapid.IntRange(1, 4).Draw(t, "rating")), now)
		now = card.Due.Add(time.Duration(rapid.Int64Range(-1e6, 1e8).Draw(t, "late")) * time.Second)
	}
	return p, card, now
}

// TestNextProperties holds what is true of every card: it comes back later than now and within bounds, a better rating
// never brings it back sooner nor makes it less stable, its figures stay in range, and what was stored goes on the same.
func TestNextProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, card, now := genCard(t)
		var last Card
		for r := Again; r <= Easy; r++ {
			c := p.Next(card, r, now)
			switch wait := c.Due.Sub(now.Truncate(time.Second)); {
			case wait <= 0:
				t.Fatalf("rating %d: due %s after now", r, wait)
			case wait > time.Duration(p.Longest+2)*24*time.Hour:
				t.Fatalf("rating %d: due only after %s", r, wait)
			case !(c.Stability >= leastStability && c.Stability <= mostStability):
				t.Fatalf("rating %d: stability %v", r, c.Stability)
			case !(c.Difficulty >= 1 && c.Difficulty <= 10):
				t.Fatalf("rating %d: difficulty %v", r, c.Difficulty)
			case c.Reps != card.Reps+1 || c.Lapses < card.Lapses || c.Variant != card.Variant:
				t.Fatalf("rating %d: %+v after %+v", r, c, card)
			}
			if r > Again && (c.Due.Before(last.Due) || c.Stability < last.Stability || c.Difficulty > last.Difficulty) {
				t.Fatalf("rating %d gives %+v, the lower one %+v", r, c, last)
			}
			if r == Good && !c.Due.After(p.Next(card, Again, now).Due) {
				t.Fatalf("a right answer comes back at %s, no later than a wrong one", c.Due)
			}
			last = c
			stored, err := Read(c.Stored())
			if err != nil || stored != c {
				t.Fatalf("%+v is read back as %+v: %v", c, stored, err)
			}
		}
	})
}

// TestRetrievability falls with time from 1, and stands at 0.9 when the days of its stability are over.
func TestRetrievability(t *testing.T) {
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	card := Card{State: Review, Last: now, Stability: 40, Difficulty: 5, Reps: 3}
	before := 1.0
	for day := range 400 {
		r := FSRS6.Retrievability(card, now.AddDate(0, 0, day))
		if r > before || r <= 0 || (day == 0 && r != 1) || (day == 40 && math.Abs(r-0.9) > 1e-7) {
			t.Fatalf("day %d: %v after %v", day, r, before)
		}
		before = r
	}
	if FSRS6.Retrievability(Card{}, now) != 0 || FSRS6.Retrievability(card, now.AddDate(0, 0, -3)) != 1 {
		t.Error("a new card, or one answered later than now, is not as said")
	}
}
