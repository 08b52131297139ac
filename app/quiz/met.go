package quiz

import (
	"slices"
	"time"
)

// Met is a question of an attempt whose solution may be shown, and how it went.
type Met struct {
	Question  *Question
	I         int  // its place in the attempt
	Twin      bool // it was asked in other words
	Answered  bool
	Right     bool      // by the answer itself, whatever earlier tries took off
	Tries     int       // of the answer
	Certainty Certainty // as far as it was said
	At        time.Time // of the answer; without one, of handing in
}

// Hesitant says whether the learner was unsure, or had another try with a hint.
func (m Met) Hesitant() bool {
	return m.Certainty == NoIdea || m.Certainty == Unsure || m.Tries > 1
}

// Confident says whether the learner was sure.
func (m Met) Confident() bool { return m.Certainty == Fairly || m.Certainty == Very }

// Lucky says whether the answer was right without a thought behind it.
func (m Met) Lucky() bool { return m.Right && m.Certainty == NoIdea }

// Met are the scored questions of the attempt whose solutions may be shown, in order: of a Test none before release. e is
// the whole edition that the attempt names.
func (a *Attempt) Met(e Edition) (list []Met) {
	for i, q := range a.Of(e).Questions {
		if i >= len(a.Answers) || !q.Scored() || !a.Reveals(i) {
			continue
		}
		m := Met{Question: q, I: i, Twin: e.Twin(a.place(i)), At: a.Finished}
		if ans := a.Answers[i]; ans != nil {
			m.Answered, m.Right, m.Tries, m.Certainty = true, State(ans.Own(q)) == Right, len(ans.Tries), ans.Certainty
			m.At = a.Started.Add(ans.After)
		}
		list = append(list, m)
	}
	return list
}

// place is the place in the edition of the attempt's i-th question.
func (a *Attempt) place(i int) int {
	if a.Drawn == nil {
		return i
	}
	return a.Drawn[i]
}

// Twin says whether the question at the place is another one in other words: it has the id of one before it.
func (e Edition) Twin(place int) bool {
	return slices.ContainsFunc(e.Questions[:place], func(q *Question) bool { return q.ID == e.Questions[place].ID })
}

// Other is the place of the same question in other words than at the place, -1 when there is none.
func (e Edition) Other(place int) int {
	for i, q := range e.Questions {
		if i != place && q.ID == e.Questions[place].ID {
			return i
		}
	}
	return -1
}

// NewAttemptAt begins an attempt at the questions in these places of an edition, in this order.
func NewAttemptAt(id string, e Edition, places []int, rules Rules, now time.Time) *Attempt {
	return &Attempt{ID: id, Lesson: e.Lesson, Edition: e.Hash(), Drawn: places, Rules: rules, Started: now.Truncate(time.Second), Answers: make([]*Answer, len(places))}
}
