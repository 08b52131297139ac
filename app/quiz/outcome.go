package quiz

// Outcome is what to look back on in a question: what was answered, what is right, and why. Options make one outcome
// together, prompts and inputs one each.
type Outcome struct {
	Prompt   string // what was asked, where the stem does not say it all
	Yours    []string
	Solution []string
	Whys     []string // of what was chosen; of what is right, when nothing was
	Right    bool
	Evidence []Evidence // where what was chosen is proven or refuted, if other than the question's
}

// Outcomes sums up revealed items.
func Outcomes(items []Item) []Outcome {
	var out []Outcome
	var options Outcome
	var spare []string // the whys of right options, for who chose none
	missed := false    // an option that is right was left out, or a wrong one chosen
	for _, it := range items {
		switch it.Form {
		case FormOption:
			missed = missed || it.Right != it.Chosen
			if it.Chosen {
				options.Yours, options.Whys = append(options.Yours, it.Text), append(options.Whys, it.Why)
				options.Evidence = append(options.Evidence, it.Evidence...)
			}
			if it.Right {
				options.Solution, spare = append(options.Solution, it.Text), append(spare, it.Why)
			}
		case FormSelect:
			out = append(out, Outcome{Prompt: it.Text, Yours: chosenTexts(it.Choices), Solution: []string{it.Solution},
				Whys: []string{it.Why}, Right: it.Right, Evidence: it.Evidence})
		case FormInput:
			o := Outcome{Prompt: it.Text, Solution: []string{withUnit(it.Solution, it.Unit)}, Whys: []string{it.Why}, Right: it.Right, Evidence: it.Evidence}
			if it.Value != "" {
				o.Yours = []string{withUnit(it.Value, it.Unit)}
			}
			out = append(out, o)
		}
	}
	if len(options.Solution) > 0 {
		options.Right = !missed
		if len(options.Yours) == 0 {
			options.Whys = spare
		}
		out = append(out, options)
	}
	return out
}

func chosenTexts(choices []Item) (texts []string) {
	for _, c := range choices {
		if c.Chosen {
			texts = append(texts, c.Text)
		}
	}
	return texts
}

func withUnit(s, unit string) string {
	if unit == "" {
		return s
	}
	return s + "\u00a0" + unit
}
