package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"math"
	"slices"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Role is what one pupil of the class is there to show; "" for most.
type Role string

// The roles, in the order in which the pupils of a class have them.
const (
	Late    Role = "late"    // hands everything in after the due date, and misses Tests
	Idle    Role = "idle"    // has joined and done nothing
	Extra   Role = "extra"   // has more time, and a later due date once
	Slow    Role = "slow"    // runs out of time
	Renamed Role = "renamed" // has a long name that the teacher wrote
	Left    Role = "left"    // has left the class after some weeks
	Deleted Role = "deleted" // has joined, and then deleted everything
)

// pupil is somebody who learns, with what they have done by now.
type pupil struct {
	chance
	papers papers
	lang   string
	now    time.Time // nothing is done after it

	skill     float64       // 0 is the middle, most are within 1
	diligence float64       // how likely something is done that is to be done
	pace      time.Duration // for a question
	bias      float64       // above 0: overrates what they know

	whole   store.Whole
	token   string
	last    time.Time // here last
	answers int       // given so far
}

// newPupil makes somebody. Their secret is nobody's to know, so it does not follow from the seed.
func newPupil(seed uint64, kind string, n int, p papers, created, now time.Time) (*pupil, error) {
	c := newChance(seed, kind, n)
	sum := digest(seed, kind, n)
	l, token, err := school.NewLearner(io.MultiReader(bytes.NewReader(sum[:10]), rand.Reader), created)
	return &pupil{
		chance: c, papers: p, lang: "de", now: now,
		skill: 0.9 * c.NormFloat64(), diligence: 0.6 + 0.4*math.Sqrt(c.Float64()), bias: c.NormFloat64(),
		pace:  time.Duration(22+28*c.Float64()) * time.Second,
		whole: store.Whole{Learner: l, Progress: map[string]school.Progress{}}, token: token, last: created,
	}, err
}

// papers are the quizzes that can be worked on.
type papers struct {
	byHash map[string]*paper
	open   map[string][]*paper          // by lesson: one for each of its parts
	tests  map[string]map[string]*paper // by lesson and part; of the questions kept for Tests
}

// paper is a quiz with its questions as puzzles, in the same order.
type paper struct {
	quiz.Edition
	puzzles map[string][]*puzzle // by language
}

// newPapers are all quizzes of the module. Each is hashed here once, which takes longer than to answer it.
func newPapers(m *lesson.Module) papers {
	all := papers{map[string]*paper{}, map[string][]*paper{}, map[string]map[string]*paper{}}
	for _, l := range m.Lessons {
		all.tests[l.ID] = map[string]*paper{}
		for _, part := range l.Parts() {
			all.open[l.ID] = append(all.open[l.ID], all.add(l.Edition(part)))
			if e := l.Reserved(part); len(e.Questions) > 0 {
				all.tests[l.ID][part] = all.add(e)
			}
		}
	}
	return all
}

func (all papers) add(e quiz.Edition) *paper {
	p := &paper{e, map[string][]*puzzle{}}
	for _, lang := range quiz.Languages {
		for _, q := range e.Questions {
			p.puzzles[lang] = append(p.puzzles[lang], newPuzzle(q, lang))
		}
	}
	all.byHash[e.Hash()] = p
	return p
}

// of is the quiz of a lesson that somebody takes who chooses as chance has it where there are two.
func (all papers) of(lesson string, c chance) *paper {
	parts := all.open[lesson]
	return parts[c.IntN(len(parts))]
}

// keep stores the quizzes, which comes before anybody works on them.
func (all papers) keep(ctx context.Context, db *store.Store, now time.Time) error {
	for _, p := range all.byHash {
		p.Since = now.UnixMilli() // unless it was stored before
		if err := db.KeepEdition(ctx, p.Edition); err != nil {
			return err
		}
	}
	return nil
}

// sitting is one go at a task.
type sitting struct {
	task  school.Task
	given *school.Given // nil for one's own task
	paper *paper
	rules quiz.Rules
	at    time.Time
	skill float64
	stop  int // questions after which it is given up and left open; -1 for never
}

// sit works through a quiz as somebody does with a browser, and notes what is stored by then. It reports the attempt, nil
// when it may not be begun.
func (p *pupil) sit(s sitting) (*quiz.Attempt, error) {
	task := s.task.String()
	progress := p.whole.Progress[task]
	if s.given != nil {
		if !s.given.Standing(progress, s.at).MayBegin() {
			return nil, nil
		}
		progress = s.given.BindProgress(progress)
	}
	progress = progress.Settle(s.at)
	if progress.Open != "" || s.at.After(p.now) {
		return nil, nil
	}
	id, err := school.NewAttemptID(s.task, p)
	if err != nil {
		return nil, err
	}
	a := quiz.NewAttempt(id, s.paper.Edition, s.rules, p.met(s), s.at)
	if s.given != nil {
		s.given.Bind(a, s.at)
	}
	e := a.Of(s.paper.Edition)
	p.last, a.Rev = s.at, 1
	progress = progress.Begun(a, a.Grade(e), s.at)
	if err := p.answer(a, s); err != nil {
		return nil, err
	}
	p.whole.Progress[task] = progress.After(a, a.Grade(e), p.last)
	p.whole.Attempts = append(p.whole.Attempts, a)
	return a, nil
}

// met counts how often each question of a quiz with pools was met before.
func (p *pupil) met(s sitting) map[string]int {
	if len(s.paper.Pools) == 0 {
		return nil
	}
	met := map[string]int{}
	for _, a := range p.whole.Attempts {
		if task, _ := school.TaskOf(a.ID); task == s.task {
			for _, q := range a.Of(p.papers.byHash[a.Edition].Edition).Questions {
				met[q.ID]++
			}
		}
	}
	return met
}

// answer answers the questions one after the other and hands in, as far as time goes.
func (p *pupil) answer(a *quiz.Attempt, s sitting) error {
	puzzles := s.paper.puzzles[p.lang]
	for i := range a.Answers {
		z := puzzles[i]
		if a.Drawn != nil {
			z = puzzles[a.Drawn[i]]
		}
		if i == s.stop {
			return nil
		}
		if z.Scored() && p.Float64() > 0.99+0.02*s.skill { // passed over
			continue
		}
		going, err := p.question(a, i, z, s.skill)
		if err != nil || !going {
			return err
		}
	}
	at := p.last.Add(time.Duration(4+p.IntN(20)) * time.Second)
	if end := a.End(); at.After(p.now) || !end.IsZero() && at.After(end) || !a.Finish(at) {
		return nil
	}
	p.last = at
	a.Rev++
	return nil
}

// question answers one question, in Practice with further tries; false when no time is left.
func (p *pupil) question(a *quiz.Attempt, i int, z *puzzle, skill float64) (going bool, err error) {
	for {
		if going, err = p.try(a, i, z, skill); err != nil || !going {
			return going, err
		}
		switch ans := a.Answers[i]; {
		case a.Rules.Preset == quiz.Homework && ans.Fraction < 1 && z.Scored() && p.Float64() < 0.12:
			going, err = p.try(a, i, z, skill+0.8) // looked it up
			return going, err
		case a.Rules.Preset != quiz.Practice || ans.Closed:
			return true, nil
		case p.Float64() > p.diligence:
			if p.Float64() < 0.7 {
				return p.giveUp(a, i)
			}
			return true, nil
		}
		skill += 0.7 // there was a hint
	}
}

// try is one answer to a question; false when it came too late.
func (p *pupil) try(a *quiz.Attempt, i int, z *puzzle, skill float64) (going bool, err error) {
	at := p.last.Add(p.thinks(z))
	if at.After(p.now) {
		return false, nil
	}
	response, err := p.response(a.Answers[i], z, skill)
	if err != nil {
		return false, err
	}
	sent := quiz.Submission{Response: response}
	if z.Certainty != "" {
		sent.Certainty = sure(z.knows(skill), p.bias, quiz.Grade(z.Question, response) > 0.5, p.Rand)
	}
	changed, err := a.Answer(i, z.Question, sent, at)
	if err != nil { // the time is up, which somebody learns who answers all the same
		return false, nil
	}
	p.last = at
	if changed {
		a.Rev++
		p.answers++
	}
	return true, nil
}

// response is what somebody comes up with, who does not try the same again if anything else comes to mind.
func (p *pupil) response(before *quiz.Answer, z *puzzle, skill float64) (r quiz.Response, err error) {
	for range 5 {
		r, err = quiz.Read(z.Question, z.form(skill, p.Rand), p.lang)
		if err != nil || before == nil || !slices.Contains(before.Tries, r.Sent()) {
			return r, err
		}
	}
	return r, err
}

func (p *pupil) giveUp(a *quiz.Attempt, i int) (going bool, err error) {
	at := p.last.Add(5 * time.Second)
	if at.After(p.now) {
		return false, nil
	}
	changed, err := a.GiveUp(i, at)
	if changed {
		p.last = at
		a.Rev++
	}
	return err == nil, nil
}

// thinks is how long a question takes.
func (p *pupil) thinks(z *puzzle) time.Duration {
	factor := math.Exp(0.4 * p.NormFloat64())
	switch z.way {
	case each, ranked:
		factor *= 1.5
	case seen:
		factor *= 2
	}
	return time.Duration(float64(p.pace) * factor).Truncate(time.Second)
}
