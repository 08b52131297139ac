package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
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
	p.Theme = l.Theme
	for _, t := range s.module.Themes {
		for i, id := range t.Lessons {
			if id == l.ID {
				p.In, p.Number, p.Of = t, i+1, len(t.Lessons)
			}
		}
	}
	return p
}

func (p *LessonPage) slotData(name, _ string, progress progressOf) any {
	frame := p.asLearner(progress)
	if name == "start" {
		pr, begun := progress[p.Lesson.ID]
		return Standing{frame, p.Lesson, pr, begun}
	}
	return frame
}

// sendPrepared answers with the page as it was prepared, or, to a learner, with their parts put in. When the store is
// away, reading goes on without them.
func (s *Server) sendPrepared(r *request, path string) error {
	pr := r.site.prepared["/"+r.lang+path]
	if pr == nil {
		return fiber.ErrNotFound
	}
	r.Vary(fiber.HeaderCookie)
	r.Set(fiber.HeaderCacheControl, "private, no-cache")
	if r.Cookies(s.cookieName()) == "" {
		return pr.send(r)
	}
	_, progress, err := s.learner(r)
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrUnavailable):
		return pr.send(r)
	case err != nil:
		return err
	}
	out, err := pr.fill(r.site, progress)
	if err != nil {
		return err
	}
	return sendSegments(r.Ctx, out)
}

// send answers with the prepared page, or says that the browser's copy is still good.
func (pr *prepared) send(r *request) error {
	r.Set(fiber.HeaderETag, pr.etag)
	if r.Get(fiber.HeaderIfNoneMatch) == pr.etag {
		return r.SendStatus(fiber.StatusNotModified)
	}
	r.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return pr.body.send(r.Ctx)
}
