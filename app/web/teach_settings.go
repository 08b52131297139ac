package web

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/i18n"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Fields of a class's settings, besides those that a new class has.
const (
	langField     = "lang"
	zoneField     = "zone"
	holidaysField = "holidays" // begins the names of the two fields of each span
)

// classZones are the time zones that can be chosen.
var classZones = []string{
	"Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Luxembourg", "Europe/Brussels", "Europe/Amsterdam", "Europe/Copenhagen",
	"Europe/Warsaw", "Europe/Prague", "Europe/Paris", "Europe/Rome", "Europe/Madrid", "Europe/London", "Europe/Dublin", "Europe/Athens", "Europe/Istanbul",
	"Africa/Windhoek", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Singapore", "Australia/Sydney", "UTC",
}

// SettingsPage is what a class is, who teaches it, and its end.
type SettingsPage struct {
	Page
	ClassFrame
	Done     string // what was just done, in words
	Form     *FormView
	Staff    []StaffItem
	Owner    bool     // the teacher has made the class
	Invite   string   // token of an invitation that is made when it is asked for
	Invites  []string // until when those are good that are open, in words
	Full     bool     // there are as many teachers as there may be
	Banner   *ClassBanner
	Extended string // the last day that an extension gives, in words
	Until    string // that day
	Goes     string // when the class is deleted, in words
}

// StaffItem is a teacher of the class.
type StaffItem struct {
	ID, Name    string
	Owner, Self bool
}

// settingsDone are what the page can say that was done, by the value of its query.
var settingsDone = map[string]string{"saved": "class.done_saved", "removed": "staff.done_removed", "dropped": "staff.done_dropped"}

func (s *Server) settings(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	p, err := s.settingsPage(r, room, formOfClass(room.Class), nil)
	if err != nil {
		return err
	}
	if key := settingsDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	return r.sendPage("teach/settings", p)
}

// formOfClass is the form as a class fills it in.
func formOfClass(c school.Class) quiz.Response {
	form := quiz.Response{nameField: {c.Name}, levelField: {c.Level}, langField: {c.Lang}, zoneField: {c.Zone}, endsField: {c.Ends}}
	for _, span := range c.Holidays {
		form[holidaysField+"-from"] = append(form[holidaysField+"-from"], span.From)
		form[holidaysField+"-to"] = append(form[holidaysField+"-to"], span.To)
	}
	return form
}

func (s *Server) settingsPage(r *request, room *school.Room, form quiz.Response, faults map[string]string) (*SettingsPage, error) {
	p := &SettingsPage{Page: r.page("/teach/classes/"+room.ID+"/settings", "class.settings_title", "Class", room.Name), ClassFrame: ClassFrame{room, "settings"}}
	p.Form = r.settingsForm(p, form, faults)
	p.Owner, p.Full = room.Owner == r.in.teacher.ID, len(room.Teachers) >= school.MostTeachers
	p.Banner, p.Goes = r.classBanner(p.Page, room.Class), p.When(room.Goes())
	p.Until = room.Extended(r.now)
	p.Extended = p.Date(p.Until)
	names, err := s.Store.TeacherNames(r.ctx(), room.Teachers)
	if err != nil {
		return nil, err
	}
	for _, id := range room.Teachers {
		item := StaffItem{ID: id, Name: names[id], Owner: id == room.Owner, Self: id == r.in.teacher.ID}
		if item.Name == "" {
			item.Name = p.T("staff.gone")
		}
		p.Staff = append(p.Staff, item)
	}
	if !p.Owner {
		return p, nil
	}
	if p.Invite, _, err = school.NewStaffInvite(room.ID, random); err != nil {
		return nil, err
	}
	open, err := s.Store.StaffInvites(r.ctx(), room.ID, r.now)
	if err != nil {
		return nil, err
	}
	for _, until := range open {
		p.Invites = append(p.Invites, p.Moment(time.Unix(until, 0), room.Location()))
	}
	slices.Sort(p.Invites)
	return p, nil
}

func (r *request) settingsForm(p *SettingsPage, form quiz.Response, faults map[string]string) *FormView {
	lang := Input{Name: langField, Label: p.T("class.lang"), Hint: p.T("class.lang_hint"), Value: typed(form, langField), Fault: faults[langField], Type: "select"}
	for _, code := range i18n.Languages {
		lang.Options = append(lang.Options, Option{Value: code, Text: r.site.catalogues.For(code).T("language.name")})
	}
	zone := Input{Name: zoneField, Label: p.T("class.zone"), Hint: p.T("class.zone_hint"), Value: typed(form, zoneField), Fault: faults[zoneField], Type: "select"}
	for _, name := range classZones {
		zone.Options = append(zone.Options, Option{Value: name, Text: strings.ReplaceAll(name, "_", " ")})
	}
	holidays := Input{Name: holidaysField, Label: p.T("class.holidays"), Hint: p.T("class.holidays_hint"), Fault: faults[holidaysField], Type: "spans", Spans: append(spansOf(form), make([]SpanInput, blankSpans)...)}
	holidays.Spans = holidays.Spans[:min(len(holidays.Spans), school.MostHolidays)]
	return &FormView{
		Page: p.Page, ID: "settings", Action: p.ClassPath("/settings"), Button: p.T("class.settings_button"),
		Inputs: []Input{p.classNameInput(form, faults), p.levelInput(form, faults), p.endsInput(form, faults), lang, zone, holidays},
	}
}

// blankSpans is how many empty lines there are for further holidays.
const blankSpans = 3

// spansOf are the spans in a form in which something is typed.
func spansOf(form quiz.Response) (spans []SpanInput) {
	from, to := form[holidaysField+"-from"], form[holidaysField+"-to"]
	for i := range max(len(from), len(to)) {
		var span SpanInput
		if i < len(from) {
			span.From = strings.TrimSpace(from[i])
		}
		if i < len(to) {
			span.To = strings.TrimSpace(to[i])
		}
		if span != (SpanInput{}) {
			spans = append(spans, span)
		}
	}
	return spans
}

// saveSettings stores what a class is.
func (s *Server) saveSettings(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	c := room.Class
	c.Zone, c.Lang = typed(form, zoneField), typed(form, langField) // the zone says when the last day ends
	faults := r.readClass(form, &c)
	if c.Ends == room.Ends {
		delete(faults, endsField) // it may be over
	}
	p := r.page("", "class.settings")
	if !slices.Contains(classZones, c.Zone) {
		faults[zoneField] = p.T("class.zone_missing")
	}
	if !i18n.Known(c.Lang) {
		faults[langField] = p.T("class.lang_missing")
	}
	var fault string
	if c.Holidays, fault = readSpans(p, spansOf(form)); fault != "" {
		faults[holidaysField] = fault
	}
	if len(faults) > 0 {
		page, err := s.settingsPage(r, room, form, faults)
		if err != nil {
			return err
		}
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/settings", page)
	}
	if err := s.Store.ChangeClass(r.ctx(), c); err != nil {
		return err
	}
	return r.seeOther("/teach/classes/" + room.ID + "/settings?done=saved")
}

// readSpans reads holidays, in order, and says what is wrong with them. A single day needs no last one.
func readSpans(p Page, typed []SpanInput) (spans []school.Span, fault string) {
	for _, in := range typed {
		if in.To == "" {
			in.To = in.From
		}
		span := school.Span{From: readDay(in.From), To: readDay(in.To)}
		switch {
		case span.From == "" || span.To == "":
			return nil, p.T("class.holidays_unclear")
		case span.To < span.From:
			return nil, p.T("class.holidays_order", "From", p.Date(span.From), "To", p.Date(span.To))
		}
		spans = append(spans, span)
	}
	if len(spans) > school.MostHolidays {
		return nil, p.T("class.holidays_many", "Most", school.MostHolidays)
	}
	slices.SortFunc(spans, func(a, b school.Span) int { return strings.Compare(a.From+a.To, b.From+b.To) })
	return spans, ""
}
