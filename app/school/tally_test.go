package school

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// choiceOf is a question with options of which the first is right.
func choiceOf(id string, options ...string) *quiz.Question {
	c := &quiz.Choice{}
	for i, o := range options {
		c.Options = append(c.Options, quiz.Option{ID: o, Right: i == 0, Text: quiz.Text{"de": "de " + o, "en": o}})
	}
	return &quiz.Question{ID: id, Body: c}
}

func editionOf(questions ...*quiz.Question) quiz.Edition {
	return quiz.Edition{Lesson: "l", Questions: questions}.Named()
}

// took is a finished attempt that answers each question with the option that is named for it; "" leaves it out.
func took(t *testing.T, e quiz.Edition, id string, options ...string) Taken {
	t.Helper()
	a := quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Homework}, nil, now)
	for i, o := range options {
		if o != "" {
			answer(t, a, i, a.Of(e).Questions[i], quiz.Response{"option": {o}})
		}
	}
	a.Finish(now.Add(time.Minute))
	return Taken{a, e}
}

func answer(t *testing.T, a *quiz.Attempt, i int, q *quiz.Question, r quiz.Response) {
	t.Helper()
	if changed, err := a.Answer(i, q, quiz.Submission{Response: r}, now); err != nil || !changed {
		t.Fatalf("%s: %v, %v", q.ID, changed, err)
	}
}

func add(t *testing.T, tally *Tally, method quiz.Method, taken ...Taken) {
	t.Helper()
	if err := tally.AddLearner(taken, method); err != nil {
		t.Fatal(err)
	}
}

// optionsOf are an item's options in one line each.
func optionsOf(it ItemReport) (lines []string) {
	for _, o := range it.Options {
		line := fmt.Sprintf("%s=%s %d", o.Field, o.Value, o.N)
		if o.Mean != nil {
			line += fmt.Sprintf(" %.2f", *o.Mean)
		}
		if o.Right {
			line += " right"
		}
		lines = append(lines, line)
	}
	return lines
}

// TestTally counts 30 attempts at three questions: 15 know all, 10 the first alone, 5 leave the last one out.
func TestTally(t *testing.T) {
	e := editionOf(choiceOf("a", "yes", "no", "maybe"), choiceOf("b", "yes", "no"), choiceOf("c", "yes", "no"))
	e.Questions[2].Weight = 2
	var tally Tally
	for i := range 30 {
		options := []string{"yes", "yes", "yes"}
		switch {
		case i >= 25:
			options = []string{"no", "no", ""}
		case i >= 15:
			options = []string{"yes", "no", "no"}
		}
		add(t, &tally, quiz.First, took(t, e, fmt.Sprint("l-", i), options...))
	}
	tests := tally.Tests()
	if len(tests) != 1 {
		t.Fatalf("%d tests", len(tests))
	}
	r := tests[0]
	if r.Attempts != 30 || r.Versions != 1 || r.Edition != e.ID || r.Items != nil {
		t.Errorf("%+v", r)
	}
	if r.Mean == nil || !near(*r.Mean, (15*4+10)/30.0) {
		t.Errorf("mean %v", show(r.Mean))
	}
	a, c := r.Questions[0], r.Questions[2]
	if a.Right != 25 || a.Wrong != 5 || a.Blank != 0 || a.N != 30 || !near(*a.Facility, 25.0/30) || !near(*a.RandomGuessScore, 1.0/3) {
		t.Errorf("a: %+v", a)
	}
	if c.Right != 15 || c.Wrong != 10 || c.Blank != 5 || c.MaxMark != 2 || !near(*c.Facility, 0.5) {
		t.Errorf("c: %+v", c)
	}
	if diff := cmp.Diff([]string{"option=yes 25 2.80 right", "option=no 5 0.00", "option=maybe 0"}, optionsOf(a)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"option=yes 15 4.00 right", "option=no 10 1.00"}, optionsOf(c)); diff != "" {
		t.Error(diff)
	}
	if a.Options[0].Text["de"] != "de yes" {
		t.Errorf("the option is called %v", a.Options[0].Text)
	}
	var tree struct {
		Items []map[string]any
		CIC   *float64
	}
	data, err := json.Marshal(r)
	if err != nil || json.Unmarshal(data, &tree) != nil || len(tree.Items) != 3 || tree.CIC == nil {
		t.Fatalf("%v: %s", err, data)
	}
	if it := tree.Items[0]; it["id"] != "a" || it["kind"] != "choice" || it["facility"] == nil || it["options"].([]any)[0].(map[string]any)["mean_total"] == nil {
		t.Errorf("%s", data)
	}
}

// TestTooFew: with 19 attempts there are counts and no index, with 20 there are both; a question of a pool has its own
// number.
func TestTooFew(t *testing.T) {
	for _, n := range []int{1, 19, 20} {
		e := editionOf(choiceOf("a", "yes", "no"), choiceOf("b", "yes", "no"))
		var tally Tally
		for i := range n {
			add(t, &tally, quiz.First, took(t, e, fmt.Sprint("l-", i), []string{"yes", "no"}[i%2], []string{"yes", "no"}[i/2%2]))
		}
		r := tally.Tests()[0]
		it := r.Questions[0]
		if r.Attempts != n || it.N != n || it.Right != (n+1)/2 || it.Options[0].N != (n+1)/2 || it.MaxMark != 1 {
			t.Errorf("%d attempts: the counts are %+v", n, r)
		}
		enough := n >= 20
		for name, f := range map[string]*float64{
			"facility": it.Facility, "discrimination": it.DiscriminationIndex, "weight": it.EffectiveWeight,
			"guess": it.RandomGuessScore, "mean of an option": it.Options[0].Mean, "mean": r.Mean, "CIC": r.CIC, "skewness": r.Skewness,
		} {
			if (f != nil) != enough {
				t.Errorf("%d attempts: %s is %s", n, name, show(f))
			}
		}
		if (it.Reading == TooFew) == enough || (r.Reading == TooFew) == enough {
			t.Errorf("%d attempts read %s and %s", n, it.Reading, r.Reading)
		}
	}
}

// TestTallyOfPools: each question has the number of attempts that drew it.
func TestTallyOfPools(t *testing.T) {
	e := quiz.Edition{Lesson: "l", Pools: []quiz.Pool{{ID: "p", Take: 2}}, Questions: []*quiz.Question{choiceOf("fixed", "yes", "no")}}
	for i := range 5 {
		q := choiceOf(fmt.Sprint("q", i), "yes", "no")
		q.Pool = "p"
		e.Questions = append(e.Questions, q)
	}
	e = e.Named()
	var tally Tally
	for i := range 40 {
		options := []string{"yes", "no", "yes"}
		if i%3 == 0 {
			options = []string{"no", "no", "no"}
		}
		add(t, &tally, quiz.First, took(t, e, fmt.Sprint("l-", i), options...))
	}
	r, drawn := tally.Tests()[0], 0
	for _, it := range r.Questions[1:] {
		drawn += it.N
		if it.Pool != "p" || it.N == 0 || it.N == 40 {
			t.Errorf("%s was asked %d times", it.ID, it.N)
		}
		if (it.Facility != nil) != (it.N >= EnoughAttempts) {
			t.Errorf("%s was asked %d times, its facility is %s", it.ID, it.N, show(it.Facility))
		}
	}
	if drawn != 80 || r.Questions[0].N != 40 || r.CIC == nil {
		t.Errorf("%d drawn: %+v", drawn, r)
	}
}

// TestWhichAttempts: of a learner's attempts the method's one counts, and open ones never do.
func TestWhichAttempts(t *testing.T) {
	e := editionOf(choiceOf("a", "yes", "no", "maybe"), choiceOf("b", "yes", "no"))
	at := func(one Taken, minutes int) Taken {
		one.Attempt.Started = now.Add(time.Duration(minutes) * time.Minute)
		return one
	}
	open := at(took(t, e, "l-0", "maybe", "yes"), -10)
	open.Attempt.Finished = time.Time{}
	list := []Taken{at(took(t, e, "l-3", "yes", "no"), 3), open, at(took(t, e, "l-1", "no", "no"), 1), at(took(t, e, "l-2", "yes", "yes"), 2)}
	for method, want := range map[quiz.Method][2]int{quiz.First: {0, 0}, quiz.Last: {1, 0}, quiz.Highest: {1, 1}, AllAttempts: {2, 1}} {
		var tally Tally
		add(t, &tally, method, slices.Clone(list)...)
		r := tally.Tests()[0]
		if n := map[bool]int{true: 3, false: 1}[method == AllAttempts]; r.Attempts != n || r.Questions[0].Right != want[0] || r.Questions[1].Right != want[1] {
			t.Errorf("%s: %+v", method, r)
		}
	}
	var tally Tally
	if add(t, &tally, AllAttempts, open); len(tally.Tests()) != 0 {
		t.Error("an open attempt is counted")
	}
}

// TestWhatIsOneTest: other words and keys make another version, another question or weight another test.
func TestWhatIsOneTest(t *testing.T) {
	first := editionOf(choiceOf("a", "yes", "no", "gone"), choiceOf("b", "yes", "no"))
	words := editionOf(choiceOf("a", "yes", "no", "new"), choiceOf("b", "yes", "no"))
	words.Questions[0].Stem = quiz.Text{"en": "the new words"}
	words.Since = 1764000000000
	more := editionOf(choiceOf("a", "yes", "no"), choiceOf("b", "yes", "no"), choiceOf("c", "yes", "no"))
	more.Since = 1765000000000
	heavy := editionOf(choiceOf("a", "yes", "no"), choiceOf("b", "yes", "no"))
	heavy.Questions[1].Weight = 3
	heavy.Since = 1
	var tally Tally
	add(t, &tally, quiz.First, took(t, first, "l-1", "gone", "yes"))
	add(t, &tally, quiz.First, took(t, words.Named(), "l-2", "new", "yes"), took(t, more, "l-3", "yes", "yes", "no"))
	add(t, &tally, quiz.First, took(t, heavy, "l-4", "yes", "no"))
	tests := tally.Tests()
	if len(tests) != 3 || tests[0].Edition != more.ID || tests[1].Versions != 2 || tests[1].Attempts != 2 || tests[2].Edition != heavy.ID {
		t.Fatalf("%+v", tests)
	}
	a := tests[1].Questions[0]
	if a.Question.Stem["en"] != "the new words" || !tests[1].Since.Equal(time.UnixMilli(words.Since)) {
		t.Errorf("not the newest version: %v of %v", a.Question.Stem, tests[1].Since)
	}
	if diff := cmp.Diff([]string{"option=gone 1", "option=new 1", "option=no 0", "option=yes 0 right"}, optionsOf(a)); diff != "" {
		t.Error(diff)
	}
	if a.Options[0].Text["en"] != "gone" {
		t.Errorf("an option that is gone has lost its words: %+v", a.Options[0])
	}
}

// TestTallyMissed: practising what was missed is no attempt at the quiz.
func TestTallyMissed(t *testing.T) {
	q := choiceOf("a", "yes", "no")
	quizzed := editionOf(q)
	missed := quiz.Edition{Lesson: "l", Missed: true, Questions: []*quiz.Question{q, choiceOf("a", "yes", "no")}}.Named()
	again := quiz.NewAttemptAt("again", missed, []int{1}, quiz.Rules{Preset: quiz.Practice}, now)
	again.Finish(now.Add(time.Minute))
	var tally Tally
	add(t, &tally, AllAttempts, took(t, quizzed, "first", "no"), Taken{again, missed})
	if tests := tally.Tests(); len(tests) != 1 || tests[0].Attempts != 1 {
		t.Errorf("%d tests: %+v", len(tests), tests)
	}
}

// TestTallyOfTries: what was chosen at first counts among the options, what all tries earned among the marks.
func TestTallyOfTries(t *testing.T) {
	q := choiceOf("a", "yes", "no")
	q.Hints = []quiz.Text{{"en": "think"}}
	e := editionOf(q)
	a := quiz.NewAttempt("l-1", e, quiz.Rules{Preset: quiz.Practice}, nil, now)
	answer(t, a, 0, q, quiz.Response{"option": {"no"}})
	answer(t, a, 0, q, quiz.Response{"option": {"yes"}})
	a.Finish(now)
	var tally Tally
	add(t, &tally, quiz.First, Taken{a, e})
	it := tally.Tests()[0].Questions[0]
	if diff := cmp.Diff([]string{"option=no 1", "option=yes 0 right"}, optionsOf(it)); diff != "" || it.Partial != 1 {
		t.Errorf("%+v: %s", it, diff)
	}
}

// TestNobodyInIt: an analysis holds no learner, no opinion and nobody's own words.
func TestNobodyInIt(t *testing.T) {
	words := &quiz.Question{ID: "w", Body: &quiz.OwnWords{Criteria: []quiz.Criterion{{ID: "c"}}}}
	opinion := &quiz.Question{ID: "p", Body: &quiz.Position{Options: []quiz.Stance{{ID: "for"}, {ID: "against"}}}}
	e := editionOf(choiceOf("a", "yes", "no"), words, opinion)
	a := quiz.NewAttempt("l-abcdefghjkmnpqrs", e, quiz.Rules{Preset: quiz.Homework}, nil, now)
	answer(t, a, 0, e.Questions[0], quiz.Response{"option": {"yes"}})
	answer(t, a, 1, words, quiz.Response{"words": {"my own thoughts"}})
	answer(t, a, 2, opinion, quiz.Response{"_seen": {"1"}})
	a.Finish(now)
	var tally Tally
	add(t, &tally, quiz.First, Taken{a, e})
	r := tally.Tests()[0]
	data, err := json.Marshal(r)
	if err != nil || len(r.Questions) != 1 {
		t.Fatalf("%v: %s", err, data)
	}
	if it := r.Questions[0]; it.Right != 1 || it.Wrong+it.Partial+it.Blank != 0 {
		t.Errorf("what is not scored is counted for something else: %+v", it)
	}
	for _, secret := range []string{"thoughts", "abcdefghjkmnpqrs", "for", `"w"`} {
		if strings.Contains(strings.ReplaceAll(string(data), "for_", ""), secret) {
			t.Errorf("%q is in it: %s", secret, data)
		}
	}
}

// TestTallyRefuses: an attempt that does not fit its questions is named, and none of that learner's is counted.
func TestTallyRefuses(t *testing.T) {
	e := editionOf(choiceOf("a", "yes", "no"))
	good, bad := took(t, e, "l-1", "yes"), took(t, e, "l-2", "yes")
	bad.Attempt.Answers = append(bad.Attempt.Answers, nil)
	empty := took(t, e, "l-3", "yes")
	empty.Attempt.Answers[0] = &quiz.Answer{}
	for name, broken := range map[string]Taken{"l-2": bad, "l-3": empty} {
		var tally Tally
		if err := tally.AddLearner([]Taken{good, broken}, AllAttempts); err == nil || !strings.Contains(err.Error(), name) || len(tally.Tests()) != 0 {
			t.Errorf("%s: %v, %d tests", name, err, len(tally.Tests()))
		}
	}
}

// TestTallyTyped: answers are equal when nothing but spaces and capitals differ, and the most frequent comes first.
func TestTallyTyped(t *testing.T) {
	q := &quiz.Question{ID: "s", Body: &quiz.Short{Answers: []quiz.ShortAnswer{{Text: quiz.Text{"de": "Rhein", "en": "Rhine"}}}}}
	e := editionOf(q)
	var tally Tally
	many := []string{"Rhine", "Danube", "danube ", "DANUBE", "Elbe"}
	for i := range 20 {
		many = append(many, fmt.Sprint("river ", i))
	}
	for i, typed := range many {
		a := quiz.NewAttempt(fmt.Sprint("l-", i), e, quiz.Rules{Preset: quiz.Homework}, nil, now)
		answer(t, a, 0, q, quiz.Response{"answer": {typed}, "_lang": {"en"}})
		a.Finish(now)
		add(t, &tally, quiz.First, Taken{a, e})
	}
	it := tally.Tests()[0].Questions[0]
	if lines := optionsOf(it); len(lines) != 10 || !strings.HasPrefix(lines[0], "answer=danube 3") || !strings.HasPrefix(lines[2], "answer=rhine 1") || !it.Options[0].Typed {
		t.Errorf("%q", lines)
	}
}

// TestReadings goes through every reading of an item.
func TestReadings(t *testing.T) {
	f := func(v float64) *float64 { return &v }
	item := func(facility, top, discrimination float64) ItemReport {
		it := ItemReport{Kind: "choice", Indices: Indices{N: 20, Facility: f(facility), FacilityTopThird: f(top), RandomGuessScore: f(0.25), DiscriminationIndex: f(discrimination)}}
		if math.IsNaN(discrimination) {
			it.DiscriminationIndex = nil
		}
		return it
	}
	few := item(0.5, 0.9, 50)
	few.N = 19
	doubted := item(0.5, 0.9, 50)
	doubted.Options = []Option{{Pick: quiz.Pick{Right: true}, N: 6, Mean: f(3)}, {N: 6, Mean: f(4)}}
	trusted := item(0.5, 0.9, 50)
	trusted.Options = []Option{{Pick: quiz.Pick{Right: true}, N: 6, Mean: f(4)}, {N: 12, Mean: f(3)}}
	rare := item(0.5, 0.9, 50)
	rare.Options = []Option{{Pick: quiz.Pick{Right: true}, N: 2, Mean: f(3)}, {N: 4, Mean: f(4)}}
	nobody := item(0.5, 0.9, 50)
	nobody.Options = []Option{{Pick: quiz.Pick{Right: true}}, {N: 20, Mean: f(4)}}
	several := doubted
	several.Kind = "choices" // where a right option is no whole answer
	unknown := item(0.2, 0.6, 50)
	unknown.RandomGuessScore = nil
	met := map[string]bool{}
	for name, c := range map[string]struct {
		it   ItemReport
		want string
	}{
		"19 attempts": {few, TooFew}, "a doubtful key": {doubted, CheckKey}, "a wrong option of those who know less": {trusted, Good},
		"a wrong option of four": {rare, Good}, "several right": {several, Good},
		"nobody took the right one": {nobody, Good}, // then nobody can be said to know more
		"all right":                 {item(1, 1, math.NaN()), TooEasy}, "all wrong": {item(0, 0, math.NaN()), TooHard}, "all the same in part": {item(0.5, 0.5, math.NaN()), Unrelated},
		"the best missed it": {item(0.4, 0.3, -1), Wording}, "hardly related": {item(0.4, 0.49, 10), Wording},
		"as by guessing": {item(0.3, 0.45, 5), TooHard}, "hard and no guess": {unknown, Good}, "hard for all but a few": {item(0.31, 0.45, 25), Fair},
		"upside down": {item(0.6, 0.5, -1), Reversed}, "weak": {item(0.6, 0.7, 19), Unrelated}, "fair": {item(0.6, 0.7, 20), Fair}, "good": {item(0.6, 0.9, 30), Good},
	} {
		got := c.it.read()
		if got != c.want {
			t.Errorf("%s reads %s, want %s", name, got, c.want)
		}
		met[got] = true
	}
	for _, r := range ItemReadings {
		if !met[r] {
			t.Errorf("nothing reads %s", r)
		}
	}
	for cic, want := range map[float64]string{75: Steady, 74.9: Rough, 64: Rough, 63.9: Unsteady, -10: Unsteady} {
		if got := (Analysis{Attempts: 20, CIC: &cic}).read(); got != want {
			t.Errorf("%v reads %s, want %s", cic, got, want)
		}
	}
	if got := (Analysis{Attempts: 19}).read(); got != TooFew {
		t.Error(got)
	}
	if got := (Analysis{Attempts: 20}).read(); got != NoSpread {
		t.Error(got)
	}
}
