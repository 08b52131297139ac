package web

import (
	"errors"

	"eberbach/app/store"
)

// LeavePage says what leaving this device means, before it is done.
type LeavePage struct{ Page }

func (s *Server) leave(r *request) error {
	p := &LeavePage{Page: r.page("/leave", "leave.title")}
	_, _, p.Learner = s.token(r.Ctx)
	return r.sendPage("account/leave", p)
}

// leaveNow removes the learner and the cookie: without this browser nobody could find the answers again, so they are
// not kept. It can be repeated, also when it was cut short.
func (s *Server) leaveNow(r *request) error {
	id, secret, ok := s.token(r.Ctx)
	if ok {
		l, _, err := s.Store.Learner(r.ctx(), id, s.Now())
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		case l.Owns(secret):
			if err := s.Store.Delete(r.ctx(), id); err != nil {
				return err
			}
		}
	}
	s.clearCookie(r.Ctx, learnerCookie)
	r.Set("Clear-Site-Data", `"cache"`)
	return r.seeOther("/")
}
