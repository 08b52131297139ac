package school

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"eberbach/app/quiz"
)

// EnoughAttempts is how many it takes for indices: with fewer, chance decides them. Counts are shown all the same.
const EnoughAttempts = 20

// mostTyped is how many of the typed answers are listed for a prompt.
const mostTyped = 10

// TestReport is the item analysis of one test. With fewer than EnoughAttempts it has no index, and neither has a
// question that fewer were asked.
type TestReport struct {
	Edition  string    `json:"edition"`        // hash of its newest version
	Since    time.Time `json:"since,omitzero"` // when that was first stored
	Versions int       `json:"versions"`       // editions that differ in words or keys
	Reading  string    `json:"reading"`        // one of WholeReadings
	Analysis
	Questions []ItemReport `json:"items"` // in its order, in place of the Analysis's own; what is not scored is left out
}

// ItemReport is what attempts say about one question.
type ItemReport struct {
	ID       string         `json:"id"`
	Kind     string         `json:"kind"`
	Question *quiz.Question `json:"-"` // the newest version that was met
	Pool     string         `json:"pool,omitempty"`
	Reading  string         `json:"reading"` // one of ItemReadings
	Indices
	Right   int      `json:"right"`   // attempts that earned its whole mark
	Partial int      `json:"partial"` // that earned a part of it
	Wrong   int      `json:"wrong"`   // that earned nothing with an answer
	Blank   int      `json:"blank"`   // that gave none
	Options []Option `json:"options"`
}

// Option is one thing that could be answered, or was typed, and who did so at the first try: prompt by prompt, the most
// frequent first. What was typed may name somebody; think before showing what only few have typed.
type Option struct {
	quiz.Pick
	N    int      `json:"n"`
	Mean *float64 `json:"mean_total"` // in points, of the attempts that chose it; nil when none did, or there are too few attempts
}

// analysis works out what was counted.
func (t *test) analysis() TestReport {
	a := Analyse(t.marks)
	few := a.Attempts < EnoughAttempts
	out := TestReport{Edition: t.newest.Hash(), Versions: len(t.editions)}
	if t.newest.Since > 0 {
		out.Since = time.UnixMilli(t.newest.Since).UTC()
	}
	versions := t.versions()
	for _, q := range t.newest.Questions {
		column, ok := t.columns[q.ID]
		if !ok || slices.ContainsFunc(out.Questions, func(it ItemReport) bool { return it.ID == q.ID }) {
			continue
		}
		n := t.counts[column]
		it := ItemReport{
			ID: q.ID, Kind: q.Body.Kind(), Question: q, Pool: q.Pool, Indices: a.Items[column],
			Right: n.Right, Partial: n.Partial, Wrong: n.Wrong, Blank: n.Blank,
		}
		it.Options = t.options(q, versions[q.ID])
		if guess, known := quiz.GuessScore(q); known {
			it.RandomGuessScore = &guess
		}
		it.Reading = it.read()
		if few || it.N < EnoughAttempts {
			it.keepCounts()
		}
		out.Questions = append(out.Questions, it)
	}
	out.Reading = a.read()
	if few {
		a = Analysis{Attempts: a.Attempts}
	}
	a.Items = nil
	out.Analysis = a
	return out
}

// keepCounts takes away what says nothing yet.
func (it *ItemReport) keepCounts() {
	it.Reading = TooFew
	it.Indices = Indices{N: it.N, MaxMark: it.MaxMark}
	for i := range it.Options {
		it.Options[i].Mean = nil
	}
}

// versions are the versions of each question that were answered, by id.
func (t *test) versions() map[string][]*quiz.Question {
	out := map[string][]*quiz.Question{}
	for q := range t.chosen {
		out[q.ID] = append(out[q.ID], q)
	}
	return out
}

// options counts the options of a question over all its versions: those of the newest one, whether or not anybody chose
// them, and what was chosen of an earlier one and is gone. A place in an order is listed only where somebody chose it.
func (t *test) options(newest *quiz.Question, versions []*quiz.Question) []Option {
	list := []Option{} // never null in JSON: that would mean undefined
	totals := map[int]float64{}
	all := newest.Picks()
	for _, p := range all {
		list = append(list, Option{Pick: p})
	}
	add := func(p quiz.Pick, c *chosen) {
		i := slices.IndexFunc(list, func(o Option) bool {
			return o.Typed == p.Typed && o.Field == p.Field && o.Value == p.Value && (!p.Typed || o.Same(p))
		})
		if i < 0 {
			i = len(list)
			list = append(list, Option{Pick: p})
		}
		list[i].N += c.n
		totals[i] += c.totals
	}
	slices.SortFunc(versions, func(a, b *quiz.Question) int { return cmp.Compare(a.Hash(), b.Hash()) })
	for _, q := range versions { // in an order of their own, so that the same attempts give the same report
		words := all
		if q != newest {
			words = q.Picks()
		}
		for _, sent := range slices.Sorted(maps.Keys(t.chosen[q])) {
			c := t.chosen[q][sent]
			for _, p := range q.Picked(sent.Response()) {
				if i := slices.IndexFunc(words, func(w quiz.Pick) bool { return w.Field == p.Field && w.Value == p.Value }); i >= 0 && !p.Typed {
					p = words[i]
				}
				add(p, c)
			}
		}
	}
	for i, total := range totals {
		mean := total / float64(list[i].N)
		list[i].Mean = &mean
	}
	_, ranks := newest.Body.(*quiz.Order)
	list = slices.DeleteFunc(list, func(o Option) bool { return ranks && o.N == 0 })
	return inPrompts(list)
}

// inPrompts sorts the options of each prompt by how many chose them, and leaves the prompts in their order. Of what was
// typed it keeps the most frequent.
func inPrompts(list []Option) []Option {
	var fields []string
	for _, o := range list {
		if !slices.Contains(fields, o.Field) {
			fields = append(fields, o.Field)
		}
	}
	slices.SortStableFunc(list, func(a, b Option) int {
		return cmp.Or(cmp.Compare(slices.Index(fields, a.Field), slices.Index(fields, b.Field)), cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value))
	})
	typed := map[string]int{}
	return slices.DeleteFunc(list, func(o Option) bool {
		if o.Typed {
			typed[o.Field]++
		}
		return o.Typed && typed[o.Field] > mostTyped
	})
}
