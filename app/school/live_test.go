package school

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// hand is a pupil whose open attempt was changed last so long ago.
func hand(t *testing.T, e quiz.Edition, n int, idle time.Duration, options ...string) Hand {
	t.Helper()
	a := quiz.NewAttempt(fmt.Sprintf("l-%d", n), e, quiz.Rules{Preset: quiz.Homework}, nil, now)
	for i, o := range options {
		if o == "" {
			continue
		}
		q := a.Of(e).Questions[i]
		at := now.Add(time.Duration(i+1) * time.Second)
		if changed, err := a.Answer(i, q, quiz.Submission{Response: quiz.Response{"option": {o}}}, at); err != nil || !changed {
			t.Fatalf("%s: %v, %v", q.ID, changed, err)
		}
	}
	return Hand{
		Member: Member{ID: fmt.Sprint(n), Name: fmt.Sprintf("Otter %d", n)}, Attempt: a, Edition: e,
		Standing: Standing{Phase: PhaseWorking, Open: a.ID, At: now.Add(-idle).Unix()},
	}
}

// over is the same with the attempt handed in.
func over(h Hand, late bool) Hand {
	h.Attempt.Finish(now)
	h.Standing.Phase, h.Standing.Open, h.Standing.Late = PhaseDone, "", late
	return h
}

// spotsOf are spots in a line each.
func spotsOf(list []Spot) (lines []string) {
	for _, s := range list {
		lines = append(lines, fmt.Sprintf("%d %s: of %d right %d part %d wrong %d, left %d, here %d, stuck %d", s.N, s.Question.ID, s.Asked, s.Right, s.Partial, s.Wrong, s.Left, s.Here, s.Stuck))
	}
	return lines
}

func TestLive(t *testing.T) {
	e := editionOf(choiceOf("a", "yes", "no", "maybe"), choiceOf("b", "yes", "no"), choiceOf("c", "yes", "no"), choiceOf("d", "yes", "no"))
	opinion := *e.Questions[3]
	opinion.ID, opinion.Body = "p", &quiz.Position{}
	e.Questions = append(e.Questions, &opinion)
	hands := []Hand{
		hand(t, e, 1, time.Minute, "yes", "no"),
		hand(t, e, 2, StuckAfter, "no"),
		hand(t, e, 3, AwayAfter, "no"),
		hand(t, e, 4, 0, "no", "", "yes"),                                      // has skipped b
		over(hand(t, e, 5, 0, "maybe", "yes", "no", ""), true),                 // has left d out
		over(hand(t, e, 6, time.Hour, "no", "no", "yes", "yes"), false),        // nobody who is done is stuck
		{Member: Member{ID: "7"}, Standing: Standing{Phase: PhaseWaiting}},     //
		{Member: Member{ID: "8"}, Standing: Standing{Phase: PhaseMissed}},      //
		{Member: Member{ID: "9"}, Standing: Standing{Phase: PhaseSoon, At: 1}}, //
	}
	l := NewLive(hands, 5, now)
	if l.Waiting != 2 || l.Working != 4 || l.Done != 2 || l.Missed != 1 || l.Late != 1 || l.Stuck != 1 || l.Given != 13 || l.Asked != 45 {
		t.Errorf("%+v", *l)
	}
	want := []string{
		"1 a: of 6 right 1 part 0 wrong 5, left 0, here 0, stuck 0",
		"2 b: of 6 right 1 part 0 wrong 2, left 1, here 2, stuck 1",
		"3 c: of 6 right 2 part 0 wrong 1, left 0, here 1, stuck 0",
		"4 d: of 6 right 1 part 0 wrong 0, left 1, here 1, stuck 0",
	}
	if diff := cmp.Diff(want, spotsOf(l.Spots)); diff != "" {
		t.Error(diff)
	}
	order := func(answers bool) (ids []string) {
		for _, s := range l.Worst(answers) {
			ids = append(ids, s.Question.ID)
		}
		return ids
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, order(true)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"b", "d"}, order(false)); diff != "" {
		t.Errorf("without answers: %s", diff)
	}
	for i, want := range []struct {
		n    int
		rest Rest
	}{{3, Going}, {2, Stuck}, {2, Away}, {4, Going}, {0, Going}} {
		if p := l.Pupils[i]; p.N != want.n || p.Rest != want.rest {
			t.Errorf("pupil %d is at %d, %q; want %+v", i+1, p.N, p.Rest, want)
		}
	}
	a, _ := l.Spot("a")
	if o, ok := a.Astray(); !ok || o.Value != "no" || o.N != 4 || !near(a.WrongShare(), 5.0/6) {
		t.Errorf("%+v, %v; wrong share %v", o, ok, a.WrongShare())
	}
	if o, ok := l.Spots[1].Astray(); ok {
		t.Errorf("only two gave %+v, and it is named", o)
	}
	if _, ok := l.Spot("p"); ok {
		t.Error("an opinion is among the questions")
	}
}

// TestLivePractice: who has a try left is at the question still, and what counts is what was thought first.
func TestLivePractice(t *testing.T) {
	q := choiceOf("a", "yes", "no", "maybe")
	q.Hints = []quiz.Text{{"de": "h"}}
	e := editionOf(q, choiceOf("b", "yes", "no"))
	a := quiz.NewAttempt("l-1", e, quiz.Rules{Preset: quiz.Practice}, nil, now)
	h := Hand{Attempt: a, Edition: e, Standing: Standing{Phase: PhaseWorking, Open: a.ID, At: now.Unix()}}
	answer(t, a, 0, q, quiz.Response{"option": {"no"}})
	l := NewLive([]Hand{h}, 2, now)
	if p := l.Pupils[0]; p.N != 1 || l.Spots[0].Here != 1 || l.Spots[0].Wrong != 1 || l.Given != 0 {
		t.Errorf("after one try: %+v, at %d", l.Spots[0], p.N)
	}
	answer(t, a, 0, q, quiz.Response{"option": {"yes"}})
	l = NewLive([]Hand{h}, 2, now)
	if p := l.Pupils[0]; p.N != 2 || l.Spots[0].Here != 0 || l.Spots[0].Wrong != 1 || l.Spots[0].Right != 0 || l.Given != 1 {
		t.Errorf("after the second: %+v, at %d", l.Spots[0], p.N)
	}
}

// TestLiveVersions: a question whose words or key have changed is one question, shown as it is now; of pools, questions
// have no number.
func TestLiveVersions(t *testing.T) {
	older, newer := editionOf(choiceOf("a", "yes", "no"), choiceOf("gone", "yes", "no")), editionOf(choiceOf("a", "no", "yes"))
	older.Since, newer.Since = 1, 2
	l := NewLive([]Hand{hand(t, older, 1, 0, "yes"), hand(t, newer, 2, 0, "yes"), hand(t, older, 3, 0, "no", "yes")}, 1, now)
	want := []string{"1 a: of 3 right 1 part 0 wrong 2, left 0, here 0, stuck 0", "2 gone: of 2 right 1 part 0 wrong 0, left 0, here 1, stuck 0"}
	if diff := cmp.Diff(want, spotsOf(l.Spots)); diff != "" {
		t.Error(diff)
	}
	if l.Spots[0].Question != newer.Questions[0] {
		t.Error("it is shown as it was")
	}
	pooled := editionOf(choiceOf("a", "yes", "no"), choiceOf("b", "yes", "no"))
	pooled.Pools = []quiz.Pool{{ID: "p", Take: 1}}
	for _, q := range pooled.Questions {
		q.Pool = "p"
	}
	l = NewLive([]Hand{hand(t, pooled, 1, 0, "yes")}, 1, now)
	if !slices.ContainsFunc(l.Spots, func(s Spot) bool { return s.N == 0 && s.Asked == 1 }) || l.Asked != 1 {
		t.Errorf("%v", spotsOf(l.Spots))
	}
}

// BenchmarkLive is a look at a class of 1,000 who have all answered everything.
func BenchmarkLive(b *testing.B) {
	var questions []*quiz.Question
	for i := range 14 {
		questions = append(questions, choiceOf(fmt.Sprint("q", i), "yes", "no", "maybe", "never"))
	}
	e := editionOf(questions...)
	var hands []Hand
	for n := range 1000 {
		a := quiz.NewAttempt(fmt.Sprintf("l-%d", n), e, quiz.Rules{Preset: quiz.Homework}, nil, now)
		for i, q := range e.Questions {
			_, _ = a.Answer(i, q, quiz.Submission{Response: quiz.Response{"option": {[]string{"yes", "no", "maybe", "never"}[(n+i)%4]}}}, now)
		}
		hands = append(hands, Hand{Member: Member{ID: fmt.Sprint(n)}, Attempt: a, Edition: e, Standing: Standing{Phase: PhaseWorking, Open: a.ID, At: now.Unix()}})
	}
	b.ResetTimer()
	for b.Loop() {
		NewLive(hands, 14, now)
	}
}
