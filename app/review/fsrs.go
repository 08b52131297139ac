// Package review schedules spaced review: when a question comes back, and which ones a learner is shown today. It is
// pure: time, chance and what exists are passed in.
package review

import (
	"errors"
	"math"
	"time"
)

// The scheduler is FSRS-6, the Free Spaced Repetition Scheduler by J. Ye and others, after its public description
// (open-spaced-repetition, "The Algorithm"). It keeps two figures a card. Stability S is the number of days after which
// the answer is still known with a probability of 90 percent; difficulty D, 1..10, says how slowly S grows. Where the
// description leaves something open (rounding to 8 digits, steps of minutes, days by UTC) this follows ts-fsrs 5.4, and
// testdata holds histories to compare with.

// State is where a card is on its way.
type State int

// The states of a card.
const (
	New        State = iota // never answered
	Learning                // answered, comes back in minutes
	Review                  // comes back in days
	Relearning              // was known and then wrong, comes back in minutes
)

// Rating is how an answer went.
type Rating int

// The ratings. No answer earns Easy: it would take a learner's own word for it.
const (
	Again Rating = iota + 1
	Hard
	Good
	Easy
)

// Rate is the rating of an answer: wrong is Again, right is Good, or Hard for somebody who was unsure or took a hint.
// Partly right is not right: Hard means remembered with an effort, and would let a half-known answer grow.
func Rate(right, hesitant bool) Rating {
	switch {
	case !right:
		return Again
	case hesitant:
		return Hard
	}
	return Good
}

// Card is what is known about one learner and one question. Its twins, the same question in other words, share it.
type Card struct {
	State      State
	Step       int       // of Learning and Relearning: the place in the list of steps, from 0
	Due        time.Time // of a new card: since when it may be asked
	Last       time.Time // of the last answer; zero for a new card
	Stability  float64   // days, 0.001..36500; 0 for a new card
	Difficulty float64   // 1..10; 0 for a new card
	Reps       int       // answers
	Lapses     int       // answers that were wrong in the state Review
	Rated      Rating    // of the last answer; 0 for a new card
	Variant    string    // the wording that was shown last, see Variant; Next leaves it alone
}

// Params steer the scheduler.
type Params struct {
	W          [21]float64     // the weights w0..w20
	Retention  float64         // probability, above 0 and below 1, with which an answer should still be known when it is due
	Longest    int             // days between two reviews; Good and Easy may come one and two days later, to differ from Hard
	Learning   []time.Duration // steps of a new card, each shorter than a day
	Relearning []time.Duration // steps after a lapse, each shorter than a day
}

// FSRS6 has the default weights of FSRS-6, which its authors fitted to the reviews of thousands of people.
var FSRS6 = Params{
	W: [21]float64{
		0.212, 1.2931, 2.3065, 8.2956, // first stability, by rating
		6.4133, 0.8334, 3.0194, 0.001, // difficulty
		1.8722, 0.1666, 0.796, // stability after a right answer
		1.4835, 0.0614, 0.2629, 1.6483, // after a wrong one
		0.6014, 1.8729, // factors of Hard and Easy
		0.5425, 0.0912, 0.0658, // on the same day
		0.1542, // decay of the forgetting curve
	},
	Retention:  0.9,
	Longest:    36500,
	Learning:   []time.Duration{time.Minute, 10 * time.Minute},
	Relearning: []time.Duration{10 * time.Minute},
}

// Check says what is wrong with parameters that somebody has set.
func (p Params) Check() error {
	if !(p.Retention > 0 && p.Retention < 1) {
		return errors.New("review: the retention must lie between 0 and 1")
	}
	if p.Longest < 1 {
		return errors.New("review: the longest interval must be a day or more")
	}
	return nil
}

// Bounds of stability in days.
const (
	leastStability = 0.001
	mostStability  = 36500
)

// Next is the card after an answer at now. Its Due is later than now, by minutes in the states Learning and Relearning,
// else by whole days. A clock that was set back counts as the same day.
func (p Params) Next(c Card, r Rating, now time.Time) Card {
	now = now.UTC().Truncate(time.Second)
	before := c
	c.Last, c.Rated = now, r
	c.Reps++
	c.Stability, c.Difficulty = p.memory(before, r, now)
	if before.State == Review && r == Again {
		c.Lapses++
	}
	if step, place, ok := p.step(before, r); ok {
		c.State, c.Step, c.Due = stepState(before.State), place, now.Add(step)
		return c
	}
	c.State, c.Step = Review, 0
	c.Due = now.AddDate(0, 0, p.interval(before, c, r))
	return c
}

// memory is stability and difficulty after an answer.
func (p Params) memory(c Card, r Rating, now time.Time) (s, d float64) {
	if c.State == New || c.Stability < leastStability || c.Difficulty < 1 {
		return math.Max(p.W[r-1], 0.1), clamp(p.firstDifficulty(r), 1, 10)
	}
	d = p.nextDifficulty(c.Difficulty, r)
	elapsed := daysBetween(c.Last, now)
	if elapsed == 0 {
		return p.sameDayStability(c.Stability, r), d
	}
	known := p.curve(float64(elapsed), c.Stability)
	if r == Again {
		return p.forgottenStability(c, known), d
	}
	return p.recalledStability(c, known, r), d
}

// firstDifficulty is D0(G) = w4 − e^(w5·(G−1)) + 1, not yet kept within 1..10.
func (p Params) firstDifficulty(r Rating) float64 {
	return round8(p.W[4] - math.Exp(float64(r-1)*p.W[5]) + 1)
}

// nextDifficulty moves D by −w6·(G−3), less the nearer it is to 10, and draws it a little towards that of an easy card:
// D' = w7·D0(Easy) + (1−w7)·(D − w6·(G−3)·(10−D)/9).
func (p Params) nextDifficulty(d float64, r Rating) float64 {
	moved := d + round8(-p.W[6]*float64(r-Good)*(10-d)/9)
	return clamp(round8(p.W[7]*p.firstDifficulty(Easy)+(1-p.W[7])*moved), 1, 10)
}

// sameDayStability is S' = S · e^(w17·(G−3+w18)) · S^(−w19). A right answer never lowers it.
func (p Params) sameDayStability(s float64, r Rating) float64 {
	growth := math.Pow(s, -p.W[19]) * math.Exp(p.W[17]*(float64(r-Good)+p.W[18]))
	if r != Again {
		growth = math.Max(growth, 1)
	}
	return round8(clamp(s*growth, leastStability, mostStability))
}

// recalledStability is S' = S · (1 + e^w8 · (11−D) · S^(−w9) · (e^(w10·(1−R)) − 1) · factor), the factor being w15 for
// Hard and w16 for Easy: it grows more the less the answer was to be expected.
func (p Params) recalledStability(c Card, known float64, r Rating) float64 {
	factor := 1.0
	switch r {
	case Hard:
		factor = p.W[15]
	case Easy:
		factor = p.W[16]
	}
	growth := math.Exp(p.W[8]) * (11 - c.Difficulty) * math.Pow(c.Stability, -p.W[9]) * (math.Exp(p.W[10]*(1-known)) - 1) * factor
	return round8(clamp(c.Stability*(1+growth), leastStability, mostStability))
}

// forgottenStability is S' = w11 · D^(−w12) · ((S+1)^w13 − 1) · e^(w14·(1−R)), at most S / e^(w17·w18).
func (p Params) forgottenStability(c Card, known float64) float64 {
	s := p.W[11] * math.Pow(c.Difficulty, -p.W[12]) * (math.Pow(c.Stability+1, p.W[13]) - 1) * math.Exp(p.W[14]*(1-known))
	s = round8(clamp(s, leastStability, mostStability))
	most := round8(c.Stability / math.Exp(p.W[17]*p.W[18]))
	return math.Min(math.Max(most, leastStability), s)
}

// Retrievability is the probability, 0..1, that the answer is known at now, a whole number of days after the last one:
// R(t,S) = (1 + factor·t/S)^(−w20), the factor such that R(S,S) = 0.9. It is 0 for a new card.
func (p Params) Retrievability(c Card, now time.Time) float64 {
	if c.State == New || c.Stability <= 0 {
		return 0
	}
	return p.curve(float64(max(0, now.Unix()-c.Last.Unix())/day), c.Stability) // in seconds: a time.Duration ends at 292 years
}

func (p Params) curve(days, stability float64) float64 {
	return round8(math.Pow(1+p.factor()*days/stability, -p.W[20]))
}

func (p Params) factor() float64 { return round8(math.Exp(math.Log(0.9)/-p.W[20]) - 1) }

// interval is the number of days until the next review, at least 1. In the state Review, Hard, Good and Easy differ by
// a day at least, so the intervals of the lower ratings are asked for too.
func (p Params) interval(before, after Card, r Rating) int {
	if before.State != Review || r == Again {
		return p.days(after.Stability)
	}
	of := func(r Rating) int {
		s, _ := p.memory(before, r, after.Last)
		return p.days(s)
	}
	hard := of(Hard)
	if r == Hard {
		return hard
	}
	good := max(of(Good), hard+1)
	if r == Good {
		return good
	}
	return max(of(Easy), good+1)
}

// days is the interval after which the forgetting curve has come down to the wanted retention:
// I = S · (retention^(−1/w20) − 1) / factor.
func (p Params) days(stability float64) int {
	modifier := round8((math.Pow(p.Retention, -1/p.W[20]) - 1) / p.factor())
	return int(math.Min(math.Max(1, math.Round(stability*modifier)), float64(p.Longest)))
}

// step is the time until the next step and its place in the list; false when there is no step left and days follow.
func (p Params) step(c Card, r Rating) (time.Duration, int, bool) {
	steps := p.Learning
	if c.State == Review || c.State == Relearning {
		steps = p.Relearning
	}
	if c.Step >= len(steps) || (c.State == Review && r != Again) {
		return 0, 0, false
	}
	switch r {
	case Again:
		return steps[0], 0, true
	case Hard: // stay, and wait between the first step and the second
		wait := steps[0] * 3 / 2
		if len(steps) > 1 {
			wait = (steps[0] + steps[1]) / 2
		}
		return wait.Round(time.Minute), c.Step, true
	case Good:
		if c.Step+1 < len(steps) {
			return steps[c.Step+1], c.Step + 1, true
		}
	}
	return 0, 0, false
}

// stepState is the state of a card that stands in a list of steps.
func stepState(s State) State {
	if s == Review || s == Relearning {
		return Relearning
	}
	return Learning
}

// daysBetween counts the midnights (UTC) between two times, at least 0.
func daysBetween(from, to time.Time) int64 {
	return max(0, midnights(to)-midnights(from))
}

func midnights(t time.Time) int64 { return int64(math.Floor(float64(t.Unix()) / day)) }

const day = 24 * 60 * 60 // in seconds

// round8 rounds to 8 digits, a half upwards. Cards are stored with 8 digits, so nothing is lost between two answers.
func round8(x float64) float64 {
	x *= 1e8
	whole := math.Floor(x)
	if x-whole >= 0.5 {
		whole++
	}
	return whole / 1e8
}

func clamp(x, least, most float64) float64 { return math.Min(math.Max(x, least), most) }
