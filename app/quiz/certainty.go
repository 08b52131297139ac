package quiz

// What a question makes of certainty.
const (
	CertaintyReport = "report" // asked, changes no mark
	CertaintyMarks  = "marks"  // asked, and marks follow it
)

// Certainty is how sure somebody was of an answer; the zero value: not asked or not said.
type Certainty int

// The levels, from "no idea" up.
const (
	NotSaid Certainty = iota
	NoIdea
	Unsure
	Fairly
	Very
)

// Levels are the levels that can be chosen, lowest first.
var Levels = []Certainty{NoIdea, Unsure, Fairly, Very}

var levelNames = []string{"", "no-idea", "unsure", "fairly", "very"}

// String is the level's name in forms and catalogues.
func (c Certainty) String() string { return levelNames[c] }

// ParseCertainty reads a level's name; false when there is none of that name.
func ParseCertainty(name string) (Certainty, bool) {
	for c, n := range levelNames {
		if n == name {
			return Certainty(c), true
		}
	}
	return NotSaid, false
}

// Marks by certainty (A. Gardner-Medwin's scheme as in Moodle): 1, 2 or 3 for a right answer, 0, −2 or −6 for a wrong
// one; "no idea" earns nothing either way. It pays to be "fairly" sure above 2/3 and "very" sure above 80 percent.
var (
	rightMarks = []float64{1, 0, 1, 2, 3} // by level; who did not say is taken as unsure
	wrongMarks = []float64{0, 0, 0, -2, -6}
)

const mostCertaintyMark = 3

// Mark is what an answer of the fraction earns at this certainty, −6..3.
func (c Certainty) Mark(fraction float64) float64 {
	if State(fraction) == Wrong {
		return wrongMarks[c]
	}
	return rightMarks[c] * fraction
}

// Calibration is how well somebody knows what they know.
type Calibration struct {
	Levels  []LevelAccuracy // the levels that were used, highest first
	Verdict string          // "over", "under", "mixed" for both, "fits", "aware" for who was hardly ever sure, and rightly, or "" when there are too few answers to say
}

// LevelAccuracy is how the answers of one level turned out.
type LevelAccuracy struct {
	Level    Certainty
	N        int
	Accuracy float64 // mean fraction
}

// Bounds of the verdict. Who is sure should be right more often than at the break-even of 2/3 from which on "fairly
// sure" pays; who is unsure should not be.
const (
	breakEven   = 2.0 / 3
	enoughToSay = 3 // answers on one side
)

// Calibrate compares certainty with what was right. answers are those that said how sure they were.
func Calibrate(answers []*Answer) Calibration {
	var c Calibration
	sum, n := map[Certainty]float64{}, map[Certainty]int{}
	for _, ans := range answers {
		sum[ans.Certainty] += ans.Fraction
		n[ans.Certainty]++
	}
	for i := len(Levels) - 1; i >= 0; i-- {
		if l := Levels[i]; n[l] > 0 {
			c.Levels = append(c.Levels, LevelAccuracy{l, n[l], round7(sum[l] / float64(n[l]))})
		}
	}
	sure, unsure := n[Fairly]+n[Very], n[NoIdea]+n[Unsure]
	over := sure >= enoughToSay && (sum[Fairly]+sum[Very])/float64(sure) < breakEven
	under := unsure >= enoughToSay && (sum[NoIdea]+sum[Unsure])/float64(unsure) > breakEven
	switch {
	case over && under:
		c.Verdict = "mixed"
	case over:
		c.Verdict = "over"
	case under:
		c.Verdict = "under"
	case sure >= enoughToSay:
		c.Verdict = "fits"
	case unsure >= enoughToSay:
		c.Verdict = "aware"
	}
	return c
}

// Calibration compares certainty with what was right over the attempt's answers that say how sure they were.
func (a *Attempt) Calibration() Calibration {
	var said []*Answer
	for _, ans := range a.Answers {
		if ans != nil && ans.Certainty != NotSaid {
			said = append(said, ans)
		}
	}
	return Calibrate(said)
}
