package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"
	"github.com/valyala/fasthttp"
	"golang.org/x/net/html"

	"eberbach/app/school"
)

const thePassphrase = "vier Wörter ohne Zusammenhang"

// teacher is a browser in which a teacher with an account is signed in. The account is made when it is not there yet.
func (w *world) teacher(name string) *client {
	w.t.Helper()
	c := w.client()
	p := c.send(c.get("/de/teach/signup").form("/teach/signup"), nameField, name, passphraseField, thePassphrase)
	if p.status == http.StatusUnprocessableEntity {
		return w.signedIn(name, thePassphrase)
	}
	c.send(c.follow(p).form("/teach/codes")).want(http.StatusSeeOther)
	return c
}

// signedIn is a new browser in which somebody has signed in.
func (w *world) signedIn(name, passphrase string) *client {
	w.t.Helper()
	c := w.client()
	c.signIn(name, passphrase).want(http.StatusSeeOther)
	return c
}

func (c *client) signIn(name, passphrase string) *page {
	c.w.t.Helper()
	return c.send(c.get("/de/teach/signin").form("/teach/signin"), nameField, name, passphraseField, passphrase)
}

// send fills in fields of a form, given as names and values, and sends it.
func (c *client) send(f *form, fields ...string) *page {
	c.w.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		if _, ok := f.fields[fields[i]]; !ok {
			c.w.t.Fatalf("the form to %s has no field %s", f.action, fields[i])
		}
		f.values.Set(fields[i], fields[i+1])
	}
	return c.post(f.action, f.values)
}

// to checks where the browser is sent.
func (p *page) to(path string) *page {
	p.t.Helper()
	p.want(http.StatusSeeOther)
	if at := p.header.Get("Location"); at != path {
		p.t.Errorf("%s leads to %s, want %s", p.path, at, path)
	}
	return p
}

// recoveryCodes are the codes that a page shows.
func (p *page) recoveryCodes() (codes []string) {
	for _, n := range p.all("code") {
		codes = append(codes, n.FirstChild.Data)
	}
	return codes
}

// faulty are the names of the fields that are marked as wrong, each of which must say why.
func (p *page) faulty() (names []string) {
	p.t.Helper()
	ids := map[string]bool{}
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && has(n, "id") {
			ids[attr(n, "id")] = true
		}
	}
	for n := range p.root.Descendants() {
		if n.Type != html.ElementNode || !slices.Contains([]string{"input", "select", "fieldset"}, n.Data) {
			continue
		}
		for _, id := range strings.Fields(attr(n, "aria-describedby")) {
			if !ids[id] {
				p.t.Errorf("%s: %s is described by %s, which is not there", p.path, attr(n, "name"), id)
			}
		}
		if attr(n, "aria-invalid") == "true" {
			name := attr(n, "name")
			if n.Data == "fieldset" {
				_, name, _ = strings.Cut(attr(n, "id"), "-")
			}
			if !slices.Contains(names, name) { // checkboxes are one
				names = append(names, name)
			}
			if !has(n, "aria-describedby") {
				p.t.Errorf("%s: nothing says what is wrong with %s", p.path, attr(n, "name"))
			}
		}
	}
	return names
}

// TestSignUp makes an account in two fields, sees the recovery codes once, and begins.
func TestSignUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	c.get("/de/").want(http.StatusOK, "Für Lehrkräfte")
	c.get("/de/teach").to("/de/teach/signin")
	c.get("/de/teach/signin").want(http.StatusOK, "Ich habe kein Konto")
	f := c.get("/de/teach/signup").want(http.StatusOK).form("/teach/signup")
	var visible []string
	for name := range f.fields {
		if f.values.Get(name) == "" {
			visible = append(visible, name)
		}
	}
	slices.Sort(visible)
	if !slices.Equal(visible, []string{nameField, passphraseField}) {
		t.Errorf("the fields to fill in are %v", visible)
	}
	for range 2 { // a double click
		c.send(f, nameField, " Frau.Müller-2 ", passphraseField, thePassphrase).to("/de/teach/codes")
	}
	shown := c.get("/de/teach/codes").want(http.StatusOK, "nur dieses eine Mal", "Frau.Müller-2")
	if cache := shown.header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("the codes may be kept: %q", cache)
	}
	codes := shown.recoveryCodes()
	if len(codes) != school.Recovery || !regexp.MustCompile(`^([A-Z0-9]{4}-){3}[A-Z0-9]{4}$`).MatchString(codes[0]) {
		t.Errorf("codes: %v", codes)
	}
	c.send(shown.form("/teach/codes")).to("/de/teach")
	c.get("/de/teach/codes").to("/de/teach/account")
	home := c.get("/de/teach").want(http.StatusOK, "Ihre Klassen", "Klassen", "Konto", "Abmelden")
	if strings.Contains(home.text(), "Mein Stand") {
		t.Error("the bar leads to a learner's pages")
	}
	c.get("/de/teach/account").want(http.StatusOK, "Frau.Müller-2", "noch 6 Codes")
	for _, secret := range append(codes, thePassphrase, strings.ToLower(strings.ReplaceAll(codes[0], "-", ""))) {
		if strings.Contains(everything(t, w), secret) {
			t.Errorf("%s is stored as it is", secret)
		}
	}
}

func TestSignUpFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teacher("Taken")
	for _, row := range []struct {
		name, passphrase string
		faulty           []string
		says             string
	}{
		{"", "", []string{nameField, passphraseField}, "zu kurz"},
		{"ab", thePassphrase, []string{nameField}, "3 bis 40"},
		{"zwei Worte", thePassphrase, []string{nameField}, "Leerzeichen nicht"},
		{"tAKEN", thePassphrase, []string{nameField}, "gibt es schon"},
		{"Frau.Neu", "kurz", []string{passphraseField}, "zu kurz"},
		{"Frau.Neu", strings.Repeat("lang ", 50), []string{passphraseField}, "zu lang"},
		{"Frau.Neu.Gut", "frau.neu.gut1", []string{passphraseField}, "kaum mehr als Ihr Benutzername"},
		{"Frau.Neu", "Passwort123", []string{passphraseField}, "eine der ersten"},
	} {
		c := w.client()
		p := c.send(c.get("/de/teach/signup").form("/teach/signup"), nameField, row.name, passphraseField, row.passphrase)
		p.want(http.StatusUnprocessableEntity, row.says)
		if got := p.faulty(); !slices.Equal(got, row.faulty) {
			t.Errorf("%q, %q: marked are %v, want %v", row.name, row.passphrase, got, row.faulty)
		}
		f := p.form("/teach/signup")
		if f.values.Get(nameField) != strings.TrimSpace(row.name) || f.values.Get(passphraseField) != "" {
			t.Errorf("what was typed comes back as %v", f.values)
		}
	}
	for _, lang := range []string{"de", "en"} {
		if p := w.client().post("/"+lang+"/teach/signup", url.Values{nameField: {"a", "b"}, tryField: {"../x"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a form out of order: %d", p.status)
		}
	}
}

// TestSignUpModes: closed is closed, and an invitation is good for one account.
func TestSignUpModes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.SignUp = SignUpClosed })
	w.client().get("/en/teach/signup").want(http.StatusOK, "Nobody can sign up")
	fields := url.Values{nameField: {"Somebody"}, passphraseField: {thePassphrase}}
	w.client().post("/en/teach/signup", fields).want(http.StatusForbidden, "Nobody can sign up")
	w.client().signIn("Somebody", thePassphrase).want(http.StatusUnprocessableEntity)

	invited := w.beside(func(c *Config) { c.SignUp = SignUpInvite })
	if p := invited.client().get("/en/teach/signin"); strings.Contains(p.body, "/teach/signup") {
		t.Error("who needs an invitation is led to a page without a form")
	}
	invited.client().get("/en/teach/signup").want(http.StatusOK, "need an invitation")
	invited.client().post("/en/teach/signup", fields).want(http.StatusForbidden)
	invited.client().get("/en/teach/signup?invite=ABCD").want(http.StatusForbidden, "was used or is too old")
	code, err := school.NewCode(random)
	if err != nil {
		t.Fatal(err)
	}
	if err := invited.server.Store.NewInvite(t.Context(), school.HashCode(code), time.Now()); err != nil {
		t.Fatal(err)
	}
	c := invited.client()
	p := c.get("/en/teach/signup?invite=" + code).want(http.StatusOK)
	german := p.all("a")[slices.IndexFunc(p.all("a"), func(n *html.Node) bool { return has(n, "hreflang") })]
	p = c.get(attr(german, "href")).want(http.StatusOK) // the invitation comes along
	p = c.send(p.form("/teach/signup"), nameField, "Somebody", passphraseField, "kurz").want(http.StatusUnprocessableEntity)
	f := p.form("/teach/signup")
	for range 2 {
		c.send(f, passphraseField, thePassphrase)
	}
	c.get("/en/teach/codes").want(http.StatusOK)
	invited.client().get("/en/teach/signup?invite="+code).want(http.StatusForbidden, "was used or is too old")
	fields.Set(inviteField, code)
	fields.Set(nameField, "Somebody.else")
	invited.client().post("/en/teach/signup", fields).want(http.StatusForbidden, "was used or is too old")
}

// TestSignIn goes in and out, and where one wanted to go.
func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teacher("Frau.Eins")
	c := w.client()
	p := c.follow(c.get("/de/teach/account?done=x")).want(http.StatusOK)
	c.send(p.form("/teach/signin"), nameField, "FRAU.eins", passphraseField, thePassphrase).to("/de/teach/account?done=x")
	if cookie := c.cookie(teacherCookie); len(cookie) != 60 {
		t.Errorf("cookie %q", cookie)
	}
	c.get("/de/teach/signin?to=/de/lessons/" + theLesson + "/teacher").to("/de/lessons/" + theLesson + "/teacher")
	p = c.get("/de/teach").want(http.StatusOK)
	out := c.send(p.form("/teach/signout")).to("/de/teach/signin")
	if got := out.header.Get("Clear-Site-Data"); got != `"cache"` {
		t.Errorf("after signing out the browser keeps pages: %q", got)
	}
	c.get("/de/teach").to("/de/teach/signin")
	c.post("/de/teach/account/passphrase", nil).to("/de/teach/signin")
	for _, wrong := range [][2]string{{"Frau.Eins", "vier Wörter ohne zusammenhang"}, {"Frau.Zwei", thePassphrase}, {"x", "y"}, {strings.Repeat("x", 3000), "y"}} {
		p := w.client().signIn(wrong[0], wrong[1]).want(http.StatusUnprocessableEntity, "passen nicht zusammen")
		if got := p.faulty(); len(got) != 2 {
			t.Errorf("marked are %v", got)
		}
	}
	if got := w.client().signIn("", "").want(http.StatusUnprocessableEntity).faulty(); len(got) != 2 {
		t.Errorf("marked are %v", got)
	}
}

// cookie is the value of the client's cookie.
func (c *client) cookie(name string) string {
	for _, cookie := range c.http.Jar.Cookies(mustURL(c.w.t, c.w.url)) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// TestOpenRedirect: after signing in nobody is sent anywhere but to pages for teachers and lessons.
func TestOpenRedirect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teacher("Frau.Eins")
	for to, want := range map[string]string{
		"/en/teach/account":                "/en/teach/account",
		"/en/lessons/false-alarms?x=1":     "/en/lessons/false-alarms?x=1",
		"/de/teach":                        "/de/teach",
		"https://evil.example/de/teach":    "/de/teach",
		"//evil.example/de/teach":          "/de/teach",
		"/\\evil.example/de/teach":         "/de/teach",
		"/de/teach/../../evil":             "/de/teach",
		"/de//teach":                       "/de/teach",
		"/de/teach/%2e%2e/%2e%2e/leave":    "/de/teach",
		"/%09/evil.example/teach":          "/de/teach",
		"/de/leave":                        "/de/teach",
		"/fr/teach":                        "/de/teach",
		"javascript:alert(1)":              "/de/teach",
		"/de/teach\r\nSet-Cookie: a=b":     "/de/teach",
		"/de/lessons/x@evil.example/\t/de": "/de/teach",
		"":                                 "/de/teach",
	} {
		c := w.client()
		p := c.get("/de/teach/signin?" + url.Values{toField: {to}}.Encode()).want(http.StatusOK)
		c.send(p.form("/teach/signin"), nameField, "Frau.Eins", passphraseField, thePassphrase).to(want)
		c.post("/de/teach/signin", url.Values{toField: {to}, nameField: {"Frau.Eins"}, passphraseField: {thePassphrase}}).to(want)
		c.get("/de/teach/signin?" + url.Values{toField: {to}}.Encode()).to(want)
	}
}

// TestTeacherSessions lists browsers, signs one out, and ends what was not used for long.
func TestTeacherSessions(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	first := w.teacher("Frau.Eins")
	second := w.client()
	agent := func(r *http.Request) {
		r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
	}
	second.post("/de/teach/signin", url.Values{nameField: {"Frau.Eins"}, passphraseField: {thePassphrase}}, agent).to("/de/teach")
	p := first.get("/de/teach/account").want(http.StatusOK, "Firefox, Windows", "dieses Gerät", "Unbekanntes Gerät")
	var theirs string
	for _, n := range p.all("li") {
		if text := (&page{root: n}).text(); strings.Contains(text, "Firefox") {
			theirs = readForm(n).values.Get("session")
		}
	}
	for range 2 {
		first.post("/de/teach/account/sessions", url.Values{"session": {theirs}}).to("/de/teach/account?done=sessions")
	}
	first.get("/de/teach/account?done=sessions").want(http.StatusOK, "Das Gerät ist abgemeldet")
	second.get("/de/teach").to("/de/teach/signin")
	other := w.teacher("Frau.Zwei")
	second = w.signedIn("Frau.Eins", thePassphrase)
	mine := second.get("/de/teach/account").form("/account/sessions").values.Get("session")
	other.post("/de/teach/account/sessions", url.Values{"session": {mine}})
	second.get("/de/teach").want(http.StatusOK) // nobody signs others out

	ahead.Store(int64(20 * 24 * time.Hour))
	if p := second.get("/de/teach").want(http.StatusOK); !strings.HasPrefix(p.header.Get("Set-Cookie"), teacherCookie+"=") {
		t.Error("the day's first visit does not give the cookie more time")
	}
	if p := second.get("/de/teach").want(http.StatusOK); p.header.Get("Set-Cookie") != "" {
		t.Error("every visit sets the cookie")
	}
	ahead.Store(int64(40 * 24 * time.Hour))
	first.get("/de/teach").to("/de/teach/signin")
	second.get("/de/teach").want(http.StatusOK)
	mine = second.get("/de/teach/account").form("/account/sessions").values.Get("session")
	second.post("/de/teach/account/sessions", url.Values{"session": {mine}}).to("/de/teach/signin")
	second.get("/de/teach").to("/de/teach/signin")
}

// TestTeacherForeignSecret tries a teacher's id with another's secret.
func TestTeacherForeignSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, _, _ := strings.Cut(w.teacher("Frau.Eins").cookie(teacherCookie), ".")
	_, secret, _ := strings.Cut(w.teacher("Frau.Zwei").cookie(teacherCookie), ".")
	for _, token := range []string{id + "." + secret, id + ".", "." + secret, id + "." + strings.Repeat("A", 43), "x"} {
		w.client().get("/de/teach", func(r *http.Request) { r.Header.Set("Cookie", teacherCookie+"="+token) }).to("/de/teach/signin")
	}
}

// TestChangePassphrase ends all other sessions, and nothing without the current passphrase.
func TestChangePassphrase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.teacher("Frau.Eins"), w.signedIn("Frau.Eins", thePassphrase)
	form := func() *form { return c.get("/de/teach/account").form("/account/passphrase") }
	const next = "ganz andere vier Wörter"
	p := c.send(form(), currentField, "falsch geraten", passphraseField, next).want(http.StatusUnprocessableEntity, "nicht Ihre Passphrase")
	if got := p.faulty(); !slices.Equal(got, []string{currentField}) {
		t.Errorf("marked are %v", got)
	}
	p = c.send(form(), currentField, thePassphrase, passphraseField, "kurz").want(http.StatusUnprocessableEntity, "zu kurz")
	if got := p.faulty(); !slices.Equal(got, []string{passphraseField}) {
		t.Errorf("marked are %v", got)
	}
	other.get("/de/teach").want(http.StatusOK)
	f := form()
	for range 2 { // a double click
		c.send(f, currentField, thePassphrase, passphraseField, next).to("/de/teach/account?done=passphrase")
	}
	c.get("/de/teach/account?done=passphrase").want(http.StatusOK, "Die Passphrase ist geändert")
	other.get("/de/teach").to("/de/teach/signin")
	w.client().signIn("Frau.Eins", thePassphrase).want(http.StatusUnprocessableEntity)
	w.signedIn("Frau.Eins", next)
}

// TestNewCodes: new codes need the passphrase and take the place of the old ones.
func TestNewCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	p := c.follow(c.send(c.get("/en/teach/signup").form("/teach/signup"), nameField, "Ms.One", passphraseField, thePassphrase))
	old := p.recoveryCodes()
	again := c.get("/en/teach/codes").want(http.StatusOK).recoveryCodes() // loaded again
	c.post("/en/teach/codes", nil).to("/en/teach")
	account := c.get("/en/teach/account")
	c.send(account.form("/account/codes"), currentField, "wrong guess").want(http.StatusUnprocessableEntity, "not your passphrase")
	c.get("/en/teach/codes").to("/en/teach/account")
	c.send(account.form("/account/codes"), currentField, thePassphrase).to("/en/teach/codes")
	w.signedIn("Ms.One", thePassphrase).get("/en/teach/codes").to("/en/teach/account") // another browser did not ask
	fresh := c.get("/en/teach/codes").want(http.StatusOK).recoveryCodes()
	c.post("/en/teach/codes", nil)
	recover := func(code string) *page {
		r := w.client()
		return r.send(r.get("/en/teach/recover").form("/teach/recover"), nameField, "Ms.One", codeField, code, passphraseField, "some other passphrase")
	}
	recover(old[0]).want(http.StatusUnprocessableEntity)
	recover(again[0]).want(http.StatusUnprocessableEntity)
	recover(fresh[0]).to("/en/teach")
}

// TestRecover sets a new passphrase by a code, once, and signs all others out.
func TestRecover(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	codes := c.follow(c.send(c.get("/de/teach/signup").form("/teach/signup"), nameField, "Frau.Eins", passphraseField, thePassphrase)).recoveryCodes()
	const next = "ganz andere vier Wörter"
	r := w.client()
	f := r.get("/de/teach/recover").form("/teach/recover")
	r.send(f, nameField, "Frau.Eins", codeField, codes[0], passphraseField, "kurz").want(http.StatusUnprocessableEntity, "zu kurz")
	for _, wrong := range [][2]string{{"Frau.Eins", "ABCD-EFGH-JKMN-PQRS"}, {"Frau.Zwei", codes[0]}, {"Frau.Eins", ""}} {
		p := r.send(f, nameField, wrong[0], codeField, wrong[1], passphraseField, next).want(http.StatusUnprocessableEntity, "passen nicht zusammen")
		if got := p.form("/teach/recover").values; got.Get(codeField) != "" || got.Get(passphraseField) != "" {
			t.Errorf("secrets stand in the page: %v", got)
		}
	}
	c.get("/de/teach").want(http.StatusOK)
	typed := " " + strings.ToLower(strings.ReplaceAll(codes[0], "-", " ")) + " "
	for range 2 { // a double click
		r.send(f, nameField, "frau.EINS", codeField, typed, passphraseField, next).to("/de/teach")
	}
	r.get("/de/teach/account").want(http.StatusOK, "noch 5 Codes")
	c.get("/de/teach").to("/de/teach/signin")
	w.client().signIn("Frau.Eins", thePassphrase).want(http.StatusUnprocessableEntity)
	late := w.client()
	late.send(late.get("/de/teach/recover").form("/teach/recover"), nameField, "Frau.Eins", codeField, codes[0], passphraseField, thePassphrase).want(http.StatusUnprocessableEntity)
}

// TestReset is the way of somebody who has lost everything: the operator's link, once, for a day.
func TestReset(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	c := w.teacher("Frau.Eins")
	teacher, err := w.server.Store.TeacherNamed(t.Context(), "Frau.Eins")
	if err != nil {
		t.Fatal(err)
	}
	token, hash, err := school.NewReset(teacher.ID, random)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.server.Store.SetReset(t.Context(), teacher.ID, hash, time.Now()); err != nil {
		t.Fatal(err)
	}
	const next = "ganz andere vier Wörter"
	at := "/de/teach/reset?token=" + token
	ahead.Store(int64(25 * time.Hour))
	w.client().get(at).want(http.StatusNotFound, "zu alt")
	ahead.Store(0)
	r := w.client()
	p := r.get(at).want(http.StatusOK, "Frau.Eins")
	r.send(p.form("/teach/reset"), passphraseField, "kurz").want(http.StatusUnprocessableEntity, "zu kurz")
	for range 2 { // a double click
		r.send(p.form("/teach/reset"), passphraseField, next).to("/de/teach/codes")
	}
	r.get("/de/teach/codes").want(http.StatusOK)
	c.get("/de/teach").to("/de/teach/signin")
	w.signedIn("Frau.Eins", next)
	w.client().get(at).want(http.StatusNotFound, "schon benutzt")
	late := w.client()
	late.post("/de/teach/reset", url.Values{tokenField: {token}, passphraseField: {thePassphrase}}).want(http.StatusNotFound, "schon benutzt")
	late.get("/de/teach").to("/de/teach/signin")
	for _, wrong := range []string{"", "x", teacher.ID + "." + strings.Repeat("A", 43), strings.Repeat("a", 16) + "." + strings.Repeat("A", 43)} {
		w.client().get("/de/teach/reset?token=" + wrong).want(http.StatusNotFound)
		w.client().post("/de/teach/reset", url.Values{tokenField: {wrong}, passphraseField: {thePassphrase}}).want(http.StatusNotFound)
	}
}

// TestDeleteAccount needs the name typed and no class, and leaves nothing.
func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.teacher("Frau.Eins"), w.signedIn("Frau.Eins", thePassphrase)
	teacher, err := w.server.Store.TeacherNamed(t.Context(), "Frau.Eins")
	if err != nil {
		t.Fatal(err)
	}
	f := c.get("/de/teach/account").form("/account/delete")
	p := c.send(f, nameField, "Frau.Zwei").want(http.StatusUnprocessableEntity, "nicht Ihr Benutzername")
	if got := p.faulty(); !slices.Equal(got, []string{nameField}) {
		t.Errorf("marked are %v", got)
	}
	class := school.Class{ID: "abcdefghjkmnpqrs", Name: "9b", Ends: school.ProposedEnd(time.Now()), Created: time.Now(), Code: "BCDFGH", Owner: teacher.ID}
	if err := w.server.Store.CreateClass(t.Context(), class); err != nil {
		t.Fatal(err)
	}
	c.send(f, nameField, "Frau.Eins").want(http.StatusUnprocessableEntity, "Sie haben noch Klassen")
	if err := w.server.Store.DeleteClass(t.Context(), &school.Room{Class: class, Teachers: []string{teacher.ID}}); err != nil {
		t.Fatal(err)
	}
	c.send(f, nameField, "frau.eins").to("/de/")
	c.send(f, nameField, "frau.eins").to("/de/teach/signin")
	other.get("/de/teach").to("/de/teach/signin")
	w.client().signIn("Frau.Eins", thePassphrase).want(http.StatusUnprocessableEntity)
	if all := everything(t, w); strings.Contains(all, teacher.ID) || strings.Contains(all, "frau.eins") {
		t.Error("something of the account is left")
	}
	w.teacher("Frau.Eins") // the name is free
}

// TestSignInLimits: guessing ends after ten failures for the account and fifty for the address, and nobody who knows the
// passphrase counts.
func TestSignInLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teacher("Frau.Eins")
	w.teacher("Frau.Zwei")
	for range 30 {
		w.signedIn("Frau.Eins", thePassphrase)
	}
	for range accountFailures {
		w.client().signIn("frau.eins", "guess").want(http.StatusUnprocessableEntity)
	}
	p := w.client().signIn("Frau.Eins", thePassphrase).want(http.StatusTooManyRequests, "Versuchen Sie es in 15 Minuten noch einmal")
	if after := p.header.Get("Retry-After"); after < "840" || after > "900" {
		t.Errorf("Retry-After is %q", after)
	}
	w.signedIn("Frau.Zwei", thePassphrase)
	for i := range addressFailures - accountFailures {
		w.client().signIn(fmt.Sprintf("nobody.%d", i), "guess").want(http.StatusUnprocessableEntity)
	}
	w.client().signIn("Frau.Zwei", thePassphrase).want(http.StatusTooManyRequests)
	elsewhere := w.beside(func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	from := func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.7") }
	right := url.Values{nameField: {"Frau.Zwei"}, passphraseField: {thePassphrase}}
	elsewhere.client().post("/de/teach/signin", right, from).to("/de/teach")
	w.client().post("/de/teach/signin", right, from).want(http.StatusTooManyRequests) // nobody named that proxy
	if all := everything(t, w); strings.Contains(all, "127.0.0.1") || strings.Contains(all, "203.0.113") {
		t.Error("an address is stored")
	}
}

// TestGuessesAtOnce sends many guesses at one moment: no more than ten are looked at, but for the few that are in the
// queue's places.
func TestGuessesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.teacher("Frau.Eins")
	looked := make(chan int, 40)
	for range cap(looked) {
		go func() {
			answer, err := w.client().http.PostForm(w.url+"/de/teach/signin", url.Values{nameField: {"Frau.Eins"}, passphraseField: {"guess"}})
			if err != nil {
				looked <- 0
				return
			}
			_ = answer.Body.Close()
			looked <- answer.StatusCode
		}()
	}
	n := 0
	for range cap(looked) {
		if <-looked == http.StatusUnprocessableEntity {
			n++
		}
	}
	if n < accountFailures || n > accountFailures+hashesAtOnce-1 {
		t.Errorf("%d guesses were looked at", n)
	}
}

// TestOtherLimits: guessing codes and invitations ends, too.
func TestOtherLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.SignUp = SignUpInvite })
	for range accountFailures {
		w.client().post("/de/teach/recover", url.Values{nameField: {"Frau.Eins"}, codeField: {"x"}, passphraseField: {thePassphrase}}).want(http.StatusUnprocessableEntity)
	}
	w.client().post("/de/teach/recover", url.Values{nameField: {"Frau.Eins"}, codeField: {"x"}, passphraseField: {thePassphrase}}).want(http.StatusTooManyRequests)
	for range addressFailures {
		w.client().get("/de/teach/signup?invite=x").want(http.StatusForbidden)
	}
	w.client().get("/de/teach/signup?invite=x").want(http.StatusTooManyRequests, "noch einmal")
}

// TestAddress: X-Forwarded-For counts as far as named proxies have written it.
func TestAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ proxies, header, want string }{
		{"", "203.0.113.7", "127.0.0.1"},
		{"127.0.0.1", "", "127.0.0.1"},
		{"127.0.0.1", "203.0.113.7", "203.0.113.7"},
		{"127.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"}, // the first was written by whoever asks
		{"127.0.0.0/8, 203.0.113.7", "198.51.100.9, 203.0.113.7", "198.51.100.9"},
		{"127.0.0.1", "nonsense", "127.0.0.1"},
		{"127.0.0.1", "198.51.100.9, nonsense", "127.0.0.1"},
		{"127.0.0.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"},
	} {
		proxies, bad := ParseProxies(row.proxies)
		if len(bad) > 0 {
			t.Fatal(bad)
		}
		asked := &fasthttp.RequestCtx{}
		asked.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
		if row.header != "" {
			asked.Request.Header.Set(fiber.HeaderXForwardedFor, row.header)
		}
		s := &Server{Config: Config{Proxies: proxies}}
		if got := s.address(fiber.New().AcquireCtx(asked)); got != row.want {
			t.Errorf("proxies %q, header %q: %s, want %s", row.proxies, row.header, got, row.want)
		}
	}
	if _, bad := ParseProxies("10.0.0.0/8 nonsense,10.0.0.0/99"); !slices.Equal(bad, []string{"nonsense", "10.0.0.0/99"}) {
		t.Errorf("no address is %v", bad)
	}
}

// everything is all that is stored: keys, fields and values.
func everything(t *testing.T, w *world) string {
	t.Helper()
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer db.Close()
	var b strings.Builder
	for _, key := range db.Keys(t.Context(), "*").Val() {
		fmt.Fprintln(&b, key)
		switch db.Type(t.Context(), key).Val() {
		case "hash":
			fmt.Fprintln(&b, db.HGetAll(t.Context(), key).Val())
		case "set":
			fmt.Fprintln(&b, db.SMembers(t.Context(), key).Val())
		case "string":
			fmt.Fprintln(&b, db.Get(t.Context(), key).Val())
		default:
			t.Fatalf("%s is of a type that this does not read", key)
		}
	}
	return b.String()
}

// TestTeachStoreAway: while the store is away nobody is let in, and no page holds a passphrase, so as to send it again.
func TestTeachStoreAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.teacher("Frau.Eins")
	account := c.get("/de/teach/account")
	w.redis.Kill()
	c.get("/de/teach").want(http.StatusServiceUnavailable)
	for action, fields := range map[string][]string{
		"/teach/signin":             {nameField, "Frau.Eins", passphraseField, thePassphrase},
		"/teach/signup":             {nameField, "Frau.Zwei", passphraseField, thePassphrase},
		"/teach/recover":            {nameField, "Frau.Eins", codeField, "ABCD-EFGH-JKMN-PQRS", passphraseField, thePassphrase},
		"/teach/account/passphrase": {currentField, thePassphrase, passphraseField, "ganz andere vier Wörter"},
		"/teach/account/codes":      {currentField, thePassphrase},
	} {
		form := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		p := c.post("/de"+action, form).want(http.StatusServiceUnavailable, "Noch einmal versuchen")
		for _, secret := range []string{thePassphrase, "ganz andere", "ABCD"} {
			if strings.Contains(html.UnescapeString(p.body), secret) {
				t.Errorf("%s: the page holds %q", action, secret)
			}
		}
		again := ""
		for _, n := range p.all("a") {
			if strings.Contains(attr(n, "class"), "button") {
				again = attr(n, "href")
			}
		}
		if again != "/de"+formPage(action) {
			t.Errorf("%s: trying again leads to %q", action, again)
		}
	}
	w.redis.Start()
	eventually(t, func() bool { return w.client().get("/healthz").status == http.StatusOK })
	c.send(account.form("/account/codes"), currentField, thePassphrase).to("/de/teach/codes")
}

// TestTeachNoStore: no page of a teacher's is kept anywhere.
func TestTeachNoStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.teacher("Frau.Eins")
	for _, row := range access {
		if !strings.HasPrefix(row.path, "/de/teach") {
			continue
		}
		method, _, _ := strings.Cut(row.route, " ")
		var form url.Values
		if method == http.MethodPost {
			form = url.Values{}
		}
		for _, who := range []*client{c, w.client()} {
			if p := who.do(method, row.path, form); p.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s (%d): Cache-Control is %q", row.route, p.status, p.header.Get("Cache-Control"))
			}
		}
	}
}

// TestHashQueue: while two passphrases are hashed a third one waits its turn, and is told so when that does not come.
func TestHashQueue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.hashPatience = 300 * time.Millisecond
	w.teacher("Frau.Eins")
	for range hashesAtOnce {
		w.server.hashing <- struct{}{}
	}
	p := w.client().signIn("Frau.Eins", thePassphrase).want(http.StatusServiceUnavailable, "Gerade melden sich sehr viele an")
	if p.header.Get("Retry-After") == "" || p.form("/teach/signin").values.Get(nameField) != "Frau.Eins" {
		t.Error("the form is not kept for later")
	}
	time.AfterFunc(50*time.Millisecond, func() { <-w.server.hashing })
	w.signedIn("Frau.Eins", thePassphrase)
	<-w.server.hashing
}
