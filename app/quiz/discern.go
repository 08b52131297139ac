package quiz

import "math"

// Discerning is a Body whose items are real or fake, so that trust can be right or wrong in two ways.
type Discerning interface {
	Judgements(r Response) []Judgement
}

// Judgement is what was made of one item.
type Judgement struct {
	Real    bool // it is real, not fake
	Given   bool // it was judged at all
	Trusted bool // it was taken for real
}

// Discernment is how somebody tells real from fake.
type Discernment struct {
	TrustedReal, DistrustedReal int
	TrustedFake, DistrustedFake int
	Indices                     *Indices // nil below 20 items, or where one sort is missing
}

// Indices of signal detection theory; the signal is a fake, and taking it for one is a hit. D and C are worked out from
// rates corrected log-linearly, (n + 0.5) / (N + 1) (Hautus 1995), so that none is 0 or 1; Hits and FalseAlarms are what
// was counted.
type Indices struct {
	Hits        float64 // share of the fakes that were distrusted
	FalseAlarms float64 // share of the real items that were distrusted
	D           float64 // d′ = z(hits) − z(false alarms): 0 is guessing
	C           float64 // bias −(z(hits) + z(false alarms)) / 2: above 0 inclined to trust, below 0 to distrust
}

// enoughToIndex is the number of items from which on rates mean something.
const enoughToIndex = 20

// N is the number of items that were judged.
func (d Discernment) N() int {
	return d.TrustedReal + d.DistrustedReal + d.TrustedFake + d.DistrustedFake
}

// Discern counts judgements.
func Discern(list []Judgement) Discernment {
	var d Discernment
	for _, j := range list {
		switch {
		case !j.Given:
		case j.Real && j.Trusted:
			d.TrustedReal++
		case j.Real:
			d.DistrustedReal++
		case j.Trusted:
			d.TrustedFake++
		default:
			d.DistrustedFake++
		}
	}
	fakes, reals := d.TrustedFake+d.DistrustedFake, d.TrustedReal+d.DistrustedReal
	if d.N() < enoughToIndex || fakes == 0 || reals == 0 {
		return d
	}
	rate := func(n, of int) float64 { return (float64(n) + 0.5) / (float64(of) + 1) }
	hits, alarms := rate(d.DistrustedFake, fakes), rate(d.DistrustedReal, reals)
	d.Indices = &Indices{round7(float64(d.DistrustedFake) / float64(fakes)), round7(float64(d.DistrustedReal) / float64(reals)), round7(z(hits) - z(alarms)), round7(-(z(hits) + z(alarms)) / 2)}
	return d
}

// z is the quantile of the standard normal distribution.
func z(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// Discernment counts what the attempt's answers made of real and fake items. e is the attempt's own edition.
func (a *Attempt) Discernment(e Edition) Discernment {
	var all []Judgement
	for i, q := range e.Questions {
		if body, ok := q.Body.(Discerning); ok && a.Answers[i] != nil {
			all = append(all, body.Judgements(a.Answers[i].Tries[0].Response())...) // the first try: later ones know that it was wrong
		}
	}
	return Discern(all)
}
