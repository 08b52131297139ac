package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	engine "github.com/gofiber/template/html/v2"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/html"

	"eberbach/app/i18n"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Files are the sources of everything that is shown.
type Files struct{ Lessons, Views, Static fs.FS }

// site is everything that is shown, read and checked once and never changed after. A reload makes a new one.
type site struct {
	module     *lesson.Module
	catalogues *i18n.Catalogues
	assets     assets
	templates  map[string]*template.Template // by language
	fragments  *fragments
	prepared   map[string]*prepared      // by path with language
	editions   map[string]quiz.Edition   // by lesson and part, see edition
	reserved   map[string]quiz.Edition   // for a Test, by lesson and part; those that have questions
	missed     map[string]quiz.Edition   // by lesson, see lesson.Missed
	versions   map[string][]quiz.Edition // by lesson, see lesson.Editions
	cards      map[string]card           // that review can ask, by id
	places     places
	terms      map[string]*terms // by language
	operator   Operator
	faults     lesson.Faults // what an author is to mend; the module is free of it all the same
	warnings   lesson.Faults // what an author is to look at
	preview    bool          // one lesson for its author: nothing leads to pages that are not there
}

// FaultsError says that the lesson files cannot be shown.
type FaultsError struct{ Faults lesson.Faults }

func (e *FaultsError) Error() string {
	var b strings.Builder
	b.WriteString("the lesson files have faults; mend them:")
	for _, f := range e.Faults {
		b.WriteString("\n  " + f.String())
	}
	return b.String()
}

// loadSite reads everything. All faults of the lesson files come together in a *FaultsError.
func loadSite(files Files, operator Operator, now time.Time) (*site, error) {
	static := assetsAside(files)
	module, faults := lesson.Read(files.Lessons, now)
	if faults.Broken() {
		return nil, &FaultsError{faults}
	}
	return newSite(files, static, operator, module, nil)
}

// loadAuthored reads everything for somebody who is writing it. Of lesson files with faults it shows what the last
// module has of them, which may be nil, and the site knows the faults.
func loadAuthored(files Files, operator Operator, now time.Time, last *lesson.Module) (*site, error) {
	static := assetsAside(files)
	module, faults := lesson.Read(files.Lessons, now)
	return newSite(files, static, operator, module.Sound(faults, last), faults)
}

// assetsAside loads the static files while something else is done; what it returns waits for them.
func assetsAside(files Files) func() (assets, error) {
	load := sync.OnceValues(func() (assets, error) { return loadAssets(files.Static) })
	go func() { _, _ = load() }() // whoever asks gets the error
	return load
}

func newSite(files Files, static func() (assets, error), operator Operator, module *lesson.Module, found lesson.Faults) (*site, error) {
	s := &site{module: module, operator: operator, editions: map[string]quiz.Edition{}, reserved: map[string]quiz.Edition{}, missed: map[string]quiz.Edition{}, versions: map[string][]quiz.Edition{}, cards: cardsOf(module), places: placesOf(module), fragments: &fragments{}}
	s.faults, s.warnings = found.Split()
	s.terms = map[string]*terms{}
	for _, lang := range i18n.Languages {
		s.terms[lang] = newTerms(module.Glossary, lang)
	}
	for _, l := range s.module.Lessons {
		s.versions[l.ID] = l.Editions()
		s.missed[l.ID] = l.Missed()
		for _, part := range l.Parts() {
			s.editions[l.ID+"#"+part] = l.Edition(part)
			if e := l.Reserved(part); len(e.Questions) > 0 {
				s.reserved[l.ID+"#"+part] = e
			}
		}
	}
	var errs [3]error
	s.catalogues, errs[0] = i18n.Load()
	s.assets, errs[1] = static()
	s.templates, errs[2] = loadTemplates(files.Views, s)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	return s, s.prepare()
}

// loadTemplates reads all templates into one namespace a language.
func loadTemplates(files fs.FS, s *site) (map[string]*template.Template, error) {
	all, err := readTemplates(files, s)
	if err != nil {
		return nil, err
	}
	return s.inLanguages(all)
}

// readTemplates reads all templates into one namespace, as they are written.
func readTemplates(files fs.FS, s *site) (*template.Template, error) {
	e := engine.NewFileSystem(http.FS(files), ".html")
	e.AddFunc("figure", func(f FigureView) (template.HTML, error) {
		out, err := s.render(f.Lang, "figure/"+f.Name, f)
		return template.HTML(out), err
	})
	e.AddFunc("question", func(q *QuestionView) (template.HTML, error) {
		out, err := s.render(q.Lang, "question/"+q.Kind, q)
		return template.HTML(out), err
	})
	if err := e.Load(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	// Rendering goes past the engine's Render, which takes a lock and sets its functions anew for each call.
	return e.Templates, nil
}

// render executes a template into memory, so that an error never leaves half a page behind.
func (s *site) render(lang, name string, data any) ([]byte, error) {
	var buf bytes.Buffer
	err := s.renderTo(&buf, lang, name, data)
	return buf.Bytes(), err
}

func (s *site) renderTo(buf *bytes.Buffer, lang, name string, data any) error {
	if err := s.templates[lang].ExecuteTemplate(buf, name, data); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	return nil
}

// page is a new Page in a language.
func (s *site) page(lang, path, title string) Page {
	return Page{Lang: lang, Path: path, Title: title, t: s.catalogues.For(lang), site: s}
}

// slotMark stands around the name of a slot in a prepared page. Templates cannot write it: it is no character of HTML.
const slotMark = "\x00"

// prepared is a page that is the same for everybody but for its slots.
type prepared struct {
	page  slotted
	parts []part      // fixed and slots in turn, fixed first and last
	noted []part      // the same with the slots of one's notes, for who has some on the page
	body  func() body // with the slots of somebody who has begun nothing; compressed when it is first asked for
	etag  string
	texts func() pageTexts // what notes can hang on, read when it is first asked for
}

// part is a fixed stretch of a prepared page, or a slot with the name of its template and an argument.
type part struct {
	fixed     func() segment // deflated when it is first asked for
	slot, arg string
}

// prepare renders the pages that need nothing from the store.
func (s *site) prepare() error {
	s.prepared = map[string]*prepared{}
	if s.empty() {
		return nil
	}
	for _, lang := range i18n.Languages {
		if err := s.prepareOne(s.modulePage(lang), "learn/module"); err != nil {
			return err
		}
		if err := s.prepareOne(s.declarationPage(lang), "learn/declaration"); err != nil {
			return err
		}
		for _, l := range s.module.Lessons {
			if err := s.prepareOne(s.lessonPage(lang, l), "learn/lesson"); err != nil {
				return err
			}
			if l.Teacher != nil {
				if err := s.prepareOne(s.teacherPage(lang, l), "learn/teacher"); err != nil {
					return err
				}
			}
		}
		// After the lessons: these say where a word and a source are used.
		if len(s.module.Glossary) > 0 {
			if err := s.prepareOne(s.glossaryPage(lang), "learn/glossary"); err != nil {
				return err
			}
		}
		if err := s.prepareOne(s.sourcesPage(lang), "learn/sources"); err != nil {
			return err
		}
		if err := s.prepareOne(s.privacyPage(lang), "learn/privacy"); err != nil {
			return err
		}
		if s.module.About != nil {
			if err := s.prepareOne(s.aboutPage(lang), "learn/about"); err != nil {
				return err
			}
		}
	}
	return nil
}

// slotted is a page with parts that depend on the learner.
type slotted interface {
	base() *Page
	// slotData is what the template of a slot shows; arg is what stands after a colon in the slot's name.
	slotData(name, arg string, v viewer) any
}

// viewer is who looks at a prepared page.
type viewer struct {
	owner    string                // tag of the learner, "" for nobody
	progress progressOf            // nil for somebody who has begun nothing
	task     *TaskView             // what a lesson's page is opened for; nil for one's own work
	notes    map[string][]NoteView // by piece of the page's text
}

// progressOf is where a learner stands, by task: one's own have their lesson's id.
type progressOf map[string]school.Progress

func (s *site) prepareOne(p slotted, name string) error {
	p.base().slot = true
	raw, err := s.render(p.base().Lang, name, p)
	p.base().slot = false
	if err != nil {
		return err
	}
	if lesson, ok := p.(*LessonPage); ok {
		raw = s.terms[lesson.Lang].link(raw, lesson.Lesson)
	}
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepWhitespace: true})
	if raw, err = m.Bytes("text/html", raw); err != nil {
		return err
	}
	out := &prepared{page: p}
	stretches := bytes.Split(raw, []byte(slotMark))
	out.noted = partsOf(stretches)
	out.parts = partsOf(withoutNotes(stretches))
	var whole []byte
	for i, stretch := range withoutNotes(stretches) {
		if i%2 == 1 {
			if stretch, err = s.render(p.base().Lang, "partials/"+out.parts[i].slot, p.slotData(out.parts[i].slot, out.parts[i].arg, viewer{})); err != nil {
				return err
			}
		}
		whole = append(whole, stretch...)
	}
	// Compressing takes longer than all the rest of the start, and most pages wait a while for their first reader.
	out.body, out.etag = sync.OnceValue(func() body { return compress(whole) }), `"`+hashOf(whole)+`"`
	out.texts = sync.OnceValue(func() pageTexts { return textsOf(whole) })
	s.prepared[p.base().Href(p.base().Path)] = out
	return nil
}

// partsOf are the parts of a page that is cut at its slots.
func partsOf(stretches [][]byte) []part {
	parts := make([]part, len(stretches))
	for i, stretch := range stretches {
		if i%2 == 0 {
			parts[i].fixed = sync.OnceValue(func() segment { return fixedSegment(stretch) })
		} else {
			parts[i].slot, parts[i].arg, _ = strings.Cut(string(stretch), ":")
		}
	}
	return parts
}

// notesSlot is the slot of one's notes on a piece of text. There are many on a page, and to most readers they are empty.
const notesSlot = "notes"

// withoutNotes is a page cut at its slots as it is for who has no notes: fewer cuts compress better.
func withoutNotes(stretches [][]byte) (out [][]byte) {
	for i := 0; i < len(stretches); i++ {
		if i%2 == 1 && bytes.HasPrefix(stretches[i], []byte(notesSlot+":")) {
			last := len(out) - 1
			out[last] = slices.Concat(out[last], stretches[i+1])
			i++
			continue
		}
		out = append(out, stretches[i])
	}
	return out
}

// fill puts the learner's parts into the slots.
func (pr *prepared) fill(s *site, v viewer) ([]segment, error) {
	parts := pr.parts
	if len(v.notes) > 0 {
		parts = pr.noted
	}
	out := make([]segment, len(parts))
	for i, p := range parts {
		if p.slot == "" {
			out[i] = p.fixed()
			continue
		}
		html, err := s.render(pr.page.base().Lang, "partials/"+p.slot, pr.page.slotData(p.slot, p.arg, v))
		if err != nil {
			return nil, err
		}
		out[i] = looseSegment(html)
	}
	return out, nil
}

// edition is the quiz of a lesson's part in this version of the lesson files.
func (s *site) edition(lessonID, part string) (quiz.Edition, bool) {
	e, ok := s.editions[lessonID+"#"+part]
	return e, ok
}
