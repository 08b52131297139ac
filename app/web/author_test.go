package web

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// desk is a folder of lesson files that an author works on.
type desk struct {
	t   *testing.T
	dir string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t, t.TempDir()}
	if err := os.CopyFS(d.dir, os.DirFS("testdata/workshop")); err != nil {
		t.Fatal(err)
	}
	return d
}

// author serves the folder to its author.
func (d *desk) author(c *Config) {
	c.Files.Lessons, c.Author = os.DirFS(d.dir), true
}

// write changes a file and returns what puts it back.
func (d *desk) write(file, old, new string) (mend func()) {
	d.t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(file))
	data, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	changed := strings.Replace(string(data), old, new, 1)
	if changed == string(data) {
		d.t.Fatalf("%s does not say %q", file, old)
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return func() {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
}

const (
	faultOne  = "workshop/lesson.yaml:3"
	faultTwo  = "kinds/lesson.yaml:3"
	notWhole  = "minutes must be a whole number"
	oneFault  = "1 fault in the lesson files"
	twoFaults = "2 faults in the lesson files"
)

// TestFaultsAreShownAndHealed breaks lesson files under a running server: each lesson's own page names its faults with
// file, line and how to mend them, the rest goes on as it was, and mended files are shown without a restart.
func TestFaultsAreShownAndHealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	w := newWorld(t, d.author)
	c := w.client()
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop").lacks("in the lesson files")
	c.get("/en/faults").want(http.StatusOK, "no faults")

	mendOne := d.write("workshop/lesson.yaml", "minutes: 10", "minutes: soon")
	c.get("/en/lessons/workshop").want(http.StatusInternalServerError, faultOne, notWhole, oneFault).lacks("The workshop", faultTwo)
	c.get("/en/").want(http.StatusOK, oneFault, "The workshop").lacks(faultOne)
	c.get("/en/lessons/kinds").want(http.StatusOK, oneFault).lacks(faultOne)
	c.get("/en/lessons/workshop/worksheet").want(http.StatusOK, "When does the pool open?") // as it last was
	c.follow(c.post("/en/lessons/workshop/quiz", nil)).want(http.StatusOK, oneFault)
	c.get("/de/me").want(http.StatusOK, "1 Fehler in den Lektionsdateien")

	mendTwo := d.write("kinds/lesson.yaml", "minutes: 10", "minutes: soon")
	c.get("/en/faults").want(http.StatusOK, faultOne, faultTwo, notWhole)
	c.get("/en/lessons/kinds").want(http.StatusInternalServerError, faultTwo, "1 fault elsewhere", twoFaults).lacks(faultOne)

	mendOne()
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop", oneFault)
	mendTwo()
	c.get("/en/lessons/kinds").want(http.StatusOK).lacks("in the lesson files")
	c.get("/en/faults").want(http.StatusOK, "no faults").lacks(faultOne, faultTwo)
}

// TestSharedFaults: faults of the files that all lessons share stand on the page that the file makes, and keep
// everything else as it last was.
func TestSharedFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	w := newWorld(t, d.author)
	c := w.client()
	for _, row := range []struct{ file, old, new, page, want string }{
		{"module.yaml", "themes:", "teams:", "/en/", "module.yaml:"},
		{"sources.yaml", "url: https", "url: ftp", "/en/", "sources.yaml:1"},
		{"help.yaml", "countries:", "lands:", "/en/", "help.yaml:"},
		{"declaration/passages.yaml", "official: book", "official: nobody", "/en/declaration", "declaration/passages.yaml:3"},
	} {
		mend := d.write(row.file, row.old, row.new)
		c.get(row.page).want(http.StatusInternalServerError, row.want)
		c.get("/en/faults").want(http.StatusOK, row.want)
		c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop", "in the lesson files").lacks(row.want)
		mend()
		c.get(row.page).want(http.StatusOK).lacks("in the lesson files")
	}
}

// TestStartWithFaults: a start is not refused. What can be shown is, and what cannot is once it is mended.
func TestStartWithFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mend := d.write("workshop/quiz.yaml", "kind: choice", "kind: quiz")
	if _, err := New(Config{Files: Files{os.DirFS(d.dir), embeddedFiles.Views, embeddedFiles.Static}, Now: time.Now}); !errors.As(err, new(*FaultsError)) {
		t.Fatalf("without an author, files with faults are served: %v", err)
	}
	w := newWorld(t, d.author)
	c := w.client()
	if w.server.Faults() == 0 {
		t.Error("the server knows no faults")
	}
	c.get("/en/lessons/workshop").want(http.StatusInternalServerError, "workshop/quiz.yaml:", "unknown kind")
	c.get("/en/lessons/kinds").want(http.StatusOK)
	c.get("/en/").want(http.StatusOK).lacks("The workshop")
	mend()
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop")

	mend = d.write("module.yaml", "themes:", "teams:")
	w = newWorld(t, d.author)
	c = w.client()
	for _, path := range []string{"/en/", "/de/", "/en/declaration", "/en/lessons/workshop"} {
		c.get(path).want(http.StatusInternalServerError, "module.yaml:")
	}
	c.get("/en/faults").want(http.StatusOK, "module.yaml:")
	c.get("/en/me").want(http.StatusOK)
	c.get("/healthz").want(http.StatusOK)
	c.get("/en/nowhere").want(http.StatusNotFound)
	mend()
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop")
}

// TestOldFileIsNoticed: a file that is put back with the time and the size it had is read again, too, and so is a
// lesson whose folder goes.
func TestOldFileIsNoticed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	w := newWorld(t, d.author)
	c := w.client()
	file := filepath.Join(d.dir, "workshop", "lesson.yaml")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	c.get("/en/lessons/workshop").want(http.StatusOK)
	mend := d.write("workshop/lesson.yaml", "The workshop", "The workbench")
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workbench")
	mend()
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	c.get("/en/lessons/workshop").want(http.StatusOK, "The workshop")
	if err := os.RemoveAll(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	c.get("/en/lessons/workshop").want(http.StatusInternalServerError, "workshop/lesson.yaml:1", "missing")
}

// TestWarningsAreNoFaults: a date that has passed is on the list and nowhere else.
func TestWarningsAreNoFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.write("workshop/lesson.yaml", "minutes: 10", "minutes: 10\nvalid_until: \"2020-01-01\"")
	c := newWorld(t, d.author).client()
	c.get("/en/lessons/workshop").want(http.StatusOK).lacks("in the lesson files", "2020-01-01")
	c.get("/en/faults").want(http.StatusOK, "no faults", "workshop/lesson.yaml:4", "2020-01-01")
}

// TestAuthorRoutes: an author's server has one address more than others, and nobody else ever sees it.
func TestAuthorRoutes(t *testing.T) {
	t.Parallel()
	plain, authored := newWorld(t, withWorkshop), newWorld(t, newDesk(t).author)
	more := slices.DeleteFunc(routesOf(authored.server), func(r string) bool { return slices.Contains(routesOf(plain.server), r) })
	if !slices.Equal(more, []string{"GET /:lang/faults"}) {
		t.Errorf("an author's server has %v more", more)
	}
	plain.client().get("/en/faults").want(http.StatusNotFound)
	authored.client().post("/en/faults", nil).want(http.StatusMethodNotAllowed)
}

func routesOf(s *Server) (list []string) {
	for _, r := range s.app.GetRoutes(true) {
		if r.Method != http.MethodHead {
			list = append(list, r.Method+" "+r.Path)
		}
	}
	return list
}

// lacks fails the test when the page has one of the texts.
func (p *page) lacks(texts ...string) *page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.text(), folded(text)) {
			p.t.Errorf("%s: the page says %q", p.path, text)
		}
	}
	return p
}
