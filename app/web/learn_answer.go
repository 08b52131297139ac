package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// answer takes the answer to a question: two trips, and the browser is sent on only when it is safe.
func (s *Server) answer(r *request) error {
	form := formOf(r.Ctx)
	w, err := s.work(r)
	if err != nil {
		return s.answerFailed(r, form, err)
	}
	e, err := s.Store.Edition(r.ctx(), w.Attempt.Edition)
	if err != nil {
		return s.answerFailed(r, form, err)
	}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return fiber.ErrNotFound
	}
	err = s.keepAnswer(r, w, e, i, form)
	var input *quiz.InputError
	switch {
	case errors.As(err, &input):
		p := r.questionPage(w.Attempt, e, i, form)
		p.Question.Message = p.T(input.Key)
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("learn/question", p)
	case errors.Is(err, quiz.ErrFinished):
		return r.seeOther("/attempts/" + w.Attempt.ID + "/result")
	case err != nil:
		return s.answerFailed(r, form, err)
	}
	return r.seeOther("/attempts/" + w.Attempt.ID + "/questions/" + e.Questions[i].ID + "#verdict")
}

// keepAnswer decides and saves; when another tab was quicker, it decides again on what is stored now.
func (s *Server) keepAnswer(r *request, w *store.Work, e quiz.Edition, i int, form quiz.Response) error {
	for range tries {
		if w.Attempt.Answers[i] != nil {
			// Stored already: a double click, a second tab, the way back, or a write whose acknowledgement was lost.
			return s.Store.Confirm(r.ctx(), w.Learner.ID)
		}
		if w.Attempt.Done() {
			return quiz.ErrFinished
		}
		response, err := quiz.Read(e.Questions[i], form, r.lang)
		if err != nil {
			return err
		}
		now := s.Now()
		if _, err := w.Attempt.Answer(i, e.Questions[i], response, now); err != nil {
			return err
		}
		err = s.Store.Save(r.ctx(), w, w.Progress.After(w.Attempt, now), now)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		fresh, err := s.Store.Work(r.ctx(), w.Learner.ID, w.Attempt.Lesson, w.Attempt.ID)
		if err != nil {
			return err
		}
		if fresh.Attempt == nil || fresh.Learner.Gone {
			return store.ErrNotFound
		}
		*w = *fresh
	}
	return store.ErrConflict
}

// answerFailed shows the question again with what was typed when the store is away, so that nothing is lost. The
// attempt cannot be read then, but its id leads to the lesson, whose questions are in memory.
func (s *Server) answerFailed(r *request, form quiz.Response, err error) error {
	away := errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
	lessonID, ok := school.LessonOf(r.Params("attempt"))
	l := r.site.module.Lesson(lessonID)
	if !away || !ok || l == nil {
		return err
	}
	e := quiz.Edition{Lesson: l.ID, Questions: l.Questions}
	i := e.Index(r.Params("question"))
	if i < 0 {
		return err
	}
	s.Log.Error("answer not kept", "error", err)
	a := quiz.NewAttempt(r.Params("attempt"), e, s.Now())
	p := r.questionPage(a, e, i, form)
	p.Away, p.Steps, p.Next = true, nil, nil
	p.Question.Message = p.T("answer.away")
	r.Status(fiber.StatusServiceUnavailable)
	r.Set(fiber.HeaderRetryAfter, "5")
	return r.sendPage("learn/question", p)
}
