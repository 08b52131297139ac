package store

import (
	"fmt"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store/redistest"
)

// TestMemory says what an attempt and a learner take. It asserts nothing: the figures are for people.
func TestMemory(t *testing.T) {
	t.Parallel()
	for _, limit := range []string{"64", "512", "1024"} {
		b := newBench(t, Config{Address: redistest.Start(t, "--hash-max-listpack-value", limit).URL()})
		e := edition("lesson-0", 12)
		first := b.learner(t, e)
		id := first.Learner.ID
		begun := b.memory(t, id)
		b.complete(t, id, first.Attempt, e)
		value, err := b.db.HGet(ctx(t), workKey(id, e.Lesson), first.Attempt.ID).Result()
		must(t, err)
		t.Logf("hash-max-listpack-value %s: an attempt of 12 answers is %d bytes as stored; its learner is %d bytes, with nothing answered yet %d",
			limit, len(value), b.memory(t, id), begun)
		for n := 1; n < 24; n++ {
			e := edition(fmt.Sprintf("lesson-%d", n/2), 12)
			a, err := b.start(ctx(t), id, e)
			must(t, err)
			b.complete(t, id, a, e)
		}
		t.Logf("hash-max-listpack-value %s: a learner with 12 lessons x 2 attempts x 12 answers is %d bytes", limit, b.memory(t, id))
		for _, entries := range []string{"128", "512"} {
			must(t, b.db.ConfigSet(ctx(t), "hash-max-listpack-entries", entries).Err())
			b.everything(t, id)
			before := b.memory(t, id)
			for i := range 24 {
				n := note(fmt.Sprintf("aaaaaaaaaaaaaa%02d", i))
				must(t, b.AddNote(ctx(t), id, n))
			}
			t.Logf("hash-max-listpack-value %s, hash-max-listpack-entries %s: 24 notes of %d bytes are %d bytes", limit, entries, len(mustText(encodeNote(note("x")))), b.memory(t, id)-before)
			must(t, b.db.Del(ctx(t), notesKey(id)).Err())
			t.Logf("hash-max-listpack-value %s, hash-max-listpack-entries %s: with all 144 questions in review, 15 of them answered today, a class, a return code and a calendar the same learner is %d bytes, review being %d",
				limit, entries, b.memory(t, id), b.db.MemoryUsage(ctx(t), reviewKey(id), 0).Val())
		}
	}
}

// everything gives a learner of TestMemory the rest that one can have. What is in review is written anew: a hash does not
// become small again.
func (b *bench) everything(t *testing.T, id string) {
	t.Helper()
	must(t, b.db.Del(ctx(t), reviewKey(id)).Err())
	r := b.deck(t, id)
	at := now().Add(-40 * 24 * time.Hour)
	for day := range 3 {
		for i := range 144 {
			r.Deck.Fold(review.FSRS6, []review.Answer{{ID: fmt.Sprintf("following-the-money-%d/which-question-%d", i/12, i), At: at.AddDate(0, 0, day*10), Answered: true, Right: i%4 > 0}})
		}
	}
	r.Deck.Zone = "Europe/Berlin"
	for i := range review.DefaultCap {
		card := fmt.Sprintf("following-the-money-%d/which-question-%d", i/12, i)
		r.Deck.Take(review.FSRS6, card, review.Given{Rep: r.Deck.Cards[card].Reps + 1, Certainty: 3, Variant: "t", Sent: "option=the-second-one"}, review.Good, now())
	}
	must(t, b.SaveReview(ctx(t), r, now()))
	c, _, err := school.NewCalendar("secret", "aaaaaaaaaaaaaaaa")
	must(t, err)
	must(t, b.GiveCalendar(ctx(t), id, c, now()))
	must(t, b.GiveCode(ctx(t), id, "", school.HashCode("aaaa-"+id), now()))
	must(t, b.db.HSet(ctx(t), membershipsKey(id), "aaaaaaaaaaaaaaaa", `{"j":1788249600}`).Err())
}

// complete answers all questions in one save, at the pace of a person, and hands in.
func (b *bench) complete(t *testing.T, id string, a *quiz.Attempt, e quiz.Edition) {
	t.Helper()
	w := b.work(t, id, a.ID)
	at := w.Attempt.Started
	for i, q := range e.Questions {
		at = at.Add(41 * time.Second)
		if _, err := w.Attempt.Answer(i, q, quiz.Submission{Response: response(q, i)}, at); err != nil {
			t.Fatal(err)
		}
	}
	w.Attempt.Finish(at)
	must(t, b.Save(ctx(t), w, w.Progress.After(w.Attempt, earned(w.Attempt), at), at))
}

// memory is what the learner's keys take in the server, with what it needs to find them.
func (b *bench) memory(t *testing.T, id string) (sum int64) {
	t.Helper()
	for _, key := range b.keys(t, id) {
		n, err := b.db.MemoryUsage(ctx(t), key, 0).Result()
		must(t, err)
		sum += n
	}
	return sum
}
