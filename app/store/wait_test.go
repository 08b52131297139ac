package store

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/store/redistest"
)

// TestWait takes the replica away: a write that only its master has is not acknowledged, and neither is its repeat,
// until a replica has it.
func TestWait(t *testing.T) {
	t.Parallel()
	master, replica := redistest.Start(t), redistest.Start(t)
	follow(t, replica, master)
	b := newBench(t, Config{Address: master.URL(), Wait: 1})
	e := edition("pressure", 6)
	w := b.learner(t, e)
	must(t, b.KeepEdition(ctx(t), e))

	// A repeat comes to another process, whose connection has nothing of its own to wait for.
	other := newBench(t, b.place)
	other.work(t, w.Learner.ID, w.Attempt.ID)
	replica.Pause()
	calls, repeats := b.calls(w, edition("waiting", 3)), other.calls(w, edition("waiting", 3))
	calls["Confirm"] = func(ctx context.Context) error { return b.Confirm(ctx, w.Learner.ID) }
	repeats["Confirm"] = func(ctx context.Context) error { return other.Confirm(ctx, w.Learner.ID) }
	for _, name := range []string{"Save", "Create", "KeepEdition", "Visit", "Confirm", "Delete"} {
		begun := time.Now()
		is(t, name, calls[name](ctx(t)), ErrUnavailable)
		if took := time.Since(begun); took > soon { // two waits where the server has to be sent the script
			t.Errorf("%s took %v to say so", name, took)
		}
		if name == "Save" {
			continue // its repeat is a conflict, and then it is Confirm that speaks
		}
		is(t, name+" again", repeats[name](ctx(t)), ErrUnavailable)
	}
	replica.Resume()
	for _, name := range []string{"Create", "KeepEdition", "Delete"} {
		must(t, calls[name](ctx(t)))
	}
	copied := newBench(t, Config{Address: replica.URL()})
	if _, err := copied.Edition(ctx(t), edition("waiting", 3).Hash()); err != nil {
		t.Errorf("the edition is not on the replica: %v", err)
	}
	_, _, err := copied.Learner(ctx(t), w.Learner.ID, now())
	is(t, "on the replica the learner", err, ErrNotFound)
}

// follow makes one server the other's replica.
func follow(t *testing.T, replica, master *redistest.Server) {
	t.Helper()
	db := redis.NewClient(&redis.Options{Addr: replica.Addr()})
	defer db.Close()
	host, port, err := net.SplitHostPort(master.Addr())
	must(t, err)
	must(t, db.Do(ctx(t), "REPLICAOF", host, port).Err())
	for !strings.Contains(db.Info(ctx(t), "replication").Val(), "master_link_status:up") {
		time.Sleep(10 * time.Millisecond)
	}
}

// TestMoved moves slots between masters: what is sent to where its key was finds the way.
func TestMoved(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 2, 2)
	e := edition("pressure", 6)
	benches, works := []*bench{}, []*Work{}
	for wait := range 2 {
		b := newBench(t, Config{Address: cluster.URL(), Wait: wait})
		benches, works = append(benches, b), append(works, b.learner(t, e))
	}
	for _, s := range cluster.Replicas { // each becomes its master's master
		db := redis.NewClient(&redis.Options{Addr: s.Addr()})
		defer db.Close()
		must(t, db.ClusterFailover(ctx(t)).Err())
		eventually(t, func() bool {
			time.Sleep(10 * time.Millisecond)
			return strings.Contains(db.Info(ctx(t), "replication").Val(), "role:master")
		})
	}
	for n, b := range benches {
		id := works[n].Learner.ID
		if _, err := b.CommentOn(ctx(t), id, works[n].Attempt.ID); !errors.Is(err, ErrNotFound) { // a command by itself
			t.Errorf("wait %d: a comment that is not there: %v", b.wait, err)
		}
		for i := range e.Questions {
			if _, err := b.answer(ctx(t), id, works[n].Attempt, e, i); err != nil {
				t.Errorf("wait %d: answer %d: %v", b.wait, i, err)
			}
		}
		b.agrees(t, id, "pressure")
	}
}

// TestDirect counts who is sent what: an answer goes to its learner's master and nowhere else, and what concerns two
// learners is divided.
func TestDirect(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 2, 0)
	b := newBench(t, Config{Address: cluster.URL()})
	e := edition("pressure", 6)
	works := []*Work{b.learner(t, e), b.learner(t, e), b.learner(t, e), b.learner(t, e)}
	seen := &recorder{}
	b.db.AddHook(seen) // after the hook under test: what goes straight does not come here
	for _, w := range works {
		if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 1); err != nil {
			t.Fatal(err)
		}
		b.agrees(t, w.Learner.ID, "pressure")
	}
	if len(seen.units) > 0 {
		t.Errorf("%v went by way of the cluster's client", seen.units)
	}
	var places []Place
	for _, w := range works {
		places = append(places, at(w.Learner.ID, e))
	}
	stored, err := b.AttemptsAt(ctx(t), places, now())
	if err != nil || len(stored) != len(works) || len(seen.units) != 1 {
		t.Errorf("of %d learners %d have attempts, sent as %v: %v", len(works), len(stored), seen.units, err)
	}
}
