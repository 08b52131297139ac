package web

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/annot"
	"eberbach/app/store"
)

// classField names the class in the form that shows a note, or takes it back.
const classField = "class"

// saveNote changes kind and words of a note. The same again changes nothing.
func (s *Server) saveNote(r *request) error {
	own, n, err := s.ownNote(r)
	if err != nil {
		return s.keepTyped(r, err)
	}
	f := r.readNoteForm(formOf(r.Ctx))
	if f.WordsFault == "" {
		err = s.Store.ChangeNote(r.ctx(), own.ID, n.ID, func(n *annot.Note) {
			if n.Kind != f.Kind || n.Words != f.Words {
				n.Kind, n.Words, n.Changed = f.Kind, f.Words, r.now.Unix()
			}
		})
		if err != nil {
			return s.keepTyped(r, err)
		}
		return r.seeOtherIn(n.Lang, sourcePath(n.Source)+"#own-"+n.ID)
	}
	p, err := s.ownNotePage(r, own, n)
	if err != nil {
		return err
	}
	f.Page, p.NoteForm = p.Page, f
	r.Status(fiber.StatusUnprocessableEntity)
	return r.sendPage("account/note", p)
}

// keepTyped shows what was typed again when the store is away; other errors are handed back.
func (s *Server) keepTyped(r *request, err error) error {
	if !errors.Is(err, store.ErrUnavailable) {
		return err
	}
	p := &OwnNotePage{Page: r.page("/me/notes/"+r.Params("note"), "own.single")}
	p.Learner = true
	p.NoteForm = r.readNoteForm(formOf(r.Ctx))
	p.NoteForm.Page, p.Message = p.Page, p.T("own.away")
	r.Set(fiber.HeaderRetryAfter, "5")
	r.Status(fiber.StatusServiceUnavailable)
	return r.sendPage("account/note", p)
}

// showNote shows a note to a class of the learner's, or takes it back. The same again changes nothing.
func (s *Server) showNote(r *request) error {
	own, n, err := s.ownNote(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	class, on := typed(form, classField), typed(form, onField) != ""
	shares, err := s.shares(r, own)
	if err != nil {
		return err
	}
	if on && !slices.ContainsFunc(shares, func(share share) bool { return share.Class.ID == class }) {
		return store.ErrNotFound
	}
	err = s.Store.ChangeNote(r.ctx(), own.ID, n.ID, func(n *annot.Note) {
		n.Shown = slices.DeleteFunc(n.Shown, func(id string) bool { return id == class })
		if on {
			n.Shown = append(n.Shown, class)
		}
	})
	if err != nil {
		return err
	}
	return r.seeOther("/me/notes/" + n.ID + "?done=" + map[bool]string{true: "shown", false: "unshown"}[on] + "#show")
}

// deleteNote deletes a note. One that is gone already leads on, too.
func (s *Server) deleteNote(r *request) error {
	own, n, err := s.ownNote(r)
	if errors.Is(err, store.ErrNotFound) {
		if _, err := s.wholeLearner(r); err != nil {
			return err
		}
		return r.seeOther("/me/notes")
	}
	if err != nil {
		return err
	}
	if err := s.Store.DropNote(r.ctx(), own.ID, n.ID); err != nil {
		return err
	}
	return r.seeOtherIn(n.Lang, sourcePath(n.Source)+"#"+n.Unit)
}
