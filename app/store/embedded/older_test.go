package embedded

import (
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	bolt "go.etcd.io/bbolt"
)

var writeOlder = flag.Bool("older", false, "write the file of the present format that later versions have to open")

// olderFile is a file as a program of the format wrote it. When the format is raised, write one of the new format beside the
// others: go test ./app/store/embedded -run TestOlderFile -older.
func olderFile(format int) string {
	return filepath.Join("testdata", fmt.Sprintf("format-%d.db", format))
}

// TestOlderFile opens what an earlier version has written, a record of each type, and writes into it.
func TestOlderFile(t *testing.T) {
	if *writeOlder {
		dir := t.TempDir()
		e := start(t, dir)
		c, expires := e.Client(), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
		must(t, c.Set(t.Context(), "text", "Grüße\x00", 0).Err())
		must(t, c.HSet(t.Context(), "hash", "a", "1", "b", "").Err())
		must(t, c.SAdd(t.Context(), "set", "x", "y").Err())
		must(t, c.RPush(t.Context(), "list", "1", "2", "1").Err())
		must(t, c.ZAdd(t.Context(), "sorted", z(1.5, "m"), z(-2, "n")).Err())
		must(t, c.ExpireAt(t.Context(), "hash", expires).Err())
		stop(t, e)
		data, err := os.ReadFile(filepath.Join(dir, fileName))
		must(t, err)
		must(t, os.WriteFile(olderFile(format), data, 0o600))
	}
	for version := range format {
		t.Run(fmt.Sprint(version+1), func(t *testing.T) { opensOlder(t, olderFile(version+1)) })
	}
}

func opensOlder(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	must(t, err)
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, fileName), data, 0o600))
	for _, round := range []string{"as it was written", "after a write"} {
		e := start(t, dir)
		c, ctx := e.Client(), t.Context()
		sorted := c.ZRangeWithScores(ctx, "sorted", 0, -1).Val()
		members := c.SMembers(ctx, "set").Val()
		slices.Sort(members)
		got := fmt.Sprintf("%q %v %v %v %v %v", c.Get(ctx, "text").Val(), c.HGetAll(ctx, "hash").Val(), members,
			c.LRange(ctx, "list", 0, -1).Val(), sorted, c.ExpireTime(ctx, "hash").Val())
		if want := `"Grüße\x00" map[a:1 b:] [x y] [1 2 1] [{-2 n} {1.5 m}] 1139568h0m0s`; got != want {
			t.Errorf("%s:\n%s, want\n%s", round, got, want)
		}
		must(t, c.Set(ctx, "new", "1", 0).Err())
		var version uint64
		must(t, e.disk.db.View(func(tx *bolt.Tx) error {
			version, _ = binary.Uvarint(tx.Bucket(metaBucket).Get(formatKey))
			return nil
		}))
		if version != format {
			t.Errorf("%s: the file says it has format %d, and a program of then would read it", round, version)
		}
		stop(t, e)
	}
}

func z(score float64, member string) redis.Z { return redis.Z{Score: score, Member: member} }
