package web

import (
	"fmt"
	"math"
	"strings"

	"eberbach/app/quiz"
)

// BaseRate is 1,000 pictures, some of them sought, as a tool sorts them: the drawing base-rate as it begins. From there
// eb-base-rate in app.js goes on by the same rules.
type BaseRate struct {
	Sliders []Slider
}

// Slider is a number of the drawing that can be changed.
type Slider struct {
	Key   string // of the line with its name and how its value is said
	Steps []float64
	At    int // the step that it stands on
}

const (
	ratePictures = 1000
	rateInRow    = 40
	rateSpacing  = 10
)

// BaseRate begins with the share of right alarms that passage T6 of false-alarms comes to, and steps over the numbers that
// its questions ask for.
func (FigureView) BaseRate() BaseRate {
	return BaseRate{[]Slider{
		{"sought", []float64{1, 3, 10, 30, 100, 300}, 2},
		{"hit", []float64{10, 20, 30, 40, 50, 60, 70, 80, 90, 100}, 8},
		{"wrong", []float64{0.1, 0.3, 1, 3, 10, 30}, 4},
	}}
}

// Value is what the slider says.
func (s Slider) Value() float64 { return s.Steps[s.At] }

// Last is the slider's last step.
func (s Slider) Last() int { return len(s.Steps) - 1 }

// List is the steps as the script reads them.
func (s Slider) List() string { return strings.Trim(fmt.Sprint(s.Steps), "[]") }

// Sought is how many of the pictures the tool is to find.
func (b BaseRate) Sought() int { return int(b.Sliders[0].Value()) }

// Right is how many of these it finds.
func (b BaseRate) Right() int {
	return int(math.Round(float64(b.Sought()) * b.Sliders[1].Value() / 100))
}

// Wrong is how many of the others it reports.
func (b BaseRate) Wrong() int {
	return int(math.Round(float64(ratePictures-b.Sought()) * b.Sliders[2].Value() / 100))
}

// Alarms is how many it reports.
func (b BaseRate) Alarms() int { return b.Right() + b.Wrong() }

// Share is how many of 100 alarms are right, to a tenth.
func (b BaseRate) Share() float64 {
	return math.Round(1000*float64(b.Right())/float64(b.Alarms())) / 10
}

// Mark is how the dots of one kind are drawn.
type Mark struct {
	Kind, Shape string // Shape begins at the middle of the dot
	Path        string // all of them
}

// Count is a number in the drawing's table, with the mark that stands for it if there is one.
type Count struct {
	Kind string
	N    int
	Mark bool
}

// Marks are the dots that are no plain ones, in the order in which they lie.
func (b BaseRate) Marks() []Mark {
	marks := []Mark{{Kind: "right", Shape: "h0"}, {Kind: "missed", Shape: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"}, {Kind: "wrong", Shape: "m-3-3l6 6m0-6l-6 6"}}
	at := 0
	for i, n := range []int{b.Right(), b.Sought() - b.Right(), b.Wrong()} {
		var path strings.Builder
		for range n {
			fmt.Fprintf(&path, "M%d %d%s", rateSpacing/2+at%rateInRow*rateSpacing, rateSpacing/2+at/rateInRow*rateSpacing, marks[i].Shape)
			at++
		}
		marks[i].Path = path.String()
	}
	return marks
}

// Mark is the mark of one kind; nil where a plain dot is all.
func (b BaseRate) Mark(kind string) *Mark {
	for _, m := range b.Marks() {
		if m.Kind == kind {
			return &m
		}
	}
	return nil
}

// Rows are the drawing's numbers as a table: alarm, no alarm, all; sought, others, all.
func (b BaseRate) Rows() [][]Count {
	missed, quiet := b.Sought()-b.Right(), ratePictures-b.Sought()-b.Wrong()
	return [][]Count{
		{{"right", b.Right(), true}, {"wrong", b.Wrong(), true}, {"alarms", b.Alarms(), false}},
		{{"missed", missed, true}, {"quiet", quiet, true}, {"silent", missed + quiet, false}},
		{{"sought", b.Sought(), false}, {"others", ratePictures - b.Sought(), false}, {"all", ratePictures, false}},
	}
}

// Put puts a number into a text with {name} in it.
func (v FigureView) Put(name string, n any, text string) string {
	var f float64
	switch n := n.(type) {
	case int:
		f = float64(n)
	case float64:
		f = n
	}
	return strings.ReplaceAll(text, "{"+name+"}", quiz.FormatNumber(f, v.Lang))
}

// Number is a number as the page's language writes it.
func (v FigureView) Number(n int) string { return quiz.FormatNumber(float64(n), v.Lang) }
