package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrFinished is an answer that came after the attempt was handed in.
var ErrFinished = errors.New("quiz: the attempt is handed in")

// Attempt is one go at a lesson's quiz in the Practice behaviour: feedback after each answer, one try a question.
// Its id is the seed of the option order.
type Attempt struct {
	ID       string
	Lesson   string
	Edition  string    // hash of the questions it was begun with
	Started  time.Time // whole seconds
	Finished time.Time // zero while it is open
	Answers  []*Answer // one a question in the edition's order; nil where none is given yet
	Rev      int       // counts the saved changes; a save is refused when it is not the stored one
}

// Answer is what was answered to one question, and what it earned.
type Answer struct {
	Response Response
	Fraction float64
	Try      int           // 1 for the first try
	After    time.Duration // since the start, whole seconds
}

// NewAttempt begins an attempt at an edition.
func NewAttempt(id string, e Edition, now time.Time) *Attempt {
	return &Attempt{ID: id, Lesson: e.Lesson, Edition: e.Hash(), Started: now.Truncate(time.Second), Answers: make([]*Answer, len(e.Questions))}
}

// Answer grades a response to the i-th question and keeps it. A question that has its answer keeps it: a double click,
// a second tab or a repeated request changes nothing and reports false. After handing in, a new answer is ErrFinished.
func (a *Attempt) Answer(i int, q *Question, r Response, now time.Time) (changed bool, err error) {
	if a.Answers[i] != nil {
		return false, nil
	}
	if a.Done() {
		return false, ErrFinished
	}
	a.Answers[i] = &Answer{Response: r, Fraction: Grade(q, r), Try: 1, After: max(now.Sub(a.Started), 0).Truncate(time.Second)}
	return true, nil
}

// Finish hands the attempt in; it reports false when it was already.
func (a *Attempt) Finish(now time.Time) bool {
	if a.Done() {
		return false
	}
	a.Finished = now.Truncate(time.Second)
	return true
}

// Done says whether the attempt is handed in.
func (a *Attempt) Done() bool { return !a.Finished.IsZero() }

// Reveals says whether what is right in the i-th question may be shown.
func (a *Attempt) Reveals(i int) bool { return a.Done() || a.Answers[i] != nil }

// Given counts the questions that have an answer.
func (a *Attempt) Given() (n int) {
	for _, ans := range a.Answers {
		if ans != nil {
			n++
		}
	}
	return n
}

// Points is the sum of the fractions, 0..len(Answers).
func (a *Attempt) Points() (sum float64) {
	for _, ans := range a.Answers {
		if ans != nil {
			sum += ans.Fraction
		}
	}
	return round7(sum)
}

// NextOpen is the first unanswered question after the i-th, going round; -1 when there is none.
func (a *Attempt) NextOpen(i int) int {
	for step := 1; step <= len(a.Answers); step++ {
		if j := (i + step) % len(a.Answers); a.Answers[j] == nil {
			return j
		}
	}
	return -1
}

// Clone is a copy whose answers can be changed without changing a's.
func (a *Attempt) Clone() *Attempt {
	c := *a
	c.Answers = slices.Clone(a.Answers)
	return &c
}

// attemptJSON is the stored form: short names, times in Unix seconds, no id (it is the key) and no revision (it stands
// before the JSON, so that a script can compare it without parsing).
type attemptJSON struct {
	Edition  string    `json:"e"`
	Started  int64     `json:"s"`
	Finished int64     `json:"f,omitempty"`
	Answers  []*Answer `json:"a"`
}

// MarshalJSON writes the stored form; an attempt at ten choices takes about 400 bytes.
func (a *Attempt) MarshalJSON() ([]byte, error) {
	out := attemptJSON{Edition: a.Edition, Started: a.Started.Unix(), Answers: a.Answers}
	if a.Done() {
		out.Finished = a.Finished.Unix()
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the stored form.
func (a *Attempt) UnmarshalJSON(data []byte) error {
	var in attemptJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	a.Edition, a.Started, a.Answers = in.Edition, time.Unix(in.Started, 0).UTC(), in.Answers
	if in.Finished != 0 {
		a.Finished = time.Unix(in.Finished, 0).UTC()
	}
	return nil
}

// MarshalJSON writes [response, fraction, try, seconds]. Spaces stand between the response's fields: JSON would write each
// "&" in six bytes, and an encoded response holds no space.
func (ans *Answer) MarshalJSON() ([]byte, error) {
	response := strings.ReplaceAll(ans.Response.Encode(), "&", " ")
	return json.Marshal([]any{response, ans.Fraction, ans.Try, int64(ans.After / time.Second)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (ans *Answer) UnmarshalJSON(data []byte) error {
	var response string
	var seconds int64
	in := []any{&response, &ans.Fraction, &ans.Try, &seconds}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	if len(in) != 4 {
		return fmt.Errorf("quiz: an answer has 4 parts, not %d", len(in))
	}
	ans.After = time.Duration(seconds) * time.Second
	var err error
	ans.Response, err = DecodeResponse(strings.ReplaceAll(response, " ", "&"))
	return err
}
