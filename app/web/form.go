package web

import (
	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
)

// formOf copies a submitted form out of the request, whose memory is used again for the next one.
func formOf(c *fiber.Ctx) quiz.Response {
	form := quiz.Response{}
	c.Request().PostArgs().VisitAll(func(name, value []byte) {
		form[string(name)] = append(form[string(name)], string(value))
	})
	return form
}
