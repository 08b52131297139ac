package web

import (
	"strings"
	"time"
)

// Days and times as browsers send them, and as people type them where a browser has no field for them.
const (
	dayForm    = time.DateOnly
	momentForm = "2006-01-02T15:04"
)

var (
	dayForms    = []string{dayForm, "2.1.2006", "2/1/2006"}
	momentForms = []string{momentForm, "2006-01-02T15:04:05", "2006-01-02 15:04", "2.1.2006 15:04", "2.1.2006, 15:04", "2/1/2006 15:04", "2/1/2006, 15:04"}
)

// readDay is a typed day as YYYY-MM-DD; "" when it is none.
func readDay(typed string) string {
	for _, form := range dayForms {
		if day, err := time.Parse(form, strings.TrimSpace(typed)); err == nil {
			return day.Format(dayForm)
		}
	}
	return ""
}

// readMoment is a typed time, as a clock in the place shows it, in Unix seconds; false when it is none.
func readMoment(typed string, at *time.Location) (int64, bool) {
	for _, form := range momentForms {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(typed), at); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// writeMoment is a time as the field for it takes it.
func writeMoment(unix int64, at *time.Location) string {
	return time.Unix(unix, 0).In(at).Format(momentForm)
}
