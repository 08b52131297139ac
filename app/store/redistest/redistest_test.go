package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// say sends one command and returns the first line of the answer.
func say(s *Server, command string) (string, error) {
	c, err := net.DialTimeout("tcp", s.Addr(), time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	fmt.Fprintf(c, "%s\r\n", command)
	line, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line), err
}

func expect(t *testing.T, s *Server, command, want string) {
	t.Helper()
	if got, err := say(s, command); err != nil || got != want {
		t.Fatalf("%s: %q, %v; want %q", command, got, err, want)
	}
}

func TestKillKeepsWhatWasAcknowledged(t *testing.T) {
	s := Start(t)
	if want := "redis://" + s.Addr() + "/0"; s.URL() != want {
		t.Errorf("URL %s, want %s", s.URL(), want)
	}
	addr := s.Addr()
	expect(t, s, "SET a 1", "+OK")
	s.Kill()
	if got, err := say(s, "PING"); err == nil {
		t.Fatalf("a dead server says %q", got)
	}
	s.Kill() // twice is once
	s.Start()
	if s.Addr() != addr {
		t.Errorf("started again at %s, before at %s", s.Addr(), addr)
	}
	expect(t, s, "INCR a", ":2")
}

func TestPauseAnswersNothingUntilResume(t *testing.T) {
	s := Start(t)
	s.Pause()
	if got, err := say(s, "PING"); err == nil {
		t.Fatalf("a paused server says %q", got)
	}
	s.Resume()
	expect(t, s, "PING", "+PONG")
	s.Pause() // and is ended in this state
}

func TestArgumentsWin(t *testing.T) {
	s := Start(t, "--requirepass", "x", "--appendonly", "no")
	if got, err := say(s, "PING"); err != nil || !strings.HasPrefix(got, "-NOAUTH") {
		t.Errorf("%q, %v: no password is asked for", got, err)
	}
	if entries, err := os.ReadDir(s.dir + "/appendonlydir"); err == nil {
		t.Errorf("appendonly is on: %v", entries)
	}
}

// TestTakenPort starts a second server on the first one's port.
func TestTakenPort(t *testing.T) {
	first, second := Start(t), Start(t)
	second.Kill()
	second.port = first.port
	if err := second.start(); err == nil || !strings.Contains(err.Error(), errPort.Error()) {
		t.Fatalf("error %v, want %v", err, errPort)
	}
	expect(t, first, "PING", "+PONG")
}

func TestManyAtOnce(t *testing.T) {
	var mu sync.Mutex
	met := map[string]bool{}
	t.Run("group", func(t *testing.T) {
		for i := range 6 {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				s := Start(t)
				expect(t, s, "INCR a", ":1")
				mu.Lock()
				defer mu.Unlock()
				if met[s.Addr()] {
					t.Errorf("%s was given out twice", s.Addr())
				}
				met[s.Addr()] = true
			})
		}
	})
}

const childEnv = "REDISTEST_CHILD"

// TestChild is what TestNothingIsLeftBehind runs in a process of its own.
func TestChild(t *testing.T) {
	mode := os.Getenv(childEnv)
	if mode == "" {
		return // nobody's child
	}
	s := Start(t)
	fmt.Printf("server %s\n", s.Addr())
	if mode == "paused" {
		s.Pause()
	}
	if mode == "timeout" {
		select {}
	}
	go panic("as a test's goroutine might")
	select {}
}

func TestNothingIsLeftBehind(t *testing.T) {
	for _, mode := range []string{"panic", "paused", "timeout"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.timeout=2s")
			cmd.Env = append(os.Environ(), childEnv+"="+mode, "TMPDIR="+t.TempDir())
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatalf("the child did not fail:\n%s", out)
			}
			_, rest, _ := strings.Cut(string(out), "server ")
			addr, _, ok := strings.Cut(rest, "\n")
			if !ok {
				t.Fatalf("the child started no server:\n%s", out)
			}
			// The kernel takes connections for a paused process, until there are too many, but not for a dead one.
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * pause) {
				c, err := net.DialTimeout("tcp", addr, time.Second)
				if errors.Is(err, syscall.ECONNREFUSED) {
					break
				}
				if err == nil {
					c.Close()
				}
				if time.Now().After(deadline) {
					t.Fatalf("the server at %s was left behind", addr)
				}
			}
		})
	}
}
