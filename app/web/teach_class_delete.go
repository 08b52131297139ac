package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// deleteClass says what goes with a class.
func (s *Server) deleteClass(r *request) error {
	room, err := s.ownRoom(r)
	if err != nil {
		return err
	}
	return r.sendDeleteClass(room, "", "")
}

func (r *request) sendDeleteClass(room *school.Room, name, fault string) error {
	p := &ClassFormPage{Page: r.page("/teach/classes/"+room.ID+"/delete", "class.delete_title", "Class", room.Name), ClassFrame: ClassFrame{room, "settings"}}
	p.Back = Way{p.T("class.settings"), p.ClassPath("/settings")}
	p.Lead = p.T("class.delete_what", "Pupils", p.T("class.pupils", "N", len(room.Present())), "Tasks", p.T("class.tasks", "N", len(room.Assignments)))
	p.Form = &FormView{
		Page: p.Page, ID: "delete", Action: p.ClassPath("/delete"), Button: p.T("class.delete_button"),
		Inputs: []Input{{Name: nameField, Label: p.T("class.delete_name", "Class", room.Name), Hint: p.T("class.delete_more"), Value: name, Fault: fault, Type: "text", Auto: "off"}},
	}
	return r.sendPage("teach/class-form", p)
}

// deleteClassNow removes a class when its name was typed. A form that is sent twice finds it gone.
func (s *Server) deleteClassNow(r *request) error {
	room, err := s.ownRoom(r)
	if errors.Is(err, store.ErrNotFound) && school.IsID(r.Params("class")) {
		if _, gone := s.Store.Class(r.ctx(), r.Params("class")); errors.Is(gone, store.ErrNotFound) {
			return r.seeOther("/teach?done=deleted")
		}
	}
	if err != nil {
		return err
	}
	name := typed(formOf(r.Ctx), nameField)
	if school.Folded(name) != school.Folded(room.Name) {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendDeleteClass(room, name, r.page("", "class.settings").T("class.delete_fault", "Class", room.Name))
	}
	if err := s.Store.DeleteClass(r.ctx(), room); err != nil {
		return err
	}
	return r.seeOther("/teach?done=deleted")
}
