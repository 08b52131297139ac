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
	form := formOf(r.Ctx)
	task, err := taskNamed(typed(form, forField), l.ID)
	if err != nil {
		return err
	}
	if !task.Own() {
		return s.startGiven(r, task)
	}
	e, chosen := r.site.edition(l.ID, typed(form, partField))
	rules := quiz.Rules{Preset: quiz.Practice}
	if typed(form, presetField) == string(quiz.Homework) {
		rules.Preset = quiz.Homework // a Test is given by a class
	}
	if !chosen { // of two parts none yet: go on with what is open, or choose
		w, err := s.openWork(r, task)
		if errors.Is(err, store.ErrNotFound) || err == nil && w.Attempt == nil {
			return r.seeOther("/lessons/" + l.ID + "#quiz")
		}
		if err != nil {
			return err
		}
		return r.seeOther(s.entry(r, w.Attempt))
	}
	a, err := s.begin(r, task, e, rules)
	if err != nil {
		return err
	}
	return r.seeOther(s.entry(r, a))
}

// startGiven begins what a class was given, or goes on with it. What may not be begun leads to the lesson's page, which
// says why.
func (s *Server) startGiven(r *request, task school.Task) error {
	w, err := s.openWork(r, task)
	if err != nil {
		return err
	}
	if w.Given == nil {
		if w.Progress.Last == "" {
			return store.ErrNotFound
		}
		return r.seeOther("/attempts/" + w.Progress.Last) // the class has it no more, so it is over; what there is stays theirs
	}
	if w.Attempt != nil {
		return r.seeOther(s.entry(r, w.Attempt))
	}
	a := w.Given.Assignment
	if a.Round != nil {
		return s.startRound(r, task, a)
	}
	if a.Part == "" {
		a.Part = typed(formOf(r.Ctx), partField) // the pupil may choose between two
	}
	e, ok := r.site.given(a)
	if !ok || !w.Given.Standing(w.Progress, r.now).MayBegin() {
		return r.seeOther("/lessons/" + task.Lesson + "?for=" + task.Ref() + "#quiz")
	}
	begun, err := s.begin(r, task, e, a.Rules(w.Given.Member))
	if errors.Is(err, errShut) {
		return r.seeOther("/lessons/" + task.Lesson + "?for=" + task.Ref() + "#quiz")
	}
	if err != nil {
		return err
	}
	return r.seeOther(s.entry(r, begun))
}

// errShut says that an assignment may not be begun, or not again.
var errShut = errors.New("web: no attempt may be begun")

// entry is where an attempt is gone on with: the question asked for, else the first without an answer.
func (s *Server) entry(r *request, a *quiz.Attempt) string {
	path := attemptsPath(a.ID, atRound(a))
	e, err := s.quizOf(r, a)
	if err != nil || atRound(a) {
		return path
	}
	if asked := typed(formOf(r.Ctx), "question"); e.Index(asked) >= 0 {
		return path + "/questions/" + asked
	}
	if i := a.NextOpen(-1); i >= 0 {
		return path + "/questions/" + e.Questions[i].ID
	}
	return path
}

// tries bounds how often a change is decided anew because somebody else was quicker.
const tries = 10

// begin returns the learner's open attempt at the task, or a new one; errShut when a class does not let one begin.
func (s *Server) begin(r *request, task school.Task, e quiz.Edition, rules quiz.Rules) (*quiz.Attempt, error) {
	if err := r.site.module.Allows(e.Lesson, rules); err != nil {
		return nil, err
	}
	if err := s.keepEdition(r.ctx(), e); err != nil {
		return nil, err
	}
	for range tries {
		w, err := s.openWork(r, task)
		if errors.Is(err, store.ErrNotFound) && task.Own() {
			return s.beginAsNew(r, e, rules)
		}
		if err != nil {
			return nil, err
		}
		if w.Attempt != nil {
			return w.Attempt, nil
		}
		now := s.Now()
		if !task.Own() && (w.Given == nil || !w.Given.Standing(w.Progress, now).MayBegin()) {
			return nil, errShut
		}
		seen, err := s.seen(r, w.Learner.ID, task, e)
		if err != nil {
			return nil, err
		}
		if w.Attempt, err = s.newAttempt(task, e, rules, seen); err != nil {
			return nil, err
		}
		if w.Given != nil {
			if w.Given.Assignment.Round != nil {
				w.Attempt = quiz.NewPaced(w.Attempt.ID, task.String(), e, now)
			}
			w.Given.Bind(w.Attempt, now)
		}
		err = s.Store.Save(r.ctx(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), now), now)
		if err == nil {
			s.live.announce(task.Class)
			return w.Attempt, nil
		}
		if !errors.Is(err, store.ErrConflict) {
			return nil, err
		}
	}
	return nil, store.ErrConflict
}

// openWork is the learner's work on a task with the open attempt, if there is one.
func (s *Server) openWork(r *request, task school.Task) (*store.Work, error) {
	w, err := s.taskWork(r, task, "")
	if err != nil || w.Progress.Open == "" {
		return w, err
	}
	return s.taskWork(r, task, w.Progress.Open)
}

func (s *Server) beginAsNew(r *request, e quiz.Edition, rules quiz.Rules) (*quiz.Attempt, error) {
	now := s.Now()
	l, token, err := school.NewLearner(random, now)
	if err != nil {
		return nil, err
	}
	w := &store.Work{Learner: l, Task: school.Task{Lesson: e.Lesson}}
	if w.Attempt, err = s.newAttempt(w.Task, e, rules, nil); err != nil {
		return nil, err
	}
	if err := s.Store.Create(r.ctx(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), now), now); err != nil {
		return nil, err
	}
	s.setCookie(r.Ctx, learnerCookie, token, school.Kept)
	return w.Attempt, nil
}

// seen counts how often the learner has met each question of a task that draws from pools; others need not know.
func (s *Server) seen(r *request, learner string, task school.Task, e quiz.Edition) (map[string]int, error) {
	if len(e.Pools) == 0 {
		return nil, nil
	}
	attempts, err := s.Store.Attempts(r.ctx(), learner, []string{task.String()}, s.Now())
	if err != nil {
		return nil, err
	}
	seen := map[string]int{}
	for _, a := range attempts[task.String()] {
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

func (s *Server) newAttempt(task school.Task, e quiz.Edition, rules quiz.Rules, seen map[string]int) (*quiz.Attempt, error) {
	id, err := school.NewAttemptID(task, random)
	if err != nil {
		return nil, err
	}
	return quiz.NewAttempt(id, e, rules, seen, s.Now()), nil
}
