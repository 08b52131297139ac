package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/annot"
	"eberbach/app/school"
)

// HeatPage is where a class has marked a text, and where it found it unclear: how many, never who.
type HeatPage struct {
	Page
	ClassFrame
	Source string
	On     bool
	Text   string // its title
	Of     int    // members
	Units  []HeatUnit
	None   bool // nothing that may be told
}

// HeatUnit is a piece of text with its paragraphs.
type HeatUnit struct {
	Page
	annot.Unit
	Path       string
	Paragraphs [][]HeatSentence
	Most       annot.Heat // of its sentences
}

// HeatSentence is a sentence with how many have marked it; 0 for fewer than may be told.
type HeatSentence struct {
	Text            string
	Marked, Unclear int
	Shade           string // class that says how many of the members; "" for none
}

// Place is what the piece of text is called.
func (u HeatUnit) Place() string { return u.PlaceName(u.ID, u.Unit.Title) }

func (s *Server) heat(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	source := r.Params("source")
	texts := r.textsOf(source, r.lang)
	if len(texts) == 0 {
		return fiber.ErrNotFound
	}
	rules, err := s.Store.ClassNotes(r.ctx(), room.ID)
	if err != nil {
		return err
	}
	p := &HeatPage{ClassFrame: ClassFrame{room, "notes"}, Source: source, On: rules.On(), Of: len(room.Present())}
	var theme string
	p.Text, theme = r.sourceTitle(source)
	p.Page = r.page("/teach/classes/"+room.ID+"/notes/"+source, "notes.heat", "Text", p.Text)
	p.Theme = theme
	if !p.On {
		return r.sendPage("teach/heat", p)
	}
	marks, err := s.marks(r, room, rules, source)
	if err != nil {
		return err
	}
	p.fill(texts, marks)
	return r.sendPage("teach/heat", p)
}

// marks are what the members have marked in a source's text of the page's language, by piece of it and member, without
// who it was. Only what was marked after its owner was told counts.
func (s *Server) marks(r *request, room *school.Room, rules school.NoteRules, source string) (map[string][][]annot.Marked, error) {
	all, err := s.Store.NotesOf(r.ctx(), memberIDs(room))
	if err != nil {
		return nil, err
	}
	var notes []annot.Note
	var whose []int
	for i, m := range room.Present() {
		for _, n := range all[m.ID] {
			if n.Source == source && n.Lang == r.lang && rules.Counts(m, n.Made) {
				notes, whose = append(notes, n), append(whose, i)
			}
		}
	}
	views, err := s.placed(r, notes)
	if err != nil {
		return nil, err
	}
	marks := map[string][][]annot.Marked{}
	last := map[string]int{}
	for i, v := range views {
		if v.Lost {
			continue
		}
		list := marks[v.Unit]
		if at, met := last[v.Unit]; !met || at != whose[i] {
			list = append(list, nil)
		}
		last[v.Unit] = whose[i]
		list[len(list)-1] = append(list[len(list)-1], annot.Marked{Range: v.place, Kind: v.Kind})
		marks[v.Unit] = list
	}
	return marks, nil
}

func (p *HeatPage) fill(texts pageTexts, marks map[string][][]annot.Marked) {
	p.None = true
	for _, u := range texts {
		v := HeatUnit{Page: p.Page, Unit: u, Path: sourcePath(p.Source) + "#" + u.ID, Paragraphs: [][]HeatSentence{nil}}
		heats := u.Heats(marks[u.ID])
		for i, s := range u.Sentences() {
			text := u.Text[s.Start:s.End]
			h := HeatSentence{Text: strings.TrimSpace(text), Marked: told(heats[i].Marked), Unclear: told(heats[i].Unclear)}
			if h.Marked > 0 {
				p.None = false
				h.Shade = shadeOf(h.Marked, p.Of)
			}
			v.Most = annot.Heat{Marked: max(v.Most.Marked, h.Marked), Unclear: max(v.Most.Unclear, h.Unclear)}
			last := len(v.Paragraphs) - 1
			v.Paragraphs[last] = append(v.Paragraphs[last], h)
			if strings.HasSuffix(text, "\n") {
				v.Paragraphs = append(v.Paragraphs, nil)
			}
		}
		p.Units = append(p.Units, v)
	}
}

// told is a number of people as it may be told.
func told(n int) int {
	if n < school.FewestTold {
		return 0
	}
	return n
}

// shades are how dark a share of the class is drawn.
const shades = 5

func shadeOf(n, of int) string {
	level := min(n*shades/max(of, 1), shades-1)
	return "h" + string(rune('0'+level))
}
