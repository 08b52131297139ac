package lesson

import (
	"flag"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what the check prints into testdata/faults.yaml, to be read before it is committed")

var today = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// planted is a case: faults planted in the small module of testdata, and every line that the check then prints.
type planted struct {
	Name  string   `yaml:"name"`
	Edits []edit   `yaml:"edits"`
	Want  []string `yaml:"want"`
}

type edit struct {
	File   string `yaml:"file"`
	Old    string `yaml:"old,omitempty"`
	New    string `yaml:"new,omitempty"`
	Remove bool   `yaml:"remove,omitempty"`
}

const casesFile = "testdata/faults.yaml"

func readCases(t *testing.T) []planted {
	t.Helper()
	data, err := os.ReadFile(casesFile)
	if err != nil {
		t.Fatal(err)
	}
	var cases []planted
	if err := yaml.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// module is the module of testdata as a tree in memory.
func module(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	tree := os.DirFS("testdata/module")
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, path)
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (c planted) plant(t *testing.T) fstest.MapFS {
	t.Helper()
	files := module(t)
	for _, e := range c.Edits {
		if e.Remove {
			delete(files, e.File)
			continue
		}
		before := string(files[e.File].Data)
		after := strings.Replace(before, e.Old, strings.ReplaceAll(e.New, "HUGE", strings.Repeat("x", maxFile)), 1)
		if before == after {
			t.Fatalf("%s holds no %q", e.File, e.Old)
		}
		files[e.File] = &fstest.MapFile{Data: []byte(after)}
	}
	return files
}

func lines(faults Faults) []string {
	out := []string{}
	for _, f := range faults {
		out = append(out, f.String())
	}
	return out
}

// TestSound: the module of testdata has no fault, so that each case shows its own.
func TestSound(t *testing.T) {
	m, faults := Read(module(t), today)
	if len(faults) > 0 {
		t.Fatal(lines(faults))
	}
	if n := len(m.Lessons[0].Questions); n != 13 {
		t.Errorf("%d questions", n)
	}
}

func TestFaults(t *testing.T) {
	cases := readCases(t)
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			_, faults := Read(c.plant(t), today)
			got := lines(faults)
			if len(got) == 0 {
				t.Fatal("nothing is found")
			}
			if *update {
				cases[i].Want = got
			} else if d := cmp.Diff(c.Want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
		})
	}
	if *update {
		data, err := yaml.MarshalWithOptions(cases, yaml.UseLiteralStyleIfMultiline(false))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(casesFile, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// messages are the texts of all faults in the source, as patterns.
func messages(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	call := regexp.MustCompile(`(?:faults\.add|faults\.warn|r\.fault|d\.faults\.add|Fault\{|at)\([^"\n]*?(?:fmt\.Sprintf\()?"((?:[^"\\]|\\.)*)"|Fault\{[^"\n]*?"[^"\n]*", (?:fmt\.Sprintf\()?"((?:[^"\\]|\\.)*)"|at\("[^"]*", "((?:[^"\\]|\\.)*)"`)
	out := map[string]*regexp.Regexp{}
	for _, pattern := range []string{".", "../quiz"} {
		entries, err := os.ReadDir(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			data, err := os.ReadFile(pattern + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range call.FindAllStringSubmatch(string(data), -1) {
				text := m[1] + m[2] + m[3]
				if strings.Count(text, " ") < 2 {
					continue // a path or a key
				}
				quoted := regexp.QuoteMeta(strings.ReplaceAll(text, `\"`, `"`))
				out[text] = regexp.MustCompile(regexp.MustCompile(`%[a-z]`).ReplaceAllString(quoted, `.*`))
			}
		}
	}
	return out
}

// TestEveryRuleHasACase: a message in the code that no case produces is a rule that nobody has seen work.
func TestEveryRuleHasACase(t *testing.T) {
	var all []string
	for _, c := range readCases(t) {
		all = append(all, c.Want...)
	}
	found := messages(t)
	if len(found) < 60 {
		t.Fatalf("only %d messages are found in the source", len(found))
	}
	// These need a broken disk or a bug in a library.
	beyond := []string{"the file cannot be read: %v", "this Markdown cannot be read: %v", "this cannot be read: %s"}
	for text, pattern := range found {
		if !slices.Contains(beyond, text) && !slices.ContainsFunc(all, pattern.MatchString) {
			t.Errorf("no case shows: %s", text)
		}
	}
}
