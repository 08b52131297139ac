package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// Our cookies. Each holds a token that the store knows the hash of.
const (
	learnerCookie = "eberbach"
	teacherCookie = "eberbach-teacher"
)

// cookieName is a cookie's name here. Under TLS its prefix makes browsers refuse it from anybody but this very host.
func (s *Server) cookieName(cookie string) string {
	if s.secure {
		return "__Host-" + cookie
	}
	return cookie
}

func (s *Server) setCookie(c *fiber.Ctx, cookie, token string, kept time.Duration) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(cookie), Value: token, Path: "/", HTTPOnly: true, Secure: s.secure,
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(kept / time.Second),
	})
}

func (s *Server) clearCookie(c *fiber.Ctx, cookie string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(cookie), Path: "/", HTTPOnly: true, Secure: s.secure,
		SameSite: fiber.CookieSameSiteLaxMode, Expires: time.Unix(1, 0),
	})
}
