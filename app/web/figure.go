package web

import (
	"fmt"
	"strings"

	"eberbach/app/lesson"
)

// FigureView is a drawing within a page.
type FigureView struct {
	Page
	*lesson.Figure
}

// Drawn puts a drawing into the page's frame.
func (p Page) Drawn(f *lesson.Figure) FigureView { return FigureView{p, f} }

// Keys are the keys of several lines, for a template to go through.
func (FigureView) Keys(keys string) []string { return strings.Fields(keys) }

// Range is a measurement of the drawing prebunk-decay on its scale: places from the left in percent, "" for none.
type Range struct {
	Low, At, High, Width string
	None                 string   // where nothing has been brought about
	Ticks                []string // of the scale
}

// The scale of the drawing prebunk-decay: how many of 100 people somebody leaves behind. Nothing brought about is 50.
const (
	rangesFrom = 45.0
	rangesTo   = 75.0
)

// Range draws what was estimated and between which bounds; what is 0 is not known.
func (FigureView) Range(low, at, high float64) Range {
	percent := func(length float64) string { return fmt.Sprintf("%.1f%%", 100*length/(rangesTo-rangesFrom)) }
	place := func(v float64) string {
		if v == 0 {
			return ""
		}
		return percent(v - rangesFrom)
	}
	return Range{place(low), place(at), place(high), percent(high - low), place(50), []string{place(60), place(70)}}
}
