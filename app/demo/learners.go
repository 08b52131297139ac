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

// MostLearners is how many are made at most: about 120 GB in Redis.
const MostLearners = 10_000_000

// Learners makes so many who are in no class and have worked on each lesson twice, and counts their attempts and answers.
// What is cut short is taken away by Remove, like the whole. ErrThere: there are such learners.
func Learners(ctx context.Context, db *store.Store, m *lesson.Module, n int, seed uint64, now time.Time) (attempts, answers int, err error) {
	if err := note(ctx, db, learnersPart, noted{seed, n}); err != nil {
		return 0, 0, err
	}
	papers := newPapers(m)
	if err := papers.keep(ctx, db, now); err != nil {
		return 0, 0, err
	}
	var tried, given atomic.Int64
	err = spread(ctx, n, func(ctx context.Context, i int) error {
		c := newChance(seed, learnerKind+" since", i)
		p, err := newPupil(seed, learnerKind, i, papers, now.Add(-time.Duration(100+c.IntN(100))*24*time.Hour), now)
		if err != nil {
			return err
		}
		if err := p.workAlone(m); err != nil {
			return err
		}
		tried.Add(int64(len(p.whole.Attempts)))
		given.Add(int64(p.answers))
		return db.CreateWhole(ctx, p.whole, p.last)
	})
	return int(tried.Load()), int(given.Load()), err
}

// workAlone is two attempts at each lesson, a few days apart.
func (p *pupil) workAlone(m *lesson.Module) error {
	p.lang = quiz.Languages[p.IntN(len(quiz.Languages))]
	for _, preset := range []quiz.Preset{quiz.Practice, quiz.Homework} {
		for _, l := range m.Lessons {
			s := sitting{task: school.Task{Lesson: l.ID}, paper: p.papers.of(l.ID, p.chance),
				rules: quiz.Rules{Preset: preset}, at: p.last.Add(time.Duration(1+p.IntN(90)) * time.Hour), skill: p.skill, stop: -1}
			if _, err := p.sit(s); err != nil {
				return err
			}
		}
		p.skill += 0.5
	}
	p.whole.Seen = school.Day(p.last)
	return nil
}
