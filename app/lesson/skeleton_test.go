package lesson

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// with is the tree with files written into it.
func with(tree fstest.MapFS, files []File) fstest.MapFS {
	out := maps.Clone(tree)
	if out == nil {
		out = fstest.MapFS{}
	}
	for _, f := range files {
		out[f.Path] = &fstest.MapFile{Data: f.Data}
	}
	return out
}

// TestNewModule begins with nothing: the first lesson brings a module, and the check has nothing to say.
func TestNewModule(t *testing.T) {
	for theme, want := range map[string]string{"": firstTheme, "chess": "chess"} {
		files, in, err := New(fstest.MapFS{}, "first-steps", theme)
		if err != nil || in != want {
			t.Fatalf("theme %q, %v; want %q", in, err, want)
		}
		if last := files[len(files)-1].Path; last != moduleFile {
			t.Errorf("%s comes last: the lesson would be seen before it is there", last)
		}
		m, faults := Read(with(nil, files), today)
		if len(faults) > 0 {
			t.Errorf("the check is not silent: %v", faults)
		}
		if l := m.Lesson("first-steps"); l == nil || l.Theme != want {
			t.Fatalf("the lesson is not there: %+v", m.Themes)
		}
	}
}

// TestSkeletonTeaches: the skeleton is full of comments and shows several kinds of questions.
func TestSkeletonTeaches(t *testing.T) {
	files, _, err := New(fstest.MapFS{}, "first-steps", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".yaml") && !strings.Contains(string(f.Data), "\n#") && !strings.HasPrefix(string(f.Data), "#") {
			t.Errorf("%s has no comment", f.Path)
		}
		for _, left := range []string{lessonID, themeID} {
			if strings.Contains(string(f.Data), left) {
				t.Errorf("%s still says %s", f.Path, left)
			}
		}
	}
	m, _ := Read(with(nil, files), today)
	kinds := map[string]bool{}
	for _, q := range m.Lessons[0].Questions {
		kinds[q.Body.Kind()] = true
	}
	if len(kinds) < 5 || len(m.Lessons[0].Reserved("").Questions) < fewestReserved {
		t.Errorf("the quiz shows only %v", kinds)
	}
	for kind := range kinds {
		if quiz.NewBody(kind) == nil {
			t.Errorf("there is no kind %s", kind)
		}
	}
}

// TestNewKeepsModule adds to module.yaml in every way that a list can be written: the id is put in, and not a byte of
// the rest changes.
func TestNewKeepsModule(t *testing.T) {
	const head, tail = "# Äüß 🙂 ours\nid: m # the module\ntitle: {de: A, en: B}\nlead: {de: A, en: B}\nthemes:\n", "    untimed: true # no clock\n# the end\n"
	theme := func(id, lessons string) string {
		return "  - id: " + id + "\n    title: {de: 'Ä]', en: B}\n    lead: {de: A, en: B}\n    lessons:" + lessons
	}
	for name, c := range map[string]struct{ old, new string }{
		"brackets":         {" [one, two] # ]\n", " [one, two, fresh] # ]\n"},
		"brackets, spaces": {" [ one ]\n", " [ one, fresh]\n"},
		"empty":            {" []\n", " [fresh]\n"},
		"umlauts":          {" [one] # über\n", " [one, fresh] # über\n"},
		"last comma":       {" [one,]\n", " [one,fresh]\n"},
		"a comment inside": {" [one # first\n    ]\n", " [one # first\n, fresh]\n"},
		"several lines":    {"\n      [one,\n       two]\n", "\n      [one,\n       two, fresh]\n"},
		"dashes":           {"\n      - one # first\n      - two # second\n", "\n      - one # first\n      - two # second\n      - fresh\n"},
		"dashes, flush":    {"\n    - one\n", "\n    - one\n    - fresh\n"},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			before := strings.ReplaceAll(head+theme("a", " [x]\n")+theme("b", c.old)+tail, "\n", end)
			want := strings.ReplaceAll(head+theme("a", " [x]\n")+theme("b", c.new)+tail, "\n", end)
			files, in, err := New(fstest.MapFS{moduleFile: {Data: []byte(before)}}, "fresh", "b")
			if err != nil || in != "b" {
				t.Errorf("%s: theme %q, %v", name, in, err)
				continue
			}
			if diff := cmp.Diff(want, string(files[len(files)-1].Data)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	noEnd := strings.TrimSuffix(head+theme("b", "\n      - one\n"), "\n")
	files, _, err := New(fstest.MapFS{moduleFile: {Data: []byte(noEnd)}}, "fresh", "")
	if err != nil || string(files[len(files)-1].Data) != noEnd+"\n      - fresh\n" {
		t.Errorf("without a last line break: %v", err)
	}
}

// TestNewRefuses: what cannot be done is refused with a sentence that helps, and nothing is to be written.
func TestNewRefuses(t *testing.T) {
	good, _, err := New(fstest.MapFS{}, "first-steps", "")
	if err != nil {
		t.Fatal(err)
	}
	tree := with(nil, good)
	list := func(lessons string) fstest.MapFS {
		text := "id: m\ntitle: {de: A, en: B}\nlead: {de: A, en: B}\nthemes:\n  - {id: a, title: {de: A, en: B}, lead: {de: A, en: B}, lessons: " + lessons + "}\n"
		return fstest.MapFS{moduleFile: {Data: []byte(text)}}
	}
	for name, c := range map[string]struct {
		tree      fstest.MapFS
		id, theme string
		want      []string
	}{
		"twice":            {tree, "first-steps", "", []string{`"first-steps"`, "choose another id"}},
		"an unlisted one":  {with(tree, []File{{"draft/lesson.yaml", []byte("x")}}), "draft", "", []string{`"draft"`, "choose another id"}},
		"listed":           {list("[gone]"), "gone", "", []string{`theme "a"`, `"gone"`, "choose another id"}},
		"no id":            {tree, "First Steps", "", []string{`"First Steps"`, "small letters"}},
		"a path":           {tree, "../first", "", []string{`"../first"`, "small letters"}},
		"long":             {tree, strings.Repeat("a", longestID+1), "", []string{"at most 60"}},
		"the declaration":  {fstest.MapFS{}, "declaration", "", []string{"declaration", "choose another id"}},
		"no theme":         {tree, "second", "chess", []string{`"chess"`, firstTheme}},
		"a bad new theme":  {fstest.MapFS{}, "second", "Chess!", []string{`"Chess!"`, "small letters"}},
		"a broken module":  {fstest.MapFS{moduleFile: {Data: []byte("themes: [\n")}}, "second", "", []string{"module.yaml:", "mend"}},
		"half a module":    {fstest.MapFS{"help.yaml": {Data: []byte("x")}}, "second", "", []string{"help.yaml", "module.yaml"}},
		"a module of none": {fstest.MapFS{moduleFile: {Data: []byte("id: m\ntitle: {de: A, en: B}\nlead: {de: A, en: B}\nthemes: []\n")}}, "second", "", []string{"theme", "write one"}},
		"a folded text":    {fstest.MapFS{moduleFile: {Data: []byte("id: m\ntitle: {de: A, en: B}\nlead: {de: A, en: B}\nthemes:\n  - id: a\n    title: {de: A, en: B}\n    lead: {de: A, en: B}\n    lessons:\n      - >-\n        one\n")}}, "second", "", []string{"module.yaml:9", "by hand"}},
	} {
		files, _, err := New(c.tree, c.id, c.theme)
		if err == nil || files != nil {
			t.Errorf("%s: %d files, no error", name, len(files))
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the message does not say %q: %v", name, want, err)
			}
		}
	}
}

// TestFaultsKeepLast: a lesson with faults is shown as it last was, the others as they are; faults that all share keep everything
// as it was; and without a last version only what has faults is missing.
func TestFaultsKeepLast(t *testing.T) {
	first, _, err := New(fstest.MapFS{}, "one", "")
	if err != nil {
		t.Fatal(err)
	}
	tree := with(nil, first)
	second, _, err := New(tree, "two", "")
	if err != nil {
		t.Fatal(err)
	}
	tree = with(tree, second)
	last, _ := Read(tree, today)
	change := func(file, old, new string) []File {
		return []File{{file, []byte(strings.Replace(string(tree[file].Data), old, new, 1))}}
	}
	broken := with(tree, append(change("one/lesson.yaml", "minutes: 20", "minutes: soon"), change("two/lesson.yaml", "minutes: 20", "minutes: 25")...))
	m, faults := Read(broken, today)
	if len(faults.Of("one")) != 1 || len(faults.Of("two")) != 0 || len(faults.Shared()) != 0 {
		t.Fatalf("faults: %v", faults)
	}
	sound := m.Sound(faults, last)
	if got := sound.Lesson("one"); got != last.Lesson("one") {
		t.Error("the lesson with a fault is not the last version")
	}
	if got := sound.Lesson("two"); got == nil || got.Minutes != 25 {
		t.Errorf("the other lesson is not as it is now: %+v", got)
	}
	if alone := m.Sound(faults, nil); alone.Lesson("one") != nil || alone.Lesson("two") == nil {
		t.Error("without a last version the lesson with a fault is shown, or the other one is not")
	}
	for _, file := range []string{"module.yaml", "sources.yaml", "help.yaml", "declaration/passages.yaml"} {
		m, faults := Read(with(tree, []File{{file, []byte("a: [\n")}}), today)
		if got := m.Sound(faults, last); got != last {
			t.Errorf("%s: not everything stays as it was", file)
		}
		if got := m.Sound(faults, nil); len(got.Lessons) != 0 {
			t.Errorf("%s: %d lessons of a broken module are shown", file, len(got.Lessons))
		}
	}
	warned := slices.Clone(faults)
	for i := range warned {
		warned[i].Warning = true
	}
	if f, w := warned.Split(); len(f) != 0 || len(w) != len(warned) || m.Sound(warned, nil).Lesson("two") == nil {
		t.Error("a warning keeps something from being shown")
	}
}
