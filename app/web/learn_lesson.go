package web

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/store"
)

// LessonPage is a lesson to read.
type LessonPage struct {
	Page
	Lesson *lesson.Lesson
	Text   *lesson.Page
	Number int // of the lesson in its theme, from 1
	Of     int
	In     lesson.Theme
}

func (s *Server) lesson(r *request) error {
	return s.sendPrepared(r, "/lessons/"+r.Params("lesson"))
}

func (s *site) lessonPage(lang string, l *lesson.Lesson) *LessonPage {
	p := &LessonPage{Page: s.page(lang, "/lessons/"+l.ID, l.Title[lang]), Lesson: l, Text: l.Pages[lang]}
	p.Theme, p.Description = l.Theme, l.Lead[lang]
	for _, t := range s.module.Themes {
		for i, id := range t.Lessons {
			if id == l.ID {
				p.In, p.Number, p.Of = t, i+1, len(t.Lessons)
			}
		}
	}
	return p
}

// Sensitive says whether the section stands behind a notice.
func (p *LessonPage) Sensitive(section string) bool {
	return p.Lesson.Notice != nil && p.Lesson.Notice.Section == section
}

// SectionView is a section of a lesson within its page.
type SectionView struct {
	*LessonPage
	ID, Title string
	Blocks    []*lesson.Block
}

// Section puts a section into the page's frame, for the partial that shows it.
func (p *LessonPage) Section(s *lesson.Section) SectionView {
	return SectionView{p, s.ID, s.Title, s.Blocks}
}

// OtherTitle is the title of the section that is offered instead.
func (v SectionView) OtherTitle() string { return v.Text.Title(v.Lesson.Notice.Alternative) }

// Part is the part of the quiz that a question is met in, when it is answered from here.
func (v SectionView) Part(q *quiz.Question) string {
	if q.Section != "" || v.Lesson.Notice == nil {
		return q.Section
	}
	if v.ID == v.Lesson.Notice.Section {
		return v.ID
	}
	return v.Lesson.Notice.Alternative
}

// Part is a part of the quiz that can be begun.
type Part struct {
	ID, Title string
	Questions int
}

// StartView offers the quiz at the end of a lesson.
type StartView struct {
	Standing
	Parts []Part
	Newer bool      // the open attempt is at an older version
	Task  *TaskView // the quiz is begun for a class
}

func (p *LessonPage) parts() (out []Part) {
	for _, id := range p.Lesson.Parts() {
		e, _ := p.site.edition(p.Lesson.ID, id)
		out = append(out, Part{id, p.Text.Title(id), len(e.Questions)})
	}
	return out
}

// UnitID names the section's text for notes.
func (v SectionView) UnitID() string { return cmp.Or(v.ID, startUnit) }

var sectionHead = regexp.MustCompile(`(?s)<h2.*?</h2>`)

// Notable says whether the section has text of its own, besides its heading and its passages.
func (v SectionView) Notable() bool {
	return v.Prepared() && slices.ContainsFunc(v.Blocks, func(b *lesson.Block) bool {
		return b.Kind != "passage" && strings.TrimSpace(sectionHead.ReplaceAllString(string(b.HTML), "")) != "" || len(b.Positions) > 0
	})
}

// Add leads to the form for a note on a piece of the lesson's text.
func (p *LessonPage) Add(unit, title string) AddNote {
	return AddNote{p.Page, unit, title, notePath(p.Lesson.ID, unit)}
}

func (p *LessonPage) slotData(name, arg string, v viewer) any {
	frame := p.asLearner(v)
	if name == notesSlot {
		return NotesView{frame, arg, v.notes[arg]}
	}
	if name == "start" || name == "given-here" {
		pr, begun := v.progress[p.Lesson.ID]
		parts := p.parts()
		if v.task != nil && v.task.Part != "" { // the class was given this one
			parts = slices.DeleteFunc(parts, func(part Part) bool { return part.ID != v.task.Part })
		}
		return StartView{Standing{Page: frame, Lesson: p.Lesson, Progress: pr, Begun: begun}, parts, pr.Newer, v.task}
	}
	return frame
}

// preparedHeaders are on every prepared page, with a learner's parts or without.
var preparedHeaders = [][2][]byte{
	{[]byte(fiber.HeaderVary), []byte(fiber.HeaderCookie + ", " + fiber.HeaderAcceptEncoding)},
	{[]byte(fiber.HeaderCacheControl), []byte("private, no-cache")},
}

// sendPrepared answers with the page as it was prepared, or, to a learner, with their parts put in. When the store is
// away, reading goes on without them.
func (s *Server) sendPrepared(r *request, path string) error {
	pr, err := r.site.preparedAt("/" + r.lang + path)
	if err != nil {
		return err
	}
	if pr == nil {
		return fiber.ErrNotFound
	}
	for _, h := range preparedHeaders {
		r.Response().Header.SetCanonical(h[0], h[1])
	}
	if r.cookie == "" {
		return pr.send(r)
	}
	own, notes, err := s.noteTaker(r)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrUnavailable):
		return pr.send(r)
	case err != nil:
		return err
	}
	v := viewer{owner: r.owner(), progress: own.Progress, classes: own.Classes}
	if p, ok := pr.page.(*LessonPage); ok {
		s.noteNewer(r, p.Lesson.ID, own.Progress)
		if v.task, err = s.taskFor(r, p.Lesson.ID, own); err != nil {
			return err
		}
	}
	if v.notes, err = s.pageNotes(r, pr, own, notes); err != nil {
		return err
	}
	out, err := pr.fill(r.site, v)
	if err != nil {
		return err
	}
	return sendSegments(r.Ctx, out)
}

// taskFor is the assignment that the lesson's page is opened for; nil for none, or for one that the learner does not have.
func (s *Server) taskFor(r *request, lessonID string, own *store.Own) (*TaskView, error) {
	if r.Query(forField) == "" {
		return nil, nil
	}
	task, err := taskNamed(r.Query(forField), lessonID)
	_, in := own.Classes[task.Class]
	_, moved := own.Moved[task.Class]
	if err != nil || !in && !moved {
		return nil, nil
	}
	w, err := s.taskWork(r, task, "")
	if err != nil || w.Given == nil {
		return nil, err
	}
	v := r.taskView(w.Given, w.Progress)
	return &v, nil
}

// noteNewer says in the progress whether the open attempt at a lesson is at an older version.
func (s *Server) noteNewer(r *request, lessonID string, progress progressOf) {
	if p := progress[lessonID]; p.Open != "" {
		p.Newer = s.newer(r, lessonID, p.Edition)
		progress[lessonID] = p
	}
}

// send answers with the prepared page, or says that the browser's copy is still good.
func (pr *prepared) send(r *request) error {
	r.Set(fiber.HeaderETag, pr.etag)
	if r.Get(fiber.HeaderIfNoneMatch) == pr.etag {
		return r.SendStatus(fiber.StatusNotModified)
	}
	r.Response().Header.SetContentType(fiber.MIMETextHTMLCharsetUTF8)
	return pr.body.sendSmallest(r.Ctx)
}
