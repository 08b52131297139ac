package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// slug is a lesson's id that no other behaviour uses.
func slug(t *testing.T) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, strings.ToLower(t.Name())), "-")
}

func testScan(t *testing.T, b *bench) {
	e := edition(slug(t), 2)
	longer := edition(e.Lesson+"-more", 2) // begins like the lesson's name
	var want []string
	for range 250 { // more than one batch
		want = append(want, b.learner(t, e).Learner.ID)
	}
	elsewhere := b.learner(t, longer).Learner.ID
	must(t, b.Delete(ctx(t), b.learner(t, e).Learner.ID))
	if _, err := b.start(ctx(t), want[0], longer); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	must(t, b.PlacesOf(ctx(t), e.Lesson, func(places []Place) error {
		if len(places) > scanBatch {
			t.Errorf("a batch of %d", len(places))
		}
		found, err := b.AttemptsAt(ctx(t), places, now())
		for _, f := range found {
			if f.Err != nil || f.Attempt.Lesson != e.Lesson || f.Attempt.ID != f.ID || !slices.Contains(places, f.Place) {
				t.Errorf("found %+v", f)
			}
			got[f.Learner] = true
		}
		return err
	}))
	if len(got) != len(want) || got[elsewhere] {
		t.Errorf("%d learners found, want %d (another lesson's: %v)", len(got), len(want), got[elsewhere])
	}
	for _, id := range want {
		if !got[id] {
			t.Errorf("%s is not found", id)
		}
	}

	stop := errors.New("enough")
	is(t, "a visit that stops", b.PlacesOf(ctx(t), e.Lesson, func([]Place) error { return stop }), stop)
	must(t, b.PlacesOf(ctx(t), e.Lesson+"-nobody", func(places []Place) error { t.Errorf("nobody is %v", places); return nil }))
	gone, cancel := context.WithCancel(ctx(t))
	cancel()
	is(t, "a scan that was given up", b.PlacesOf(gone, e.Lesson, func([]Place) error { return nil }), ErrUnavailable)
}

// testScanDamage: one learner's damaged attempt keeps nobody else's from being found.
func testScanDamage(t *testing.T, b *bench) {
	e := edition(slug(t), 2)
	w, whole := b.learner(t, e), b.learner(t, e)
	must(t, b.db.HSet(ctx(t), workKey(w.Learner.ID, e.Lesson), w.Attempt.ID, "7 {").Err())
	found, err := b.AttemptsAt(ctx(t), []Place{at(w.Learner.ID, e), at(whole.Learner.ID, e), at("nobody", e)}, now())
	must(t, err)
	if len(found) != 2 || found[0].Err == nil || found[0].ID != w.Attempt.ID || found[1].Err != nil || found[1].Attempt.ID != whole.Attempt.ID {
		t.Errorf("found %+v", found)
	}
}

// testRegrade grades an attempt again while its learner answers: no answer is lost, each is graded by the present key,
// and a second time changes nothing.
func testRegrade(t *testing.T, b *bench) {
	e := edition(slug(t), 12)
	present := edition(slug(t), 12).Questions
	keys := quiz.NewKeys(present, nil)
	var mu sync.Mutex
	for _, q := range present {
		if body, ok := q.Body.(*quiz.Choice); ok {
			body.Options[0].Right, body.Options[1].Right = false, true
		}
	}
	must(t, b.KeepEdition(ctx(t), e))
	w := b.learner(t, e)
	id := w.Learner.ID
	regrade := func() (bool, error) {
		return b.change(ctx(t), id, w.Attempt, func(a *quiz.Attempt) (bool, error) {
			asked, err := b.Edition(ctx(t), a.Edition)
			if err != nil {
				return false, err
			}
			mu.Lock()
			defer mu.Unlock()
			r := keys.Regrade(a, asked)
			if r.Changed {
				err = b.KeepEdition(ctx(t), r.Edition)
				*a = *r.Attempt
			}
			return r.Changed, err
		})
	}
	together(t, 13, func(i int) error {
		if i == 12 {
			_, err := regrade()
			return err
		}
		_, err := b.change(ctx(t), id, w.Attempt, func(a *quiz.Attempt) (bool, error) {
			asked, err := b.Edition(ctx(t), a.Edition)
			if err != nil {
				return false, err
			}
			return a.Answer(i, asked.Questions[i], quiz.Submission{Response: response(asked.Questions[i], i)}, now())
		})
		return err
	})
	if _, err := regrade(); err != nil {
		t.Fatal(err)
	}
	if again, err := regrade(); again || err != nil {
		t.Errorf("the second time it changes something: %v, %v", again, err)
	}
	a := b.work(t, id, w.Attempt.ID).Attempt
	for i, ans := range a.Answers {
		q := present[i]
		if ans == nil {
			t.Fatalf("answer %d is lost", i+1)
		}
		if want := response(q, i); !cmp.Equal(want, ans.Response()) || ans.Fraction != quiz.Grade(q, want) {
			t.Errorf("question %d: %v earns %v, want %v and %v", i+1, ans.Response(), ans.Fraction, want, quiz.Grade(q, want))
		}
	}
	b.reopen(t)
	asked, err := b.Edition(ctx(t), a.Edition)
	must(t, err)
	if asked.Index("q1") != 0 || asked.Questions[0].Hash() != present[0].Hash() {
		t.Error("the attempt does not name the edition with the corrected question")
	}
}

// at is a learner's own work on an edition's lesson.
func at(learner string, e quiz.Edition) Place { return Place{learner, school.Task{Lesson: e.Lesson}} }
