package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/demo"
	"eberbach/app/lesson"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/embedded"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

// engine is a database that can be emptied and looked into.
type engine struct {
	name  string
	fresh func(t *testing.T) store.Config // empties it
}

func engines(t *testing.T) []engine {
	one, cluster := redistest.Start(t), redistest.StartCluster(t, 3, 0)
	return []engine{
		{"embedded", func(t *testing.T) store.Config { return store.Config{Dir: t.TempDir()} }},
		{"redis", func(t *testing.T) store.Config {
			flush(t, one)
			return store.Config{Address: one.URL()}
		}},
		{"cluster", func(t *testing.T) store.Config {
			flush(t, cluster.Masters...)
			return store.Config{Address: cluster.URL()}
		}},
	}
}

func flush(t *testing.T, servers ...*redistest.Server) {
	t.Helper()
	for _, s := range servers {
		db := redis.NewClient(&redis.Options{Addr: s.Addr()})
		must(t, db.FlushAll(t.Context()).Err())
		must(t, db.Close())
	}
}

// on does something with a store that is open just for it.
func on(t *testing.T, at store.Config, do func(*store.Store)) {
	t.Helper()
	db, err := store.Open(at)
	must(t, err)
	do(db)
	must(t, db.Close())
}

// inside looks into a database by its client.
func inside(t *testing.T, at store.Config, look func(redis.UniversalClient)) {
	t.Helper()
	if at.Address == "" {
		e, err := embedded.Open(at.Dir)
		must(t, err)
		look(e.Client())
		must(t, e.Close())
		return
	}
	options, err := store.ParseAddress(at.Address)
	must(t, err)
	db := redis.NewUniversalClient(options)
	look(db)
	must(t, db.Close())
}

// dump is everything that a backup should take: what lies at each key, and when it expires.
func dump(t *testing.T, at store.Config) map[string]string {
	t.Helper()
	all := map[string]string{}
	inside(t, at, func(db redis.UniversalClient) {
		for _, key := range keysOf(t, db) {
			if !store.Taken(key) {
				continue
			}
			kind, err := db.Type(t.Context(), key).Result()
			must(t, err)
			var value any
			switch kind {
			case "hash":
				value, err = db.HGetAll(t.Context(), key).Result()
			case "set":
				members, failed := db.SMembers(t.Context(), key).Result()
				slices.Sort(members)
				value, err = members, failed
			default:
				value, err = db.Get(t.Context(), key).Result()
			}
			must(t, err)
			ends, err := db.PExpireTime(t.Context(), key).Result()
			must(t, err)
			all[key] = fmt.Sprintf("%s %q until %d", kind, value, ends.Milliseconds())
		}
	})
	return all
}

func keysOf(t *testing.T, db redis.UniversalClient) (all []string) {
	t.Helper()
	var mu sync.Mutex
	list := func(ctx context.Context, node redis.Cmdable) error {
		keys, err := node.Keys(ctx, "*").Result()
		mu.Lock()
		defer mu.Unlock()
		all = append(all, keys...)
		return err
	}
	if cluster, ok := db.(*redis.ClusterClient); ok {
		must(t, cluster.ForEachMaster(t.Context(), func(ctx context.Context, node *redis.Client) error { return list(ctx, node) }))
	} else {
		must(t, list(t.Context(), db))
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// module is the lessons of this program, read once.
var module = sync.OnceValue(func() *lesson.Module {
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		panic(faults)
	}
	return m
})

func code(t *testing.T) string {
	t.Helper()
	b := make([]byte, 16)
	_, err := rand.Read(b)
	must(t, err)
	return hex.EncodeToString(b)
}

// fill makes a school with something of every kind, and returns the class.
func fill(t *testing.T, db *store.Store) demo.Result {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	made, err := demo.Seed(ctx, db, module(), demo.Options{Pupils: 35, Seed: 7, Now: now, Passphrase: "a passphrase for everybody"})
	must(t, err)
	class, pupil := made.Class, made.Pupils[0]
	must(t, db.GiveCode(ctx, pupil.ID, "", code(t), now))
	must(t, db.GiveCode(ctx, pupil.ID, class.ID, code(t), now))
	calendar, _, err := school.NewCalendar("secret", strings.Repeat("a", 16))
	must(t, err)
	must(t, db.GiveCalendar(ctx, pupil.ID, calendar, now))
	deck, err := db.Review(ctx, pupil.ID)
	must(t, err)
	deck.Deck.Fold(review.FSRS6, []review.Answer{{ID: "pressure/q-1", At: now, Answered: true, Right: true}})
	must(t, db.SaveReview(ctx, deck, now))
	commented := false
	standing, err := db.Own(ctx, pupil.ID, now)
	must(t, err)
	for task := range standing.Progress {
		attempts, err := db.Attempts(ctx, pupil.ID, []string{task}, now)
		must(t, err)
		for _, a := range attempts[task] {
			if of, ok := school.TaskOf(a.ID); ok && !commented {
				must(t, db.Comment(ctx, pupil.ID, of, a.ID, school.Comment{Text: "Gut begründet – „genau so“.", At: now.Unix()}))
				commented = true
			}
		}
	}
	if !commented {
		t.Fatal("there is no attempt to comment on")
	}
	must(t, db.InviteStaff(ctx, class.ID, code(t), now))
	must(t, db.NewInvite(ctx, code(t), now))
	owner, err := db.TeacherNamed(ctx, demo.OwnerName)
	must(t, err)
	session := school.Session{ID: strings.Repeat("b", 16), SecretHash: code(t), Created: now.UTC().Truncate(time.Second), Seen: school.Day(now), Device: "Firefox on Linux"}
	must(t, db.Admit(ctx, owner.ID, store.Admission{Session: session, PassHash: owner.PassHash}, now))
	must(t, db.Failed(ctx, "signin", "192.0.2.1", now))
	return made
}

// TestBackupPairs takes a school with something of every kind from every engine to every engine, and compares key by key
// what lies there and when it expires.
func TestBackupPairs(t *testing.T) {
	t.Parallel()
	all := engines(t)
	origin := all[0].fresh(t)
	on(t, origin, func(db *store.Store) { fill(t, db) })
	want := dump(t, origin)
	met := map[string]int{}
	for key := range want {
		met[store.ShapeOf(key)]++
	}
	for _, shape := range store.Shapes() {
		if met[shape] == 0 {
			t.Errorf("nothing of the kind %s is in the school", shape)
		}
	}
	file := backup(t, origin)
	for _, from := range all {
		source := from.fresh(t)
		restore(t, source, file, nil)
		saved := backup(t, source)
		for _, to := range all {
			if to.name == from.name && to.name != "embedded" {
				continue // below: the same server cannot be both
			}
			t.Run(from.name+" to "+to.name, func(t *testing.T) {
				target := to.fresh(t)
				restore(t, target, saved, nil)
				differ(t, want, dump(t, target))
			})
		}
		t.Run(from.name+" to "+from.name, func(t *testing.T) {
			again := from.fresh(t)
			restore(t, again, saved, nil)
			differ(t, want, dump(t, again))
		})
	}
}

func differ(t *testing.T, want, got map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%d keys are %d (-saved +restored):\n%.4000s", len(want), len(got), diff)
	}
	if len(got) < 300 {
		t.Errorf("only %d keys are there", len(got))
	}
}

func backup(t *testing.T, at store.Config) []byte {
	t.Helper()
	var file bytes.Buffer
	on(t, at, func(db *store.Store) {
		made, err := db.Backup(t.Context(), &file, time.Now())
		must(t, err)
		held, err := store.CheckBackup(bytes.NewReader(file.Bytes()))
		must(t, err)
		if held.Keys != made.Keys || held.Learners != made.Learners || made.Foreign > 0 {
			t.Errorf("saved %+v, in the file is %+v", made, held)
		}
	})
	return file.Bytes()
}

func restore(t *testing.T, at store.Config, file, newer []byte) (done store.Contents) {
	t.Helper()
	on(t, at, func(db *store.Store) {
		var err error
		if newer == nil {
			done, err = db.Restore(t.Context(), bytes.NewReader(file), nil, time.Now())
		} else {
			done, err = db.Restore(t.Context(), bytes.NewReader(file), bytes.NewReader(newer), time.Now())
		}
		must(t, err)
		if begun, err := db.Unrestored(t.Context()); begun != "" || err != nil {
			t.Errorf("after it there is a restore of %q under way, error %v", begun, err)
		}
	})
	return done
}

// TestRestoreHonoursDeletions: who is deleted after a backup stays deleted, and the class says so; everybody else is there.
func TestRestoreHonoursDeletions(t *testing.T) {
	t.Parallel()
	origin, target := store.Config{Dir: t.TempDir()}, store.Config{Dir: t.TempDir()}
	var made demo.Result
	on(t, origin, func(db *store.Store) { made = fill(t, db) })
	before := dump(t, origin)
	older := backup(t, origin)
	gone := made.Pupils[0].ID // who has codes and a calendar
	on(t, origin, func(db *store.Store) { must(t, db.Delete(t.Context(), gone)) })
	want := dump(t, origin)
	if done := restore(t, target, older, backup(t, origin)); done.Deleted != 1 {
		t.Errorf("%d are deleted again", done.Deleted)
	}
	differ(t, want, dump(t, target))
	if n := len(slices.Collect(maps.Keys(before))); n <= len(want) {
		t.Errorf("%d keys before the deletion, %d after it", n, len(want))
	}
	// Without the newer one nothing is known of it.
	again := store.Config{Dir: t.TempDir()}
	restore(t, again, older, nil)
	differ(t, before, dump(t, again))
}
