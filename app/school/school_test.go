package school

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

var now = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

func TestToken(t *testing.T) {
	l, token, err := NewLearner(rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	id, secret, ok := ParseToken(token)
	if !ok || id != l.ID || !l.Owns(secret) {
		t.Errorf("the learner's own token is refused: %v", ok)
	}
	if strings.Contains(l.SecretHash, secret) || l.SecretHash == secret {
		t.Error("the secret itself is kept")
	}
	other, foreign, _ := NewLearner(rand.Reader, now)
	if _, secret, _ := ParseToken(foreign); l.Owns(secret) || other.ID == l.ID {
		t.Error("another learner's secret fits")
	}
	if l.Owns("") || (Learner{}).Owns("") {
		t.Error("an empty secret fits")
	}
	for _, bad := range []string{"", ".", l.ID, l.ID + ".", "." + secret, token + "x", strings.ToUpper(l.ID) + "." + secret, "../../../../../x." + secret, "{u:aaaaaaaaaaaa}." + secret} {
		if _, _, ok := ParseToken(bad); ok {
			t.Errorf("%q passes for a token", bad)
		}
	}
}

// TestTokenForm takes tokens of every wrong length, with every byte that an id does not have: an id stands in a key.
func TestTokenForm(t *testing.T) {
	const id = "abcdefghjkmnpqrs"
	secret := strings.Repeat("s", 43)
	if _, _, ok := ParseToken(id + "." + secret); !ok {
		t.Fatal("a well-formed token is refused")
	}
	for n := range 100 {
		if _, _, ok := ParseToken(id + "." + strings.Repeat("s", n)); ok != (n == 43) {
			t.Errorf("a secret of %d characters: %v", n, ok)
		}
		if _, _, ok := ParseToken(strings.Repeat("a", n) + "." + secret); ok != (n == 16) {
			t.Errorf("an id of %d characters: %v", n, ok)
		}
	}
	for b := range 256 {
		forged := id[:7] + string([]byte{byte(b)}) + id[8:]
		own := strings.IndexByte("abcdefghjkmnpqrstuvwxyz023456789", byte(b)) >= 0
		got, _, ok := ParseToken(forged + "." + secret)
		if ok != own || !ok && got != "" {
			t.Errorf("an id with %q: %q, %v", byte(b), got, ok)
		}
	}
	if _, secret, ok := ParseToken(id + "." + strings.Repeat(".", 43)); !ok || secret != strings.Repeat(".", 43) {
		t.Errorf("the first dot divides: %q, %v", secret, ok)
	}
}

func TestNewLearner(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	at := time.Date(2026, 11, 24, 0, 30, 15, 999, berlin) // the day before in UTC
	l, token, err := NewLearner(strings.NewReader(strings.Repeat("\x00", 42)), at)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(strings.Repeat("A", 43)))
	want := Learner{ID: "aaaaaaaaaaaaaaaa", SecretHash: hex.EncodeToString(sum[:]), Created: time.Date(2026, 11, 23, 23, 30, 15, 0, time.UTC), Seen: "2026-11-23"}
	if d := cmp.Diff(want, l); d != "" {
		t.Error(d)
	}
	if token != "aaaaaaaaaaaaaaaa."+strings.Repeat("A", 43) {
		t.Errorf("the token is %q", token)
	}
	for n := range 42 { // 10 bytes of id and 32 of secret
		if l, token, err := NewLearner(strings.NewReader(strings.Repeat("x", n)), at); err == nil || token != "" || l.ID != "" {
			t.Errorf("%d random bytes make %+v with the token %q: %v", n, l, token, err)
		}
	}
}

func TestIDs(t *testing.T) {
	form := regexp.MustCompile(`^[a-z0-9]{16}$`)
	seen := map[string]bool{}
	for range 1000 {
		id, err := NewID(rand.Reader)
		if err != nil || !form.MatchString(id) || strings.ContainsAny(id, "ilo1") || seen[id] {
			t.Fatalf("id %q: %v", id, err)
		}
		seen[id] = true
	}
	if _, err := NewID(strings.NewReader("short")); err == nil {
		t.Error("an id is made without randomness")
	}
	id, err := NewAttemptID(Task{Lesson: "false-alarms"}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if task, ok := TaskOf(id); !ok || task != (Task{Lesson: "false-alarms"}) {
		t.Errorf("%q is of task %v, %v", id, task, ok)
	}
	for _, bad := range []string{"", "-", "false-alarms", "-aaaaaaaaaaaaaaaa", "x-AAAAAAAAAAAAAAAA", "x}-aaaaaaaaaaaaaaaa", "x:y-aaaaaaaaaaaaaaaa", "../x-aaaaaaaaaaaaaaaa", strings.Repeat("a", 200) + "-aaaaaaaaaaaaaaaa"} {
		if task, ok := TaskOf(bad); ok {
			t.Errorf("%q passes for an attempt of %v", bad, task)
		}
	}
}

// TestProgress goes through an attempt and a second one; saying the same twice changes nothing.
func TestProgress(t *testing.T) {
	q := &quiz.Question{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{q, q}}
	a := quiz.NewAttempt("l-1", e, quiz.Rules{Preset: quiz.Practice}, nil, now)
	var p Progress
	at := now
	step := func(name string, next Progress, want Progress) {
		t.Helper()
		want.At = at.Unix()
		if d := cmp.Diff(want, next); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if again := next.After(a, a.Grade(e), at); !cmp.Equal(again, next) {
			t.Errorf("%s: saying it twice changes %+v to %+v", name, next, again)
		}
		p = next
	}
	step("begun", p.Begun(a, a.Grade(e), at), Progress{Attempts: 1, Open: "l-1", Edition: e.Hash(), Of: 2})
	if _, err := a.Answer(0, q, quiz.Submission{Response: quiz.Response{"option": {"a"}}}, at); err != nil {
		t.Fatal(err)
	}
	step("answered", p.After(a, a.Grade(e), at), Progress{Attempts: 1, Open: "l-1", Edition: e.Hash(), Given: 1, Of: 2})
	a.Finish(at)
	step("handed in", p.After(a, a.Grade(e), at), Progress{Attempts: 1, Of: 2, Done: 1, Last: "l-1", Points: 1, Max: 2})
	b := quiz.NewAttempt("l-2", e, quiz.Rules{Preset: quiz.Practice}, nil, now)
	a, at = b, now.Add(time.Hour)
	step("begun again", p.Begun(b, b.Grade(e), at), Progress{Attempts: 2, Open: "l-2", Edition: e.Hash(), Of: 2, Done: 1, Last: "l-1", Points: 1, Max: 2})
}

// TestProgressAfter says what a change to an attempt makes of each standing.
func TestProgressAfter(t *testing.T) {
	attempt := func(id string, done bool, fractions ...float64) *quiz.Attempt {
		a := &quiz.Attempt{ID: id, Started: now, Rules: quiz.Rules{Preset: quiz.Practice}}
		for _, f := range fractions {
			var ans *quiz.Answer // none, below 0
			if f >= 0 {
				ans = &quiz.Answer{Fraction: f, Closed: true}
			}
			a.Answers = append(a.Answers, ans)
		}
		if done {
			a.Finish(now)
		}
		return a
	}
	open := Progress{Attempts: 2, Open: "l-2", Given: 1, Of: 3, Done: 1, Last: "l-1", Points: 2, Max: 3}
	closed := Progress{Attempts: 2, Of: 3, Done: 2, Last: "l-2", Points: 1.5, Max: 3}
	for _, c := range []struct {
		name         string
		before, want Progress
		change       *quiz.Attempt
	}{
		{"an answer", open, Progress{Attempts: 2, Open: "l-2", Given: 2, Of: 3, Done: 1, Last: "l-1", Points: 2, Max: 3}, attempt("l-2", false, 1, 0.5, -1)},
		{"the same answer again", open, open, attempt("l-2", false, 1, -1, -1)},
		{"handed in", open, closed, attempt("l-2", true, 1, 0.5, -1)},
		{"handed in without an answer", open, Progress{Attempts: 2, Of: 3, Done: 2, Last: "l-2", Max: 3}, attempt("l-2", true, -1, -1, -1)},
		{"handed in twice", closed, closed, attempt("l-2", true, 1, 0.5, -1)},
		{"an old one handed in again", open, open, attempt("l-1", true, 1, 1, -1)},
		{"an old one after a new one is closed", closed, closed, attempt("l-1", true, 1, 1, 1)},
		{
			"fewer points than before count all the same",
			Progress{Attempts: 2, Open: "l-2", Of: 3, Done: 1, Last: "l-1", Points: 3, Max: 3},
			Progress{Attempts: 2, Of: 3, Done: 2, Last: "l-2", Points: 1, Max: 3},
			attempt("l-2", true, 1, 0, 0),
		},
		{
			"a lesson that has grown since",
			Progress{Attempts: 2, Open: "l-2", Of: 4, Done: 1, Last: "l-1", Points: 3, Max: 3},
			Progress{Attempts: 2, Of: 4, Done: 2, Last: "l-2", Points: 4, Max: 4},
			attempt("l-2", true, 1, 1, 1, 1),
		},
	} {
		at := now.Add(time.Minute)
		c.want.At = at.Unix()
		before := c.before
		got := c.before.After(c.change, earned(c.change), at)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		if again := got.After(c.change, earned(c.change), at); !cmp.Equal(again, got) {
			t.Errorf("%s: said twice, it is %+v and then %+v", c.name, got, again)
		}
		if !cmp.Equal(c.before, before) {
			t.Errorf("%s: the standing before is changed", c.name)
		}
		data, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var back Progress
		if err := json.Unmarshal(data, &back); err != nil || !cmp.Equal(back, got) {
			t.Errorf("%s: %s is read as %+v: %v", c.name, data, back, err)
		}
	}
}

// FuzzTaskOf takes any path for an attempt's id. What passes must be harmless in a path and in a key.
func FuzzTaskOf(f *testing.F) {
	for _, s := range []string{"false-alarms-abcdefghjkmnpqrs", "", "-", "x-", "--aaaaaaaaaaaaaaaa", "x:y-aaaaaaaaaaaaaaaa", "x-aaaaaaaaaaaaaaa}", "ü-aaaaaaaaaaaaaaaa", "x-abcdefghjkmnpqrs-3-aaaaaaaaaaaaaaaa", "x-abcdefghjkmnpqrs-03-aaaaaaaaaaaaaaaa"} {
		f.Add(s)
	}
	harmless := regexp.MustCompile(`^[a-z0-9-]{1,143}$`)
	f.Fuzz(func(t *testing.T, s string) {
		task, ok := TaskOf(s)
		if !ok {
			if task != (Task{}) {
				t.Errorf("%q is refused and yet of %v", s, task)
			}
			return
		}
		name := task.String()
		if !harmless.MatchString(name) || !strings.HasPrefix(s, name+"-") || len(s) != len(name)+17 {
			t.Errorf("%q passes for an attempt of %v", s, task)
		}
		if again, ok := ParseTask(name); !ok || again != task {
			t.Errorf("%v is read back as %v", task, again)
		}
	})
}

// TestTaskOfEveryAttempt: a lesson's own attempts lead back to it, however its id looks.
func TestTaskOfEveryAttempt(t *testing.T) {
	for _, lesson := range []string{"a", "7", "g7-2022", "a-b-c", strings.Repeat("long-", 20) + "end"} {
		id, err := NewAttemptID(Task{Lesson: lesson}, bytes.NewReader(make([]byte, 10)))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := TaskOf(id); !ok || got != (Task{Lesson: lesson}) {
			t.Errorf("%q is of lesson %q, %v", id, got, ok)
		}
	}
	if id, err := NewAttemptID(Task{Lesson: "a"}, strings.NewReader("short")); err == nil {
		t.Errorf("without randomness, the attempt %q is made", id)
	}
}

// TestIDLetters: each of the 32 letters comes about equally often, so that 80 bits are 80 bits. With 16,000 letters, 500
// of each are expected; a share off by a third is 7 standard deviations away.
func TestIDLetters(t *testing.T) {
	count := map[rune]int{}
	for range 1000 {
		id, err := NewID(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range id {
			count[r]++
		}
	}
	if len(count) != 32 {
		t.Errorf("ids are made of %d letters: %v", len(count), count)
	}
	for r, n := range count {
		if math.Abs(float64(n)-500) > 167 {
			t.Errorf("%q comes %d times of 16000", r, n)
		}
	}
}

// earned is what an attempt has earned where every question counts one.
func earned(a *quiz.Attempt) quiz.Score {
	s := quiz.Score{Max: float64(len(a.Answers))}
	for _, ans := range a.Answers {
		if ans != nil {
			s.Points += ans.Fraction
		}
	}
	return s
}

// TestTimedProgress: nobody hands in an attempt whose time has run out, and its progress says so all the same.
func TestTimedProgress(t *testing.T) {
	q := &quiz.Question{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{q, q}}
	a := quiz.NewAttempt("l-1", e, quiz.Rules{Preset: quiz.Test, Limit: 10 * time.Minute, Extra: 1.5}, nil, now)
	p := Progress{}.Begun(a, a.Grade(e), now)
	if _, err := a.Answer(0, q, quiz.Submission{Response: quiz.Response{"option": {"a"}}}, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	p = p.After(a, a.Grade(e), now.Add(time.Minute))
	end := now.Add(15 * time.Minute)
	if d := cmp.Diff(p, p.Settle(end.Add(quiz.Grace))); d != "" {
		t.Errorf("within the grace it changes: %s", d)
	}
	over := p.Settle(end.Add(quiz.Grace + time.Second))
	want := Progress{Attempts: 1, Of: 2, Done: 1, Last: "l-1", Points: 1, Max: 2, Test: true, At: p.At}
	if d := cmp.Diff(want, over); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(over, over.Settle(end.Add(time.Hour))); d != "" {
		t.Errorf("twice is not once: %s", d)
	}
	a.Settle(end.Add(quiz.Grace + time.Second))
	if d := cmp.Diff(over, over.After(a, a.Grade(e), time.Unix(p.At, 0))); d != "" {
		t.Errorf("the attempt itself says something else: %s", d)
	}
}

// TestProgressRegraded: grading again changes what is earned and nothing else, not even when the learner was last here.
func TestProgressRegraded(t *testing.T) {
	q := &quiz.Question{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{q}}
	earned := quiz.Score{Points: 2, Max: 3}
	open := quiz.NewAttempt("l-2", e, quiz.Rules{Preset: quiz.Test, Limit: time.Minute}, nil, now)
	done := quiz.NewAttempt("l-1", e, quiz.Rules{Preset: quiz.Practice}, nil, now)
	done.Finish(now)
	before := Progress{Attempts: 2, Open: "l-2", Edition: "older", Of: 1, Done: 1, Last: "l-1", Points: 1, Max: 1, At: 77}
	for name, c := range map[string]struct {
		a    *quiz.Attempt
		want Progress
	}{
		"the last one handed in": {done, Progress{Attempts: 2, Open: "l-2", Edition: "older", Of: 1, Done: 1, Last: "l-1", Points: 2, Max: 3, At: 77}},
		"the open one": {open, Progress{
			Attempts: 2, Open: "l-2", Edition: e.Hash(), Of: 1, Done: 1, Last: "l-1", Points: 1, Max: 1, At: 77,
			Timed: &Timed{Start: now.Unix(), End: open.End().Unix(), Points: 2, Max: 3, Test: true},
		}},
		"an earlier one": {&quiz.Attempt{ID: "l-0", Finished: now}, before},
	} {
		got := before.Regraded(c.a, earned)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if again := got.Regraded(c.a, earned); !cmp.Equal(got, again) {
			t.Errorf("%s: the second time it is %+v", name, again)
		}
	}
}
