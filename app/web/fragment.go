package web

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"eberbach/app/quiz"
)

// mostFragments bounds what is kept, in bytes. Stored versions of lessons add theirs, and every figure of a gradebook its own;
// when there are too many, all are made anew.
const mostFragments = 8 << 20

// fragments are pieces of pages that are the same for everybody who sees them, such as a proof. They are rendered when they
// are first asked for: a result has dozens of them, and a class reads the same ones 35 times.
type fragments struct {
	sync.RWMutex
	known map[string]template.HTML
	bytes int // of what is known, with its keys
}

// fragment is the partial of that name. key has to hold everything of the data that it shows, but for the language and what
// is the site's; nothing that a learner wrote.
func (p Page) fragment(name, key string, data any) (template.HTML, error) {
	return p.kept(name, key, func() (template.HTML, error) {
		return p.site.html(p.Lang, name, data)
	})
}

// kept is what is kept under the name and key, or else what make makes.
func (p Page) kept(name, key string, make func() (template.HTML, error)) (template.HTML, error) {
	at := p.Lang + name + separator + key
	p.site.fragments.RLock()
	out, ok := p.site.fragments.known[at]
	p.site.fragments.RUnlock()
	if ok {
		return out, nil
	}
	out, err := make()
	if err == nil {
		p.site.fragments.keep(at, out)
	}
	return out, err
}

func (f *fragments) keep(key string, html template.HTML) {
	f.Lock()
	defer f.Unlock()
	if _, there := f.known[key]; there { // by another request meanwhile
		return
	}
	if f.bytes += len(key) + len(html); f.bytes > mostFragments || f.known == nil {
		f.known, f.bytes = map[string]template.HTML{}, len(key)+len(html)
	}
	f.known[key] = html
}

// joined is what html makes of each of a list, one after the other.
func joined[T any](list []T, html func(T) (template.HTML, error)) (template.HTML, error) {
	parts := make([]string, len(list))
	for i, one := range list {
		part, err := html(one)
		if err != nil {
			return "", err
		}
		parts[i] = string(part)
	}
	return template.HTML(strings.Join(parts, "")), nil
}

// separator stands between the parts of a key. No text of a lesson has it.
const separator = "\x00"

// Head is what every page begins with. Its title may be a name that somebody has given.
func (p Page) Head() (template.HTML, error) {
	title := p.Title
	p.Title = someWords
	key := strings.Join([]string{p.Theme, p.Description, fmt.Sprint(p.Teacher)}, separator)
	html, err := p.fragment("partials/head", key, p)
	return withWords(html, title), err
}

// Nav is what leads from every page to others; a slot of those that are prepared.
func (p Page) Nav() (template.HTML, error) {
	if p.slot {
		return p.Slot("nav", p)
	}
	owner, path := p.Owner, p.Path
	if !plainPath.MatchString(path) {
		return p.Slot("nav", p)
	}
	if owner != "" {
		p.Owner = someWords
	}
	if !slices.Contains(navPaths, path) {
		p.Path = "/" + someAttempt
	}
	html, err := p.fragment("partials/nav", fmt.Sprint(p.Learner, p.Teacher, owner != "", p.Preview())+p.Path, p)
	out := strings.Replace(string(html), someWords, owner, 1)
	return template.HTML(strings.Replace(out, "/"+someAttempt, path, 1)), err
}

// navPaths are the pages that the navigation says of that one is there.
var navPaths = []string{"/", "/me", "/leave", "/teach", "/teach/account"}

// plainPath matches what stands in HTML as it is.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9/_-]+$`)

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

// Calibrated is how sure the learner was beside what was right.
func (p *ResultPage) Calibrated() (template.HTML, error) {
	return p.fragment("partials/calibration", fmt.Sprint(p.Calibration), p)
}

// OutcomeView is an outcome within a result.
type OutcomeView struct {
	Page
	quiz.Outcome
	Theirs bool // a teacher looks at a pupil's
}

// Whole is the question with what came of it, as a result has it.
func (v ResultView) Whole() (template.HTML, error) {
	if v.answer == "" {
		return v.answered()
	}
	// Of a class many have given the same answer.
	key := fmt.Sprint(v.N, v.Tries, v.Certainty, v.Sure, v.Lucky, v.Regraded, v.Theirs) + separator + v.answer
	return v.kept("answered", key, v.answered)
}

func (v ResultView) answered() (template.HTML, error) {
	v.fill()
	head, err := v.head()
	if err != nil {
		return "", err
	}
	outcomes := quiz.Outcomes(v.Items)
	told, err := joined(outcomes, func(o quiz.Outcome) (template.HTML, error) { return v.told(OutcomeView{v.Page, o, v.Theirs}) })
	if err != nil {
		return "", err
	}
	proven, err := v.Proven(proofs(v.Evidence, outcomes))
	return head + told + proven + "</article>\n", err
}

// head is what stands above the outcomes.
func (v ResultView) head() (template.HTML, error) {
	if v.answer != "" { // kept as a whole
		return v.site.html(v.Lang, "partials/answered", v)
	}
	key := fmt.Sprint(v.N, v.Tries, v.State, v.Certainty, v.Given, v.Scored, v.Sure, v.Lucky, v.Regraded, v.Theirs) + separator + v.ID + separator + v.Stem
	if v.Kind != new(quiz.OwnWords).Kind() {
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

// someAttempt stands for an attempt in what is kept, by its id or by its path, or for a page. No id has an underscore.
const someAttempt = "_attempt_"

func (p Page) row(name string, steps []Step) (template.HTML, error) {
	return joined(steps, func(step Step) (template.HTML, error) {
		key := strings.Join([]string{strconv.Itoa(step.N), strconv.FormatBool(step.Here), step.State, step.ID}, separator)
		return p.kept(name, key, func() (template.HTML, error) { // the view is only made where it is needed
			return p.site.html(p.Lang, name, StepView{p, step, someAttempt})
		})
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
		key := strings.Join([]string{c.Path, c.State, c.Text, c.Shade, strconv.FormatBool(c.Again)}, separator)
		html, err := p.kept("partials/cell", key, func() (template.HTML, error) {
			return p.site.html(p.Lang, "partials/cell", CellView{p, c})
		})
		before, after, _ := strings.Cut(string(html), someAttempt)
		return template.HTML(before + path + after), err
	})
}
