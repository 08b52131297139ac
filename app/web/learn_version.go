package web

import (
	"fmt"
	"strings"

	"eberbach/app/annot"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// newer says whether the lesson's quiz has a version that came after the one with the hash. Where two versions of the
// program run side by side, the older one does not take its own for newer; when the store is away, nothing is said.
func (s *Server) newer(r *request, lessonID, edition string) bool {
	present := r.site.versions[lessonID]
	for _, e := range present {
		if e.ID == edition {
			return false
		}
	}
	asked, err := s.Store.Edition(r.ctx(), edition)
	if err != nil {
		return false
	}
	again := asked
	again.ID = "" // another version of the program may have computed it
	newer := false
	for _, e := range present {
		if again.Hash() == e.ID {
			return false
		}
		if e.Missed == asked.Missed && e.Questions[0].Reserve == asked.Questions[0].Reserve { // else they are no versions of each other
			newer = newer || s.since(r, e) > asked.Since
		}
	}
	return newer
}

// since is when an edition of ours was first stored, by whatever process; 0 when the store is away.
func (s *Server) since(r *request, e quiz.Edition) int64 {
	if s.keepEdition(r.ctx(), e) != nil {
		return 0
	}
	kept, err := s.Store.Edition(r.ctx(), e.ID)
	if err != nil {
		return 0
	}
	return kept.Since
}

// places says where each sentence of the texts stands now.
type places struct {
	pages     map[string]bool   // "/lessons/x"
	sentences map[string]string // by address with its language: "de/lessons/x#T4-2"
	addresses map[string]string // by language, page and sentence: the first address of it
}

// declarationPath is the page of the declaration, which has a sentence that a lesson may no longer show.
const declarationPath = "/declaration"

func placesOf(m *lesson.Module) places {
	p := places{map[string]bool{}, map[string]string{}, map[string]string{}}
	for _, lang := range quiz.Languages {
		for _, g := range m.Declaration.Groups {
			for _, e := range g.Passages {
				p.add(lang, declarationPath, e.ID, e.Text[lang])
			}
		}
		for _, l := range m.Lessons {
			for _, b := range l.Pages[lang].Blocks {
				if b.Passage != nil {
					p.add(lang, "/lessons/"+l.ID, b.Passage.ID, b.Passage.Text)
				}
			}
			p.pages["/lessons/"+l.ID] = true
		}
	}
	return p
}

func (p places) add(lang, page, passage, text string) {
	p.pages[page] = true
	for n, s := range annot.Sentences(text) {
		sentence, address := strings.TrimSpace(text[s.Start:s.End]), fmt.Sprintf("%s#%s-%d", page, passage, n+1)
		p.sentences[lang+address] = sentence
		if key := lang + page + "\x00" + sentence; p.addresses[key] == "" {
			p.addresses[key] = address
		}
	}
}

// Place is where a sentence that proved an answer stands now.
type Place struct {
	Path    string // below the language; "" when the text has left the module
	Passage string
	Changed bool // the text no longer has the sentence as it was
}

// Place finds the sentence of the evidence, which may be an older version's: where it was, where it was moved to, or
// else the text it was taken from.
func (p Page) Place(e quiz.Evidence) Place {
	path, proof, where := e.Path[p.Lang], e.Proof[p.Lang], p.site.places
	if sentence, there := where.sentences[p.Lang+path]; there && sentence == proof {
		return Place{Path: path, Passage: e.Passage}
	}
	page, _, _ := strings.Cut(path, "#")
	for _, text := range []string{page, declarationPath} {
		if moved := where.addresses[p.Lang+text+"\x00"+proof]; moved != "" {
			_, sentence, _ := strings.Cut(moved, "#")
			passage, _, _ := strings.Cut(sentence, "-")
			return Place{Path: moved, Passage: passage}
		}
	}
	if !where.pages[page] {
		page = ""
	}
	return Place{Path: page, Passage: e.Passage, Changed: true}
}
