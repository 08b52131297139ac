package web

import (
	"cmp"
	"slices"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// ModulePage is the front page: what this is, and its lessons by theme.
type ModulePage struct {
	Page
	Module *lesson.Module
	Themes []ThemeView
	First  *lesson.Lesson // the lesson to begin with
}

// ThemeView is a theme with its lessons.
type ThemeView struct {
	lesson.Theme
	Lessons []*lesson.Lesson
}

// Count is how many questions a quiz of the lesson has.
func (p Page) Count(l *lesson.Lesson) int {
	e, _ := p.site.edition(l.ID, l.Parts()[0])
	return len(e.Questions)
}

// Standing is where a learner stands in a lesson.
type Standing struct {
	Page
	Lesson   *lesson.Lesson
	Progress school.Progress
	Begun    bool
}

// Earned is the score of the attempt handed in last; "" where nothing is counted.
func (s Standing) Earned() string {
	if s.Progress.Max == 0 {
		return ""
	}
	return s.Score(quiz.Score{Points: s.Progress.Points, Max: s.Progress.Max, Percent: s.Lesson != nil && s.Lesson.Percent})
}

func (s *Server) module(r *request) error {
	return s.sendPrepared(r, "/")
}

func (s *site) modulePage(lang string) *ModulePage {
	p := &ModulePage{Page: s.page(lang, "/", s.module.Title[lang]), Module: s.module}
	for _, t := range s.module.Themes {
		v := ThemeView{Theme: t}
		for _, id := range t.Lessons {
			if l := s.module.Lesson(id); l != nil { // one with faults may be missing
				v.Lessons = append(v.Lessons, l)
			}
		}
		if len(v.Lessons) > 0 {
			p.Themes = append(p.Themes, v)
		}
	}
	if len(s.module.Lessons) > 0 {
		p.First = s.module.Lessons[0]
	}
	return p
}

func (p *ModulePage) slotData(name, arg string, v viewer) any {
	frame := p.asLearner(v)
	switch name {
	case "standing":
		pr, begun := v.progress[arg]
		return Standing{frame, p.site.module.Lesson(arg), pr, begun}
	case "resume":
		return p.resume(frame, v.progress)
	}
	return frame
}

// resume is the open attempt that was worked on last, or the first lesson for who has none.
func (p *ModulePage) resume(frame Page, progress progressOf) Standing {
	var open []school.Progress
	for _, pr := range progress {
		if lessonID, ok := school.LessonOf(pr.Open); ok && p.site.module.Lesson(lessonID) != nil {
			open = append(open, pr)
		}
	}
	if len(open) == 0 {
		return Standing{Page: frame, Lesson: p.First}
	}
	last := slices.MaxFunc(open, func(a, b school.Progress) int { return cmp.Compare(a.At, b.At) })
	lessonID, _ := school.LessonOf(last.Open)
	return Standing{frame, p.site.module.Lesson(lessonID), last, true}
}
