package demo

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"eberbach/app/annot"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

func TestMain(m *testing.M) {
	school.Argon.Memory, school.Argon.Iterations = 64, 1
	goleak.VerifyTestMain(m)
}

// ourModule is the lessons of this program, read once.
var ourModule = sync.OnceValue(func() *lesson.Module {
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		panic(faults)
	}
	return m
})

// noon is that of the next Wednesday, so that the class is as far on whenever this runs. Not of the last one: what expires
// a day after it would be gone before it is read.
var noon = func() time.Time {
	now := time.Now().UTC()
	back := (int(now.Weekday()) + 4) % 7
	if back == 0 {
		back = 7
	}
	return time.Date(now.Year(), now.Month(), now.Day()-back+7, 12, 0, 0, 0, time.UTC)
}()

func options(seed uint64) Options {
	return Options{Pupils: 35, Seed: seed, Now: noon, Passphrase: "a passphrase for everybody"}
}

// backends are what the demo is made on.
var backends = []struct {
	name  string
	start func(t *testing.T) store.Config
}{
	{"redis", func(t *testing.T) store.Config { return store.Config{Address: redistest.Start(t).URL()} }},
	{"embedded", func(t *testing.T) store.Config { return store.Config{Dir: t.TempDir()} }},
}

func open(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	db, err := store.Open(c)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// seeded is a class that was made, read back.
type seeded struct {
	Result
	db   *store.Store
	room *school.Room
}

func seed(t *testing.T, db *store.Store, o Options) seeded {
	t.Helper()
	r, err := Seed(t.Context(), db, ourModule(), o)
	must(t, err)
	room, err := db.Room(t.Context(), r.Class.ID)
	must(t, err)
	return seeded{r, db, room}
}

// with is the pupil with the role.
func (s seeded) with(r Role) Pupil {
	return s.Pupils[slices.IndexFunc(s.Pupils, func(p Pupil) bool { return p.Role == r })]
}

// standings are where everybody stands, by learner and number.
func (s seeded) standings(t *testing.T) map[string]map[int]school.Standing {
	t.Helper()
	all, err := s.db.Standings(t.Context(), s.room.Class, s.room.Members, s.room.Assignments, noon)
	must(t, err)
	return all
}

func TestSeed(t *testing.T) {
	for _, b := range backends {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			s := seed(t, open(t, b.start(t)), options(1))
			for name, test := range map[string]func(*testing.T, seeded){
				"people": testPeople, "assignments": testAssignments, "roles": testRoles, "standings": testStandings,
				"attempts": testAttempts, "times": testTimes, "notes": testNotes, "temptations": testTemptations,
			} {
				t.Run(name, func(t *testing.T) { test(t, s) })
			}
		})
	}
}

// testNotes: what pupils have noted stands where it says, in lessons they have worked on, and there is enough of it for a
// map of the class that says something.
func testNotes(t *testing.T, s seeded) {
	var ids []string
	for _, m := range s.room.Present() {
		ids = append(ids, m.ID)
	}
	all, err := s.db.NotesOf(t.Context(), ids)
	must(t, err)
	rules, err := s.db.ClassNotes(t.Context(), s.Class.ID)
	must(t, err)
	read := map[string][][]annot.Marked{}
	kinds, shown := map[annot.Kind]int{}, 0
	for _, m := range s.room.Present() {
		on := map[string][]annot.Marked{}
		for _, n := range all[m.ID] {
			text := ""
			for _, b := range s.lesson(n.Source).Pages[n.Lang].Blocks {
				if b.Passage != nil && b.Passage.ID == n.Unit {
					text = b.Passage.Text
				}
			}
			p, err := n.Follow(text, text)
			if err != nil || !rules.Counts(m, n.Made) || n.Made > noon.Unix() || n.Kind == annot.Comment && n.Words == "" {
				t.Fatalf("%+v of %s: %v", n, m.Name, err)
			}
			at := n.Source + "#" + n.Unit
			on[at] = append(on[at], annot.Marked{Range: p.Range, Kind: n.Kind})
			kinds[n.Kind]++
			shown += len(n.Shown)
		}
		for at, marks := range on {
			read[at] = append(read[at], marks)
		}
	}
	hot, unclear := 0, 0
	for at, readers := range read {
		source, id, _ := strings.Cut(at, "#")
		for _, b := range s.lesson(source).Pages["de"].Blocks {
			if b.Passage == nil || b.Passage.ID != id {
				continue
			}
			for _, h := range (annot.Unit{Text: b.Passage.Text}).Heats(readers) {
				if h.Marked >= school.FewestTold {
					hot++
				}
				if h.Unclear >= school.FewestTold {
					unclear++
				}
			}
		}
	}
	if hot < 50 || unclear < 15 || shown < 10 || len(kinds) != 3 || len(all[s.with(Idle).ID]) != 0 {
		t.Errorf("%d sentences are marked by three and more, %d are unclear to them; %v, %d shown", hot, unclear, kinds, shown)
	}
	t.Logf("%d sentences are marked by three and more, %d are unclear to them; %v, %d shown", hot, unclear, kinds, shown)
}

func (s seeded) lesson(id string) *lesson.Lesson { return ourModule().Lesson(id) }

func testPeople(t *testing.T, s seeded) {
	if n := len(s.room.Present()); n != 35 || len(s.room.Members) != 37 || len(s.Pupils) != 37 {
		t.Errorf("%d are in the class, %d members, %d were made", n, len(s.room.Members), len(s.Pupils))
	}
	if len(s.room.Teachers) != 2 {
		t.Errorf("teachers %v", s.room.Teachers)
	}
	for i, name := range []string{OwnerName, ColleagueName} {
		teacher, err := s.db.TeacherNamed(t.Context(), name)
		must(t, err)
		if teacher.ID != s.room.Teachers[i] || !school.MatchesPassphrase("a passphrase for everybody", teacher.PassHash) {
			t.Errorf("%s: %+v", name, teacher)
		}
		classes, err := s.db.TeacherClasses(t.Context(), teacher.ID)
		if err != nil || !slices.Equal(classes, []string{s.Class.ID}) {
			t.Errorf("%s has the classes %v, error %v", name, classes, err)
		}
	}
	if c, err := s.db.ClassByCode(t.Context(), s.Class.Code); err != nil || c.ID != s.Class.ID {
		t.Errorf("the code opens %+v, error %v", c, err)
	}
	longest := 0
	for _, p := range s.Pupils {
		longest = max(longest, len([]rune(p.Name)))
		if p.Role == Deleted {
			continue
		}
		own, err := s.db.Own(t.Context(), p.ID, noon)
		must(t, err)
		id, secret, ok := school.ParseToken(p.Token)
		if !ok || id != p.ID || !own.Owns(secret) {
			t.Errorf("the token of %s is not theirs", p.Name)
		}
		if _, in := own.Classes[s.Class.ID]; in != p.In() {
			t.Errorf("%s has the class: %v", p.Name, in)
		}
	}
	if longest != school.NameMax {
		t.Errorf("the longest name has %d characters, want %d", longest, school.NameMax)
	}
}

func testAssignments(t *testing.T, s seeded) {
	if len(s.room.Assignments) != len(ourModule().Lessons) {
		t.Fatalf("%d assignments", len(s.room.Assignments))
	}
	presets := map[quiz.Preset]int{}
	var soon, running, over, withheld, timed int
	for i, a := range s.room.Assignments {
		presets[a.Preset]++
		opens, due := time.Unix(a.Opens, 0), time.Unix(a.Due, 0)
		switch {
		case opens.After(noon):
			soon++
		case due.After(noon):
			running++
		default:
			over++
		}
		if !a.IsReleased(s.Class, noon) {
			withheld++
		}
		if a.Limit > 0 {
			timed++
		}
		if a.N != i+1 || a.Lesson != ourModule().Lessons[i].ID || !opens.Before(due) {
			t.Errorf("assignment %d: %+v", i+1, a)
		}
		if err := ourModule().Allows(a.Lesson, a.Rules(school.Member{})); err != nil {
			t.Errorf("%s: %v", a.Lesson, err)
		}
	}
	if presets[quiz.Practice] != 4 || presets[quiz.Homework] != 5 || presets[quiz.Test] != 3 {
		t.Errorf("presets %v", presets)
	}
	if soon != 1 || running != 2 || over != 9 || withheld != 1 || timed != 2 {
		t.Errorf("%d open soon, %d are running, %d are over, %d are not released, %d have a limit", soon, running, over, withheld, timed)
	}
}

func testRoles(t *testing.T, s seeded) {
	all := s.standings(t)
	for n, st := range all[s.with(Idle).ID] {
		if st.Begun > 0 {
			t.Errorf("who does nothing has begun %d", n)
		}
	}
	late := 0
	for n, st := range all[s.with(Late).ID] {
		a := s.Given[n-1]
		if st.Begun > 0 && a.Preset == quiz.Test {
			t.Errorf("who is always late has begun the test %d", n)
		}
		if st.Done > 0 && !st.Late {
			t.Errorf("who is always late was in time in %d", n)
		} else if st.Done > 0 {
			late++
		}
	}
	if late < 4 {
		t.Errorf("who is always late has handed in %d", late)
	}
	extra, _ := s.room.Member(s.with(Extra).ID)
	if extra.Care.Extra != 1.5 {
		t.Errorf("care %+v", extra.Care)
	}
	if longer := s.Given[9].Longer[extra.ID]; longer <= s.Given[9].Due {
		t.Errorf("no more time for %s in %+v", extra.Name, s.Given[9])
	}
	if n := s.ranOut(t, s.with(Slow)); n == 0 {
		t.Error("nobody ran out of time")
	}
	if m := s.with(Left); m.Left != school.LeftSelf || m.Name == "" {
		t.Errorf("who has left is %+v", m.Member)
	}
	if own, err := s.db.Own(t.Context(), s.with(Left).ID, noon); err != nil || len(own.Progress) == 0 {
		t.Errorf("who has left has %+v, error %v", own, err)
	}
	if _, err := s.db.Own(t.Context(), s.with(Deleted).ID, noon); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who is deleted: error %v", err)
	}
	i := slices.IndexFunc(s.room.Members, func(m school.Member) bool { return m.ID == s.with(Deleted).ID })
	if i < 0 || s.room.Members[i].Left != school.LeftDeleted || s.room.Members[i].Name != "" {
		t.Errorf("the class says of who is deleted %+v", s.room.Members)
	}
}

// ranOut counts a pupil's attempts that ended by their time limit and were never handed in.
func (s seeded) ranOut(t *testing.T, p Pupil) (n int) {
	t.Helper()
	s.each(t, p, func(w *store.Work, _ quiz.Edition) {
		a := w.Attempt
		if a.Rules.Limit > 0 && a.Done() && a.Finished.Equal(a.End()) && a.Given() < len(a.Answers) {
			n++
		}
	})
	return n
}

// each calls visit with all of a pupil's work for the class, as it is now, and the edition that each attempt asks.
func (s seeded) each(t *testing.T, p Pupil, visit func(*store.Work, quiz.Edition)) {
	t.Helper()
	var tasks []string
	for _, a := range s.Given {
		tasks = append(tasks, a.Task(s.Class.ID).String())
	}
	attempts, err := s.db.Attempts(t.Context(), p.ID, tasks, noon)
	must(t, err)
	for _, name := range slices.Sorted(maps.Keys(attempts)) {
		task, _ := school.ParseTask(name)
		for _, a := range attempts[name] {
			w, err := s.db.Work(t.Context(), p.ID, task, a.ID, noon)
			must(t, err)
			e, err := s.db.Edition(t.Context(), w.Attempt.Edition)
			must(t, err)
			visit(w, w.Attempt.Of(e))
		}
	}
}

// testStandings: what counts looks like a class, in which people and lessons differ.
func testStandings(t *testing.T, s seeded) {
	all := s.standings(t)
	open := 0
	var means []float64
	for _, a := range s.Given {
		var fractions []float64
		for _, m := range s.room.Present() {
			st := all[m.ID][a.N]
			if st.Open != "" {
				open++
			}
			if st.Done > 0 && st.Score.Max > 0 {
				fractions = append(fractions, st.Score.Fraction())
			}
		}
		mean, deviation := spreadOf(fractions)
		t.Logf("%2d %-22s %-8s done by %d, mean %.2f, deviation %.2f", a.N, a.Lesson, a.Preset, len(fractions), mean, deviation)
		switch {
		case time.Unix(a.Opens, 0).After(noon) || len(fractions) == 0 && !ourModule().Lesson(a.Lesson).NoScore:
			if len(fractions) > 0 || !time.Unix(a.Opens, 0).After(noon) {
				t.Errorf("%s: handed in by %d", a.Lesson, len(fractions))
			}
		case len(fractions) > 0 && (mean < 0.35 || mean > 0.9 || deviation < 0.08 || len(fractions) < 12):
			t.Errorf("%s: handed in by %d, mean %.2f, deviation %.2f", a.Lesson, len(fractions), mean, deviation)
		}
		means = append(means, mean)
	}
	if open < 4 {
		t.Errorf("%d attempts are open", open)
	}
	// A good pupil is good in most lessons: halves of the lessons agree.
	var odd, even []float64
	for _, m := range s.room.Present() {
		var halves [2][]float64
		for _, a := range s.Given {
			if st := all[m.ID][a.N]; st.Done > 0 && st.Score.Max > 0 {
				halves[a.N%2] = append(halves[a.N%2], st.Score.Fraction()-means[a.N-1])
			}
		}
		if len(halves[0]) > 1 && len(halves[1]) > 1 {
			x, _ := spreadOf(halves[0])
			y, _ := spreadOf(halves[1])
			even, odd = append(even, x), append(odd, y)
		}
	}
	if r := correlation(even, odd); r < 0.5 {
		t.Errorf("halves of the lessons agree by r = %.2f", r)
	}
}

// testAttempts: everything that is stored is what the app makes of the same answers.
func testAttempts(t *testing.T, s seeded) {
	var attempts, answers, again, sure int
	for _, p := range s.Pupils {
		s.each(t, p, func(w *store.Work, e quiz.Edition) {
			attempts++
			least, most := replayed(t, w.Attempt, e), 0
			if w.Attempt.Rules.Preset == quiz.Homework { // an answer that was changed has left nothing but its revision
				most = len(w.Attempt.Answers)
			}
			if w.Attempt.Rev < least || w.Attempt.Rev > least+most {
				t.Errorf("%s: revision %d after %d changes", w.Attempt.ID, w.Attempt.Rev, least)
			}
			for i, ans := range w.Attempt.Answers {
				if ans == nil {
					continue
				}
				answers += len(ans.Tries)
				again += len(ans.Tries) - 1
				if ans.Certainty != quiz.NotSaid {
					sure++
				}
				if said := ans.Certainty != quiz.NotSaid; said != (e.Questions[i].Certainty != "") {
					t.Errorf("%s: %s: certainty %v", w.Attempt.ID, e.Questions[i].ID, ans.Certainty)
				}
				if !e.Questions[i].Scored() && ans.Tries[0] != "_seen=1" {
					t.Errorf("%s: of %s is stored %s", w.Attempt.ID, e.Questions[i].ID, ans.Tries[0])
				}
			}
			if a := w.Attempt; a.Done() && w.Given != nil {
				i := slices.IndexFunc(w.Progress.Past, func(past school.Past) bool { return strings.HasSuffix(a.ID, past.ID) })
				want := a.Grade(e)
				if i < 0 || w.Progress.Past[i].Points != want.Points || w.Progress.Past[i].Max != want.Max || w.Progress.Past[i].At != a.Finished.Unix() {
					t.Errorf("%s earned %v, the progress says %+v", a.ID, want, w.Progress.Past)
				}
			}
		})
	}
	// Who has deleted everything had begun at most one lesson.
	if s.Attempts < attempts || s.Attempts > attempts+3 || again < 50 || sure < 50 {
		t.Errorf("%d attempts of %d, %d answers, %d further tries, %d with certainty", attempts, s.Attempts, answers, again, sure)
	}
}

// replayed answers everything again, compares what that earns, and counts the changes that it takes.
func replayed(t *testing.T, a *quiz.Attempt, e quiz.Edition) (changes int) {
	t.Helper()
	if keys := quiz.NewKeys(e.Questions, nil).Regrade(a, e); keys.Changed || len(keys.Questions) > 0 {
		t.Errorf("%s is graded otherwise again: %+v", a.ID, keys.Questions)
	}
	b := quiz.NewAttempt(a.ID, e, a.Rules, nil, a.Started)
	b.Answers = make([]*quiz.Answer, len(a.Answers))
	changes = 1
	if a.Done() && !a.Finished.Equal(a.End()) {
		changes++
	}
	for i, ans := range a.Answers {
		if ans == nil {
			continue
		}
		for k, try := range ans.Tries {
			changes++
			lang := cmp.Or(try.Response().One("_lang"), "de")
			certainty := ans.Certainty
			if later := len(ans.Tries) - 1 - k; later > 0 && certainty != quiz.NotSaid { // what they said before is not stored
				certainty = (certainty-1+quiz.Certainty(later))%quiz.Very + 1
			}
			response, err := quiz.Read(e.Questions[i], try.Response(), lang)
			if err != nil && e.Questions[i].Scored() {
				t.Fatalf("%s: %s: %s cannot be sent: %v", a.ID, e.Questions[i].ID, try, err)
			}
			if response == nil {
				response = try.Response()
			}
			if changed, err := b.Answer(i, e.Questions[i], quiz.Submission{Response: response, Certainty: certainty}, a.Started.Add(ans.After)); !changed || err != nil {
				t.Fatalf("%s: %s: %s is not taken: %v", a.ID, e.Questions[i].ID, try, err)
			}
		}
		if !b.Answers[i].Closed && ans.Closed {
			if _, err := b.GiveUp(i, a.Started.Add(ans.After)); err != nil {
				t.Fatal(err)
			}
			changes++
		}
		if got := b.Answers[i]; got.Fraction != ans.Fraction || got.Closed != ans.Closed || got.After != ans.After || !slices.Equal(got.Tries, ans.Tries) {
			t.Errorf("%s: %s: stored %+v, answered again %+v", a.ID, e.Questions[i].ID, ans, got)
		}
	}
	return changes
}

// testTimes: nobody works before they have joined or it has opened, nor in the future, nor at night.
func testTimes(t *testing.T, s seeded) {
	weeks := map[int]bool{}
	for _, p := range s.Pupils {
		s.each(t, p, func(w *store.Work, _ quiz.Edition) {
			a := w.Attempt
			opens := time.Unix(s.Given[w.Task.N-1].Opens, 0)
			last := a.Started
			for _, ans := range a.Answers {
				if ans != nil && a.Started.Add(ans.After).After(last) {
					last = a.Started.Add(ans.After)
				}
			}
			if a.Started.Before(opens) || a.Started.Before(time.Unix(p.Joined, 0)) || last.After(noon) || a.Done() && a.Finished.Add(quiz.Grace).Before(last) {
				t.Errorf("%s: opens %v, started %v, last answer %v, handed in %v", a.ID, opens, a.Started, last, a.Finished)
			}
			if hour := a.Started.In(s.Class.Location()).Hour(); hour < 7 || hour > 21 {
				t.Errorf("%s was begun at %v", a.ID, a.Started.In(s.Class.Location()))
			}
			_, week := a.Started.ISOWeek()
			weeks[week] = true
		})
	}
	if len(weeks) < 8 {
		t.Errorf("all was done in the weeks %v", weeks)
	}
}

// testTemptations: of the wrong options of a choice, one draws most of those who go wrong.
func testTemptations(t *testing.T, s seeded) {
	wrong := map[*quiz.Question]map[string]int{}
	for _, p := range s.Pupils {
		s.each(t, p, func(w *store.Work, e quiz.Edition) {
			for i, q := range e.Questions {
				choice, ok := q.Body.(*quiz.Choice)
				if !ok || w.Attempt.Answers[i] == nil {
					continue
				}
				first := w.Attempt.Answers[i].Tries[0].Response()
				for _, o := range choice.Options {
					if !o.Right && first.Has("option", o.ID) {
						if wrong[q] == nil {
							wrong[q] = map[string]int{}
						}
						wrong[q][o.ID]++
					}
				}
			}
		})
	}
	sum, n := 0.0, 0
	for q, options := range wrong {
		all, most := 0, 0
		for _, k := range options {
			all, most = all+k, max(most, k)
		}
		if all >= 8 && len(q.Body.(*quiz.Choice).Options) > 3 {
			sum, n = sum+float64(most)/float64(all), n+1
		}
	}
	if n < 10 || sum/float64(n) < 0.6 {
		t.Errorf("of %d choices, the wrong option that draws most has %.2f of the wrong answers", n, sum/float64(n))
	}
}

func spreadOf(list []float64) (mean, deviation float64) {
	if len(list) == 0 {
		return 0, 0
	}
	for _, x := range list {
		mean += x / float64(len(list))
	}
	for _, x := range list {
		deviation += (x - mean) * (x - mean) / float64(len(list))
	}
	return mean, math.Sqrt(deviation)
}

func correlation(x, y []float64) float64 {
	mx, dx := spreadOf(x)
	my, dy := spreadOf(y)
	sum := 0.0
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my) / float64(len(x))
	}
	return sum / (dx * dy)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
