package quiz

import (
	"errors"
	"slices"
	"time"
)

// Errors of an answer that comes too late, or too early. What was saved before stays as it is.
var (
	ErrFinished = errors.New("quiz: the attempt is handed in")
	ErrTimeUp   = errors.New("quiz: the time is up")
	ErrNotOpen  = errors.New("quiz: the question is not open") // of a class that goes on together
)

// Attempt is one go at a lesson's quiz. Its id is the seed of every order in it.
type Attempt struct {
	ID       string
	Lesson   string
	Edition  string    // hash of the questions it was begun with
	Drawn    []int     // places in the edition of the questions that pools gave it; nil: all of them
	Rules    Rules     // how it behaves
	Started  time.Time // whole seconds
	Finished time.Time // zero while it is open
	Answers  []*Answer // one a question in order; nil where none is given yet
	Rev      int       // counts the saved changes; a save is refused when it is not the stored one
	Regraded []int     // places of the questions whose key was corrected after the attempt had begun, ascending

	// Not stored with the attempt: who reads it says so, because a class may change its mind.
	Released bool      // of a Test: answers and feedback may be seen
	Closes   time.Time // no answer is taken after it, whatever the limit says; zero for never
	Pace     *Pace     // of a class that goes on together; nil where everybody goes on by themselves
}

// Answer is what was answered to one question, and what it earned.
type Answer struct {
	Tries     []Sent        // oldest first, at least one; the last one is the answer
	Fraction  float64       // of the mark, 0..1, with what earlier tries took off
	Closed    bool          // Practice: no further try
	Certainty Certainty     // how sure the learner was, if they were asked and said so
	After     time.Duration // since the start, whole seconds
}

// Response is the answer that counts.
func (ans *Answer) Response() Response { return ans.Tries[len(ans.Tries)-1].Response() }

// Own is the fraction that the answer earns at the question by itself, whatever earlier tries took off. Of an only try it is
// known, for nothing was taken off.
func (ans *Answer) Own(q *Question) float64 {
	if len(ans.Tries) == 1 {
		return ans.Fraction
	}
	return Grade(q, ans.Response())
}

// Submission is an answer on its way in.
type Submission struct {
	Response  Response
	Certainty Certainty
	Try       int           // which try the learner saw themselves making, from 1; 0 when the form does not say
	Age       time.Duration // how long it has waited for a connection, as the browser says
}

// NewAttempt begins an attempt at an edition. seen counts how often each question (by id) was met in earlier attempts:
// of a pool, those come first that were met least.
func NewAttempt(id string, e Edition, rules Rules, seen map[string]int, now time.Time) *Attempt {
	a := &Attempt{ID: id, Lesson: e.Lesson, Edition: e.Hash(), Rules: rules, Started: now.Truncate(time.Second)}
	a.Drawn = e.draw(id, seen)
	a.Answers = make([]*Answer, len(a.Of(e).Questions))
	return a
}

// Of is the edition with only the questions that the attempt asks, in order.
func (a *Attempt) Of(e Edition) Edition {
	if a.Drawn == nil {
		return e
	}
	out := e
	out.Questions = make([]*Question, 0, len(a.Drawn))
	for _, i := range a.Drawn {
		if i >= 0 && i < len(e.Questions) {
			out.Questions = append(out.Questions, e.Questions[i])
		}
	}
	return out
}

// Answer grades a submission to the i-th question and keeps it as the attempt's preset says. It reports whether
// anything changed: what is stored already stays, so that a double click, a second tab or a repeated request changes
// nothing. What is not graded has no tries and may be changed until the end; to go on without words takes none away.
// Where an answer may be changed the one that was given later stays, also when the earlier one had to wait and arrives
// after it. What comes after the end is ErrFinished or ErrTimeUp, however long it has waited. Where a class goes on
// together, an answer may be changed while its question is open, and is ErrNotOpen before and after.
func (a *Attempt) Answer(i int, q *Question, s Submission, now time.Time) (changed bool, err error) {
	ans := a.Answers[i]
	tries := a.HasTries() && q.Scored()
	if tries && (a.Locked(i) || ans != nil && s.Try != 0 && s.Try <= len(ans.Tries)) {
		return false, nil
	}
	if ans != nil && s.Response.One(seenField) != "" {
		return false, nil
	}
	sent := s.Response.Sent()
	if ans != nil && ans.Tries[len(ans.Tries)-1] == sent && ans.Certainty == s.Certainty {
		return false, nil
	}
	after := max(now.Sub(a.Started)-max(s.Age, 0), 0).Truncate(time.Second)
	if ans != nil && !tries && s.Age > 0 && ans.After > after {
		return false, nil
	}
	if err := a.accepts(now); err != nil {
		return false, err
	}
	if a.Pace != nil && !a.Pace.takes(i) {
		return false, ErrNotOpen
	}
	next := &Answer{Tries: []Sent{sent}, Certainty: s.Certainty, After: after}
	if tries && ans != nil {
		next.Tries = append(slices.Clone(ans.Tries), sent)
	}
	all := []Response{s.Response}
	if len(next.Tries) > 1 {
		all = append(ans.responses(), s.Response)
	}
	next.Fraction = gradeTries(q, all)
	// Whether a further try is due depends on what this one is worth by itself, not on what the earlier ones took off.
	next.Closed = a.closes(q, all)
	a.Answers[i] = next
	return true, nil
}

// closes says whether no further try is due after these.
func (a *Attempt) closes(q *Question, tries []Response) bool {
	return a.Rules.Preset == Practice && (a.Pace != nil || !q.Scored() || len(tries) >= q.MaxTries() || State(Grade(q, tries[len(tries)-1])) == Right)
}

// Locked says whether the i-th question keeps the answer it has, because its solution was shown.
func (a *Attempt) Locked(i int) bool {
	return a.HasTries() && a.Answers[i] != nil && a.Answers[i].Closed
}

// GiveUp ends the tries at the i-th question of a Practice, so that the solution may be seen. It needs one try.
func (a *Attempt) GiveUp(i int, now time.Time) (changed bool, err error) {
	ans := a.Answers[i]
	if !a.HasTries() || ans == nil || ans.Closed {
		return false, nil
	}
	if err := a.accepts(now); err != nil {
		return false, err
	}
	closed := *ans
	closed.Closed = true
	a.Answers[i] = &closed
	return true, nil
}

func (a *Attempt) accepts(now time.Time) error {
	end := a.End()
	switch {
	case !end.IsZero() && now.After(end.Add(Grace)):
		return ErrTimeUp
	case a.Done():
		return ErrFinished
	}
	return nil
}

// Finish hands the attempt in; it reports false when it was already.
func (a *Attempt) Finish(now time.Time) bool {
	if a.Done() {
		return false
	}
	a.Finished = now.Truncate(time.Second)
	return true
}

// Done says whether the attempt is handed in or, once settled, over.
func (a *Attempt) Done() bool { return !a.Finished.IsZero() }

// Reveals says whether what is right in the i-th question may be shown.
func (a *Attempt) Reveals(i int) bool {
	switch a.Rules.Preset {
	case Homework:
		return a.Done()
	case Test:
		return a.Done() && a.Released
	}
	if a.Pace != nil {
		return a.Done() || a.Pace.reveals(i)
	}
	return a.Done() || a.Answers[i] != nil && a.Answers[i].Closed
}

// Reviewable says whether the attempt's result may be shown.
func (a *Attempt) Reviewable() bool { return a.Done() && (a.Rules.Preset != Test || a.Released) }

// Given counts the questions that have an answer. In Practice one with tries left has none yet.
func (a *Attempt) Given() (n int) {
	for i := range a.Answers {
		if a.answered(i) {
			n++
		}
	}
	return n
}

func (a *Attempt) answered(i int) bool {
	return a.Answers[i] != nil && (a.Answers[i].Closed || a.Rules.Preset != Practice)
}

// Grade is what the attempt has earned of what its questions can earn; nothing of nothing where nothing is counted. e is
// the attempt's own edition (see Of).
func (a *Attempt) Grade(e Edition) Score {
	s := Score{Percent: e.Percent}
	if e.NoScore {
		return s
	}
	for i, q := range e.Questions {
		s.Max += q.Mark()
		if i < len(a.Answers) && a.Answers[i] != nil {
			s.Points += q.Mark() * a.Answers[i].share(q)
		}
	}
	s.Points, s.Max = round7(s.Points), round7(s.Max)
	return s
}

// Earned is what the i-th answer earns at the question, in points; 0 without an answer. With marks by certainty it may be
// below 0.
func (a *Attempt) Earned(i int, q *Question) float64 {
	if i < 0 || a.Answers[i] == nil {
		return 0
	}
	return round7(q.Mark() * a.Answers[i].share(q))
}

// share is what the answer earns of the question's mark: the fraction, or by certainty where the author wants it so.
func (ans *Answer) share(q *Question) float64 {
	if q.Certainty == CertaintyMarks {
		return ans.Certainty.Mark(ans.Fraction) / mostCertaintyMark
	}
	return ans.Fraction
}

// NextOpen is the first unanswered question after the i-th, going round; -1 when there is none.
func (a *Attempt) NextOpen(i int) int {
	for step := 1; step <= len(a.Answers); step++ {
		if j := (i + step) % len(a.Answers); !a.answered(j) {
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
