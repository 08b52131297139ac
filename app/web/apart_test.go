package web

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	ossignal "os/signal" // live.go has a signal of its own
	"strings"
	"syscall"
	"time"

	"eberbach/app/store"
)

// apartOn names the Redis for which a test's program serves, instead of testing.
const apartOn = "EBERBACH_TEST_APART"

// apart is Eberbach in a process of its own, on the same Redis as a test's: one that can be killed.
type apart struct {
	*world
	process *exec.Cmd
}

// apart starts another process on the same Redis. It ends with the test, if nothing ends it before.
func (w *world) apart() *apart {
	w.t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), apartOn+"="+w.redis.URL())
	c.Stderr = os.Stderr
	in, err1 := c.StdinPipe()
	out, err2 := c.StdoutPipe()
	w.must(err1, err2, c.Start())
	w.t.Cleanup(func() {
		_ = in.Close()
		_ = c.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	w.must(err)
	return &apart{&world{t: w.t, redis: w.redis, url: "http://" + strings.TrimSpace(address)}, c}
}

// ends sends the process a signal and waits until it is gone.
func (a *apart) ends(with syscall.Signal) {
	a.t.Helper()
	a.must(a.process.Process.Signal(with))
	_, err := a.process.Process.Wait()
	a.must(err)
}

// serveApart serves until it is told to stop or whoever started it is gone, and returns the exit status.
func serveApart(redis string) int {
	asked := make(chan os.Signal, 1)
	ossignal.Notify(asked, syscall.SIGTERM)
	err := func() error {
		db, err := store.Open(store.Config{Address: redis})
		if err != nil {
			return err
		}
		defer db.Close()
		s := newServer(Config{Store: db, Files: embeddedFiles, Log: slog.New(slog.DiscardHandler), Now: time.Now})
		s.live.pace = quick()
		s.current.Store(ourSite())
		s.routes(s.app)
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		done := make(chan error, 1)
		go func() { done <- s.Serve(l) }()
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			asked <- syscall.SIGTERM
		}()
		fmt.Println(l.Addr())
		<-asked
		if err := s.Shutdown(); err != nil {
			return err
		}
		return <-done
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
