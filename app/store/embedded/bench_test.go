package embedded

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"
)

// Benchmark is 32 clients, each with a key of its own: a hash of twelve fields of
// 200 bytes, about what a learner and a lesson are.
func Benchmark(b *testing.B) {
	const clients = 32
	e := start(b, b.TempDir())
	c, ctx := e.Client(), b.Context()
	value := strings.Repeat("v", 200)
	for i := range clients {
		for f := range 12 {
			must(b, c.HSet(ctx, fmt.Sprint(i), fmt.Sprint(f), value).Err())
		}
	}
	for _, bench := range []struct {
		name string
		run  func(key string) error
	}{
		{"HSET", func(key string) error { return c.HSet(ctx, key, "3", value).Err() }},
		{"MULTI", func(key string) error {
			_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
				p.HSet(ctx, key, "3", value)
				p.HIncrBy(ctx, key, "n", 1)
				return nil
			})
			return err
		}},
		{"EVAL", func(key string) error { return increase.Run(ctx, c, []string{key}, "").Err() }},
		{"EVAL-writing", func(key string) error {
			return setField.Run(ctx, c, []string{key}, value).Err()
		}},
		{"HGETALL", func(key string) error { return c.HGetAll(ctx, key).Err() }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var left, worker atomic.Int64
			left.Store(int64(b.N))
			together(clients, func(int) {
				key := fmt.Sprint(worker.Add(1) - 1)
				for left.Add(-1) >= 0 {
					must(b, bench.run(key))
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commands/s")
		})
	}
}

var setField = redis.NewScript(`return redis.call('HSET', KEYS[1], '3', ARGV[1])`)
