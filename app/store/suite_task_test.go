package store

import (
	"crypto/rand"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// classroom is a class with one member and what was given to it.
type classroom struct {
	class   school.Class
	learner school.Learner
	given   school.Assignment
	task    school.Task
}

// classroom stores a class, lets a new learner join it, and gives it the assignment of the lesson.
func (b *bench) classroom(t testing.TB, a school.Assignment) classroom {
	t.Helper()
	code, err := school.NewJoinCode(rand.Reader)
	must(t, err)
	id, err := school.NewID(rand.Reader)
	must(t, err)
	teacher := b.teacher(t).ID
	c := classroom{class: school.Class{
		ID: id, Name: "9b", Level: "9-10", Lang: "de", Zone: "Europe/Berlin", Ends: now().AddDate(0, 6, 0).Format(time.DateOnly),
		Created: now(), Code: code, Owner: teacher,
	}}
	must(t, b.CreateClass(ctx(t), c.class))
	c.learner, _, err = school.NewLearner(rand.Reader, now())
	must(t, err)
	must(t, b.CreateLearner(ctx(t), c.learner, now()))
	_, err = b.Join(ctx(t), id, c.learner.ID, "Mutiger Otter", now())
	must(t, err)
	a.Created, a.Key = now().Unix(), id
	if a.Due == 0 {
		a.Due = now().Add(time.Hour).Unix()
	}
	c.given, err = b.Assign(ctx(t), id, a)
	must(t, err)
	c.task = c.given.Task(id)
	return c
}

// begin starts an attempt at the class's task, decided as the pages do.
func (b *bench) begin(t testing.TB, c classroom, e quiz.Edition) *Work {
	t.Helper()
	w, err := b.Work(ctx(t), c.learner.ID, c.task, "", now())
	must(t, err)
	if w.Given == nil {
		t.Fatal("nothing is given")
	}
	attempt, err := school.NewAttemptID(c.task, rand.Reader)
	must(t, err)
	w.Attempt = quiz.NewAttempt(attempt, e, w.Given.Assignment.Rules(w.Given.Member), nil, now())
	w.Given.Bind(w.Attempt, now())
	must(t, b.Save(ctx(t), w, w.Progress.Begun(w.Attempt, earned(w.Attempt), now()), now()))
	return w
}

// testTask: work for a class and one's own work at the same lesson are apart, and what the class says of it holds at once.
func testTask(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Limit: 600, Release: school.ReleaseByHand})
	w := b.begin(t, c, e)
	id := w.Attempt.ID
	if _, err := b.start(ctx(t), c.learner.ID, e); err != nil {
		t.Fatal(err)
	}
	read := func(at time.Time) *Work {
		t.Helper()
		got, err := b.Work(ctx(t), c.learner.ID, c.task, id, at)
		must(t, err)
		return got
	}
	if got := read(now()); got.Progress.Open != id || got.Attempt.Done() || got.Attempt.Released {
		t.Errorf("begun: %+v of %+v", got.Attempt, got.Progress)
	}
	late := now().Add(30 * time.Minute)
	if got := read(late); !got.Attempt.Done() || got.Progress.Done != 1 || len(got.Progress.Past) != 1 || got.Attempt.Reviewable() {
		t.Errorf("after its time: %+v of %+v", got.Attempt, got.Progress)
	}

	_, err := b.ChangeMember(ctx(t), c.class.ID, c.learner.ID, func(m *school.Member) error { m.Care.Extra = 4; return nil })
	must(t, err)
	if got := read(late); got.Attempt.Done() || got.Progress.Open != id {
		t.Errorf("with four times the time: %+v of %+v", got.Attempt, got.Progress)
	}
	after := c.given
	after.Withdrawn, after.Released = true, true
	must(t, b.ChangeAssignment(ctx(t), c.class.ID, c.given, after))
	if got := read(now()); !got.Attempt.Done() || !got.Attempt.Reviewable() || got.Progress.Done != 1 {
		t.Errorf("withdrawn and released: %+v of %+v", got.Attempt, got.Progress)
	}
	must(t, b.ChangeAssignment(ctx(t), c.class.ID, after, c.given))
	must(t, b.Leave(ctx(t), c.class.ID, c.learner.ID, school.LeftRemoved))
	if got := read(now()); got.Given != nil || !got.Attempt.Done() || got.Progress.Open != "" {
		t.Errorf("taken out of the class: %+v of %+v", got.Attempt, got.Progress)
	}
	own, err := b.Own(ctx(t), c.learner.ID, now())
	must(t, err)
	if own.Progress["pressure"].Open == "" || len(own.Progress) != 2 || len(own.Classes) != 0 {
		t.Errorf("the learner has %+v in %+v", own.Progress, own.Classes)
	}
}

// testTaskDeleted: of who deletes everything, the class keeps that there was somebody.
func testTaskDeleted(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	b.begin(t, c, edition("pressure", 3))
	must(t, b.GiveCode(ctx(t), c.learner.ID, "", school.HashCode(slug(t)), now()))
	must(t, b.Delete(ctx(t), c.learner.ID))
	b.gone(t, c.learner.ID)
	_, _, err := b.ByCode(ctx(t), school.HashCode(slug(t)), now())
	is(t, "the code of who is gone", err, ErrNotFound)
	r, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	if len(r.Members) != 1 || r.Members[0].Left != school.LeftDeleted || r.Members[0].Name != "" || len(r.Present()) != 0 {
		t.Errorf("the class has %+v", r.Members)
	}
}
