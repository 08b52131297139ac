package web

import (
	"slices"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TeachPage is where a teacher begins: the classes.
type TeachPage struct {
	Page
	Done    string // what was just done, in words
	Classes []ClassItem
	Past    []ClassItem // archived, and those that are over
	New     *FormView   // where there is no class yet
	Most    int         // how many there may be, where there are as many
}

// ClassItem is a class in the list.
type ClassItem struct {
	ID, Name, Level string
	Pupils, Running int
	Waits           int    // tests whose results are to be released
	Ends            string // the last day, when it is near or past
	Archived        bool
}

// teachDone are what the page can say that was done, by the value of its query.
var teachDone = map[string]string{"deleted": "classes.deleted", "left": "classes.left", "copied": "classes.copied"}

func (s *Server) teach(r *request) error {
	t, err := s.teacherOf(r)
	if err != nil {
		return err
	}
	rooms, err := s.rooms(r, t.ID)
	if err != nil {
		return err
	}
	p := &TeachPage{Page: r.page("/teach", "teach.home")}
	if len(rooms) >= school.MostClasses {
		p.Most = school.MostClasses
	}
	if key := teachDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	for _, room := range rooms {
		item, err := s.classItem(r, p.Page, room)
		if err != nil {
			return err
		}
		if room.Over(r.now) {
			p.Past = append(p.Past, item)
		} else {
			p.Classes = append(p.Classes, item)
		}
	}
	if len(rooms) == 0 {
		if p.New, err = r.newClassForm(); err != nil {
			return err
		}
	}
	return r.sendPage("teach/home", p)
}

func (s *Server) classItem(r *request, p Page, room *school.Room) (ClassItem, error) {
	item := ClassItem{ID: room.ID, Name: room.Name, Level: p.T("class.level_" + room.Level), Pupils: len(room.Present()), Archived: room.Archived}
	if room.EndsSoon(r.now) {
		item.Ends = p.Date(room.Ends)
	}
	for _, a := range room.Assignments {
		if running(room, a, r.now) {
			item.Running++
		}
	}
	waiting, err := s.toRelease(r, room)
	item.Waits = len(waiting)
	return item, err
}

// running says whether work for an assignment is expected now.
func running(room *school.Room, a school.Assignment, now time.Time) bool {
	return !a.Withdrawn && !room.Over(now) && a.Opens <= now.Unix() && now.Unix() < a.Due
}

// toRelease are the numbers of the tests whose results wait for a teacher: somebody has handed in, and either all have or
// it is over.
func (s *Server) toRelease(r *request, room *school.Room) (list []int, err error) {
	tests := slices.DeleteFunc(slices.Clone(room.Assignments), func(a school.Assignment) bool {
		return a.Preset != quiz.Test || a.Release != school.ReleaseByHand || a.Released || a.Withdrawn || a.Opens > r.now.Unix()
	})
	if len(tests) == 0 || room.Over(r.now) {
		return nil, nil
	}
	present := room.Present()
	standings, err := s.Store.Standings(r.ctx(), room.Class, present, tests, r.now)
	for _, a := range tests {
		if waitsForRelease(a, present, standings, r.now) {
			list = append(list, a.N)
		}
	}
	return list, err
}

// waitsForRelease says whether a test that is released by hand has something to release.
func waitsForRelease(a school.Assignment, present []school.Member, standings map[string]map[int]school.Standing, now time.Time) bool {
	done := 0
	for _, m := range present {
		if standings[m.ID][a.N].Done > 0 {
			done++
		}
	}
	return done > 0 && (done == len(present) || now.Unix() >= a.Due)
}
