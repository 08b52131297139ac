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

// NumberMatch is a right number or a typical wrong one. Tolerance is absolute, Relative a share of the value.
type NumberMatch struct {
	Value         float64    `json:"value"`
	Tolerance     float64    `json:"tolerance,omitempty"`
	Relative      float64    `json:"relative,omitempty"`
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

// Check implements Body.
func (n *Number) Check() []Fault {
	var faults []Fault
	right := false
	for i, m := range n.Numbers {
		right = right || m.Right
		at := func(field, text string) {
			faults = append(faults, Fault{fmt.Sprintf("numbers[%d]%s", i, field), text})
		}
		if m.Tolerance < 0 || m.Relative < 0 || m.Tolerance > 0 && m.Relative > 0 {
			at("", "give either tolerance (absolute) or relative (a share of the value), not below 0")
		}
		if !m.Right && m.Misconception == "" {
			at("", "a typical wrong number names the misconception that leads to it")
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
	return Response{numberField: {typed}, valueField: {strconv.FormatFloat(value, 'g', -1, 64)}}, nil
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
	tolerance := max(m.Tolerance, m.Relative*math.Abs(m.Value))
	// An honest 0.3 must fit 0.1+0.2: allow the last bits of a float64.
	slack := 1e-12 * max(math.Abs(m.Value), math.Abs(value))
	return math.Abs(value-m.Value) <= tolerance+slack
}

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
