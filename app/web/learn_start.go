package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// start begins a lesson's quiz or goes on with the open attempt. Whoever starts the first one becomes a learner.
func (s *Server) start(r *request) error {
	l := r.site.module.Lesson(r.Params("lesson"))
	if l == nil {
		return fiber.ErrNotFound
	}
	e, chosen := r.site.edition(l.ID, r.FormValue("part"))
	rules := quiz.Rules{Preset: quiz.Practice}
	if r.FormValue("preset") == string(quiz.Homework) {
		rules.Preset = quiz.Homework // a Test is given by a class
	}
	if !chosen { // of two parts none yet: go on with what is open, or choose
		w, err := s.lessonWork(r, l.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && w.Attempt == nil {
			return r.seeOther("/lessons/" + l.ID + "#quiz")
		}
		if err != nil {
			return err
		}
		return r.seeOther(s.entry(r, w.Attempt))
	}
	if err := s.keepEdition(r.ctx(), e); err != nil {
		return err
	}
	a, err := s.begin(r, e, rules)
	if err != nil {
		return err
	}
	return r.seeOther(s.entry(r, a))
}

// entry is where an attempt is gone on with: the question asked for, else the first without an answer.
func (s *Server) entry(r *request, a *quiz.Attempt) string {
	path := "/attempts/" + a.ID
	e, err := s.quizOf(r, a)
	if err != nil {
		return path
	}
	if asked := r.FormValue("question"); e.Index(asked) >= 0 {
		return path + "/questions/" + asked
	}
	if i := a.NextOpen(-1); i >= 0 {
		return path + "/questions/" + e.Questions[i].ID
	}
	return path
}

// tries bounds how often a change is decided anew because somebody else was quicker.
const tries = 10

// begin returns the learner's open attempt at the lesson, or a new one.
func (s *Server) begin(r *request, e quiz.Edition, rules quiz.Rules) (*quiz.Attempt, error) {
	if err := r.site.module.Allows(e.Lesson, rules); err != nil {
		return nil, err
	}
	for range tries {
		w, err := s.lessonWork(r, e.Lesson)
		if errors.Is(err, store.ErrNotFound) {
			return s.beginAsNew(r, e, rules)
		}
		if err != nil {
			return nil, err
		}
		if w.Attempt != nil {
			return w.Attempt, nil
		}
		seen, err := s.seen(r, w.Learner.ID, e)
		if err != nil {
			return nil, err
		}
		if w.Attempt, err = s.newAttempt(e, rules, seen); err != nil {
			return nil, err
		}
		now := s.Now()
		err = s.Store.Save(r.ctx(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), now), now)
		if err == nil {
			return w.Attempt, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return nil, err
		}
	}
	return nil, store.ErrConflict
}

// lessonWork is the learner's work on a lesson with the open attempt, if there is one.
func (s *Server) lessonWork(r *request, lesson string) (*store.Work, error) {
	id, secret, ok := s.token(r.Ctx)
	if !ok {
		return nil, store.ErrNotFound
	}
	w, err := s.Store.Work(r.ctx(), id, lesson, "", s.Now())
	if err != nil {
		return nil, err
	}
	if !w.Learner.Owns(secret) || w.Learner.Gone {
		return nil, store.ErrNotFound
	}
	if w.Progress.Open == "" {
		return w, nil
	}
	return s.Store.Work(r.ctx(), id, lesson, w.Progress.Open, s.Now())
}

func (s *Server) beginAsNew(r *request, e quiz.Edition, rules quiz.Rules) (*quiz.Attempt, error) {
	now := s.Now()
	l, token, err := school.NewLearner(random, now)
	if err != nil {
		return nil, err
	}
	w := &store.Work{Learner: l}
	if w.Attempt, err = s.newAttempt(e, rules, nil); err != nil {
		return nil, err
	}
	if err := s.Store.Create(r.ctx(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), now), now); err != nil {
		return nil, err
	}
	s.setCookie(r.Ctx, learnerCookie, token, school.Kept)
	return w.Attempt, nil
}

// seen counts how often the learner has met each question of a quiz that draws from pools; others need not know.
func (s *Server) seen(r *request, learner string, e quiz.Edition) (map[string]int, error) {
	if len(e.Pools) == 0 {
		return nil, nil
	}
	attempts, err := s.Store.Attempts(r.ctx(), learner, []string{e.Lesson}, s.Now())
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, a := range attempts[e.Lesson] {
		asked, err := s.quizOf(r, a)
		if err != nil {
			return nil, err
		}
		for _, q := range asked.Questions {
			seen[q.ID]++
		}
	}
	return seen, nil
}

func (s *Server) newAttempt(e quiz.Edition, rules quiz.Rules, seen map[string]int) (*quiz.Attempt, error) {
	id, err := school.NewAttemptID(e.Lesson, random)
	if err != nil {
		return nil, err
	}
	return quiz.NewAttempt(id, e, rules, seen, s.Now()), nil
}
