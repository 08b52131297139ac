package store

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// trust is a hook of a client that saves a call to the kernel before every command. go-redis asks there whether the
// server has closed a connection since it was used last. One that answered a moment ago is not asked about, and under load
// that is nearly every one; but a server that goes closes all of them, so when one has failed, the others are asked about
// first.
type trust struct {
	failed atomic.Int64 // when a connection failed last, as moment says
}

// moment is a time that no clock's step moves, in nanoseconds since the program began.
func moment() int64 { return int64(time.Since(epoch)) }

var epoch = time.Now()

const trusted = int64(100 * time.Millisecond) // the time for which an answer speaks

// DialHook implements redis.Hook. go-redis does not ask about encrypted connections, so there is nothing to save.
func (t *trust) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := next(ctx, network, addr)
		if plain, ok := conn.(syscall.Conn); ok && err == nil {
			return &trustedConn{Conn: conn, plain: plain, trust: t}, nil
		}
		return conn, err
	}
}

// ProcessHook implements redis.Hook.
func (*trust) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

// ProcessPipelineHook implements redis.Hook.
func (*trust) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// trustedConn is a connection that knows when it answered last.
type trustedConn struct {
	net.Conn
	plain    syscall.Conn
	trust    *trust
	answered atomic.Int64
}

// Read implements net.Conn.
func (c *trustedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil {
		c.answered.Store(moment())
	} else {
		c.trust.failed.Store(moment())
	}
	return n, err
}

// Write implements net.Conn.
func (c *trustedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err != nil {
		c.trust.failed.Store(moment())
	}
	return n, err
}

// SyscallConn implements syscall.Conn, by which go-redis asks.
func (c *trustedConn) SyscallConn() (syscall.RawConn, error) {
	if at := c.answered.Load(); at > c.trust.failed.Load() && moment()-at < trusted {
		return unasked{}, nil
	}
	return c.plain.SyscallConn()
}

// unasked is a connection that nobody looks at: as far as it knows, all is well.
type unasked struct{}

// Read implements syscall.RawConn.
func (unasked) Read(func(uintptr) bool) error { return nil }

// Write implements syscall.RawConn.
func (unasked) Write(func(uintptr) bool) error { return errors.ErrUnsupported }

// Control implements syscall.RawConn.
func (unasked) Control(func(uintptr)) error { return errors.ErrUnsupported }
