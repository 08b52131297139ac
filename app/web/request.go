package web

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/annot"
	"eberbach/app/i18n"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// request is a request for a page: its language, the content it is answered from, and whose browser it comes from.
type request struct {
	*fiber.Ctx
	site *site
	lang string
	now  time.Time // when it came

	cookie string    // the learner's token as it came, "" for none
	tag    string    // see owner
	scope  string    // the only class that this browser shows, for its code came from a teacher; "" for everything
	in     *signedIn // the teacher who is signed in, once a page has asked for it
	class  string    // of which the teacher is one, once a page has asked for it; "" for none

	deadlines *deadlines
	bounded   context.Context    // see ctx
	cancel    context.CancelFunc // of a time that is this request's alone, see within
}

// ctx bounds how long the request waits for the store. It is made when it is first asked for: most pages are read
// without the store.
func (r *request) ctx() context.Context {
	if r.bounded == nil {
		r.bounded = r.deadlines.next()
	}
	return r.bounded
}

// renew lets the time for the store begin anew, after the request has waited for something else.
func (r *request) renew() {
	if r.cancel != nil {
		r.cancel()
	}
	r.bounded, r.cancel = nil, nil
}

// within gives the request longer for the store than pages usually have, from now on.
func (r *request) within(d time.Duration) {
	r.renew()
	r.bounded, r.cancel = context.WithTimeout(context.Background(), d)
}

// handle makes a Fiber handler of a page's handler. An unknown language is no page at all.
func (s *Server) handle(h func(*request) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		lang := c.Params("lang")
		if !i18n.Known(lang) {
			return fiber.ErrNotFound
		}
		return s.inLanguage(c, lang, h)
	}
}

// inLanguage has a page's handler answer in a language.
func (s *Server) inLanguage(c *fiber.Ctx, lang string, h func(*request) error) error {
	r := &request{Ctx: c, site: s.site(), lang: lang, now: s.Now(), deadlines: &s.deadlines}
	r.cookie = c.Cookies(s.cookieName(learnerCookie))
	defer func() {
		if r.cancel != nil {
			r.cancel()
		}
	}()
	err := h(r)
	if r.class != "" && c.Method() == fiber.MethodPost { // a teacher may have changed something of it
		s.live.announce(r.class)
	}
	return err
}

// page is a new page in the request's language.
func (r *request) page(path, titleKey string, args ...any) Page {
	p := r.site.page(r.lang, path, r.site.catalogues.For(r.lang).T(titleKey, args...))
	p.Owner, p.Teacher = r.owner(), r.in != nil
	return p
}

// owner is the tag of the learner that the cookie names, whether it is theirs or not; "" for nobody.
func (r *request) owner() string {
	if id, _, ok := r.token(); ok && r.tag == "" {
		r.tag = school.Tag(id)
	}
	return r.tag
}

// token is the learner's id and secret in the cookie; false when there is none or it is no token of ours.
func (r *request) token() (id, secret string, ok bool) {
	return school.ParseToken(r.cookie)
}

// learner returns who asks, where they stand and which classes they are in; store.ErrNotFound when nobody has begun
// anything in this browser. A browser that shows one class only is told of nothing else.
func (s *Server) learner(r *request) (*store.Own, error) {
	id, secret, ok := r.token()
	if !ok {
		return nil, store.ErrNotFound
	}
	own, err := s.Store.Own(r.ctx(), id, s.Now())
	if err == nil {
		err = s.sees(r, own, secret)
	}
	if err != nil {
		return nil, err
	}
	return own, nil
}

// noteTaker is the learner with their notes. A browser that shows one class only sees none of them.
func (s *Server) noteTaker(r *request) (*store.Own, []annot.Note, error) {
	id, secret, ok := r.token()
	if !ok {
		return nil, nil, store.ErrNotFound
	}
	own, notes, err := s.Store.OwnNotes(r.ctx(), id, s.Now())
	if err == nil {
		err = s.sees(r, own, secret)
	}
	if err != nil {
		return nil, nil, err
	}
	if r.scope != "" {
		notes = nil
	}
	return own, notes, nil
}

// wholeNoteTaker is noteTaker in a browser that may do everything.
func (s *Server) wholeNoteTaker(r *request) (*store.Own, []annot.Note, error) {
	own, notes, err := s.noteTaker(r)
	if err == nil && r.scope != "" {
		return nil, nil, errScope
	}
	return own, notes, err
}

// sees lets a browser see what its secret lets it see of a learner; store.ErrNotFound when that is nothing.
func (s *Server) sees(r *request, own *store.Own, secret string) error {
	var ok bool
	if r.scope, ok = own.Admits(secret); !ok || own.Gone {
		return store.ErrNotFound
	}
	s.visit(r, own.Learner, own.Progress)
	if r.scope != "" {
		maps.DeleteFunc(own.Progress, func(name string, _ school.Progress) bool {
			t, _ := school.ParseTask(name)
			return t.Class != r.scope
		})
		maps.DeleteFunc(own.Classes, func(class string, _ school.Membership) bool { return class != r.scope })
		maps.DeleteFunc(own.Moved, func(class string, _ school.Move) bool { return class != r.scope })
	}
	return nil
}

// errScope says that this browser shows the work of one class only.
var errScope = errors.New("web: let in for one class only")

// wholeLearner is the learner, in a browser that may do everything.
func (s *Server) wholeLearner(r *request) (*store.Own, error) {
	own, err := s.learner(r)
	if err == nil && r.scope != "" {
		return nil, errScope
	}
	return own, err
}

// visit notes the day's first visit, which moves the expiry of all that is the learner's. That it cannot be noted now
// is no reason to refuse a page: the next visit tries again.
func (s *Server) visit(r *request, l school.Learner, progress progressOf) {
	now := s.Now()
	if l.Seen == school.Day(now) {
		return
	}
	var err error
	if progress == nil {
		var own *store.Own
		if own, err = s.Store.Own(r.ctx(), l.ID, now); err == nil {
			progress = own.Progress
		}
	}
	if err == nil {
		err = s.Store.Visit(r.ctx(), l.ID, slices.Collect(maps.Keys(progress)), now)
	}
	if err != nil {
		s.Log.Warn("visit not noted", "error", err)
	}
}

// work returns the learner's attempt of the request; store.ErrNotFound when this browser has no such attempt.
func (s *Server) work(r *request) (*store.Work, error) {
	attempt := r.Params("attempt")
	task, ok := school.TaskOf(attempt)
	if !ok {
		return nil, store.ErrNotFound
	}
	w, err := s.taskWork(r, task, attempt)
	if err != nil {
		return nil, err
	}
	if w.Attempt == nil {
		return nil, store.ErrNotFound
	}
	s.visit(r, w.Learner, nil)
	return w, nil
}

// taskWork is the work on a task of who asks, with the attempt, or without one; store.ErrNotFound for nobody, errScope for
// a browser that shows another class, errMoved for who has to be told first that the work is another entry's now.
func (s *Server) taskWork(r *request, task school.Task, attempt string) (*store.Work, error) {
	id, secret, ok := r.token()
	if !ok {
		return nil, store.ErrNotFound
	}
	w, err := s.Store.Work(r.ctx(), id, task, attempt, s.Now())
	if err != nil {
		return nil, err
	}
	if r.scope, ok = w.Learner.Admits(secret); !ok || w.Learner.Gone {
		return nil, store.ErrNotFound
	}
	if r.scope != "" && r.scope != task.Class {
		return nil, errScope
	}
	if w.Into != "" {
		return s.movedWork(r, w, attempt)
	}
	return w, nil
}

// quizOf is what an attempt asks, as it was when the attempt was begun.
func (s *Server) quizOf(r *request, a *quiz.Attempt) (quiz.Edition, error) {
	e, err := s.wholeQuizOf(r, a)
	return a.Of(e), err
}

// seeOther sends the browser on with GET, so that going back and reloading repeat nothing.
func (r *request) seeOther(path string) error { return r.seeOtherIn(r.lang, path) }

// seeOtherIn is seeOther to a page in a language that need not be the request's.
func (r *request) seeOtherIn(lang, path string) error {
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.Redirect("/"+lang+path, fiber.StatusSeeOther)
}

// sendPage renders a page that is only for this learner.
func (r *request) sendPage(name string, data any) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := r.site.renderTo(buf, r.lang, name, data); err != nil {
		return err
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.site.sendHTML(r.Ctx, r.lang, buf.Bytes())
}

// buffers are where pages and their parts are put together.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
