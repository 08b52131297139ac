package quiz

import "fmt"

// Mark asks to mark, in a text, the words or sentences that prove or contain something. Each place is [[id|words]] in
// the text. Fraction: max(hits − wrong marks, 0) / right places.
type Mark struct {
	Text  Text        `json:"text"`
	Spots []MarkPlace `json:"places" yaml:"places"`
}

// MarkPlace is a place that can be marked.
type MarkPlace struct {
	ID            string     `json:"id"`
	Right         bool       `json:"right,omitempty"`
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"` // what marking it wrongly stands for
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// markField is the form field of a Mark.
const markField = "mark"

// Kind implements Body.
func (*Mark) Kind() string { return "mark" }

// Check implements Body.
func (m *Mark) Check() []Fault {
	ids, right := make([]string, len(m.Spots)), 0
	for i, p := range m.Spots {
		ids[i], right = p.ID, right+bool2int(p.Right)
	}
	faults := checkText(m.Text, ids, "places", "[[%s|words]]")
	for i, p := range m.Spots {
		switch {
		case !p.Right && p.Misconception == "":
			faults = append(faults, Fault{fmt.Sprintf("places[%d]", i), fmt.Sprintf("wrong place %q names no misconception; say which one it stands for", p.ID)})
		case p.Right && p.Misconception != "":
			faults = append(faults, Fault{fmt.Sprintf("places[%d].misconception", i), fmt.Sprintf("place %q is right and cannot stand for a misconception; take one of the two away", p.ID)})
		}
	}
	if right == 0 || right == len(m.Spots) {
		faults = append(faults, Fault{"places", "there is a right place to mark and a wrong one; mark the right ones with right: true"})
	}
	return faults
}

// Read implements Body.
func (m *Mark) Read(form Response, _ string) (Response, error) {
	marked := []string{}
	for _, p := range m.Spots {
		if form.Has(markField, p.ID) {
			marked = append(marked, p.ID)
		}
	}
	for _, v := range form[markField] {
		if m.spot(v) == nil {
			return nil, &InputError{Key: "answer.invalid", Field: markField}
		}
	}
	if len(marked) == 0 {
		return nil, &InputError{Key: "answer.mark", Field: markField}
	}
	return Response{markField: marked}, nil
}

// Grade implements Body.
func (m *Mark) Grade(r Response) float64 {
	hits, wrong, right := 0, 0, 0
	for _, p := range m.Spots {
		marked := r.Has(markField, p.ID)
		hits += bool2int(marked && p.Right)
		wrong += bool2int(marked && !p.Right)
		right += bool2int(p.Right)
	}
	if right == 0 {
		return 0
	}
	return max(float64(hits-wrong), 0) / float64(right)
}

// Guess implements Guessed: the mean over all ways to mark one place or more.
func (m *Mark) Guess() (float64, bool) {
	right := 0
	for _, p := range m.Spots {
		right += bool2int(p.Right)
	}
	return guessSome(right, len(m.Spots)-right), true
}

// Items implements Body: the text, cut at its places.
func (m *Mark) Items(v View) (items []Item) {
	for _, s := range stretches(m.Text[v.Lang]) {
		p := m.spot(s.id)
		if p == nil {
			items = append(items, Item{Form: FormText, Text: s.words})
			continue
		}
		it := Item{Form: FormMark, Field: markField, Value: p.ID, Text: s.words, Chosen: v.Response.Has(markField, p.ID)}
		if v.Reveal {
			it.Right, it.Why, it.Evidence = p.Right, p.Why[v.Lang], p.Evidence
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (m *Mark) Places(visit func(string, []Evidence)) {
	for i := range m.Spots {
		visit(fmt.Sprintf("places[%d].evidence", i), m.Spots[i].Evidence)
	}
}

// Misconceptions implements Body.
func (m *Mark) Misconceptions() (list []string) {
	for _, p := range m.Spots {
		list = appendNamed(list, p.Misconception)
	}
	return list
}

func (m *Mark) spot(id string) *MarkPlace {
	for i := range m.Spots {
		if m.Spots[i].ID == id {
			return &m.Spots[i]
		}
	}
	return nil
}
