package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"

	"eberbach/app/quiz"
)

// mostFragments bounds what is kept. Stored versions of lessons add theirs, and every figure of a gradebook its own; when
// there are too many, all are made anew.
const mostFragments = 12_000

// fragments are pieces of pages that are the same for everybody who sees them, such as a proof. They are rendered when they
// are first asked for: a result has dozens of them, and a class reads the same ones 35 times.
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

// joined is what html makes of each of a list, one after the other.
func joined[T any](list []T, html func(T) (template.HTML, error)) (template.HTML, error) {
	var out strings.Builder
	for _, one := range list {
		part, err := html(one)
		if err != nil {
			return "", err
		}
		out.WriteString(string(part))
	}
	return template.HTML(out.String()), nil
}

// separator stands between the parts of a key. No text of a lesson has it.
const separator = "\x00"

// Foot is what stands at the end of every page.
func (p Page) Foot() (template.HTML, error) {
	return p.fragment("partials/foot", fmt.Sprint(p.Preview()), p)
}

// EvidenceView is the place that proves something, within a page.
type EvidenceView struct {
	Page
	quiz.Evidence
}

// Proven are the places that prove something.
func (p Page) Proven(list []quiz.Evidence) (template.HTML, error) {
	return joined(list, func(e quiz.Evidence) (template.HTML, error) {
		key := strings.Join([]string{e.Passage, e.Path[p.Lang], e.Proof[p.Lang]}, separator)
		return p.fragment("partials/proven", key, EvidenceView{p, e})
	})
}

// OutcomeView is an outcome within a result.
type OutcomeView struct {
	Page
	quiz.Outcome
	Theirs bool // a teacher looks at a pupil's
}

// Answered are the questions of a result.
func (p Page) Answered(list []ResultView) (template.HTML, error) {
	return joined(list, ResultView.answered)
}

func (v ResultView) answered() (template.HTML, error) {
	head, err := v.head()
	if err != nil {
		return "", err
	}
	told, err := joined(v.Outcomes, func(o quiz.Outcome) (template.HTML, error) { return v.told(OutcomeView{v.Page, o, v.Theirs}) })
	if err != nil {
		return "", err
	}
	proven, err := v.Proven(v.Proofs)
	return head + told + proven + "</article>\n", err
}

// head is what stands above the outcomes.
func (v ResultView) head() (template.HTML, error) {
	own := v.Kind == new(quiz.OwnWords).Kind()
	if !v.Scored && !own { // everybody sees the arguments in another order
		out, err := v.site.render(v.Lang, "partials/answered", v)
		return template.HTML(out), err
	}
	key := fmt.Sprint(v.N, v.Tries, v.State, v.Certainty, v.Given, v.Scored, v.Sure, v.Lucky, v.Regraded, v.Theirs) + separator + v.ID + separator + v.Stem
	if !own {
		return v.fragment("partials/answered", key, v)
	}
	said := v.Items[0].Value
	view := *v.QuestionView
	view.Items = slices.Clone(v.Items)
	if said != "" {
		view.Items[0].Value = someWords
		key += someWords
	}
	for _, it := range v.Items[1:] {
		key += separator + it.Text
	}
	v.QuestionView = &view
	out, err := v.fragment("partials/answered", key, v)
	return withWords(out, said), err
}

// someWords stand for the learner's own in what is kept, which has none of them. No text has the character.
const someWords = "\uE000"

func withWords(html template.HTML, said string) template.HTML {
	return template.HTML(strings.Replace(string(html), someWords, template.HTMLEscapeString(said), 1))
}

func (p Page) told(o OutcomeView) (template.HTML, error) {
	said := ""
	if o.Typed {
		said, o.Yours = o.Yours[0], []string{someWords}
	}
	var key strings.Builder
	fmt.Fprint(&key, o.Right, o.Theirs, o.Prompt)
	for _, list := range [][]string{o.Yours, o.Solution, o.Whys} {
		key.WriteString(separator)
		for _, text := range list {
			key.WriteString(separator + text)
		}
	}
	html, err := p.fragment("partials/outcome", key.String(), o)
	if o.Typed {
		html = withWords(html, said)
	}
	return html, err
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

// someAttempt stands for an attempt in what is kept, by its id or by its path. No id has an underscore.
const someAttempt = "_attempt_"

func (p Page) row(name string, steps []Step) (template.HTML, error) {
	return joined(steps, func(step Step) (template.HTML, error) {
		return p.fragment(name, fmt.Sprint(step.N, step.Here, step.State, separator, step.ID), StepView{p, step, someAttempt})
	})
}

// AskCertainty asks how sure the learner is, where the question does.
func (v *QuestionView) AskCertainty() (template.HTML, error) {
	if len(v.Levels) == 0 {
		return "", nil
	}
	return v.fragment("partials/certainty", fmt.Sprint(v.Stakes, v.Levels), v)
}

// CellView is a cell of the gradebook within its page.
type CellView struct {
	Page
	Cell GradeCell
}

// Grades are the cells of a row.
func (p Page) Grades(cells []GradeCell) (template.HTML, error) {
	return joined(cells, func(c GradeCell) (template.HTML, error) {
		path := c.Path
		if path != "" {
			c.Path = someAttempt
		}
		html, err := p.fragment("partials/cell", fmt.Sprint(c), CellView{p, c})
		return template.HTML(strings.Replace(string(html), someAttempt, path, 1)), err
	})
}
