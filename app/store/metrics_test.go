package store

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"eberbach/app/school"
	"eberbach/app/store/redistest"
)

// measured are the values that a registry holds now, by name and label, those of histograms as their counts.
func measured(t *testing.T, r *prometheus.Registry) map[string]float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			name := strings.TrimPrefix(f.GetName(), "eberbach_")
			for _, l := range m.Label {
				name += " " + l.GetValue()
			}
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

// TestMetrics: every trip is measured once, whatever the database is, and those that find nothing are no failures.
func TestMetrics(t *testing.T) {
	t.Parallel()
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			registry := prometheus.NewRegistry()
			c := b.start(t)(t)
			c.Metrics = registry
			s, err := Open(c)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			l, _, err := school.NewLearner(rand.Reader, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.CreateLearner(t.Context(), l, time.Now()); err != nil {
				t.Fatal(err)
			}
			before := measured(t, registry)
			for range 3 {
				if err := s.Ping(t.Context()); err != nil {
					t.Fatal(err)
				}
				if _, err := s.ClassByCode(t.Context(), "BCDFGH"); !errors.Is(err, ErrNotFound) {
					t.Fatalf("got %v", err)
				}
				if _, err := s.Limited(t.Context(), "x", "nobody", 1, time.Now()); err != nil { // a pipeline that finds nothing
					t.Fatal(err)
				}
			}
			if err := s.Confirm(t.Context(), l.ID); err != nil {
				t.Fatal(err)
			}
			after := measured(t, registry)
			if n := after["store_seconds exists"] - before["store_seconds exists"]; n != 3 {
				t.Errorf("%v trips are measured of 3: %v", n, after)
			}
			writes := 0.0
			for name, n := range after {
				if strings.HasPrefix(name, "store_failures_total") && n > 0 {
					t.Errorf("%s is %v", name, n)
				}
			}
			for name, n := range before {
				for _, command := range []string{pipeline, transaction, "eval", "evalsha"} {
					if name == "store_seconds "+command {
						writes += n
					}
				}
			}
			if writes == 0 {
				t.Errorf("the write is not measured: %v", before)
			}
			if c.Wait > 0 && after["store_seconds pipeline"] == before["store_seconds pipeline"] {
				t.Error("a write that waits for replicas is not measured")
			}
			if batches := after["engine_batches_total"]; c.Address == "" && (batches == 0 || after["engine_commit_seconds_total"] == 0 || after["engine_writes_waiting"] != 0) {
				t.Errorf("the engine is not measured: %v", after)
			}
		})
	}
}

// TestFailureMetrics: a database that is away shows.
func TestFailureMetrics(t *testing.T) {
	t.Parallel()
	redis, registry := redistest.Start(t), prometheus.NewRegistry()
	s, err := Open(Config{Address: redis.URL(), Metrics: registry})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	redis.Kill()
	if err := s.Ping(t.Context()); err == nil {
		t.Fatal("a dead database answers")
	}
	if n := measured(t, registry)["store_failures_total exists"]; n != 1 {
		t.Errorf("%v failures are counted of 1", n)
	}
}
