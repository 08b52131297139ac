package demo

import (
	"context"
	"sync/atomic"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

const learnerKind = "learner"

// models is how many learners in no class answer each in their own way; all others answer like one of them, at other
// times: to work out 400 answers takes ten times longer than to store them.
const models = 250

// Learners makes n learners who are in no class and have worked on each lesson twice, and counts their attempts and
// answers. What is cut short is taken away by Remove, like the whole. ErrThere: there are such learners.
func Learners(ctx context.Context, db *store.Store, m *lesson.Module, n int, seed uint64, now time.Time) (attempts, answers int, err error) {
	if err := note(ctx, db, learnersPart, noted{seed, n}); err != nil {
		return 0, 0, err
	}
	papers := newPapers(m)
	if err := papers.keep(ctx, db, now); err != nil {
		return 0, 0, err
	}
	made := make([]*pupil, min(n, models))
	err = spread(ctx, len(made), func(_ context.Context, i int) (err error) {
		made[i], err = newAlone(seed, i, papers, m, now)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	var tried, given atomic.Int64
	err = spread(ctx, n, func(ctx context.Context, i int) error {
		p := made[i%len(made)]
		if i >= len(made) {
			var err error
			if p, err = p.another(seed, i); err != nil {
				return err
			}
		}
		tried.Add(int64(len(p.whole.Attempts)))
		given.Add(int64(p.answers))
		return insist(ctx, func() error { return db.CreateWhole(ctx, p.whole, p.last) })
	})
	return int(tried.Load()), int(given.Load()), err
}

// newAlone is somebody who has come a few months ago and made two attempts at each lesson, some days apart.
func newAlone(seed uint64, i int, papers papers, m *lesson.Module, now time.Time) (*pupil, error) {
	c := newChance(seed, learnerKind+" since", i)
	p, err := newPupil(seed, learnerKind, i, papers, now.Add(-time.Duration(110+c.IntN(100))*24*time.Hour), now)
	if err != nil {
		return nil, err
	}
	p.lang = quiz.Languages[p.IntN(len(quiz.Languages))]
	for _, preset := range []quiz.Preset{quiz.Practice, quiz.Homework} {
		for _, l := range m.Lessons {
			s := sitting{
				task: school.Task{Lesson: l.ID}, paper: p.papers.of(l.ID, p.chance), rules: quiz.Rules{Preset: preset},
				at: p.last.Add(time.Duration(1+p.IntN(90)) * time.Hour), skill: p.skill, stop: -1,
			}
			if _, err := p.sit(s); err != nil {
				return nil, err
			}
		}
		p.skill += 0.5
	}
	p.whole.Seen = school.Day(p.last)
	return p, nil
}

// another is somebody else who answers like p, up to ten days before.
func (p *pupil) another(seed uint64, i int) (*pupil, error) {
	c := newChance(seed, learnerKind+" before", i)
	shift := -time.Duration(c.IntN(10*24*3600)) * time.Second
	q, err := newPupil(seed, learnerKind, i, p.papers, p.whole.Created.Add(shift), p.now)
	if err != nil {
		return nil, err
	}
	for _, a := range p.whole.Attempts {
		task, _ := school.TaskOf(a.ID)
		b := *a
		if b.ID, err = school.NewAttemptID(task, q); err != nil {
			return nil, err
		}
		b.Started = a.Started.Add(shift)
		begun, score := b, b.Grade(b.Of(p.papers.byHash[a.Edition].Edition))
		begun.Finished, q.last = time.Time{}, a.Finished.Add(shift)
		b.Finished = q.last
		q.whole.Attempts = append(q.whole.Attempts, &b)
		q.whole.Progress[task.String()] = q.whole.Progress[task.String()].Begun(&begun, score, b.Started).After(&b, score, q.last)
	}
	q.answers, q.whole.Seen = p.answers, school.Day(q.last)
	return q, nil
}
