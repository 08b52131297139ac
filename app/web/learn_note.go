package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/annot"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the form for a note. The script sends quote and position instead of sentences.
const (
	sentenceField = "sentence" // number, from 0; several
	kindField     = "kind"
	wordsField    = "words"
	ofField       = "of" // hash of the text that the sentences are counted in
	exactField    = "exact"
	prefixField   = "prefix"
	suffixField   = "suffix"
	startField    = "start" // code points
	endField      = "end"
)

// NotePage is the form for a note on a piece of a text.
type NotePage struct {
	Page
	NoteForm
	Source      string
	SourceTitle string
	Unit        annot.Unit
	UnitTitle   string
	Back        string // path of the place in the text
	Paragraphs  [][]SentenceChoice
	Of, Seed    string
	Told        []string // names of the learner's classes in which marks are counted
	Full        bool     // there are as many notes as there may be
}

// NoteForm is what can be said of a note, with what is wrong with it.
type NoteForm struct {
	Page
	Kind                               annot.Kind
	Words                              string
	Message, SentenceFault, WordsFault string
}

// SentenceChoice is a sentence that can be chosen.
type SentenceChoice struct {
	N    int
	Text string
	On   bool
}

// Kinds are the kinds that can be chosen.
func (NoteForm) Kinds() []annot.Kind { return annot.Kinds }

// MostWords is how many characters may be written.
func (NoteForm) MostWords() int { return annot.MostWords }

// noteTarget is what a request for a note is about.
func (r *request) noteTarget() (source string, u annot.Unit, err error) {
	source = cmp.Or(r.Params("lesson"), annot.Declaration)
	u, ok := r.textsOf(source, r.lang).unit(r.Params("unit"))
	if !ok || r.Params("lesson") == annot.Declaration {
		return source, u, fiber.ErrNotFound
	}
	return source, u, nil
}

// notePath is the path of the form for a note.
func notePath(source, unit string) string { return sourcePath(source) + "/notes/" + unit }

// note shows the form for a note, or tells the script what it needs to take one. Both work when the store is away.
func (s *Server) note(r *request) error {
	source, u, err := r.noteTarget()
	if err != nil {
		return err
	}
	p, err := r.notePage(source, u)
	if err != nil {
		return err
	}
	if err := s.tellSharing(r, p); err != nil {
		return err
	}
	if byScript(r.Ctx) {
		return s.noteTool(r, p)
	}
	return r.sendPage("learn/note", p)
}

// tellSharing notes in the form in which classes marks are counted. When the store is away it cannot be told, and nothing
// can be noted either.
func (s *Server) tellSharing(r *request, p *NotePage) error {
	own, err := s.learner(r)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrUnavailable):
		return nil
	case err != nil:
		return err
	case r.scope != "":
		return errScope
	}
	p.Learner = true
	shares, err := s.shares(r, own)
	for _, share := range shares {
		p.Told = append(p.Told, share.Class.Name)
	}
	if errors.Is(err, store.ErrUnavailable) {
		return nil
	}
	return err
}

func (r *request) notePage(source string, u annot.Unit) (*NotePage, error) {
	title := unitTitle(u)
	place := r.page("", "own.all").PlaceName(u.ID, title)
	p := &NotePage{
		Page: r.page(notePath(source, u.ID), "own.add", "Place", place), Source: source, Unit: u, UnitTitle: title,
		Back: sourcePath(source) + "#" + u.ID, Of: annot.HashText(u.Text),
	}
	p.SourceTitle, p.Theme = r.sourceTitle(source)
	p.NoteForm = NoteForm{Page: p.Page, Kind: annot.Highlight}
	var err error
	p.Seed, err = school.NewSeed(random)
	p.choose(nil)
	return p, err
}

// sourceTitle is the title of a lesson or of the declaration, and its theme.
func (r *request) sourceTitle(source string) (title, theme string) {
	if source == annot.Declaration {
		return r.site.module.Declaration.Title[r.lang], ""
	}
	return r.lessonTitle(source)
}

// choose fills in the sentences with those that are chosen.
func (p *NotePage) choose(chosen []int) {
	p.Paragraphs = [][]SentenceChoice{nil}
	for i, s := range p.Unit.Sentences() {
		last := len(p.Paragraphs) - 1
		p.Paragraphs[last] = append(p.Paragraphs[last], SentenceChoice{i, strings.TrimSpace(p.Unit.Text[s.Start:s.End]), slices.Contains(chosen, i)})
		if p.Unit.Text[s.End-1] == '\n' {
			p.Paragraphs = append(p.Paragraphs, nil)
		}
	}
}

// Several says whether there is more than one sentence to choose from.
func (p *NotePage) Several() bool { return len(p.Paragraphs) > 1 || len(p.Paragraphs[0]) > 1 }

// noteTool is what the script needs to take notes on a piece of text.
type noteTool struct {
	Sentences [][2]int `json:"sentences"` // in code points
	Of        string   `json:"of"`
	Seed      string   `json:"seed"`
	Tool      string   `json:"tool"` // HTML
}

func (s *Server) noteTool(r *request, p *NotePage) error {
	tool, err := r.site.render(r.lang, "partials/notetool", p)
	if err != nil {
		return err
	}
	out := noteTool{Of: p.Of, Seed: p.Seed, Tool: string(tool)}
	for _, sentence := range p.Unit.Sentences() {
		start, end := annot.Points(p.Unit.Text, trimmed(p.Unit.Text, sentence))
		out.Sentences = append(out.Sentences, [2]int{start, end})
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.JSON(out)
}

// trimmed is a stretch without the white space at its end.
func trimmed(text string, r annot.Range) annot.Range {
	r.End = r.Start + len(strings.TrimRight(text[r.Start:r.End], " \n"))
	return r
}

// noteSaved is what became of a note, for the script that sent it. To is set for somebody new, whose page is another now.
type noteSaved struct {
	outcome
	List string `json:"list"` // HTML: the notes on that piece of text
	Seed string `json:"seed"` // for the next note
}

// noteNow stores a note. Whoever makes the first one becomes a learner. It may be sent twice: the ids of learner and note
// are drawn from the form's seed.
func (s *Server) noteNow(r *request) error {
	source, u, err := r.noteTarget()
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	n, p, err := r.readNote(source, u, form)
	if err != nil {
		return err
	}
	own, err := s.wholeLearner(r)
	nobody := errors.Is(err, store.ErrNotFound)
	if (err == nil || nobody) && n.ID == "" {
		return s.refuseNote(r, p, fiber.StatusUnprocessableEntity)
	}
	if nobody {
		own, err = s.newcomer(r, p.Seed)
	}
	if err == nil {
		err = s.storeNote(r, own, u, n)
	}
	switch {
	case errors.Is(err, store.ErrFull):
		p.Message = p.T("own.full", "Most", annot.MostNotes)
		return s.refuseNote(r, p, fiber.StatusUnprocessableEntity)
	case errors.Is(err, store.ErrUnavailable):
		p.Message = p.T("own.away")
		return s.refuseNote(r, p, fiber.StatusServiceUnavailable)
	case err != nil:
		return err
	}
	to := sourcePath(source) + "#own-" + n.ID
	if !byScript(r.Ctx) {
		return r.seeOther(to)
	}
	saved := noteSaved{outcome: outcome{State: stateSaved}}
	if nobody {
		saved.To = r.page("", "own.all").Href(to)
	}
	return s.sendNoteSaved(r, saved, own, source, u)
}

// storeNote stores a note, after the text that it is made on.
func (s *Server) storeNote(r *request, own *store.Own, u annot.Unit, n annot.Note) error {
	if _, kept := s.kept.Load("text " + n.Of); !kept {
		if err := s.Store.KeepText(r.ctx(), u.Text); err != nil {
			return err
		}
		s.kept.Store("text "+n.Of, true)
	}
	return s.Store.AddNote(r.ctx(), own.ID, n)
}

// refuseNote shows the form again with all that was typed in it, and says why.
func (s *Server) refuseNote(r *request, p *NotePage, status int) error {
	if status == fiber.StatusServiceUnavailable {
		r.Set(fiber.HeaderRetryAfter, "5")
	}
	r.Status(status)
	if byScript(r.Ctx) {
		r.Set(fiber.HeaderCacheControl, "no-store")
		state := map[bool]string{true: stateAway, false: stateRefused}[status >= 500]
		return r.JSON(outcome{State: state, Message: cmp.Or(p.Message, p.WordsFault, p.SentenceFault)})
	}
	return r.sendPage("learn/note", p)
}

func (s *Server) sendNoteSaved(r *request, saved noteSaved, own *store.Own, source string, u annot.Unit) (err error) {
	if saved.List, err = s.notesHTML(r, own, source, u.ID); err != nil {
		return err
	}
	if saved.Seed, err = school.NewSeed(random); err != nil {
		return err
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.JSON(saved)
}

// notesHTML is the list of a learner's notes on a piece of text, as its page has it.
func (s *Server) notesHTML(r *request, own *store.Own, source, unit string) (string, error) {
	notes, err := s.Store.Notes(r.ctx(), own.ID)
	if err != nil {
		return "", err
	}
	views, err := s.ownViews(r, own, notes)
	if err != nil {
		return "", err
	}
	page := r.page(sourcePath(source), "own.all")
	out, err := r.site.render(r.lang, "partials/notes", NotesView{page, unit, r.site.notesOn(source, r.lang, views)[unit]})
	return string(out), err
}
