package lesson

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"eberbach/app/quiz"
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
		if e.Old == "" { // a file that is not there yet
			files[e.File] = &fstest.MapFile{Data: []byte(e.New)}
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

// TestSound: the module of testdata has no fault, so that each case shows its own. It has a question of every kind, and
// all evidence in them is found.
func TestSound(t *testing.T) {
	m, faults := Read(module(t), today)
	if len(faults) > 0 {
		t.Fatal(lines(faults))
	}
	questions := m.Lessons[0].Questions
	if n := len(questions); n != 25 {
		t.Errorf("%d questions", n)
	}
	var kinds, places []string
	for _, q := range questions {
		kinds = append(kinds, q.Body.Kind())
		found := func(path string, list []quiz.Evidence) {
			if len(list) > 0 {
				places = append(places, q.ID+" "+path)
			}
			for _, e := range list {
				for _, lang := range quiz.Languages {
					if e.Path[lang] == "" || !strings.Contains(e.Proof[lang], e.Quote[lang]) {
						t.Errorf("question %q, %s (%s): %q is at %q, proved by %q", q.ID, path, lang, e.Quote[lang], e.Path[lang], e.Proof[lang])
					}
				}
			}
		}
		found("evidence", q.Evidence)
		q.Body.Places(found)
	}
	for _, kind := range quiz.Kinds() {
		if !slices.Contains(kinds, kind) {
			t.Errorf("no question is of the kind %s", kind)
		}
	}
	places = slices.DeleteFunc(places, func(place string) bool { return strings.HasSuffix(place, " evidence") })
	want := []string{
		"spin said_true.evidence", "spin said_false.evidence", "day items[2].evidence", "sort statements[1].evidence",
		"fill gaps[0].options[1].evidence", "fill gaps[1].answers[0].evidence", "word answers[1].evidence", "find places[1].evidence",
		"votes options[1].evidence", "stand options[2].evidence", "all options[2].evidence", "guess numbers[1].evidence",
	}
	if d := cmp.Diff(want, places); d != "" {
		t.Errorf("places of evidence: want -, got +:\n%s", d)
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
		data, err := yaml.Dump(cases, yaml.WithLineWidth(-1), yaml.WithQuotePreference(yaml.QuoteDouble))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(casesFile, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// messages are the texts of all faults in the source, as patterns: those that a function adds to the faults, and those
// of a Fault written out.
func messages(t *testing.T) map[string]*regexp.Regexp {
	t.Helper()
	verb := regexp.MustCompile(`%[a-z]`)
	out := map[string]*regexp.Regexp{}
	found := func(n ast.Node) bool {
		for _, e := range faultParts(n) {
			if text := literalText(e); strings.Count(text, " ") > 1 { // others are paths and keys
				out[text] = regexp.MustCompile(verb.ReplaceAllString(regexp.QuoteMeta(text), `.*`))
			}
		}
		return true
	}
	for _, dir := range []string{".", "../quiz"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, found)
		}
	}
	return out
}

// faultParts are the arguments of a call that adds a fault, or what a Fault is made of.
func faultParts(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.CallExpr:
		name, _ := n.Fun.(*ast.Ident)
		if s, ok := n.Fun.(*ast.SelectorExpr); ok {
			name = s.Sel
		}
		if name != nil && slices.Contains([]string{"add", "at", "fault", "warn"}, name.Name) {
			return n.Args
		}
	case *ast.CompositeLit:
		typ := n.Type
		if list, ok := typ.(*ast.ArrayType); ok {
			typ = list.Elt
		}
		name, ok := typ.(*ast.Ident)
		if !ok || name.Name != "Fault" {
			return nil
		}
		var parts []ast.Expr
		for _, e := range n.Elts {
			if inner, ok := e.(*ast.CompositeLit); ok {
				parts = append(parts, inner.Elts...)
			} else {
				parts = append(parts, e)
			}
		}
		return parts
	}
	return nil
}

// literalText is what the source says of a text, with %v for what it does not.
func literalText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		return literalText(e.X) + literalText(e.Y)
	case *ast.CallExpr: // fmt.Sprintf
		if len(e.Args) > 0 {
			return literalText(e.Args[0])
		}
	}
	return "%v"
}

// TestEveryRuleHasACase: a message in the code that no case produces is a rule that nobody has seen work.
func TestEveryRuleHasACase(t *testing.T) {
	var all []string
	for _, c := range readCases(t) {
		all = append(all, c.Want...)
	}
	found := messages(t)
	if len(found) < 110 {
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

func file(data string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(data)} }
