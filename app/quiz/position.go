package quiz

import "fmt"

// Position asks for an opinion. It carries no marks, and the opinion never leaves the learner's device: what is stored
// says only that they went on. Afterwards it shows the strongest argument for each answer.
type Position struct {
	Options []Stance `json:"options"` // from one end to the other
}

// Stance is one answer to a Position.
type Stance struct {
	ID       string     `json:"id"`
	Text     Text       `json:"text"`
	Why      Text       `json:"why"` // its strongest argument, and who makes it
	Evidence []Evidence `json:"evidence,omitempty"`
}

// seenField is all that a Position stores, and OwnWords of which the words stay on the device.
const seenField = "_seen"

// Kind implements Body.
func (*Position) Kind() string { return "position" }

// Unscored implements Unscored.
func (*Position) Unscored() {}

// Check implements Body.
func (p *Position) Check() (faults []Fault) {
	seen := map[string]bool{}
	for i, o := range p.Options {
		if seen[o.ID] {
			faults = append(faults, Fault{fmt.Sprintf("options[%d].id", i), fmt.Sprintf("two options are called %q; give each its own id", o.ID)})
		}
		seen[o.ID] = true
	}
	if len(p.Options) < 3 {
		faults = append(faults, Fault{"options", "an opinion has at least three answers to choose from"})
	}
	return faults
}

// Read implements Body. Whatever else was sent is not looked at.
func (*Position) Read(Response, string) (Response, error) { return Response{seenField: {"1"}}, nil }

// Grade implements Body.
func (*Position) Grade(Response) float64 { return 0 }

// Items implements Body, in the author's order. They have no form field.
func (p *Position) Items(v View) (items []Item) {
	for _, o := range p.Options {
		it := Item{Form: FormStance, Value: o.ID, Text: o.Text[v.Lang]}
		if v.Reveal {
			it.Why, it.Evidence = o.Why[v.Lang], o.Evidence
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (p *Position) Places(visit func(string, []Evidence)) {
	for i := range p.Options {
		visit(fmt.Sprintf("options[%d].evidence", i), p.Options[i].Evidence)
	}
}

// Misconceptions implements Body: an opinion is none.
func (*Position) Misconceptions() []string { return nil }
