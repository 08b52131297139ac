package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// returnForm is the page that asks for a recovery code, with what was typed and what is wrong with it.
func (r *request) returnForm(typed, fault, seed string) *AskPage {
	p := &AskPage{FormPage: FormPage{Page: r.page("/recover", "return.back")}}
	p.Lead = p.T("return.lead")
	p.Form = &FormView{
		Page: p.Page, ID: "return", Action: "/recover", Button: p.T("return.go"), Hidden: []Field{{seedField, seed}},
		Inputs: []Input{{Name: codeField, Label: p.T("return.code"), Value: typed, Hint: p.T("return.code_hint"), Fault: fault, Type: "text", Auto: "off"}},
	}
	p.Ways = []Way{{p.T("return.join"), "/join"}}
	return p
}

func (s *Server) comeBack(r *request) error {
	_, at, err := s.here(r)
	if err != nil {
		return err
	}
	seed, err := school.NewSeed(random)
	if err != nil {
		return err
	}
	p := r.returnForm("", "", seed)
	p.Learner = at != nil
	if s.loses(r, at) {
		p.Warn = p.T("return.warn")
	}
	return r.sendPage("account/form", p)
}

// here is who this browser has already, with the secret that it shows; nil for nobody.
func (s *Server) here(r *request) (secret string, own *store.Own, err error) {
	own, err = s.learner(r)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil, nil
	}
	_, secret, _ = r.token()
	return secret, own, err
}

// loses says whether there would be no way back to what is in this browser.
func (s *Server) loses(r *request, own *store.Own) bool {
	return own != nil && r.scope == "" && own.Code == ""
}

// comeBackNow lets a browser in by a recovery code. What it had before goes as when somebody leaves the device: where there
// is no way back to it, it is deleted, and only after a second question.
func (s *Server) comeBackNow(r *request) error {
	form := formOf(r.Ctx)
	code, seed := typed(form, codeField), seedOf(form)
	secret, before, err := s.here(r)
	if err != nil {
		return err
	}
	own, class, err := s.byCode(r, code)
	if err != nil {
		return s.noReturn(r, code, seed, err)
	}
	same := before != nil && before.ID == own.ID
	switch {
	case same && (r.scope == "" || r.scope == class): // here already
		return r.seeOther("/me")
	case !same && s.loses(r, before) && typed(form, replaceField) == "":
		return r.sendPage("account/replace", &ReplacePage{Page: r.pageOf(before, "/recover", "return.replace"), Code: code, Seed: seed, Classes: len(before.Classes) > 0})
	}
	if err := s.admit(r, own.ID, class, seed); err != nil {
		return err
	}
	if before != nil {
		if err := s.leaveAs(r, before, secret); err != nil {
			return err
		}
		r.Set("Clear-Site-Data", `"cache"`)
	}
	return r.seeOther("/me")
}

// ReplacePage asks once more before what is in this browser is lost.
type ReplacePage struct {
	Page
	Code, Seed string
	Classes    bool // it is in a class
}

// pageOf is a new page for somebody who has begun.
func (r *request) pageOf(own *store.Own, path, titleKey string) Page {
	p := r.page(path, titleKey)
	p.Learner = own != nil
	return p
}

// byCode is whom a typed recovery code lets in; errNoCode, store.ErrNotFound or a *limitError when it lets in nobody.
func (s *Server) byCode(r *request, typed string) (*store.Own, string, error) {
	if !school.IsCode(typed) {
		return nil, "", errNoCode
	}
	var own *store.Own
	var class string
	err := s.lookUp(r, "return", func() (err error) {
		own, class, err = s.Store.ByCode(r.ctx(), school.HashCode(typed), s.Now())
		return err
	})
	return own, class, err
}

var returnFaults = []codeFault{{errNoCode, "return.no_code"}, {store.ErrNotFound, "return.unknown"}}

// noReturn says in the form why a recovery code lets in nobody.
func (s *Server) noReturn(r *request, typed, seed string, err error) error {
	return r.refuseCode(r.returnForm(typed, "", seed), fiber.StatusUnprocessableEntity, err, returnFaults)
}

// admit gives this browser a token of the learner; class bounds what it sees, "" for nothing.
func (s *Server) admit(r *request, learner, class, seed string) error {
	from, err := school.Drawn(seed, "device")
	if err != nil {
		return err
	}
	d, token, err := school.NewDevice(learner, class, from)
	if err != nil {
		return err
	}
	if err := s.Store.AddDevice(r.ctx(), learner, d, s.Now()); err != nil {
		return err
	}
	s.setCookie(r.Ctx, learnerCookie, token, school.Kept)
	return nil
}
