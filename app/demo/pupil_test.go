package demo

import (
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestUnfinished: who is at it right now has an open attempt, and nothing is answered in the future.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	papers, open := newPapers(ourModule()), 0
	for i := range 40 {
		p, err := newPupil(1, "late", i, papers, noon.Add(-time.Hour), noon)
		must(t, err)
		lesson := ourModule().Lessons[i%len(ourModule().Lessons)].ID
		s := sitting{task: school.Task{Lesson: lesson}, paper: papers.of(lesson, p.chance), rules: quiz.Rules{Preset: quiz.Presets[i%2]}, stop: -1}
		s.at = noon.Add(time.Minute)
		if a, err := p.sit(s); a != nil || err != nil {
			t.Errorf("begun in the future: %+v, error %v", a, err)
		}
		s.at = noon.Add(-time.Duration(1+i%5) * time.Minute)
		a, err := p.sit(s)
		must(t, err)
		if p.last.After(noon) {
			t.Errorf("%s was answered at %v", a.ID, p.last)
		}
		if progress := p.whole.Progress[lesson]; !a.Done() && progress.Open == a.ID && progress.Given == a.Given() && progress.At == p.last.Unix() {
			open++
		} else {
			t.Errorf("%s: %+v", a.ID, progress)
		}
		if again, err := p.sit(s); again != nil || err != nil {
			t.Errorf("begun beside an open attempt: %+v, error %v", again, err)
		}
	}
	if open < 40 {
		t.Errorf("%d are open", open)
	}
}
