package web

import (
	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/store"
)

// OfflinePage is all questions of an open attempt that may still be answered: a script keeps them for when the
// connection is away.
type OfflinePage struct {
	Page
	Questions []*QuestionPage
}

func (s *Server) offline(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	if w.Attempt.Done() || w.Attempt.Pace != nil {
		return fiber.ErrNotFound
	}
	e, err := s.quizOf(r, w.Attempt)
	if err != nil {
		return err
	}
	return r.sendPage("learn/offline", r.offlinePage(w, e))
}

func (r *request) offlinePage(w *store.Work, e quiz.Edition) *OfflinePage {
	a := w.Attempt
	p := &OfflinePage{Page: r.page("/attempts/"+a.ID, "overview.title")}
	for i, q := range e.Questions {
		if !a.Locked(i) || !q.Scored() {
			p.Questions = append(p.Questions, r.questionPage(w, e, i, nil))
		}
	}
	return p
}
