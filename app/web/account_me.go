package web

import (
	"errors"
	"maps"
	"slices"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// MePage is where one stands: lessons with their state and all attempts.
type MePage struct {
	Page
	Lessons []MyLesson
	First   *lesson.Lesson
}

// MyLesson is a lesson with what the learner has done in it.
type MyLesson struct {
	ID, Title, Theme string
	There            bool // still in the module
	Progress         school.Progress
	Begun            bool
	Attempts         []MyAttempt // newest first
	Best             *quiz.Score // of several attempts at Homework: the one that counts
}

// MyAttempt is an attempt in the list.
type MyAttempt struct {
	ID     string
	Done   bool
	Shown  bool // its result may be looked at
	Preset quiz.Preset
	Given  int
	Of     int
	Score  quiz.Score // when it may be shown
	Date   string
}

func (s *Server) me(r *request) error {
	p := &MePage{Page: r.page("/me", "me.title")}
	l, progress, err := s.learner(r)
	switch {
	case errors.Is(err, store.ErrNotFound): // nobody yet: the page says how to begin
	case err != nil:
		return err
	default:
		p.Learner = true
	}
	attempts, err := s.attempts(r, l.ID, progress)
	if err != nil {
		return err
	}
	for _, id := range r.lessonsOf(progress) {
		pr, begun := progress[id]
		my := MyLesson{ID: id, Progress: pr, Begun: begun, There: hasLesson(r.site.module, id)}
		my.Title, my.Theme = r.lessonTitle(id)
		for _, a := range attempts[id] {
			attempt := MyAttempt{ID: a.ID, Done: a.Done(), Shown: a.Reviewable(), Given: a.Given(), Of: len(a.Answers), Preset: a.Rules.Preset, Date: p.When(a.Started)}
			if attempt.Shown {
				e, err := s.quizOf(r, a)
				if err != nil {
					return err
				}
				attempt.Score = a.Grade(e)
			}
			my.Attempts = append(my.Attempts, attempt)
		}
		my.Best = best(my.Attempts)
		p.Lessons = append(p.Lessons, my)
	}
	if len(r.site.module.Lessons) > 0 {
		p.First = r.site.module.Lessons[0]
	}
	return r.sendPage("account/me", p)
}

// best is what counts of several attempts at Homework that are handed in; nil when there is one or none.
func best(attempts []MyAttempt) *quiz.Score {
	var fractions []float64
	var scores []quiz.Score
	for _, a := range attempts {
		if a.Shown && a.Preset == quiz.Homework && a.Score.Max > 0 {
			fractions, scores = append(fractions, a.Score.Fraction()), append(scores, a.Score)
		}
	}
	if len(scores) < 2 {
		return nil
	}
	return &scores[slices.Index(fractions, quiz.Overall(quiz.Highest, fractions))]
}

// attempts are the learner's attempts by lesson, newest first.
func (s *Server) attempts(r *request, id string, progress progressOf) (map[string][]*quiz.Attempt, error) {
	if len(progress) == 0 {
		return nil, nil
	}
	all, err := s.Store.Attempts(r.ctx(), id, slices.Collect(maps.Keys(progress)), s.Now())
	for _, list := range all {
		slices.SortFunc(list, func(a, b *quiz.Attempt) int { return b.Started.Compare(a.Started) })
	}
	return all, err
}

// lessonsOf are the module's lessons in order, and then those the learner worked on that have left it.
func (r *request) lessonsOf(progress progressOf) []string {
	var ids, left []string
	for _, l := range r.site.module.Lessons {
		ids = append(ids, l.ID)
	}
	for id := range progress {
		if !slices.Contains(ids, id) {
			left = append(left, id)
		}
	}
	slices.Sort(left)
	return append(ids, left...)
}
