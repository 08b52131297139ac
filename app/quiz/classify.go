package quiz

import "fmt"

// Classify asks into which group each statement belongs (fact, judgement, opinion). Fraction: statements in the right
// group / statements; a blank is wrong. Groups keep the author's order, for they often are a scale.
type Classify struct {
	Groups     []Group     `json:"groups"`
	Statements []Statement `json:"statements"`
}

// Group is one of a Classify's groups. Where statements are about things that may be faked, a group says what it takes
// them for.
type Group struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
	Real bool   `json:"real,omitempty"`
	Fake bool   `json:"fake,omitempty"`
}

// Statement is one thing to sort, with the id of its group.
type Statement struct {
	ID            string     `json:"id"`
	Text          Text       `json:"text"`
	Group         string     `json:"group"`
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"` // what sorting it elsewhere stands for
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// Kind implements Body.
func (*Classify) Kind() string { return "classify" }

// Check implements Body.
func (c *Classify) Check() []Fault {
	faults := checkPairs(c.pairs(), c.groupIDs(), pairWords{"statements", "statement", "groups", "group"})
	real, fake := 0, 0
	for i, g := range c.Groups {
		real, fake = real+bool2int(g.Real), fake+bool2int(g.Fake)
		if g.Real && g.Fake {
			faults = append(faults, Fault{fmt.Sprintf("groups[%d]", i), fmt.Sprintf("group %q is both real and fake; take one of the two away", g.ID)})
		}
	}
	if (real == 0) != (fake == 0) {
		faults = append(faults, Fault{"groups", "where there are real things there are fakes, and the reverse; mark a group for each"})
	}
	return faults
}

func (c *Classify) pairs() []pair {
	list := make([]pair, len(c.Statements))
	for i, s := range c.Statements {
		list[i] = pair{s.ID, s.Group}
	}
	return list
}

func (c *Classify) groupIDs() []string {
	list := make([]string, len(c.Groups))
	for i, g := range c.Groups {
		list[i] = g.ID
	}
	return list
}

// Read implements Body. Blanks are allowed as long as one statement is sorted.
func (c *Classify) Read(form Response, _ string) (Response, error) {
	return readPairs(c.pairs(), c.groupIDs(), form)
}

// Grade implements Body.
func (c *Classify) Grade(r Response) float64 { return gradeParts(c.Parts(r)) }

// Parts implements Parted: one a statement.
func (c *Classify) Parts(r Response) []Part { return pairParts(c.pairs(), r) }

// Guess implements Guessed: any group for each statement.
func (c *Classify) Guess() (float64, bool) { return guessPairs(len(c.Statements), len(c.Groups)), true }

// Judgements implements Discerning: one for each statement about something real or fake. Who sorts it into a group that
// is neither has not judged.
func (c *Classify) Judgements(r Response) (list []Judgement) {
	for _, s := range c.Statements {
		own, given := c.group(s.Group), c.group(r.One(s.ID))
		if own == nil || !own.Real && !own.Fake {
			continue
		}
		j := Judgement{Real: own.Real}
		if given != nil {
			j.Given, j.Trusted = given.Real || given.Fake, given.Real
		}
		list = append(list, j)
	}
	return list
}

// Items implements Body.
func (c *Classify) Items(v View) (items []Item) {
	for _, s := range inOrder(c.Statements, v, func(s *Statement) (string, bool) { return s.ID, false }) {
		it := Item{Form: FormRadios, Field: s.ID, Text: s.Text[v.Lang], Value: v.Response.One(s.ID)}
		for _, g := range c.Groups {
			it.Choices = append(it.Choices, Item{Value: g.ID, Text: g.Text[v.Lang], Chosen: g.ID == it.Value})
		}
		if v.Reveal {
			it.Right, it.Why, it.Evidence = it.Value == s.Group, s.Why[v.Lang], s.Evidence
			it.Solution = c.group(s.Group).Text[v.Lang]
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (c *Classify) Places(visit func(string, []Evidence)) {
	for i := range c.Statements {
		visit(fmt.Sprintf("statements[%d].evidence", i), c.Statements[i].Evidence)
	}
}

// Misconceptions implements Body.
func (c *Classify) Misconceptions() (list []string) {
	for _, s := range c.Statements {
		list = appendNamed(list, s.Misconception)
	}
	return list
}

func (c *Classify) group(id string) *Group {
	for i := range c.Groups {
		if c.Groups[i].ID == id {
			return &c.Groups[i]
		}
	}
	return nil
}
