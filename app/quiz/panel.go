package quiz

import "fmt"

// Panel asks what named experts judged; their real votes are given with their source. Fraction: votes for the chosen
// option / votes for the one with the most, as in script concordance tests.
type Panel struct {
	Panel   Text          `json:"panel"` // who judged, when, and where it is published
	Options []PanelOption `json:"options"`
}

// PanelOption is one answer with how many of the panel gave it.
type PanelOption struct {
	ID       string     `json:"id"`
	Text     Text       `json:"text"`
	Votes    int        `json:"votes"`
	Why      Text       `json:"why"` // the reasons of those who gave it
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Kind implements Body.
func (*Panel) Kind() string { return "panel" }

// Check implements Body.
func (p *Panel) Check() (faults []Fault) {
	seen := map[string]bool{}
	for i, o := range p.Options {
		if seen[o.ID] {
			faults = append(faults, Fault{fmt.Sprintf("options[%d].id", i), fmt.Sprintf("two options are called %q; give each its own id", o.ID)})
		}
		seen[o.ID] = true
		if o.Votes < 0 {
			faults = append(faults, Fault{fmt.Sprintf("options[%d].votes", i), "votes are counted from 0"})
		}
	}
	if len(p.Options) < 2 {
		faults = append(faults, Fault{"options", "a panel needs at least two options"})
	}
	if _, most := p.count(); most == 0 {
		faults = append(faults, Fault{"options", "nobody of the panel has voted; give the votes as they were published"})
	}
	return faults
}

// count returns all votes, and the most that one option has.
func (p *Panel) count() (all, most int) {
	for _, o := range p.Options {
		all, most = all+o.Votes, max(most, o.Votes)
	}
	return all, most
}

// Note implements Noted.
func (p *Panel) Note(lang string) string { return p.Panel[lang] }

// Read implements Body.
func (p *Panel) Read(form Response, _ string) (Response, error) {
	return readOne(form, func(id string) bool { return p.option(id) != nil })
}

// Grade implements Body.
func (p *Panel) Grade(r Response) float64 {
	_, most := p.count()
	if o := p.option(r.One(optionField)); o != nil && most > 0 {
		return float64(o.Votes) / float64(most)
	}
	return 0
}

// Guess implements Guessed: the mean of the options' votes / most votes.
func (p *Panel) Guess() (float64, bool) {
	all, most := p.count()
	if most == 0 {
		return 0, true
	}
	return float64(all) / float64(most) / float64(len(p.Options)), true
}

// Items implements Body. Of several options with the most votes the chosen one is right, or all when none was chosen.
func (p *Panel) Items(v View) (items []Item) {
	all, most := p.count()
	chosen := p.option(v.Response.One(optionField))
	for _, o := range inOrder(p.Options, v, func(o *PanelOption) (string, bool) { return o.ID, false }) {
		it := Item{Form: FormOption, Field: optionField, Value: o.ID, Text: o.Text[v.Lang], Chosen: o == chosen}
		if v.Reveal {
			it.Right = o.Votes == most && (it.Chosen || chosen == nil || chosen.Votes < most)
			it.Part = o.Votes > 0 && o.Votes < most
			it.Why, it.Evidence, it.Share = o.Why[v.Lang], o.Evidence, &Share{o.Votes, all}
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (p *Panel) Places(visit func(string, []Evidence)) {
	for i := range p.Options {
		visit(fmt.Sprintf("options[%d].evidence", i), p.Options[i].Evidence)
	}
}

// Misconceptions implements Body: to see it otherwise than a panel is none.
func (*Panel) Misconceptions() []string { return nil }

func (p *Panel) option(id string) *PanelOption {
	for i := range p.Options {
		if p.Options[i].ID == id {
			return &p.Options[i]
		}
	}
	return nil
}
