// Package redistest starts private Redis servers for tests.
package redistest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

const (
	// Ports come from below the range that systems give out by themselves. So a
	// server that is killed finds its port free again, and a client that dials
	// it meanwhile does not by chance meet itself. A cluster's second port, 10,000
	// higher, is below that range too.
	firstPort, lastPort = 10_000, 19_999

	// patience is for starting a program on a machine that is busy.
	patience = 20 * time.Second
	pause    = 10 * time.Millisecond
)

// errPort is a server that ended because somebody else has its port.
var errPort = errors.New("the port is taken")

// Server is a Redis of a test's own, on a loopback port. Its methods are for the
// test's goroutine: what goes wrong ends the test.
type Server struct {
	t    testing.TB
	path string // of the program
	dir  string
	port int
	args []string

	process *exec.Cmd
	ended   chan struct{} // closed when process was waited for
	guard   *guard
}

// Start starts a redis-server with an empty data directory and returns when it
// answers; the test's end ends it, and so does any other end of the test's process.
// It keeps what it acknowledges when it is killed: each write is with the system
// before it is answered. Nothing waits for the disk (AOF, fsync no), since no test
// takes the power away, and a busy disk would hold up every request beside it. args
// are further options in redis-server's form ("--maxmemory", "10mb") and win over
// the ones given here.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("this test needs a real Redis: install redis-server (apt-get install redis-server, brew install redis), or run make tools: %v", err)
	}
	s := &Server{t: t, path: path, dir: t.TempDir(), args: args}
	if s.guard, err = newGuard(); err != nil {
		t.Fatalf("redistest: %v", err)
	}
	t.Cleanup(s.end)
	for range 20 {
		s.port = firstPort + rand.IntN(lastPort-firstPort+1)
		if !free(s.port) {
			continue
		}
		if err = s.start(); !errors.Is(err, errPort) {
			break
		}
	}
	if s.process == nil {
		t.Fatalf("redistest: %v", err)
	}
	return s
}

// Addr is the server's host:port. It stays the same when the server is started again.
func (s *Server) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL is the server's address as a redis:// URL.
func (s *Server) URL() string { return "redis://" + s.Addr() + "/0" }

// Pause stops the server where it is: its connections stay open and nothing is answered.
func (s *Server) Pause() {
	s.t.Helper()
	s.signal("-STOP")
}

// Resume lets a paused server go on. It finds what was sent to it meanwhile.
func (s *Server) Resume() {
	s.t.Helper()
	s.signal("-CONT")
}

// Kill ends the server as a power cut would end it, but for what the kernel has; it
// returns when it is dead. A server that is dead already stays so.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill() // fails only when it has just ended by itself
	<-s.ended
	s.process = nil
}

// Start starts a killed server again, on its port and with its data.
func (s *Server) Start() {
	s.t.Helper()
	if s.process != nil {
		s.t.Fatal("redistest: the server runs already; Kill it first")
	}
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(pause) {
		if err = s.start(); !errors.Is(err, errPort) {
			break
		}
	}
	if err != nil {
		s.t.Fatalf("redistest: %v", err)
	}
}

func (s *Server) end() {
	s.Kill()
	s.guard.close()
}

// start runs the program once and waits until it serves. It reads that from the
// program's own log: at the port somebody else might answer.
func (s *Server) start() error {
	path := filepath.Join(s.dir, "redis.log")
	log, err := os.Create(path)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(s.path, append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--dir", s.dir, "--daemonize", "no", "--logfile", "",
		"--save", "", "--appendonly", "yes", "--appendfsync", "no",
	}, s.args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.guard.watch(strconv.Itoa(cmd.Process.Pid))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()    // how it ended is in its log
		s.guard.watch("") // its number may be somebody else's from now on
	}()
	s.process, s.ended = cmd, ended
	if err := serving(path, ended); err != nil {
		s.Kill()
		return err
	}
	return nil
}

// serving waits until the log says that connections are taken.
func serving(path string, ended <-chan struct{}) error {
	timeout := time.After(patience)
	for {
		over := false
		select {
		case <-ended:
			over = true // look once more at what it wrote last
		case <-timeout:
			return fmt.Errorf("redis-server does not get ready:\n%s", readLog(path))
		case <-time.After(pause):
		}
		log := readLog(path)
		switch {
		case over && bytes.Contains(log, []byte("Address already in use")):
			return fmt.Errorf("%w:\n%s", errPort, log)
		case over:
			return fmt.Errorf("redis-server ended:\n%s", log)
		case bytes.Contains(log, []byte("Ready to accept connections")):
			return nil
		}
	}
}

func readLog(path string) []byte {
	log, err := os.ReadFile(path)
	if err != nil {
		return []byte(err.Error())
	}
	return log
}

func (s *Server) signal(name string) {
	s.t.Helper()
	if s.process == nil {
		s.t.Fatalf("redistest: kill %s: the server does not run", name)
	}
	// By the shell, because Go names these signals on some systems only.
	pid := strconv.Itoa(s.process.Process.Pid)
	if out, err := exec.Command("sh", "-c", `kill "$0" "$1"`, name, pid).CombinedOutput(); err != nil {
		s.t.Fatalf("redistest: kill %s: %v: %s", name, err, out)
	}
}

func free(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// guard is a process that kills the server when the test's process is gone. No
// cleanup runs when a test panics, times out or is killed, but the pipe to the guard
// closes then in any case.
type guard struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

func newGuard() (*guard, error) {
	cmd := exec.Command("sh", "-c", `while read -r next; do pid=$next; done; [ -z "$pid" ] || kill -KILL "$pid"`)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &guard{cmd, stdin}, nil
}

// watch names the process that has to go, instead of the one before; "" is none.
func (g *guard) watch(pid string) { fmt.Fprintln(g.stdin, pid) }

// close ends the guard when its server has ended.
func (g *guard) close() {
	_ = g.stdin.Close()
	_ = g.cmd.Wait()
}
