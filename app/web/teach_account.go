package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// AccountPage is a teacher's account: where they are signed in, and what can be changed.
type AccountPage struct {
	Page
	Name       string
	Done       string // what was just changed, in words
	Sessions   []SessionView
	Passphrase FormView
	Codes      FormView
	CodesLeft  int
	Delete     FormView
}

// SessionView is a session in the list.
type SessionView struct {
	ID, Device, Since, Seen string
	This                    bool
}

// accountDone are what a page can say that was changed, by the value of its query.
var accountDone = map[string]string{"passphrase": "teach.passphrase_done", "sessions": "teach.sessions_done"}

func (s *Server) account(r *request) error {
	in, err := s.signedIn(r)
	if err != nil {
		return err
	}
	p, err := s.accountPage(r, in)
	if err != nil {
		return err
	}
	if key := accountDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	return r.sendPage("teach/account", p)
}

func (s *Server) accountPage(r *request, in signedIn) (*AccountPage, error) {
	sessions, err := s.Store.Sessions(r.ctx(), in.teacher.ID, s.Now())
	if err != nil {
		return nil, err
	}
	p := r.newAccountPage(in.teacher)
	for _, session := range sessions {
		device := session.Device
		if device == "" {
			device = p.T("teach.device_unknown")
		}
		p.Sessions = append(p.Sessions, SessionView{session.ID, device, p.When(session.Created), p.Date(session.Seen), session.ID == in.session.ID})
	}
	return p, nil
}

// newAccountPage is the page with its forms as they are before anything is typed.
func (r *request) newAccountPage(t school.Teacher) *AccountPage {
	p := &AccountPage{Page: r.page("/teach/account", "teach.account"), Name: t.Name, CodesLeft: t.Codes}
	current := p.passphraseInput("")
	current.Name, current.Label = currentField, p.T("teach.passphrase_current")
	p.Passphrase = FormView{
		Page: p.Page, ID: "passphrase", Action: "/teach/account/passphrase", Button: p.T("teach.passphrase_button"), Quiet: true,
		Inputs: []Input{current, p.newPassphraseInput("teach.passphrase_new", "")},
	}
	p.Codes = FormView{Page: p.Page, ID: "codes", Action: "/teach/account/codes", Button: p.T("teach.codes_button"), Quiet: true, Inputs: []Input{current}}
	p.Delete = FormView{
		Page: p.Page, ID: "delete", Action: "/teach/account/delete", Button: p.T("teach.delete_button"), Quiet: true,
		Inputs: []Input{{Name: nameField, Label: p.T("teach.delete_name", "Name", t.Name), Type: "text", Auto: "off"}},
	}
	return p
}

// sendFault shows the account page with what is wrong in one of its forms, which form picks.
func (s *Server) sendFault(r *request, in signedIn, status int, form func(*AccountPage) error) error {
	p, err := s.accountPage(r, in)
	if err != nil {
		return err
	}
	r.Status(status)
	if err := form(p); err != nil {
		return err
	}
	return r.sendPage("teach/account", p)
}

func (s *Server) changePassphrase(r *request) error {
	in, err := s.signedIn(r)
	if err != nil {
		return err
	}
	form := formOf(r.Ctx)
	current, passphrase := typed(form, currentField), typed(form, passphraseField)
	if fault := r.page("", "teach.account").passphraseFault(passphrase, in.teacher.Name); fault != "" {
		return s.sendFault(r, in, fiber.StatusUnprocessableEntity, func(p *AccountPage) error {
			p.Passphrase.Inputs[1].Fault = fault
			return nil
		})
	}
	switch err := s.setPassphrase(r, in, current, passphrase); {
	case err == nil:
		return r.seeOther("/teach/account?done=passphrase")
	case errors.Is(err, store.ErrConflict):
		return s.sendFault(r, in, fiber.StatusUnprocessableEntity, func(p *AccountPage) error {
			p.Passphrase.Inputs[0].Fault = p.T("teach.passphrase_wrong")
			return nil
		})
	default:
		return s.sendFault(r, in, fiber.StatusOK, func(p *AccountPage) error { return r.refused(&p.Passphrase, err) })
	}
}

// setPassphrase changes the passphrase and ends all other sessions; store.ErrConflict when the current one is not right.
// A form that is sent twice finds its passphrase set, which will do.
func (s *Server) setPassphrase(r *request, in signedIn, current, passphrase string) error {
	right, err := s.guess(r, "signin", school.NameKey(in.teacher.Name), func() (bool, error) {
		if !school.MatchesPassphrase(current, in.teacher.PassHash) {
			return school.MatchesPassphrase(passphrase, in.teacher.PassHash), nil
		}
		hash, err := school.HashPassphrase(passphrase)
		if err != nil {
			return false, err
		}
		r.renew()
		a := store.Admission{Session: in.session, PassHash: in.teacher.PassHash, NewHash: hash}
		err = s.Store.Admit(r.ctx(), in.teacher.ID, a, s.Now())
		return err == nil, err
	})
	if err == nil && !right {
		return store.ErrConflict
	}
	return err
}

// renewCodes lets the session see new recovery codes; until then the old ones are good.
func (s *Server) renewCodes(r *request) error {
	in, err := s.signedIn(r)
	if err != nil {
		return err
	}
	right, err := s.knows(r, in.teacher, typed(formOf(r.Ctx), currentField))
	if err == nil && right {
		err = s.Store.Admit(r.ctx(), in.teacher.ID, store.Admission{Session: in.session, PassHash: in.teacher.PassHash, NewCodes: true}, s.Now())
	}
	switch {
	case err == nil && right:
		return r.seeOther("/teach/codes")
	case err == nil, errors.Is(err, store.ErrConflict):
		return s.sendFault(r, in, fiber.StatusUnprocessableEntity, func(p *AccountPage) error {
			p.Codes.Inputs[0].Fault = p.T("teach.passphrase_wrong")
			return nil
		})
	}
	return s.sendFault(r, in, fiber.StatusOK, func(p *AccountPage) error { return r.refused(&p.Codes, err) })
}

// endSession signs out one browser of the teacher's, which may be this one.
func (s *Server) endSession(r *request) error {
	in, err := s.signedIn(r)
	if err != nil {
		return err
	}
	id := typed(formOf(r.Ctx), "session")
	if err := s.Store.EndSession(r.ctx(), in.teacher.ID, id); err != nil {
		return err
	}
	if id == in.session.ID {
		return s.leaveTeaching(r, "/teach/signin")
	}
	return r.seeOther("/teach/account?done=sessions")
}

// deleteAccount removes the account when its name was typed. It can be repeated, also when it was cut short.
func (s *Server) deleteAccount(r *request) error {
	in, secret, err := s.session(r)
	if err == nil && !in.session.Owns(secret, s.Now()) {
		err = errSignIn
	}
	if err != nil {
		return err
	}
	r.in = &in
	if school.NameKey(typed(formOf(r.Ctx), nameField)) != school.NameKey(in.teacher.Name) {
		return s.sendFault(r, in, fiber.StatusUnprocessableEntity, func(p *AccountPage) error {
			p.Delete.Inputs[0].Fault = p.T("teach.delete_fault", "Name", in.teacher.Name)
			return nil
		})
	}
	if _, err := s.rooms(r, in.teacher.ID); err != nil { // takes out the classes that are gone
		return err
	}
	err = s.Store.DeleteTeacher(r.ctx(), in.teacher, s.Now())
	if errors.Is(err, store.ErrInUse) {
		return s.sendFault(r, in, fiber.StatusUnprocessableEntity, func(p *AccountPage) error {
			p.Delete.Message = p.T("teach.delete_classes")
			return nil
		})
	}
	if err != nil {
		return err
	}
	return s.leaveTeaching(r, "/")
}
