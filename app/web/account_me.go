package web

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// MePage is where one stands: what classes have given, and lessons with their state and all attempts.
type MePage struct {
	Page
	Classes   []MyClass
	Lessons   []MyLesson // that were begun without a class, the last one first
	First     *lesson.Lesson
	Only      bool // this browser shows one class and nothing else
	HasReturn bool // there is a recovery code
	Seed      string
}

// MyClass is a class that the learner is in.
type MyClass struct {
	ID, Name, Pseudonym string
	Over                bool       // nobody works in it any more
	Tasks               []TaskView // what is to be done first, then by number
	Care                school.Care
	Moved               bool // the teacher has made one of two entries, of which this is the other
	Unseen              bool // and nobody here has said yet that they go on as that one
	Notes               bool // its members show each other notes
}

// MyLesson is a lesson with what the learner has done in it.
type MyLesson struct {
	ID, Title, Theme string
	There            bool // still in the module
	Progress         school.Progress
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
	own, err := s.learner(r)
	switch {
	case errors.Is(err, store.ErrNotFound): // nobody yet: the page says how to begin
		own = &store.Own{}
	case err != nil:
		return err
	default:
		p.Learner, p.Only, p.HasReturn = true, r.scope != "", own.Code != ""
		if p.Seed, err = school.NewSeed(random); err != nil {
			return err
		}
	}
	if p.Classes, err = s.myClasses(r, own); err != nil {
		return err
	}
	if len(r.site.module.Lessons) > 0 {
		p.First = r.site.module.Lessons[0]
	}
	if p.Only {
		return r.sendPage("account/me", p)
	}
	progress := ownTasks(own.Progress)
	attempts, err := s.attempts(r, own.ID, progress)
	if err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(progress))
	slices.SortStableFunc(ids, func(a, b string) int { return latest(attempts[b]).Compare(latest(attempts[a])) })
	for _, id := range ids {
		my := MyLesson{ID: id, Progress: progress[id], There: hasLesson(r.site.module, id)}
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
	return r.sendPage("account/me", p)
}

// ownTasks is what somebody does of their own accord.
func ownTasks(progress progressOf) progressOf {
	out := progressOf{}
	for name, p := range progress {
		if t, ok := school.ParseTask(name); ok && t.Own() {
			out[name] = p
		}
	}
	return out
}

// myClasses are the learner's classes with what they have given, those joined last first.
func (s *Server) myClasses(r *request, own *store.Own) ([]MyClass, error) {
	if len(own.Classes)+len(own.Moved) == 0 {
		return nil, nil
	}
	seats, err := s.Store.Seats(r.ctx(), own.ID, slices.Collect(maps.Keys(own.Classes)))
	if err != nil {
		return nil, err
	}
	var entries []*entry
	for _, seat := range seats {
		entries = append(entries, &entry{Seat: seat, progress: own.Progress})
	}
	for class := range own.Moved {
		e, err := s.entryOf(r, own, class)
		if err == nil {
			entries = append(entries, e)
		} else if !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	slices.SortFunc(entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(b.Member.Joined, a.Member.Joined), cmp.Compare(a.Class.ID, b.Class.ID))
	})
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.Class.ID)
	}
	rules, err := s.Store.ClassesNotes(r.ctx(), ids)
	if err != nil {
		return nil, err
	}
	var out []MyClass
	for _, e := range entries {
		my := r.myClass(e)
		my.Notes = rules[my.ID].On()
		if err := s.findComments(r, e.Member.ID, my.Tasks); err != nil {
			return nil, err
		}
		out = append(out, my)
	}
	return out, nil
}

// findComments notes with a learner's tasks in which results there is a teacher's comment.
func (s *Server) findComments(r *request, learner string, tasks []TaskView) error {
	if !slices.ContainsFunc(tasks, func(t TaskView) bool { return t.ResultPath() != "" }) {
		return nil
	}
	said, err := s.Store.Comments(r.ctx(), learner)
	for _, attempt := range slices.Sorted(maps.Keys(said)) {
		of, _ := school.TaskOf(attempt)
		for i := range tasks {
			if t := &tasks[i]; t.Ref == of.Ref() && t.ResultPath() != "" && t.Open != attempt {
				t.Said = append(t.Said, "/attempts/"+attempt+"/result#comment")
			}
		}
	}
	return err
}

// myClass is a class with what it has given.
func (r *request) myClass(e *entry) MyClass {
	my := MyClass{ID: e.Class.ID, Name: e.Class.Name, Pseudonym: e.Member.Name, Over: e.Class.Over(r.now), Moved: e.moved, Unseen: e.unseen}
	my.Care = e.Member.Care
	for _, a := range e.Assignments {
		p := e.progress[a.Task(e.Class.ID).String()]
		if a.Withdrawn && p.Attempts == 0 {
			continue
		}
		my.Tasks = append(my.Tasks, r.taskView(&school.Given{Class: e.Class, Assignment: a, Member: e.Member}, p))
	}
	slices.SortStableFunc(my.Tasks, func(a, b TaskView) int { return cmp.Compare(a.urgency(), b.urgency()) })
	return my
}

// urgencies are the order in which tasks are shown: what is to be done comes first.
var urgencies = map[school.Phase]int{school.PhaseWorking: 0, school.PhaseWaiting: 0, school.PhaseSoon: 1, school.PhaseDone: 2, school.PhaseMissed: 3}

// urgency is the place of a task among the others: before them all, what the class is at now.
func (t TaskView) urgency() int {
	if t.Now() {
		return -1
	}
	return urgencies[t.Phase]
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

// latest is when the first of the attempts was begun, which are newest first.
func latest(attempts []*quiz.Attempt) (at time.Time) {
	if len(attempts) > 0 {
		at = attempts[0].Started
	}
	return at
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
