package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store/redistest"
)

// calls are all methods that ask the database, each as a call that has something to do. w is stored, e is not.
func (b *bench) calls(w *Work, e quiz.Edition) map[string]func(context.Context) error {
	id, lesson := w.Learner.ID, w.Attempt.Lesson
	return map[string]func(context.Context) error{
		"Ping": b.Ping,
		"Work": func(ctx context.Context) error {
			_, err := b.Work(ctx, id, school.Task{Lesson: lesson}, w.Attempt.ID, now())
			return err
		},
		"Own": func(ctx context.Context) error { _, err := b.Own(ctx, id, now()); return err },
		"Attempts": func(ctx context.Context) error {
			_, err := b.Attempts(ctx, id, []string{lesson, "x"}, now())
			return err
		},
		"AttemptsAt": func(ctx context.Context) error {
			_, err := b.AttemptsAt(ctx, []Place{at(id, e), at("x", e)}, now())
			return err
		},
		"PlacesOf": func(ctx context.Context) error {
			return b.PlacesOf(ctx, lesson, func([]Place) error { return nil })
		},
		"Comment": func(ctx context.Context) error {
			return b.Comment(ctx, id, school.Task{Lesson: lesson}, w.Attempt.ID, school.Comment{Text: "Gut."})
		},
		"CommentOn": func(ctx context.Context) error { _, err := b.CommentOn(ctx, id, w.Attempt.ID); return err },
		"Comments":  func(ctx context.Context) error { _, err := b.Comments(ctx, id); return err },
		"Save":      func(ctx context.Context) error { c := w.copy(); return b.Save(ctx, c, c.Progress, now()) },
		"Create": func(ctx context.Context) error {
			c := fresh(e)
			return b.Create(ctx, c, c.Progress.Begun(c.Attempt, earned(c.Attempt), now()), now())
		},
		"Notes":       func(ctx context.Context) error { _, err := b.Notes(ctx, id); return err },
		"OwnNotes":    func(ctx context.Context) error { _, _, err := b.OwnNotes(ctx, id, now()); return err },
		"AddNote":     func(ctx context.Context) error { return b.AddNote(ctx, id, note("trips")) },
		"DropNote":    func(ctx context.Context) error { return b.DropNote(ctx, id, "trips") },
		"Review":      func(ctx context.Context) error { _, err := b.Review(ctx, id); return err },
		"SaveReview":  func(ctx context.Context) error { return b.SaveReview(ctx, b.answered(w), now()) },
		"Visit":       func(ctx context.Context) error { return b.Visit(ctx, id, []string{lesson}, now()) },
		"KeepEdition": func(ctx context.Context) error { return b.KeepEdition(ctx, e) },
		"Edition":     func(ctx context.Context) error { _, err := b.Edition(ctx, e.Hash()); return err },
		"Delete":      func(ctx context.Context) error { return b.Delete(ctx, id) },
	}
}

// answered is an empty deck with a card in it, not stored yet.
func (b *bench) answered(w *Work) *Review {
	r := &Review{Learner: w.Learner}
	r.Deck.Fold(review.FSRS6, []review.Answer{{ID: "pressure/a", At: now(), Answered: true}})
	return r
}

func (w *Work) copy() *Work {
	c := *w
	c.Attempt = w.Attempt.Clone()
	return &c
}

var freshIDs struct {
	sync.Mutex
	n int
}

// fresh is a learner with a first attempt, not stored yet. Its id is no random one, so that it needs no test to fail.
func fresh(e quiz.Edition) *Work {
	freshIDs.Lock()
	defer freshIDs.Unlock()
	freshIDs.n++
	id := fmt.Sprintf("fresh%011d", freshIDs.n)
	l := school.Learner{ID: id, SecretHash: strings.Repeat("f", 64), Created: now(), Seen: school.Day(now())}
	return &Work{Learner: l, Attempt: quiz.NewAttempt(e.Lesson+"-"+id, e, quiz.Rules{Preset: quiz.Practice}, nil, now())}
}

// TestTrips counts how often each call waits for the server, on the wire.
func TestTrips(t *testing.T) {
	t.Parallel()
	p := newProxy(t, redistest.Start(t).Addr())
	b := newBench(t, Config{Address: p.url()})
	e := edition("pressure", 12)
	warm := b.learner(t, edition("warm", 2)) // connections and scripts are there after this
	for _, name := range []string{"Ping", "Work", "AddNote", "DropNote", "SaveReview", "Save", "Create", "Visit", "KeepEdition", "Delete"} {
		must(t, b.calls(warm, edition("warm", 2))[name](ctx(t)))
	}

	w := b.learner(t, e)
	p.counted()
	if _, err := b.answer(ctx(t), w.Learner.ID, w.Attempt, e, 3); err != nil {
		t.Fatal(err)
	}
	if n := p.counted(); n != 2 {
		t.Errorf("an answer is %d trips, want 2", n)
	}

	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	given := b.begin(t, c, e)
	p.counted()
	if _, err := b.answer(ctx(t), c.learner.ID, given.Attempt, e, 3); err != nil {
		t.Fatal(err)
	}
	if n := p.counted(); n != 2 {
		t.Errorf("an answer for a class is %d trips, want 2", n)
	}

	w = b.work(t, w.Learner.ID, w.Attempt.ID)
	calls := b.calls(w, edition("trips", 12))
	for _, want := range []struct {
		name  string
		trips int
	}{
		{"Ping", 1},
		{"Work", 1},
		{"Own", 1},
		{"Attempts", 1},
		{"AttemptsAt", 1},
		{"Notes", 1},
		{"OwnNotes", 1},
		{"AddNote", 1},
		{"DropNote", 1},
		{"Review", 1},
		{"SaveReview", 1},
		{"Save", 1},
		{"Create", 1},
		{"Visit", 1},
		{"KeepEdition", 2},
		{"Edition", 0},
		{"Delete", 2},
	} {
		p.counted()
		must(t, calls[want.name](ctx(t)))
		if n := p.counted(); n != want.trips {
			t.Errorf("%s is %d trips, want %d", want.name, n, want.trips)
		}
	}
	b.reopen(t)
	must(t, b.Ping(ctx(t)))
	must(t, func() error { _, err := b.Attempts(ctx(t), "x", []string{"x"}, now()); return err }()) // the connection for pipelines
	p.counted()
	if _, err := b.Edition(ctx(t), edition("trips", 12).Hash()); err != nil || p.counted() != 2 {
		t.Errorf("a new edition is not 2 trips (%v)", err)
	}
}

// TestOneSlot records what is sent together: a transaction or a script has to stay with one learner, because only then
// it is one slot of a cluster. So has a pipeline, to be one trip there, unless it is about the module's own keys.
func TestOneSlot(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b := newBench(t, Config{Address: server.URL()})
	asker := newBench(t, Config{Address: server.URL()}) // tells which arguments are keys
	w, e := b.learner(t, edition("pressure", 3)), edition("slots", 6)
	seen := &recorder{}
	b.db.AddHook(seen)
	calls := b.calls(w, e)
	for _, name := range []string{"Ping", "Work", "Own", "Attempts", "Notes", "OwnNotes", "AddNote", "DropNote", "Review", "SaveReview", "Save", "Create", "Visit", "KeepEdition", "Edition"} {
		must(t, calls[name](ctx(t)))
	}
	if _, err := b.start(ctx(t), w.Learner.ID, edition("other", 3)); err != nil {
		t.Fatal(err)
	}
	b.editions = map[string]quiz.Edition{} // as in another process
	must(t, calls["Edition"](ctx(t)))
	must(t, calls["Delete"](ctx(t)))

	several := 0 // units with more than one key of a learner: without any, nothing is proven
	for _, unit := range seen.units {
		var keys []string
		for _, cmd := range unit {
			own := asker.keysOf(t, cmd)
			oneSlot(t, cmd, own)
			keys = append(keys, own...)
		}
		learners := slices.ContainsFunc(keys, func(key string) bool { return tag(key) != key })
		if learners || unit[0].Name() == "multi" {
			oneSlot(t, unit, keys)
		}
		if learners && len(keys) > 1 {
			several++
		}
	}
	if several < 7 {
		t.Errorf("%d of %d units have more than one key, want 7 and more", several, len(seen.units))
	}
}

func oneSlot(t *testing.T, sent any, keys []string) {
	t.Helper()
	for _, key := range keys {
		if tag(key) != tag(keys[0]) {
			t.Errorf("%.300v\nis sent as one, and %s and %s lie on different slots", sent, keys[0], key)
		}
	}
}

// tag is the part of a key that decides on its slot.
func tag(key string) string {
	if _, rest, ok := strings.Cut(key, "{"); ok {
		if inner, _, ok := strings.Cut(rest, "}"); ok && inner != "" {
			return inner
		}
	}
	return key
}

// keysOf are a command's keys, as the server sees them.
func (b *bench) keysOf(t *testing.T, cmd redis.Cmder) []string {
	t.Helper()
	if slices.Contains([]string{"multi", "exec", "hello"}, cmd.Name()) {
		return nil
	}
	keys, err := b.db.(*redis.Client).CommandGetKeys(ctx(t), cmd.Args()...).Result()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	return keys
}

// recorder keeps what was sent together: a command, or the commands of a pipeline or transaction.
type recorder struct {
	mu    sync.Mutex
	units [][]redis.Cmder
}

func (r *recorder) DialHook(next redis.DialHook) redis.DialHook { return next }

func (r *recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		r.keep([]redis.Cmder{cmd})
		return next(ctx, cmd)
	}
}

func (r *recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		r.keep(cmds)
		return next(ctx, cmds)
	}
}

func (r *recorder) keep(unit []redis.Cmder) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.units = append(r.units, slices.Clone(unit))
}
