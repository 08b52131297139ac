package store

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// private is an edition that no other behaviour stores: editions are everybody's.
func private(t *testing.T) quiz.Edition { return edition(t.Name(), 12) }

func testEdition(t *testing.T, b *bench) {
	e := private(t)
	hash := e.Hash()
	must(t, b.KeepEdition(ctx(t), e))
	b.reopen(t)
	got, err := b.Edition(ctx(t), hash)
	must(t, err)
	if diff := cmp.Diff(e, got); diff != "" {
		t.Errorf("-kept +read:\n%s", diff)
	}
	if diff := cmp.Diff(e.Hashes(), got.Hashes()); diff != "" || got.Hash() != hash {
		t.Errorf("hash %s, want %s; -kept +read:\n%s", got.Hash(), hash, diff)
	}
	must(t, b.db.Del(ctx(t), editionKey(hash)).Err())
	if _, err := b.Edition(ctx(t), hash); err != nil {
		t.Errorf("the second time, from memory: %v", err)
	}
}

func testEditionTwice(t *testing.T, b *bench) {
	e := private(t)
	stored := func() (values []string) {
		keys := []string{editionKey(e.Hash())}
		for _, h := range e.Hashes() {
			keys = append(keys, questionKey(h))
		}
		for _, key := range keys {
			v, err := b.db.Get(ctx(t), key).Result()
			must(t, err)
			if at, err := b.db.TTL(ctx(t), key).Result(); err != nil || at != -1 {
				t.Errorf("%s expires: %v, %v", key, at, err)
			}
			values = append(values, v)
		}
		return values
	}
	together(t, 4, func(int) error { return b.KeepEdition(ctx(t), e) })
	before := stored()
	b.reopen(t)
	must(t, b.KeepEdition(ctx(t), e))
	if diff := cmp.Diff(before, stored()); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}

	// A new version stands beside the old one.
	old := e.Hash()
	next := private(t)
	next.Questions[3].Stem["en"] += " (as of 2026)"
	next.ID = ""
	next = next.Named()
	must(t, b.KeepEdition(ctx(t), next))
	if next.Hash() == old {
		t.Fatal("another wording, the same hash")
	}
	b.reopen(t)
	for _, want := range []quiz.Edition{e, next} {
		got, err := b.Edition(ctx(t), want.Hash())
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-kept +read:\n%s", diff)
		}
	}
}

func testEditionMissing(t *testing.T, b *bench) {
	_, err := b.Edition(ctx(t), private(t).Hash())
	is(t, "an unknown edition", err, ErrNotFound)
	_, err = b.Edition(ctx(t), "")
	is(t, "no edition", err, ErrNotFound)
}

func testEditionDamage(t *testing.T, b *bench) {
	e := private(t)
	edition, question := editionKey(e.Hash()), questionKey(e.Hashes()[5])
	damages := map[string]func(ctx context.Context) error{
		"a question is missing": func(ctx context.Context) error { return b.db.Del(ctx, question).Err() },
		"a question is cut":     func(ctx context.Context) error { return b.db.Set(ctx, question, `{"id":`, 0).Err() },
		"a question is null":    func(ctx context.Context) error { return b.db.Set(ctx, question, `null`, 0).Err() },
		"a kind is unknown":     func(ctx context.Context) error { return b.db.Set(ctx, question, `{"kind":"essay","body":{}}`, 0).Err() },
		"a body is of another form": func(ctx context.Context) error {
			return b.db.Set(ctx, question, `{"kind":"choice","body":[]}`, 0).Err()
		},
		"the edition is cut": func(ctx context.Context) error {
			return b.db.Set(ctx, edition, `{"lesson":"x","questions":["`, 0).Err()
		},
		"the edition is null": func(ctx context.Context) error { return b.db.Set(ctx, edition, `null`, 0).Err() },
	}
	for name, damage := range damages {
		must(t, b.db.Del(ctx(t), edition).Err())
		must(t, b.db.Del(ctx(t), question).Err())
		must(t, b.KeepEdition(ctx(t), e))
		must(t, damage(ctx(t)))
		b.reopen(t)
		got, err := b.Edition(ctx(t), e.Hash())
		if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v, error %v", name, got, err)
		}
	}
}

// testEditionSince: whoever stores an edition later, here or in another process, learns since when it is there.
func testEditionSince(t *testing.T, b *bench) {
	e := private(t)
	for _, since := range []int64{1000, 2000} {
		e.Since = since
		must(t, b.KeepEdition(ctx(t), e))
		for range 2 {
			got, err := b.Edition(ctx(t), e.Hash())
			must(t, err)
			if got.Since != 1000 {
				t.Errorf("stored again at %d it is since %d", since, got.Since)
			}
			b.reopen(t)
		}
	}
}
