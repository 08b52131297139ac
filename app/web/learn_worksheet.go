package web

import (
	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// WorksheetPage is a quiz on paper: the questions of Practice, without anything that tells the answers.
type WorksheetPage struct {
	Page
	LessonID    string
	LessonTitle string
	Instead     []Part // where a lesson offers two: the other quiz
	Questions   []WorksheetQuestion
}

// WorksheetQuestion is a question on paper.
type WorksheetQuestion struct {
	N int
	*QuestionView
}

// worksheetSeed decides the order of options on paper, where no attempt does: the same for a worksheet and its key.
const worksheetSeed = "worksheet"

func (s *Server) worksheet(r *request) error {
	l, part, e, err := r.onPaper()
	if err != nil {
		return err
	}
	return r.sendPage("learn/worksheet", r.worksheetPage(l, e, part))
}

// onPaper is the lesson of the request with the part that is asked for, and that part's quiz. A worksheet and its key take
// them alike.
func (r *request) onPaper() (l *lesson.Lesson, part string, e quiz.Edition, err error) {
	if l = r.site.module.Lesson(r.Params("lesson")); l == nil {
		return nil, "", e, fiber.ErrNotFound
	}
	part = r.Query("part", usualPart(l))
	e, ok := r.site.edition(l.ID, part)
	if !ok {
		return nil, "", e, fiber.ErrNotFound
	}
	return l, part, e, nil
}

// usualPart is the part of the lesson's quiz that is printed when none is asked for.
func usualPart(l *lesson.Lesson) string {
	parts := l.Parts()
	return parts[len(parts)-1]
}

// blank is an attempt at what a worksheet asks: it draws from the pools, and mixes the options.
func (r *request) blank(e quiz.Edition) *quiz.Attempt {
	return quiz.NewAttempt(worksheetSeed, e, quiz.Rules{Preset: quiz.Test}, nil, r.now)
}

func (r *request) worksheetPage(l *lesson.Lesson, e quiz.Edition, part string) *WorksheetPage {
	path := "/lessons/" + l.ID + "/worksheet"
	p := &WorksheetPage{Page: r.page(path, "worksheet.title", "Title", l.Title[r.lang]), LessonID: l.ID, LessonTitle: l.Title[r.lang]}
	p.Theme = l.Theme
	p.Instead = r.otherParts(l, part)
	blank := r.blank(e)
	e = blank.Of(e)
	for i, q := range e.Questions {
		v := questionView(p.Page, blank, q, i, nil)
		v.Print = true
		if words, ok := q.Body.(*quiz.OwnWords); ok {
			v.Lines = make([]int, words.OnPaper())
		}
		p.Questions = append(p.Questions, WorksheetQuestion{i + 1, v})
	}
	return p
}

// otherParts are the parts of the lesson's quiz besides one.
func (r *request) otherParts(l *lesson.Lesson, part string) (list []Part) {
	for _, id := range l.Parts() {
		if id != part {
			list = append(list, Part{ID: id, Title: l.Pages[r.lang].Title(id)})
		}
	}
	return list
}
