package web

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the forms of a class.
const (
	levelField = "level"
	endsField  = "ends"
)

// zones are the time zones that a new class has, by the language of the page.
var zones = map[string]string{"de": "Europe/Berlin", "en": "Europe/London"}

// newClassForm is the form that makes a class. Its id is made with it: sent twice, it makes one.
func (r *request) newClassForm() (*FormView, error) {
	id, err := school.NewID(random)
	form := quiz.Response{tryField: {id}, levelField: {school.DefaultLevel}, endsField: {school.ProposedEnd(r.now)}}
	return r.classForm(form, nil), err
}

// classForm is that form with what was typed and what is wrong with it, by field.
func (r *request) classForm(form quiz.Response, faults map[string]string) *FormView {
	p := r.page("", "classes.new")
	return &FormView{
		Page: p, ID: "new", Action: "/teach/classes", Button: p.T("classes.new_button"), Hidden: []Field{{tryField, typed(form, tryField)}},
		Inputs: []Input{p.classNameInput(form, faults), p.levelInput(form, faults), p.endsInput(form, faults)},
	}
}

func (p Page) classNameInput(form quiz.Response, faults map[string]string) Input {
	return Input{Name: nameField, Label: p.T("class.name"), Hint: p.T("class.name_hint"), Value: typed(form, nameField), Fault: faults[nameField], Type: "text", Auto: "off"}
}

func (p Page) levelInput(form quiz.Response, faults map[string]string) Input {
	in := Input{Name: levelField, Label: p.T("class.level"), Value: typed(form, levelField), Fault: faults[levelField], Type: "select"}
	for _, level := range school.Levels {
		in.Options = append(in.Options, Option{Value: level, Text: p.T("class.level_" + level)})
	}
	return in
}

func (p Page) endsInput(form quiz.Response, faults map[string]string) Input {
	return Input{Name: endsField, Label: p.T("class.ends"), Hint: p.T("class.ends_hint"), Value: typed(form, endsField), Fault: faults[endsField], Type: "date"}
}

// newClass shows the form.
func (s *Server) newClass(r *request) error {
	if _, err := s.teacherOf(r); err != nil {
		return err
	}
	form, err := r.newClassForm()
	if err != nil {
		return err
	}
	return r.sendNewClass(form)
}

func (r *request) sendNewClass(form *FormView) error {
	page := r.page("/teach/classes/new", "classes.new")
	return r.sendPage("teach/form", &FormPage{Page: page, Lead: page.T("classes.new_lead"), Form: form, Ways: []Way{{page.T("teach.home"), "/teach"}}})
}

// createClass makes a class out of a form.
func (s *Server) createClass(r *request) error {
	t, err := s.teacherOf(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	c := school.Class{ID: typed(form, tryField), Lang: r.lang, Zone: zones[r.lang], Created: r.now, Owner: t.ID}
	faults := r.readClass(form, &c)
	if len(faults) > 0 {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendNewClass(r.classForm(form, faults))
	}
	if !school.IsID(c.ID) {
		if c.ID, err = school.NewID(random); err != nil {
			return err
		}
	}
	ids, err := s.Store.TeacherClasses(r.ctx(), t.ID)
	if err != nil {
		return err
	}
	if len(ids) >= school.MostClasses && !slices.Contains(ids, c.ID) {
		f := r.classForm(form, nil)
		f.Notice = f.T("classes.full", "Most", school.MostClasses)
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendNewClass(f)
	}
	if err := s.storeClass(r, c); err != nil {
		return err
	}
	return r.seeOther("/teach/classes/" + c.ID)
}

// storeClass stores a new class under a code that is free.
func (s *Server) storeClass(r *request, c school.Class) (err error) {
	for range tries {
		if c.Code, err = school.NewJoinCode(random); err != nil {
			return err
		}
		if err = s.Store.CreateClass(r.ctx(), c); !errors.Is(err, store.ErrTaken) {
			break
		}
	}
	if errors.Is(err, store.ErrConflict) { // an id that was not made here
		return store.ErrNotFound
	}
	return err
}

// readClass reads name, level and last day into a class and returns what is wrong with them, by field.
func (r *request) readClass(form quiz.Response, c *school.Class) map[string]string {
	faults, p := map[string]string{}, r.page("", "classes.new")
	c.Name, c.Level, c.Ends = strings.Join(strings.Fields(typed(form, nameField)), " "), typed(form, levelField), readDay(typed(form, endsField))
	switch {
	case c.Name == "":
		faults[nameField] = p.T("class.name_missing")
	case utf8.RuneCountInString(c.Name) > school.MostClassName || strings.ContainsFunc(c.Name, unicode.IsControl):
		faults[nameField] = p.T("class.name_long", "Most", school.MostClassName)
	}
	if !school.IsLevel(c.Level) {
		faults[levelField] = p.T("class.level_missing")
	}
	if fault := r.endsFault(p, *c); fault != "" {
		faults[endsField] = fault
	}
	return faults
}

// mostClass is how far away the last day of a class may be.
const mostClass = 2 * 366 * 24 * time.Hour

// endsFault is what is wrong with a class's last day; "" when nothing is.
func (r *request) endsFault(p Page, c school.Class) string {
	if _, err := time.Parse(time.DateOnly, c.Ends); err != nil {
		return p.T("class.ends_missing")
	}
	switch end := c.End(); {
	case !end.After(r.now):
		return p.T("class.ends_past")
	case end.After(r.now.Add(mostClass)):
		return p.T("class.ends_far")
	}
	return ""
}
