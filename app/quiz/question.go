// Package quiz holds questions, what learners answer to them, and how that is graded.
//
// Everything here is a pure function of its arguments: time, randomness and ids are passed in.
package quiz

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// Text is one text in every language, keyed by language code ("de", "en").
type Text map[string]string

// Languages are the languages that every Text has.
var Languages = []string{"de", "en"}

// Depths are what a question can ask for: to know again, to explain, to use in a new case (Bloom's first three levels).
var Depths = []string{"recall", "understand", "apply"}

// Question is one question with everything that is shown and graded, so that its hash names a version of it.
type Question struct {
	ID        string     `json:"id"`
	Objective string     `json:"objective"`
	Stem      Text       `json:"stem"`
	Evidence  []Evidence `json:"evidence"`
	Section   string     `json:"section,omitempty"` // the lesson's section it belongs to alone, where a lesson offers two
	Depth     string     `json:"depth,omitempty"`   // what it asks for, one of Depths

	Weight    float64  `json:"weight,omitempty"`    // in the quiz's grade; 0 stands for 1
	Hints     []Text   `json:"hints,omitempty"`     // one after each wrong try in Practice, which has one try more than hints
	Penalty   *float64 `json:"penalty,omitempty"`   // what each earlier try takes off, 0..1; DefaultPenalty when nil
	Certainty string   `json:"certainty,omitempty"` // "", CertaintyReport or CertaintyMarks: how sure are you?
	Reserve   bool     `json:"reserve,omitempty"`   // only in a Test, never in Practice or review
	Pool      string   `json:"pool,omitempty"`      // id of the pool it is drawn from

	Body Body `json:"-" yaml:"-"` // the part that differs by kind
}

// Evidence is a place that proves an answer. Path and Proof are filled in when a lesson is read, so that a
// stored question still shows its proving sentence after the lesson has changed.
type Evidence struct {
	Passage string `json:"passage"`
	Quote   Text   `json:"quote"`
	Path    Text   `json:"path,omitempty" yaml:"-"`  // address below /:lang with its fragment: "/lessons/x#T4-2"
	Proof   Text   `json:"proof,omitempty" yaml:"-"` // the whole sentence around the quote
}

// Body is what a kind adds to a question. Its exported fields are the kind's form in lesson files.
type Body interface {
	// Kind is the name of the kind in lesson files and of its template.
	Kind() string
	// Check names what is wrong with the body as an author wrote it.
	Check() []Fault
	// Read takes the answer out of a submitted form. Values that are none of the body's own are an *InputError,
	// and so is an empty answer; lang decides how numbers are read.
	Read(form Response, lang string) (Response, error)
	// Grade returns the fraction of the mark, 0..1. It walks the body's own parts, never the response's keys.
	Grade(r Response) float64
	// Items are the lines to show. Right answers, reasons and evidence are in them only when v.Reveal is set.
	Items(v View) []Item
	// Places calls visit for every list of evidence in the body, so that a lesson can resolve it.
	Places(visit func(path string, list []Evidence))
	// Misconceptions are the ids that wrong answers stand for.
	Misconceptions() []string
}

// Parted is a Body whose parts are right or wrong by themselves, so that an earlier try costs only the parts that were
// not right in it.
type Parted interface {
	// Parts grades each part, always all of them and in the same order; a blank earns 0.
	Parts(r Response) []Part
}

// Part is what one part of a Parted body earned.
type Part struct {
	Weight   float64 // relative to the other parts, above 0
	Fraction float64 // 0..1
}

// Unscored is a Body that is never graded: opinions and own words. Its Grade is 0 and counts for nothing.
type Unscored interface{ Unscored() }

// Written is a Body whose answers can be in the learner's own words.
type Written interface {
	// Writes says whether those of this one can.
	Writes() bool
}

// Writes says whether an answer can hold words of the learner's own. One that cannot consists of ids of the question.
func (q *Question) Writes() bool {
	body, can := q.Body.(Written)
	return can && body.Writes()
}

// kinds is the one list of question kinds: a new kind is a file and a line here.
var kinds = []func() Body{
	func() Body { return new(Choice) },
	func() Body { return new(Choices) },
	func() Body { return new(TrueFalse) },
	func() Body { return new(Match) },
	func() Body { return new(Order) },
	func() Body { return new(Classify) },
	func() Body { return new(Gaps) },
	func() Body { return new(Short) },
	func() Body { return new(Number) },
	func() Body { return new(Mark) },
	func() Body { return new(Panel) },
	func() Body { return new(Position) },
	func() Body { return new(OwnWords) },
}

// Kinds returns the names of all kinds, in the order of the list.
func Kinds() []string {
	names := make([]string, len(kinds))
	for i, make := range kinds {
		names[i] = make().Kind()
	}
	return names
}

// NewBody returns an empty body of the named kind, or nil when there is no such kind.
func NewBody(kind string) Body {
	for _, make := range kinds {
		if b := make(); b.Kind() == kind {
			return b
		}
	}
	return nil
}

// Fault is an author's mistake. Path leads to it from the question ("options[1].why").
type Fault struct{ Path, Text string }

// View says how a question is to be shown.
type View struct {
	Lang     string
	Seed     string // decides the order of options; the attempt's id
	Question string // the question's id, the other half of the order's seed
	Response Response
	Reveal   bool // the answer is given: show what is right, and why
}

// Forms of an Item.
const (
	FormOption    = "option"    // to be chosen or not
	FormSelect    = "select"    // a prompt with Choices, of which one fits: a list to open
	FormRadios    = "radios"    // a prompt with Choices, of which one fits: all in sight
	FormRank      = "rank"      // a thing with its place among the others: Choices are the places
	FormInput     = "input"     // to be typed
	FormWords     = "words"     // to be written, in sentences
	FormMark      = "mark"      // words within a text, to be marked or not
	FormText      = "text"      // words within a text around gaps and marks: nothing to answer
	FormCriterion = "criterion" // what to check one's own words against: nothing to answer
	FormStance    = "stance"    // an opinion: no form ever sends it
)

// Item is one line of a question as it is shown: an option, a prompt or an input, in one language.
type Item struct {
	Form         string
	Field, Value string // form field and the value it sends (options), or the value given (prompts, inputs)
	Text         string
	Key          string // of the text in the catalogues, where the words are the program's own and not an author's
	Unit         string
	Chosen       bool
	Choices      []Item // what a prompt can be answered with

	// Only when revealed:
	Right    bool   // options and marks: belongs to the answer; prompts, ranks and inputs: was answered right
	Part     bool   // is not right but earns a part of the mark
	Share    *Share // how many of a panel chose it
	Solution string // prompts, ranks and inputs: the right answer in words
	Why      string
	Evidence []Evidence
}

// Share is how many of a panel gave an answer.
type Share struct{ N, Of int }

// Noted is a Body with something to say beside its feedback: who was on a panel.
type Noted interface {
	Note(lang string) string
}

// Grade grades a response to a question: a fraction 0..1 of the mark, exact to 7 decimals.
func Grade(q *Question, r Response) float64 {
	return round7(min(max(q.Body.Grade(r), 0), 1))
}

// What State tells apart.
const (
	Wrong   = "wrong"
	Partial = "partial"
	Right   = "right"
)

// State tells right, partial and wrong apart with the tolerance that floating point needs.
func State(fraction float64) string {
	switch {
	case fraction < 0.000001:
		return Wrong
	case fraction > 0.999999:
		return Right
	}
	return Partial
}

// Scored says whether the question counts for a grade.
func (q *Question) Scored() bool {
	_, unscored := q.Body.(Unscored)
	return !unscored
}

// Mark is the most that the question can earn: its weight, 0 when it is not scored.
func (q *Question) Mark() float64 {
	switch {
	case !q.Scored():
		return 0
	case q.Weight == 0:
		return 1
	}
	return q.Weight
}

// Items are the question's lines under the given view.
func (q *Question) Items(v View) []Item {
	v.Question = q.ID
	return q.Body.Items(v)
}

// EvidenceFor is an option's own evidence, or the question's where it has none.
func (q *Question) EvidenceFor(it Item) []Evidence {
	if len(it.Evidence) > 0 {
		return it.Evidence
	}
	return q.Evidence
}

// Hash names this version of the question: 128 bits of the SHA-256 of all that is shown and graded.
// A full hash would double the size of an attempt; 128 bits are far beyond chance, and only our own
// lesson files are ever hashed.
func (q *Question) Hash() string {
	data, err := q.MarshalJSON() // by json.Marshal it would be gone through once more
	if err != nil {
		panic(fmt.Sprintf("quiz: question %s has no JSON form: %v", q.ID, err)) // texts and numbers always have
	}
	return hash(data)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

type questionJSON struct {
	question
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

type question Question // without methods, so that encoding does not call itself

// MarshalJSON writes the question with its kind and body.
func (q *Question) MarshalJSON() ([]byte, error) {
	body, err := json.Marshal(q.Body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(questionJSON{question(*q), q.Body.Kind(), body})
}

// UnmarshalJSON reads what MarshalJSON wrote. A kind that this version of the program does not know is an error.
func (q *Question) UnmarshalJSON(data []byte) error {
	var in questionJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	body := NewBody(in.Kind)
	if body == nil {
		return fmt.Errorf("quiz: question %s is of the unknown kind %q", in.ID, in.Kind)
	}
	if err := json.Unmarshal(in.Body, body); err != nil {
		return err
	}
	*q = Question(in.question)
	q.Body = body
	return nil
}
