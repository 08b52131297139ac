package web

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// ClassFormPage is a page of a class that is one form.
type ClassFormPage struct {
	Page
	ClassFrame
	Back Way // to where one comes from; no path for the class itself
	Lead string
	Form *FormView
}

// assign shows the form that gives something to a class.
func (s *Server) assign(r *request, room *school.Room, f *givenForm) error {
	f.Response[presetField] = []string{string(quiz.Homework)}
	if l := r.site.module.Lesson(r.Query("lesson")); l != nil {
		f.Response[whatField] = []string{l.ID}
	}
	return r.sendAssign(room, f, "")
}

// giving leads a handler to the class of the request and to the form for what it is given, which has a key: sent twice, it
// makes one. A class in which nobody works any more is given nothing.
func (s *Server) giving(h func(*request, *school.Room, *givenForm) error) func(*request) error {
	return func(r *request) error {
		room, err := s.room(r)
		if err != nil {
			return err
		}
		if room.Over(r.now) {
			return r.seeOther("/teach/classes/" + room.ID)
		}
		f := r.givenForm(room.Class, formOf(r.Ctx))
		if !school.IsID(typed(f.Response, tryField)) {
			key, err := school.NewID(random)
			if err != nil {
				return err
			}
			f.Response[tryField] = []string{key}
		}
		return h(r, room, f)
	}
}

func (r *request) sendAssign(room *school.Room, f *givenForm, notice string) error {
	path := "/teach/classes/" + room.ID + "/assign"
	if what := typed(f.Response, whatField); r.site.module.Lesson(what) != nil {
		path += "?lesson=" + what
	}
	p := &ClassFormPage{Page: r.page(path, "assign.title"), ClassFrame: ClassFrame{room, "assign"}}
	p.Form = &FormView{
		Page: p.Page, ID: "assign", Action: "/teach/classes/" + room.ID + "/assign", Notice: notice, Button: p.T("assign.button"),
		Hidden: []Field{{tryField, typed(f.Response, tryField)}},
	}
	off := func(preset quiz.Preset) string {
		if preset == quiz.Test && len(r.site.reserved) == 0 {
			return p.T("assign.no_tests")
		}
		if l := r.site.module.Lesson(r.Query("lesson")); preset == quiz.Test && l != nil && !r.site.testable(l) {
			return p.T("assign.no_test", "Lesson", l.Title[r.lang])
		}
		return ""
	}
	due := f.momentInput(dueField, p.T("assign.due"), p.T("assign.due_hint"))
	p.Form.Inputs = []Input{r.whatInput(p.Page, f), f.presetInput(off, true), due}
	p.Form.More = f.moreInputs(r.site, r.site.module.Lessons, true, true)
	return r.sendPage("teach/class-form", p)
}

// whatInput lets choose what is given: a lesson, a theme or all.
func (r *request) whatInput(p Page, f *givenForm) Input {
	in := Input{Name: whatField, Label: p.T("assign.what"), Value: typed(f.Response, whatField), Fault: f.faults[whatField], Type: "select"}
	in.Options = []Option{{Text: p.T("assign.choose")}}
	for _, t := range r.site.module.Themes {
		for _, id := range t.Lessons {
			if l := r.site.module.Lesson(id); l != nil {
				o := Option{Value: id, Text: p.T("assign.lesson", "Lesson", l.Title[r.lang], "Minutes", l.Minutes), Group: t.Title[r.lang]}
				in.Options = append(in.Options, o)
			}
		}
	}
	several := p.T("assign.several")
	for _, t := range r.site.module.Themes {
		if n := len(r.lessonsIn(wholeTheme + t.ID)); n > 1 {
			in.Options = append(in.Options, Option{Value: wholeTheme + t.ID, Text: p.T("assign.theme", "Theme", t.Title[r.lang], "N", n), Group: several})
		}
	}
	if n := len(r.site.module.Lessons); n > 1 {
		in.Options = append(in.Options, Option{Value: wholeModule, Text: p.T("assign.module", "N", n), Group: several})
	}
	return in
}

// lessonsIn are the lessons that a value of the field stands for, in order; none for what is not there.
func (r *request) lessonsIn(what string) (list []*lesson.Lesson) {
	theme, isTheme := strings.CutPrefix(what, wholeTheme)
	for _, l := range r.site.module.Lessons {
		if what == l.ID || what == wholeModule || isTheme && l.Theme == theme {
			list = append(list, l)
		}
	}
	return list
}

// assignNow gives something to a class: one assignment a lesson.
func (s *Server) assignNow(r *request, room *school.Room, f *givenForm) error {
	list := r.readGiven(f)
	if len(f.faults) > 0 {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendAssign(room, f, "")
	}
	for _, a := range list {
		_, err := s.Store.Assign(r.ctx(), room.ID, a)
		if errors.Is(err, store.ErrFull) {
			r.Status(fiber.StatusUnprocessableEntity)
			return r.sendAssign(room, f, f.page.T("assign.full", "Most", school.MostAssignments))
		}
		if err != nil {
			return err
		}
	}
	return r.seeOther("/teach/classes/" + room.ID + "?done=given")
}

// readGiven makes of the form one assignment a lesson; what is wrong is in the form then.
func (r *request) readGiven(f *givenForm) (list []school.Assignment) {
	a := f.read(func(preset quiz.Preset) school.Assignment { return school.Proposed(f.class, preset, f.now) })
	if a.Due <= f.now.Unix() {
		f.fault(dueField, "assign.due_past")
	}
	f.order(a)
	lessons := r.lessonsIn(typed(f.Response, whatField))
	if len(lessons) == 0 {
		f.fault(whatField, "assign.what_missing")
	}
	key := typed(f.Response, tryField)
	of, part, _ := strings.Cut(typed(f.Response, partField), "#")
	for _, l := range lessons {
		given := a
		given.Lesson, given.Created, given.Key = l.ID, f.now.Unix(), key+"-"+l.ID
		if part != "" {
			if of == l.ID {
				given.Part = part
			} else if len(lessons) == 1 {
				f.fault(partField, "assign.part_other", "Lesson", l.Title[r.lang])
			}
		}
		f.lessonFaults(r.site, l, given)
		list = append(list, given)
	}
	return list
}
