package web

import (
	"testing"

	"eberbach/app/annot"
)

// TestBrowserClassNotes goes from a note of one's own to those of the class and back, as a pupil and as a teacher, and has
// axe look at every page in every state.
func TestBrowserClassNotes(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t)
		c := w.classroom("Frau.Eins", "Gesellschaftslehre und politische Bildung, Kurs 2 im Jahrgang")
		mate, _, _ := c.pupil()
		me, _, _ := c.pupil()
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.open("/" + run.lang + "/teach/signin?to=/" + run.lang + "/teach/classes/" + c.ID + "/notes")
		b.fillIn("signin", map[string]string{nameField: "Frau.Eins", passphraseField: thePassphrase})
		b.clean("notes, off")
		b.js(`document.querySelectorAll("#sharing [type=checkbox]").forEach(box => { box.checked = true })`)
		b.fillIn("sharing", nil)
		b.clean("notes, on")
		c.shows(mate, "T1", "Wer sagt das?")
		me.noteOn("/"+run.lang+"/lessons/"+theLesson+"/notes/T1", []int{0}, annot.Unclear, "")
		n := me.ownNotes()[0]

		b.become(me.cookie(learnerCookie))
		b.open("/" + run.lang + "/me")
		b.press(`main a[href$="/classes/` + c.ID + `/notes"]`)
		b.clean("the class's notes, closed")
		if !eval[bool](b, `!!document.querySelector(".locked")`) {
			t.Error("the others' notes are open before one's own is shown")
		}
		b.open("/" + run.lang + "/me/notes/" + n.ID)
		b.clean("a note that nobody reads")
		b.press("#show form button")
		b.clean("a note that is shown")
		c.shows(me, "T1", "Eine zweite Notiz.") // on the German text, where the other one is
		b.open("/" + run.lang + "/me/classes/" + c.ID + "/notes")
		b.clean("the class's notes")
		b.open("/" + run.lang + "/lessons/" + theLesson)
		b.sees(".own li")
		b.clean("a lesson with shown notes")

		b.teach("/classes/" + c.ID + "/notes")
		b.clean("what is shown")
		b.press(".own form button")
		b.clean("something hidden")
		b.press("main .ways a[href$='/" + theLesson + "']")
		b.clean("a map that says nothing yet")
		for range 3 {
			pupil, _, _ := c.pupil()
			pupil.noteOn("/"+run.lang+"/lessons/"+theLesson+"/notes/T1", []int{0}, annot.Unclear, "")
		}
		b.teach("/classes/" + c.ID + "/notes/" + theLesson)
		b.clean("a map")
		if n := eval[int](b, `document.querySelectorAll(".heat b.n").length`); n < 2 {
			t.Errorf("the map has %d numbers", n)
		}
	})
}
