package web

import (
	"errors"

	"eberbach/app/school"
	"eberbach/app/store"
)

// LeavePage says what leaving this device means, before it is done.
type LeavePage struct {
	Page
	Stays bool // there is a way back: a recovery code
	Only  bool // this browser shows one class, so it deletes nothing
}

func (s *Server) leave(r *request) error {
	p := &LeavePage{Page: r.page("/leave", "leave.title")}
	_, _, p.Learner = r.token()
	if p.Learner {
		own, err := s.learner(r)
		switch {
		case err == nil:
			p.Only, p.Stays = r.scope != "", r.scope != "" || own.Code != ""
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
	return r.sendPage("account/leave", p)
}

// deleteField says in the form that leaving shall delete everything, though there is a way back.
const deleteField = "delete"

// leaveNow removes the cookie, and with it the learner, unless there is a way back and nobody asked for more: without
// this browser nobody could find the answers again, so they are not kept. It can be repeated, also when it was cut short.
func (s *Server) leaveNow(r *request) error {
	if id, secret, ok := r.token(); ok {
		own, err := s.Store.Own(r.ctx(), id, s.Now())
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if err == nil {
			if err := s.leaveAs(r, own, secret); err != nil {
				return err
			}
		}
	}
	s.clearCookie(r.Ctx, learnerCookie)
	r.Set("Clear-Site-Data", `"cache"`)
	return r.seeOther("/")
}

func (s *Server) leaveAs(r *request, own *store.Own, secret string) error {
	scope, ok := own.Admits(secret)
	switch {
	case !ok:
		return nil
	case scope == "" && (own.Code == "" || typed(formOf(r.Ctx), deleteField) != "" || own.Gone):
		return s.Store.Delete(r.ctx(), own.ID)
	}
	return s.Store.RemoveDevice(r.ctx(), own.ID, school.DeviceHash(secret))
}
