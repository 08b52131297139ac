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
	l := r.site.module.Lesson(r.Params("lesson"))
	if l == nil {
		return fiber.ErrNotFound
	}
	parts := l.Parts()
	part := r.Query("part", parts[len(parts)-1])
	e, ok := r.site.edition(l.ID, part)
	if !ok {
		return fiber.ErrNotFound
	}
	return r.sendPage("learn/worksheet", r.worksheetPage(l, e, part))
}

func (r *request) worksheetPage(l *lesson.Lesson, e quiz.Edition, part string) *WorksheetPage {
	path := "/lessons/" + l.ID + "/worksheet"
	p := &WorksheetPage{Page: r.page(path, "worksheet.title", "Title", l.Title[r.lang]), LessonID: l.ID, LessonTitle: l.Title[r.lang]}
	p.Theme = l.Theme
	for _, id := range l.Parts() {
		if id != part {
			p.Instead = append(p.Instead, Part{ID: id, Title: l.Pages[r.lang].Title(id)})
		}
	}
	blank := quiz.NewAttempt(worksheetSeed, e, quiz.Rules{Preset: quiz.Test}, nil, r.now)
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
