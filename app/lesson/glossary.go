package lesson

import (
	"slices"
	"strings"

	"eberbach/app/quiz"
)

// Term is a word that the module explains.
type Term struct {
	ID      string              `yaml:"id"`
	Term    Text                `yaml:"term"`
	Text    Text                `yaml:"text"`            // what it means
	Forms   map[string][]string `yaml:"forms,omitempty"` // by language: other forms under which it occurs in texts
	Sources []string            `yaml:"sources,omitempty"`
}

// readGlossary reads the words that the module explains, where there is a list of them.
func (r *reader) readGlossary() {
	const file = "glossary.yaml"
	if !exists(r.files, file) {
		return
	}
	doc, ok := readYAML(r.files, file, &r.faults)
	if !ok {
		return
	}
	ids, forms := map[string]bool{}, map[string]string{}
	for _, node := range doc.entries(doc.root, file) {
		var t Term
		if !doc.decode(node, &t) {
			continue
		}
		if ids[t.ID] {
			r.faults.add(file, line(node), "there are two terms %q; give each its own id", t.ID)
		}
		ids[t.ID] = true
		for lang := range t.Forms {
			if !slices.Contains(quiz.Languages, lang) {
				r.faults.add(file, lineAt(node, "forms"), "unknown language %q; known: %s", lang, strings.Join(quiz.Languages, ", "))
			}
		}
		for _, id := range t.Sources {
			r.cited(file, lineAt(node, "sources"), id)
		}
		for _, lang := range quiz.Languages {
			for _, form := range t.AllForms(lang) {
				if other := forms[lang+form]; other != "" {
					r.faults.add(file, line(node), "%q is a form of %q and of %q (%s); leave it with one", form, other, t.ID, lang)
				}
				forms[lang+form] = t.ID
			}
		}
		r.m.Glossary = append(r.m.Glossary, t)
	}
}

// AllForms are the term and its other forms in a language.
func (t *Term) AllForms(lang string) []string {
	return append([]string{t.Term[lang]}, t.Forms[lang]...)
}

// readAbout reads the page on how the module was made, where there is one.
func (r *reader) readAbout() {
	r.m.About = r.bothLanguages("about.", ".md", "module.yaml")
}

// bothLanguages reads a page that may be missing, but then in every language. home is the file that a missing one is
// named in.
func (r *reader) bothLanguages(before, after, home string) map[string]*Page {
	pages := map[string]*Page{}
	for _, lang := range quiz.Languages {
		if file := before + lang + after; exists(r.files, file) {
			if data, ok := readFile(r.files, file, &r.faults); ok {
				pages[lang] = readPage(file, lang, string(data), r.m.Sources, &r.faults).page
			}
		}
	}
	if len(pages) == 0 {
		return nil
	}
	for _, lang := range quiz.Languages {
		if pages[lang] == nil {
			r.faults.add(home, 1, "%s is missing; a page is written in every language", before+lang+after)
			return nil
		}
	}
	r.sameParts(pages, func(lang string) string { return before + lang + after })
	return pages
}
