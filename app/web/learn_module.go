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

// Minutes is how long all lessons of the theme take.
func (t ThemeView) Minutes() (n int) {
	for _, l := range t.Lessons {
		n += l.Minutes
	}
	return n
}

// Through is how far somebody has come in a theme.
type Through struct {
	Page
	Done, Of int // lessons whose quiz is handed in at least once
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
	For      string // the assignment that the open attempt belongs to, as forField has it; "" for one's own
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
	p.Description = s.module.Lead[lang]
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
		return Standing{Page: frame, Lesson: p.site.module.Lesson(arg), Progress: pr, Begun: begun}
	case "through":
		t := Through{Page: frame}
		for _, theme := range p.Themes {
			if theme.ID != arg {
				continue
			}
			t.Of = len(theme.Lessons)
			for _, l := range theme.Lessons {
				if v.progress[l.ID].Done > 0 {
					t.Done++
				}
			}
		}
		return t
	case "resume":
		return p.resume(frame, v)
	}
	return frame
}

// resume is the open attempt that was worked on last, or the first lesson for who has none. What was begun in a class that
// they are not in any more is over.
func (p *ModulePage) resume(frame Page, v viewer) Standing {
	var open []school.Progress
	for _, pr := range v.progress {
		task, ok := school.TaskOf(pr.Open)
		if _, in := v.classes[task.Class]; ok && (in || task.Own()) && p.site.module.Lesson(task.Lesson) != nil {
			open = append(open, pr)
		}
	}
	if len(open) == 0 {
		return Standing{Page: frame, Lesson: p.First}
	}
	last := slices.MaxFunc(open, func(a, b school.Progress) int { return cmp.Compare(a.At, b.At) })
	task, _ := school.TaskOf(last.Open)
	return Standing{frame, p.site.module.Lesson(task.Lesson), last, true, task.Ref()}
}
