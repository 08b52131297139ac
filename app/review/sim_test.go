package review

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"
)

// The year of the simulation, with the holidays of a school in Hesse, roughly.
var simHolidays = []Holiday{holiday("2026-10-05", "2026-10-17"), holiday("2026-12-23", "2027-01-12"), holiday("2027-03-22", "2027-04-02"), holiday("2027-06-28", "2027-08-06")}

func holiday(from, to string) Holiday { return Holiday{mustDay(from), mustDay(to)} }

func mustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// pupil is a simulated learner. Chance decides when they come, whether they finish, and what they still know.
type pupil struct {
	*rand.Rand
	q         Queue
	come      float64 // how likely they come on a day
	finish    float64 // how likely they then answer all that is shown
	memory    float64 // what they know is the retrievability to this power: 1 is as the scheduler thinks
	ill       Holiday // they stay away
	gone      Day     // from this day on a tenth of the questions is not asked any more
	questions int     // cards made so far

	waited   map[string]int // by card: finished days since it was due without being shown
	most     int            // the longest that a card waited
	mostNew  int            // the same of new cards
	allowed  int            // how long the promise lets a card wait
	answers  int
	worstDay int
	afterIll int    // due cards on the first day after the illness
	trace    uint64 // of all that happened
	right    int
	counted  Day
}

const (
	simDays = 365
	simNew  = 100 // new cards of some learners
)

var simStart = mustDay("2026-09-01")

func newPupil(n int, zones []*time.Location) *pupil {
	p := &pupil{Rand: rand.New(rand.NewPCG(2022, uint64(n))), waited: map[string]int{}}
	p.q = Queue{Cards: map[string]Card{}, Zone: zones[n%len(zones)], Holidays: simHolidays, Params: FSRS6}
	p.come = 0.3 + 0.65*p.Float64()
	p.finish = 0.5 + 0.5*p.Float64()
	p.memory = 0.5 + 1.5*p.Float64()
	ill := simStart + Day(30+p.IntN(300))
	p.ill = Holiday{ill, ill + 13}
	p.gone = simStart + Day(p.IntN(simDays))
	p.q.Tests = []Test{{Day: simStart + Day(40+p.IntN(100)), Of: func(id string) bool { return id < "0050" }}, {Day: simStart + Day(150+p.IntN(150)), Of: func(id string) bool { return id[3] < '3' }}}
	p.q.Live = func(id string) bool { return id[3] != '7' || DayOf(p.q.Now, p.q.Zone) < p.gone }
	switch n % 10 {
	case 0: // comes with a wall of cards and little patience
		p.q.Cap = 5 + p.IntN(6)
		p.wall(300)
	case 1: // has many questions that were never asked
		for range simNew {
			p.q.Cards[p.question()] = Card{Due: simStart.Begin(p.q.Zone)}
		}
	}
	return p
}

func (p *pupil) question() string {
	p.questions++
	return fmt.Sprintf("%04d", p.questions)
}

// wall gives the pupil cards of a long past that have all been due for a while.
func (p *pupil) wall(n int) {
	begin := simStart.Begin(p.q.Zone)
	for range n {
		s := math.Exp(6 * p.Float64())
		late := time.Duration(p.IntN(60*24)) * time.Hour
		last := begin.Add(-late - time.Duration(s*24)*time.Hour).UTC()
		p.q.Cards[p.question()] = Card{State: Review, Last: last, Due: begin.Add(-late).UTC(), Stability: round8(s), Difficulty: round8(1 + 9*p.Float64()), Reps: 5}
	}
}

// year lives through all days. Every two weeks in school a quiz of 14 questions makes 14 cards.
func (p *pupil) year(t *testing.T) {
	for day := simStart; day < simStart+simDays; day++ {
		away := onHoliday(day, []Holiday{p.ill})
		school := !onHoliday(day, simHolidays)
		if school && !away && (day-simStart)%14 == 3 && p.questions < 168 {
			p.quiz(day)
		}
		if away || p.Float64() > p.come {
			continue
		}
		p.q.Done, p.q.DoneNew = 0, 0
		for range 1 + p.IntN(2) { // they may come twice, the second time after midnight
			p.session(t, day, school)
		}
		p.worstDay = max(p.worstDay, p.q.Done)
	}
}

func (p *pupil) quiz(day Day) {
	now := day.Begin(p.q.Zone).Add(time.Duration(4*60+p.IntN(240)) * time.Minute)
	for range 14 {
		rating := Rate(p.Float64() < 0.7, p.Float64() < 0.2)
		p.q.Cards[p.question()] = FSRS6.Next(Card{}, rating, now)
		now = now.Add(20 * time.Second)
	}
}

// session answers what the queue shows, and what comes back within minutes. It checks what the queue promises.
func (p *pupil) session(t *testing.T, day Day, school bool) {
	if began := day.Begin(p.q.Zone); p.q.Done == 0 {
		p.q.Now = began.Add(time.Duration(60+p.IntN(12*60)) * time.Minute)
	} else {
		p.q.Now = began.Add(time.Duration(13*60+p.IntN(10*60)) * time.Minute)
	}
	finishes := p.Float64() < p.finish
	if p.afterIll == 0 && day > p.ill.To {
		today := p.q.Today()
		p.afterIll = today.Waiting + len(today.IDs)
	}
	for round := 0; ; round++ {
		today := p.q.Today()
		if !school && (!today.Holiday || len(today.IDs) > 0) {
			t.Fatalf("%s: %d questions are asked in the holidays", day, len(today.IDs))
		}
		left := orDefault(p.q.Cap, DefaultCap) - p.q.Done
		if today.Day != day || len(today.IDs) > left {
			t.Fatalf("%s (%s): %d questions where %d are left of the cap", day, today.Day, len(today.IDs), left)
		}
		if len(today.IDs) == 0 {
			break
		}
		for i, id := range today.IDs {
			if !finishes && p.IntN(6) == 0 {
				return
			}
			if i == 2 && round == 0 && p.IntN(8) == 0 { // now and then, as it takes long
				if next := p.q.Today().IDs[0]; next != id {
					t.Fatalf("%s: asked again after an answer, the queue goes on with %s instead of %s", day, next, id)
				}
			}
			p.answer(t, id)
		}
		p.q.Now = p.q.Now.Add(time.Duration(p.IntN(12)) * time.Minute)
		if DayOf(p.q.Now, p.q.Zone) != day {
			return
		}
	}
	if school && p.counted != day { // a day is finished once
		p.counted = day
		p.finished()
	}
}

func (p *pupil) answer(t *testing.T, id string) {
	c := p.q.Cards[id]
	if !p.q.Live(id) {
		t.Fatalf("%s is shown after it was taken away", id)
	}
	days := math.Max(0, p.q.Now.Sub(c.Last).Hours()/24)
	known := 0.5
	if c.State == New {
		p.q.DoneNew++
	} else {
		known = math.Pow(FSRS6.curve(days, c.Stability), p.memory)
	}
	right := p.Float64() < known
	next := FSRS6.Next(c, Rate(right, p.Float64() < 0.15), p.q.Now)
	p.q.Cards[id] = next
	p.trace = p.trace*31 + uint64(next.Due.Unix()) ^ math.Float64bits(next.Stability)
	p.q.Done++
	p.answers++
	if right {
		p.right++
	}
	delete(p.waited, id)
	p.q.Now = p.q.Now.Add(8 * time.Second)
}

// finished counts, on a day on which all was answered that was shown, how long each due card has been waiting.
func (p *pupil) finished() {
	for id, c := range p.q.Cards {
		due := c.Due
		if c.State == Review {
			due = DayOf(due, p.q.Zone).Begin(p.q.Zone)
		}
		if due.After(p.q.Now) || !p.q.Live(id) {
			continue
		}
		p.waited[id]++
		if c.State == New {
			p.mostNew = max(p.mostNew, p.waited[id])
		} else {
			p.most = max(p.most, p.waited[id])
		}
	}
	most := orDefault(p.q.Cap, DefaultCap)
	p.allowed = Patience + (len(p.q.Cards)+most-2)/(most-1)
}

func simZones(t testing.TB) (zones []*time.Location) {
	for _, name := range []string{"Europe/Berlin", "UTC", "America/New_York", "Pacific/Auckland"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	return zones
}

// TestYear lets 500 learners live through a year with holidays, two weeks of illness, tests and questions that go.
// The cap is never passed on any day, and no card starves: a due one is shown within the days that Today promises, a
// new one within as many finished days as there were new ones.
func TestYear(t *testing.T) {
	const learners, groups = 500, 10
	zones := simZones(t)
	var pupils [learners]*pupil
	t.Run("group", func(t *testing.T) {
		for group := range groups {
			t.Run(fmt.Sprint(group), func(t *testing.T) {
				t.Parallel()
				for n := group; n < learners; n += groups {
					pupils[n] = newPupil(n, zones)
					pupils[n].year(t)
				}
			})
		}
	})
	var answers, right int
	var waits, ill []int
	for n, p := range pupils {
		if most := orDefault(p.q.Cap, DefaultCap); p.worstDay > most {
			t.Errorf("learner %d: %d answers on one day, the cap is %d", n, p.worstDay, most)
		}
		if p.most >= p.allowed {
			t.Errorf("learner %d: a due card was passed over on %d finished days, it has to be shown on the %dth", n, p.most, p.allowed)
		}
		if p.mostNew >= simNew {
			t.Errorf("learner %d: a new card was passed over on %d finished days", n, p.mostNew)
		}
		answers, right = answers+p.answers, right+p.right
		waits, ill = append(waits, p.most), append(ill, p.afterIll)
	}
	slices.Sort(waits)
	slices.Sort(ill)
	t.Logf("%d learners: %d answers, %.0f %% right; a due card was passed over on at most so many finished days: median %d, 90 %% %d, most %d; due after the illness: median %d, most %d",
		learners, answers, 100*float64(right)/float64(answers), waits[learners/2], waits[learners*9/10], waits[learners-1], ill[learners/2], ill[learners-1])
}

// TestYearIsRepeatable: the same chance gives the same answers and cards.
func TestYearIsRepeatable(t *testing.T) {
	zones := simZones(t)
	for n := range 20 {
		a, b := newPupil(n, zones), newPupil(n, zones)
		a.year(t)
		b.year(t)
		if a.trace != b.trace || a.answers == 0 {
			t.Errorf("learner %d: %x and %x after %d answers", n, a.trace, b.trace, a.answers)
		}
	}
}
