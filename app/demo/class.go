package demo

import (
	"context"
	"slices"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// roles of the first pupils of a class; all others have none.
var roles = []Role{Late, Idle, Extra, Slow, Renamed}

func roleAt(r Role) int { return slices.Index(roles, r) }

func (s *seeding) roleOf(i int) Role {
	switch {
	case i == s.Pupils:
		return Left
	case i == s.Pupils+1:
		return Deleted
	case i < len(roles):
		return roles[i]
	}
	return ""
}

// longName is as long as names get.
const longName = "Alexandra-Wilhelmine zu Hohenlohe-Öhring"

// pupilID is the id of the i-th pupil, as newPupil makes it.
func pupilID(seed uint64, i int) string { return idOf(seed, pupilKind, i) }

const pupilKind = "pupil"

// pupils lets everybody join and work, many at once: each has a chance of their own, so the order changes nothing.
func (s *seeding) pupils(ctx context.Context) error {
	n := s.Pupils + 2
	names, err := s.names(n)
	if err != nil {
		return err
	}
	s.made.Pupils = make([]Pupil, n)
	return spread(ctx, n, func(ctx context.Context, i int) error {
		p, err := newPupil(s.Seed, pupilKind, i, s.papers, s.times.met(), s.Now)
		if err != nil {
			return err
		}
		s.made.Pupils[i], err = s.pupil(ctx, p, names[i], s.roleOf(i))
		s.attempts.Add(int64(len(p.whole.Attempts)))
		s.answers.Add(int64(p.answers))
		return err
	})
}

// names draws a pseudonym for everybody.
func (s *seeding) names(n int) ([]string, error) {
	c, taken, list := newChance(s.Seed, "names", 0), map[string]bool{}, make([]string, n)
	for i := range list {
		name, err := school.Pseudonym(s.made.Class.Lang, func(name string) bool { return taken[school.Folded(name)] }, c)
		if err != nil {
			return nil, err
		}
		taken[school.Folded(name)] = true
		list[i] = name
	}
	return list, nil
}

// pupil is one pupil's whole time in the class.
func (s *seeding) pupil(ctx context.Context, p *pupil, name string, role Role) (Pupil, error) {
	joined := s.times.met().Add(time.Duration(p.IntN(600)) * time.Second)
	m := school.Member{ID: p.whole.ID, Name: name, Joined: joined.Unix()}
	switch role {
	case Late:
		p.diligence = 1
	case Extra:
		m.Care = school.Care{Extra: 1.5, Tries: 1}
		p.pace = p.pace * 3 / 2
	case Slow:
		p.pace = 3 * time.Minute
	}
	p.whole.Created, p.last = joined.UTC(), joined
	p.whole.Classes = map[string]school.Membership{s.made.Class.ID: {Joined: joined.Unix()}}
	if err := s.work(p, m, role); err != nil {
		return Pupil{}, err
	}
	if err := s.note(p); err != nil {
		return Pupil{}, err
	}
	p.whole.Seen = school.Day(p.last)
	member := m
	err := insist(ctx, func() error { return s.db.CreateWhole(ctx, p.whole, p.last) })
	if err == nil {
		err = insist(ctx, func() (err error) { member, err = s.enrol(ctx, m, joined); return err })
	}
	if err == nil {
		err = insist(ctx, func() (err error) { member, err = s.change(ctx, m, role); return err })
	}
	return Pupil{member, role, p.token}, err
}

// enrol lets a pupil join as they were, and be given what they are given.
func (s *seeding) enrol(ctx context.Context, m school.Member, joined time.Time) (school.Member, error) {
	member, err := s.db.Join(ctx, s.made.Class.ID, m.ID, m.Name, joined)
	if err != nil || !m.Care.Any() {
		return member, err
	}
	return s.db.ChangeMember(ctx, s.made.Class.ID, m.ID, func(stored *school.Member) error {
		stored.Care = m.Care
		return nil
	})
}

// change does to a member what their role is about.
func (s *seeding) change(ctx context.Context, m school.Member, role Role) (school.Member, error) {
	class := s.made.Class.ID
	switch role {
	case Renamed:
		return s.db.ChangeMember(ctx, class, m.ID, func(m *school.Member) error {
			m.Name = longName
			return nil
		})
	case Left:
		m.Left = school.LeftSelf
		return m, s.db.Leave(ctx, class, m.ID, school.LeftSelf)
	case Deleted:
		m.Left, m.Name = school.LeftDeleted, ""
		return m, s.db.Delete(ctx, m.ID)
	}
	return m, nil
}

// work is what a pupil has done of all assignments by now.
func (s *seeding) work(p *pupil, m school.Member, role Role) error {
	for i, a := range s.made.Given {
		gone := role == Idle || role == Deleted && i > 0 || role == Left && i >= (len(s.made.Given)+2)/3
		done := p.diligence
		if a.Preset == quiz.Test {
			done = 0.96 // who is at school
		}
		if gone || p.Float64() > done {
			continue
		}
		given := &school.Given{Class: s.made.Class, Assignment: a, Member: m}
		if err := s.do(p, given, role); err != nil {
			return err
		}
	}
	return nil
}

// do is a pupil's work on one assignment: a first attempt, and others where they help and are allowed.
func (s *seeding) do(p *pupil, g *school.Given, role Role) error {
	a := g.Assignment
	at, ok := s.when(p, g, role)
	if !ok {
		return nil
	}
	on := sitting{
		task: a.Task(g.Class.ID), given: g, paper: s.paper(a, p.chance), rules: a.Rules(g.Member),
		skill: p.skill + 0.35*p.NormFloat64(), stop: -1,
	}
	if a.Preset != quiz.Test && p.Float64() < 0.05 {
		on.stop = 1 + p.IntN(len(on.paper.Questions))
	}
	again := map[quiz.Preset]float64{quiz.Homework: 0.65, quiz.Practice: 0.3}[a.Preset]
	for {
		on.at = at
		attempt, err := p.sit(on)
		if err != nil || attempt == nil || !attempt.Done() {
			return err
		}
		earned := attempt.Grade(attempt.Of(on.paper.Edition))
		if earned.Max == 0 || earned.Fraction() > 0.75 || p.Float64() > again*p.diligence {
			return nil
		}
		on.skill += 0.8
		at = evening(p.last.Add(18*time.Hour), p.last.Add(48*time.Hour), p.chance)
		if role != Late && at.After(a.DueFor(g.Member)) {
			return nil
		}
	}
}

// when is when a pupil begins an assignment; false for who misses it.
func (s *seeding) when(p *pupil, g *school.Given, role Role) (at time.Time, ok bool) {
	a := g.Assignment
	zone := g.Class.Location()
	opens, due := time.Unix(a.Opens, 0).In(zone), a.DueFor(g.Member).In(zone)
	inClass := opens.Add(time.Duration(60+p.IntN(300)) * time.Second)
	switch {
	case role == Late && a.Late == school.LateClose:
		return at, false
	case role == Late:
		return evening(due.Add(time.Hour), due.Add(80*time.Hour), p.chance), true
	case a.Preset == quiz.Test:
		return inClass, true
	case a.Preset == quiz.Practice && p.Float64() < 0.6:
		return inClass, true
	case p.Float64() < 0.06:
		return evening(due.Add(time.Hour), due.Add(60*time.Hour), p.chance), true
	}
	last := due.Add(-2 * time.Hour)
	return evening(opens.Add(2*time.Hour), last, p.chance), true
}
