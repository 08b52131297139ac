package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of an answer's form that belong to no kind. Ids have no underscore, so no question can have a field of the name.
const (
	tryField       = "_try"
	certaintyField = "_certainty"
	solutionField  = "_solution" // show the solution instead of trying again
	shownField     = "_shown"    // tag of the answer that the form showed
	ageField       = "_age"      // seconds that the answer has waited for a connection
)

// outcome is what became of an answer, for the script that sent it.
type outcome struct {
	State   string `json:"state"`
	To      string `json:"to,omitempty"`      // the page that shows it
	Message string `json:"message,omitempty"` // why it was not taken
}

// The states of an outcome.
const (
	stateSaved   = "saved"   // also when another one is: To says so
	stateOver    = "over"    // handed in already, or the time is up
	stateRefused = "refused" // to be mended
	stateGone    = "gone"    // no such attempt in this browser
	stateAway    = "away"    // to be sent again
)

// byScript says whether a script asks, which shows the answer itself.
func byScript(c *fiber.Ctx) bool { return c.Get(fiber.HeaderAccept) == fiber.MIMEApplicationJSON }

// What is said where two tabs or devices answered the same question: it is a query's value and a key of the catalogue.
const (
	answerReplaced = "replaced" // this one, the later one, counts
	answerKept     = "kept"     // the other one counts
)

// answer takes the answer to a question: two trips, and the browser is sent on only when it is safe.
func (s *Server) answer(r *request) error {
	form := formOf(r.Ctx)
	w, err := s.work(r)
	if err != nil {
		return s.answerFailed(r, form, err)
	}
	e, err := s.quizOf(r, w.Attempt)
	if err != nil {
		return s.answerFailed(r, form, err)
	}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return fiber.ErrNotFound
	}
	elsewhere, err := s.keepAnswer(r, w, &e, i, form)
	var input *quiz.InputError
	switch {
	case errors.As(err, &input) && byScript(r.Ctx):
		return r.Status(fiber.StatusUnprocessableEntity).JSON(outcome{State: stateRefused, Message: r.site.catalogues.For(r.lang).T(input.Key)})
	case errors.As(err, &input):
		p := r.questionPage(w, e, i, form)
		p.Question.Message = p.T(input.Key)
		p.Newer = s.newer(r, w.Attempt.Lesson, w.Attempt.Edition)
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("learn/question", p)
	case errors.Is(err, quiz.ErrFinished):
		return r.answered(stateOver, "/attempts/"+w.Attempt.ID+"/result")
	case errors.Is(err, quiz.ErrTimeUp):
		return r.answered(stateOver, "/attempts/"+w.Attempt.ID+"/result?late=1")
	case err != nil:
		return s.answerFailed(r, form, err)
	}
	return r.answered(stateSaved, afterAnswer(w.Attempt, e, i, elsewhere))
}

// answered sends the browser on, or tells a script where to go.
func (r *request) answered(state, path string) error {
	if !byScript(r.Ctx) {
		return r.seeOther(path)
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.JSON(outcome{State: state, To: "/" + r.lang + path})
}

// afterAnswer is where an answer leads: in Practice to its feedback, else on to the next question.
func afterAnswer(a *quiz.Attempt, e quiz.Edition, i int, elsewhere string) string {
	path, query := "/attempts/"+a.ID, ""
	if elsewhere != "" {
		query = "?elsewhere=" + elsewhere + "&n=" + strconv.Itoa(i+1)
	}
	switch {
	case a.Rules.Preset == quiz.Practice:
		return path + "/questions/" + e.Questions[i].ID + query + "#verdict"
	case i+1 < len(e.Questions):
		return path + "/questions/" + e.Questions[i+1].ID + query
	}
	return path + query
}

// elsewhere is what to say of a question that was answered in another tab or on another device meanwhile, if the address
// says so; of is how many questions there are.
func (r *request) elsewhere(of int) string {
	n, _ := strconv.Atoi(r.Query("n"))
	what := r.Query("elsewhere")
	if n < 1 || n > of || what != answerReplaced && what != answerKept {
		return ""
	}
	return r.site.catalogues.For(r.lang).T("elsewhere."+what, "Number", n)
}

// keepAnswer decides and saves; when another tab was quicker, it decides again on what is stored now. e becomes what the
// attempt asks by then: its questions keep their places, but a key may have been corrected. elsewhere says what became of
// the two answers when the form did not show the one that was stored.
func (s *Server) keepAnswer(r *request, w *store.Work, e *quiz.Edition, i int, form quiz.Response) (elsewhere string, err error) {
	for range tries {
		now := s.Now()
		before := w.Attempt.Answers[i]
		changed, err := change(w.Attempt, e.Questions[i], i, form, r, now)
		if err != nil {
			return "", err
		}
		elsewhere = metElsewhere(before, w.Attempt.Answers[i], e.Questions[i], form, r.lang)
		if !changed {
			// Stored already: a double click, a second tab, the way back, or a write whose acknowledgement was lost.
			return elsewhere, s.Store.Confirm(r.ctx(), w.Learner.ID)
		}
		err = s.Store.Save(r.ctx(), w, w.Progress.After(w.Attempt, w.Attempt.Grade(*e), now), now)
		if err == nil {
			s.live.announce(w.Task.Class)
		}
		if !errors.Is(err, store.ErrConflict) {
			return elsewhere, err
		}
		fresh, err := s.Store.Work(r.ctx(), w.Learner.ID, w.Task, w.Attempt.ID, now)
		if err != nil {
			return "", err
		}
		if fresh.Attempt == nil || fresh.Learner.Gone {
			return "", store.ErrNotFound
		}
		*w = *fresh
		if *e, err = s.quizOf(r, w.Attempt); err != nil {
			return "", err
		}
	}
	return "", store.ErrConflict
}

// metElsewhere says whether a form met another answer than the one it showed, and which of the two counts. An answer that
// is sent twice meets itself.
func metElsewhere(before, after *quiz.Answer, q *quiz.Question, form quiz.Response, lang string) string {
	shown, said := form[shownField]
	if before == nil || !said || len(shown) == 1 && shown[0] == before.Tag() {
		return ""
	}
	sent, err := quiz.Read(q, form, lang)
	switch {
	case err != nil || slices.Contains(before.Tries, sent.Sent()):
		return ""
	case after == before:
		return answerKept
	}
	return answerReplaced
}

// change makes of a form what it says: a further try, another answer, or giving up.
func change(a *quiz.Attempt, q *quiz.Question, i int, form quiz.Response, r *request, now time.Time) (changed bool, err error) {
	if form.One(solutionField) != "" {
		return a.GiveUp(i, now)
	}
	if a.Locked(i) && q.Scored() {
		return false, nil // whatever was sent: what is stored stays
	}
	response, err := quiz.Read(q, form, r.lang)
	if err != nil {
		return false, err
	}
	sent := quiz.Submission{Response: response}
	if q.Certainty != "" {
		var known bool
		if sent.Certainty, known = quiz.ParseCertainty(form.One(certaintyField)); !known {
			return false, &quiz.InputError{Key: "answer.invalid", Field: certaintyField}
		}
	}
	sent.Try, _ = strconv.Atoi(form.One(tryField)) // a page without it counts as the next try
	if seconds, err := strconv.Atoi(form.One(ageField)); err == nil && seconds > 0 {
		sent.Age = min(time.Duration(seconds)*time.Second, school.Kept)
	}
	return a.Answer(i, q, sent, now)
}

// answerFailed shows the question again with what was typed when the store is away, so that nothing is lost. The
// attempt cannot be read then, but its id leads to the lesson, whose questions are in memory.
func (s *Server) answerFailed(r *request, form quiz.Response, err error) error {
	away := errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
	task, ok := school.TaskOf(r.Params("attempt"))
	l := r.site.module.Lesson(task.Lesson)
	if !away || !ok || l == nil || byScript(r.Ctx) {
		return err
	}
	e := quiz.Edition{Lesson: l.ID, Questions: l.Questions}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return err
	}
	s.Log.Error("answer not kept", "error", err)
	a := quiz.NewAttempt(r.Params("attempt"), e, quiz.Rules{Preset: quiz.Practice}, nil, s.Now())
	p := r.questionPage(&store.Work{Task: task, Attempt: a}, e, i, form)
	p.Away, p.Steps, p.Next = true, nil, nil
	p.Question.Try, _ = strconv.Atoi(form.One(tryField))
	p.Question.Message = p.T("answer.away")
	r.Status(fiber.StatusServiceUnavailable)
	r.Set(fiber.HeaderRetryAfter, "5")
	return r.sendPage("learn/question", p)
}
