package quiz

import (
	"slices"
	"strings"
	"testing"
)

// right and wrong are options as they should be.
func right(id string) Option { return Option{ID: id, Right: true} }
func wrong(id string) Option { return Option{ID: id, Misconception: "m"} }

// TestCheck names an author's mistakes: each fault with its path and a word of how to mend it.
func TestCheck(t *testing.T) {
	prompts := func(list ...Prompt) *Match { return &Match{list, []MatchAnswer{{ID: "x"}, {ID: "y"}}} }
	fits := NumberMatch{Value: 1, Right: true}
	tests := []struct {
		name string
		body Body
		want []string // path and a part of the text of each fault
	}{
		{"choice", &Choice{[]Option{right("a"), wrong("b")}}, nil},
		{"choice without options", &Choice{}, []string{"options: at least two", "options: exactly one right"}},
		{"choice with two right ones", &Choice{[]Option{right("a"), right("b")}}, []string{"options: make the kind choices"}},
		{"choice without a right one", &Choice{[]Option{wrong("a"), wrong("b")}}, []string{"options: right: true"}},
		{"same id", &Choice{[]Option{right("a"), wrong("a")}}, []string{"options[1].id: its own id"}},
		{"no misconception", &Choice{[]Option{right("a"), {ID: "b"}}}, []string{"options[1]: no misconception"}},
		{"right misconception", &Choice{[]Option{{ID: "a", Right: true, Misconception: "m"}, wrong("b")}}, []string{"options[0].misconception: take one"}},

		{"choices", &Choices{[]Option{right("a"), right("b"), wrong("c")}}, nil},
		{"choices with one right", &Choices{[]Option{right("a"), wrong("b")}}, []string{"options: make the kind choice"}},
		{"choices all right", &Choices{[]Option{right("a"), right("b")}}, []string{"options: add a wrong one"}},

		{"match", prompts(Prompt{ID: "a", Answer: "x"}, Prompt{ID: "b", Answer: "x"}), nil},
		{"match of one", prompts(Prompt{ID: "a", Answer: "x"}), []string{": at least two"}},
		{"match without answers", &Match{}, []string{": at least two"}},
		{"match without its answer", prompts(Prompt{ID: "a", Answer: "x"}, Prompt{ID: "b", Answer: "z"}), []string{`prompts[1].answer: no answer "z"`}},
		{"two prompts of a name", prompts(Prompt{ID: "a", Answer: "x"}, Prompt{ID: "a", Answer: "y"}), []string{"prompts[1].id: its own id"}},
		{"two answers of a name", &Match{[]Prompt{{ID: "a", Answer: "x"}, {ID: "b", Answer: "x"}}, []MatchAnswer{{ID: "x"}, {ID: "x"}}}, []string{"answers[1].id: its own id"}},
		{"prompt called like its answer", prompts(Prompt{ID: "a", Answer: "x"}, Prompt{ID: "y", Answer: "y"}), []string{"prompts[1].id: otherwise"}},

		{"number", &Number{Numbers: []NumberMatch{fits, {Value: 2, Tolerance: 1, Misconception: "m"}}}, nil},
		{"number without numbers", &Number{}, []string{"numbers: right: true"}},
		{"number without misconception", &Number{Numbers: []NumberMatch{fits, {Value: 2}}}, []string{"numbers[1]: names the misconception"}},
		{"both tolerances", &Number{Numbers: []NumberMatch{{Right: true, Tolerance: 1, Relative: 1}}}, []string{"numbers[0]: either tolerance"}},
		{"tolerance below 0", &Number{Numbers: []NumberMatch{{Right: true, Tolerance: -1}}}, []string{"numbers[0]: not below 0"}},
		{"relative below 0", &Number{Numbers: []NumberMatch{{Right: true, Relative: -1}}}, []string{"numbers[0]: not below 0"}},
	}
	for _, test := range tests {
		var got []string
		for _, f := range test.body.Check() {
			got = append(got, f.Path+": "+f.Text)
		}
		same := slices.EqualFunc(got, test.want, func(fault, want string) bool {
			path, part, _ := strings.Cut(want, ": ")
			return strings.HasPrefix(fault, path+": ") && strings.Contains(fault, part)
		})
		if !same {
			t.Errorf("%s: the faults are %q, want %q", test.name, got, test.want)
		}
	}
}
