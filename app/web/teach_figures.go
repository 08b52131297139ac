package web

import (
	"slices"

	"eberbach/app/school"
)

// TestFigures are what attempts say about a test and its questions, in figures. What needs more attempts, or would divide
// by 0, is "".
type TestFigures struct {
	Page
	Attempts int
	Enough   bool // for more than counts
	Reading  string
	Since    string // when the test was changed last; "" where there is only one
	Whole    []Figure
	Items    []ItemFigures
}

// Figure is a figure with its name in the catalogues, "results.figure.<name>".
type Figure struct{ Name, Text string }

// ItemFigures are the figures of a question.
type ItemFigures struct {
	ID, Stem, Reading string
	N                 int
	Figures           []Figure
}

// Names of the figures, as the catalogues have them.
var (
	wholeFigures = []string{"mean", "median", "deviation", "skewness", "kurtosis", "consistency", "error", "standard_error"}
	itemFigures  = []string{"facility", "discrimination", "efficiency", "weight", "guess"}
)

// Least is how many attempts it takes for more than counts.
func (t TestFigures) Least() int { return school.EnoughAttempts }

// WholeNames are the figures of a test, in order.
func (t TestFigures) WholeNames() []string { return wholeFigures }

// ItemNames are the figures of a question, in order.
func (t TestFigures) ItemNames() []string { return itemFigures }

// figures are what a test comes to, as the page says it.
func (p *ResultsPage) figures(t school.TestReport) TestFigures {
	f := TestFigures{Page: p.Page, Attempts: t.Attempts, Enough: t.Attempts >= school.EnoughAttempts, Reading: t.Reading}
	if !t.Since.IsZero() {
		f.Since = p.Day(t.Since, p.Room.Location())
	}
	if !f.Enough {
		return f
	}
	for i, text := range []string{
		p.figure(t.Mean), p.figure(t.Median), p.figure(t.StandardDeviation), p.figure(t.Skewness), p.figure(t.Kurtosis),
		p.percents(t.CIC), p.percents(t.ErrorRatio), p.figure(t.StandardError),
	} {
		f.Whole = append(f.Whole, Figure{wholeFigures[i], text})
	}
	for _, it := range t.Questions {
		item := ItemFigures{ID: it.ID, Stem: p.Pick(it.Question.Stem), Reading: it.Reading, N: it.N}
		for i, text := range []string{
			p.share(it.Facility), p.percents(it.DiscriminationIndex), p.percents(it.DiscriminativeEfficiency),
			p.percents(it.EffectiveWeight), p.share(it.RandomGuessScore),
		} {
			item.Figures = append(item.Figures, Figure{itemFigures[i], text})
		}
		f.Items = append(f.Items, item)
	}
	return f
}

// figure is a number with two digits.
func (p Page) figure(v *float64) string {
	if v == nil {
		return ""
	}
	return p.Index(*v)
}

// share is a fraction in percent.
func (p Page) share(v *float64) string {
	if v == nil {
		return ""
	}
	return p.Percent(*v)
}

// percents is a number that is percent already.
func (p Page) percents(v *float64) string {
	if v == nil {
		return ""
	}
	return p.Percent(*v / 100)
}

// optionMeans are the mean totals of who gave an answer, by question. One that several tests ask has none: their points
// are not of one scale.
type optionMeans map[string][]school.Option

func meansOf(tests []school.TestReport) optionMeans {
	means, met := optionMeans{}, map[string]int{}
	for _, t := range tests {
		for _, it := range t.Questions {
			if met[it.ID]++; met[it.ID] == 1 {
				means[it.ID] = slices.Clone(it.Options)
			} else {
				delete(means, it.ID)
			}
		}
	}
	return means
}

// of is the mean total of who gave an answer; nil where there are too few. The mean of one alone would be what that one has
// earned, and the page may be shown to the class.
func (m optionMeans) of(question string, o school.Option) *float64 {
	for _, with := range m[question] {
		if with.Same(o.Pick) && with.N > 1 {
			return with.Mean
		}
	}
	return nil
}
