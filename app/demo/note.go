package demo

import (
	"context"
	"time"

	"eberbach/app/annot"
	"eberbach/app/lesson"
	"eberbach/app/school"
)

// What pupils write on a sentence, and what they ask of it. All of it is about texts in general.
var (
	remarks = []string{
		"Das ist eine Behauptung. Wo steht der Beleg?",
		"Wer spricht hier eigentlich?",
		"Dasselbe Wort wie oben, aber anders gemeint.",
		"Klingt eindeutig, lässt aber viel offen.",
		"Das würde ich gern nachprüfen.",
		"Hier steht, wer etwas tun soll, aber nicht, wie.",
		"Wichtig für das Quiz!",
		"Das Gegenteil steht in der nächsten Passage.",
	}
	doubts = []string{
		"", "", "", "Was heißt das genau?", "Wer ist damit gemeint?", "Den Satz habe ich dreimal gelesen.", "Warum ausgerechnet so?",
	}
)

// marked is a passage that pupils note something on, with how much each of its sentences draws them.
type marked struct {
	source string
	unit   annot.Unit
	pull   []float64 // how likely a diligent pupil marks the sentence
	hard   []float64 // how likely a mark says that it is unclear
}

// passages are those of a lesson in a language. What draws readers follows from the seed, the same for all of them.
func passages(seed uint64, l *lesson.Lesson, lang string) (list []marked) {
	c := newChance(seed, "marks on "+l.ID, 0)
	for _, b := range l.Pages[lang].Blocks {
		if b.Passage == nil {
			continue
		}
		m := marked{source: l.ID, unit: annot.Unit{ID: b.Passage.ID, Text: b.Passage.Text}}
		for range m.unit.Sentences() {
			pull, hard := c.Float64(), c.Float64()
			m.pull, m.hard = append(m.pull, 0.01+0.32*pull*pull), append(m.hard, 0.7*hard*hard)
		}
		list = append(list, m)
	}
	return list
}

// shareNotes lets the class share notes since it began, one's own first.
func (s *seeding) shareNotes(ctx context.Context) error {
	for _, l := range s.module.Lessons {
		list := passages(s.Seed, l, s.made.Class.Lang)
		s.marked = append(s.marked, list...)
		for _, m := range list {
			if err := s.db.KeepText(ctx, m.unit.Text); err != nil {
				return err
			}
		}
	}
	return s.db.SetClassNotes(ctx, s.made.Class.ID, true, true, s.made.Class.Created)
}

// note is what a pupil has noted in the lessons they have worked on. They have a chance of their own for it, so what they
// have answered stays what it was.
func (s *seeding) note(p *pupil) error {
	c := newChance(s.Seed, "notes of "+p.whole.ID, 0)
	eager := 0.3 + 1.1*c.Float64()
	read := map[string]time.Time{}
	for _, a := range p.whole.Attempts {
		if at, met := read[a.Lesson]; !met || a.Started.Before(at) {
			read[a.Lesson] = a.Started
		}
	}
	for _, m := range s.marked {
		at, has := read[m.source]
		if !has {
			continue
		}
		for i, r := range m.unit.Sentences() {
			if c.Float64() > eager*m.pull[i] || len(p.whole.Notes) == annot.MostNotes {
				continue
			}
			n, err := s.noteOn(m, i, r, at.Add(-time.Duration(c.IntN(600))*time.Second), c)
			if err != nil {
				return err
			}
			p.whole.Notes = append(p.whole.Notes, n)
		}
	}
	return nil
}

// noteOn is a note on a sentence. Some of those with words are shown to the class.
func (s *seeding) noteOn(m marked, i int, r annot.Range, at time.Time, c chance) (annot.Note, error) {
	id, err := school.NewID(c)
	text := m.unit.Text
	for r.End > r.Start && text[r.End-1] == ' ' {
		r.End--
	}
	made := max(at.Unix(), s.times.met().Add(10*time.Minute).Unix())
	n := annot.Note{ID: id, Kind: annot.Highlight, Source: m.source, Lang: s.made.Class.Lang, Unit: m.unit.ID, Of: annot.HashText(text), Selector: annot.Select(text, r), Made: made}
	switch {
	case c.Float64() < m.hard[i]:
		n.Kind, n.Words = annot.Unclear, doubts[c.IntN(len(doubts))]
	case c.Float64() < 0.25:
		n.Kind, n.Words = annot.Comment, remarks[c.IntN(len(remarks))]
	}
	if n.Words != "" && c.Float64() < 0.08 {
		n.Shown = []string{s.made.Class.ID}
	}
	return n, err
}
