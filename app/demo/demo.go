// Package demo makes a school to look at: a class with its teachers, its assignments and what its pupils have answered so
// far. Everything is worked out by the same code as in the app and stored as the app stores it.
package demo

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// User names of the accounts that the demo makes.
const (
	OwnerName     = "demo"
	ColleagueName = "demo-kollegin"
)

// Options say what is made. The same seed, numbers, lessons and time make the same school, but for its secrets:
// passphrase, join code and what lets pupils in.
type Options struct {
	Pupils     int    // in the class; besides them one has left it and one has deleted everything
	Seed       uint64 // a class of its own for each
	Now        time.Time
	Owner      string // id of the teacher who owns the class; "": make two accounts with Passphrase, and note all that is made
	Passphrase string
}

// MostPupils is how many a class can have, with the two who are in it no more.
const MostPupils = school.MostMembers - 2

// Result is what was made.
type Result struct {
	Class    school.Class
	Given    []school.Assignment // by number
	Pupils   []Pupil             // those in the class, then who has left it and who has deleted everything
	Attempts int
	Answers  int
}

// Pupil is one of the class.
type Pupil struct {
	school.Member
	Role  Role
	Token string // lets a browser in as this pupil
}

// ErrThere says that there is a demo in the database already, or a part of one.
var ErrThere = errors.New("demo: there is one already")

// ErrNameTaken says that a user name of the demo belongs to an account that the demo has not made.
var ErrNameTaken = errors.New("demo: somebody else has the user name")

// noted is what is noted of a class before it is made: its ids follow from it.
type noted struct {
	Seed   uint64 `json:"seed"`
	Number int    `json:"number"` // of pupils or learners
}

// Parts of the demo that are noted.
const (
	classPart    = "class"
	learnersPart = "learners"
)

func note(ctx context.Context, db *store.Store, part string, n noted) error {
	data, err := json.Marshal(n)
	if err != nil {
		return err
	}
	err = db.NoteDemo(ctx, part, string(data))
	if errors.Is(err, store.ErrTaken) {
		return ErrThere
	}
	return err
}

// Seed makes a class. What is cut short is taken away by Remove, like the whole. ErrThere and ErrNameTaken: nothing was
// made.
func Seed(ctx context.Context, db *store.Store, m *lesson.Module, o Options) (Result, error) {
	if o.Pupils < 1 || o.Pupils > MostPupils {
		return Result{}, fmt.Errorf("demo: a class has from 1 to %d pupils", MostPupils)
	}
	s := &seeding{Options: o, db: db, module: m, papers: newPapers(m)}
	if o.Owner == "" {
		if err := s.accounts(ctx); err != nil {
			return Result{}, err
		}
	}
	for _, step := range []func(context.Context) error{s.class, s.assignments, s.keepEditions, s.shareNotes, s.pupils} {
		if err := step(ctx); err != nil {
			return Result{}, err
		}
	}
	s.made.Attempts, s.made.Answers = int(s.attempts.Load()), int(s.answers.Load())
	return s.made, nil
}

// seeding is a class on its way into the store.
type seeding struct {
	Options
	db                *store.Store
	module            *lesson.Module
	papers            papers
	times             timetable
	marked            []marked
	colleague         string
	made              Result
	attempts, answers atomic.Int64
}

// accounts makes the teachers, unless there is a demo or somebody else has their names.
func (s *seeding) accounts(ctx context.Context) error {
	if err := note(ctx, s.db, classPart, noted{s.Seed, s.Pupils}); err != nil {
		return err
	}
	hash, err := school.HashPassphrase(s.Passphrase)
	if err != nil {
		return err
	}
	for _, t := range teachersOf(s.Seed) {
		t.PassHash, t.Created, t.Lang, t.Seen = hash, s.Now.UTC().Truncate(time.Second), "de", school.Day(s.Now)
		err := s.db.CreateTeacher(ctx, t, "", s.Now)
		if errors.Is(err, store.ErrTaken) {
			return cmp.Or(removeClass(ctx, s.db, s.Seed, s.Now), s.db.ForgetDemo(ctx, classPart), fmt.Errorf("%w %s", ErrNameTaken, t.Name))
		}
		if err != nil {
			return err
		}
	}
	teachers := teachersOf(s.Seed)
	s.Owner, s.colleague = teachers[0].ID, teachers[1].ID
	return nil
}

// teachersOf are the two accounts of the demo, the class's owner first.
func teachersOf(seed uint64) [2]school.Teacher {
	return [2]school.Teacher{{ID: idOf(seed, "owner", 0), Name: OwnerName}, {ID: idOf(seed, "colleague", 0), Name: ColleagueName}}
}

func classOf(seed uint64) string { return idOf(seed, "class", 0) }

// class makes the class, which has existed for as many weeks as it has had lessons.
func (s *seeding) class(ctx context.Context) error {
	const zone = "Europe/Berlin"
	c := school.Class{ID: classOf(s.Seed), Name: "9b Politik", Level: "9-10", Lang: "de", Zone: zone, Ends: school.ProposedEnd(s.Now), Owner: s.Owner}
	s.times = newTimetable(s.Now, c.Location(), len(s.module.Lessons))
	c.Created = s.times.begins().UTC()
	for {
		code, err := school.NewJoinCode(rand.Reader)
		if err != nil {
			return err
		}
		c.Code = code
		if err = s.db.CreateClass(ctx, c); err == nil {
			break
		}
		if !errors.Is(err, store.ErrTaken) { // another class has the code
			return err
		}
	}
	s.made.Class = c
	if s.colleague == "" {
		return nil
	}
	return s.db.AddStaff(ctx, c.ID, s.colleague, s.Now)
}

// assignments gives the class every lesson of the module.
func (s *seeding) assignments(ctx context.Context) error {
	extra := pupilID(s.Seed, roleAt(Extra))
	for i, l := range s.module.Lessons {
		left := len(s.module.Lessons) - 1 - i
		a := s.times.assignment(s.module, l, s.made.Class, left, idOf(s.Seed, "assignment", i))
		if left == 2 && s.Pupils > roleAt(Extra) {
			a.Longer = map[string]int64{extra: s.times.schoolDay(7, 23, 59)}
		}
		a, err := s.db.Assign(ctx, s.made.Class.ID, a)
		if err != nil {
			return err
		}
		s.made.Given = append(s.made.Given, a)
	}
	return nil
}

func (s *seeding) keepEditions(ctx context.Context) error { return s.papers.keep(ctx, s.db, s.Now) }

// paper is the quiz that an assignment asks.
func (s *seeding) paper(a school.Assignment, c chance) *paper {
	if a.Preset == quiz.Test {
		return s.papers.tests[a.Lesson][a.Part]
	}
	return s.papers.of(a.Lesson, c)
}
