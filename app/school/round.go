package school

import (
	"slices"
	"strconv"
	"time"

	"eberbach/app/quiz"
)

// Round is how far a class has come that goes through an assignment together. The teacher goes on; a pupil who comes late
// or comes back is at the question at hand. No clock ends anything: Until is only shown.
type Round struct {
	Edition string `json:"e"`           // hash of what everybody is asked
	At      int    `json:"a"`           // place of the question at hand; -1 before the first one
	Open    bool   `json:"o,omitempty"` // answers to it are taken
	Shown   bool   `json:"s,omitempty"` // what is right in it is shown
	Seconds int64  `json:"c,omitempty"` // that the clock shows at each question; 0 for no clock
	Until   int64  `json:"u,omitempty"` // when the clock of the open question is at zero, Unix seconds
	Ended   int64  `json:"z,omitempty"` // Unix seconds; 0 while it goes on
}

// Step is what a teacher does to go on.
type Step string

// The steps.
const (
	StepNext  Step = "next"  // open the next question
	StepClose Step = "close" // take no more answers to it, and show the spread
	StepOpen  Step = "open"  // take answers to it again
	StepShow  Step = "show"  // show what is right, and why
	StepEnd   Step = "end"   // end the round for everybody
)

// Tag names the state of the round, so that a form can say on which it was based: "2-open".
func (r Round) Tag() string {
	at := strconv.Itoa(r.At)
	switch {
	case r.Ended != 0:
		return at + "-ended"
	case r.Open:
		return at + "-open"
	case r.Shown:
		return at + "-shown"
	}
	return at + "-closed"
}

// Asked is what the round asks of an edition, in order.
func (r Round) Asked(task Task, e quiz.Edition, now time.Time) quiz.Edition {
	return quiz.NewPaced("", task.String(), e, now).Of(e)
}

// Next is the place of the question that comes next; -1 when there is none. What is answered in one's own words is not
// asked here: others would read it, or nobody.
func (r Round) Next(asked []*quiz.Question) int {
	for i := r.At + 1; i < len(asked); i++ {
		if asked[i].Body.Kind() != new(quiz.OwnWords).Kind() {
			return i
		}
	}
	return -1
}

// Steps are what can be done next, what is most likely first.
func (r Round) Steps(asked []*quiz.Question) []Step {
	var steps []Step
	switch {
	case r.Ended != 0:
		return nil
	case r.Open:
		return []Step{StepClose, StepEnd}
	case r.At >= 0 && r.At < len(asked) && !r.Shown:
		steps = append(steps, StepShow)
		if asked[r.At].Scored() {
			steps = append(steps, StepOpen)
		}
	}
	if r.Next(asked) >= 0 {
		steps = append(steps, StepNext)
	}
	return append(steps, StepEnd)
}

// After is the round after a step; false when the step cannot be taken now. An opinion is never sent anywhere, so its
// question opens for talk only.
func (r Round) After(step Step, asked []*quiz.Question, now time.Time) (Round, bool) {
	if r.At >= len(asked) || !slices.Contains(r.Steps(asked), step) {
		return r, false
	}
	switch step {
	case StepNext:
		r.At, r.Shown = r.Next(asked), false
		r.open(asked[r.At].Scored(), now)
	case StepOpen:
		r.open(true, now)
	case StepClose:
		r.open(false, now)
	case StepShow:
		r.Shown = true
	case StepEnd:
		r.open(false, now)
		r.Ended = now.Unix()
	}
	return r, true
}

func (r *Round) open(on bool, now time.Time) {
	r.Open, r.Until = on, 0
	if on && r.Seconds > 0 {
		r.Until = now.Unix() + r.Seconds
	}
}

// pace is what the round means for an attempt.
func (r Round) pace() *quiz.Pace { return &quiz.Pace{At: r.At, Open: r.Open, Shown: r.Shown} }

// closes is when the attempts end: with the round, for everybody at once, so without grace.
func (r Round) closes(otherwise time.Time) time.Time {
	if r.Ended == 0 {
		return otherwise
	}
	if at := time.Unix(r.Ended, 0).Add(-quiz.Grace - time.Second); at.Before(otherwise) {
		return at
	}
	return otherwise
}

// Kind is what the assignment is called: its preset, or "round" where the class goes through it together.
func (a Assignment) Kind() string {
	if a.Round != nil {
		return "round"
	}
	return string(a.Preset)
}

// NewRound is the assignment of a round that begins now: open until the end of the day, so that nobody has to think of it,
// and one attempt for each.
func NewRound(c Class, edition string, seconds int64, now time.Time) Assignment {
	a := Proposed(c, quiz.Practice, now)
	a.Attempts, a.Due, a.Created = 1, c.EndOfDay(now, 0).Unix(), now.Unix()
	a.Round = &Round{Edition: edition, At: -1, Seconds: seconds}
	return a
}
