package quiz

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Number asks for a number. Its Numbers are tried in the author's order and the first that fits counts;
// fraction 1 when that one is right, else 0.
type Number struct {
	Unit      Text          `json:"unit,omitempty"`
	Numbers   []NumberMatch `json:"numbers"`
	Otherwise Text          `json:"otherwise"` // the why for every other number
}

// NumberMatch is a right number or a typical wrong one, with at most one of three tolerances. Tolerance is nominal:
// value ± tolerance. Relative is a share: value ± relative x |value|. Geometric is a factor: from value / (1 + geometric)
// to value x (1 + geometric), which suits estimates of a size.
type NumberMatch struct {
	Value         float64    `json:"value"`
	Tolerance     float64    `json:"tolerance,omitempty"`
	Relative      float64    `json:"relative,omitempty"`
	Geometric     float64    `json:"geometric,omitempty"`
	Right         bool       `json:"right,omitempty"`
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"`
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// Fields of a Number's form and response: what was typed, and the value it was read as. The value is stored because
// "1.000" means different numbers in German and English, and the language may be switched later.
const (
	numberField = "number"
	valueField  = "value"
)

// Kind implements Body.
func (*Number) Kind() string { return "number" }

// Writes implements Written.
func (*Number) Writes() bool { return true }

// Check implements Body.
func (n *Number) Check() []Fault {
	var faults []Fault
	right := false
	for i, m := range n.Numbers {
		right = right || m.Right
		at := func(field, text string) {
			faults = append(faults, Fault{fmt.Sprintf("numbers[%d]%s", i, field), text})
		}
		if min(m.Tolerance, m.Relative, m.Geometric) < 0 || max(m.Tolerance, m.Relative, m.Geometric) != m.Tolerance+m.Relative+m.Geometric {
			at("", "give one of tolerance (absolute), relative (a share of the value) and geometric (a factor), not below 0")
		}
		if m.Geometric > 0 && m.Value == 0 {
			at(".geometric", "a factor reaches nothing around 0; take tolerance")
		}
		if !m.Right && m.Misconception == "" {
			at("", "a typical wrong number names the misconception that leads to it")
		}
		if m.Right && m.Misconception != "" {
			at(".misconception", "a right number cannot stand for a misconception; take one of the two away")
		}
	}
	if !right {
		faults = append(faults, Fault{"numbers", "no number is right; mark one with right: true"})
	}
	return faults
}

// Read implements Body.
func (n *Number) Read(form Response, lang string) (Response, error) {
	typed := form.One(numberField)
	if strings.TrimSpace(typed) == "" {
		return nil, &InputError{Key: "answer.number_missing", Field: numberField}
	}
	value, ok := ParseNumber(typed, lang)
	if !ok {
		return nil, &InputError{Key: "answer.number_unclear", Field: numberField}
	}
	if IsPercent(typed) && !n.inPercent() {
		value /= 100
	}
	return Response{numberField: {typed}, valueField: {strconv.FormatFloat(value, 'g', -1, 64)}}, nil
}

// inPercent says whether the number is asked for in percent: then a percent sign behind it only repeats the unit.
func (n *Number) inPercent() bool {
	for _, unit := range n.Unit {
		if strings.HasPrefix(unit, "%") || strings.Contains(strings.ToLower(unit), "percent") {
			return true
		}
	}
	return false
}

// Grade implements Body.
func (n *Number) Grade(r Response) float64 {
	if m := n.match(r); m != nil && m.Right {
		return 1
	}
	return 0
}

// match is the first number that fits the response, or nil.
func (n *Number) match(r Response) *NumberMatch {
	value, err := strconv.ParseFloat(r.One(valueField), 64)
	if err != nil || math.IsNaN(value) || math.IsInf(value, 0) { // infinity would lie within its own slack of everything
		return nil
	}
	for i := range n.Numbers {
		if n.Numbers[i].fits(value) {
			return &n.Numbers[i]
		}
	}
	return nil
}

func (m *NumberMatch) fits(value float64) bool {
	// An honest 0.3 must fit 0.1+0.2: allow the last bits of a float64.
	slack := 1e-12 * max(math.Abs(m.Value), math.Abs(value))
	if m.Geometric > 0 {
		near, far := m.Value/(1+m.Geometric), m.Value*(1+m.Geometric)
		return value >= min(near, far)-slack && value <= max(near, far)+slack
	}
	tolerance := max(m.Tolerance, m.Relative*math.Abs(m.Value))
	return math.Abs(value-m.Value) <= tolerance+slack
}

// Guess implements Guessed: nobody hits a number by chance.
func (*Number) Guess() (float64, bool) { return 0, true }

// Items implements Body: one input.
func (n *Number) Items(v View) []Item {
	it := Item{Form: FormInput, Field: numberField, Value: v.Response.One(numberField), Unit: n.Unit[v.Lang]}
	if !v.Reveal {
		return []Item{it}
	}
	it.Why = n.Otherwise[v.Lang]
	if m := n.match(v.Response); m != nil {
		it.Right, it.Why, it.Evidence = m.Right, m.Why[v.Lang], m.Evidence
	}
	for _, m := range n.Numbers {
		if m.Right {
			it.Solution = FormatNumber(m.Value, v.Lang)
			break
		}
	}
	return []Item{it}
}

// Places implements Body.
func (n *Number) Places(visit func(string, []Evidence)) {
	for i := range n.Numbers {
		visit(fmt.Sprintf("numbers[%d].evidence", i), n.Numbers[i].Evidence)
	}
}

// Misconceptions implements Body.
func (n *Number) Misconceptions() (list []string) {
	for _, m := range n.Numbers {
		list = appendNamed(list, m.Misconception)
	}
	return list
}
