package quiz

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKinds(t *testing.T) {
	for _, kind := range Kinds() {
		if body := NewBody(kind); body == nil || body.Kind() != kind {
			t.Errorf("NewBody(%s) is %v", kind, body)
		}
	}
	if got := slices.Compact(slices.Sorted(slices.Values(Kinds()))); len(got) != len(Kinds()) {
		t.Errorf("two kinds share a name: %v", Kinds())
	}
	if a, b := NewBody("choice"), NewBody("choice"); a == b {
		t.Error("two questions share a body")
	}
	if body := NewBody("essay"); body != nil {
		t.Errorf("an unknown kind has the body %v", body)
	}
}

func TestQuestionJSON(t *testing.T) {
	for _, q := range allQuestions(t) {
		data, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		back := new(Question)
		if err := json.Unmarshal(data, back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(q, back); diff != "" {
			t.Errorf("%s changes in the store (-before +after):\n%s", q.ID, diff)
		}
		if back.Hash() != q.Hash() {
			t.Errorf("%s has another hash after it was stored", q.ID)
		}
	}
}

func TestQuestionJSONRefused(t *testing.T) {
	for _, data := range []string{
		``, `[]`, `{}`, `"x"`, `{"id":"q","kind":"essay","body":{}}`, `{"id":"q","kind":"choice"}`, `{"id":"q","kind":"choice","body":[]}`,
		`{"id":"q","kind":"number","body":{"numbers":[{"value":"8"}]}}`, `{"id":7,"kind":"choice","body":{}}`,
	} {
		if err := json.Unmarshal([]byte(data), new(Question)); err == nil {
			t.Errorf("%s is read as a question", data)
		}
	}
}

// TestHashStays pins a hash down: stored questions are found by it, and attempts name them by it. When this test fails,
// every open attempt would lose its questions.
func TestHashStays(t *testing.T) {
	q := &Question{
		ID: "border", Objective: "name-it", Stem: Text{"en": "What is Cologne?", "de": "Was ist Köln?"},
		Evidence: []Evidence{{Passage: "T1", Quote: Text{"de": "am Rhein", "en": "on the Rhine"}}},
		Body:     &Choice{[]Option{{ID: "city", Right: true, Text: Text{"de": "Stadt", "en": "city"}, Why: Text{"de": "Darum.", "en": "Because."}}}},
	}
	const want = `{"id":"border","objective":"name-it","stem":{"de":"Was ist Köln?","en":"What is Cologne?"},` +
		`"evidence":[{"passage":"T1","quote":{"de":"am Rhein","en":"on the Rhine"}}],"kind":"choice",` +
		`"body":{"options":[{"id":"city","text":{"de":"Stadt","en":"city"},"right":true,"why":{"de":"Darum.","en":"Because."}}]}}`
	if got := jsonOf(t, q); got != want {
		t.Errorf("the stored form is\n%s, it was\n%s", got, want)
	}
	if got := q.Hash(); got != hash([]byte(want)) || len(got) != 22 {
		t.Errorf("Hash = %q, want 22 characters, %q", got, hash([]byte(want)))
	}
	if got := (Edition{Lesson: "towns", Questions: []*Question{q}}).Hash(); got != hash([]byte("towns\x00[\""+q.Hash()+"\"]")) {
		t.Errorf("an edition's hash is %q", got)
	}
}

// TestHashSeesEverything changes each text, number and mark of a question: none may change unnoticed.
func TestHashSeesEverything(t *testing.T) {
	for _, q := range allQuestions(t) {
		data, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		met := map[string]string{q.Hash(): "nothing"}
		for n := 0; ; n++ {
			tree := treeOf(t, data)
			left := n
			tree, where := changeNth(tree, &left, "")
			if where == "" {
				break
			}
			if where == ".kind" {
				continue // another kind is another question, or none
			}
			changed, err := json.Marshal(tree)
			if err != nil {
				t.Fatal(err)
			}
			other := new(Question)
			if err := json.Unmarshal(changed, other); err != nil {
				t.Fatalf("%s with another %s: %v", q.ID, where, err)
			}
			if same := met[other.Hash()]; same != "" {
				t.Errorf("%s: a change of %s has the hash of a change of %s", q.ID, where, same)
			}
			met[other.Hash()] = where
		}
		if len(met) < 15 {
			t.Errorf("%s: only %d places were changed", q.ID, len(met))
		}
	}
}

// changeNth changes the n-th leaf of a JSON tree and says where it is; "" when there are not so many.
func changeNth(tree any, n *int, at string) (any, string) {
	switch v := tree.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			child, where := changeNth(v[k], n, at+"."+k)
			if v[k] = child; where != "" {
				return v, where
			}
		}
		return v, ""
	case []any:
		for i := range v {
			child, where := changeNth(v[i], n, fmt.Sprintf("%s[%d]", at, i))
			if v[i] = child; where != "" {
				return v, where
			}
		}
		return v, ""
	}
	if *n--; *n >= 0 {
		return tree, ""
	}
	switch v := tree.(type) {
	case string:
		return v + "!", at
	case float64:
		return v + 1, at
	case bool:
		return !v, at
	}
	panic(fmt.Sprintf("%s holds a %T", at, tree))
}

func sortedKeys(m map[string]any) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestEdition(t *testing.T) {
	all := allQuestions(t)
	e := Edition{Lesson: "towns", Questions: all}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	reworded := *all[0]
	reworded.Stem = Text{"de": "Was ist Bonn?", "en": all[0].Stem["en"]}
	others := map[string]Edition{
		"another lesson":    {Lesson: "rivers", Questions: all},
		"another order":     {Lesson: "towns", Questions: reversed},
		"one question less": {Lesson: "towns", Questions: all[1:]},
		"one text reworded": {Lesson: "towns", Questions: append([]*Question{&reworded}, all[1:]...)},
		"no questions":      {Lesson: "towns", Questions: nil},
	}
	for name, other := range others {
		if other.Hash() == e.Hash() {
			t.Errorf("an edition with %s has the same hash", name)
		}
	}
	if again := (Edition{Lesson: "towns", Questions: allQuestions(t)}); again.Hash() != e.Hash() {
		t.Error("the same lesson read again has another hash")
	}
	for i, q := range all {
		if e.Index(q.ID) != i || e.Hashes()[i] != q.Hash() {
			t.Errorf("question %s is not at its place %d", q.ID, i)
		}
	}
	if got := e.Index("missing"); got != -1 {
		t.Errorf("a question that is not there is at %d", got)
	}
}

func TestEvidenceFor(t *testing.T) {
	own, common := []Evidence{{Passage: "T2"}}, []Evidence{{Passage: "T1"}}
	q := &Question{Evidence: common}
	if got := q.EvidenceFor(Item{Evidence: own}); got[0].Passage != "T2" {
		t.Errorf("an option with evidence of its own is proven by %v", got)
	}
	if got := q.EvidenceFor(Item{}); got[0].Passage != "T1" {
		t.Errorf("an option without evidence is proven by %v", got)
	}
}

// TestPlaces sees that a lesson meets every piece of evidence in a body, and under the path that leads to it.
func TestPlaces(t *testing.T) {
	want := map[string][]string{
		"border":      {"options[1].evidence T2"},
		"rivers":      {"options[1].evidence T3"},
		"capitals":    {"prompts[0].evidence T2"},
		"share":       {"numbers[0].evidence T2"},
		"confluence":  {"said_false.evidence T2"},
		"downstream":  {"items[1].evidence T2"},
		"guidebook":   {"statements[0].evidence T2"},
		"ferry-ride":  {"gaps[0].answers[0].evidence T2", "gaps[1].options[2].evidence T3"},
		"big-river":   {"answers[0].evidence T2"},
		"letter":      {"places[0].evidence T2"},
		"old-bridge":  {"options[0].evidence T2"},
		"town-square": {"options[0].evidence T2"},
	} // the others have none
	for _, q := range allQuestions(t) {
		var got []string
		q.Body.Places(func(path string, list []Evidence) {
			for i := range list {
				got = append(got, path+" "+list[i].Passage)
				list[i].Proof = Text{"de": "filled in"}
			}
		})
		if diff := cmp.Diff(want[q.ID], got); diff != "" {
			t.Errorf("%s:\n%s", q.ID, diff)
		}
		filled := 0
		q.Body.Places(func(_ string, list []Evidence) {
			for _, e := range list {
				filled += len(e.Proof)
			}
		})
		if filled != len(want[q.ID]) {
			t.Errorf("%s: what a visitor fills in is kept in %d of %d places", q.ID, filled, len(want[q.ID]))
		}
	}
}

// TestMisconceptions sees that every misconception in a body is named, as often as it stands there.
func TestMisconceptions(t *testing.T) {
	for _, q := range allQuestions(t) {
		body, err := json.Marshal(q.Body)
		if err != nil {
			t.Fatal(err)
		}
		want := misconceptionsIn(treeOf(t, body))
		got := slices.Sorted(slices.Values(q.Body.Misconceptions()))
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), got); diff != "" {
			t.Errorf("%s:\n%s", q.ID, diff)
		}
	}
}

func misconceptionsIn(tree any) (list []string) {
	switch v := tree.(type) {
	case map[string]any:
		for k, child := range v {
			if id, ok := child.(string); ok && k == "misconception" {
				list = append(list, id)
			}
			list = append(list, misconceptionsIn(child)...)
		}
	case []any:
		for _, child := range v {
			list = append(list, misconceptionsIn(child)...)
		}
	}
	return list
}

// TestScored: what is not graded has no mark, whatever its weight.
func TestScored(t *testing.T) {
	for _, kind := range Kinds() {
		q := &Question{Weight: 3, Body: NewBody(kind)}
		unscored := kind == "position" || kind == "own-words"
		if q.Scored() == unscored || q.Mark() != map[bool]float64{true: 0, false: 3}[unscored] {
			t.Errorf("%s: scored %v, mark %v", kind, q.Scored(), q.Mark())
		}
	}
}
