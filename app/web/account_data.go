package web

import (
	"errors"
	"slices"
	"time"

	"eberbach/app/school"
	"eberbach/app/store"
)

// DataPage is all that is kept of a learner, in plain words, with what they can do about it.
type DataPage struct {
	Page
	Since, Seen, Until string // when they came, were here last, and when it is deleted if they do not come back
	Attempts, Answers  int
	Cards, Comments    int
	Notes, Shown       int // own notes, and how many of them a class may read
	Classes            []MyClass
	Calendar           bool
	HasReturn          bool
	Seed               string // of the form for a recovery code, see newReturn
	Devices            []DeviceView
	Elsewhere          int // browsers beside this one
}

// DeviceView is a browser that lets see the learner's work.
type DeviceView struct {
	Tag   string
	Since string
	First bool   // the one in which the learner began
	Class string // name of the only class that it shows, "" for everything
	Here  bool
}

func (s *Server) data(r *request) error {
	p, err := s.caughtUp(r)
	if errors.Is(err, store.ErrNotFound) { // nothing is: that page says so
		return r.seeOther("/me")
	}
	if err != nil {
		return err
	}
	own := p.own
	comments, err := s.Store.Comments(r.ctx(), own.ID)
	if err != nil {
		return err
	}
	notes, err := s.Store.Notes(r.ctx(), own.ID)
	if err != nil {
		return err
	}
	page := &DataPage{
		Page: r.page("/me/data", "data.title"), Attempts: len(p.attempts), Cards: len(p.review.Deck.Cards), Comments: len(comments),
		Calendar: own.Calendar.Hash != "", HasReturn: own.Code != "",
	}
	page.Learner, page.Notes = true, len(notes)
	for _, n := range notes {
		if len(n.Shown) > 0 {
			page.Shown++
		}
	}
	if page.Seed, err = school.NewSeed(random); err != nil {
		return err
	}
	page.Since, page.Seen = page.When(own.Created), page.Date(own.Seen)
	if seen, err := time.Parse(time.DateOnly, own.Seen); err == nil {
		page.Until = page.When(seen.Add(school.Kept))
	}
	for _, a := range p.attempts {
		for _, ans := range a.Answers {
			if ans != nil { // also where tries are left: it is stored
				page.Answers++
			}
		}
	}
	for _, seat := range p.seats {
		page.Classes = append(page.Classes, MyClass{ID: seat.Class.ID, Name: seat.Class.Name, Pseudonym: seat.Member.Name, Care: seat.Member.Care})
	}
	_, secret, _ := r.token()
	page.Devices = page.devices(own, p.seats, school.DeviceHash(secret))
	page.Elsewhere = len(page.Devices) - 1
	return r.sendPage("account/data", page)
}

// devices are the learner's browsers, the first one first; here is the hash of the one that asks.
func (p Page) devices(own *store.Own, seats []store.Seat, here string) []DeviceView {
	list := []DeviceView{{Tag: deviceTag(own.SecretHash), Since: p.When(own.Created), First: true, Here: own.SecretHash == here}}
	devices := slices.Clone(own.Devices)
	slices.SortFunc(devices, func(a, b school.Device) int { return a.Since.Compare(b.Since) })
	for _, d := range devices {
		v := DeviceView{Tag: deviceTag(d.SecretHash), Since: p.When(d.Since), Here: d.SecretHash == here}
		if d.Class != "" {
			v.Class = p.T("data.device_other")
			for _, seat := range seats {
				if seat.Class.ID == d.Class {
					v.Class = seat.Class.Name
				}
			}
		}
		list = append(list, v)
	}
	return list
}

// deviceTag names a browser in a form without giving away what is stored of its secret.
func deviceTag(secretHash string) string { return school.Tag("device " + secretHash) }

// deviceField is the browser to sign out in a form; none for all but the one that asks.
const deviceField = "device"

// endDevices signs other browsers of the learner out. One that is out already changes nothing.
func (s *Server) endDevices(r *request) error {
	own, err := s.wholeLearner(r)
	if err != nil {
		return err
	}
	asked := formOf(r.Ctx).One(deviceField)
	_, secret, _ := r.token()
	here := school.DeviceHash(secret)
	ends := func(hash string) bool { return hash != here && (asked == "" || asked == deviceTag(hash)) }
	for _, d := range own.Devices {
		if ends(d.SecretHash) {
			if err := s.Store.RemoveDevice(r.ctx(), own.ID, d.SecretHash); err != nil {
				return err
			}
		}
	}
	if ends(own.SecretHash) {
		if err := s.Store.ReplaceFirst(r.ctx(), own.ID, own.SecretHash, here); err != nil {
			return err
		}
	}
	return r.seeOther("/me/data#devices")
}
