package quiz

import (
	"fmt"
	"slices"
	"time"
)

// Preset says when feedback shows, how tries count and which questions are asked.
type Preset string

// The presets.
const (
	Practice Preset = "practice" // feedback at once, further tries with hints
	Homework Preset = "homework" // answers can be changed until handing in, then all feedback; as many attempts as wished
	Test     Preset = "test"     // one attempt at reserved questions, perhaps against time; feedback after release
)

// Presets are all presets.
var Presets = []Preset{Practice, Homework, Test}

// Rules are what an attempt is begun with.
type Rules struct {
	Preset Preset
	Limit  time.Duration // of a Test, before extra time; 0: none
	Extra  float64       // factor on the limit, 1 and more; 0 stands for 1
}

// Grace is how long after the end an answer is still taken: it may have been sent in time over a slow line.
const Grace = 60 * time.Second

// Check says what is wrong with the rules.
func (r Rules) Check() error {
	switch {
	case !slices.Contains(Presets, r.Preset):
		return fmt.Errorf("quiz: unknown preset %q", r.Preset)
	case r.Limit != 0 && r.Preset != Test:
		return fmt.Errorf("quiz: only a test has a time limit")
	case r.Limit < 0 || r.Limit%time.Second != 0 || r.Limit > 24*time.Hour:
		return fmt.Errorf("quiz: the time limit is %v; take whole seconds up to a day", r.Limit)
	case r.Extra != 0 && !(r.Extra >= 1 && r.Extra <= 10):
		return fmt.Errorf("quiz: the extra time is a factor from 1 to 10, not %v", r.Extra)
	}
	return nil
}

// Time is how long the attempt may take, extra time included; 0 when it has no limit.
func (r Rules) Time() time.Duration {
	return time.Duration(float64(r.Limit) * max(r.Extra, 1)).Truncate(time.Second)
}

// End is when the attempt's time is up: by its limit, or because it closes before; zero for never.
func (a *Attempt) End() time.Time {
	if a.Rules.Limit == 0 {
		return a.Closes
	}
	end := a.Started.Add(a.Rules.Time())
	if !a.Closes.IsZero() && a.Closes.Before(end) {
		return a.Closes
	}
	return end
}

// Settle closes an attempt whose time has run out with what it has. Every reader applies it, so that nothing has to
// come by and do it: when an attempt ends is a function of the attempt and now.
func (a *Attempt) Settle(now time.Time) {
	if end := a.End(); !a.Done() && !end.IsZero() && now.After(end.Add(Grace)) {
		a.Finished = end
		if end.Before(a.Started) { // what it belongs to is gone
			a.Finished = a.Started
		}
	}
}

// Method says which of several attempts counts.
type Method string

// The methods.
const (
	Highest Method = "highest"
	Average Method = "average"
	First   Method = "first"
	Last    Method = "last"
)

// Overall is the fraction that counts of several attempts' fractions, oldest first; 0 without attempts.
func Overall(m Method, fractions []float64) float64 {
	if len(fractions) == 0 {
		return 0
	}
	switch m {
	case Average:
		sum := 0.0
		for _, f := range fractions {
			sum += f
		}
		return round7(sum / float64(len(fractions)))
	case First:
		return fractions[0]
	case Last:
		return fractions[len(fractions)-1]
	}
	return slices.Max(fractions)
}

// Score is what was earned of what can be earned, in points.
type Score struct {
	Points, Max float64 // with marks by certainty, Points may be below 0
	Percent     bool    // the author wants it shown so
}

// Fraction is Points / Max, 0 when nothing can be earned.
func (s Score) Fraction() float64 {
	if s.Max == 0 {
		return 0
	}
	return round7(s.Points / s.Max)
}
