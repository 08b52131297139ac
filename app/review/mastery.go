package review

import "slices"

// Mastery says in a word how well something is known; its String is the name in catalogues.
type Mastery int

// The levels, lowest first.
const (
	Untried Mastery = iota // never answered
	Fresh                  // would be lost within days
	Growing                // holds a week or more
	Firm                   // holds a month or more
	Lasting                // holds half a year or more
)

// Masteries are the levels, lowest first.
var Masteries = []Mastery{Untried, Fresh, Growing, Firm, Lasting}

var masteryNames = []string{"untried", "fresh", "growing", "firm", "lasting"}

// From how many days of stability on a level is reached.
const (
	growingFrom = 7
	firmFrom    = 30
	lastingFrom = 180
)

func (m Mastery) String() string { return masteryNames[m] }

// MasteryOf is the level of a stability in days; 0 means never answered. Several cards make one figure by their median
// or their least, as the reader likes.
func MasteryOf(stability float64) Mastery {
	switch {
	case stability <= 0:
		return Untried
	case stability < growingFrom:
		return Fresh
	case stability < firmFrom:
		return Growing
	case stability < lastingFrom:
		return Firm
	}
	return Lasting
}

// Mastery is the card's level. Whoever has just been wrong is fresh again, however firm it was before.
func (c Card) Mastery() Mastery {
	if c.State == Relearning {
		return Fresh
	}
	return MasteryOf(c.Stability)
}

// Grasp says in a word how far somebody has come with what several questions ask for; its String is the name in catalogues.
type Grasp int

// The levels, lowest first.
const (
	NotStarted Grasp = iota // nothing answered
	Shaky                   // too little answered to say more, or too much of it not right
	Solid                   // two thirds and more were right the last time
	Lasts                   // and half of it holds a month or more
)

// Grasps are the levels, lowest first.
var Grasps = []Grasp{NotStarted, Shaky, Solid, Lasts}

var graspNames = []string{"none", "shaky", "solid", "lasts"}

func (g Grasp) String() string { return graspNames[g] }

// enoughAnswered is how many questions have to be answered before anything is solid, where there are so many.
const enoughAnswered = 2

// GraspOf is the level of the cards of all questions that ask for the same, of which there are so many; right is how many
// of the answered ones were right the last time.
func GraspOf(cards []Card, of int) (g Grasp, answered, right int) {
	var stabilities []float64
	for _, c := range cards {
		if c.State == New {
			continue
		}
		stabilities = append(stabilities, c.Stability)
		if c.Rated >= Hard {
			right++
		}
	}
	answered = len(stabilities)
	switch {
	case answered == 0:
		return NotStarted, 0, 0
	case answered < min(enoughAnswered, of) || 3*right < 2*answered:
		return Shaky, answered, right
	}
	slices.Sort(stabilities)
	if MasteryOf(stabilities[answered/2]) >= Firm {
		return Lasts, answered, right
	}
	return Solid, answered, right
}
