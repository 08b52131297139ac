package web

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// classesField names the classes that get the same.
const classesField = "classes"

// copyGiven shows the form that gives the same to other classes.
func (s *Server) copyGiven(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	others, err := s.otherRooms(r, room.ID)
	if err != nil {
		return err
	}
	key, err := school.NewID(random)
	if err != nil {
		return err
	}
	form := quiz.Response{tryField: {key}}
	if len(others) == 1 {
		form[classesField] = []string{others[0].ID}
	}
	return r.sendCopy(room, a, others, form, "")
}

// otherRooms are the teacher's classes besides one in which somebody works.
func (s *Server) otherRooms(r *request, class string) ([]*school.Room, error) {
	rooms, err := s.rooms(r, r.in.teacher.ID)
	return slices.DeleteFunc(rooms, func(room *school.Room) bool { return room.ID == class || room.Over(r.now) }), err
}

func (r *request) sendCopy(room *school.Room, a school.Assignment, others []*school.Room, form quiz.Response, fault string) error {
	frame := ClassFrame{room, "assignment"}
	title, theme := r.lessonTitle(a.Lesson)
	p := &ClassFormPage{Page: r.page(assignmentPath(frame, a, "/copy"), "given.copy_title"), ClassFrame: frame, Back: Way{title, assignmentPath(frame, a, "")}}
	p.Theme, p.Lead = theme, p.T("given.copy_lead")
	switch {
	case !hasLesson(r.site.module, a.Lesson):
		p.Lead = p.T("given.copy_gone")
	case len(others) == 0:
		p.Lead = p.T("given.copy_none")
	default:
		in := Input{Name: classesField, Label: p.T("given.copy_classes"), Type: "checks", Fault: fault}
		for _, other := range others {
			copied := copyOf(a, other.Class, r)
			in.Options = append(in.Options, Option{Value: other.ID, Text: other.Name, More: r.dueText(p.Page, other.Class, copied), On: slices.Contains(form[classesField], other.ID)})
		}
		p.Form = &FormView{
			Page: p.Page, ID: "copy", Action: assignmentPath(frame, a, "/copy"), Button: p.T("given.copy_button"),
			Hidden: []Field{{tryField, typed(form, tryField)}}, Inputs: []Input{in},
		}
	}
	return r.sendPage("teach/class-form", p)
}

// copyOf is the same assignment for another class: with the times that are proposed there.
func copyOf(a school.Assignment, class school.Class, r *request) school.Assignment {
	proposed := school.Proposed(class, a.Preset, r.now)
	a.N, a.Opens, a.Due, a.Created = 0, proposed.Opens, proposed.Due, r.now.Unix()
	a.Longer, a.Released, a.Withdrawn = nil, false, false
	if a.Round != nil {
		round := school.NewRound(class, a.Round.Edition, a.Round.Seconds, r.now)
		a.Round, a.Due = round.Round, round.Due
	}
	return a
}

// copyGivenNow gives the same to the classes that were chosen.
func (s *Server) copyGivenNow(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	others, err := s.otherRooms(r, room.ID)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	chosen := slices.DeleteFunc(slices.Clone(others), func(other *school.Room) bool { return !slices.Contains(form[classesField], other.ID) })
	key := typed(form, tryField)
	if len(chosen) == 0 || len(chosen) != len(form[classesField]) || !school.IsID(key) || !hasLesson(r.site.module, a.Lesson) {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendCopy(room, a, others, form, r.page("", "given.copy").T("given.copy_missing"))
	}
	for _, other := range chosen {
		copied := copyOf(a, other.Class, r)
		copied.Key = key + "-" + a.Lesson
		_, err := s.Store.Assign(r.ctx(), other.ID, copied)
		if errors.Is(err, store.ErrFull) {
			r.Status(fiber.StatusUnprocessableEntity)
			return r.sendCopy(room, a, others, form, r.page("", "given.copy").T("assign.full", "Most", school.MostAssignments))
		}
		if err != nil {
			return err
		}
	}
	if len(chosen) == 1 {
		return r.seeOther("/teach/classes/" + chosen[0].ID + "?done=copied")
	}
	return r.seeOther("/teach?done=copied")
}
