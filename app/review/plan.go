package review

import (
	"maps"
	"time"
)

// PlanDays is how far a plan looks ahead, today included.
const PlanDays = 14

// Load is what a day will ask.
type Load struct {
	Day     Day
	Holiday bool
	Answers int // to be given, today those that are left
	Waiting int // due cards that the cap leaves to later days
}

// pace is the time an answer takes in a plan.
const pace = 8 * time.Second

// Plan says what the next days will ask, today first, of somebody who comes every day, answers all and gets it right.
// It is a forecast: whoever is wrong or stays away will meet more.
func (q Queue) Plan(days int) []Load {
	q.Cards = maps.Clone(q.Cards)
	maps.DeleteFunc(q.Cards, func(id string, _ Card) bool { return !q.lives(id) })
	q.Live = nil
	loads := make([]Load, 0, days)
	for range days {
		day := DayOf(q.Now, q.Zone)
		load := Load{Day: day, Holiday: onHoliday(day, q.Holidays)}
		load.Answers, load.Waiting = q.work()
		loads = append(loads, load)
		q.Now = (day + 1).Begin(q.Zone).Add(12 * time.Hour)
		q.Done, q.DoneNew = 0, 0
	}
	return loads
}

// work answers all that the day asks, and waits for what comes back in minutes. It writes to the queue's cards.
func (q Queue) work() (answers, waiting int) {
	p := q.Params
	if p.Retention == 0 {
		p = FSRS6
	}
	for {
		today := q.Today()
		if len(today.IDs) == 0 {
			if today.Later == 0 || q.Done >= orDefault(q.Cap, DefaultCap) {
				return answers, today.Waiting
			}
			q.Now = today.Next
			continue
		}
		for _, id := range today.IDs {
			c := q.Cards[id]
			if c.State == New {
				q.DoneNew++
			}
			q.Cards[id] = p.Next(c, Good, q.Now)
			q.Done++
			answers++
			q.Now = q.Now.Add(pace)
		}
	}
}
