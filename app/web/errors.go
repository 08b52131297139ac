package web

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/i18n"
	"eberbach/app/school"
	"eberbach/app/store"
)

var errForbidden = errors.New("web: a form from another site")

// ErrorPage tells what went wrong and how to go on.
type ErrorPage struct {
	Page
	Status int
	Text   string
	Action string // where to send the form again, when that can help
	Fields []Field
}

// Field is a form field that is sent again as it was.
type Field struct{ Name, Value string }

// statusOf is the one table from errors to statuses. Whatever is not in it is our own fault and keeps its text to itself.
func statusOf(err error) int {
	var f *fiber.Error
	var limit *limitError
	switch {
	case errors.Is(err, errSignIn), errors.Is(err, errMoved):
		return fiber.StatusSeeOther
	case errors.As(err, &limit):
		return fiber.StatusTooManyRequests
	case errors.Is(err, store.ErrNotFound):
		return fiber.StatusNotFound
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, errBusy), errors.Is(err, errViews), errors.Is(err, context.DeadlineExceeded):
		return fiber.StatusServiceUnavailable
	case errors.Is(err, errForbidden), errors.Is(err, errScope), errors.Is(err, errOwner):
		return fiber.StatusForbidden
	case errors.As(err, &f):
		return f.Code
	}
	return fiber.StatusInternalServerError
}

// errorTexts are the statuses that have a text of their own; others get the one of 400 or 500.
var errorTexts = map[int]string{
	400: "400", 403: "403", 404: "404", 405: "404", 413: "413", 429: "429", 431: "413", 500: "500", 503: "503",
}

// fail answers with the error page, in the language of the address or of the browser.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	status := statusOf(err)
	if status >= 500 {
		s.Log.LogAttrs(c.UserContext(), slog.LevelError, "request failed", slog.String("route", routeOf(c)), slog.String("error", err.Error()))
	}
	setHeaders(c, s.secure) // the server's own errors never pass the middleware
	lang, path := languageOf(c)
	switch {
	case errors.Is(err, errMoved):
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Redirect("/"+lang+"/me", fiber.StatusSeeOther)
	case status == fiber.StatusSeeOther:
		return s.toSignIn(c)
	}
	key := errorTexts[status]
	switch {
	case errors.Is(err, errScope):
		key = "scope"
	case errors.Is(err, errOwner):
		key = "owner"
	}
	if key == "" {
		key = map[bool]string{true: "500", false: "400"}[status >= 500]
	}
	site := s.site()
	t := site.catalogues.For(lang)
	if byScript(c) {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Status(status).JSON(outcome{State: map[bool]string{true: stateAway, false: stateGone}[status >= 500], Message: t.T("error.title_" + key)})
	}
	p := &ErrorPage{Page: site.page(lang, path, t.T("error.title_"+key)), Status: status, Text: t.T("error.text_" + key)}
	var id string
	if id, _, p.Learner = school.ParseToken(c.Cookies(s.cookieName(learnerCookie))); p.Learner {
		p.Owner = school.Tag(id)
	}
	var limit *limitError
	if errors.As(err, &limit) {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(limit.wait.Seconds())))
	}
	if status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, "5")
		p.Action, p.Fields = "/"+lang+path, nil
		if c.Method() == fiber.MethodPost {
			form := formOf(c)
			if p.Fields = fieldsOf(form); hasSecret(form) {
				p.Action, p.Fields = "/"+lang+formPage(path), nil // no secret in a page: it is typed again
			}
		}
	}
	if c.Method() == fiber.MethodPost && status != fiber.StatusServiceUnavailable {
		p.Path = "/" // the address of a form is no place to switch language on
	}
	out, renderErr := site.render(p.Lang, "layouts/error", p)
	if renderErr != nil {
		s.Log.Error("error page failed", "error", renderErr)
		out = []byte(t.T("error.text_500"))
	}
	c.Status(status)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return site.sendHTML(c, p.Lang, out)
}

// unread answers what never became a request, such as one that is too large. The others' errors end in access.
func (s *Server) unread(c *fiber.Ctx, err error) error {
	failed := s.fail(c, err)
	s.meter.refused(c.Response().StatusCode())
	return failed
}

// Post says whether the page was the answer to a form.
func (p ErrorPage) Post() bool { return p.Fields != nil }

// languageOf takes the language and the path below it from the address; without one the browser decides.
func languageOf(c *fiber.Ctx) (lang, path string) {
	lang, path, _ = strings.Cut(strings.TrimPrefix(c.Path(), "/"), "/")
	if i18n.Known(lang) {
		return lang, "/" + path
	}
	return i18n.Negotiate(c.Get(fiber.HeaderAcceptLanguage)), "/"
}

func fieldsOf(form map[string][]string) []Field {
	fields := []Field{}
	for name, values := range form {
		for _, v := range values {
			fields = append(fields, Field{name, v})
		}
	}
	slices.SortFunc(fields, func(a, b Field) int { return strings.Compare(a.Name+"="+a.Value, b.Name+"="+b.Value) })
	return fields
}
