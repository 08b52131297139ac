package i18n

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"eberbach/views"
)

// texts are a catalogue's texts by key; the plural forms of one stand joined.
func texts(t *testing.T, lang string) map[string]string {
	t.Helper()
	data, err := files.ReadFile("active." + lang + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	flatten(out, "", tree)
	return out
}

func flatten(out map[string]string, prefix string, tree map[string]any) {
	if other, ok := tree["other"].(string); ok {
		out[prefix] = fmt.Sprint(tree["one"], " | ", other)
		return
	}
	for k, v := range tree {
		key := strings.TrimPrefix(prefix+"."+k, ".")
		if sub, ok := v.(map[string]any); ok {
			flatten(out, key, sub)
		} else {
			out[key] = fmt.Sprint(v)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Za-z]+\}\}`)

// TestCatalogues: every key is in every language, with the same placeholders and a text.
func TestCatalogues(t *testing.T) {
	first := texts(t, Languages[0])
	for _, lang := range Languages[1:] {
		other := texts(t, lang)
		for _, key := range slices.Sorted(maps.Keys(first)) {
			text, ok := other[key]
			if !ok || strings.TrimSpace(text) == "" {
				t.Errorf("%s: %q is missing", lang, key)
				continue
			}
			if a, b := names(first[key]), names(text); !slices.Equal(a, b) {
				t.Errorf("%q: %s has %v, %s has %v", key, Languages[0], a, lang, b)
			}
		}
		for key := range other {
			if _, ok := first[key]; !ok {
				t.Errorf("%s: %q is missing", Languages[0], key)
			}
		}
	}
}

func names(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

var (
	inViews = regexp.MustCompile(`\.T "([a-z0-9_.]+)"`)
	family  = regexp.MustCompile(`\.T \(printf "([a-z_.]+)\.%s"`)
	inGo    = regexp.MustCompile(`"([a-z]+(?:\.[a-z0-9_]+)+)"`)
	joined  = regexp.MustCompile(`"([a-z]+\.(?:[a-z]+[._])?)" ?\+|T\("([a-z.]+_)" ?\+`)
)

// TestKeysAreUsed: what pages and program ask for exists, and nothing in the catalogues is left over.
func TestKeysAreUsed(t *testing.T) {
	all := texts(t, Languages[0])
	used, families := map[string]bool{}, map[string]bool{}
	read(t, views.FS, ".html", func(file, text string) {
		for _, m := range inViews.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if _, ok := all[m[1]]; !ok {
				t.Errorf("%s asks for %q", file, m[1])
			}
		}
		for _, m := range family.FindAllStringSubmatch(text, -1) {
			families[m[1]+"."] = true
		}
	})
	for _, dir := range []string{"../web", "../quiz"} {
		read(t, os.DirFS(dir), ".go", func(_, text string) {
			for _, m := range inGo.FindAllStringSubmatch(text, -1) {
				used[m[1]] = true
			}
			for _, m := range joined.FindAllStringSubmatch(text, -1) {
				families[m[1]+m[2]] = true
			}
		})
	}
	for key := range all {
		if used[key] || slices.ContainsFunc(slices.Collect(maps.Keys(families)), func(f string) bool { return strings.HasPrefix(key, f) }) {
			continue
		}
		t.Errorf("nothing uses %q; take it away", key)
	}
	for f := range families {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(all)), func(key string) bool { return strings.HasPrefix(key, f) }) {
			t.Errorf("there is no text beginning %q", f)
		}
	}
}

func read(t *testing.T, tree fs.FS, ending string, visit func(file, text string)) {
	t.Helper()
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ending) || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := fs.ReadFile(tree, path)
		visit(path, string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forTeachers are the parts of the catalogues that stand on pages for teachers alone.
var forTeachers = []string{"teach", "classes", "class", "assign", "given", "effect", "staff", "gradebook", "work", "results", "regrade", "live", "board", "notes"}

// TestDu: German texts speak to pupils with du, and to teachers, on the pages of their accounts and classes, with Sie.
// Where a sentence would begin with "Sie" for she or they, it is worded otherwise: nobody then has to tell it from the
// address, neither a reader nor this test.
func TestDu(t *testing.T) {
	formal := regexp.MustCompile(`(^|[^\pL])(Sie|Ihnen|Ihr(e[mnrs]?)?)($|[^\pL])`)
	informal := regexp.MustCompile(`(?i)(^|[^\pL])(du|dir|dich|dein(e[mnrs]?)?)($|[^\pL])`)
	for key, text := range texts(t, "de") {
		section, _, _ := strings.Cut(key, ".")
		if slices.Contains(forTeachers, section) || key == "error.text_owner" {
			if informal.MatchString(text) {
				t.Errorf("%q is said with du: %s", key, text)
			}
		} else if formal.MatchString(text) {
			t.Errorf("%q is not said with du: %s", key, text)
		}
	}
}

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]string{
		"": "en", "de": "de", "de-AT,de;q=0.9,en;q=0.8": "de", "en-GB": "en", "fr,de;q=0.5": "de", "fr": "en", "*": "en",
		"zh;q=0.1, en;q=0": "en", "DE": "de", "de-CH-1996": "de", "en;q=0.1, de;q=0.9": "de", "fr;q=0.9, de;q=0.3, en;q=0.2": "de",
		"de;q=0, en": "en", "en, de": "en", "de, *": "de", "*;q=0.5, de": "de", "fr;q=0.8": "en", "de;q=2": "de", "\x00": "en", "  de  ": "de", ";;;q=x": "en", strings.Repeat("de,", 5000): "de",
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][2]string{"de": {"1 Frage", "2 Fragen"}, "en": {"1 question", "2 questions"}} {
		tr := c.For(lang)
		if one, two := tr.T("lesson.questions", "N", 1), tr.T("lesson.questions", "N", 2); one != want[0] || two != want[1] {
			t.Errorf("%s: %q, %q", lang, one, two)
		}
	}
}
