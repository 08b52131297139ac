package web

import (
	"errors"

	"eberbach/app/school"
	"eberbach/app/store"
)

// CodesPage shows recovery codes, once.
type CodesPage struct {
	Page
	Name  string
	Codes []string
}

// codes makes new recovery codes and shows them, to a session that has just signed up or asked for them. What is stored
// cannot be read back, so a page that is loaded again has others, and the ones before are good for nothing. When the
// teacher has noted them there is no way back to this page.
func (s *Server) codes(r *request) error {
	in, err := s.signedIn(r)
	if err != nil {
		return err
	}
	codes, hashes, err := school.NewRecovery(random)
	if err != nil {
		return err
	}
	err = s.Store.NewCodes(r.ctx(), in.teacher.ID, in.session.ID, hashes, s.Now())
	if errors.Is(err, store.ErrNotFound) {
		return r.seeOther("/teach/account")
	}
	if err != nil {
		return err
	}
	return r.sendPage("teach/codes", &CodesPage{r.page("/teach/codes", "teach.codes"), in.teacher.Name, codes})
}

func (s *Server) codesNoted(r *request) error {
	t, err := s.teacherOf(r)
	if err != nil {
		return err
	}
	if err := s.Store.CodesSeen(r.ctx(), t.ID); err != nil {
		return err
	}
	return r.seeOther("/teach")
}
