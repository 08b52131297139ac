package web

import (
	"eberbach/app/school"
	"eberbach/app/store"
)

// CodePage shows a recovery code, once.
type CodePage struct {
	Page
	Code string
}

// newReturn is the recovery code that a form's seed makes, and what is stored of it.
func newReturn(seed, purpose string) (code, hash string, err error) {
	from, err := school.Drawn(seed, purpose)
	if err != nil {
		return "", "", err
	}
	code, err = school.NewCode(from)
	return code, school.HashCode(code), err
}

// firstCode gives somebody a recovery code who has none, and shows once more the one that the same form has given; "" for
// who has another one.
func (s *Server) firstCode(r *request, own *store.Own, seed string) (string, error) {
	code, hash, err := newReturn(seed, "code")
	if err != nil || own.Code != "" && own.Code != hash {
		return "", err
	}
	return code, s.Store.GiveCode(r.ctx(), own.ID, "", hash, s.Now())
}

// renewCode gives the learner a new recovery code and shows it. The one before lets in nobody any more.
func (s *Server) renewCode(r *request) error {
	own, err := s.wholeLearner(r)
	if err != nil {
		return err
	}
	code, hash, err := newReturn(seedOf(formOf(r.Ctx)), "code")
	if err != nil {
		return err
	}
	if err := s.Store.GiveCode(r.ctx(), own.ID, "", hash, s.Now()); err != nil {
		return err
	}
	p := &CodePage{r.page("/me", "return.title"), code}
	p.Learner = true
	return r.sendPage("account/code", p)
}
