package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"eberbach/app/quiz"
)

// mostFields is how many form fields a teacher meets from nothing to a class at work, all of them counted that can be
// seen without opening anything: one for each set of choices.
const mostFields = 10

// TestBrowserTenMinutes goes the teacher's way from nothing to what a class has missed, with three pupils in browsers of their
// own: one on a laptop by the code, two on phones by the address in the QR code.
func TestBrowserTenMinutes(t *testing.T) {
	for _, lang := range []string{"de", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ten := &tenMinutes{browser: openBrowser(t, w.url, lang, 1280, false), w: w}
			ten.look()
			ten.signUp()
			ten.makeClass()
			ten.assign()
			ten.handOut()
			pupils := []*browser{openBrowser(t, w.url, lang, 1280, false), openBrowser(t, w.url, lang, 360, false), openBrowser(t, w.url, lang, 360, true)}
			names := ten.join(pupils)
			ten.work(pupils)
			ten.results(names)
			ten.takeAway()
			if ten.fields > mostFields {
				t.Errorf("the teacher meets %d fields, want %d at most", ten.fields, mostFields)
			}
			t.Logf("%s: the teacher meets %d fields, fills in %d and clicks %d times", lang, ten.fields, ten.filled, ten.clicks)
		})
	}
}

// tenMinutes is a teacher at work, with what it takes.
type tenMinutes struct {
	*browser
	w                      *world
	class, given           string // paths
	address                string // that the QR code leads to
	fields, filled, clicks int
}

// goes clicks on what leads to another page.
func (b *tenMinutes) goes(selector string) {
	b.t.Helper()
	b.clicks++
	b.press(selector)
}

// fills counts the fields that can be seen, fills in some of them and sends the form.
func (b *tenMinutes) fills(form string, fields map[string]string) {
	b.t.Helper()
	b.fields += eval[int](b.browser, fmt.Sprintf(`new Set([...document.querySelector(%q).elements]
	  .filter(e => e.name && e.type !== "hidden" && e.checkVisibility()).map(e => e.name)).size`, form))
	for name, value := range fields {
		b.filled++
		b.js(fmt.Sprintf(`document.querySelector(%q).elements[%q].value = %q`, form, name, value))
	}
	b.clicks++
	b.submit(form + " button:not([class])")
}

// look is what a teacher does first: read a lesson and answer a question, without an account.
func (b *tenMinutes) look() {
	b.open("/" + b.lang + "/lessons/" + theLesson)
	b.press("#quiz button")
	b.send(wrongForm(b.t, lessonOf(b.t, b.w).Edition("").Questions[0]))
	b.clean("a question, looked at without an account")
}

func (b *tenMinutes) signUp() {
	b.goes(`.foot a[href$="/teach"]`)
	b.goes(`main a[href$="/teach/signup"]`)
	b.fills("form#signup", map[string]string{nameField: "Frau.Meerwald-Öztürk", passphraseField: thePassphrase})
	b.clicks++
	b.submit("main form button") // the codes are noted
}

func (b *tenMinutes) makeClass() {
	b.clean("home, with the form of the first class")
	b.fills("form#new", map[string]string{nameField: "9b Politik und Wirtschaft, Wahlpflichtkurs"})
	b.class = b.at()
	b.clean("class, empty")
}

func (b *tenMinutes) assign() {
	b.goes(fmt.Sprintf(`main a.button[href="%s/assign"]`, b.class))
	b.clean("assign")
	b.fills("main form.fill-in", map[string]string{whatField: theLesson})
	b.clean("given")
	if !strings.HasPrefix(b.at(), b.class) {
		b.t.Fatalf("giving a task leads to %s", b.at())
	}
	b.open(b.class)
}

// handOut shows the code to the class and prints the cards.
func (b *tenMinutes) handOut() {
	b.goes(fmt.Sprintf(`main a.button[href="%s/join"]`, b.class))
	b.clean("projector")
	code := eval[string](b.browser, `document.querySelector(".wall .code [aria-hidden]").textContent.trim()`)
	b.address = "/" + b.lang + "/join/" + code
	b.open(b.class + "/cards")
	b.clean("cards")
}

// join lets the pupils in and returns their pseudonyms.
func (b *tenMinutes) join(pupils []*browser) (names []string) {
	for i, p := range pupils {
		if i == 0 {
			p.open("/" + p.lang + "/join")
			p.clean("join")
			p.js(fmt.Sprintf(`document.querySelector("main form input[type=text]").value = %q`, strings.ToLower(strings.TrimPrefix(b.address, "/"+b.lang+"/join/"))))
			p.submit("main form button")
		} else {
			p.open(b.address)
		}
		p.clean("join, the class")
		p.submit("main form button")
		p.clean("joined")
		names = append(names, eval[string](p, `document.querySelector(".token").textContent.trim()`))
		if code := eval[string](p, `document.querySelector(".token.code").textContent.trim()`); len(code) != 19 {
			b.t.Errorf("the code to come back with is %q", code)
		}
		p.press("main .turn a.button")
		p.clean("lesson with a task")
	}
	return names
}

// work lets the first pupil hand in, the second one answer two questions, and the third one wait.
func (b *tenMinutes) work(pupils []*browser) {
	for i, p := range pupils[:2] {
		p.open("/" + p.lang + "/me")
		p.clean("my tasks")
		p.press(`.mine .list a`)
		p.press("#quiz button")
		for n, q := range lessonOf(b.t, b.w).Edition("").Questions {
			if i == 1 && n == 2 {
				break
			}
			p.answerGiven(q)
		}
	}
	p := pupils[0]
	if !strings.HasSuffix(p.at(), "/attempts/"+strings.Split(p.at(), "/")[3]) {
		p.open("/" + p.lang + "/attempts/" + strings.Split(p.at(), "/")[3])
	}
	p.submit("main form[data-last] button")
	p.clean("result of a task")
}

// answerGiven answers a question of a class's task, wrongly where it is a choice.
func (b *browser) answerGiven(q *quiz.Question) {
	b.t.Helper()
	if !q.Scored() {
		b.answerUnscored(q)
		return
	}
	_, choice := q.Body.(*quiz.Choice)
	b.send(formFor(b.t, q, b.lang, !choice))
}

// results sees who has done what, and what was missed.
func (b *tenMinutes) results(names []string) {
	b.open(b.class)
	b.clean("class at work")
	for _, name := range names {
		if !eval[bool](b.browser, fmt.Sprintf(`[...document.querySelectorAll(".names a")].some(a => a.textContent.trim() === %q)`, name)) {
			b.t.Errorf("%s is not among the pupils", name)
		}
	}
	b.goes(".tasks h3 a")
	b.given = b.at()
	b.clean("task at work")
	for group, name := range map[string]string{"done": names[0], "working": names[1], "waiting": names[2]} {
		if text := eval[string](b.browser, fmt.Sprintf(`document.querySelector(".group.%s")?.nextElementSibling?.textContent ?? ""`, group)); !strings.Contains(text, name) {
			b.t.Errorf("%s is not among those %s: %q", name, group, text)
		}
	}
	b.goes(fmt.Sprintf(`main a[href^="%s/results"]`, b.given))
	b.clean("results")
	b.goes(fmt.Sprintf(`nav a[href="%s/gradebook"]`, b.class))
	b.clean("gradebook")
}

// takeAway is what comes at the end: the table as a file, and the same for another class.
func (b *tenMinutes) takeAway() {
	if status := eval[int](b.browser, fmt.Sprintf(`fetch(%q).then(r => r.status)`, b.class+"/gradebook.csv")); status != 200 {
		b.t.Errorf("the file has status %d", status)
	}
	b.open(b.given + "/copy")
	b.clean("the same for another class")
	b.open(b.class + "/settings")
	b.clean("settings")
	b.run(chromedp.WaitReady("main"))
}
