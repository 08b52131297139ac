package web

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// stream is the answer to a browser that watches, as server-sent events. The server reads from it what to send next, and
// only when it has sent what it read before: so the one goroutine of the connection does everything, a browser that takes
// nothing holds up nobody but itself, and each event has its own time limit, not the answer as a whole.
type stream struct {
	hub   *hub
	v     *view
	conn  net.Conn
	alive func() bool // asked with each beat; false ends the view

	rest  []byte   // of the event that is being sent
	shown *picture // that was sent last
	beat  *time.Ticker
	end   *time.Timer
}

// heartbeat tells the browser that the line is there.
var heartbeat = []byte("event: beat\ndata: 1\n\n")

// watchLive answers with a stream of what the sight shows. Each browser gets what is there first, also when it comes again.
func (s *Server) watchLive(r *request, what sight, alive func() bool) error {
	r.Set(fiber.HeaderContentType, "text/event-stream")
	r.Set(fiber.HeaderCacheControl, "no-store")
	r.Set("X-Accel-Buffering", "no") // a proxy in between would collect events
	if r.Method() == fiber.MethodHead {
		return nil
	}
	v, err := s.live.join(what)
	if err != nil {
		return err
	}
	r.Context().Response.SetBodyStream(s.live.stream(v, r.Context().Conn(), alive), -1)
	return nil
}

func (h *hub) stream(v *view, conn net.Conn, alive func() bool) io.ReadCloser {
	retry := h.retry + time.Duration(rand.Int64N(int64(h.retry))) // all who are sent away at once come back one by one
	return &stream{
		hub: h, v: v, conn: conn, alive: alive, rest: fmt.Appendf(nil, "retry: %d\n\n", retry.Milliseconds()),
		beat: time.NewTicker(h.beat), end: time.NewTimer(h.life),
	}
}

// Read implements io.Reader: it waits until there is something to send.
func (s *stream) Read(p []byte) (n int, err error) {
	if len(s.rest) == 0 {
		s.rest = s.next()
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.hub.send)) // of a connection that is closed already, the write fails
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n = copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// next is the event to send; nil at the end.
func (s *stream) next() []byte {
	for {
		if p := s.hub.seen(s.v); p != nil && p != s.shown {
			s.shown = p
			return p.event
		}
		select {
		case <-s.v.gone:
			return nil
		case <-s.end.C:
			return nil
		case <-s.v.wake:
		case <-s.beat.C:
			if !s.alive() {
				return nil
			}
			return heartbeat
		}
	}
}

// Close implements io.Closer. The server calls it when all is sent or the line is cut.
func (s *stream) Close() error {
	s.beat.Stop()
	s.end.Stop()
	s.hub.leave(s.v)
	return nil
}
