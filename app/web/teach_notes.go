package web

import (
	"slices"

	"eberbach/app/annot"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the forms for a class's notes.
const (
	firstField   = "first"
	noteField    = "note"
	learnerField = "learner"
)

// ClassNotesPage is how a class shares notes, where it has marked something, and what it is shown.
type ClassNotesPage struct {
	Page
	ClassFrame
	Done  string // what was just done, in words
	Rules school.NoteRules
	Maps  []Way // to the maps of the texts that somebody has marked
	Texts []SharedText
}

// notesDone are what the page can say that was done, by the value of its query.
var notesDone = map[string]string{"saved": "notes.done_saved", "hidden": "notes.done_hidden", "back": "notes.done_back"}

func (s *Server) notesOfClass(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	p := &ClassNotesPage{Page: r.page("/teach/classes/"+room.ID+"/notes", "notes.title", "Class", room.Name), ClassFrame: ClassFrame{room, "notes"}}
	if key := notesDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	if p.Rules, err = s.Store.ClassNotes(r.ctx(), room.ID); err != nil {
		return err
	}
	if !p.Rules.On() {
		return r.sendPage("teach/notes", p)
	}
	notes, err := s.shared(r, room, p.Rules)
	if err != nil {
		return err
	}
	p.Texts = r.sharedTexts(p.Page, notes, false, "")
	p.Maps = r.heatWays(p.ClassFrame)
	return r.sendPage("teach/notes", p)
}

// heatWays lead to the maps of all texts. Which of them have been marked is not said: it may have been one person.
func (r *request) heatWays(f ClassFrame) (ways []Way) {
	title, _ := r.sourceTitle(annot.Declaration)
	ways = append(ways, Way{title, f.ClassPath("/notes/" + annot.Declaration)})
	for _, l := range r.site.module.Lessons {
		ways = append(ways, Way{l.Title[r.lang], f.ClassPath("/notes/" + l.ID)})
	}
	return ways
}

// setNotesOfClass lets the class share notes or not. The same again changes nothing.
func (s *Server) setNotesOfClass(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	if err := s.Store.SetClassNotes(r.ctx(), room.ID, typed(form, onField) != "", typed(form, firstField) != "", r.now); err != nil {
		return err
	}
	return r.seeOther("/teach/classes/" + room.ID + "/notes?done=saved")
}

// hideNoteOfClass hides a note that a member shows to the class from the others, or takes that back. The same again
// changes nothing.
func (s *Server) hideNoteOfClass(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	id, on := typed(form, noteField), typed(form, onField) != ""
	member, ok := room.Member(typed(form, learnerField))
	if !ok {
		return store.ErrNotFound
	}
	notes, err := s.Store.Notes(r.ctx(), member.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(notes, func(n annot.Note) bool { return n.ID == id && n.ShownTo(room.ID) }) {
		return store.ErrNotFound
	}
	if err := s.Store.HideNote(r.ctx(), room.ID, id, on, r.now); err != nil {
		return err
	}
	return r.seeOther("/teach/classes/" + room.ID + "/notes?done=" + map[bool]string{true: "hidden", false: "back"}[on])
}
