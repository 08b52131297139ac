package school

import (
	"slices"
	"strings"
	"time"

	"eberbach/app/quiz"
)

// Progress sums up a learner's work on one task. It is written together with the attempt it comes from.
type Progress struct {
	Attempts int     `json:"n"`           // begun
	Open     string  `json:"o,omitempty"` // the open attempt's id
	Edition  string  `json:"e,omitempty"` // that the open attempt was begun with
	Given    int     `json:"g,omitempty"` // answers in the open attempt
	Of       int     `json:"q"`           // questions in the last attempt begun
	Done     int     `json:"d,omitempty"` // handed in
	Last     string  `json:"l,omitempty"` // the attempt handed in last
	Points   float64 `json:"p,omitempty"` // of the attempt handed in last
	Max      float64 `json:"m,omitempty"` // what it could have earned
	Test     bool    `json:"w,omitempty"` // it was a Test: nothing of it may be shown before release
	At       int64   `json:"t"`           // last change, Unix seconds

	Newer bool   `json:"-"`           // the open attempt is at an older version of the quiz. Not stored: who reads it says so.
	Timed *Timed `json:"x,omitempty"` // the open attempt may end by itself
	Past  []Past `json:"h,omitempty"` // of a class's task: all attempts handed in, oldest first
}

// Timed is what the progress becomes when the open attempt's time runs out: nobody may come by to hand it in.
type Timed struct {
	Start  int64   `json:"s"`           // Unix seconds
	End    int64   `json:"e,omitempty"` // Unix seconds, without grace; 0 for never
	Points float64 `json:"p"`
	Max    float64 `json:"m"`
	Test   bool    `json:"w,omitempty"`
}

// Past is an attempt that was handed in: what a class's table shows of it.
type Past struct {
	ID     string  `json:"i"` // the part after the task's name
	Points float64 `json:"p"`
	Max    float64 `json:"m"`
	At     int64   `json:"t"` // handed in, Unix seconds
}

// MostAttempts bounds how many attempts a learner makes at one task of a class: what sums them up is read with every
// answer.
const MostAttempts = 50

// After is the progress after a change to an attempt that has earned so much by now. Applying the same change twice
// gives the same progress.
func (p Progress) After(a *quiz.Attempt, earned quiz.Score, now time.Time) Progress {
	p.At = now.Unix()
	switch {
	case !a.Done():
		p.Open, p.Edition, p.Given, p.Of, p.Timed = a.ID, a.Edition, a.Given(), len(a.Answers), nil
		if end := a.End(); !end.IsZero() || !ownAttempt(a.ID) {
			p.Timed = &Timed{Start: a.Started.Unix(), Points: earned.Points, Max: earned.Max, Test: a.Rules.Preset == quiz.Test}
			if !end.IsZero() {
				p.Timed.End = end.Unix()
			}
		}
	case p.Open == a.ID:
		p = p.over(earned.Points, earned.Max, a.Rules.Preset == quiz.Test, a.Finished.Unix())
	}
	return p
}

func ownAttempt(id string) bool {
	t, ok := TaskOf(id)
	return !ok || t.Own()
}

// over is the progress after the open attempt, which was handed in or ran out at the time given.
func (p Progress) over(points, max float64, test bool, at int64) Progress {
	p.Done++
	if !ownAttempt(p.Open) {
		p.Past = append(slices.Clip(p.Past), Past{p.Open[len(p.Open)-16:], points, max, at})
	}
	p.Last, p.Points, p.Max, p.Test = p.Open, points, max, test
	p.Open, p.Edition, p.Given, p.Timed = "", "", 0, nil
	return p
}

// Regraded is the progress after an attempt was graded again: only what is earned changes, and not when the learner was
// last here. Applying it twice gives the same progress.
func (p Progress) Regraded(a *quiz.Attempt, earned quiz.Score) Progress {
	for i, past := range p.Past {
		if strings.HasSuffix(a.ID, "-"+past.ID) {
			p.Past = slices.Clone(p.Past)
			p.Past[i].Points, p.Past[i].Max = earned.Points, earned.Max
		}
	}
	switch a.ID {
	case p.Last:
		p.Points, p.Max = earned.Points, earned.Max
	case p.Open:
		p = p.After(a, earned, time.Unix(p.At, 0))
	}
	return p
}

// Settle is the progress as it is now: an attempt whose time has run out is over, with what it has.
func (p Progress) Settle(now time.Time) Progress {
	if p.Timed == nil || p.Timed.End == 0 || !now.After(time.Unix(p.Timed.End, 0).Add(quiz.Grace)) {
		return p
	}
	return p.over(p.Timed.Points, p.Timed.Max, p.Timed.Test, max(p.Timed.End, p.Timed.Start))
}

// Begun is the progress after a new attempt.
func (p Progress) Begun(a *quiz.Attempt, earned quiz.Score, now time.Time) Progress {
	p.Attempts++
	return p.After(a, earned, now)
}
