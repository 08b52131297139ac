package store

import (
	"net"
	"sync"
	"testing"
)

// proxy stands between a client and a server. It counts trips, and it can lose what the server answers.
type proxy struct {
	listener net.Listener
	target   string

	mu      sync.Mutex
	trips   int  // times that somebody asked and then had to wait
	lose    int  // answers to swallow, with the connection
	closing bool // takes no more connections
	conns   map[net.Conn]bool
	running sync.WaitGroup
}

// newProxy stands before the server at target until the test ends.
func newProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.running.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) url() string { return "redis://" + p.listener.Addr().String() + "/0" }

func (p *proxy) accept() {
	for {
		ours, err := p.listener.Accept()
		if err != nil {
			return
		}
		theirs, err := net.Dial("tcp", p.target)
		if err != nil {
			ours.Close()
			continue
		}
		if !p.keep(ours, theirs) {
			return
		}
		asked := false // is the client waiting, on this connection?
		p.running.Go(func() { p.copy(theirs, ours, func() bool { return p.ask(&asked) }) })
		p.running.Go(func() { p.copy(ours, theirs, func() bool { return p.reply(&asked) }) })
	}
}

func (p *proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if p.closing {
			c.Close()
		}
		p.conns[c] = true
	}
	return !p.closing
}

// copy passes on what comes while pass says so, then closes both sides.
func (p *proxy) copy(to, from net.Conn, pass func() bool) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if !pass() {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) ask(asked *bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !*asked {
		p.trips++
		*asked = true
	}
	return true
}

func (p *proxy) reply(asked *bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	*asked = false
	if p.lose == 0 {
		return true
	}
	p.lose--
	return false
}

// loseReplies swallows the next n answers; the server has done by then what was asked.
func (p *proxy) loseReplies(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = n
}

// toLose is how many answers are still to be swallowed.
func (p *proxy) toLose() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lose
}

// counted is the number of trips since the last call.
func (p *proxy) counted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.trips
	p.trips = 0
	return n
}

func (p *proxy) close() {
	p.mu.Lock()
	p.closing = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.listener.Close()
	p.running.Wait()
}
