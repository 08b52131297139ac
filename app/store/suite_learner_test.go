package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// expireAt checks that the learner has these keys and that all of them expire at the moment.
func (b *bench) expireAt(t *testing.T, id string, at time.Time, keys ...string) {
	t.Helper()
	want := map[string]int64{}
	for _, key := range keys {
		want[key] = at.Unix()
	}
	if diff := cmp.Diff(want, b.expiries(t, id)); diff != "" {
		t.Errorf("expiries -want +got:\n%s", diff)
	}
}

func testExpiry(t *testing.T, b *bench) {
	e, other := edition("pressure", 3), edition("other", 3)
	w := b.learner(t, e)
	id := w.Learner.ID
	keys := []string{learnerKey(id), progressKey(id), workKey(id, "pressure")}
	steps := []struct {
		name string
		step func() error
	}{
		{"create", func() error { return nil }},
		{"answer", func() error { _, err := b.answer(ctx(t), id, w.Attempt, e, 1); return err }},
		{"finish", func() error { _, err := b.finish(ctx(t), id, w.Attempt); return err }},
		{"start again", func() error { _, err := b.start(ctx(t), id, e); return err }},
		{"start another lesson", func() error { _, err := b.start(ctx(t), id, other); return err }},
		{"visit", func() error { return b.Visit(ctx(t), id, []string{"pressure", "other"}, now()) }},
		{"mark as gone", func() error { return leave.Run(ctx(t), b.db, leaveKeys(id)).Err() }},
	}
	for _, s := range steps {
		must(t, s.step())
		if s.name == "start another lesson" {
			keys = append(keys, workKey(id, "other"))
		}
		slices.Sort(keys[2:])
		expires := b.expiries(t, id)
		if got := slices.Collect(maps.Keys(expires)); len(got) != len(keys) {
			t.Errorf("after %s: keys %v, want %v", s.name, got, keys)
		}
		for key, at := range expires {
			if early := w.Learner.Created.Add(school.Kept).Unix(); at < early || at > early+60 {
				t.Errorf("after %s: %s expires %d s from 12 months", s.name, key, at-early)
			}
		}
	}
}

func testVisit(t *testing.T, b *bench) {
	e, other := edition("pressure", 3), edition("other", 3)
	w := b.learner(t, e)
	id := w.Learner.ID
	if _, err := b.start(ctx(t), id, other); err != nil {
		t.Fatal(err)
	}
	keys := []string{learnerKey(id), progressKey(id), workKey(id, "pressure"), workKey(id, "other")}
	for _, later := range []time.Duration{0, 24 * time.Hour, 200 * 24 * time.Hour} {
		at := now().Add(later)
		must(t, b.Visit(ctx(t), id, []string{"pressure", "other", "never-begun"}, at))
		b.expireAt(t, id, at.Add(school.Kept), keys...)
		l, _, err := b.Learner(ctx(t), id, now())
		must(t, err)
		if l.Seen != school.Day(at) {
			t.Errorf("seen %s, want %s", l.Seen, school.Day(at))
		}
	}
	// Work begun in between expires by the day of its own; what is there is not pulled back to it.
	expires, third := b.expiries(t, id), edition("third", 3)
	if _, err := b.start(ctx(t), id, third); err != nil {
		t.Fatal(err)
	}
	visited := b.expiries(t, id)
	delete(visited, workKey(id, "third"))
	if diff := cmp.Diff(expires, visited); diff != "" {
		t.Errorf("a start moved what a visit had moved: -before +after:\n%s", diff)
	}
	at := now().Add(300 * 24 * time.Hour)
	must(t, b.Visit(ctx(t), id, []string{"pressure", "other", "third"}, at))
	b.expireAt(t, id, at.Add(school.Kept), append(keys, workKey(id, "third"))...)
	w.Learner.Seen = school.Day(at)
	same(t, w, b.work(t, id, w.Attempt.ID))
}

func testVisitGone(t *testing.T, b *bench) {
	const nobody = "bbbbbbbbbbbbbbbb"
	must(t, b.Visit(ctx(t), nobody, []string{"pressure"}, now()))
	if keys := b.keys(t, nobody); len(keys) > 0 {
		t.Errorf("a visit made %v", keys)
	}
	w := b.learner(t, edition("pressure", 3))
	id := w.Learner.ID
	must(t, leave.Run(ctx(t), b.db, leaveKeys(id)).Err())
	before := b.expiries(t, id)
	must(t, b.Visit(ctx(t), id, []string{"pressure"}, now().Add(48*time.Hour)))
	if diff := cmp.Diff(before, b.expiries(t, id)); diff != "" {
		t.Errorf("a visit moved what is being deleted: -before +after:\n%s", diff)
	}
	must(t, b.Delete(ctx(t), id))
	must(t, b.Visit(ctx(t), id, []string{"pressure"}, now()))
	b.gone(t, id) // a visit brings nothing back
}

// begun is a learner with work on n lessons, and the lessons' editions.
func (b *bench) begun(t *testing.T, n int) (id string, editions []quiz.Edition) {
	t.Helper()
	for i := range n {
		editions = append(editions, edition(fmt.Sprintf("lesson-%d", i), 3))
	}
	w := b.learner(t, editions[0])
	for _, e := range editions {
		a, err := b.start(ctx(t), w.Learner.ID, e)
		must(t, err)
		if _, err := b.answer(ctx(t), w.Learner.ID, a, e, 0); err != nil {
			t.Fatal(err)
		}
	}
	return w.Learner.ID, editions
}

// gone checks that nothing at all is left of a learner.
func (b *bench) gone(t *testing.T, id string) {
	t.Helper()
	for _, key := range b.keys(t, id) {
		if key != deletedKey(id) {
			t.Errorf("left over: %s", key)
		}
	}
	_, _, err := b.Learner(ctx(t), id, now())
	is(t, "a deleted learner", err, ErrNotFound)
}

func testDelete(t *testing.T, b *bench) {
	id, editions := b.begun(t, 5)
	if n := len(b.keys(t, id)); n != 7 {
		t.Fatalf("%d keys before, want 7", n)
	}
	w, err := b.Work(ctx(t), id, school.Task{Lesson: editions[2].Lesson}, "", now())
	must(t, err)
	for range 2 {
		must(t, b.Delete(ctx(t), id))
		b.gone(t, id)
		if left, err := b.db.TTL(ctx(t), deletedKey(id)).Result(); err != nil || left > school.Kept || left < school.Kept-time.Minute {
			t.Errorf("that they were deleted is noted for %v, error %v", left, err)
		}
	}
	must(t, b.DeleteMade(ctx(t), id))
	if keys := b.keys(t, id); len(keys) > 0 {
		t.Errorf("left over: %v", keys)
	}
	w.Attempt = newAttempt(t, editions[2])
	is(t, "a save afterwards", b.Save(ctx(t), w, w.Progress.Begun(w.Attempt, earned(w.Attempt), now()), now()), ErrNotFound)
	b.gone(t, id)
}

func testDeleteNobody(t *testing.T, b *bench) {
	const nobody = "cccccccccccccccc"
	refuse := b.refuse(removeLearner) // so that whatever the first step does, stays
	is(t, "cut short", b.Delete(ctx(t), nobody), errCut)
	b.gone(t, nobody)
	refuse.Store(false)
	must(t, b.Delete(ctx(t), nobody))
	if keys := b.keys(t, nobody); len(keys) > 0 {
		t.Errorf("left over: %v", keys)
	}
}

func testDeleteCutShort(t *testing.T, b *bench) {
	id, editions := b.begun(t, 3)
	w, err := b.Work(ctx(t), id, school.Task{Lesson: editions[0].Lesson}, "", now())
	must(t, err)
	refuse := b.refuse(removeLearner)
	for range 2 {
		is(t, "cut short", b.Delete(ctx(t), id), errCut)
		l, _, err := b.Learner(ctx(t), id, now())
		must(t, err) // it can still be asked whose it is
		if !l.Gone || l.SecretHash != w.Learner.SecretHash {
			t.Errorf("half deleted: %+v", l)
		}
	}
	b.expiries(t, id) // if nobody ever repeats it
	w.Attempt = newAttempt(t, editions[0])
	is(t, "a save in between", b.Save(ctx(t), w, w.Progress.Begun(w.Attempt, earned(w.Attempt), now()), now()), ErrNotFound)
	_, err = b.start(ctx(t), id, edition("new", 2))
	is(t, "a start in between", err, ErrNotFound)
	if n := len(b.keys(t, id)); n != 5 {
		t.Errorf("%d keys in between, want 5", n)
	}
	refuse.Store(false)
	must(t, b.Delete(ctx(t), id))
	b.gone(t, id)
}

// testDeleteRaces deletes while other tabs start, answer and visit, and while another tab deletes.
func testDeleteRaces(t *testing.T, b *bench) {
	for round := range 12 {
		id, editions := b.begun(t, 2)
		lessons := []string{editions[0].Lesson, editions[1].Lesson}
		pause := time.Duration(round) * 300 * time.Microsecond
		together(t, 8, func(i int) (err error) {
			switch {
			case i < 2:
				time.Sleep(pause)
				return b.Delete(ctx(t), id)
			case i == 2:
				err = b.Visit(ctx(t), id, lessons, now())
			case i < 6:
				e := edition(fmt.Sprintf("new-%d", i), 2) // whose key a delete that began before does not know
				for n := 0; err == nil && n < 3; n++ {
					_, err = b.start(ctx(t), id, e)
					e.Lesson += "x"
				}
			default:
				var a *quiz.Attempt
				if a, err = b.start(ctx(t), id, editions[i-6]); err == nil {
					_, err = b.answer(ctx(t), id, a, editions[i-6], 1)
				}
			}
			if errors.Is(err, ErrNotFound) {
				return nil // too late
			}
			return err
		})
		b.gone(t, id)
	}
}

var errCut = errors.New("cut off by the test")

// refuse lets a script fail before it is sent, until the switch it returns is set to false.
func (b *bench) refuse(script *redis.Script) *atomic.Bool {
	return b.cut(script, func() error { return errCut })
}

// before does something once, just before a script is sent.
func (b *bench) before(script *redis.Script, do func()) {
	var once atomic.Bool
	b.cut(script, func() error {
		if !once.Swap(true) {
			do()
		}
		return nil
	})
}

func (b *bench) cut(script *redis.Script, do func() error) *atomic.Bool {
	cut := &cutter{script: script.Hash(), do: do}
	cut.on.Store(true)
	b.db.AddHook(cut)
	if cluster, ok := b.db.(*redis.ClusterClient); ok { // to whose nodes it may be sent past its own hooks
		_ = cluster.ForEachMaster(context.Background(), func(_ context.Context, node *redis.Client) error {
			node.AddHook(cut)
			return nil
		})
	}
	return &cut.on
}

type cutter struct {
	script string
	do     func() error
	on     atomic.Bool
}

func (c *cutter) cuts(cmd redis.Cmder) error {
	if c.on.Load() && len(cmd.Args()) > 1 && cmd.Args()[1] == c.script {
		return c.do()
	}
	return nil
}

func (c *cutter) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *cutter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := c.cuts(cmd); err != nil {
			return err
		}
		return next(ctx, cmd)
	}
}

func (c *cutter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if err := c.cuts(cmds[0]); err != nil {
			cmds[0].SetErr(err)
			return err
		}
		return next(ctx, cmds)
	}
}
