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
	return checkPairs(m.pairs(), m.answerIDs(), pairWords{"prompts", "prompt", "answers", "answer"})
}

func (m *Match) pairs() []pair {
	list := make([]pair, len(m.Prompts))
	for i, p := range m.Prompts {
		list[i] = pair{p.ID, p.Answer}
	}
	return list
}

func (m *Match) answerIDs() []string {
	list := make([]string, len(m.Answers))
	for i, a := range m.Answers {
		list[i] = a.ID
	}
	return list
}

// Read implements Body. Blanks are allowed as long as one prompt is answered.
func (m *Match) Read(form Response, _ string) (Response, error) {
	return readPairs(m.pairs(), m.answerIDs(), form)
}

// Grade implements Body.
func (m *Match) Grade(r Response) float64 { return gradeParts(m.Parts(r)) }

// Parts implements Parted: one a prompt.
func (m *Match) Parts(r Response) []Part { return pairParts(m.pairs(), r) }

// Guess implements Guessed: any answer for each prompt.
func (m *Match) Guess() (float64, bool) { return guessPairs(len(m.Prompts), len(m.Answers)), true }

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
