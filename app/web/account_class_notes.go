package web

import (
	"cmp"
	"slices"
	"strings"

	"eberbach/app/annot"
	"eberbach/app/school"
)

// sharedNote is a note that a member shows to their class.
type sharedNote struct {
	NoteView
	By     school.Member
	Hidden bool
}

// shared are the notes that the members show to a class, with where they stand, in the order of the texts.
func (s *Server) shared(r *request, room *school.Room, rules school.NoteRules) ([]sharedNote, error) {
	all, err := s.Store.NotesOf(r.ctx(), memberIDs(room))
	if err != nil {
		return nil, err
	}
	var notes []annot.Note
	var by []school.Member
	for _, m := range room.Present() {
		for _, n := range all[m.ID] {
			if n.ShownTo(room.ID) {
				notes, by = append(notes, n), append(by, m)
			}
		}
	}
	views, err := s.placed(r, notes)
	if err != nil {
		return nil, err
	}
	list := make([]sharedNote, len(views))
	for i, v := range views {
		list[i] = sharedNote{v, by[i], rules.Hidden[v.ID]}
	}
	return list, nil
}

func memberIDs(room *school.Room) (ids []string) {
	for _, m := range room.Present() {
		ids = append(ids, m.ID)
	}
	return ids
}

// SharedText is what a class is shown on one text in one language.
type SharedText struct {
	Title, Theme, Lang, LangName string
	Units                        []SharedUnit
}

// SharedUnit is what a class is shown on one piece of a text.
type SharedUnit struct {
	Page
	ID, Title string
	Anchor    string // see NoteView.Anchor
	Path      string // with the language
	Add       string // path of the form for a note of one's own; "" where there is none
	Notes     []SharedView
	Locked    int // notes that are seen once one's own is shown there
}

// SharedView is a note within its list.
type SharedView struct {
	sharedNote
	Mine bool
}

// Place is what the piece of text is called.
func (u SharedUnit) Place() string { return u.PlaceName(u.ID, u.Title) }

// sharedTexts sorts what is shared by text and by piece of it. Where one's own comes first, a piece stays closed to who
// shows nothing on it; me is "" for a teacher, who sees all.
func (r *request) sharedTexts(p Page, notes []sharedNote, first bool, me string) (texts []SharedText) {
	views := make([]NoteView, len(notes))
	for i, n := range notes {
		views[i] = n.NoteView
	}
	for _, t := range r.notedTexts(views) {
		out := SharedText{Title: t.Title, Theme: t.Theme, Lang: t.Lang, LangName: t.LangName}
		source := t.Notes[0].Source
		for _, v := range t.Notes {
			if n := len(out.Units); n == 0 || out.Units[n-1].ID != v.Unit {
				u := SharedUnit{Page: p, ID: v.Unit, Title: v.UnitTitle, Anchor: v.Anchor(), Path: "/" + t.Lang + v.Path}
				if v.UnitTitle != "" {
					u.Add = "/" + t.Lang + notePath(source, v.Unit)
				}
				u.Notes, u.Locked = sharedOn(notes, source, t.Lang, v.Unit, first, me)
				out.Units = append(out.Units, u)
			}
		}
		texts = append(texts, out)
	}
	return texts
}

// sharedOn are the notes on a piece of text that somebody may see, and how many there are that they may not see yet. What
// is hidden is seen by its owner and by teachers.
func sharedOn(notes []sharedNote, source, lang, unit string, first bool, me string) (seen []SharedView, locked int) {
	own := false
	for _, n := range notes {
		if n.Source != source || n.Lang != lang || n.Unit != unit || me != "" && n.By.ID != me && n.Hidden {
			continue
		}
		own = own || n.By.ID == me
		seen = append(seen, SharedView{n, n.By.ID == me})
	}
	slices.SortStableFunc(seen, func(a, b SharedView) int {
		return cmp.Or(cmp.Compare(b2i(b.Mine), b2i(a.Mine)), cmp.Compare(a.From, b.From), strings.Compare(a.By.Name, b.By.Name))
	})
	if me != "" && first && !own {
		return nil, len(seen)
	}
	return seen, 0
}

// MatesPage is what the members of a class show each other.
type MatesPage struct {
	Page
	Class     string
	Pseudonym string
	On        bool
	First     bool
	Texts     []SharedText
}

// classNotes shows the notes of a class to one of its members, also in a browser that shows this class only.
func (s *Server) classNotes(r *request) error {
	e, err := s.myEntry(r)
	if err != nil {
		return err
	}
	if e.unseen {
		return errMoved
	}
	p := &MatesPage{Page: r.page("/me/classes/"+e.Class.ID+"/notes", "mates.link", "Class", e.Class.Name), Class: e.Class.Name, Pseudonym: e.Member.Name}
	p.Learner = true
	rules, err := s.Store.ClassNotes(r.ctx(), e.Class.ID)
	if err != nil {
		return err
	}
	if p.On, p.First = rules.On(), rules.First; !p.On {
		return r.sendPage("account/mates", p)
	}
	room, err := s.Store.Room(r.ctx(), e.Class.ID)
	if err != nil {
		return err
	}
	notes, err := s.shared(r, room, rules)
	if err != nil {
		return err
	}
	notes = slices.DeleteFunc(notes, func(n sharedNote) bool { return n.Hidden && n.By.ID != e.learner })
	p.Texts = r.sharedTexts(p.Page, notes, rules.First, e.learner)
	return r.sendPage("account/mates", p)
}
