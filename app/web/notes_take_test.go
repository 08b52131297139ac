package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eberbach/app/annot"
)

// TestNotesTaken: everything noted is in each form that can be taken away, and nothing of anybody else.
func TestNotesTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Network = "http://192.168.0.7:3000" })
	c := w.classroom("Frau.Eins", "9b")
	c.sharing(false)
	me, _, _ := c.pupil()
	mate, _, _ := c.pupil()
	c.shows(mate, "T1", "Von jemand anderem.")
	shown := c.shows(me, "T1", "# Kein *Titel*\n1. kein Punkt\n<b>")
	me.noteOn("/en/declaration/notes/E1", []int{0}, annot.Highlight, "").want(http.StatusSeeOther)
	lost := shown
	lost.ID, lost.Quote = "aaaaaaaaaaaaaaaa", annot.Quote{Words: "Das steht da nicht mehr."}
	lost.Of, lost.Shown = "0", nil
	w.must(w.server.Store.AddNote(t.Context(), me.id(), lost))

	p := me.get("/de/me/notes.jsonld").want(http.StatusOK)
	if got := p.header.Get("Content-Type"); got != `application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"` || !strings.Contains(p.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the media type is %s", got)
	}
	var data struct {
		Total int
		First struct {
			Items []struct {
				Motivation string
				Body       *struct{ Value string }
				Target     struct {
					Source   struct{ ID, Language string }
					Selector []struct {
						Value     string
						RefinedBy struct {
							Exact      string
							Start, End int
						}
					}
				}
			}
		}
	}
	w.must(json.Unmarshal([]byte(p.body), &data))
	if data.Total != 3 || len(data.First.Items) != 3 || strings.Contains(p.body, "jemand anderem") {
		t.Fatalf("the data are %s", p.body)
	}
	for _, item := range data.First.Items {
		source, found := strings.CutPrefix(item.Target.Source.ID, "http://192.168.0.7:3000/"+item.Target.Source.Language)
		if source = strings.TrimPrefix(source, "/lessons/"); source == "/declaration" {
			source = annot.Declaration
		}
		quote, place := item.Target.Selector[0], item.Target.Selector[1]
		u, ok := ourSite().textsOf(source, item.Target.Source.Language).unit(quote.Value)
		if !found || !ok || quote.Value != place.Value {
			t.Errorf("the target is %+v", item.Target)
			continue
		}
		at := string([]rune(u.Text)[place.RefinedBy.Start:place.RefinedBy.End])
		if quote.RefinedBy.Exact != at && quote.RefinedBy.Exact != lost.Quote.Words {
			t.Errorf("the words are %q, at the position is %q", quote.RefinedBy.Exact, at)
		}
	}

	md := me.get("/de/me/notes.md").want(http.StatusOK).body
	for _, want := range []string{"# Meine Notizen\n", "\\# Kein \\*Titel\\*\n", "1\\. kein Punkt\n", "\\<b\\>\n", "Hat ihren Platz verloren", "> Das steht da nicht mehr.\n", "**Notiz**, T1", "**Markierung**, E1"} {
		if !strings.Contains(md, want) {
			t.Errorf("the text has no %q:\n%s", want, md)
		}
	}
	if strings.Contains(md, "jemand anderem") {
		t.Error("the text has somebody else's note")
	}

	var e Export
	w.must(json.Unmarshal([]byte(me.get("/de/me/export.json").want(http.StatusOK).body), &e))
	var lostOnes, shownOnes int
	for _, n := range e.Notes {
		if n.Lost {
			lostOnes++
		}
		shownOnes += len(n.ShownTo)
	}
	if len(e.Notes) != 3 || lostOnes != 1 || shownOnes != 1 || e.Notes[0].Made.After(time.Now()) {
		t.Errorf("the export has %+v", e.Notes)
	}
	me.get("/de/me/data").want(http.StatusOK, "3 Notizen und Markierungen in den Texten.", "1 davon zeigst du einer Klasse.")
	me.get("/de/me/notes").want(http.StatusOK, "3 Notizen.", "1 davon hat ihren Platz verloren", "Das steht da nicht mehr.")
	me.get("/de/lessons/"+theLesson).want(http.StatusOK, "Das steht da nicht mehr.", "Hat ihren Platz verloren")
}

// TestNotesFollow: when a lesson's text is edited, a note goes with its words, or says that they are gone; it is never
// dropped. What was the text when it was made is remembered.
func TestNotesFollow(t *testing.T) {
	t.Parallel()
	const before = "Der Staat darf das. Die Polizei darf das nicht. Wer entscheidet?"
	at := strings.LastIndex(before, "darf das")
	n := annot.Note{ID: "a", Source: "x", Lang: "de", Unit: "T1", Of: annot.HashText(before), Selector: annot.Select(before, annot.Range{Start: at, End: at + len("darf das")})}
	for _, test := range []struct{ text, prefix string }{
		{before, "Die Polizei "},
		{"Neu! Die Polizei darf das nicht. Wer entscheidet? Der Staat darf das.", "Die Polizei "},
		{"Die Polizei durfte das nicht. Der Staat darf das.", ""},
		{"Der Staat darf das. Wer entscheidet?", ""},
		{"", ""},
	} {
		page := `<main><div data-unit="T1"><p>` + test.text + `</p></div></main>`
		s := &site{prepared: map[string]func() (*prepared, error){"/de/lessons/x": func() (*prepared, error) {
			return &prepared{texts: func() pageTexts { return textsOf([]byte(page)) }}, nil
		}}}
		v := s.placeNote(n, before)
		if v.Lost != (test.prefix == "") || !v.Lost && !strings.HasSuffix(test.text[:v.place.Start], test.prefix) {
			t.Errorf("in %q it is at %v, lost %v", test.text, v.place, v.Lost)
		}
		by := s.notesOn("x", "de", []NoteView{v})
		if len(by["T1"])+len(by[""]) != 1 {
			t.Errorf("in %q it is not shown: %v", test.text, by)
		}
	}
}

// TestNotesOfSlowPages: making the pages that notes stand on does not count as waiting for the store, and no other page is
// made.
func TestNotesOfSlowPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	c.sharing(false)
	me, _, _ := c.pupil()
	n := c.shows(me, "T1", "Merken.")
	now := w.server.site()
	for _, by := range []struct {
		*client
		path, says string
	}{{me, "/de/me/notes", "Merken."}, {c.teacher, c.path("/notes/" + n.Source), "Markiert"}} {
		slow := *now
		slow.prepared = maps.Clone(now.prepared)
		var made atomic.Int32
		for at, page := range now.prepared {
			slow.prepared[at] = sync.OnceValues(func() (*prepared, error) {
				made.Add(1)
				time.Sleep(patience + 100*time.Millisecond)
				return page()
			})
		}
		w.server.current.Store(&slow)
		by.get(by.path).want(http.StatusOK, by.says)
		if made.Load() != 1 {
			t.Errorf("%s: %d pages are made", by.path, made.Load())
		}
	}
}
