package lesson

import (
	"fmt"
	"io/fs"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Read reads and checks all lesson files. Faults about dates are warnings, measured against now; with any other
// fault the module is not fit to be shown, and what is returned of it is only good for naming more faults.
func Read(files fs.FS, now time.Time) (*Module, Faults) {
	r := &reader{files: files, now: now, m: &Module{Sources: Sources{}}, declared: map[string]*EPassage{}, documents: map[string]*Document{}}
	r.module()
	r.readSources()
	r.help()
	r.declaration()
	r.readDocuments()
	r.readGlossary()
	r.lessons()
	r.readAbout()
	return r.m, r.faults.sorted()
}

// declarationDir is the folder that no lesson may have: the declaration's passages are in it.
const declarationDir = "declaration"

type reader struct {
	files    fs.FS
	now      time.Time
	m        *Module
	declared map[string]*EPassage
	// documents by the letter of their passages
	documents map[string]*Document
	faults    Faults
}

func (r *reader) module() {
	if doc, ok := readYAML(r.files, "module.yaml", &r.faults); ok {
		doc.decode(doc.root, r.m)
	}
}

func (r *reader) readSources() {
	doc, ok := readYAML(r.files, "sources.yaml", &r.faults)
	if !ok {
		r.m.Sources = nil // one fault is enough: no source that is cited can be found now
		return
	}
	for _, node := range doc.entries(doc.root, "sources.yaml") {
		s := &Source{}
		if !doc.decode(node, s) {
			continue
		}
		if r.m.Sources[s.ID] != nil {
			r.faults.add(doc.file, line(node), "there are two sources %q; give each its own id", s.ID)
		}
		if !strings.HasPrefix(s.URL, "https://") {
			r.faults.add(doc.file, line(node), "source %q: the address must begin with https://", s.ID)
		}
		r.checkSource(doc.file, line(node), s)
		r.m.Sources[s.ID] = s
	}
}

// cited names a source that is not there.
func (r *reader) cited(file string, at int, id string) {
	if r.m.Sources != nil && r.m.Sources[id] == nil {
		r.faults.add(file, at, noSource, id)
	}
}

// existing are the sources that are there; the others are named where they are written.
func (r *reader) existing(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return r.m.Sources[id] == nil })
}

const noSource = "there is no source %q; add it to sources.yaml or mend the id"

func (r *reader) help() {
	doc, ok := readYAML(r.files, "help.yaml", &r.faults)
	if !ok || !doc.decode(doc.root, &r.m.Help) {
		return
	}
	for i, c := range r.m.Help.Countries {
		for j, l := range c.Lines {
			at := lineAt(doc.root, fmt.Sprintf("countries[%d].lines[%d]", i, j))
			r.cited(doc.file, at, l.Source)
			if l.Number == "" && l.URL == "" {
				r.faults.add(doc.file, at, "%s can be reached neither by number nor by url; give one of them", l.Name)
			}
		}
	}
}

func (r *reader) declaration() {
	doc, ok := readYAML(r.files, declarationDir+"/passages.yaml", &r.faults)
	d := &r.m.Declaration
	if !ok || !doc.decode(doc.root, d) {
		return
	}
	r.cited(doc.file, lineAt(doc.root, "official"), d.Official)
	for i := range d.Groups {
		for j := range d.Groups[i].Passages {
			p := &d.Groups[i].Passages[j]
			at := lineAt(doc.root, fmt.Sprintf("groups[%d].passages[%d]", i, j))
			if r.declared[p.ID] != nil {
				r.faults.add(doc.file, at, "there are two passages %s; number each once", p.ID)
			}
			for _, id := range p.Sources {
				r.cited(doc.file, at, id)
			}
			for lang, text := range p.Text {
				p.Text[lang] = fold(text)
			}
			r.declared[p.ID] = p
		}
	}
}

// likeTask matches ids that would be read as a lesson which was given to a class, see school.ParseTask.
var likeTask = regexp.MustCompile(`-[a-z0-9]{16}-[0-9]+$`)

func (r *reader) lessons() {
	read := r.readLessons()
	for i := range read {
		one := &read[i]
		r.faults = append(r.faults, one.faults...)
		if one.lesson == nil {
			continue
		}
		if one.lesson.Theme != one.theme {
			r.faults.add(join(one.id, "lesson.yaml"), 1, "the module lists this lesson under theme %q, the lesson says %q; make them agree", one.theme, one.lesson.Theme)
		}
		r.m.Lessons = append(r.m.Lessons, one.lesson)
	}
	for _, l := range r.m.Lessons {
		r.checkLinks(l)
	}
	r.unlisted()
}

// listedLesson is a lesson that the module lists, and what is wrong with it.
type listedLesson struct {
	id, theme string
	lesson    *Lesson
	faults    Faults
	panicked  any
}

// read reads the lesson. What it panics with is kept: it is for whoever asked, who may go on without.
func (l *listedLesson) read(r reader) {
	defer func() { l.panicked = recover() }()
	r.faults = nil
	l.lesson = r.lesson(l.id)
	l.faults = r.faults
}

// readLessons reads what the module lists, as many lessons at once as there are processors: nothing else takes as long at a
// start. Each has its own list of faults; what they share is only looked at.
func (r *reader) readLessons() []listedLesson {
	list := r.listing()
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(list)); i = next.Add(1) - 1 {
				list[i].read(*r)
			}
		})
	}
	wait.Wait()
	for _, l := range list {
		if l.panicked != nil {
			panic(l.panicked)
		}
	}
	return list
}

// listing is the lessons that the module lists under an id which one can have.
func (r *reader) listing() (list []listedLesson) {
	for _, t := range r.m.Themes {
		for _, id := range t.Lessons {
			switch {
			case !slug.MatchString(id):
				r.faults.add("module.yaml", 1, "lesson id %q: use small letters, digits and single hyphens, as the lesson's folder does", id)
			case likeTask.MatchString(id):
				r.faults.add("module.yaml", 1, "lesson id %q ends as the name of a class's task does; leave the number or the part before it out", id)
			default:
				list = append(list, listedLesson{id: id, theme: t.ID})
			}
		}
	}
	return list
}

// unlisted warns of lesson folders that no theme lists: work in progress, or a forgotten line.
func (r *reader) unlisted() {
	dirs, _ := fs.Glob(r.files, "*/lesson.yaml")
	for _, file := range dirs {
		id, _, _ := strings.Cut(file, "/")
		if r.m.Lesson(id) == nil && !slices.ContainsFunc(r.m.Themes, func(t Theme) bool { return slices.Contains(t.Lessons, id) }) {
			r.faults.warn(file, 1, "no theme in module.yaml lists this lesson, so nobody sees it; add it there")
		}
	}
}
