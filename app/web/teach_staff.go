package web

import (
	"cmp"
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// InvitePage shows the link that lets a further teacher into a class, once.
type InvitePage struct {
	Page
	ClassFrame
	Link  string // only its path where nobody has said how others reach this machine
	Reach Reach
	Until string
}

// inviteStaff makes an invitation and shows its link. The token came with the form: sent twice, it is one invitation.
func (s *Server) inviteStaff(r *request) error {
	room, err := s.ownRoom(r)
	if err != nil {
		return err
	}
	token := typed(formOf(r.Ctx), tokenField)
	class, hash, ok := school.ParseStaffInvite(token)
	if !ok || class != room.ID {
		return r.seeOther("/teach/classes/" + room.ID + "/settings#staff")
	}
	err = s.Store.InviteStaff(r.ctx(), room.ID, hash, r.now)
	if errors.Is(err, store.ErrFull) {
		p, err := s.settingsPage(r, room, formOfClass(room.Class), nil)
		if err != nil {
			return err
		}
		p.Form.Notice = p.T("staff.invites_full")
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/settings", p)
	}
	if err != nil {
		return err
	}
	p := &InvitePage{Page: r.page("/teach/classes/"+room.ID+"/settings", "staff.invite_title"), ClassFrame: ClassFrame{room, "settings"}}
	path := "/" + r.lang + "/teach/staff/" + url.PathEscape(token)
	p.Reach = s.reach(path)
	p.Link = cmp.Or(p.Reach.URL, path)
	p.Until = p.Moment(r.now.Add(school.StaffInviteKept), room.Location())
	return r.sendPage("teach/staff-invite", p)
}

// dropInvites makes all open invitations good for nothing.
func (s *Server) dropInvites(r *request) error {
	room, err := s.ownRoom(r)
	if err != nil {
		return err
	}
	if err := s.Store.DropStaffInvites(r.ctx(), room.ID); err != nil {
		return err
	}
	return r.seeOther("/teach/classes/" + room.ID + "/settings?done=dropped#staff")
}

// removeStaff takes a teacher out of a class: the owner takes others, and others themselves.
func (s *Server) removeStaff(r *request) error {
	id := typed(formOf(r.Ctx), "teacher")
	room, err := s.room(r)
	if errors.Is(err, store.ErrNotFound) && id == r.in.teacher.ID {
		return r.seeOther("/teach?done=left") // left before
	}
	if err != nil {
		return err
	}
	me := r.in.teacher.ID
	switch {
	case !school.IsID(id):
		return store.ErrNotFound
	case id == room.Owner || id != me && room.Owner != me:
		return errOwner
	}
	if err := s.Store.RemoveStaff(r.ctx(), room.ID, id); err != nil {
		return err
	}
	if id == me {
		return r.seeOther("/teach?done=left")
	}
	return r.seeOther("/teach/classes/" + room.ID + "/settings?done=removed#staff")
}

// invitation is the class that the link of the request lets into, and the hash of its secret; store.ErrNotFound when it is
// good for nothing any more. Whoever is in the class already needs none.
func (s *Server) invitation(r *request) (room *school.Room, hash string, in bool, err error) {
	t, err := s.teacherOf(r)
	if err != nil {
		return nil, "", false, err
	}
	class, hash, ok := school.ParseStaffInvite(r.Params("code"))
	if !ok {
		return nil, "", false, store.ErrNotFound
	}
	if room, err = s.Store.Room(r.ctx(), class); err != nil {
		return nil, "", false, err
	}
	if in = slices.Contains(room.Teachers, t.ID); in {
		return room, hash, true, nil
	}
	open, err := s.Store.StaffInvites(r.ctx(), class, r.now)
	if _, there := open[hash]; err == nil && !there {
		err = store.ErrNotFound
	}
	return room, hash, false, err
}

// invited asks whether somebody wants to teach the class that they are invited to.
func (s *Server) invitedTo(r *request) error {
	room, _, in, err := s.invitation(r)
	if errors.Is(err, store.ErrNotFound) {
		return r.sendNoInvitation()
	}
	if err != nil {
		return err
	}
	if in {
		return r.seeOther("/teach/classes/" + room.ID)
	}
	names, err := s.Store.TeacherNames(r.ctx(), []string{room.Owner})
	if err != nil {
		return err
	}
	path := "/teach/staff/" + r.Params("code")
	p := &FormPage{Page: r.page(path, "staff.join_title", "Class", room.Name)}
	p.Lead = p.T("staff.join_lead", "Name", names[room.Owner], "Class", room.Name)
	p.Form = &FormView{Page: p.Page, ID: "join", Action: path, Button: p.T("staff.join_button")}
	p.Ways = []Way{{p.T("teach.home"), "/teach"}}
	return r.sendPage("teach/form", p)
}

func (r *request) sendNoInvitation() error {
	p := &FormPage{Page: r.page("/teach", "staff.join_none_title")}
	p.Lead, p.Ways = p.T("staff.join_none"), []Way{{p.T("teach.home"), "/teach"}}
	r.Status(fiber.StatusNotFound)
	return r.sendPage("teach/form", p)
}

// joinStaff lets somebody into the class that they are invited to.
func (s *Server) joinStaff(r *request) error {
	room, hash, in, err := s.invitation(r)
	if err == nil && !in {
		err = s.Store.JoinStaff(r.ctx(), room.ID, r.in.teacher.ID, hash, r.now)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return r.sendNoInvitation()
	case errors.Is(err, store.ErrFull):
		p := &FormPage{Page: r.page("/teach", "staff.join_title", "Class", room.Name)}
		p.Lead, p.Ways = p.T("staff.full"), []Way{{p.T("teach.home"), "/teach"}}
		r.Status(fiber.StatusConflict)
		return r.sendPage("teach/form", p)
	case err != nil:
		return err
	}
	return r.seeOther("/teach/classes/" + room.ID + "?done=joined")
}
