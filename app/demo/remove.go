package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eberbach/app/school"
	"eberbach/app/store"
)

// Removed is what was taken away.
type Removed struct {
	Class    bool
	Pupils   int // of the class
	Learners int // of none
}

// InUseError says that the demo's accounts have classes that the demo has not made.
type InUseError struct{ Classes []string }

func (e *InUseError) Error() string {
	return fmt.Sprintf("the accounts of the demo have classes that it has not made: %s; delete or hand them over first", strings.Join(e.Classes, ", "))
}

// Remove takes away just what Seed and Learners have made: accounts, class, pupils with their work. Others who have joined
// the class are out of it and keep their work. The questions stay, for they belong to the module. It may be repeated.
func Remove(ctx context.Context, db *store.Store, now time.Time) (r Removed, err error) {
	notes, err := db.DemoNotes(ctx)
	if err != nil {
		return r, err
	}
	for _, part := range []string{classPart, learnersPart} {
		var n noted
		if notes[part] == "" {
			continue
		}
		if err := json.Unmarshal([]byte(notes[part]), &n); err != nil {
			return r, fmt.Errorf("demo: note of %s: %w", part, err)
		}
		kind, number := learnerKind, n.Number
		if part == classPart {
			kind, number = pupilKind, n.Number+2
			if err := removeClass(ctx, db, n.Seed, now); err != nil {
				return r, err
			}
			r.Class, r.Pupils = true, n.Number
		} else {
			r.Learners = n.Number
		}
		err := spread(ctx, number, func(ctx context.Context, i int) error {
			return insist(ctx, func() error { return db.DeleteMade(ctx, idOf(n.Seed, kind, i)) })
		})
		if err != nil {
			return r, err
		}
		if err := db.ForgetDemo(ctx, part); err != nil {
			return r, err
		}
	}
	return r, nil
}

// removeClass takes away the class and its teachers, if these have no other.
func removeClass(ctx context.Context, db *store.Store, seed uint64, now time.Time) error {
	class, teachers := classOf(seed), teachersOf(seed)
	lists, err := onlyClass(ctx, db, teachers[:], class)
	if err != nil {
		return err
	}
	room, err := db.Room(ctx, class)
	if err == nil {
		err = db.DeleteClass(ctx, room)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for i, t := range teachers {
		for _, id := range lists[i] { // also of classes that have expired
			if err := db.RemoveTeacherClass(ctx, t.ID, id); err != nil {
				return err
			}
		}
		if err := db.DeleteTeacher(ctx, t, now); err != nil {
			return err
		}
	}
	return nil
}

// onlyClass returns the ids in each teacher's list of classes. An InUseError: others of them are there than the one.
func onlyClass(ctx context.Context, db *store.Store, teachers []school.Teacher, class string) (lists [][]string, err error) {
	e := &InUseError{}
	for _, t := range teachers {
		ids, err := db.TeacherClasses(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		lists = append(lists, ids)
		classes, err := db.Classes(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, c := range classes {
			if c.ID != class && !slices.Contains(e.Classes, c.Name) {
				e.Classes = append(e.Classes, c.Name)
			}
		}
	}
	if len(e.Classes) > 0 {
		return nil, e
	}
	return lists, nil
}
