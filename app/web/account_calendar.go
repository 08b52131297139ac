package web

import (
	"cmp"
	"html/template"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/exchange/ics"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store"
)

// nonceField carries, in the form that makes a calendar's address, what the address is made of, see school.NewCalendar.
const nonceField = "nonce"

// calendarRefresh is how often a calendar is worth asking for again.
const calendarRefresh = 6 * time.Hour

// perMinute is how many answers of review take a minute, see review.Plan.
const perMinute = 7

// CalendarPage makes, shows and drops the address of the learner's calendar.
type CalendarPage struct {
	Page
	Address string // "" when there is none, or when another browser has made it
	There   bool   // there is one
	Nonce   string // for a new one
}

// Subscribe is the address as programs for calendars take it; "" when nobody has said how others reach this machine.
func (p *CalendarPage) Subscribe() template.URL {
	if _, rest, whole := strings.Cut(p.Address, "://"); whole {
		return template.URL("webcal://" + rest)
	}
	return ""
}

// calendarPage shows the address to the browser that has made it: only that one can work it out.
func (s *Server) calendarPage(r *request) error {
	own, err := s.wholeLearner(r)
	if err != nil {
		return err
	}
	page := &CalendarPage{Page: r.page("/me/calendar", "calendar.title"), There: own.Calendar.Hash != ""}
	page.Learner = true
	if page.Nonce, err = school.NewID(random); err != nil {
		return err
	}
	if page.There {
		_, secret, _ := r.token()
		c, token, err := school.NewCalendar(secret, own.Calendar.Nonce)
		if err != nil {
			return err
		}
		if c.Hash == own.Calendar.Hash {
			path := page.Href("/calendar/" + token + ".ics")
			page.Address = cmp.Or(s.reach(path).URL, path)
		}
	}
	return r.sendPage("account/calendar", page)
}

// makeCalendar makes an address; the one before leads nowhere any more. The same form makes the same one.
func (s *Server) makeCalendar(r *request) error {
	own, err := s.wholeLearner(r)
	if err != nil {
		return err
	}
	nonce := formOf(r.Ctx).One(nonceField)
	if !school.IsID(nonce) {
		return fiber.ErrBadRequest
	}
	_, secret, _ := r.token()
	c, _, err := school.NewCalendar(secret, nonce)
	if err != nil {
		return err
	}
	if err := s.Store.GiveCalendar(r.ctx(), own.ID, c, s.Now()); err != nil {
		return err
	}
	return r.seeOther("/me/calendar")
}

// dropCalendar makes the address lead nowhere.
func (s *Server) dropCalendar(r *request) error {
	own, err := s.wholeLearner(r)
	if err != nil {
		return err
	}
	if err := s.Store.DropCalendar(r.ctx(), own.ID); err != nil {
		return err
	}
	return r.seeOther("/me/calendar")
}

// calendar is what a program for calendars fetches: the days to come with how many questions they bring. It comes without
// a cookie, and that it comes is no visit: a program that nobody looks at any more must not keep the learner's data.
func (s *Server) calendar(r *request) error {
	token := r.Params("token")
	if !school.IsCalendarToken(token) {
		return store.ErrNotFound
	}
	own, err := s.Store.ByCalendar(r.ctx(), school.CalendarHash(token), s.Now())
	if err != nil {
		return err
	}
	p, err := s.past(r, own)
	if err == nil {
		err = s.foldInto(r, p)
	}
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	r.Set(fiber.HeaderCacheControl, "no-store")
	r.Set(fiber.HeaderContentDisposition, `inline; filename="eberbach.ics"`)
	return r.Send(ics.Write(r.calendarOf(p, s.reach("/"+r.lang+"/me/review").URL), r.now))
}

// calendarOf is the calendar of the days in review that bring questions.
func (r *request) calendarOf(p *past, address string) ics.Calendar {
	page := r.page("", "calendar.name")
	c := ics.Calendar{Name: page.Title, Product: "-//Eberbach//Review//" + strings.ToUpper(r.lang), Refresh: calendarRefresh}
	for _, load := range p.queue(r.site, r.now).Plan(review.PlanDays) {
		if load.Answers == 0 {
			continue
		}
		minutes := (load.Answers + perMinute - 1) / perMinute
		c.Days = append(c.Days, ics.Day{
			ID: load.Day.String() + "-" + school.Tag(p.own.ID) + "@eberbach", Date: load.Day.Begin(time.UTC),
			Summary: page.T("calendar.event", "N", load.Answers), URL: address,
			Text: page.T("calendar.minutes", "N", minutes) + " " + page.T("calendar.no_pressure"),
		})
	}
	return c
}
