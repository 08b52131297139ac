package school

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestAnalysis compares every index of every set in testdata/analysis with what analysis.py there finds out by another
// way: equal to 1e-6, and undefined just where it says so.
func TestAnalysis(t *testing.T) {
	files, err := filepath.Glob("testdata/analysis/*.csv")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d sets: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".csv"), func(t *testing.T) {
			got := treeOf(t, Analyse(marksIn(t, file)))
			data, err := os.ReadFile(strings.TrimSuffix(file, ".csv") + ".json")
			if err != nil {
				t.Fatal(err)
			}
			var want any
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(near)); diff != "" {
				t.Errorf("(-analysis.py +Analyse)\n%s", diff)
			}
		})
	}
}

// near compares to 1e-6, of large values relatively.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*max(1, math.Abs(a)) }

func marksIn(t testing.TB, file string) Marks {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := ReadMarks(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func treeOf(t testing.TB, a Analysis) (tree any) {
	t.Helper()
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestAnalysisByHand is small enough to be followed with a pencil. Four attempts at two items:
//
//	x1  x2  T   of the totals 3, 2, 1, 0: mean 3/2, var 5/3
//	1   2   3   var x1 = 1/3, var x2 = 1, cov(x1,x2) = (1·2 + 1·1 + 0·1 + 0·0 − 4·(1/2)·1)/3 = 1/3
//	1   1   2
//	0   1   1   var x2: distances 1, 0, 0, −1, so 2/3
//	0   0   0
func TestAnalysisByHand(t *testing.T) {
	a := Analyse(Marks{Max: []float64{1, 2}, Rows: [][]float64{{1, 2}, {1, 1}, {0, 1}, {0, 0}}})
	r := (1.0 / 3) / math.Sqrt(1.0/3*2.0/3) // of x1 and x2
	w1, w2 := math.Sqrt(1.0/3+1.0/3), math.Sqrt(2.0/3+1.0/3)
	cic := 100 * 2.0 * (1 - (1.0/3+2.0/3)/(5.0/3))
	for _, c := range []struct {
		name string
		got  *float64
		want float64
	}{
		{"mean", a.Mean, 1.5},
		{"median", a.Median, 1.5},
		{"deviation", a.StandardDeviation, math.Sqrt(5.0 / 3)},
		{"skewness", a.Skewness, 0},
		{"kurtosis", a.Kurtosis, -1.2},
		{"CIC", a.CIC, cic},
		{"error ratio", a.ErrorRatio, 100 * math.Sqrt(1-cic/100)},
		{"standard error", a.StandardError, math.Sqrt(1-cic/100) * math.Sqrt(5.0/3)},
		{"facility 1", a.Items[0].Facility, 0.5},
		{"facility 2", a.Items[1].Facility, 0.5},
		{"discrimination 1", a.Items[0].DiscriminationIndex, 100 * r},
		{"discrimination 2", a.Items[1].DiscriminationIndex, 100 * r},
		{"efficiency 1", a.Items[0].DiscriminativeEfficiency, 100},
		{"efficiency 2", a.Items[1].DiscriminativeEfficiency, 100},
		{"weight 1", a.Items[0].EffectiveWeight, 100 * w1 / (w1 + w2)},
		{"weight 2", a.Items[1].EffectiveWeight, 100 * w2 / (w1 + w2)},
		{"deviation 1", a.Items[0].StandardDeviation, math.Sqrt(1.0 / 3)},
		{"deviation 2", a.Items[1].StandardDeviation, math.Sqrt(2.0 / 3)},
		{"top third 1", a.Items[0].FacilityTopThird, 2.0 / 3}, // o is x2: 2, 1, 1, 0; two of four, and the third ties
		{"top third 2", a.Items[1].FacilityTopThird, 3.0 / 4},
	} {
		if c.got == nil || !near(*c.got, c.want) {
			t.Errorf("%s is %v, want %v", c.name, show(c.got), c.want)
		}
	}
}

func show(f *float64) string {
	if f == nil {
		return "undefined"
	}
	return fmt.Sprint(*f)
}

// TestAnalysisOfNothing: without attempts nothing is defined, and without items neither.
func TestAnalysisOfNothing(t *testing.T) {
	for name, m := range map[string]Marks{
		"nothing": {}, "no attempt": {Max: []float64{1, 2}}, "no item": {Rows: [][]float64{{}, {}}},
		"nobody was asked": {Max: []float64{1, 1}, Rows: [][]float64{{NotAsked(), 1}, {NotAsked(), 0}}},
	} {
		a := Analyse(m)
		if a.Attempts != len(m.Rows) || len(a.Items) != len(m.Max) || a.CIC != nil || a.Skewness != nil {
			t.Errorf("%s: %+v", name, a)
		}
		if len(a.Items) > 0 {
			it := a.Items[0]
			if it.N != 0 || it.Facility != nil || it.StandardDeviation != nil || it.EffectiveWeight != nil || it.FacilityTopThird != nil {
				t.Errorf("%s: %+v", name, it)
			}
		}
		treeOf(t, a)
	}
}

// TestAnalysisProperties: the order of attempts says nothing, points in another unit change no index without a unit,
// and indices keep within their bounds.
func TestAnalysisProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(1, 6).Draw(t, "items")
		m, scaled := Marks{}, Marks{}
		for range items {
			m.Max = append(m.Max, 10)
			scaled.Max = append(scaled.Max, 40)
		}
		gaps := rapid.Bool().Draw(t, "gaps")
		for range rapid.IntRange(1, 12).Draw(t, "attempts") {
			row, times4 := make([]float64, items), make([]float64, items)
			for i := range row {
				row[i] = float64(rapid.IntRange(-10, 100).Draw(t, "mark")) / 10
				if gaps && rapid.IntRange(0, 3).Draw(t, "gap") == 0 {
					row[i] = NotAsked()
				}
				times4[i] = 4 * row[i]
			}
			m.Rows, scaled.Rows = append(m.Rows, row), append(scaled.Rows, times4)
		}
		a := Analyse(m)
		mixed := m
		mixed.Rows = rapid.Permutation(m.Rows).Draw(t, "mixed")
		if b := Analyse(mixed); !cmp.Equal(a, b, cmp.Comparer(near)) {
			t.Fatalf("in another order:\n%s", cmp.Diff(a, b))
		}
		b := Analyse(scaled)
		same := func(name string, x, y *float64) {
			if (x == nil) != (y == nil) || x != nil && !near(*x, *y) {
				t.Fatalf("in other points %s is %s and not %s", name, show(y), show(x))
			}
		}
		within := func(name string, x *float64, least, most float64) {
			if x != nil && (*x < least || *x > most) {
				t.Fatalf("%s is %v", name, *x)
			}
		}
		same("CIC", a.CIC, b.CIC)
		same("kurtosis", a.Kurtosis, b.Kurtosis)
		within("CIC", a.CIC, math.Inf(-1), 100)
		weights, all := 0.0, !gaps
		for i, it := range a.Items {
			same("discrimination", it.DiscriminationIndex, b.Items[i].DiscriminationIndex)
			same("efficiency", it.DiscriminativeEfficiency, b.Items[i].DiscriminativeEfficiency)
			same("weight", it.EffectiveWeight, b.Items[i].EffectiveWeight)
			same("facility", it.Facility, b.Items[i].Facility)
			within("discrimination", it.DiscriminationIndex, -100, 100)
			within("efficiency", it.DiscriminativeEfficiency, math.Inf(-1), 100)
			if it.EffectiveWeight != nil {
				weights += *it.EffectiveWeight
			}
		}
		if all && weights != 0 && !near(weights, 100) {
			t.Fatalf("the weights add up to %v", weights)
		}
	})
}

func TestReadMarks(t *testing.T) {
	no := NotAsked()
	for name, c := range map[string]struct {
		csv  string
		want Marks
	}{
		"plain":             {"1,2\n1,0.5\n0,2\n", Marks{[]float64{1, 2}, [][]float64{{1, 0.5}, {0, 2}}}},
		"no last line end":  {"1,2\n1,.5", Marks{[]float64{1, 2}, [][]float64{{1, 0.5}}}},
		"a spreadsheet's":   {"\ufeff1;2\r\n1;0,5\r\n;2\r\n", Marks{[]float64{1, 2}, [][]float64{{1, 0.5}, {no, 2}}}},
		"semicolon, points": {"1;2.5\n1;0.5\n", Marks{[]float64{1, 2.5}, [][]float64{{1, 0.5}}}},
		"quoted":            {"\"1\",\"2\"\n\"0,5\",2\n", Marks{[]float64{1, 2}, [][]float64{{0.5, 2}}}},
		"empty lines":       {"\n\n1;2\n\n1;0\n\n", Marks{[]float64{1, 2}, [][]float64{{1, 0}}}},
		"one item":          {"4\n1.5\n4\n", Marks{[]float64{4}, [][]float64{{1.5}, {4}}}},
		"spaces":            {" 1 , 2 \n 1 ,\t0\n , 2\n", Marks{[]float64{1, 2}, [][]float64{{1, 0}, {no, 2}}}},
		"signs":             {"+1,2\n-1,1e-1\n−0.5,2E0\n", Marks{[]float64{1, 2}, [][]float64{{-1, 0.1}, {-0.5, 2}}}},
	} {
		got, err := ReadMarks(strings.NewReader(c.csv))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same := cmp.Comparer(func(a, b float64) bool { return a == b || a != a && b != b })
		if diff := cmp.Diff(c.want, got, same); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestReadMarksRefused: what is wrong is named with its line, its column and what mends it.
func TestReadMarksRefused(t *testing.T) {
	for csv, want := range map[string]string{
		"":                                 "the file is empty; write the maximum marks into the first row",
		"\n \n":                            "line 2, column 1: the maximum mark is missing",
		"1,2\n":                            "the file has the maximum marks and no attempt; add one row an attempt",
		"Q1,Q2\n1,2\n1,1\n":                `line 1, column 1: "Q1" is no number; write it as 1.5, or as 1,5 where semicolons divide the cells; the first row holds the maximum marks and no names`,
		"1,\n1,1\n":                        "line 1, column 2: the maximum mark is missing; write it, or take the whole column away",
		"1,-2\n1,1\n":                      "line 1, column 2: the maximum mark -2 is below 0",
		"1,2\n1,x\n":                       `line 2, column 2: "x" is no number`,
		"1,2\n\n1,2\n1,2,0\n":              "line 4: it has 3 cells, but the first row has 2; give each item one cell",
		"1,2\n1\n":                         "line 2: it has 1 cells, but the first row has 2",
		"1,2\n1,2.5\n":                     "line 2, column 2: the mark 2.5 is above 2, the maximum mark in the first row; mend one of the two",
		"1,2\n1,1\n,\n":                    "line 3: no cell has a mark; take the line away, or write 0",
		"1,2\n1,NaN\n":                     "line 2, column 2", // no such number
		"1,2\n1,Inf\n":                     "line 2, column 2",
		"1,2\n1,0x1\n":                     "line 2, column 2",
		"1,2\n1,1_0\n":                     "line 2, column 2",
		"1;2\n1;1.000,5\n":                 `line 2, column 2: "1.000,5" is no number`,
		"1,2\n1,1e300\n":                   "line 2, column 2: \"1e300\" is no size for a mark",
		"1,2\n1,1e-300\n":                  "line 2, column 2: \"1e-300\" is no size for a mark",
		"1,2\n1,1e999\n":                   "line 2, column 2",
		"1,2\n1,\"1\n":                     "line 2: a quotation mark stands where none may be",
		"1,2\n1,1\"\n":                     "line 2: a quotation mark",
		strings.Repeat("1,", 1000) + "1\n": "line 1: it has 1001 cells",
	} {
		m, err := ReadMarks(strings.NewReader(csv))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", csv, err, want)
		}
		if m.Max != nil || m.Rows != nil {
			t.Errorf("%.30q: marks come with the error", csv)
		}
	}
	if _, err := ReadMarks(bytes.NewReader(bytes.Repeat([]byte("1\n"), longestMarks/2+1))); err == nil || !strings.HasPrefix(err.Error(), "the file is longer than 64 MB") {
		t.Errorf("an endless file: %v", err)
	}
}

// FuzzAnalyse: whatever is read as marks has an analysis in JSON, which knows neither NaN nor infinity.
func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{"1,2\n1,0.5\n0,2\n", "\ufeff1;2\r\n1;0,5\r\n;2\r\n", "1\n\n0\n", "1e12,1e-9\n-1e12,1e-9\n1e12,-1e-9\n", "0,0\n0,0\n", "x", "\"", "1,2\n,\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return
		}
		m, err := ReadMarks(bytes.NewReader(data))
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("the error says nothing")
			}
			return
		}
		a := Analyse(m)
		if _, err := json.Marshal(a); err != nil {
			t.Errorf("%q: %v", data, err)
		}
		if a.CIC != nil && *a.CIC > 100 || len(a.Items) != len(m.Max) {
			t.Errorf("%q: %+v", data, a)
		}
		for i, it := range a.Items {
			if it.N > 0 && m.Max[i] > 0 && it.Facility == nil {
				t.Errorf("%q: item %d has no facility", data, i)
			}
		}
	})
}

func BenchmarkAnalyse(b *testing.B) {
	m := marksIn(b, "testdata/analysis/ordinary.csv")
	for len(m.Rows) < 10000 {
		m.Rows = append(m.Rows, m.Rows...)
	}
	for b.Loop() {
		Analyse(m)
	}
}
