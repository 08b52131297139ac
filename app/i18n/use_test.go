package i18n

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"time"

	"eberbach/views"
)

// use is one call for a text: its key, or the pattern of its keys, and the names that it gives to placeholders.
type use struct {
	where, key string
	names      []string
}

// TestPlaceholdersAreGiven: a call names just what its text has places for. A name that is missing would stand on the
// page as "<no value>", and nothing else would notice.
func TestPlaceholdersAreGiven(t *testing.T) {
	all := texts(t, Languages[0])
	uses := slices.Concat(usesInViews(t), usesInGo(t, "../web"))
	if len(uses) < 100 {
		t.Fatalf("only %d calls are found", len(uses))
	}
	for _, u := range uses {
		for _, key := range keysOf(t, u.key) {
			text, ok := all[key]
			if !ok {
				t.Errorf("%s asks for %q, which no catalogue has", u.where, key)
				continue
			}
			var want []string
			for _, name := range names(text) {
				want = append(want, strings.Trim(name, "{}."))
			}
			slices.Sort(u.names)
			if !slices.Equal(want, u.names) {
				t.Errorf("%s gives %v to %q, which has places for %v", u.where, u.names, key, want)
			}
		}
	}
}

// TestFamiliesAreWhole: where the key is put together, there is a text for each value that can come.
func TestFamiliesAreWhole(t *testing.T) {
	all := texts(t, Languages[0])
	for pattern := range familyValues(t) {
		for _, key := range keysOf(t, pattern) {
			if _, ok := all[key]; !ok {
				t.Errorf("there is no text %q", key)
			}
		}
	}
}

// familyValues are the values that stand in keys which are put together, taken from where the program has them.
func familyValues(t *testing.T) map[string][]string {
	t.Helper()
	var states []string
	for _, name := range []string{"Wrong", "Partial", "Right"} {
		states = append(states, literals(t, "../quiz/question.go", name)...)
	}
	steps := slices.Concat(states, notEmpty(literals(t, "../web/learn_question.go", "stepState")))
	statuses := append(literals(t, "../web/errors.go", "errorTexts"), "400", "500", "scope", "owner") // what others fall back on, and what has a text of its own
	var presets, phases []string
	for _, name := range []string{"Practice", "Homework", "Test"} {
		presets = append(presets, literals(t, "../quiz/rules.go", name)...)
	}
	for _, name := range []string{"PhaseSoon", "PhaseWaiting", "PhaseDone", "PhaseMissed"} { // what is open says how far
		phases = append(phases, literals(t, "../school/assignment.go", name)...)
	}
	var cells, left []string
	for _, name := range []string{"cellDone", "cellLate", "cellWorking", "cellWaiting", "cellOverdue", "cellMissed", "cellSoon", "cellNone"} {
		cells = append(cells, literals(t, "../web/teach_gradebook.go", name)...)
	}
	for _, name := range []string{"LeftSelf", "LeftRemoved", "LeftDeleted"} {
		left = append(left, literals(t, "../school/class.go", name)...)
	}
	var months []string
	for m := time.January; m <= time.December; m++ {
		months = append(months, strings.ToLower(m.String()))
	}
	var groups []string
	for _, name := range []string{"GroupDone", "GroupLate", "GroupWorking", "GroupWaiting", "GroupMissed"} {
		groups = append(groups, literals(t, "../school/standing.go", name)...)
	}
	kinds := append(presets, literals(t, "../school/round.go", "Kind")...)
	taken := literals(t, "../web/teach_round.go", "Name")
	for _, name := range []string{"StepNext", "StepClose", "StepOpen", "StepShow", "StepEnd"} {
		taken = append(taken, literals(t, "../school/round.go", name)...)
	}
	var readings, methods []string
	for _, name := range []string{"TooFew", "CheckKey", "Wording", "TooEasy", "TooHard", "Reversed", "Unrelated", "Fair", "Good", "Steady", "Rough", "Unsteady", "NoSpread"} {
		readings = append(readings, literals(t, "../school/reading.go", name)...)
	}
	for _, name := range []string{"First", "Last", "Highest"} {
		methods = append(methods, literals(t, "../quiz/rules.go", name)...)
	}
	methods = slices.Concat(methods, literals(t, "../school/tally.go", "AllAttempts"), literals(t, "../school/missed.go", "Counted"))
	figures := slices.Concat(literals(t, "../web/teach_figures.go", "wholeFigures"), literals(t, "../web/teach_figures.go", "itemFigures"))
	var noted []string
	for _, name := range []string{"Highlight", "Comment", "Unclear"} {
		noted = append(noted, literals(t, "../annot/note.go", name)...)
	}
	return map[string][]string{
		"own.kind.%s":       noted,
		"own.do.%s":         noted,
		"own.ask.%s":        noted,
		"reading.%s":        readings,
		"results.method.%s": methods,
		"results.taken.%s":  methods,
		"results.figure.%s": figures,
		"results.about.%s":  figures,
		"given.group.%s":    groups,
		"note.%s":           literals(t, "../lesson/lesson.go", "AnnotationKinds"),
		"sources.%s":        {"firm", "fair", "weak"},
		"verdict.%s":        states,
		"state.%s":          steps,
		"overview.%s":       steps,
		"certainty.%s":      notEmpty(literals(t, "../quiz/certainty.go", "levelNames")),
		"calibration.%s":    literals(t, "../quiz/certainty.go", "Calibrate"),
		"task.%s":           kinds,
		"task.%s_more":      kinds,
		"task.phase_%s":     phases,
		"error.title_%s":    statuses,
		"error.text_%s":     statuses,
		"date.months.%s":    months,

		"board.step.%s":    taken,
		"progress.%s":      literals(t, "../review/mastery.go", "graspNames"),
		"progress.%s_more": literals(t, "../review/mastery.go", "graspNames"),

		"gradebook.%s":      cells,
		"gradebook.left_%s": left,
		"gradebook.file_%s": {"points", "max", "percent", "state", "late", "at", "done", "working", "waiting", "missed", "soon"},
	}
}

func notEmpty(list []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// keysOf are the keys that a call can ask for.
func keysOf(t *testing.T, key string) (keys []string) {
	t.Helper()
	if !strings.Contains(key, "%s") {
		return []string{key}
	}
	values := familyValues(t)[key]
	if len(values) == 0 {
		t.Errorf("nobody knows what stands in %q; add it to familyValues", key)
	}
	for _, v := range values {
		keys = append(keys, strings.Replace(key, "%s", v, 1))
	}
	return keys
}

// literals are the string literals in a top-level variable or function of a file.
func literals(t *testing.T, file, name string) (list []string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	collect := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				list = append(list, unquote(lit))
			}
			return true
		})
	}
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == name {
				collect(d.Body)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok && v.Names[0].Name == name {
					collect(v)
				}
			}
		}
	}
	if len(list) == 0 {
		t.Fatalf("%s has no %s with texts; name the place where its values stand now", file, name)
	}
	return list
}

func unquote(lit *ast.BasicLit) string {
	s, _ := strconv.Unquote(lit.Value) // the parser has read it
	return s
}

// usesInViews reads every template's calls of T. A call that it cannot read is an error: it could not be checked.
func usesInViews(t *testing.T) (uses []use) {
	t.Helper()
	read(t, views.FS, ".html", func(file, text string) {
		tree := parse.New(file)
		tree.Mode = parse.SkipFuncCheck
		sets := map[string]*parse.Tree{}
		if _, err := tree.Parse(text, "", "", sets); err != nil {
			t.Fatal(err)
		}
		for _, tree := range sets {
			eachCommand(reflect.ValueOf(tree.Root), func(c *parse.CommandNode) {
				if u, ok := useInView(t, file, c); ok {
					uses = append(uses, u)
				}
			})
		}
	})
	return uses
}

// eachCommand visits the commands in a template, wherever they stand: reflection spares a case for each kind of node.
func eachCommand(v reflect.Value, visit func(*parse.CommandNode)) {
	switch v.Kind() {
	case reflect.Interface:
		eachCommand(v.Elem(), visit)
	case reflect.Slice:
		for i := range v.Len() {
			eachCommand(v.Index(i), visit)
		}
	case reflect.Pointer:
		if c, ok := v.Interface().(*parse.CommandNode); ok {
			visit(c)
		}
		if _, up := v.Interface().(*parse.Tree); v.IsNil() || up {
			return
		}
		eachCommand(v.Elem(), visit)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachCommand(v.Field(i), visit)
			}
		}
	}
}

func useInView(t *testing.T, file string, c *parse.CommandNode) (use, bool) {
	if !asksForText(c.Args[0]) || len(c.Args) < 2 {
		return use{}, false
	}
	u := use{where: file}
	switch key := c.Args[1].(type) {
	case *parse.StringNode:
		u.key = key.Text
	case *parse.PipeNode: // (printf "note.%s" .Kind)
		if pattern, ok := key.Cmds[0].Args[1].(*parse.StringNode); ok && key.Cmds[0].Args[0].String() == "printf" {
			u.key = pattern.Text
		}
	}
	if u.key == "" {
		t.Errorf("%s: the key in {{%s}} can be anything; write it out or use printf", file, c)
		return u, false
	}
	for i := 2; i < len(c.Args); i += 2 {
		name, ok := c.Args[i].(*parse.StringNode)
		if !ok || i+1 == len(c.Args) {
			t.Errorf("%s: {{%s}} does not give names and values in turn", file, c)
			return u, false
		}
		u.names = append(u.names, name.Text)
	}
	return u, true
}

// asksForText says whether a node is .T, $.T or $x.T.
func asksForText(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident[len(n.Ident)-1] == "T"
	case *parse.VariableNode:
		return len(n.Ident) > 1 && n.Ident[len(n.Ident)-1] == "T"
	}
	return false
}

// usesInGo reads the calls that take a key as a literal: T(key, …) and page(path, key, …).
func usesInGo(t *testing.T, dir string) (uses []use) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if u, ok := useInGo(call); ok {
				u.where = set.Position(call.Pos()).String()
				uses = append(uses, u)
			}
			return true
		})
	}
	return uses
}

func useInGo(call *ast.CallExpr) (use, bool) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return use{}, false
	}
	at, ok := map[string]int{"T": 0, "page": 1}[fun.Sel.Name]
	if !ok || at >= len(call.Args) {
		return use{}, false
	}
	lit, ok := call.Args[at].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return use{}, false
	}
	u := use{key: unquote(lit)}
	if strings.HasPrefix(u.key, "/") {
		return use{}, false // a path: the site's own page takes its title as it is
	}
	for i := at + 1; i < len(call.Args); i += 2 {
		if name, ok := call.Args[i].(*ast.BasicLit); ok {
			u.names = append(u.names, unquote(name))
		}
	}
	return u, true
}

// TestEveryTextRenders: every text of every catalogue can be had by its key, as a whole, also in the plural.
func TestEveryTextRenders(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		for key, text := range texts(t, lang) {
			for _, n := range []int{0, 1, 2, 1000} {
				var args []any
				for _, name := range names(text) {
					args = append(args, strings.Trim(name, "{}."), n)
				}
				got := c.For(lang).T(key, args...)
				if got == "" || strings.Contains(got, "{{") || strings.Contains(got, "<no value>") || strings.Contains(got, " | ") {
					t.Errorf("%s: %q is rendered as %q", lang, key, got)
				}
				if len(args) > 0 && !strings.Contains(got, fmt.Sprint(n)) {
					t.Errorf("%s: %q does not say %d: %q", lang, key, n, got)
				}
			}
		}
	}
}

func TestMissingText(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"", "no.such", "lesson", "date.months"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the missing text %q is rendered all the same", key)
				}
			}()
			c.For("de").T(key)
		}()
	}
}

func TestFor(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{"de": "de", "en": "en", "fr": "en", "": "en", "DE": "en"} {
		if got := c.For(lang).Lang; got != want {
			t.Errorf("For(%q) speaks %s, want %s", lang, got, want)
		}
		if Known(lang) != (lang == want) {
			t.Errorf("Known(%q) = %v", lang, Known(lang))
		}
	}
	for _, lang := range Languages {
		if files, err := fs.Glob(files, "active."+lang+".yaml"); err != nil || len(files) != 1 {
			t.Errorf("the catalogues of %s are %v: %v", lang, files, err)
		}
	}
	if all, err := fs.Glob(files, "active.*.yaml"); err != nil || len(all) != len(Languages) {
		t.Errorf("the catalogues are %v, the languages %v: %v", all, Languages, err)
	}
}
