package web

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

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
	r.class = room.ID
	return room, nil
}

// errOwner says that only the teacher who has made a class may do something with it.
var errOwner = errors.New("web: only the class's owner may do that")

// ownRoom is the class of the request for the teacher who has made it; errOwner for the others.
func (s *Server) ownRoom(r *request) (*school.Room, error) {
	room, err := s.room(r)
	if err == nil && room.Owner != r.in.teacher.ID {
		return nil, errOwner
	}
	return room, err
}

// assignment is the class and the assignment of the request, for one of the class's teachers.
func (s *Server) assignment(r *request) (*school.Room, school.Assignment, error) {
	room, err := s.room(r)
	if err != nil {
		return nil, school.Assignment{}, err
	}
	n, err := strconv.Atoi(r.Params("n"))
	a, ok := room.Assignment(n)
	if err != nil || !ok || strconv.Itoa(n) != r.Params("n") {
		return nil, a, store.ErrNotFound
	}
	return room, a, nil
}

// assignmentPath is the path of a page of an assignment: "" for its first one.
func assignmentPath(f ClassFrame, a school.Assignment, page string) string {
	return f.ClassPath("/assignments/" + strconv.Itoa(a.N) + page)
}

// rooms are the classes that the teacher belongs to, by name. Those that are not there any more, or that do not have the
// teacher any more, are taken out of the teacher's list.
func (s *Server) rooms(r *request, teacher string) ([]*school.Room, error) {
	ids, err := s.Store.TeacherClasses(r.ctx(), teacher)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	all, err := s.Store.Rooms(r.ctx(), ids)
	if err != nil {
		return nil, err
	}
	rooms := slices.DeleteFunc(all, func(room *school.Room) bool { return !slices.Contains(room.Teachers, teacher) })
	for _, id := range ids {
		if !slices.ContainsFunc(rooms, func(room *school.Room) bool { return room.ID == id }) {
			if err := s.Store.RemoveTeacherClass(r.ctx(), teacher, id); err != nil {
				return nil, err
			}
		}
	}
	slices.SortFunc(rooms, func(a, b *school.Room) int {
		return cmp.Or(strings.Compare(school.Folded(a.Name), school.Folded(b.Name)), a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return rooms, nil
}

// ClassFrame is what every page of a class says of it.
type ClassFrame struct {
	Room *school.Room
	Tab  string // of the pages that the class's navigation names, the one that is open
}

// ClassPath is the path of a page of the class: "" for its first one, "/gradebook".
func (f ClassFrame) ClassPath(page string) string { return "/teach/classes/" + f.Room.ID + page }
