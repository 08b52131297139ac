package web

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/store"
)

// QuestionPage is one question of an attempt: to be answered, or with its feedback.
type QuestionPage struct {
	Page
	AttemptFrame
	Steps    []Step
	N, Of    int // this question's number, and how many there are
	Question *QuestionView
	Away     bool  // the answer was not taken because the store does not answer
	Next     *Step // the next open question; nil when there is none
	Done     bool  // the attempt is handed in
	Later    bool  // feedback comes only after handing in
	Clock    *Clock

	Elsewhere string // what to say of an answer that was given in another tab or on another device
}

// Step is a question in the row of all questions.
type Step struct {
	N     int
	ID    string
	State string // "", right, partial, wrong; tried with a try left; given where nothing may be told yet
	Here  bool
}

// QuestionView is a question as it is shown on a page.
type QuestionView struct {
	Page
	ID, Kind string
	Stem     string
	Items    []quiz.Item
	Note     string // what a kind says beside its feedback
	Evidence []quiz.Evidence
	Revealed bool
	Scored   bool // false for opinions and own words
	Open     bool // not scored, and may still be changed though it is revealed
	Talk     bool // of a round: not scored, so it is talked about and nothing is kept
	Regraded bool // revealed, and its key was corrected after the attempt had begun
	Fraction float64
	State    string // right, partial or wrong, when revealed and scored
	Given    bool
	Shown    string // tag of the answer that is shown
	Try      int    // the try that the form makes, from 1; 0 where there is only one
	Left     int    // tries left, this one included
	Hint     string // after a try that was not right
	Levels   []Level
	Stakes   bool    // marks follow certainty
	Weight   float64 // points, where it is not one
	Message  string  // why the answer was not taken, and how to mend it
	Print    bool    // on paper: boxes and lines instead of inputs
	Lines    []int   // to write on, on paper
}

// ItemView is an item within a question.
type ItemView struct {
	*QuestionView
	quiz.Item
	N int // from 1
}

// Item puts the n-th item, from 0, into the question's frame, for the partials that show it.
func (v *QuestionView) Item(n int, it quiz.Item) ItemView { return ItemView{v, it, n + 1} }

// Why is why the item is right or wrong.
func (v ItemView) Why() string { return v.Item.Why }

// Evidence is the item's own.
func (v ItemView) Evidence() []quiz.Evidence { return v.Item.Evidence }

// Typed is the answer in words: what was typed, or the text of what was chosen.
func (v ItemView) Typed() string {
	for _, c := range v.Choices {
		if c.Chosen {
			return c.Text
		}
	}
	return v.Value
}

// First is the first word of the item: a box to tick stays beside it.
func (v ItemView) First() string {
	first, _, _ := strings.Cut(v.Text, " ")
	return first
}

// Rest is what follows the first word.
func (v ItemView) Rest() string { return strings.TrimPrefix(v.Text, v.First()) }

// One says whether just one option is chosen.
func (v *QuestionView) One() bool { return v.Kind != new(quiz.Choices).Kind() }

// Numbered are the items that can be answered, without the text around them: their places in the list are their numbers.
func (v *QuestionView) Numbered() (list []quiz.Item) {
	for _, it := range v.Items {
		if it.Form != quiz.FormText {
			list = append(list, it)
		}
	}
	return list
}

// Level is a level of certainty to choose.
type Level struct {
	Name   string
	Chosen bool
}

// question shows a question.
func (s *Server) question(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	if atRound(w.Attempt) {
		return r.seeOther(attemptsPath(w.Attempt.ID, true))
	}
	e, err := s.quizOf(r, w.Attempt)
	if err != nil {
		return err
	}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return fiber.ErrNotFound
	}
	p := r.questionPage(w, e, i, nil)
	p.Elsewhere = r.elsewhere(len(e.Questions))
	p.Newer = s.newer(r, w.Attempt.Lesson, w.Attempt.Edition)
	return r.sendPage("learn/question", p)
}

// questionPage is the page of the i-th question; typed is what was sent and not taken, if anything.
func (r *request) questionPage(w *store.Work, e quiz.Edition, i int, typed quiz.Response) *QuestionPage {
	a, q := w.Attempt, e.Questions[i]
	p := &QuestionPage{AttemptFrame: r.frame(w), N: i + 1, Of: len(e.Questions), Done: a.Done(), Later: !a.HasTries()}
	p.Page = r.page("/attempts/"+a.ID+"/questions/"+q.ID, "question.title", "Number", i+1)
	p.Learner, p.Theme = true, p.AttemptFrame.theme
	p.Steps, p.Clock = steps(a, e, i), clockOf(w, p.Page, r.now)
	p.Question = questionView(p.Page, a, q, i, typed)
	if next := a.NextOpen(i); next >= 0 && next != i {
		p.Next = &p.Steps[next]
	}
	return p
}

func questionView(p Page, a *quiz.Attempt, q *quiz.Question, i int, typed quiz.Response) *QuestionView {
	v := questionState(p, a, q, i, typed)
	v.fill(a, q, i, typed, a.ID)
	return v
}

// questionState is the view of a question but for what is asked: where the learner stands with it.
func questionState(p Page, a *quiz.Attempt, q *quiz.Question, i int, typed quiz.Response) *QuestionView {
	v := &QuestionView{Page: p, ID: q.ID, Kind: q.Body.Kind(), Stem: q.Stem[p.Lang], Revealed: a.Reveals(i), Scored: q.Scored()}
	v.Open = !v.Scored && !a.Done()
	if v.Scored && q.Mark() != 1 {
		v.Weight = q.Mark()
	}
	v.Regraded = v.Revealed && slices.Contains(a.Regraded, i)
	ans := a.Answers[i]
	v.Given, v.Shown = ans != nil, ans.Tag()
	switch {
	case !v.Scored:
		v.Evidence = q.Evidence
	case v.Revealed && ans != nil:
		v.Evidence, v.Fraction = q.Evidence, ans.Fraction
		// What is right is said by the answer itself; what earlier tries took off is said beside it.
		v.State = quiz.State(ans.Own(q))
		v.Try = len(ans.Tries)
	case v.Revealed:
		v.Evidence, v.State = q.Evidence, quiz.Wrong
	default:
		v.asks(a, q, i, typed)
	}
	return v
}

// fill puts in what is asked, in the order that the seed leads to.
func (v *QuestionView) fill(a *quiz.Attempt, q *quiz.Question, i int, typed quiz.Response, seed string) {
	view := quiz.View{Lang: v.Lang, Seed: seed, Response: typed, Reveal: v.Revealed}
	if ans := a.Answers[i]; ans != nil && (typed == nil || v.Revealed && v.Scored) {
		view.Response = ans.Response()
	}
	v.Items = q.Items(view)
	v.name()
	if body, ok := q.Body.(quiz.Noted); ok {
		v.Note = body.Note(v.Lang)
	}
}

// name gives words to items that have none of their author's: a gap is named by its number.
func (v *QuestionView) name() {
	gaps := 0
	for i := range v.Items {
		switch it := &v.Items[i]; {
		case it.Key != "":
			it.Text = v.T(it.Key)
		case v.Kind == new(quiz.Gaps).Kind() && it.Form != quiz.FormText:
			gaps++
			it.Text = v.T("gaps.gap", "Number", gaps)
		}
	}
}

// asks fills in what a form needs beside the question: which try it is, the hint, and the levels of certainty.
func (v *QuestionView) asks(a *quiz.Attempt, q *quiz.Question, i int, typed quiz.Response) {
	level := typed.One(certaintyField)
	if ans := a.Answers[i]; ans != nil {
		if typed == nil {
			level = ans.Certainty.String()
		}
		if a.HasTries() {
			tried := len(ans.Tries)
			v.Try, v.Left = tried+1, q.MaxTries()-tried
			v.Hint = q.Hints[tried-1][v.Lang]
			v.State = quiz.State(ans.Own(q))
		}
	} else if a.HasTries() && q.MaxTries() > 1 {
		v.Try, v.Left = 1, q.MaxTries()
	}
	if q.Certainty == "" {
		return
	}
	v.Stakes = q.Certainty == quiz.CertaintyMarks
	for _, l := range quiz.Levels {
		v.Levels = append(v.Levels, Level{l.String(), l.String() == level})
	}
}

// steps is the row of all questions; here is -1 when none of them is shown.
func steps(a *quiz.Attempt, e quiz.Edition, here int) []Step {
	out := make([]Step, len(e.Questions))
	for i, q := range e.Questions {
		out[i] = Step{N: i + 1, ID: q.ID, Here: i == here}
		out[i].State = stepState(a, e.Questions[i], i)
	}
	return out
}

func stepState(a *quiz.Attempt, q *quiz.Question, i int) string {
	ans := a.Answers[i]
	switch {
	case ans == nil:
		return ""
	case !q.Scored():
		return "given"
	case a.Reveals(i):
		return quiz.State(ans.Fraction)
	case a.HasTries():
		return "tried"
	}
	return "given"
}

// Clock says when a timed attempt ends.
type Clock struct {
	Time    string // when it ends, as people say it
	Left    int    // minutes, rounded up
	Seconds int    // the same, for scripts: the learner's own clock may be wrong
	Over    bool   // nothing but the grace is left
}

// clockOf is the clock of an attempt with a time limit; a due date alone needs none.
func clockOf(w *store.Work, p Page, now time.Time) *Clock {
	a := w.Attempt
	if a.Rules.Limit == 0 || a.Done() {
		return nil
	}
	end := a.End()
	left := end.Sub(now)
	c := &Clock{p.When(end), int((left + time.Minute - 1) / time.Minute), int(left / time.Second), left <= 0}
	if w.Given != nil {
		c.Time = p.Moment(end, w.Given.Class.Location())
	}
	return c
}

// AttemptFrame is what every page of an attempt says of it and of its lesson.
type AttemptFrame struct {
	Attempt     string
	LessonID    string
	LessonTitle string
	There       bool      // the lesson is still in the module
	Newer       bool      // its quiz has a newer version than the attempt's
	Task        *TaskView // for a class; nil for one's own work
	theme       string
}

func (r *request) frame(w *store.Work) AttemptFrame {
	a := w.Attempt
	f := AttemptFrame{Attempt: a.ID, LessonID: a.Lesson, There: hasLesson(r.site.module, a.Lesson)}
	f.LessonTitle, f.theme = r.lessonTitle(a.Lesson)
	if w.Given != nil {
		v := r.taskView(w.Given, w.Progress)
		f.Task = &v
	}
	return f
}

// LessonPath is the path of the attempt's lesson, on which the quiz is begun.
func (f AttemptFrame) LessonPath() string { return lessonPath(f.LessonID, f.Task) }

// lessonPath is the path of a lesson, on which a class's task is begun if there is one.
func lessonPath(id string, t *TaskView) string {
	if t == nil {
		return "/lessons/" + id
	}
	return "/lessons/" + id + "?for=" + t.Ref
}

// lessonTitle is the title and theme of a lesson, which may have left the module since the attempt began.
func (r *request) lessonTitle(id string) (title, theme string) {
	if l := r.site.module.Lesson(id); l != nil {
		return l.Title[r.lang], l.Theme
	}
	return id, ""
}

func hasLesson(m *lesson.Module, id string) bool { return m.Lesson(id) != nil }
