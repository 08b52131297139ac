package quiz

import "time"

// Pace is how far a class has come that goes through a quiz together: everybody is at the same question, and the teacher
// goes on.
type Pace struct {
	At    int  // place of the question at hand; -1 before the first one
	Open  bool // answers to it are taken, and may be changed
	Shown bool // what is right in it is shown
}

func (p *Pace) takes(i int) bool { return p.Open && i == p.At }

func (p *Pace) reveals(i int) bool { return i < p.At || i == p.At && p.Shown && !p.Open }

// HasTries says whether a question may be tried again after its feedback, with hints.
func (a *Attempt) HasTries() bool { return a.Rules.Preset == Practice && a.Pace == nil }

// NewPaced begins a Practice for somebody in a class that goes on together. All with the same seed are asked the same.
func NewPaced(id, seed string, e Edition, now time.Time) *Attempt {
	a := &Attempt{ID: id, Lesson: e.Lesson, Edition: e.Hash(), Rules: Rules{Preset: Practice}, Started: now.Truncate(time.Second)}
	a.Drawn = e.draw(seed, nil)
	a.Answers = make([]*Answer, len(a.Of(e).Questions))
	a.Pace = &Pace{At: -1}
	return a
}
