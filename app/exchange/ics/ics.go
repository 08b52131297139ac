// Package ics writes calendars of whole days as RFC 5545 has them, for programs that subscribe to an address.
package ics

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Calendar is a calendar to subscribe to.
type Calendar struct {
	Name    string        // as people see it
	Product string        // who has written it, as "-//Eberbach//Review//EN"
	Refresh time.Duration // how often it is worth asking again, whole hours
	Days    []Day
}

// Day is something that is on all day and takes no time: nobody is busy by it.
type Day struct {
	ID      string // the same whenever the same day is written again, and no other's
	Date    time.Time
	Summary string
	Text    string
	URL     string
}

// Write is the calendar as it is sent; now is when it is written.
func Write(c Calendar, now time.Time) []byte {
	var w writer
	hours := fmt.Sprintf("PT%dH", max(1, int(c.Refresh/time.Hour)))
	w.line("BEGIN", "VCALENDAR")
	w.line("VERSION", "2.0")
	w.line("PRODID", escape(c.Product))
	w.line("METHOD", "PUBLISH")
	w.line("NAME", escape(c.Name))
	w.line("X-WR-CALNAME", escape(c.Name))
	w.line("REFRESH-INTERVAL;VALUE=DURATION", hours)
	w.line("X-PUBLISHED-TTL", hours)
	for _, d := range c.Days {
		w.line("BEGIN", "VEVENT")
		w.line("UID", escape(d.ID))
		w.line("DTSTAMP", now.UTC().Format("20060102T150405Z"))
		w.line("DTSTART;VALUE=DATE", d.Date.Format("20060102"))
		w.line("DTEND;VALUE=DATE", d.Date.AddDate(0, 0, 1).Format("20060102"))
		w.line("SUMMARY", escape(d.Summary))
		w.line("DESCRIPTION", escape(d.Text))
		if d.URL != "" {
			w.line("URL", plain(d.URL))
		}
		w.line("TRANSP", "TRANSPARENT")
		w.line("END", "VEVENT")
	}
	w.line("END", "VCALENDAR")
	return w.out
}

type writer struct{ out []byte }

// longest is how many bytes a line has at most, without its end.
const longest = 75

// line writes a property, folded: what is longer goes on in the next line after a space, and no character is cut.
func (w *writer) line(name, value string) {
	rest, room := name+":"+value, longest
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.out = append(append(w.out, rest[:cut]...), "\r\n "...)
		rest, room = rest[cut:], longest-1
	}
	w.out = append(append(w.out, rest...), "\r\n"...)
}

// escape writes a text: what separates, and the end of a line, is escaped.
func escape(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(strings.Map(printed, s))
}

// printed leaves out characters that no line may have, and those that some programs take for the end of one.
func printed(r rune) rune {
	switch {
	case r == '\n', r == '\t':
	case r < ' ', r == 0x7f, r == '\u0085', r == '\u2028', r == '\u2029':
		return -1
	}
	return r
}

// plain is an address without anything that would end its line.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' {
			return -1
		}
		return printed(r)
	}, strings.ToValidUTF8(s, ""))
}
