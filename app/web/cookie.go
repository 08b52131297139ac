package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/school"
)

// cookieName is the learner's cookie. Under TLS its prefix makes browsers refuse it from anybody but this very host.
func (s *Server) cookieName() string {
	if s.secure {
		return "__Host-eberbach"
	}
	return "eberbach"
}

func (s *Server) setToken(c *fiber.Ctx, token string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", HTTPOnly: true, Secure: s.secure,
		SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(school.Kept / time.Second),
	})
}

func (s *Server) clearToken(c *fiber.Ctx) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(), Path: "/", HTTPOnly: true, Secure: s.secure,
		SameSite: fiber.CookieSameSiteLaxMode, Expires: time.Unix(1, 0),
	})
}
