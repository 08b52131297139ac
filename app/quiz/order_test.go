package quiz

import (
	"math/bits"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// placed is an order of so many things as the places say, and the response that gives them.
func placed(grading string, places ...int) (*Order, Response) {
	o, r := &Order{Grading: grading}, Response{}
	for i, place := range places {
		id := string(rune('a' + i))
		o.Things = append(o.Things, Thing{ID: id})
		r[id] = []string{strconv.Itoa(place)}
	}
	return o, r
}

// TestOrderRights: which things count, and what they are worth together, in each grading.
func TestOrderRights(t *testing.T) {
	none, all := []bool{false, false, false, false}, []bool{true, true, true, true}
	tests := []struct {
		places                         []int
		subset, position               []bool // in all-or-nothing the things count as by position
		bySubset, byPosition, asAWhole float64
	}{
		{[]int{1, 2, 3, 4}, all, all, 1, 1, 1},
		{[]int{4, 3, 2, 1}, none, none, 0, 0, 0}, // one thing alone is in no order
		{[]int{2, 1, 3, 4}, []bool{true, false, true, true}, []bool{false, false, true, true}, 0.75, 0.5, 0},
		{[]int{4, 1, 2, 3}, []bool{false, true, true, true}, none, 0.75, 0, 0},
		{[]int{2, 3, 4, 1}, []bool{true, true, true, false}, none, 0.75, 0, 0},
		{[]int{3, 4, 1, 2}, []bool{true, true, false, false}, none, 0.5, 0, 0}, // of two subsets the one that ends first
		{[]int{1, 4, 3, 2}, []bool{true, true, false, false}, []bool{true, false, true, false}, 0.5, 0.5, 0},
		{[]int{4, 2, 3, 1}, []bool{false, true, true, false}, []bool{false, true, true, false}, 0.5, 0.5, 0},
		{[]int{1, 1, 3, 4}, none, none, 0, 0, 0}, // two at one place are no order at all
		{[]int{1, 2, 3, 5}, none, none, 0, 0, 0},
		{[]int{0, 2, 3, 4}, none, none, 0, 0, 0},
	}
	for _, test := range tests {
		for grading, want := range map[string]struct {
			rights []bool
			grade  float64
		}{
			"":            {test.subset, test.bySubset},
			GradeSubset:   {test.subset, test.bySubset},
			GradePosition: {test.position, test.byPosition},
			GradeAll:      {test.position, test.asAWhole},
		} {
			o, r := placed(grading, test.places...)
			if diff := cmp.Diff(want.rights, o.rights(r)); diff != "" {
				t.Errorf("%v by %q:\n%s", test.places, grading, diff)
			}
			if got := o.Grade(r); got != want.grade {
				t.Errorf("%v by %q is worth %v, want %v", test.places, grading, got, want.grade)
			}
		}
	}
	if got := new(Order).Grade(nil); got != 0 {
		t.Errorf("an order of nothing is worth %v", got)
	}
}

// TestLongestRising compares with the plainest way: all subsets.
func TestLongestRising(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 9).Draw(t, "list")
		longest := 0
		for subset := range 1 << len(list) {
			if rises(list, func(i int) bool { return subset>>i&1 == 1 }) {
				longest = max(longest, bits.OnesCount(uint(subset)))
			}
		}
		got := longestRising(list)
		chosen := map[int]bool{}
		for _, i := range got {
			chosen[i] = true
		}
		if len(got) != longest || len(chosen) != longest || !rises(list, func(i int) bool { return chosen[i] }) {
			t.Fatalf("longestRising(%v) = %v, want %d of them", list, got, longest)
		}
	})
}

func rises(list []int, in func(i int) bool) bool {
	last := -1
	for i, v := range list {
		if !in(i) {
			continue
		}
		if v <= last {
			return false
		}
		last = v
	}
	return true
}
