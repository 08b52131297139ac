package store

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/review"
	"eberbach/app/school"
)

// deck reads what the learner has in review; the learner has to be there.
func (b *bench) deck(t testing.TB, id string) *Review {
	t.Helper()
	r, err := b.Review(ctx(t), id)
	must(t, err)
	return r
}

// met are answers to n questions.
func met(n int, right bool, at time.Time) (answers []review.Answer) {
	for i := range n {
		answers = append(answers, review.Answer{ID: fmt.Sprintf("pressure/q-%d", i), At: at, Answered: true, Right: right})
	}
	return answers
}

// testReview: what is in review reads back as it was, writes only what has changed, and refuses a stale change.
func testReview(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 3)).Learner.ID
	r := b.deck(t, id)
	if len(r.Deck.Cards) != 0 || r.Learner.ID != id {
		t.Errorf("a new learner has %+v", r)
	}
	must(t, b.SaveReview(ctx(t), r, now())) // nothing to write
	if keys := b.keys(t, id); len(keys) != 3 {
		t.Errorf("nothing to write makes %v", keys)
	}
	at := now().Add(-time.Hour)
	r.Deck.Zone = "Europe/Berlin"
	r.Deck.Fold(review.FSRS6, met(400, true, at)) // more than anybody has: a script takes so many arguments
	r.Deck.Fold(review.FSRS6, []review.Answer{{ID: "pressure/left", At: at}})
	must(t, b.SaveReview(ctx(t), r, now()))
	stale := b.deck(t, id)
	again := b.deck(t, id)
	if diff := cmp.Diff(r.Deck.Fields(), again.Deck.Fields()); diff != "" {
		t.Errorf("it reads back as another one -want +got:\n%s", diff)
	}
	given := review.Given{Rep: 2, Certainty: 3, Variant: "t", Sent: "option=a"}
	if !again.Deck.Take(review.FSRS6, "pressure/q-1", given, review.Good, now()) {
		t.Fatal("the answer is not taken")
	}
	must(t, b.SaveReview(ctx(t), again, now()))
	if got := b.deck(t, id).Deck; got.Done != 1 || got.Given["pressure/q-1"] != given || got.Cards["pressure/q-1"] != again.Deck.Cards["pressure/q-1"] {
		t.Errorf("answered: %+v of %+v", got.Given, got.Cards["pressure/q-1"])
	}
	stale.Deck.Zone = "UTC"
	is(t, "a stale change", b.SaveReview(ctx(t), stale, now()), ErrConflict)

	next := b.deck(t, id)
	next.Deck.Turn(now().Add(48 * time.Hour))
	must(t, b.SaveReview(ctx(t), next, now()))
	if got := b.deck(t, id).Deck; len(got.Given) != 0 || got.Done != 0 || len(got.Cards) != 401 {
		t.Errorf("on another day: %+v, %d cards", got.Given, len(got.Cards))
	}
	_, err := b.Review(ctx(t), "bbbbbbbbbbbbbbbb")
	is(t, "nobody's review", err, ErrNotFound)
}

// testReviewTogether: of the same answer sent many times at once, one counts.
func testReviewTogether(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 3)).Learner.ID
	r := b.deck(t, id)
	r.Deck.Fold(review.FSRS6, met(3, true, now().Add(-time.Hour)))
	must(t, b.SaveReview(ctx(t), r, now()))
	together(t, 12, func(i int) error {
		for range tries {
			r, err := b.Review(ctx(t), id)
			if err != nil {
				return err
			}
			card := fmt.Sprintf("pressure/q-%d", i%3)
			if !r.Deck.Take(review.FSRS6, card, review.Given{Rep: 2, Sent: "x=y"}, review.Good, now()) {
				return nil
			}
			if err = b.SaveReview(ctx(t), r, now()); err != ErrConflict {
				return err
			}
		}
		return ErrConflict
	})
	got := b.deck(t, id).Deck
	if got.Done != 3 {
		t.Errorf("%d answers count, want 3", got.Done)
	}
	for card, c := range got.Cards {
		if c.Reps != 2 {
			t.Errorf("%s was answered %d times", card, c.Reps)
		}
	}
}

// testReviewKey: what is in review expires and goes with its learner, and nothing brings it back.
func testReviewKey(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 3)).Learner.ID
	r := b.deck(t, id)
	r.Deck.Fold(review.FSRS6, met(3, false, now()))
	must(t, b.SaveReview(ctx(t), r, now()))
	if at := b.expiries(t, id)[reviewKey(id)]; at == 0 {
		t.Error("it is not there")
	}
	at := now().Add(100 * 24 * time.Hour)
	must(t, b.Visit(ctx(t), id, []string{"pressure"}, at))
	b.expireAt(t, id, at.Add(school.Kept), learnerKey(id), progressKey(id), workKey(id, "pressure"), reviewKey(id))
	open := b.deck(t, id)
	open.Deck.Fold(review.FSRS6, met(4, true, now().Add(time.Minute)))
	must(t, b.Delete(ctx(t), id))
	b.gone(t, id)
	is(t, "a save afterwards", b.SaveReview(ctx(t), open, now()), ErrNotFound)
	b.gone(t, id)
}

// testReviewDamage: what cannot be read is an error and not an empty deck, which would be written over it.
func testReviewDamage(t *testing.T, b *bench) {
	for field, value := range map[string]string{"pressure/q": "x", "rev": "x", "day": "x", "=pressure/q": "x"} {
		id := b.learner(t, edition("pressure", 3)).Learner.ID
		must(t, b.db.HSet(ctx(t), reviewKey(id), field, value).Err())
		if _, err := b.Review(ctx(t), id); err == nil {
			t.Errorf("%s = %s is read", field, value)
		}
	}
}

// testCalendar: an address leads to its learner until there is another one, none, or no learner.
func testCalendar(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 3)).Learner.ID
	calendar := func(nonce string) school.Calendar {
		c, _, err := school.NewCalendar("secret of "+id, nonce)
		must(t, err)
		return c
	}
	leads := func(c school.Calendar, want error) {
		t.Helper()
		own, err := b.ByCalendar(ctx(t), c.Hash, now())
		if is(t, "a calendar", err, want); want == nil && own.ID != id {
			t.Errorf("it leads to %s", own.ID)
		}
	}
	first, second := calendar("a"), calendar("b")
	leads(first, ErrNotFound)
	for range 2 {
		must(t, b.GiveCalendar(ctx(t), id, first, now()))
		leads(first, nil)
	}
	must(t, b.GiveCalendar(ctx(t), id, second, now()))
	leads(first, ErrNotFound)
	leads(second, nil)
	if refs, err := b.db.SMembers(ctx(t), refsKey(id)).Result(); err != nil || len(refs) != 1 || refs[0] != calendarKey(second.Hash) {
		t.Errorf("the refs are %v (%v)", refs, err)
	}
	if at, err := b.db.ExpireTime(ctx(t), calendarKey(second.Hash)).Result(); err != nil || at <= 0 {
		t.Errorf("it never expires: %v, %v", at, err)
	}
	for range 2 {
		must(t, b.DropCalendar(ctx(t), id))
		leads(second, ErrNotFound)
	}
	must(t, b.GiveCalendar(ctx(t), id, second, now()))
	must(t, b.Delete(ctx(t), id))
	leads(second, ErrNotFound)
	if n, err := b.db.Exists(ctx(t), calendarKey(second.Hash)).Result(); err != nil || n != 0 {
		t.Errorf("the calendar outlives its learner: %d, %v", n, err)
	}
	is(t, "a calendar of who is gone", b.GiveCalendar(ctx(t), id, first, now()), ErrNotFound)
	is(t, "no calendar of who is gone", b.DropCalendar(ctx(t), id), ErrNotFound)
	b.gone(t, id)
}

// testReplaceFirst: a further browser takes the first one's place, once, unless it sees one class only.
func testReplaceFirst(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 3)).Learner.ID
	first := b.deck(t, id).Learner.SecretHash
	add := func(class string) (school.Device, string) {
		d, token, err := school.NewDevice(id, class, rand.Reader)
		must(t, err)
		must(t, b.AddDevice(ctx(t), id, d, now()))
		_, secret, _ := school.ParseToken(token)
		return d, secret
	}
	whole, secret := add("")
	only, _ := add("cccccccccccccccc")
	is(t, "one that sees a class only", b.ReplaceFirst(ctx(t), id, first, only.SecretHash), ErrNotFound)
	is(t, "one that is not there", b.ReplaceFirst(ctx(t), id, first, strings.Repeat("0", 64)), ErrNotFound)
	for range 2 {
		must(t, b.ReplaceFirst(ctx(t), id, first, whole.SecretHash))
	}
	l := b.deck(t, id).Learner
	if l.SecretHash != whole.SecretHash || len(l.Devices) != 1 || l.Devices[0].SecretHash != only.SecretHash || !l.Owns(secret) {
		t.Errorf("the learner is %+v", l)
	}
	if at := l.Devices[0].Since; now().Sub(at) > time.Minute || at.After(now()) {
		t.Errorf("the other browser is there since %v", at)
	}
	is(t, "the first one again", b.ReplaceFirst(ctx(t), id, first, first), ErrNotFound)
}
