package web

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Wordings of a card: the question's own and its twin's.
const (
	ownWording  = ""
	twinWording = "t"
)

// defaultZone is where the days of learners without a class are meant.
const defaultZone = "Europe/Berlin"

// card is what a card of this version of the lessons asks.
type card struct {
	lesson   *lesson.Lesson
	question *quiz.Question
	twin     *quiz.Question // nil where there is none
}

// cardID names a card. Two lessons may use the same id for a question, so the lesson is part of it.
func cardID(lesson, question string) string { return lesson + "/" + question }

// cardsOf are all cards that a module can ask, by id. What stands behind a notice does not come up by itself: whoever
// chose to read it once has not chosen to meet it any day.
func cardsOf(m *lesson.Module) map[string]card {
	cards := map[string]card{}
	for _, l := range m.Lessons {
		for _, q := range l.Questions {
			if q.Scored() && !q.Reserve && (l.Notice == nil || q.Section != l.Notice.Section) {
				cards[cardID(l.ID, q.ID)] = card{l, q, l.Twins[q.ID]}
			}
		}
	}
	return cards
}

// asks says whether the card may be asked on a day, YYYY-MM-DD: the question is there and its facts are not past their date.
func (s *site) asks(id, day string) bool {
	c, there := s.cards[id]
	return there && !c.lesson.Expired(day)
}

// wordings are what a card can be shown in.
func (c card) wordings() []string {
	if c.twin == nil {
		return []string{ownWording}
	}
	return []string{ownWording, twinWording}
}

// worded is the card's question in a wording, as it is asked in review: with one try, and nothing at stake.
func (c card) worded(wording string) *quiz.Question {
	q := *c.question
	if wording == twinWording && c.twin != nil {
		q = *c.twin
	}
	q.Hints = nil
	if q.Certainty != "" {
		q.Certainty = quiz.CertaintyReport
	}
	return &q
}

// past is all that a learner has done, and what they have in review.
type past struct {
	own      *store.Own
	seats    []store.Seat // in the order of the classes' ids
	attempts []pastAttempt
	review   *store.Review
}

// pastAttempt is an attempt as it is now, with the whole edition that it names and the class it was for.
type pastAttempt struct {
	*quiz.Attempt
	edition quiz.Edition
	task    school.Task
	given   *school.Given // nil for one's own work, and where the class has it no more
}

// past reads all that the learner has done, oldest first.
func (s *Server) past(r *request, own *store.Own) (*past, error) {
	p := &past{own: own}
	var err error
	if len(own.Classes) > 0 {
		if p.seats, err = s.Store.Seats(r.ctx(), own.ID, slices.Sorted(maps.Keys(own.Classes))); err != nil {
			return nil, err
		}
	}
	if len(own.Progress) == 0 {
		return p, nil
	}
	all, err := s.Store.Attempts(r.ctx(), own.ID, slices.Collect(maps.Keys(own.Progress)), r.now)
	if err != nil {
		return nil, err
	}
	for name, list := range all {
		task, _ := school.ParseTask(name)
		for _, a := range list {
			one := pastAttempt{Attempt: a, task: task, given: p.given(task)}
			one.settle(r.now)
			if one.edition, err = s.wholeQuizOf(r, a); err != nil {
				return nil, err
			}
			p.attempts = append(p.attempts, one)
		}
	}
	slices.SortFunc(p.attempts, func(a, b pastAttempt) int { return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID)) })
	return p, nil
}

// given is what a class has given as a task; nil for one's own, and where the class has it no more.
func (p *past) given(task school.Task) *school.Given {
	for _, seat := range p.seats {
		if seat.Class.ID != task.Class {
			continue
		}
		for _, a := range seat.Assignments {
			if a.N == task.N && a.Lesson == task.Lesson {
				return &school.Given{Class: seat.Class, Assignment: a, Member: seat.Member}
			}
		}
	}
	return nil
}

// settle makes an attempt what it is now.
func (a *pastAttempt) settle(now time.Time) {
	switch {
	case a.task.Own():
		return // it came settled
	case a.given != nil:
		a.given.Bind(a.Attempt, now)
	default:
		school.Adrift(a.Attempt)
	}
	a.Settle(now)
}

// answers are what the learner may know of their own answers: nothing of a Test before release.
func (p *past) answers() (list []review.Answer) {
	for _, a := range p.attempts {
		for _, m := range a.Met(a.edition) {
			if !m.Answered && m.Question.Reserve {
				continue // nothing to say of it, and it is never asked
			}
			wording := ownWording
			if m.Twin {
				wording = twinWording
			}
			list = append(list, review.Answer{ID: cardID(a.Lesson, m.Question.ID), At: m.At, Answered: m.Answered, Right: m.Right, Hesitant: m.Hesitant(), Variant: wording})
		}
	}
	return list
}

// zone is the zone that the learner's days are meant in: that of the class joined last in which anybody works.
func (p *past) zone(now time.Time) string {
	zone, last := defaultZone, int64(0)
	for _, seat := range p.seats {
		if joined := p.own.Classes[seat.Class.ID].Joined; !seat.Class.Over(now) && seat.Class.Zone != "" && joined >= last {
			zone, last = seat.Class.Zone, joined
		}
	}
	return zone
}

// caughtUp reads all that the learner has done and brings what they have in review up to it. Nothing else has to write
// cards when an answer is given or a class releases something; that it is done again changes nothing.
func (s *Server) caughtUp(r *request) (*past, error) {
	own, err := s.wholeLearner(r)
	if err != nil {
		return nil, err
	}
	p, err := s.past(r, own)
	if err != nil {
		return nil, err
	}
	for range tries {
		if err = s.foldInto(r, p); err != nil {
			return nil, err
		}
		if err = s.Store.SaveReview(r.ctx(), p.review, r.now); !errors.Is(err, store.ErrConflict) {
			return p, err
		}
	}
	return nil, err
}

// foldInto reads what is in review and folds the past into it, in memory.
func (s *Server) foldInto(r *request, p *past) (err error) {
	if p.review, err = s.Store.Review(r.ctx(), p.own.ID); err != nil {
		return err
	}
	deck := &p.review.Deck
	deck.Fold(review.FSRS6, p.answers())
	if len(deck.Cards) > 0 {
		deck.Zone = p.zone(r.now)
	}
	return nil
}

// queue is what decides on the learner's day: their cards, and what their classes say of holidays and tests.
func (p *past) queue(s *site, now time.Time) review.Queue {
	q := p.review.Deck.Queue(now)
	day := review.DayOf(now, q.Zone).String()
	q.Live = func(id string) bool { return s.asks(id, day) }
	for _, seat := range p.seats {
		if seat.Class.Over(now) {
			continue
		}
		for _, h := range seat.Class.Holidays {
			from, err1 := review.ParseDay(h.From)
			to, err2 := review.ParseDay(h.To)
			if err1 == nil && err2 == nil {
				q.Holidays = append(q.Holidays, review.Holiday{From: from, To: to})
			}
		}
		q.Tests = append(q.Tests, p.tests(seat, now)...)
	}
	return q
}

// tests are the Tests of a class that the learner has not begun.
func (p *past) tests(seat store.Seat, now time.Time) (list []review.Test) {
	for _, a := range seat.Assignments {
		if a.Preset != quiz.Test || a.Withdrawn || p.own.Progress[a.Task(seat.Class.ID).String()].Attempts > 0 {
			continue
		}
		due := a.DueFor(seat.Member)
		if due.Before(now) {
			continue
		}
		prefix := cardID(a.Lesson, "")
		list = append(list, review.Test{Day: review.DayOf(due, seat.Class.Location()), Of: func(id string) bool { return strings.HasPrefix(id, prefix) }})
	}
	return list
}

// wholeQuizOf is the edition that an attempt names, with questions that it does not ask.
func (s *Server) wholeQuizOf(r *request, a *quiz.Attempt) (quiz.Edition, error) {
	e, err := s.Store.Edition(r.ctx(), a.Edition)
	if err == nil && len(a.Of(e).Questions) != len(a.Answers) {
		err = fmt.Errorf("attempt %s has %d answers to %d questions", a.ID, len(a.Answers), len(a.Of(e).Questions))
	}
	return e, err
}
