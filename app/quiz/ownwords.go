package quiz

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// OwnWords asks to write something about a text. It is not graded: criteria say what to check it against. The words stay
// on the learner's device unless the learner keeps them with their answers.
type OwnWords struct {
	Lines    int         `json:"lines,omitempty"` // on paper; 0 stands for 5
	Criteria []Criterion `json:"criteria"`
}

// Criterion is one thing that a good text has.
type Criterion struct {
	ID   string `json:"id"`
	Text Text   `json:"text"`
}

// wordsField is the form field of OwnWords; it is sent only to be kept.
const wordsField = "words"

const longestWords = 2000 // characters: a page

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Kind implements Body.
func (*OwnWords) Kind() string { return "own-words" }

// Unscored implements Unscored.
func (*OwnWords) Unscored() {}

// Writes implements Written.
func (*OwnWords) Writes() bool { return true }

// Check implements Body.
func (o *OwnWords) Check() (faults []Fault) {
	seen := map[string]bool{}
	for i, c := range o.Criteria {
		if seen[c.ID] {
			faults = append(faults, Fault{fmt.Sprintf("criteria[%d].id", i), fmt.Sprintf("two criteria are called %q; give each its own id", c.ID)})
		}
		seen[c.ID] = true
	}
	if len(o.Criteria) < 2 {
		faults = append(faults, Fault{"criteria", "own words need at least two criteria to check them against"})
	}
	if o.Lines < 0 || o.Lines > 40 {
		faults = append(faults, Fault{"lines", "a sheet has room for 1 to 40 lines"})
	}
	return faults
}

// Read implements Body: the words, or only that the learner went on.
func (o *OwnWords) Read(form Response, _ string) (Response, error) {
	values := form[wordsField]
	if len(values) > 1 || len(values) == 1 && !utf8.ValidString(values[0]) {
		return nil, &InputError{Key: "answer.invalid", Field: wordsField}
	}
	words := strings.TrimSpace(lineBreaks.Replace(norm.NFC.String(form.One(wordsField))))
	switch {
	case utf8.RuneCountInString(words) > longestWords:
		return nil, &InputError{Key: "answer.long", Field: wordsField}
	case words != "":
		return Response{wordsField: {words}}, nil
	case form.One(seenField) != "":
		return Response{seenField: {"1"}}, nil
	}
	return nil, &InputError{Key: "answer.words_missing", Field: wordsField}
}

// Grade implements Body.
func (*OwnWords) Grade(Response) float64 { return 0 }

// Items implements Body: where to write, and the criteria. They give nothing away and may be seen at any time.
func (o *OwnWords) Items(v View) []Item {
	items := []Item{{Form: FormWords, Field: wordsField, Value: v.Response.One(wordsField)}}
	for _, c := range o.Criteria {
		items = append(items, Item{Form: FormCriterion, Text: c.Text[v.Lang]})
	}
	return items
}

// OnPaper is how many lines a worksheet has for it.
func (o *OwnWords) OnPaper() int {
	if o.Lines == 0 {
		return 5
	}
	return o.Lines
}

// Places implements Body.
func (*OwnWords) Places(func(string, []Evidence)) {}

// Misconceptions implements Body.
func (*OwnWords) Misconceptions() []string { return nil }
