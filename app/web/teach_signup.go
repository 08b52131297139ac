package web

import (
	"errors"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// signUps bounds how many accounts one address may make in 15 minutes: as many as sit in a big staff room.
const signUps = 100

func (s *Server) signUp(r *request) error {
	p, err := s.signUpPage(r, r.Query(inviteField))
	if err != nil || p.Form == nil {
		return s.sendNoSignUp(r, p, err)
	}
	id, err := school.NewID(random)
	if err != nil {
		return err
	}
	p.fill(id, "", "", "")
	return r.sendPage("teach/form", p)
}

// SignUpPage is the form that makes an account; without a form it says why there is none.
type SignUpPage struct {
	FormPage
	invite string // the code that came with the link; "" where none is needed
}

// signUpPage is the page with an empty form for somebody who may sign up.
func (s *Server) signUpPage(r *request, invite string) (*SignUpPage, error) {
	path := "/teach/signup"
	if s.SignUp != SignUpInvite {
		invite = ""
	}
	if invite != "" {
		path += "?" + url.Values{inviteField: {invite}}.Encode()
	}
	p := &SignUpPage{FormPage{Page: r.page(path, "teach.signup")}, invite}
	p.Ways = []Way{{p.T("teach.have_account"), "/teach/signin"}}
	switch {
	case s.SignUp == SignUpOpen:
	case s.SignUp != SignUpInvite:
		p.Lead = p.T("teach.signup_closed")
		return p, nil
	case invite == "":
		p.Lead = p.T("teach.signup_invite")
		return p, nil
	default:
		switch err := s.invited(r, invite); {
		case errors.Is(err, store.ErrNotFound):
			p.Lead = p.T("teach.invite_used")
			return p, nil
		case err != nil:
			return p, err
		}
	}
	p.Lead = p.T("teach.signup_lead")
	p.Form = &FormView{Page: p.Page, ID: "signup", Action: "/teach/signup", Button: p.T("teach.signup_button")}
	return p, nil
}

// invited says whether a code invites; guessing is counted.
func (s *Server) invited(r *request, invite string) error {
	if err := s.limited(r, "signup", ""); err != nil {
		return err
	}
	err := s.Store.Invited(r.ctx(), school.HashCode(invite), s.Now())
	if errors.Is(err, store.ErrNotFound) {
		return errors.Join(err, s.failed(r, "signup", ""))
	}
	return err
}

// sendNoSignUp answers where nobody can sign up.
func (s *Server) sendNoSignUp(r *request, p *SignUpPage, err error) error {
	var limit *limitError
	switch {
	case errors.As(err, &limit):
		p.Lead = r.tooMany(p.Page, limit)
	case err != nil:
		return err
	case r.Method() == fiber.MethodPost || p.invite != "":
		r.Status(fiber.StatusForbidden)
	}
	return r.sendPage("teach/form", p)
}

// fill puts in what was typed and what is wrong with it. id is the account's that is being made: a form that is sent
// twice makes one.
func (p *SignUpPage) fill(id, name, nameFault, passphraseFault string) {
	p.Form.Hidden = []Field{{tryField, id}}
	if p.invite != "" {
		p.Form.Hidden = append(p.Form.Hidden, Field{inviteField, p.invite})
	}
	in := p.nameInput(name, nameFault)
	in.Hint = p.T("teach.name_hint")
	p.Form.Inputs = []Input{in, p.newPassphraseInput("teach.passphrase", passphraseFault)}
}

// signUpNow makes an account and signs in. The recovery codes are on the next page.
func (s *Server) signUpNow(r *request) error {
	form := formOf(r.Ctx)
	p, err := s.signUpPage(r, typed(form, inviteField))
	if err != nil || p.Form == nil {
		return s.sendNoSignUp(r, p, err)
	}
	id := typed(form, tryField)
	if !school.IsID(id) {
		if id, err = school.NewID(random); err != nil {
			return err
		}
	}
	name, nameFine := school.ParseName(typed(form, nameField))
	passphrase := typed(form, passphraseField)
	nameFault, passphraseFault := "", p.passphraseFault(passphrase, name)
	if !nameFine {
		nameFault = p.T("teach.name_fault")
	}
	p.fill(id, name, nameFault, passphraseFault)
	if nameFault != "" || passphraseFault != "" {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/form", p)
	}
	switch err := s.makeAccount(r, id, name, passphrase, p.invite); {
	case err == nil:
		return r.seeOther("/teach/codes")
	case errors.Is(err, store.ErrTaken):
		r.Status(fiber.StatusUnprocessableEntity)
		p.fill(id, name, p.T("teach.name_taken"), "")
	case errors.Is(err, store.ErrNotFound): // somebody was quicker
		p.Lead, p.Form = p.T("teach.invite_used"), nil
		r.Status(fiber.StatusForbidden)
	default:
		if err := r.refused(p.Form, err); err != nil {
			return err
		}
	}
	return r.sendPage("teach/form", p)
}

// makeAccount stores a new account and begins a session that may see the recovery codes. An account that the same form
// has made before is signed in to. ErrTaken: the name is somebody's. ErrNotFound: the invitation is used.
func (s *Server) makeAccount(r *request, id, name, passphrase, invite string) error {
	t, err := s.newTeacher(r, id, name, passphrase)
	if err != nil {
		return err
	}
	if invite != "" {
		invite = school.HashCode(invite)
	}
	err = s.Store.CreateTeacher(r.ctx(), t, invite, s.Now())
	if errors.Is(err, store.ErrTaken) {
		return s.madeBefore(r, t, passphrase)
	}
	if err != nil {
		return err
	}
	if err := s.Store.Failed(r.ctx(), "account", s.address(r.Ctx), s.Now()); err != nil {
		s.Log.Warn("a sign-up was not counted", "error", err)
	}
	return s.enter(r, t, store.Admission{PassHash: t.PassHash, NewCodes: true})
}

// newTeacher hashes the passphrase of an account to be, for whoever has not made too many.
func (s *Server) newTeacher(r *request, id, name, passphrase string) (t school.Teacher, err error) {
	if err := s.limited(r, "signup", ""); err != nil {
		return t, err
	}
	wait, err := s.Store.Limited(r.ctx(), "account", s.address(r.Ctx), signUps, s.Now())
	if err != nil {
		return t, err
	}
	if wait > 0 {
		return t, &limitError{wait}
	}
	now := s.Now().UTC().Truncate(time.Second)
	t = school.Teacher{ID: id, Name: name, Created: now, Lang: r.lang, Seen: school.Day(now)}
	t.PassHash, err = s.hash(r, passphrase)
	return t, err
}

// madeBefore signs in to the account of a form that was sent twice. Anybody else is told that the name is taken.
func (s *Server) madeBefore(r *request, t school.Teacher, passphrase string) error {
	before, err := s.Store.TeacherNamed(r.ctx(), t.Name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err != nil || before.ID != t.ID {
		return errors.Join(store.ErrTaken, s.failed(r, "signup", ""))
	}
	right, err := s.knows(r, before, passphrase)
	if err == nil && !right {
		err = store.ErrTaken
	}
	if err != nil {
		return err
	}
	return s.enter(r, before, store.Admission{PassHash: before.PassHash, NewCodes: true})
}
