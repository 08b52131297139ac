package school

import (
	"crypto/rand"
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
	id, err := NewAttemptID("false-alarms", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if lesson, ok := LessonOf(id); !ok || lesson != "false-alarms" {
		t.Errorf("%q is of lesson %q, %v", id, lesson, ok)
	}
	for _, bad := range []string{"", "-", "false-alarms", "-aaaaaaaaaaaaaaaa", "x-AAAAAAAAAAAAAAAA", "x}-aaaaaaaaaaaaaaaa", "x:y-aaaaaaaaaaaaaaaa", "../x-aaaaaaaaaaaaaaaa", strings.Repeat("a", 200) + "-aaaaaaaaaaaaaaaa"} {
		if lesson, ok := LessonOf(bad); ok {
			t.Errorf("%q passes for an attempt of %q", bad, lesson)
		}
	}
}

// TestProgress goes through an attempt and a second one; saying the same twice changes nothing.
func TestProgress(t *testing.T) {
	q := &quiz.Question{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{q, q}}
	a := quiz.NewAttempt("l-1", e, now)
	var p Progress
	at := now
	step := func(name string, next Progress, want Progress) {
		t.Helper()
		want.At = at.Unix()
		if d := cmp.Diff(want, next); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if again := next.After(a, at); again != next {
			t.Errorf("%s: saying it twice changes %+v to %+v", name, next, again)
		}
		p = next
	}
	step("begun", p.Begun(a, at), Progress{Attempts: 1, Open: "l-1", Of: 2})
	if _, err := a.Answer(0, q, quiz.Response{"option": {"a"}}, at); err != nil {
		t.Fatal(err)
	}
	step("answered", p.After(a, at), Progress{Attempts: 1, Open: "l-1", Given: 1, Of: 2})
	a.Finish(at)
	step("handed in", p.After(a, at), Progress{Attempts: 1, Of: 2, Done: 1, Last: "l-1", Points: 1, LastOf: 2})
	b := quiz.NewAttempt("l-2", e, now)
	a, at = b, now.Add(time.Hour)
	step("begun again", p.Begun(b, at), Progress{Attempts: 2, Open: "l-2", Of: 2, Done: 1, Last: "l-1", Points: 1, LastOf: 2})
}
