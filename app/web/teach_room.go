package web

import (
	"slices"

	"eberbach/app/school"
	"eberbach/app/store"
)

// room is the class of the request with its people and assignments, for one of its teachers; errSignIn when nobody is
// signed in. Somebody else's class is not found, as one that is not there.
func (s *Server) room(r *request) (*school.Room, error) {
	t, err := s.teacherOf(r)
	if err != nil {
		return nil, err
	}
	id := r.Params("class")
	if !school.IsID(id) {
		return nil, store.ErrNotFound
	}
	room, err := s.Store.Room(r.ctx(), id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(room.Teachers, t.ID) {
		return nil, store.ErrNotFound
	}
	return room, nil
}

// ClassFrame is what every page of a class says of it.
type ClassFrame struct {
	Room *school.Room
	Tab  string // of the pages that the class's navigation names, the one that is open
}

// ClassPath is the path of a page of the class: "" for its first one, "/gradebook".
func (f ClassFrame) ClassPath(page string) string { return "/teach/classes/" + f.Room.ID + page }
