package quiz

// Choices asks for all options that are right. Fraction: max(right chosen − wrong chosen, 0) / number right.
type Choices struct {
	Options []Option `json:"options"`
}

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
	return faults
}

// Read implements Body.
func (c *Choices) Read(form Response, _ string) (Response, error) {
	return readOptions(c.Options, form)
}

// Grade implements Body.
func (c *Choices) Grade(r Response) float64 {
	hits, wrong, right := 0, 0, 0
	for _, o := range c.Options {
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
	}
	if right == 0 {
		return 0
	}
	return max(float64(hits-wrong), 0) / float64(right)
}

// Items implements Body.
func (c *Choices) Items(v View) []Item { return optionItems(c.Options, v) }

// Places implements Body.
func (c *Choices) Places(visit func(string, []Evidence)) { optionPlaces(c.Options, visit) }

// Misconceptions implements Body.
func (c *Choices) Misconceptions() []string { return optionMisconceptions(c.Options) }
