package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// armHarm lets a process of the tests do harm to itself, where the system can.
var armHarm = func() {}

// TestMain lets the tests start this very program as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("EBERBACH_TEST_RUN") == "1" {
		armHarm()
		main()
		return
	}
	os.Exit(m.Run())
}

// TestRacing: go test is content with a name that no test has, so the Makefile could ask the race detector about nothing.
func TestRacing(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(makefile), "\nRACING  := ")
	names, _, _ := strings.Cut(rest, "\n")
	if !ok || names == "" {
		t.Fatal("the Makefile has lost the tests for the race detector")
	}
	files, _ := filepath.Glob("*_test.go")
	var source strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(data)
	}
	for name := range strings.SplitSeq(names, "|") {
		if !strings.Contains(source.String(), "\nfunc "+name+"(t *testing.T) {\n") {
			t.Errorf("the Makefile names %s, and there is no such test", name)
		}
	}
}

// TestVersion: the linker is content with a variable that is not there, so the Makefile could set nothing at all.
func TestVersion(t *testing.T) {
	main, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../Makefile", "../Dockerfile"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := regexp.MustCompile(`-X main\.(\w+)=`).FindAllStringSubmatch(string(text), -1)
		if len(set) != 3 {
			t.Errorf("%s sets %d variables, want 3", file, len(set))
		}
		for _, m := range set {
			if !regexp.MustCompile(`(?m)^\t` + m[1] + ` += "`).Match(main) {
				t.Errorf("%s sets %s, and there is no such variable", file, m[1])
			}
		}
	}
	code, out := call(t, "--version")
	if want := "eberbach version dev, commit unknown of unknown, go"; code != 0 || !strings.HasPrefix(out, want) {
		t.Errorf("exit status %d: %s", code, out)
	}
}

// program is a running Eberbach.
type program struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	stderr *bytes.Buffer
}

func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "EBERBACH_TEST_RUN=1", "XDG_DATA_HOME="+t.TempDir())
	return cmd
}

var address = regexp.MustCompile(`https?://localhost:\d+`)

func boot(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: command(t, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...), stderr: &bytes.Buffer{}}
	p.cmd.Stderr = p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if p.url = address.FindString(lines.Text()); p.url != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	t.Fatalf("the program prints no address:\n%s", p.stderr)
	return nil
}

// stop ends the program as an operator does and returns its exit status.
func (p *program) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

func (p *program) get(path string) (int, string) {
	p.t.Helper()
	answer, err := http.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}

// TestReachedAt: pupils are shown an address by which others reach the machine, where there is one.
func TestReachedAt(t *testing.T) {
	for addr, want := range map[string]string{"127.0.0.1:3000": "http://localhost:3000", "[::1]:80": "http://localhost:80", "192.168.0.7:3000": "http://192.168.0.7:3000", "[fd00::7]:3000": "http://[fd00::7]:3000"} {
		if got := new(settings).reachedAt(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr))); got != want {
			t.Errorf("%s is reached at %s, want %s", addr, got, want)
		}
	}
	everywhere := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[::]:3000"))
	want := "http://localhost:3000"
	if all := networkAddresses(); len(all) > 0 {
		want = "http://" + all[0] + ":3000"
	}
	if got := new(settings).reachedAt(everywhere); got != want {
		t.Errorf("everywhere is reached at %s, want %s", got, want)
	}
}

// TestServe boots the program, reads a page, and stops it.
func TestServe(t *testing.T) {
	p := boot(t, "--data", t.TempDir())
	if status, body := p.get("/en/"); status != http.StatusOK || !strings.Contains(body, "Eberbach") {
		t.Errorf("front page: %d", status)
	}
	if status, body := p.get("/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d %s", status, body)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("after SIGTERM the exit status is %d:\n%s", code, p.stderr)
	}
}

// TestSameDirectory starts a second process on the same data: refused with a sentence that helps.
func TestSameDirectory(t *testing.T) {
	dir := t.TempDir()
	first := boot(t, "--data", dir)
	second := command(t, "serve", "--addr", "127.0.0.1:0", "--data", dir)
	out, err := second.CombinedOutput()
	if err == nil || second.ProcessState.ExitCode() != exitConfig {
		t.Fatalf("the second process got exit status %d: %s", second.ProcessState.ExitCode(), out)
	}
	if !strings.Contains(string(out), dir) || strings.Count(string(out), "\n") > 2 {
		t.Errorf("the message does not help: %s", out)
	}
	if code := first.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestFinishesWhatRuns stops the program while a request is on its way: the request is answered.
func TestFinishesWhatRuns(t *testing.T) {
	p := boot(t, "--data", t.TempDir())
	pr, pw := io.Pipe()
	status := make(chan int, 1)
	go func() {
		r, _ := http.NewRequest(http.MethodPost, p.url+"/en/leave", pr)
		r.ContentLength = 3
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			status <- 0
			return
		}
		_ = answer.Body.Close()
		status <- answer.StatusCode
	}()
	_, _ = pw.Write([]byte("a="))
	time.Sleep(200 * time.Millisecond)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	_, _ = pw.Write([]byte("b"))
	_ = pw.Close()
	if got := <-status; got != http.StatusSeeOther {
		t.Errorf("the request on its way got %d", got)
	}
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestConfiguration gives wrong settings by flag and by environment: every fault is named at once, exit status 2.
func TestConfiguration(t *testing.T) {
	cmd := command(t, "serve", "--addr", "nowhere", "--log", "loud")
	cmd.Env = append(cmd.Env, "EBERBACH_REDIS=http://example", "EBERBACH_URL=not an origin")
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitConfig {
		t.Errorf("exit status %d", code)
	}
	for _, want := range []string{"--addr", "--log", "--redis", "--url"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%s is not named:\n%s", want, out)
		}
	}
	for _, args := range [][]string{
		{"no-such-command"},
		{"serve", "--no-such-flag"},
		{"serve", "--wait", "1"},
		{"serve", "--lessons", "no-such-dir"},
		{"check", "no-such-dir"},
		{"check", "--date", "soon"},
		{"serve", "--admin", "nowhere"},
		{"serve", "--drain", "-1s"},
		{"serve", "--cert", "no-such-file", "--key", "no-such-file"},
		{"health", "--addr", "nowhere"},
		{"preview"},
		{"preview", "no-such-lesson"},
		{"preview", "false-alarms", "--lessons", "no-such-dir"},
	} {
		var out bytes.Buffer
		if code := run(context.Background(), append([]string{"eberbach"}, args...), &out, &out); code != exitConfig {
			t.Errorf("%v: exit status %d: %s", args, code, out.String())
		}
	}
}

// TestCheck is silent on our lessons and names a planted fault with exit status 1.
func TestCheck(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"eberbach", "check"}, &out, &out); code != 0 || out.Len() > 0 {
		t.Errorf("exit status %d: %s", code, out.String())
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../lessons")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "false-alarms", "lesson.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(data, []byte("minutes: 40"), []byte("minutes: soon"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"eberbach", "check", dir}, &out, &out); code != 1 {
		t.Errorf("exit status %d", code)
	}
	if want := "false-alarms/lesson.yaml:3: minutes must be a whole number\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

// TestKeepsAnswers answers a question, restarts the program, and finds the answer.
func TestKeepsAnswers(t *testing.T) {
	dir := t.TempDir()
	p := boot(t, "--data", dir)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.PostForm(p.url+"/en/lessons/false-alarms/quiz", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	path, cookie := answer.Header.Get("Location"), answer.Header.Get("Set-Cookie")
	if path == "" || cookie == "" {
		t.Fatalf("the quiz does not start: %d", answer.StatusCode)
	}
	if err := p.cmd.Process.Kill(); err != nil { // no farewell
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
	p = boot(t, "--data", dir)
	r, _ := http.NewRequest(http.MethodGet, p.url+path, nil)
	r.Header.Set("Cookie", strings.SplitN(cookie, ";", 2)[0])
	if answer, err = c.Do(r); err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("after a kill the attempt is gone: %d", answer.StatusCode)
	}
	p.stop()
}

// TestDev changes a view while the program runs: the next page shows it.
func TestDev(t *testing.T) {
	tree := t.TempDir()
	for _, dir := range []string{"lessons", "views", "static"} {
		if err := os.CopyFS(filepath.Join(tree, dir), os.DirFS("../"+dir)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(tree)
	p := boot(t, "--data", t.TempDir(), "--dev")
	saved := time.Now()
	change := func(file, old, new string) {
		t.Helper()
		saved = saved.Add(time.Second) // a file system may tell times only to the second
		path := filepath.Join(tree, file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(data, []byte(old), []byte(new), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, saved, saved); err != nil {
			t.Fatal(err)
		}
	}
	change("lessons/module.yaml", "What does it really say?", "Brand new title")
	if _, body := p.get("/en/"); !strings.Contains(body, "Brand new title") {
		t.Error("the change is not shown")
	}
	change("lessons/module.yaml", "themes:", "teams:")
	if status, body := p.get("/en/"); status != http.StatusInternalServerError || !strings.Contains(body, "module.yaml:") {
		t.Errorf("a fault is not shown: %d", status)
	}
	p.stop()
}

// TestLessons serves a folder, named by the environment, that has faults from the start: the pages say so, and once they
// are mended the lesson is there.
func TestLessons(t *testing.T) {
	dir := t.TempDir()
	if code, out := call(t, "new", "first-steps", "--lessons", dir); code != 0 {
		t.Fatal(out)
	}
	file := filepath.Join(dir, "first-steps", "lesson.yaml")
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.Replace(good, []byte("minutes: 20"), []byte("minutes: soon"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EBERBACH_LESSONS", dir)
	p := boot(t, "--data", t.TempDir())
	for _, path := range []string{"/en/lessons/first-steps", "/de/lessons/first-steps"} {
		if status, body := p.get(path); status != http.StatusInternalServerError || !strings.Contains(body, "first-steps/lesson.yaml:6") {
			t.Errorf("%s: the fault is not shown: %d", path, status)
		}
	}
	if err := os.WriteFile(file, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, body := p.get("/en/lessons/first-steps"); status != http.StatusOK || !strings.Contains(body, "What a sentence proves") {
		t.Errorf("the mended lesson is not shown: %d", status)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d:\n%s", code, p.stderr)
	}
}
