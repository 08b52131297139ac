package review

import "time"

// Day is a learner's day, counted from 1 January 1970. It begins at four in the morning: who is still up at one has not
// begun the next.
type Day int

const dayBegins = 4 // o'clock

// DayOf is the day of a time in a zone; nil means UTC.
func DayOf(t time.Time, zone *time.Location) Day {
	t = t.In(zoneOr(zone))
	d := dayAt(t.Date())
	if t.Hour() < dayBegins {
		d--
	}
	return d
}

// ParseDay reads a date like "2026-10-03".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return dayAt(t.Date()), nil
}

func dayAt(y int, m time.Month, d int) Day {
	return Day(midnights(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)))
}

// String writes the date as ParseDay reads it.
func (d Day) String() string { return d.at(0, time.UTC).Format(time.DateOnly) }

// Begin is the first moment of the day.
func (d Day) Begin(zone *time.Location) time.Time { return d.at(dayBegins, zoneOr(zone)) }

func (d Day) at(hour int, zone *time.Location) time.Time {
	return time.Date(1970, 1, 1+int(d), hour, 0, 0, 0, zone)
}

func zoneOr(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// Holiday is a time in which nothing is asked, both days included.
type Holiday struct{ From, To Day }

func onHoliday(d Day, holidays []Holiday) bool {
	for _, h := range holidays {
		if d >= h.From && d <= h.To {
			return true
		}
	}
	return false
}
