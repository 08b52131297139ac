package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/regrade"
	"eberbach/app/school"
	"eberbach/app/store"
)

// RegradePage shows what a corrected key changes for the attempts at an assignment, before it is done.
type RegradePage struct {
	Page
	ClassFrame
	AssignmentFrame
	Report    regrade.Report
	Questions []RegradeQuestion
	Changes   []RegradeChange // attempts that earn something else, by pupil
	Done      bool            // it was done just now
}

// RegradeQuestion is a question with what becomes of the answers to it.
type RegradeQuestion struct {
	regrade.QuestionReport
	Stem string
}

// RegradeChange is an attempt that earns something else.
type RegradeChange struct {
	Pupil, Path string
	Old, New    string
	More        bool
}

// regradeTime is how long the attempts of a class may take. What is cut short can be repeated.
const regradeTime = 12 * time.Second

func (s *Server) regrade(r *request) error {
	room, a, l, err := s.regradable(r)
	if err != nil {
		return err
	}
	p, err := s.regradeRun(r, room, a, l, false)
	if err != nil {
		return err
	}
	p.Done = r.Query("done") != ""
	return r.sendPage("teach/regrade", p)
}

// regradeNow grades the attempts at an assignment again, and may be repeated.
func (s *Server) regradeNow(r *request) error {
	room, a, l, err := s.regradable(r)
	if err != nil {
		return err
	}
	if _, err := s.regradeRun(r, room, a, l, true); err != nil {
		return err
	}
	return r.seeOther(assignmentPath(ClassFrame{Room: room}, a, "/regrade") + "?done=1")
}

// regradable is the assignment of the request with its lesson as it is now; a lesson that has left the module is not found.
func (s *Server) regradable(r *request) (*school.Room, school.Assignment, *lesson.Lesson, error) {
	room, a, err := s.assignment(r)
	if err != nil {
		return nil, a, nil, err
	}
	module, err := s.Module()
	if err != nil {
		return nil, a, nil, err
	}
	l := module.Lesson(a.Lesson)
	if l == nil {
		return nil, a, nil, store.ErrNotFound
	}
	return room, a, l, nil
}

// regradeRun shows or does what the present key changes.
func (s *Server) regradeRun(r *request, room *school.Room, a school.Assignment, l *lesson.Lesson, apply bool) (*RegradePage, error) {
	p := &RegradePage{ClassFrame: ClassFrame{room, "assignment"}, AssignmentFrame: r.assignmentFrame(room.Class, a)}
	p.Page = r.page(assignmentPath(p.ClassFrame, a, "/regrade"), "regrade.title", "Lesson", p.LessonTitle)
	ctx, cancel := context.WithTimeout(context.Background(), regradeTime)
	defer cancel()
	var err error
	p.Report, err = regrade.New(s.Store, l, apply, func(c regrade.Change) {
		if m, ok := room.Member(c.Learner); ok && c.Err == nil && c.Old != c.New {
			p.Changes = append(p.Changes, RegradeChange{m.Name, attemptPath(p.ClassFrame, m.ID, c.ID), p.Score(c.Old), p.Score(c.New), c.New.Points > c.Old.Points})
		}
	}).Class(ctx, room, a)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(p.Changes, func(a, b RegradeChange) int {
		return strings.Compare(strings.ToLower(a.Pupil), strings.ToLower(b.Pupil))
	})
	for _, q := range p.Report.Questions() {
		view := RegradeQuestion{q, q.ID}
		if i := slices.IndexFunc(l.Questions, func(now *quiz.Question) bool { return now.ID == q.ID }); i >= 0 {
			view.Stem = p.Pick(l.Questions[i].Stem)
		}
		p.Questions = append(p.Questions, view)
	}
	return p, nil
}

// Action is where the form is sent.
func (p RegradePage) Action() string { return p.Path }

// ResultsPath leads back to what the attempts say.
func (p RegradePage) ResultsPath() string {
	return assignmentPath(p.ClassFrame, p.Assignment, "/results")
}
