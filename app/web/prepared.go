package web

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/html"

	"eberbach/app/i18n"
	"eberbach/app/school"
)

// slotMark stands around the name of a slot in a prepared page. Templates cannot write it: it is no character of HTML.
const slotMark = "\x00"

// prepared is a page that is the same for everybody but for its slots.
type prepared struct {
	page  slotted
	parts []part // fixed and slots in turn, fixed first and last
	noted []part // the same with the slots of one's notes, for who has some on the page
	body  body   // with the slots of somebody who has begun nothing
	etag  string
	texts func() pageTexts // what notes can hang on, read when it is first asked for
	terms map[string]bool  // ids of the glossary's terms that a lesson's page uses
}

// part is a fixed stretch of a prepared page, or a slot with the name of its template and an argument.
type part struct {
	fixed     func() segment // deflated when it is first asked for
	slot, arg string
}

// prepare says how each page is made that needs nothing from the store. It is made when it is first asked for: all of them
// would take as long as the rest of a start, and most pages wait a while for their first reader.
func (s *site) prepare() {
	s.prepared = map[string]func() (*prepared, error){}
	if s.empty() {
		return
	}
	for _, lang := range i18n.Languages {
		addOr := func(path, template string, page func() (slotted, error)) {
			s.prepared["/"+lang+path] = sync.OnceValues(func() (*prepared, error) {
				p, err := page()
				if err != nil {
					return nil, err
				}
				return s.prepareOne(p, template)
			})
		}
		add := func(path, template string, page func() slotted) {
			addOr(path, template, func() (slotted, error) { return page(), nil })
		}
		add("/", "learn/module", func() slotted { return s.modulePage(lang) })
		add("/declaration", "learn/declaration", func() slotted { return s.declarationPage(lang) })
		for _, l := range s.module.Lessons {
			add("/lessons/"+l.ID, "learn/lesson", func() slotted { return s.lessonPage(lang, l) })
			if l.Teacher != nil {
				add("/lessons/"+l.ID+"/teacher", "learn/teacher", func() slotted { return s.teacherPage(lang, l) })
			}
		}
		if len(s.module.Glossary) > 0 {
			addOr("/glossary", "learn/glossary", func() (slotted, error) { return s.glossaryPage(lang) })
		}
		add("/sources", "learn/sources", func() slotted { return s.sourcesPage(lang) })
		add("/privacy", "learn/privacy", func() slotted { return s.privacyPage(lang) })
		if s.module.About != nil {
			add("/about", "learn/about", func() slotted { return s.aboutPage(lang) })
		}
	}
}

// preparedAt is the prepared page at a path with its language; nil where there is none.
func (s *site) preparedAt(path string) (*prepared, error) {
	if make := s.prepared[path]; make != nil {
		return make()
	}
	return nil, nil
}

// slotted is a page with parts that depend on the learner.
type slotted interface {
	base() *Page
	// slotData is what the template of a slot shows; arg is what stands after a colon in the slot's name.
	slotData(name, arg string, v viewer) any
}

// viewer is who looks at a prepared page.
type viewer struct {
	owner    string                       // tag of the learner, "" for nobody
	progress progressOf                   // nil for somebody who has begun nothing
	classes  map[string]school.Membership // that they are in
	task     *TaskView                    // what a lesson's page is opened for; nil for one's own work
	notes    map[string][]NoteView        // by piece of the page's text
}

// progressOf is where a learner stands, by task: one's own have their lesson's id.
type progressOf map[string]school.Progress

func (s *site) prepareOne(p slotted, name string) (*prepared, error) {
	p.base().slot = true
	raw, err := s.render(p.base().Lang, name, p)
	p.base().slot = false
	if err != nil {
		return nil, err
	}
	out := &prepared{page: p}
	if lesson, ok := p.(*LessonPage); ok {
		raw, out.terms = s.terms[lesson.Lang].link(raw)
	}
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true, KeepWhitespace: true})
	if raw, err = m.Bytes("text/html", raw); err != nil {
		return nil, err
	}
	stretches := bytes.Split(raw, []byte(slotMark))
	out.noted = partsOf(stretches)
	out.parts = partsOf(withoutNotes(stretches))
	var whole []byte
	for i, stretch := range withoutNotes(stretches) {
		if i%2 == 1 {
			if stretch, err = s.render(p.base().Lang, "partials/"+out.parts[i].slot, p.slotData(out.parts[i].slot, out.parts[i].arg, viewer{})); err != nil {
				return nil, err
			}
		}
		whole = append(whole, stretch...)
	}
	out.body, out.etag = compressedBody(whole), `"`+hashOf(whole)+`"`
	out.texts = sync.OnceValue(func() pageTexts { return textsOf(whole) })
	return out, nil
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
