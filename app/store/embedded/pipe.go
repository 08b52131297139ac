package embedded

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// maxUnread is how much one side may leave unread before the connection is
// closed, as Redis does with a subscriber that stopped listening.
const maxUnread = 64 << 20

var errNotReading = errors.New("embedded store: the other side of the connection does not read")

// newPipe returns the two ends of a connection inside the process.
//
// Unlike net.Pipe it has room between the ends, and a Write never waits. That is
// needed, not just faster: a client writes a whole pipeline before it reads, while
// the server answers after each command, so that two ends without room would wait
// for each other; and miniredis hands out published messages under its lock, so that
// one subscriber who does not read would stop every command.
func newPipe() (client, server net.Conn) {
	to, from := newHalf(), newHalf()
	return &end{in: from, out: to}, &end{in: to, out: from}
}

// end is one end of a pipe.
type end struct{ in, out *half }

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p) }

func (e *end) Close() error {
	e.in.close()
	e.out.close()
	return nil
}

func (e *end) LocalAddr() net.Addr                { return pipeAddr{} }
func (e *end) RemoteAddr() net.Addr               { return pipeAddr{} }
func (e *end) SetDeadline(t time.Time) error      { return e.SetReadDeadline(t) }
func (e *end) SetReadDeadline(t time.Time) error  { e.in.setDeadline(t); return nil }
func (e *end) SetWriteDeadline(_ time.Time) error { return nil }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "embedded" }
func (pipeAddr) String() string  { return "embedded" }

// half is one direction: what was written and not read yet.
type half struct {
	mu       sync.Mutex
	changed  sync.Cond
	unread   bytes.Buffer
	closed   bool
	deadline time.Time
	alarm    *time.Timer
}

func newHalf() *half {
	h := &half{}
	h.changed.L = &h.mu
	return h
}

func (h *half) read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		if !h.deadline.IsZero() && !time.Now().Before(h.deadline) {
			return 0, os.ErrDeadlineExceeded
		}
		if h.unread.Len() > 0 {
			return h.take(p)
		}
		if h.closed {
			return 0, io.EOF
		}
		h.changed.Wait()
	}
}

// take gives a large buffer back once it is empty: the connection goes on idling
// in a pool.
func (h *half) take(p []byte) (int, error) {
	n, err := h.unread.Read(p)
	if h.unread.Len() == 0 && h.unread.Cap() > 64<<10 {
		h.unread = bytes.Buffer{}
	}
	return n, err
}

func (h *half) write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, io.ErrClosedPipe
	}
	defer h.changed.Broadcast()
	if h.unread.Len()+len(p) > maxUnread {
		h.closed = true
		return 0, errNotReading
	}
	return h.unread.Write(p)
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	if h.alarm != nil {
		h.alarm.Stop()
	}
	h.changed.Broadcast()
}

func (h *half) setDeadline(t time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.alarm != nil {
		h.alarm.Stop()
		h.alarm = nil
	}
	h.deadline = t
	if !t.IsZero() && !h.closed {
		h.alarm = time.AfterFunc(time.Until(t), h.wakeUp)
	}
	h.changed.Broadcast()
}

// wakeUp makes a waiting read look at its deadline.
func (h *half) wakeUp() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed.Broadcast()
}
