package quiz

import "fmt"

// Choice asks for exactly one option. Fraction: that of the chosen option, by default 1 for the right one and 0 for any
// other; more than one sent is no answer.
type Choice struct {
	Options []Option `json:"options"`
}

// Kind implements Body.
func (*Choice) Kind() string { return "choice" }

// Check implements Body.
func (c *Choice) Check() []Fault {
	faults := checkOptions(c.Options)
	if n := rightOptions(c.Options); n != 1 {
		faults = append(faults, Fault{"options", "a choice has exactly one right option; mark one with right: true, or make the kind choices"})
	}
	return append(faults, checkShares(c.Options)...)
}

// checkShares sees that only the right one of the options earns the whole mark.
func checkShares(options []Option) (faults []Fault) {
	for i, o := range options {
		if f := o.earns(); f < 0 || f > 1 || o.Right != (f == 1) {
			faults = append(faults, Fault{fmt.Sprintf("options[%d].fraction", i), "the right option earns 1, another one 0 or a part of it; mend the fraction"})
		}
	}
	return faults
}

// Read implements Body.
func (c *Choice) Read(form Response, _ string) (Response, error) {
	return readOne(form, func(id string) bool { return c.option(id) != nil })
}

func (c *Choice) option(id string) *Option {
	for i := range c.Options {
		if c.Options[i].ID == id {
			return &c.Options[i]
		}
	}
	return nil
}

// Grade implements Body.
func (c *Choice) Grade(r Response) float64 {
	if o := c.option(r.One(optionField)); o != nil {
		return o.earns()
	}
	return 0
}

// Guess implements Guessed: the mean of the options' fractions.
func (c *Choice) Guess() (float64, bool) { return guessOne(c.Options), true }

// Items implements Body.
func (c *Choice) Items(v View) []Item { return optionItems(c.Options, v) }

// Places implements Body.
func (c *Choice) Places(visit func(string, []Evidence)) { optionPlaces(c.Options, visit) }

// Misconceptions implements Body.
func (c *Choice) Misconceptions() []string { return optionMisconceptions(c.Options) }
