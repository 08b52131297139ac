package web

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/store"
)

// ProgressPage is how far a learner has come: with each objective, and over the attempts at each lesson.
type ProgressPage struct {
	Page
	Sure    []LookAgain // sure, and not right: the latest first
	Lucky   []LookAgain // right without an idea
	Lessons []ProgressLesson
	Grasps  []review.Grasp // for the key of the picture
}

// ProgressLesson is a lesson that the learner has begun.
type ProgressLesson struct {
	ID, Title, Theme string
	There            bool // still in the module
	Objectives       []ProgressObjective
	Attempts         []MyAttempt // newest first, those for classes too
}

// ProgressObjective is how far the learner has come with an objective.
type ProgressObjective struct {
	Text            string
	Grasp           review.Grasp
	Answered, Right int // questions, and how many of these were right the last time
}

// X is the place of the i-th objective in the picture.
func (ProgressLesson) X(i int) int { return 14 + 30*i }

// Width is the width of the picture.
func (l ProgressLesson) Width() int { return 30*len(l.Objectives) - 2 }

// Radius is how much of the i-th objective's circle is filled.
func (o ProgressObjective) Radius() int { return 4 * int(o.Grasp) }

// LookAgain is a question to look at once more.
type LookAgain struct {
	Stem, Lesson string
	Path         string // of its feedback
	at           time.Time
}

// mostLookAgain is how many questions of a kind are shown: more would be a wall.
const mostLookAgain = 5

func (s *Server) progress(r *request) error {
	page := &ProgressPage{Page: r.page("/me/progress", "progress.title"), Grasps: review.Grasps}
	p, err := s.caughtUp(r)
	if errors.Is(err, store.ErrNotFound) {
		return r.sendPage("account/progress", page)
	}
	if err != nil {
		return err
	}
	page.Learner = true
	page.fill(r, p)
	return r.sendPage("account/progress", page)
}

func (page *ProgressPage) fill(r *request, p *past) {
	page.lookAgain(r, p)
	begun, lessons := map[string][]MyAttempt{}, progressOf{}
	for _, a := range slices.Backward(p.attempts) {
		begun[a.Lesson] = append(begun[a.Lesson], page.attempt(a))
		lessons[a.Lesson] = p.own.Progress[a.Lesson]
	}
	for _, id := range r.lessonsOf(lessons) {
		if len(begun[id]) == 0 {
			continue
		}
		l := ProgressLesson{ID: id, Attempts: begun[id]}
		l.Title, l.Theme = r.lessonTitle(id)
		if there := r.site.module.Lesson(id); there != nil {
			l.There, l.Objectives = true, page.objectives(there, p.review.Deck.Cards)
		}
		page.Lessons = append(page.Lessons, l)
	}
}

// attempt is an attempt in the list.
func (p Page) attempt(a pastAttempt) MyAttempt {
	asked := a.Of(a.edition)
	my := MyAttempt{ID: a.ID, Done: a.Done(), Shown: a.Reviewable(), Given: a.Given(), Of: len(a.Answers), Preset: a.Rules.Preset, Date: p.When(a.Started)}
	if my.Shown {
		my.Score = a.Grade(asked)
	}
	return my
}

// objectives is how far somebody with these cards has come with the lesson's objectives.
func (p Page) objectives(l *lesson.Lesson, cards map[string]review.Card) (list []ProgressObjective) {
	for _, o := range l.Objectives {
		var met []review.Card
		of := 0
		for _, q := range l.Questions {
			if q.Objective != o.ID || !q.Scored() {
				continue
			}
			if c, there := cards[cardID(l.ID, q.ID)]; there {
				met = append(met, c)
			}
			if !q.Reserve {
				of++
			}
		}
		out := ProgressObjective{Text: o.Text[p.Lang]}
		out.Grasp, out.Answered, out.Right = review.GraspOf(met, of)
		list = append(list, out)
	}
	return list
}

// lookAgain finds the questions whose latest answer was sure and not right, or right without an idea.
func (page *ProgressPage) lookAgain(r *request, p *past) {
	latest := map[string]quiz.Met{}
	of := map[string]pastAttempt{}
	for _, a := range p.attempts {
		for _, m := range a.Met(a.edition) {
			id := cardID(a.Lesson, m.Question.ID)
			if before, met := latest[id]; m.Answered && (!met || m.At.After(before.At)) {
				latest[id], of[id] = m, a
			}
		}
	}
	for id, m := range latest {
		if p.review.Deck.Cards[id].Last.After(m.At) { // it was answered in review since
			continue
		}
		a := of[id]
		look := LookAgain{Stem: m.Question.Stem[r.lang], at: m.At, Path: "/attempts/" + a.ID + "/questions/" + m.Question.ID}
		look.Lesson, _ = r.lessonTitle(a.Lesson)
		switch {
		case m.Confident() && !m.Right:
			page.Sure = append(page.Sure, look)
		case m.Lucky():
			page.Lucky = append(page.Lucky, look)
		}
	}
	for _, list := range []*[]LookAgain{&page.Sure, &page.Lucky} {
		slices.SortFunc(*list, func(a, b LookAgain) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.Path, b.Path)) })
		*list = (*list)[:min(len(*list), mostLookAgain)]
	}
}
