package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"eberbach/app/annot"
	"eberbach/app/i18n"
)

// drag selects with the mouse what lies between the corners of an element.
func (b *browser) drag(selector string) {
	b.t.Helper()
	box := eval[[]float64](b, fmt.Sprintf(`(() => { const el = document.querySelector(%q); el.scrollIntoView({block: "center", behavior: "instant"});
	  const r = [...el.getClientRects()]; const a = r[0], z = r.at(-1); return [a.left + 1, a.top + a.height / 2, z.right - 1, z.top + z.height / 2]; })()`, selector))
	move := func(kind input.DispatchMouseEventType, x, y float64) chromedp.Action[chromedp.Void] {
		return chromedp.MouseEvent(kind, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1))
	}
	b.run(move(input.DispatchMouseEventTypeMousePressed, box[0], box[1]), move(input.DispatchMouseEventTypeMouseMoved, (box[0]+box[2])/2, box[3]),
		move(input.DispatchMouseEventTypeMouseMoved, box[2], box[3]), move(input.DispatchMouseEventTypeMouseReleased, box[2], box[3]))
}

const shift = chromedp.Modifier(8)

// sees waits until the selector finds something that can be seen.
func (b *browser) sees(selector string) {
	b.t.Helper()
	eventually(b.t, func() bool {
		return eval[bool](b, fmt.Sprintf(`!!document.querySelector(%q)?.checkVisibility()`, selector))
	})
}

// painted is the text that is painted as a kind of note, stretch by stretch.
func (b *browser) painted(kind annot.Kind) []string {
	b.t.Helper()
	return eval[[]string](b, fmt.Sprintf(`[...CSS.highlights.get("own-%s") ?? []].map(r => r.toString())`, kind))
}

// TestBrowserNotes marks by mouse, by finger and by keyboard, each in both languages, with axe on every state.
func TestBrowserNotes(t *testing.T) {
	t.Parallel()
	each(t, []look{{"de", 360, true}, {"en", 360, false}, {"de", 1280, false}, {"en", 1280, true}}, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t)
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.open("/" + run.lang + "/lessons/" + theLesson)
		if n := eval[int](b, `performance.getEntriesByType("resource").filter(e => e.name.includes("notes.js")).length`); n != 0 {
			t.Error("the script for notes is there before anybody needs it")
		}
		b.marks(w)
		b.steps(w)
		b.withoutConnection(w)
		b.lookThroughNotes(w)
	})
}

// marks marks a sentence as its look does: with the mouse on a wide page, with a finger on a phone.
func (b *browser) marks(w *world) {
	text := eval[string](b, `document.getElementById("T1-1").textContent.replace(/\d+\s*$/, "").trim()`)
	finger := b.width < 600
	if finger {
		b.byTouch()
		b.run(b.click("h1"))
		// Handles tell of a selection by selectionchange alone.
		b.js(`(() => { const r = new Range(), el = document.getElementById("T1-1"); el.scrollIntoView({block: "center"}); r.selectNodeContents(el); r.setEnd(el.firstChild.nodeType === 3 ? el.firstChild : el, 3); getSelection().addRange(r);
		  setTimeout(() => { r.selectNodeContents(el); getSelection().removeAllRanges(); getSelection().addRange(r); }, 60); })()`)
	} else {
		b.drag("#T1-1")
	}
	b.sees(".note-tool")
	if below := eval[bool](b, `document.querySelector(".note-tool").matches(".below") && getComputedStyle(document.querySelector(".note-tool")).position === "fixed"`); below != finger {
		b.t.Errorf("the toolbar is at the bottom: %v", below)
	}
	b.clean("marked")
	b.anew(b.click(`.note-tool [data-kind="highlight"]`)) // somebody new: the page is loaded anew
	b.sees("#notes-T1 li")
	if got := strings.Join(b.painted(annot.Highlight), ""); got != text {
		b.t.Errorf("painted is %q, want %q", got, text)
	}
	if !eval[bool](b, `!!document.querySelector(".bar .leave")`) {
		b.t.Error("nothing leads off the device")
	}
	b.clean("with a note")
}

// steps goes through a section by keyboard and notes something on two sentences of it.
func (b *browser) steps(w *world) {
	section := eval[string](b, `[...document.querySelectorAll("a[data-add]")].find(a => !/^[A-Z]\d/.test(a.dataset.add)).dataset.add`)
	adder := fmt.Sprintf(`document.querySelector('a[data-add="%s"]')`, section)
	b.js(adder + ".focus()")
	b.run(chromedp.KeyEvent("\r"))
	b.sees(".note-tool .step")
	b.clean("sentence by sentence")
	b.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(shift)))
	said := eval[string](b, `document.querySelector("main > p[role=status]").textContent`)
	u, _ := ourSite().textsOf(theLesson, b.lang).unit(section)
	s := u.Sentences()
	want := strings.TrimSpace(u.Text[s[1].Start:s[2].End])
	if !strings.Contains(said, want) || !strings.Contains(said, "2–3") {
		b.t.Errorf("said is %q, want %q", said, want)
	}
	b.run(chromedp.KeyEvent(kb.Escape))
	if !eval[bool](b, adder+` === document.activeElement && document.querySelector(".note-tool").hidden`) {
		b.t.Error("Escape does not lead back")
	}
	b.run(chromedp.KeyEvent("\r"))
	b.sees(".note-tool .step")
	b.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown, chromedp.KeyModifiers(shift)), chromedp.KeyEvent("\r"))
	eventually(b.t, func() bool { return eval[bool](b, `document.activeElement.dataset.kind === "highlight"`) })
	b.run(chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(" "))
	if !eval[bool](b, `document.activeElement.matches("#tool-words")`) {
		b.t.Fatal("a note asks for no words")
	}
	b.clean("words for a note")
	b.run(chromedp.KeyEvent("Why?"), chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	b.sees("#notes-" + section + " li")
	if got := strings.Join(b.painted(annot.Comment), "\n"); folded(got) != folded(want) {
		b.t.Errorf("painted is %q, want %q", got, want)
	}
	if !eval[bool](b, adder+` === document.activeElement`) {
		b.t.Error("the focus is not back where it came from")
	}
}

// withoutConnection keeps the words until they are stored.
func (b *browser) withoutConnection(w *world) {
	b.js(`document.querySelector('a[data-add="T1"]').click()`)
	b.sees(".note-tool .step")
	b.js(`document.querySelector('.note-tool [data-kind="unclear"]').click(); document.getElementById("tool-words").value = "Who says so?"`)
	w.redis.Kill()
	b.js(`document.querySelector(".note-tool form button").click()`)
	b.says(".note-tool .said", map[string]string{"de": "Nicht gespeichert", "en": "Not saved"}[b.lang])
	if words := eval[string](b, `document.getElementById("tool-words").value`); words != "Who says so?" {
		b.t.Errorf("the words are %q", words)
	}
	b.clean("not saved")
	w.redis.Start()
	eventually(b.t, func() bool { return w.client().get("/healthz").status == 200 })
	b.js(`document.querySelector(".note-tool form button").click()`)
	eventually(b.t, func() bool { return len(b.painted(annot.Unclear)) > 0 })
	b.js(`document.querySelector('a[data-add="E9"]').click()`)
	b.sees(".note-tool .step")
	b.js(`document.querySelector('.note-tool [data-kind="note"]').click()`)
	b.run(chromedp.KeyEvent("half a sent"))
	b.open(strings.Split(b.at(), "#")[0])
	b.js(`document.querySelector('a[data-add="E9"]').click()`)
	b.sees(".note-tool .step")
	b.js(`document.querySelector('.note-tool [data-kind="note"]').click()`)
	if words := eval[string](b, `document.getElementById("tool-words").value`); words != "half a sent" {
		b.t.Errorf("after the tab was closed the words are %q", words)
	}
	b.open(strings.Split(b.at(), "#")[0])
	b.offline(true)
	b.js(`document.querySelector('a[data-add="E9"]').click()`)
	b.says(`.add-note [role="alert"]`, map[string]string{"de": "Keine Verbindung.", "en": "No connection."}[b.lang])
	b.clean("offline")
	b.offline(false)
	b.js(`document.querySelector('a[data-add="E9"]').click()`)
	b.sees(".note-tool .step")
	if eval[bool](b, `!!document.querySelector(".add-note [role=alert]")`) {
		b.t.Error("it still says that there is no connection")
	}
}

func (b *browser) lookThroughNotes(w *world) {
	b.open("/" + b.lang + "/me/notes")
	b.clean("all notes")
	if n := eval[int](b, `document.querySelectorAll(".own li").length`); n != 3 {
		b.t.Errorf("%d notes are listed", n)
	}
	b.press(`.own a[href$="#delete"]`)
	b.clean("one note")
	b.open("/" + b.lang + "/declaration/notes/E1")
	b.clean("a note without a script")
	b.js(`document.querySelector("[value=note]").click(); document.querySelector("[name=sentence]")?.click()`)
	b.press("#note button")
	b.clean("a note, refused")
	b.js(`document.querySelector("textarea").value = "Words."`)
	b.press("#note button")
	b.sees(".own li")
	b.clean("declaration with a note")
}

// TestBrowserTexts: what the browser takes for the text of a piece is what the server does, on every page.
func TestBrowserTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := openBrowser(t, w.url, "en", 1280, false)
	for _, lang := range i18n.Languages {
		sources := []string{annot.Declaration}
		for _, l := range ourSite().module.Lessons {
			sources = append(sources, l.ID)
		}
		for _, source := range sources {
			b.open("/" + lang + sourcePath(source))
			got := eval[map[string]string](b, `import(document.querySelector("main").dataset.notes).then(({read}) => Object.fromEntries([...document.querySelectorAll("[data-unit]")].map(el => [el.dataset.unit, read(el.dataset.unit).text]).filter(([, text]) => text)))`)
			texts := ourSite().textsOf(source, lang)
			if len(got) != len(texts) {
				t.Errorf("%s %s: %d pieces, want %d", lang, source, len(got), len(texts))
			}
			for _, u := range texts {
				if got[u.ID] != u.Text {
					t.Errorf("%s %s %s is\n%q, want\n%q", lang, source, u.ID, got[u.ID], u.Text)
				}
			}
		}
	}
}
