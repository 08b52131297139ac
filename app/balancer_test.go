package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// balancer is a small load balancer: it asks every process every now and then whether it is ready, sends requests to those
// that said so last, and tries nothing twice.
type balancer struct {
	url   string
	nodes []*node
	turn  atomic.Int64
	lost  atomic.Int64 // requests that nobody answered, or somebody with a failure
}

type node struct {
	at    *url.URL
	ready atomic.Bool
}

// asks is the time between two questions.
const asks = 100 * time.Millisecond

func newBalancer(t *testing.T, origins ...string) *balancer {
	t.Helper()
	b := &balancer{}
	for _, origin := range origins {
		at, err := url.Parse(origin)
		if err != nil {
			t.Fatal(err)
		}
		n := &node{at: at}
		b.nodes = append(b.nodes, n)
		go n.ask(t)
	}
	proxy := &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16}, // connections are kept, as balancers do
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(b.next()) },
		ModifyResponse: func(answer *http.Response) error {
			if answer.StatusCode >= 500 {
				b.lost.Add(1)
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			b.lost.Add(1)
			t.Logf("lost: %s %s: %v", r.Method, r.URL.Path, err)
			w.WriteHeader(http.StatusServiceUnavailable)
		},
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	b.url = front.URL
	return b
}

// ask goes on until the test ends.
func (n *node) ask(t *testing.T) {
	c := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for t.Context().Err() == nil {
		answer, err := c.Get(n.at.JoinPath("readyz").String())
		if err == nil {
			_ = answer.Body.Close()
		}
		n.ready.Store(err == nil && answer.StatusCode == http.StatusOK)
		time.Sleep(asks)
	}
}

// next is the process for a request: the next that is ready, or any.
func (b *balancer) next() *url.URL {
	turn := int(b.turn.Add(1))
	for i := range b.nodes {
		if n := b.nodes[(turn+i)%len(b.nodes)]; n.ready.Load() {
			return n.at
		}
	}
	return b.nodes[0].at
}

func (b *balancer) await(t *testing.T, i int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !b.nodes[i].ready.Load(); time.Sleep(asks) {
		if time.Now().After(end) {
			t.Fatal("a process that was started again does not get ready")
		}
	}
}

// TestRollingRestart restarts two processes behind a load balancer in turn, under load: no request is lost, and no answer.
func TestRollingRestart(t *testing.T) {
	redis := redistest.Start(t)
	addrs := []string{freeAddress(t), freeAddress(t)}
	start := func(i int) *program {
		return boot(t, "--redis", redis.URL(), "--log", "off", "--addr", addrs[i], "--drain", "1s")
	}
	programs := []*program{start(0), start(1)}
	b := newBalancer(t, "http://"+addrs[0], "http://"+addrs[1])
	b.await(t, 0)
	b.await(t, 1)
	restarts := 0
	a := load(t, []string{b.url}, 4, func(*account) {
		i := restarts % len(programs)
		if code := programs[i].stop(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		programs[i] = start(i)
		b.await(t, i)
		restarts++
	})
	for _, p := range programs {
		p.stop()
	}
	db, err := store.Open(store.Config{Address: redis.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lost, miscounted := a.check(t, db)
	t.Logf("%d restarts, %d requests, %d of them lost; %d answers acknowledged, %d lost, %d miscounted", restarts, b.turn.Load(), b.lost.Load(), len(a.answers), lost, miscounted)
	if b.lost.Load() > 0 || lost+miscounted > 0 {
		t.Error("a restart costs something")
	}
}
