package embedded

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"
)

// children are what this test binary does when a test starts it again with
// childEnv set: tests that kill, or limit, a process need one of its own.
var children = map[string]func(dir string){}

const childEnv = "EMBEDDED_TEST_CHILD"

func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		children[role](os.Args[len(os.Args)-1])
		return
	}
	goleak.VerifyTestMain(m)
}

func child(role, dir string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), childEnv+"="+role)
	cmd.Stderr = os.Stderr
	return cmd
}

// start opens dir with a fast clock and closes it at the end of the test, when no
// goroutine may be left over.
func start(t testing.TB, dir string) *Engine { return startWith(t, dir, noFault) }

func startWith(t testing.TB, dir string, fault func(string) error) *Engine {
	t.Helper()
	left := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, left) })
	e, err := open(dir, options{step: 20 * time.Millisecond, fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, e) })
	return e
}

func stop(t testing.TB, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
}

// restart closes the engine and opens its directory again.
func restart(t testing.TB, e *Engine) *Engine {
	t.Helper()
	stop(t, e)
	return start(t, e.dir)
}

func noFault(string) error { return nil }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually waits until ok, which the clock's steps may take a moment for.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within 5 s: %s", what)
}

// dump is all keys with type, value and expiry, for comparing states.
func dump(t testing.TB, c redis.UniversalClient) map[string]string {
	t.Helper()
	ctx, all := t.Context(), map[string]string{}
	for _, key := range c.Keys(ctx, "*").Val() {
		kind := c.Type(ctx, key).Val()
		value := any(nil)
		switch kind {
		case "string":
			value = c.Get(ctx, key).Val()
		case "hash":
			value = c.HGetAll(ctx, key).Val()
		case "set":
			members := c.SMembers(ctx, key).Val()
			sort.Strings(members)
			value = members
		case "zset":
			value = c.ZRangeWithScores(ctx, key, 0, -1).Val()
		case "list":
			value = c.LRange(ctx, key, 0, -1).Val()
		}
		all[key] = fmt.Sprintf("%s %q until %d", kind, fmt.Sprint(value), c.PExpireTime(ctx, key).Val().Milliseconds())
	}
	return all
}

// together runs fn n times side by side.
func together(n int, fn func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { fn(i) })
	}
	all.Wait()
}

func TestFileIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	e := start(t, dir)
	must(t, e.Client().Set(t.Context(), "k", "v", 0).Err())
	for path, want := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, fileName): 0o600} {
		info, err := os.Stat(path)
		must(t, err)
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

func TestClose(t *testing.T) {
	e := start(t, t.TempDir())
	c := e.Client()
	// Writes that wait when Close is called are finished or refused, never lost
	// after they were acknowledged.
	saved := make([]bool, 64)
	var ready sync.WaitGroup
	ready.Add(len(saved))
	go func() {
		ready.Wait()
		_ = e.Close()
	}()
	together(len(saved), func(i int) {
		ready.Done()
		saved[i] = c.Set(context.Background(), fmt.Sprint(i), "v", 0).Err() == nil
	})
	stop(t, e)
	for name, err := range map[string]error{
		"a read": c.Get(t.Context(), "k").Err(), "a write": c.Set(t.Context(), "k", "v", 0).Err(),
		"a pipeline": pipelineErr(t, c),
	} {
		if err != redis.ErrClosed {
			t.Errorf("%s after Close: %v, want %v", name, err, redis.ErrClosed)
		}
	}
	if _, err := e.dial(); err == nil {
		t.Error("connected after Close")
	}
	again := start(t, e.dir)
	for i, ok := range saved {
		if n := again.Client().Exists(t.Context(), fmt.Sprint(i)).Val(); ok && n == 0 {
			t.Errorf("write %d was acknowledged and is gone", i)
		}
	}
}

// Close lets a write end that waits for a commit, and one that waits for its batch,
// and no call of it returns before that.
func TestCloseWaits(t *testing.T) {
	for range 8 { // the writer is told of both at once, and may see either first
		f := newFaults()
		e := startWith(t, t.TempDir(), f.ask)
		release := f.hold()
		wrote := make(chan error, 2)
		for i := range cap(wrote) {
			go func() { wrote <- e.Client().Set(context.Background(), fmt.Sprint(i), "v", 0).Err() }()
			if i == 0 {
				<-f.held
			}
		}
		eventually(t, "the second write waits", func() bool { return hasWaiting(e) })
		time.AfterFunc(10*time.Millisecond, release)
		together(2, func(int) {
			stop(t, e)
			e.mu.Lock()
			defer e.mu.Unlock()
			if !e.hungUp {
				t.Error("Close returned before it was done")
			}
		})
		must(t, <-wrote)
		must(t, <-wrote)
	}
}

func hasWaiting(e *Engine) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.waiting != nil
}

func pipelineErr(t *testing.T, c redis.UniversalClient) error {
	_, err := c.Pipelined(t.Context(), func(p redis.Pipeliner) error {
		p.Get(t.Context(), "k")
		return nil
	})
	return err
}
