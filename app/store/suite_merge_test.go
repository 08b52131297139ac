package store

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// as is the classroom with another learner in place of its own.
func (c classroom) as(l school.Learner) classroom {
	c.learner = l
	return c
}

var homework = school.Assignment{Lesson: "pressure", Preset: quiz.Homework, Counts: quiz.Highest, Late: school.LateMark}

// twoEntries is a class in which one person has two entries: each with an attempt handed in, and one that is open, and with
// work of its own. all are the attempts for the class, with the answers in them.
func (b *bench) twoEntries(t testing.TB) (c classroom, other school.Learner, all map[string]int) {
	t.Helper()
	e := edition("pressure", 4)
	c = b.classroom(t, homework)
	other = b.member(t, c.class.ID, "Stiller Wal")
	all = map[string]int{}
	for n, l := range []school.Learner{c.learner, other} {
		for i := range 2 {
			w := b.begin(t, c.as(l), e)
			for q := range n + i + 1 {
				must(t, errOf(b.answerTask(ctx(t), l.ID, w.Attempt.ID, e, q)))
			}
			all[w.Attempt.ID] = n + i + 1
			if i == 0 {
				must(t, errOf(b.finishTask(ctx(t), l.ID, w.Attempt.ID)))
			}
		}
		must(t, errOf(b.start(ctx(t), l.ID, e)))
	}
	return c, other, all
}

// changeTask is change for a class's task: it reports whether it changed something.
func (b *bench) changeTask(ctx context.Context, id, attempt string, decide func(*quiz.Attempt) (bool, error)) (bool, error) {
	task, _ := school.TaskOf(attempt)
	for range tries {
		w, err := b.Work(ctx, id, task, attempt, now())
		if err != nil {
			return false, err
		}
		if w.Attempt == nil || w.Into != "" {
			return false, ErrNotFound
		}
		changed, err := decide(w.Attempt)
		if err != nil || !changed {
			return false, err
		}
		err = b.Save(ctx, w, w.Progress.After(w.Attempt, earned(w.Attempt), now()), now())
		if !errors.Is(err, ErrConflict) {
			return err == nil, err
		}
	}
	return false, ErrConflict
}

func (b *bench) answerTask(ctx context.Context, id, attempt string, e quiz.Edition, i int) (bool, error) {
	return b.changeTask(ctx, id, attempt, func(a *quiz.Attempt) (bool, error) {
		return a.Answer(i, e.Questions[i], quiz.Submission{Response: response(e.Questions[i], i)}, now())
	})
}

func (b *bench) finishTask(ctx context.Context, id, attempt string) (bool, error) {
	return b.changeTask(ctx, id, attempt, func(a *quiz.Attempt) (bool, error) { return a.Finish(now()), nil })
}

// merged checks that kept has all attempts with their answers and a progress that says so, that other has its own work and
// nothing else, and that the class knows.
func (b *bench) merged(t testing.TB, c classroom, other school.Learner, all map[string]int) {
	t.Helper()
	task := c.task.String()
	got, err := b.Attempts(ctx(t), c.learner.ID, []string{task}, now())
	must(t, err)
	w, err := b.Work(ctx(t), c.learner.ID, c.task, "", now())
	must(t, err)
	if len(got[task]) != len(all) {
		t.Errorf("%d attempts, want %d", len(got[task]), len(all))
	}
	open := ""
	for _, a := range got[task] {
		if a.Given() != all[a.ID] {
			t.Errorf("%s has %d answers, want %d", a.ID, a.Given(), all[a.ID])
		}
		in := slices.ContainsFunc(w.Progress.Past, func(p school.Past) bool { return c.task.String()+"-"+p.ID == a.ID })
		if a.Done() != in {
			t.Errorf("%s: handed in %v, of those handed in %v", a.ID, a.Done(), in)
		}
		if !a.Done() {
			open += a.ID
		}
	}
	if p := w.Progress; p.Attempts != len(all) || p.Open != open || p.Done != len(p.Past) || p.Done != len(all)-1 {
		t.Errorf("the progress is %+v, open is %q", p, open)
	}
	own, err := b.Own(ctx(t), other.ID, now())
	must(t, err)
	if len(own.Progress) != 1 || own.Progress["pressure"].Open == "" || len(own.Classes) != 0 || own.Moved[c.class.ID].To != c.learner.ID {
		t.Errorf("the other entry has %+v in %+v, moved %+v", own.Progress, own.Classes, own.Moved)
	}
	for _, key := range b.keys(t, other.ID) {
		if key == workKey(other.ID, task) {
			t.Errorf("%s is still there", key)
		}
	}
	b.expiries(t, c.learner.ID)
	b.hasNames(t, c.class.ID, map[school.Left][]string{"": {"Mutiger Otter"}, school.LeftMerged: {""}})
	r, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	for _, m := range r.Members {
		if m.Left == school.LeftMerged && (m.Into != c.learner.ID || m.Moving) {
			t.Errorf("the class has %+v", m)
		}
	}
}

func testMerge(t *testing.T, b *bench) {
	c, other, all := b.twoEntries(t)
	class, code := c.class.ID, newCode(t)
	must(t, b.GiveCode(ctx(t), other.ID, class, code, now()))
	later := now().Add(time.Hour).Unix()
	before, err := b.Assign(ctx(t), class, school.Assignment{Lesson: "x", Key: "y", Due: now().Unix(), Longer: map[string]int64{other.ID: later}})
	must(t, err)
	_, err = b.ChangeMember(ctx(t), class, other.ID, func(m *school.Member) error { m.Care.Extra = 1.5; return nil })
	must(t, err)
	for range 2 {
		must(t, b.Merge(ctx(t), class, c.learner.ID, other.ID, now()))
		b.merged(t, c, other, all)
	}
	r, err := b.Room(ctx(t), class)
	must(t, err)
	if m, _ := r.Member(c.learner.ID); m.Care.Extra != 1.5 {
		t.Errorf("extra time was lost: %+v", m)
	}
	if a, _ := r.Assignment(before.N); len(a.Longer) != 1 || a.Longer[c.learner.ID] != later {
		t.Errorf("the later date was lost: %+v", a)
	}
	is(t, "the class's code for the other entry", errOf2(b.ByCode(ctx(t), code, now())), ErrNotFound)
	is(t, "joining as the other entry", errOf(b.Join(ctx(t), class, other.ID, "Wal", now())), ErrConflict)

	w, err := b.Work(ctx(t), other.ID, c.task, "", now())
	must(t, err)
	if w.Into != c.learner.ID || w.Given != nil {
		t.Errorf("of the other entry's work: into %q, %+v", w.Into, w.Given)
	}
	for range 2 {
		must(t, b.SeeMove(ctx(t), other.ID, class))
		own, err := b.Own(ctx(t), other.ID, now())
		must(t, err)
		if (own.Moved[class] != school.Move{To: c.learner.ID, Seen: true}) {
			t.Errorf("after it was seen: %+v", own.Moved)
		}
	}
	is(t, "seen by somebody whose work was not moved", b.SeeMove(ctx(t), c.learner.ID, class), ErrNotFound)

	third := b.member(t, class, "Stiller Wal") // the name is free
	must(t, b.Merge(ctx(t), class, third.ID, c.learner.ID, now()))
	if w, err := b.Work(ctx(t), third.ID, c.task, "", now()); err != nil || w.Progress.Attempts != len(all) {
		t.Errorf("merged again: %+v: %v", w, err)
	}
	must(t, b.Delete(ctx(t), third.ID))
	must(t, b.ForgetMove(ctx(t), other.ID, class))
	m, err := b.Join(ctx(t), class, other.ID, "Neuer Anfang", now())
	must(t, err)
	if m.Name != "Neuer Anfang" || !m.In() || m.Into != "" {
		t.Errorf("joined anew as %+v", m)
	}
}

func testMergeRefused(t *testing.T, b *bench) {
	c, other, _ := b.twoEntries(t)
	class, kept := c.class.ID, c.learner.ID
	stranger, left := b.newLearner(t), b.member(t, class, "Weg")
	must(t, b.Leave(ctx(t), class, left.ID, school.LeftSelf))
	for name, pair := range map[string][2]string{
		"somebody with themselves": {kept, kept}, "a stranger": {kept, stranger.ID}, "into a stranger": {stranger.ID, other.ID},
		"somebody who has left": {kept, left.ID}, "into somebody who has left": {left.ID, other.ID}, "into nobody": {"x" + kept[1:], other.ID},
	} {
		is(t, name, b.Merge(ctx(t), class, pair[0], pair[1], now()), ErrNotFound)
	}
	is(t, "in another class", b.Merge(ctx(t), another(class), kept, other.ID, now()), ErrNotFound)
	b.hasNames(t, class, map[school.Left][]string{"": {"Mutiger Otter", "Stiller Wal"}, school.LeftSelf: {"Weg"}})
	must(t, b.Delete(ctx(t), other.ID))
	is(t, "somebody who is deleted", b.Merge(ctx(t), class, kept, other.ID, now()), ErrNotFound)
}

// testMergeCutShort cuts a merge off before each of its writes, looks at what there is in between, and ends it.
func testMergeCutShort(t *testing.T, b *bench) {
	for name, script := range map[string]*redis.Script{"decide": swapTwo, "freeze": freeze, "adopt": adopt, "release": release, "end": admit} {
		c, other, all := b.twoEntries(t)
		class, kept := c.class.ID, c.learner.ID
		refuse, late := b.refuse(script), b.openWork(t, c.as(other))
		for range 2 {
			is(t, name, b.Merge(ctx(t), class, kept, other.ID, now()), errCut)
			b.nothingLost(t, c, other, all)
		}
		if name == "adopt" || name == "release" || name == "end" { // an answer that was on its way all the time
			is(t, "a late answer, "+name, b.Save(ctx(t), late, late.Progress, now()), ErrConflict)
		}
		refuse.Store(false)
		if name != "decide" { // it is settled which of them goes
			is(t, "the other way round", b.Merge(ctx(t), class, other.ID, kept, now()), ErrNotFound)
		}
		must(t, b.Merge(ctx(t), class, kept, other.ID, now()))
		b.merged(t, c, other, all)
	}
}

// openWork reads the work on the open attempt.
func (b *bench) openWork(t testing.TB, c classroom) *Work {
	t.Helper()
	w, err := b.Work(ctx(t), c.learner.ID, c.task, "", now())
	must(t, err)
	return b.work(t, c.learner.ID, w.Progress.Open)
}

// nothingLost checks that each attempt is to be had from one of two learners, with its answers.
func (b *bench) nothingLost(t testing.TB, c classroom, other school.Learner, all map[string]int) {
	t.Helper()
	task, found := c.task.String(), map[string]int{}
	for _, id := range []string{c.learner.ID, other.ID} {
		got, err := b.Attempts(ctx(t), id, []string{task}, now())
		must(t, err)
		for _, a := range got[task] {
			found[a.ID] = max(found[a.ID], a.Given())
		}
	}
	for id, given := range all {
		if found[id] != given {
			t.Errorf("%s has %d answers, want %d", id, found[id], given)
		}
	}
}

// testMergeTogether merges, twice at once, while both entries go on answering: what was said to be stored is there.
func testMergeTogether(t *testing.T, b *bench) {
	e := edition("pressure", 12)
	for round := range 6 {
		c := b.classroom(t, homework)
		other := b.member(t, c.class.ID, "Stiller Wal")
		attempts := map[string]string{}
		for _, l := range []school.Learner{c.learner, other} {
			attempts[l.ID] = b.begin(t, c.as(l), e).Attempt.ID
			must(t, errOf(b.start(ctx(t), l.ID, e)))
		}
		var stored [4]int // by goroutine
		together(t, 4, func(i int) error {
			if i < 2 {
				time.Sleep(time.Duration(round) * time.Millisecond)
				return b.Merge(ctx(t), c.class.ID, c.learner.ID, other.ID, now())
			}
			id := []string{c.learner.ID, other.ID}[i-2]
			for q := range e.Questions {
				changed, err := b.answerTask(ctx(t), id, attempts[id], e, q)
				if errors.Is(err, ErrNotFound) || errors.Is(err, quiz.ErrFinished) || errors.Is(err, quiz.ErrTimeUp) {
					return nil // it was moved meanwhile
				}
				if err != nil {
					return err
				}
				if changed {
					stored[i]++
				}
			}
			return nil
		})
		b.merged(t, c, other, map[string]int{attempts[c.learner.ID]: stored[2], attempts[other.ID]: stored[3]})
	}
}
