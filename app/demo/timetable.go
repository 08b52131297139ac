package demo

import (
	"math"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// The class meets on Tuesdays, and now and then on Thursdays and Fridays.
const (
	tuesday  = 1
	thursday = 3
	friday   = 4
)

// timetable is when a class of so many lessons was given what.
type timetable struct {
	now    time.Time
	monday time.Time // of this week, in the class's zone
	n      int       // lessons
}

func newTimetable(now time.Time, zone *time.Location, lessons int) timetable {
	local := now.In(zone)
	back := (int(local.Weekday()) + 6) % 7
	return timetable{now, time.Date(local.Year(), local.Month(), local.Day()-back, 0, 0, 0, 0, zone), lessons}
}

// at is a time of day in a week, counted from this one.
func (t timetable) at(week, day, hour, minute int) time.Time {
	m := t.monday
	return time.Date(m.Year(), m.Month(), m.Day()+7*week+day, hour, minute, 0, 0, m.Location())
}

// begins is when the class was made: at the beginning of the week of its first lesson.
func (t timetable) begins() time.Time { return t.at(min(t.week(t.n-1), -1), 0, 8, 0) }

// met is when the pupils joined, in the first lesson.
func (t timetable) met() time.Time { return t.at(min(t.week(t.n-1), -1), tuesday, 10, 35) }

// week is that of the lesson with so many after it.
func (t timetable) week(left int) int {
	if left < 3 {
		return -1
	}
	return 2 - left
}

// preset by how many lessons come after it: practice, homework and test in turn.
func preset(left int) quiz.Preset {
	switch {
	case left == 0 || left%3 == 2:
		return quiz.Homework
	case left%3 == 1:
		return quiz.Practice
	}
	return quiz.Test
}

// assignment is what the class was given of a lesson after which so many come: the last one has not opened yet, the two
// before it are running, the Test before those is not released.
func (t timetable) assignment(m *lesson.Module, l *lesson.Lesson, c school.Class, left int, key string) school.Assignment {
	p := preset(left)
	parts := l.Parts()
	part := parts[len(parts)-1] // of two the alternative: a Test chooses for everybody
	reserved := l.Reserved(part)
	if p == quiz.Test && len(reserved.Questions) == 0 {
		p = quiz.Homework
	}
	opens := t.at(t.week(left), tuesday, 10, 40)
	switch left {
	case 2:
		opens = t.at(-1, thursday, 9, 50)
	case 1:
		opens = t.at(-1, friday, 8, 5)
	}
	a := school.Proposed(c, p, opens)
	a.Lesson, a.Key, a.Created = l.ID, key, opens.Add(-time.Hour).Unix()
	switch left {
	case 2:
		a.Due = t.schoolDay(2, 23, 59)
	case 1:
		a.Due = t.schoolDay(5, 23, 59)
	case 0:
		a.Created, a.Opens, a.Due = t.now.Add(-time.Hour).Unix(), t.schoolDay(3, 8, 0), t.schoolDay(10, 23, 59)
	}
	if p == quiz.Test {
		a.Part, a.Released = part, left > 3
		a.Limit = limit(len(reserved.Questions))
		if m.Allows(l.ID, a.Rules(school.Member{})) != nil {
			a.Limit = 0
		}
	}
	return a
}

// schoolDay is a time on the first day with school that is so many days from now or later, in Unix seconds.
func (t timetable) schoolDay(days, hour, minute int) int64 {
	local := t.now.In(t.monday.Location())
	for ; ; days++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+days, hour, minute, 0, 0, local.Location())
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			return day.Unix()
		}
	}
}

// limit is the time for a Test of so many questions, in seconds: a minute and a half each, rounded up to five minutes.
func limit(questions int) int64 { return int64(math.Ceil(float64(questions)*1.5/5)) * 5 * 60 }

// evening is a time after school on one of the days from the first moment to the last, and not before the first.
func evening(from, to time.Time, c chance) time.Time {
	days := max(int(to.Sub(from).Hours()/24), 0)
	day := from.AddDate(0, 0, c.IntN(days+1))
	at := time.Date(day.Year(), day.Month(), day.Day(), 15, c.IntN(6*60), c.IntN(60), 0, from.Location())
	if at.Before(from) {
		at = from.Add(time.Duration(1+c.IntN(60)) * time.Minute)
	}
	return at
}
