package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
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
	Edition  string   `json:"e"`
	Started  int64    `json:"s"`
	Finished int64    `json:"f,omitempty"`
	Answers  []string `json:"a"` // "" where none is given yet
}

// MarshalJSON writes the stored form; an attempt at ten choices takes about 300 bytes.
func (a *Attempt) MarshalJSON() ([]byte, error) {
	out := attemptJSON{Edition: a.Edition, Started: a.Started.Unix(), Answers: make([]string, len(a.Answers))}
	if a.Done() {
		out.Finished = a.Finished.Unix()
	}
	for i, ans := range a.Answers {
		if ans != nil {
			out.Answers[i] = ans.encode()
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the stored form.
func (a *Attempt) UnmarshalJSON(data []byte) error {
	var in attemptJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	a.Edition, a.Started, a.Answers = in.Edition, time.Unix(in.Started, 0).UTC(), make([]*Answer, len(in.Answers))
	if in.Finished != 0 {
		a.Finished = time.Unix(in.Finished, 0).UTC()
	}
	for i, text := range in.Answers {
		if text == "" {
			continue
		}
		var err error
		if a.Answers[i], err = decodeAnswer(text); err != nil {
			return fmt.Errorf("quiz: answer %d: %w", i+1, err)
		}
	}
	return nil
}

// encode writes "FRACTION,TRY,SECONDS FIELD=VALUE…": one plain string, because JSON inside JSON took a third of the
// time of an answer. Spaces stand between the response's fields: JSON would write each "&" in six bytes, and an
// encoded response holds no space.
func (ans *Answer) encode() string {
	b := strconv.AppendFloat(nil, ans.Fraction, 'g', -1, 64)
	b = strconv.AppendInt(append(b, ','), int64(ans.Try), 10)
	b = strconv.AppendInt(append(b, ','), int64(ans.After/time.Second), 10)
	return string(b) + " " + strings.ReplaceAll(ans.Response.Encode(), "&", " ")
}

// decodeAnswer reads what encode wrote.
func decodeAnswer(text string) (*Answer, error) {
	head, response, ok := strings.Cut(text, " ")
	parts := strings.Split(head, ",")
	if !ok || len(parts) != 3 {
		return nil, errors.New("it has not three figures and a response")
	}
	fraction, err1 := strconv.ParseFloat(parts[0], 64)
	try, err2 := strconv.Atoi(parts[1])
	seconds, err3 := strconv.ParseInt(parts[2], 10, 64)
	r, err4 := DecodeResponse(strings.ReplaceAll(response, " ", "&"))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return nil, err
	}
	if math.IsNaN(fraction) || math.IsInf(fraction, 0) || seconds < 0 || seconds > math.MaxInt64/int64(time.Second) {
		return nil, errors.New("its figures are out of range")
	}
	return &Answer{Response: r, Fraction: fraction, Try: try, After: time.Duration(seconds) * time.Second}, nil
}
