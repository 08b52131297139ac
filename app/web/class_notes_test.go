package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"eberbach/app/annot"
	"eberbach/app/school"
)

// sharing lets the class share notes, as its teacher does.
func (c *schoolClass) sharing(first bool) {
	c.t.Helper()
	f := c.teacher.get(c.path("/notes")).want(http.StatusOK).form("/notes")
	f.values.Set(onField, "1")
	f.values.Del(firstField)
	if first {
		f.values.Set(firstField, "1")
	}
	c.teacher.post(f.action, f.values).want(http.StatusSeeOther)
}

// shows lets a pupil note something on a sentence of a passage and show it to the class.
func (c *schoolClass) shows(pupil *client, unit string, words string) annot.Note {
	c.t.Helper()
	pupil.noteOn("/de/lessons/"+theLesson+"/notes/"+unit, []int{0}, annot.Comment, words).want(http.StatusSeeOther)
	notes := pupil.ownNotes()
	n := notes[len(notes)-1]
	for _, other := range notes {
		if other.Words == words {
			n = other
		}
	}
	pupil.post("/de/me/notes/"+n.ID+"/show", url.Values{classField: {c.ID}, onField: {"1"}}).want(http.StatusSeeOther)
	return n
}

func (p *page) says(text string) bool { return strings.Contains(p.text(), folded(text)) }

// TestClassNotes: a note is seen by the class when its owner shows it, and not any more when it is taken back, hidden, or
// nothing is shared. Nobody else ever sees it.
func TestClassNotes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, foreign := w.classroom("Frau.Eins", "9b"), w.classroom("Herr.Zwei", "9c")
	owner, name, _ := c.pupil()
	mate, _, _ := c.pupil()
	stranger, _, _ := foreign.pupil()
	scoped := c.letIn(mate)
	at := "/de/me/classes/" + c.ID + "/notes"
	owner.noteOn(passagePath, []int{0}, annot.Comment, secretWords).want(http.StatusSeeOther)
	n := owner.ownNotes()[0]
	show := url.Values{classField: {c.ID}, onField: {"1"}}
	see := func(what string, owners, mates, teachers bool) {
		t.Helper()
		for _, who := range []struct {
			name string
			c    *client
			path string
			want bool
		}{
			{"the owner", owner, at, owners},
			{"a mate", mate, at, mates},
			{"a mate's browser for the class", scoped, at, mates},
			{"the teacher", c.teacher, c.path("/notes"), teachers},
			{"a stranger", stranger, at, false},
			{"nobody", w.client(), at, false},
			{"another teacher", foreign.teacher, c.path("/notes"), false},
			{"another class", stranger, "/de/me/classes/" + foreign.ID + "/notes", false},
			{"the map", c.teacher, c.path("/notes/" + theLesson), false},
			{"a mate who reads", mate, "/de/lessons/" + theLesson, false},
			{"a mate's own page", mate, "/de/me/notes", false},
		} {
			p := who.c.get(who.path)
			if p.says(secretWords) != who.want {
				t.Errorf("%s: %s sees the note: %v", what, who.name, !who.want)
			}
			if who.want && !p.says(name) {
				t.Errorf("%s: %s does not see whose note it is", what, who.name)
			}
		}
	}
	owner.post("/de/me/notes/"+n.ID+"/show", show).want(http.StatusNotFound) // nothing is shared yet
	mate.get(at).want(http.StatusOK, "keine Notizen gezeigt")
	see("off", false, false, false)
	c.sharing(false)
	see("private", false, false, false)
	for _, class := range []string{foreign.ID, "aaaaaaaaaaaaaaaa", ""} {
		owner.post("/de/me/notes/"+n.ID+"/show", url.Values{classField: {class}, onField: {"1"}}).want(http.StatusNotFound)
	}
	for range 2 {
		owner.follow(owner.post("/de/me/notes/"+n.ID+"/show", show)).want(http.StatusOK, "Die Klasse kann deine Notiz jetzt lesen")
	}
	see("shown", true, true, true)
	hide := url.Values{noteField: {n.ID}, learnerField: {owner.id()}, onField: {"1"}}
	c.teacher.post(c.path("/notes/hide"), url.Values{noteField: {n.ID}, learnerField: {mate.id()}, onField: {"1"}}).want(http.StatusNotFound)
	for range 2 {
		c.teacher.follow(c.teacher.post(c.path("/notes/hide"), hide)).want(http.StatusOK, "verborgen")
	}
	see("hidden", true, false, true)
	for _, path := range []string{"/de/me/notes", "/de/me/notes/" + n.ID, "/de/lessons/" + theLesson} {
		owner.get(path).want(http.StatusOK, "Deine Lehrkraft hat diese Notiz in 9b verborgen")
	}
	hide.Del(onField)
	c.teacher.post(c.path("/notes/hide"), hide).want(http.StatusSeeOther)
	see("shown again", true, true, true)
	for range 2 {
		owner.post("/de/me/notes/"+n.ID+"/show", url.Values{classField: {c.ID}}).want(http.StatusSeeOther)
	}
	see("taken back", false, false, false)
	owner.post("/de/me/notes/"+n.ID+"/show", show).want(http.StatusSeeOther)
	c.teacher.post(c.path("/notes"), nil).want(http.StatusSeeOther)
	see("switched off", false, false, false)
	c.sharing(false)
	owner.post("/de/me/classes/"+c.ID+"/leave", nil).want(http.StatusSeeOther)
	see("who has left", false, false, false)
}

// TestYoursFirst: what the others show on a passage is seen by who shows something on it.
func TestYoursFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	c.sharing(true)
	a, _, _ := c.pupil()
	b, _, _ := c.pupil()
	at := "/de/me/classes/" + c.ID + "/notes"
	c.shows(a, "T1", "Erste Notiz von A.")
	c.shows(a, "T2", "Zweite Notiz von A.")
	p := b.get(at).want(http.StatusOK, "Erst du, dann die anderen", "1 Notiz wartet")
	if p.says("Notiz von A") {
		t.Error("a note is seen before one's own")
	}
	b.noteOn(passagePath, []int{0}, annot.Comment, "Nur für mich.") // a private one opens nothing
	if b.get(at).says("Notiz von A") {
		t.Error("a private note opens those of the others")
	}
	n := c.shows(b, "T1", "Notiz von B.")
	if p := b.get(at); !p.says("Erste Notiz von A.") || p.says("Zweite Notiz von A.") {
		t.Error("one's own note opens another passage, or none")
	}
	c.teacher.get(c.path("/notes")).want(http.StatusOK, "Erste Notiz von A.", "Zweite Notiz von A.", "Notiz von B.")
	b.post("/de/me/notes/"+n.ID+"/delete", nil).want(http.StatusSeeOther)
	if b.get(at).says("Notiz von A") {
		t.Error("a note that is deleted still opens those of the others")
	}
}

// TestHeat: the map counts people, not marks, from three on, only what was marked since they were told, and says nothing of
// who it was.
func TestHeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	early, earlyName, _ := c.pupil()
	early.noteOn(passagePath, []int{0}, annot.Unclear, secretWords)
	var notes []annot.Note
	notes = append(notes, early.ownNotes()...)
	old := notes[0]
	old.ID, old.Made = "aaaaaaaaaaaaaaaa", time.Now().Add(-time.Hour).Unix()
	w.must(w.server.Store.DropNote(t.Context(), early.id(), notes[0].ID), w.server.Store.AddNote(t.Context(), early.id(), old))
	heat := c.path("/notes/" + theLesson)
	c.teacher.get(heat).want(http.StatusOK, "nicht gezählt")
	c.sharing(false)
	badges := func(path string) (list []string) {
		t.Helper()
		for _, n := range c.teacher.get(path).want(http.StatusOK).all("b") {
			if strings.HasPrefix(attr(n, "class"), "n") {
				list = append(list, textIn(n))
			}
		}
		return list
	}
	var pupils []*client
	for i := range 4 {
		pupil, _, _ := c.pupil()
		pupils = append(pupils, pupil)
		pupil.noteOn(passagePath, []int{0}, annot.Unclear, "").want(http.StatusSeeOther)
		pupil.noteOn(passagePath, []int{0}, annot.Highlight, "").want(http.StatusSeeOther) // the same person again
		if got, want := strings.Join(badges(heat), " "), map[int]string{2: "3 3?", 3: "4 4?"}[i]; got != want {
			t.Errorf("after %d people the map says %q, want %q", i+1, got, want)
		}
	}
	p := c.teacher.get(heat).want(http.StatusOK, "4 haben den Satz markiert.", "4 finden ihn unklar.", "5 Personen")
	if p.says(secretWords) || p.says(earlyName) || strings.Contains(p.body, pupils[0].id()) {
		t.Error("the map says who it was")
	}
	if got := badges(strings.Replace(heat, "/de/", "/en/", 1)); len(got) != 0 {
		t.Errorf("the English text has %v", got)
	}
	if got := badges(c.path("/notes/" + annot.Declaration)); len(got) != 0 {
		t.Errorf("the declaration has %v", got)
	}
	pupils[0].post("/de/me/classes/"+c.ID+"/leave", nil).want(http.StatusSeeOther)
	if got := strings.Join(badges(heat), " "); got != "3 3?" {
		t.Errorf("after one has left the map says %q", got)
	}
	c.teacher.get(c.path("/notes/nothing")).want(http.StatusNotFound)
}

// TestNotesCount: what somebody marked before they joined does not count.
func TestNotesCount(t *testing.T) {
	t.Parallel()
	r, m := school.NoteRules{Since: 100}, school.Member{Joined: 200}
	for at, want := range map[int64]bool{99: false, 150: false, 199: false, 200: true} {
		if r.Counts(m, at) != want {
			t.Errorf("what was marked at %d counts: %v", at, !want)
		}
	}
	if (school.NoteRules{}).Counts(m, 300) {
		t.Error("it counts where nothing is shared")
	}
}

// TestNotesMoved: of two entries that become one, the one that is left shows what the other has shown.
func TestNotesMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	c.sharing(false)
	kept, keptName, _ := c.pupil()
	other, _, _ := c.pupil()
	c.shows(other, "T1", "Von der anderen.")
	w.must(w.server.Store.Merge(t.Context(), c.ID, kept.id(), other.id(), w.server.Now()))
	at := "/de/me/classes/" + c.ID + "/notes"
	p := kept.get(at).want(http.StatusOK, "Von der anderen.", keptName)
	if n := strings.Count(p.text(), "Von der anderen."); n != 1 {
		t.Errorf("it is there %d times", n)
	}
	other.get(at).want(http.StatusSeeOther) // told first that it goes on as the other
	other.post(fmt.Sprintf("/de/me/classes/%s/moved", c.ID), nil).want(http.StatusSeeOther)
	other.get(at).want(http.StatusOK, "Von der anderen.", keptName)
	other.get("/de/me/notes").want(http.StatusOK, "Von der anderen.")
}
