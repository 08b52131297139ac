package web

import (
	"cmp"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// WorkPage is a pupil's attempt at an assignment as the class's teachers see it: answer by answer, also before the pupil
// may see the result, and of an open one what is given so far.
type WorkPage struct {
	Page
	ClassFrame
	AssignmentFrame
	Pupil     string
	Attempts  []WorkAttempt // of the pupil at the assignment, oldest first
	Number    int           // of this one among them
	Done      bool
	Late      bool
	At        string // when it was handed in, or begun
	Withheld  bool   // the pupil does not see the result yet
	Given, Of int    // questions
	Score     quiz.Score
	Questions []ResultView // of an open attempt those that have an answer
	Steps     []Step
	Comment   CommentForm
}

// WorkAttempt is an attempt in the list.
type WorkAttempt struct {
	Number int
	Path   string
	Here   bool
	Counts bool
	Done   bool
	Score  string // "" when there is none
	At     string
}

// CommentForm is what a teacher says to a pupil about an attempt.
type CommentForm struct {
	Path    string // below the language
	Text    string // as stored, or as it was typed
	Message string // why it was not taken
	Said    bool   // it was stored just now
	There   bool   // there is one to take back
	Rows    int
}

// AssignmentFrame is what every page of an assignment says of it.
type AssignmentFrame struct {
	Assignment  school.Assignment
	LessonTitle string
	DueText     string
}

// ResultsPath is the path of what the class's attempts say about the assignment's questions.
func (p WorkPage) ResultsPath() string { return assignmentPath(p.ClassFrame, p.Assignment, "/results") }

func (r *request) assignmentFrame(c school.Class, a school.Assignment) AssignmentFrame {
	f := AssignmentFrame{Assignment: a}
	f.LessonTitle, _ = r.lessonTitle(a.Lesson)
	f.DueText = r.page("", "nav.module").Moment(a.DueFor(school.Member{}), c.Location())
	return f
}

// pupilWork is the attempt of the request with its pupil, for one of the class's teachers. What is not of this class, and
// who is no longer in it, is not found.
func (s *Server) pupilWork(r *request) (*school.Room, *store.Work, error) {
	room, err := s.room(r)
	if err != nil {
		return nil, nil, err
	}
	learner, attempt := r.Params("learner"), r.Params("attempt")
	task, ok := school.TaskOf(attempt)
	if _, in := room.Member(learner); !ok || !in || task.Class != room.ID {
		return nil, nil, store.ErrNotFound
	}
	w, err := s.Store.Work(r.ctx(), learner, task, attempt, r.now)
	if err != nil {
		return nil, nil, err
	}
	if w.Attempt == nil || w.Given == nil || w.Learner.Gone {
		return nil, nil, store.ErrNotFound
	}
	return room, w, nil
}

func (s *Server) pupilAttempt(r *request) error {
	room, w, err := s.pupilWork(r)
	if err != nil {
		return err
	}
	said, err := s.Store.CommentOn(r.ctx(), w.Learner.ID, w.Attempt.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	form := CommentForm{Text: said.Text, There: said.Text != "", Said: r.Query("said") != ""}
	return s.sendWork(r, room, w, form)
}

// sendWork shows an attempt with the form for a comment.
func (s *Server) sendWork(r *request, room *school.Room, w *store.Work, form CommentForm) error {
	e, err := s.quizOf(r, w.Attempt)
	if err != nil {
		return err
	}
	all, err := s.Store.Attempts(r.ctx(), w.Learner.ID, []string{w.Task.String()}, r.now)
	if err != nil {
		return err
	}
	p := r.workPage(room, w, e)
	if p.Attempts, p.Number, err = s.workAttempts(r, p, w, all[w.Task.String()]); err != nil {
		return err
	}
	form.Path = attemptPath(p.ClassFrame, w.Learner.ID, w.Attempt.ID) + "/comment"
	form.Rows = min(max(4, utf8.RuneCountInString(form.Text)/60+2), 16)
	p.Comment = form
	return r.sendPage("teach/work", p)
}

func (r *request) workPage(room *school.Room, w *store.Work, e quiz.Edition) *WorkPage {
	a, g := w.Attempt, w.Given
	p := &WorkPage{ClassFrame: ClassFrame{room, "gradebook"}, AssignmentFrame: r.assignmentFrame(room.Class, g.Assignment), Pupil: g.Member.Name}
	p.Page = r.page(attemptPath(p.ClassFrame, w.Learner.ID, a.ID), "work.title", "Name", p.Pupil, "Lesson", p.LessonTitle)
	p.Done, p.Given, p.Of, p.Withheld = a.Done(), a.Given(), len(e.Questions), a.Done() && !a.Reviewable()
	at := a.Started
	if p.Done {
		at, p.Late = a.Finished, a.Finished.After(g.Assignment.DueFor(g.Member))
	}
	p.At, p.Score = p.Moment(at, room.Location()), a.Grade(e)
	shown := a.Clone() // the teacher sees what the pupil sees only later
	shown.Released = true
	shown.Finish(r.now)
	p.Questions = resultViews(p.Page, shown, e)
	for i := range p.Questions {
		p.Questions[i].Theirs = true
	}
	p.Steps = steps(shown, e, -1)
	if !p.Done {
		p.Questions = slices.DeleteFunc(p.Questions, func(q ResultView) bool { return !q.Given })
		p.Steps = nil
	}
	return p
}

// workAttempts lists a pupil's attempts at a task; here is the number of the one that is shown.
func (s *Server) workAttempts(r *request, p *WorkPage, w *store.Work, all []*quiz.Attempt) (list []WorkAttempt, here int, err error) {
	counted := w.Given.Standing(w.Progress, r.now).Counted
	slices.SortFunc(all, func(a, b *quiz.Attempt) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID))
	})
	for i, a := range all {
		w.Given.Bind(a, r.now)
		a.Settle(r.now)
		e, err := s.quizOf(r, a)
		if err != nil {
			return nil, 0, err
		}
		one := WorkAttempt{
			Number: i + 1, Path: attemptPath(p.ClassFrame, w.Learner.ID, a.ID), Here: a.ID == w.Attempt.ID,
			Counts: a.ID == counted, Done: a.Done(),
		}
		if one.Here {
			here = i + 1
		}
		at := a.Started
		if one.Done {
			at = a.Finished
		}
		one.At = p.Moment(at, p.Room.Location())
		if score := a.Grade(e); one.Done && score.Max > 0 {
			one.Score = p.Page.Score(score)
		}
		list = append(list, one)
	}
	return list, here, nil
}

// Fields of the form for a comment.
const (
	commentField = "text"
	removeField  = "remove"
)

// comment stores what a teacher says to a pupil about an attempt, or takes it back. Sent twice it is said once.
func (s *Server) comment(r *request) error {
	room, w, err := s.pupilWork(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	text := school.CleanComment(typed(form, commentField))
	if form[removeField] != nil {
		text = ""
	}
	if n := utf8.RuneCountInString(text); n > school.MostComment {
		message := r.page("", "nav.module").T("work.comment_long", "N", n-school.MostComment)
		r.Status(fiber.StatusUnprocessableEntity)
		return s.sendWork(r, room, w, CommentForm{Text: text, Message: message, There: true})
	}
	if err := s.Store.Comment(r.ctx(), w.Learner.ID, w.Task, w.Attempt.ID, school.Comment{Text: text, At: r.now.Unix()}); err != nil {
		return err
	}
	return r.seeOther(attemptPath(ClassFrame{Room: room}, w.Learner.ID, w.Attempt.ID) + "?said=1#comment")
}
