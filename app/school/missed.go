package school

import (
	"cmp"
	"slices"

	"eberbach/app/quiz"
)

// Missed is how many were asked the question and did not earn its whole mark.
func (it *ItemReport) Missed() int { return it.Partial + it.Wrong + it.Blank }

// MostMissed puts together what tests say about their questions, each question once, the one that most have missed first.
// Indices are left out: over several tests they mean nothing.
func MostMissed(tests []TestReport) []ItemReport {
	var list []ItemReport
	for _, t := range tests {
		for _, it := range t.Questions {
			it.keepCounts()
			i := slices.IndexFunc(list, func(met ItemReport) bool { return met.ID == it.ID })
			if i < 0 {
				it.Options = slices.Clone(it.Options)
				list = append(list, it)
			} else {
				list[i].join(it)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b ItemReport) int {
		return cmp.Or(cmp.Compare(b.missedShare(), a.missedShare()), cmp.Compare(b.Missed(), a.Missed()))
	})
	return list
}

func (it *ItemReport) missedShare() float64 { return float64(it.Missed()) / float64(max(it.N, 1)) }

// join adds what an older version of the question says.
func (it *ItemReport) join(older ItemReport) {
	it.N += older.N
	it.Right, it.Partial, it.Wrong, it.Blank = it.Right+older.Right, it.Partial+older.Partial, it.Wrong+older.Wrong, it.Blank+older.Blank
	for _, o := range older.Options {
		i := slices.IndexFunc(it.Options, func(p Option) bool { return p.Field == o.Field && p.Value == o.Value && p.Typed == o.Typed })
		if i < 0 {
			it.Options = append(it.Options, o)
		} else {
			it.Options[i].N += o.N
		}
	}
	it.Options = inPrompts(it.Options)
}

// Lure is the wrong answer that most have given; false when nobody gave one. What only one has typed is none: it may name
// somebody.
func (it *ItemReport) Lure() (lure Option, ok bool) {
	for _, o := range it.Options {
		if !o.Right && o.N > lure.N && !o.Rare() {
			lure, ok = o, true
		}
	}
	return lure, ok
}

// Rare says whether the answer was typed by one alone.
func (o Option) Rare() bool { return o.Typed && o.N < 2 }

// Solved says whether one of the options is right: of what is typed, only what somebody typed is an option.
func (it *ItemReport) Solved() bool {
	return slices.ContainsFunc(it.Options, func(o Option) bool { return o.Right })
}

// ChooseTaken is the attempt that speaks for a pupil: the one with the id, or else the first that was handed in; false when
// there is none.
func ChooseTaken(attempts []*quiz.Attempt, counted string) (*quiz.Attempt, bool) {
	var first *quiz.Attempt
	for _, a := range attempts {
		if a.ID == counted {
			return a, true
		}
		if counted == "" && a.Done() && (first == nil || a.Started.Before(first.Started)) {
			first = a
		}
	}
	return first, first != nil
}
