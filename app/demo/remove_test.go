package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// on is a store on a redis-server, which can also be looked into.
func on(t *testing.T) (*store.Store, *redis.Client) {
	t.Helper()
	server := redistest.Start(t)
	raw := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = raw.Close() })
	return open(t, store.Config{Address: server.URL()}), raw
}

// dump is everything that is stored but for the lessons' questions and texts: the fields of hashes, the members of sets, texts.
func dump(t *testing.T, raw *redis.Client) map[string]string {
	t.Helper()
	keys, err := raw.Keys(t.Context(), "*").Result()
	must(t, err)
	all := map[string]string{}
	for _, key := range keys {
		if strings.HasPrefix(key, "q:") || strings.HasPrefix(key, "e:") || strings.HasPrefix(key, "x:") {
			continue
		}
		kind, err := raw.Type(t.Context(), key).Result()
		must(t, err)
		var value any
		switch kind {
		case "hash":
			value, err = raw.HGetAll(t.Context(), key).Result()
		case "set":
			value, err = raw.SMembers(t.Context(), key).Result()
		default:
			value, err = raw.Get(t.Context(), key).Result()
		}
		must(t, err)
		all[key] = fmt.Sprint(value)
	}
	return all
}

// TestSameAgain: a seed makes the same school again, and another one another.
func TestSameAgain(t *testing.T) {
	t.Parallel()
	made := func(seedOf uint64) map[string]string {
		db, raw := on(t)
		s := seed(t, db, options(seedOf))
		for _, p := range s.Pupils {
			raw.HDel(t.Context(), "{u:"+p.ID+"}", "secret")
		}
		for _, id := range s.room.Teachers {
			raw.HDel(t.Context(), "{t:"+id+"}", "pass")
		}
		raw.HDel(t.Context(), "{c:"+s.Class.ID+"}", "code")
		raw.Del(t.Context(), "j:"+s.Class.Code)
		return dump(t, raw)
	}
	first, other := made(7), made(8)
	if diff := cmp.Diff(first, made(7)); diff != "" {
		t.Errorf("the same seed makes another school:\n%s", diff)
	}
	for key := range first {
		if other[key] != "" && !strings.HasPrefix(key, "tn:") && key != "demo" {
			t.Errorf("another seed makes the key %s again", key)
		}
	}
	if len(first) < 35*10 {
		t.Errorf("only %d keys were compared", len(first))
	}
}

// TestSecrets: nobody can work out what lets somebody in.
func TestSecrets(t *testing.T) {
	t.Parallel()
	var tokens, codes []string
	for range 2 {
		db, _ := on(t)
		s := seed(t, db, options(7))
		tokens, codes = append(tokens, s.Pupils[3].Token), append(codes, s.Class.Code)
	}
	if tokens[0] == tokens[1] || codes[0] == codes[1] {
		t.Errorf("the secrets follow from the seed: %v", codes)
	}
}

func TestTwice(t *testing.T) {
	t.Parallel()
	db, raw := on(t)
	seed(t, db, options(1))
	before := dump(t, raw)
	for _, again := range []uint64{1, 2} {
		if _, err := Seed(t.Context(), db, ourModule(), options(again)); !errors.Is(err, ErrThere) {
			t.Errorf("seed %d again: error %v", again, err)
		}
	}
	if diff := cmp.Diff(before, dump(t, raw)); diff != "" {
		t.Errorf("it changed:\n%s", diff)
	}
}

// TestNameTaken: somebody else's account stays as it is, and nothing is left of the attempt.
func TestNameTaken(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Demo", ColleagueName} {
		db, raw := on(t)
		id, err := school.NewID(rand.Reader)
		must(t, err)
		must(t, db.CreateTeacher(t.Context(), school.Teacher{ID: id, Name: name, PassHash: "hash", Created: noon}, "", noon))
		if _, _, err := Learners(t.Context(), db, ourModule(), 2, 1, noon); err != nil {
			t.Fatal(err)
		}
		before := dump(t, raw)
		if _, err := Seed(t.Context(), db, ourModule(), options(1)); !errors.Is(err, ErrNameTaken) {
			t.Errorf("error %v", err)
		}
		if diff := cmp.Diff(before, dump(t, raw)); diff != "" {
			t.Errorf("%s: it changed:\n%s", name, diff)
		}
	}
}

// TestRemove: of the demo no key is left, and of others all.
func TestRemove(t *testing.T) {
	t.Parallel()
	db, raw := on(t)
	guest := joinable(t, db)
	nothing := dump(t, raw)
	s := seed(t, db, options(1))
	if _, err := db.Join(t.Context(), s.Class.ID, guest.ID, "Gast", noon); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Learners(t.Context(), db, ourModule(), 20, 1, noon); err != nil {
		t.Fatal(err)
	}
	// A pupil of the demo goes on, and gets a recovery code.
	must(t, db.GiveCode(t.Context(), s.Pupils[7].ID, "", "a hash", time.Now()))
	r, err := Remove(t.Context(), db, noon)
	must(t, err)
	if !r.Class || r.Pupils != 35 || r.Learners != 20 {
		t.Errorf("removed %+v", r)
	}
	if diff := cmp.Diff(nothing, dump(t, raw)); diff != "" {
		t.Errorf("it left, or took too much:\n%s", diff)
	}
	if r, err = Remove(t.Context(), db, noon); err != nil || r != (Removed{}) {
		t.Errorf("again: removed %+v, error %v", r, err)
	}
	seed(t, db, options(1))
}

// joinable is a learner with work of their own, who is no part of the demo.
func joinable(t *testing.T, db *store.Store) school.Learner {
	t.Helper()
	l, _, err := school.NewLearner(rand.Reader, noon)
	must(t, err)
	id, err := school.NewAttemptID(school.Task{Lesson: "x"}, rand.Reader)
	must(t, err)
	a := quiz.NewAttempt(id, quiz.Edition{Lesson: "x", ID: "edition", Questions: make([]*quiz.Question, 3)}, quiz.Rules{Preset: quiz.Practice}, nil, noon)
	w := &store.Work{Learner: l, Attempt: a}
	must(t, db.Create(t.Context(), w, w.Progress.Begun(a, quiz.Score{}, noon), time.Now()))
	return l
}

// TestRemoveCutShort: wherever making or removing ends, removing does the rest.
func TestRemoveCutShort(t *testing.T) {
	t.Parallel()
	db, raw := on(t)
	for _, after := range []time.Duration{time.Millisecond, 30 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		_, err := Seed(ctx, db, ourModule(), options(1))
		cancel()
		t.Logf("made for %v: %d keys, error %v", after, len(dump(t, raw)), err)
		ctx, cancel = context.WithTimeout(t.Context(), after/10)
		_, err = Remove(ctx, db, noon)
		cancel()
		t.Logf("removed for %v: %d keys are left, error %v", after/10, len(dump(t, raw)), err)
		if _, err := Remove(t.Context(), db, noon); err != nil {
			t.Fatal(err)
		}
		// A name and a code that were claimed and never used go by themselves.
		left := dump(t, raw)
		maps.DeleteFunc(left, func(key, _ string) bool {
			ttl, err := raw.TTL(t.Context(), key).Result()
			return err == nil && ttl > 0 && strings.HasPrefix(key, "tn:") || strings.HasPrefix(key, "j:")
		})
		if len(left) > 0 {
			t.Errorf("after %v: left is %v", after, slices.Collect(maps.Keys(left)))
		}
	}
}

// TestRemoveOthers: what the demo has not made is not lost with it.
func TestRemoveOthers(t *testing.T) {
	t.Parallel()
	db, raw := on(t)
	s := seed(t, db, options(1))
	other := s.Class
	other.ID, other.Code, other.Name = idOf(99, "class", 0), "BCDFGH", "10a"
	must(t, db.CreateClass(t.Context(), other))
	before := dump(t, raw)
	var inUse *InUseError
	if _, err := Remove(t.Context(), db, noon); !errors.As(err, &inUse) || !slices.Equal(inUse.Classes, []string{"10a"}) {
		t.Errorf("error %v", err)
	}
	if diff := cmp.Diff(before, dump(t, raw)); diff != "" {
		t.Errorf("it changed:\n%s", diff)
	}
	// A class that has expired keeps nobody.
	must(t, raw.Del(t.Context(), "{c:"+other.ID+"}").Err())
	if _, err := Remove(t.Context(), db, noon); err != nil {
		t.Error(err)
	}
}

// TestAnyDay: whatever day it is, what is over is over, and what runs has begun.
func TestAnyDay(t *testing.T) {
	t.Parallel()
	db := open(t, store.Config{Address: redistest.Start(t).URL()})
	owner := school.Teacher{ID: idOf(0, "teacher", 0), Name: "somebody", PassHash: "hash", Created: noon, Lang: "de"}
	must(t, db.CreateTeacher(t.Context(), owner, "", noon))
	for day := range 7 {
		o := Options{Pupils: 8, Seed: uint64(day), Now: noon.Add(-time.Duration(day)*24*time.Hour + time.Duration(day*5-12)*time.Hour), Owner: owner.ID}
		s := seed(t, db, o)
		over, running, soon := 0, 0, 0
		for _, a := range s.room.Assignments {
			switch {
			case time.Unix(a.Opens, 0).After(o.Now):
				soon++
			case time.Unix(a.Due, 0).After(o.Now):
				running++
			default:
				over++
			}
		}
		if over != 9 || running != 2 || soon != 1 || s.room.Owner != owner.ID || len(s.room.Present()) != 8 || s.Attempts < 20 {
			t.Errorf("%v: %d over, %d running, %d soon, %d attempts", o.Now, over, running, soon, s.Attempts)
		}
	}
}

func TestFewPupils(t *testing.T) {
	t.Parallel()
	db := open(t, store.Config{Address: redistest.Start(t).URL()})
	owner := school.Teacher{ID: idOf(0, "teacher", 0), Name: "somebody", PassHash: "hash", Created: noon, Lang: "de"}
	must(t, db.CreateTeacher(t.Context(), owner, "", noon))
	for _, n := range []int{1, 2, 3} {
		if s := seed(t, db, Options{Pupils: n, Seed: uint64(n), Now: noon, Owner: owner.ID}); len(s.room.Present()) != n {
			t.Errorf("%d are in the class of %d", len(s.room.Present()), n)
		}
	}
	for _, n := range []int{0, -1, MostPupils + 1} {
		if _, err := Seed(t.Context(), db, ourModule(), Options{Pupils: n, Now: noon, Owner: owner.ID}); err == nil {
			t.Errorf("a class of %d is made", n)
		}
	}
}

// TestLearners: those in no class have two attempts at each lesson, which the app would have stored like that.
func TestLearners(t *testing.T) {
	t.Parallel()
	db, raw := on(t)
	const n = models + 30 // some answer like others
	attempts, answers, err := Learners(t.Context(), db, ourModule(), n, 3, noon)
	must(t, err)
	if attempts != n*24 || answers < attempts*10 {
		t.Errorf("%d attempts, %d answers", attempts, answers)
	}
	if _, _, err := Learners(t.Context(), db, ourModule(), n, 4, noon); !errors.Is(err, ErrThere) {
		t.Errorf("again: error %v", err)
	}
	var tasks []string
	for _, l := range ourModule().Lessons {
		tasks = append(tasks, l.ID)
	}
	for _, i := range []int{0, models - 1, models, n - 1} {
		id := idOf(3, learnerKind, i)
		own, err := db.Own(t.Context(), id, noon)
		must(t, err)
		work, err := db.Attempts(t.Context(), id, tasks, noon)
		must(t, err)
		for _, task := range tasks {
			if len(work[task]) != 2 || own.Progress[task].Attempts != 2 || own.Progress[task].Done != 2 || own.Progress[task].Open != "" {
				t.Fatalf("%s: %d attempts, progress %+v", task, len(work[task]), own.Progress[task])
			}
			for _, a := range work[task] {
				e, err := db.Edition(t.Context(), a.Edition)
				must(t, err)
				replayed(t, a, e)
				if p := own.Progress[task]; p.Last == a.ID && (p.Points != a.Grade(e).Points || p.At != a.Finished.Unix()) {
					t.Errorf("%s: %+v of %+v", a.ID, p, a.Grade(e))
				}
				if a.Started.Before(own.Created) || a.Finished.After(noon) || school.Day(a.Finished) > own.Seen {
					t.Errorf("%s: created %v, started %v, handed in %v, seen %s", a.ID, own.Created, a.Started, a.Finished, own.Seen)
				}
			}
		}
		sum := int64(0)
		keys, err := raw.Keys(t.Context(), "*"+id+"*").Result()
		must(t, err)
		for _, key := range keys {
			size, err := raw.MemoryUsage(t.Context(), key, 0).Result()
			must(t, err)
			sum += size
		}
		t.Logf("a learner takes %d bytes", sum)
	}
	if _, err := Remove(t.Context(), db, noon); err != nil {
		t.Fatal(err)
	}
	if left := dump(t, raw); len(left) > 0 {
		t.Errorf("left is %v", slices.Collect(maps.Keys(left)))
	}
}
