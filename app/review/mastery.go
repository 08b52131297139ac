package review

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
