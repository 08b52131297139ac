package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

const notedText = "Die Ministerinnen und Minister wollen 👩‍👧 besser schützen. Sie sagen nicht, wie."

// note is a note as a pupil writes it.
func note(id string) annot.Note {
	return annot.Note{
		ID: id, Kind: annot.Comment, Source: "pressure", Lang: "de", Unit: "T1", Of: annot.HashText(notedText),
		Selector: annot.Select(notedText, annot.Range{Start: 4, End: 31}), Words: "Wer „alle“ sagt, meint wen?", Made: 1788249600,
	}
}

func mustText(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

// hasNotes checks what is stored of a learner's notes, in both ways of reading it.
func (b *bench) hasNotes(t testing.TB, id string, want ...annot.Note) {
	t.Helper()
	got, err := b.Notes(ctx(t), id)
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notes -want +got:\n%s", diff)
	}
	own, with, err := b.OwnNotes(ctx(t), id, now())
	must(t, err)
	if diff := cmp.Diff(want, with); diff != "" || own.ID != id {
		t.Errorf("notes with %s -want +got:\n%s", own.ID, diff)
	}
}

func testNote(t *testing.T, b *bench) {
	w := b.learner(t, edition("pressure", 2))
	id := w.Learner.ID
	b.hasNotes(t, id)
	first, second := note("aaaaaaaaaaaaaaab"), note("aaaaaaaaaaaaaaaa")
	second.Made++
	for range 2 {
		must(t, b.AddNote(ctx(t), id, first))
		must(t, b.AddNote(ctx(t), id, second))
	}
	b.hasNotes(t, id, first, second)
	b.reopen(t)
	change := func(n *annot.Note) { n.Words, n.Changed, n.Shown = "Anders.", n.Made+60, []string{"class"} }
	must(t, b.ChangeNote(ctx(t), id, first.ID, change))
	must(t, b.AddNote(ctx(t), id, first)) // the form that made it comes again
	change(&first)
	b.hasNotes(t, id, first, second)
	at := now().Add(48 * time.Hour)
	b.expiries(t, id)
	must(t, b.Visit(ctx(t), id, []string{"pressure"}, at))
	if expires := b.expiries(t, id)[notesKey(id)]; expires != at.Add(school.Kept).Unix() {
		t.Errorf("a visit leaves the notes at %d", expires)
	}
	for range 2 {
		must(t, b.DropNote(ctx(t), id, first.ID))
	}
	b.hasNotes(t, id, second)
	is(t, "changing what is not there", b.ChangeNote(ctx(t), id, first.ID, change), ErrNotFound)
	is(t, "changing another's", b.ChangeNote(ctx(t), b.learner(t, edition("pressure", 2)).Learner.ID, second.ID, change), ErrNotFound)
	b.hasNotes(t, id, second)
}

func testNotesTogether(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 2)).Learner.ID
	must(t, b.AddNote(ctx(t), id, note("one")))
	together(t, 8, func(i int) error {
		return errors.Join(b.AddNote(ctx(t), id, note(fmt.Sprintf("at-once-%d", i%4))), b.ChangeNote(ctx(t), id, "one", func(n *annot.Note) { n.Shown = append(n.Shown, fmt.Sprint(i)) }))
	})
	notes, err := b.Notes(ctx(t), id)
	must(t, err)
	if len(notes) != 5 || len(notes[slices.IndexFunc(notes, func(n annot.Note) bool { return n.ID == "one" })].Shown) != 8 {
		t.Errorf("of what was done at once there is %+v", notes)
	}
}

func testNotesFull(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 2)).Learner.ID
	for i := range annot.MostNotes {
		must(t, b.AddNote(ctx(t), id, note(fmt.Sprint(i))))
	}
	is(t, "one more", b.AddNote(ctx(t), id, note("more")), ErrFull)
	must(t, b.AddNote(ctx(t), id, note("7")))
	must(t, b.DropNote(ctx(t), id, "8"))
	must(t, b.AddNote(ctx(t), id, note("more")))
}

func testNotesGone(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 2)).Learner.ID
	must(t, b.AddNote(ctx(t), id, note("one")))
	refuse := b.refuse(removeLearner)
	is(t, "cut short", b.Delete(ctx(t), id), errCut)
	is(t, "a note in between", b.AddNote(ctx(t), id, note("two")), ErrNotFound)
	is(t, "a change in between", b.ChangeNote(ctx(t), id, "one", func(n *annot.Note) { n.Words = "" }), ErrNotFound)
	refuse.Store(false)
	must(t, b.Delete(ctx(t), id))
	is(t, "a note afterwards", b.AddNote(ctx(t), id, note("two")), ErrNotFound)
	must(t, b.DropNote(ctx(t), id, "one"))
	b.gone(t, id)
}

// testNotesMerged: when two entries in a class become one, what the one has shown to the class is the other's, and what it
// has not stays where it was and nobody else's.
func testNotesMerged(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	other := b.member(t, c.class.ID, "Stiller Wal")
	shown, private, elsewhere := note("shown"), note("private"), note("elsewhere")
	shown.Shown, elsewhere.Shown = []string{"another", c.class.ID}, []string{"another"}
	for _, n := range []annot.Note{shown, private, elsewhere} {
		must(t, b.AddNote(ctx(t), other.ID, n))
	}
	must(t, b.AddNote(ctx(t), c.learner.ID, note("kept")))
	refuse := b.refuse(swapNote)
	is(t, "cut short", b.Merge(ctx(t), c.class.ID, c.learner.ID, other.ID, now()), errCut)
	refuse.Store(false)
	for range 2 {
		must(t, b.Merge(ctx(t), c.class.ID, c.learner.ID, other.ID, now()))
	}
	moved, left := shown, shown
	moved.Shown, left.Shown = []string{c.class.ID}, []string{"another"}
	b.hasNotes(t, c.learner.ID, note("kept"), moved)
	b.hasNotes(t, other.ID, elsewhere, private, left)
	b.expiries(t, c.learner.ID)
}

func testNotesDamage(t *testing.T, b *bench) {
	id := b.learner(t, edition("pressure", 2)).Learner.ID
	must(t, b.AddNote(ctx(t), id, note("one")))
	must(t, b.db.HSet(ctx(t), notesKey(id), "two", "{").Err())
	_, all := b.Notes(ctx(t), id)
	_, _, own := b.OwnNotes(ctx(t), id, now())
	_, many := b.NotesOf(ctx(t), []string{id})
	changed := b.ChangeNote(ctx(t), id, "two", func(*annot.Note) {})
	for _, err := range []error{all, own, many, changed} {
		if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
			t.Errorf("a damaged note: %v", err)
		}
	}
}

func testNotesOf(t *testing.T, b *bench) {
	ids := []string{b.learner(t, edition("pressure", 2)).Learner.ID, b.learner(t, edition("pressure", 2)).Learner.ID}
	must(t, b.AddNote(ctx(t), ids[1], note("one")))
	for i := range mostAtOnce { // more than one trip
		ids = append(ids, fmt.Sprintf("nobody-%d", i))
	}
	slices.Reverse(ids)
	got, err := b.NotesOf(ctx(t), ids)
	must(t, err)
	want := map[string][]annot.Note{}
	for _, id := range ids {
		want[id] = nil
	}
	want[ids[mostAtOnce]] = []annot.Note{note("one")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func testTexts(t *testing.T, b *bench) {
	for range 2 {
		must(t, b.KeepText(ctx(t), notedText))
	}
	b.reopen(t)
	got, err := b.Texts(ctx(t), []string{"nothing", annot.HashText(notedText)})
	must(t, err)
	if diff := cmp.Diff(map[string]string{annot.HashText(notedText): notedText}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func testClassNotes(t *testing.T, b *bench) {
	c := b.newClass(t)
	want := func(want school.NoteRules) {
		t.Helper()
		got, err := b.ClassNotes(ctx(t), c.ID)
		must(t, err)
		if want.Hidden == nil {
			want.Hidden = map[string]bool{}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	want(school.NoteRules{})
	first, later := now(), now().Add(time.Hour)
	must(t, b.SetClassNotes(ctx(t), c.ID, true, true, first))
	must(t, b.SetClassNotes(ctx(t), c.ID, true, false, later))
	want(school.NoteRules{Since: first.Unix()})
	for range 2 {
		must(t, b.HideNote(ctx(t), c.ID, "one", true, first))
	}
	must(t, b.HideNote(ctx(t), c.ID, "two", true, first))
	b.reopen(t)
	want(school.NoteRules{Since: first.Unix(), Hidden: map[string]bool{"one": true, "two": true}})
	must(t, b.SetClassNotes(ctx(t), c.ID, false, true, later))
	for range 2 {
		must(t, b.HideNote(ctx(t), c.ID, "two", false, later))
	}
	want(school.NoteRules{First: true, Hidden: map[string]bool{"one": true}})
	must(t, b.SetClassNotes(ctx(t), c.ID, true, true, later)) // begins anew
	want(school.NoteRules{Since: later.Unix(), First: true, Hidden: map[string]bool{"one": true}})
	b.goesWith(t, c)
	room, err := b.Room(ctx(t), c.ID)
	must(t, err)
	must(t, b.DeleteClass(ctx(t), room))
	is(t, "of no class", b.SetClassNotes(ctx(t), c.ID, true, true, now()), ErrNotFound)
	is(t, "of no class", b.HideNote(ctx(t), c.ID, "one", true, now()), ErrNotFound)
	if keys := b.keys(t, c.ID); len(keys) > 0 {
		t.Errorf("left over: %v", keys)
	}
}
