package web

import (
	"errors"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the forms about one pupil.
const (
	extraField = "extra"
	timerField = "notimer"
	moreField  = "tries"
	otherField = "other"
	sureField  = "sure"
)

// What can be chosen for one pupil.
var (
	extraChoices = []float64{1, 1.25, 1.5, 2}
	triesChoices = []int{0, 1, 2, 3}
)

// MemberPage is one pupil of a class, for its teachers.
type MemberPage struct {
	Page
	ClassFrame
	Member  school.Member
	Done    string // what was just changed, in words
	Name    FormView
	Extra   []Choice
	Tries   []Choice
	Seed    string
	Doubles []school.Member // who may be the same person
	Pending []school.Member // who is that, and not all of whose work is here yet
	Faults  map[string]string
}

// Choice is what a select offers.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// memberDone are what the page can say that was changed, by the value of its query.
var memberDone = map[string]string{"name": "teach.member_name_done", "care": "teach.member_care_done", "merge": "teach.member_merge_done"}

// MemberPath is the path of the member's page, and of what its forms do.
func (p *MemberPage) MemberPath(what string) string {
	return p.ClassPath("/members/" + p.Member.ID + what)
}

// ofRoom is the class and the member of the request, for one of the class's teachers.
func (s *Server) ofRoom(r *request) (*school.Room, school.Member, error) {
	room, err := s.room(r)
	if err != nil {
		return nil, school.Member{}, err
	}
	m, ok := room.Member(r.Params("learner"))
	if !ok {
		return nil, m, store.ErrNotFound
	}
	return room, m, nil
}

// member shows a pupil's page. Of who has left it says how.
func (s *Server) member(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(room.Members, func(m school.Member) bool { return m.ID == r.Params("learner") && m.Name != "" && m.Into == "" })
	if i < 0 {
		return store.ErrNotFound
	}
	m := room.Members[i]
	p, err := r.memberPage(room, m)
	if err != nil {
		return err
	}
	if key := memberDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	return r.sendPage("teach/member", p)
}

// memberOf is the page of the member whom the request names.
func (s *Server) memberOf(r *request) (*MemberPage, error) {
	room, m, err := s.ofRoom(r)
	if err != nil {
		return nil, err
	}
	return r.memberPage(room, m)
}

func (r *request) memberPage(room *school.Room, m school.Member) (*MemberPage, error) {
	seed, err := school.NewSeed(random)
	p := &MemberPage{ClassFrame: ClassFrame{room, "members"}, Member: m, Seed: seed, Faults: map[string]string{}}
	p.Page = r.page(p.MemberPath(""), "nav.teach")
	p.Title = m.Name
	p.Name = FormView{
		Page: p.Page, ID: "name", Action: p.MemberPath("/name"), Button: p.T("teach.member_name_button"), Quiet: true,
		Inputs: []Input{{Name: nameField, Label: p.T("teach.member_name"), Value: m.Name, Hint: p.T("teach.member_name_hint"), Type: "text", Auto: "off"}},
	}
	p.Extra, p.Tries = p.extraChoices(m.Care), triesOf(m.Care)
	for _, other := range room.Members {
		switch {
		case other.ID == m.ID:
		case other.In():
			p.Doubles = append(p.Doubles, other)
		case other.Into == m.ID && other.Moving:
			p.Pending = append(p.Pending, other)
		}
	}
	return p, err
}

func (p *MemberPage) extraChoices(c school.Care) (list []Choice) {
	for _, x := range extraChoices {
		text := p.T("teach.member_extra_none")
		if x > 1 {
			text = p.T("teach.member_extra_factor", "Factor", p.Index(x))
		}
		list = append(list, Choice{strconv.FormatFloat(x, 'f', -1, 64), text, x == max(c.Extra, 1)})
	}
	return list
}

func triesOf(c school.Care) (list []Choice) {
	for _, n := range triesChoices {
		list = append(list, Choice{strconv.Itoa(n), strconv.Itoa(n), n == c.Tries})
	}
	return list
}

// refuse shows the member's page again with what is to be mended.
func (r *request) refuse(p *MemberPage) error {
	r.Status(fiber.StatusUnprocessableEntity)
	return r.sendPage("teach/member", p)
}

// changed leads back to the member's page, which says what was done.
func (r *request) changed(p *MemberPage, what string) error {
	return r.seeOther(p.MemberPath("?done=" + what))
}

// changeMember stores a change to a member who is in the class.
func (s *Server) changeMember(r *request, room *school.Room, m school.Member, change func(*school.Member)) error {
	_, err := s.Store.ChangeMember(r.ctx(), room.ID, m.ID, func(m *school.Member) error {
		if !m.In() {
			return store.ErrNotFound
		}
		change(m)
		return nil
	})
	return err
}

// nameFaults are the texts of school.NameError.
var nameFaults = map[string]string{"empty": "teach.member_name_empty", "long": "teach.member_name_long", "characters": "teach.member_name_characters"}

// rename gives the member another pseudonym.
func (s *Server) rename(r *request) error {
	p, err := s.memberOf(r)
	if err != nil {
		return err
	}
	room, m := p.Room, p.Member
	input := &p.Name.Inputs[0]
	input.Value = typed(formOf(r.Ctx), nameField)
	name, err := school.CleanName(input.Value)
	var wrong school.NameError
	if errors.As(err, &wrong) {
		input.Fault = p.T(nameFaults[wrong.Key])
		return r.refuse(p)
	}
	if err == nil {
		err = s.changeMember(r, room, m, func(m *school.Member) { m.Name = name })
	}
	if errors.Is(err, store.ErrTaken) {
		input.Fault = p.T("teach.member_name_taken")
		return r.refuse(p)
	}
	if err != nil {
		return err
	}
	return r.changed(p, "name")
}

// care stores what the member is given in all assignments of the class.
func (s *Server) care(r *request) error {
	p, err := s.memberOf(r)
	if err != nil {
		return err
	}
	room, m := p.Room, p.Member
	care, ok := careOf(formOf(r.Ctx))
	if !ok {
		p.Faults["care"] = p.T("teach.member_care_fault")
		return r.refuse(p)
	}
	if err := s.changeMember(r, room, m, func(m *school.Member) { m.Care = care }); err != nil {
		return err
	}
	return r.changed(p, "care")
}

// careOf reads the form; false when it holds what cannot be chosen.
func careOf(form quiz.Response) (c school.Care, ok bool) {
	extra, err1 := strconv.ParseFloat(typed(form, extraField), 64)
	tries, err2 := strconv.Atoi(typed(form, moreField))
	if err1 != nil || err2 != nil || !slices.Contains(extraChoices, extra) || !slices.Contains(triesChoices, tries) {
		return c, false
	}
	c = school.Care{Extra: extra, NoTimer: typed(form, timerField) != "", Tries: tries}
	if extra == 1 {
		c.Extra = 0
	}
	return c, true
}

// MemberCodePage shows a recovery code that was made for a pupil, once.
type MemberCodePage struct {
	Page
	ClassFrame
	Member school.Member
	Code   string
	Reach  Reach // of the page that asks for it
}

// memberCode makes a recovery code that opens the member's work for this class, and shows it. The one before is dead.
func (s *Server) memberCode(r *request) error {
	room, m, err := s.ofRoom(r)
	if err != nil {
		return err
	}
	code, hash, err := newReturn(seedOf(formOf(r.Ctx)), "class code")
	if err != nil {
		return err
	}
	err = s.Store.GiveCode(r.ctx(), m.ID, room.ID, hash, s.Now())
	if errors.Is(err, store.ErrNotFound) { // the class outlives who has not been here for a year
		p, err := r.memberPage(room, m)
		if err != nil {
			return err
		}
		p.Faults["code"] = p.T("teach.member_gone")
		return r.refuse(p)
	}
	if err != nil {
		return err
	}
	p := &MemberCodePage{ClassFrame: ClassFrame{room, "members"}, Member: m, Code: code, Reach: s.reach("/" + room.Lang + "/recover")}
	p.Page = r.page(p.ClassPath("/members/"+m.ID), "teach.member_code")
	return r.sendPage("teach/member_code", p)
}

// removeMember takes the member out of the class, once that was confirmed.
func (s *Server) removeMember(r *request) error {
	room, m, err := s.ofRoom(r)
	if err != nil {
		return s.goneAlready(r, err)
	}
	if typed(formOf(r.Ctx), sureField) == "" {
		p, err := r.memberPage(room, m)
		if err != nil {
			return err
		}
		p.Faults["remove"] = p.T("teach.member_confirm")
		return r.refuse(p)
	}
	if err := s.Store.Leave(r.ctx(), room.ID, m.ID, school.LeftRemoved); err != nil {
		return err
	}
	return r.seeOther(ClassFrame{Room: room}.ClassPath(""))
}

// goneAlready leads to the class when the member has been taken out of it by the same form before.
func (s *Server) goneAlready(r *request, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	room, err := s.room(r)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(room.Members, func(m school.Member) bool { return m.ID == r.Params("learner") && m.Left == school.LeftRemoved }) {
		return store.ErrNotFound
	}
	return r.seeOther(ClassFrame{Room: room}.ClassPath(""))
}

// mergeMember makes another entry part of the member, once that was confirmed. One that was cut short is ended by the same
// form.
func (s *Server) mergeMember(r *request) error {
	p, err := s.memberOf(r)
	if err != nil {
		return err
	}
	room, m := p.Room, p.Member
	form := formOf(r.Ctx)
	other := typed(form, otherField)
	if other != "" && typed(form, sureField) == "" {
		p.Faults["merge"] = p.T("teach.member_confirm")
		return r.refuse(p)
	}
	err = s.Store.Merge(r.ctx(), room.ID, m.ID, other, s.Now())
	if errors.Is(err, store.ErrNotFound) { // there is no such entry, or not any more
		p.Faults["merge"] = p.T("teach.member_merge_fault")
		return r.refuse(p)
	}
	if err != nil {
		return err
	}
	return r.changed(p, "merge")
}
