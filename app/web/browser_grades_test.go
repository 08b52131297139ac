package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestBrowserGrades goes a teacher's way through what a class has done, by keyboard in the table, and has axe look at
// every page.
func TestBrowserGrades(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.theClass()
	each(t, []look{{"de", 360, true}, {"en", 1280, true}}, func(t *testing.T, run look) {
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.asTeacher(c)
		b.open(c.path(b.lang, "/gradebook"))
		b.clean("the gradebook")
		b.inTable()
		b.byArrows()
		b.comments(c)
		b.open(c.path(b.lang, "/gradebook?points=1"))
		b.clean("the gradebook in points")
		b.press(".grades thead th:nth-child(4) a")
		b.clean("the results of an assignment")
	})
}

// inTable: the table scrolls by itself, its head and its names stay in sight.
func (b *browser) inTable() {
	b.t.Helper()
	kept := eval[string](b, `(() => {
	  const at = document.querySelector(".grades");
	  at.scrollTo({ left: 400, top: 300, behavior: "instant" });
	  const box = at.getBoundingClientRect();
	  const head = at.querySelector("thead th:nth-child(4)").getBoundingClientRect(), name = at.querySelector("tbody th").getBoundingClientRect();
	  const foot = at.querySelector("tfoot td:nth-child(4)").getBoundingClientRect();
	  const wrong = [];
	  if (at.scrollLeft < 100) wrong.push("it does not scroll aside");
	  if (Math.abs(head.top - box.top) > 2) wrong.push("the head has moved by " + (head.top - box.top));
	  if (Math.abs(name.left - box.left) > 2) wrong.push("the names have moved by " + (name.left - box.left));
	  if (Math.abs(foot.bottom - box.bottom) > 20) wrong.push("the foot has moved by " + (foot.bottom - box.bottom));
	  at.scrollTo({ left: 0, top: 0, behavior: "instant" });
	  return wrong.join("; ");
	})()`)
	if kept != "" {
		b.t.Error(kept)
	}
}

// focus is the cell that has the focus: row and column from 0, and how much of it is hidden under head, foot or names.
func (b *browser) focus() string {
	b.t.Helper()
	return eval[string](b, `(() => {
	  const cell = document.activeElement.closest("th,td"); if (!cell) return "outside";
	  const box = cell.getBoundingClientRect(), seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	  return [cell.parentNode.rowIndex, cell.cellIndex].join() + (cell.contains(seen) ? "" : " hidden by " + seen?.outerHTML.slice(0, 60));
	})()`)
}

// byArrows moves through the table: one stop for Tab, arrows from cell to cell, and Enter opens what counts.
func (b *browser) byArrows() {
	b.t.Helper()
	b.js(`document.querySelector(".grades").focus()`)
	steps := []struct {
		name, key string
		want      string
		options   []chromedp.KeyOption
	}{
		{"Tab", kb.Tab, "1,1", nil},
		{"right", kb.ArrowRight, "1,2", nil},
		{"down", kb.ArrowDown, "2,2", nil},
		{"left", kb.ArrowLeft, "2,1", nil},
		{"up", kb.ArrowUp, "1,1", nil},
		{"up to the head", kb.ArrowUp, "0,1", nil},
		{"no further", kb.ArrowUp, "0,1", nil},
		{"end of the row", kb.End, "0,13", nil},
		{"down there", kb.ArrowDown, "1,13", nil},
		{"ten rows", kb.PageDown, "11,13", nil},
		{"last cell", kb.End, "36,13", []chromedp.KeyOption{chromedp.KeyModifiers(2)}},
		{"no further", kb.ArrowRight, "36,13", nil},
		{"a pupil's name", kb.Home, "36,0", nil},
		{"first cell", kb.Home, "0,0", []chromedp.KeyOption{chromedp.KeyModifiers(2)}},
		{"into the table", kb.ArrowDown, "1,0", nil},
		{"a cell", kb.ArrowRight, "1,1", nil},
		{"a mark", kb.ArrowRight, "1,2", nil},
		{"the next", kb.ArrowRight, "1,3", nil},
	}
	for _, s := range steps {
		b.run(chromedp.KeyEvent(s.key, s.options...))
		time.Sleep(60 * time.Millisecond) // the table scrolls
		if got := b.focus(); got != s.want {
			b.t.Errorf("%s: the focus is at %s, want %s", s.name, got, s.want)
		}
	}
	if n := eval[int](b, `[...document.querySelectorAll(".grades [tabindex='0'], .grades a:not([tabindex])")].length`); n != 1 {
		b.t.Errorf("Tab stops %d times in the table", n)
	}
	b.run(chromedp.KeyEvent(kb.Tab))
	if got := b.focus(); got != "outside" {
		b.t.Errorf("Tab stays in the table, at %s", got)
	}
	b.run(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(8)))
	if got := b.focus(); got != "1,3" {
		b.t.Errorf("the way back leads to %s", got)
	}
	b.leads(chromedp.KeyEvent(kb.Enter))
	if !strings.Contains(b.at(), "/attempts/") {
		b.t.Errorf("Enter leads to %s", b.at())
	}
	b.clean("an attempt")
}

// comments writes to a pupil, too much at first.
func (b *browser) comments(c *schoolroom) {
	b.t.Helper()
	b.js(fmt.Sprintf(`document.querySelector("#comment-text").value = "x".repeat(%d)`, school.MostComment+7))
	b.submit("section.box form button:not([name])")
	b.clean("a comment that is too long")
	if got := eval[string](b, `document.activeElement.id + document.activeElement.value.length`); got != fmt.Sprint("comment-text", school.MostComment+7) {
		b.t.Errorf("refused: the focus and what was typed are %q", got)
	}
	b.js(`document.querySelector("#comment-text").value = "Gut.\nUnd weiter."`)
	b.submit("section.box form button:not([name])")
	b.clean("a comment that is kept")
	b.submit("section.box form button[name]")
	if got := eval[string](b, `document.querySelector("#comment-text").value + document.querySelectorAll("section.box form button").length`); got != "1" {
		b.t.Errorf("taken back: %q", got)
	}
}

// TestBrowserRegrade grades again in the browser and has axe look at it.
func TestBrowserRegrade(t *testing.T) {
	t.Parallel()
	old := newWorld(t, withWorkshop)
	c := old.schoolroom("Frau.Hier", "9b")
	a := c.assign("workshop", quiz.Homework, 240, nil)
	for i, name := range pupilNames(5) {
		c.attempt(c.pupil(name), a, time.Now().Add(-100*time.Hour), luck(i, 60), true)
	}
	time.Sleep(2 * time.Millisecond)
	w := newWorldOn(t, old.redis, changed(t, versionCases[2].edits...))
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
	}{{"en", 360, true}, {"de", 1280, true}} {
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.asTeacher(c)
		b.open(c.path(b.lang, "/assignments/1/results"))
		b.clean("results after a correction")
		b.js(`document.querySelector(".results .more")?.setAttribute("open", "")`)
		b.press(`main a[href$="/regrade"]`)
		b.clean("what a correction changes")
		if run.width == 1280 {
			b.submit("main form button")
			b.clean("graded again")
		}
	}
	p := c.pupilResult(w)
	b := openBrowser(t, w.url, "de", 360, true)
	b.cookie(w.server.cookieName(learnerCookie), p.token)
	b.open(p.path)
	b.clean("a result with a comment")
	b.open("/de/me")
	b.clean("one's own page with a comment")
}

// commented is a pupil's result with a comment.
type commented struct{ token, path string }

func (c *schoolroom) pupilResult(w *world) commented {
	c.w.t.Helper()
	m := c.room().Present()[0]
	a := c.room().Assignments[0]
	s := c.standing(m, a)
	c.w.must(w.server.Store.Comment(c.w.t.Context(), m.ID, a.Task(c.class.ID), s.Counted, school.Comment{Text: "Genau gelesen.", At: time.Now().Unix()}))
	return commented{c.tokens[m.ID], "/de/attempts/" + s.Counted + "/result"}
}
