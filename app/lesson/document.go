package lesson

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"eberbach/app/quiz"
)

// Partial is a text in one language or more: the others are for the author to write.
type Partial map[string]string

// Document is somebody else's text in numbered passages, in the folder of its id. A lesson shows a passage by its
// number, as it does those of the declaration; only what a lesson shows must be there in every language.
type Document struct {
	ID     string          `yaml:"-"`
	Letter string          `yaml:"letter"`         // of its passages' numbers; no other document's, nor any lesson's own
	Lang   string          `yaml:"lang"`           // of the text that was brought in
	Source string          `yaml:"source"`         // id in sources.yaml
	Gone   []string        `yaml:"gone,omitempty"` // numbers that earlier versions had, never given again
	Groups []DocumentGroup `yaml:"groups"`
}

// DocumentGroup is a run of passages under one heading, or under none at the start.
type DocumentGroup struct {
	ID       string            `yaml:"id"`
	Title    Partial           `yaml:"title,omitempty"`
	Passages []DocumentPassage `yaml:"passages,omitempty"`
}

// DocumentPassage is one passage of a document.
type DocumentPassage struct {
	ID      string   `yaml:"id"`
	Changed []string `yaml:"changed,omitempty"` // languages whose text is older than the document's own
	Text    Partial  `yaml:"text"`
	line    int
}

var letter = regexp.MustCompile(`^[A-DF-Z]$`) // E is the declaration's

// readDocuments reads every folder that holds passages, but the declaration.
func (r *reader) readDocuments() {
	files, _ := fs.Glob(r.files, "*/passages.yaml")
	for _, file := range files {
		if path.Dir(file) == "declaration" {
			continue
		}
		if d := r.document(file); d != nil {
			r.documents[d.Letter] = d
		}
	}
}

// document reads one document, or returns nil after naming what is wrong with it.
func (r *reader) document(file string) *Document {
	doc, ok := readYAML(r.files, file, &r.faults)
	d := &Document{ID: path.Dir(file)}
	if !ok || !doc.decode(doc.root, d) {
		return nil
	}
	at := func(key string) int { return lineAt(doc.root, key) }
	if !letter.MatchString(d.Letter) {
		r.faults.add(file, at("letter"), "letter %q: take one capital letter, but not E, which is the declaration's", d.Letter)
		return nil
	}
	if other := r.documents[d.Letter]; other != nil {
		r.faults.add(file, at("letter"), "document %q has the letter %s, too; give each its own", other.ID, d.Letter)
		return nil
	}
	if !slices.Contains(quiz.Languages, d.Lang) {
		r.faults.add(file, at("lang"), "unknown language %q; known: %s", d.Lang, strings.Join(quiz.Languages, ", "))
		return nil
	}
	r.cited(file, at("source"), d.Source)
	met := map[string]bool{}
	for i := range d.Groups {
		for lang, title := range d.Groups[i].Title {
			d.Groups[i].Title[lang] = fold(title)
		}
		for j := range d.Groups[i].Passages {
			p := &d.Groups[i].Passages[j]
			p.line = at(fmt.Sprintf("groups[%d].passages[%d]", i, j))
			r.documentPassage(file, d, p, met[p.ID])
			met[p.ID] = true
		}
	}
	return d
}

func (r *reader) documentPassage(file string, d *Document, p *DocumentPassage, twice bool) {
	for lang, text := range p.Text {
		p.Text[lang] = fold(text)
	}
	switch {
	case twice:
		r.faults.add(file, p.line, "there are two passages %s; number each once", p.ID)
	case slices.Contains(d.Gone, p.ID):
		r.faults.add(file, p.line, "passage %s is among those that are gone; give it another number or mend the list", p.ID)
	case !passageID.MatchString(p.ID) || p.ID[:1] != d.Letter:
		r.faults.add(file, p.line, "passage %s: the numbers of this document are %s1, %s2 and so on", p.ID, d.Letter, d.Letter)
	case p.Text[d.Lang] == "":
		r.faults.add(file, p.line, "passage %s has no text in %q, the document's own language; add it", p.ID, d.Lang)
	}
	for _, lang := range p.Changed {
		r.faults.warn(file, p.line, "passage %s has changed, its text in %q has not; bring it up to date, then take the language out of \"changed\"", p.ID, lang)
	}
}

// passage returns the passage with the number, or nil.
func (d *Document) passage(id string) *DocumentPassage {
	for _, g := range d.Groups {
		for i := range g.Passages {
			if g.Passages[i].ID == id {
				return &g.Passages[i]
			}
		}
	}
	return nil
}

// all are the document's passages in their order.
func (d *Document) all() (out []*DocumentPassage) {
	for _, g := range d.Groups {
		for i := range g.Passages {
			out = append(out, &g.Passages[i])
		}
	}
	return out
}

func (d *Document) file() string { return join(d.ID, "passages.yaml") }

// shown is the text of a passage that a lesson's page shows, or false after naming what is missing.
func (r *reader) shown(d *Document, page *pageReader, b *Block) (string, bool) {
	id := b.Passage.ID
	p := d.passage(id)
	switch {
	case p == nil && slices.Contains(d.Gone, id):
		r.faults.add(page.file, b.line, "passage %s went with an update of document %q; show another one", id, d.ID)
		return "", false
	case p == nil:
		r.faults.add(page.file, b.line, "document %q has no passage %s; see %s", d.ID, id, d.file())
		return "", false
	case p.Text[page.lang] == "":
		r.faults.add(d.file(), p.line, "passage %s has no text in %q, and %s shows it; add it", id, page.lang, page.file)
		return "", false
	}
	return p.Text[page.lang], true
}

func (r *reader) inDocument(passage string) bool {
	return passage != "" && r.documents[passage[:1]] != nil
}
