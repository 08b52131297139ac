package web

import (
	"errors"
	"net/url"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/i18n"
	"eberbach/app/school"
	"eberbach/app/store"
)

// errSignIn says that a page is for teachers and that nobody is signed in: the browser is sent to sign in, and back.
var errSignIn = errors.New("web: nobody is signed in")

// signedIn is who is signed in and in which session.
type signedIn struct {
	teacher school.Teacher
	session school.Session
}

// teacherOf returns the teacher who asks; errSignIn when nobody is signed in.
func (s *Server) teacherOf(r *request) (school.Teacher, error) {
	in, err := s.signedIn(r)
	return in.teacher, err
}

// signedIn reads who is signed in, once a request.
func (s *Server) signedIn(r *request) (signedIn, error) {
	if r.in != nil {
		return *r.in, nil
	}
	in, secret, err := s.session(r)
	if err != nil {
		return signedIn{}, err
	}
	if in.teacher.Gone || !in.session.Owns(secret, s.Now()) {
		return signedIn{}, errSignIn
	}
	s.teacherVisit(r, in, secret)
	r.in = &in
	return in, nil
}

// session reads the teacher and the session that the cookie names, whether it is still good or not.
func (s *Server) session(r *request) (in signedIn, secret string, err error) {
	id, secret, ok := school.ParseToken(r.Cookies(s.cookieName(teacherCookie)))
	if !ok {
		return in, "", errSignIn
	}
	in.teacher, in.session, err = s.Store.Teacher(r.ctx(), id, school.SessionID(secret))
	if errors.Is(err, store.ErrNotFound) {
		err = errSignIn
	}
	return in, secret, err
}

// teacherVisit notes the day's first visit, which moves the expiry of all that is the teacher's, of the session and of
// its cookie. That it cannot be noted now is no reason to refuse a page.
func (s *Server) teacherVisit(r *request, in signedIn, secret string) {
	now := s.Now()
	if today := school.Day(now); in.teacher.Seen == today && in.session.Seen == today {
		return
	}
	if err := s.Store.SettleTeacher(r.ctx(), in.teacher, in.session.ID, now); err != nil {
		s.Log.Warn("visit of a teacher not noted", "error", err)
		return
	}
	s.setCookie(r.Ctx, teacherCookie, in.teacher.ID+"."+secret, school.SessionKept)
}

// toSignIn sends a browser to sign in, and back to the page that it asked for.
func (s *Server) toSignIn(c *fiber.Ctx) error {
	lang, at := languageOf(c)
	to := "/" + lang + "/teach/signin"
	if c.Method() == fiber.MethodGet {
		if query := string(c.Request().URI().QueryString()); query != "" {
			at += "?" + query
		}
		if at != "/teach" {
			to += "?" + url.Values{"to": {"/" + lang + at}}.Encode()
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(to, fiber.StatusSeeOther)
}

// localPath is a page to go to after signing in, as it came from a query or form: one for teachers or a lesson, here and
// nowhere else; "" for anything else.
func localPath(to string) string {
	if strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r == '\\' || r > '~' }) {
		return ""
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || path.Clean(u.Path) != u.Path {
		return ""
	}
	parts := strings.Split(u.Path, "/")
	if len(parts) < 3 || parts[0] != "" || !i18n.Known(parts[1]) || parts[2] != "teach" && parts[2] != "lessons" {
		return ""
	}
	return u.RequestURI()
}
