package quiz

import (
	"cmp"
	"slices"
	"strconv"
)

// Outcome is what to look back on in a question: what was answered, what is right, and why. Options make one outcome
// together, and so do marks and ranks; prompts and inputs make one each.
type Outcome struct {
	Prompt   string // what was asked, where the stem does not say it all
	Yours    []string
	Solution []string
	Whys     []string // of what was chosen; of what is right, when nothing was
	Right    bool
	Typed    bool       // Yours is in the learner's own words, no text of the lesson
	Evidence []Evidence // where what was chosen is proven or refuted, if other than the question's
}

// Outcomes sums up revealed items.
func Outcomes(items []Item) []Outcome {
	var out []Outcome
	var chosen, ranked []Item
	for _, it := range items {
		switch it.Form {
		case FormOption, FormMark:
			chosen = append(chosen, it)
		case FormRank:
			ranked = append(ranked, it)
		case FormSelect, FormRadios:
			out = append(out, Outcome{
				Prompt: it.Text, Yours: chosenTexts(it.Choices), Solution: []string{it.Solution},
				Whys: []string{it.Why}, Right: it.Right, Evidence: it.Evidence,
			})
		case FormInput:
			o := Outcome{Prompt: it.Text, Solution: []string{withUnit(it.Solution, it.Unit)}, Whys: []string{it.Why}, Right: it.Right, Evidence: it.Evidence}
			if it.Value != "" {
				o.Yours, o.Typed = []string{withUnit(it.Value, it.Unit)}, true
			}
			out = append(out, o)
		}
	}
	if len(chosen) > 0 {
		out = append(out, chosenOutcome(chosen))
	}
	if len(ranked) > 0 {
		out = append(out, rankedOutcome(ranked))
	}
	return out
}

// chosenOutcome sums up options and marks.
func chosenOutcome(items []Item) Outcome {
	o := Outcome{Right: true}
	var spare []string // the whys of what is right, for who chose nothing
	for _, it := range items {
		o.Right = o.Right && it.Right == it.Chosen // nothing left out, nothing wrong chosen
		if it.Chosen {
			o.Yours, o.Whys = append(o.Yours, it.Text), append(o.Whys, it.Why)
			o.Evidence = append(o.Evidence, it.Evidence...)
		}
		if it.Right {
			o.Solution, spare = append(o.Solution, it.Text), append(spare, it.Why)
		}
	}
	if len(o.Yours) == 0 {
		o.Whys = spare
	}
	return o
}

// rankedOutcome lists the things in the order they were given and in the right one.
func rankedOutcome(items []Item) Outcome {
	texts := func(place func(Item) string) (list []string) {
		sorted := slices.Clone(items)
		slices.SortStableFunc(sorted, func(a, b Item) int {
			x, _ := strconv.Atoi(place(a))
			y, _ := strconv.Atoi(place(b))
			return cmp.Compare(x, y)
		})
		for _, it := range sorted {
			if place(it) != "" {
				list = append(list, it.Text)
			}
		}
		return list
	}
	o := Outcome{Right: true, Yours: texts(func(it Item) string { return it.Value }), Solution: texts(func(it Item) string { return it.Solution })}
	for _, it := range items {
		o.Right = o.Right && it.Right
		if !it.Right && it.Why != "" {
			o.Whys, o.Evidence = append(o.Whys, it.Why), append(o.Evidence, it.Evidence...)
		}
	}
	return o
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
