package quiz

import (
	"maps"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

type regradeGroup struct {
	Question map[string]any
	Cases    []regradeCase
}

type regradeCase struct {
	Name      string
	Now       map[string]any // what is different by now
	Gone      bool
	Tries     []map[string][]string
	Lang      string
	Certainty string
	Preset    Preset
	Finished  bool
	Outcome   RegradeOutcome
	Was       float64
	Points    float64
	Closed    bool
}

// TestRegrade: the cases of testdata/regrade.yaml, each with a question before it that is as it was.
func TestRegrade(t *testing.T) {
	data, err := os.ReadFile("testdata/regrade.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var groups []regradeGroup
	if err := yaml.Load(data, &groups, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		for _, c := range g.Cases {
			t.Run(g.Question["id"].(string)+"/"+c.Name, func(t *testing.T) { c.test(t, g.Question) })
		}
	}
}

func (c regradeCase) test(t *testing.T, tree map[string]any) {
	old := questionOf(t, tree)
	first := quizOf(1).Questions[0]
	e := Edition{Lesson: "towns", Questions: []*Question{first, old}, Since: 7}
	keys := NewKeys([]*Question{first}, nil)
	if !c.Gone {
		changed := maps.Clone(tree)
		maps.Copy(changed, c.Now)
		keys = NewKeys([]*Question{questionOf(t, changed), first}, nil)
	}
	a := c.attempt(t, e)
	before := a.Stored()
	r := keys.Regrade(a, e)
	if diff := cmp.Diff(before, a.Stored()); diff != "" {
		t.Errorf("the attempt itself was changed:\n%s", diff)
	}
	if got := a.keyOf(1, old, keys.present[old.ID]); got != c.Outcome {
		t.Errorf("outcome %q, want %q", got, c.Outcome)
	}
	if r.Old.Points != round7(1+c.Was) || r.New.Points != round7(1+c.Points) {
		t.Errorf("points %v and %v, want %v and %v", r.Old.Points, r.New.Points, 1+c.Was, 1+c.Points)
	}
	c.reported(t, r)
	if r.Changed != (c.Outcome == KeyCorrected) {
		t.Fatalf("changed: %v", r.Changed)
	}
	if ans := r.Attempt.Answers[1]; ans != nil && a.Rules.Preset == Practice && r.Changed && !c.Finished && ans.Closed != (c.Closed || len(old.Hints) == 0) {
		t.Errorf("closed: %v", ans.Closed)
	}
	c.nothingElse(t, a, r)
	c.again(t, r, keys)
}

// attempt answers the first question rightly and the second as the case says.
func (c regradeCase) attempt(t *testing.T, e Edition) *Attempt {
	t.Helper()
	rules := Rules{Preset: Practice}
	if c.Preset != "" {
		rules.Preset = c.Preset
	}
	a := NewAttempt("towns-id", e, rules, nil, noon)
	if _, err := a.Answer(0, e.Questions[0], sent(chosen("yes")), noon.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	level, _ := ParseCertainty(c.Certainty)
	for i, try := range c.Tries {
		read, err := Read(e.Questions[1], try, c.Lang)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := a.Answer(1, e.Questions[1], Submission{Response: read, Certainty: level}, noon.Add(time.Duration(i+2)*time.Second))
		if err != nil || !changed {
			t.Fatalf("try %d is not taken: %v", i+1, err)
		}
	}
	if c.Finished {
		a.Finish(noon.Add(time.Minute))
	}
	return a
}

// reported: answered questions with anything but the same key are in the report, with what they earn.
func (c regradeCase) reported(t *testing.T, r Regrading) {
	t.Helper()
	var want []Regraded
	if c.Tries != nil && c.Outcome != KeySame {
		want = []Regraded{{r.Edition.Questions[1].ID, c.Outcome, c.Was, c.Points}}
	}
	if diff := cmp.Diff(want, r.Questions); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}

// nothingElse: but for edition, fractions and what is closed, the attempt is as it was.
func (c regradeCase) nothingElse(t *testing.T, a *Attempt, r Regrading) {
	t.Helper()
	got := r.Attempt.Clone()
	got.Edition, got.Regraded = a.Edition, a.Regraded
	for i, ans := range got.Answers {
		if ans != nil {
			same := *ans
			same.Fraction, same.Closed = a.Answers[i].Fraction, a.Answers[i].Closed
			got.Answers[i] = &same
		}
	}
	if diff := cmp.Diff(a, got); diff != "" {
		t.Errorf("something else changed:\n%s", diff)
	}
	if r.Attempt.Answers[0].Fraction != 1 || r.Edition.Since != 7 {
		t.Error("the other question or the edition's age changed")
	}
}

// again stores and reads what came out, and grades it once more: nothing is left to do.
func (c regradeCase) again(t *testing.T, r Regrading, keys *Keys) {
	t.Helper()
	if r.Attempt.Edition != r.Edition.Hash() {
		t.Errorf("the attempt names edition %s, and is one at %s", r.Attempt.Edition, r.Edition.Hash())
	}
	back, err := ReadAttempt(r.Attempt.ID, r.Attempt.Lesson, r.Attempt.Stored())
	if err != nil {
		t.Fatal(err)
	}
	second := keys.Regrade(back, r.Edition)
	if second.Changed || second.Old != r.New || second.New != r.New {
		t.Errorf("the second time it changes %+v to %+v", second.Old, second.New)
	}
	if diff := cmp.Diff(r.Attempt.Stored(), second.Attempt.Stored()); diff != "" {
		t.Errorf("the second time:\n%s", diff)
	}
}

// TestRegradeByTwin gives every kind another key for the same form: each answer earns what the new key says.
func TestRegradeByTwin(t *testing.T) {
	for _, kind := range Kinds() {
		for _, g := range readGroups(t, kind) {
			old, now := g.question(t), g.twin(t)
			if now == nil || !old.Scored() {
				continue
			}
			for _, c := range g.Cases {
				read, err := Read(old, c.form(), c.langs()[0])
				if err != nil {
					continue
				}
				e := Edition{Lesson: "towns", Questions: []*Question{old}}
				a := NewAttempt("towns-id", e, Rules{Preset: Homework}, nil, noon)
				if _, err := a.Answer(0, old, sent(read), noon); err != nil {
					t.Fatal(err)
				}
				if r := NewKeys([]*Question{old}, nil).Regrade(a, e); r.Changed || len(r.Questions) > 0 {
					t.Errorf("%s, %s: its own key changes it: %+v", old.ID, c.Name, r.Questions)
				}
				r := NewKeys([]*Question{now}, nil).Regrade(a, e)
				if got, want := r.Attempt.Answers[0].Fraction, Grade(now, read); got != want {
					t.Errorf("%s, %s: %v earns %v, want %v: %+v", old.ID, c.Name, read, got, want, r.Questions)
				}
			}
		}
	}
}

// TestRegradeDrawn: an attempt at some questions of a pool keeps its places, and those it does not ask follow.
func TestRegradeDrawn(t *testing.T) {
	e := quizOf(4)
	for _, q := range e.Questions {
		q.Pool = "p"
	}
	e.Pools = []Pool{{"p", 2}}
	keys := NewKeys(nil, nil)
	for _, q := range e.Questions {
		turned := *q
		turned.Body = &Choice{[]Option{wrong("yes"), right("no")}}
		keys.present[q.ID] = &turned
	}
	var editions []string
	for _, id := range []string{"towns-1", "towns-2", "towns-3", "towns-4"} {
		a := NewAttempt(id, e, practice, nil, noon)
		asked := a.Of(e)
		if _, err := a.Answer(1, asked.Questions[1], sent(chosen("no")), noon); err != nil {
			t.Fatal(err)
		}
		r := keys.Regrade(a, e)
		if !r.Changed || r.Attempt.Answers[1].Fraction != 1 || r.New.Points != 1 || r.New.Max != 2 {
			t.Errorf("%s: %+v", id, r)
		}
		if diff := cmp.Diff(a.Drawn, r.Attempt.Drawn); diff != "" {
			t.Errorf("%s asks others:\n%s", id, diff)
		}
		for i, q := range r.Attempt.Of(r.Edition).Questions {
			if q != keys.present[asked.Questions[i].ID] {
				t.Errorf("%s: question %d is not the present one", id, i+1)
			}
		}
		if diff := cmp.Diff([]int{0, 1}, r.Attempt.Regraded); diff != "" {
			t.Error(diff)
		}
		editions = append(editions, r.Attempt.Edition)
	}
	for _, hash := range editions {
		if hash != editions[0] {
			t.Errorf("attempts at different questions come to different editions: %v", editions)
		}
	}
}

// TestRegradeMissed: an attempt at missed questions is graded by the present key of the wording that it asked, and keeps its
// words.
func TestRegradeMissed(t *testing.T) {
	match := func(right string, answers ...string) *Question {
		m := &Match{Prompts: []Prompt{{ID: "p", Text: Text{"de": "p", "en": "p"}, Answer: right}}}
		for i, text := range answers {
			m.Answers = append(m.Answers, MatchAnswer{ID: string(rune('x' + i)), Text: Text{"de": text, "en": text}})
		}
		return &Question{ID: "q", Stem: Text{"de": answers[0], "en": answers[0]}, Body: m}
	}
	own, twin := match("x", "first", "second"), match("x", "one", "two")
	e := Edition{Lesson: "l", Missed: true, Questions: []*Question{own, twin}}.Named()
	a := NewAttemptAt("l-a", e, []int{1}, Rules{Preset: Homework}, time.Unix(1, 0))
	if _, err := a.Answer(0, twin, Submission{Response: Response{"p": {"x"}}}, time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	a.Finish(time.Unix(3, 0))
	if r := NewKeys([]*Question{own}, map[string]*Question{"q": twin}).Regrade(a, e); r.Changed || len(r.Questions) > 0 {
		t.Errorf("the same key changes it: %+v", r.Questions)
	}
	corrected := map[string]*Question{"q": match("y", "one", "two")}
	r := NewKeys([]*Question{match("y", "first", "second")}, corrected).Regrade(a, e)
	if !r.Changed || r.New.Points != 0 || r.Old.Points != 1 || r.Attempt.Of(r.Edition).Questions[0] != corrected["q"] {
		t.Errorf("a corrected key gives %v of %v: %+v", r.New, r.Old, r.Questions)
	}
	if r := NewKeys([]*Question{own}, nil).Regrade(a, e); r.Changed || r.Questions[0].Outcome != QuestionGone {
		t.Errorf("without the twin: %+v", r.Questions)
	}
}
