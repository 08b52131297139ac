package school

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// berlin is a class whose last day is 31 July 2027.
func berlin() Class {
	return Class{ID: "cccccccccccccccc", Zone: "Europe/Berlin", Ends: "2027-07-31", Created: now, Owner: "t"}
}

// at is a time as a clock in Berlin shows it.
func at(t testing.TB, clock string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	out, err := time.ParseInLocation("2006-01-02 15:04:05", clock, loc)
	if err != nil {
		out, err = time.ParseInLocation("2006-01-02 15:04", clock, loc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestClosesFor(t *testing.T) {
	due := at(t, "2026-12-03 23:59")
	longer := at(t, "2026-12-10 12:00")
	end := at(t, "2027-08-01 00:00")
	never := time.Unix(1, 0)
	base := Assignment{Created: now.Unix(), Due: due.Unix(), Late: LateClose, Limit: 1200, Preset: quiz.Test}
	otter := Member{ID: "u"}
	for _, c := range []struct {
		name   string
		change func(*Class, *Assignment, *Member)
		want   time.Time
	}{
		{"closes when it is due", func(*Class, *Assignment, *Member) {}, due},
		{"late work is taken until the class ends", func(_ *Class, a *Assignment, _ *Member) { a.Late = LateMark }, end},
		{"a later date for this pupil", func(_ *Class, a *Assignment, _ *Member) { a.Longer = map[string]int64{"u": longer.Unix()} }, longer},
		{"a later date for another pupil", func(_ *Class, a *Assignment, _ *Member) { a.Longer = map[string]int64{"x": longer.Unix()} }, due},
		{"half as much time again is ten minutes more", func(_ *Class, _ *Assignment, m *Member) { m.Care.Extra = 1.5 }, due.Add(10 * time.Minute)},
		{"extra time of no limit is nothing", func(_ *Class, a *Assignment, m *Member) { a.Limit, m.Care.Extra = 0, 4 }, due},
		{"no extra time moves nothing", func(_ *Class, _ *Assignment, m *Member) { m.Care.Extra = 1 }, due},
		{"not after the class's end", func(c *Class, _ *Assignment, m *Member) { c.Ends, m.Care.Extra = "2026-12-03", 4 }, at(t, "2026-12-04 00:00")},
		{"not after the class's end, for one pupil neither", func(c *Class, a *Assignment, _ *Member) {
			c.Ends, a.Longer = "2026-12-05", map[string]int64{"u": longer.Unix()}
		}, at(t, "2026-12-06 00:00")},
		{"withdrawn", func(_ *Class, a *Assignment, _ *Member) { a.Withdrawn, a.Late = true, LateMark }, never},
		{"archived", func(c *Class, _ *Assignment, _ *Member) { c.Archived = true }, never},
		{"left the class", func(_ *Class, _ *Assignment, m *Member) { m.Left = LeftSelf }, never},
	} {
		class, a, m := berlin(), base, otter
		c.change(&class, &a, &m)
		if got := a.ClosesFor(class, m); !got.Equal(c.want) {
			t.Errorf("%s: it closes at %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRulesAndTries(t *testing.T) {
	for _, c := range []struct {
		a     Assignment
		care  Care
		rules quiz.Rules
		tries int
	}{
		{Assignment{Preset: quiz.Practice}, Care{Extra: 2, Tries: 3}, quiz.Rules{Preset: quiz.Practice}, 0},
		{Assignment{Preset: quiz.Homework, Attempts: 3}, Care{}, quiz.Rules{Preset: quiz.Homework}, 3},
		{Assignment{Preset: quiz.Test, Attempts: 1, Limit: 600}, Care{}, quiz.Rules{Preset: quiz.Test, Limit: 10 * time.Minute}, 1},
		{Assignment{Preset: quiz.Test, Attempts: 1, Limit: 600}, Care{Extra: 1.5, Tries: 2}, quiz.Rules{Preset: quiz.Test, Limit: 10 * time.Minute, Extra: 1.5}, 3},
		{Assignment{Preset: quiz.Test, Attempts: 1, Limit: 600}, Care{Extra: 1.5, NoTimer: true}, quiz.Rules{Preset: quiz.Test}, 1},
		{Assignment{Preset: quiz.Test, Attempts: MostAttempts, Limit: 600}, Care{Extra: 1, Tries: 10}, quiz.Rules{Preset: quiz.Test, Limit: 10 * time.Minute}, MostAttempts},
	} {
		m := Member{Care: c.care}
		if got := c.a.Rules(m); got != c.rules || got.Check() != nil {
			t.Errorf("%+v with %+v: rules %+v, want %+v", c.a, c.care, got, c.rules)
		}
		if got := c.a.Tries(m); got != c.tries {
			t.Errorf("%+v with %+v: %d tries, want %d", c.a, c.care, got, c.tries)
		}
	}
}

func TestIsReleased(t *testing.T) {
	due := at(t, "2026-12-03 11:30")
	base := Assignment{Preset: quiz.Test, Due: due.Unix(), Late: LateClose, Release: ReleaseByHand}
	for _, c := range []struct {
		name   string
		change func(*Assignment)
		at     time.Time
		want   bool
	}{
		{"practice shows by itself", func(a *Assignment) { a.Preset = quiz.Practice }, now, true},
		{"homework shows by itself", func(a *Assignment) { a.Preset = quiz.Homework }, now, true},
		{"a test waits", func(*Assignment) {}, due.AddDate(1, 0, 0), false},
		{"released by hand", func(a *Assignment) { a.Released = true }, now, true},
		{"before it is due", func(a *Assignment) { a.Release = ReleaseAtDue }, due, false},
		{"while an answer may be on its way", func(a *Assignment) { a.Release = ReleaseAtDue }, due.Add(quiz.Grace), false},
		{"when it is over", func(a *Assignment) { a.Release = ReleaseAtDue }, due.Add(quiz.Grace + time.Second), true},
		{"with a limit, somebody with four times the time may be at it", func(a *Assignment) { a.Release, a.Limit = ReleaseAtDue, 600 }, due.Add(30*time.Minute + quiz.Grace), false},
		{"with a limit, when that is over", func(a *Assignment) { a.Release, a.Limit = ReleaseAtDue, 600 }, due.Add(30*time.Minute + quiz.Grace + time.Second), true},
		{"one pupil has more time", func(a *Assignment) {
			a.Release, a.Longer = ReleaseAtDue, map[string]int64{"u": due.Add(time.Hour).Unix()}
		}, due.Add(time.Hour), false},
		{"that time is over, too", func(a *Assignment) {
			a.Release, a.Longer = ReleaseAtDue, map[string]int64{"u": due.Add(time.Hour).Unix()}
		}, due.Add(time.Hour + quiz.Grace + time.Second), true},
		{"late work is taken: somebody may be at it", func(a *Assignment) { a.Release, a.Late = ReleaseAtDue, LateMark }, due.AddDate(0, 1, 0), false},
		{"late work is taken, and the class is over", func(a *Assignment) { a.Release, a.Late = ReleaseAtDue, LateMark }, at(t, "2027-08-01 00:01"), true},
	} {
		a := base
		c.change(&a)
		if got := a.IsReleased(berlin(), c.at); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// handedIn is the progress of a class's task with attempts handed in at the times, each with so many points of 10.
func handedIn(task Task, points []float64, times ...time.Time) Progress {
	p := Progress{Attempts: len(points), Done: len(points), Of: 10}
	for i, at := range times {
		p.Past = append(p.Past, Past{ID: fmt.Sprintf("%016d", i), Points: points[i], Max: 10, At: at.Unix()})
		p.Last, p.Points, p.Max = task.String()+"-"+p.Past[i].ID, points[i], 10
	}
	return p
}

func TestCounted(t *testing.T) {
	due := at(t, "2026-12-03 23:59")
	early, late := due.Add(-time.Hour), due.Add(time.Minute)
	for _, c := range []struct {
		method quiz.Method
		points []float64
		times  []time.Time
		score  float64
		which  int
		late   bool
	}{
		{quiz.Highest, []float64{4, 8, 6}, []time.Time{early, early, late}, 8, 1, false},
		{quiz.Highest, []float64{4, 8, 9}, []time.Time{early, early, late}, 9, 2, true},
		{quiz.Highest, []float64{8, 8}, []time.Time{early, late}, 8, 0, false}, // the same twice: the first
		{quiz.Last, []float64{9, 4}, []time.Time{early, late}, 4, 1, true},
		{quiz.First, []float64{4, 9}, []time.Time{early, late}, 4, 0, false},
		{quiz.Average, []float64{4, 9}, []time.Time{early, late}, 6.5, 1, true},
		{quiz.Average, []float64{5}, []time.Time{due}, 5, 0, false}, // on the second
		{quiz.Last, []float64{-1}, []time.Time{early}, -1, 0, false},
	} {
		a := Assignment{Counts: c.method, Due: due.Unix()}
		score, id, isLate := a.counted(handedIn(Task{Lesson: "l"}, c.points, c.times...).Past, Member{ID: "u"})
		if score.Points != c.score || score.Max != 10 || id != fmt.Sprintf("%016d", c.which) || isLate != c.late {
			t.Errorf("%s of %v: %+v of %s, late %v", c.method, c.points, score, id, isLate)
		}
	}
	a := Assignment{Counts: quiz.Last, Due: due.Unix(), Longer: map[string]int64{"u": late.Unix()}}
	if _, _, isLate := a.counted(handedIn(Task{Lesson: "l"}, []float64{1}, late).Past, Member{ID: "u"}); isLate {
		t.Error("in time for a later date, it counts as late")
	}
	if score, id, isLate := a.counted(nil, Member{}); score.Max != 0 || id != "" || isLate {
		t.Error("of nothing, something counts")
	}
}

func TestStanding(t *testing.T) {
	due := at(t, "2026-12-03 11:30")
	opens := due.Add(-24 * time.Hour)
	class := berlin()
	base := Assignment{N: 3, Lesson: "l", Preset: quiz.Test, Opens: opens.Unix(), Due: due.Unix(), Late: LateClose, Attempts: 1, Counts: quiz.Last, Limit: 600, Release: ReleaseByHand, Created: opens.Unix()}
	task := base.Task(class.ID)
	openID := task.String() + "-aaaaaaaaaaaaaaaa"
	begun := func(at time.Time) Progress {
		return Progress{Attempts: 1, Open: openID, Edition: "e", Given: 2, Of: 10, At: at.Unix(), Timed: &Timed{Start: at.Unix(), Points: 3, Max: 10, Test: true}}
	}
	for _, c := range []struct {
		name     string
		change   func(*Assignment, *Member)
		progress Progress
		at       time.Time
		phase    Phase
		group    Group
		late     bool
		left     int
		may      bool
	}{
		{"not open yet", nil, Progress{}, opens.Add(-time.Second), PhaseSoon, GroupWaiting, false, 1, false},
		{"open", nil, Progress{}, opens, PhaseWaiting, GroupWaiting, false, 1, true},
		{"closed", nil, Progress{}, due, PhaseMissed, GroupMissed, false, 1, false},
		{"a second after it is due", nil, Progress{}, due.Add(time.Second), PhaseMissed, GroupMissed, true, 1, false},
		{"late work is taken", func(a *Assignment, _ *Member) { a.Late = LateMark }, Progress{}, due.Add(time.Hour), PhaseWaiting, GroupWaiting, true, 1, true},
		{"working", nil, begun(due.Add(-time.Hour)), due.Add(-55 * time.Minute), PhaseWorking, GroupWorking, false, 0, false},
		{"the limit is over, nobody handed in", nil, begun(due.Add(-time.Hour)), due.Add(-48 * time.Minute), PhaseDone, GroupDone, false, 0, false},
		{"within the grace", nil, begun(due.Add(-time.Hour)), due.Add(-50*time.Minute + quiz.Grace), PhaseWorking, GroupWorking, false, 0, false},
		{"with twice the time", func(_ *Assignment, m *Member) { m.Care.Extra = 2 }, begun(due.Add(-time.Hour)), due.Add(-48 * time.Minute), PhaseWorking, GroupWorking, false, 0, false},
		{"without a timer it ends when it closes", func(_ *Assignment, m *Member) { m.Care.NoTimer = true }, begun(due.Add(-time.Hour)), due.Add(-time.Minute), PhaseWorking, GroupWorking, false, 0, false},
		{"when it closes, an open one is over", func(_ *Assignment, m *Member) { m.Care.NoTimer = true }, begun(due.Add(-time.Hour)), due.Add(quiz.Grace + time.Second), PhaseDone, GroupDone, false, 0, false},
		{"a later date opens it again", func(a *Assignment, _ *Member) {
			a.Limit, a.Longer = 0, map[string]int64{"u": due.Add(time.Hour).Unix()}
		}, begun(due.Add(-time.Hour)), due.Add(10 * time.Minute), PhaseWorking, GroupWorking, false, 0, false},
		{"handed in", nil, handedIn(task, []float64{7}, due.Add(-time.Hour)), due, PhaseDone, GroupDone, false, 0, false},
		{"handed in late", nil, handedIn(task, []float64{7}, due.Add(time.Second)), due.Add(time.Hour), PhaseDone, GroupLate, true, 0, false},
		{"the date was moved to before", func(a *Assignment, _ *Member) { a.Due -= 7200 }, handedIn(task, []float64{7}, due.Add(-time.Hour)), due, PhaseDone, GroupLate, true, 0, false},
		{"two attempts, one used", func(a *Assignment, _ *Member) { a.Attempts = 2 }, handedIn(task, []float64{7}, due.Add(-time.Hour)), due.Add(-time.Minute), PhaseDone, GroupDone, false, 1, true},
		{"one attempt more for this pupil", func(_ *Assignment, m *Member) { m.Care.Tries = 1 }, handedIn(task, []float64{7}, due.Add(-time.Hour)), due.Add(-time.Minute), PhaseDone, GroupDone, false, 1, true},
		{"fewer than were used", func(a *Assignment, _ *Member) { a.Attempts = 1 }, handedIn(task, []float64{7, 8}, due.Add(-time.Hour), due.Add(-time.Hour)), due.Add(-time.Minute), PhaseDone, GroupDone, false, 0, false},
		{"as many as they like", func(a *Assignment, _ *Member) { a.Attempts = 0 }, handedIn(task, []float64{7}, due.Add(-time.Hour)), due.Add(-time.Minute), PhaseDone, GroupDone, false, -1, true},
		{"as many as there can be", func(a *Assignment, _ *Member) { a.Attempts = 0 }, Progress{Attempts: MostAttempts, Done: MostAttempts, Past: handedIn(task, []float64{7}, due.Add(-time.Hour)).Past}, due.Add(-time.Minute), PhaseDone, GroupDone, false, 0, false},
		{"withdrawn", func(a *Assignment, _ *Member) { a.Withdrawn = true }, Progress{}, opens, PhaseMissed, GroupMissed, false, 1, false},
		{"withdrawn while it is open", func(a *Assignment, _ *Member) { a.Withdrawn = true }, begun(due.Add(-time.Hour)), due.Add(-59 * time.Minute), PhaseDone, GroupDone, false, 0, false},
	} {
		a, m := base, Member{ID: "u"}
		if c.change != nil {
			c.change(&a, &m)
		}
		given := Given{Class: class, Assignment: a, Member: m}
		before := c.progress
		s := given.Standing(c.progress, c.at)
		if s.Phase != c.phase || s.Group() != c.group || s.Late != c.late || s.Left != c.left || s.MayBegin() != c.may {
			t.Errorf("%s: phase %s, group %s, late %v, %d left, may begin %v; want %s, %s, %v, %d, %v", c.name, s.Phase, s.Group(), s.Late, s.Left, s.MayBegin(), c.phase, c.group, c.late, c.left, c.may)
		}
		if (s.Open != "") != (c.phase == PhaseWorking) || (s.Counted != "") != (s.Done > 0) {
			t.Errorf("%s: open %q, counted %q", c.name, s.Open, s.Counted)
		}
		if !cmp.Equal(before, c.progress) {
			t.Errorf("%s: the progress is changed", c.name)
		}
	}

	given := Given{Class: class, Assignment: base, Member: Member{ID: "u"}}
	s := given.Standing(begun(due.Add(-time.Hour)), due.Add(-59*time.Minute))
	if want := due.Add(-50 * time.Minute); !s.Ends.Equal(want) || s.Given != 2 || s.Of != 10 || s.Begun != 1 || s.Edition != "e" || !s.Due.Equal(due) {
		t.Errorf("while working: %+v", s)
	}
	s = given.Standing(handedIn(task, []float64{7}, due.Add(-time.Hour)), due)
	if s.Counted != task.String()+"-0000000000000000" || s.Score.Points != 7 || s.Released || s.Done != 1 || !s.Ends.IsZero() {
		t.Errorf("handed in: %+v", s)
	}
	given.Assignment.Released = true
	if s = given.Standing(Progress{}, due); !s.Released {
		t.Error("released, and yet not")
	}
}

// TestBind: what a teacher decides holds at once for an attempt that is open, and for one that is done.
func TestBind(t *testing.T) {
	due := at(t, "2026-12-03 11:30")
	begin := due.Add(-30 * time.Minute)
	g := Given{Class: berlin(), Member: Member{ID: "u"}, Assignment: Assignment{N: 1, Lesson: "l", Preset: quiz.Test, Due: due.Unix(), Late: LateClose, Limit: 600, Release: ReleaseByHand, Created: now.Unix()}}
	q := &quiz.Question{ID: "q", Body: &quiz.Choice{Options: []quiz.Option{{ID: "a", Right: true}, {ID: "b"}}}}
	e := quiz.Edition{Lesson: "l", Questions: []*quiz.Question{q}}
	attempt := quiz.NewAttempt(g.Assignment.Task(g.Class.ID).String()+"-aaaaaaaaaaaaaaaa", e, g.Assignment.Rules(g.Member), nil, begin)
	bound := func(change func(*Given), when time.Time) *quiz.Attempt {
		given := g
		if change != nil {
			change(&given)
		}
		a := attempt.Clone()
		given.Bind(a, when)
		a.Settle(when)
		p := Progress{}.Begun(attempt, attempt.Grade(e), begin)
		if got := given.BindProgress(p).Settle(when); (got.Open == "") != a.Done() {
			t.Errorf("at %v the attempt is done: %v, and the progress says %+v", when, a.Done(), got)
		}
		return a
	}
	for _, c := range []struct {
		name     string
		change   func(*Given)
		after    time.Duration
		done     bool
		released bool
	}{
		{"as it was given", nil, 10 * time.Minute, false, false},
		{"its time is up", nil, 12 * time.Minute, true, false},
		{"more time for all", func(g *Given) { g.Assignment.Limit = 1200 }, 12 * time.Minute, false, false},
		{"less time for all", func(g *Given) { g.Assignment.Limit = 120 }, 4 * time.Minute, true, false},
		{"no limit any more", func(g *Given) { g.Assignment.Limit = 0 }, 25 * time.Minute, false, false},
		{"a limit where there was none", func(g *Given) { g.Assignment.Limit = 60 }, 3 * time.Minute, true, false},
		{"more time for this pupil", func(g *Given) { g.Member.Care.Extra = 2 }, 12 * time.Minute, false, false},
		{"no timer for this pupil", func(g *Given) { g.Member.Care.NoTimer = true }, 25 * time.Minute, false, false},
		{"due earlier", func(g *Given) { g.Assignment.Due = begin.Add(time.Minute).Unix() }, 3 * time.Minute, true, false},
		{"due later does not make the limit longer", func(g *Given) { g.Assignment.Due += 7200 }, 12 * time.Minute, true, false},
		{"a later date for this pupil", func(g *Given) {
			g.Assignment.Limit, g.Assignment.Longer = 0, map[string]int64{"u": due.Add(time.Hour).Unix()}
		}, 50 * time.Minute, false, false},
		{"withdrawn", func(g *Given) { g.Assignment.Withdrawn = true }, 0, true, false},
		{"archived", func(g *Given) { g.Class.Archived = true }, 0, true, false},
		{"the class has ended", func(g *Given) { g.Class.Ends = "2026-12-02" }, 0, true, false},
		{"left the class", func(g *Given) { g.Member.Left = LeftRemoved }, 0, true, false},
		{"released", func(g *Given) { g.Assignment.Released = true }, 12 * time.Minute, true, true},
		{"released while it is open", func(g *Given) { g.Assignment.Released = true }, 5 * time.Minute, false, true},
	} {
		a := bound(c.change, begin.Add(c.after))
		if a.Done() != c.done || a.Released != c.released || a.Reviewable() != (c.done && c.released) {
			t.Errorf("%s: done %v, released %v, may be shown %v", c.name, a.Done(), a.Released, a.Reviewable())
		}
		if a.Done() && (a.Finished.Before(a.Started) || a.Finished.After(begin.Add(c.after))) {
			t.Errorf("%s: begun at %v, over at %v", c.name, a.Started, a.Finished)
		}
	}
	if a := bound(func(g *Given) { g.Assignment.Withdrawn = true }, begin); !a.Done() {
		t.Error("withdrawn, it goes on")
	}
	if a := bound(nil, begin.Add(time.Minute)); a.Done() {
		t.Error("given back, it is over")
	}
	practice := attempt.Clone()
	practice.Rules.Preset = quiz.Practice
	if g.Bind(practice, begin); practice.Rules != (quiz.Rules{Preset: quiz.Practice}) {
		t.Errorf("an attempt's preset is changed: %+v", practice.Rules)
	}
	p := Progress{Attempts: 1, Done: 1}
	if got := g.BindProgress(p); !reflect.DeepEqual(got, p) {
		t.Errorf("a progress without an open attempt becomes %+v", got)
	}
}

func TestProposed(t *testing.T) {
	for _, c := range []struct {
		name   string
		preset quiz.Preset
		at     string // in Berlin
		change func(*Class)
		due    string
	}{
		{"homework is due in a week", quiz.Homework, "2026-11-26 10:15", nil, "2026-12-03 23:59"},
		{"so is practice", quiz.Practice, "2026-11-26 10:15", nil, "2026-12-03 23:59"},
		{"a test today", quiz.Test, "2026-11-26 10:15", nil, "2026-11-26 23:59"},
		{"late in the evening, the day is the class's", quiz.Test, "2026-11-26 23:30", nil, "2026-11-26 23:59"},
		{"over the end of summer time", quiz.Homework, "2026-10-20 10:15", nil, "2026-10-27 23:59"},
		{"on the day that has 25 hours", quiz.Test, "2026-10-25 01:30", nil, "2026-10-25 23:59"},
		{"over the beginning of summer time", quiz.Homework, "2027-03-24 10:15", nil, "2027-03-31 23:59"},
		{"not in the holidays", quiz.Homework, "2026-12-16 10:15", func(c *Class) { c.Holidays = []Span{{"2026-12-23", "2027-01-06"}} }, "2027-01-07 23:59"},
		{"not on a single day off after them", quiz.Homework, "2026-12-16 10:15", func(c *Class) {
			c.Holidays = []Span{{"2027-01-07", "2027-01-07"}, {"2026-12-23", "2027-01-06"}}
		}, "2027-01-08 23:59"},
		{"a test on a holiday", quiz.Test, "2026-12-23 10:15", func(c *Class) { c.Holidays = []Span{{"2026-12-23", "2027-01-06"}} }, "2027-01-07 23:59"},
		{"not after the class's last day", quiz.Homework, "2027-07-28 10:15", nil, "2027-07-31 23:59"},
		{"not after the last day, though there are holidays", quiz.Homework, "2027-07-20 10:15", func(c *Class) { c.Holidays = []Span{{"2027-07-25", "2027-08-30"}} }, "2027-07-31 23:59"},
		{"when it is over it does not matter", quiz.Homework, "2027-08-20 10:15", nil, "2027-08-27 23:59"},
		{"holidays without an end", quiz.Test, "2026-11-26 10:15", func(c *Class) { c.Ends, c.Holidays = "2030-01-01", []Span{{"2026-01-01", "2029-01-01"}} }, "2027-11-28 23:59"},
	} {
		class := berlin()
		if c.change != nil {
			c.change(&class)
		}
		when := at(t, c.at)
		a := Proposed(class, c.preset, when)
		if got := time.Unix(a.Due, 0).In(class.Location()).Format("2006-01-02 15:04"); got != c.due {
			t.Errorf("%s: due %s, want %s", c.name, got, c.due)
		}
		if a.Opens != when.Unix() || a.Preset != c.preset || a.Limit != 0 {
			t.Errorf("%s: %+v", c.name, a)
		}
	}
	practice, homework, test := Proposed(berlin(), quiz.Practice, now), Proposed(berlin(), quiz.Homework, now), Proposed(berlin(), quiz.Test, now)
	if practice.Attempts != 0 || practice.Counts != quiz.Last || practice.Late != LateMark || practice.Release != "" {
		t.Errorf("practice: %+v", practice)
	}
	if homework.Attempts != 3 || homework.Counts != quiz.Highest || homework.Late != LateMark || homework.Release != "" {
		t.Errorf("homework: %+v", homework)
	}
	if test.Attempts != 1 || test.Late != LateClose || test.Release != ReleaseByHand {
		t.Errorf("test: %+v", test)
	}
}

func TestClassDates(t *testing.T) {
	for at, want := range map[string]string{
		"2026-11-26": "2027-07-31", "2027-05-30": "2027-07-31", "2027-05-31": "2028-07-31", "2027-06-01": "2028-07-31", "2027-07-31": "2028-07-31", "2027-08-01": "2028-07-31", "2026-01-01": "2026-07-31",
	} {
		when, _ := time.Parse(time.DateOnly, at)
		if got := ProposedEnd(when.Add(9 * time.Hour)); got != want {
			t.Errorf("on %s the school year ends on %s, want %s", at, got, want)
		}
	}
	c := berlin()
	if !c.End().Equal(at(t, "2027-08-01 00:00")) || !c.Goes().Equal(c.End().Add(30*24*time.Hour)) {
		t.Errorf("it ends at %v and goes at %v", c.End(), c.Goes())
	}
	for _, x := range []struct {
		at         string
		over, soon bool
		extended   string
	}{
		{"2026-11-26 08:00", false, false, "2028-07-31"},
		{"2027-07-17 23:59", false, false, "2028-07-31"},
		{"2027-07-18 00:00", false, true, "2028-07-31"},
		{"2027-07-31 23:59", false, true, "2028-07-31"},
		{"2027-08-01 00:00", true, true, "2028-07-31"},
		{"2028-09-01 00:00", true, true, "2029-07-31"},
	} {
		when := at(t, x.at)
		if c.Over(when) != x.over || c.EndsSoon(when) != x.soon || c.Extended(when) != x.extended {
			t.Errorf("at %s: over %v, soon %v, extended to %s", x.at, c.Over(when), c.EndsSoon(when), c.Extended(when))
		}
	}
	c.Archived = true
	if !c.Over(now) {
		t.Error("archived, and pupils work in it")
	}
	for zone, want := range map[string]string{"": "UTC", "Nowhere/Land": "UTC", "Local/../x": "UTC", "Europe/London": "Europe/London"} {
		if got := (Class{Zone: zone}).Location().String(); got != want {
			t.Errorf("the zone %q is %s, want %s", zone, got, want)
		}
	}
	if got := (Class{Created: now, Ends: "soon"}).End(); !got.Equal(now) {
		t.Errorf("a class without a last day ends at %v", got)
	}
}

// TestEffects: what a change means is told of each pupil whom it concerns, and of nobody else.
func TestEffects(t *testing.T) {
	due := at(t, "2026-12-03 11:30")
	class := berlin()
	base := Assignment{N: 1, Lesson: "l", Preset: quiz.Test, Opens: now.Unix(), Due: due.Unix(), Late: LateClose, Attempts: 1, Counts: quiz.Highest, Limit: 600, Release: ReleaseByHand, Created: now.Unix()}
	task := base.Task(class.ID)
	early := due.Add(-time.Hour)
	pupils := map[string]Progress{
		"waits": {}, "works": {Attempts: 1, Open: task.String() + "-aaaaaaaaaaaaaaaa", Of: 10, Timed: &Timed{Start: early.Unix(), Points: 3, Max: 10, Test: true}},
		"done": handedIn(task, []float64{7}, early), "twice": handedIn(task, []float64{8, 4}, early, due.Add(-time.Minute)),
	}
	for _, c := range []struct {
		name   string
		before func(*Assignment)
		after  func(*Assignment)
		when   time.Duration // after early
		want   map[string][]Effect
	}{
		{"nothing", nil, nil, 5 * time.Minute, nil},
		{
			"due before what was handed in", nil, func(a *Assignment) { a.Due = early.Add(-time.Minute).Unix() }, 5 * time.Minute,
			map[string][]Effect{"waits": {EffectShut}, "works": {EffectEnds, EffectLate}, "done": {EffectLate}, "twice": {EffectLate}},
		},
		{
			"due again after it", func(a *Assignment) { a.Due = early.Add(-time.Minute).Unix() }, nil, 5 * time.Minute,
			map[string][]Effect{"waits": {EffectMay}, "works": {EffectReopens}, "done": {EffectInTime}, "twice": {EffectInTime}},
		},
		{"a shorter limit", nil, func(a *Assignment) { a.Limit = 60 }, 5 * time.Minute, map[string][]Effect{"works": {EffectEnds}}},
		{"a longer limit, too late for the old one", nil, func(a *Assignment) { a.Limit = 3600 }, 15 * time.Minute, map[string][]Effect{"works": {EffectReopens}}},
		{"one attempt more", nil, func(a *Assignment) { a.Attempts = 2 }, 5 * time.Minute, map[string][]Effect{"done": {EffectMay}}},
		{
			"fewer than somebody has begun", func(a *Assignment) { a.Attempts = 3 }, func(a *Assignment) { a.Attempts = 1 }, 5 * time.Minute,
			map[string][]Effect{"done": {EffectShut}, "twice": {EffectShut, EffectTooMany}},
		},
		{"another attempt counts", nil, func(a *Assignment) { a.Counts = quiz.Last }, 5 * time.Minute, map[string][]Effect{"twice": {EffectCounts}}},
		{"released", nil, func(a *Assignment) { a.Released = true }, 5 * time.Minute, map[string][]Effect{"done": {EffectShows}, "twice": {EffectShows}}},
		{"release taken back", func(a *Assignment) { a.Released = true }, nil, 5 * time.Minute, map[string][]Effect{"done": {EffectHides}, "twice": {EffectHides}}},
		{"withdrawn", nil, func(a *Assignment) { a.Withdrawn = true }, 5 * time.Minute, map[string][]Effect{"waits": {EffectShut}, "works": {EffectEnds}}},
		{"opens later", nil, func(a *Assignment) { a.Opens = due.Add(-time.Minute).Unix() }, 5 * time.Minute, map[string][]Effect{"waits": {EffectShut}}},
	} {
		before, after := base, base
		before.Attempts, after.Attempts = 1, 1
		if c.before != nil {
			c.before(&before)
		}
		if c.after != nil {
			c.after(&after)
		}
		got := map[string][]Effect{}
		for name, p := range pupils {
			m := Member{ID: name}
			stood, stands := Given{class, before, m}, Given{class, after, m}
			when := early.Add(c.when)
			list := stands.Standing(p, when).Effects(stood.Standing(p, when), after.Tries(m))
			if name == "twice" && after.Attempts == before.Attempts { // has more than there are from the beginning
				list = slices.DeleteFunc(list, func(e Effect) bool { return e == EffectTooMany })
			}
			if len(list) > 0 {
				got[name] = list
			}
		}
		if d := cmp.Diff(c.want, got); d != "" && len(c.want)+len(got) > 0 {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
	for _, e := range slices.Sorted(maps.Keys(map[Effect]bool{EffectLate: true, EffectInTime: true, EffectEnds: true, EffectReopens: true, EffectShut: true, EffectMay: true, EffectTooMany: true, EffectCounts: true, EffectShows: true, EffectHides: true})) {
		if !slices.Contains(Effects, e) {
			t.Errorf("%s is not told", e)
		}
	}
}

// TestTag: anything that is stored changes it.
func TestTag(t *testing.T) {
	a := Assignment{N: 1, Lesson: "l", Preset: quiz.Test, Opens: 1, Due: 2, Late: LateClose, Attempts: 1, Counts: quiz.Last, Limit: 4, Release: ReleaseByHand, Longer: map[string]int64{"a": 1, "b": 2}, Created: 3, Key: "k"}
	same := a
	same.Longer = map[string]int64{"b": 2, "a": 1}
	if a.Tag() != same.Tag() || len(a.Tag()) != 16 {
		t.Errorf("the same has %q and %q", a.Tag(), same.Tag())
	}
	v := reflect.ValueOf(&a).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Name == "N" {
			continue
		}
		changed := a
		f := reflect.ValueOf(&changed).Elem().Field(i)
		switch f.Kind() {
		case reflect.Int, reflect.Int64:
			f.SetInt(f.Int() + 1)
		case reflect.String:
			f.SetString(f.String() + "x")
		case reflect.Bool:
			f.SetBool(!f.Bool())
		case reflect.Map:
			f.Set(reflect.ValueOf(map[string]int64{"a": 1, "b": 3}))
		case reflect.Pointer:
			f.Set(reflect.ValueOf(&Round{}))
		default:
			t.Fatalf("what is %s?", v.Type().Field(i).Name)
		}
		if changed.Tag() == a.Tag() {
			t.Errorf("%s changes nothing", v.Type().Field(i).Name)
		}
	}
}
