// Package regrade grades stored attempts again after a lesson's key was corrected: all of a lesson for the command, those
// of one class's task for its teachers.
package regrade

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Run is one run over attempts at a lesson. It is used once, by one goroutine.
type Run struct {
	db       *store.Store
	lesson   *lesson.Lesson
	keys     *quiz.Keys
	editions []quiz.Edition // that they make
	since    int64          // when the latest of these was stored, Unix milliseconds
	apply    bool
	tell     func(Change)
	report   Report

	met  map[string]bool // attempts in the report: a scan may find a learner twice
	kept map[string]bool // editions that are stored, by hash
}

// Change is what becomes of one attempt, or why it cannot be graded again.
type Change struct {
	store.Place
	ID string // of the attempt
	quiz.Regrading
	Err error
}

// New makes a run by the present questions of the lesson. It stores what changes only with apply. tell is called for each
// attempt that changes, has a question that cannot be graded again, or cannot be graded at all.
func New(db *store.Store, l *lesson.Lesson, apply bool, tell func(Change)) *Run {
	return &Run{
		db: db, lesson: l, keys: quiz.NewKeys(l.Questions, l.Twins), editions: l.Editions(), apply: apply, tell: tell, report: newReport(),
		met: map[string]bool{}, kept: map[string]bool{},
	}
}

// Lesson looks at every attempt at the lesson, one's own and classes'. Its error is one that concerns all of them; what
// was done before stays done, and the run can be repeated for the rest.
func (g *Run) Lesson(ctx context.Context) (Report, error) {
	err := g.begin(ctx)
	if err == nil {
		err = g.db.PlacesOf(ctx, g.lesson.ID, func(places []store.Place) error { return g.at(ctx, places, nil) })
	}
	return g.report, err
}

// placesAtOnce is how many learners' attempts are read in one trip.
const placesAtOnce = 200

// Class looks at the attempts of those who are in the class at one of its assignments. Its error is as that of Lesson.
func (g *Run) Class(ctx context.Context, room *school.Room, a school.Assignment) (Report, error) {
	err := g.begin(ctx)
	for batch := range slices.Chunk(room.Present(), placesAtOnce) {
		if err != nil {
			break
		}
		places := make([]store.Place, len(batch))
		given := map[string]*school.Given{}
		for i, m := range batch {
			places[i] = store.Place{Learner: m.ID, Task: a.Task(room.ID)}
			given[m.ID] = &school.Given{Class: room.Class, Assignment: a, Member: m}
		}
		err = g.at(ctx, places, given)
	}
	return g.report, err
}

// at looks at the attempts at the places; given is what a class says of its tasks by now, by learner.
func (g *Run) at(ctx context.Context, places []store.Place, given map[string]*school.Given) error {
	now := time.Now()
	found, err := g.db.AttemptsAt(ctx, places, now)
	for _, f := range found {
		if err != nil {
			return err
		}
		if by := given[f.Learner]; by != nil && f.Err == nil {
			by.Bind(f.Attempt, now)
			f.Attempt.Settle(now)
		}
		err = g.one(ctx, f)
	}
	return err
}

// begin notes how old the present questions are, and stores them before attempts are moved to them: they must not seem
// as old as the attempts.
func (g *Run) begin(ctx context.Context) error {
	for _, e := range g.editions {
		e.Since = time.Now().UnixMilli()
		if g.apply {
			if err := g.db.KeepEdition(ctx, e); err != nil {
				return err
			}
		}
		kept, err := g.db.Edition(ctx, e.ID)
		switch {
		case err == nil:
			e.Since = kept.Since
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		g.since = max(g.since, e.Since)
	}
	return nil
}

// one grades an attempt again. Only an error that concerns all others, too, is returned.
func (g *Run) one(ctx context.Context, f store.Found) error {
	if g.met[f.ID] {
		return nil
	}
	var r quiz.Regrading
	asked, err := quiz.Edition{}, f.Err
	if err == nil {
		r, asked, err = g.grade(ctx, f.Attempt)
	}
	if err == nil && r.Changed && g.apply {
		r, err = g.write(ctx, f)
	}
	switch {
	case errors.Is(err, store.ErrNotFound): // deleted meanwhile
		return nil
	case errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil:
		return cmp.Or(ctx.Err(), err)
	}
	g.report.Looked++
	if err == nil && !r.Changed && len(r.Questions) == 0 {
		return nil
	}
	g.met[f.ID] = true
	c := Change{f.Place, f.ID, r, err}
	g.report.add(c, r.Changed && asked.Since > g.since)
	g.tell(c)
	return nil
}

// grade works out what becomes of an attempt at the edition that it names.
func (g *Run) grade(ctx context.Context, a *quiz.Attempt) (r quiz.Regrading, asked quiz.Edition, err error) {
	asked, err = g.db.Edition(ctx, a.Edition)
	if errors.Is(err, store.ErrNotFound) {
		return r, asked, fmt.Errorf("its questions %s are not stored", a.Edition)
	}
	if err == nil && len(a.Of(asked).Questions) != len(a.Answers) {
		err = fmt.Errorf("it has %d answers to %d questions", len(a.Answers), len(a.Of(asked).Questions))
	}
	if err != nil {
		return r, asked, err
	}
	return g.keys.Regrade(a, asked), asked, nil
}

// tries bounds how often an attempt is decided anew because its learner was quicker. Nobody answers that fast.
const tries = 50

// write grades the attempt as it is now and saves it with the learner's progress. Nothing happens when that changes
// nothing by then; store.ErrNotFound when the learner or the attempt is gone.
func (g *Run) write(ctx context.Context, f store.Found) (quiz.Regrading, error) {
	for range tries {
		now := time.Now()
		w, err := g.db.Work(ctx, f.Learner, f.Task, f.ID, now)
		if err != nil {
			return quiz.Regrading{}, err
		}
		if w.Attempt == nil || w.Learner.Gone {
			return quiz.Regrading{}, store.ErrNotFound
		}
		r, _, err := g.grade(ctx, w.Attempt)
		if err != nil || !r.Changed {
			return r, err
		}
		if err := g.keep(ctx, r.Edition); err != nil {
			return r, err
		}
		w.Attempt = r.Attempt
		err = g.db.Save(ctx, w, w.Progress.Regraded(r.Attempt, r.New), now)
		if !errors.Is(err, store.ErrConflict) {
			return r, err
		}
	}
	return quiz.Regrading{}, errors.New("its learner keeps changing it; run this again")
}

// keep stores an edition before the first attempt that names it.
func (g *Run) keep(ctx context.Context, e quiz.Edition) error {
	if g.kept[e.Hash()] {
		return nil
	}
	err := g.db.KeepEdition(ctx, e)
	g.kept[e.Hash()] = err == nil
	return err
}
