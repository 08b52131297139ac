package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// same compares two works with what they remember of the store.
func same(t testing.TB, want, got *Work) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Work{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func testCreate(t *testing.T, b *bench) {
	w := b.learner(t, edition("pressure", 12))
	if w.Attempt.Rev != 1 {
		t.Errorf("revision %d after the creation", w.Attempt.Rev)
	}
	same(t, w, b.work(t, w.Learner.ID, w.Attempt.ID))

	l, progress, err := b.Learner(ctx(t), w.Learner.ID, now())
	must(t, err)
	if diff := cmp.Diff(w.Learner, l); diff != "" {
		t.Errorf("-created +read:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]school.Progress{"pressure": w.Progress}, progress); diff != "" {
		t.Errorf("-created +read:\n%s", diff)
	}
	attempts := b.agrees(t, w.Learner.ID, "pressure", "another")
	if diff := cmp.Diff(map[string][]*quiz.Attempt{"pressure": {w.Attempt}}, attempts); diff != "" {
		t.Errorf("-created +read:\n%s", diff)
	}
}

func testCreateTwice(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	w := b.learner(t, e)
	late := *w
	late.Attempt = w.Attempt.Clone()
	late.Attempt.Rev = 0
	if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 0); err != nil {
		t.Fatal(err)
	}
	want := b.work(t, w.Learner.ID, w.Attempt.ID)
	must(t, b.Create(ctx(t), &late, school.Progress{}.Begun(late.Attempt, earned(late.Attempt), now()), now()))
	same(t, want, b.work(t, w.Learner.ID, w.Attempt.ID))
}

func testSave(t *testing.T, b *bench) {
	e := edition("pressure", 12)
	first := b.learner(t, e)
	w := b.work(t, first.Learner.ID, first.Attempt.ID)
	for i, q := range e.Questions {
		at := now().Add(time.Duration(i) * time.Second)
		if _, err := w.Attempt.Answer(i, q, quiz.Submission{Response: response(q, i)}, at); err != nil {
			t.Fatal(err)
		}
		p := w.Progress.After(w.Attempt, earned(w.Attempt), at)
		must(t, b.Save(ctx(t), w, p, at))
		if w.Attempt.Rev != i+2 || !cmp.Equal(w.Progress, p) {
			t.Fatalf("after answer %d: revision %d, progress %+v; want %d, %+v", i+1, w.Attempt.Rev, w.Progress, i+2, p)
		}
		same(t, w, b.work(t, w.Learner.ID, w.Attempt.ID))
	}
	b.agrees(t, w.Learner.ID, "pressure")
}

func testStaleRevision(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	w := b.learner(t, e)
	stale := b.work(t, w.Learner.ID, w.Attempt.ID)
	// Progress that says the same, so that the revision alone tells that something has changed.
	must(t, b.Save(ctx(t), w, w.Progress, now()))
	want := b.work(t, w.Learner.ID, w.Attempt.ID)
	for _, rev := range []int{stale.Attempt.Rev, 0, want.Attempt.Rev + 1, want.Attempt.Rev * 10} {
		stale.Attempt.Rev = rev
		is(t, fmt.Sprintf("revision %d", rev), b.Save(ctx(t), stale, stale.Progress, now()), ErrConflict)
		if stale.Attempt.Rev != rev {
			t.Errorf("a refused save counted revision %d up", rev)
		}
	}
	same(t, want, b.work(t, w.Learner.ID, w.Attempt.ID))
}

func testStaleProgress(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	w := b.learner(t, e)
	id := w.Learner.ID
	if _, err := b.finish(ctx(t), id, w.Attempt); err != nil {
		t.Fatal(err)
	}
	stale, err := b.Work(ctx(t), id, school.Task{Lesson: "pressure"}, "", now())
	must(t, err)
	if _, err := b.start(ctx(t), id, e); err != nil {
		t.Fatal(err)
	}
	want := b.agrees(t, id, "pressure")
	stale.Attempt = newAttempt(t, e) // a new one, so that its revision says nothing
	is(t, "a second open attempt", b.Save(ctx(t), stale, stale.Progress.Begun(stale.Attempt, earned(stale.Attempt), now()), now()), ErrConflict)
	if got := b.agrees(t, id, "pressure"); len(got["pressure"]) != len(want["pressure"]) {
		t.Errorf("%d attempts, want %d", len(got["pressure"]), len(want["pressure"]))
	}
}

func testNotFound(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	const nobody = "aaaaaaaaaaaaaaaa"
	a := newAttempt(t, e)
	_, err := b.Work(ctx(t), nobody, school.Task{Lesson: "pressure"}, a.ID, now())
	is(t, "the work of nobody", err, ErrNotFound)
	_, err = b.Work(ctx(t), nobody, school.Task{Lesson: "pressure"}, "", now())
	is(t, "the progress of nobody", err, ErrNotFound)
	_, _, err = b.Learner(ctx(t), nobody, now())
	is(t, "nobody", err, ErrNotFound)
	is(t, "saving for nobody", b.Save(ctx(t), &Work{Learner: school.Learner{ID: nobody}, Attempt: a}, school.Progress{}, now()), ErrNotFound)
	if keys := b.keys(t, nobody); len(keys) > 0 {
		t.Errorf("nobody has keys: %v", keys)
	}

	w := b.learner(t, e)
	got, err := b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "pressure"}, a.ID, now())
	must(t, err)
	same(t, &Work{Learner: w.Learner, Task: w.Task, Progress: w.Progress, progress: w.progress}, got)
	got, err = b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "other"}, a.ID, now())
	must(t, err)
	same(t, &Work{Learner: w.Learner, Task: school.Task{Lesson: "other"}}, got)
	attempts, err := b.Attempts(ctx(t), w.Learner.ID, nil, now())
	if err != nil || len(attempts) != 0 {
		t.Errorf("no lessons: %v, %v", attempts, err)
	}

	a.Rev = 3 // an attempt that was there once
	got.Attempt = a
	is(t, "saving an attempt that has vanished", b.Save(ctx(t), got, got.Progress, now()), ErrConflict)
}

func testStartTogether(t *testing.T, b *bench) {
	e, other := edition("pressure", 3), edition("other", 3)
	w := b.learner(t, e)
	id := w.Learner.ID
	if _, err := b.finish(ctx(t), id, w.Attempt); err != nil {
		t.Fatal(err)
	}
	for _, e := range []quiz.Edition{e, other} {
		var opened [8]string
		together(t, len(opened), func(i int) error {
			a, err := b.start(ctx(t), id, e)
			if err == nil {
				opened[i] = a.ID
			}
			return err
		})
		for _, a := range opened {
			if a != opened[0] {
				t.Errorf("%s: starts lead to %s and %s", e.Lesson, opened[0], a)
			}
		}
	}
	attempts := b.agrees(t, id, "pressure", "other")
	if n, m := len(attempts["pressure"]), len(attempts["other"]); n != 2 || m != 1 {
		t.Errorf("%d and %d attempts, want 2 and 1", n, m)
	}
}

func testAnswersTogether(t *testing.T, b *bench) {
	e := edition("pressure", 8)
	w := b.learner(t, e)
	id := w.Learner.ID
	var changes atomic.Int32
	together(t, len(e.Questions), func(i int) error {
		changed, err := b.answer(ctx(t), id, w.Attempt, e, i)
		if changed {
			changes.Add(1)
		}
		return err
	})
	got := b.work(t, id, w.Attempt.ID)
	for i, ans := range got.Attempt.Answers {
		want := &quiz.Answer{Tries: []quiz.Sent{response(e.Questions[i], i).Sent()}, Fraction: quiz.Grade(e.Questions[i], response(e.Questions[i], i)), Closed: true}
		if ans != nil {
			want.After = ans.After
		}
		if diff := cmp.Diff(want, ans); diff != "" {
			t.Errorf("question %d: -want +got:\n%s", i+1, diff)
		}
	}
	if n := int(changes.Load()); n != 8 || got.Attempt.Rev != 9 || got.Progress.Given != 8 {
		t.Errorf("%d changes, revision %d, %d given; want 8, 9, 8", n, got.Attempt.Rev, got.Progress.Given)
	}
	b.agrees(t, id, "pressure")
}

func testSameAnswer(t *testing.T, b *bench) {
	e := edition("pressure", 8)
	w := b.learner(t, e)
	var changes atomic.Int32
	together(t, 16, func(int) error {
		changed, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 4)
		if changed {
			changes.Add(1)
		}
		return err
	})
	got := b.work(t, w.Learner.ID, w.Attempt.ID)
	if n := changes.Load(); n != 1 || got.Attempt.Rev != 2 || got.Progress.Given != 1 || got.Attempt.Given() != 1 {
		t.Errorf("stored %d times, revision %d, given %d and %d; want 1, 2, 1, 1", n, got.Attempt.Rev, got.Progress.Given, got.Attempt.Given())
	}
	b.agrees(t, w.Learner.ID, "pressure")
}

func testFinish(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	w := b.learner(t, e)
	id := w.Learner.ID
	if _, err := b.answer(ctx(t), id, w.Attempt, e, 0); err != nil {
		t.Fatal(err)
	}
	var changes atomic.Int32
	together(t, 8, func(int) error {
		changed, err := b.finish(ctx(t), id, w.Attempt)
		if changed {
			changes.Add(1)
		}
		return err
	})
	want := b.work(t, id, w.Attempt.ID)
	changed, err := b.finish(ctx(t), id, w.Attempt)
	if n := changes.Load(); n != 1 || changed || err != nil {
		t.Errorf("handed in %d times, then %v, %v", n, changed, err)
	}
	if _, err := b.answer(ctx(t), id, w.Attempt, e, 1); !errors.Is(err, quiz.ErrFinished) {
		t.Errorf("an answer after handing in: %v", err)
	}
	same(t, want, b.work(t, id, w.Attempt.ID))
	if p := want.Progress; p.Done != 1 || p.Last != w.Attempt.ID || p.Points != 1 || p.Open != "" {
		t.Errorf("progress %+v", p)
	}
	b.agrees(t, id, "pressure")
}

// testInterleaving lets browsers of one learner do what they like at once, and compares in the end.
func testInterleaving(t *testing.T, b *bench) {
	editions := []quiz.Edition{edition("pressure", 4), edition("other", 2)}
	id := b.learner(t, editions[0]).Learner.ID
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	together(t, 6, func(i int) error {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		for range 12 {
			e := editions[r.IntN(2)]
			a, err := b.start(ctx(t), id, e)
			if err != nil {
				return fmt.Errorf("start: %w", err)
			}
			switch r.IntN(6) {
			case 0:
				_, err = b.finish(ctx(t), id, a)
			case 1:
				err = b.Visit(ctx(t), id, []string{"pressure", "other"}, now())
			default:
				_, err = b.answer(ctx(t), id, a, e, r.IntN(len(e.Questions)))
			}
			if err != nil && !errors.Is(err, quiz.ErrFinished) {
				return err
			}
		}
		return nil
	})
	attempts := b.agrees(t, id, "pressure", "other")
	t.Logf("%d and %d attempts", len(attempts["pressure"]), len(attempts["other"]))
}

func testApart(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	mine, theirs := b.learner(t, e), b.learner(t, e)
	got, err := b.Work(ctx(t), mine.Learner.ID, school.Task{Lesson: "pressure"}, theirs.Attempt.ID, now())
	must(t, err)
	same(t, &Work{Learner: mine.Learner, Task: mine.Task, Progress: mine.Progress, progress: mine.progress}, got)

	// Their attempt saved as mine is a conflict, and nothing of theirs changes by what I do.
	forged := &Work{Learner: mine.Learner, Attempt: theirs.Attempt.Clone(), Progress: mine.Progress, progress: mine.progress}
	is(t, "saving another's attempt", b.Save(ctx(t), forged, forged.Progress, now()), ErrConflict)
	must(t, b.Delete(ctx(t), mine.Learner.ID))
	same(t, theirs, b.work(t, theirs.Learner.ID, theirs.Attempt.ID))
	if keys := b.keys(t, theirs.Learner.ID); len(keys) != 3 {
		t.Errorf("their keys: %v", keys)
	}
}

func testDamage(t *testing.T, b *bench) {
	e := edition("pressure", 2)
	for _, value := range []string{
		"", "x", "2", "2 ", " e 1\n", "two e 1\n", "-1 e 1\n", "0 e 1\n", "2 {", "2 h", "2 h 1", "2  1\n", "2 h x\n", "2 h 1\nx",
		"2 h 1\n1,1,0 option=o1", "2 h 1\n1,1,0,1 %zz", "2 \x00\xff", "2 " + strings.Repeat("[", 20_000),
	} {
		w := b.learner(t, e)
		must(t, b.db.HSet(ctx(t), workKey(w.Learner.ID, "pressure"), w.Attempt.ID, value).Err())
		if got, err := b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "pressure"}, w.Attempt.ID, now()); err == nil && got.Attempt != nil {
			t.Errorf("attempt %.40q is read as %+v", value, got.Attempt)
		} else if errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNotFound) {
			t.Errorf("attempt %.40q: %v", value, err)
		}
		if _, err := b.Attempts(ctx(t), w.Learner.ID, []string{"pressure"}, now()); err == nil {
			t.Errorf("attempt %.40q is in the list", value)
		}
	}
	for key, value := range map[string]string{fieldCreated: "then", progressField: "{"} {
		w := b.learner(t, e)
		place, field := learnerKey(w.Learner.ID), key
		if key == progressField {
			place, field = progressKey(w.Learner.ID), "pressure"
		}
		must(t, b.db.HSet(ctx(t), place, field, value).Err())
		_, err := b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "pressure"}, w.Attempt.ID, now())
		_, _, err2 := b.Learner(ctx(t), w.Learner.ID, now())
		for _, err := range []error{err, err2} {
			if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNotFound) {
				t.Errorf("%s %q: error %v", key, value, err)
			}
		}
		must(t, b.Delete(ctx(t), w.Learner.ID)) // even so
	}
}

// progressField stands for the place of a lesson's progress.
const progressField = "progress"

func testReopen(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	w := b.learner(t, e)
	if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 2); err != nil {
		t.Fatal(err)
	}
	want, expires := b.work(t, w.Learner.ID, w.Attempt.ID), b.expiries(t, w.Learner.ID)
	b.reopen(t)
	same(t, want, b.work(t, w.Learner.ID, w.Attempt.ID))
	if diff := cmp.Diff(expires, b.expiries(t, w.Learner.ID)); diff != "" {
		t.Errorf("expiries -before +after:\n%s", diff)
	}
	if changed, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 0); err != nil || !changed {
		t.Errorf("going on: %v, %v", changed, err)
	}
	b.agrees(t, w.Learner.ID, "pressure")
}

func testGivenUp(t *testing.T, b *bench) {
	w := b.learner(t, edition("pressure", 3))
	over, cancel := context.WithCancel(context.Background())
	cancel()
	for what, call := range b.calls(w, edition("other", 2)) {
		is(t, what, call(over), ErrUnavailable)
	}
	same(t, w, b.work(t, w.Learner.ID, w.Attempt.ID))
}
