package main

import (
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"eberbach/app/store/redistest"
	"eberbach/app/web"
)

var link = regexp.MustCompile(`https?://\S+`)

// printedLink runs a command and returns the path of the link that it prints, whose origin has to be the one given.
func printedLink(t *testing.T, origin string, args ...string) (path, out string) {
	t.Helper()
	code, out := call(t, args...)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	at, err := url.Parse(link.FindString(lines[len(lines)-1]))
	if code != 0 || err != nil || at.Scheme+"://"+at.Host != origin {
		t.Fatalf("%v: exit status %d: %s", args, code, out)
	}
	return at.RequestURI(), out
}

// signUp makes an account with a link.
func (p *program) signUp(path, name string) (status int) {
	p.t.Helper()
	return p.post(path, "/en/teach/signup", "invite", url.Values{"name": {name}, "passphrase": {"four words or five"}})
}

// post loads the page of a link and sends its form, in which the query's value stands, too.
func (p *program) post(path, action, field string, form url.Values) (status int) {
	p.t.Helper()
	if status, body := p.get(path); status != http.StatusOK || !strings.Contains(body, `action="`+action+`"`) {
		return status
	}
	at, _ := url.Parse(path)
	form.Set(field, at.Query().Get(field))
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.PostForm(p.url+action, form)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// TestTeacherLinks prints links beside a running serve and without one, on the embedded database and on Redis, and uses
// them.
func TestTeacherLinks(t *testing.T) {
	redis := redistest.Start(t).URL()
	for _, at := range [][]string{{"--data", t.TempDir()}, {"--redis", redis}} {
		t.Run(at[0], func(t *testing.T) {
			args := func(list ...string) []string { return append(list, at...) }
			before, said := printedLink(t, defaultOrigin, args("invite")...)
			if !strings.Contains(said, "--url") {
				t.Errorf("nothing says that the origin is only supposed: %s", said)
			}
			p := boot(t, args("--signup", "invite")...)
			if status := p.signUp(before, "Ms.One"); status != http.StatusSeeOther {
				t.Errorf("the link from before: %d", status)
			}
			if status := p.signUp(before, "Ms.Two"); status != http.StatusForbidden {
				t.Errorf("the link once more: %d", status)
			}
			origin := "https://school.example"
			beside, _ := printedLink(t, origin, args("invite", "--url", origin+"/")...)
			if status := p.signUp(beside, "Ms.Two"); status != http.StatusSeeOther {
				t.Errorf("a link from beside: %d", status)
			}
			origin = defaultOrigin
			if at[0] == "--data" {
				origin = p.url // the serve knows where it is
			}
			reset, _ := printedLink(t, origin, args("reset-teacher", "ms.one")...)
			if status := p.post(reset, "/en/teach/reset", "token", url.Values{"passphrase": {"five words or four"}}); status != http.StatusSeeOther {
				t.Errorf("the reset link: %d", status)
			}
			if code, out := call(t, args("reset-teacher", "ms.nobody")...); code != 1 || !strings.Contains(out, `"ms.nobody"`) {
				t.Errorf("a reset of nobody: exit status %d: %s", code, out)
			}
			p.stop()
		})
	}
}

// TestSignUpDefault: everybody may sign up only where nobody but this machine can come.
func TestSignUpDefault(t *testing.T) {
	for _, row := range []struct {
		s    settings
		at   string
		want web.SignUp
	}{
		{settings{}, "127.0.0.1", web.SignUpOpen},
		{settings{}, "::1", web.SignUpOpen},
		{settings{}, "0.0.0.0", web.SignUpInvite},
		{settings{}, "192.168.1.7", web.SignUpInvite},
		{settings{url: "https://school.example"}, "127.0.0.1", web.SignUpInvite}, // behind a proxy
		{settings{proxies: "127.0.0.1"}, "127.0.0.1", web.SignUpInvite},
		{settings{signup: "closed"}, "127.0.0.1", web.SignUpClosed},
		{settings{signup: "open"}, "0.0.0.0", web.SignUpOpen},
	} {
		if got := row.s.signUp(&net.TCPAddr{IP: net.ParseIP(row.at)}); got != row.want {
			t.Errorf("%+v at %s: %s, want %s", row.s, row.at, got, row.want)
		}
	}
}

// TestOperator: imprint and settings of an operator reach the pages, and wrong ones are named at once.
func TestOperator(t *testing.T) {
	t.Setenv("EBERBACH_IMPRINT", "https://school.example/imprint")
	p := boot(t, "--data", t.TempDir(), "--privacy", "office@school.example", "--signup", "closed", "--proxies", "127.0.0.1")
	for _, path := range []string{"/en/", "/de/lessons/false-alarms", "/en/teach/signup", "/en/nowhere"} {
		if _, body := p.get(path); !strings.Contains(body, `href="https://school.example/imprint"`) {
			t.Errorf("%s does not lead to the imprint", path)
		}
	}
	if _, body := p.get("/en/teach/signup"); !strings.Contains(body, "Nobody can sign up") {
		t.Error("closed is not closed")
	}
	p.stop()
	code, out := call(t, "serve", "--signup", "maybe", "--imprint", "school.example", "--privacy", "somebody", "--proxies", "here,10.0.0.0/8")
	if code != exitConfig {
		t.Errorf("exit status %d", code)
	}
	for _, flag := range []string{"--signup", "--imprint", "--privacy", "--proxies: here is"} {
		if !strings.Contains(out, flag) {
			t.Errorf("%s is not named: %s", flag, out)
		}
	}
	for _, args := range [][]string{{"invite", "somebody"}, {"reset-teacher"}, {"reset-teacher", "a", "b"}, {"invite", "--url", "nowhere"}, {"invite", "--wait", "1"}} {
		if code, out := call(t, args...); code != exitConfig {
			t.Errorf("%v: exit status %d: %s", args, code, out)
		}
	}
}
