// Package embedded is the storage engine of a single installation: Redis
// commands without a Redis, kept in one file.
//
// miniredis runs the commands in memory, inside this process and without a
// port. A go-redis hook stands before it and an own check inside it, so that
//
//   - no write is answered before the state it left is on disk (bbolt, fsync),
//   - no read answers from state that is not on disk yet,
//   - no command runs whose effect could not be stored.
//
// The file holds the present state of every key (type, value, absolute expiry),
// not a log: there is nothing to replay and nothing to compact.
//
// Time goes forward in steps of a second. A key with a moment of expiry is gone
// at most one step after it; a lifetime given in seconds counts from the last
// step and may be up to one step short. Lua's TIME tells the step.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/alicebob/miniredis/v2/server"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// What callers may want to tell apart, with errors.Is. The message that comes
// with it says more.
var (
	// ErrInUse: another process holds the directory.
	ErrInUse = errors.New("embedded store: the directory is in use by another process")
	// ErrNewerFormat: a newer version of the program wrote the file.
	ErrNewerFormat = errors.New("embedded store: the file was written by a newer version of this program")
	// ErrUnavailable: a change could not be brought to disk. Nothing that came
	// with this error may be shown as saved; a later try may succeed.
	ErrUnavailable = errors.New("embedded store: the data could not be saved")
	// ErrUnsupported: the engine does not know how to keep what this command
	// does, so it did not run.
	ErrUnsupported = errors.New("embedded store: the command is not supported here")
)

// Engine is one open directory.
type Engine struct {
	options options
	dir     string
	mem     *miniredis.Miniredis
	server  *server.Server
	client  client

	// Only the writer goroutine touches these after Open.
	disk    *disk
	expires map[string]int64 // the keys on disk that expire, Unix milliseconds
	clock   time.Time        // the step that miniredis lives in

	mu      sync.Mutex
	waiting *batch // collects the writes of the next commit
	current *batch // is running or being committed
	// The writer alone sets these three, so it needs no lock to look at them.
	failures int   // failed commits so far
	stale    error // not nil: memory holds what the disk does not
	full     error // not nil: the last commit failed, and no trial succeeded since

	// Batches brought to disk so far, and the time that it took.
	batches    int
	committing time.Duration

	closed bool // takes no more commands
	hungUp bool // takes no more connections

	writes  atomic.Int64 // that are not on disk yet
	wake    chan struct{}
	stop    chan struct{}
	stopped chan struct{}
	close   func() error // shutDown, once
}

// options are what tests change.
type options struct {
	step  time.Duration           // between two steps of the clock
	fault func(disk string) error // is asked before "commit" and "reload"
}

func defaultOptions() options {
	return options{step: time.Second, fault: func(string) error { return nil }}
}

// Open opens the engine in dir, making the directory and file when they are not
// there. ErrInUse when another process holds it, ErrNewerFormat when a newer
// version wrote it. The hooks stand around all that the engine does for a command,
// its way to disk included.
func Open(dir string, around ...redis.Hook) (*Engine, error) {
	return open(dir, defaultOptions(), around...)
}

func open(dir string, o options, around ...redis.Hook) (*Engine, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	e := &Engine{
		options: o, dir: dir, mem: miniredis.NewMiniRedis(), clock: wallClock(),
		wake: make(chan struct{}, 1), stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	e.close = sync.OnceValue(e.shutDown)
	if err := e.startServer(); err != nil {
		return nil, err
	}
	e.mem.SetTime(e.clock)
	if err := e.load(); err != nil {
		e.mem.Close()
		return nil, errors.Join(err, e.disk.close())
	}
	e.client = client{redis.NewClient(e.clientOptions())}
	for _, h := range append(around, hook{e}) {
		e.client.AddHook(h)
	}
	go e.writer()
	return e, nil
}

// Client returns the one client. It may be used by many goroutines at once;
// Close of the engine closes it. A hook added to it must not write: it would wait
// for the batch that waits for it.
func (e *Engine) Client() redis.UniversalClient { return e.client }

// Stats is what an operator may want to know of an engine.
type Stats struct {
	Waiting    int           // writes that are not on disk yet
	Batches    int           // of writes brought to disk so far, each in one transaction
	Failed     int           // that could not be
	Committing time.Duration // that bringing them to disk has taken
}

// Stats tells how the engine is doing.
func (e *Engine) Stats() Stats {
	e.mu.Lock()
	defer e.mu.Unlock()
	return Stats{Waiting: int(e.writes.Load()), Batches: e.batches, Failed: e.failures, Committing: e.committing}
}

// Close finishes the writes that wait, then closes the file. It may be called
// more than once; every call returns when the file is closed.
func (e *Engine) Close() error { return e.close() }

func (e *Engine) shutDown() error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	close(e.stop)
	<-e.stopped
	clientErr := e.client.Close()
	if errors.Is(clientErr, redis.ErrClosed) {
		clientErr = nil
	}
	e.hangUp()
	return errors.Join(clientErr, e.disk.close())
}

// startServer starts miniredis without a listener. Its own Dial is used once,
// because that is what starts it; see pipe for why the others are ours.
func (e *Engine) startServer() error {
	first, err := e.mem.Dial()
	if err != nil {
		return fmt.Errorf("embedded store: %w", err)
	}
	e.server = e.mem.Server()
	e.server.SetPreHook(e.beforeCommand)
	return first.Close()
}

func (e *Engine) clientOptions() *redis.Options {
	return &redis.Options{
		Addr:   "embedded",
		Dialer: func(context.Context, string, string) (net.Conn, error) { return e.dial() },
		// RESP2, no CLIENT SETINFO, no maintenance messages: there is no
		// server to tell who we are and none that could be moved.
		Protocol:                 2,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
		ContextTimeoutEnabled:    true,
		// Nothing gets lost on the way, so nothing is sent twice. A time limit is
		// the caller's context; an own one would end a write half-way.
		MaxRetries:    -1,
		DialerRetries: 1,
		ReadTimeout:   -1,
		WriteTimeout:  -1,
		// A connection is two goroutines and little memory. There are enough that
		// a batch never waits for a caller who holds one and waits for the batch.
		PoolSize:         512,
		PipelinePoolSize: -1,
		PoolTimeout:      10 * time.Second,
		ConnMaxIdleTime:  time.Minute,
		ReadBufferSize:   8 << 10,
		WriteBufferSize:  8 << 10,
	}
}

func (e *Engine) dial() (net.Conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.hungUp {
		return nil, net.ErrClosed
	}
	ours, theirs := newPipe()
	e.server.ServeConn(theirs)
	return ours, nil
}

// hangUp ends miniredis. A subscriber that reconnects by itself gets no new
// connection from here on.
func (e *Engine) hangUp() {
	e.mu.Lock()
	e.hungUp = true
	e.mu.Unlock()
	e.mem.Close()
}

// makeDir makes the directory, and those above it that are missing, for the owner
// alone. One that is there keeps its rights: whoever made it may have had reasons,
// and the file is private itself.
func makeDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("embedded store: %w", err)
	}
	return syncDir(parent)
}

// syncDir makes the names in dir survive a power cut. Windows has no such call.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("embedded store: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("embedded store: %w", err)
	}
	return nil
}
