package web

import (
	"cmp"
	"slices"

	"eberbach/app/annot"
	"eberbach/app/i18n"
	"eberbach/app/store"
)

// NotesPage is all that a learner has noted, text by text, to look through, to print and to take away.
type NotesPage struct {
	Page
	Texts  []NotedText
	Count  int
	Lost   int
	Shares []share
}

// NotedText is a text in one language with the notes on it, in its order.
type NotedText struct {
	Title, Theme string
	Path         string // with the language
	Lang         string
	LangName     string // where it is not the page's language
	Notes        []NoteView
}

func (s *Server) myNotes(r *request) error {
	p, err := s.notesPage(r)
	if err != nil {
		return err
	}
	return r.sendPage("account/notes", p)
}

func (s *Server) notesPage(r *request) (*NotesPage, error) {
	own, notes, err := s.wholeNoteTaker(r)
	if err != nil {
		return nil, err
	}
	views, err := s.ownViews(r, own, notes)
	if err != nil {
		return nil, err
	}
	p := &NotesPage{Page: r.page("/me/notes", "own.all"), Count: len(views)}
	p.Learner = true
	for _, v := range views {
		if v.Lost {
			p.Lost++
		}
	}
	p.Texts = r.notedTexts(views)
	p.Shares, err = s.shares(r, own)
	return p, err
}

// notedTexts sorts notes by text: the declaration, then the lessons in their order, those of the page's language first.
func (r *request) notedTexts(views []NoteView) (texts []NotedText) {
	sources := []string{annot.Declaration}
	for _, l := range r.site.module.Lessons {
		sources = append(sources, l.ID)
	}
	for _, v := range views {
		if !slices.Contains(sources, v.Source) {
			sources = append(sources, v.Source)
		}
	}
	langs := slices.Clone(i18n.Languages)
	slices.SortStableFunc(langs, func(a, b string) int { return cmp.Compare(b2i(a != r.lang), b2i(b != r.lang)) })
	for _, source := range sources {
		for _, lang := range langs {
			if slices.ContainsFunc(views, func(v NoteView) bool { return v.Source == source && v.Lang == lang }) {
				texts = append(texts, r.notedText(source, lang, views))
			}
		}
	}
	return texts
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *request) notedText(source, lang string, views []NoteView) NotedText {
	t := NotedText{Path: "/" + lang + sourcePath(source), Lang: lang}
	in := *r
	in.lang = lang
	t.Title, t.Theme = in.sourceTitle(source)
	if lang != r.lang {
		t.LangName = r.site.catalogues.For(lang).T("language.name")
	}
	by := r.site.notesOn(source, lang, views)
	for _, u := range r.site.textsOf(source, lang) {
		t.Notes = append(t.Notes, by[u.ID]...)
	}
	t.Notes = append(t.Notes, by[""]...)
	return t
}

// OwnNotePage is one note of the learner's: to change, to show to a class, to delete.
type OwnNotePage struct {
	Page
	NoteForm
	Note   NoteView
	Text   string // its title
	Back   string // where it stands, with the language
	Shares []share
	Done   string // what was just done, in words
}

// noteDone are what the page can say that was done, by the value of its query.
var noteDone = map[string]string{"shown": "own.done_shown", "unshown": "own.done_unshown"}

// ownNote is the note of the request, of who asks; store.ErrNotFound when they have no such note.
func (s *Server) ownNote(r *request) (*store.Own, annot.Note, error) {
	own, notes, err := s.wholeNoteTaker(r)
	if err != nil {
		return nil, annot.Note{}, err
	}
	i := slices.IndexFunc(notes, func(n annot.Note) bool { return n.ID == r.Params("note") })
	if i < 0 {
		return nil, annot.Note{}, store.ErrNotFound
	}
	return own, notes[i], nil
}

func (s *Server) myNote(r *request) error {
	own, n, err := s.ownNote(r)
	if err != nil {
		return err
	}
	p, err := s.ownNotePage(r, own, n)
	if err != nil {
		return err
	}
	if key := noteDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	return r.sendPage("account/note", p)
}

func (s *Server) ownNotePage(r *request, own *store.Own, n annot.Note) (*OwnNotePage, error) {
	views, err := s.ownViews(r, own, []annot.Note{n})
	if err != nil {
		return nil, err
	}
	p := &OwnNotePage{Page: r.page("/me/notes/"+n.ID, "own.single"), Note: views[0]}
	p.Learner = true
	p.NoteForm = NoteForm{Page: p.Page, Kind: n.Kind, Words: n.Words}
	in := *r
	in.lang = n.Lang
	p.Text, p.Theme = in.sourceTitle(n.Source)
	p.Back = "/" + n.Lang + views[0].Path
	p.Shares, err = s.shares(r, own)
	return p, err
}
