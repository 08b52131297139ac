package school

import (
	"slices"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
)

// roundQuiz has a choice, an opinion, own words and another choice.
func roundQuiz() quiz.Edition {
	e := editionOf(choiceOf("a", "yes", "no"), choiceOf("p", "x"), choiceOf("w", "x"), choiceOf("b", "yes", "no"))
	e.Questions[1].Body, e.Questions[2].Body = &quiz.Position{}, &quiz.OwnWords{}
	return e
}

// TestRound goes through a round: what can be done when, and what it leads to. What cannot be done changes nothing.
func TestRound(t *testing.T) {
	asked := roundQuiz().Questions
	r := Round{At: -1, Seconds: 30}
	for _, c := range []struct {
		step  Step
		tag   string
		steps string
	}{
		{StepNext, "0-open", "close end"},
		{StepClose, "0-closed", "show open next end"},
		{StepOpen, "0-open", "close end"},
		{StepClose, "0-closed", "show open next end"},
		{StepShow, "0-shown", "next end"},
		{StepNext, "1-closed", "show next end"}, // an opinion: nothing is sent
		{StepShow, "1-shown", "next end"},
		{StepNext, "3-open", "close end"}, // own words are left out
		{StepClose, "3-closed", "show open end"},
		{StepShow, "3-shown", "end"},
		{StepEnd, "3-ended", ""},
	} {
		for _, step := range []Step{StepNext, StepClose, StepOpen, StepShow, StepEnd, "x", ""} {
			if slices.Contains(r.Steps(asked), step) {
				continue
			}
			if after, ok := r.After(step, asked, now); ok || after != r {
				t.Errorf("%s takes %q to %s", r.Tag(), step, after.Tag())
			}
		}
		var ok bool
		if r, ok = r.After(c.step, asked, now); !ok || r.Tag() != c.tag {
			t.Fatalf("%s leads to %s (%v), want %s", c.step, r.Tag(), ok, c.tag)
		}
		if until := now.Unix() + 30; r.Open != (r.Until == until) || !r.Open && r.Until != 0 {
			t.Errorf("%s: the clock is at %d", r.Tag(), r.Until)
		}
		var steps []string
		for _, s := range r.Steps(asked) {
			steps = append(steps, string(s))
		}
		if got := strings.Join(steps, " "); got != c.steps {
			t.Errorf("%s: %q can be done, want %q", r.Tag(), got, c.steps)
		}
	}
}

// TestRoundBinds: an attempt follows the round that its assignment is at, and is over with it, at once and with what it
// has; what sums it up says the same.
func TestRoundBinds(t *testing.T) {
	class := berlin()
	e := roundQuiz()
	a := NewRound(class, e.Hash(), 0, now)
	a.N, a.Lesson = 1, "l"
	g := Given{Class: class, Assignment: a, Member: Member{ID: "u"}}
	attempt := quiz.NewPaced(a.Task(class.ID).String()+"-aaaaaaaaaaaaaaaa", a.Task(class.ID).String(), e, now)
	g.Assignment.Round = &Round{At: 0, Open: true}
	g.Bind(attempt, now)
	if _, err := attempt.Answer(0, e.Questions[0], quiz.Submission{Response: quiz.Response{"option": {"yes"}}}, now); err != nil {
		t.Fatal(err)
	}
	p := Progress{}.Begun(attempt, attempt.Grade(e), now)
	for _, late := range []time.Duration{time.Second, 20 * time.Hour} {
		if s := g.Standing(p, now.Add(late)); s.Phase != PhaseWorking || s.Given != 1 || s.MayBegin() {
			t.Errorf("in the round: %+v", s)
		}
	}
	ended := now.Add(10 * time.Minute)
	g.Assignment.Round = &Round{At: 0, Ended: ended.Unix()}
	g.Bind(attempt, ended)
	attempt.Settle(ended)
	s := g.Standing(p, ended)
	if !attempt.Done() || s.Phase != PhaseDone || s.Score.Points != 1 || s.MayBegin() || !s.Closed {
		t.Errorf("after it: done %v, %+v", attempt.Done(), s)
	}
	if s := g.Standing(Progress{}, ended); s.Phase != PhaseMissed || s.MayBegin() {
		t.Errorf("who was not there: %+v", s)
	}
	plain := g
	plain.Assignment.Round = nil
	plain.Bind(attempt, ended)
	if attempt.Pace != nil {
		t.Error("without a round the attempt keeps a pace")
	}
	if a.Kind() != "round" || plain.Assignment.Kind() != "practice" {
		t.Errorf("kinds %s, %s", a.Kind(), plain.Assignment.Kind())
	}
}
