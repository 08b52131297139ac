package quiz

import (
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestGuessOfEveryKind: of every kind that is graded it is known what guessing earns.
func TestGuessOfEveryKind(t *testing.T) {
	for _, kind := range Kinds() {
		body := NewBody(kind)
		_, unscored := body.(Unscored)
		if _, guessed := body.(Guessed); guessed == unscored {
			t.Errorf("%s: graded %v, guessed %v", kind, !unscored, guessed)
		}
	}
	for _, kind := range Kinds() {
		q := &Question{Body: NewBody(kind)} // without an option or a part
		if f, _ := GuessScore(q); math.IsNaN(f) || f < 0 || f > 1 {
			t.Errorf("an empty %s: %v", kind, f)
		}
	}
}

func TestGuessScore(t *testing.T) {
	half := 0.5
	four := []Option{right("a"), wrong("b"), wrong("c"), wrong("d")}
	for name, c := range map[string]struct {
		q     Question
		want  float64
		known bool
	}{
		"one of four":               {Question{Body: &Choice{four}}, 0.25, true},
		"the weight is no matter":   {Question{Weight: 3, Body: &Choice{four}}, 0.25, true},
		"one of four, one in part":  {Question{Body: &Choice{[]Option{right("a"), {ID: "b", Fraction: &half}, wrong("c"), wrong("d")}}}, 0.375, true},
		"by certainty":              {Question{Certainty: CertaintyMarks, Body: &Choice{four}}, 0.25 / 3, true},
		"certainty that only asks":  {Question{Certainty: CertaintyReport, Body: &Choice{four}}, 0.25, true},
		"true or false":             {Question{Body: &TrueFalse{}}, 0.5, true},
		"two of three, all of it":   {Question{Body: &Choices{[]Option{right("a"), right("b"), wrong("c")}, AllOrNothing}}, 1.0 / 7, true},
		"two of three":              {Question{Body: &Choices{[]Option{right("a"), right("b"), wrong("c")}, ""}}, 2.5 / 7, true}, // a, b and abc 1/2 each, ab 1
		"three in order":            {Question{Body: &Order{Things: make([]Thing, 3)}}, (3 + 4*2) / 18.0, true},
		"three at their places":     {Question{Body: &Order{Grading: GradePosition, Things: make([]Thing, 3)}}, 1.0 / 3, true},
		"three in order, all":       {Question{Body: &Order{Grading: GradeAll, Things: make([]Thing, 3)}}, 1.0 / 6, true},
		"a number":                  {Question{Body: &Number{}}, 0, true},
		"an opinion":                {Question{Body: &Position{}}, 0, false},
		"own words":                 {Question{Body: &OwnWords{}}, 0, false},
		"more things than anybody":  {Question{Body: &Order{Things: make([]Thing, 31)}}, 0, false},
		"too many with a fraction":  {Question{Body: &Choices{Options: append(make([]Option, 16), Option{Right: true, Fraction: &half})}}, 0, false},
		"a panel of 6, 3 and 0":     {Question{Body: &Panel{Options: []PanelOption{{Votes: 6}, {Votes: 3}, {Votes: 0}}}}, 0.5, true},
		"thirty things do not hang": {Question{Body: &Order{Things: make([]Thing, 30)}}, 0.28, true},
	} {
		f, known := GuessScore(&c.q)
		if known != c.known || math.Abs(f-c.want) > 0.05 || name != "thirty things do not hang" && math.Abs(f-c.want) > 1e-9 {
			t.Errorf("%s: %v, %v, want %v, %v", name, f, known, c.want, c.known)
		}
	}
}

// TestGuessIsTheMean grades every answer there is to a question of any kind: their mean is what guessing earns.
func TestGuessIsTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		got, known := GuessScore(q)
		if !known {
			return
		}
		sum, n := 0.0, 0
		eachAnswer(q, func(r Response) {
			sum += Grade(q, r)
			n++
		})
		if want := sum / float64(n); math.Abs(got-want) > 1e-6 {
			t.Fatalf("guessing at %s earns %v, and the mean of %d answers is %v", q.Body.Kind(), got, n, want)
		}
	})
}

// eachAnswer visits every whole answer; what is to be typed stays open.
func eachAnswer(q *Question, visit func(Response)) {
	var field string
	var values []string
	var prompts []Item
	for _, it := range q.Items(View{Lang: "en"}) {
		switch it.Form {
		case FormOption, FormMark:
			field, values = it.Field, append(values, it.Value)
		case FormSelect, FormRadios, FormRank:
			prompts = append(prompts, it)
		}
	}
	switch q.Body.(type) {
	case *Choices, *Mark:
		for chosen := 1; chosen < 1<<len(values); chosen++ {
			r := Response{}
			for i, v := range values {
				if chosen>>i&1 == 1 {
					r[field] = append(r[field], v)
				}
			}
			visit(r)
		}
		return
	}
	for _, v := range values {
		visit(Response{field: {v}})
	}
	if values == nil {
		_, ranks := q.Body.(*Order)
		eachFilled(prompts, ranks, Response{}, visit)
	}
}

// eachFilled visits every way to answer all prompts; of ranks each is given once.
func eachFilled(prompts []Item, ranks bool, r Response, visit func(Response)) {
	if len(prompts) == 0 {
		visit(r)
		return
	}
	for _, c := range prompts[0].Choices {
		if ranks && slices.ContainsFunc(slices.Collect(maps.Values(r)), func(v []string) bool { return v[0] == c.Value }) {
			continue
		}
		next := copyOf(r)
		next[prompts[0].Field] = []string{c.Value}
		eachFilled(prompts[1:], ranks, next, visit)
	}
}

// TestMeanOrdered counts the longest ordered subset of every order, one by one.
func TestMeanOrdered(t *testing.T) {
	for n := 2; n <= 8; n++ {
		sum, all := 0, 0
		var orders func(list []int)
		orders = func(list []int) {
			if len(list) == n {
				all++
				if longest := len(longestRising(list)); longest > 1 {
					sum += longest
				}
				return
			}
			for i := range n {
				if !slices.Contains(list, i) {
					orders(append(list[:len(list):len(list)], i))
				}
			}
		}
		orders(nil)
		if got, want := meanOrdered(n), float64(sum)/float64(all); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d things: %v, want %v", n, got, want)
		}
	}
}
