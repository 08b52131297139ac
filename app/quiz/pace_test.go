package quiz

import (
	"errors"
	"testing"
	"time"
)

// TestPace: where a class goes on together, an answer is taken while its question is open, may be changed until it is
// closed, and what is right is told when the teacher shows it.
func TestPace(t *testing.T) {
	e := quizOf(3)
	for _, q := range e.Questions {
		q.Hints = []Text{{"de": "x", "en": "x"}}
	}
	a := NewPaced("towns-id", "seed", e, noon)
	answer := func(i int, what string) (bool, error) {
		return a.Answer(i, e.Questions[i], sent(chosen(what)), noon.Add(time.Minute))
	}
	try := func(i int, what string, changed bool, want error) {
		t.Helper()
		if got, err := answer(i, what); got != changed || !errors.Is(err, want) {
			t.Errorf("%s to %d at %+v: %v, %v; want %v, %v", what, i, *a.Pace, got, err, changed, want)
		}
	}
	reveals := func(want ...bool) {
		t.Helper()
		for i, w := range want {
			if a.Reveals(i) != w {
				t.Errorf("at %+v, %d is told: %v", *a.Pace, i, a.Reveals(i))
			}
		}
	}
	try(0, "yes", false, ErrNotOpen)
	reveals(false, false, false)
	a.Pace = &Pace{At: 0, Open: true}
	try(1, "yes", false, ErrNotOpen)
	try(0, "no", true, nil)
	if a.Given() != 1 || a.Locked(0) {
		t.Errorf("%d given, locked %v", a.Given(), a.Locked(0))
	}
	try(0, "no", false, nil)
	try(0, "yes", true, nil)
	if ans := a.Answers[0]; len(ans.Tries) != 1 || ans.Fraction != 1 {
		t.Errorf("the changed answer is %+v", ans)
	}
	if changed, err := a.GiveUp(0, noon); changed || err != nil {
		t.Errorf("giving up: %v, %v", changed, err)
	}
	reveals(false, false, false)
	a.Pace = &Pace{At: 0}
	try(0, "yes", false, nil) // sent twice: it is there
	try(0, "no", false, ErrNotOpen)
	reveals(false, false, false)
	a.Pace = &Pace{At: 0, Shown: true}
	try(0, "no", false, ErrNotOpen)
	reveals(true, false, false)
	a.Pace = &Pace{At: 0, Open: true, Shown: true} // no state that there is, but nothing is told while it is open
	reveals(false, false, false)
	a.Pace = &Pace{At: 2, Open: true}
	reveals(true, true, false)
	try(1, "yes", false, ErrNotOpen)
	if a.Given() != 1 || a.Grade(e).Points != 1 {
		t.Errorf("%d given, %v", a.Given(), a.Grade(e))
	}
	a.Closes = noon.Add(30*time.Second - Grace)
	try(2, "yes", false, ErrTimeUp)
	a.Settle(noon.Add(time.Minute))
	reveals(true, true, true)
}

// TestPacedDraw: everybody in a class is asked the same, though each has an order of their own.
func TestPacedDraw(t *testing.T) {
	e := quizOf(9)
	for _, q := range e.Questions {
		q.Pool = "p"
	}
	e.Pools = []Pool{{ID: "p", Take: 3}}
	first := NewPaced("towns-1", "seed", e, noon).Of(e)
	for _, id := range []string{"towns-2", "towns-3", "towns-4"} {
		a := NewPaced(id, "seed", e, noon)
		asked := a.Of(e)
		if len(a.Answers) != 3 || asked.Questions[0] != first.Questions[0] || asked.Questions[1] != first.Questions[1] || asked.Questions[2] != first.Questions[2] {
			t.Errorf("%s is asked %v", id, a.Drawn)
		}
	}
}
