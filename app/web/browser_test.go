package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/redis/go-redis/v9"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// browser is a real Chromium with one tab open.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string // origin, without a slash at the end
	lang string

	width int
	dark  bool
	deaf  bool // to what the console says
	touch bool // clicks come from a finger
	seen  bool // axe has seen these pages in another browser
}

// look is how a page is looked at.
type look struct {
	lang  string
	width int
	dark  bool
}

// looks have each language, width and scheme once.
var looks = []look{{"de", 360, true}, {"en", 1280, false}}

// each runs a test once for each look.
func each(t *testing.T, looks []look, test func(*testing.T, look)) {
	t.Helper()
	for _, l := range looks {
		t.Run(fmt.Sprintf("%s %d dark=%v", l.lang, l.width, l.dark), func(t *testing.T) { test(t, l) })
	}
}

// openBrowser opens a tab in a browser that shares nothing with that of another test.
func openBrowser(t *testing.T, base, lang string, width int, dark bool) *browser {
	t.Helper()
	b := &browser{t: t, base: base, lang: lang, width: width, dark: dark}
	b.tab(inChromium(t, lang), chromedp.WithNewBrowserContext())
	return b
}

// tab opens a tab and goes on in it.
func (b *browser) tab(parent context.Context, options ...chromedp.ContextOption) {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	b.t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		b.t.Fatal(err)
	}
	scheme := map[bool]string{false: "light", true: "dark"}[b.dark]
	phone := b.width < 600
	// With motion a page still scrolls when it is clicked on, and the click lands beside.
	_, err1 := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	_, err2 := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(b.width), Height: 800, DeviceScaleFactor: 1, Mobile: phone})
	_, err3 := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme},
		{Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	_, err4 := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}) // other tests' windows are open, too
	axe, err5 := axeSource()
	// Axe is half a megabyte: the browser gets it once, and no page runs it that is not looked at.
	_, err6 := chromedp.Call(ctx, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: "window.loadAxe = () => {" + axe + "\n}"})
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		b.t.Fatal(err)
	}
}

// hear fails the test on anything that a page complains about or asks of anybody else.
func (b *browser) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.t.Errorf("script error: %+v", e.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		if b.deaf {
			return
		}
		b.t.Errorf("console: %s", e.Args[0].Value)
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.base+"/") && !strings.HasPrefix(u, "data:") {
			b.t.Errorf("a page asks for %s", u)
		}
	}
}

func (b *browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", b.at(), err)
	}
}

func (b *browser) at() string {
	at, _ := chromedp.Run(b.ctx, chromedp.Location())
	return strings.TrimPrefix(at, b.base)
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.base + path))
}

// leads waits for the page that the steps lead to.
func (b *browser) leads(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", b.at(), err)
	}
}

// click clicks, or taps where clicks come from a finger.
func (b *browser) click(selector string) chromedp.Action[chromedp.Void] {
	if !b.touch {
		return chromedp.Click(selector)
	}
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, err error) {
		at, err := chromedp.Evaluate[[]float64](fmt.Sprintf(`(() => { const el = document.querySelector(%q); el.scrollIntoView({block: "center", behavior: "instant"});
		  const r = el.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector))(ctx, t)
		if err != nil {
			return none, err
		}
		_, err1 := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}})
		_, err2 := chromedp.Call(ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: "touchEnd", TouchPoints: []*input.TouchPoint{}})
		return none, errors.Join(err1, err2)
	}
}

// press clicks and waits for the page that this leads to.
func (b *browser) press(selector string) {
	b.t.Helper()
	b.leads(b.click(selector))
}

// submit clicks and waits for the page that a form's script leads to in its own time, which may be the same one anew.
func (b *browser) submit(selector string) {
	b.t.Helper()
	b.anew(b.click(selector))
}

// anew takes the steps and waits until another document is there, also of the same address.
func (b *browser) anew(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.js(`document.documentElement.dataset.old = "old"`)
	b.run(steps...)
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	for {
		loaded, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!document.documentElement.dataset.old && document.readyState === "complete"`))
		if err == nil && loaded {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("%s: no other document comes", b.at())
		}
		time.Sleep(10 * time.Millisecond) // the page may be between two documents
	}
}

// js evaluates a script that gives nothing back.
func (b *browser) js(script string) {
	b.t.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](script))
}

// eval evaluates a script, waits for its promise, and returns what it gives.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", b.at(), err)
	}
	return out
}

// clean checks the page as it is now: axe finds nothing, nothing is wider than the screen.
func (b *browser) clean(what string) {
	b.t.Helper()
	if !b.seen {
		b.axe(what)
	}
	if over := eval[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		b.t.Errorf("%s (%s): %d px wider than the screen", what, b.at(), over)
	}
}

func (b *browser) axe(what string) {
	b.t.Helper()
	findings := eval[string](b, `(window.axe || loadAxe(), axe).run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]})
	  .then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + (n.any[0]?.message ?? "")).join(" | "))))`)
	var list []string
	if err := json.Unmarshal([]byte(findings), &list); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range list {
		b.t.Errorf("%s (%s): axe: %s", what, b.at(), f)
	}
}

// TestBrowser goes the student's way in a real browser, in each language, on a phone and on a wide screen, light and dark,
// and has axe look at every page in every state. Over plain HTTP the pages are the same, and go the same way.
func TestBrowser(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
		host  string
	}{
		{"de", 360, true, "127.0.0.1"},
		{"en", 1280, false, "127.0.0.1"},
		{"en", 360, true, "eberbach.test"}, // no secure context, no Sec-Fetch-Site
	} {
		t.Run(fmt.Sprintf("%s %d dark=%v %s", run.lang, run.width, run.dark, run.host), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			base := strings.Replace(w.url, "127.0.0.1", run.host, 1)
			b := openBrowser(t, base, run.lang, run.width, run.dark)
			b.seen = base != w.url
			b.readLesson(w)
			b.takeQuiz(w)
			b.lookBack(w)
			b.errorPages(w)
		})
	}
}

func (b *browser) readLesson(w *world) {
	b.open("/")
	if at := b.at(); at != "/"+b.lang+"/" {
		b.t.Errorf("/ leads to %s", at)
	}
	b.clean("module")
	b.press(".hero .button")
	b.clean("lesson")
	b.noteAndQuote()
	b.open("/" + b.lang + "/declaration")
	b.clean("declaration")
	b.open("/" + b.lang + "/me")
	b.clean("me, nobody")
	b.open("/" + b.lang + "/leave")
	b.clean("leave, nobody")
	b.open("/" + b.lang + "/lessons/" + theLesson)
}

// noteAndQuote points at a quote: its note lights up, and on a wide page it stands beside it.
func (b *browser) noteAndQuote() {
	lit := eval[bool](b, `(() => { const q = document.querySelector("mark a"); q.focus();
	  return document.getElementById("note-" + q.dataset.note).classList.contains("lit"); })()`)
	if !lit {
		b.t.Error("focus on a quote does not light up its note")
	}
	place := eval[struct {
		Beside bool `json:"beside"`
		Below  bool `json:"below"`
	}](b, `(() => { const q = document.querySelector("mark a"), n = document.getElementById("note-" + q.dataset.note);
	  const a = q.getBoundingClientRect(), s = q.closest(".s").getBoundingClientRect(), b = n.getBoundingClientRect();
	  return {beside: b.left > a.right && b.top <= a.bottom && b.bottom >= a.top, below: b.top >= s.bottom - 4}; })()`)
	wide := b.width > 1088
	if wide && !place.Beside || !wide && !place.Below {
		b.t.Errorf("the first note is not where it belongs: %+v, wide %v", place, wide)
	}
}

func (b *browser) takeQuiz(w *world) {
	b.press("#quiz button")
	for i, q := range lessonOf(b.t, w).Edition("").Questions {
		b.answerQuestion(q, i%2 == 0, i < 4)
		if i == 2 { // a closed tab: another one goes on
			at := b.at()
			b.tab(b.ctx)
			b.open("/" + b.lang + "/")
			b.clean("module, begun")
			b.press(".hero button")
			if now := b.at(); strings.Split(now, "/")[3] != strings.Split(at, "/")[3] {
				b.t.Errorf("another attempt after a closed tab: %s, before %s", now, at)
			}
			b.open(strings.SplitN(at, "#", 2)[0])
		}
		b.press(".turn a.button")
	}
	b.clean("overview")
	b.press("main form button")
	b.clean("result")
}

// answerQuestion answers the question that is open until its feedback shows, and looks at every state on the way: first
// with nothing, if it should be refused, then wrongly where it has a further try or should be wrong.
func (b *browser) answerQuestion(q *quiz.Question, right, refused bool) {
	b.t.Helper()
	kind := q.Body.Kind()
	b.clean("question " + kind)
	if !q.Scored() {
		b.answerUnscored(q)
		return
	}
	if refused { // send nothing, past the browser's own check
		b.js(`document.querySelector("main form").noValidate = true`)
		b.submit("main form button")
		b.clean("refused " + kind)
	}
	if len(q.Hints) > 0 {
		b.send(wrongForm(b.t, q))
		b.clean("tried " + kind)
		if !right {
			b.submit(`main form button[name="_solution"]`)
		}
	}
	if right || len(q.Hints) == 0 {
		b.send(formFor(b.t, q, b.lang, right))
	}
	b.clean("feedback " + kind)
}

// answerUnscored goes on from an opinion, or keeps words of one's own.
func (b *browser) answerUnscored(q *quiz.Question) {
	b.t.Helper()
	if _, ok := q.Body.(*quiz.OwnWords); ok {
		b.js(`document.querySelector("textarea").value = "Words of my own."`)
		b.submit("#keep button")
	} else {
		b.js(`document.querySelector("main input").checked = true`)
		b.submit("main form button")
	}
	b.clean("after " + q.Body.Kind())
}

// send fills in the question's form and sends it.
func (b *browser) send(form url.Values) {
	b.t.Helper()
	b.js(fill(form))
	b.submit("main form button")
}

// fill is a script that fills in the question's form.
func fill(form url.Values) string {
	data, _ := json.Marshal(form)
	return fmt.Sprintf(fillIn, data)
}

// fillIn chooses and types as the form says; %s is a map of fields to values.
const fillIn = `(() => { const want = %s; const form = document.querySelector("main form");
  for (const el of form.elements) { const v = want[el.name]; if (!v) continue;
    if (el.type === "radio" || el.type === "checkbox") el.checked = v.includes(el.value); else el.value = v[0]; } })()`

// lookBack goes from the result to the sentence that proves an answer: one click.
func (b *browser) lookBack(w *world) {
	result := b.at()
	b.press(".proof a")
	seen := eval[bool](b, `(async () => { await new Promise(r => setTimeout(r, 900)); const t = document.querySelector(":target").getBoundingClientRect();
	  return t.top >= 0 && t.bottom <= innerHeight; })()`)
	if !seen {
		b.t.Errorf("%s: the proving sentence is not in view", b.at())
	}
	b.clean("lesson at a sentence")
	b.open("/" + b.lang + "/me")
	b.clean("me")
	b.open(result)
	b.press(".bar .side a[hreflang]")
	other := map[string]string{"de": "en", "en": "de"}[b.lang]
	if at := b.at(); at != strings.Replace(result, "/"+b.lang+"/", "/"+other+"/", 1) {
		b.t.Errorf("the language switch leads to %s", at)
	}
	b.clean("result, other language")
	b.open("/" + b.lang + "/leave")
	b.clean("leave")
}

func (b *browser) errorPages(w *world) {
	b.open("/" + b.lang + "/nowhere")
	b.clean("404")
	b.open("/" + b.lang + "/lessons/" + theLesson)
	b.press("#quiz button")
	question := b.at()
	w.redis.Kill()
	q := lessonOf(b.t, w).Edition("").Questions[0]
	b.sendHere(rightForm(b.t, q))
	b.says("main [data-waiting]", map[string]string{"de": "Keine Verbindung.", "en": "No connection."}[b.lang])
	b.clean("question, store away")
	b.open("/" + b.lang + "/me")
	b.clean("503")
	w.redis.Start()
	eventually(b.t, func() bool { return w.client().get("/healthz").status == 200 })
	b.open(question)
	eventually(b.t, func() bool { return b.at() == question+"#verdict" }) // sent by itself
	b.run(chromedp.WaitReady("#verdict"))                                 // the address is there before its page
	b.clean("feedback after the store was away")
	b.open("/" + b.lang + "/leave")
	b.press("main form button")
	if at := b.at(); at != "/"+b.lang+"/" {
		b.t.Errorf("leaving leads to %s", at)
	}
}

// TestBrowserKinds has axe look at every kind of question in every state, on paper too.
func TestBrowserKinds(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
	}{{"de", 360, false}, {"en", 1280, true}} {
		t.Run(fmt.Sprintf("%s %d", run.lang, run.width), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, withWorkshop)
			b := openBrowser(t, w.url, run.lang, run.width, run.dark)
			for _, l := range w.server.site().module.Lessons {
				b.open("/" + run.lang + "/lessons/" + l.ID)
				b.press("#quiz button")
				attempt := strings.Join(strings.Split(b.at(), "/")[:4], "/")
				for i, q := range w.asked(attempt, l) {
					b.open(attempt + "/questions/" + q.ID)
					b.answerQuestion(q, i%2 == 0, true)
				}
				b.open(attempt)
				b.clean("overview of " + l.ID)
				b.press("main form button")
				b.clean("result of " + l.ID)
				b.open("/" + run.lang + "/lessons/" + l.ID + "/worksheet")
				b.clean("worksheet of " + l.ID)
			}
		})
	}
}

// TestNotice: a sensitive section stands closed behind its notice, an address within it opens it, and each of the two
// sections has a quiz.
func TestNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := openBrowser(t, w.url, "de", 360, false)
	for _, l := range w.server.site().module.Lessons {
		if l.Notice == nil {
			continue
		}
		at := "/de/lessons/" + l.ID
		b.open(at)
		b.clean("notice, closed")
		if eval[bool](b, `document.querySelector("details.sensitive").open`) {
			t.Error("the section stands open")
		}
		for _, link := range []string{"#" + l.Notice.Section, "#" + sectionPassage(t, l)} {
			b.open("/de/")
			b.open(at + link)
			if !eval[bool](b, `document.querySelector("details.sensitive").open`) {
				t.Errorf("%s does not open the section", link)
			}
		}
		b.clean("notice, open")
		for i := range l.Parts() {
			b.open(at)
			b.press(fmt.Sprintf("#quiz > eb-once:nth-of-type(%d) button", i+1))
			if !strings.Contains(b.at(), "/questions/") {
				t.Errorf("the button of part %d leads to %s", i+1, b.at())
			}
			b.clean("question of part " + l.Parts()[i])
			b.open("/de/leave")
			b.press("form[data-leave] button")
		}
		return
	}
	t.Fatal("no lesson has a notice")
}

// sectionPassage is a passage in the section behind the notice.
func sectionPassage(t *testing.T, l *lesson.Lesson) string {
	t.Helper()
	for _, s := range l.Pages["de"].Sections {
		for _, block := range s.Blocks {
			if s.ID == l.Notice.Section && block.Passage != nil {
				return block.Passage.ID
			}
		}
	}
	t.Fatal("the section has no passage")
	return ""
}

// asked are the questions of the lesson that the attempt asks: pools give it some.
func (w *world) asked(attempt string, l *lesson.Lesson) []*quiz.Question {
	w.t.Helper()
	id := attempt[strings.LastIndex(attempt, "/")+1:]
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer db.Close()
	for _, key := range db.Keys(w.t.Context(), "{u:*").Val() {
		for field, value := range db.HGetAll(w.t.Context(), key).Val() {
			if !strings.Contains(field, strings.TrimPrefix(id, l.ID+"-")) {
				continue
			}
			_, stored, _ := strings.Cut(value, " ")
			a, err := quiz.ReadAttempt(field, l.ID, stored)
			if err != nil {
				w.t.Fatal(err)
			}
			return a.Of(l.Edition("")).Questions
		}
	}
	w.t.Fatalf("no attempt %s is stored", id)
	return nil
}

// TestKeyboardKinds answers a question of every kind with nothing but the keyboard.
func TestKeyboardKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	b := openBrowser(t, w.url, "en", 1280, false)
	b.open("/en/lessons/" + kindsLesson)
	b.press("#quiz button")
	attempt := strings.Join(strings.Split(b.at(), "/")[:4], "/")
	for _, q := range w.server.site().module.Lesson(kindsLesson).Questions {
		b.open(attempt + "/questions/" + q.ID)
		controls := eval[int](b, controlCount)
		if controls == 0 {
			t.Fatalf("%s: nothing to answer with", q.ID)
		}
		for range controls {
			b.tabTo(`document.activeElement.matches("main input, main select, main textarea")`)
			switch eval[string](b, `document.activeElement.type`) {
			case "text", "textarea":
				b.run(chromedp.KeyEvent("x"))
			case "select-one": // another place for each, as people would choose
				place := eval[int](b, `[...document.querySelectorAll("main select")].indexOf(document.activeElement)`)
				for range place + 1 {
					b.run(chromedp.KeyEvent(kb.ArrowDown))
				}
			default:
				b.run(chromedp.KeyEvent(" "))
			}
		}
		b.tabTo(`document.activeElement.matches("main form button")`)
		b.anew(chromedp.KeyEvent("\r"))
		if !eval[bool](b, `!!document.querySelector("#verdict")`) {
			t.Errorf("%s: neither feedback nor hint after the keyboard's answer: %s", q.ID, b.at())
		}
	}
}

// controlCount counts the stops of the Tab key among a question's controls: radios of one name are one stop.
const controlCount = `new Set([...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea")]
  .filter(e => e.checkVisibility()).map((e, i) => e.type === "radio" ? e.name : i)).size`

// TestDraft: own words survive a reload, are gone from the device once they are kept, and leave with their owner.
func TestDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	b := openBrowser(t, w.url, "en", 360, false)
	b.open("/en/lessons/" + kindsLesson)
	b.press("#quiz button")
	attempt := strings.Join(strings.Split(b.at(), "/")[:4], "/")
	at := attempt + "/questions/own"
	write := func(text string) {
		b.js(fmt.Sprintf(`(() => { const a = document.querySelector("textarea"); a.value = %q; a.dispatchEvent(new Event("input", {bubbles: true})); })()`, text))
	}
	text := func() string { return eval[string](b, `document.querySelector("textarea").value`) }
	stored := func() int { return eval[int](b, `Object.keys(localStorage).length`) }
	b.open(at)
	write("half a sentence")
	b.open(strings.Replace(at, "/en/", "/de/", 1))
	if got := text(); got != "half a sentence" {
		t.Errorf("after a reload in another language the text is %q", got)
	}
	if all := dump(t, w); strings.Contains(all, "half") {
		t.Error("a draft was sent")
	}
	b.submit("#keep button")
	if got, n := text(), stored(); got != "half a sentence" || n != 0 {
		t.Errorf("kept: the text is %q, %d drafts are left", got, n)
	}
	write("another sentence")
	b.open("/en/leave")
	b.press("form[data-leave] button")
	if n := stored(); n != 0 {
		t.Errorf("%d drafts stay behind", n)
	}
}

// TestKeyboard answers a question with nothing but the keyboard.
func TestKeyboard(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := openBrowser(t, w.url, "en", 1280, false)
	b.open("/en/lessons/" + theLesson)
	b.run(chromedp.KeyEvent("\t"))
	if skip := eval[string](b, `document.activeElement.textContent`); skip != "Skip to the content" {
		t.Errorf("the first stop is %q", skip)
	}
	q := ofKind(t, w, "choice")
	b.press("#quiz button")
	attempt := strings.Split(b.at(), "/")[3]
	b.open("/en/attempts/" + attempt + "/questions/" + q.ID)
	b.tabTo(`document.activeElement.name === "option"`)
	b.run(chromedp.KeyEvent(" "))
	b.tabTo(`document.activeElement.tagName === "BUTTON"`)
	b.anew(chromedp.KeyEvent("\r"))
	if !eval[bool](b, `!!document.querySelector("#verdict")`) {
		t.Errorf("%s: no feedback after the keyboard's answer", b.at())
	}
	b.tabTo(`document.activeElement.matches(".turn .button, .turn button")`)
}

// tabTo presses Tab until the condition holds.
func (b *browser) tabTo(condition string) {
	b.t.Helper()
	for range 60 {
		b.run(chromedp.KeyEvent("\t"))
		if eval[bool](b, condition) {
			if !eval[bool](b, `document.activeElement.matches(":focus-visible")`) {
				b.t.Errorf("%s: the focus cannot be seen", b.at())
			}
			return
		}
	}
	b.t.Fatalf("%s: the keyboard never reaches %s", b.at(), condition)
}
