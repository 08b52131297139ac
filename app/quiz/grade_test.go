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

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// gradeGroup is a question of testdata/<kind>.yaml and what forms are worth in it.
type gradeGroup struct {
	Question map[string]any
	Twin     map[string]any // a body that looks the same and has another key; none where there is no key
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
	if err := yaml.Load(data, &groups, yaml.WithKnownFields()); err != nil {
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

// twin is nil where the group has none.
func (g gradeGroup) twin(t testing.TB) *Question {
	t.Helper()
	if g.Twin == nil {
		return nil
	}
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

func questionsByID(t testing.TB) map[string]*Question {
	t.Helper()
	questions := map[string]*Question{}
	for _, q := range allQuestions(t) {
		questions[q.ID] = q
	}
	return questions
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
		ends := []string{Right, Wrong, "error"}
		if !(&Question{Body: NewBody(kind)}).Scored() {
			ends = []string{Wrong, "error"} // nothing earns anything
		}
		for _, end := range ends {
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
	stored := r.Sent().Response()
	if again := Grade(q, stored); again != got {
		t.Errorf("Grade of the stored response %v = %v, before it was %v", stored, again, got)
	}
	if raw := q.Body.Grade(r); raw < 0 || raw > 1 {
		t.Errorf("the body itself gives %v", raw) // Grade would hide it, and parts of tries are not graded by Grade
	}
	if got != 0 && !q.Scored() {
		t.Errorf("a %s is not graded, and earns %v", q.Body.Kind(), got)
	}
	return State(got)
}

// TestGradeUnread grades what Read would have refused: should a form ever come past it, it must earn nothing.
func TestGradeUnread(t *testing.T) {
	questions := questionsByID(t)
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
		{"infinite within a factor", "crowd", Response{"value": {"Inf"}}, 0},
		{"right and in part", "landmark", chosen("cologne", "rhineland"), 0},
		{"what costs, over and over", "tributaries", chosen("main", "moselle", "sieg", "isar", "isar", "isar"), 0.9},
		{"all or nothing and foreign ones", "exactly", chosen("mainz", "bonn", "moon", ""), 1},
		{"true and false", "confluence", chosen("true", "false"), 0},
		{"true twice", "confluence", chosen("true", "true"), 0},
		{"neither true nor false", "postcard", chosen("moon"), 0},
		{"all at one place", "downstream", ranks("basel 1 strasbourg 1 mannheim 1 mainz 1 cologne 1"), 0},
		{"two at one place, the rest in order", "downstream", ranks("basel 1 strasbourg 2 mannheim 3 mainz 4 cologne 4"), 0},
		{"one without a place, the rest in order", "downstream", ranks("basel 1 strasbourg 2 mannheim 3 mainz 4"), 0},
		{"two places for one, the rest at their place", "floors", Response{"door": {"1", "2"}, "stairs": {"2"}, "clock": {"3"}, "bells": {"4"}}, 0},
		{"a place beyond the last", "floors", ranks("door 1 stairs 2 clock 3 bells 5"), 0},
		{"a place beyond every number", "floors", ranks("door 1 stairs 2 clock 3 bells 99999999999999999999"), 0},
		{"one place written twice over", "morning", ranks("stalls 1 bell 2 sweep 03"), 0},
		{"two groups for each statement", "guidebook", Response{"length": {"fact", "verdict"}, "repair": {"verdict", "fact"}, "year": {"fact", "fact"}}, 0},
		{"every filling of a gap", "ferry-ride", Response{"river": {"Rhine", "Rhein"}, "town": {"cologne", "bonn"}, "sea": {"north", "north"}, "_lang": {"en"}}, 0},
		{"a gap in no language", "ferry-ride", Response{"river": {"Rhine"}}, 0},
		{"a gap in two languages", "ferry-ride", Response{"river": {"Rhine"}, "_lang": {"de", "en"}}, 0},
		{"a gap in a language without a pattern", "ferry-ride", Response{"river": {"Rhine"}, "_lang": {"fr"}}, 0},
		{"a typed option", "ferry-ride", Response{"town": {"Cologne"}, "_lang": {"en"}}, 0},
		{"an answer in no language", "big-river", Response{"answer": {"Rhine"}}, 0},
		{"an answer in a language without a pattern", "big-river", Response{"answer": {" "}, "_lang": {"fr"}}, 0},
		{"two answers", "big-river", Response{"answer": {"Rhine", "Rhine"}, "_lang": {"en"}}, 0},
		{"every place and foreign ones", "letter", Response{"mark": {"long", "lovely", "year", "best", "arches", "moon", "", "long"}}, 0.3333333},
		{"two of a panel", "new-ferry", chosen("morning", "evening"), 0},
		{"an opinion", "town-square", chosen("closed"), 0},
		{"words", "my-town", Response{"words": {"A town."}}, 0},
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

// TestGradeNothing: a body without anything in it is a fault, but must not divide by nothing.
func TestGradeNothing(t *testing.T) {
	for _, kind := range Kinds() {
		for _, r := range []Response{nil, chosen("moon"), {"": {""}, markField: {""}, valueField: {"0"}}} {
			if got := NewBody(kind).Grade(r); got != 0 {
				t.Errorf("an empty %s gives %v for %v", kind, got, r)
			}
		}
	}
}

// ranks are places as "thing place thing place".
func ranks(list string) Response {
	r := Response{}
	for pair := range slices.Chunk(strings.Fields(list), 2) {
		r[pair[0]] = []string{pair[1]}
	}
	return r
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
		if it.Right || it.Part || it.Share != nil || it.Solution != "" || it.Why != "" || it.Evidence != nil {
			t.Errorf("an item tells before the answer is given: %+v", it)
		}
	}
	if r, err := Read(q, form, lang); err == nil {
		form = r
	}
	shown := q.Items(View{Lang: lang, Seed: "seed", Response: form, Reveal: true})
	if twin != nil {
		if diff := cmp.Diff(twin.Items(open), hidden); diff != "" {
			t.Errorf("with another key, other items are shown (-other key +key):\n%s", diff)
		}
		if cmp.Equal(shown, twin.Items(View{Lang: lang, Seed: "seed", Response: form, Reveal: true})) {
			t.Error("with another key, the same is revealed")
		}
	} else if diff := cmp.Diff(q.Items(View{Lang: lang, Seed: "seed", Response: form}), shown); diff != "" {
		t.Errorf("without a twin nothing sees that this is revealed only afterwards:\n%s", diff)
	}
	if got := strings.Join(order(shown), " "); got != strings.Join(order(hidden), " ") {
		t.Errorf("the order changes when revealed: %s", got)
	}
	for _, it := range shown {
		says, known := reveals[it.Form]
		if !known {
			t.Errorf("nothing is known of the form %q; add it to reveals", it.Form)
		}
		if (it.Why != "") != says.why {
			t.Errorf("a reason is given: %v, want %v: %+v", it.Why != "", says.why, it)
		}
		if (it.Solution != "") != says.solution {
			t.Errorf("a solution is given: %v, want %v: %+v", it.Solution != "", says.solution, it)
		}
		if (it.Field != "") != says.sent {
			t.Errorf("a form sends it: %v, want %v: %+v", it.Field != "", says.sent, it)
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

// reveals is what a revealed item of each form says, and whether a form sends it.
var reveals = map[string]struct{ why, solution, sent bool }{
	FormOption:    {why: true, sent: true},
	FormMark:      {why: true, sent: true},
	FormSelect:    {why: true, solution: true, sent: true},
	FormRadios:    {why: true, solution: true, sent: true},
	FormRank:      {why: true, solution: true, sent: true},
	FormInput:     {why: true, solution: true, sent: true},
	FormWords:     {sent: true},
	FormText:      {},
	FormCriterion: {},
	FormStance:    {why: true}, // all sides have their reasons, and an opinion is not sent
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

// TestRevealSaysRight sees that the mark on an item is the one that was graded. What is not graded has no outcome.
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
					outcomes := Outcomes(q.Items(View{Lang: lang, Response: r, Reveal: true}))
					if (len(outcomes) > 0) != q.Scored() {
						t.Errorf("%s/%s/%s: %d outcomes", kind, q.ID, c.Name, len(outcomes))
					}
					all := true
					for _, o := range outcomes {
						all = all && o.Right
					}
					if q.Scored() && all != (State(*c.Want) == Right) {
						t.Errorf("%s/%s/%s: outcomes all right = %v at a fraction of %v", kind, q.ID, c.Name, all, *c.Want)
					}
				}
			}
		}
	}
}

// TestRevealSaysPart sees that what earns a part of the mark is marked so, whether it was given or not where it is listed.
func TestRevealSaysPart(t *testing.T) {
	questions := questionsByID(t)
	tests := []struct {
		question string
		response Response
		want     []string // values of the items
	}{
		{"landmark", chosen("cologne"), []string{"rhineland"}},
		{"landmark", chosen("rhineland"), []string{"rhineland"}},
		{"tributaries", chosen("main", "isar"), nil}, // right options are right, whatever each earns
		{"old-bridge", chosen("repair"), []string{"close", "widen"}},
		{"old-bridge", chosen("sell"), []string{"close", "widen"}},
		{"new-ferry", chosen("evening"), []string{"night"}},
		{"big-river", Response{"answer": {"Niederrhein"}, "_lang": {"de"}}, []string{"Niederrhein"}},
		{"big-river", Response{"answer": {"Rhein"}, "_lang": {"de"}}, nil},
		{"big-river", Response{"answer": {"Main"}, "_lang": {"de"}}, nil},
		{"ferry-ride", Response{"river": {"a stream"}, "town": {"bonn"}, "sea": {"baltic"}, "_lang": {"en"}}, []string{"a stream", "bonn"}},
		{"ferry-ride", Response{"town": {"cologne"}}, nil},
		{"ferry-ride", nil, nil},
	}
	for _, test := range tests {
		var got []string
		for _, it := range questions[test.question].Items(View{Lang: "en", Response: test.response, Reveal: true}) {
			if it.Part {
				got = append(got, it.Value)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %v:\n%s", test.question, test.response, diff)
		}
	}
}

// TestRevealPanel: of two with the most votes the one that was chosen is right, or both when neither was; votes show
// beside each.
func TestRevealPanel(t *testing.T) {
	q := questionsByID(t)["new-ferry"]
	for _, test := range []struct {
		response Response
		want     []string
	}{
		{chosen("morning"), []string{"morning"}},
		{chosen("evening"), []string{"evening"}},
		{chosen("night"), []string{"evening", "morning"}},
		{nil, []string{"evening", "morning"}},
	} {
		var got []string
		shares := map[string]Share{}
		for _, it := range q.Items(View{Lang: "en", Response: test.response, Reveal: true}) {
			if it.Right {
				got = append(got, it.Value)
			}
			shares[it.Value] = *it.Share
		}
		slices.Sort(got)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%v:\n%s", test.response, diff)
		}
		if diff := cmp.Diff(map[string]Share{"morning": {5, 12}, "evening": {5, 12}, "night": {2, 12}}, shares); diff != "" {
			t.Errorf("%v: the votes are\n%s", test.response, diff)
		}
	}
	if got := q.Body.(Noted).Note("de"); got != "12 Fährleute, 2021" {
		t.Errorf("the panel is %q", got)
	}
}

// TestShownInAnotherLanguage: what was typed in one language is judged by it, and explained in the other.
func TestShownInAnotherLanguage(t *testing.T) {
	questions := questionsByID(t)
	for id, field := range map[string]string{"big-river": "answer", "ferry-ride": "river"} {
		q := questions[id]
		r, err := Read(q, Response{field: {"Rhein"}}, "de")
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range q.Items(View{Lang: "en", Response: r, Reveal: true}) {
			if it.Field == field && (!it.Right || it.Solution != "Rhine" || it.Value != "Rhein") {
				t.Errorf("%s: in the other language it is shown as %+v", id, it)
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
				for _, text := range []string{it.Text, it.Unit, it.Why, it.Solution} {
					if foreign[text] && !own[text] {
						t.Errorf("%s in %s says %q", q.ID, lang, text)
					}
				}
			}
		}
	}
}

// collect gathers the texts of one language in a JSON tree, and what stands between the places in them.
func collect(tree any, lang string, into map[string]bool) {
	switch v := tree.(type) {
	case map[string]any:
		for k, child := range v {
			if s, ok := child.(string); ok && k == lang {
				into[s] = true
				for _, cut := range stretches(s) {
					into[cut.words] = true
				}
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

// BenchmarkGrade grades the right answer of each kind's first case.
func BenchmarkGrade(b *testing.B) {
	for _, kind := range Kinds() {
		g := readGroups(b, kind)[0]
		q, c := g.question(b), g.Cases[0]
		r, err := Read(q, c.form(), c.langs()[0])
		if err != nil {
			b.Fatal(err)
		}
		if q.Scored() && Grade(q, r) != 1 {
			b.Fatalf("the first case of %s is not the right answer", kind)
		}
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Grade(q, r)
			}
		})
	}
}
