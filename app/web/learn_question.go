package web

import (
	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
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
}

// Step is a question in the row of all questions.
type Step struct {
	N     int
	ID    string
	State string // "", right, partial or wrong
	Here  bool
}

// QuestionView is a question as it is shown on a page.
type QuestionView struct {
	Page
	ID, Kind string
	Stem     string
	Items    []quiz.Item
	Evidence []quiz.Evidence
	Revealed bool
	Fraction float64
	State    string // right, partial or wrong, when revealed
	Given    bool
	Message  string // why the answer was not taken, and how to mend it
	Print    bool   // on paper: boxes and lines instead of inputs
}

// question shows a question.
func (s *Server) question(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	e, err := s.Store.Edition(r.ctx(), w.Attempt.Edition)
	if err != nil {
		return err
	}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return fiber.ErrNotFound
	}
	return r.sendPage("learn/question", r.questionPage(w.Attempt, e, i, nil))
}

// questionPage is the page of the i-th question; typed is what was sent and not taken, if anything.
func (r *request) questionPage(a *quiz.Attempt, e quiz.Edition, i int, typed quiz.Response) *QuestionPage {
	q := e.Questions[i]
	p := &QuestionPage{AttemptFrame: r.frame(a), N: i + 1, Of: len(e.Questions), Done: a.Done()}
	p.Page = r.page("/attempts/"+a.ID+"/questions/"+q.ID, "question.title", "Number", i+1)
	p.Learner, p.Theme = true, p.AttemptFrame.theme
	p.Steps = steps(a, e, i)
	p.Question = questionView(p.Page, a, q, i, typed)
	if next := a.NextOpen(i); next >= 0 && next != i {
		p.Next = &p.Steps[next]
	}
	return p
}

func questionView(p Page, a *quiz.Attempt, q *quiz.Question, i int, typed quiz.Response) *QuestionView {
	v := &QuestionView{Page: p, ID: q.ID, Kind: q.Body.Kind(), Stem: q.Stem[p.Lang], Revealed: a.Reveals(i)}
	view := quiz.View{Lang: p.Lang, Seed: a.ID, Response: typed, Reveal: v.Revealed}
	if ans := a.Answers[i]; ans != nil {
		view.Response, v.Fraction, v.Given = ans.Response, ans.Fraction, true
	}
	v.Items = q.Items(view)
	if v.Revealed {
		v.Evidence, v.State = q.Evidence, quiz.State(v.Fraction)
	}
	return v
}

// steps is the row of all questions; here is -1 when none of them is shown.
func steps(a *quiz.Attempt, e quiz.Edition, here int) []Step {
	out := make([]Step, len(e.Questions))
	for i, q := range e.Questions {
		out[i] = Step{N: i + 1, ID: q.ID, Here: i == here}
		if ans := a.Answers[i]; ans != nil {
			out[i].State = quiz.State(ans.Fraction)
		}
	}
	return out
}

// AttemptFrame is what every page of an attempt says of it and of its lesson.
type AttemptFrame struct {
	Attempt     string
	LessonID    string
	LessonTitle string
	theme       string
}

func (r *request) frame(a *quiz.Attempt) AttemptFrame {
	f := AttemptFrame{Attempt: a.ID, LessonID: a.Lesson}
	f.LessonTitle, f.theme = r.lessonTitle(a.Lesson)
	return f
}

// LessonPath is the path of the attempt's lesson.
func (f AttemptFrame) LessonPath() string { return "/lessons/" + f.LessonID }

// lessonTitle is the title and theme of a lesson, which may have left the module since the attempt began.
func (r *request) lessonTitle(id string) (title, theme string) {
	if l := r.site.module.Lesson(id); l != nil {
		return l.Title[r.lang], l.Theme
	}
	return id, ""
}

func hasLesson(m *lesson.Module, id string) bool { return m.Lesson(id) != nil }
