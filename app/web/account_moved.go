package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// A teacher can make one of two entries that are one pupil's. Then a browser of the entry that is no more acts, in this
// class, as the one that has the work now. Its cookie stays what it was: what it gives the right to is looked up in the
// store, where the merge has noted it. So nothing has to be exchanged in the browser, its own work and other classes stay
// open in it, answers that wait there for a connection still arrive, and it holds for all browsers of the entry at once.
// Before it shows anything of the other entry, somebody has to have read whose entry that is, see seeMove.

// errMoved says that somebody has to be told first that their work for a class is another entry's now: the browser is
// sent to where that stands.
var errMoved = errors.New("web: the work for the class is another entry's now")

// mostMoves bounds how many merges are followed from one entry.
const mostMoves = 10

// movedWork is the work that another entry has by now. A merge that was cut short is ended first, where there is still
// something on this side. What is sent is taken before anybody was told of the move: it was begun here.
func (s *Server) movedWork(r *request, own *store.Work, attempt string) (*store.Work, error) {
	w := own
	for range mostMoves {
		if w.Into == "" {
			break
		}
		before := w
		var err error
		for range 2 {
			if w, err = s.Store.Work(r.ctx(), before.Into, own.Task, attempt, s.Now()); err != nil {
				return nil, err
			}
			if w.Attempt != nil || before.Attempt == nil && before.Progress.Attempts == 0 {
				break
			}
			if err := s.Store.Merge(r.ctx(), own.Task.Class, before.Into, before.Learner.ID, s.Now()); err != nil {
				return nil, err
			}
		}
	}
	if w.Learner.Gone || w.Into != "" {
		return nil, store.ErrNotFound
	}
	if r.Method() != fiber.MethodPost && !own.Learner.Moved[own.Task.Class].Seen {
		return nil, errMoved
	}
	s.visit(r, own.Learner, nil)
	return w, nil
}

// entry is a learner's place in a class: their own, or that of the entry which has their work.
type entry struct {
	store.Seat
	learner  string // id
	progress progressOf
	moved    bool
	unseen   bool // nobody was told yet
}

// entryOf is the learner's place in a class; store.ErrNotFound when there is none.
func (s *Server) entryOf(r *request, own *store.Own, class string) (*entry, error) {
	move, moved := own.Moved[class]
	e := &entry{moved: moved, unseen: moved && !move.Seen}
	for range mostMoves {
		move, on := own.Moved[class]
		if !on {
			break
		}
		if pending(own, class) {
			if err := s.Store.Merge(r.ctx(), class, move.To, own.ID, s.Now()); err != nil {
				return nil, err
			}
		}
		var err error
		if own, err = s.Store.Own(r.ctx(), move.To, s.Now()); err != nil {
			return nil, err
		}
	}
	if own.Gone {
		return nil, store.ErrNotFound
	}
	e.learner, e.progress = own.ID, own.Progress
	seats, err := s.Store.Seats(r.ctx(), own.ID, []string{class})
	if err != nil {
		return nil, err
	}
	if len(seats) == 0 {
		return nil, store.ErrNotFound
	}
	e.Seat = seats[0]
	return e, nil
}

// pending says whether work for a class is left with who has none any more: the merge was cut short.
func pending(own *store.Own, class string) bool {
	for name := range own.Progress {
		if t, _ := school.ParseTask(name); t.Class == class {
			return true
		}
	}
	return false
}

// seeMove notes that somebody has read of the move and goes on as the other entry.
func (s *Server) seeMove(r *request) error {
	own, err := s.learner(r)
	if err != nil {
		return err
	}
	class := r.Params("class")
	if _, ok := own.Moved[class]; !ok {
		return store.ErrNotFound
	}
	if err := s.Store.SeeMove(r.ctx(), own.ID, class); err != nil {
		return err
	}
	return r.seeOther("/me")
}
