package web

import (
	"maps"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// requestBuckets are seconds: a prepared page takes less than the first, and by the last the store has been given up.
var requestBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

// meter counts requests. A nil one counts nothing.
type meter struct {
	requests *prometheus.CounterVec   // by method, route and status
	seconds  *prometheus.HistogramVec // by method and route, until the answer begins: a live view goes on for minutes

	routes sync.Map // *routeMeter by *fiber.Route: to look all up by their labels takes a fifth of the time of a prepared page
}

// routeMeter counts the requests of one route.
type routeMeter struct {
	seconds  prometheus.Observer
	requests atomic.Pointer[map[int]prometheus.Counter] // by status; a map never changes, there is a new one for a new status
}

// newMeter registers what is to be known about a server; nil for nowhere to register it. No label comes from who asks:
// routes are the patterns of routes.go, and all that match none are one.
func newMeter(to prometheus.Registerer, s *Server) *meter {
	if to == nil {
		return nil
	}
	with := promauto.With(to)
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "eberbach_live_views", Help: "Browsers that watch a live view."}, func() float64 { return float64(s.live.open()) })
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "eberbach_passphrases_waiting", Help: "Passphrases that wait to be hashed."},
		func() float64 { return float64(s.queued.Load()) })
	return &meter{
		requests: with.NewCounterVec(prometheus.CounterOpts{Name: "eberbach_http_requests_total", Help: "Requests answered; route - is no page of ours."}, []string{"method", "route", "status"}),
		seconds:  with.NewHistogramVec(prometheus.HistogramOpts{Name: "eberbach_http_request_seconds", Help: "Time until the answer begins.", Buckets: requestBuckets}, []string{"method", "route"}),
	}
}

// answered counts a request that has its answer.
func (m *meter) answered(c *fiber.Ctx, took time.Duration) {
	if m == nil {
		return
	}
	route := c.Route()
	r, ok := m.routes.Load(route)
	if !ok {
		r, _ = m.routes.LoadOrStore(route, &routeMeter{seconds: m.seconds.WithLabelValues(route.Method, routeOf(c))})
	}
	r.(*routeMeter).seconds.Observe(took.Seconds())
	m.counter(r.(*routeMeter), c).Inc()
}

// counter is the one for the route and the status of the answer. Two that make it at once make the same.
func (m *meter) counter(r *routeMeter, c *fiber.Ctx) prometheus.Counter {
	status, known := c.Response().StatusCode(), r.requests.Load()
	if known != nil && (*known)[status] != nil {
		return (*known)[status]
	}
	next := map[int]prometheus.Counter{status: m.requests.WithLabelValues(c.Route().Method, routeOf(c), strconv.Itoa(status))}
	if known != nil {
		maps.Copy(next, *known)
	}
	r.requests.Store(&next)
	return next[status]
}

// refused counts a request that the server could not read, or did not want to.
func (m *meter) refused(status int) {
	if m != nil {
		m.requests.WithLabelValues("-", "-", strconv.Itoa(status)).Inc()
	}
}
