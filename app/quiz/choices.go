package quiz

import (
	"fmt"
	"math"
	"slices"
)

// Choices asks for all options that are right. Fraction: max(right chosen − wrong chosen, 0) / number right; with
// AllOrNothing 1 when just the right ones are chosen, else 0; where options have fractions of their own, the sum of the
// chosen ones' within 0..1.
type Choices struct {
	Options []Option `json:"options"`
	Partial string   `json:"partial,omitempty"` // "" or AllOrNothing
}

// AllOrNothing is the grading without parts of a mark.
const AllOrNothing = "all-or-nothing"

// Kind implements Body.
func (*Choices) Kind() string { return "choices" }

// Check implements Body.
func (c *Choices) Check() []Fault {
	faults := checkOptions(c.Options)
	switch n := rightOptions(c.Options); {
	case n < 2:
		faults = append(faults, Fault{"options", "choices has two or more right options; mark them with right: true, or make the kind choice"})
	case n == len(c.Options):
		faults = append(faults, Fault{"options", "every option is right, so nothing is asked; add a wrong one"})
	}
	if c.Partial != "" && c.Partial != AllOrNothing {
		faults = append(faults, Fault{"partial", fmt.Sprintf("partial is %s or left out, not %q", AllOrNothing, c.Partial)})
	}
	if c.weighed() {
		faults = append(faults, c.checkFractions()...)
	}
	return faults
}

// weighed says whether options have fractions of their own.
func (c *Choices) weighed() bool {
	return slices.ContainsFunc(c.Options, func(o Option) bool { return o.Fraction != nil })
}

// checkFractions sees that just the right options together earn the whole mark.
func (c *Choices) checkFractions() (faults []Fault) {
	sum := 0.0
	for i, o := range c.Options {
		at := fmt.Sprintf("options[%d].fraction", i)
		switch {
		case o.Fraction == nil:
			faults = append(faults, Fault{at, "some options have a fraction; give one to each"})
		case o.Right && *o.Fraction <= 0:
			faults = append(faults, Fault{at, "a right option earns something; give it a fraction above 0"})
		case !o.Right && (*o.Fraction >= 0 || *o.Fraction < -1):
			faults = append(faults, Fault{at, "a wrong option costs something; give it a fraction below 0, at least -1"})
		case o.Right:
			sum += *o.Fraction
		}
	}
	if faults == nil && round7(sum) != 1 {
		faults = append(faults, Fault{"options", fmt.Sprintf("the fractions of the right options add up to %v; make it 1", round7(sum))})
	}
	if c.Partial != "" {
		faults = append(faults, Fault{"partial", "all or nothing leaves no room for fractions; take one of the two away"})
	}
	return faults
}

// Read implements Body.
func (c *Choices) Read(form Response, _ string) (Response, error) {
	return readOptions(c.Options, form)
}

// Grade implements Body.
func (c *Choices) Grade(r Response) float64 {
	hits, wrong, right, sum := 0, 0, 0, 0.0
	for i := range c.Options {
		o := &c.Options[i]
		chosen := r.Has(optionField, o.ID)
		switch {
		case o.Right && chosen:
			hits++
		case chosen:
			wrong++
		}
		if o.Right {
			right++
		}
		if chosen {
			sum += o.earns()
		}
	}
	switch {
	case right == 0:
		return 0
	case c.weighed():
		return min(max(round7(sum), 0), 1)
	case c.Partial == AllOrNothing:
		return float64(bool2int(hits == right && wrong == 0))
	}
	return max(float64(hits-wrong), 0) / float64(right)
}

// mostGuessed bounds the options with fractions of their own whose choices are all gone through.
const mostGuessed = 16

// Guess implements Guessed: the mean over all choices of one option or more. It is not known for more than 16 options
// with fractions of their own.
func (c *Choices) Guess() (float64, bool) {
	n, right := len(c.Options), rightOptions(c.Options)
	switch {
	case n == 0 || right == 0:
		return 0, true
	case c.weighed() && n > mostGuessed:
		return 0, false
	case c.weighed():
		return c.guessWeighed(), true
	case c.Partial == AllOrNothing:
		return 1 / (math.Pow(2, float64(n)) - 1), true
	}
	return guessSome(right, n-right), true
}

func (c *Choices) guessWeighed() float64 {
	sum, all := 0.0, 1<<len(c.Options)
	for chosen := 1; chosen < all; chosen++ {
		earned := 0.0
		for i := range c.Options {
			if chosen>>i&1 == 1 {
				earned += c.Options[i].earns()
			}
		}
		sum += min(max(earned, 0), 1)
	}
	return sum / float64(all-1)
}

// Items implements Body.
func (c *Choices) Items(v View) []Item { return optionItems(c.Options, v) }

// Places implements Body.
func (c *Choices) Places(visit func(string, []Evidence)) { optionPlaces(c.Options, visit) }

// Misconceptions implements Body.
func (c *Choices) Misconceptions() []string { return optionMisconceptions(c.Options) }
