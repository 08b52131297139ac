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
	page.Post("/me/recovery", s.handle(s.renewCode))
	page.Get("/me/classes/:class/leave", s.handle(s.leaveClass))
	page.Post("/me/classes/:class/leave", s.handle(s.leaveClassNow))
	page.Post("/me/classes/:class/moved", s.handle(s.seeMove))
	page.Get("/join", s.handle(s.join))
	page.Post("/join", s.handle(s.joinTyped))
	page.Get("/join/:code", s.handle(s.joinClass))
	page.Post("/join/:code", s.handle(s.joinNow))
	page.Get("/recover", s.handle(s.comeBack))
	page.Post("/recover", s.handle(s.comeBackNow))
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

	page.Get("/teach/classes/:class/join", s.handle(s.wall))
	page.Get("/teach/classes/:class/cards", s.handle(s.cards))
	page.Post("/teach/classes/:class/code", s.handle(s.newJoinCode))
	page.Post("/teach/classes/:class/code/stop", s.handle(s.stopJoinCode))
	page.Get("/teach/classes/:class/members/:learner", s.handle(s.member))
	page.Post("/teach/classes/:class/members/:learner/name", s.handle(s.rename))
	page.Post("/teach/classes/:class/members/:learner/code", s.handle(s.memberCode))
	page.Post("/teach/classes/:class/members/:learner/care", s.handle(s.care))
	page.Post("/teach/classes/:class/members/:learner/remove", s.handle(s.removeMember))
	page.Post("/teach/classes/:class/members/:learner/merge", s.handle(s.mergeMember))
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
