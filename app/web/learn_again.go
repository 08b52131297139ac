package web

import (
	"errors"
	"slices"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// openField says in an attempt's address that it has to be handed in before missed questions can be practised.
const openField = "open"

// missedPlaces are the places, in the edition for missed questions, of those that the attempt missed and the lesson still
// has: in other words than they were asked in, where there are any. Questions kept for Tests are left out.
func (s *site) missedPlaces(a *quiz.Attempt, whole quiz.Edition) (places []int) {
	e := s.missed[a.Lesson]
	for _, m := range a.Met(whole) {
		place := e.Index(m.Question.ID)
		if m.Right || place < 0 {
			continue
		}
		if other := e.Other(place); other >= 0 && !m.Twin {
			place = other
		}
		places = append(places, place)
	}
	return places
}

// again begins a practice of what an attempt missed, as the learner's own work. An attempt at the lesson that is open comes
// first: there is only one at a time.
func (s *Server) again(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	if !w.Attempt.Reviewable() {
		return r.seeOther("/attempts/" + w.Attempt.ID)
	}
	whole, err := s.wholeQuizOf(r, w.Attempt)
	if err != nil {
		return err
	}
	places := r.site.missedPlaces(w.Attempt, whole)
	if len(places) == 0 {
		return r.seeOther("/attempts/" + w.Attempt.ID + "/result")
	}
	a, err := s.beginMissed(r, r.site.missed[w.Attempt.Lesson], places)
	if err != nil {
		return err
	}
	if a.Edition != r.site.missed[a.Lesson].ID || !slices.Equal(a.Drawn, places) {
		return r.seeOther("/attempts/" + a.ID + "?" + openField + "=1")
	}
	return r.seeOther(s.entry(r, a))
}

// beginMissed returns the learner's open attempt at the lesson, or a new one at these places of the edition.
func (s *Server) beginMissed(r *request, e quiz.Edition, places []int) (*quiz.Attempt, error) {
	if err := s.keepEdition(r.ctx(), e); err != nil {
		return nil, err
	}
	for range tries {
		w, err := s.openWork(r, school.Task{Lesson: e.Lesson})
		if err != nil {
			return nil, err
		}
		if w.Attempt != nil {
			return w.Attempt, nil
		}
		id, err := school.NewAttemptID(w.Task, random)
		if err != nil {
			return nil, err
		}
		now := s.Now()
		w.Attempt = quiz.NewAttemptAt(id, e, places, quiz.Rules{Preset: quiz.Practice}, now)
		err = s.Store.Save(r.ctx(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), now), now)
		if !errors.Is(err, store.ErrConflict) {
			return w.Attempt, err
		}
	}
	return nil, store.ErrConflict
}
