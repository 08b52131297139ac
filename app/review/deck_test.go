package review

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var deckStart = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// TestFold makes cards of answers: what came later counts, what is known already changes nothing.
func TestFold(t *testing.T) {
	at := func(days int) time.Time { return deckStart.AddDate(0, 0, days) }
	var d Deck
	d.Fold(FSRS6, []Answer{
		{ID: "l/b", At: at(3), Answered: true, Right: true, Hesitant: true, Variant: "t"},
		{ID: "l/left", At: at(1)},
		{ID: "l/a", At: at(0), Answered: true},
		{ID: "l/b", At: at(0), Answered: true},
		{ID: "l/a", At: at(4)}, // met again and left: it is known already
	})
	a, b, left := d.Cards["l/a"], d.Cards["l/b"], d.Cards["l/left"]
	if a.Reps != 1 || a.Rated != Again || !a.Last.Equal(at(0)) {
		t.Errorf("a wrong answer gives %+v", a)
	}
	if b.Reps != 2 || b.Rated != Hard || !b.Last.Equal(at(3)) || b.Variant != "t" {
		t.Errorf("an unsure answer later on gives %+v", b)
	}
	if left.State != New || !left.Due.Equal(at(1)) {
		t.Errorf("a question without an answer gives %+v", left)
	}
	before := d.Clone()
	d.Fold(FSRS6, []Answer{{ID: "l/b", At: at(2), Answered: true}, {ID: "l/b", At: at(3), Answered: true}, {ID: "l/left", At: at(9)}})
	if diff := cmp.Diff(before, d); diff != "" {
		t.Errorf("what is not later changes the deck:\n%s", diff)
	}
}

// TestFoldAgain: the same answers, again and together with further ones, give what all of them at once give.
func TestFoldAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var answers []Answer
		for i := range rapid.IntRange(1, 30).Draw(t, "answers") {
			answers = append(answers, Answer{
				ID: "l/" + strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "id")), At: deckStart.Add(time.Duration(i) * time.Hour),
				Answered: true, Right: rapid.Bool().Draw(t, "right"), Hesitant: rapid.Bool().Draw(t, "hesitant"),
			})
		}
		var once, often Deck
		once.Fold(FSRS6, answers)
		for n := 1; n <= len(answers); n++ {
			often.Fold(FSRS6, answers[:n])
		}
		if diff := cmp.Diff(once.Cards, often.Cards); diff != "" {
			t.Fatalf("at once and often differ:\n%s", diff)
		}
	})
}

// TestTake: an answer counts once, on the day it is given.
func TestTake(t *testing.T) {
	d := Deck{Zone: "Europe/Berlin"}
	d.Fold(FSRS6, []Answer{{ID: "l/a", At: deckStart, Answered: true}, {ID: "l/n", At: deckStart}})
	now := deckStart.Add(time.Hour)
	for n, want := range []bool{true, false} {
		if got := d.Take(FSRS6, "l/a", Given{Rep: 2, Sent: "x"}, Good, now); got != want {
			t.Errorf("the answer is taken the %d. time: %v", n+1, got)
		}
	}
	if d.Take(FSRS6, "l/none", Given{Rep: 1}, Good, now) || d.Take(FSRS6, "l/n", Given{Rep: 2}, Good, now) {
		t.Error("an answer to nothing is taken")
	}
	d.Take(FSRS6, "l/n", Given{Rep: 1}, Good, now)
	if q := d.Queue(now); q.Done != 2 || q.DoneNew != 1 {
		t.Errorf("the day has %d answers, %d of them new", q.Done, q.DoneNew)
	}
	night := time.Date(2026, 9, 2, 1, 30, 0, 0, time.UTC) // half past three in Berlin: still the first day
	if q := d.Queue(night); q.Done != 2 {
		t.Errorf("at night the day has %d answers", q.Done)
	}
	if q := d.Queue(night.Add(time.Hour)); q.Done != 0 {
		t.Errorf("the next day has %d answers", q.Done)
	}
	d.Turn(night.Add(time.Hour))
	if len(d.Given) != 0 || d.Done != 0 {
		t.Errorf("the next day has %+v", d.Given)
	}
}

func TestReadDeck(t *testing.T) {
	d := Deck{Zone: "Europe/Berlin", Day: 20000, Done: 3, DoneNew: 1, Cards: map[string]Card{"l/a": {Due: deckStart}}, Given: map[string]Given{"l/a": {2, 4, "", "option=a option=b"}, "l/b": {1, 0, "t", ""}}}
	back, err := ReadDeck(d.Fields())
	if diff := cmp.Diff(d, back); diff != "" || err != nil {
		t.Errorf("read back (%v):\n%s", err, diff)
	}
	for name, value := range map[string]string{"l/a": "", "day": "1 2", "=l/a": "1 2 3", "=l/b": "a 1  x", "=l/c": "1 b  x"} {
		if _, err := ReadDeck(map[string]string{name: value}); err == nil {
			t.Errorf("%s = %q is read", name, value)
		}
	}
}
