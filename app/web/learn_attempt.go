package web

import (
	"errors"

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
	e, err := s.Store.Edition(r.ctx(), a.Edition)
	if err != nil {
		return err
	}
	return r.sendPage("learn/overview", r.overviewPage(a, e))
}

func (r *request) overviewPage(a *quiz.Attempt, e quiz.Edition) *OverviewPage {
	p := &OverviewPage{Page: r.page("/attempts/"+a.ID, "overview.title"), AttemptFrame: r.frame(a), Given: a.Given(), Of: len(e.Questions)}
	p.Learner, p.Theme = true, p.AttemptFrame.theme
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
		now := s.Now()
		if !w.Attempt.Finish(now) { // handed in already
			err = s.Store.Confirm(r.ctx(), w.Learner.ID)
			break
		}
		err = s.Store.Save(r.ctx(), w, w.Progress.After(w.Attempt, now), now)
		if err == nil {
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
	Sum       float64 // points
	Of        int
	At        string
	Steps     []Step // to jump to a question
	Questions []ResultView
}

// ResultView is a question in a result.
type ResultView struct {
	*QuestionView
	N        int
	Outcomes []quiz.Outcome
	Proofs   []quiz.Evidence // the question's, and what belongs to the answer that was given
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
	e, err := s.Store.Edition(r.ctx(), a.Edition)
	if err != nil {
		return err
	}
	return r.sendPage("learn/result", r.resultPage(a, e))
}

func (r *request) resultPage(a *quiz.Attempt, e quiz.Edition) *ResultPage {
	p := &ResultPage{Page: r.page("/attempts/"+a.ID+"/result", "result.title"), AttemptFrame: r.frame(a), Sum: a.Points(), Of: len(e.Questions)}
	p.Learner, p.Theme = true, p.AttemptFrame.theme
	p.At = p.When(a.Finished)
	p.Steps = steps(a, e, -1)
	for i, q := range e.Questions {
		v := questionView(p.Page, a, q, i, nil)
		out := ResultView{QuestionView: v, N: i + 1, Outcomes: quiz.Outcomes(v.Items)}
		out.Proofs = proofs(q, out.Outcomes)
		p.Questions = append(p.Questions, out)
	}
	return p
}

// proofs is the question's evidence and that of the answers given, each place once.
func proofs(q *quiz.Question, outcomes []quiz.Outcome) []quiz.Evidence {
	list := append([]quiz.Evidence(nil), q.Evidence...)
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
