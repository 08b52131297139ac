package school

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// This file sums marks without rounding. Sums are whole numbers, quotients are fractions, and only roots are rounded,
// far behind what a float64 shows.

// precision is that of roots, in bits; a float64 has 53.
const precision = 160

func newFloat() *big.Float { return new(big.Float).SetPrec(precision) }

// decimal writes a number as it would be typed: of all decimals that are read as v, the shortest.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// decimalsOf counts the digits behind the point.
func decimalsOf(v float64) int {
	if math.IsNaN(v) {
		return 0
	}
	_, part, _ := strings.Cut(decimal(v), ".")
	return len(part)
}

// unitsOf are the values as whole numbers of 10^-decimals; nil for NaN. None has more decimals.
func unitsOf(values []float64, decimals int) []*big.Int {
	units := make([]*big.Int, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		whole, part, _ := strings.Cut(decimal(v), ".")
		units[i], _ = new(big.Int).SetString(whole+part+strings.Repeat("0", decimals-len(part)), 10)
	}
	return units
}

func zeros(n int) []*big.Int {
	list := make([]*big.Int, n)
	for i := range list {
		list[i] = new(big.Int)
	}
	return list
}

func sum(list []*big.Int) *big.Int {
	total := new(big.Int)
	for _, v := range list {
		total.Add(total, v)
	}
	return total
}

func times(n int64, v *big.Int) *big.Int { return new(big.Int).Mul(big.NewInt(n), v) }

func quotient(v *big.Int, n int64) *big.Rat { return new(big.Rat).SetFrac(v, big.NewInt(n)) }

// comoment is n·Σxy − Σx·Σy, which is n(n−1) times the covariance.
func comoment(x, y []*big.Int) *big.Int {
	products, product := new(big.Int), new(big.Int)
	for i := range x {
		products.Add(products, product.Mul(x[i], y[i]))
	}
	products.Mul(products, big.NewInt(int64(len(x))))
	return products.Sub(products, product.Mul(sum(x), sum(y)))
}

// covariance is that of a sample, with n − 1; nil for fewer than two values.
func covariance(x, y []*big.Int) *big.Rat {
	n := int64(len(x))
	if n < 2 {
		return nil
	}
	return quotient(comoment(x, y), n*(n-1))
}

// shape is skewness and kurtosis by the k-statistics. With c the values' distances from their mean:
//
//	k2 = Σc²/(n−1)   k3 = n·Σc³/((n−1)(n−2))   k4 = (n(n+1)·Σc⁴ − 3(n−1)·(Σc²)²)/((n−1)(n−2)(n−3))
//
// so that k3/k2^1.5 = n√(n−1)/(n−2) · Σc³/(Σc²)^1.5 and k4/k2² = (n−1)/((n−2)(n−3)) · (n(n+1)·Σc⁴/(Σc²)² − 3(n−1)),
// in which the unit of c does not matter: it is n points here, and every c a whole number.
func shape(values []*big.Int) (skewness, kurtosis *float64) {
	n, total := int64(len(values)), sum(values)
	var sums [5]big.Int // of the powers
	for _, v := range values {
		c := times(n, v)
		c.Sub(c, total)
		power := big.NewInt(1)
		for k := range sums {
			sums[k].Add(&sums[k], power)
			power = new(big.Int).Mul(power, c)
		}
	}
	c2, c3, c4 := &sums[2], &sums[3], &sums[4]
	if c2.Sign() == 0 || n < 3 {
		return nil, nil
	}
	square := new(big.Int).Mul(c2, c2)
	skew := root(new(big.Rat).SetFrac(times(n, times(n*(n-1), new(big.Int).Mul(c3, c3))), times((n-2)*(n-2), new(big.Int).Mul(square, c2))))
	skewness = floatOf(scaled(skew, int64(c3.Sign())))
	if n < 4 {
		return skewness, nil
	}
	k := new(big.Rat).SetFrac(times(n*(n+1), c4), square)
	k.Sub(k, big.NewRat(3*(n-1), 1))
	return skewness, float(k.Mul(k, big.NewRat(n-1, (n-2)*(n-3))))
}

// root is √r; r is not below 0.
func root(r *big.Rat) *big.Float {
	return newFloat().Sqrt(newFloat().SetRat(r))
}

func scaled(f *big.Float, by int64) *big.Float { return f.Mul(f, newFloat().SetInt64(by)) }

func float(r *big.Rat) *float64 { return floatOf(newFloat().SetRat(r)) }

// floatOf rounds. A number that no float64 can hold counts as undefined; from marks of a size that ReadMarks takes none
// comes.
func floatOf(f *big.Float) *float64 {
	v, _ := f.Float64()
	if math.IsInf(v, 0) {
		return nil
	}
	if v == 0 {
		v = 0 // no minus before nothing
	}
	return &v
}
