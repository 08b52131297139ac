package web

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
	"eberbach/app/store"
)

// signInPage is the form that signs in and then leads to a page, which may be "".
func (s *Server) signInPage(r *request, to, name string) *FormPage {
	path := "/teach/signin"
	if to != "" {
		path += "?" + url.Values{toField: {to}}.Encode()
	}
	p := &FormPage{Page: r.page(path, "teach.signin")}
	p.Lead = p.T("teach.signin_lead")
	p.Form = &FormView{
		Page: p.Page, ID: "signin", Action: "/teach/signin", Button: p.T("teach.signin_button"),
		Inputs: []Input{p.nameInput(name, ""), p.passphraseInput("")},
	}
	if to != "" {
		p.Form.Hidden = []Field{{toField, to}}
	}
	p.Ways = []Way{{p.T("teach.lost"), "/teach/recover"}}
	if s.SignUp == SignUpOpen {
		p.Ways = append([]Way{{p.T("teach.no_account"), "/teach/signup"}}, p.Ways...)
	}
	return p
}

func (s *Server) signIn(r *request) error {
	to := localPath(r.Query(toField))
	switch _, err := s.teacherOf(r); {
	case err == nil:
		return r.goTo(to)
	case !errors.Is(err, errSignIn):
		return err
	}
	return r.sendPage("teach/form", s.signInPage(r, to, ""))
}

// goTo sends the browser on to a checked path, or to where a teacher begins.
func (r *request) goTo(to string) error {
	if to == "" {
		return r.seeOther("/teach")
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.Redirect(to, fiber.StatusSeeOther)
}

// signInNow takes the same time whether there is such a teacher or not, and says the same when it does not work.
func (s *Server) signInNow(r *request) error {
	form := formOf(r.Ctx)
	to, name, passphrase := localPath(typed(form, toField)), typed(form, nameField), typed(form, passphraseField)
	p := s.signInPage(r, to, name)
	if name == "" || passphrase == "" {
		if name == "" {
			p.Form.Inputs[0].Fault = p.T("teach.name_missing")
		}
		if passphrase == "" {
			p.Form.Inputs[1].Fault = p.T("teach.passphrase_missing")
		}
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/form", p)
	}
	err := s.signInAs(r, name, passphrase)
	switch {
	case err == nil:
		return r.goTo(to)
	case errors.Is(err, store.ErrNotFound):
		p.Form.Message = p.T("teach.signin_wrong")
		r.Status(fiber.StatusUnprocessableEntity)
	default:
		if err := r.refused(p.Form, err); err != nil {
			return err
		}
	}
	return r.sendPage("teach/form", p)
}

// signInAs begins a session; store.ErrNotFound when name and passphrase do not fit.
func (s *Server) signInAs(r *request, name, passphrase string) error {
	var t school.Teacher
	right, err := s.guess(r, "signin", school.NameKey(name), func() (bool, error) {
		var err error
		if t, err = s.named(r, name); err != nil {
			return false, err
		}
		return school.MatchesPassphrase(passphrase, t.PassHash), nil
	})
	if err == nil && !right {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	err = s.enter(r, t, store.Admission{PassHash: t.PassHash})
	if errors.Is(err, store.ErrConflict) { // another passphrase since it was read
		return store.ErrNotFound
	}
	return err
}

// named is the teacher with the user name; without an error also when there is none: a teacher without a hash then.
func (s *Server) named(r *request, typed string) (school.Teacher, error) {
	name, ok := school.ParseName(typed)
	if !ok {
		name = ""
	}
	t, err := s.Store.TeacherNamed(r.ctx(), name)
	if errors.Is(err, store.ErrNotFound) {
		return school.Teacher{}, nil
	}
	return t, err
}

// knows says whether the passphrase is the teacher's; failures count as those of signing in.
func (s *Server) knows(r *request, t school.Teacher, passphrase string) (bool, error) {
	return s.guess(r, "signin", school.NameKey(t.Name), func() (bool, error) {
		return school.MatchesPassphrase(passphrase, t.PassHash), nil
	})
}

// enter begins a new session with what gives the right to it, and gives the browser its token. A session that the browser
// had before ends.
func (s *Server) enter(r *request, t school.Teacher, a store.Admission) error {
	session, token, err := school.NewSession(t.ID, school.DeviceOf(r.Get(fiber.HeaderUserAgent)), random, s.Now())
	if err != nil {
		return err
	}
	a.Session = session
	if err := s.Store.Admit(r.ctx(), t.ID, a, s.Now()); err != nil {
		return err
	}
	if id, secret, ok := school.ParseToken(r.Cookies(s.cookieName(teacherCookie))); ok {
		if err := s.Store.EndSession(r.ctx(), id, school.SessionID(secret)); err != nil {
			s.Log.Warn("an earlier session goes on", "error", err)
		}
	}
	s.setCookie(r.Ctx, teacherCookie, token, school.SessionKept)
	return nil
}

// signOut ends the session and forgets what the browser keeps of teachers' pages. It can be repeated.
func (s *Server) signOut(r *request) error {
	if id, secret, ok := school.ParseToken(r.Cookies(s.cookieName(teacherCookie))); ok {
		if err := s.Store.EndSession(r.ctx(), id, school.SessionID(secret)); err != nil {
			return err
		}
	}
	return s.leaveTeaching(r, "/teach/signin")
}

// leaveTeaching takes the token from the browser and sends it on.
func (s *Server) leaveTeaching(r *request, to string) error {
	s.clearCookie(r.Ctx, teacherCookie)
	r.Set("Clear-Site-Data", `"cache"`)
	return r.seeOther(to)
}
