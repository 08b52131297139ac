package school

// What the indices of an item come to in words. The catalogues have a text "reading.<name>" for each.
const (
	TooFew    = "early"   // too few attempts for anything else
	CheckKey  = "key"     // a wrong option is chosen at least as often as the right one, by those who know more
	Wording   = "wording" // most who knew the rest missed it
	TooEasy   = "easy"    // nearly everybody has it right
	TooHard   = "hard"    // no more have it right than by guessing
	Reversed  = "reverse" // who knew the rest more often got it wrong
	Unrelated = "weak"    // who knows the rest hardly does better
	Fair      = "fair"    // who knows the rest does a little better
	Good      = "good"    // who knows the rest knows this
)

// ItemReadings are all readings of an item.
var ItemReadings = []string{TooFew, CheckKey, Wording, TooEasy, TooHard, Reversed, Unrelated, Fair, Good}

// What the coefficient of internal consistency comes to in words, "reading.<name>" in the catalogues, too. TooFew is
// also one of them.
const (
	Steady   = "steady"   // 75 and more: another test of the kind would order learners nearly alike
	Rough    = "rough"    // good for groups, rough for one learner
	Unsteady = "unsteady" // under 64: much of the difference between totals is chance
	NoSpread = "alike"    // there is no coefficient
)

// WholeReadings are all readings of a test.
var WholeReadings = []string{TooFew, Steady, Rough, Unsteady, NoSpread}

// Bounds of the readings. Those of discrimination and consistency are the ones of Moodle's "Quiz report statistics".
const (
	easyFacility  = 0.95
	hardFacility  = 0.1
	aboveGuessing = 0.05 // by so much more than by guessing an item has to be known
	mostMissed    = 0.5  // facility among those who knew the rest
	weakBelow     = 20   // discrimination index
	goodFrom      = 30
	doubtsAKey    = 5  // who choose a wrong option, before its key is doubted
	steadyFrom    = 75 // coefficient of internal consistency
	unsteadyBelow = 64
)

// read says what the item's indices come to, the most useful thing first.
func (it *ItemReport) read() string {
	if it.N < EnoughAttempts || it.Facility == nil {
		return TooFew
	}
	hard := hardFacility
	if it.RandomGuessScore != nil {
		hard = max(hard, *it.RandomGuessScore+aboveGuessing)
	}
	missed := *it.FacilityTopThird < mostMissed
	d := it.DiscriminationIndex
	switch {
	case *it.Facility >= easyFacility:
		return TooEasy
	case it.doubtful():
		return CheckKey
	case missed && d != nil && *d < 0:
		return Wording
	case *it.Facility <= hard:
		return TooHard
	case d == nil:
		return Unrelated
	case missed && *d < weakBelow:
		return Wording
	case *d < 0:
		return Reversed
	case *d < weakBelow:
		return Unrelated
	case *d < goodFrom:
		return Fair
	}
	return Good
}

// doubtful says whether a wrong option is chosen at least as often as the right one, by attempts that earned more in all
// although they earned nothing here.
func (it *ItemReport) doubtful() bool {
	if it.Kind != "choice" && it.Kind != "true-false" {
		return false
	}
	var right *Option
	for i := range it.Options {
		if it.Options[i].Right {
			right = &it.Options[i]
		}
	}
	for _, o := range it.Options {
		if right != nil && !o.Right && !o.Part && o.N >= max(right.N, doubtsAKey) && right.Mean != nil && *o.Mean > *right.Mean {
			return true
		}
	}
	return false
}

// read says what the coefficient of internal consistency comes to.
func (a Analysis) read() string {
	switch {
	case a.Attempts < EnoughAttempts:
		return TooFew
	case a.CIC == nil:
		return NoSpread
	case *a.CIC >= steadyFrom:
		return Steady
	case *a.CIC < unsteadyBelow:
		return Unsteady
	}
	return Rough
}
