package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// genQuestion draws a question of any kind, as an author might write it without fault.
func genQuestion(t *rapid.T) *Question {
	kind := rapid.SampledFrom(Kinds()).Draw(t, "kind")
	gen, ok := genBodies[kind]
	if !ok {
		t.Fatalf("there is no generator of the kind %q; add one to genBodies", kind)
	}
	q := &Question{ID: "q", Body: gen(t)}
	if faults := q.Body.Check(); faults != nil {
		t.Fatalf("the generator of %s makes faults: %v", kind, faults)
	}
	return q
}

var genBodies = map[string]func(*rapid.T) Body{
	"choice": func(t *rapid.T) Body {
		n := rapid.IntRange(2, 6).Draw(t, "options")
		return &Choice{genOptions(t, n, 1)}
	},
	"choices": func(t *rapid.T) Body {
		n := rapid.IntRange(3, 7).Draw(t, "options")
		return &Choices{genOptions(t, n, rapid.IntRange(2, n-1).Draw(t, "right"))}
	},
	"match": func(t *rapid.T) Body {
		m := &Match{}
		for i := range rapid.IntRange(2, 5).Draw(t, "answers") {
			m.Answers = append(m.Answers, MatchAnswer{ID: fmt.Sprintf("o%d", i)})
		}
		for i := range rapid.IntRange(2, 5).Draw(t, "prompts") {
			m.Prompts = append(m.Prompts, Prompt{ID: fmt.Sprintf("p%d", i), Answer: rapid.SampledFrom(m.Answers).Draw(t, "answer").ID})
		}
		return m
	},
	"number": func(t *rapid.T) Body {
		n := &Number{}
		for range rapid.IntRange(1, 3).Draw(t, "numbers") {
			m := NumberMatch{Value: rapid.Float64Range(-1e6, 1e6).Draw(t, "value"), Misconception: "m"}
			switch rapid.IntRange(0, 2).Draw(t, "fit") {
			case 1:
				m.Tolerance = rapid.Float64Range(0, 1e3).Draw(t, "tolerance")
			case 2:
				m.Relative = rapid.Float64Range(0, 1).Draw(t, "relative")
			}
			n.Numbers = append(n.Numbers, m)
		}
		n.Numbers[rapid.IntRange(0, len(n.Numbers)-1).Draw(t, "right")].Right = true
		return n
	},
}

// genOptions draws n options of which some are right, wherever they stand.
func genOptions(t *rapid.T, n, rights int) []Option {
	var options []Option
	for i := range n {
		if id := fmt.Sprintf("o%d", i); i < rights {
			options = append(options, right(id))
		} else {
			options = append(options, wrong(id))
		}
	}
	return rapid.Permutation(options).Draw(t, "order")
}

// genForm draws what somebody might send: the question's own fields and values as often as foreign ones.
func genForm(t *rapid.T) Response {
	field := rapid.OneOf(rapid.SampledFrom([]string{optionField, numberField, valueField, "p0", "p1", "p2", "p3", "p4"}), rapid.String())
	value := rapid.OneOf(
		rapid.SampledFrom([]string{"o0", "o1", "o2", "o3", "o4", "o5", "o6", "", "8,3", "Inf", "NaN"}),
		rapid.Map(rapid.Float64(), func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }),
		rapid.String())
	form := Response(rapid.MapOfN(field, rapid.SliceOfN(value, 0, 8), 0, 6).Draw(t, "form"))
	if rapid.Bool().Draw(t, "options only") {
		ids := rapid.SampledFrom([]string{"o0", "o1", "o2", "o3", "o4", "o5", "o6"})
		form[optionField] = rapid.SliceOfN(ids, 0, 8).Draw(t, "chosen")
	}
	return form
}

func copyOf(r Response) Response {
	c := Response{}
	for field, values := range r {
		c[field] = slices.Clone(values)
	}
	return c
}

func TestFractionWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, form := genQuestion(t), genForm(t)
		if f := q.Body.Grade(form); math.IsNaN(f) || f < 0 || f > 1 {
			t.Fatalf("the fraction of %v is %v", form, f)
		}
	})
}

func TestGradingIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, form := genQuestion(t), genForm(t)
		before, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		sent := copyOf(form)
		first := Grade(q, form)
		_, readErr := Read(q, form, "de")
		q.Items(View{Lang: "de", Response: form, Reveal: true})
		if again := Grade(q, form); again != first {
			t.Fatalf("the same response is worth %v, then %v", first, again)
		}
		if _, err := Read(q, form, "de"); (err == nil) != (readErr == nil) {
			t.Fatalf("the same form is read with %v, then with %v", readErr, err)
		}
		if diff := cmp.Diff(sent, form); diff != "" {
			t.Fatalf("grading changed the form:\n%s", diff)
		}
		if after, err := json.Marshal(q); err != nil || string(after) != string(before) {
			t.Fatalf("grading changed the question: %v\n%s\n%s", err, before, after)
		}
	})
}

func TestOrderOfValuesNeverMatters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q, form := genQuestion(t), genForm(t)
		mixed := Response{}
		for _, field := range slices.Sorted(maps.Keys(form)) {
			mixed[field] = rapid.Permutation(form[field]).Draw(t, "mixed")
		}
		if a, b := Grade(q, form), Grade(q, mixed); a != b {
			t.Fatalf("%v is worth %v, %v is worth %v", form, a, mixed, b)
		}
		a, errA := Read(q, form, "en")
		b, errB := Read(q, mixed, "en")
		if diff := cmp.Diff(a, b); diff != "" || keyOf(errA) != keyOf(errB) {
			t.Fatalf("in another order it is read as something else: %v, %v\n%s", errA, errB, diff)
		}
	})
}

func keyOf(err error) string {
	var input *InputError
	if errors.As(err, &input) {
		return input.Key
	}
	return ""
}

// TestWrongValuesNeverHelp adds wrong values to a form that is honest otherwise.
func TestWrongValuesNeverHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		form := genHonest(t, q)
		before := Grade(q, form)
		worse := copyOf(form)
		field, value := genWrong(t, q)
		worse[field] = append(worse[field], value)
		if after := Grade(q, worse); after > before {
			t.Fatalf("%v is worth %v, with %s=%s more it is worth %v", form, before, field, value, after)
		}
		if r, err := Read(q, worse, "en"); err == nil && Grade(q, r) > before {
			t.Fatalf("%v is worth %v, with %s=%s more it is read as %v", form, before, field, value, r)
		}
	})
}

// TestEverythingEarnsNothing sends every value there is, which must never be worth more than an honest wrong answer.
// Only choices with more right options than wrong ones pay something then: right − wrong, as their formula says.
func TestEverythingEarnsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		form := Response{}
		for _, it := range q.Items(View{Lang: "en"}) {
			if it.Form == FormOption {
				form[it.Field] = append(form[it.Field], it.Value)
			}
			for _, c := range it.Choices {
				form[it.Field] = append(form[it.Field], c.Value)
			}
		}
		if n, ok := q.Body.(*Number); ok {
			for _, m := range n.Numbers {
				form[numberField] = append(form[numberField], FormatNumber(m.Value, "en"))
			}
			form[numberField] = append(form[numberField], "1e9") // one number alone would be an answer
		}
		want := 0.0
		if c, ok := q.Body.(*Choices); ok {
			right := rightOptions(c.Options)
			want = round7(max(float64(2*right-len(c.Options)), 0) / float64(right))
		}
		if f := Grade(q, form); f != want {
			t.Fatalf("everything at once is worth %v, want %v", f, want)
		}
		if r, err := Read(q, form, "en"); err == nil && Grade(q, r) != want {
			t.Fatalf("everything at once is read as %v, worth %v", r, Grade(q, r))
		}
	})
}

// genHonest draws an answer from the question's own values, as its page would send it.
func genHonest(t *rapid.T, q *Question) Response {
	switch b := q.Body.(type) {
	case *Choice:
		return chosen(rapid.SampledFrom(idsOf(b.Options)).Draw(t, "chosen"))
	case *Choices:
		return chosen(rapid.SliceOfNDistinct(rapid.SampledFrom(idsOf(b.Options)), 1, len(b.Options)-1, rapid.ID[string]).Draw(t, "chosen")...)
	case *Match:
		r := Response{}
		for _, p := range b.Prompts {
			if rapid.Bool().Draw(t, "given") {
				r[p.ID] = []string{rapid.SampledFrom(b.Answers).Draw(t, "answer").ID}
			}
		}
		return r
	case *Number:
		m := rapid.SampledFrom(b.Numbers).Draw(t, "number")
		return Response{numberField: {FormatNumber(m.Value, "en")}, valueField: {strconv.FormatFloat(m.Value, 'g', -1, 64)}}
	}
	t.Fatalf("there is no honest answer to a %s; add it to genHonest", q.Body.Kind())
	return nil
}

// genWrong draws a value that does not belong to the answer, and its field.
func genWrong(t *rapid.T, q *Question) (field, value string) {
	wrongOf := func(options []Option) string {
		return rapid.SampledFrom(slices.DeleteFunc(slices.Clone(options), func(o Option) bool { return o.Right })).Draw(t, "wrong").ID
	}
	switch b := q.Body.(type) {
	case *Choice:
		return optionField, wrongOf(b.Options)
	case *Choices:
		return optionField, wrongOf(b.Options)
	case *Match:
		p := rapid.SampledFrom(b.Prompts).Draw(t, "prompt")
		others := slices.DeleteFunc(slices.Clone(b.Answers), func(a MatchAnswer) bool { return a.ID == p.Answer })
		return p.ID, rapid.SampledFrom(others).Draw(t, "wrong").ID
	}
	return valueField, "1e9" // beyond every number that genBodies draws
}
