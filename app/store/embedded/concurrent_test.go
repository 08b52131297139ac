package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// increase is what the store does with an attempt: change it only when its
// revision is the one that was read.
var increase = redis.NewScript(`
	if redis.call('HGET', KEYS[1], 'rev') ~= ARGV[1] then return 0 end
	redis.call('HSET', KEYS[1], 'rev', ARGV[1] + 1)
	return 1`)

func TestCountersAreExact(t *testing.T) {
	const workers, rounds = 16, 20
	ctx := t.Context()
	e := start(t, t.TempDir())
	c := e.Client()
	must(t, c.HSet(ctx, "eval", "rev", 0).Err())
	var conflicts atomic.Int64
	ways := []func() error{
		func() error {
			_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
				p.Incr(ctx, "multi")
				p.HIncrBy(ctx, "multi-hash", "n", 1)
				return nil
			})
			return err
		},
		func() error { return retry(&conflicts, func() error { return watchAndSet(ctx, c) }) },
		func() error { return retry(&conflicts, func() error { return readAndIncrease(ctx, c) }) },
	}
	together(workers, func(int) {
		for i := range rounds * len(ways) {
			if err := ways[i%len(ways)](); err != nil {
				t.Error(err)
			}
		}
	})
	if conflicts.Load() == 0 {
		t.Error("the workers never met")
	}
	for _, when := range []string{"running", "reopened"} {
		for name, cmd := range map[string]*redis.StringCmd{
			"MULTI": c.Get(ctx, "multi"), "MULTI, hash": c.HGet(ctx, "multi-hash", "n"),
			"WATCH": c.Get(ctx, "watch"), "EVAL": c.HGet(ctx, "eval", "rev"),
		} {
			if n, err := cmd.Int(); n != workers*rounds || err != nil {
				t.Errorf("%s, %s: %d (%v), want %d", when, name, n, err, workers*rounds)
			}
		}
		e = restart(t, e)
		c = e.Client()
	}
}

var errConflict = errors.New("somebody was faster")

func retry(conflicts *atomic.Int64, try func() error) error {
	for {
		err := try()
		if err != errConflict && err != redis.TxFailedErr {
			return err
		}
		conflicts.Add(1)
	}
}

func watchAndSet(ctx context.Context, c redis.UniversalClient) error {
	return c.Watch(ctx, func(tx *redis.Tx) error {
		n, err := tx.Get(ctx, "watch").Int()
		if err != nil && err != redis.Nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, "watch", n+1, 0)
			return nil
		})
		return err
	}, "watch")
}

func readAndIncrease(ctx context.Context, c redis.UniversalClient) error {
	rev, err := c.HGet(ctx, "eval", "rev").Result()
	if err != nil {
		return err
	}
	done, err := increase.Run(ctx, c, []string{"eval"}, rev).Bool()
	if err == nil && !done {
		return errConflict
	}
	return err
}

func init() { children["writer"] = writeForever }

const childWorkers = 16

// writeForever writes in each way that there is, and prints what was acknowledged.
func writeForever(dir string) {
	e, err := Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ctx, c := context.Background(), e.Client()
	set := redis.NewScript(`redis.call('SET', KEYS[1], ARGV[1]) return 1`)
	together(childWorkers, func(w int) {
		for {
			n := time.Now().UnixNano()
			key := fmt.Sprintf("%d:%d", w, n)
			err := error(nil)
			switch w % 3 {
			case 0:
				err = c.Set(ctx, key, n, 0).Err()
			case 1:
				err = set.Run(ctx, c, []string{key}, n).Err()
			case 2:
				_, err = c.TxPipelined(ctx, func(p redis.Pipeliner) error {
					p.Set(ctx, key, n, 0)
					p.HSet(ctx, fmt.Sprint(w), "n", n)
					return nil
				})
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			fmt.Println(key, n)
		}
	})
}

// What was acknowledged is there after the process was killed.
func TestKilled(t *testing.T) {
	dir := t.TempDir()
	total := 0
	for round := range 6 {
		acknowledged := runAndKill(t, dir, 150+40*round)
		total += len(acknowledged)
		e := start(t, dir)
		lost := 0
		for key, n := range acknowledged {
			if e.Client().Get(t.Context(), key).Val() != n {
				lost++
			}
			if w, _, _ := strings.Cut(key, ":"); !atLeast(e.Client().HGet(t.Context(), w, "n").Val(), n, w) {
				lost++
			}
		}
		if lost > 0 {
			t.Errorf("round %d: %d of %d acknowledged writes lost", round, lost, len(acknowledged))
		}
		stop(t, e)
	}
	t.Logf("%d acknowledged writes", total)
}

// atLeast reports whether a worker that also writes its latest number has one not
// older than n.
func atLeast(latest, n, worker string) bool {
	if w, _ := strconv.Atoi(worker); w%3 != 2 {
		return true
	}
	have, _ := strconv.ParseInt(latest, 10, 64)
	want, _ := strconv.ParseInt(n, 10, 64)
	return have >= want
}

// runAndKill lets a child acknowledge so many writes and kills it in the middle of
// the next ones.
func runAndKill(t *testing.T, dir string, enough int) map[string]string {
	t.Helper()
	cmd := child("writer", dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	acknowledged := map[string]string{}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		key, n, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			break // the line that the kill cut off
		}
		acknowledged[key] = n
		if len(acknowledged) == enough {
			must(t, cmd.Process.Kill())
		}
	}
	if err := cmd.Wait(); err == nil || len(acknowledged) < enough {
		t.Fatalf("the child ended by itself after %d writes: %v", len(acknowledged), err)
	}
	return acknowledged
}
