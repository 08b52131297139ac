package web

import (
	"net/http"
	"strings"
	"testing"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestProgress: how far somebody has come is said in words as in the picture, from what they may know of their answers.
func TestProgress(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wn")
	p := l.get("/de/me/progress").want(http.StatusOK, "Du warst dir sicher, und es stimmte nicht", l.questions()[0].Stem["de"], "Du lagst richtig, ohne eine Ahnung zu haben", l.questions()[1].Stem["de"], "wackelig")
	circles := 0
	for _, n := range p.all("circle") {
		if attr(n, "class") == "full" {
			circles++
		}
	}
	if circles < 4 { // three in the key, and what was begun
		t.Errorf("%d full circles", circles)
	}
	rows := len(lessonOf(t, l.w).Objectives) + 1
	if got := len(p.all("tr")); got != rows {
		t.Errorf("the table has %d rows, want %d", got, rows)
	}
	l.clock.pass(24 * 60 * 60 * 1e9)
	for p := l.get("/de/me/review"); strings.Contains(p.body, cardField); p = l.get("/de/me/review") {
		l.send(p, true).want(http.StatusSeeOther)
	}
	p = l.get("/de/me/progress").want(http.StatusOK)
	if strings.Contains(p.text(), "Du warst dir sicher") || strings.Contains(p.text(), "ohne eine Ahnung") {
		t.Error("what was put right in review is still shown as wrong or lucky")
	}
}

// TestProgressWithheld: a Test changes nothing in it before release but that it was taken.
func TestProgressWithheld(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "r")
	class := l.joins(school.Class{})
	test := l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Release: school.ReleaseByHand})
	path := l.takes(test)
	before := l.get("/de/me/progress").text()
	qs := lessonOf(t, l.w).Reserved("").Questions
	for _, q := range qs {
		form := wrongForm(t, q)
		form.Set(certaintyField, "very")
		l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	}
	answered := l.get("/de/me/progress").text()
	if want := strings.Replace(before, "Offen: 0 von 8", "Offen: 8 von 8", 1); answered != want {
		t.Errorf("answered: %q, want %q", answered, want)
	}
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
	if text := l.get("/de/me/progress").text(); !strings.Contains(text, "das Ergebnis kommt später") || strings.Contains(text, qs[0].Stem["de"]) {
		t.Errorf("handed in: %q", text)
	}
	l.releases(class, test)
	l.get("/de/me/progress").want(http.StatusOK, "0 von ", "wackelig")
}
