package store

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// testWhole: a learner who is stored at once is like one who has come to the same point step by step.
func testWhole(t *testing.T, b *bench) {
	e, other := edition("pressure", 4), edition("other", 3)
	must(t, b.KeepEdition(ctx(t), e))
	w := b.learner(t, e)
	for i := range e.Questions {
		_, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, i)
		must(t, err)
	}
	_, err := b.finish(ctx(t), w.Learner.ID, w.Attempt)
	must(t, err)
	_, err = b.start(ctx(t), w.Learner.ID, other)
	must(t, err)
	tasks := []string{"pressure", "other"}
	own, err := b.Own(ctx(t), w.Learner.ID, now())
	must(t, err)
	attempts, err := b.Attempts(ctx(t), own.ID, tasks, now())
	must(t, err)

	copied, _, err := school.NewLearner(rand.Reader, own.Created)
	must(t, err)
	whole := Whole{
		Learner: copied, Progress: own.Progress, Attempts: append(attempts["pressure"], attempts["other"]...),
		Classes: map[string]school.Membership{"class": {Joined: 7}}, Notes: []annot.Note{note("one"), note("two")},
	}
	seen := now().Add(-48 * time.Hour)
	must(t, b.CreateWhole(ctx(t), whole, seen))
	must(t, b.CreateWhole(ctx(t), whole, seen))
	got, err := b.Own(ctx(t), copied.ID, now())
	must(t, err)
	if diff := cmp.Diff(&Own{copied, own.Progress, whole.Classes}, got); diff != "" {
		t.Errorf("learner -want +got:\n%s", diff)
	}
	notes, err := b.Notes(ctx(t), copied.ID)
	must(t, err)
	if diff := cmp.Diff(whole.Notes, notes); diff != "" {
		t.Errorf("notes -want +got:\n%s", diff)
	}
	stored, err := b.Attempts(ctx(t), copied.ID, tasks, now())
	must(t, err)
	if diff := cmp.Diff(attempts, stored); diff != "" {
		t.Errorf("attempts -want +got:\n%s", diff)
	}
	b.expireAt(t, copied.ID, seen.Add(school.Kept), learnerKey(copied.ID), progressKey(copied.ID), membershipsKey(copied.ID), notesKey(copied.ID),
		workKey(copied.ID, "pressure"), workKey(copied.ID, "other"))

	// They go on from there.
	open := b.work(t, copied.ID, stored["other"][0].ID)
	changed, err := b.answer(ctx(t), copied.ID, open.Attempt, other, 0)
	if err != nil || !changed {
		t.Errorf("an answer afterwards: changed %v, error %v", changed, err)
	}
}

// testWholeTaken: nobody's work is written over another's.
func testWholeTaken(t *testing.T, b *bench) {
	w := b.learner(t, edition("pressure", 3))
	stranger, _, err := school.NewLearner(rand.Reader, now())
	must(t, err)
	stranger.ID = w.Learner.ID
	before, err := b.Own(ctx(t), w.Learner.ID, now())
	must(t, err)
	is(t, "another's id", b.CreateWhole(ctx(t), Whole{Learner: stranger, Progress: map[string]school.Progress{"other": {Attempts: 1}}}, now()), ErrTaken)
	after, err := b.Own(ctx(t), w.Learner.ID, now())
	must(t, err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("it changed:\n%s", diff)
	}
	if err := b.CreateWhole(ctx(t), Whole{Learner: stranger, Attempts: []*quiz.Attempt{{ID: "no task"}}}, now()); err == nil {
		t.Error("an attempt without a task is stored")
	}
}

// testDemoNotes: a part of the demo is noted once, until it is forgotten. All places share them, so the part is its own.
func testDemoNotes(t *testing.T, b *bench) {
	part, err := school.NewID(rand.Reader)
	must(t, err)
	must(t, b.NoteDemo(ctx(t), part, "first"))
	is(t, "noted again", b.NoteDemo(ctx(t), part, "second"), ErrTaken)
	notes, err := b.DemoNotes(ctx(t))
	must(t, err)
	if notes[part] != "first" {
		t.Errorf("noted is %q", notes[part])
	}
	must(t, b.ForgetDemo(ctx(t), part))
	must(t, b.ForgetDemo(ctx(t), part))
	notes, err = b.DemoNotes(ctx(t))
	must(t, err)
	if _, there := notes[part]; there {
		t.Errorf("it is not forgotten: %q", notes[part])
	}
	must(t, b.NoteDemo(ctx(t), part, "third"))
	must(t, b.ForgetDemo(ctx(t), part))
}
