package school

import (
	"math"
	"math/big"
	"slices"
)

// Marks are what attempts have earned: a row an attempt, a column an item (a question, or a part that is marked by
// itself).
type Marks struct {
	Max  []float64   // the most that each item can earn, 0 and more
	Rows [][]float64 // points, each row as long as Max; NaN: this attempt was not asked that item
}

// NotAsked stands in Marks where an attempt was not asked an item.
func NotAsked() float64 { return math.NaN() }

// Analysis is what marks say about a test and its items. What would divide by 0, or needs more attempts than there are,
// is nil, and nothing is NaN. T is an attempt's total, in points.
//
// The formulas are those of Moodle's "Quiz statistics calculations". All variances and covariances have n − 1.
type Analysis struct {
	Items    []Indices `json:"items"`
	Attempts int       `json:"attempts"`
	Mean     *float64  `json:"mean"` // of T
	Median   *float64  `json:"median"`

	// StandardDeviation of T is √k2, Skewness k3/k2^1.5 and Kurtosis k4/k2², from Fisher's k-statistics. They need 2, 3
	// and 4 attempts.
	StandardDeviation *float64 `json:"standard_deviation"`
	Skewness          *float64 `json:"skewness"`
	Kurtosis          *float64 `json:"kurtosis"`

	// CIC is the coefficient of internal consistency (Cronbach's α) in percent: 100·p/(p−1)·(1 − Σ var x_j / var T) over
	// p positions, see sheet.positions. At most 100; below 0 where items contradict each other.
	CIC *float64 `json:"cic"`
	// ErrorRatio is how much of the standard deviation is chance, in percent: 100·√(1 − CIC/100).
	ErrorRatio *float64 `json:"error_ratio"`
	// StandardError is that share of it, in points: ErrorRatio/100·StandardDeviation.
	StandardError *float64 `json:"standard_error"`
}

// Indices are what marks say about one item, over the attempts that were asked it alone. x is what it earned, T the
// total of the same attempt, o = T − x what the rest of that attempt earned. An attempt that was asked other questions
// of a pool has its own o, then out of questions that are as good as those of its neighbour.
type Indices struct {
	N       int     `json:"n"`        // attempts that were asked it
	MaxMark float64 `json:"max_mark"` // points

	Facility          *float64 `json:"facility"`           // mean(x)/max mark: 0..1 unless marks are below 0
	StandardDeviation *float64 `json:"standard_deviation"` // of x, in points

	// DiscriminationIndex is the correlation of x and o in percent: 100·cov(x,o)/√(var x·var o), −100..100.
	DiscriminationIndex *float64 `json:"discrimination_index"`
	// DiscriminativeEfficiency is cov(x,o) in percent of the most it could be with these marks, which is that of x and o
	// when both are sorted.
	DiscriminativeEfficiency *float64 `json:"discriminative_efficiency"`
	// EffectiveWeight is how much of the differences between totals comes from the item, in percent:
	// 100·√cov(x,T)/Σ√cov(x_j,T) over the positions j whose covariance is not negative. Nil when its own is negative.
	// The weights of a test without pools add up to 100; an item from a pool has the weight that it has in an attempt
	// that asks it.
	EffectiveWeight *float64 `json:"effective_weight"`
	// FacilityTopThird is the facility among the third of its attempts with the highest o, and all that equal the last
	// of these: those who knew the rest.
	FacilityTopThird *float64 `json:"facility_top_third"`
	// RandomGuessScore is what guessing earns on average, a fraction 0..1 of the mark like Facility. Marks by themselves
	// do not tell it.
	RandomGuessScore *float64 `json:"random_guess_score,omitempty"`
}

// Analyse works out all indices, however few attempts there are. Marks are finite numbers.
//
// It sums without rounding: marks are decimals, and 0.1 + 0.2 must be 0.3 where totals that are equal make an index
// undefined. So an index is nil just where it divides by 0, not where rounding happens to leave 0 or to miss it.
func Analyse(m Marks) Analysis {
	s := newSheet(m)
	a := s.whole()
	a.Items = make([]Indices, len(m.Max))
	for i := range m.Max {
		a.Items[i] = s.item(i)
		a.Items[i].MaxMark = m.Max[i]
	}
	s.weigh(a.Items)
	return a
}

// sheet holds marks as whole numbers of a common unit.
type sheet struct {
	unit   *big.Int // how many units make a point
	max    []*big.Int
	rows   [][]*big.Int // nil: not asked
	totals []*big.Int
}

func newSheet(m Marks) *sheet {
	decimals := 0
	for _, row := range append(slices.Clone(m.Rows), m.Max) {
		for _, v := range row {
			decimals = max(decimals, decimalsOf(v))
		}
	}
	s := &sheet{unit: new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil), max: unitsOf(m.Max, decimals)}
	for _, row := range m.Rows {
		units, total := unitsOf(row, decimals), new(big.Int)
		for _, x := range units {
			if x != nil {
				total.Add(total, x)
			}
		}
		s.rows, s.totals = append(s.rows, units), append(s.totals, total)
	}
	return s
}

// column is what an item earned, and the totals, in the attempts that were asked it.
func (s *sheet) column(i int) (x, t []*big.Int) {
	for r, row := range s.rows {
		if row[i] != nil {
			x, t = append(x, row[i]), append(t, s.totals[r])
		}
	}
	return x, t
}

// positions are the columns of a table without gaps: what stood at each place of the test, whichever question it was.
// An item that every attempt was asked is a position of its own. The others come from pools: the first of them that an
// attempt was asked is at the next position, its second one at the one after that. Where an attempt was asked fewer,
// the position earned 0, as it did in T.
func (s *sheet) positions() (list [][]*big.Int) {
	var drawn []int
	for i := range s.max {
		if x, _ := s.column(i); len(x) == len(s.rows) {
			list = append(list, x)
		} else {
			drawn = append(drawn, i)
		}
	}
	var pooled [][]*big.Int
	for r, row := range s.rows {
		next := 0
		for _, i := range drawn {
			if row[i] == nil {
				continue
			}
			if next == len(pooled) {
				pooled = append(pooled, zeros(len(s.rows)))
			}
			pooled[next][r] = row[i]
			next++
		}
	}
	return append(list, pooled...)
}

// whole is what the totals say.
func (s *sheet) whole() Analysis {
	n := len(s.totals)
	a := Analysis{Attempts: n}
	if n > 0 {
		a.Mean = s.points(quotient(sum(s.totals), int64(n)))
		sorted := slices.SortedFunc(slices.Values(s.totals), (*big.Int).Cmp)
		a.Median = s.points(quotient(sum([]*big.Int{sorted[(n-1)/2], sorted[n/2]}), 2))
	}
	variance := covariance(s.totals, s.totals)
	if variance == nil {
		return a
	}
	a.StandardDeviation = s.deviation(variance)
	a.Skewness, a.Kurtosis = shape(s.totals)
	positions := s.positions()
	p := int64(len(positions))
	if p < 2 || variance.Sign() == 0 {
		return a
	}
	parts := new(big.Rat)
	for _, x := range positions {
		parts.Add(parts, covariance(x, x))
	}
	rest := new(big.Rat).Quo(new(big.Rat).Sub(variance, parts), variance) // 1 − Σ var x_j / var T
	cic := rest.Mul(rest, big.NewRat(100*p, p-1))
	a.CIC = float(cic)
	error2 := new(big.Rat).Sub(big.NewRat(100, 1), cic) // over 100: the square of the error ratio as a share
	error2.Quo(error2, big.NewRat(100, 1))
	a.ErrorRatio = floatOf(scaled(root(error2), 100))
	a.StandardError = s.deviation(error2.Mul(error2, variance))
	return a
}

// item is what the marks say about one item, without its weight.
func (s *sheet) item(i int) Indices {
	x, t := s.column(i)
	n := int64(len(x))
	it := Indices{N: len(x)}
	if n == 0 {
		return it
	}
	if s.max[i].Sign() > 0 {
		it.Facility = float(new(big.Rat).SetFrac(sum(x), times(n, s.max[i])))
	}
	o := make([]*big.Int, n)
	for r := range o {
		o[r] = new(big.Int).Sub(t[r], x[r])
	}
	it.FacilityTopThird = s.topThird(i, x, o)
	if n < 2 {
		return it
	}
	it.StandardDeviation = s.deviation(covariance(x, x))
	xx, oo, xo := comoment(x, x), comoment(o, o), comoment(x, o)
	if xx.Sign() > 0 && oo.Sign() > 0 {
		r := root(new(big.Rat).SetFrac(new(big.Int).Mul(xo, xo), new(big.Int).Mul(xx, oo)))
		it.DiscriminationIndex = floatOf(scaled(r, 100*int64(xo.Sign())))
	}
	byMark := (*big.Int).Cmp
	if most := comoment(slices.SortedFunc(slices.Values(x), byMark), slices.SortedFunc(slices.Values(o), byMark)); most.Sign() > 0 {
		it.DiscriminativeEfficiency = float(new(big.Rat).SetFrac(times(100, xo), most))
	}
	return it
}

// topThird is the facility among those who earned most elsewhere.
func (s *sheet) topThird(i int, x, o []*big.Int) *float64 {
	if s.max[i].Sign() == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(o), (*big.Int).Cmp)
	least := sorted[len(sorted)-(len(sorted)+2)/3]
	earned, n := new(big.Int), int64(0)
	for r := range x {
		if o[r].Cmp(least) >= 0 {
			earned.Add(earned, x[r])
			n++
		}
	}
	return float(new(big.Rat).SetFrac(earned, times(n, s.max[i])))
}

// weigh fills in the effective weights.
func (s *sheet) weigh(items []Indices) {
	all := newFloat()
	for _, x := range s.positions() {
		if c := covariance(x, s.totals); c != nil && c.Sign() > 0 {
			all.Add(all, root(c))
		}
	}
	if all.Sign() == 0 {
		return
	}
	for i := range items {
		if c := covariance(s.column(i)); c != nil && c.Sign() >= 0 {
			w := root(c)
			items[i].EffectiveWeight = floatOf(scaled(w.Quo(w, all), 100))
		}
	}
}

// points is a number of units as points.
func (s *sheet) points(units *big.Rat) *float64 {
	return float(new(big.Rat).Quo(units, new(big.Rat).SetInt(s.unit)))
}

// deviation is the root of a variance in units², in points.
func (s *sheet) deviation(variance *big.Rat) *float64 {
	d := root(variance)
	return floatOf(d.Quo(d, newFloat().SetInt(s.unit)))
}
