package web

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"eberbach/app/school"
)

// TestCalendar: the address is made once, shows the days without a cookie, and leads nowhere once it is switched off.
func TestCalendar(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wrr", func(c *Config) { c.Origin = "http://school.example" })
	form := l.get("/de/me/calendar").want(http.StatusOK).form("/me/calendar")
	address := func() string {
		for _, n := range l.get("/de/me/calendar").want(http.StatusOK).all("input") {
			if attr(n, "id") == "address" {
				return strings.TrimPrefix(attr(n, "value"), "http://school.example")
			}
		}
		return ""
	}
	l.post(form.action, form.values).want(http.StatusSeeOther)
	first := address()
	l.post(form.action, form.values).want(http.StatusSeeOther)
	if again := address(); again != first || !strings.HasPrefix(first, "/de/calendar/") || len(first) != len("/de/calendar/.ics")+32 {
		t.Fatalf("a second click makes %s of %s", again, first)
	}
	stranger := l.w.client()
	p := stranger.get(first).want(http.StatusOK)
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "SUMMARY:2 Fragen wiederholen\r\n", "URL:http://school.example/de/me/review\r\n", "DTSTART;VALUE=DATE:" + l.clock.Now().AddDate(0, 0, 1).Format("20060102")} {
		if !strings.Contains(p.body, want) {
			t.Errorf("the calendar does not say %q:\n%s", want, p.body)
		}
	}
	if got := p.header.Get("Content-Type"); got != "text/calendar; charset=utf-8" {
		t.Errorf("it is sent as %s", got)
	}
	if secret := l.http.Jar.Cookies(mustURL(t, l.w.url))[0].Value; strings.Contains(p.body, l.learnerID()) || strings.Contains(first, secret[:16]) {
		t.Error("it gives the learner away")
	}
	if seen := l.seen(); seen != school.Day(l.clock.Now()) {
		t.Errorf("seen %s", seen)
	}
	l.clock.pass(48 * time.Hour)
	stranger.get(first).want(http.StatusOK)
	if seen := l.seen(); seen == school.Day(l.clock.Now()) {
		t.Error("fetching the calendar is taken for a visit")
	}

	l.post("/de/me/calendar", url.Values{nonceField: {"aaaaaaaaaaaaaaaa"}}).want(http.StatusSeeOther)
	second := address()
	stranger.get(first).want(http.StatusNotFound)
	stranger.get(second).want(http.StatusOK)
	stranger.get(strings.TrimSuffix(second, ".ics") + "a.ics").want(http.StatusNotFound)
	l.post("/de/me/calendar/drop", nil).want(http.StatusSeeOther)
	stranger.get(second).want(http.StatusNotFound)
	l.get("/de/me/calendar").want(http.StatusOK, "Adresse machen")
}

// seen is the day on which the learner was here last.
func (l *learnt) seen() string {
	l.w.t.Helper()
	own, err := l.w.server.Store.Own(l.w.t.Context(), l.learnerID(), l.clock.Now())
	if err != nil {
		l.w.t.Fatal(err)
	}
	return own.Seen
}

// TestCalendarElsewhere: another browser of the learner is told of the address and cannot show it; one that shows a class
// only is told nothing.
func TestCalendarElsewhere(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "w")
	class := l.joins(school.Class{})
	l.post("/de/me/calendar", url.Values{nonceField: {"aaaaaaaaaaaaaaaa"}}).want(http.StatusSeeOther)
	for only, status := range map[string]int{"": http.StatusOK, class.ID: http.StatusForbidden} {
		d, token, err := school.NewDevice(l.learnerID(), only, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.w.server.Store.AddDevice(t.Context(), l.learnerID(), d, l.clock.Now()); err != nil {
			t.Fatal(err)
		}
		p := l.w.client().get("/de/me/calendar", func(r *http.Request) { r.Header.Set("Cookie", "eberbach="+token) }).want(status)
		if strings.Contains(p.body, "/calendar/") && strings.Contains(p.body, ".ics") {
			t.Error("the address is shown in another browser")
		}
		if only == "" {
			p.want(http.StatusOK, "in einem anderen Browser")
		}
	}
}
