package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestBrowserMembers goes a pupil's way into two classes, away and back, and a teacher's way around the pupils, and has axe
// look at every page, with faults shown, too. The names are as long as they may be.
func TestBrowserMembers(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t, func(c *Config) { c.Network = "http://192.168.0.7:3000" })
		first := w.classroom("Frau.Eins", "Gesellschaftslehre und politische Bildung, Kurs 2 im Jahrgang")
		second := w.classroom("Frau.Eins", strings.Repeat("Donaudampfschiff", 3))
		for _, preset := range []quiz.Preset{quiz.Practice, quiz.Homework, quiz.Test} {
			first.assign(preset)
			second.assign(preset)
		}
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		code := b.joins(first, second)
		b.lookAtMe(first)
		b.comesBack(w, code)
		b.minds(w, first)
	})
}

// joins lets the browser join both classes and returns the recovery code that it is shown.
func (b *browser) joins(first, second *schoolClass) string {
	b.open("/" + b.lang + "/me")
	b.press(`main .ways a[href$="/join"]`)
	b.clean("join")
	b.fillIn("join", map[string]string{joinField: "x"})
	b.refusedWith("join, refused", "join-class")
	b.fillIn("join", map[string]string{joinField: strings.ToLower(first.Code)})
	b.clean("join a class")
	b.submit("main form button")
	b.clean("joined")
	code := eval[string](b, `document.querySelector(".token.code").textContent`)
	if !school.IsCode(code) {
		b.t.Errorf("the code shown is %q", code)
	}
	b.press("main .turn a.button")
	if at := b.at(); at != "/"+b.lang+"/me" {
		b.t.Errorf("joining leads to %s", at)
	}
	b.open("/" + b.lang + "/join/" + second.Code)
	b.clean("join a second class")
	b.submit("main form button")
	b.clean("joined a second class")
	b.open("/" + b.lang + "/join/BCDFGH")
	b.clean("join, no such class")
	return code
}

func (b *browser) lookAtMe(c *schoolClass) {
	b.open("/" + b.lang + "/me")
	b.clean("me, two classes")
	b.submit("#return form button")
	b.clean("new return code")
	b.open("/" + b.lang + "/me/classes/" + c.ID + "/leave")
	b.clean("leave a class")
	b.open("/" + b.lang + "/leave")
	b.clean("leave, with a way back")
}

// comesBack types an old code, the code of a teacher, and a code over work that would be lost.
func (b *browser) comesBack(w *world, old string) {
	b.open("/" + b.lang + "/recover")
	b.clean("recover")
	b.fillIn("return", map[string]string{codeField: old})
	b.refusedWith("recover, old code", "return-code")
	b.open("/" + b.lang + "/me")
	b.submit("#return form button")
	code := eval[string](b, `document.querySelector(".token.code").textContent`)
	b.open("/" + b.lang + "/leave")
	b.press("main form button")
	b.open("/" + b.lang + "/lessons/" + theLesson)
	b.press("#quiz button")
	b.open("/" + b.lang + "/recover")
	b.clean("recover over work")
	b.fillIn("return", map[string]string{codeField: code})
	b.clean("recover, would be lost")
	b.submit("main form button")
	if at := b.at(); at != "/"+b.lang+"/me" {
		b.t.Errorf("coming back leads to %s", at)
	}
}

// minds goes through what a teacher does about a pupil, and what is handed out.
func (b *browser) minds(w *world, c *schoolClass) {
	pupil := c.room().Present()[0].ID
	twin, _, _ := c.pupil()
	b.teach("/signin?to=/" + b.lang + "/teach/classes/" + c.ID + "/join")
	b.fillIn("signin", map[string]string{nameField: "Frau.Eins", passphraseField: thePassphrase})
	b.clean("wall")
	path := "/classes/" + c.ID
	b.teach(path + "/cards?n=16")
	b.clean("cards")
	if n := b.sheets(); n != 3 {
		b.t.Errorf("16 cards and the list are printed on %d sheets, want 3", n)
	}
	member := path + "/members/" + pupil
	b.teach(member)
	b.clean("member")
	b.fillIn("name", map[string]string{nameField: "..."})
	b.refusedWith("member, refused", "name-name")
	b.fillIn("name", map[string]string{nameField: strings.Repeat("Otter", 8)})
	b.clean("member, renamed")
	b.js(`document.querySelector("#remove").noValidate = true`)
	b.submit("#remove button")
	b.clean("member, not sure")
	b.submit(`form[action$="/code"] button`)
	b.clean("member's code")
	b.teach(member)
	b.js(fmt.Sprintf(`document.querySelector("#merge-other").value = %q`, twin.id()))
	b.run(chromedp.Click(`#merge input[type=checkbox]`))
	b.submit("#merge button")
	b.clean("member, merged")
	mine := b.become(twin.cookie(learnerCookie))
	b.open("/" + b.lang + "/me")
	b.clean("me, merged")
	b.submit(`form[action$="/moved"] button`)
	b.clean("me, merged and told")
	b.become(mine)
	b.teach(path + "/join")
	b.submit(`form[action$="/stop"] button`)
	b.clean("wall, no code")
	b.teach(path + "/cards")
	b.clean("cards, no code")
	c.Archived = true
	w.must(w.server.Store.ChangeClass(b.t.Context(), c.Class))
	b.open("/" + b.lang + "/me")
	b.clean("me, class over")
}

// sheets is how many sheets of A4 the page is printed on.
func (b *browser) sheets() int {
	b.t.Helper()
	out, err := chromedp.Call(b.ctx, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69, PreferCSSPageSize: new(true)})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Count(string(out.Data), "/Type /Page\n") + strings.Count(string(out.Data), "/Type /Page/")
}

// become gives the browser another learner's cookie and returns the one it had.
func (b *browser) become(token string) (before string) {
	b.t.Helper()
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{})
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range cookies.Cookies {
		if c.Name == learnerCookie {
			before = c.Value
		}
	}
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: learnerCookie, Value: token, URL: b.base}); err != nil {
		b.t.Fatal(err)
	}
	return before
}
