package quiz

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// order is what stands where.
func order(items []Item) (ids []string) {
	for _, it := range items {
		ids = append(ids, nameOf(it))
	}
	return ids
}

// nameOf tells an item from the others: the value of an option, a mark or a stance, the field of a prompt or an input.
func nameOf(it Item) string {
	switch it.Form {
	case FormOption, FormMark, FormStance:
		return it.Value
	}
	return it.Field
}

func valuesOf(items []Item) (ids []string) {
	for _, it := range items {
		ids = append(ids, it.Value)
	}
	return ids
}

func optionsNamed(ids ...string) (list []Option) {
	for _, id := range ids {
		list = append(list, Option{ID: id, Text: Text{"de": "de " + id, "en": "en " + id}})
	}
	return list
}

// ordered are bodies whose lines are shuffled, each with the ids that it shows in the order of a view.
func ordered(ids []string) map[string]func(View) []string {
	match, classify, things, panel := &Match{}, &Classify{Groups: []Group{{ID: ids[0]}}}, &Order{}, &Panel{}
	gaps := &Gaps{Text: Text{"": "[[gap]]", "de": "[[gap]]", "en": "[[gap]]"}, Gaps: []Gap{{ID: "gap", Options: optionsNamed(ids...)}}}
	gaps.Gaps[0].Options[0].Right = true
	for _, id := range ids {
		classify.Statements = append(classify.Statements, Statement{ID: id, Group: ids[0]})
		things.Things = append(things.Things, Thing{ID: id})
		panel.Options = append(panel.Options, PanelOption{ID: id})
		match.Prompts = append(match.Prompts, Prompt{ID: id, Answer: ids[0]})
		match.Answers = append(match.Answers, MatchAnswer{ID: id})
	}
	return map[string]func(View) []string{
		"choice":        func(v View) []string { return order((&Choice{optionsNamed(ids...)}).Items(v)) },
		"choices":       func(v View) []string { return order((&Choices{Options: optionsNamed(ids...)}).Items(v)) },
		"classify":      func(v View) []string { return order(classify.Items(v)) },
		"order":         func(v View) []string { return order(things.Items(v)) },
		"panel":         func(v View) []string { return order(panel.Items(v)) },
		"gap":           func(v View) []string { return valuesOf(gaps.Items(v)[0].Choices) },
		"match prompts": func(v View) []string { return order(match.Items(v)) },
		"match answers": func(v View) []string { return valuesOf(match.Items(v)[0].Choices) },
	}
}

func TestOrder(t *testing.T) {
	ids := strings.Fields("a b c d e f g")
	for name, show := range ordered(ids) {
		t.Run(name, func(t *testing.T) {
			first := show(View{Lang: "de", Seed: "one", Question: "q"})
			if diff := cmp.Diff(ids, slices.Sorted(slices.Values(first))); diff != "" {
				t.Fatalf("not every option is there once:\n%s", diff)
			}
			if diff := cmp.Diff(first, show(View{Lang: "en", Seed: "one", Question: "q"})); diff != "" {
				t.Errorf("the languages differ (-de +en):\n%s", diff)
			}
			revealed := show(View{Lang: "de", Seed: "one", Question: "q", Reveal: true, Response: Response{"option": {"g"}}})
			if diff := cmp.Diff(first, revealed); diff != "" {
				t.Errorf("an answer changes the order:\n%s", diff)
			}
			if slices.Equal(first, show(View{Lang: "de", Seed: "two", Question: "q"})) {
				t.Error("another seed has the same order")
			}
			if slices.Equal(first, show(View{Lang: "de", Seed: "one", Question: "r"})) {
				t.Error("another question has the same order")
			}
		})
	}
}

// TestOrderStays pins an order down. Attempts that are open while the program is replaced must not be shuffled anew.
func TestOrderStays(t *testing.T) {
	want := strings.Fields("a e c d f g b")
	for name, show := range ordered(strings.Fields("a b c d e f g")) {
		if diff := cmp.Diff(want, show(View{Seed: "false-alarms-abcd", Question: "new-picture"})); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestOrderWhenOneIsAdded(t *testing.T) {
	few, more := ordered(strings.Fields("a b c d e")), ordered(strings.Fields("a new b c d e"))
	for name := range few {
		for seed := range 50 {
			v := View{Seed: fmt.Sprint(seed), Question: "q"}
			rest := slices.DeleteFunc(more[name](v), func(id string) bool { return id == "new" })
			if diff := cmp.Diff(few[name](v), rest); diff != "" {
				t.Errorf("%s, seed %d: an option more moves the others:\n%s", name, seed, diff)
			}
		}
	}
}

// TestOrderIsFair sees that no place is an option's favourite: over many attempts each comes first about equally often.
// The seeds are fixed, so this cannot fail by chance.
func TestOrderIsFair(t *testing.T) {
	for name, show := range ordered(strings.Fields("a b c d")) {
		first := map[string]int{}
		for seed := range 1000 {
			first[show(View{Seed: fmt.Sprint(seed), Question: "q"})[0]]++
		}
		for _, id := range strings.Fields("a b c d") {
			if first[id] < 200 || first[id] > 300 {
				t.Errorf("%s: %s comes first %d times of 1000", name, id, first[id])
			}
		}
	}
}

func TestPinnedLast(t *testing.T) {
	options := optionsNamed("all", "a", "b", "c", "none")
	options[0].Pinned, options[4].Pinned = true, true
	gaps := &Gaps{Text{"": "[[gap]]"}, []Gap{{ID: "gap", Options: options}}}
	for name, show := range map[string]func(View) []Item{
		"choice":  (&Choice{options}).Items,
		"choices": (&Choices{Options: options}).Items,
		"gap":     func(v View) []Item { return gaps.Items(v)[0].Choices },
	} {
		for seed := range 50 {
			got := valuesOf(show(View{Seed: fmt.Sprint(seed), Question: "q"}))
			if diff := cmp.Diff([]string{"all", "none"}, got[3:]); diff != "" {
				t.Errorf("%s, seed %d: pinned ones are not last in their own order:\n%s", name, seed, diff)
			}
		}
	}
}

// TestAuthorsOrder: what is a scale, a text or a pair that people expect so is not shuffled.
func TestAuthorsOrder(t *testing.T) {
	questions := questionsByID(t)
	for id, want := range map[string]string{
		"confluence":  "true false",
		"letter":      "long lovely year best arches",
		"signpost":    "left right",
		"ferry-ride":  "river town sea",
		"town-square": "closed sundays open",
	} {
		for seed := range 20 {
			var got []string
			for _, it := range questions[id].Items(View{Lang: "en", Seed: fmt.Sprint(seed)}) {
				if it.Form != FormText {
					got = append(got, nameOf(it))
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s, seed %d: %v, want %s", id, seed, got, want)
			}
		}
	}
	for seed := range 20 {
		for _, it := range questions["guidebook"].Items(View{Lang: "en", Seed: fmt.Sprint(seed)}) {
			if got := strings.Join(valuesOf(it.Choices), " "); got != "fact verdict taste" {
				t.Errorf("seed %d: the groups of %s are %s", seed, it.Field, got)
			}
		}
		for _, it := range questions["morning"].Items(View{Lang: "en", Seed: fmt.Sprint(seed)}) {
			if got := strings.Join(valuesOf(it.Choices), " "); got != "1 2 3" {
				t.Errorf("seed %d: the places of %s are %s", seed, it.Field, got)
			}
		}
	}
}
