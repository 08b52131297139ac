package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wordsOf collects, by id, what can be put into other words.
func wordsOf(node any, into map[string]Text) {
	switch node := node.(type) {
	case map[string]any:
		if id, ok := node["id"].(string); ok && node["text"] != nil {
			into[id] = Text{"de": "Anders: " + id, "en": "Other: " + id}
		}
		for _, child := range node {
			wordsOf(child, into)
		}
	case []any:
		for _, child := range node {
			wordsOf(child, into)
		}
	}
}

// TestReworded gives every question of the cases other words: it shows them, and none of the old ones that were
// replaced, and grades and refuses every case as before.
func TestReworded(t *testing.T) {
	for _, kind := range Kinds() {
		for _, g := range readGroups(t, kind) {
			q := g.question(t)
			if !q.Scored() {
				continue
			}
			t.Run(kind+"/"+q.ID, func(t *testing.T) {
				data, _ := json.Marshal(q)
				words := map[string]Text{}
				wordsOf(treeOf(t, data).(map[string]any)["body"], words)
				before := q.Hash()
				twin, err := q.Reworded(Twin{Question: q.ID, Stem: Text{"de": "Neu?", "en": "New?"}, Texts: words})
				if err != nil {
					t.Fatal(err)
				}
				if q.Hash() != before {
					t.Error("the question itself has changed")
				}
				if twin.Stem["en"] != "New?" || twin.ID != q.ID || twin.Objective != q.Objective || !cmp.Equal(twin.Evidence, q.Evidence) {
					t.Errorf("the twin is %+v", twin)
				}
				shown, _ := json.Marshal(twin.Items(View{Lang: "en", Seed: "x", Reveal: true}))
				for id, text := range words {
					if !strings.Contains(string(shown), text["en"]) {
						t.Errorf("%s is not shown in other words: %s", id, shown)
					}
				}
				for _, c := range g.Cases {
					for _, lang := range c.langs() {
						was, is := outcomeOf(q, c.form(), lang), outcomeOf(twin, c.form(), lang)
						if was != is {
							t.Errorf("%s (%s): %s, in other words %s", c.Name, lang, was, is)
						}
					}
				}
			})
		}
	}
}

func outcomeOf(q *Question, form Response, lang string) string {
	r, err := Read(q, form, lang)
	var input *InputError
	if errors.As(err, &input) {
		return "refused: " + input.Key
	}
	return fmt.Sprint(Grade(q, r))
}

// TestRewordedPlaces gives marked places other words, and a text of its own where one is written.
func TestRewordedPlaces(t *testing.T) {
	q := &Question{ID: "q", Body: &Mark{
		Text:  Text{"de": "Ein [[a|Ort]] und [[b|noch einer]].", "en": "One [[a|place]] and [[b|another]]."},
		Spots: []MarkPlace{{ID: "a", Right: true}, {ID: "b", Misconception: "m"}},
	}}
	stem := Text{"de": "Wo?", "en": "Where?"}
	twin, err := q.Reworded(Twin{Stem: stem, Texts: map[string]Text{"a": {"de": "Fleck", "en": "spot"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := twin.Body.(*Mark).Text["en"]; got != "One [[a|spot]] and [[b|another]]." {
		t.Errorf("the text is %q", got)
	}
	twin, err = q.Reworded(Twin{Stem: stem, Text: Text{"de": "[[b|Dort]] und [[a|hier]].", "en": "[[b|There]] and [[a|here]]."}})
	if err != nil {
		t.Fatal(err)
	}
	if got := twin.Body.(*Mark).Text["en"]; got != "[[b|There]] and [[a|here]]." {
		t.Errorf("the text is %q", got)
	}
	for want, broken := range map[string]Twin{
		`nothing called "c"`: {Stem: stem, Texts: map[string]Text{"c": stem}},
		"[[b":                {Stem: stem, Text: Text{"de": "Nur [[a|einer]].", "en": "Only [[a|one]]."}},
	} {
		if _, err := q.Reworded(broken); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q in it", broken, err, want)
		}
	}
}

// TestTurned: a twin must not use the words of a right answer for a wrong one.
func TestTurned(t *testing.T) {
	text := func(s string) Text { return Text{"de": s, "en": s} }
	stem := text("?")
	choice := &Question{ID: "q", Body: &Choice{Options: []Option{{ID: "a", Text: text("one"), Right: true}, {ID: "b", Text: text("two"), Misconception: "m"}, {ID: "c", Text: text("three"), Misconception: "m"}}}}
	match := &Question{ID: "q", Body: &Match{
		Answers: []MatchAnswer{{ID: "x", Text: text("X")}, {ID: "y", Text: text("Y")}},
		Prompts: []Prompt{{ID: "a", Text: text("one"), Answer: "x"}, {ID: "b", Text: text("two"), Answer: "y"}},
	}}
	for _, test := range []struct {
		name  string
		q     *Question
		texts map[string]Text
		want  string
	}{
		{"other words", choice, map[string]Text{"a": text("four")}, ""},
		{"words of another wrong one", choice, map[string]Text{"b": text("three"), "c": text("two")}, ""},
		{"the right one's words for a wrong one", choice, map[string]Text{"a": text("four"), "b": text("one")}, "one"},
		{"prompts change places", match, map[string]Text{"a": text("two"), "b": text("one")}, "one"},
		{"answers are called otherwise", match, map[string]Text{"x": text("the one"), "y": text("the other")}, ""},
	} {
		twin, err := test.q.Reworded(Twin{Stem: stem, Texts: test.texts})
		if err != nil {
			t.Fatal(err)
		}
		if got := test.q.Turned(twin); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
