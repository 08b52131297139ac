package quiz

import (
	"fmt"
	"slices"
	"strconv"
)

// Order asks to put things into order; they are listed as they belong. Fraction by Grading: the longest subset that is
// in order / n (one thing alone is in no order and earns nothing), things at their place / n, or all or nothing.
type Order struct {
	Grading string  `json:"grading,omitempty"` // "" is GradeSubset
	Things  []Thing `json:"items" yaml:"items"`
}

// Ways of grading an Order.
const (
	GradeSubset   = "subset"
	GradePosition = "position"
	GradeAll      = "all"
)

// Thing is one of an Order's things.
type Thing struct {
	ID       string     `json:"id"`
	Text     Text       `json:"text"`
	Why      Text       `json:"why"` // why it stands where it stands
	Evidence []Evidence `json:"evidence,omitempty"`
}

// Kind implements Body.
func (*Order) Kind() string { return "order" }

// Check implements Body.
func (o *Order) Check() (faults []Fault) {
	if !slices.Contains([]string{"", GradeSubset, GradePosition, GradeAll}, o.Grading) {
		faults = append(faults, Fault{"grading", fmt.Sprintf("grading is %s, %s or %s, not %q", GradeSubset, GradePosition, GradeAll, o.Grading)})
	}
	for i, t := range o.Things {
		if slices.ContainsFunc(o.Things[:i], func(other Thing) bool { return other.ID == t.ID }) {
			faults = append(faults, Fault{fmt.Sprintf("items[%d].id", i), fmt.Sprintf("two items are called %q; give each its own id", t.ID)})
		}
	}
	if len(o.Things) < 3 {
		faults = append(faults, Fault{"items", "an order needs at least three items"})
	}
	return faults
}

// Read implements Body: each thing has a place of its own.
func (o *Order) Read(form Response, _ string) (Response, error) {
	out := Response{}
	taken := map[string]bool{}
	for _, t := range o.Things {
		v := form[t.ID]
		switch {
		case len(v) == 0 || len(v) == 1 && v[0] == "":
			return nil, &InputError{Key: "answer.order_missing", Field: t.ID}
		case len(v) > 1 || o.place(v[0]) == 0:
			return nil, &InputError{Key: "answer.invalid", Field: t.ID}
		case taken[v[0]]:
			return nil, &InputError{Key: "answer.order_equal", Field: t.ID}
		}
		taken[v[0]] = true
		out[t.ID] = []string{v[0]}
	}
	return out, nil
}

// place reads a place from 1; 0 when it is none.
func (o *Order) place(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > len(o.Things) || strconv.Itoa(n) != s {
		return 0
	}
	return n
}

// places are the places that the things were given, in the right order of things; nil unless each place is taken once.
func (o *Order) places(r Response) []int {
	list := make([]int, len(o.Things))
	for i, t := range o.Things {
		list[i] = o.place(r.One(t.ID))
		if list[i] == 0 || slices.Contains(list[:i], list[i]) {
			return nil
		}
	}
	return list
}

// Grade implements Body.
func (o *Order) Grade(r Response) float64 {
	n := 0
	for _, right := range o.rights(r) {
		n += bool2int(right)
	}
	switch {
	case n == len(o.Things) && n > 0:
		return 1
	case o.Grading == GradeAll || n == 0:
		return 0
	}
	return float64(n) / float64(len(o.Things))
}

// rights says of each thing whether it counts: at its place, or in the longest subset that is in order.
func (o *Order) rights(r Response) []bool {
	rights := make([]bool, len(o.Things))
	places := o.places(r)
	if places == nil {
		return rights
	}
	if o.Grading == GradePosition || o.Grading == GradeAll {
		for i, p := range places {
			rights[i] = p == i+1
		}
		return rights
	}
	if subset := longestRising(places); len(subset) > 1 {
		for _, i := range subset {
			rights[i] = true
		}
	}
	return rights
}

// longestRising are the indices of a longest rising subsequence, the one that ends first. The lists are short: the plain
// way in n² steps will do.
func longestRising(list []int) []int {
	best := make([][]int, len(list)) // that end at i
	var longest []int
	for i := range list {
		for j := range i {
			if list[j] < list[i] && len(best[j]) > len(best[i]) {
				best[i] = best[j]
			}
		}
		best[i] = append(slices.Clone(best[i]), i)
		if len(best[i]) > len(longest) {
			longest = best[i]
		}
	}
	return longest
}

// mostOrdered bounds the things whose longest ordered subset is worked out. Nobody puts more into order.
const mostOrdered = 30

// Guess implements Guessed: the mean over all orders. One thing in n is at its place, on average; how many of a longest
// subset are in order, meanOrdered says. It is not known for more than 30 things.
func (o *Order) Guess() (float64, bool) {
	n := len(o.Things)
	switch {
	case n < 2:
		return 0, n == 0
	case o.Grading == GradePosition:
		return 1 / float64(n), true
	case o.Grading == GradeAll:
		return 1 / factorial(n), true
	case n > mostOrdered:
		return 0, false
	}
	return meanOrdered(n) / float64(n), true
}

// meanOrdered is the mean length of a longest rising subset over all orders of n things, where one thing alone counts
// as none. By Schensted (1961) there are as many orders with a longest one of length k as pairs of standard Young
// tableaux of the same shape with a first row of k boxes; a shape has n!/(product of its hook lengths) tableaux.
func meanOrdered(n int) float64 {
	mean := 0.0
	eachShape(n, n, nil, func(shape []int) {
		hooks := 1.0
		for i, row := range shape {
			for j := range row {
				below := 0
				for _, lower := range shape[i+1:] {
					below += bool2int(lower > j)
				}
				hooks *= float64(row - j + below)
			}
		}
		mean += float64(shape[0]) * (factorial(n) / hooks) / hooks
	})
	return mean - 1/factorial(n) // the one order in which only single things are
}

// eachShape visits the ways to write n as a sum of falling numbers of at most the given size.
func eachShape(n, most int, shape []int, visit func([]int)) {
	if n == 0 {
		visit(shape)
		return
	}
	for row := min(n, most); row > 0; row-- {
		eachShape(n-row, row, append(shape, row), visit)
	}
}

func factorial(n int) float64 {
	f := 1.0
	for i := 2; i <= n; i++ {
		f *= float64(i)
	}
	return f
}

// Items implements Body.
func (o *Order) Items(v View) (items []Item) {
	rights := o.rights(v.Response)
	solution := map[string]int{}
	for i, t := range o.Things {
		solution[t.ID] = i
	}
	for _, t := range inOrder(o.Things, v, func(t *Thing) (string, bool) { return t.ID, false }) {
		it := Item{Form: FormRank, Field: t.ID, Text: t.Text[v.Lang], Value: v.Response.One(t.ID)}
		for n := range o.Things {
			place := strconv.Itoa(n + 1)
			it.Choices = append(it.Choices, Item{Value: place, Text: place, Chosen: place == it.Value})
		}
		if v.Reveal {
			i := solution[t.ID]
			it.Right, it.Why, it.Evidence, it.Solution = rights[i], t.Why[v.Lang], t.Evidence, strconv.Itoa(i+1)
		}
		items = append(items, it)
	}
	return items
}

// Places implements Body.
func (o *Order) Places(visit func(string, []Evidence)) {
	for i := range o.Things {
		visit(fmt.Sprintf("items[%d].evidence", i), o.Things[i].Evidence)
	}
}

// Misconceptions implements Body.
func (*Order) Misconceptions() []string { return nil }
