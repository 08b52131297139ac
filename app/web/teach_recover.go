package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// recoverPage is the form with which a recovery code takes the place of a lost passphrase.
func (r *request) recoverPage(name, passphraseFault string) *FormPage {
	p := &FormPage{Page: r.page("/teach/recover", "teach.recover")}
	p.Lead = p.T("teach.recover_lead")
	code := Input{Name: codeField, Label: p.T("teach.code"), Hint: p.T("teach.code_hint"), Type: "text", Auto: "off"}
	p.Form = &FormView{
		Page: p.Page, ID: "recover", Action: "/teach/recover", Button: p.T("teach.recover_button"),
		Inputs: []Input{p.nameInput(name, ""), code, p.newPassphraseInput("teach.passphrase_new", passphraseFault)},
	}
	p.Ways = []Way{{p.T("teach.to_signin"), "/teach/signin"}}
	return p
}

func (s *Server) recover(r *request) error {
	return r.sendPage("teach/form", r.recoverPage("", ""))
}

func (s *Server) recoverNow(r *request) error {
	form := formOf(r.Ctx)
	name, passphrase := typed(form, nameField), typed(form, passphraseField)
	p := r.recoverPage(name, "")
	if fault := p.passphraseFault(passphrase, name); fault != "" {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/form", r.recoverPage(name, fault))
	}
	switch err := s.recoverAs(r, name, typed(form, codeField), passphrase); {
	case err == nil:
		return r.seeOther("/teach")
	case errors.Is(err, store.ErrNotFound):
		p.Form.Message = p.T("teach.recover_wrong")
		r.Status(fiber.StatusUnprocessableEntity)
	default:
		if err := r.refused(p.Form, err); err != nil {
			return err
		}
	}
	return r.sendPage("teach/form", p)
}

// recoverAs sets a new passphrase by a recovery code and begins the only session there is then; store.ErrNotFound when
// name and code do not fit. A form that is sent twice finds its passphrase set, which will do. It takes the same time
// whether there is such a teacher or not.
func (s *Server) recoverAs(r *request, name, code, passphrase string) error {
	right, err := s.guess(r, "recover", school.NameKey(name), func() (bool, error) {
		t, err := s.named(r, name)
		if err != nil {
			return false, err
		}
		hash, err := school.HashPassphrase(passphrase)
		if err != nil {
			return false, err
		}
		set := school.MatchesPassphrase(passphrase, t.PassHash)
		r.renew()
		err = s.enter(r, t, store.Admission{Code: school.HashCode(code), NewHash: hash})
		if errors.Is(err, store.ErrNotFound) && set {
			err = s.enter(r, t, store.Admission{PassHash: t.PassHash})
		}
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	})
	if err == nil && !right {
		return store.ErrNotFound
	}
	return err
}
