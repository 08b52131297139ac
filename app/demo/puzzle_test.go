package demo

import (
	"os"
	"slices"
	"testing"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// TestPuzzles: of every kind, who knows it all is right, who knows nothing is wrong, and both send what the page can send.
func TestPuzzles(t *testing.T) {
	t.Parallel()
	workshop, faults := lesson.Read(os.DirFS("../web/testdata/workshop"), time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	met := map[string]bool{}
	for _, l := range slices.Concat(ourModule().Lessons, workshop.Lessons) {
		for _, q := range l.Questions {
			met[q.Body.Kind()] = true
			for _, lang := range quiz.Languages {
				z := newPuzzle(q, lang)
				if (z.way == seen) == q.Scored() {
					t.Errorf("%s: %s is answered by way %d", l.ID, q.ID, z.way)
				}
				knows, guesses := mean(t, z, 9), mean(t, z, -9)
				most := 0.35
				switch q.Body.(type) {
				case *quiz.Order, *quiz.Panel: // any order has a part that rises, and some of the panel thought so, too
					most = 0.72
				}
				if q.Scored() && (knows < 0.97 || guesses > most) {
					t.Errorf("%s: %s (%s, %s): who knows it gets %.2f, who does not %.2f", l.ID, q.ID, q.Body.Kind(), lang, knows, guesses)
				}
			}
		}
	}
	for _, kind := range quiz.Kinds() {
		if !met[kind] {
			t.Errorf("no question of the kind %s was tried", kind)
		}
	}
}

// mean is the fraction that somebody of the skill earns on average.
func mean(t *testing.T, z *puzzle, skill float64) float64 {
	t.Helper()
	const n = 20
	c, sum := newChance(1, z.ID, 0), 0.0
	for range n {
		r, err := quiz.Read(z.Question, z.form(skill, c.Rand), z.lang)
		if err != nil {
			t.Fatalf("%s: %v", z.ID, err)
		}
		sum += quiz.Grade(z.Question, r)
	}
	return sum / n
}
