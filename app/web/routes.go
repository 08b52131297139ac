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
	page.Get("/me/review", s.handle(s.review))
	page.Post("/me/review", s.handle(s.reviewAnswer))
	page.Get("/me/review/:lesson/:question", s.handle(s.reviewed))
	page.Get("/leave", s.handle(s.leave))
	page.Post("/leave", s.handle(s.leaveNow))

	page.Get("/teach", s.handle(s.teach))
	page.Get("/teach/signup", s.handle(s.signUp))
	page.Post("/teach/signup", s.handle(s.signUpNow))
	page.Get("/teach/signin", s.handle(s.signIn))
	page.Post("/teach/signin", s.handle(s.signInNow))
	page.Post("/teach/signout", s.handle(s.signOut))
	page.Get("/teach/recover", s.handle(s.recover))
	page.Post("/teach/recover", s.handle(s.recoverNow))
	page.Get("/teach/reset", s.handle(s.reset))
	page.Post("/teach/reset", s.handle(s.resetNow))
	page.Get("/teach/codes", s.handle(s.codes))
	page.Post("/teach/codes", s.handle(s.codesNoted))
	page.Get("/teach/account", s.handle(s.account))
	page.Post("/teach/account/passphrase", s.handle(s.changePassphrase))
	page.Post("/teach/account/codes", s.handle(s.renewCodes))
	page.Post("/teach/account/sessions", s.handle(s.endSession))
	page.Post("/teach/account/delete", s.handle(s.deleteAccount))
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
