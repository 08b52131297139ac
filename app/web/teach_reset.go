package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// resetPage is the form to which the link of an operator leads: a new passphrase for somebody who has lost everything.
func (r *request) resetPage(token string, t school.Teacher, fault string) *FormPage {
	p := &FormPage{Page: r.page("/teach/reset?"+url.Values{tokenField: {token}}.Encode(), "teach.reset")}
	p.Lead = p.T("teach.reset_lead", "Name", t.Name)
	p.Form = &FormView{
		Page: p.Page, ID: "reset", Action: "/teach/reset", Button: p.T("teach.reset_button"),
		Hidden: []Field{{tokenField, token}}, Inputs: []Input{p.newPassphraseInput("teach.passphrase_new", fault)},
	}
	return p
}

// noResetPage says that a link is good for nothing any more.
func (r *request) noResetPage() *FormPage {
	p := &FormPage{Page: r.page("/teach/reset", "teach.reset")}
	p.Lead = p.T("teach.reset_used")
	p.Ways = []Way{{p.T("teach.to_signin"), "/teach/signin"}, {p.T("teach.lost"), "/teach/recover"}}
	return p
}

func (s *Server) reset(r *request) error {
	token := r.Query(tokenField)
	t, _, err := s.resetOf(r, token)
	switch {
	case errors.Is(err, store.ErrNotFound):
		r.Status(fiber.StatusNotFound)
		return r.sendPage("teach/form", r.noResetPage())
	case err != nil:
		return err
	}
	return r.sendPage("teach/form", r.resetPage(token, t, ""))
}

// resetOf is the teacher whose link it is, and what is stored of it; store.ErrNotFound when it is good for nothing.
func (s *Server) resetOf(r *request, token string) (school.Teacher, string, error) {
	id, secret, ok := school.ParseToken(token)
	if !ok {
		return school.Teacher{}, "", store.ErrNotFound
	}
	hash := school.ResetHash(secret)
	t, err := s.Store.TeacherReset(r.ctx(), id, hash, s.Now())
	return t, hash, err
}

func (s *Server) resetNow(r *request) error {
	form := formOf(r.Ctx)
	token, passphrase := typed(form, tokenField), typed(form, passphraseField)
	t, hash, err := s.resetOf(r, token)
	if errors.Is(err, store.ErrNotFound) {
		return s.resetBefore(r, token, passphrase)
	}
	if err != nil {
		return err
	}
	p := r.resetPage(token, t, "")
	if fault := p.passphraseFault(passphrase, t.Name); fault != "" {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/form", r.resetPage(token, t, fault))
	}
	newHash, err := s.hash(r, passphrase)
	if err == nil {
		err = s.enter(r, t, store.Admission{Reset: hash, NewHash: newHash, NewCodes: true})
	}
	switch {
	case err == nil:
		return r.seeOther("/teach/codes")
	case errors.Is(err, store.ErrNotFound):
		return s.resetBefore(r, token, passphrase)
	}
	if err := r.refused(p.Form, err); err != nil {
		return err
	}
	return r.sendPage("teach/form", p)
}

// resetBefore answers a form whose link was used. If it was this form that used it, the passphrase is set.
func (s *Server) resetBefore(r *request, token, passphrase string) error {
	p := r.noResetPage()
	r.Status(fiber.StatusNotFound)
	id, _, ok := school.ParseToken(token)
	if !ok {
		return r.sendPage("teach/form", p)
	}
	t, _, err := s.Store.Teacher(r.ctx(), id, "")
	if errors.Is(err, store.ErrNotFound) {
		return r.sendPage("teach/form", p)
	}
	if err != nil {
		return err
	}
	var right bool
	if right, err = s.knows(r, t, passphrase); err == nil && right {
		if err = s.enter(r, t, store.Admission{PassHash: t.PassHash, NewCodes: true}); err == nil {
			return r.seeOther("/teach/codes")
		}
	}
	var limit *limitError
	if err != nil && !errors.As(err, &limit) && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) {
		return err
	}
	return r.sendPage("teach/form", p)
}
