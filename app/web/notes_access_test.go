package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"eberbach/app/annot"
	"eberbach/app/lesson"
	"eberbach/app/school"
)

// noteAccess says for every route about notes what it answers to nobody in particular, to the learner whose note it is, to
// another learner, and to somebody whom a teacher's code has let into the owner's class alone.
var noteAccess = []struct {
	route, path                 string // {note} is the owner's
	nobody, owner, other, scope int
}{
	{"GET /:lang/lessons/:lesson/notes/:unit", "/lessons/" + theLesson + "/notes/T1", 200, 200, 200, 403},
	{"POST /:lang/lessons/:lesson/notes/:unit", "/lessons/" + theLesson + "/notes/T1", 422, 422, 422, 403},
	{"GET /:lang/declaration/notes/:unit", "/declaration/notes/E1", 200, 200, 200, 403},
	{"POST /:lang/declaration/notes/:unit", "/declaration/notes/E1", 422, 422, 422, 403},
	{"GET /:lang/me/notes", "/me/notes", 404, 200, 200, 403},
	{"GET /:lang/me/notes.jsonld", "/me/notes.jsonld", 404, 200, 200, 403},
	{"GET /:lang/me/notes.md", "/me/notes.md", 404, 200, 200, 403},
	{"GET /:lang/me/notes/:note", "/me/notes/{note}", 404, 200, 404, 403},
	{"POST /:lang/me/notes/:note", "/me/notes/{note}", 404, 303, 404, 403},
	{"POST /:lang/me/notes/:note/show", "/me/notes/{note}/show", 404, 303, 404, 403},
	{"GET /:lang/me/classes/:class/notes", "/me/classes/{class}/notes", 404, 200, 200, 200},
	{"POST /:lang/me/notes/:note/delete", "/me/notes/{note}/delete", 404, 303, 303, 403},
}

const secretWords = "Das geht nur mich etwas an."

func TestNoteAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	var registered []string
	for _, r := range w.server.app.GetRoutes(true) {
		registered = append(registered, r.Method+" "+r.Path)
	}
	w.must(w.server.Store.SetClassNotes(t.Context(), c.ID, true, false, w.server.Now()))
	owner, _, _ := c.pupil()
	other, _, _ := c.pupil()
	scoped := c.letIn(owner)
	for _, row := range noteAccess {
		if !slices.Contains(registered, row.route) {
			t.Errorf("there is no route %s; take its row away", row.route)
		}
		for _, n := range owner.ownNotes() {
			w.must(w.server.Store.DropNote(t.Context(), owner.id(), n.ID))
		}
		owner.noteOn(passagePath, []int{0}, annot.Comment, secretWords).want(http.StatusSeeOther)
		id := owner.ownNotes()[0].ID
		method, _, _ := strings.Cut(row.route, " ")
		for _, who := range []struct {
			name string
			c    *client
			want int
		}{{"nobody", w.client(), row.nobody}, {"another pupil of the class", other, row.other}, {"a teacher of the class", c.teacher, row.nobody}, {"a browser for one class", scoped, row.scope}, {"the owner", owner, row.owner}} {
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{kindField: {"note"}, wordsField: {secretWords + "!"}}
				if strings.HasSuffix(row.path, "/T1") || strings.HasSuffix(row.path, "/E1") {
					form = url.Values{}
				}
			}
			p := who.c.do(method, "/de"+strings.NewReplacer("{note}", id, "{class}", c.ID).Replace(row.path), form)
			if p.status != who.want {
				t.Errorf("%s: %s gets %d, want %d", row.route, who.name, p.status, who.want)
			}
			if who.c != owner && strings.Contains(p.body, secretWords) {
				t.Errorf("%s: %s reads the owner's note", row.route, who.name)
			}
			if n := owner.ownNotes(); who.c != owner && (len(n) != 1 || n[0].Words != secretWords || n[0].Shown != nil) {
				t.Fatalf("%s: %s has changed the owner's note: %+v", row.route, who.name, n)
			}
		}
	}
}

// letIn is a browser that the code of the class's teacher has let in as the pupil.
func (c *schoolClass) letIn(pupil *client) *client {
	c.t.Helper()
	code := c.teacher.post(c.memberPath(pupil, "/code"), nil).want(http.StatusOK).code()
	browser := c.client()
	c.comesBack(browser, code).want(http.StatusSeeOther)
	return browser
}

// TestNoteScope: a browser that a teacher's code has let in sees no private note anywhere, and makes none.
func TestNoteScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	owner, _, _ := c.pupil()
	owner.noteOn(passagePath, []int{0}, annot.Comment, secretWords).want(http.StatusSeeOther)
	scoped := c.letIn(owner)
	if scoped.id() != owner.id() {
		t.Fatal("it is somebody else's browser")
	}
	f := w.client().get(passagePath).form("/notes/")
	f.values.Set(sentenceField, "0")
	scoped.post(f.action, f.values).want(http.StatusForbidden)
	for _, path := range []string{"/de/lessons/" + theLesson, passagePath, "/de/me", "/de/me/notes", "/de/me/data", "/de/me/export.json", "/de/me/notes/" + owner.ownNotes()[0].ID} {
		if p := scoped.get(path); strings.Contains(p.body, secretWords) || strings.Contains(p.body, "own-"+owner.ownNotes()[0].ID) {
			t.Errorf("%s shows a private note", path)
		}
	}
	if n := len(owner.ownNotes()); n != 1 {
		t.Errorf("there are %d notes", n)
	}
}

// noteRows are the pages of notes in all their states.
func noteRows(t *testing.T, r *request, l *lesson.Lesson, page Page) (rows []templateRow) {
	t.Helper()
	texts := r.site.textsOf(l.ID, r.lang)
	if len(texts) == 0 { // another site's lesson
		return nil
	}
	u := texts[0]
	p, err := r.notePage(l.ID, u)
	if err != nil {
		t.Fatal(err)
	}
	faulty := *p
	faulty.Message, faulty.SentenceFault, faulty.WordsFault, faulty.Told = "x", "y", "z", []string{"9b"}
	rows = append(rows, templateRow{"learn/note", p}, templateRow{"learn/note", &faulty}, templateRow{"partials/notetool", p})
	n := annot.Note{ID: "aaaaaaaaaaaaaaaa", Source: l.ID, Lang: r.lang, Unit: u.ID, Of: annot.HashText(u.Text), Selector: annot.Select(u.Text, u.Sentences()[0]), Shown: []string{"aaaaaaaaaaaaaaaa"}}
	var views []NoteView
	for i, kind := range annot.Kinds {
		n.ID, n.Kind, n.Words = strings.Repeat(string(rune('a'+i)), 16), kind, n.Words+"x"
		v := r.site.placeNote(n, "")
		v.In = []ShownIn{{"aaaaaaaaaaaaaaaa", "9b", true}, {"bbbbbbbbbbbbbbbb", "9c", false}}
		lost := r.site.placeNote(annot.Note{ID: strings.Repeat(string(rune('p'+i)), 16), Kind: kind, Source: "gone", Lang: r.lang, Unit: "T1"}, "")
		if v.Lost || !lost.Lost {
			t.Errorf("%+v and %+v", v, lost)
		}
		views = append(views, v, lost)
	}
	shares := []share{{}, {}}
	shares[0].Class.ID = "aaaaaaaaaaaaaaaa"
	rows = append(rows, templateRow{"partials/notes", NotesView{page, u.ID, views}}, templateRow{"partials/notes", NotesView{page, "", views}}, templateRow{"partials/notes", NotesView{page, u.ID, nil}},
		templateRow{"account/notes", &NotesPage{Page: page}}, templateRow{"account/notes", &NotesPage{Page: page, Texts: r.notedTexts(views), Count: 6, Lost: 3, Shares: shares}})
	u1 := SharedUnit{Page: page, Anchor: "on-1", ID: u.ID, Title: u.Title, Path: "/x", Notes: []SharedView{{sharedNote: sharedNote{views[0], school.Member{Name: "x"}, true}, Mine: true}, {sharedNote: sharedNote{views[1], school.Member{Name: "x"}, true}}}}
	u2 := u1
	u2.Anchor = "on-2"
	shared := []SharedText{{"x", l.Theme, "de", "", []SharedUnit{u1, {Page: page, Anchor: "on-3", ID: "T1", Add: "/x", Locked: 2}}}, {"y", "", "en", "English", []SharedUnit{u2}}}
	teaching, frame := page, ClassFrame{&school.Room{Class: school.Class{ID: "aaaaaaaaaaaaaaaa", Name: "9b"}}, "notes"}
	teaching.Teacher = true
	heat := HeatPage{Page: teaching, ClassFrame: frame, Source: l.ID, On: true, Of: 35}
	heat.fill(texts, map[string][][]annot.Marked{u.ID: {{{Range: u.Sentences()[0], Kind: annot.Unclear}}, {{Range: u.Sentences()[0], Kind: annot.Unclear}}, {{Range: u.Sentences()[0], Kind: annot.Unclear}}}})
	rows = append(rows, templateRow{"account/mates", &MatesPage{Page: page}}, templateRow{"account/mates", &MatesPage{Page: page, On: true}}, templateRow{"account/mates", &MatesPage{Page: page, On: true, First: true, Texts: shared}},
		templateRow{"teach/notes", &ClassNotesPage{Page: teaching, ClassFrame: frame}}, templateRow{"teach/notes", &ClassNotesPage{Page: teaching, ClassFrame: frame, Done: "x", Rules: school.NoteRules{Since: 1, First: true}, Maps: r.heatWays(frame), Texts: shared}},
		templateRow{"teach/heat", &HeatPage{Page: teaching, ClassFrame: frame}}, templateRow{"teach/heat", &HeatPage{Page: teaching, ClassFrame: frame, On: true, None: true}}, templateRow{"teach/heat", &heat})
	for _, v := range views {
		rows = append(rows, templateRow{"account/note", &OwnNotePage{Page: page, NoteForm: NoteForm{Page: page, Kind: v.Kind}, Note: v, Back: "/x", Shares: shares, Done: "x"}},
			templateRow{"account/note", &OwnNotePage{Page: page, NoteForm: NoteForm{Page: page, Kind: v.Kind, Message: "x"}}})
	}
	return rows
}
