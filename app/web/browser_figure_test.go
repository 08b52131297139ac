package web

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestBaseRate changes a number of the drawing with the keyboard: picture, table and sentence follow, the sentence once the
// slider rests; and with the number it began with the drawing is the server's again.
func TestBaseRate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := openBrowser(t, w.url, "de", 360, false)
	b.open("/de/lessons/" + theLesson)
	drawn := func() string {
		return eval[string](b, `[...document.querySelectorAll("eb-base-rate [data-shape], eb-base-rate [data-count]")].map(e => e.getAttribute("d") ?? e.textContent).join()`)
	}
	said := func(text string) {
		t.Helper()
		eventually(t, func() bool {
			return eval[string](b, `document.querySelector("eb-base-rate [role=status]").textContent`) == text
		})
	}
	begun := drawn()
	said("Alarme: 108, davon richtig: 9. Das sind rund 8,3 von 100.")
	b.js(`document.querySelector("#rate-sought").focus()`)
	b.tabTo(`document.activeElement.id === "rate-wrong"`)
	b.run(chromedp.KeyEvent(kb.ArrowLeft))
	if drawn() == begun {
		t.Error("the drawing stays as it was")
	}
	if value := eval[string](b, `document.activeElement.getAttribute("aria-valuetext")`); value != "3\u202f%" {
		t.Errorf("the slider says %q", value)
	}
	said("Alarme: 39, davon richtig: 9. Das sind rund 23,1 von 100.")
	b.clean("base rate, changed")
	b.run(chromedp.KeyEvent(kb.ArrowRight))
	if now := drawn(); now != begun {
		t.Errorf("the script draws %s, the server %s", now, begun)
	}
}
