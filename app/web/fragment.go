package web

import (
	"fmt"
	"html/template"
	"strings"
	"sync"

	"eberbach/app/quiz"
)

// mostFragments bounds what is kept; the present lessons have about a third of it in both languages. Stored versions of
// lessons add theirs; when there are too many, all are made anew.
const mostFragments = 12_000

// fragments are pieces of pages that are the same for everybody who sees them, such as a proof. They are rendered when they
// are first asked for: a result has a hundred of them, and a class reads the same ones 35 times.
type fragments struct {
	sync.RWMutex
	known map[string]template.HTML
}

// fragment is the partial of that name. key has to hold everything of the data that it shows, but for the language and what
// is the site's; nothing that a learner wrote.
func (p Page) fragment(name, key string, data any) (template.HTML, error) {
	at := p.Lang + name + separator + key
	p.site.fragments.RLock()
	out, ok := p.site.fragments.known[at]
	p.site.fragments.RUnlock()
	if ok {
		return out, nil
	}
	raw, err := p.site.render(p.Lang, name, data)
	if err != nil {
		return "", err
	}
	out = template.HTML(raw)
	p.site.fragments.Lock()
	defer p.site.fragments.Unlock()
	if len(p.site.fragments.known) >= mostFragments || p.site.fragments.known == nil {
		p.site.fragments.known = map[string]template.HTML{}
	}
	p.site.fragments.known[at] = out
	return out, nil
}

// separator stands between the parts of a key. No text of a lesson has it.
const separator = "\x00"

// Foot is what stands at the end of every page.
func (p Page) Foot() (template.HTML, error) { return p.fragment("partials/foot", "", p) }

// EvidenceView is the place that proves something, within a page.
type EvidenceView struct {
	Page
	quiz.Evidence
}

// Proven are the places that prove something.
func (p Page) Proven(list []quiz.Evidence) (template.HTML, error) {
	var out strings.Builder
	for _, e := range list {
		key := strings.Join([]string{e.Passage, e.Path[p.Lang], e.Proof[p.Lang]}, separator)
		html, err := p.fragment("partials/proven", key, EvidenceView{p, e})
		if err != nil {
			return "", err
		}
		out.WriteString(string(html))
	}
	return template.HTML(out.String()), nil
}

// OutcomeView is an outcome within a result.
type OutcomeView struct {
	Page
	quiz.Outcome
	Theirs bool // a teacher looks at a pupil's
}

// Told is what came of the question.
func (v ResultView) Told() (template.HTML, error) {
	var out strings.Builder
	for _, o := range v.Outcomes {
		html, err := v.told(OutcomeView{v.Page, o, v.Theirs})
		if err != nil {
			return "", err
		}
		out.WriteString(string(html))
	}
	return template.HTML(out.String()), nil
}

func (p Page) told(o OutcomeView) (template.HTML, error) {
	if o.Typed {
		out, err := p.site.render(p.Lang, "partials/outcome", o)
		return template.HTML(out), err
	}
	var key strings.Builder
	fmt.Fprint(&key, o.Right, o.Theirs, o.Prompt)
	for _, list := range [][]string{o.Yours, o.Solution, o.Whys} {
		key.WriteString(separator)
		for _, text := range list {
			key.WriteString(separator + text)
		}
	}
	return p.fragment("partials/outcome", key.String(), o)
}

// Answered is what the head of an answered question says besides its stem.
type Answered struct {
	N, Tries                   int
	Certainty, State           string
	Given, Scored, Sure, Lucky bool
}

// AnsweredView is the same within a page.
type AnsweredView struct {
	Page
	Answered
}

// Mark is how the question was answered.
func (v ResultView) Mark() (template.HTML, error) {
	m := Answered{v.N, v.Tries, v.Certainty, v.State, v.Given, v.Scored, v.Sure, v.Lucky}
	return v.fragment("partials/answered-mark", fmt.Sprint(m), AnsweredView{v.Page, m})
}

// StepView is a question in the row of all questions, within a page.
type StepView struct {
	Page
	Step
	Attempt string
}

// Jumps are the steps as places on the same page.
func (p Page) Jumps(steps []Step) (template.HTML, error) { return p.row("partials/jump", steps) }

// Row is the steps as pages of the attempt.
func (p *QuestionPage) Row() (template.HTML, error) {
	row, err := p.row("partials/step", p.Steps)
	return template.HTML(strings.ReplaceAll(string(row), someAttempt, p.Attempt)), err
}

// someAttempt stands for an attempt's id in what is kept. No id has an underscore.
const someAttempt = "_attempt_"

func (p Page) row(name string, steps []Step) (template.HTML, error) {
	var out strings.Builder
	for _, step := range steps {
		html, err := p.fragment(name, fmt.Sprint(step.N, step.Here, step.State, separator, step.ID), StepView{p, step, someAttempt})
		if err != nil {
			return "", err
		}
		out.WriteString(string(html))
	}
	return template.HTML(out.String()), nil
}

// AskCertainty asks how sure the learner is, where the question does.
func (v *QuestionView) AskCertainty() (template.HTML, error) {
	if len(v.Levels) == 0 {
		return "", nil
	}
	return v.fragment("partials/certainty", fmt.Sprint(v.Stakes, v.Levels), v)
}
