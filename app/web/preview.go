package web

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// NewPreview makes a server that shows one lesson to its author: with every question, also those kept for a Test, with
// all keys and reasons, and on paper. It needs no store. Whoever reaches it sees all answers, so it is for this machine
// alone. A lesson that is not there is an error that names the ones that are.
func NewPreview(c Config, id string) (*Server, error) {
	c.Author = true
	s := newServer(c)
	s.previewed = id
	if err := s.load(); err != nil {
		return nil, err
	}
	if site := s.site(); site.module.Lesson(id) == nil && len(site.faultsAt("/lessons/"+id)) == 0 {
		var ids []string
		for _, l := range site.module.Lessons {
			ids = append(ids, l.ID)
		}
		return nil, fmt.Errorf("there is no lesson %q in module.yaml; the lessons are %s", id, strings.Join(ids, ", "))
	}
	s.previewRoutes(s.app)
	return s, nil
}

func (s *Server) toPreview(r *request) error { return r.seeOther("/lessons/" + s.previewed) }

func (s *Server) previewDeclaration(r *request) error {
	return r.sendPage("learn/declaration", r.site.declarationPage(r.lang))
}

// previewOf is the lesson that the preview is of; nothing for any other.
func (s *Server) previewOf(r *request) (*lesson.Lesson, error) {
	l := r.site.module.Lesson(s.previewed)
	if l == nil || r.Params("lesson") != l.ID {
		return nil, fiber.ErrNotFound
	}
	return l, nil
}

// PreviewPage is a whole lesson as its author checks it.
type PreviewPage struct {
	*LessonPage
	Practice []KeyView
	Reserve  []KeyView
}

func (s *Server) previewLesson(r *request) error {
	l, err := s.previewOf(r)
	if err != nil {
		return err
	}
	return r.sendPage("author/preview", r.previewPage(l))
}

func (r *request) previewPage(l *lesson.Lesson) *PreviewPage {
	p := &PreviewPage{LessonPage: r.site.lessonPage(r.lang, l)}
	for _, k := range p.keys(wholeQuiz(l)) {
		if k.Reserve {
			p.Reserve = append(p.Reserve, k)
		} else {
			p.Practice = append(p.Practice, k)
		}
	}
	return p
}

// wholeQuiz is every question of the lesson, whatever section or pool it belongs to: first those of Practice, then those
// kept for a Test.
func wholeQuiz(l *lesson.Lesson) quiz.Edition {
	e := quiz.Edition{Lesson: l.ID}
	for _, reserve := range []bool{false, true} {
		for _, q := range l.Questions {
			if q.Reserve == reserve {
				e.Questions = append(e.Questions, q)
			}
		}
	}
	return e
}

// KeySheetPage is the key to a worksheet.
type KeySheetPage struct {
	*LessonPage
	Keys    []KeyView
	Sheet   string // path of the worksheet; "" for questions that are on none
	Instead []Part // where a lesson offers two: the key to the other quiz
	Part    string
	Reserve bool // these are the questions kept for a Test
	Kept    bool // there are such questions
}

// previewSheet is all questions on paper, or with ?key=1 the key to them. Both have the same numbers.
func (s *Server) previewSheet(r *request) error {
	l, err := s.previewOf(r)
	if err != nil {
		return err
	}
	if r.Query("key") != "" {
		return r.sendPage("author/key", r.wholeKeyPage(l))
	}
	p := r.worksheetPage(l, wholeQuiz(l), "")
	p.Instead = nil // all of it is on this one
	return r.sendPage("learn/worksheet", p)
}

// wholeKeyPage is the key to all questions of the lesson.
func (r *request) wholeKeyPage(l *lesson.Lesson) *KeySheetPage {
	path := "/lessons/" + l.ID + "/worksheet"
	p := r.keySheetPage(l, path, wholeQuiz(l))
	p.Sheet = path
	return p
}

// keySheetPage is the key to the quiz, at the path.
func (r *request) keySheetPage(l *lesson.Lesson, path string, e quiz.Edition) *KeySheetPage {
	p := &KeySheetPage{LessonPage: r.site.lessonPage(r.lang, l)}
	p.Page = r.page(path, "preview.key_title", "Title", l.Title[r.lang])
	p.Theme = l.Theme
	p.Keys = p.keys(e)
	return p
}
