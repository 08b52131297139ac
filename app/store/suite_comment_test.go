package store

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// testComment: what is said of an attempt is read back as it was said, once however often it is sent.
func testComment(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	w := b.begin(t, c, edition("pressure", 3))
	id, attempt := c.learner.ID, w.Attempt.ID
	say := func(text string, at time.Time) error {
		return b.Comment(ctx(t), id, c.task, attempt, school.Comment{Text: text, At: at.Unix()})
	}
	want := func(text string, at time.Time) {
		t.Helper()
		got, err := b.CommentOn(ctx(t), id, attempt)
		must(t, err)
		all, err := b.Comments(ctx(t), id)
		must(t, err)
		if diff := cmp.Diff(school.Comment{Text: text, At: at.Unix()}, got); diff != "" || len(all) != 1 || all[attempt] != got {
			t.Errorf("-want +got:\n%s of %v", diff, all)
		}
	}
	first, later := now(), now().Add(time.Hour)
	must(t, say("Genau gelesen.\n„Ja“", first))
	must(t, say("Genau gelesen.\n„Ja“", later)) // a double click
	want("Genau gelesen.\n„Ja“", first)
	b.reopen(t)
	want("Genau gelesen.\n„Ja“", first)
	must(t, say("Lies E10 noch einmal.", later))
	want("Lies E10 noch einmal.", later)
	for key, at := range b.expiries(t, id) {
		if early := c.learner.Created.Add(school.Kept).Unix(); at < early-2 || at > early+60 {
			t.Errorf("%s expires %d s from 12 months", key, at-early)
		}
	}
	at := now().Add(48 * time.Hour)
	must(t, b.Visit(ctx(t), id, []string{c.task.String()}, at))
	for key, expires := range b.expiries(t, id) {
		if expires != at.Add(school.Kept).Unix() {
			t.Errorf("a visit leaves %s at %d, want %d", key, expires, at.Add(school.Kept).Unix())
		}
	}
	for range 2 {
		must(t, say("", later))
		_, err := b.CommentOn(ctx(t), id, attempt)
		is(t, "a comment taken back", err, ErrNotFound)
	}
	if all, err := b.Comments(ctx(t), id); err != nil || len(all) != 0 {
		t.Errorf("nothing is said, and it is %v, %v", all, err)
	}
	is(t, "a comment on nothing", b.Comment(ctx(t), id, c.task, c.task.String()+"-aaaaaaaaaaaaaaaa", school.Comment{Text: "x"}), ErrNotFound)
	must(t, b.db.HSet(ctx(t), commentsKey(id), attempt, "{").Err())
	_, err := b.CommentOn(ctx(t), id, attempt)
	_, all := b.Comments(ctx(t), id)
	for _, err := range []error{err, all} {
		if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
			t.Errorf("a damaged comment: %v", err)
		}
	}
}

// testCommentGone: nothing that was said of somebody outlives them, and nothing can be said any more.
func testCommentGone(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	w := b.begin(t, c, edition("pressure", 3))
	id := c.learner.ID
	say := func() error {
		return b.Comment(ctx(t), id, c.task, w.Attempt.ID, school.Comment{Text: "Gut.", At: now().Unix()})
	}
	must(t, say())
	refuse := b.refuse(removeLearner)
	is(t, "cut short", b.Delete(ctx(t), id), errCut)
	is(t, "a comment in between", say(), ErrNotFound)
	refuse.Store(false)
	must(t, b.Delete(ctx(t), id))
	is(t, "a comment afterwards", say(), ErrNotFound)
	b.gone(t, id)
}

// testCommentMerged: when two entries in a class become one, what was said of the work goes where the work goes.
func testCommentMerged(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	w := b.begin(t, c, edition("pressure", 3))
	other := c.learner.ID
	must(t, b.Comment(ctx(t), other, c.task, w.Attempt.ID, school.Comment{Text: "Gut.", At: 7}))
	kept, _, err := school.NewLearner(rand.Reader, now())
	must(t, err)
	must(t, b.CreateLearner(ctx(t), kept, now()))
	_, err = b.Join(ctx(t), c.class.ID, kept.ID, "Kluger Dachs", now())
	must(t, err)
	refuse := b.refuse(release)
	is(t, "cut short", b.Merge(ctx(t), c.class.ID, kept.ID, other, now()), errCut)
	refuse.Store(false)
	for range 2 {
		must(t, b.Merge(ctx(t), c.class.ID, kept.ID, other, now()))
	}
	got, err := b.CommentOn(ctx(t), kept.ID, w.Attempt.ID)
	if err != nil || got != (school.Comment{Text: "Gut.", At: 7}) {
		t.Errorf("the comment is %+v, %v", got, err)
	}
	_, err = b.CommentOn(ctx(t), other, w.Attempt.ID)
	is(t, "a comment that has moved", err, ErrNotFound)
	b.expiries(t, kept.ID)
}
