//go:build bench

package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/demo"
	"eberbach/app/lesson"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

// TestGrowth prints what grows with the number of learners in one Redis: memory, the gradebook of a class, the item
// analysis over everybody, and how long Redis takes to let go of what has expired.
func TestGrowth(t *testing.T) {
	binary := build(t)
	for _, n := range []int{1_000, 10_000, 100_000} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			server := redistest.Start(t, "--appendfsync", "no", "--hash-max-listpack-value", "512")
			db := redis.NewClient(&redis.Options{Addr: server.Addr(), ReadTimeout: time.Minute})
			defer db.Close()
			before := used(t, db)
			took := run(t, binary, "demo", "--learners", strconv.Itoa(n), "--redis", server.URL())
			fmt.Printf("\n%d learners, made in %.0f s: %.1f kB each\n", n, took.Seconds(), (used(t, db)-before)/float64(n)/1000)
			fmt.Printf("item analysis of a lesson over all: %.2f s\n", run(t, binary, "stats", theLesson, "--json", "--redis", server.URL()).Seconds())
			keys := allKeys(t, db)
			class := growClass(t, server.URL())
			p := startEberbach(t, binary, "--redis", server.URL())
			d, teacher := newDriver(t), signIn(t, p.url, demo.OwnerName)
			look := func(servers) func(int) int {
				return func(int) int {
					d.want(200, "GET", p.url+"/en/teach/classes/"+class+"/gradebook", teacher, "")
					return 1
				}
			}
			s := d.one(servers{p}, 2*time.Second, look)
			fmt.Printf("gradebook of a class of %d: p50 %.1f ms, p99 %.1f ms\n", pupils, ms(s.quantile(0.5)), ms(s.quantile(0.99)))
			stays := db.DBSize(t.Context()).Val() - int64(len(keys))
			expire(t, db, keys)
			begin := time.Now()
			gone := make(chan time.Duration)
			go func() {
				for db.DBSize(t.Context()).Val() > stays {
					time.Sleep(20 * time.Millisecond)
				}
				gone <- time.Since(begin)
			}()
			s = sample{}
			for done := false; !done; {
				select {
				case took = <-gone:
					done = true
				default:
					s.add(d.one(servers{p}, 100*time.Millisecond, look))
				}
			}
			fmt.Printf("%d keys expire at one moment: gone after %.2f s, gradebook meanwhile p50 %.1f ms, p99 %.1f ms\n",
				len(keys), took.Seconds(), ms(s.quantile(0.5)), ms(s.quantile(0.99)))
		})
	}
}

// one is round with a single client.
func (d *driver) one(p servers, length time.Duration, prepare func(servers) func(int) int) (s sample) {
	job, begin := prepare(p), time.Now()
	for time.Since(begin) < length {
		at := time.Now()
		s.requests += job(0)
		s.latency = append(s.latency, time.Since(at))
	}
	return s
}

func run(t *testing.T, binary string, args ...string) time.Duration {
	t.Helper()
	var errs bytes.Buffer
	cmd := exec.Command(binary, args...)
	cmd.Stderr = &errs
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %v %s", args, err, errs.String())
	}
	return time.Since(begin)
}

// used is the memory of a Redis in bytes.
func used(t *testing.T, db *redis.Client) float64 {
	t.Helper()
	info, err := db.Info(t.Context(), "memory").Result()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(info, "used_memory:")
	n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// growClass makes the demo's class and returns its id.
func growClass(t *testing.T, address string) string {
	t.Helper()
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	db, err := store.Open(store.Config{Address: address})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	made, err := demo.Seed(t.Context(), db, m, demo.Options{Pupils: pupils, Seed: 1 << 40, Now: time.Now(), Passphrase: passphrase})
	if err != nil {
		t.Fatal(err)
	}
	return made.Class.ID
}

// allKeys are the keys of all learners.
func allKeys(t *testing.T, db *redis.Client) (keys []string) {
	t.Helper()
	for i := db.Scan(t.Context(), 0, "{u:*", 1000).Iterator(); i.Next(t.Context()); {
		keys = append(keys, i.Val())
	}
	return keys
}

// expire lets the keys end at one moment and returns then.
func expire(t *testing.T, db *redis.Client, keys []string) {
	t.Helper()
	at := time.Now().Add(time.Duration(1+len(keys)/100_000) * time.Second).Truncate(time.Second)
	for some := range slices.Chunk(keys, 1000) {
		_, err := db.Pipelined(t.Context(), func(p redis.Pipeliner) error {
			for _, key := range some {
				p.ExpireAt(t.Context(), key, at)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if late := time.Since(at); late > 0 {
		fmt.Printf("setting their end took %.1f s longer than they had\n", late.Seconds())
	}
	time.Sleep(time.Until(at))
}
