package school

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"eberbach/app/quiz"
)

// Times after which somebody who has changed nothing in an open attempt is told apart in the live view.
const (
	StuckAfter = 3 * time.Minute
	AwayAfter  = 30 * time.Minute
)

// LeastNamed is how many must have given an answer before it is shown by itself: of one or two, a class may know who.
const LeastNamed = 3

// Hand is a member with where they stand at an assignment, and the attempt at hand: the open one, else the one that
// counts.
type Hand struct {
	Member   Member
	Standing Standing
	Attempt  *quiz.Attempt // as the class says by now; nil where nothing is begun
	Edition  quiz.Edition  // that it was begun with
}

// Live is how far a class has come with an assignment at one moment, and where it sticks.
type Live struct {
	Waiting, Working, Done, Missed int // pupils; together all of them
	Late                           int // of those who are done
	Stuck                          int // of those who work
	Given, Asked                   int // answers in the attempts at hand, and how many would be all
	Pupils                         []LivePupil
	Spots                          []Spot // in the quiz's order
}

// LivePupil is how far one pupil has come.
type LivePupil struct {
	Hand
	Idle time.Duration // since the last change of the open attempt
	Rest Rest
	N    int // number of the question they are at; 0 when they are at none
}

// Rest says whether a pupil with an open attempt goes on with it.
type Rest string

// The kinds of rest.
const (
	Going Rest = ""
	Stuck Rest = "stuck" // nothing for a while
	Away  Rest = "away"  // for so long that they will have put it aside
)

// Spot is what the attempts at hand say about one question. What was answered is what was sent first: later tries follow
// hints. A pupil counts once.
type Spot struct {
	Question *quiz.Question // the newest version that was met
	N        int            // its number in the quiz; 0 where not everybody is asked the same
	Asked    int            // attempts that ask it
	Right    int            // answers that earn the whole mark
	Partial  int            // a part of it
	Wrong    int            // nothing
	Left     int            // has no answer, though a later one has, or the attempt is over
	Here     int            // pupils who are at it
	Stuck    int            // of these, who get no further

	options func() []Option
}

// Options are what was chosen and typed, prompt by prompt. They are counted when they are first asked for: a live view shows
// those of a few questions, but is made anew every second.
func (s Spot) Options() []Option { return s.options() }

// BlankSpot is the question before anybody has answered it.
func BlankSpot(q *quiz.Question) Spot {
	none := test{chosen: map[*quiz.Question]map[quiz.Sent]*chosen{}}
	return Spot{Question: q, options: func() []Option { return none.options(q, nil) }}
}

// Answered is how many have answered.
func (s Spot) Answered() int { return s.Right + s.Partial + s.Wrong }

// WrongShare is the share of the answers that earn nothing, 0..1.
func (s Spot) WrongShare() float64 {
	if s.Answered() == 0 {
		return 0
	}
	return float64(s.Wrong) / float64(s.Answered())
}

// Passed is how many pupils the question stops: they have left it, or get no further.
func (s Spot) Passed() int { return s.Left + s.Stuck }

// Trouble is how many pupils the question troubles: those it stops, and those whose answer is not right.
func (s Spot) Trouble() float64 {
	return float64(s.Passed()+s.Wrong) + float64(s.Partial)/2
}

// Astray is the wrong answer that most have given; false while fewer than LeastNamed have.
func (s Spot) Astray() (Option, bool) {
	var most Option
	for _, o := range s.Options() {
		if !o.Right && !o.Part && o.N > most.N {
			most = o
		}
	}
	return most, most.N >= LeastNamed
}

// Worst are the spots that trouble anybody, the worst first. Without answers, only how many pupils they stop counts, so
// that the order tells nothing of right and wrong.
func (l *Live) Worst(answers bool) []Spot {
	weigh := Spot.Trouble
	if !answers {
		weigh = func(s Spot) float64 { return float64(s.Passed()) }
	}
	list := slices.DeleteFunc(slices.Clone(l.Spots), func(s Spot) bool { return weigh(s) == 0 })
	slices.SortStableFunc(list, func(a, b Spot) int { return cmp.Compare(weigh(b), weigh(a)) })
	return list
}

// Spot is the spot of the question with the id; false when no attempt at hand asks it.
func (l *Live) Spot(question string) (Spot, bool) {
	i := slices.IndexFunc(l.Spots, func(s Spot) bool { return s.Question.ID == question })
	if i < 0 {
		return Spot{}, false
	}
	return l.Spots[i], true
}

// NewLive works out where a class stands. questions is how many an attempt that is not begun yet will ask.
func NewLive(hands []Hand, questions int, now time.Time) *Live {
	l := &Live{}
	c := &liveCount{spots: map[string]*Spot{}, chosen: test{chosen: map[*quiz.Question]map[quiz.Sent]*chosen{}}}
	for _, e := range editionsOf(hands) {
		c.place(e)
	}
	for _, h := range hands {
		p := LivePupil{Hand: h}
		if h.Standing.Open != "" {
			p.Idle = max(now.Sub(time.Unix(h.Standing.At, 0)), 0)
			p.Rest = restAfter(p.Idle)
		}
		l.tally(p)
		if h.Attempt == nil {
			l.Asked += questions
		} else {
			p.N = c.add(p)
			l.Given += h.Attempt.Given()
			l.Asked += len(h.Attempt.Answers)
		}
		l.Pupils = append(l.Pupils, p)
	}
	l.Spots = c.results()
	return l
}

func restAfter(idle time.Duration) Rest {
	switch {
	case idle >= AwayAfter:
		return Away
	case idle >= StuckAfter:
		return Stuck
	}
	return Going
}

func (l *Live) tally(p LivePupil) {
	switch p.Standing.Phase {
	case PhaseWorking:
		l.Working++
		if p.Rest == Stuck {
			l.Stuck++
		}
	case PhaseDone:
		l.Done++
		if p.Standing.Late {
			l.Late++
		}
	case PhaseMissed:
		l.Missed++
	default:
		l.Waiting++
	}
}

// editionsOf are the editions of the attempts at hand, the newest first.
func editionsOf(hands []Hand) (list []quiz.Edition) {
	seen := map[string]bool{}
	for _, h := range hands {
		if h.Attempt != nil && !seen[h.Attempt.Edition] {
			seen[h.Attempt.Edition] = true
			list = append(list, h.Edition)
		}
	}
	slices.SortStableFunc(list, func(a, b quiz.Edition) int {
		return cmp.Or(cmp.Compare(b.Since, a.Since), cmp.Compare(a.Hash(), b.Hash()))
	})
	return list
}

// liveCount counts what attempts say about questions.
type liveCount struct {
	order  []*Spot
	spots  map[string]*Spot // by question
	chosen test
}

// place gives the edition's questions their places, if a newer one has not.
func (c *liveCount) place(e quiz.Edition) {
	for i, q := range e.Questions {
		if c.spots[q.ID] != nil || !q.Scored() {
			continue
		}
		s := &Spot{Question: q}
		if len(e.Pools) == 0 {
			s.N = i + 1
		}
		c.spots[q.ID], c.order = s, append(c.order, s)
	}
}

// add counts an attempt, and returns the number of the question that its pupil is at, in that attempt.
func (c *liveCount) add(p LivePupil) (n int) {
	a, asked := p.Attempt, p.Attempt.Of(p.Edition).Questions
	last, at := lastAnswered(a), -1
	if !a.Done() {
		at = a.NextOpen(last - 1) // the last one itself, when it has tries left
	}
	for i, q := range asked {
		s := c.spots[q.ID]
		if s == nil || i >= len(a.Answers) {
			continue
		}
		s.Asked++
		switch {
		case i == at:
			s.Here++
			if p.Rest == Stuck {
				s.Stuck++
			}
		case a.Answers[i] == nil && (a.Done() || answeredAfter(a, i)):
			s.Left++
		}
		if ans := a.Answers[i]; ans != nil {
			c.chosen.choose(q, ans.Tries[0], 0)
		}
	}
	return at + 1
}

// lastAnswered is the place of the question that was answered last; 0 when none is.
func lastAnswered(a *quiz.Attempt) (last int) {
	var after time.Duration
	for i, ans := range a.Answers {
		if ans != nil && ans.After >= after {
			last, after = i, ans.After
		}
	}
	return last
}

func answeredAfter(a *quiz.Attempt, i int) bool {
	return slices.ContainsFunc(a.Answers[i+1:], func(ans *quiz.Answer) bool { return ans != nil })
}

// results are the spots with what was chosen at them. Each answer that was given is graded once, however many gave it.
func (c *liveCount) results() []Spot {
	versions := c.chosen.versions()
	var out []Spot
	for _, s := range c.order {
		for _, q := range versions[s.Question.ID] {
			for sent, given := range c.chosen.chosen[q] {
				switch quiz.State(quiz.Grade(q, sent.Response())) {
				case quiz.Right:
					s.Right += given.n
				case quiz.Partial:
					s.Partial += given.n
				default:
					s.Wrong += given.n
				}
			}
		}
		s.options = sync.OnceValue(func() []Option { return c.chosen.options(s.Question, versions[s.Question.ID]) })
		out = append(out, *s)
	}
	return out
}
