package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/store"
	"eberbach/app/web"
)

// The embedded database belongs to one process. A command that needs it while serve is running asks serve to carry it
// out, over a socket in the data directory that only the directory's owner may use.
const adminSocket = "admin.sock"

// adminCall is what is asked, one line of JSON: a command with what it needs.
type adminCall struct {
	Command string `json:"command"`
	Lesson  string `json:"lesson,omitempty"`
	Apply   bool   `json:"apply,omitempty"`
	Method  string `json:"method,omitempty"` // of stats: which attempts
	JSON    bool   `json:"json,omitempty"`
	Name    string `json:"name,omitempty"`   // user name of a teacher
	Origin  string `json:"origin,omitempty"` // of links; "" for the one that serve has

	Demo *demoCall `json:"demo,omitempty"`
}

// adminReply is a line of the answer: something to print, data, or the end.
type adminReply struct {
	Out   string `json:"out,omitempty"`
	Data  []byte `json:"data,omitempty"` // to write where dataOf says
	End   bool   `json:"end,omitempty"`
	Error string `json:"error,omitempty"` // at the end, when it failed
}

// adminDo carries out a command and writes what it says; it stops when nobody waits for it any more.
type adminDo func(ctx context.Context, call adminCall, out io.Writer) error

// Limits of a call: whoever may connect is trusted, but may hang.
const (
	adminPatience = 5 * time.Second
	adminMaxCall  = 64 << 10 // bytes
)

// atPlace has a call carried out by the serve that runs on the place, and otherwise does it here, with a store of its own.
// What goes wrong comes back with the exit status that it means.
func atPlace(ctx context.Context, p place, call adminCall, out io.Writer, here func(*store.Store) error) error {
	failed := func(err error) error {
		var exit cli.ExitCoder
		if err == nil || errors.As(err, &exit) {
			return err
		}
		return cli.Exit(call.Command+": "+err.Error(), 1)
	}
	if p.redis == "" {
		if answered, err := askServe(ctx, p.data, call, out); err != nil || answered {
			return failed(err)
		}
	}
	db, err := p.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return failed(here(db))
}

// adminCommands are what a running serve carries out for others. origin is where it is reached.
func adminCommands(server *web.Server, db *store.Store, origin string) adminDo {
	commands := map[string]adminDo{
		"regrade": func(ctx context.Context, call adminCall, out io.Writer) error {
			module, err := server.Module()
			if err != nil {
				return err
			}
			return regradeHere(ctx, db, module, "of the serve that runs", call, out)
		},
		statsCall: func(ctx context.Context, call adminCall, out io.Writer) error {
			return statsHere(ctx, db, call, out)
		},
		"invite": func(ctx context.Context, call adminCall, out io.Writer) error {
			return inviteHere(ctx, db, cmp.Or(call.Origin, origin), out)
		},
		"reset-teacher": func(ctx context.Context, call adminCall, out io.Writer) error {
			return resetHere(ctx, db, cmp.Or(call.Origin, origin), call.Name, out)
		},
		"backup": func(ctx context.Context, _ adminCall, out io.Writer) error { return backupHere(ctx, db, out) },
		"demo": func(ctx context.Context, call adminCall, out io.Writer) error {
			module, err := server.Module()
			if err != nil || call.Demo == nil {
				return cmp.Or(err, errors.New("the demo's numbers are missing"))
			}
			return demoHere(ctx, db, module, cmp.Or(call.Origin, origin), *call.Demo, out)
		},
	}
	return func(ctx context.Context, call adminCall, out io.Writer) error {
		do, ok := commands[call.Command]
		if !ok {
			return fmt.Errorf("this serve does not know the command %q; it is another version of the program", call.Command)
		}
		return do(ctx, call, out)
	}
}

// serveAdmin answers calls until stop, which lets none of them use the database any longer. stop is never nil.
func serveAdmin(dir string, do adminDo) (stop func(), err error) {
	l, err := listenAdmin(dir)
	if err != nil {
		return func() {}, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { answerAdmin(ctx, conn, do) })
		}
	})
	return func() {
		cancel()
		_ = l.Close()
		running.Wait()
		_ = os.Remove(filepath.Join(dir, adminSocket))
	}, nil
}

// listenAdmin makes the socket in a directory of its own, which is the owner's alone, and moves it to its place when its
// own rights are set: at no moment can somebody else connect. One that a killed process has left is replaced.
func listenAdmin(dir string) (net.Listener, error) {
	private, err := os.MkdirTemp(dir, "admin")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(private)
	path := filepath.Join(private, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it knows only the first name
	if err = os.Chmod(path, 0o600); err == nil {
		err = os.Rename(path, filepath.Join(dir, adminSocket))
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func answerAdmin(ctx context.Context, conn net.Conn, do adminDo) {
	defer conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_ = conn.SetReadDeadline(time.Now().Add(adminPatience))
	line, err := bufio.NewReader(io.LimitReader(conn, adminMaxCall)).ReadBytes('\n')
	var call adminCall
	if err != nil || json.Unmarshal(line, &call) != nil {
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	go func() { // the caller sends nothing more: that something comes to an end here is the caller going away
		_, _ = conn.Read(make([]byte, 1))
		cancel()
	}()
	// At the end of serve a caller who does not listen must not keep it.
	defer context.AfterFunc(ctx, func() { _ = conn.SetWriteDeadline(time.Now().Add(time.Second)) })()
	out := json.NewEncoder(conn)
	end := adminReply{End: true}
	if err := do(ctx, call, withData{replyWriter{out}, dataReplies{out}}); err != nil {
		end.Error = err.Error()
	}
	_ = out.Encode(end)
}

// replyWriter sends what is written as replies.
type replyWriter struct{ out *json.Encoder }

func (w replyWriter) Write(p []byte) (int, error) {
	return len(p), w.out.Encode(adminReply{Out: string(p)})
}

// dataReplies sends data as replies.
type dataReplies struct{ out *json.Encoder }

func (w dataReplies) Write(p []byte) (int, error) {
	return len(p), w.out.Encode(adminReply{Data: p})
}

// askServe has a call carried out by the serve that runs on the directory, and writes what it says. Without such a serve
// it is not answered.
func askServe(ctx context.Context, dir string, call adminCall, out io.Writer) (answered bool, err error) {
	conn, err := net.DialTimeout("unix", filepath.Join(dir, adminSocket), adminPatience)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED): // none, or it was killed
		return false, nil
	case err != nil:
		return true, fmt.Errorf("the serve that runs on %s cannot be asked: %w", dir, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := json.NewEncoder(conn).Encode(call); err != nil {
		return true, fmt.Errorf("the serve that runs on %s went away: %w", dir, err)
	}
	for replies := json.NewDecoder(conn); ; {
		var reply adminReply
		if err := replies.Decode(&reply); err != nil {
			return true, fmt.Errorf("the serve that runs on %s went away before the end (%w); start it and run this again", dir, err)
		}
		if _, err := io.WriteString(out, reply.Out); err != nil {
			return true, err
		}
		if _, err := dataOf(out).Write(reply.Data); err != nil {
			return true, err
		}
		if reply.End && reply.Error != "" {
			return true, errors.New(reply.Error)
		}
		if reply.End {
			return true, nil
		}
	}
}
