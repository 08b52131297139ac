//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// readmeBlocks are the commands between two marks of the README.
func readmeBlocks(t *testing.T, begin, end string) (blocks []string) {
	t.Helper()
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(data), "<!-- "+begin)
	part, _, ended := strings.Cut(rest, "<!-- "+end+" -->")
	if !ok || !ended {
		t.Fatalf("the README has lost the marks %q and %q", begin, end)
	}
	for i, block := range strings.Split(part, "```\n") {
		if i%2 == 1 {
			blocks = append(blocks, block)
		}
	}
	return blocks
}

// readmeFolder is a folder in which the README's commands run. Only the build is spared: bin/eberbach is this very program.
func readmeFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"Makefile":     "build:\n\t@test -x bin/eberbach\n",
		"bin/eberbach": fmt.Sprintf("#!/bin/sh\nEBERBACH_TEST_RUN=1 exec %q \"$@\"\n", os.Args[0]),
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestReadme follows the README to the letter, from an empty folder to a lesson that passes the check, is previewed, and
// is served.
func TestReadme(t *testing.T) {
	dir, blocks := readmeFolder(t), readmeBlocks(t, "author's commands", "end of the author's commands")
	if len(blocks) != 4 {
		t.Fatalf("the README has %d blocks of commands; say here what each of them comes to", len(blocks))
	}
	ends(t, dir, blocks[0])
	runs(t, dir, blocks[1], func(base string) {
		want(t, base+"/en/lessons/my-first-lesson", "What a sentence proves", "kept for a Test", "The second sentence says so.")
		want(t, base+"/de/lessons/my-first-lesson/worksheet?key=1", "So steht es im zweiten Satz.")
	})
	ends(t, dir, blocks[2])
	if code, out := call(t, "check", filepath.Join(dir, "my-lessons")); code != 0 || out != "" {
		t.Errorf("check: exit status %d: %s", code, out)
	}
	runs(t, dir, blocks[3], func(base string) {
		want(t, base+"/en/", "What a sentence proves")
		want(t, base+"/en/lessons/my-first-lesson", "What a sentence proves", "7 questions")
		want(t, base+"/en/lessons/my-first-lesson/worksheet", "When does the library open?")
	})
}

// TestDependencies: the README says of each module that go.mod asks for what it is for, and of no other.
func TestDependencies(t *testing.T) {
	readme, err1 := os.ReadFile("../README.md")
	mod, err2 := os.ReadFile("../go.mod")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	direct := map[string]bool{}
	version := regexp.MustCompile(`/v\d+$`)
	for _, m := range regexp.MustCompile(`(?m)^(?:require )?\t?([a-z][\w./-]+) v\S+$`).FindAllStringSubmatch(string(mod), -1) {
		direct[strings.TrimPrefix(version.ReplaceAllString(m[1], ""), "github.com/")] = true
	}
	if len(direct) < 20 {
		t.Fatalf("of go.mod only %d modules are read", len(direct))
	}
	_, table, ok := strings.Cut(string(readme), "| dependency | what for |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if !ok {
		t.Fatal("the README has lost its table of dependencies")
	}
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(row, "|")
		if len(cells) != 4 || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("this row does not say what for: %s", row)
			continue
		}
		for name := range strings.SplitSeq(strings.TrimSpace(cells[1]), ", ") {
			if !direct[name] {
				t.Errorf("go.mod does not ask for %s", name)
			}
			delete(direct, name)
		}
	}
	for name := range direct {
		t.Errorf("the README does not say what %s is for", name)
	}
}

// TestReadmeRoad follows the README from the embedded database of a laptop to a Redis, but for the port that this one has.
func TestReadmeRoad(t *testing.T) {
	dir, redis := readmeFolder(t), redistest.Start(t).URL()
	blocks := readmeBlocks(t, "operator's commands", "end of the operator's commands")
	if len(blocks) != 2 {
		t.Fatalf("the README has %d blocks of commands; say here what each of them comes to", len(blocks))
	}
	laptop := filepath.Join(dir, "data", "eberbach")
	madeDemo(t, "--data", laptop, "--pupils", "6")
	ends(t, dir, blocks[0])
	const named = "redis://127.0.0.1:6379/0"
	if !strings.Contains(blocks[1], named) {
		t.Fatalf("the README does not name %s", named)
	}
	runs(t, dir, strings.ReplaceAll(blocks[1], named, redis), func(base string) { want(t, base+"/healthz") })
	db := opened(t, store.Config{Address: redis})
	defer db.Close()
	if _, err := db.TeacherNamed(t.Context(), "demo"); err != nil {
		t.Errorf("the teacher is not there: %v", err)
	}
}

// shell is a script as an author types it, in the folder.
func shell(t *testing.T, dir, script string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", script)
	cmd.Dir = dir
	// Another program may have the port that serve takes by itself.
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+filepath.Join(dir, "data"), "EBERBACH_ADDR=127.0.0.1:0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// ends runs commands that come to an end by themselves; the check is the last of them and prints nothing.
func ends(t *testing.T, dir, script string) {
	t.Helper()
	out, err := shell(t, dir, script).CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%v: %s", script, err, out)
	}
	if strings.Contains(string(out), ".yaml:") {
		t.Errorf("the check is not silent: %s", out)
	}
}

var printed = regexp.MustCompile(`http://[a-z0-9.]+:\d+`)

// runs starts a command that prints an address, uses it, and ends it with Ctrl + C.
func runs(t *testing.T, dir, script string, use func(base string)) {
	t.Helper()
	cmd := shell(t, dir, script)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s\n%v: %s", script, err, stderr.String())
		}
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base := printed.FindString(lines.Text()); base != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			use(base)
			return
		}
	}
	t.Errorf("%s\nprints no address: %s", script, stderr.String())
}

// want fails the test unless the page is there and says the texts.
func want(t *testing.T, url string, texts ...string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v", url, answer.StatusCode, err)
	}
	for _, text := range texts {
		if !strings.Contains(string(body), text) {
			t.Errorf("%s does not say %q", url, text)
		}
	}
}
