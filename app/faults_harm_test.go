//go:build unix

package main

import (
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// harmEnv names the harm that a process of the tests does to itself when it gets SIGUSR1, and takes back at SIGUSR2.
const harmEnv = "EBERBACH_TEST_HARM"

func init() { armHarm = readyForHarm }

// readyForHarm makes this process ready for what its environment names.
func readyForHarm() {
	harm, heal := func() {}, func() {}
	switch os.Getenv(harmEnv) {
	case "":
		return
	case "disk": // a limit on the size of files is as good as a full disk
		signal.Ignore(syscall.SIGXFSZ)
		var unlimited syscall.Rlimit
		_ = syscall.Getrlimit(syscall.RLIMIT_FSIZE, &unlimited)
		limit := func(n uint64) {
			_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: unlimited.Max})
		}
		harm, heal = func() { limit(32 << 10) }, func() { limit(unlimited.Cur) }
	case "clock":
		var step atomic.Int64
		clock = func() time.Time { return time.Now().Add(time.Duration(step.Load())) }
		harm, heal = func() { step.Add(int64(2 * time.Hour)) }, func() { step.Add(int64(-5 * time.Hour)) }
	}
	calls := make(chan os.Signal, 1)
	signal.Notify(calls, syscall.SIGUSR1, syscall.SIGUSR2)
	go func() {
		for call := range calls {
			if call == syscall.SIGUSR1 {
				harm()
			} else {
				heal()
			}
		}
	}()
}

// bootFor starts a process that can do a harm to itself.
func bootFor(t *testing.T, harm string, args ...string) *program {
	t.Helper()
	t.Setenv(harmEnv, harm)
	return boot(t, args...)
}

func (p *program) signal(s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Errorf("signal %v: %v", s, err)
	}
}

// TestFrozenRedis stops redis-server where it is, connections open, for longer than anybody waits for it.
func TestFrozenRedis(t *testing.T) {
	redis := redistest.Start(t, "--appendfsync", "everysec")
	p := boot(t, "--redis", redis.URL(), "--log", "off")
	a := load(t, []string{p.url}, 2*harder, func(a *account) {
		redis.Pause()
		a.wait503(t)
		time.Sleep(2 * time.Second)
		redis.Resume()
	})
	a.settle(t, store.Config{Address: redis.URL()})
	a.inTime(t, 3*time.Second)
	p.ends(t)
}

// TestSlowNetwork lets every message to and from Redis take so long that some answers are too late: nobody knows of those
// whether they were saved.
func TestSlowNetwork(t *testing.T) {
	redis := redistest.Start(t, "--appendfsync", "everysec")
	net := newNetwork(t, redis.Addr())
	p := boot(t, "--redis", net.url(), "--log", "off")
	a := load(t, []string{p.url}, 2*harder, func(a *account) {
		net.delay.Store(int64(150 * time.Millisecond)) // slow, and it works
		time.Sleep(time.Second)
		net.delay.Store(int64(400 * time.Millisecond)) // there and back takes longer than the limit
		a.wait503(t)
		time.Sleep(time.Second)
		net.delay.Store(0)
	})
	a.settle(t, store.Config{Address: redis.URL()})
	a.inTime(t, 4*time.Second)
	p.ends(t)
}

// TestCutNetwork cuts every connection to Redis in the middle of what it carries, and lets none be made for a while.
func TestCutNetwork(t *testing.T) {
	redis := redistest.Start(t, "--appendfsync", "everysec")
	net := newNetwork(t, redis.Addr())
	p := boot(t, "--redis", net.url(), "--log", "off")
	a := load(t, []string{p.url}, 3*harder, func(a *account) {
		net.cut()
		a.wait503(t)
		time.Sleep(500 * time.Millisecond)
		net.mend()
	})
	a.settle(t, store.Config{Address: redis.URL()})
	a.inTime(t, 3*time.Second)
	p.ends(t)
}

// TestFullDisk lets the embedded database find no room: answers are refused, nothing else, until there is room again.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	p := bootFor(t, "disk", "--data", dir, "--log", "off")
	a := load(t, []string{p.url}, 2*harder, func(a *account) {
		p.signal(syscall.SIGUSR1)
		a.wait503(t)
		if status, _ := p.get("/en/lessons/false-alarms"); status != http.StatusOK {
			t.Errorf("with a full disk a lesson cannot be read: %d", status)
		}
		p.signal(syscall.SIGUSR2)
	})
	p.ends(t)
	a.settle(t, store.Config{Dir: dir})
}

// TestClockSteps sets the clock of one process two hours on and five back, again and again, beside one with the right time.
// Only what is kept for months goes by the clock of Redis.
func TestClockSteps(t *testing.T) {
	redis := redistest.Start(t, "--appendfsync", "everysec")
	stepping := bootFor(t, "clock", "--redis", redis.URL(), "--log", "off")
	t.Setenv(harmEnv, "")
	right := boot(t, "--redis", redis.URL(), "--log", "off")
	a := load(t, []string{stepping.url, right.url}, 2*harder, func(a *account) {
		stepping.signal(syscall.SIGUSR1)
		a.grow(t, 50)
		stepping.signal(syscall.SIGUSR2)
		a.grow(t, 50)
	})
	a.settle(t, store.Config{Address: redis.URL()})
	if n := a.saw503(); n > 0 || a.seen[0] > 0 {
		t.Errorf("%d requests were refused, %d not answered", n, a.seen[0])
	}
	stepping.ends(t)
	right.ends(t)
}

// TestOneOfTwoDies kills one of two processes on one Redis; pupils ask the other one.
func TestOneOfTwoDies(t *testing.T) {
	redis, addr := redistest.Start(t, "--appendfsync", "everysec"), freeAddress(t)
	second := freeAddress(t)
	start := func(addr string) *program { return boot(t, "--redis", redis.URL(), "--addr", addr, "--log", "off") }
	dying, other := start(addr), start(second)
	a := load(t, []string{"http://" + addr, "http://" + second}, 3*harder, func(a *account) {
		_ = dying.cmd.Process.Kill()
		_ = dying.cmd.Wait()
		a.grow(t, 50) // by the other one alone
		dying = start(addr)
	})
	a.settle(t, store.Config{Address: redis.URL()})
	if n := a.saw503(); n > 0 {
		t.Errorf("%d requests were refused though a process was there for them", n)
	}
	dying.ends(t)
	other.ends(t)
}

func (p *program) ends(t *testing.T) {
	t.Helper()
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d: %s", code, p.stderr)
	}
}

// wait503 waits until somebody is told that nothing can be saved now: the harm is felt.
func (a *account) wait503(t *testing.T) {
	t.Helper()
	before := a.saw503()
	for end := time.Now().Add(20 * time.Second); a.saw503() == before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody notices the harm")
		}
	}
}

// inTime fails when somebody had to wait too long for an answer of whatever kind.
func (a *account) inTime(t *testing.T, limit time.Duration) {
	t.Helper()
	if a.longest > limit {
		t.Errorf("a request took %v", a.longest)
	}
}

// network stands between the program and Redis: it can be slow, and it can be cut.
type network struct {
	listener net.Listener
	target   string
	delay    atomic.Int64

	mu      sync.Mutex
	broken  bool
	conns   map[net.Conn]bool
	running sync.WaitGroup
}

func newNetwork(t *testing.T, target string) *network {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{listener: l, target: target, conns: map[net.Conn]bool{}}
	n.running.Go(n.accept)
	t.Cleanup(func() {
		n.cut()
		_ = l.Close()
		n.running.Wait()
	})
	return n
}

func (n *network) url() string { return "redis://" + n.listener.Addr().String() + "/0" }

func (n *network) accept() {
	for {
		near, err := n.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", n.target)
		if err != nil || !n.keep(near, far) {
			_ = near.Close()
			continue
		}
		n.running.Go(func() { n.carry(near, far) })
		n.running.Go(func() { n.carry(far, near) })
	}
}

func (n *network) keep(near, far net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken {
		_ = far.Close()
		return false
	}
	n.conns[near], n.conns[far] = true, true
	return true
}

func (n *network) carry(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	for buffer := make([]byte, 64<<10); ; {
		k, err := from.Read(buffer)
		time.Sleep(time.Duration(n.delay.Load()))
		if _, failed := to.Write(buffer[:k]); errors.Join(err, failed) != nil {
			return
		}
	}
}

func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = true
	for c := range n.conns {
		_ = c.Close()
		delete(n.conns, c)
	}
}

func (n *network) mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = false
}
