package review

import (
	"cmp"
	"slices"
	"time"
)

// What a queue has by default, and the terms it keeps.
const (
	DefaultCap = 15 // answers a day: about two minutes
	DefaultNew = 5  // of these, at cards that were new
	Patience   = 7  // days for which a due card may have to wait; from then on the one that waits longest goes first
	TestDays   = 7  // days before a test in which the queue works towards it
)

// Queue is what decides what a learner is shown today.
type Queue struct {
	Cards    map[string]Card      // by question
	Live     func(id string) bool // whether the question is still asked: not removed, its facts not expired; nil: all are
	Now      time.Time
	Zone     *time.Location // the learner's; nil: UTC
	Cap      int            // most answers a day, repeated ones counted; 0: DefaultCap
	New      int            // most answers a day at cards that were new; 0: DefaultNew, negative: none
	Done     int            // reviews answered today
	DoneNew  int            // of these, at cards that were new
	Holidays []Holiday      // of the learner's class; leave them out to show somebody what they may do all the same
	Tests    []Test
	Params   Params // only asked for what will be known on the day of a test; zero: FSRS6
}

// Test is a date for which questions should be known.
type Test struct {
	Day  Day
	Of   func(id string) bool // whether the question belongs to it
	Want float64              // retrievability on its morning; 0: 0.9
}

// Today is a learner's day.
type Today struct {
	Day     Day
	Holiday bool      // nothing is asked
	IDs     []string  // the questions to show now, in this order; no more than the cap leaves
	Waiting int       // due cards beyond these, left to the next days
	Later   int       // cards that come back today, in minutes
	Next    time.Time // when the first of them does; zero when there is none
}

// Today chooses what to show. It may be asked again after every answer, and then goes on where it was.
//
// A card of the state Review is due all day, one in steps of minutes from its minute on. First come the cards that have
// waited for Patience days, the longest first; then those of a near test; then the others, each of them in the order of
// how many times their stability has gone by since the last answer. Cards that a near test wants early follow, then new
// ones: as many as there is room for, but one when more is due than fits, so that a backlog shrinks. What was answered
// today already and is due again comes last.
//
// So no card starves. After Patience days only cards that became due earlier go before it. An answered card is due later
// than now, so each goes before it once at most, and one answer a day is kept for a new card. Where n cards are there, a
// due card is shown after no more than Patience + n/(cap−1) days (rounded up) on which the learner answered all that
// was shown. A new card is shown after as many such days as there are older new ones, and one (the cap being 2 or more).
func (q Queue) Today() Today {
	today := Today{Day: DayOf(q.Now, q.Zone)}
	if onHoliday(today.Day, q.Holidays) {
		today.Holiday = true
		return today
	}
	due, fresh, again := q.look(&today)
	room := max(0, orDefault(q.Cap, DefaultCap)-q.Done)
	fresh = fresh[:min(len(fresh), max(0, orDefault(q.New, DefaultNew)-q.DoneNew))]
	keep := 0
	if len(fresh) > 0 && q.DoneNew == 0 && q.Cap != 1 && room > 0 {
		keep = 1
	}
	today.Waiting = len(due) + len(again)
	due = due[:min(len(due), room-keep)]
	early := q.early(today.Day, due)
	early = early[:min(len(early), room-keep-len(due))]
	room -= len(due) + len(early)
	fresh = fresh[:min(len(fresh), room)]
	again = again[:min(len(again), room-len(fresh))]
	today.Waiting -= len(due) + len(again)
	for _, e := range slices.Concat(due, early, fresh, again) {
		today.IDs = append(today.IDs, e.id)
	}
	return today
}

// entry is a card in a list that is to be sorted by class, then by order, then by id.
type entry struct {
	id    string
	class int
	order float64
}

func byTurn(a, b entry) int {
	switch {
	case a.class != b.class:
		return a.class - b.class
	case a.order != b.order: // never NaN
		return cmp.Compare(a.order, b.order)
	}
	return cmp.Compare(a.id, b.id)
}

// Classes of due cards.
const (
	patient = iota // has waited for Patience days
	tested         // belongs to a near test
	other
)

// look finds the due cards, the new ones and those that were answered today and are due again, in their order, and
// counts those that come back later today.
func (q Queue) look(today *Today) (due, fresh, again []entry) {
	begin, end := today.Day.Begin(q.Zone), (today.Day + 1).Begin(q.Zone)
	longAgo := (today.Day - Patience + 1).Begin(q.Zone)
	tests := q.near(today.Day)
	for id, c := range q.Cards {
		if !c.Due.Before(end) || !q.lives(id) {
			continue
		}
		since := float64(c.Due.Unix())
		switch {
		case c.State == New:
			if !c.Due.After(q.Now) {
				fresh = append(fresh, entry{id, 0, since})
			}
		case c.State != Review && c.Due.After(q.Now):
			today.Later++
			if today.Next.IsZero() || c.Due.Before(today.Next) {
				today.Next = c.Due
			}
		case !c.Last.Before(begin):
			again = append(again, entry{id, 0, since})
		case c.Due.Before(longAgo):
			due = append(due, entry{id, patient, since})
		default:
			class := other
			if slices.ContainsFunc(tests, func(t Test) bool { return t.Of(id) }) {
				class = tested
			}
			// As of the day's end, so that the order does not change in its course.
			due = append(due, entry{id, class, -float64(end.Unix()-c.Last.Unix()) / c.Stability})
		}
	}
	for _, list := range [][]entry{due, fresh, again} {
		slices.SortFunc(list, byTurn)
	}
	return due, fresh, again
}

// early are today's share of the cards that a near test wants before they are due: those that will not be known well
// enough on its morning. They are spread over the days that are left, the most stable first, as these keep best until then.
func (q Queue) early(day Day, shown []entry) (early []entry) {
	for _, t := range q.near(day) {
		todo, done := q.weak(day, t)
		for _, e := range shown {
			if t.Of(e.id) {
				done++
			}
		}
		todo = slices.DeleteFunc(todo, func(e entry) bool {
			return slices.ContainsFunc(early, func(other entry) bool { return other.id == e.id })
		})
		days := q.schoolDays(day, t.Day)
		share := (len(todo)+done+days-1)/days - done
		slices.SortFunc(todo, byTurn)
		early = append(early, todo[:max(0, min(len(todo), share))]...)
	}
	return early
}

// weak are the cards of a test that are not due and will not be known well enough; done counts those answered today.
func (q Queue) weak(day Day, t Test) (weak []entry, done int) {
	p := q.Params
	if p.Retention == 0 {
		p = FSRS6
	}
	want := t.Want
	if want == 0 {
		want = 0.9
	}
	begin, end := day.Begin(q.Zone), (day + 1).Begin(q.Zone)
	morning := t.Day.Begin(q.Zone).Add(dayBegins * time.Hour)
	for id, c := range q.Cards {
		switch {
		case c.State == New || !t.Of(id) || !q.lives(id):
		case !c.Last.Before(begin):
			done++
		case c.State == Review && !c.Due.Before(end) && p.Retrievability(c, morning) < want:
			weak = append(weak, entry{id, 0, -c.Stability})
		}
	}
	return weak, done
}

// near are the tests that the queue works towards on a day, the next one first.
func (q Queue) near(day Day) (near []Test) {
	for _, t := range q.Tests {
		if t.Day > day && t.Day <= day+TestDays {
			near = append(near, t)
		}
	}
	slices.SortStableFunc(near, func(a, b Test) int { return cmp.Compare(a.Day, b.Day) })
	return near
}

// schoolDays counts the days from one to the day before another on which something is asked, at least 1.
func (q Queue) schoolDays(from, to Day) int {
	n := 0
	for ; from < to; from++ {
		if !onHoliday(from, q.Holidays) {
			n++
		}
	}
	return max(1, n)
}

func (q Queue) lives(id string) bool { return q.Live == nil || q.Live(id) }

func orDefault(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
