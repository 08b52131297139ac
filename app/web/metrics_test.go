package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/valyala/fasthttp"

	"eberbach/app/store"
)

// samples are the values that a registry holds now, by name and labels as Prometheus writes them, counts of histograms
// under their name with _count.
func samples(t *testing.T, r *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			name := f.GetName() + "{" + strings.Join(labels, ",") + "}"
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
			if h := m.GetHistogram(); h != nil {
				out[name+"_count"] = float64(h.GetSampleCount())
			}
		}
	}
	return out
}

// TestMetrics: each request is counted under its route and status, and nothing that a visitor makes up becomes a label.
func TestMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *Config) { c.Metrics = registry })
	c := w.client()
	first := c.begin("de")
	c.get("/de/").want(http.StatusOK)
	c.get("/en/lessons/" + theLesson).want(http.StatusOK)
	c.get("/en/lessons/no-such-lesson").want(http.StatusNotFound)
	for i := range 50 { // what a scanner sends
		c.get("/made-up-" + strconv.Itoa(i) + ".php").want(http.StatusNotFound)
		c.get("/made-up/" + strconv.Itoa(i) + "/up").want(http.StatusNotFound)
		c.do("MADEUP"+strconv.Itoa(i), "/de/", nil)
	}
	c.do(http.MethodDelete, "/de/me", nil).want(http.StatusMethodNotAllowed)
	c.do(http.MethodHead, "/de/", nil).want(http.StatusOK)
	w.unread(http.MethodGet, "/de/", longHeader).want(http.StatusRequestHeaderFieldsTooLarge)
	got := samples(t, registry)
	for name, want := range map[string]float64{
		"eberbach_http_requests_total{method=POST,route=/:lang/lessons/:lesson/quiz,status=303}":                 1,
		"eberbach_http_requests_total{method=GET,route=/:lang/attempts/:attempt/questions/:question,status=200}": 1,
		"eberbach_http_requests_total{method=GET,route=/:lang/lessons/:lesson,status=200}":                       1,
		"eberbach_http_requests_total{method=GET,route=/:lang/lessons/:lesson,status=404}":                       1,
		"eberbach_http_requests_total{method=GET,route=/:lang/,status=200}":                                      1,
		"eberbach_http_requests_total{method=HEAD,route=/:lang/,status=200}":                                     1,
		"eberbach_http_requests_total{method=GET,route=-,status=404}":                                            50,
		"eberbach_http_requests_total{method=-,route=-,status=431}":                                              1,
		"eberbach_http_requests_total{method=DELETE,route=-,status=405}":                                         1,
		"eberbach_http_request_seconds{method=GET,route=/:lang/attempts/:attempt/questions/:question}_count":     1,
		"eberbach_live_views{}":          0,
		"eberbach_passphrases_waiting{}": 0,
	} {
		if have, ok := got[name]; !ok || have != want {
			t.Errorf("%s is %v, want %v", name, have, want)
		}
	}
	for name := range got {
		for _, bad := range []string{"made", "MADE", theLesson, strings.Split(first.path, "/")[3]} {
			if strings.Contains(name, bad) {
				t.Errorf("a label comes from a visitor: %s", name)
			}
		}
	}
}

// TestLiveMetrics: a browser that watches is counted as long as it does.
func TestLiveMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *Config) { c.Metrics = registry })
	views := func() float64 { return samples(t, registry)["eberbach_live_views{}"] }
	v, err := w.server.live.join(sight{key: "x", owner: "x"})
	w.must(err)
	if n := views(); n != 1 {
		t.Errorf("%v views are open, want 1", n)
	}
	w.server.live.leave(v)
	if n := views(); n != 0 {
		t.Errorf("%v views are open, want none", n)
	}
}

// TestQueueMetrics: who waits for a passphrase to be hashed is counted, who is having it hashed is not.
func TestQueueMetrics(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	w := newWorld(t, func(c *Config) { c.Metrics = registry })
	for range hashesAtOnce {
		w.server.hashing <- struct{}{}
	}
	waiting := func() bool { return samples(t, registry)["eberbach_passphrases_waiting{}"] == 1 }
	if waiting() {
		t.Error("somebody waits")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.client().post("/de/teach/signin", url.Values{"name": {"Frau.Niemand"}, "passphrase": {"nobody knows it at all"}})
	}()
	eventually(t, waiting)
	for range hashesAtOnce {
		<-w.server.hashing
	}
	<-done
	if waiting() {
		t.Error("somebody still waits")
	}
}

// TestDrain: once it is said that the process is about to stop, readiness is gone, everything is still answered, and each
// connection ends with its answer.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	if p := c.get("/readyz").want(http.StatusOK); p.header.Get("Connection") == "close" {
		t.Error("a connection ends though nobody stops")
	}
	w.server.Drain()
	for path, status := range map[string]int{"/readyz": 503, "/healthz": 200, "/de/": 200} {
		r, _ := http.NewRequest(http.MethodGet, w.url+path, nil)
		answer, err := http.DefaultTransport.RoundTrip(r)
		w.must(err)
		answer.Body.Close()
		if answer.StatusCode != status || !answer.Close {
			t.Errorf("%s: status %d, the connection ends: %v", path, answer.StatusCode, answer.Close)
		}
	}
}

// BenchmarkPage is the page that costs least, and a trip to the store, without and with everything that is measured.
func BenchmarkPage(b *testing.B) {
	for name, metrics := range map[string]prometheus.Registerer{"bare": nil, "measured": prometheus.NewRegistry()} {
		db, err := store.Open(store.Config{Dir: b.TempDir(), Metrics: metrics})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		s := newServer(Config{Store: db, Files: embeddedFiles, Log: slog.New(slog.DiscardHandler), Now: time.Now, Metrics: metrics})
		s.current.Store(ourSite())
		s.routes(s.app)
		answer := s.app.Handler()
		for page, path := range map[string]string{"prepared": "/en/lessons/" + theLesson, "store": "/healthz"} {
			b.Run(page+"/"+name, func(b *testing.B) {
				var c fasthttp.RequestCtx
				for b.Loop() {
					c.Request.Reset()
					c.Response.Reset()
					c.Request.SetRequestURI(path)
					c.Request.Header.Set("Accept-Encoding", "gzip")
					answer(&c)
				}
				if c.Response.StatusCode() != http.StatusOK {
					b.Fatal(c.Response.StatusCode())
				}
			})
		}
	}
}
