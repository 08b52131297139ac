package embedded

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	bolt "go.etcd.io/bbolt"
)

// Each step is a write; the state after it must be the same after a restart.
func TestStateSurvivesARestart(t *testing.T) {
	at := time.Now().Add(time.Hour).Truncate(time.Second)
	steps := []struct {
		name string
		args string // split at spaces; "~" is replaced by bytes that are no text
	}{
		{"string", "SET s ~"},
		{"empty string", "SET empty "},
		{"string, until", fmt.Sprintf("SET until v EXAT %d", at.Unix())},
		{"counter", "INCRBY n 41"},
		{"several strings", "MSET m1 a m2 b"},
		{"append", "APPEND m1 ~"},
		{"hash", "HSET h f ~ g 2 empty "},
		{"hash counter", "HINCRBY h n 7"},
		{"hash field gone", "HDEL h g"},
		{"set", "SADD set a ~ c"},
		{"set member gone", "SREM set a"},
		{"sorted set", "ZADD z 1.5 a -inf b +inf c 1e300 ~"},
		{"sorted set counter", "ZINCRBY z 0.1 a"},
		{"list", "RPUSH l a ~ a"},
		{"list front", "LPUSH l first"},
		{"list popped", "RPOP l"},
		{"store", "ZUNIONSTORE z2 1 z"},
		{"expiry", fmt.Sprintf("EXPIREAT h %d", at.Unix())},
		{"expiry in milliseconds", fmt.Sprintf("PEXPIREAT z %d", at.UnixMilli()+123)},
		{"expiry moved", fmt.Sprintf("EXPIREAT h %d", at.Unix()+5)},
		{"hash with expiry changed", "HSET h f 3"},
		{"expiry taken off", "PERSIST until"},
		{"a key's type changed", "SET set now-a-string"},
		{"renamed", "RENAME l l2"},
		{"expiry in the past", "EXPIREAT l2 1"},
		{"last member gone", "ZREM z2 a b c ~"},
		{"gone", "DEL s m1 nothing"},
		{"gone, by its other name", "UNLINK m2"},
		{"script", "EVAL redis.call('SET',KEYS[1],ARGV[1])redis.call('HSET',KEYS[2],'f','v') 2 e1 e2 v"},
		{"script, key not declared", "EVAL redis.call('SET','undeclared','v') 0"},
	}
	e := start(t, t.TempDir())
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			args := []any{}
			for arg := range strings.SplitSeq(step.args, " ") {
				args = append(args, strings.ReplaceAll(arg, "~", "\x00\xff\r\n"))
			}
			if err := e.Client().Do(t.Context(), args...).Err(); err != nil && err != redis.Nil {
				t.Fatal(err)
			}
			before := dump(t, e.Client())
			e = reopened(t, e)
			if diff := cmp.Diff(before, dump(t, e.Client())); diff != "" {
				t.Errorf("before and after the restart (-before +after):\n%s", diff)
			}
		})
	}
	stop(t, e)
	if len(e.expires) == 0 {
		t.Error("no key with an expiry was left to compare")
	}
}

// reopened restarts within a test that outlives the one it is called in.
func reopened(t *testing.T, e *Engine) *Engine {
	t.Helper()
	stop(t, e)
	again, err := open(e.dir, e.options)
	must(t, err)
	return again
}

func TestExpiry(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	soon := time.Now().Add(300 * time.Millisecond)
	_, err := e.Client().TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, "stays", "v", 0)
		p.Set(ctx, "late", "v", time.Hour)
		p.HSet(ctx, "soon", "f", "v")
		p.PExpireAt(ctx, "soon", soon)
		return nil
	})
	must(t, err)
	if n := e.Client().Exists(ctx, "soon").Val(); n != 1 && time.Now().Before(soon) {
		t.Error("gone before its time")
	}
	eventually(t, "the key expires", func() bool { return e.Client().Exists(ctx, "soon").Val() == 0 })
	if time.Now().Before(soon) {
		t.Error("expired before its time")
	}
	eventually(t, "the key leaves the file", func() bool { return !onDisk(t, e)["soon"] })
	if diff := cmp.Diff(map[string]bool{"stays": true, "late": true}, onDisk(t, e)); diff != "" {
		t.Errorf("keys in the file:\n%s", diff)
	}
}

// An expiry is the same moment however often its key is written and loaded.
func TestExpiryDoesNotDrift(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	at := time.Now().Add(time.Hour).Truncate(time.Millisecond)
	must(t, e.Client().HSet(ctx, "k", "f", 0).Err())
	time.Sleep(3 * e.options.step)
	must(t, e.Client().PExpireAt(ctx, "k", at).Err())
	for range 5 {
		for i := range 10 {
			must(t, e.Client().HSet(ctx, "k", "f", i).Err())
			time.Sleep(3 * time.Millisecond)
		}
		e = restart(t, e)
	}
	if got := e.Client().PExpireTime(ctx, "k").Val(); got.Milliseconds() != at.UnixMilli() {
		t.Errorf("expires at %d, want %d", got.Milliseconds(), at.UnixMilli())
	}
}

func TestExpiredWhileClosed(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	must(t, e.Client().Set(ctx, "stays", "v", 0).Err())
	must(t, e.Client().Set(ctx, "k", "v", 60*time.Millisecond).Err())
	stop(t, e)
	time.Sleep(100 * time.Millisecond)
	e = start(t, e.dir)
	if got := e.Client().Keys(ctx, "*").Val(); len(got) != 1 {
		t.Errorf("loaded keys %q, want only the one that stays", got)
	}
	eventually(t, "the key leaves the file", func() bool { return !onDisk(t, e)["k"] })
}

func onDisk(t *testing.T, e *Engine) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	must(t, e.disk.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(keysBucket).ForEach(func(k, _ []byte) error {
			keys[string(k)] = true
			return nil
		})
	}))
	return keys
}

// A script's name is forgotten with the process; Script.Run then sends the text.
func TestScriptAfterRestart(t *testing.T) {
	ctx := t.Context()
	script := redis.NewScript(`return redis.call('INCR', KEYS[1])`)
	e := start(t, t.TempDir())
	for want := 1; want <= 4; want++ {
		if got, err := script.Run(ctx, e.Client(), []string{"n"}).Int(); got != want || err != nil {
			t.Fatalf("run %d: %d, %v", want, got, err)
		}
		if want == 2 {
			e = restart(t, e)
		}
	}
}

func TestRecord(t *testing.T) {
	for _, r := range []record{
		{kind: stringKey, items: []string{""}},
		{kind: stringKey, items: []string{strings.Repeat("x", 70_000)}, expires: math.MaxInt64},
		{kind: hashKey, items: []string{"f", "", "", "v"}, expires: 1},
		{kind: setKey, items: []string{"", "\x00"}},
		{kind: sortedKey, items: []string{"a", "b"}, scores: []float64{math.Inf(-1), 0.1}},
		{kind: listKey, items: []string{"a", "a"}},
	} {
		got, err := decode(r.encode())
		if diff := cmp.Diff(r, got, cmp.AllowUnexported(record{})); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	}
}

func TestImpossibleRecords(t *testing.T) {
	for name, r := range map[string]record{
		"no type": {items: []string{"v"}}, "unknown type": {kind: 'x', items: []string{"v"}},
		"no value": {kind: stringKey}, "two values": {kind: stringKey, items: []string{"v", "v"}},
		"a field without a value": {kind: hashKey, items: []string{"f", "v", "f"}}, "an empty set": {kind: setKey},
		"before all time": {kind: setKey, items: []string{"m"}, expires: -1},
	} {
		if got, err := decode(r.encode()); !errors.Is(err, errRecord) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// A damaged file must lead to an error, not to a crash or to half a state.
func FuzzDecode(f *testing.F) {
	f.Add(record{kind: hashKey, items: []string{"f", "v"}}.encode())
	f.Add(record{kind: sortedKey, items: []string{"m"}, scores: []float64{1}}.encode())
	f.Add([]byte("s\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decode(b)
		if err != nil {
			return
		}
		again, err := decode(r.encode())
		// Compared as bytes: a score may be NaN.
		if err != nil || string(again.encode()) != string(r.encode()) {
			t.Errorf("%x read as %v, then as %v (%v)", b, r, again, err)
		}
	})
}
