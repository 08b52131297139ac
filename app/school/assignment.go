package school

import (
	"slices"
	"time"

	"eberbach/app/quiz"
)

// Assignment is a lesson that a class was given. What it means for one pupil is worked out when it is asked for: a date
// that is moved, more time for one of them or a released Test hold at once for attempts that are open or done.
type Assignment struct {
	N         int              `json:"-"` // from 1, in the order they were given
	Lesson    string           `json:"l"`
	Part      string           `json:"s,omitempty"` // of the lesson's quiz
	Preset    quiz.Preset      `json:"p"`
	Opens     int64            `json:"o"` // Unix seconds
	Due       int64            `json:"d"`
	Late      Late             `json:"e"`
	Attempts  int              `json:"a,omitempty"` // how many each pupil has; 0: as many as they like
	Counts    quiz.Method      `json:"c"`           // which of them counts
	Limit     int64            `json:"t,omitempty"` // seconds, of a Test
	Release   Release          `json:"r,omitempty"` // of a Test
	Released  bool             `json:"f,omitempty"` // by hand
	Withdrawn bool             `json:"w,omitempty"`
	Longer    map[string]int64 `json:"x,omitempty"` // due dates of single learners
	Round     *Round           `json:"g,omitempty"` // nil where everybody goes on by themselves
	Created   int64            `json:"m"`
	Key       string           `json:"k"` // of the form that made it: sent twice, it makes one
}

// Late says what happens to work after the due date.
type Late string

// The policies.
const (
	LateMark  Late = "mark"  // it is taken and marked late
	LateClose Late = "close" // it is not taken
)

// Release says when a Test's answers and feedback may be seen.
type Release string

// The times of release.
const (
	ReleaseByHand Release = "hand"
	ReleaseAtDue  Release = "due" // when it is over for everybody
)

// Task is the task that the assignment makes for the class's pupils.
func (a Assignment) Task(class string) Task { return Task{a.Lesson, class, a.N} }

// DueFor is when a pupil's work is due.
func (a Assignment) DueFor(m Member) time.Time {
	if longer, ok := a.Longer[m.ID]; ok {
		return time.Unix(longer, 0)
	}
	return time.Unix(a.Due, 0)
}

// ClosesFor is when no answer of the pupil is taken any more. Extra time moves it by as much as it makes the time limit
// longer, so that nobody has less of it for having begun in time.
func (a Assignment) ClosesFor(c Class, m Member) time.Time {
	end := c.End()
	if a.Withdrawn || c.Archived || !m.In() {
		return shut
	}
	if a.Round != nil {
		return a.Round.closes(end)
	}
	if a.Late != LateClose {
		return end
	}
	closes := a.DueFor(m)
	if m.Care.Extra > 1 {
		closes = closes.Add(time.Duration(float64(a.Limit) * (m.Care.Extra - 1) * float64(time.Second)).Truncate(time.Second))
	}
	if end.Before(closes) {
		return end
	}
	return closes
}

// Rules are what an attempt of the pupil follows.
func (a Assignment) Rules(m Member) quiz.Rules {
	r := quiz.Rules{Preset: a.Preset}
	if a.Limit > 0 && !m.Care.NoTimer {
		r.Limit = time.Duration(a.Limit) * time.Second
		if m.Care.Extra > 1 {
			r.Extra = m.Care.Extra
		}
	}
	return r
}

// Tries is how many attempts the pupil has; 0 for as many as they like, which is MostAttempts.
func (a Assignment) Tries(m Member) int {
	if a.Attempts == 0 {
		return 0
	}
	return min(a.Attempts+m.Care.Tries, MostAttempts)
}

// IsReleased says whether results may be seen. What is no Test shows them by itself.
func (a Assignment) IsReleased(c Class, now time.Time) bool {
	if a.Preset != quiz.Test || a.Released {
		return true
	}
	return a.Release == ReleaseAtDue && now.After(a.over(c))
}

// over is when the assignment is over for everybody: the last due date, and with it the longest time that may begin then.
// Where late work is taken it is not over before the class is.
func (a Assignment) over(c Class) time.Time {
	if a.Late != LateClose {
		return c.End()
	}
	last := a.Due
	for _, due := range a.Longer {
		last = max(last, due)
	}
	end := time.Unix(last, 0).Add(time.Duration(float64(a.Limit)*(MostExtra-1))*time.Second + quiz.Grace)
	if a.Limit == 0 {
		end = time.Unix(last, 0).Add(quiz.Grace)
	}
	if c.End().Before(end) {
		return c.End()
	}
	return end
}

// Given is an assignment together with whom it is given to: all that decides on a pupil's work.
type Given struct {
	Class      Class
	Assignment Assignment
	Member     Member
}

// Bind says in an attempt what the assignment means for it now.
func (g *Given) Bind(a *quiz.Attempt, now time.Time) {
	rules := g.Assignment.Rules(g.Member)
	rules.Preset = a.Rules.Preset // that is never changed
	if rules.Preset != quiz.Test {
		rules.Limit, rules.Extra = 0, 0
	}
	a.Rules = rules
	a.Closes = g.Assignment.ClosesFor(g.Class, g.Member)
	a.Released = g.Assignment.IsReleased(g.Class, now)
	if a.Pace = nil; g.Assignment.Round != nil {
		a.Pace = g.Assignment.Round.pace()
	}
}

// BindProgress says in a progress what the assignment means for its open attempt now.
func (g *Given) BindProgress(p Progress) Progress {
	if p.Timed == nil {
		return p
	}
	timed := *p.Timed
	open := quiz.Attempt{Started: time.Unix(timed.Start, 0), Rules: g.Assignment.Rules(g.Member), Closes: g.Assignment.ClosesFor(g.Class, g.Member)}
	timed.End = open.End().Unix()
	p.Timed = &timed
	return p
}

// Adrift is what an attempt is bound to whose class, assignment or membership is no longer there: it is over.
func Adrift(a *quiz.Attempt) { a.Closes = shut }

// shut is when everything has closed that is not there any more: no grace reaches from then to now.
var shut = time.Unix(1, 0)

// Phase is how far a pupil has come with an assignment.
type Phase string

// The phases.
const (
	PhaseSoon    Phase = "soon"    // it has not opened yet
	PhaseWaiting Phase = "waiting" // nothing is begun
	PhaseWorking Phase = "working" // an attempt is open
	PhaseDone    Phase = "done"    // at least one is handed in and none is open
	PhaseMissed  Phase = "missed"  // it closed before anything was handed in
)

// Standing is where a pupil stands with an assignment.
type Standing struct {
	Phase    Phase
	Late     bool       // what counts was handed in after the due date; or nothing was, and the date is past
	Begun    int        // attempts
	Done     int        // attempts handed in
	Given    int        // answers in the open attempt
	Of       int        // questions
	Score    quiz.Score // what counts, when Done is not 0
	Counted  string     // id of the attempt that counts; of an average, the last one
	Handed   int64      // when that one was handed in, Unix seconds
	Open     string     // id of the open attempt
	Edition  string     // that the open attempt was begun with
	Closed   bool       // no answer is taken any more
	Left     int        // attempts that may still be begun; -1 for as many as they like
	Ends     time.Time  // when the open attempt's time is up; zero for never
	At       int64      // last change, Unix seconds
	Due      time.Time  // for this pupil
	Released bool       // of a Test: the pupil may see it
}

// MayBegin says whether the pupil may begin an attempt.
func (s Standing) MayBegin() bool {
	return s.Open == "" && !s.Closed && s.Phase != PhaseSoon && s.Left != 0
}

// Standing works out where the pupil stands with a progress as it is stored.
func (g *Given) Standing(p Progress, now time.Time) Standing {
	a := g.Assignment
	p = g.BindProgress(p).Settle(now)
	s := Standing{
		Begun: p.Attempts, Done: p.Done, Given: p.Given, Of: p.Of, Open: p.Open, Edition: p.Edition, At: p.At,
		Due: a.DueFor(g.Member), Left: -1, Released: a.IsReleased(g.Class, now),
	}
	s.Closed = !now.Before(a.ClosesFor(g.Class, g.Member))
	if p.Timed != nil && p.Timed.End != 0 {
		s.Ends = time.Unix(p.Timed.End, 0)
	}
	if tries := a.Tries(g.Member); tries > 0 {
		s.Left = max(tries-p.Attempts, 0)
	} else if p.Attempts >= MostAttempts {
		s.Left = 0
	}
	s.Score, s.Counted, s.Late = a.counted(p.Past, g.Member)
	for _, past := range p.Past {
		if past.ID == s.Counted {
			s.Handed = past.At
		}
	}
	if s.Counted != "" {
		s.Counted = a.Task(g.Class.ID).String() + "-" + s.Counted
	}
	switch {
	case p.Open != "":
		s.Phase = PhaseWorking
	case p.Done > 0:
		s.Phase = PhaseDone
	case s.Closed:
		s.Phase = PhaseMissed
	case now.Before(time.Unix(a.Opens, 0)):
		s.Phase = PhaseSoon
	default:
		s.Phase = PhaseWaiting
	}
	if p.Done == 0 {
		s.Late = now.After(s.Due)
	}
	return s
}

// counted is the score that counts of the attempts handed in, the end of the id of the one it comes from, and whether
// that one was late. An average takes the points of all, of as much as the last one could earn.
func (a Assignment) counted(past []Past, m Member) (score quiz.Score, id string, late bool) {
	if len(past) == 0 {
		return quiz.Score{}, "", false
	}
	fractions := make([]float64, len(past))
	for i, p := range past {
		fractions[i] = quiz.Score{Points: p.Points, Max: p.Max}.Fraction()
	}
	fraction := quiz.Overall(a.Counts, fractions)
	i := slices.Index(fractions, fraction)
	switch a.Counts {
	case quiz.Last, quiz.Average:
		i = len(past) - 1
	case quiz.First:
		i = 0
	}
	p := past[i]
	score = quiz.Score{Points: p.Points, Max: p.Max}
	if a.Counts == quiz.Average {
		score.Points = fraction * p.Max
	}
	return score, p.ID, time.Unix(p.At, 0).After(a.DueFor(m))
}

// Proposed is the assignment that a preset proposes: one click gives it. Practice and Homework are due in a week, on a day
// that is no holiday, at the end of that day, and are taken later, too; a Test is due today and closes then, so that nobody
// has more time.
func Proposed(c Class, preset quiz.Preset, now time.Time) Assignment {
	a := Assignment{Preset: preset, Opens: now.Unix(), Late: LateMark, Counts: quiz.Highest}
	days := 7
	switch preset {
	case quiz.Practice:
		a.Counts = quiz.Last
	case quiz.Homework:
		a.Attempts = 3
	case quiz.Test:
		a.Attempts, a.Counts, a.Late, a.Release = 1, quiz.Last, LateClose, ReleaseByHand
		days = 0
	}
	a.Due = c.EndOfDay(now, days).Unix()
	return a
}

// EndOfDay is a minute before midnight so many days from now, on the first day from then on that is no holiday, and not
// after the class's last day.
func (c Class) EndOfDay(now time.Time, days int) time.Time {
	local := now.In(c.Location())
	for n := days; ; n++ {
		day := time.Date(local.Year(), local.Month(), local.Day()+n, 23, 59, 0, 0, c.Location())
		last := c.End().Add(-time.Minute)
		if !day.Before(last) && now.Before(last) {
			return last
		}
		if !c.IsHoliday(day) || n > days+366 {
			return day
		}
	}
}
