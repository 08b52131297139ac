package quiz

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// gradeGroup is a question of testdata/<kind>.yaml and what forms are worth in it.
type gradeGroup struct {
	Question map[string]any
	Twin     map[string]any // a body that looks the same and has another key
	Cases    []gradeCase
}

type gradeCase struct {
	Name string
	Form map[string][]string
	Huge struct {
		Fields        int    // so many foreign fields more
		Field         string // so many values of so many bytes more in this field
		Values, Bytes int
	}
	Lang  string // both, when empty
	Want  *float64
	Error string   // key of the expected *InputError
	Shows []string // what the revealed items say, in English or in any language
}

func (c gradeCase) langs() []string {
	if c.Lang != "" {
		return []string{c.Lang}
	}
	return Languages
}

func (c gradeCase) form() Response {
	form := Response{}
	for field, values := range c.Form {
		form[field] = slices.Clone(values)
	}
	for range c.Huge.Values {
		form[c.Huge.Field] = append(form[c.Huge.Field], strings.Repeat("x", c.Huge.Bytes))
	}
	for i := range c.Huge.Fields {
		form["foreign"+strconv.Itoa(i)] = []string{"x"}
	}
	return form
}

// readGroups reads the cases of a kind. A kind without cases fails the test.
func readGroups(t testing.TB, kind string) []gradeGroup {
	t.Helper()
	file := filepath.Join("testdata", kind+".yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("the kind %q has no cases: %v", kind, err)
	}
	var groups []gradeGroup
	if err := yaml.UnmarshalWithOptions(data, &groups, yaml.Strict()); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return groups
}

// question reads the group's question as the store would, and fails when a key of it got lost on the way: a misspelt
// "tolerance" must not make a case pass.
func (g gradeGroup) question(t testing.TB) *Question {
	t.Helper()
	return questionOf(t, g.Question)
}

func (g gradeGroup) twin(t testing.TB) *Question {
	t.Helper()
	tree := maps.Clone(g.Question)
	tree["body"] = g.Twin
	return questionOf(t, tree)
}

func questionOf(t testing.TB, tree map[string]any) *Question {
	t.Helper()
	data, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	q := new(Question)
	if err := json.Unmarshal(data, q); err != nil {
		t.Fatal(err)
	}
	back, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(treeOf(t, data), treeOf(t, back)); diff != "" {
		t.Fatalf("question %v loses something (-written +read):\n%s", tree["id"], diff)
	}
	if faults := q.Body.Check(); faults != nil {
		t.Fatalf("question %v has faults: %v", tree["id"], faults)
	}
	return q
}

func treeOf(t testing.TB, data []byte) (tree any) {
	t.Helper()
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// allQuestions are the questions of all kinds' cases.
func allQuestions(t testing.TB) (list []*Question) {
	t.Helper()
	for _, kind := range Kinds() {
		for _, g := range readGroups(t, kind) {
			list = append(list, g.question(t))
		}
	}
	return list
}

// TestGrade takes each form as the web does: read, graded, stored, graded again.
func TestGrade(t *testing.T) {
	for _, kind := range Kinds() {
		reached := map[string]bool{}
		for _, g := range readGroups(t, kind) {
			q := g.question(t)
			if q.Body.Kind() != kind {
				t.Errorf("testdata/%s.yaml holds a question of kind %s", kind, q.Body.Kind())
			}
			for _, c := range g.Cases {
				if (c.Want == nil) == (c.Error == "") {
					t.Errorf("%s/%s: say either want or error", q.ID, c.Name)
					continue
				}
				for _, lang := range c.langs() {
					t.Run(kind+"/"+q.ID+"/"+c.Name+"/"+lang, func(t *testing.T) { reached[testGrade(t, q, c, lang)] = true })
				}
			}
		}
		for _, end := range []string{"right", "wrong", "error"} {
			if !reached[end] {
				t.Errorf("testdata/%s.yaml has no case that ends %s", kind, end)
			}
		}
	}
}

// testGrade returns how the case ended: "error" or the State of its fraction.
func testGrade(t *testing.T, q *Question, c gradeCase, lang string) string {
	form := c.form()
	r, err := Read(q, form, lang)
	if diff := cmp.Diff(c.form(), form); diff != "" {
		t.Errorf("Read changed the form:\n%s", diff)
	}
	if c.Error != "" {
		var input *InputError
		if !errors.As(err, &input) || input.Key != c.Error {
			t.Fatalf("Read = %v, %v; want the error %s", r, err, c.Error)
		}
		return "error"
	}
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	got := Grade(q, r)
	if got != *c.Want {
		t.Errorf("Grade = %v, want %v (read as %v)", got, *c.Want, r)
	}
	stored, err := DecodeResponse(r.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if again := Grade(q, stored); again != got {
		t.Errorf("Grade of the stored response %v = %v, before it was %v", stored, again, got)
	}
	return State(got)
}

// TestGradeUnread grades what Read would have refused: should a form ever come past it, it must earn nothing.
func TestGradeUnread(t *testing.T) {
	questions := map[string]*Question{}
	for _, q := range allQuestions(t) {
		questions[q.ID] = q
	}
	tests := []struct {
		name, question string
		response       Response
		want           float64
	}{
		{"right and wrong", "border", chosen("city", "river"), 0},
		{"wrong and right", "border", chosen("river", "city"), 0},
		{"right twice", "border", chosen("city", "city"), 0},
		{"every option", "border", chosen("city", "river", "state", "none"), 0},
		{"right in a foreign field", "border", Response{"city": {"city"}}, 0},
		{"right choices over and over", "rivers", chosen("rhine", "rhine", "rhine", "rhine"), 0.3333333},
		{"every option and foreign ones", "rivers", chosen("rhine", "elbe", "danube", "alps", "harz", "moon", ""), 0.3333333},
		{"two answers for each prompt", "capitals", Response{"bonn": {"city", "river"}, "main": {"city", "river"}, "mainz": {"river", "city"}}, 0},
		{"two values", "share", Response{"value": {"8.3", "8.3"}}, 0},
		{"what was typed is no value", "share", Response{"number": {"8.3"}}, 0},
		{"infinite", "share", Response{"value": {"Inf"}}, 0},
		{"minus infinite", "inhabitants", Response{"value": {"-Inf"}}, 0},
		{"not a number", "frost", Response{"value": {"NaN"}}, 0},
	}
	for _, test := range tests {
		if got := Grade(questions[test.question], test.response); got != test.want {
			t.Errorf("%s: Grade(%v) = %v, want %v", test.name, test.response, got, test.want)
		}
	}
	for id, q := range questions {
		for _, r := range []Response{nil, {}, {"": {""}}, {optionField: {""}}, {optionField: nil}} {
			if got := Grade(q, r); got != 0 {
				t.Errorf("%s: Grade(%v) = %v, want 0", id, r, got)
			}
		}
	}
}

// TestReveal sees that nothing tells what is right before the answer is given, and that afterwards all of it is said.
func TestReveal(t *testing.T) {
	for _, kind := range Kinds() {
		for _, g := range readGroups(t, kind) {
			q, twin := g.question(t), g.twin(t)
			for _, c := range append(g.Cases, gradeCase{Name: "before anything is typed"}) {
				for _, lang := range c.langs() {
					t.Run(kind+"/"+q.ID+"/"+c.Name+"/"+lang, func(t *testing.T) { testReveal(t, q, twin, c, lang) })
				}
			}
		}
	}
}

func testReveal(t *testing.T, q, twin *Question, c gradeCase, lang string) {
	form := c.form()
	open := View{Lang: lang, Seed: "seed", Response: form} // what was typed and refused is shown again
	hidden := q.Items(open)
	if len(hidden) == 0 {
		t.Fatal("nothing is shown")
	}
	for _, it := range slices.Concat(hidden, choicesOf(hidden)) {
		if it.Right || it.Solution != "" || it.Why != "" || it.Evidence != nil {
			t.Errorf("an item tells before the answer is given: %+v", it)
		}
	}
	if diff := cmp.Diff(twin.Items(open), hidden); diff != "" {
		t.Errorf("with another key, other items are shown (-other key +key):\n%s", diff)
	}
	if r, err := Read(q, form, lang); err == nil {
		form = r
	}
	shown := q.Items(View{Lang: lang, Seed: "seed", Response: form, Reveal: true})
	if cmp.Equal(shown, twin.Items(View{Lang: lang, Seed: "seed", Response: form, Reveal: true})) {
		t.Error("with another key, the same is revealed")
	}
	if got := strings.Join(order(shown), " "); got != strings.Join(order(hidden), " ") {
		t.Errorf("the order changes when revealed: %s", got)
	}
	for _, it := range shown {
		if it.Why == "" {
			t.Errorf("no reason is given: %+v", it)
		}
		if it.Form != FormOption && it.Solution == "" {
			t.Errorf("no solution is given: %+v", it)
		}
	}
	before, after := jsonOf(t, hidden), jsonOf(t, shown)
	for _, text := range c.Shows {
		if lang == "en" && !strings.Contains(after, text) {
			t.Errorf("revealed items do not say %q: %s", text, after)
		}
		if strings.Contains(before, text) && !slices.Contains(slices.Concat(slices.Collect(maps.Values(form))...), text) {
			t.Errorf("items say %q before the answer is given: %s", text, before)
		}
	}
}

func choicesOf(items []Item) (all []Item) {
	for _, it := range items {
		all = append(all, it.Choices...)
	}
	return all
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestRevealSaysRight sees that the mark on an item is the one that was graded.
func TestRevealSaysRight(t *testing.T) {
	for _, kind := range Kinds() {
		for _, g := range readGroups(t, kind) {
			q := g.question(t)
			for _, c := range g.Cases {
				if c.Want == nil {
					continue
				}
				for _, lang := range c.langs() {
					r, err := Read(q, c.form(), lang)
					if err != nil {
						t.Fatal(err)
					}
					all := true
					for _, o := range Outcomes(q.Items(View{Lang: lang, Response: r, Reveal: true})) {
						all = all && o.Right
					}
					if all != (State(*c.Want) == "right") {
						t.Errorf("%s/%s/%s: outcomes all right = %v at a fraction of %v", kind, q.ID, c.Name, all, *c.Want)
					}
				}
			}
		}
	}
}

// TestItemsLanguage sees that items hold one language only.
func TestItemsLanguage(t *testing.T) {
	other := map[string]string{"de": "en", "en": "de"}
	for _, q := range allQuestions(t) {
		body, err := json.Marshal(q.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range Languages {
			foreign := map[string]bool{}
			collect(treeOf(t, body), other[lang], foreign)
			own := map[string]bool{}
			collect(treeOf(t, body), lang, own)
			items := q.Items(View{Lang: lang, Seed: "seed", Reveal: true})
			for _, it := range slices.Concat(items, choicesOf(items)) {
				for _, text := range []string{it.Text, it.Unit, it.Why} {
					if foreign[text] && !own[text] {
						t.Errorf("%s in %s says %q", q.ID, lang, text)
					}
				}
			}
		}
	}
}

// collect gathers the texts of one language in a JSON tree.
func collect(tree any, lang string, into map[string]bool) {
	switch v := tree.(type) {
	case map[string]any:
		for k, child := range v {
			if s, ok := child.(string); ok && k == lang {
				into[s] = true
			}
			collect(child, lang, into)
		}
	case []any:
		for _, child := range v {
			collect(child, lang, into)
		}
	}
}

func TestState(t *testing.T) {
	for fraction, want := range map[float64]string{0: "wrong", 0.0000001: "wrong", 0.01: "partial", 0.99: "partial", 0.9999999: "right", 1: "right"} {
		if got := State(fraction); got != want {
			t.Errorf("State(%v) = %s, want %s", fraction, got, want)
		}
	}
}

// outOf is a body that grades as it is told.
type outOf struct {
	Choice
	fraction float64
}

func (o *outOf) Grade(Response) float64 { return o.fraction }

// TestGradeBounds sees that a kind that counts wrong cannot give more than the mark or less than nothing.
func TestGradeBounds(t *testing.T) {
	for fraction, want := range map[float64]float64{-1: 0, 0: 0, 1.0 / 3: 0.3333333, 1: 1, 1.5: 1} {
		if got := Grade(&Question{Body: &outOf{fraction: fraction}}, nil); got != want {
			t.Errorf("Grade of %v = %v, want %v", fraction, got, want)
		}
	}
}
