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
	"choice": func(t *rapid.T) Body { return &Choice{genChoice(t)} },
	"choices": func(t *rapid.T) Body {
		n := rapid.IntRange(3, 7).Draw(t, "options")
		c := &Choices{Options: genOptions(t, n, rapid.IntRange(2, n-1).Draw(t, "right"))}
		switch rapid.IntRange(0, 2).Draw(t, "grading") {
		case 1:
			c.Partial = AllOrNothing
		case 2:
			genFractions(t, c.Options)
		}
		return c
	},
	"true-false": func(t *rapid.T) Body {
		tf := &TrueFalse{Right: rapid.Bool().Draw(t, "right"), Discern: rapid.Bool().Draw(t, "discern")}
		for _, v := range tf.verdicts() {
			if !v.right {
				v.Misconception = "m"
			}
		}
		return tf
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
	"order": func(t *rapid.T) Body {
		o := &Order{Grading: rapid.SampledFrom([]string{"", GradeSubset, GradePosition, GradeAll}).Draw(t, "grading")}
		for i := range rapid.IntRange(3, 5).Draw(t, "things") {
			o.Things = append(o.Things, Thing{ID: fmt.Sprintf("p%d", i)})
		}
		return o
	},
	"classify": func(t *rapid.T) Body {
		c := &Classify{Groups: []Group{{ID: "o0"}, {ID: "o1"}}}
		if rapid.Bool().Draw(t, "real or fake") {
			c.Groups[0].Real, c.Groups[1].Fake = true, true
		}
		for i := range rapid.IntRange(0, 3).Draw(t, "groups") {
			c.Groups = append(c.Groups, Group{ID: fmt.Sprintf("o%d", i+2)})
		}
		for i := range rapid.IntRange(2, 5).Draw(t, "statements") {
			c.Statements = append(c.Statements, Statement{ID: fmt.Sprintf("p%d", i), Group: rapid.SampledFrom(c.Groups).Draw(t, "group").ID})
		}
		return c
	},
	"gaps": func(t *rapid.T) Body {
		g := &Gaps{}
		text := "so"
		for i := range rapid.IntRange(1, 5).Draw(t, "gaps") {
			gap := Gap{ID: fmt.Sprintf("p%d", i), Weight: rapid.SampledFrom([]float64{0, 0.1, 0.5, 1, 3}).Draw(t, "weight")}
			if rapid.Bool().Draw(t, "typed") {
				gap.Answers, gap.Case, gap.Otherwise = genAnswers(t), rapid.Bool().Draw(t, "case"), Text{"de": "nein", "en": "no"}
			} else {
				gap.Options = genChoice(t)
			}
			g.Gaps, text = append(g.Gaps, gap), text+" [["+gap.ID+"]]"
		}
		g.Text = Text{"de": text, "en": text}
		return g
	},
	"short": func(t *rapid.T) Body { return &Short{Answers: genAnswers(t), Case: rapid.Bool().Draw(t, "case")} },
	"number": func(t *rapid.T) Body {
		n := &Number{}
		for range rapid.IntRange(1, 3).Draw(t, "numbers") {
			m := NumberMatch{Value: rapid.Float64Range(-1e6, 1e6).Draw(t, "value"), Misconception: "m"}
			switch rapid.IntRange(0, 3).Draw(t, "fit") {
			case 1:
				m.Tolerance = rapid.Float64Range(0, 1e3).Draw(t, "tolerance")
			case 2:
				m.Relative = rapid.Float64Range(0, 1).Draw(t, "relative")
			case 3:
				if m.Value != 0 {
					m.Geometric = rapid.Float64Range(0, 10).Draw(t, "geometric")
				}
			}
			n.Numbers = append(n.Numbers, m)
		}
		m := &n.Numbers[rapid.IntRange(0, len(n.Numbers)-1).Draw(t, "right")]
		m.Right, m.Misconception = true, ""
		return n
	},
	"mark": func(t *rapid.T) Body {
		m := &Mark{}
		text := "so"
		n := rapid.IntRange(2, 7).Draw(t, "places")
		for _, o := range genOptions(t, n, rapid.IntRange(1, n-1).Draw(t, "right")) {
			m.Spots, text = append(m.Spots, MarkPlace{ID: o.ID, Right: o.Right, Misconception: o.Misconception}), text+" [["+o.ID+"|words]]"
		}
		m.Text = Text{"de": text, "en": text}
		return m
	},
	"panel": func(t *rapid.T) Body {
		p := &Panel{}
		for i := range rapid.IntRange(2, 7).Draw(t, "options") {
			p.Options = append(p.Options, PanelOption{ID: fmt.Sprintf("o%d", i), Votes: rapid.IntRange(0, 9).Draw(t, "votes")})
		}
		p.Options[0].Votes++ // somebody has voted
		return p
	},
	"position": func(t *rapid.T) Body {
		p := &Position{}
		for i := range rapid.IntRange(3, 7).Draw(t, "options") {
			p.Options = append(p.Options, Stance{ID: fmt.Sprintf("o%d", i)})
		}
		return p
	},
	"own-words": func(t *rapid.T) Body {
		o := &OwnWords{Lines: rapid.IntRange(0, 40).Draw(t, "lines")}
		for i := range rapid.IntRange(2, 5).Draw(t, "criteria") {
			o.Criteria = append(o.Criteria, Criterion{ID: fmt.Sprintf("o%d", i)})
		}
		return o
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

// genChoice draws options of which one is right and others may be in part.
func genChoice(t *rapid.T) []Option {
	options := genOptions(t, rapid.IntRange(2, 6).Draw(t, "options"), 1)
	for i := range options {
		if o := &options[i]; !o.Right && rapid.Bool().Draw(t, "part") {
			o.Fraction = genHundredths(t, 0, 99)
		}
	}
	return options
}

// genFractions gives fractions to options: the right ones' add up to 1.
func genFractions(t *rapid.T, options []Option) {
	left, rights := 100, rightOptions(options)
	for i := range options {
		o := &options[i]
		if !o.Right {
			o.Fraction = genHundredths(t, -100, -1)
			continue
		}
		share := left
		if rights--; rights > 0 {
			share = rapid.IntRange(1, left-rights).Draw(t, "share")
		}
		left -= share
		fraction := float64(share) / 100
		o.Fraction = &fraction
	}
}

func genHundredths(t *rapid.T, from, to int) *float64 {
	f := float64(rapid.IntRange(from, to).Draw(t, "hundredths")) / 100
	return &f
}

// genAnswers draws answers to be typed: one right, one in part with a wildcard, one wrong with an escaped star.
func genAnswers(t *rapid.T) []ShortAnswer {
	both := func(text string) Text { return Text{"de": text, "en": text} }
	none := 0.0
	all := []ShortAnswer{
		{Text: both("Rhine")},
		{Text: both("a * river"), Fraction: genHundredths(t, 1, 99)},
		{Text: both(`Main \*`), Fraction: &none, Misconception: "m"},
	}
	return rapid.Permutation(all).Draw(t, "answers")
}

// genForm draws what somebody might send: the question's own fields and values as often as foreign ones.
func genForm(t *rapid.T) Response {
	field := rapid.OneOf(rapid.SampledFrom([]string{optionField, numberField, valueField, shortField, langField, markField, wordsField, seenField, "p0", "p1", "p2", "p3", "p4"}), rapid.String())
	value := rapid.OneOf(
		rapid.SampledFrom([]string{"o0", "o1", "o2", "o3", "o4", "o5", "o6", "", "8,3", "Inf", "NaN"}),
		rapid.SampledFrom([]string{"true", "false", "1", "2", "3", "4", "5", "01", "rhine", "Rhine", "a broad river", "Main *", "de", "en"}),
		rapid.Map(rapid.Float64(), func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }),
		rapid.String())
	form := Response(rapid.MapOfN(field, rapid.SliceOfN(value, 0, 8), 0, 6).Draw(t, "form"))
	ids := rapid.SampledFrom([]string{"o0", "o1", "o2", "o3", "o4", "o5", "o6"})
	switch rapid.IntRange(0, 3).Draw(t, "only") {
	case 1:
		form[optionField] = rapid.SliceOfN(ids, 0, 8).Draw(t, "chosen")
	case 2:
		form[markField] = rapid.SliceOfN(ids, 0, 8).Draw(t, "marked")
	case 3:
		for i := range 5 {
			form[fmt.Sprintf("p%d", i)] = []string{rapid.SampledFrom([]string{"1", "2", "3", "4", "5"}).Draw(t, "place")}
		}
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

// TestWrongValuesNeverHelp adds wrong values to a form that is honest otherwise, and puts them in place of its own.
func TestWrongValuesNeverHelp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		form := genHonest(t, q)
		before := Grade(q, form)
		field, value := genWrong(t, q)
		more, instead := copyOf(form), copyOf(form)
		more[field] = append(more[field], value)
		instead[field] = []string{value}
		for _, worse := range []Response{more, instead} {
			if after := Grade(q, worse); after > before {
				t.Fatalf("%v is worth %v, %v is worth %v", form, before, worse, after)
			}
			if r, err := Read(q, worse, "en"); err == nil && Grade(q, r) > before {
				t.Fatalf("%v is worth %v, %v is read as %v and worth %v", form, before, worse, r, Grade(q, r))
			}
		}
	})
}

// TestEverythingEarnsNothing sends every value there is, which must never be worth more than an honest wrong answer.
// Only what is chosen or marked freely may pay something then, as its formula says.
func TestEverythingEarnsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		form := Response{langField: {"en"}}
		for _, it := range q.Items(View{Lang: "en"}) {
			switch it.Form {
			case FormOption, FormMark:
				form[it.Field] = append(form[it.Field], it.Value)
			case FormInput, FormWords:
				form[it.Field] = append(everyText(q.Body), "something else") // one text alone would be an answer
			}
			for _, c := range it.Choices {
				form[it.Field] = append(form[it.Field], c.Value)
			}
		}
		want := everythingEarns(q.Body)
		if f := Grade(q, form); f != want {
			t.Fatalf("everything at once is worth %v, want %v", f, want)
		}
		if r, err := Read(q, form, "en"); err == nil && Grade(q, r) != want {
			t.Fatalf("everything at once is read as %v, worth %v", r, Grade(q, r))
		}
	})
}

// everyText is all that can be typed into a body and means something.
func everyText(body Body) (list []string) {
	if n, ok := body.(*Number); ok {
		for _, m := range n.Numbers {
			list = append(list, FormatNumber(m.Value, "en"))
		}
		return list
	}
	return []string{"Rhine", "a broad river", "Main *"}
}

// everythingEarns is what the formula of a kind gives for all its options or places at once: right − wrong.
func everythingEarns(body Body) float64 {
	n, rights := 0, 0
	switch b := body.(type) {
	case *Choices:
		switch {
		case b.Partial == AllOrNothing:
			return 0
		case b.weighed():
			sum := 1.0 // the right ones together
			for _, o := range b.Options {
				sum += min(*o.Fraction, 0)
			}
			return max(round7(sum), 0)
		}
		n, rights = len(b.Options), rightOptions(b.Options)
	case *Mark:
		n, rights = len(b.Spots), len(b.Spots)-len(idsOfWrongSpots(b))
	default:
		return 0
	}
	return round7(max(float64(2*rights-n), 0) / float64(rights))
}

// TestSolutionEarnsEverything answers with what is right: the whole mark, and every outcome says so.
func TestSolutionEarnsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		if !q.Scored() {
			return
		}
		r, err := Read(q, solutionOf(q), "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range Outcomes(q.Items(View{Lang: "en", Response: r, Reveal: true})) {
			if !o.Right {
				t.Fatalf("%v is right, and the outcome is %+v", r, o)
			}
		}
		if f := Grade(q, r); f != 1 {
			t.Fatalf("%v is right, and worth %v", r, f)
		}
	})
}

// solutionOf fills the form with what is revealed as right.
func solutionOf(q *Question) Response {
	if n, ok := q.Body.(*Number); ok { // of numbers that lie in each other's reach the first counts
		n.Numbers = slices.DeleteFunc(n.Numbers, func(m NumberMatch) bool { return !m.Right })
		return Response{numberField: {strconv.FormatFloat(n.Numbers[0].Value, 'g', -1, 64)}} // as a solution 1e-23 is longer than anybody types
	}
	form := Response{}
	for _, it := range q.Items(View{Lang: "en", Reveal: true}) {
		switch {
		case it.Right && (it.Form == FormOption && form[it.Field] == nil || it.Form == FormMark || q.Body.Kind() == "choices"):
			form[it.Field] = append(form[it.Field], it.Value)
		case it.Form == FormRank || it.Form == FormInput:
			form[it.Field] = []string{it.Solution}
		}
	}
	switch b := q.Body.(type) { // generated options have no texts that a solution could say
	case *Match:
		for _, p := range b.pairs() {
			form[p.prompt] = []string{p.answer}
		}
	case *Classify:
		for _, p := range b.pairs() {
			form[p.prompt] = []string{p.answer}
		}
	case *Gaps:
		for _, gap := range b.Gaps {
			for _, o := range gap.Options {
				if o.Right {
					form[gap.ID] = []string{o.ID}
				}
			}
		}
	}
	return form
}

// TestCertaintyWithinBounds: by certainty a question earns between −2 and 1 times its mark, and no more than that for
// any answer at any level.
func TestCertaintyWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		q.Certainty, q.Weight = CertaintyMarks, *genHundredths(t, 0, 1000)
		level := rapid.SampledFrom(append([]Certainty{NotSaid}, Levels...)).Draw(t, "level")
		fraction := rapid.Float64Range(0, 1).Draw(t, "fraction")
		if m := level.Mark(fraction); math.IsNaN(m) || m < -6 || m > mostCertaintyMark {
			t.Fatalf("%v at %q is marked %v", fraction, level, m)
		}
		a := &Attempt{Answers: []*Answer{{Tries: tried(genHonest(t, q)), Fraction: fraction, Certainty: level}}}
		score := a.Grade(Edition{Questions: []*Question{q}})
		if score.Points < round7(-2*q.Mark()) || score.Points > score.Max || score.Max != round7(q.Mark()) {
			t.Fatalf("%v at %q earns %v of %v", fraction, level, score.Points, score.Max)
		}
		if share := score.Fraction(); share < -2 || share > 1 {
			t.Fatalf("%v at %q is the share %v", fraction, level, share)
		}
	})
}

// genHonest draws an answer from the question's own values, as its page would send it.
func genHonest(t *rapid.T, q *Question) Response {
	oneOf := func(list ...string) []string { return []string{rapid.SampledFrom(list).Draw(t, "value")} }
	r := Response{}
	switch b := q.Body.(type) {
	case *Choice:
		return Response{optionField: oneOf(idsOf(b.Options)...)}
	case *Choices:
		return chosen(rapid.SliceOfNDistinct(rapid.SampledFrom(idsOf(b.Options)), 1, len(b.Options)-1, rapid.ID[string]).Draw(t, "chosen")...)
	case *TrueFalse:
		return Response{optionField: oneOf(saidTrue, saidFalse)}
	case *Match:
		for _, p := range b.Prompts {
			if rapid.Bool().Draw(t, "given") {
				r[p.ID] = oneOf(b.answerIDs()...)
			}
		}
	case *Classify:
		for _, s := range b.Statements {
			if rapid.Bool().Draw(t, "given") {
				r[s.ID] = oneOf(b.groupIDs()...)
			}
		}
	case *Order:
		places := make([]int, len(b.Things))
		for i := range places {
			places[i] = i + 1
		}
		for i, place := range rapid.Permutation(places).Draw(t, "places") {
			r[b.Things[i].ID] = []string{strconv.Itoa(place)}
		}
	case *Gaps:
		r[langField] = []string{"en"}
		for _, gap := range b.Gaps {
			switch {
			case !rapid.Bool().Draw(t, "given"):
			case len(gap.Options) > 0:
				r[gap.ID] = oneOf(idsOf(gap.Options)...)
			default:
				r[gap.ID] = oneOf(everyText(b)...)
			}
		}
	case *Short:
		return Response{shortField: oneOf(everyText(b)...), langField: {"en"}}
	case *Number:
		m := rapid.SampledFrom(b.Numbers).Draw(t, "number")
		return Response{numberField: {FormatNumber(m.Value, "en")}, valueField: {strconv.FormatFloat(m.Value, 'g', -1, 64)}}
	case *Mark:
		for _, p := range b.Spots {
			if rapid.Bool().Draw(t, "marked") {
				r[markField] = append(r[markField], p.ID)
			}
		}
	case *Panel:
		return Response{optionField: {rapid.SampledFrom(b.Options).Draw(t, "chosen").ID}}
	case *Position:
		return Response{seenField: {"1"}}
	case *OwnWords:
		return Response{wordsField: {"A town."}}
	default:
		t.Fatalf("there is no honest answer to a %s; add it to genHonest", q.Body.Kind())
	}
	return r
}

// genWrong draws a value that does not belong to the answer, and its field.
func genWrong(t *rapid.T, q *Question) (field, value string) {
	oneOf := func(list []string) string { return rapid.SampledFrom(list).Draw(t, "wrong") }
	wrongOf := func(options []Option) string {
		return oneOf(idsOf(slices.DeleteFunc(slices.Clone(options), func(o Option) bool { return o.Right || o.earns() > 0 })))
	}
	wrongPair := func(pairs []pair, answers []string) (string, string) {
		p := rapid.SampledFrom(pairs).Draw(t, "prompt")
		return p.prompt, oneOf(slices.DeleteFunc(answers, func(id string) bool { return id == p.answer }))
	}
	switch b := q.Body.(type) {
	case *Choice:
		return optionField, wrongOf(append(b.Options, wrong("none")))
	case *Choices:
		return optionField, wrongOf(b.Options)
	case *TrueFalse:
		return optionField, strconv.FormatBool(!b.Right)
	case *Match:
		return wrongPair(b.pairs(), b.answerIDs())
	case *Classify:
		return wrongPair(b.pairs(), b.groupIDs())
	case *Order: // whatever is added: a thing has one place, and a place one thing
		return oneOf([]string{"p0", "p1", "p2"}), oneOf([]string{"0", "", "first", "01", "9"})
	case *Gaps:
		gap := rapid.SampledFrom(b.Gaps).Draw(t, "gap")
		if len(gap.Options) > 0 {
			return gap.ID, wrongOf(append(gap.Options, wrong("none")))
		}
		return gap.ID, oneOf([]string{"Main *", "Danube"})
	case *Short:
		return shortField, oneOf([]string{"Main *", "Danube"})
	case *Number:
		return valueField, "1e9" // beyond every number that genBodies draws
	case *Mark:
		return markField, oneOf(idsOfWrongSpots(b))
	case *Panel:
		return optionField, "none"
	case *Position:
		return optionField, "o0"
	case *OwnWords:
		return wordsField, "A city."
	}
	t.Fatalf("there is no wrong value for a %s; add it to genWrong", q.Body.Kind())
	return "", ""
}

func idsOfWrongSpots(m *Mark) (ids []string) {
	for _, p := range m.Spots {
		if !p.Right {
			ids = append(ids, p.ID)
		}
	}
	return ids
}
