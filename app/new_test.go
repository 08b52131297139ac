package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eberbach/app/lesson"
)

// call carries out a command line and returns its exit status and all that it prints.
func call(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code := run(t.Context(), append([]string{"eberbach"}, args...), &out, &out)
	return code, out.String()
}

// tree is a folder as text: every file with what is in it.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			b.WriteString(path + "\n")
			return err
		}
		data, err := os.ReadFile(path)
		b.WriteString(path + "\n" + string(data))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return b.String()
}

// TestNew writes a lesson for every theme of our module, and one into a folder that is not there yet: the check is as
// silent as before. A second time it refuses and touches nothing.
func TestNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lessons")
	if err := os.CopyFS(dir, os.DirFS("../lessons")); err != nil {
		t.Fatal(err)
	}
	_, before := call(t, "check", dir)
	m, _ := lesson.Read(os.DirFS(dir), time.Now())
	for _, theme := range m.Themes {
		id := "new-in-" + theme.ID
		if code, out := call(t, "new", id, "--lessons", dir, "--theme", theme.ID); code != 0 || !strings.Contains(out, theme.ID) {
			t.Errorf("new %s: exit status %d: %s", id, code, out)
		}
	}
	if code, out := call(t, "check", dir); code != 0 || out != before {
		t.Errorf("check: exit status %d: %s", code, out)
	}
	empty := filepath.Join(t.TempDir(), "not", "there")
	if code, out := call(t, "new", "--lessons", empty, "first-steps"); code != 0 {
		t.Errorf("new in a new folder: exit status %d: %s", code, out)
	}
	if code, out := call(t, "check", empty); code != 0 || out != "" {
		t.Errorf("check: exit status %d: %s", code, out)
	}
	was := tree(t, empty)
	for _, args := range [][]string{{"first-steps"}, {"Bad Id"}, {}, {"a", "b"}, {"second", "--theme", "nowhere"}} {
		code, out := call(t, append([]string{"new", "--lessons", empty}, args...)...)
		if code != exitConfig || !strings.HasPrefix(out, "new: ") {
			t.Errorf("new %v: exit status %d: %s", args, code, out)
		}
	}
	if tree(t, empty) != was {
		t.Error("a refused lesson left something behind")
	}
}

// TestWritesTogether: where one file cannot be written, none is, and a folder that was made for them goes again.
func TestWritesTogether(t *testing.T) {
	files := []lesson.File{{Path: "a/one", Data: []byte("1")}, {Path: "a/two", Data: []byte("2")}, {Path: "b", Data: []byte("3")}, {Path: "module.yaml", Data: []byte("4")}}
	good := t.TempDir()
	if err := writeTogether(good, files); err != nil {
		t.Fatal(err)
	}
	if err := writeTogether(good, files[3:]); err != nil {
		t.Errorf("the last file may be replaced: %v", err)
	}
	for name, in := range map[string]string{"b": "b", "module.yaml": "module.yaml/x"} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, in), 0o755); err != nil {
			t.Fatal(err)
		}
		was := tree(t, dir)
		if err := writeTogether(dir, files); err == nil {
			t.Errorf("%s is a folder and was written all the same", name)
		}
		if now := tree(t, dir); now != was {
			t.Errorf("%s: something is left behind:\n%s", name, now)
		}
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	if err := writeTogether(fresh, append(files, lesson.File{Path: "b/c"})); err == nil || exists(fresh) {
		t.Errorf("a folder is left behind: %v", err)
	}
}
