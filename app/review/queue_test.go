package review

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// at is a time in Berlin, written as in "2026-09-10 08:00".
func at(t testing.TB, s string) time.Time {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// card is one in days, last answered so many days before it was due.
func card(due time.Time, stability float64) Card {
	last := due.Add(-time.Duration(stability*24) * time.Hour)
	return Card{State: Review, Last: last, Due: due, Stability: stability, Difficulty: 5, Reps: 4}
}

func TestDayOf(t *testing.T) {
	for when, want := range map[string]string{
		"2026-09-10 03:59": "2026-09-09",
		"2026-09-10 04:00": "2026-09-10",
		"2026-09-11 00:30": "2026-09-10",
		"2026-03-29 01:30": "2026-03-28", // the clocks go forward
		"2026-03-29 04:00": "2026-03-29",
		"2026-10-25 03:30": "2026-10-24", // and back
		"2026-10-25 04:00": "2026-10-25",
		"1969-12-31 12:00": "1969-12-31",
	} {
		now := at(t, when)
		day := DayOf(now.UTC(), now.Location())
		if day.String() != want || mustDay(want) != day {
			t.Errorf("%s is in day %s, want %s", when, day, want)
		}
		if begin := day.Begin(now.Location()); begin.After(now) || !(day + 1).Begin(now.Location()).After(now) || begin.Hour() != 4 {
			t.Errorf("the day of %s begins at %s", when, begin)
		}
	}
	if DayOf(time.Unix(0, 0), nil) != -1 || Day(1).Begin(nil).Unix() != 28*60*60 {
		t.Error("without a zone a day is not one of UTC")
	}
	if _, err := ParseDay("2026-02-30"); err == nil {
		t.Error("30 February is accepted")
	}
}

func TestToday(t *testing.T) {
	now := at(t, "2026-09-10 08:00")
	day := DayOf(now, now.Location())
	in := func(days int, hours float64) time.Time {
		return now.AddDate(0, 0, days).Add(time.Duration(hours * float64(time.Hour)))
	}
	step := Card{State: Learning, Step: 1, Last: in(-1, 0), Due: in(-1, 0.2), Stability: 2, Difficulty: 5, Reps: 1}
	soon := Card{State: Relearning, Last: in(0, -0.1), Due: in(0, 0.1), Stability: 1, Difficulty: 5, Reps: 1}
	again := Card{State: Relearning, Last: in(0, -0.3), Due: in(0, -0.1), Stability: 0.01, Difficulty: 5, Reps: 1}
	for _, c := range []struct {
		name string
		q    Queue
		want Today
	}{
		{"nothing", Queue{}, Today{}},
		{"due all day, until four in the morning", Queue{Cards: map[string]Card{
			"a": card(in(0, 10), 3), "b": card(in(0, 19.9), 4), "c": card(in(0, 20), 5), "d": card(in(-1, 0), 6),
		}}, Today{IDs: []string{"d", "a", "b"}}},
		{"how often its stability has gone by", Queue{Cards: map[string]Card{
			"firm": card(in(-3, 0), 300), "weak": card(in(-1, 0), 1), "between": card(in(-2, 0), 30),
		}}, Today{IDs: []string{"weak", "between", "firm"}}},
		{"who has waited long goes first", Queue{Cards: map[string]Card{
			"weak": card(in(-6, 0), 1), "long": card(in(-7, 0), 300), "longer": card(in(-8, 0), 400),
		}}, Today{IDs: []string{"longer", "long", "weak"}}},
		{"of a near test", Queue{Cards: map[string]Card{
			"a": card(in(-1, 0), 1), "t": card(in(-1, 0), 90), "long": card(in(-9, 0), 300),
		}, Tests: []Test{{Day: day + 3, Of: is("t")}}}, Today{IDs: []string{"long", "t", "a"}}},
		{"of a test far away, or over", Queue{Cards: map[string]Card{
			"a": card(in(-1, 0), 1), "t": card(in(-1, 0), 90),
		}, Tests: []Test{{Day: day + 8, Of: is("t")}, {Day: day, Of: is("t")}}}, Today{IDs: []string{"a", "t"}}},
		{"early for a test, half of what is to do in two days", Queue{Cards: map[string]Card{
			"t1": card(in(0, 0), 9), "t2": card(in(5, 0), 30), "t3": card(in(5, 0), 40), "t4": card(in(5, 0), 50), "a": card(in(5, 0), 60),
		}, Tests: []Test{{Day: day + 2, Of: is("t1", "t2", "t3", "t4"), Want: 0.99}}}, Today{IDs: []string{"t1", "t4"}}},
		{"and no more once it is done", Queue{Cards: map[string]Card{
			"t1": card(in(9, -1), 9), "t2": card(in(5, 0), 30), "t3": card(in(5, 0), 40), "t4": card(in(50, -1), 50),
		}, Tests: []Test{{Day: day + 2, Of: is("t1", "t2", "t3", "t4"), Want: 0.99}}}, Today{}},
		{"steps of minutes", Queue{Cards: map[string]Card{
			"step": step, "soon": soon, "again": again, "a": card(in(0, 0), 30),
		}}, Today{IDs: []string{"a", "step", "again"}, Later: 1, Next: soon.Due}},
		{"gone", Queue{Cards: map[string]Card{
			"a": card(in(0, 0), 3), "gone": card(in(-9, 0), 3), "new": {Due: in(-9, 0)},
		}, Live: is("a")}, Today{IDs: []string{"a"}}},
		{"holidays", Queue{Cards: map[string]Card{"a": card(in(0, 0), 3)}, Holidays: []Holiday{{day + 1, day + 2}, {day - 2, day}}}, Today{Holiday: true}},
		{"the cap", Queue{Cards: map[string]Card{
			"a": card(in(0, 0), 3), "b": card(in(0, 0), 3), "c": card(in(0, 0), 3), "d": card(in(0, 0), 3),
		}, Cap: 5, Done: 3}, Today{IDs: []string{"a", "b"}, Waiting: 2}},
		{"the cap is reached", Queue{Cards: map[string]Card{"a": card(in(0, 0), 3), "new": {Due: now}}, Done: 15}, Today{Waiting: 1}},
		{"the cap is passed", Queue{Cards: map[string]Card{"a": card(in(0, 0), 3)}, Done: 16}, Today{Waiting: 1}},
		{"new ones where there is room", Queue{Cards: map[string]Card{
			"a": card(in(0, 0), 3), "again": again, "new1": {Due: in(-2, 0)}, "new2": {Due: in(-3, 0)}, "new3": {Due: in(-1, 0)}, "later": {Due: in(0, 1)},
		}, New: 3, DoneNew: 1}, Today{IDs: []string{"a", "new2", "new1", "again"}}},
		{"one new one where there is none", Queue{Cards: map[string]Card{
			"a": card(in(0, 0), 3), "b": card(in(0, 0), 3), "c": card(in(0, 0), 3), "new1": {Due: in(-1, 0)}, "new2": {Due: in(-2, 0)},
		}, Cap: 3}, Today{IDs: []string{"a", "b", "new2"}, Waiting: 1}},
		{"and not a second", Queue{Cards: map[string]Card{
			"a": card(in(0, 0), 3), "b": card(in(0, 0), 3), "c": card(in(0, 0), 3), "new1": {Due: in(-1, 0)},
		}, Cap: 3, Done: 1, DoneNew: 1}, Today{IDs: []string{"a", "b"}, Waiting: 1}},
		{"no new ones wanted", Queue{Cards: map[string]Card{"a": card(in(0, 0), 3), "new": {Due: now}}, New: -1, Cap: 2, Done: 1}, Today{IDs: []string{"a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Now, c.q.Zone, c.want.Day = now, now.Location(), day
			if diff := cmp.Diff(c.want, c.q.Today()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func is(ids ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(ids, id) }
}

// day lives one day of somebody who answers all that is shown, and gives what they answered.
func (q *Queue) day(rate func(id string) Rating) (ids []string) {
	q.Done, q.DoneNew = 0, 0
	for {
		today := q.Today()
		if len(today.IDs) == 0 {
			return ids
		}
		id := today.IDs[0]
		if q.Cards[id].State == New {
			q.DoneNew++
		}
		q.Cards[id] = FSRS6.Next(q.Cards[id], rate(id), q.Now)
		q.Done++
		q.Now = q.Now.Add(time.Minute)
		ids = append(ids, id)
	}
}

func always(r Rating) func(string) Rating { return func(string) Rating { return r } }

// TestBreak: after a break 200 cards are due. No day shows more than the cap, one new card a day comes in, and what
// waits grows less from day to day until nothing does.
func TestBreak(t *testing.T) {
	now := at(t, "2026-09-10 08:00")
	q := Queue{Cards: map[string]Card{}, Now: now, Zone: now.Location()}
	for i := range 200 {
		q.Cards[fmt.Sprintf("q%03d", i)] = card(now.AddDate(0, 0, -i%21), 3+float64(i%60))
	}
	for i := range 10 {
		q.Cards[fmt.Sprintf("new%d", i)] = Card{Due: now}
	}
	seen := map[string]bool{}
	before, days := 200, 0
	for ; before > 0; days++ {
		ids := q.day(always(Good))
		if len(ids) > DefaultCap || q.DoneNew > 1 && days < 10 {
			t.Fatalf("day %d: %d answers, %d at new cards", days, len(ids), q.DoneNew)
		}
		for _, id := range ids {
			seen[id] = true
		}
		waiting := q.Today().Waiting
		if waiting >= before {
			t.Fatalf("day %d: %d wait, %d did the day before", days, waiting, before)
		}
		before = waiting
		q.Now = now.AddDate(0, 0, days+1)
	}
	if len(seen) != 210 || days > 20 {
		t.Errorf("%d of 210 cards were shown in %d days", len(seen), days)
	}
}

// TestBeforeATest: a retention of 0.8 leaves cards that come back after a test and would be known too badly on its day. They
// are pulled into the week before, evenly, within the cap, and on the morning all of them are known well enough.
func TestBeforeATest(t *testing.T) {
	now := at(t, "2026-09-10 08:00")
	day := DayOf(now, now.Location())
	p := FSRS6
	p.Retention = 0.8
	test := Test{Day: day + 10, Of: func(id string) bool { return id[0] == 't' }}
	q := Queue{Cards: map[string]Card{}, Now: now, Zone: now.Location(), Cap: 8, Params: p, Tests: []Test{test}, Holidays: []Holiday{{day + 5, day + 6}}}
	for i := range 30 {
		for _, name := range []string{"t", "other"} {
			last := now.AddDate(0, 0, -20)
			q.Cards[fmt.Sprintf("%s%02d", name, i)] = Card{State: Review, Last: last, Due: last.AddDate(0, 0, 31+i), Stability: 15 + float64(i)/2, Difficulty: 5, Reps: 5}
		}
	}
	morning := test.Day.Begin(q.Zone).Add(4 * time.Hour)
	weak := func() (n int) {
		for id, c := range q.Cards {
			if test.Of(id) && p.Retrievability(c, morning) < 0.9 {
				n++
			}
		}
		return n
	}
	if weak() != 30 {
		t.Fatalf("%d of 30 would be weak", weak())
	}
	var shown []int
	for d := range 11 {
		q.Now = now.AddDate(0, 0, d)
		shown = append(shown, len(q.day(always(Good))))
	}
	// The week before the test has five days at school.
	if want := []int{0, 0, 0, 6, 6, 0, 0, 6, 6, 6, 0}; !slices.Equal(shown, want) {
		t.Errorf("so many answers a day: %v, want %v", shown, want)
	}
	if weak() != 0 {
		t.Errorf("%d are weak on the morning", weak())
	}
}

// TestPlan forecasts what then comes to pass for somebody who is always right, and leaves the cards alone.
func TestPlan(t *testing.T) {
	now := at(t, "2026-09-10 08:00")
	day := DayOf(now, now.Location())
	q := Queue{Cards: map[string]Card{}, Now: now, Zone: now.Location(), Done: 4, Holidays: []Holiday{{day + 5, day + 6}}}
	for i := range 40 {
		q.Cards[fmt.Sprintf("q%02d", i)] = card(now.AddDate(0, 0, i%4-1), 3+float64(i))
	}
	q.Cards["gone"] = card(now, 3)
	q.Live = func(id string) bool { return id != "gone" }
	before := maps.Clone(q.Cards)
	plan := q.Plan(PlanDays)
	if !maps.Equal(q.Cards, before) {
		t.Error("a plan has changed the cards")
	}
	if len(plan) != PlanDays || plan[0].Day != day || plan[0].Answers != 11 || plan[0].Waiting != 9 {
		t.Errorf("the plan begins with %+v", plan[0])
	}
	q.Cap = 11 // are left today
	for i, load := range plan {
		q.Now = now.AddDate(0, 0, i)
		answers := len(q.day(always(Good)))
		if load.Answers != answers || load.Waiting != q.Today().Waiting || load.Day != day+Day(i) || load.Holiday != (i == 5 || i == 6) {
			t.Errorf("day %d: planned %+v, came %d answers and %d waited", i, load, answers, q.Today().Waiting)
		}
		q.Cap = 0
	}
}

// TestPlanWaitsForMinutes counts what comes back on the same day.
func TestPlanWaitsForMinutes(t *testing.T) {
	now := at(t, "2026-09-10 08:00")
	q := Queue{Cards: map[string]Card{"a": {Due: now}}, Now: now, Zone: now.Location()}
	plan := q.Plan(3)
	if plan[0].Answers != 2 || plan[1].Answers != 0 || plan[2].Answers != 1 {
		t.Errorf("the plan of a new card is %+v", plan)
	}
}

// TestTodayProperties: whatever the cards, no more is shown than the cap leaves, nothing twice, nothing that has gone or
// is not due, nothing on a holiday; all that is due is shown or counted; and a day of answers never passes the cap.
func TestTodayProperties(t *testing.T) {
	start := at(t, "2026-09-10 08:00")
	rapid.Check(t, func(t *rapid.T) {
		q := Queue{Cards: map[string]Card{}, Now: start, Zone: start.Location()}
		for i := range rapid.IntRange(0, 40).Draw(t, "cards") {
			_, c, _ := genCard(t)
			late := time.Duration(rapid.IntRange(-20, 20).Draw(t, "late")) * 12 * time.Hour
			shift := int64(start.Add(late).Sub(c.Due).Seconds())
			c.Due = time.Unix(c.Due.Unix()+shift, 0).UTC()
			if c.State != New {
				c.Last = time.Unix(c.Last.Unix()+shift, 0).UTC()
			}
			q.Cards[fmt.Sprint(i)] = c
		}
		q.Live = func(id string) bool { return id[0] != '3' }
		q.Cap = rapid.IntRange(0, 20).Draw(t, "cap")
		q.New = rapid.IntRange(-1, 4).Draw(t, "new")
		q.Done = rapid.IntRange(0, 25).Draw(t, "done")
		q.DoneNew = rapid.IntRange(0, q.Done).Draw(t, "done new")
		day := DayOf(q.Now, q.Zone)
		q.Tests = []Test{{Day: day + Day(rapid.IntRange(-1, 9).Draw(t, "test")), Of: func(id string) bool { return id < "2" }, Want: 0.95}}
		if rapid.IntRange(0, 9).Draw(t, "holiday") == 0 {
			q.Holidays = []Holiday{{day, day}}
		}
		done := q.Done
		for range 60 {
			today := q.Today()
			checkToday(t, q, today)
			if len(today.IDs) == 0 {
				break
			}
			id := today.IDs[0]
			if q.Cards[id].State == New {
				q.DoneNew++
			}
			q.Cards[id] = FSRS6.Next(q.Cards[id], Rating(rapid.IntRange(1, 3).Draw(t, "rating")), q.Now)
			q.Done++
			q.Now = q.Now.Add(time.Duration(rapid.IntRange(1, 15).Draw(t, "minutes")) * time.Minute)
			if DayOf(q.Now, q.Zone) != day {
				break
			}
		}
		if most := max(done, orDefault(q.Cap, DefaultCap)); q.Done > most {
			t.Fatalf("%d answers, the cap is %d", q.Done, most)
		}
	})
}

func checkToday(t *rapid.T, q Queue, today Today) {
	if today.Holiday && (len(today.IDs) > 0 || today.Waiting > 0 || today.Later > 0) {
		t.Fatalf("on a holiday: %+v", today)
	}
	if left := max(0, orDefault(q.Cap, DefaultCap)-q.Done); len(today.IDs) > left {
		t.Fatalf("%d questions where %d are left of the cap", len(today.IDs), left)
	}
	shown, due := map[string]bool{}, 0
	for _, id := range today.IDs {
		if shown[id] || !q.Live(id) {
			t.Fatalf("%s is shown twice or has gone", id)
		}
		shown[id] = true
		if !isDue(q, q.Cards[id]) && !q.Tests[0].Of(id) {
			t.Fatalf("%s is shown before it is due", id)
		}
	}
	for id, c := range q.Cards {
		if q.Live(id) && c.State != New && isDue(q, c) {
			due++
			if shown[id] {
				due--
			}
		}
	}
	if !today.Holiday && due != today.Waiting {
		t.Fatalf("%d cards are due and not shown, %d are said to wait", due, today.Waiting)
	}
}

func isDue(q Queue, c Card) bool {
	if c.State == Review {
		return DayOf(c.Due, q.Zone) <= DayOf(q.Now, q.Zone)
	}
	return !c.Due.After(q.Now)
}

// TestVariant: never the same wording twice in a row where there is another, and the same seed chooses the same.
func TestVariant(t *testing.T) {
	if Variant("b", nil, "s") != "" || Variant("b", []string{"a"}, "s") != "a" || Variant("", []string{""}, "s") != "" {
		t.Error("there is no choice, and yet another one is made")
	}
	for n := range 20 {
		if got := Variant("", []string{"", "2"}, fmt.Sprint(n)); got != "2" {
			t.Errorf("after the question's own wording comes %q", got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		variants := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z]?`), 1, 4, rapid.ID[string]).Draw(t, "variants")
		last := rapid.StringMatching(`[a-z]?`).Draw(t, "last")
		seed := rapid.String().Draw(t, "seed")
		got := Variant(last, variants, seed)
		if !slices.Contains(variants, got) || (got == last && len(variants) > 1) || Variant(last, variants, seed) != got {
			t.Fatalf("after %q comes %q of %q", last, got, variants)
		}
	})
	met := map[string]int{}
	last := "a"
	for n := range 300 {
		last = Variant(last, []string{"a", "b", "c"}, fmt.Sprint("learner/question/", n))
		met[last]++
	}
	if met["a"] < 70 || met["b"] < 70 || met["c"] < 70 {
		t.Errorf("of three wordings one is preferred: %v", met)
	}
}

func TestMastery(t *testing.T) {
	for days, want := range map[float64]Mastery{0: Untried, 0.001: Fresh, 6.99: Fresh, 7: Growing, 29.9: Growing, 30: Firm, 179: Firm, 180: Lasting, 36500: Lasting} {
		if got := MasteryOf(days); got != want {
			t.Errorf("a stability of %v days is %s, want %s", days, got, want)
		}
	}
	if (Card{}).Mastery() != Untried || (Card{State: Relearning, Stability: 200}).Mastery() != Fresh || (Card{State: Review, Stability: 200}).Mastery() != Lasting {
		t.Error("a card's level is not as said")
	}
	if len(masteryNames) != len(Masteries) {
		t.Error("a level has no name")
	}
}
