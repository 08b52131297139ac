package web

import (
	"cmp"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// lessonKey is the key to a lesson's worksheet, for whoever is signed in as a teacher: the same questions with the same
// numbers. With ?reserve=1 it is the key to the questions that are kept for a Test, which no worksheet has.
func (s *Server) lessonKey(r *request) error {
	if _, err := s.teacherOf(r); err != nil {
		return err
	}
	l, part, e, err := r.onPaper()
	if err != nil {
		return err
	}
	kept, ok := r.site.reserved[l.ID+"#"+part]
	reserve := r.Query("reserve") != ""
	switch {
	case reserve && !ok:
		return fiber.ErrNotFound
	case reserve:
		e = kept // all of them: each pupil gets others of a pool
	default:
		e = r.blank(e).Of(e)
	}
	p := r.keySheetPage(l, keyPath(l.ID, part, reserve), e)
	p.Part, p.Reserve, p.Kept = part, reserve, ok
	if !reserve {
		p.Sheet, p.Instead = withPart("/lessons/"+l.ID+"/worksheet", part), r.otherParts(l, part)
	}
	return r.sendPage("author/key", p)
}

// KeyPath is the path of the key to a part of the lesson's quiz.
func (p *KeySheetPage) KeyPath(part string, reserve bool) string {
	return keyPath(p.Lesson.ID, part, reserve)
}

func keyPath(lesson, part string, reserve bool) string {
	query := url.Values{}
	if part != "" {
		query.Set("part", part)
	}
	if reserve {
		query.Set("reserve", "1")
	}
	return withQuery("/teach/lessons/"+lesson+"/key", query)
}

// papers are the paths of the worksheet with an assignment's questions and of the key to them, "" where there is none.
func (r *request) papers(a school.Assignment) (sheet, key string) {
	l := r.site.module.Lesson(a.Lesson)
	if l == nil {
		return "", ""
	}
	part := cmp.Or(a.Part, usualPart(l))
	if a.Preset != quiz.Test {
		return withPart("/lessons/"+l.ID+"/worksheet", part), keyPath(l.ID, part, false)
	}
	if _, ok := r.site.reserved[l.ID+"#"+part]; ok {
		key = keyPath(l.ID, part, true)
	}
	return "", key
}

// withPart is a path for one part of a lesson's quiz.
func withPart(path, part string) string {
	if part == "" {
		return path
	}
	return withQuery(path, url.Values{"part": {part}})
}

func withQuery(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
