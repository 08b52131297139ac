package quiz

import (
	"fmt"
	"slices"
)

// Gaps asks to fill the gaps of a text, by choosing from a list or by typing. A gap is [[id]] in the text.
// Fraction: sum(weight x fraction) / sum(weights); a gap left open earns nothing.
type Gaps struct {
	Text Text  `json:"text"`
	Gaps []Gap `json:"gaps"`
}

// Gap is one gap: with Options to choose from, or Answers to be typed.
type Gap struct {
	ID        string        `json:"id"`
	Weight    float64       `json:"weight,omitempty"` // among the gaps; 0 stands for 1
	Options   []Option      `json:"options,omitempty"`
	Answers   []ShortAnswer `json:"answers,omitempty"`
	Otherwise Text          `json:"otherwise,omitempty"` // the why for every other typed text
	Case      bool          `json:"case,omitempty"`      // capitals matter
}

// Kind implements Body.
func (*Gaps) Kind() string { return "gaps" }

// Writes implements Written: where a gap has to be filled by typing.
func (g *Gaps) Writes() bool {
	return slices.ContainsFunc(g.Gaps, func(gap Gap) bool { return len(gap.Options) == 0 })
}

// Check implements Body.
func (g *Gaps) Check() []Fault {
	ids := make([]string, len(g.Gaps))
	for i := range g.Gaps {
		ids[i] = g.Gaps[i].ID
	}
	faults := checkText(g.Text, ids, "gaps", "[[%s]]")
	if len(g.Gaps) == 0 {
		faults = append(faults, Fault{"gaps", "there is no gap; write [[id]] into the text and the gap here"})
	}
	for i := range g.Gaps {
		for _, f := range g.Gaps[i].check() {
			faults = append(faults, Fault{fmt.Sprintf("gaps[%d]", i) + f.Path, f.Text})
		}
	}
	return faults
}

// check names what is wrong with one gap; paths begin with a point.
func (g *Gap) check() (faults []Fault) {
	var inner []Fault
	switch {
	case (len(g.Options) > 0) == (len(g.Answers) > 0):
		return []Fault{{"", fmt.Sprintf("gap %q has either options to choose from or answers to be typed; write one of the two", g.ID)}}
	case len(g.Options) > 0:
		inner = checkOptions(g.Options)
		if rightOptions(g.Options) != 1 {
			inner = append(inner, Fault{"options", "a gap has exactly one right option; mark one with right: true"})
		}
		inner = append(inner, checkShares(g.Options)...)
		if g.Otherwise != nil || g.Case {
			faults = append(faults, Fault{"", fmt.Sprintf("gap %q is chosen from a list, where otherwise and case mean nothing; take them away", g.ID)})
		}
	default:
		inner = checkShort(g.Answers, g.Case, "answers")
		if g.Otherwise == nil {
			faults = append(faults, Fault{"", fmt.Sprintf("gap %q is typed, so it needs otherwise: the why for every other text", g.ID)})
		}
	}
	if g.Weight < 0 {
		faults = append(faults, Fault{".weight", "a weight is above 0"})
	}
	for _, f := range inner {
		faults = append(faults, Fault{"." + f.Path, f.Text})
	}
	return faults
}

// Read implements Body. Gaps may stay open as long as one is filled.
func (g *Gaps) Read(form Response, lang string) (Response, error) {
	out := Response{}
	for i := range g.Gaps {
		gap := &g.Gaps[i]
		typed, err := readShort(form[gap.ID], gap.ID)
		if err != nil {
			return nil, err
		}
		if typed == "" {
			continue
		}
		if len(gap.Options) > 0 && gap.option(typed) == nil {
			return nil, &InputError{Key: "answer.invalid", Field: gap.ID}
		}
		if len(gap.Answers) > 0 {
			out[langField] = []string{lang}
		}
		out[gap.ID] = []string{typed}
	}
	if len(out) == 0 {
		return nil, &InputError{Key: "answer.gaps"}
	}
	return out, nil
}

// Grade implements Body.
func (g *Gaps) Grade(r Response) float64 { return gradeParts(g.Parts(r)) }

// Parts implements Parted: one a gap.
func (g *Gaps) Parts(r Response) []Part {
	parts := make([]Part, len(g.Gaps))
	for i := range g.Gaps {
		gap := &g.Gaps[i]
		parts[i] = Part{gap.Weight, gap.grade(r)}
		if gap.Weight == 0 {
			parts[i].Weight = 1
		}
	}
	return parts
}

func (g *Gap) grade(r Response) float64 {
	given := r.One(g.ID)
	if o := g.option(given); o != nil {
		return o.earns()
	}
	if a := matchShort(g.Answers, given, r.One(langField), g.Case); a != nil {
		return a.earns()
	}
	return 0
}

func (g *Gap) option(id string) *Option {
	for i := range g.Options {
		if g.Options[i].ID == id {
			return &g.Options[i]
		}
	}
	return nil
}

// Guess implements Guessed: any option for each gap that has options, nothing for one that is typed.
func (g *Gaps) Guess() (float64, bool) {
	parts := g.Parts(nil)
	for i := range parts {
		parts[i].Fraction = guessOne(g.Gaps[i].Options)
	}
	return gradeParts(parts), true
}

// Items implements Body: the text, cut at its gaps.
func (g *Gaps) Items(v View) []Item {
	parts := stretches(g.Text[v.Lang])
	items := make([]Item, 0, len(parts))
	for _, s := range parts {
		if gap := g.gap(s.id); gap != nil {
			items = append(items, gap.item(v))
		} else {
			items = append(items, Item{Form: FormText, Text: s.words})
		}
	}
	return items
}

func (g *Gap) item(v View) Item {
	it := Item{Form: FormInput, Field: g.ID, Value: v.Response.One(g.ID)}
	if len(g.Answers) > 0 {
		if v.Reveal {
			revealShort(&it, g.Answers, g.Otherwise, v, g.Case)
		}
		return it
	}
	it.Form = FormSelect
	for _, o := range inOrder(g.Options, v, func(o *Option) (string, bool) { return o.ID, o.Pinned }) {
		it.Choices = append(it.Choices, Item{Value: o.ID, Text: o.Text[v.Lang], Chosen: o.ID == it.Value})
	}
	if !v.Reveal {
		return it
	}
	shown := g.option(it.Value) // what was chosen is explained, or else what is right
	for i := range g.Options {
		if o := &g.Options[i]; o.Right {
			it.Solution = o.Text[v.Lang]
			if shown == nil {
				shown = o
			}
		}
	}
	it.Right, it.Part = it.Value != "" && shown.Right, !shown.Right && shown.earns() > 0
	it.Why, it.Evidence = shown.Why[v.Lang], shown.Evidence
	return it
}

// Places implements Body.
func (g *Gaps) Places(visit func(string, []Evidence)) {
	for i := range g.Gaps {
		at := func(path string, list []Evidence) { visit(fmt.Sprintf("gaps[%d].%s", i, path), list) }
		optionPlaces(g.Gaps[i].Options, at)
		shortPlaces(g.Gaps[i].Answers, "answers", at)
	}
}

// Misconceptions implements Body.
func (g *Gaps) Misconceptions() (list []string) {
	for _, gap := range g.Gaps {
		list = append(append(list, optionMisconceptions(gap.Options)...), shortMisconceptions(gap.Answers)...)
	}
	return list
}

func (g *Gaps) gap(id string) *Gap {
	for i := range g.Gaps {
		if g.Gaps[i].ID == id && id != "" {
			return &g.Gaps[i]
		}
	}
	return nil
}
