package store

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/redis/go-redis/v9"

	"eberbach/app/store/embedded"
)

// tripBuckets are seconds: a read from memory takes less than the first, and by the last the caller has given up.
var tripBuckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

// Names of several commands that are sent together.
const (
	pipeline    = "pipeline"
	transaction = "transaction"
)

// meter measures the trips to the database. It is a hook of the client; a nil one measures nothing.
type meter struct {
	seconds  *prometheus.HistogramVec // by command
	failures *prometheus.CounterVec   // by command
}

// newMeter registers what is to be known about the database; nil for nowhere to register it.
func newMeter(to prometheus.Registerer) *meter {
	if to == nil {
		return nil
	}
	with, labels := promauto.With(to), []string{"command"}
	return &meter{
		seconds: with.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eberbach_store_seconds",
			Help: "Time of a trip to the database, until what it wrote is safe.", Buckets: tripBuckets,
		}, labels),
		failures: with.NewCounterVec(prometheus.CounterOpts{Name: "eberbach_store_failures_total", Help: "Trips that the database did not answer as it should."}, labels),
	}
}

// watchEngine registers what is to be known about the embedded engine.
func watchEngine(to prometheus.Registerer, e *embedded.Engine) {
	with := promauto.With(to)
	with.NewGaugeFunc(prometheus.GaugeOpts{Name: "eberbach_engine_writes_waiting", Help: "Writes that are not on disk yet."},
		func() float64 { return float64(e.Stats().Waiting) })
	with.NewCounterFunc(prometheus.CounterOpts{Name: "eberbach_engine_batches_total", Help: "Batches of writes brought to disk."},
		func() float64 { return float64(e.Stats().Batches) })
	with.NewCounterFunc(prometheus.CounterOpts{Name: "eberbach_engine_commit_seconds_total", Help: "Time that bringing them to disk has taken."},
		func() float64 { return e.Stats().Committing.Seconds() })
	with.NewCounterFunc(prometheus.CounterOpts{Name: "eberbach_engine_failed_batches_total", Help: "Batches that could not be brought to disk."},
		func() float64 { return float64(e.Stats().Failed) })
}

// observe notes a trip that has come back.
func (m *meter) observe(command string, begin time.Time, err error) {
	m.seconds.WithLabelValues(command).Observe(time.Since(begin).Seconds())
	if failed(err) {
		m.failures.WithLabelValues(command).Inc()
	}
}

// failed tells a database that does not do its work from one that says no as it should: that there is nothing, that
// something changed meanwhile, that it has to be told a script first or that a key has moved.
func failed(err error) bool {
	if err == nil || errors.Is(err, redis.Nil) || errors.Is(err, redis.TxFailedErr) || redis.HasErrorPrefix(err, "NOSCRIPT") {
		return false
	}
	_, moved := redis.IsMovedError(err)
	return !moved
}

// DialHook implements redis.Hook: what a connection costs is part of the trip that waits for it.
func (m *meter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook.
func (m *meter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		begin := time.Now()
		err := next(ctx, cmd)
		m.observe(cmd.Name(), begin, err)
		return err
	}
}

// ProcessPipelineHook implements redis.Hook.
func (m *meter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		begin, kind := time.Now(), pipeline
		if len(cmds) > 0 && cmds[0].Name() == "multi" {
			kind = transaction
		}
		err := next(ctx, cmds)
		worst := err
		for _, cmd := range cmds { // err is the first of them, which may be that there is nothing
			if failed(cmd.Err()) {
				worst = cmd.Err()
			}
		}
		m.observe(kind, begin, worst)
		return err
	}
}
