package quiz

import (
	"testing"
	"time"
)

// TestMet: what may be known of an attempt, and when.
func TestMet(t *testing.T) {
	start := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	choice := func(id string) *Question {
		return &Question{ID: id, Body: &TrueFalse{Right: true}}
	}
	twin := choice("b")
	twin.Stem = Text{"de": "Anders?", "en": "Other?"}
	e := Edition{Lesson: "l", Missed: true, Questions: []*Question{choice("a"), choice("b"), {ID: "words", Body: &OwnWords{}}, twin}}
	answer := func(a *Attempt, i int, value string, c Certainty) {
		t.Helper()
		if _, err := a.Answer(i, a.Of(e).Questions[i], Submission{Response: Response{"option": {value}}, Certainty: c}, start.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	for _, preset := range Presets {
		a := NewAttemptAt("l-x", e, []int{3, 0, 2}, Rules{Preset: preset}, start)
		answer(a, 0, "true", NoIdea)
		open := map[Preset]int{Practice: 1}[preset]
		if got := a.Met(e); len(got) != open {
			t.Errorf("%s: an open attempt shows %d questions, want %d", preset, len(got), open)
		}
		a.Finish(start.Add(time.Hour))
		if preset == Test {
			if got := a.Met(e); len(got) != 0 {
				t.Errorf("a Test shows %+v before release", got)
			}
			a.Released = true
		}
		got := a.Met(e)
		if len(got) != 2 {
			t.Fatalf("%s: %+v", preset, got)
		}
		if m := got[0]; !m.Twin || m.Question != twin || !m.Answered || !m.Right || !m.Hesitant() || !m.Lucky() || m.Confident() || !m.At.Equal(start.Add(time.Minute)) {
			t.Errorf("%s: the answer is %+v", preset, m)
		}
		if m := got[1]; m.Twin || m.Answered || !m.At.Equal(start.Add(time.Hour)) || m.I != 1 {
			t.Errorf("%s: the question without an answer is %+v", preset, m)
		}
	}
	if e.Other(1) != 3 || e.Other(3) != 1 || e.Other(0) != -1 {
		t.Error("the other wordings are not found")
	}
}
