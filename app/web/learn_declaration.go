package web

import (
	"fmt"
	"strings"

	"eberbach/app/annot"
	"eberbach/app/lesson"
)

// DeclarationPage is the statement in our own words, passage by passage.
type DeclarationPage struct {
	Page
	Declaration lesson.Declaration
	Groups      []DeclarationGroup
	Official    *lesson.Source
	Sources     []*lesson.Source
}

// DeclarationGroup is a run of passages under one heading.
type DeclarationGroup struct {
	ID, Title string
	Passages  []*lesson.Passage
}

func (s *Server) declaration(r *request) error {
	return s.sendPrepared(r, "/declaration")
}

func (s *site) declarationPage(lang string) *DeclarationPage {
	d := s.module.Declaration
	p := &DeclarationPage{Page: s.page(lang, "/declaration", d.Title[lang]), Declaration: d, Official: s.module.Sources[d.Official]}
	numbers := map[string]int{}
	cite := func(id string) lesson.Cite {
		if numbers[id] == 0 {
			p.Sources = append(p.Sources, s.module.Sources[id])
			numbers[id] = len(p.Sources)
		}
		return lesson.Cite{Number: numbers[id], Source: s.module.Sources[id]}
	}
	for _, g := range d.Groups {
		group := DeclarationGroup{ID: g.ID, Title: g.Title[lang]}
		for _, e := range g.Passages {
			group.Passages = append(group.Passages, plainPassage(e, lang, cite))
		}
		p.Groups = append(p.Groups, group)
	}
	return p
}

// plainPassage is a passage of the declaration without notes, its sentences with the addresses that evidence uses.
func plainPassage(e lesson.EPassage, lang string, cite func(string) lesson.Cite) *lesson.Passage {
	p := &lesson.Passage{ID: e.ID, Text: e.Text[lang]}
	sentences := annot.Sentences(p.Text)
	for i, s := range sentences {
		p.Sentences = append(p.Sentences, lesson.Sentence{
			ID: fmt.Sprintf("%s-%d", e.ID, i+1), Last: i == len(sentences)-1,
			Pieces: []lesson.Piece{{Piece: annot.Piece{Text: p.Text[s.Start:s.End]}}},
		})
	}
	for _, id := range e.Sources {
		p.Cites = append(p.Cites, cite(id))
	}
	return p
}

func (p *DeclarationPage) slotData(name, arg string, v viewer) any {
	if name == notesSlot {
		return NotesView{p.asLearner(v), arg, v.notes[arg]}
	}
	return p.asLearner(v)
}

// Add leads to the form for a note on a passage.
func (p *DeclarationPage) Add(unit string) AddNote {
	return AddNote{p.Page, unit, unit, notePath(annot.Declaration, unit)}
}

// PassageTheme is the accent of a passage's group on the declaration's page.
func (g DeclarationGroup) PassageTheme() string {
	if strings.Contains("protection disinformation", g.ID) {
		return g.ID
	}
	return ""
}
