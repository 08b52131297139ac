package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"eberbach/app/annot"
	"eberbach/app/i18n"
)

// TestTexts: the text of every passage is the one that its lesson has, each section has its own, and each language too.
func TestTexts(t *testing.T) {
	t.Parallel()
	s := ourSite()
	for _, lang := range i18n.Languages {
		for _, l := range s.module.Lessons {
			texts := s.textsOf(l.ID, lang)
			var prose int
			for _, u := range texts {
				if u.Title != "" {
					prose++
				}
			}
			if prose < 3 {
				t.Errorf("%s %s has text in %d sections", l.ID, lang, prose)
			}
			for _, b := range l.Pages[lang].Blocks {
				if b.Passage == nil {
					continue
				}
				if u, ok := texts.unit(b.Passage.ID); !ok || u.Text != b.Passage.Text {
					t.Errorf("%s %s %s is\n%q, want\n%q", l.ID, lang, b.Passage.ID, u.Text, b.Passage.Text)
				}
			}
		}
		for _, g := range s.module.Declaration.Groups {
			for _, e := range g.Passages {
				if u, ok := s.textsOf(annot.Declaration, lang).unit(e.ID); !ok || u.Text != e.Text[lang] {
					t.Errorf("%s %s is %q", e.ID, lang, u.Text)
				}
			}
		}
	}
}

func TestTextsOf(t *testing.T) {
	t.Parallel()
	page := `<main><div data-unit="a"><h2 id="a">Ein Titel</h2><p>Eins,  <em>zwei</em>
 und<sup class="cite"><a href="#x">1</a></sup> <a class="term">drei</a>.</p><ul><li>vier<ul><li>fünf</li></ul>sechs</li></ul></div>
<eb-passage data-unit="T1" id="T1"><a class="num" href="#T1">T1</a><p><span class="s">Ein Satz. <sup class="cite">2</sup></span><span class="note term">eine <b>Anmerkung</b></span><span class="s">Noch <mark><a>einer</a></mark>.</span></p></eb-passage>
<div data-unit="a"><table><tr><th>sieben</th><td>a<br>b c</td></tr></table></div><div data-unit="empty"> <h2>x</h2></div></main>`
	got := textsOf([]byte(page))
	want := pageTexts{{ID: "a", Title: "Ein Titel", Text: "Eins, zwei und drei.\nvier\nfünf\nsechs\nsieben\na\nb c"}, {ID: "T1", Text: "Ein Satz. Noch einer."}}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("the texts are %q, want %q", got, want)
	}
}

// noteOn makes a note without JavaScript and returns its page as a form.
func (c *client) noteOn(path string, sentences []int, kind annot.Kind, words string) *page {
	c.w.t.Helper()
	f := c.get(path).want(http.StatusOK).form("/notes/")
	f.values.Del(sentenceField)
	for _, n := range sentences {
		f.values.Add(sentenceField, strconv.Itoa(n))
	}
	f.values.Set(kindField, string(kind))
	f.values.Set(wordsField, words)
	return c.post(f.action, f.values)
}

// ownNotes are the notes of who uses the browser.
func (c *client) ownNotes() []annot.Note {
	c.w.t.Helper()
	notes, err := c.w.server.Store.Notes(c.w.t.Context(), c.id())
	c.w.must(err)
	return notes
}

const passagePath = "/de/lessons/" + theLesson + "/notes/T1"

// TestNote goes the way without JavaScript: from the text to a note, to changing and to deleting it.
func TestNote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	text, _ := ourSite().textsOf(theLesson, "de").unit("T1")
	sentences := text.Sentences()
	lesson := c.get("/de/lessons/" + theLesson)
	var leads bool
	for _, a := range lesson.all("a") {
		leads = leads || attr(a, "href") == passagePath
	}
	if !leads {
		t.Fatal("the lesson does not lead to the form")
	}
	saved := c.noteOn(passagePath, []int{0}, annot.Comment, "  Warum?\r\nWer? ")
	notes := c.ownNotes()
	want := strings.TrimSpace(text.Text[sentences[0].Start:sentences[0].End])
	if len(notes) != 1 || notes[0].Quote.Words != want || notes[0].Words != "Warum?\nWer?" || notes[0].Kind != annot.Comment || notes[0].Start != 0 {
		t.Fatalf("stored is %+v, want %q", notes, want)
	}
	if to := saved.header.Get("Location"); to != "/de/lessons/"+theLesson+"#own-"+notes[0].ID {
		t.Errorf("a note leads to %s", to)
	}
	c.follow(saved).want(http.StatusOK, "Deine Notizen zu T1", want, "Warum?")
	c.get("/en/lessons/" + theLesson).want(http.StatusOK)
	if strings.Contains(c.get("/en/lessons/"+theLesson).body, "own-"+notes[0].ID) {
		t.Error("a note on the German text is on the English page")
	}
	c.get("/en/me/notes").want(http.StatusOK, "1 note.", want)
	one := "/de/me/notes/" + notes[0].ID
	change := c.get(one).want(http.StatusOK, want).form(one)
	change.values.Set(wordsField, "Anders.")
	change.values.Set(kindField, string(annot.Unclear))
	for range 2 {
		c.follow(c.post(change.action, change.values)).want(http.StatusOK, "Anders.")
	}
	if n := c.ownNotes()[0]; n.Words != "Anders." || n.Kind != annot.Unclear || n.Changed == 0 || n.Quote.Words != want {
		t.Errorf("changed is %+v", n)
	}
	for range 2 {
		c.post(one+"/delete", nil).want(http.StatusSeeOther)
	}
	if n := len(c.ownNotes()); n != 0 {
		t.Errorf("%d notes are left", n)
	}
	c.get(one).want(http.StatusNotFound)
	c.get("/de/me/notes").want(http.StatusOK, "noch nichts notiert")
}

// TestNoteTwice: the form sent twice makes one learner and one note, though its answer was lost the first time.
func TestNoteTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.client().get(passagePath).form("/notes/")
	f.values.Add(sentenceField, "0")
	first, again := w.client(), w.client()
	first.post(f.action, f.values).want(http.StatusSeeOther)
	again.post(f.action, f.values).want(http.StatusSeeOther)
	again.post(f.action, f.values).want(http.StatusSeeOther)
	if first.id() != again.id() || len(first.ownNotes()) != 1 {
		t.Errorf("%s and %s have %d notes", first.id(), again.id(), len(first.ownNotes()))
	}
}

// TestNoteRefused: what is to be mended is said, and what was typed is still there.
func TestNoteRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	for _, test := range []struct {
		name, says string
		change     url.Values
	}{
		{"no sentence", "Wähle mindestens einen Satz.", url.Values{sentenceField: nil}},
		{"a sentence that is not there", "Wähle mindestens einen Satz.", url.Values{sentenceField: {"99", "-1", "x"}}},
		{"a note without words", "Schreib ein paar Worte", url.Values{kindField: {"note"}, wordsField: {" \n "}}},
		{"too many words", "Das ist zu lang.", url.Values{wordsField: {strings.Repeat("ü", annot.MostWords+1)}}},
		{"another text", "Der Text wurde inzwischen geändert", url.Values{ofField: {"0"}}},
		{"a selection of another text", "Der Text wurde inzwischen geändert", url.Values{exactField: {"steht da nicht"}, startField: {"0"}, endField: {"3"}}},
	} {
		f := c.get(passagePath).form("/notes/")
		f.values.Set(sentenceField, "0")
		f.values.Set(kindField, string(annot.Unclear))
		f.values.Set(wordsField, "meine Worte")
		for name, v := range test.change {
			f.values[name] = v
		}
		p := c.post(f.action, f.values).want(http.StatusUnprocessableEntity, test.says)
		words := textareaOf(p)
		if want := annot.Clean(f.values.Get(wordsField)); words != want {
			t.Errorf("%s: the form has %.40q, want %.40q", test.name, words, want)
		}
		if p.form("/notes/").values.Get(seedField) != f.values.Get(seedField) {
			t.Errorf("%s: the form has another seed", test.name)
		}
	}
	if cookies := c.http.Jar.Cookies(mustURL(t, w.url)); len(cookies) != 0 {
		t.Errorf("nothing was stored, and there is %v", cookies)
	}
	for _, path := range []string{"/de/lessons/" + theLesson + "/notes/T99", "/de/lessons/nothing/notes/T1", "/de/declaration/notes/T1", "/de/lessons/declaration/notes/E1"} {
		c.get(path).want(http.StatusNotFound)
		c.post(path, nil).want(http.StatusNotFound)
	}
}

func textareaOf(p *page) string {
	for _, n := range p.all("textarea") {
		return strings.TrimPrefix(textIn(n), "\n")
	}
	return ""
}

// TestNoteAway: without a store the form comes back with what was typed, reading goes on, and nobody is told it was saved.
func TestNoteAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	c.noteOn(passagePath, []int{0}, annot.Highlight, "").want(http.StatusSeeOther)
	one := "/de/me/notes/" + c.ownNotes()[0].ID
	f := c.get(passagePath).form("/notes/")
	change := c.get(one).form(one)
	w.redis.Kill()
	f.values.Set(sentenceField, "0")
	f.values.Set(wordsField, "meine Worte")
	for _, browser := range []*client{c, w.client()} {
		p := browser.post(f.action, f.values).want(http.StatusServiceUnavailable, "Nicht gespeichert")
		if words := textareaOf(p); words != "meine Worte" {
			t.Errorf("the form has %q", words)
		}
		browser.get("/de/lessons/" + theLesson).want(http.StatusOK)
		browser.get(passagePath).want(http.StatusOK)
	}
	change.values.Set(wordsField, "andere Worte")
	if words := textareaOf(c.post(change.action, change.values).want(http.StatusServiceUnavailable, "Nicht gespeichert")); words != "andere Worte" {
		t.Errorf("the form of a note has %q", words)
	}
	w.redis.Start()
	eventually(t, func() bool { return w.client().get("/healthz").status == 200 })
	c.post(f.action, f.values).want(http.StatusSeeOther)
	if n := len(c.ownNotes()); n != 2 {
		t.Errorf("%d notes are stored", n)
	}
}

// TestNoteFull: one more than there may be is refused, and says what to do.
func TestNoteFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	c.noteOn(passagePath, []int{0}, annot.Highlight, "")
	n := c.ownNotes()[0]
	for i := range annot.MostNotes - 1 {
		n.ID = strconv.Itoa(i)
		w.must(w.server.Store.AddNote(t.Context(), c.id(), n))
	}
	c.noteOn(passagePath, []int{0}, annot.Comment, "noch eine").want(http.StatusUnprocessableEntity, "Du hast schon 300 Notizen", "noch eine")
}

// TestNoteByScript: the script is told where sentences are and what became of a note; sent twice it is stored once, and a
// place that is not whole characters or not where the page says is found all the same, or refused.
func TestNoteByScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	script := func(r *http.Request) { r.Header.Set("Accept", "application/json") }
	u, _ := ourSite().textsOf(theLesson, "de").unit("T1")
	runes := []rune(u.Text)
	var tool noteTool
	w.must(json.Unmarshal([]byte(c.get(passagePath, script).want(http.StatusOK).body), &tool))
	if first := tool.Sentences[0]; len(tool.Sentences) != len(u.Sentences()) || string(runes[first[0]:first[1]]) != strings.TrimSpace(u.Text[:u.Sentences()[0].End]) || tool.Of != annot.HashText(u.Text) || !strings.Contains(tool.Tool, `role="toolbar"`) {
		t.Errorf("the script is told %+v", tool)
	}
	send := func(form url.Values, want int) (got noteSaved) {
		t.Helper()
		p := c.post(passagePath, form, script).want(want)
		w.must(json.Unmarshal([]byte(p.body), &got))
		return got
	}
	at := func(start, end int, seed string) url.Values {
		return url.Values{seedField: {seed}, kindField: {"highlight"}, exactField: {string(runes[start:end])}, startField: {strconv.Itoa(start)}, endField: {strconv.Itoa(end)}}
	}
	first := send(at(4, 8, tool.Seed), http.StatusOK)
	if id := c.ownNotes()[0].ID; first.State != stateSaved || first.To != "/de/lessons/"+theLesson+"#own-"+id || !strings.Contains(first.List, `data-at="4 8"`) || first.Seed == tool.Seed {
		t.Errorf("somebody new is told %+v", first)
	}
	again := send(at(4, 8, tool.Seed), http.StatusOK)
	if again.To != "" || len(c.ownNotes()) != 1 {
		t.Errorf("sent twice it is %+v, %d notes", again, len(c.ownNotes()))
	}
	moved := at(0, 3, first.Seed) // the words of another place, as if the page were older than the text
	moved.Set(exactField, string(runes[9:30]))
	send(moved, http.StatusOK)
	if n := c.ownNotes(); len(n) != 2 || n[0].Start+n[1].Start != 4+9 {
		t.Errorf("the notes are %+v", n)
	}
	for name, change := range map[string]url.Values{"nowhere": {exactField: {"steht da nicht"}}, "no position": {exactField: {"e"}, startField: {"x"}}, "no words": {kindField: {"note"}}} {
		form := at(0, 3, again.Seed)
		for field, v := range change {
			form[field] = v
		}
		if got := send(form, http.StatusUnprocessableEntity); got.State != stateRefused || got.Message == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	w.redis.Kill()
	c.get(passagePath, script).want(http.StatusOK)
	if got := send(at(0, 3, again.Seed), http.StatusServiceUnavailable); got.State != stateAway || got.Message == "" {
		t.Errorf("without a store: %+v", got)
	}
}
