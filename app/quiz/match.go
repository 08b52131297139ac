package quiz

import "fmt"

// Match asks which answer belongs to each prompt; an answer may serve several prompts or none.
// Fraction: prompts answered right / prompts; a blank is wrong.
type Match struct {
	Prompts []Prompt      `json:"prompts"`
	Answers []MatchAnswer `json:"answers"`
}

// Prompt is one line of a Match with the id of the answer that belongs to it.
type Prompt struct {
	ID       string     `json:"id"`
	Text     Text       `json:"text"`
	Answer   string     `json:"answer"`
	Why      Text       `json:"why"`
	Evidence []Evidence `json:"evidence,omitempty"`
}

// MatchAnswer is something that prompts can be matched with.
type MatchAnswer struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// Kind implements Body.
func (*Match) Kind() string { return "match" }

// Check implements Body.
func (m *Match) Check() []Fault {
	var faults []Fault
	answers, prompts := map[string]bool{}, map[string]bool{}
	for i, a := range m.Answers {
		if answers[a.ID] {
			faults = append(faults, Fault{fmt.Sprintf("answers[%d].id", i), fmt.Sprintf("two answers are called %q; give each its own id", a.ID)})
		}
		answers[a.ID] = true
	}
	for i, p := range m.Prompts {
		if prompts[p.ID] {
			faults = append(faults, Fault{fmt.Sprintf("prompts[%d].id", i), fmt.Sprintf("two prompts are called %q; give each its own id", p.ID)})
		}
		prompts[p.ID] = true
		if !answers[p.Answer] {
			faults = append(faults, Fault{fmt.Sprintf("prompts[%d].answer", i), fmt.Sprintf("there is no answer %q; name one of the answers", p.Answer)})
		}
		if p.ID == p.Answer { // ids stand in the page, and equal ids stand at the same place of both lists
			faults = append(faults, Fault{fmt.Sprintf("prompts[%d].id", i), fmt.Sprintf("prompt %q is called like its answer, so the page would tell it; call one of them otherwise", p.ID)})
		}
	}
	if len(m.Prompts) < 2 || len(m.Answers) < 2 {
		faults = append(faults, Fault{"", "match needs at least two prompts and two answers"})
	}
	return faults
}

// Read implements Body. Blanks are allowed as long as one prompt is answered.
func (m *Match) Read(form Response, _ string) (Response, error) {
	out := Response{}
	for _, p := range m.Prompts {
		v := form[p.ID]
		if len(v) == 0 || len(v) == 1 && v[0] == "" {
			continue
		}
		if len(v) > 1 || m.answer(v[0]) == nil {
			return nil, &InputError{Key: "answer.invalid", Field: p.ID}
		}
		out[p.ID] = []string{v[0]}
	}
	if len(out) == 0 {
		return nil, &InputError{Key: "answer.match"}
	}
	return out, nil
}

// Grade implements Body.
func (m *Match) Grade(r Response) float64 { return gradeParts(m.Parts(r)) }

// Parts implements Parted: one a prompt.
func (m *Match) Parts(r Response) []Part {
	parts := make([]Part, len(m.Prompts))
	for i, p := range m.Prompts {
		parts[i] = Part{1, float64(bool2int(r.One(p.ID) == p.Answer))}
	}
	return parts
}

// Items implements Body.
func (m *Match) Items(v View) []Item {
	var items []Item
	prompts := inOrder(m.Prompts, v, func(p *Prompt) (string, bool) { return p.ID, false })
	answers := inOrder(m.Answers, v, func(a *MatchAnswer) (string, bool) { return a.ID, false })
	for _, p := range prompts {
		it := Item{Form: FormSelect, Field: p.ID, Text: p.Text[v.Lang], Value: v.Response.One(p.ID)}
		for _, a := range answers {
			it.Choices = append(it.Choices, Item{Value: a.ID, Text: a.Text[v.Lang], Chosen: a.ID == it.Value})
		}
		if v.Reveal {
			it.Right, it.Why, it.Evidence = it.Value == p.Answer, p.Why[v.Lang], p.Evidence
			it.Solution = m.answer(p.Answer).Text[v.Lang]
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (m *Match) Places(visit func(string, []Evidence)) {
	for i := range m.Prompts {
		visit(fmt.Sprintf("prompts[%d].evidence", i), m.Prompts[i].Evidence)
	}
}

// Misconceptions implements Body.
func (*Match) Misconceptions() []string { return nil }

func (m *Match) answer(id string) *MatchAnswer {
	for i := range m.Answers {
		if m.Answers[i].ID == id {
			return &m.Answers[i]
		}
	}
	return nil
}
