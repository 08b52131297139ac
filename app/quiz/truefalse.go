package quiz

// TrueFalse asks whether the statement in the stem is true. Fraction: 1 or 0.
type TrueFalse struct {
	Right     bool    `json:"right"` // the statement is true
	SaidTrue  Verdict `json:"said_true" yaml:"said_true"`
	SaidFalse Verdict `json:"said_false" yaml:"said_false"`
	Discern   bool    `json:"discern,omitempty"` // the statement is that something is real, not fake
}

// Verdict is what somebody is told who said that a statement is true, or that it is false.
type Verdict struct {
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"` // what the wrong verdict stands for
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// Values of a TrueFalse's form; its field is that of other options.
const (
	saidTrue  = "true"
	saidFalse = "false"
)

// Kind implements Body.
func (*TrueFalse) Kind() string { return "true-false" }

// Check implements Body.
func (tf *TrueFalse) Check() (faults []Fault) {
	for _, v := range tf.verdicts() {
		switch {
		case v.right && v.Misconception != "":
			faults = append(faults, Fault{v.path + ".misconception", "this is the right answer and cannot stand for a misconception; take it away or mend right"})
		case !v.right && v.Misconception == "":
			faults = append(faults, Fault{v.path, "the wrong answer names no misconception; say which one it stands for"})
		}
	}
	return faults
}

// Read implements Body.
func (tf *TrueFalse) Read(form Response, _ string) (Response, error) {
	return readOne(form, func(id string) bool { return id == saidTrue || id == saidFalse })
}

// Grade implements Body.
func (tf *TrueFalse) Grade(r Response) float64 {
	for _, v := range tf.verdicts() {
		if r.One(optionField) == v.value {
			return float64(bool2int(v.right))
		}
	}
	return 0
}

// Guess implements Guessed: one half.
func (*TrueFalse) Guess() (float64, bool) { return 0.5, true }

// Judgements implements Discerning.
func (tf *TrueFalse) Judgements(r Response) []Judgement {
	if !tf.Discern {
		return nil
	}
	said := r.One(optionField)
	return []Judgement{{Real: tf.Right, Given: said == saidTrue || said == saidFalse, Trusted: said == saidTrue}}
}

// Items implements Body: "true" comes first, as people expect it.
func (tf *TrueFalse) Items(v View) (items []Item) {
	for _, verdict := range tf.verdicts() {
		it := Item{Form: FormOption, Field: optionField, Value: verdict.value, Key: "option." + verdict.value, Chosen: v.Response.Has(optionField, verdict.value)}
		if v.Reveal {
			it.Right, it.Why, it.Evidence = verdict.right, verdict.Why[v.Lang], verdict.Evidence
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (tf *TrueFalse) Places(visit func(string, []Evidence)) {
	for _, v := range tf.verdicts() {
		visit(v.path+".evidence", v.Evidence)
	}
}

// Misconceptions implements Body.
func (tf *TrueFalse) Misconceptions() (list []string) {
	for _, v := range tf.verdicts() {
		list = appendNamed(list, v.Misconception)
	}
	return list
}

// verdict is one of the two with its value and its place in the form.
type verdict struct {
	*Verdict
	value, path string
	right       bool
}

func (tf *TrueFalse) verdicts() [2]verdict {
	return [2]verdict{
		{&tf.SaidTrue, saidTrue, "said_true", tf.Right},
		{&tf.SaidFalse, saidFalse, "said_false", !tf.Right},
	}
}
