package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/store"
)

// regrading is one run over a lesson's attempts.
type regrading struct {
	db       *store.Store
	lesson   *lesson.Lesson
	keys     *quiz.Keys
	editions []quiz.Edition // that they make
	since    int64          // when the latest of these was stored, Unix milliseconds
	apply    bool
	report   report

	met  map[string]bool // attempts in the report: a scan may find a learner twice
	kept map[string]bool // editions that are stored, by hash
}

func newRegrading(db *store.Store, l *lesson.Lesson, apply bool, out io.Writer) *regrading {
	return &regrading{db: db, lesson: l, keys: quiz.NewKeys(l.Questions, l.Twins), editions: l.Editions(), apply: apply, report: newReport(out),
		met: map[string]bool{}, kept: map[string]bool{}}
}

// run looks at every attempt. It ends with an error when the store does not answer, or at the end when single attempts
// could not be graded.
func (g *regrading) run(ctx context.Context) error {
	if err := g.begin(ctx); err != nil {
		return g.cutShort(err)
	}
	err := g.db.PlacesOf(ctx, g.lesson.ID, func(places []store.Place) error {
		found, err := g.db.AttemptsAt(ctx, places, time.Now())
		for _, f := range found {
			if err == nil {
				err = g.one(ctx, f)
			}
		}
		return err
	})
	if err != nil {
		return g.cutShort(err)
	}
	g.report.end(g.apply)
	if n := g.report.broken; n > 0 {
		return fmt.Errorf("%d attempts could not be graded again; they are named above", n)
	}
	return nil
}

func (g *regrading) cutShort(err error) error {
	return fmt.Errorf("cut short: %w; what is done stays done, run it again for the rest", err)
}

// begin notes how old the present questions are, and stores them before attempts are moved to them: they must not seem
// as old as the attempts.
func (g *regrading) begin(ctx context.Context) error {
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
func (g *regrading) one(ctx context.Context, f store.Found) error {
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
	g.report.looked++
	if err != nil {
		g.report.fault(f, err)
	} else if r.Changed || len(r.Questions) > 0 {
		g.report.add(f, r, r.Changed && asked.Since > g.since)
	} else {
		return nil
	}
	g.met[f.ID] = true
	return nil
}

// grade works out what becomes of an attempt at the edition that it names.
func (g *regrading) grade(ctx context.Context, a *quiz.Attempt) (r quiz.Regrading, asked quiz.Edition, err error) {
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

// regradeTries bounds how often an attempt is decided anew because its learner was quicker. Nobody answers that fast.
const regradeTries = 50

// write grades the attempt as it is now and saves it with the learner's progress. Nothing happens when that changes
// nothing by then; store.ErrNotFound when the learner or the attempt is gone.
func (g *regrading) write(ctx context.Context, f store.Found) (quiz.Regrading, error) {
	for range regradeTries {
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
func (g *regrading) keep(ctx context.Context, e quiz.Edition) error {
	if g.kept[e.Hash()] {
		return nil
	}
	err := g.db.KeepEdition(ctx, e)
	g.kept[e.Hash()] = err == nil
	return err
}

// report says what changes: a line for each attempt that earns something else, and a summary by question.
type report struct {
	out       io.Writer
	looked    int // attempts
	points    int // that earn something else
	keyOnly   int // that earn the same, but follow a corrected key
	later     int // that change, and were begun with a version later than the present questions
	broken    int
	questions map[string]*questionReport // by outcome and id
}

type questionReport struct {
	id             string
	outcome        quiz.RegradeOutcome
	more, less, as int // answers
}

func newReport(out io.Writer) report {
	return report{out: out, questions: map[string]*questionReport{}}
}

// shortID is as much of a learner's id as tells two of them apart.
func shortID(id string) string { return id[:min(len(id), 6)] }

func (p *report) fault(f store.Found, err error) {
	p.broken++
	fmt.Fprintf(p.out, "  %s  %s  cannot be graded: %v\n", shortID(f.Learner), f.ID, err)
}

func (p *report) add(f store.Found, r quiz.Regrading, later bool) {
	if later {
		p.later++
	}
	switch {
	case r.Old != r.New:
		p.points++
		fmt.Fprintf(p.out, "  %s  %s  %s -> %s\n", shortID(f.Learner), f.ID, points(r.Old), points(r.New))
	case r.Changed:
		p.keyOnly++
	}
	for _, q := range r.Questions {
		key := string(q.Outcome) + " " + q.ID
		if p.questions[key] == nil {
			p.questions[key] = &questionReport{id: q.ID, outcome: q.Outcome}
		}
		p.questions[key].count(q)
	}
}

func (p *questionReport) count(q quiz.Regraded) {
	switch {
	case q.New > q.Old:
		p.more++
	case q.New < q.Old:
		p.less++
	default:
		p.as++
	}
}

func points(s quiz.Score) string {
	return fmt.Sprintf("%s/%s", quiz.FormatNumber(s.Points, "en"), quiz.FormatNumber(s.Max, "en"))
}

func (p *report) end(applied bool) {
	for _, key := range slices.Sorted(maps.Keys(p.questions)) {
		fmt.Fprintln(p.out, p.questions[key])
	}
	fmt.Fprintf(p.out, "attempts: %d; other points: %d; the same points by a corrected key: %d\n", p.looked, p.points, p.keyOnly)
	if p.later > 0 {
		fmt.Fprintf(p.out, "note: begun with a version of the quiz that came after the questions used here: %d\n", p.later)
	}
	if !applied && p.points+p.keyOnly > 0 {
		fmt.Fprintln(p.out, "nothing is written; add --apply to do it")
	}
}

// String is the question's line of the summary.
func (p *questionReport) String() string {
	switch n := p.more + p.less + p.as; p.outcome {
	case quiz.QuestionGone:
		return fmt.Sprintf("%s: the lesson no longer asks it; answers that stay as they were graded: %d", p.id, n)
	case quiz.FormChanged:
		return fmt.Sprintf("%s: its form is another one; answers that stay as they were graded: %d", p.id, n)
	default:
		return fmt.Sprintf("%s: graded by another key; answers: %d, more points: %d, fewer: %d, the same: %d", p.id, n, p.more, p.less, p.as)
	}
}
