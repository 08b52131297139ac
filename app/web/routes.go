package web

import "github.com/gofiber/fiber/v2"

// routes is every address that Eberbach answers. A new one needs a row in the access test.
func (s *Server) routes(app *fiber.App) {
	app.Use(s.access, s.caught(), s.headers, s.sameOrigin)
	if s.Dev {
		app.Use(s.reload)
	}
	app.Get("/healthz", s.health)
	app.Get("/static/:hash/*", s.asset)
	app.Get("/", s.root)

	page := app.Group("/:lang")
	page.Get("/", s.handle(s.module))
	page.Get("/declaration", s.handle(s.declaration))
	page.Get("/lessons/:lesson", s.handle(s.lesson))
	page.Get("/lessons/:lesson/worksheet", s.handle(s.worksheet))
	page.Post("/lessons/:lesson/quiz", s.handle(s.start))

	page.Get("/attempts/:attempt", s.handle(s.overview))
	page.Get("/attempts/:attempt/questions/:question", s.handle(s.question))
	page.Post("/attempts/:attempt/answers/:question", s.handle(s.answer))
	page.Post("/attempts/:attempt/finish", s.handle(s.finish))
	page.Get("/attempts/:attempt/result", s.handle(s.result))

	page.Get("/me", s.handle(s.me))
	page.Get("/leave", s.handle(s.leave))
	page.Post("/leave", s.handle(s.leaveNow))
}
