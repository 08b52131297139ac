package web

import (
	"errors"

	"eberbach/app/school"
	"eberbach/app/store"
)

// LeaveClassPage says what leaving a class means, before it is done.
type LeaveClassPage struct {
	Page
	ID, Name, Pseudonym string
	Over                bool // nobody works in it any more, so there is no coming back
}

// myEntry is the place in the request's class of who asks; store.ErrNotFound when they are not in it.
func (s *Server) myEntry(r *request) (*entry, error) {
	own, err := s.learner(r)
	if err != nil {
		return nil, err
	}
	class := r.Params("class")
	_, in := own.Classes[class]
	_, moved := own.Moved[class]
	if !in && !moved {
		return nil, store.ErrNotFound
	}
	return s.entryOf(r, own, class)
}

func (s *Server) leaveClass(r *request) error {
	e, err := s.myEntry(r)
	if err != nil {
		return err
	}
	p := &LeaveClassPage{
		Page: r.page("/me/classes/"+e.Class.ID+"/leave", "me.leave_class", "Class", e.Class.Name),
		ID:   e.Class.ID, Name: e.Class.Name, Pseudonym: e.Member.Name, Over: e.Class.Over(r.now),
	}
	p.Learner = true
	return r.sendPage("account/leave_class", p)
}

// leaveClassNow takes the learner out of a class. Who is out of it already is sent on, too.
func (s *Server) leaveClassNow(r *request) error {
	own, err := s.learner(r)
	if err != nil {
		return err
	}
	class, learner := r.Params("class"), own.ID
	if !school.IsID(class) || r.scope != "" && r.scope != class {
		return store.ErrNotFound
	}
	if _, moved := own.Moved[class]; moved {
		e, err := s.entryOf(r, own, class)
		if errors.Is(err, store.ErrNotFound) {
			return r.seeOther("/me")
		}
		if err != nil {
			return err
		}
		learner = e.learner
	}
	if err := s.Store.Leave(r.ctx(), class, learner, school.LeftSelf); err != nil {
		return err
	}
	s.live.announce(class)
	return r.seeOther("/me")
}
