package lesson

import (
	"io/fs"
	"math"
	"slices"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/lessons"
)

// What our own lessons have, beyond what a check can ask of everybody's.
const (
	fewestNotes    = 8
	fewestAsked    = 10
	fewestPerGoal  = 2
	fewestDisputed = 5 // positions in the lesson on the dispute itself
	theDispute     = "scanning-dispute"
)

func ourModule(t *testing.T) *Module {
	t.Helper()
	m, faults := Read(lessons.FS, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	return m
}

// TestEditionsAreNamed: an edition has the hash that its questions give, although each was hashed but once.
func TestEditionsAreNamed(t *testing.T) {
	for _, l := range ourModule(t).Lessons {
		seen := map[string]bool{}
		for _, e := range l.Editions() {
			again := e
			again.ID = ""
			if again.Hash() != e.ID || seen[e.ID] {
				t.Errorf("an edition of %s is called %s, not %s", l.ID, e.ID, again.Hash())
			}
			seen[e.ID] = true
		}
	}
}

// TestOurLessons: each lesson has its notes, enough questions for each objective in each of its quizzes, a depth for each,
// a twin for each, and a page for teachers.
func TestOurLessons(t *testing.T) {
	for _, l := range ourModule(t).Lessons {
		t.Run(l.ID, func(t *testing.T) {
			if n := len(l.Annotations); n < fewestNotes {
				t.Errorf("%d annotations", n)
			}
			if l.Teacher == nil {
				t.Error("no page for teachers")
			}
			depths := map[string]bool{}
			for _, q := range l.Questions {
				if !q.Scored() {
					continue
				}
				if q.Depth == "" {
					t.Errorf("question %q has no depth", q.ID)
				}
				depths[q.Depth] = true
				if l.Twins[q.ID] == nil {
					t.Errorf("question %q has no twin", q.ID)
				}
			}
			if len(depths) < len(quiz.Depths) {
				t.Errorf("it asks only to %v", depths)
			}
			for _, part := range l.Parts() {
				asked := map[string]int{}
				e := l.Edition(part)
				if len(e.Questions) < fewestAsked {
					t.Errorf("the quiz %q has %d questions", part, len(e.Questions))
				}
				for _, q := range e.Questions {
					if q.Scored() {
						asked[q.Objective]++
					}
				}
				for _, o := range l.Objectives {
					if asked[o.ID] < fewestPerGoal {
						t.Errorf("the quiz %q asks %d times for %q", part, asked[o.ID], o.ID)
					}
				}
			}
			if r := ReportOf(l); l.ID == theDispute && len(r.Positions["de"]) < fewestDisputed {
				t.Errorf("%d positions", len(r.Positions["de"]))
			}
		})
	}
}

// TestOurSources: everything that a text of the module cites is there and dated: by its own date, or by when it was read.
func TestOurSources(t *testing.T) {
	m := ourModule(t)
	cited := map[string]bool{m.Declaration.Official: true}
	note := func(ids []string) {
		for _, id := range ids {
			cited[id] = true
		}
	}
	for _, g := range m.Declaration.Groups {
		for _, p := range g.Passages {
			if len(p.Sources) == 0 {
				t.Errorf("passage %s names no source", p.ID)
			}
			note(p.Sources)
		}
	}
	for _, c := range m.Help.Countries {
		for _, line := range c.Lines {
			note([]string{line.Source})
		}
	}
	for _, term := range m.Glossary {
		note(term.Sources)
	}
	for _, l := range m.Lessons {
		for _, page := range []map[string]*Page{l.Pages, l.Teacher} {
			for _, lang := range quiz.Languages {
				if page[lang] != nil {
					for _, s := range page[lang].Cited {
						note([]string{s.ID})
					}
				}
			}
		}
	}
	for id := range cited {
		s := m.Sources[id]
		if s == nil {
			t.Errorf("there is no source %q", id)
		} else if s.Date == "" && s.Seen == "" {
			t.Errorf("source %q is not dated", id)
		}
	}
	for id := range m.Sources {
		if !cited[id] {
			t.Errorf("nothing cites the source %q; take it away", id)
		}
	}
}

// TestOurKeys: over the whole module nobody gets on by taking the longest option, nor by leaving it out, nor by always
// taking the same place.
func TestOurKeys(t *testing.T) {
	var places []int
	longest, choices, chance := map[string]int{}, 0, map[string]float64{}
	for _, l := range ourModule(t).Lessons {
		r := ReportOf(l)
		choices += r.Choices
		for i, n := range r.KeyPlaces {
			for len(places) <= i {
				places = append(places, 0)
			}
			places[i] += n
		}
		for _, lang := range quiz.Languages {
			longest[lang] += r.Longest[lang]
			chance[lang] += r.Chance[lang]
		}
	}
	for lang, n := range longest {
		p := chance[lang] / float64(choices)
		within := 2 * math.Sqrt(float64(choices)*p*(1-p))
		if math.Abs(float64(n)-chance[lang]) > within {
			t.Errorf("the key is the longest option in %d of %d choices (%s), by chance it would be %.1f, give or take %.1f", n, choices, lang, chance[lang], within)
		}
	}
	if most := slices.Max(places); float64(most) > mostLean*float64(choices) {
		t.Errorf("keys stand at %v", places)
	}
}

// panicFS panics where a file is opened.
type panicFS struct {
	fs.FS
	at string
}

func (p panicFS) Open(name string) (fs.File, error) {
	if name == p.at {
		panic("no disk")
	}
	return p.FS.Open(name)
}

// TestPanicReachesReader: what goes wrong while lessons are read at once is for who reads them, as it would be one by one.
func TestPanicReachesReader(t *testing.T) {
	defer func() {
		if got := recover(); got != "no disk" {
			t.Errorf("it panics with %v", got)
		}
	}()
	Read(panicFS{lessons.FS, "false-alarms/quiz.yaml"}, time.Now())
}
