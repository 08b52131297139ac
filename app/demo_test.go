package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

var saidLine = regexp.MustCompile(`(?m)^([a-z ]+): +(.*)$`)

// madeDemo runs the command and returns what it prints, by the words before the colon.
func madeDemo(t *testing.T, args ...string) map[string]string {
	t.Helper()
	code, out := call(t, append([]string{"demo"}, args...)...)
	if code != 0 {
		t.Fatalf("demo %v: exit status %d: %s", args, code, out)
	}
	said := map[string]string{}
	for _, line := range saidLine.FindAllStringSubmatch(out, -1) {
		said[line[1]] = line[2]
	}
	return said
}

// signsIn says whether the pages for teachers can be entered.
func (p *program) signsIn(name, passphrase string) bool {
	p.t.Helper()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.PostForm(p.url+"/en/teach/signin", url.Values{"name": {name}, "passphrase": {passphrase}})
	if err != nil {
		p.t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusSeeOther
}

// TestDemo makes the school beside a running serve and without one, signs in to it, and takes it away.
func TestDemo(t *testing.T) {
	redis := redistest.Start(t).URL()
	for _, at := range [][]string{{"--data", t.TempDir()}, {"--redis", redis}} {
		t.Run(at[0], func(t *testing.T) {
			args := func(list ...string) []string { return append(list, at...) }
			alone := madeDemo(t, args("--pupils", "6", "--url", "https://school.example/")...)
			if alone["sign in"] != "https://school.example/en/teach/signin" {
				t.Errorf("it leads to %q", alone["sign in"])
			}
			p := boot(t, args("--log", "off")...)
			if !p.signsIn("demo", alone["passphrase"]) || !p.signsIn("demo-kollegin", alone["passphrase"]) || p.signsIn("demo", "another passphrase") {
				t.Error("who was let in is another one")
			}
			if code, out := call(t, args("demo")...); code != 1 || !strings.Contains(out, "eberbach demo --remove") {
				t.Errorf("a second one: exit status %d: %s", code, out)
			}
			if code, out := call(t, args("demo", "--remove")...); code != 0 || !strings.Contains(out, "6 pupils") {
				t.Errorf("removing: exit status %d: %s", code, out)
			}
			if p.signsIn("demo", alone["passphrase"]) {
				t.Error("the account is still there")
			}
			beside := madeDemo(t, args("--pupils", "6", "--passphrase", "four words or five")...)
			if origin := beside["sign in"]; at[0] == "--data" && origin != p.url+"/en/teach/signin" { // the serve knows where it is
				t.Errorf("it leads to %q", origin)
			}
			if beside["passphrase"] != "four words or five" || !p.signsIn("demo", "four words or five") {
				t.Errorf("the passphrase is %q", beside["passphrase"])
			}
			if said := madeDemo(t, args("--learners", "5")...); !strings.Contains(said["made"], "5 people in no class with 120 attempts") {
				t.Errorf("it says %q", said)
			}
			if code, out := call(t, args("demo", "--remove")...); code != 0 || !strings.Contains(out, "6 pupils") || !strings.Contains(out, "5 people") {
				t.Errorf("removing: exit status %d: %s", code, out)
			}
			if code, out := call(t, args("demo", "--remove")...); code != 0 || !strings.Contains(out, "there is no demo") {
				t.Errorf("removing again: exit status %d: %s", code, out)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit status %d", code)
			}
		})
	}
}

// TestDemoCutShort kills the command in the middle; what is there by then can be taken away.
func TestDemoCutShort(t *testing.T) {
	redis := redistest.Start(t).URL()
	cmd := command(t, "demo", "--redis", redis, "--pupils", "1000")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	db := opened(t, store.Config{Address: redis})
	defer db.Close()
	for { // until it has begun
		notes, err := db.DemoNotes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(notes) > 0 {
			break
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if code, out := call(t, "demo", "--redis", redis); code != 1 {
		t.Errorf("another one: exit status %d: %s", code, out)
	}
	if code, out := call(t, "demo", "--redis", redis, "--remove"); code != 0 {
		t.Errorf("removing: exit status %d: %s", code, out)
	}
	madeDemo(t, "--redis", redis, "--pupils", "3")
}

// TestDemoFaults names everything that is wrong with the call, and spares an account of the same name.
func TestDemoFaults(t *testing.T) {
	redis := redistest.Start(t).URL()
	code, out := call(t, "demo", "thirty", "--redis", redis, "--pupils", "2000", "--learners", "5", "--passphrase", "short", "--url", "school")
	for _, want := range []string{"takes no argument", "--pupils 2000", "--learners makes people in no class", "--passphrase: it has from 10", "--url"} {
		if code != exitConfig || !strings.Contains(out, want) {
			t.Errorf("exit status %d, %q is not in: %s", code, want, out)
		}
	}
	if code, out := call(t, "demo", "--redis", redis, "--learners", "-1", "--passphrase", "demodemodemo"); code != exitConfig || !strings.Contains(out, "--learners -1") || !strings.Contains(out, "among the first") {
		t.Errorf("exit status %d: %s", code, out)
	}
	db := opened(t, store.Config{Address: redis})
	defer db.Close()
	own := school.Teacher{ID: strings.Repeat("a", 16), Name: "DEMO", PassHash: "hash"}
	if err := db.CreateTeacher(t.Context(), own, "", time.Now()); err != nil {
		t.Fatal(err)
	}
	if code, out := call(t, "demo", "--redis", redis); code != 1 || !strings.Contains(out, "nothing was made") {
		t.Errorf("exit status %d: %s", code, out)
	}
	if found, err := db.TeacherNamed(t.Context(), "demo"); err != nil || found.ID != own.ID {
		t.Errorf("the account is %+v, error %v", found, err)
	}
}
