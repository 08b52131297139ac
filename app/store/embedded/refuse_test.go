package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	bolt "go.etcd.io/bbolt"
)

func TestSecondOpenIsRefused(t *testing.T) {
	dir := t.TempDir()
	e := start(t, dir)
	second, err := Open(dir)
	if !errors.Is(err, ErrInUse) || second != nil {
		t.Fatalf("second Open: %v, %v", second, err)
	}
	if !strings.Contains(err.Error(), dir) {
		t.Errorf("the message does not name the directory: %v", err)
	}
	must(t, e.Client().Set(t.Context(), "k", "v", 0).Err())
	out, err := child("opener", dir).Output()
	must(t, err)
	if string(out) != "in use" {
		t.Errorf("another process: %q", out)
	}
}

func init() {
	children["opener"] = func(dir string) {
		if _, err := Open(dir); errors.Is(err, ErrInUse) {
			os.Stdout.WriteString("in use")
		}
	}
}

func TestNewerFormatIsRefused(t *testing.T) {
	e := start(t, t.TempDir())
	stop(t, e)
	path := filepath.Join(e.dir, fileName)
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket(metaBucket).Put(formatKey, binary.AppendUvarint(nil, format+1))
	}))
	must(t, db.Close())
	before, err := os.ReadFile(path)
	must(t, err)
	if _, err = Open(e.dir); !errors.Is(err, ErrNewerFormat) {
		t.Fatalf("Open: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the file was changed")
	}
}

func TestDamagedFileIsRefused(t *testing.T) {
	t.Run("not ours", func(t *testing.T) {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, fileName), []byte(strings.Repeat("no", 5000)), 0o600))
		if _, err := Open(dir); err == nil {
			t.Error("opened")
		}
	})
	t.Run("a value cut off", func(t *testing.T) {
		e := start(t, t.TempDir())
		must(t, e.disk.update(func(keys *bolt.Bucket) error { return keys.Put([]byte("the-key"), []byte("s")) }))
		stop(t, e)
		for range 2 { // the first must have let go of the file
			if _, err := Open(e.dir); !errors.Is(err, errRecord) || !strings.Contains(err.Error(), "the-key") {
				t.Errorf("Open: %v", err)
			}
		}
	})
}

// What could not be kept does not run: not alone, not in a pipeline, not from a
// script.
func TestUnknownWritesAreRefused(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	c := e.Client()
	must(t, c.HSet(ctx, "h", "f", "v").Err())
	must(t, c.RPush(ctx, "l", "v").Err())
	before := dump(t, c)
	commands := []string{
		"XADD k * f v", "PFADD k v", "HEXPIRE h 10 FIELDS 1 f", "COPY h k DB 1", "MOVE h 1", "SELECT 1",
		"SWAPDB 0 1", "FLUSHALL", "FLUSHDB", "BLPOP l 0", "BRPOPLPUSH l k 0", "XREAD BLOCK 0 STREAMS k 0",
		"RESTORE k 0 v", "BITOP NOT k h", "SET  v", "SOMETHING k",
		"MULTI", "EXEC", "SUBSCRIBE k",
	}
	for _, command := range commands {
		args := []any{}
		for word := range strings.SplitSeq(command, " ") {
			args = append(args, word)
		}
		if err := c.Do(ctx, args...).Err(); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", command, err)
		}
		cmds, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, "k", "v", 0)
			p.Do(ctx, args...)
			return nil
		})
		if !errors.Is(err, ErrUnsupported) || !errors.Is(cmds[0].Err(), ErrUnsupported) {
			t.Errorf("%s in a transaction: %v, %v", command, err, cmds[0].Err())
		}
		if err := c.Eval(ctx, `return redis.call(unpack(ARGV))`, nil, args...).Err(); err == nil {
			t.Errorf("%s from a script ran", command)
		}
	}
	for name, err := range map[string]error{
		"nothing": c.Do(ctx).Err(), "a name of an odd type": c.Do(ctx, net.ParseIP("::1"), "k", "v").Err(),
		"a key of an odd type": c.Do(ctx, "SET", 17, "v").Err(),
		"key too long":         c.Set(ctx, strings.Repeat("k", bolt.MaxKeySize+1), "v", 0).Err(),
		"auto":                 second(c.AutoPipeline()), "auto, with options": second(c.AutoPipelineWithOptions(nil)),
		"async": second(c.AsyncAutoPipeline()), "async, with options": second(c.AsyncAutoPipelineWithOptions(nil)),
	} {
		if !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 2 {
		if after := dump(t, c); len(after) != len(before) || after["h"] != before["h"] || after["l"] != before["l"] {
			t.Errorf("state became %v", after)
		}
		e = restart(t, e)
		c = e.Client()
	}
}

func second(_ *redis.AutoPipeliner, err error) error { return err }

// The table must not promise what miniredis does not have, nor call a read what it
// calls a write.
func TestTableFitsMiniredis(t *testing.T) {
	e := start(t, t.TempDir())
	for name, s := range commands {
		if !e.server.IsRegisteredCommand(name) {
			t.Errorf("%s: unknown to miniredis", name)
		}
		if readOnly := e.mem.IsReadOnlyCommand(name); readOnly && s.kind == write ||
			!readOnly && s.kind == read && !strings.EqualFold(name, "PING") && !strings.EqualFold(name, "ECHO") {
			t.Errorf("%s: kind %d, but read-only is %v in miniredis", name, s.kind, readOnly)
		}
	}
}

// A write that goes around the hook is refused by miniredis itself.
func TestWriteAroundTheHookIsRefused(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	o := e.clientOptions()
	o.Dialer = func(context.Context, string, string) (net.Conn, error) { return e.dial() }
	direct := redis.NewClient(o)
	defer direct.Close()
	for _, err := range []error{
		direct.Set(ctx, "k", "v", 0).Err(),
		direct.Eval(ctx, `return redis.call('SET', KEYS[1], 'v')`, []string{"k"}).Err(),
	} {
		if err == nil || !strings.Contains(err.Error(), "outside of a batch") {
			t.Errorf("ran: %v", err)
		}
	}
	if n := direct.Exists(ctx, "k").Val(); n != 0 {
		t.Error("the key is there")
	}
}
