package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// articles are the ids of the questions that a result shows, in order.
func (p *page) articles() (ids []string) {
	for _, n := range p.all("article") {
		ids = append(ids, attr(n, "id"))
	}
	return ids
}

// TestResultFilters: a result shows all questions, those that were not right, or the unsure ones; what was sure and wrong
// comes first, then luck.
func TestResultFilters(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "rnwx")
	p := l.follow(l.post(l.attempt+"/finish", nil)).want(http.StatusOK, "nicht richtig (", "unsicher (2)", "Du warst dir sicher, und es stimmte nicht.", "ohne eine Ahnung")
	all := p.articles()
	qs := l.questions()
	if len(all) != len(lessonOf(t, l.w).Edition("").Questions) || all[0] != qs[2].ID || all[1] != qs[1].ID {
		t.Errorf("%d questions, first %v", len(all), all[:2])
	}
	wrong := l.get(l.attempt + "/result?show=wrong").want(http.StatusOK).articles()
	if len(wrong) != len(qs)-2 || wrong[0] != qs[2].ID || slices.Contains(wrong, qs[0].ID) || slices.Contains(wrong, qs[1].ID) || !slices.Contains(wrong, qs[3].ID) {
		t.Errorf("not right: %v", wrong)
	}
	if unsure := l.get(l.attempt + "/result?show=unsure").want(http.StatusOK).articles(); len(unsure) != 2 || unsure[0] != qs[1].ID {
		t.Errorf("unsure: %v", unsure)
	}
	if any := l.get(l.attempt + "/result?show=<b>").want(http.StatusOK).articles(); !slices.Equal(any, all) {
		t.Errorf("an unknown filter shows %v", any)
	}
}

// TestAgain practises what was missed: in other words, once, and the other way round the next time.
func TestAgain(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "")
	qs := lessonOf(t, l.w).Edition("").Questions
	missed := map[string]bool{}
	for i, q := range qs {
		if !q.Scored() {
			continue
		}
		form := formFor(t, q, "de", i > 2)
		form.Set(certaintyField, "very")
		l.clock.pass(time.Minute)
		l.post(l.attempt+"/answers/"+q.ID, form).want(http.StatusSeeOther)
		if i <= 2 {
			missed[q.ID] = true
		}
	}
	l.post(l.attempt+"/again", nil).want(http.StatusSeeOther)
	if got := l.deck(); len(got.Cards) != 0 {
		t.Error("an open attempt is practised again")
	}
	result := l.follow(l.post(l.attempt+"/finish", nil)).want(http.StatusOK, "Die 3 verfehlten Fragen noch einmal üben")
	first := l.follow(l.post(result.form("/again").action, nil)).want(http.StatusOK, "Frage 1 von 3")
	path, _, _ := strings.Cut(first.path, "/questions/")
	if twice := l.follow(l.post(l.attempt+"/again", nil)); twice.path != first.path {
		t.Errorf("a second click leads to %s, not to %s", twice.path, first.path)
	}
	l.asksMissed(path, missed, true)
	l.get(path+"/result").want(http.StatusOK, "Die 3 verfehlten Fragen noch einmal üben")

	again := l.follow(l.post(path+"/again", nil)).want(http.StatusOK, "Frage 1 von 3")
	path, _, _ = strings.Cut(again.path, "/questions/")
	l.asksMissed(path, missed, false)

	open, _, _ := strings.Cut(l.begin("de").path, "/questions/")
	p := l.follow(l.post(l.attempt+"/again", nil)).want(http.StatusOK, "Hier bist du noch mittendrin.")
	if !strings.HasPrefix(p.path, open) {
		t.Errorf("with an open attempt it leads to %s", p.path)
	}
	if text := l.get(l.attempt + "/result").text(); strings.Contains(text, "neuere Fassung") {
		t.Error("the present quiz is said to be old")
	}
}

// asksMissed answers a practice of missed questions, each wrong, and hands it in. twins says in which words they are asked.
func (l *learnt) asksMissed(path string, missed map[string]bool, twins bool) {
	t := l.w.t
	t.Helper()
	overview := l.get(path).want(http.StatusOK, "0 von 3")
	if strings.Contains(overview.text(), "neuere Fassung") {
		t.Error("missed questions are said to be old")
	}
	module := lessonOf(t, l.w)
	for id := range missed {
		q := module.Edition("").Questions[module.Edition("").Index(id)]
		asked := q
		if twins && module.Twins[id] != nil {
			asked = module.Twins[id]
		}
		l.get(path+"/questions/"+id).want(http.StatusOK, asked.Stem["de"])
		form := formFor(t, q, "de", false)
		form.Set(certaintyField, "very")
		l.clock.pass(time.Minute)
		l.post(path+"/answers/"+id, form).want(http.StatusSeeOther)
	}
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
}

// TestAgainTest: what a Test missed is kept for Tests, so it is not practised, and before release nothing says what that is.
func TestAgainTest(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "")
	class := l.joins(school.Class{})
	test := l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Release: school.ReleaseByHand})
	path := l.takes(test)
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
	for range 2 {
		p := l.get(path + "/result").want(http.StatusOK)
		if strings.Contains(p.body, "/again") {
			t.Error("missed questions of a Test are offered")
		}
		if to := l.post(path+"/again", nil).want(http.StatusSeeOther).header.Get("Location"); !strings.Contains(to, path) {
			t.Errorf("practising a Test leads to %s", to)
		}
		l.releases(class, test)
		test.Assignment.Released = true
	}
}

// TestAgainOpen: what an open attempt for a class has missed so far is practised when it is handed in.
func TestAgainOpen(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "")
	l.post(l.attempt+"/finish", nil).want(http.StatusSeeOther)
	path := l.takes(l.gives(l.joins(school.Class{}), school.Assignment{Lesson: theLesson, Preset: quiz.Practice, Late: school.LateMark, Counts: quiz.Highest}))
	q := l.questions()[0]
	form := formFor(t, q, "de", false)
	form.Set(certaintyField, "very")
	l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	l.post(path+"/answers/"+q.ID, url.Values{solutionField: {"1"}})
	if to := l.post(path+"/again", nil).want(http.StatusSeeOther).header.Get("Location"); to != path {
		t.Errorf("it leads to %s", to)
	}
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
	l.follow(l.post(path+"/again", nil)).want(http.StatusOK, "Frage 1 von ")
}
