package school

import (
	"io"
	"strings"
	"time"

	"eberbach/app/quiz"
)

// Progress sums up a learner's work on one lesson. It is written together with the attempt it comes from.
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
	Timed *Timed `json:"x,omitempty"` // the open attempt has a time limit
}

// Timed is what the progress becomes when the open attempt's time runs out: nobody may come by to hand it in.
type Timed struct {
	End    int64   `json:"e"` // Unix seconds, without grace
	Points float64 `json:"p"`
	Max    float64 `json:"m"`
}

// After is the progress after a change to an attempt that has earned so much by now. Applying the same change twice
// gives the same progress.
func (p Progress) After(a *quiz.Attempt, earned quiz.Score, now time.Time) Progress {
	p.At = now.Unix()
	switch {
	case !a.Done():
		p.Open, p.Edition, p.Given, p.Of, p.Timed = a.ID, a.Edition, a.Given(), len(a.Answers), nil
		if end := a.End(); !end.IsZero() {
			p.Timed = &Timed{end.Unix(), earned.Points, earned.Max}
		}
	case p.Open == a.ID:
		p = p.over(earned.Points, earned.Max, a.Rules.Preset == quiz.Test)
	}
	return p
}

// over is the progress after the open attempt.
func (p Progress) over(points, max float64, test bool) Progress {
	p.Done++
	p.Last, p.Points, p.Max, p.Test = p.Open, points, max, test
	p.Open, p.Edition, p.Given, p.Timed = "", "", 0, nil
	return p
}

// Regraded is the progress after an attempt was graded again: only what is earned changes, and not when the learner was
// last here. Applying it twice gives the same progress.
func (p Progress) Regraded(a *quiz.Attempt, earned quiz.Score) Progress {
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
	if p.Timed == nil || !now.After(time.Unix(p.Timed.End, 0).Add(quiz.Grace)) {
		return p
	}
	return p.over(p.Timed.Points, p.Timed.Max, true) // only a Test has a limit
}

// Begun is the progress after a new attempt.
func (p Progress) Begun(a *quiz.Attempt, earned quiz.Score, now time.Time) Progress {
	p.Attempts++
	return p.After(a, earned, now)
}

// NewAttemptID makes an attempt's id. It carries the lesson's id, so that a request that names only the attempt leads
// to the one key that holds it.
func NewAttemptID(lesson string, random io.Reader) (string, error) {
	id, err := NewID(random)
	return lesson + "-" + id, err
}

// LessonOf is the lesson in an attempt's id; false when it cannot be one.
func LessonOf(attempt string) (string, bool) {
	i := strings.LastIndexByte(attempt, '-')
	if i <= 0 || len(attempt)-i-1 != 16 || len(attempt) > 120 {
		return "", false
	}
	for _, r := range attempt {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return "", false
		}
	}
	return attempt[:i], true
}
