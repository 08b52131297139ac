package web

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"eberbach/app/quiz"
	"eberbach/app/store"
)

// OverviewPage is an attempt as a whole: what is answered, what is not, and handing in.
type OverviewPage struct {
	Page
	AttemptFrame
	Steps []OverviewStep
	Given int
	Of    int
	Next  *Step
	Clock *Clock
	Test  bool // handing in cannot be repeated

	Elsewhere string // see QuestionPage
}

// OverviewStep is a question in the list of all.
type OverviewStep struct {
	Step
	Stem string
}

// overview shows an open attempt; one that is handed in has its result instead.
func (s *Server) overview(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	a := w.Attempt
	if a.Done() {
		return r.seeOther("/attempts/" + a.ID + "/result")
	}
	if atRound(a) {
		return r.seeOther(attemptsPath(a.ID, true))
	}
	e, err := s.quizOf(r, a)
	if err != nil {
		return err
	}
	p := r.overviewPage(w, e)
	p.Elsewhere = r.elsewhere(len(e.Questions))
	if r.Query(openField) != "" {
		p.Elsewhere = p.T("again.open")
	}
	p.Newer = s.newer(r, a.Lesson, a.Edition)
	return r.sendPage("learn/overview", p)
}

func (r *request) overviewPage(w *store.Work, e quiz.Edition) *OverviewPage {
	a := w.Attempt
	p := &OverviewPage{Page: r.page("/attempts/"+a.ID, "overview.title"), AttemptFrame: r.frame(w), Given: a.Given(), Of: len(e.Questions)}
	p.Learner, p.Theme = true, p.AttemptFrame.theme
	p.Clock, p.Test = clockOf(w, p.Page, r.now), a.Rules.Preset == quiz.Test
	for i, step := range steps(a, e, -1) {
		p.Steps = append(p.Steps, OverviewStep{step, e.Questions[i].Stem[r.lang]})
	}
	if i := a.NextOpen(-1); i >= 0 {
		p.Next = &p.Steps[i].Step
	}
	return p
}

// finish hands an attempt in; repeating it changes nothing.
func (s *Server) finish(r *request) error {
	w, err := s.work(r)
	for range tries {
		if err != nil {
			return err
		}
		var e quiz.Edition
		if e, err = s.quizOf(r, w.Attempt); err != nil {
			return err
		}
		if atRound(w.Attempt) { // the teacher ends it
			return r.seeOther(attemptsPath(w.Attempt.ID, true))
		}
		now := s.Now()
		if !w.Attempt.Finish(now) { // handed in already
			err = s.Store.Confirm(r.ctx(), w.Learner.ID)
			break
		}
		err = s.Store.Save(r.ctx(), w, w.Progress.After(w.Attempt, w.Attempt.Grade(e), now), now)
		if err == nil {
			s.live.announce(w.Task.Class)
			break
		}
		if errors.Is(err, store.ErrConflict) {
			w, err = s.work(r)
		}
	}
	if err != nil {
		return err
	}
	return r.seeOther("/attempts/" + r.Params("attempt") + "/result")
}

// ResultPage is an attempt that is handed in: the score, and for every question what to learn from it.
type ResultPage struct {
	Page
	AttemptFrame
	Score     quiz.Score
	Questions []ResultView
	Withheld  bool // nothing may be told before release
	Late      bool // an answer came after the time was up
	Given, Of int  // questions
	Homework  bool
	At        string
	Comment   string // of a teacher

	Calibration quiz.Calibration
	Discernment quiz.Discernment
	Steps       []Step // to jump to a question

	Show                string // which questions are shown: "" for all, showWrong, showUnsure
	Wrong, Unsure, Sure int    // how many were not right, answered unsurely, and answered surely and not right
	Again               int    // how many that were missed can be practised again
}

// Values of showField: which questions a result shows.
const (
	showField  = "show"
	showWrong  = "wrong"  // those that were not right
	showUnsure = "unsure" // those whose answer was no sure one
)

// ResultView is a question in a result.
type ResultView struct {
	*QuestionView
	N         int
	Tries     int // where it took more than one
	Certainty string
	Sure      bool // the learner was sure, and it was not right
	Lucky     bool // it was right, and the learner had no idea
	Theirs    bool // a teacher looks at a pupil's

	answer string // names the question's version and the answer; "" for one that may be in words of the learner's own
	fill   func() // puts in what was asked, which is needed where nobody has been shown the same before
}

func (s *Server) result(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	a := w.Attempt
	if !a.Done() {
		return r.seeOther("/attempts/" + a.ID)
	}
	e, err := s.quizOf(r, a)
	if err != nil {
		return err
	}
	p := r.resultPage(w, e, r.Query(showField))
	if !p.Withheld && r.scope == "" {
		whole, err := s.Store.Edition(r.ctx(), a.Edition)
		if err != nil {
			return err
		}
		p.Again = len(r.site.missedPlaces(a, whole))
	}
	p.Late, p.Newer = r.Query("late") != "", s.newer(r, a.Lesson, a.Edition)
	if !w.Task.Own() && !p.Withheld {
		said, err := s.Store.CommentOn(r.ctx(), w.Learner.ID, a.ID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		p.Comment = said.Text
	}
	return r.sendPage("learn/result", p)
}

// resultPage is the result with the questions that show asks for. What the learner was sure of and had wrong comes first:
// nothing is more worth looking at. Then comes what was right without an idea, then everything else, each in order.
func (r *request) resultPage(w *store.Work, e quiz.Edition, show string) *ResultPage {
	a := w.Attempt
	p := &ResultPage{Page: r.page("/attempts/"+a.ID+"/result", "result.title"), AttemptFrame: r.frame(w), Given: a.Given(), Of: len(e.Questions)}
	p.Learner, p.Theme = true, p.AttemptFrame.theme
	p.At, p.Homework = p.When(a.Finished), a.Rules.Preset == quiz.Homework
	if p.Withheld = !a.Reviewable(); p.Withheld {
		return p
	}
	p.Score = a.Grade(e)
	p.Calibration, p.Discernment = a.Calibration(), a.Discernment(e)
	p.choose(a, resultViews(p.Page, a, e), steps(a, e, -1), show)
	return p
}

// resultViews are the questions of an attempt whose result may be shown.
func resultViews(p Page, a *quiz.Attempt, e quiz.Edition) []ResultView {
	list := make([]ResultView, 0, len(e.Questions))
	for i, q := range e.Questions {
		v := questionState(p, a, q, i, nil)
		// In one order for all: it is looked back on, and talked about in class.
		out := ResultView{QuestionView: v, N: i + 1, fill: func() { v.fill(a, q, i, nil, "") }}
		if !q.Writes() {
			out.answer = strings.Join([]string{a.Edition, q.ID, a.Answers[i].Said()}, separator)
		}
		if ans := a.Answers[i]; ans != nil {
			out.Certainty = ans.Certainty.String()
			if len(ans.Tries) > 1 {
				out.Tries = len(ans.Tries)
			}
		}
		list = append(list, out)
	}
	return list
}

// choose takes the questions that show asks for, in the order in which they are worth looking at, and counts all. It uses up
// the lists.
func (p *ResultPage) choose(a *quiz.Attempt, all []ResultView, steps []Step, show string) {
	if show == showWrong || show == showUnsure {
		p.Show = show
	}
	p.Questions, p.Steps = all[:0], steps[:0]
	for i, v := range all {
		met := quiz.Met{Right: v.State == quiz.Right}
		if a.Answers[i] != nil {
			met.Certainty = a.Answers[i].Certainty
		}
		wrong, unsure := v.Scored && !met.Right, v.Scored && (met.Certainty == quiz.NoIdea || met.Certainty == quiz.Unsure)
		v.Sure, v.Lucky = v.Scored && met.Confident() && !met.Right, v.Scored && met.Lucky()
		p.Wrong, p.Unsure, p.Sure = p.Wrong+b2i(wrong), p.Unsure+b2i(unsure), p.Sure+b2i(v.Sure)
		if p.Show == "" || p.Show == showWrong && wrong || p.Show == showUnsure && unsure {
			p.Questions, p.Steps = append(p.Questions, v), append(p.Steps, steps[i])
		}
	}
	slices.SortStableFunc(p.Questions, func(a, b ResultView) int { return cmp.Compare(a.worth(), b.worth()) })
}

// worth is how much the question is worth looking at, 0 first.
func (v ResultView) worth() int {
	switch {
	case v.Sure:
		return 0
	case v.Lucky:
		return 1
	}
	return 2
}

// proofs is the question's evidence and that of the answers given, each place once.
func proofs(list []quiz.Evidence, outcomes []quiz.Outcome) []quiz.Evidence {
	list = slices.Clone(list)
	for _, o := range outcomes {
		list = append(list, o.Evidence...)
	}
	seen, out := map[string]bool{}, []quiz.Evidence(nil)
	for _, e := range list {
		if key := e.Path["de"] + e.Proof["de"]; !seen[key] {
			seen[key] = true
			out = append(out, e)
		}
	}
	return out
}
