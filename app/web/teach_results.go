package web

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// ResultsPage is what a class's attempts say about the questions of an assignment, without anybody's name.
type ResultsPage struct {
	Page
	ClassFrame
	AssignmentFrame
	Handed, Pupils int         // pupils who have handed in, and who are in the class
	Mean           string      // of what counts; "" when there is none
	Method         quiz.Method // which attempts are looked at
	Several        bool        // somebody has handed in more than one
	Missed, Rest   []ItemResult
	Tests          []TestFigures
	Changed        int  // attempts that would be graded otherwise by the present key
	There          bool // the lesson is still in the module
	Unreadable     int
}

// resultMethods are the ways to choose attempts, the usual one first.
var resultMethods = append([]quiz.Method{school.Counted}, school.Analysed...)

// Methods are the ways to choose attempts.
func (p ResultsPage) Methods() []quiz.Method { return resultMethods }

// MethodPath is the page's own path with the attempts that a method chooses.
func (p ResultsPage) MethodPath(method quiz.Method) string {
	path := assignmentPath(p.ClassFrame, p.Assignment, "/results")
	if method == resultMethods[0] {
		return path
	}
	return path + "?attempts=" + string(method)
}

// SheetPath is where the class's results are to be printed.
func (p ResultsPage) SheetPath() string {
	return assignmentPath(p.ClassFrame, p.Assignment, "/sheet")
}

// RegradePath is where the assignment's attempts are graded again.
func (p ResultsPage) RegradePath() string {
	return assignmentPath(p.ClassFrame, p.Assignment, "/regrade")
}

// ItemResult is a question with how it was answered.
type ItemResult struct {
	Page
	ID, Stem string
	Number   int // in the order that is shown
	N        int // pupils who were asked it
	Missed   int
	Blank    int
	Lure     string // the wrong answer that most have given; "" when there is none
	LureN    int
	Why      string // what is said to that
	Proofs   []quiz.Evidence
	Discuss  []string
	Solution []string // where no option says it
	Prompts  []PromptResult
}

// PromptResult is how one prompt of a question was answered; a question without prompts has one.
type PromptResult struct {
	Prompt  string
	Options []OptionResult
	field   string
}

// OptionResult is an answer with how many gave it.
type OptionResult struct {
	Text        string
	N           int
	Percent     int // of those who were asked
	Right, Part bool
	Mean        string // of the totals of those who gave it, in points; "" where there are too few
}

// resultsTime is how long a page waits that reads the attempts of a whole class.
const resultsTime = 10 * time.Second

func (s *Server) results(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	r.within(resultsTime)
	p := &ResultsPage{ClassFrame: ClassFrame{room, "assignment"}, AssignmentFrame: r.assignmentFrame(room.Class, a), Method: resultMethods[0]}
	if method := quiz.Method(r.Query("attempts")); slices.Contains(resultMethods, method) {
		p.Method = method
	}
	p.Page = r.page(p.MethodPath(p.Method), "results.title", "Lesson", p.LessonTitle)
	p.There = hasLesson(r.site.module, a.Lesson)
	taken, err := s.takenFor(r, p)
	if err != nil {
		return err
	}
	var tally school.Tally
	for _, one := range taken {
		if err := tally.AddLearner([]school.Taken{one}, school.AllAttempts); err != nil {
			return err
		}
	}
	p.Changed = r.outdated(a.Lesson, taken)
	tests := tally.Tests()
	means := meansOf(tests)
	for i, it := range school.MostMissed(tests) {
		if it.N == 0 { // nobody has drawn it from its pool
			continue
		}
		view := r.itemResult(p.Page, it, i+1, means)
		if it.Missed() > 0 {
			p.Missed = append(p.Missed, view)
		} else {
			p.Rest = append(p.Rest, view)
		}
	}
	for _, t := range tests {
		p.Tests = append(p.Tests, p.figures(t))
	}
	return r.sendPage("teach/results", p)
}

// takenFor reads the attempts that speak for the pupils.
func (s *Server) takenFor(r *request, p *ResultsPage) (taken []school.Taken, err error) {
	room, a := p.Room, p.Assignment
	present := room.Present()
	standings, err := s.Store.Standings(r.ctx(), room.Class, present, []school.Assignment{a}, r.now)
	if err != nil {
		return nil, err
	}
	book := school.Gradebook{Members: present, Assignments: []school.Assignment{a}, Standings: standings}
	p.Pupils = len(present)
	if mean := book.Column(a); mean.N > 0 {
		p.Mean = p.Percent(mean.Fraction)
	}
	for batch := range slices.Chunk(present, gradebookPage) {
		var places []store.Place
		for _, m := range batch {
			if s := book.At(m, a); s.Done > 0 {
				p.Several = p.Several || s.Done > 1
				places = append(places, store.Place{Learner: m.ID, Task: a.Task(room.ID)})
			}
		}
		found, err := s.Store.AttemptsAt(r.ctx(), places, r.now)
		if err != nil {
			return nil, err
		}
		of, broken := attemptsOf(found)
		p.Unreadable += broken
		for _, m := range batch {
			own, err := s.takenBy(r, p, m, of[m.ID])
			if err != nil {
				return nil, err
			}
			if own = school.Choose(own, p.Method, book.At(m, a).Counted); len(own) > 0 {
				p.Handed++
				taken = append(taken, own...)
			}
		}
	}
	return taken, nil
}

// attemptsOf sorts attempts by their learners, and counts those that cannot be read.
func attemptsOf(found []store.Found) (of map[string][]*quiz.Attempt, broken int) {
	of = map[string][]*quiz.Attempt{}
	for _, f := range found {
		if f.Err != nil {
			broken++
			continue
		}
		of[f.Learner] = append(of[f.Learner], f.Attempt)
	}
	return of, broken
}

// takenBy are the attempts of one pupil that are handed in.
func (s *Server) takenBy(r *request, p *ResultsPage, m school.Member, attempts []*quiz.Attempt) (taken []school.Taken, err error) {
	given := school.Given{Class: p.Room.Class, Assignment: p.Assignment, Member: m}
	for _, a := range attempts {
		given.Bind(a, r.now)
		a.Settle(r.now)
		if !a.Done() {
			continue
		}
		e, err := s.Store.Edition(r.ctx(), a.Edition)
		one := school.Taken{Attempt: a, Edition: e}
		switch {
		case errors.Is(err, store.ErrUnavailable):
			return nil, err
		case err != nil || one.Check() != nil:
			p.Unreadable++
		default:
			taken = append(taken, one)
		}
	}
	return taken, nil
}

// outdated counts the attempts that the present keys of the lesson would grade otherwise.
func (r *request) outdated(lesson string, taken []school.Taken) (n int) {
	l := r.site.module.Lesson(lesson)
	if l == nil {
		return 0
	}
	keys := quiz.NewKeys(l.Questions, l.Twins)
	for _, one := range taken {
		present := slices.ContainsFunc(r.site.versions[lesson], func(e quiz.Edition) bool { return e.ID == one.Edition.Hash() })
		if !present && keys.Regrade(one.Attempt, one.Edition).Changed {
			n++
		}
	}
	return n
}

// itemResult is a question with how it was answered.
func (r *request) itemResult(p Page, it school.ItemReport, number int, means optionMeans) ItemResult {
	q := it.Question
	v := ItemResult{Page: p, ID: it.ID, Stem: p.Pick(q.Stem), Number: number, N: it.N, Missed: it.Missed(), Blank: it.Blank}
	v.Proofs = q.Evidence
	if lure, ok := it.Lure(); ok && v.Missed > 0 {
		why, evidence := q.Why(lure.Pick, p.Lang)
		v.Lure, v.LureN, v.Why = p.answerText(lure.Pick), lure.N, why
		if len(evidence) > 0 { // the question's own does not fit then
			v.Proofs = evidence
		}
	}
	if v.Missed > 0 {
		v.Discuss = p.discuss(v)
	}
	prompts := slices.ContainsFunc(it.Options, func(o school.Option) bool { return o.Field != it.Options[0].Field })
	for _, o := range it.Options {
		if o.Rare() || prompts && o.N == 0 && !o.Right { // every prompt has the same options
			continue
		}
		if len(v.Prompts) == 0 || v.Prompts[len(v.Prompts)-1].field != o.Field {
			v.Prompts = append(v.Prompts, PromptResult{Prompt: p.Pick(o.Prompt), field: o.Field})
		}
		last := &v.Prompts[len(v.Prompts)-1]
		last.Options = append(last.Options, OptionResult{
			Text: p.optionText(o.Pick), N: o.N,
			Percent: int(math.Round(float64(o.N) / float64(max(it.N, 1)) * 100)), Right: o.Right, Part: o.Part, Mean: p.figure(means.of(it.ID, o)),
		})
	}
	if !it.Solved() {
		for _, o := range quiz.Outcomes(q.Items(quiz.View{Lang: p.Lang, Reveal: true})) {
			v.Solution = append(v.Solution, o.Solution...)
		}
	}
	return v
}

// optionText is an answer in words.
func (p Page) optionText(o quiz.Pick) string {
	if o.Key != "" {
		return p.T(o.Key)
	}
	return p.Pick(o.Text)
}

// answerText is an answer in words, with what it answers.
func (p Page) answerText(o quiz.Pick) string {
	if prompt := p.Pick(o.Prompt); prompt != "" {
		return p.T("results.answer", "Prompt", prompt, "Answer", p.optionText(o))
	}
	return p.optionText(o)
}

// inner makes quotes within quotes.
var inner = map[string]*strings.Replacer{"de": strings.NewReplacer("„", "‚", "“", "‘"), "en": strings.NewReplacer("“", "‘", "”", "’")}

// discuss are questions to talk a question over with the class.
func (p Page) discuss(v ItemResult) (list []string) {
	if v.Lure != "" {
		list = append(list, p.T("results.discuss_lure", "Answer", inner[p.Lang].Replace(v.Lure)))
	}
	if len(v.Proofs) > 0 {
		return append(list, p.T("results.discuss_proof", "Passage", p.Place(v.Proofs[0]).Passage))
	}
	return append(list, p.T("results.discuss_self"))
}
