package web

import (
	"errors"
	"slices"
	"strings"

	"eberbach/app/annot"
	"eberbach/app/store"
)

// NoteView is a note with where it stands in its text as that is now.
type NoteView struct {
	annot.Note
	Lost      bool // its words are not in the text any more
	From, To  int  // the stretch in the text as it is, in code points
	place     annot.Range
	UnitTitle string    // what the piece of text is called; "" when it is gone
	Path      string    // where it stands
	In        []ShownIn // the learner's classes that may read it
}

// ShownIn is a class that may read a note.
type ShownIn struct {
	ID, Name string
	Hidden   bool // its teachers have hidden it from the others
}

// NotesView is the notes on one piece of a text, within its page.
type NotesView struct {
	Page
	Unit  string
	Notes []NoteView
}

// Heading is what the list is called.
func (v NotesView) Heading() string {
	if v.Unit == "" {
		return v.T("own.lost_list")
	}
	return v.T("own.list", "Place", v.PlaceName(v.Unit, v.Notes[0].UnitTitle))
}

// PlaceName is what a piece of text is called within a sentence.
func (p Page) PlaceName(unit, title string) string {
	if title == "" || title == unit {
		return unit
	}
	return p.T("own.section", "Title", title)
}

// Anchor names the place of the note's piece of text on a page of many texts.
func (v NoteView) Anchor() string { return "on-" + v.Lang + "-" + v.Source + "-" + v.Unit }

// mostBrief is how many characters of a quote tell it from others.
const mostBrief = 60

// Brief is the beginning of what is marked.
func (v NoteView) Brief() string {
	words := []rune(strings.ReplaceAll(v.Quote.Words, "\n", " "))
	if len(words) <= mostBrief {
		return string(words)
	}
	return strings.TrimSpace(string(words[:mostBrief])) + "…"
}

// placed finds where notes stand in the texts as they are now. Which text a note was made on is asked only of a text that
// has changed since.
func (s *Server) placed(r *request, notes []annot.Note) ([]NoteView, error) {
	defer r.renew() // to look for words that have moved is no wait for the store
	var changed []string
	views := make([]NoteView, len(notes))
	for _, n := range notes {
		u, there := r.textsOf(n.Source, n.Lang).unit(n.Unit)
		if there && n.Of != annot.HashText(u.Text) && !slices.Contains(changed, n.Of) {
			changed = append(changed, n.Of)
		}
	}
	var old map[string]string
	if len(changed) > 0 {
		var err error
		if old, err = s.Store.Texts(r.ctx(), changed); err != nil {
			return nil, err
		}
	}
	met := map[stretch]NoteView{}
	for i, n := range notes {
		at := stretch{n.Source, n.Lang, n.Unit, n.Of, n.Start, n.End}
		v, known := met[at]
		if !known {
			v = r.site.placeNote(n, old[n.Of])
			met[at] = v
		}
		v.Note = n
		views[i] = v
	}
	return views, nil
}

// stretch is what several may have marked: a class that marks the same sentence asks for its place once.
type stretch struct {
	source, lang, unit, of string
	start, end             int
}

// placeNote finds a note's place; old is the text that it was made on, where that is another one.
func (s *site) placeNote(n annot.Note, old string) NoteView {
	v := NoteView{Note: n, Lost: true, Path: sourcePath(n.Source)}
	u, there := s.textsOf(n.Source, n.Lang).unit(n.Unit)
	if !there {
		return v
	}
	if n.Of == annot.HashText(u.Text) {
		old = u.Text
	}
	v.UnitTitle, v.Path = unitTitle(u), v.Path+"#"+n.Unit
	if p, err := n.Follow(old, u.Text); err == nil {
		v.Lost, v.place = false, p.Range
		v.From, v.To = annot.Points(u.Text, p.Range)
	}
	return v
}

// unitTitle is what a piece of text is called: its number, or its section's heading.
func unitTitle(u annot.Unit) string {
	if u.Title == "" {
		return u.ID
	}
	return u.Title
}

// notesOn are the views of the notes on one page, by piece of text; those whose piece is gone are under "".
func (s *site) notesOn(source, lang string, views []NoteView) map[string][]NoteView {
	texts, by := s.textsOf(source, lang), map[string][]NoteView{}
	for _, v := range views {
		if v.Source != source || v.Lang != lang {
			continue
		}
		unit := v.Unit
		if _, there := texts.unit(unit); !there {
			unit = ""
		}
		by[unit] = append(by[unit], v)
	}
	for _, list := range by {
		slices.SortStableFunc(list, func(a, b NoteView) int { return a.From - b.From })
	}
	return by
}

// AddNote leads from a piece of a text to the form for a note on it.
type AddNote struct {
	Page
	Unit, Title string
	Path        string
}

// pageNotes are the learner's notes on a prepared page, by piece of its text. When the store is away, reading goes on
// without them.
func (s *Server) pageNotes(r *request, pr *prepared, own *store.Own, notes []annot.Note) (map[string][]NoteView, error) {
	var source string
	switch p := pr.page.(type) {
	case *LessonPage:
		source = p.Lesson.ID
	case *DeclarationPage:
		source = annot.Declaration
	}
	notes = slices.DeleteFunc(notes, func(n annot.Note) bool { return n.Source != source || n.Lang != r.lang })
	if len(notes) == 0 {
		return nil, nil
	}
	views, err := s.ownViews(r, own, notes)
	if errors.Is(err, store.ErrUnavailable) {
		return nil, nil
	}
	return r.site.notesOn(source, r.lang, views), err
}
