package school

import (
	"crypto/rand"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eberbach/app/quiz"
)

// TestSeed: a seed gives the same learner and the same code each time, and another one for another purpose.
func TestSeed(t *testing.T) {
	seed, err := NewSeed(rand.Reader)
	if err != nil || !IsSeed(seed) {
		t.Fatalf("%q is no seed: %v", seed, err)
	}
	draw := func(seed, purpose string) string {
		random, err := Drawn(seed, purpose)
		if err != nil {
			t.Fatal(err)
		}
		_, token, err := NewLearner(random, now)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	if first, again := draw(seed, "a"), draw(seed, "a"); first != again {
		t.Error("the same seed gives two learners")
	}
	other, _ := NewSeed(rand.Reader)
	if draw(seed, "a") == draw(seed, "b") || draw(seed, "a") == draw(other, "a") {
		t.Error("two purposes or two seeds give the same learner")
	}
	for _, bad := range []string{"", "a", seed[:42], seed + "a", "-" + seed, "äää"} {
		if IsSeed(bad) {
			t.Errorf("%q passes for a seed", bad)
		}
	}
}

// person is what one entry has done at a task: what the store holds of it.
type person struct {
	progress Progress
	attempts map[string]*quiz.Attempt
}

// work makes an entry with attempts that are handed in, and perhaps one that is open, at times in turn.
func work(t *rapid.T, name string, e quiz.Edition, clock *time.Time) person {
	p := person{attempts: map[string]*quiz.Attempt{}}
	begin := func() *quiz.Attempt {
		*clock = clock.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, name+" waits")) * time.Second)
		id := fmt.Sprintf("l-%s-1-%s", "aaaaaaaaaaaaaaaa", rapid.StringMatching(`[a-h]{16}`).Draw(t, name+" attempt"))
		a := quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Homework}, nil, *clock)
		p.attempts[id] = a
		p.progress = p.progress.Begun(a, a.Grade(e), *clock)
		if rapid.Bool().Draw(t, name+" answers") {
			_, _ = a.Answer(0, e.Questions[0], quiz.Submission{Response: quiz.Response{"option": {"a"}}}, *clock)
			p.progress = p.progress.After(a, a.Grade(e), *clock)
		}
		return a
	}
	for range rapid.IntRange(0, 3).Draw(t, name+" hands in") {
		a := begin()
		a.Finish(*clock)
		p.progress = p.progress.After(a, a.Grade(e), *clock)
	}
	if rapid.Bool().Draw(t, name+" is at it") {
		begin()
	}
	return p
}

// TestMerged: whatever two entries have done, the one that is kept has all attempts of both, each once, at most one of
// them open; and merging again what was merged, or was cut short, changes nothing.
func TestMerged(t *testing.T) {
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}}}.Named()
	rapid.Check(t, func(t *rapid.T) {
		clock := now
		a, b := work(t, "kept", e, &clock), work(t, "other", e, &clock)
		all := map[string]bool{}
		for id := range a.attempts {
			all[id] = true
		}
		for id := range b.attempts {
			all[id] = true
		}
		merged, handIn := a.progress.Merged(b.progress, len(all), clock)
		if (handIn != "") != (a.progress.Open != "" && b.progress.Open != "") {
			t.Errorf("to be handed in: %q, with %q and %q open", handIn, a.progress.Open, b.progress.Open)
		}
		if merged.Attempts != len(all) || merged.Done != len(merged.Past) {
			t.Errorf("%d attempts and %d done, want %d and %d", merged.Attempts, merged.Done, len(all), len(merged.Past))
		}
		seen := map[string]bool{}
		for _, past := range merged.Past {
			id := "l-aaaaaaaaaaaaaaaa-1-" + past.ID
			if seen[id] {
				t.Errorf("%s is there twice", id)
			}
			seen[id] = true
		}
		if merged.Open != "" {
			seen[merged.Open] = true
		}
		if len(seen) != len(all) {
			t.Errorf("%d of %d attempts are in %+v", len(seen), len(all), merged)
		}
		if n := len(merged.Past); n > 0 && (merged.Last != "l-aaaaaaaaaaaaaaaa-1-"+merged.Past[n-1].ID || merged.Points != merged.Past[n-1].Points) {
			t.Errorf("the last one is %s, of %+v", merged.Last, merged.Past)
		}
		if !slices.IsSortedFunc(merged.Past, func(a, b Past) int { return int(a.At - b.At) }) {
			t.Errorf("not in the order of time: %+v", merged.Past)
		}
		again, handIn := merged.Merged(b.progress, len(all), clock.Add(time.Hour))
		if diff := cmp.Diff(merged, again); diff != "" || handIn != "" {
			t.Errorf("merging again changes it (hand in %q):\n%s", handIn, diff)
		}
	})
}

func TestMergedSettings(t *testing.T) {
	if got, want := MergedCare(Care{Extra: 1.5, Tries: 1}, Care{Extra: 1.25, NoTimer: true, Tries: 2}), (Care{Extra: 1.5, NoTimer: true, Tries: 2}); got != want {
		t.Errorf("care %+v, want %+v", got, want)
	}
	for _, row := range []struct {
		longer, want map[string]int64
	}{
		{nil, nil},
		{map[string]int64{"kept": 120}, map[string]int64{"kept": 120}},
		{map[string]int64{"other": 120}, map[string]int64{"kept": 120}},
		{map[string]int64{"other": 90}, nil}, // earlier than everybody's
		{map[string]int64{"kept": 130, "other": 120, "third": math.MaxInt64}, map[string]int64{"kept": 130, "third": math.MaxInt64}},
		{map[string]int64{"kept": 110, "other": 120}, map[string]int64{"kept": 120}},
	} {
		before := Assignment{Due: 100, Longer: row.longer}
		n := len(row.longer)
		after := before.Merged("kept", "other")
		if diff := cmp.Diff(row.want, after.Longer); diff != "" {
			t.Errorf("%v: %s", row.longer, diff)
		}
		if diff := cmp.Diff(after, after.Merged("kept", "other")); diff != "" || len(row.longer) != n {
			t.Errorf("%v: again, or in place: %s", row.longer, diff)
		}
	}
}
