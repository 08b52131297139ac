package main

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eberbach/app/lesson"
	"eberbach/lessons"
	"eberbach/static"
	"eberbach/views"
)

// lessonsCopy is the module's own lesson files in a folder that may be written to.
func lessonsCopy(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "lessons")
	if err := os.CopyFS(dir, lessons.FS); err != nil {
		t.Fatal(err)
	}
	return dir
}

// state is every file of a folder by name.
func state(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		out[strings.TrimPrefix(name, dir+"/")] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changed are the names of the files that are not as before.
func changed(before, after map[string]string) (names []string) {
	for name, text := range after {
		if was, ok := before[name]; !ok || was != text {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

// readmeBlock is the fenced block of the README that begins with these words.
func readmeBlock(t *testing.T, begins string) string {
	t.Helper()
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```[a-z]*\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		if strings.HasPrefix(m[1], begins) {
			return m[1]
		}
	}
	t.Fatalf("the README has no block that begins %q", begins)
	return ""
}

// words are the arguments of a command line as a shell would cut them, as far as the README needs it.
func words(line string) (out []string) {
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, m[1]+m[2])
	}
	return slices.DeleteFunc(out, func(w string) bool { return w == "bin/eberbach" })
}

// edit puts new words in a file where the old ones stand.
func edit(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s holds no %q:\n%s", name, old, data)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// show lets a lesson show a passage in both languages, at the end of its text.
func show(t *testing.T, dir, passage string) {
	t.Helper()
	for _, lang := range []string{"de", "en"} {
		name := filepath.Join(dir, "lesson."+lang+".md")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(string(data)+"\n:::passage "+passage+"\n:::\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// expect calls the program and sees its exit status and what it prints.
func expect(t *testing.T, status int, prints string, args ...string) {
	t.Helper()
	if code, out := call(t, args...); code != status || !strings.Contains(out, prints) {
		t.Fatalf("%q: exit status %d, want %d and %q:\n%s", args, code, status, prints, out)
	}
}

// TestReadmeBringAText does what the README says, to the letter, in a copy of the lessons.
func TestReadmeBringAText(t *testing.T) {
	letter, commands := readmeBlock(t, "# Open letter"), strings.Split(readmeBlock(t, "bin/eberbach import-text"), "\n")
	t.Chdir(filepath.Dir(lessonsCopy(t)))
	if err := os.WriteFile("letter.md", []byte(letter), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "open-letter/passages.yaml: 3 passages in 1 group, C1 to C3", words(commands[0])...)
	expect(t, 0, "", "check", "lessons")
	show(t, "lessons/false-alarms", "C2")
	expect(t, 1, `passage C2 has no text in "de", and false-alarms/lesson.de.md shows it; add it`, "check", "lessons")
	const en, de = "            Nobody may read along in private messages.", "          de: Niemand darf in Nachrichten mitlesen."
	edit(t, "lessons/open-letter/passages.yaml", en, en+"\n"+de)
	expect(t, 0, "", "check", "lessons")

	edit(t, "lessons/false-alarms/annotations.yaml", "\n- id: ", `
- {id: letter, passage: C2, kind: claim, quote: {en: in private messages, de: in Nachrichten}, text: {en: All of them?, de: Alle?}}

- id: `)
	expect(t, 0, "", "check", "lessons")
	edit(t, "letter.md", "in private messages", "in private e-mails and messages")
	before := state(t, "lessons")
	expect(t, 0, `"in private messages" in C2 of "letter" reads "in private e-mails and messages" now`, words(commands[1])...)
	if d := changed(before, state(t, "lessons")); len(d) > 0 {
		t.Fatalf("without --apply %q are changed", d)
	}
	expect(t, 0, "written: 2 files", words(commands[2])...)
	if d := changed(before, state(t, "lessons")); len(d) != 2 {
		t.Errorf("%q are changed", d)
	}
	expect(t, 0, `warning: passage C2 has changed, its text in "de" has not`, "check", "lessons")
	expect(t, 0, "nothing has changed", words(commands[2])...)
}

// TestBroughtPassageIsServed: what was brought stands in the page as text, with its source.
func TestBroughtPassageIsServed(t *testing.T) {
	dir := lessonsCopy(t)
	t.Chdir(filepath.Dir(dir))
	if err := os.WriteFile("a.txt", []byte("<script>alert(1)</script> & more.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, 0, "1 passage in 1 group, C1 to C1", "import-text", "a.txt", "--id", "a", "--lang", "en", "--title", "T", "--publisher", "P", "--url", "https://p.example/")
	edit(t, "lessons/a/passages.yaml", "          en: >-", "          de: Das da.\n          en: >-")
	show(t, "lessons/false-alarms", "C1")
	for folder, files := range map[string]fs.FS{"views": views.FS, "static": static.FS} {
		if err := os.CopyFS(folder, files); err != nil {
			t.Fatal(err)
		}
	}
	p := boot(t, "--dev", "--data", t.TempDir(), "--log", "off")
	status, page := p.get("/en/lessons/false-alarms")
	if status != http.StatusOK || !strings.Contains(page, "&lt;script>alert(1)") || strings.Contains(page, "<script>alert") {
		t.Errorf("status %d, the passage is not there as text", status)
	}
	if !strings.Contains(page, `id="C1"`) || !strings.Contains(page, `href="https://p.example/"`) {
		t.Error("the passage's number or its source is missing")
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

func TestImportTextRefuses(t *testing.T) {
	dir := lessonsCopy(t)
	t.Chdir(filepath.Dir(dir))
	for name, text := range map[string]string{"a.txt": "Eins.", "latin1.txt": "Gr\xfc\xdfe", "long.txt": strings.Repeat("x", lesson.MaxForeign+1)} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := state(t, "lessons")
	for _, test := range []struct {
		line, prints string
		status       int
	}{
		{"import-text a.txt --id false-alarms --lang de", "there is a folder of this name already", 1},
		{"import-text a.txt --id canada-statement --lang de", "sources.yaml has a source of this name already", 1},
		{"import-text latin1.txt --id a --lang de", "latin1.txt:1: the text is not UTF-8", 1},
		{"import-text long.txt --id a --lang de", "at most 262144 are read", 1},
		{"import-text a.txt --id ../a --lang de", "use small letters", 1},
		{"import-text a.txt --id a", "say in which language", 1},
		{"import-text a.txt --id a --update", "there is no document of this name", 1},
		{"import-text none.txt --id a --lang de", "name a text file", exitConfig},
		{"import-text lessons --id a --lang de", "is a directory", exitConfig},
		{"import-text --id a", "name one file", exitConfig},
		{"import-text a.txt", `"id" not set`, exitConfig},
		{"import-text a.txt --id a --lang de --apply", "--apply belongs to --update", exitConfig},
		{"import-text a.txt --id a --lang de --lessons .", ". holds no module.yaml", exitConfig},
	} {
		expect(t, test.status, test.prints, words(test.line)...)
		if d := changed(before, state(t, "lessons")); len(d) > 0 {
			t.Fatalf("%s: %q are changed", test.line, d)
		}
	}
}

// TestWriteAllOrNothing puts a folder in the way of one file: the others must be as they were.
func TestWriteAllOrNothing(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("b.yaml", "before")
	if err := os.MkdirAll(filepath.Join(dir, "z.yaml", "in-the-way"), 0o700); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	before := state(t, dir)
	if err := writeAll(root, map[string][]byte{"a/x.yaml": []byte("new"), "b.yaml": []byte("after"), "z.yaml": []byte("new")}); err == nil {
		t.Error("a file is written where a folder is")
	}
	if d := changed(before, state(t, dir)); len(d) > 0 {
		t.Errorf("%q are changed", d)
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("the folder that was made is left")
	}
	if err := writeAll(root, map[string][]byte{"a/x.yaml": []byte("new"), "b.yaml": []byte("after")}); err != nil {
		t.Error(err)
	}
	if got := state(t, dir); got["a/x.yaml"] != "new" || got["b.yaml"] != "after" || len(got) != 2 {
		t.Errorf("%q", got)
	}
	if err := writeAll(root, map[string][]byte{"../out.yaml": nil}); err == nil {
		t.Error("a file is written outside the folder")
	}
}
