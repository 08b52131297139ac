package quiz

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// hinted is a choice with so many hints, "yes" is right.
func hinted(hints int) *Question {
	q := &Question{ID: "a", Body: &Choice{[]Option{right("yes"), wrong("no"), wrong("never"), wrong("maybe")}}}
	for range hints {
		q.Hints = append(q.Hints, Text{"de": "h", "en": "h"})
	}
	return q
}

func pairs(answers ...string) *Question {
	m := &Match{Answers: []MatchAnswer{{ID: "x"}, {ID: "y"}, {ID: "z"}}}
	for i, a := range answers {
		m.Prompts = append(m.Prompts, Prompt{ID: string(rune('a' + i)), Answer: a})
	}
	q := hinted(2)
	q.Body = m
	return q
}

// gapped is a text with a typed gap a that counts double and a gap b to choose in; both can be right in part.
func gapped() *Question {
	half := 0.5
	part := wrong("maybe")
	part.Fraction = &half
	q := hinted(2)
	q.Body = &Gaps{Text{"de": "[[a]] [[b]]", "en": "[[a]] [[b]]"}, []Gap{
		{ID: "a", Weight: 2, Answers: []ShortAnswer{{Text: Text{"en": "Rhine"}}, {Text: Text{"en": "a * river"}, Fraction: &half}}},
		{ID: "b", Options: []Option{right("yes"), wrong("no"), part}},
	}}
	return q
}

func TestTries(t *testing.T) {
	quarter, none := 0.25, 0.0
	with := func(q *Question, penalty *float64) *Question { q.Penalty = penalty; return q }
	p := func(a, b, c string) Response {
		r := Response{}
		for field, v := range map[string]string{"a": a, "b": b, "c": c} {
			if v != "" {
				r[field] = []string{v}
			}
		}
		return r
	}
	fill := func(a, b string) Response { r := p(a, b, ""); r[langField] = []string{"en"}; return r }
	ordered := hinted(1)
	ordered.Body = &Order{Things: []Thing{{ID: "a"}, {ID: "b"}, {ID: "c"}}}
	sorted := hinted(1)
	sorted.Body = &Classify{Groups: []Group{{ID: "x"}, {ID: "y"}}, Statements: []Statement{{ID: "a", Group: "x"}, {ID: "b", Group: "x"}, {ID: "c", Group: "y"}}}
	tests := []struct {
		name     string
		q        *Question
		tries    []Response
		fraction float64
		closed   bool
	}{
		{"without hints there is one try", hinted(0), []Response{chosen("no")}, 0, true},
		{"right at once", hinted(2), []Response{chosen("yes")}, 1, true},
		{"wrong at first", hinted(2), []Response{chosen("no")}, 0, false},
		{"right at the second try", hinted(2), []Response{chosen("no"), chosen("yes")}, 0.6666667, true},
		{"right at the third try", hinted(2), []Response{chosen("no"), chosen("never"), chosen("yes")}, 0.3333333, true},
		{"never right", hinted(2), []Response{chosen("no"), chosen("never"), chosen("maybe")}, 0, true},
		{"one hint, two tries", hinted(1), []Response{chosen("no"), chosen("never")}, 0, true},
		{"another penalty", with(hinted(2), &quarter), []Response{chosen("no"), chosen("yes")}, 0.75, true},
		{"no penalty", with(hinted(2), &none), []Response{chosen("no"), chosen("never"), chosen("yes")}, 1, true},

		{"parts: all at once", pairs("x", "y", "z"), []Response{p("x", "y", "z")}, 1, true},
		{"parts: one was right from the first try", pairs("x", "y", "z"), []Response{p("x", "z", "y"), p("x", "y", "z")}, 0.7777778, true}, // (1 + 2/3 + 2/3) / 3
		{"parts: one each try", pairs("x", "y", "z"), []Response{p("x", "", ""), p("x", "y", ""), p("x", "y", "z")}, 0.6666667, true},      // (1 + 2/3 + 1/3) / 3
		{"parts: right, wrong, right again counts the last time", pairs("x", "y", "z"), []Response{p("x", "", ""), p("y", "", ""), p("x", "", "")}, 0.1111111, true},
		{"parts: open while one is wrong", pairs("x", "y", "z"), []Response{p("x", "y", "y")}, 0.6666667, false},
		{"statements: one was right from the first try", sorted, []Response{p("x", "y", "x"), p("x", "x", "y")}, 0.7777778, true},
		{"an order is one whole", ordered, []Response{p("1", "3", "2"), p("1", "2", "3")}, 0.6666667, true},

		{"gaps: all at once", gapped(), []Response{fill("Rhine", "yes")}, 1, true},
		{"gaps: the heavy one from the first try", gapped(), []Response{fill("Rhine", "no"), fill("Rhine", "yes")}, 0.8888889, true},                                          // (2 + 2/3) / 3
		{"gaps: the light one from the first try", gapped(), []Response{fill("", "yes"), fill("Rhine", "yes")}, 0.7777778, true},                                              // (2 x 2/3 + 1) / 3
		{"gaps: right in part, then right", gapped(), []Response{fill("a big river", "yes"), fill("Rhine", "yes")}, 0.7777778, true},                                          // a part is not kept
		{"gaps: as much in part by another text", gapped(), []Response{fill("a big river", "yes"), fill("a broad river", "yes")}, 0.6666667, false},                           // (2 x 1/2 + 1) / 3
		{"gaps: one right from the first try, one at the third", gapped(), []Response{fill("Rhine", "maybe"), fill("Rhine", "no"), fill("Rhine", "yes")}, 0.7777778, true},    // (2 + 1/3) / 3
		{"gaps: what comes late in part is worth nothing, not less", gapped(), []Response{fill("", "yes"), fill("Main", "yes"), fill("a big river", "yes")}, 0.3333333, true}, // (0 + 1) / 3
		{"gaps: worse at last", gapped(), []Response{fill("Rhine", "maybe"), fill("a big river", "no")}, 0.1111111, false},                                                    // 2 x (1/2 - 1/3) / 3
	}
	for _, test := range tests {
		a := NewAttempt("towns-id", Edition{Questions: []*Question{test.q}}, practice, nil, noon)
		for i, r := range test.tries {
			if changed, err := a.Answer(0, test.q, Submission{Response: r, Try: i + 1}, noon); !changed || err != nil {
				t.Errorf("%s: try %d: %v, %v", test.name, i+1, changed, err)
			}
		}
		ans := a.Answers[0]
		if ans.Fraction != test.fraction || ans.Closed != test.closed || a.Reveals(0) != test.closed || a.Given() != bool2int(test.closed) {
			t.Errorf("%s: fraction %v, closed %v, revealed %v; want %v, %v", test.name, ans.Fraction, ans.Closed, a.Reveals(0), test.fraction, test.closed)
		}
		if own, want := ans.Own(test.q), Grade(test.q, test.tries[len(test.tries)-1]); own != want {
			t.Errorf("%s: the last try earns %v by itself, want %v", test.name, own, want)
		}
		if changed, err := a.Answer(0, test.q, Submission{Response: test.tries[0], Try: 1}, noon); changed || err != nil {
			t.Errorf("%s: the first try sent again: %v, %v", test.name, changed, err)
		}
	}
}

// TestUnscoredAnswers: what is not graded may be answered again until the end, has one try, and counts for no grade.
func TestUnscoredAnswers(t *testing.T) {
	e := quizOf(1)
	e.Questions = append(e.Questions, // no lesson may have these hints; were they there, no further try would wait for them
		&Question{ID: "stand", Body: &Position{Options: []Stance{{ID: "a"}, {ID: "b"}, {ID: "c"}}}},
		&Question{ID: "write", Hints: make([]Text, 2), Body: &OwnWords{Criteria: []Criterion{{ID: "a"}, {ID: "b"}}}})
	seen, words := Response{seenField: {"1"}}, func(s string) Response { return Response{wordsField: {s}} }
	for _, rules := range []Rules{practice, {Preset: Homework}, {Preset: Test, Limit: time.Hour}} {
		a := NewAttempt("towns-id", e, rules, nil, noon)
		give := func(i int, r Response, at time.Duration, wantChanged bool, wantErr error) {
			t.Helper()
			changed, err := a.Answer(i, e.Questions[i], Submission{Response: r, Try: 1}, noon.Add(at))
			if changed != wantChanged || !errors.Is(err, wantErr) {
				t.Errorf("%s: Answer(%d, %v) = %v, %v; want %v, %v", rules.Preset, i, r, changed, err, wantChanged, wantErr)
			}
		}
		kept := func(i int, r Response, after time.Duration) {
			t.Helper()
			want := &Answer{Tries: tried(r), Closed: rules.Preset == Practice, After: after}
			if diff := cmp.Diff(want, a.Answers[i]); diff != "" {
				t.Errorf("%s: %s", rules.Preset, diff)
			}
		}
		give(1, seen, time.Second, true, nil)
		give(1, seen, 2*time.Second, false, nil)
		kept(1, seen, time.Second)
		if a.Given() != 1 || a.NextOpen(0) != 2 {
			t.Errorf("%s: %d given, then comes %d", rules.Preset, a.Given(), a.NextOpen(0))
		}

		give(2, seen, 3*time.Second, true, nil)
		give(2, words("A town."), 4*time.Second, true, nil) // though in Practice its solution would be locked
		give(2, words("A town."), 5*time.Second, false, nil)
		give(2, words("A city."), 6*time.Second, true, nil)
		give(2, seen, 7*time.Second, false, nil) // to go on without words takes none away
		kept(2, words("A city."), 6*time.Second)
		if changed, err := a.GiveUp(2, noon); changed || err != nil {
			t.Errorf("%s: giving up own words: %v, %v", rules.Preset, changed, err)
		}
		if got := a.Reveals(1); got != (rules.Preset == Practice) {
			t.Errorf("%s: the arguments show: %v", rules.Preset, got)
		}

		give(0, chosen("yes"), 8*time.Second, true, nil)
		if a.Given() != 3 || a.NextOpen(0) != -1 || a.Grade(e) != (Score{Points: 1, Max: 1}) {
			t.Errorf("%s: %d given, then comes %d, grade %+v", rules.Preset, a.Given(), a.NextOpen(0), a.Grade(e))
		}
		if rules.Limit != 0 {
			give(2, words("Late."), 2*time.Hour, false, ErrTimeUp)
			give(2, seen, 2*time.Hour, false, nil)
		}
		a.Finish(noon)
		if rules.Limit == 0 {
			give(2, words("Late."), time.Minute, false, ErrFinished)
		}
		give(2, words("A city."), time.Minute, false, nil)
		kept(2, words("A city."), 6*time.Second)

		back, err := ReadAttempt(a.ID, a.Lesson, a.Stored())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a.Answers, back.Answers); diff != "" {
			t.Errorf("%s: stored, it is something else:\n%s", rules.Preset, diff)
		}
	}
}

// TestNothingScored: a quiz of opinions alone has no grade to divide by.
func TestNothingScored(t *testing.T) {
	e := Edition{Questions: []*Question{{ID: "stand", Weight: 3, Certainty: CertaintyMarks, Body: new(Position)}}}
	a := NewAttempt("towns-id", e, practice, nil, noon)
	if _, err := a.Answer(0, e.Questions[0], Submission{Response: Response{seenField: {"1"}}, Certainty: Very}, noon); err != nil {
		t.Fatal(err)
	}
	if got := a.Grade(e); got != (Score{}) || got.Fraction() != 0 {
		t.Errorf("Grade = %+v, %v", got, got.Fraction())
	}
}

// TestTriesNeverGain: with a further wrong try before it, an answer earns no more than without, and never less than 0.
func TestTriesNeverGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := genQuestion(t)
		q.Hints = make([]Text, 2)
		last := genHonest(t, q)
		tries := []Response{last}
		for range rapid.IntRange(1, 2).Draw(t, "earlier") {
			before := gradeTries(q, tries)
			tries = slices.Insert(tries, 0, genHonest(t, q))
			if after := gradeTries(q, tries); after > before || after < 0 || math.IsNaN(after) {
				t.Fatalf("%v is worth %v, without the first try it was %v", tries, after, before)
			}
		}
	})
}

// TestStaleTry: a second tab still shows the first try, and what it sends must not use up the second.
func TestStaleTry(t *testing.T) {
	q := hinted(2)
	a := NewAttempt("towns-id", Edition{Questions: []*Question{q}}, practice, nil, noon)
	give := func(try int, id string, want bool) {
		t.Helper()
		if changed, err := a.Answer(0, q, Submission{Response: chosen(id), Try: try}, noon); changed != want || err != nil {
			t.Errorf("try %d %s: %v, %v", try, id, changed, err)
		}
	}
	give(1, "no", true)
	give(1, "yes", false)
	give(2, "no", false) // the same once more is a double click
	give(0, "never", true)
	if changed, err := a.GiveUp(0, noon); !changed || err != nil || !a.Reveals(0) {
		t.Errorf("giving up: %v, %v", changed, err)
	}
	give(3, "yes", false)
	if changed, _ := a.GiveUp(0, noon); changed {
		t.Error("giving up twice")
	}
	if diff := cmp.Diff(tried(chosen("no"), chosen("never")), a.Answers[0].Tries); diff != "" {
		t.Error(diff)
	}
}

func TestGiveUpNeedsATry(t *testing.T) {
	e := quizOf(1)
	for _, rules := range []Rules{practice, {Preset: Homework}, {Preset: Test}} {
		a := NewAttempt("towns-id", e, rules, nil, noon)
		if changed, err := a.GiveUp(0, noon); changed || err != nil || a.Reveals(0) {
			t.Errorf("%s without an answer: %v, %v", rules.Preset, changed, err)
		}
		if rules.Preset == Practice {
			continue
		}
		if _, err := a.Answer(0, e.Questions[0], sent(chosen("no")), noon); err != nil {
			t.Fatal(err)
		}
		if changed, _ := a.GiveUp(0, noon); changed || a.Reveals(0) {
			t.Errorf("%s shows its solution before the end", rules.Preset)
		}
	}
}

func TestHomework(t *testing.T) {
	e := quizOf(2)
	a := NewAttempt("towns-id", e, Rules{Preset: Homework}, nil, noon)
	for _, id := range []string{"no", "yes", "no", "yes"} {
		if changed, err := a.Answer(0, e.Questions[0], Submission{Response: chosen(id), Try: 1}, noon); !changed || err != nil {
			t.Errorf("%s: %v, %v", id, changed, err)
		}
	}
	if a.Reveals(0) || a.Given() != 1 || a.NextOpen(0) != 1 || len(a.Answers[0].Tries) != 1 {
		t.Errorf("before handing in: %+v", a.Answers[0])
	}
	a.Finish(noon)
	if !a.Reveals(0) || !a.Reveals(1) || !a.Reviewable() || a.Grade(e) != (Score{Points: 1, Max: 2}) {
		t.Errorf("after handing in: %+v", a.Grade(e))
	}
	if changed, err := a.Answer(1, e.Questions[1], sent(chosen("yes")), noon); changed || !errors.Is(err, ErrFinished) {
		t.Errorf("afterwards: %v, %v", changed, err)
	}
}

// TestTime goes through a timed test by an injected clock.
func TestTime(t *testing.T) {
	e := quizOf(3)
	rules := Rules{Preset: Test, Limit: 10 * time.Minute, Extra: 1.5}
	end := noon.Add(15 * time.Minute)
	answer := func(at time.Time) (*Attempt, error) {
		a := NewAttempt("towns-id", e, rules, nil, noon)
		if _, err := a.Answer(0, e.Questions[0], sent(chosen("yes")), noon); err != nil {
			t.Fatal(err)
		}
		a.Settle(at)
		_, err := a.Answer(1, e.Questions[1], sent(chosen("yes")), at)
		return a, err
	}
	for _, test := range []struct {
		at   time.Time
		want error
	}{{end.Add(-time.Second), nil}, {end, nil}, {end.Add(Grace), nil}, {end.Add(Grace + time.Second), ErrTimeUp}, {end.Add(time.Hour), ErrTimeUp}} {
		a, err := answer(test.at)
		if !errors.Is(err, test.want) || a.Answers[0] == nil || (a.Answers[1] != nil) != (test.want == nil) {
			t.Errorf("%v after the end: %v", test.at.Sub(end), err)
		}
		if over := test.want != nil; a.Done() != over || over && !a.Finished.Equal(end) {
			t.Errorf("%v after the end: done %v at %v", test.at.Sub(end), a.Done(), a.Finished)
		}
	}
	a, _ := answer(end.Add(time.Hour))
	if a.Reveals(0) || a.Reviewable() || a.Finish(end.Add(time.Hour)) {
		t.Error("a test that nobody released tells its answers, or is handed in again")
	}
	a.Released = true
	if !a.Reveals(1) || !a.Reviewable() {
		t.Error("a released test tells nothing")
	}
	open := NewAttempt("towns-id", e, rules, nil, noon)
	if open.Released = true; open.Reveals(0) {
		t.Error("released before it is handed in, it tells its answers")
	}
	untimed := NewAttempt("towns-id", e, Rules{Preset: Test}, nil, noon)
	if untimed.Settle(noon.Add(1000 * time.Hour)); untimed.Done() {
		t.Error("without a limit the time runs out")
	}
}

func TestRules(t *testing.T) {
	for _, ok := range []Rules{{Preset: Practice}, {Preset: Homework}, {Preset: Test}, {Preset: Test, Limit: time.Minute}, {Preset: Test, Limit: time.Hour, Extra: 1.25}} {
		if err := ok.Check(); err != nil {
			t.Errorf("%+v: %v", ok, err)
		}
	}
	for _, bad := range []Rules{
		{},
		{Preset: "exam"},
		{Preset: Practice, Limit: time.Minute},
		{Preset: Homework, Limit: time.Minute},
		{Preset: Test, Limit: -time.Minute},
		{Preset: Test, Limit: time.Millisecond},
		{Preset: Test, Limit: 25 * time.Hour},
		{Preset: Test, Extra: 0.5},
		{Preset: Test, Extra: 11},
	} {
		if bad.Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
}

func TestOverall(t *testing.T) {
	list := []float64{0.5, 1, 0.25, 0.3333333}
	for m, want := range map[Method]float64{Highest: 1, Average: 0.5208333, First: 0.5, Last: 0.3333333} {
		if got := Overall(m, list); got != want {
			t.Errorf("%s = %v, want %v", m, got, want)
		}
		if got := Overall(m, nil); got != 0 {
			t.Errorf("%s of nothing = %v", m, got)
		}
	}
}

func TestWeights(t *testing.T) {
	e := quizOf(4)
	e.Questions[0].Weight, e.Questions[1].Weight = 3, 0.5
	a := answered(1, 1, 0, -1)
	if got := a.Grade(e); got != (Score{Points: 3.5, Max: 5.5}) || got.Fraction() != 0.6363636 {
		t.Errorf("Grade = %+v, %v", got, got.Fraction())
	}
	if got := (Score{}).Fraction(); got != 0 {
		t.Errorf("nothing of nothing is %v", got)
	}
}

// TestDraw draws from a pool again and again: so many, in order, the least met first, the same for the same seed.
func TestDraw(t *testing.T) {
	e := quizOf(7)
	e.Pools = []Pool{{"p", 2}}
	for _, i := range []int{1, 2, 4, 5} {
		e.Questions[i].Pool = "p"
	}
	seen := map[string]int{}
	for _, seed := range []string{"s1", "s2", "s3", "s4"} {
		a := NewAttempt(seed, e, practice, seen, noon)
		own := a.Of(e)
		if len(a.Drawn) != 5 || len(a.Answers) != 5 || !slices.IsSorted(a.Drawn) || own.Questions[0] != e.Questions[0] || own.Questions[4] != e.Questions[6] {
			t.Fatalf("drawn %v", a.Drawn)
		}
		if again := NewAttempt(seed, e, practice, seen, noon); !slices.Equal(again.Drawn, a.Drawn) {
			t.Errorf("the same seed draws %v, then %v", a.Drawn, again.Drawn)
		}
		for _, q := range own.Questions {
			seen[q.ID]++
		}
	}
	for _, i := range []int{1, 2, 4, 5} {
		if n := seen[e.Questions[i].ID]; n != 2 {
			t.Errorf("after four attempts at 2 of 4, question %d was met %d times", i, n)
		}
	}
	if a := NewAttempt("s", quizOf(2), practice, nil, noon); a.Drawn != nil {
		t.Errorf("without pools, %v is drawn", a.Drawn)
	}
	differ := map[string]bool{}
	for seed := range 20 {
		differ[jsonOf(t, NewAttempt(string(rune('a'+seed)), e, practice, nil, noon).Drawn)] = true
	}
	if len(differ) < 3 {
		t.Errorf("20 learners get only %d draws", len(differ))
	}
}

func TestCertaintyMarks(t *testing.T) {
	want := map[Certainty][2]float64{NotSaid: {1, 0}, NoIdea: {0, 0}, Unsure: {1, 0}, Fairly: {2, -2}, Very: {3, -6}}
	for c, marks := range want {
		if c.Mark(1) != marks[0] || c.Mark(0) != marks[1] {
			t.Errorf("%s: %v and %v, want %v", c, c.Mark(1), c.Mark(0), marks)
		}
		if back, ok := ParseCertainty(c.String()); !ok || back != c {
			t.Errorf("%q is read as %v", c.String(), back)
		}
	}
	if _, ok := ParseCertainty("certainly"); ok {
		t.Error("an unknown level is read")
	}
	e := quizOf(2)
	e.Questions[0].Certainty, e.Questions[1].Certainty = CertaintyMarks, CertaintyReport
	a := answered(0, 1)
	a.Answers[0].Certainty, a.Answers[1].Certainty = Very, Very
	if got := a.Grade(e); got != (Score{Points: -1, Max: 2}) { // −6/3 + 1
		t.Errorf("Grade = %+v", got)
	}
}

func TestCalibrate(t *testing.T) {
	say := func(c Certainty, fractions ...float64) (list []*Answer) {
		for _, f := range fractions {
			list = append(list, &Answer{Certainty: c, Fraction: f})
		}
		return list
	}
	for _, test := range []struct {
		name    string
		answers []*Answer
		want    Calibration
	}{
		{"nothing", nil, Calibration{}},
		{"too few", say(Very, 0, 0), Calibration{Levels: []LevelAccuracy{{Very, 2, 0}}}},
		{"too sure", append(say(Very, 1, 0), say(Fairly, 0)...), Calibration{[]LevelAccuracy{{Very, 2, 0.5}, {Fairly, 1, 0}}, "over"}},
		{"two of three is the break-even", say(Fairly, 1, 1, 0), Calibration{[]LevelAccuracy{{Fairly, 3, 0.6666667}}, "fits"}},
		{"too unsure", append(say(Unsure, 1, 1), say(NoIdea, 1)...), Calibration{[]LevelAccuracy{{Unsure, 2, 1}, {NoIdea, 1, 1}}, "under"}},
		{"both at once", append(say(Very, 0, 0, 0), say(Unsure, 1, 1, 1)...), Calibration{[]LevelAccuracy{{Very, 3, 0}, {Unsure, 3, 1}}, "mixed"}},
		{"never sure, and rightly", say(NoIdea, 0, 0, 1), Calibration{[]LevelAccuracy{{NoIdea, 3, 0.3333333}}, "aware"}},
		{"well", append(say(Very, 1, 1, 1), say(Unsure, 0, 0, 1)...), Calibration{[]LevelAccuracy{{Very, 3, 1}, {Unsure, 3, 0.3333333}}, "fits"}},
	} {
		if diff := cmp.Diff(test.want, Calibrate(test.answers)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestDiscern(t *testing.T) {
	judge := func(realTrusted, realNot, fakeTrusted, fakeNot, blank int) (list []Judgement) {
		for range realTrusted {
			list = append(list, Judgement{Real: true, Given: true, Trusted: true})
		}
		for range realNot {
			list = append(list, Judgement{Real: true, Given: true})
		}
		for range fakeTrusted {
			list = append(list, Judgement{Given: true, Trusted: true})
		}
		for range fakeNot {
			list = append(list, Judgement{Given: true})
		}
		for range blank {
			list = append(list, Judgement{})
		}
		return list
	}
	for _, test := range []struct {
		name string
		list []Judgement
		want Discernment
	}{
		{"few", judge(3, 4, 1, 2, 5), Discernment{TrustedReal: 3, DistrustedReal: 4, TrustedFake: 1, DistrustedFake: 2}},
		// (8+0.5)/11 and (2+0.5)/11: z = ±0.7478586.
		{"even", judge(8, 2, 2, 8, 0), Discernment{8, 2, 2, 8, &Indices{0.8, 0.2, 1.4957172, 0}}},
		{"trusts nothing", judge(0, 10, 0, 10, 0), Discernment{0, 10, 0, 10, &Indices{1, 1, 0, -1.6906216}}},
		{"only real ones", judge(20, 0, 0, 0, 0), Discernment{TrustedReal: 20}},
	} {
		if diff := cmp.Diff(test.want, Discern(test.list)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// TestJudgements: who says that something real is real trusts it; a blank, or what is neither, is no judgement.
func TestJudgements(t *testing.T) {
	questions := questionsByID(t)
	trusted, distrusted := true, false
	judged := func(isReal bool, trust *bool) Judgement {
		return Judgement{Real: isReal, Given: trust != nil, Trusted: trust != nil && *trust}
	}
	tests := []struct {
		question string
		response Response
		want     []Judgement
	}{
		{"postcard", chosen("true"), []Judgement{judged(false, &trusted)}},
		{"postcard", chosen("false"), []Judgement{judged(false, &distrusted)}},
		{"postcard", nil, []Judgement{judged(false, nil)}},
		{"postcard", chosen("true", "false"), []Judgement{judged(false, nil)}},
		{"postcard", chosen("moon"), []Judgement{judged(false, nil)}}, // never read from a form
		{"confluence", chosen("true"), nil},                           // not about something that could be faked
		{"album", Response{"ferry": {"real"}, "castle": {"real"}, "map": {"real"}}, []Judgement{judged(true, &trusted), judged(false, &trusted)}},
		{"album", Response{"ferry": {"made-up"}, "castle": {"made-up"}, "map": {"made-up"}}, []Judgement{judged(true, &distrusted), judged(false, &distrusted)}},
		{"album", Response{"ferry": {"drawn"}, "castle": {"made-up"}}, []Judgement{judged(true, nil), judged(false, &distrusted)}},
		{"album", Response{"ferry": {"real", "made-up"}, "castle": {"moon"}}, []Judgement{judged(true, nil), judged(false, nil)}},
		{"album", nil, []Judgement{judged(true, nil), judged(false, nil)}},
		{"guidebook", Response{"length": {"fact"}}, nil}, // its groups are neither real nor fake
	}
	for _, test := range tests {
		got := questions[test.question].Body.(Discerning).Judgements(test.response)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %v:\n%s", test.question, test.response, diff)
		}
	}
}

// TestDiscernment counts over an attempt: of each question the first try, and none of what was not answered.
func TestDiscernment(t *testing.T) {
	questions := questionsByID(t)
	e := Edition{Questions: []*Question{questions["postcard"], questions["border"], questions["album"], questions["postcard"]}}
	a := &Attempt{Answers: []*Answer{
		{Tries: tried(chosen("true"), chosen("false"))}, // the second knows that the first was wrong
		{Tries: tried(chosen("city"))},
		{Tries: tried(Response{"ferry": {"real"}, "castle": {"made-up"}})},
		nil,
	}}
	if diff := cmp.Diff(Discernment{TrustedReal: 1, TrustedFake: 1, DistrustedFake: 1}, a.Discernment(e)); diff != "" {
		t.Error(diff)
	}
}
