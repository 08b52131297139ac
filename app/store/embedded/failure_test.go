package embedded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
)

// faults makes commits and reloads fail, or wait.
type faults struct {
	mu   sync.Mutex
	errs map[string]error
	gate chan struct{} // a commit waits until it is closed
	held chan struct{} // is told that a commit waits
}

func newFaults() *faults { return &faults{errs: map[string]error{}, held: make(chan struct{}, 100)} }

func (f *faults) set(op string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errs[op] = err
}

// hold makes commits wait until the returned function is called.
func (f *faults) hold() (release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	gate := make(chan struct{})
	f.gate = gate
	return sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.gate = nil
		close(gate)
	})
}

func (f *faults) ask(op string) error {
	f.mu.Lock()
	gate := f.gate
	f.mu.Unlock()
	if op == "commit" && gate != nil {
		f.held <- struct{}{}
		<-gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.errs[op]
}

var errNoRoom = errors.New("no space left on device")

func unavailable(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, ErrUnavailable) {
		t.Errorf("%s: %v, want it to be unavailable", what, err)
	}
}

func TestCommitFails(t *testing.T) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()
	must(t, c.HSet(ctx, "h", "saved", "yes").Err())
	must(t, c.Set(ctx, "temporary", "v", time.Hour).Err())
	before := dump(t, c)

	f.set("reload", errNoRoom)
	f.set("commit", errNoRoom)
	err := c.HSet(ctx, "h", "unsaved", "yes").Err()
	unavailable(t, "the write that failed", err)
	if !errors.Is(err, errNoRoom) {
		t.Errorf("%v does not say why", err)
	}
	unavailable(t, "a write", c.Set(ctx, "k", "v", 0).Err())
	unavailable(t, "a read", c.HGetAll(ctx, "h").Err())
	unavailable(t, "any read", c.Ping(ctx).Err())
	cmds, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HGet(ctx, "h", "saved")
		p.Type(ctx, "h")
		return nil
	})
	unavailable(t, "a pipeline", err)
	unavailable(t, "a command of it", cmds[1].Err())

	// Room to read, none to write: what was saved can be seen.
	f.set("reload", nil)
	eventually(t, "reads return", func() bool { return c.Ping(ctx).Err() == nil })
	if diff := cmp.Diff(before, dump(t, c)); diff != "" {
		t.Errorf("state after the reload:\n%s", diff)
	}
	unavailable(t, "a write while the disk is full", c.Set(ctx, "k", "v", 0).Err())
	if n := failures(e); n != 1 {
		t.Errorf("%d failed commits: a write that must fail was tried", n)
	}

	f.set("commit", nil)
	eventually(t, "writes return", func() bool { return c.HSet(ctx, "h", "later", "yes").Err() == nil })
	want := map[string]string{"saved": "yes", "later": "yes"}
	for range 2 {
		if diff := cmp.Diff(want, c.HGetAll(ctx, "h").Val()); diff != "" {
			t.Errorf("the hash:\n%s", diff)
		}
		e = restart(t, e)
		c = e.Client()
	}
}

// While commits fail now and then, what was acknowledged and what is visible are
// the same, and stay it over a restart.
func TestFailuresUnderLoad(t *testing.T) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()
	var acknowledged sync.Map
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 6 {
			time.Sleep(25 * time.Millisecond)
			f.set("commit", errNoRoom)
			time.Sleep(25 * time.Millisecond)
			f.set("commit", nil)
		}
	}()
	together(8, func(w int) {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			field := fmt.Sprintf("%d.%d", w, i)
			if err := c.HSet(ctx, fmt.Sprint(w), field, "v").Err(); err == nil {
				acknowledged.Store(field, true)
			}
			for _, got := range c.HKeys(ctx, fmt.Sprint(w)).Val() {
				if _, ok := acknowledged.Load(got); !ok {
					t.Errorf("%s is visible and was not acknowledged", got)
				}
			}
			time.Sleep(time.Millisecond)
		}
	})
	if failures(e) == 0 {
		t.Error("nothing failed")
	}
	e = restart(t, e)
	n := 0
	acknowledged.Range(func(field, _ any) bool {
		w, _, _ := strings.Cut(field.(string), ".")
		if !e.Client().HExists(ctx, w, field.(string)).Val() {
			t.Errorf("%s was acknowledged and is gone", field)
		}
		n++
		return true
	})
	if n == 0 {
		t.Error("nothing was acknowledged")
	}
}

// A read answers only from what is on disk.
func TestReadWaitsForTheCommit(t *testing.T) {
	reads := []struct {
		name  string
		waits bool
		run   func(ctx context.Context, c redis.UniversalClient) error
	}{
		{"the key", true, func(ctx context.Context, c redis.UniversalClient) error { return c.HGetAll(ctx, "h").Err() }},
		{"another key", false, func(ctx context.Context, c redis.UniversalClient) error { return c.Get(ctx, "other").Err() }},
		{"a key named in bytes", true, func(ctx context.Context, c redis.UniversalClient) error {
			return c.Do(ctx, "HGETALL", []byte("h")).Err()
		}},
		{"a key of another type", true, func(ctx context.Context, c redis.UniversalClient) error {
			return ignoreNil(c.Do(ctx, "HGET", 17, "f").Err())
		}},
		{"several keys", true, func(ctx context.Context, c redis.UniversalClient) error { return c.Exists(ctx, "other", "h").Err() }},
		{"all keys", true, func(ctx context.Context, c redis.UniversalClient) error { return c.Keys(ctx, "*").Err() }},
		{"a script", true, func(ctx context.Context, c redis.UniversalClient) error {
			return c.EvalRO(ctx, `return redis.call('HGET', 'h', 'f')`, nil).Err()
		}},
		{"a pipeline", true, func(ctx context.Context, c redis.UniversalClient) error {
			_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
				p.Get(ctx, "other")
				p.HGet(ctx, "h", "f")
				return nil
			})
			return err
		}},
		{"no key at all", false, func(ctx context.Context, c redis.UniversalClient) error {
			return c.Publish(ctx, "channel", "m").Err()
		}},
	}
	writes := map[string]func(ctx context.Context, c redis.UniversalClient) error{
		"HSET": func(ctx context.Context, c redis.UniversalClient) error { return c.HSet(ctx, "h", "f", "v").Err() },
		"a script that does not declare it": func(ctx context.Context, c redis.UniversalClient) error {
			return ignoreNil(c.Eval(ctx, `redis.call('HSET', 'h', 'f', 'v')`, nil).Err())
		},
	}
	for wrote, write := range writes {
		for _, read := range reads {
			t.Run(wrote+"/"+read.name, func(t *testing.T) { testReadWaits(t, write, read.run, read.waits) })
		}
	}
}

func ignoreNil(err error) error {
	if err == redis.Nil {
		return nil
	}
	return err
}

func testReadWaits(t *testing.T, write, read func(context.Context, redis.UniversalClient) error, waits bool) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()
	must(t, c.Set(ctx, "other", "v", 0).Err())
	release := f.hold()
	defer release()
	wrote := make(chan error, 1)
	go func() { wrote <- write(ctx, c) }()
	<-f.held
	answered := make(chan error, 1)
	go func() { answered <- read(ctx, c) }()
	patience := 5 * time.Second
	if waits {
		patience = 30 * time.Millisecond
	}
	select {
	case err := <-answered:
		if must(t, err); waits {
			t.Error("answered from what is not on disk")
		}
		answered <- nil
	case <-time.After(patience):
		if !waits {
			t.Error("waits for a write that does not concern it")
		}
	}
	select {
	case err := <-wrote:
		t.Errorf("acknowledged before it was on disk: %v", err)
		wrote <- err
	default:
	}
	release()
	must(t, <-wrote)
	must(t, <-answered)
}

// The write may come after the read has begun: it looks when it has its answer.
func TestReadOvertakenByAWrite(t *testing.T) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	release := f.hold()
	defer release()
	answered := make(chan error, 1)
	ran := make(chan struct{})
	go func() {
		answered <- e.read(ctx, plan{kind: read, keys: []string{"k"}}, func(context.Context) {
			go e.Client().Set(ctx, "k", "v", 0)
			<-f.held
			close(ran)
		})
	}()
	<-ran
	select {
	case err := <-answered:
		t.Errorf("answered from what is not on disk: %v", err)
		answered <- nil
	case <-time.After(30 * time.Millisecond):
	}
	release()
	must(t, <-answered)
}

// A read that saw what then failed must not tell it, even when the engine has
// recovered by the time it looks.
func TestReadOfAFailedWrite(t *testing.T) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()

	release := f.hold()
	f.set("commit", errNoRoom)
	wrote, saw, ran := make(chan error, 1), make(chan error, 1), make(chan struct{})
	go func() { wrote <- c.Set(ctx, "k", "v", 0).Err() }()
	<-f.held
	go func() {
		saw <- e.read(ctx, plan{kind: read, keys: []string{"k"}}, func(context.Context) { close(ran) })
	}()
	<-ran
	release()
	unavailable(t, "the write", <-wrote)
	unavailable(t, "the read that waited", <-saw)
	eventually(t, "reads return", func() bool { return c.Get(ctx, "k").Err() == redis.Nil })

	f.set("commit", nil)
	eventually(t, "writes return", func() bool { return c.Set(ctx, "other", "v", 0).Err() == nil })
	f.set("commit", errNoRoom)
	err := e.read(ctx, plan{kind: read, keys: []string{"k"}}, func(context.Context) {
		unavailable(t, "the write during the read", c.Set(ctx, "k", "v", 0).Err())
		eventually(t, "reads return", func() bool { return c.Ping(ctx).Err() == nil })
	})
	unavailable(t, "the read that was overtaken", err)
	f.set("commit", nil)
}

// A batch that gathers while the one before it fails finds no memory to run in.
func TestBatchAfterAFailedOne(t *testing.T) {
	ctx := t.Context()
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()
	release := f.hold()
	f.set("commit", errNoRoom)
	f.set("reload", errNoRoom)
	wrote := make(chan error, 2)
	for i := range cap(wrote) {
		go func() { wrote <- c.Set(ctx, fmt.Sprint(i), "v", 0).Err() }()
		if i == 0 {
			<-f.held
		}
	}
	eventually(t, "the second write waits", func() bool { return hasWaiting(e) })
	release()
	unavailable(t, "one write", <-wrote)
	unavailable(t, "the other write", <-wrote)
	if n := failures(e); n != 1 {
		t.Errorf("%d failed commits, want 1", n)
	}
}

func failures(e *Engine) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.failures
}

func TestContextEndsTheWait(t *testing.T) {
	f := newFaults()
	e := startWith(t, t.TempDir(), f.ask)
	c := e.Client()
	must(t, c.Set(t.Context(), "k", "old", 0).Err())
	release := f.hold()
	defer release()
	go c.Set(context.Background(), "k", "first", 0)
	<-f.held
	short, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	together(3, func(i int) {
		err := error(nil)
		switch i {
		case 0:
			err = c.Get(short, "k").Err() // waits for the commit
		case 1:
			err = c.Set(short, "k", "never", 0).Err() // waits for its batch
		case 2:
			_, err = c.TxPipelined(short, func(p redis.Pipeliner) error { p.Set(short, "k", "never", 0); return nil })
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("case %d: %v", i, err)
		}
	})
	if err := c.Set(short, "k", "never", 0).Err(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after the deadline: %v", err)
	}
	release()
	must(t, c.Set(t.Context(), "other", "v", 0).Err())
	if got := c.Get(t.Context(), "k").Val(); got != "first" {
		t.Errorf("the key is %q: a write ran after its caller had gone", got)
	}
}

// A command that is running is waited for: cut off, a script would stop between two
// writes, or go on after the snapshot.
func TestRunningWriteIsNotCutOff(t *testing.T) {
	e := start(t, t.TempDir())
	c := e.Client()
	short, cancel := context.WithCancel(t.Context())
	err := e.write(short, func(ctx context.Context) {
		cancel()
		if _, limited := ctx.Deadline(); limited || ctx.Err() != nil {
			t.Error("the running write can be cut off")
		}
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	must(t, c.Set(t.Context(), "k", "v", 0).Err())
}
