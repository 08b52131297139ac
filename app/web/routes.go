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
	page.Post("/attempts/:attempt/again", s.handle(s.again))

	if s.Author {
		page.Get("/faults", s.handle(s.faults))
	}
	page.Get("/me", s.handle(s.me))
	page.Get("/me/progress", s.handle(s.progress))
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

	page.Get("/teach/assign", s.handle(s.assignTo))
	page.Get("/teach/staff/:code", s.handle(s.invitedTo))
	page.Post("/teach/staff/:code", s.handle(s.joinStaff))
	page.Get("/teach/classes/new", s.handle(s.newClass))
	page.Post("/teach/classes", s.handle(s.createClass))
	page.Get("/teach/classes/:class", s.handle(s.class))
	page.Get("/teach/classes/:class/assign", s.handle(s.assign))
	page.Post("/teach/classes/:class/assign", s.handle(s.assignNow))
	page.Post("/teach/classes/:class/extend", s.handle(s.extendClass))
	page.Post("/teach/classes/:class/archive", s.handle(s.archiveClass))
	page.Get("/teach/classes/:class/settings", s.handle(s.settings))
	page.Post("/teach/classes/:class/settings", s.handle(s.saveSettings))
	page.Post("/teach/classes/:class/staff", s.handle(s.inviteStaff))
	page.Post("/teach/classes/:class/staff/drop", s.handle(s.dropInvites))
	page.Post("/teach/classes/:class/staff/remove", s.handle(s.removeStaff))
	page.Get("/teach/classes/:class/delete", s.handle(s.deleteClass))
	page.Post("/teach/classes/:class/delete", s.handle(s.deleteClassNow))
	page.Get("/teach/classes/:class/assignments/:n", s.handle(s.given))
	page.Post("/teach/classes/:class/assignments/:n/release", s.handle(s.release))
	page.Post("/teach/classes/:class/assignments/:n/withdraw", s.handle(s.withdraw))
	page.Post("/teach/classes/:class/assignments/:n/longer", s.handle(s.longer))
	page.Get("/teach/classes/:class/assignments/:n/edit", s.handle(s.changeGiven))
	page.Post("/teach/classes/:class/assignments/:n/edit", s.handle(s.changeGivenNow))
	page.Get("/teach/classes/:class/assignments/:n/copy", s.handle(s.copyGiven))
	page.Post("/teach/classes/:class/assignments/:n/copy", s.handle(s.copyGivenNow))
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
