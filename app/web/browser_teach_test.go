package web

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"eberbach/app/school"
)

// TestBrowserTeach goes the teacher's way from nothing to an account and out again, and has axe look at every page, with
// faults shown, too.
func TestBrowserTeach(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t, func(c *Config) { c.Imprint = "https://school.example/imprint" })
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.becomeTeacher()
		b.lookAfterAccount()
		b.comeBack(w)
	})
}

// teach opens a page for teachers.
func (b *browser) teach(path string) { b.open("/" + b.lang + "/teach" + path) }

// fillIn sends the form with the id, past the browser's own checks.
func (b *browser) fillIn(id string, fields map[string]string) {
	b.t.Helper()
	for name, value := range fields {
		b.js(fmt.Sprintf(`document.querySelector("#%s-%s").value = %q`, id, name, value))
	}
	b.js(fmt.Sprintf(`document.querySelector("form#%s").noValidate = true`, id))
	b.submit(fmt.Sprintf(`form#%s button`, id))
}

// refusedWith looks at a page with faults: the first field to mend has the focus.
func (b *browser) refusedWith(what, focus string) {
	b.t.Helper()
	b.clean(what)
	if got := eval[string](b, `document.activeElement.id`); got != focus {
		b.t.Errorf("%s: the focus is on %q, want %q", what, got, focus)
	}
}

func (b *browser) becomeTeacher() {
	b.open("/" + b.lang + "/")
	b.press(`.foot a[href$="/teach"]`)
	b.clean("sign in")
	b.press(`main a[href$="/teach/signup"]`)
	b.clean("sign up")
	b.fillIn("signup", map[string]string{nameField: "a b", passphraseField: "x"})
	b.refusedWith("sign up, refused", "signup-name")
	b.fillIn("signup", map[string]string{nameField: "Frau.Eins", passphraseField: thePassphrase})
	b.clean("codes")
	if n := eval[int](b, `document.querySelectorAll(".codes code").length`); n != school.Recovery {
		b.t.Errorf("%d codes are shown", n)
	}
	b.submit("main form button")
	b.clean("home")
}

func (b *browser) lookAfterAccount() {
	b.press(`.bar a[href$="/teach/account"]`)
	b.clean("account")
	b.fillIn("passphrase", map[string]string{currentField: "x", passphraseField: "y"})
	b.refusedWith("new passphrase, refused", "passphrase-passphrase")
	b.fillIn("codes", map[string]string{currentField: "x"})
	b.refusedWith("new codes, refused", "codes-current")
	b.fillIn("delete", map[string]string{nameField: "x"})
	b.refusedWith("delete, refused", "delete-name")
	b.fillIn("passphrase", map[string]string{currentField: thePassphrase, passphraseField: "five other words, or four"})
	b.clean("account, changed")
}

func (b *browser) comeBack(w *world) {
	b.tabTo(`document.activeElement.matches(".bar form button")`)
	b.anew(chromedp.KeyEvent("\r"))
	if at := b.at(); at != "/"+b.lang+"/teach/signin" {
		b.t.Errorf("signing out leads to %s", at)
	}
	b.fillIn("signin", map[string]string{nameField: "Frau.Eins", passphraseField: "x"})
	b.refusedWith("sign in, refused", "signin-name")
	b.press(`main a[href$="/teach/recover"]`)
	b.clean("recover")
	b.fillIn("recover", map[string]string{nameField: "Frau.Eins", codeField: "x", passphraseField: thePassphrase})
	b.refusedWith("recover, refused", "recover-name")
	b.teach("/reset?token=x")
	b.clean("reset, no link")
	t, err := w.server.Store.TeacherNamed(b.t.Context(), "Frau.Eins")
	token, hash, err2 := school.NewReset(t.ID, random)
	if err != nil || err2 != nil || w.server.Store.SetReset(b.t.Context(), t.ID, hash, w.server.Now()) != nil {
		b.t.Fatal(err, err2)
	}
	b.teach("/reset?token=" + token)
	b.clean("reset")
	b.fillIn("reset", map[string]string{passphraseField: "x"})
	b.refusedWith("reset, refused", "reset-passphrase")
	b.press(".bar .side a[hreflang]") // the link comes along
	b.fillIn("reset", map[string]string{passphraseField: thePassphrase})
	b.clean("codes after a reset")
	b.teach("/account")
	b.fillIn("delete", map[string]string{nameField: "frau.eins"})
	if at := b.at(); at != "/"+b.lang+"/" {
		b.t.Errorf("deleting leads to %s", at)
	}
}
