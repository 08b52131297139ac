package web

import "github.com/gofiber/fiber/v2"

// routes is every address that Eberbach answers. A new one needs a row in the access test.
func (s *Server) routes(app *fiber.App) {
	app.Use(s.access, s.caught(), s.headers, s.sameOrigin)
	if s.Author {
		app.Use(s.reload, s.faultsFirst)
	}
	app.Get("/healthz", s.health)
	app.Get("/static/:hash/*", s.asset)
	app.Get("/", s.root)

	page := app.Group("/:lang")
	page.Get("/", s.handle(s.module))
	page.Get("/declaration", s.handle(s.declaration))
	page.Get("/glossary", s.handle(s.sendPath("/glossary")))
	page.Get("/sources", s.handle(s.sendPath("/sources")))
	page.Get("/about", s.handle(s.sendPath("/about")))
	page.Get("/lessons/:lesson", s.handle(s.lesson))
	page.Get("/lessons/:lesson/teacher", s.handle(s.teacher))
	page.Get("/lessons/:lesson/worksheet", s.handle(s.worksheet))
	page.Post("/lessons/:lesson/quiz", s.handle(s.start))

	page.Get("/attempts/:attempt", s.handle(s.overview))
	page.Get("/attempts/:attempt/offline", s.handle(s.offline))
	page.Get("/attempts/:attempt/questions/:question", s.handle(s.question))
	page.Post("/attempts/:attempt/answers/:question", s.handle(s.answer))
	page.Post("/attempts/:attempt/finish", s.handle(s.finish))
	page.Get("/attempts/:attempt/result", s.handle(s.result))

	if s.Author {
		page.Get("/faults", s.handle(s.faults))
	}
	page.Get("/me", s.handle(s.me))
	page.Get("/leave", s.handle(s.leave))
	page.Post("/leave", s.handle(s.leaveNow))
}

// previewRoutes is every address of a preview, which is a server of its own: serve has none that shows answers.
func (s *Server) previewRoutes(app *fiber.App) {
	app.Use(s.access, s.caught(), s.headers, s.reload, s.faultsFirst)
	app.Get("/static/:hash/*", s.asset)
	app.Get("/", s.root)

	page := app.Group("/:lang")
	page.Get("/", s.handle(s.toPreview))
	page.Get("/declaration", s.handle(s.previewDeclaration))
	page.Get("/faults", s.handle(s.faults))
	page.Get("/lessons/:lesson", s.handle(s.previewLesson))
	page.Get("/lessons/:lesson/worksheet", s.handle(s.previewSheet))
}
