package quiz

import (
	"fmt"
	"maps"
	"slices"
)

// Regrading is what becomes of an attempt when the keys of its lesson are corrected.
type Regrading struct {
	Attempt   *Attempt   // as it becomes; with the same id, answers and times
	Edition   Edition    // that it is an attempt at from then on
	Old, New  Score      // what it has earned before and after
	Questions []Regraded // of its answered questions those whose key differs or that cannot be graded again
	Changed   bool       // there is something to store
}

// Regraded is what became of an answered question.
type Regraded struct {
	ID       string
	Outcome  RegradeOutcome
	Old, New float64 // points
}

// RegradeOutcome says why a question is or is not graded by its present key.
type RegradeOutcome string

// The outcomes.
const (
	KeySame      RegradeOutcome = "same"      // nothing of it differs: it stays in the version that was asked
	KeyCorrected RegradeOutcome = "corrected" // graded by the present key
	QuestionGone RegradeOutcome = "gone"      // the lesson asks it no more: it stays as graded
	FormChanged  RegradeOutcome = "form"      // of another kind, or the answer does not fit its form any more: it stays as graded
)

// Keys are a lesson's questions as they are now, to grade attempts again by. One goroutine may use them at a time.
type Keys struct {
	present map[string]*Question
	twins   map[string]*Question // in other words, by id
	derived map[string]Edition   // by what they are derived from: to hash one takes longer than all the rest
}

// NewKeys makes keys of the lesson's questions, and of those in other words by id.
func NewKeys(questions []*Question, twins map[string]*Question) *Keys {
	k := &Keys{map[string]*Question{}, twins, map[string]Edition{}}
	for _, q := range questions {
		k.present[q.ID] = q
	}
	return k
}

// Regrade grades an attempt again by the keys. e is the whole edition that the attempt names.
//
// A question is graded by its present version when that is of the same kind and can still read every try of the answer.
// One without an answer gets its present key as well, in an open attempt only when whatever its form can send still fits.
// Where the key is the same in all that the learner can see and earn, the question stays as it was asked, so that a
// mended comma or a new option changes nobody's attempt; where it differs, the present version takes the place of the
// old one in a derived edition, so that result and grade agree. Places, answers, tries, times and rules stay. Doing it
// again changes nothing.
func (k *Keys) Regrade(a *Attempt, e Edition) Regrading {
	r := Regrading{Attempt: a.Clone(), Old: a.Grade(a.Of(e))}
	at, replaced := a.askedAt(e), []int(nil)
	for place, old := range e.Questions {
		i, asked := at[place]
		if !asked {
			i = -1
		}
		now := k.now(e, place)
		outcome := a.keyOf(i, old, now)
		entry := Regraded{ID: old.ID, Outcome: outcome, Old: a.Earned(i, old)}
		if entry.New = entry.Old; outcome == KeyCorrected {
			r.Changed = r.Changed || asked
			replaced = append(replaced, place)
			r.Attempt.regrade(i, now)
			entry.New = r.Attempt.Earned(i, now)
		}
		if asked && a.Answers[i] != nil && outcome != KeySame {
			r.Questions = append(r.Questions, entry)
		}
	}
	if !r.Changed {
		return Regrading{Attempt: a, Edition: e, Old: r.Old, New: r.Old, Questions: r.Questions}
	}
	r.Edition = k.derive(e, replaced)
	r.Attempt.Edition = r.Edition.ID
	r.New = r.Attempt.Grade(r.Attempt.Of(r.Edition))
	return r
}

// now is the present version of the question at the place, in the wording that it is of; nil when there is none.
func (k *Keys) now(e Edition, place int) *Question {
	if e.Twin(place) {
		return k.twins[e.Questions[place].ID]
	}
	return k.present[e.Questions[place].ID]
}

// derive puts the present questions in the places of the old ones.
func (k *Keys) derive(e Edition, places []int) Edition {
	key := fmt.Sprint(e.Hash(), places)
	if d, ok := k.derived[key]; ok {
		return d
	}
	d := e
	d.Questions, d.ID = slices.Clone(e.Questions), ""
	for _, place := range places {
		d.Questions[place] = k.now(e, place)
	}
	k.derived[key] = d.Named()
	return k.derived[key]
}

// askedAt leads from a question's place in the edition to its place in the attempt.
func (a *Attempt) askedAt(e Edition) map[int]int {
	at := map[int]int{}
	for place := range e.Questions {
		if a.Drawn == nil {
			at[place] = place
		} else if i := slices.Index(a.Drawn, place); i >= 0 {
			at[place] = i
		}
	}
	return at
}

// keyOf compares the version of the i-th question that was asked with the present one. i is -1 for a question of the
// edition that the attempt does not ask: it follows the others, so that few derived editions come about.
func (a *Attempt) keyOf(i int, old, now *Question) RegradeOutcome {
	var ans *Answer
	if i >= 0 {
		ans = a.Answers[i]
	}
	switch {
	case now == nil:
		return QuestionGone
	case now.Body.Kind() != old.Body.Kind(), ans != nil && !now.reads(ans.responses()):
		return FormChanged
	case ans == nil && i >= 0 && !a.Done() && !now.takes(old):
		return FormChanged // somebody may be about to send the old form
	case !old.Scored() || sameKey(old, now, ans):
		return KeySame
	}
	return KeyCorrected
}

// regrade grades the i-th answer by the question. A try that the present key calls right leaves no further one.
func (a *Attempt) regrade(i int, q *Question) {
	if i < 0 {
		return
	}
	if !slices.Contains(a.Regraded, i) {
		a.Regraded = slices.Sorted(slices.Values(append(slices.Clone(a.Regraded), i)))
	}
	if a.Answers[i] == nil {
		return
	}
	next := *a.Answers[i]
	tries := next.responses()
	next.Fraction = gradeTries(q, tries)
	next.Closed = next.Closed || !a.Done() && a.closes(q, tries)
	a.Answers[i] = &next
}

// reads says whether the question can be answered with the tries as they are stored.
func (q *Question) reads(tries []Response) bool {
	return !slices.ContainsFunc(tries, func(r Response) bool {
		// In which language a number was typed is not stored, but only one reads it as the stored value.
		return !slices.ContainsFunc(Languages, func(lang string) bool {
			read, err := Read(q, r, lang)
			return err == nil && maps.EqualFunc(read, r, sameValues)
		})
	})
}

// sameValues compares without order: options may have been moved.
func sameValues(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// takes says whether all that the other question's form can send belongs to this one, and no field would be missing.
func (q *Question) takes(old *Question) bool {
	now, before := q.form(), old.form()
	return maps.EqualFunc(now, before, func(has, needs map[string]bool) bool {
		for value := range needs {
			if !has[value] {
				return false
			}
		}
		return true
	})
}

// form is the question's fields with the values that can be chosen in them.
func (q *Question) form() map[string]map[string]bool {
	fields := map[string]map[string]bool{}
	for _, it := range q.Items(View{Lang: Languages[0]}) {
		if it.Field == "" {
			continue
		}
		if fields[it.Field] == nil {
			fields[it.Field] = map[string]bool{}
		}
		if it.Form == FormOption || it.Form == FormMark {
			fields[it.Field][it.Value] = true
		}
		for _, choice := range it.Choices {
			fields[it.Field][choice.Value] = true
		}
	}
	return fields
}

// sameKey says whether an answer, nil for none, earns by both versions the same out of the same, and whether what was
// asked has the same solution.
func sameKey(old, now *Question, ans *Answer) bool {
	var r Response
	if ans != nil {
		r = ans.Response()
		if gradeTries(now, ans.responses()) != ans.Fraction || ans.share(old) != ans.share(now) {
			return false
		}
	}
	if old.Mark() != now.Mark() {
		return false
	}
	before, after := old.solution(r), now.solution(r)
	for part, right := range before {
		// A wrong option that is no longer there was wrong all the same.
		if got, there := after[part]; got != right && (there || right != notRight) {
			return false
		}
	}
	return true
}

const notRight = "false false"

// solution is what is shown as right to somebody who gave the answer: for options and marks whether they are, for
// everything else how it was answered and the solution.
func (q *Question) solution(r Response) map[string]string {
	parts := map[string]string{}
	for _, lang := range Languages {
		for _, it := range q.Items(View{Lang: lang, Response: r, Reveal: true}) {
			switch it.Form {
			case FormText, FormCriterion, FormStance, FormWords:
			case FormOption, FormMark:
				parts[it.Field+"="+it.Value] = fmt.Sprint(it.Right, it.Part)
			default:
				parts[lang+" "+it.Field] = fmt.Sprint(it.Right, it.Part, " ", it.Solution)
			}
		}
	}
	return parts
}
