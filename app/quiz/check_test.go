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
	options := func(list ...Option) *Choices { return &Choices{Options: list} }
	earns := func(o Option, fraction float64) Option { o.Fraction = &fraction; return o }
	verdicts := func(isTrue bool, onTrue, onFalse string) *TrueFalse {
		return &TrueFalse{Right: isTrue, SaidTrue: Verdict{Misconception: onTrue}, SaidFalse: Verdict{Misconception: onFalse}}
	}
	order := func(grading string, ids ...string) *Order {
		o := &Order{Grading: grading}
		for _, id := range ids {
			o.Things = append(o.Things, Thing{ID: id})
		}
		return o
	}
	groups := []Group{{ID: "x"}, {ID: "y"}}
	sorted := []Statement{{ID: "a", Group: "x"}, {ID: "b", Group: "y"}}
	both := func(text string) Text { return Text{"de": text, "en": text} }
	answer := func(text string) ShortAnswer { return ShortAnswer{Text: both(text)} }
	worth := func(text string, fraction float64, misconception string) ShortAnswer {
		return ShortAnswer{Text: both(text), Fraction: &fraction, Misconception: misconception}
	}
	short := func(list ...ShortAnswer) *Short { return &Short{Answers: list} }
	typed := Gap{ID: "a", Answers: []ShortAnswer{answer("Rhine")}, Otherwise: both("no")}
	toChoose := Gap{ID: "b", Options: []Option{right("x"), wrong("y")}}
	gaps := func(text string, list ...Gap) *Gaps { return &Gaps{both(text), list} }
	place := func(id string, isRight bool) MarkPlace {
		return MarkPlace{ID: id, Right: isRight, Misconception: strings.Repeat("m", bool2int(!isRight))}
	}
	mark := func(text string, list ...MarkPlace) *Mark { return &Mark{both(text), list} }
	panel := func(votes ...int) *Panel {
		p := &Panel{}
		for i, n := range votes {
			p.Options = append(p.Options, PanelOption{ID: string(rune('a' + i)), Votes: n})
		}
		return p
	}
	stances := func(ids ...string) *Position {
		p := &Position{}
		for _, id := range ids {
			p.Options = append(p.Options, Stance{ID: id})
		}
		return p
	}
	criteria := []Criterion{{ID: "a"}, {ID: "b"}}
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

		{"right in part", &Choice{[]Option{right("a"), earns(wrong("b"), 0.5), earns(wrong("c"), 0)}}, nil},
		{"right option that earns less", &Choice{[]Option{earns(right("a"), 0.5), wrong("b")}}, []string{"options[0].fraction: the right option earns 1"}},
		{"wrong option that earns everything", &Choice{[]Option{right("a"), earns(wrong("b"), 1)}}, []string{"options[1].fraction: mend the fraction"}},
		{"choice with a fraction below 0", &Choice{[]Option{right("a"), earns(wrong("b"), -0.5)}}, []string{"options[1].fraction: mend the fraction"}},
		{"choice with a fraction above 1", &Choice{[]Option{earns(right("a"), 1.5), wrong("b")}}, []string{"options[0].fraction: mend the fraction"}},

		{"choices", options(right("a"), right("b"), wrong("c")), nil},
		{"choices with one right", options(right("a"), wrong("b")), []string{"options: make the kind choice"}},
		{"choices all right", options(right("a"), right("b")), []string{"options: add a wrong one"}},
		{"choices all or nothing", &Choices{options(right("a"), right("b"), wrong("c")).Options, AllOrNothing}, nil},
		{"choices with another partial", &Choices{options(right("a"), right("b"), wrong("c")).Options, "half"}, []string{`partial: all-or-nothing or left out, not "half"`}},
		{"fractions", options(earns(right("a"), 0.7), earns(right("b"), 0.3), earns(wrong("c"), -1)), nil},
		{"thirds", options(earns(right("a"), 1.0/3), earns(right("b"), 1.0/3), earns(right("c"), 1.0/3), earns(wrong("d"), -1.0/3)), nil},
		{"one without a fraction", options(right("a"), earns(right("b"), 0.3), earns(wrong("c"), -1)), []string{"options[0].fraction: give one to each"}},
		{"right one that earns nothing", options(earns(right("a"), 1), earns(right("b"), 0), earns(wrong("c"), -1)), []string{"options[1].fraction: above 0"}},
		{"wrong one that costs nothing", options(earns(right("a"), 0.5), earns(right("b"), 0.5), earns(wrong("c"), 0)), []string{"options[2].fraction: below 0"}},
		{"wrong one that costs too much", options(earns(right("a"), 0.5), earns(right("b"), 0.5), earns(wrong("c"), -1.5)), []string{"options[2].fraction: at least -1"}},
		{"fractions that add up to less", options(earns(right("a"), 0.5), earns(right("b"), 0.4), earns(wrong("c"), -1)), []string{"options: add up to 0.9; make it 1"}},
		{"fractions that add up to more", options(earns(right("a"), 0.5), earns(right("b"), 0.6), earns(wrong("c"), -1)), []string{"options: add up to 1.1; make it 1"}},
		{
			"fractions and all or nothing", &Choices{options(earns(right("a"), 0.5), earns(right("b"), 0.5), earns(wrong("c"), -1)).Options, AllOrNothing},
			[]string{"partial: take one of the two away"},
		},

		{"true-false", verdicts(true, "", "m"), nil},
		{"false", verdicts(false, "m", ""), nil},
		{"true with a misconception", verdicts(true, "m", "m"), []string{"said_true.misconception: take it away"}},
		{"false with a misconception", verdicts(false, "m", "m"), []string{"said_false.misconception: take it away"}},
		{"wrong verdict without a misconception", verdicts(true, "", ""), []string{"said_false: names no misconception"}},
		{"misconceptions the wrong way round", verdicts(false, "", "m"), []string{"said_true: names no misconception", "said_false.misconception: mend right"}},

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
		{"right number with a misconception", &Number{Numbers: []NumberMatch{{Value: 1, Right: true, Misconception: "m"}}}, []string{"numbers[0].misconception: take one of the two away"}},
		{"number within a factor", &Number{Numbers: []NumberMatch{{Value: 1, Right: true, Geometric: 1}}}, nil},
		{"a factor below 0", &Number{Numbers: []NumberMatch{{Value: 1, Right: true, Geometric: -1}}}, []string{"numbers[0]: not below 0"}},
		{"a factor around 0", &Number{Numbers: []NumberMatch{{Right: true, Geometric: 1}}}, []string{"numbers[0].geometric: take tolerance"}},
		{"a factor and a share", &Number{Numbers: []NumberMatch{{Value: 1, Right: true, Geometric: 1, Relative: 1}}}, []string{"numbers[0]: give one of"}},
		{"all tolerances", &Number{Numbers: []NumberMatch{{Value: 1, Right: true, Geometric: 1, Relative: 2, Tolerance: 3}}}, []string{"numbers[0]: give one of"}},
		{"both tolerances", &Number{Numbers: []NumberMatch{{Right: true, Tolerance: 1, Relative: 1}}}, []string{"numbers[0]: give one of"}},
		{"tolerance below 0", &Number{Numbers: []NumberMatch{{Right: true, Tolerance: -1}}}, []string{"numbers[0]: not below 0"}},
		{"relative below 0", &Number{Numbers: []NumberMatch{{Right: true, Relative: -1}}}, []string{"numbers[0]: not below 0"}},

		{"order", order("", "a", "b", "c"), nil},
		{"order by subset", order(GradeSubset, "a", "b", "c"), nil},
		{"order by position", order(GradePosition, "a", "b", "c"), nil},
		{"order as a whole", order(GradeAll, "a", "b", "c"), nil},
		{"order graded otherwise", order("half", "a", "b", "c"), []string{`grading: subset, position or all, not "half"`}},
		{"order of two", order("", "a", "b"), []string{"items: at least three"}},
		{"two things of a name", order("", "a", "b", "a"), []string{"items[2].id: its own id"}},

		{"classify", &Classify{groups, sorted}, nil},
		{"classify one", &Classify{groups, sorted[:1]}, []string{": at least two statements and two groups"}},
		{"classify without its group", &Classify{groups, []Statement{sorted[0], {ID: "b", Group: "z"}}}, []string{`statements[1].group: no group "z"`}},
		{"two statements of a name", &Classify{groups, []Statement{sorted[0], sorted[0]}}, []string{"statements[1].id: its own id"}},
		{"two groups of a name", &Classify{[]Group{{ID: "x"}, {ID: "x"}}, []Statement{sorted[0], {ID: "b", Group: "x"}}}, []string{"groups[1].id: its own id"}},
		{"statement called like its group", &Classify{groups, []Statement{sorted[0], {ID: "y", Group: "y"}}}, []string{"statements[1].id: otherwise"}},
		{"real and fake", &Classify{[]Group{{ID: "x", Real: true}, {ID: "y", Fake: true}}, sorted}, nil},
		{"real and fake at once", &Classify{[]Group{{ID: "x", Real: true, Fake: true}, {ID: "y"}}, sorted}, []string{"groups[0]: both real and fake"}},
		{"real without fake", &Classify{[]Group{{ID: "x", Real: true}, {ID: "y"}}, sorted}, []string{"groups: mark a group for each"}},
		{"fake without real", &Classify{[]Group{{ID: "x", Fake: true}, {ID: "y"}}, sorted}, []string{"groups: mark a group for each"}},

		{"gaps", gaps("[[a]] and [[b]]", typed, toChoose), nil},
		{"no gaps", gaps("nothing"), []string{"gaps: there is no gap"}},
		{
			"a gap that is not in the text", gaps("[[a]]", typed, toChoose),
			[]string{`gaps[1]: "b" is not in the text of "de"; write [[b]] there once`, `gaps[1]: not in the text of "en"`},
		},
		{"a gap that is in the text of one language", &Gaps{Text{"de": "[[a]] [[b]]", "en": "[[a]]"}, []Gap{typed, toChoose}}, []string{`gaps[1]: not in the text of "en"`}},
		{"a gap twice", gaps("[[a]] [[a]] [[b]]", typed, toChoose), []string{`text.de: "a" stands 2 times in the text of "de"; leave one`, `text.en: in the text of "en"; leave one`}},
		{"a gap with words", gaps("[[a|Rhine]]", typed), []string{`text.de: place "a" in "de" is not written as it should be; write [[a]]`, `text.en: place "a" in "en"`}},
		{"brackets that are no gap", gaps("[[a]] [[ä]]", typed), []string{`text.de: the text of "de" has brackets that are no place; write [[id]]`, `text.en: the text of "en" has brackets`}},
		{"a gap that ends twice", gaps("[[a]]]]", typed), []string{`text.de: "de" has brackets`, `text.en: "en" has brackets`}},
		{"single brackets", gaps("[1] [[a]] [x]", typed), nil},
		{"gaps of no name", gaps("[[a]] [[z]] [[c]]", typed), // in the order of their ids, so that a fault reads the same every time
			[]string{`text.de: the text of "de" has a place "c"`, `text.de: "de" has a place "z"`, `text.en: "en" has a place "c"`, `text.en: "en" has a place "z"`}},
		{"two gaps of a name", gaps("[[a]]", typed, typed), []string{"gaps[1].id: its own id"}},
		{"a gap with nothing in it", gaps("[[a]]", Gap{ID: "a"}), []string{"gaps[0]: write one of the two"}},
		{"a gap with both", gaps("[[a]]", Gap{ID: "a", Options: toChoose.Options, Answers: typed.Answers}), []string{"gaps[0]: write one of the two"}},
		{"a typed gap without otherwise", gaps("[[a]]", Gap{ID: "a", Answers: typed.Answers}), []string{"gaps[0]: needs otherwise"}},
		{"a weight below 0", gaps("[[b]]", Gap{ID: "b", Weight: -1, Options: toChoose.Options}), []string{"gaps[0].weight: above 0"}},
		{"a gap with one option", gaps("[[b]]", Gap{ID: "b", Options: []Option{right("x")}}), []string{"gaps[0].options: at least two"}},
		{"a gap with two right options", gaps("[[b]]", Gap{ID: "b", Options: []Option{right("x"), right("y")}}), []string{"gaps[0].options: a gap has exactly one"}},
		{"a gap in part", gaps("[[b]]", Gap{ID: "b", Options: []Option{right("x"), earns(wrong("y"), 0.5)}}), nil},
		{"a gap whose right option earns less", gaps("[[b]]", Gap{ID: "b", Options: []Option{earns(right("x"), 0.5), wrong("y")}}), []string{"gaps[0].options[0].fraction: mend the fraction"}},
		{"a list with otherwise", gaps("[[b]]", Gap{ID: "b", Options: toChoose.Options, Otherwise: both("no")}), []string{"gaps[0]: otherwise and case mean nothing"}},
		{"a list with capitals", gaps("[[b]]", Gap{ID: "b", Options: toChoose.Options, Case: true}), []string{"gaps[0]: otherwise and case mean nothing"}},
		{"a gap in capitals", gaps("[[a]] [[A]]", typed), []string{`text.de: "de" has a place "A"`, `text.en: "en" has a place "A"`}},
		{
			"a gap whose wrong answer names nothing", gaps("[[a]]", Gap{ID: "a", Answers: []ShortAnswer{typed.Answers[0], worth("Main", 0, "")}, Otherwise: both("no")}),
			[]string{"gaps[0].answers[1]: names the misconception"},
		},
		{"a gap where capitals tell answers apart", gaps("[[a]]", Gap{ID: "a", Case: true, Answers: []ShortAnswer{answer("BONN"), worth("Bonn", 0.5, "")}, Otherwise: both("no")}), nil},
		{
			"a gap where capitals do not", gaps("[[a]]", Gap{ID: "a", Answers: []ShortAnswer{answer("BONN"), worth("Bonn", 0.5, "")}, Otherwise: both("no")}),
			[]string{`gaps[0].answers[1].text: in "de" the answer "Bonn" is never reached`, `gaps[0].answers[1].text: in "en"`},
		},

		{"short", short(answer("Rhine"), worth("Rhine*", 0.5, ""), worth("Main", 0, "m")), nil},
		{"short without answers", short(), []string{"answers: no answer earns everything"}},
		{"short without a right one", short(worth("Main", 0.5, "")), []string{"answers: write the right one, without a fraction"}},
		{"solution with a wildcard", short(answer("Rh*"), answer("Rhine")), // the first that earns everything is shown
			[]string{`answers[1].text: never reached`, `answers[1].text: never reached`, `answers: in "de" write it out, without *`, `answers: in "en" write it out`}},
		{"solution with a wildcard in one language", short(ShortAnswer{Text: Text{"de": "Rh*", "en": "Rhine"}}), []string{`answers: in "de"`}},
		{"solution of spaces", short(answer(" \t")), []string{`answers: in "de"`, `answers: in "en"`}},
		{"solution with a star", short(answer(`\*`)), nil},
		{"a fraction below 0", short(answer("Rhine"), worth("Main", -0.5, "m")), []string{"answers[1].fraction: from 0 to 1, not -0.5"}},
		{"a fraction above 1", short(answer("Rhine"), worth("Main", 1.5, "")), []string{"answers[1].fraction: from 0 to 1, not 1.5"}},
		{"wrong answer without misconception", short(answer("Rhine"), worth("Main", 0, "")), []string{"answers[1]: names the misconception"}},
		{"right answer with a misconception", short(worth("Rhine", 1, "m")), []string{"answers[0].misconception: take one of the two away"}},
		{
			"never reached behind a wildcard", short(answer("Rhine"), worth("*", 0, "m"), worth("Main", 0, "m")),
			[]string{`answers[2].text: in "de" the answer "Main" is never reached: answer 2, "*"`, `answers[2].text: in "en"`},
		},
		{
			"never reached in one language", short(answer("Rhine"), ShortAnswer{Text: Text{"de": "Rhein", "en": " RHINE "}}),
			[]string{`answers[1].text: in "en" the answer " RHINE " is never reached: answer 1, "Rhine"`},
		},
		{"wider behind narrow", short(answer("the Rhine"), answer("the * Rhine"), answer("*Rhine*")), nil},

		{"mark", mark("[[a|one]] and [[b|two]]", place("a", true), place("b", false)), nil},
		{
			"a place without words", mark("[[a]] and [[b|two]]", place("a", true), place("b", false)),
			[]string{`text.de: place "a" in "de" is not written as it should be; write [[a|words]]`, `text.en: place "a" in "en"`},
		},
		{"a place that is not in the text", mark("[[a|one]]", place("a", true), place("b", false)), []string{`places[1]: "b" is not in the text of "de"; write [[b|words]] there once`, `places[1]: not in the text of "en"`}},
		{"a place of no name", mark("[[a|one]] [[b|two]] [[c|three]]", place("a", true), place("b", false)), []string{`text.de: "de" has a place "c"`, `text.en: "en" has a place "c"`}},
		{"two places of a name", mark("[[a|one]] [[b|two]]", place("a", true), place("b", false), place("b", false)), []string{"places[2].id: its own id"}},
		{"wrong place without misconception", mark("[[a|one]] [[b|two]]", place("a", true), MarkPlace{ID: "b"}), []string{"places[1]: names no misconception"}},
		{
			"right place with a misconception", mark("[[a|one]] [[b|two]]", MarkPlace{ID: "a", Right: true, Misconception: "m"}, place("b", false)),
			[]string{"places[0].misconception: take one of the two away"},
		},
		{"nothing to mark", mark("[[a|one]] [[b|two]]", place("a", false), place("b", false)), []string{"places: mark the right ones"}},
		{"everything to mark", mark("[[a|one]] [[b|two]]", place("a", true), place("b", true)), []string{"places: and a wrong one"}},

		{"panel", panel(3, 0), nil},
		{"panel of one", panel(3), []string{"options: at least two"}},
		{"panel that did not vote", panel(0, 0), []string{"options: nobody of the panel has voted"}},
		{"votes below 0", panel(3, -1), []string{"options[1].votes: from 0"}},
		{"two answers of a panel with a name", &Panel{Options: []PanelOption{{ID: "a", Votes: 1}, {ID: "a"}}}, []string{"options[1].id: its own id"}},

		{"position", stances("a", "b", "c"), nil},
		{"position of two", stances("a", "b"), []string{"options: at least three"}},
		{"two stances of a name", stances("a", "b", "a"), []string{"options[2].id: its own id"}},

		{"own words", &OwnWords{Criteria: criteria, Lines: 40}, nil},
		{"own words without criteria", &OwnWords{}, []string{"criteria: at least two"}},
		{"two criteria of a name", &OwnWords{Criteria: []Criterion{{ID: "a"}, {ID: "a"}}}, []string{"criteria[1].id: its own id"}},
		{"lines below 0", &OwnWords{Criteria: criteria, Lines: -1}, []string{"lines: 1 to 40"}},
		{"more lines than a sheet has", &OwnWords{Criteria: criteria, Lines: 41}, []string{"lines: 1 to 40"}},
	}
	checked := map[string]bool{}
	for _, test := range tests {
		checked[test.body.Kind()] = true
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
	for _, kind := range Kinds() {
		if !checked[kind] {
			t.Errorf("no fault of a %s is named", kind)
		}
	}
}

// TestOnPaper: a worksheet has room for what the author asks for, or for a few lines.
func TestOnPaper(t *testing.T) {
	for lines, want := range map[int]int{0: 5, 1: 1, 40: 40} {
		if got := (&OwnWords{Lines: lines}).OnPaper(); got != want {
			t.Errorf("%d lines are %d on paper, want %d", lines, got, want)
		}
	}
}
