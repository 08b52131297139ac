package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/valyala/fasthttp"

	"eberbach/app/i18n"
)

// policy allows what comes from here and nothing else. Without unsafe-inline an injected script does not run.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// fixedHeaders are on every answer, errors and files included.
var fixedHeaders = [][2][]byte{
	{[]byte(fiber.HeaderContentSecurityPolicy), []byte(policy)},
	{[]byte(fiber.HeaderXContentTypeOptions), []byte("nosniff")},
	// Not no-referrer: with that Chromium sends Origin: null, and our own forms would be refused.
	{[]byte(fiber.HeaderReferrerPolicy), []byte("same-origin")},
	{[]byte(fiber.HeaderPermissionsPolicy), []byte("camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")},
	{[]byte("Cross-Origin-Resource-Policy"), []byte("same-origin")},
	{[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
}

func (s *Server) headers(c *fiber.Ctx) error {
	setHeaders(c, s.secure)
	return c.Next()
}

func setHeaders(c *fiber.Ctx, secure bool) {
	for _, h := range fixedHeaders {
		c.Response().Header.SetCanonical(h[0], h[1])
	}
	if secure {
		c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// headersAnyway sets them on what Fiber answers before any of our handlers is asked: to a method that nobody knows.
func (s *Server) headersAnyway(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		next(ctx)
		h := &ctx.Response.Header
		if len(h.Peek(fiber.HeaderContentSecurityPolicy)) > 0 {
			return
		}
		c := s.app.AcquireCtx(ctx)
		defer s.app.ReleaseCtx(c)
		setHeaders(c, s.secure)
		c.Set(fiber.HeaderCacheControl, "no-store")
	}
}

// sameOrigin refuses forms that another site sends in a visitor's name.
func (s *Server) sameOrigin(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodGet {
		return c.Next() // as the guard itself decides; it need not be asked for every page
	}
	r := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), URL: &url.URL{Path: c.Path()}, Header: http.Header{}}
	for _, name := range []string{"Sec-Fetch-Site", "Origin"} {
		if v := c.Get(name); v != "" {
			r.Header.Set(name, v)
		}
	}
	if err := s.guard.Check(r); err != nil {
		return errForbidden
	}
	return c.Next()
}

// formsOnly refuses what is no form. Of another kind of body nothing would be read, but it might be unpacked: 64 kB of gzip
// become as many MB.
func (s *Server) formsOnly(c *fiber.Ctx) error {
	h := &c.Request().Header
	if h.IsGet() && len(c.Request().Body()) == 0 {
		return c.Next() // nothing to refuse; most requests are
	}
	if len(h.Peek(fiber.HeaderContentEncoding)) > 0 {
		return fiber.ErrUnsupportedMediaType
	}
	kind, _, _ := strings.Cut(string(h.ContentType()), ";")
	if len(c.Request().Body()) > 0 && !strings.EqualFold(strings.TrimSpace(kind), fiber.MIMEApplicationForm) {
		return fiber.ErrUnsupportedMediaType
	}
	return c.Next()
}

// access logs each request by its route: no address with ids, no query, nobody's number.
func (s *Server) access(c *fiber.Ctx) error {
	begin := time.Now()
	err := c.Next()
	if err != nil {
		if failed := s.fail(c, err); failed != nil {
			return failed
		}
	}
	if s.leaving.Load() {
		c.Response().SetConnectionClose()
	}
	s.meter.answered(c, time.Since(begin))
	if !s.Log.Enabled(c.UserContext(), slog.LevelInfo) {
		return nil
	}
	size := 0
	if !c.Response().IsBodyStream() { // to ask a stream for its body is to wait for its end
		size = len(c.Response().Body())
	}
	s.Log.LogAttrs(c.UserContext(), slog.LevelInfo, "request", slog.String("method", c.Method()), slog.String("route", routeOf(c)),
		slog.Int("status", c.Response().StatusCode()), slog.Duration("took", time.Since(begin)), slog.Int("bytes", size))
	return nil
}

// caught turns a panic into an error: without it one bad page would end the program for everybody.
func (s *Server) caught() fiber.Handler {
	return recover.New(recover.Config{EnableStackTrace: true, StackTraceHandler: func(c *fiber.Ctx, cause any) {
		s.Log.Error("panic", "route", routeOf(c), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	}})
}

func routeOf(c *fiber.Ctx) string {
	if r := c.Route(); r != nil && r.Path != "/" {
		return r.Path
	}
	if c.Path() == "/" {
		return "/"
	}
	return "-"
}

// root leads to the language that the browser asks for.
func (s *Server) root(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	return c.Redirect("/"+i18n.Negotiate(c.Get(fiber.HeaderAcceptLanguage))+"/", fiber.StatusFound)
}

// ready says whether a load balancer should send requests here.
func (s *Server) ready(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if !s.Ready() {
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"ready": false})
	}
	return c.JSON(fiber.Map{"ready": true})
}

// health says whether the store answers.
func (s *Server) health(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.Set(fiber.HeaderCacheControl, "no-store")
	if err := s.Store.Ping(ctx); err != nil {
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"store": "away"})
	}
	return c.JSON(fiber.Map{"store": "ok"})
}
