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
	Given    int     `json:"g,omitempty"` // answers in the open attempt
	Of       int     `json:"q"`           // questions in the last attempt begun
	Done     int     `json:"d,omitempty"` // handed in
	Last     string  `json:"l,omitempty"` // the attempt handed in last
	Points   float64 `json:"p,omitempty"` // of the attempt handed in last
	LastOf   int     `json:"m,omitempty"` // questions of the attempt handed in last
	At       int64   `json:"t"`           // last change, Unix seconds
}

// After is the progress after a change to an attempt. Applying the same change twice gives the same progress.
func (p Progress) After(a *quiz.Attempt, now time.Time) Progress {
	p.At = now.Unix()
	switch {
	case !a.Done():
		p.Open, p.Given, p.Of = a.ID, a.Given(), len(a.Answers)
	case p.Open == a.ID:
		p.Open, p.Given = "", 0
		p.Done++
		p.Last, p.Points, p.LastOf = a.ID, a.Points(), len(a.Answers)
	}
	return p
}

// Begun is the progress after a new attempt.
func (p Progress) Begun(a *quiz.Attempt, now time.Time) Progress {
	p.Attempts++
	return p.After(a, now)
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
