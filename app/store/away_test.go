package store

import (
	"context"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/store/redistest"
)

const (
	soon     = 2 * time.Second         // how long a call may take when the server is away
	patience = 1500 * time.Millisecond // what a page gives the store
	none     = 0                       // a caller without a limit of its own
)

// away makes every call at once and checks that each is refused in time, and as what it is.
func (b *bench) away(t *testing.T, w *Work, limit, within time.Duration) {
	t.Helper()
	type result struct {
		name string
		err  error
		took time.Duration
	}
	calls := b.calls(w, edition("away", 2))
	results := make(chan result, len(calls))
	for name, call := range calls {
		c, cancel := context.WithCancel(context.Background())
		if limit > 0 {
			c, cancel = context.WithTimeout(context.Background(), limit)
		}
		go func() {
			defer cancel()
			begun := time.Now()
			err := call(c)
			results <- result{name, err, time.Since(begun)}
		}()
	}
	for range calls {
		r := <-results
		is(t, r.name, r.err, ErrUnavailable)
		if r.took > within {
			t.Errorf("%s took %v to say so", r.name, r.took)
		}
	}
}

// back waits until the store answers again.
func (b *bench) back(t *testing.T) {
	t.Helper()
	begun := time.Now()
	for {
		err := b.Ping(ctx(t))
		if err == nil {
			t.Logf("back after %v", time.Since(begun).Round(time.Millisecond))
			return
		}
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("still away: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestKilled(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b := newBench(t, Config{Address: server.URL()})
	e := edition("pressure", 3)
	w := b.learner(t, e)
	server.Kill()
	b.away(t, w, patience, soon)
	b.away(t, w, none, soon)
	server.Start()
	b.back(t)
	same(t, w, b.work(t, w.Learner.ID, w.Attempt.ID))
	b.once(t, w, e, 0) // the server has forgotten the script, too
}

// TestAwayFromTheStart opens a store before there is a server.
func TestAwayFromTheStart(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Kill()
	b := newBench(t, Config{Address: server.URL()})
	is(t, "ping", b.Ping(ctx(t)), ErrUnavailable)
	server.Start()
	b.back(t)
	b.learner(t, edition("pressure", 3))
}

// TestFrozen pauses the server: its connections stay open, and what it was sent lies there until it goes on.
func TestFrozen(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b := newBench(t, Config{Address: server.URL()})
	e := edition("pressure", 3)
	w, other := b.learner(t, e), b.learner(t, e)
	server.Pause()
	b.away(t, w, patience, soon)
	b.away(t, w, none, 2*soon) // two tries of two greetings each
	// What was asked before may have been done after all; an answer that is sent again then is stored once.
	c, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pending := other.copy()
	if _, err := pending.Attempt.Answer(1, e.Questions[1], quiz.Submission{Response: response(e.Questions[1], 1)}, now()); err != nil {
		t.Fatal(err)
	}
	is(t, "an answer", b.Save(c, pending, pending.Progress.After(pending.Attempt, earned(pending.Attempt), now()), now()), ErrUnavailable)
	server.Resume()
	b.back(t)
	b.once(t, other, e, 1)
}

// once repeats an answer of which nobody knows whether it was stored, and checks that it is there once.
func (b *bench) once(t *testing.T, w *Work, e quiz.Edition, i int) {
	t.Helper()
	for range 2 {
		if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, i); err != nil {
			t.Fatal(err)
		}
	}
	got := b.work(t, w.Learner.ID, w.Attempt.ID)
	if got.Attempt.Rev != w.Attempt.Rev+1 || got.Progress.Given != w.Progress.Given+1 || got.Attempt.Answers[i] == nil {
		t.Errorf("revision %d, %d given; before it was %d, %d", got.Attempt.Rev, got.Progress.Given, w.Attempt.Rev, w.Progress.Given)
	}
	b.agrees(t, w.Learner.ID, w.Attempt.Lesson)
}

// TestLostReply loses the replies to writes that the server has done.
func TestLostReply(t *testing.T) {
	t.Parallel()
	p := newProxy(t, redistest.Start(t).Addr())
	b := newBench(t, Config{Address: p.url()})
	e := edition("pressure", 6)
	w := b.learner(t, e)
	id := w.Learner.ID
	save := func(i, lost int) error {
		next := b.work(t, id, w.Attempt.ID)
		if _, err := next.Attempt.Answer(i, e.Questions[i], quiz.Submission{Response: response(e.Questions[i], i)}, now()); err != nil {
			t.Fatal(err)
		}
		p.loseReplies(lost)
		return b.Save(ctx(t), next, next.Progress.After(next.Attempt, earned(next.Attempt), now()), now())
	}
	if _, err := b.answer(ctx(t), id, w.Attempt, e, 5); err != nil { // now the server knows the script
		t.Fatal(err)
	}

	w = b.work(t, id, w.Attempt.ID)
	is(t, "one reply lost", save(0, 1), ErrConflict) // with itself: the client tries once more
	b.once(t, w, e, 0)

	w = b.work(t, id, w.Attempt.ID)
	is(t, "two replies lost", save(1, 2), ErrUnavailable)
	b.once(t, w, e, 1)

	created := fresh(e)
	p.loseReplies(2) // of one the client makes nothing
	is(t, "a creation", b.Create(ctx(t), created, created.Progress.Begun(created.Attempt, earned(created.Attempt), now()), now()), ErrUnavailable)
	must(t, b.Create(ctx(t), created, created.Progress.Begun(created.Attempt, earned(created.Attempt), now()), now()))
	same(t, created, b.work(t, created.Learner.ID, created.Attempt.ID))
	b.agrees(t, created.Learner.ID, "pressure")

	p.loseReplies(1)
	must(t, b.Delete(ctx(t), created.Learner.ID))
	b.gone(t, created.Learner.ID)

	p.loseReplies(1)
	must(t, b.KeepEdition(ctx(t), e))
	if _, err := b.Edition(ctx(t), e.Hash()); err != nil {
		t.Error(err)
	}
	p.loseReplies(1)
	must(t, b.Visit(ctx(t), id, []string{"pressure"}, now()))
	if n := p.toLose(); n != 0 {
		t.Errorf("%d replies were not lost", n)
	}
	b.agrees(t, id, "pressure")
}
