package web

import (
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// forField names, in an address or a form, the assignment that a quiz is begun for: "CLASS-3".
const forField = "for"

// TaskView is an assignment as the pupil sees it who has to do it.
type TaskView struct {
	school.Standing
	Ref       string // as forField has it
	Class     string // its name
	Preset    quiz.Preset
	Round     bool   // the class goes through it together
	Minutes   int    // time limit, extra time included; 0 for none
	Opens     string // when it opens, in words; "" when it has
	DueText   string
	Closes    bool   // nothing is taken after the due date
	Shut      bool   // it was withdrawn, or nobody works in the class any more
	Part      string // of the lesson's quiz; "" where the pupil chooses
	LessonID  string
	Title     string // of the lesson
	There     bool   // the lesson is still in the module
	Theme     string
	Questions int
	ScoreText string   // what counts; "" when nothing is handed in or shown
	Said      []string // results in which a teacher has commented, where they are listed
}

// Test says whether it is one: it shows no result before release.
func (t TaskView) Test() bool { return t.Preset == quiz.Test }

// Kind is what the assignment is called, see school.Assignment.Kind.
func (t TaskView) Kind() string {
	if t.Round {
		return "round"
	}
	return string(t.Preset)
}

// Now says whether the class is at it together, now.
func (t TaskView) Now() bool { return t.Round && (t.Open != "" || t.MayBegin()) }

// Path is where the pupil goes on: to the attempt that is open, or else to the lesson.
func (t TaskView) Path() string {
	if t.Open != "" {
		return attemptsPath(t.Open, t.Round)
	}
	return lessonPath(t.LessonID, &t)
}

// attemptsPath is where an open attempt is gone on with: of a round, at the question at hand.
func attemptsPath(attempt string, round bool) string {
	if round {
		return "/attempts/" + attempt + "/round"
	}
	return "/attempts/" + attempt
}

// ResultPath is the result that counts; "" when there is none to look at.
func (t TaskView) ResultPath() string {
	if t.Done == 0 || t.Test() && !t.Released {
		return ""
	}
	return "/attempts/" + t.Counted + "/result"
}

// taskView shows what was given with where its pupil stands.
func (r *request) taskView(g *school.Given, p school.Progress) TaskView {
	a, page := g.Assignment, r.page("", "nav.module")
	v := TaskView{
		Standing: g.Standing(p, r.now), Ref: a.Task(g.Class.ID).Ref(), Class: g.Class.Name, Preset: a.Preset, Round: a.Round != nil,
		Minutes: int(a.Rules(g.Member).Time() / time.Minute), LessonID: a.Lesson, There: hasLesson(r.site.module, a.Lesson), Part: a.Part,
		Closes: a.Late == school.LateClose, Shut: a.Withdrawn || g.Class.Over(r.now),
	}
	v.Title, v.Theme = r.lessonTitle(a.Lesson)
	v.DueText = page.Moment(v.Due, g.Class.Location())
	if v.Phase == school.PhaseSoon {
		v.Opens = page.Moment(time.Unix(a.Opens, 0), g.Class.Location())
	}
	if l := r.site.module.Lesson(a.Lesson); l != nil && a.Part == "" {
		a.Part = l.Parts()[0] // of two parts, both ask as much
	}
	if e, ok := r.site.given(a); ok {
		v.Questions = len(e.Questions)
	}
	if v.Done > 0 && v.Score.Max > 0 && v.ResultPath() != "" {
		if l := r.site.module.Lesson(a.Lesson); l != nil {
			v.Score.Percent = l.Percent
		}
		v.ScoreText = page.Score(v.Score)
	}
	return v
}

// given is the quiz that an assignment asks now; false when the lesson has none such.
func (s *site) given(a school.Assignment) (quiz.Edition, bool) {
	l := s.module.Lesson(a.Lesson)
	if l == nil {
		return quiz.Edition{}, false
	}
	if a.Preset != quiz.Test {
		return s.edition(a.Lesson, a.Part)
	}
	e, ok := s.reserved[a.Lesson+"#"+a.Part]
	return e, ok
}

// taskNamed is the task of the lesson that a form or an address names as forField has it, one's own for ""; store.ErrNotFound
// when it names none.
func taskNamed(ref, lesson string) (school.Task, error) {
	if ref == "" {
		return school.Task{Lesson: lesson}, nil
	}
	class, n, ok := school.ParseRef(ref)
	if !ok {
		return school.Task{}, store.ErrNotFound
	}
	return school.Task{Lesson: lesson, Class: class, N: n}, nil
}
