package quiz

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// picksOf are the picks in one line each: "field=value" with a mark for what is right and what is in part.
func picksOf(list []Pick) (lines []string) {
	for _, p := range list {
		line := p.Field + "=" + p.Value
		switch {
		case p.Right:
			line += " right"
		case p.Part:
			line += " part"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func TestPicks(t *testing.T) {
	half := 0.5
	words := func(s string) Text { return Text{"de": "de " + s, "en": s} }
	for name, c := range map[string]struct {
		body  Body
		given Response
		all   []string
		want  []string
	}{
		"choice": {
			&Choice{[]Option{right("a"), wrong("b"), {ID: "c", Fraction: &half}}},
			Response{"option": {"c"}},
			[]string{"option=a right", "option=b", "option=c part"},
			[]string{"option=c part"},
		},
		"an option that is gone": {&Choice{[]Option{right("a"), wrong("b")}}, Response{"option": {"z"}}, []string{"option=a right", "option=b"}, nil},
		"choices": {
			&Choices{Options: []Option{right("a"), right("b"), wrong("c")}},
			Response{"option": {"a", "c"}},
			[]string{"option=a right", "option=b right", "option=c"},
			[]string{"option=a right", "option=c"},
		},
		"true-false": {&TrueFalse{Right: true}, Response{"option": {"false"}}, []string{"option=false", "option=true right"}, []string{"option=false"}},
		"match": {
			&Match{[]Prompt{{ID: "p", Answer: "x"}, {ID: "q", Answer: "y"}}, []MatchAnswer{{ID: "x"}, {ID: "y"}}},
			Response{"p": {"x"}, "q": {"x"}},
			[]string{"p=x right", "p=y", "q=x", "q=y right"},
			[]string{"p=x right", "q=x"},
		},
		"classify": {
			&Classify{Groups: []Group{{ID: "x"}, {ID: "y"}}, Statements: []Statement{{ID: "p", Group: "x"}}},
			Response{"p": {"y"}},
			[]string{"p=x right", "p=y"},
			[]string{"p=y"},
		},
		"order": {
			&Order{Things: []Thing{{ID: "p"}, {ID: "q"}, {ID: "r"}}},
			Response{"p": {"1"}, "q": {"3"}, "r": {"2"}},
			[]string{"p=1 right", "p=2", "p=3", "q=1", "q=2 right", "q=3", "r=1", "r=2", "r=3 right"},
			[]string{"p=1 right", "q=3", "r=2"},
		},
		"mark": {&Mark{words("so [[a|one]] [[b|two]]"), []MarkPlace{{ID: "a", Right: true}, {ID: "b"}}}, Response{"mark": {"b"}}, []string{"mark=a right", "mark=b"}, []string{"mark=b"}},
		"panel": {
			&Panel{Options: []PanelOption{{ID: "a", Votes: 4}, {ID: "b", Votes: 1}, {ID: "c"}}},
			Response{"option": {"b"}},
			[]string{"option=a right", "option=b part", "option=c"},
			[]string{"option=b part"},
		},
		"gaps": {
			&Gaps{words("so [[p]] [[q]]"), []Gap{{ID: "p", Options: []Option{right("a"), wrong("b")}}, {ID: "q", Answers: []ShortAnswer{{Text: words("Rhine")}}}}},
			Response{"p": {"b"}, "q": {"The  RHINE"}, "_lang": {"en"}},
			[]string{"p=a right", "p=b"},
			[]string{"p=b", "q=the rhine"},
		},
		"short":     {&Short{Answers: []ShortAnswer{{Text: words("Rhine")}}}, Response{"answer": {"RHINE"}, "_lang": {"en"}}, nil, []string{"answer=rhine right"}},
		"number":    {&Number{Numbers: []NumberMatch{{Value: 1000, Right: true}}}, Response{"number": {"1.000,5"}, "value": {"1000.5"}}, nil, []string{"number=1000.5"}},
		"position":  {&Position{[]Stance{{ID: "a"}, {ID: "b"}}}, Response{"_seen": {"1"}}, nil, nil},
		"own-words": {&OwnWords{}, Response{"words": {"what nobody else may read"}}, nil, nil},
	} {
		q := &Question{ID: "q", Body: c.body}
		if diff := cmp.Diff(c.all, picksOf(q.Picks())); diff != "" {
			t.Errorf("%s, all (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(c.want, picksOf(q.Picked(c.given))); diff != "" {
			t.Errorf("%s, picked (-want +got):\n%s", name, diff)
		}
	}
	for _, kind := range Kinds() {
		if !slices.Contains([]string{"choice", "choices", "true-false", "match", "classify", "order", "mark", "panel", "gaps", "short", "number", "position", "own-words"}, kind) {
			t.Errorf("say what is picked in %q", kind)
		}
	}
}

// TestPickWords: every pick has its words in every language, or a key of the catalogues.
func TestPickWords(t *testing.T) {
	for _, q := range allQuestions(t) {
		for _, p := range q.Picks() {
			if p.Key == "" && (p.Text["de"] == "" || p.Text["en"] == "") {
				t.Errorf("%s: %s=%s has the words %v", q.ID, p.Field, p.Value, p.Text)
			}
			if p.Prompt != nil && (p.Prompt["de"] == "" || p.Prompt["en"] == "") {
				t.Errorf("%s: %s has the words %v", q.ID, p.Field, p.Prompt)
			}
		}
	}
	q := &Question{Body: &Number{Numbers: []NumberMatch{{Value: 1, Right: true}}}}
	got := q.Picked(Response{"number": {"1,000.5"}, "value": {"1000.5"}})[0].Text
	if got["de"] != "1\u202f000,5" || got["en"] != "1,000.5" {
		t.Errorf("a number is told as %q", got)
	}
}

// TestPickedAreOfPicks: what a response chose is among all there is to choose, and worth the same there.
func TestPickedAreOfPicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		form := genForm(t)
		all := q.Picks()
		if _, panel := q.Body.(*Panel); panel {
			return // of several options with the most votes the chosen one is right
		}
		for _, p := range q.Picked(form) {
			if !p.Typed && !slices.ContainsFunc(all, p.Same) {
				t.Fatalf("%v: %+v is none of %+v", form, p, all)
			}
		}
	})
}
