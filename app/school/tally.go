package school

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"eberbach/app/quiz"
)

// Taken is a finished attempt with the edition it was begun with, as that is stored.
type Taken struct {
	Attempt *quiz.Attempt
	Edition quiz.Edition
}

// AllAttempts counts every attempt as if another learner had made it. Of the methods that choose one, an analysis knows
// quiz.First, quiz.Last and quiz.Highest.
const AllAttempts quiz.Method = "all"

// Analysed are the methods by which an analysis takes attempts. The first attempt is what the statistics are made for:
// a later one builds on what the earlier ones told.
var Analysed = []quiz.Method{quiz.First, quiz.Last, quiz.Highest, AllAttempts}

// Tally counts attempts for an item analysis. Attempts that were asked out of the same questions make one test, so
// Practice and a Test from the reserve are analysed each by itself, and so is a quiz that has got another question
// since. Where only words or keys have changed, it is the same test. Its zero value is empty.
type Tally struct {
	tests map[string]*test // by what they ask
}

// test is what was counted of one test.
type test struct {
	columns  map[string]int // by the id of the question
	marks    Marks
	newest   quiz.Edition
	editions map[string]bool
	counts   []answerCounts
	chosen   map[*quiz.Question]map[quiz.Sent]*chosen // by version; what was first sent
}

// answerCounts counts the answers to one question.
type answerCounts struct{ Right, Partial, Wrong, Blank int }

// chosen is how many gave an answer, and what they earned in all.
type chosen struct {
	n      int
	totals float64
}

// AddLearner counts what one learner has taken: of each test the attempt that the method chooses, or all. What was missed
// and is practised again is left out: it says more of the learner than of the questions. An attempt that does not fit its
// edition is an error, and nothing is counted.
func (t *Tally) AddLearner(taken []Taken, method quiz.Method) error {
	byTest := map[string][]Taken{}
	for _, one := range taken {
		if err := one.Check(); err != nil {
			return err
		}
		if one.Attempt.Done() && !one.Edition.Missed {
			key := testKey(one.Edition)
			byTest[key] = append(byTest[key], one)
		}
	}
	for key, list := range byTest {
		for _, one := range choose(list, method) {
			t.add(key, one)
		}
	}
	return nil
}

// Check says whether the attempt's answers belong to the edition's questions.
func (one Taken) Check() error {
	if asked := one.Attempt.Of(one.Edition).Questions; len(asked) != len(one.Attempt.Answers) {
		return fmt.Errorf("school: attempt %s has %d answers to %d questions", one.Attempt.ID, len(one.Attempt.Answers), len(asked))
	}
	for _, ans := range one.Attempt.Answers {
		if ans != nil && len(ans.Tries) == 0 {
			return errors.New("school: attempt " + one.Attempt.ID + " has an answer without a try")
		}
	}
	return nil
}

// choose takes the attempts that count, oldest first.
func choose(list []Taken, method quiz.Method) []Taken {
	slices.SortFunc(list, func(a, b Taken) int {
		return cmp.Or(a.Attempt.Started.Compare(b.Attempt.Started), cmp.Compare(a.Attempt.ID, b.Attempt.ID))
	})
	switch method {
	case AllAttempts:
		return list
	case quiz.Last:
		return list[len(list)-1:]
	case quiz.Highest:
		best, most := 0, 0.0
		for i, one := range list {
			if f := one.Attempt.Grade(one.Attempt.Of(one.Edition)).Fraction(); i == 0 || f > most {
				best, most = i, f
			}
		}
		return list[best : best+1]
	}
	return list[:1]
}

// testKey is what an edition asks, and what can be earned in it.
func testKey(e quiz.Edition) string {
	var parts []string
	for _, q := range e.Questions {
		if q.Scored() {
			parts = append(parts, fmt.Sprintf("%s %s %v %v", q.ID, q.Pool, q.Mark(), q.Certainty == quiz.CertaintyMarks))
		}
	}
	for _, p := range e.Pools {
		parts = append(parts, fmt.Sprintf("%s %d", p.ID, p.Take))
	}
	slices.Sort(parts)
	return strings.Join(parts, "\n")
}

func (t *Tally) add(key string, one Taken) {
	if t.tests == nil {
		t.tests = map[string]*test{}
	}
	if t.tests[key] == nil {
		t.tests[key] = newTest(one.Edition)
	}
	t.tests[key].add(one)
}

func newTest(e quiz.Edition) *test {
	t := &test{columns: map[string]int{}, newest: e, editions: map[string]bool{}, chosen: map[*quiz.Question]map[quiz.Sent]*chosen{}}
	for _, q := range e.Questions {
		if _, twice := t.columns[q.ID]; q.Scored() && !twice {
			t.columns[q.ID] = len(t.columns)
			t.marks.Max = append(t.marks.Max, q.Mark())
		}
	}
	t.counts = make([]answerCounts, len(t.columns))
	return t
}

func (t *test) add(one Taken) {
	a, asked := one.Attempt, one.Attempt.Of(one.Edition).Questions
	t.editions[one.Edition.Hash()] = true
	if one.Edition.Since > t.newest.Since {
		t.newest = one.Edition
	}
	row, total := make([]float64, len(t.columns)), 0.0
	for i := range row {
		row[i] = NotAsked()
	}
	for i, q := range asked {
		if q.Scored() {
			points := a.Earned(i, q)
			row[t.columns[q.ID]] = points
			total += points
		}
	}
	t.marks.Rows = append(t.marks.Rows, row)
	for i, q := range asked {
		if q.Scored() {
			t.count(q, a.Answers[i], total)
		}
	}
}

// count notes an answer. What was sent at the first try is what the learner thought; later tries follow hints.
func (t *test) count(q *quiz.Question, ans *quiz.Answer, total float64) {
	n := &t.counts[t.columns[q.ID]]
	if ans == nil {
		n.Blank++
		return
	}
	switch quiz.State(ans.Fraction) {
	case quiz.Right:
		n.Right++
	case quiz.Partial:
		n.Partial++
	default:
		n.Wrong++
	}
	t.choose(q, ans.Tries[0], total)
}

// choose notes what was sent first, by somebody who earned so much in all.
func (t *test) choose(q *quiz.Question, first quiz.Sent, total float64) {
	if t.chosen[q] == nil {
		t.chosen[q] = map[quiz.Sent]*chosen{}
	}
	c := t.chosen[q][first]
	if c == nil {
		c = &chosen{}
		t.chosen[q][first] = c
	}
	c.n++
	c.totals += total
}

// Tests are the analyses of all tests, the newest first.
func (t *Tally) Tests() []TestReport {
	list := []TestReport{}
	for _, one := range t.tests {
		list = append(list, one.analysis())
	}
	slices.SortFunc(list, func(a, b TestReport) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(b.Attempts, a.Attempts), cmp.Compare(a.Edition, b.Edition))
	})
	return list
}
