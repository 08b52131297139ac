package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which of our packages each package may import. Thought by noun, input and output by layer: the nouns
// know nothing of files, storage or HTTP. A package of app/exchange may know app/quiz at most.
var arrows = map[string][]string{
	"app":                  {"app/demo", "app/lesson", "app/quiz", "app/regrade", "app/school", "app/store", "app/web", "lessons", "static", "views"},
	"app/bench":            {"app/quiz", "app/lesson", "app/school", "app/store", "app/store/embedded"},
	"app/quiz":             {},
	"app/annot":            {},
	"app/exchange/ics":     {},
	"app/exchange/table":   {},
	"app/exchange/webanno": {},
	"app/demo":             {"app/annot", "app/quiz", "app/lesson", "app/school", "app/store"},
	"app/i18n":             {},
	"app/lesson":           {"app/quiz", "app/annot"},
	"app/school":           {"app/quiz"},
	"app/regrade":          {"app/quiz", "app/lesson", "app/school", "app/store"},
	"app/review":           {},
	"app/store":            {"app/annot", "app/quiz", "app/review", "app/school", "app/store/embedded"},
	"app/store/embedded":   {},
	"app/store/redistest":  {},
	"app/web":              {"app/quiz", "app/annot", "app/exchange/ics", "app/exchange/table", "app/exchange/webanno", "app/i18n", "app/lesson", "app/regrade", "app/review", "app/school", "app/store"},
	"lessons":              {},
	"static":               {},
	"views":                {},
}

// forTests may be imported by tests of whatever package; app/lesson because app/demo makes a school of what it reads.
var forTests = []string{"app/demo", "app/lesson", "app/store/redistest", "lessons", "static", "views"}

func TestArrows(t *testing.T) {
	met := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(filepath.ToSlash(path), "../")))
		met[dir] = true
		allowed, known := arrows[dir]
		if !known {
			t.Errorf("%s: package %s is in no row of the arrows; say what it may import", path, dir)
			return nil
		}
		if strings.HasSuffix(path, "_test.go") {
			allowed = slices.Concat(allowed, forTests)
		}
		for _, imported := range importsOf(t, path) {
			if imported != dir && !slices.Contains(allowed, imported) {
				t.Errorf("%s: %s must not import %s", path, dir, imported)
			}
			if imported == "app/store/redistest" && !strings.HasSuffix(path, "_test.go") {
				t.Errorf("%s: %s is for tests", path, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir := range arrows {
		if !met[dir] {
			t.Errorf("there is no package %s; take its row away", dir)
		}
	}
}

// TestOnlyWebKnowsFiber keeps HTTP in one place and Redis in another.
func TestOnlyWebKnowsFiber(t *testing.T) {
	homes := map[string][]string{
		"github.com/gofiber/":    {"app/web"},
		"github.com/redis/":      {"app/store", "app/store/embedded", "app/store/redistest"},
		"github.com/alicebob/":   {"app/store/embedded"},
		"github.com/prometheus/": {"app", "app/store", "app/web"},
		"github.com/yuin/":       {"app/lesson"},
		"go.yaml.in/":            {"app/lesson", "app/i18n"},
		"github.com/urfave/":     {"app"},
		"github.com/nicksnyder/": {"app/i18n"},
		"github.com/xuri/":       {"app/exchange/table"},
	}
	_ = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(filepath.ToSlash(path), "../")))
		for _, imported := range allImports(t, path) {
			for prefix, allowed := range homes {
				if strings.HasPrefix(imported, prefix) && !slices.Contains(allowed, dir) {
					t.Errorf("%s: only %v may import %s", path, allowed, imported)
				}
			}
		}
		return nil
	})
}

// importsOf are the imports of our own packages, without the module's name.
func importsOf(t *testing.T, path string) (out []string) {
	for _, imported := range allImports(t, path) {
		if ours, ok := strings.CutPrefix(imported, "eberbach/"); ok {
			out = append(out, ours)
		}
	}
	return out
}

func allImports(t *testing.T, path string) (out []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, imported)
	}
	return out
}
