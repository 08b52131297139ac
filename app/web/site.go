package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	engine "github.com/gofiber/template/html/v2"

	"eberbach/app/i18n"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
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
	ends       map[string]func() segment            // by language: what pages end with
	prepared   map[string]func() (*prepared, error) // by path with language, see prepare
	editions   map[string]quiz.Edition              // by lesson and part, see edition
	reserved   map[string]quiz.Edition              // for a Test, by lesson and part; those that have questions
	missed     map[string]quiz.Edition              // by lesson, see lesson.Missed
	versions   map[string][]quiz.Edition            // by lesson, see lesson.Editions
	cards      map[string]card                      // that review can ask, by id
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
	aside := loadAside(files)
	module, faults := lesson.Read(files.Lessons, now)
	if faults.Broken() {
		return nil, &FaultsError{faults}
	}
	return newSite(files, aside, operator, module, nil)
}

// loadAuthored reads everything for somebody who is writing it. Of lesson files with faults it shows what the last
// module has of them, which may be nil, and the site knows the faults.
func loadAuthored(files Files, operator Operator, now time.Time, last *lesson.Module) (*site, error) {
	aside := loadAside(files)
	module, faults := lesson.Read(files.Lessons, now)
	return newSite(files, aside, operator, module.Sound(faults, last), faults)
}

// aside is what is loaded while the lessons are read: each function waits for it.
type aside struct {
	assets     func() (assets, error)
	catalogues func() (*i18n.Catalogues, error)
}

func loadAside(files Files) aside {
	a := aside{sync.OnceValues(func() (assets, error) { return loadAssets(files.Static) }), sync.OnceValues(i18n.Load)}
	go func() { _, _ = a.assets() }() // whoever asks gets the error
	go func() { _, _ = a.catalogues() }()
	return a
}

func newSite(files Files, aside aside, operator Operator, module *lesson.Module, found lesson.Faults) (*site, error) {
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
	s.catalogues, errs[0] = aside.catalogues()
	s.assets, errs[1] = aside.assets()
	s.templates, errs[2] = loadTemplates(files.Views, s)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	s.ends = map[string]func() segment{}
	for _, lang := range i18n.Languages {
		s.ends[lang] = sync.OnceValue(func() segment {
			page := Page{Lang: lang, Path: "/", t: s.catalogues.For(lang), site: s}
			end, _ := s.render(lang, "layouts/bottom", page) // a fault shows on the page itself
			return fixedSegment(bytes.TrimSpace(end))
		})
	}
	s.prepare()
	return s, nil
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
		return s.html(f.Lang, "figure/"+f.Name, f)
	})
	e.AddFunc("question", func(q *QuestionView) (template.HTML, error) {
		return s.html(q.Lang, "question/"+q.Kind, q)
	})
	if err := e.Load(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	// Rendering goes past the engine's Render, which takes a lock and sets its functions anew for each call.
	return e.Templates, nil
}

// render executes a template into memory, so that an error never leaves half a page behind.
func (s *site) render(lang, name string, data any) ([]byte, error) {
	out, err := s.html(lang, name, data)
	return []byte(out), err
}

// html is what render gives, for a template.
func (s *site) html(lang, name string, data any) (template.HTML, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	err := s.renderTo(buf, lang, name, data)
	return template.HTML(buf.Bytes()), err
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

// edition is the quiz of a lesson's part in this version of the lesson files.
func (s *site) edition(lessonID, part string) (quiz.Edition, bool) {
	e, ok := s.editions[lessonID+"#"+part]
	return e, ok
}
