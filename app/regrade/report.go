package regrade

import (
	"cmp"
	"slices"

	"eberbach/app/quiz"
)

// Report sums a run up. Of one that was cut short it says what was looked at until then.
type Report struct {
	Looked    int // attempts
	Points    int // that earn something else
	KeyOnly   int // that earn the same, but follow a corrected key
	Later     int // that change, and were begun with a version later than the present questions
	Broken    int // that could not be graded again
	questions map[Question]*Answers
}

// Question is a question with what became of answers to it.
type Question struct {
	ID      string
	Outcome quiz.RegradeOutcome
}

// Answers counts answers by whether they earn more, less or as much as before.
type Answers struct{ More, Less, Same int }

// QuestionReport is a line of the summary.
type QuestionReport struct {
	Question
	Answers
}

// All is how many answers there are.
func (a Answers) All() int { return a.More + a.Less + a.Same }

func newReport() Report { return Report{questions: map[Question]*Answers{}} }

// Changed is how many attempts change.
func (p Report) Changed() int { return p.Points + p.KeyOnly }

// Questions are the questions whose key differs or that cannot be graded again, by outcome and id.
func (p Report) Questions() (list []QuestionReport) {
	for q, n := range p.questions {
		list = append(list, QuestionReport{q, *n})
	}
	slices.SortFunc(list, func(a, b QuestionReport) int {
		return cmp.Or(cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// add counts a change; later says that its attempt was begun with a version later than the present questions.
func (p *Report) add(c Change, later bool) {
	if c.Err != nil {
		p.Broken++
		return
	}
	if later {
		p.Later++
	}
	switch {
	case c.Old != c.New:
		p.Points++
	case c.Changed:
		p.KeyOnly++
	}
	for _, q := range c.Questions {
		key := Question{q.ID, q.Outcome}
		if p.questions[key] == nil {
			p.questions[key] = &Answers{}
		}
		p.questions[key].count(q)
	}
}

func (a *Answers) count(q quiz.Regraded) {
	switch {
	case q.New > q.Old:
		a.More++
	case q.New < q.Old:
		a.Less++
	default:
		a.Same++
	}
}
