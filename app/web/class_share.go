package web

import (
	"maps"
	"slices"
	"strings"

	"eberbach/app/annot"
	"eberbach/app/school"
	"eberbach/app/store"
)

// share is a class of the learner's that shares notes.
type share struct {
	Class  school.Class
	Member school.Member
	Rules  school.NoteRules
}

// shares are the learner's classes that share notes and in which somebody still works, by name.
func (s *Server) shares(r *request, own *store.Own) (list []share, err error) {
	if len(own.Classes) == 0 {
		return nil, nil
	}
	ids := slices.Sorted(maps.Keys(own.Classes))
	seats, err := s.Store.Seats(r.ctx(), own.ID, ids)
	if err != nil {
		return nil, err
	}
	rules, err := s.Store.ClassesNotes(r.ctx(), ids)
	if err != nil {
		return nil, err
	}
	for _, seat := range seats {
		if rule := rules[seat.Class.ID]; rule.On() && !seat.Class.Over(r.now) && seat.Member.In() {
			list = append(list, share{seat.Class, seat.Member, rule})
		}
	}
	slices.SortFunc(list, func(a, b share) int { return strings.Compare(a.Class.Name, b.Class.Name) })
	return list, nil
}

// ownViews are a learner's notes as they are shown to them alone: where each stands, and who else may read it.
func (s *Server) ownViews(r *request, own *store.Own, notes []annot.Note) ([]NoteView, error) {
	views, err := s.placed(r, notes)
	if err != nil || !slices.ContainsFunc(notes, func(n annot.Note) bool { return len(n.Shown) > 0 }) {
		return views, err
	}
	shares, err := s.shares(r, own)
	if err != nil {
		return nil, err
	}
	for i := range views {
		for _, share := range shares {
			if !views[i].ShownTo(share.Class.ID) {
				continue
			}
			views[i].In = append(views[i].In, ShownIn{share.Class.ID, share.Class.Name, share.Rules.Hidden[views[i].ID]})
		}
	}
	return views, nil
}
