package store

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/store/redistest"
)

// asked counts how often the kernel is asked about connections.
type asked struct {
	trust
	times atomic.Int64
}

func (a *asked) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		return askedConn{conn, a}, err
	}
}

type askedConn struct {
	net.Conn
	by *asked
}

func (c askedConn) SyscallConn() (syscall.RawConn, error) {
	c.by.times.Add(1)
	return c.Conn.(syscall.Conn).SyscallConn()
}

// TestTrust: of a connection that answered a moment ago nobody asks whether it is still there. When the server closes them
// all, the next answers are saved nevertheless: the first finds out, and is sent again, and the others are asked about.
func TestTrust(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b := newBench(t, Config{Address: server.URL()})
	kernel := &asked{}
	b.db.AddHook(kernel)
	e := edition("pressure", 6)
	w := b.learner(t, e)
	const clients, each = 12, 50
	crowd := func(do func()) {
		var wait sync.WaitGroup
		for range clients {
			wait.Go(do)
		}
		wait.Wait()
	}
	crowd(func() {
		for range each {
			if _, err := b.Store.Work(ctx(t), w.Learner.ID, w.Task, w.Attempt.ID, now()); err != nil {
				t.Error(err)
			}
		}
	})
	if n := kernel.times.Load(); n > clients*each/5 {
		t.Errorf("in a crowd of %d trips the kernel was asked %d times", clients*each, n)
	}

	other := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer other.Close()
	for i := range e.Questions {
		crowd(func() { // each has a connection of its own, which has just answered then: one for commands, one for pipelines
			b.db.Do(ctx(t), "BLPOP", "nothing", "0.05")
			_, _ = b.db.Pipelined(ctx(t), func(p redis.Pipeliner) error { return p.Do(ctx(t), "BLPOP", "nothing", "0.05").Err() })
		})
		closed, err := other.ClientKillByFilter(ctx(t), "TYPE", "normal").Result()
		if err != nil || closed < clients {
			t.Fatalf("%d connections closed: %v", closed, err)
		}
		if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, i); err != nil {
			t.Errorf("answer %d, after all connections were closed: %v", i, err)
		}
	}
	b.agrees(t, w.Learner.ID, "pressure")

	time.Sleep(2 * time.Duration(trusted))
	before := kernel.times.Load()
	must(t, b.Ping(ctx(t)))
	if kernel.times.Load() == before {
		t.Error("a connection that has rested was not asked about")
	}
}
