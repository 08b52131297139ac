// Package table writes one table, given as data, to the files that people take away: CSV, XLSX and JSON. It knows
// nothing of classes or quizzes.
package table

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind says what the cells of a column mean.
type Kind string

// The kinds of columns. A text may stand in every one of them ("deleted").
const (
	KindText    Kind = "text"
	KindNumber  Kind = "number"
	KindPercent Kind = "percent" // numbers are shares: 0.5 is shown as 50 %
	KindDay     Kind = "day"     // times are days
	KindMoment  Kind = "moment"  // times are days with hours and minutes
)

// Table is one table. Every row has a cell for each column.
type Table struct {
	Title   string // names the sheet of an XLSX file
	Columns []Column
	Frozen  int // so many first columns stay in sight in a spreadsheet
	Rows    [][]Cell
}

// Column is the head of a column.
type Column struct {
	Name string
	Kind Kind
}

// Cell is a text, a number, a time, or, as the zero value, empty.
type Cell struct{ value any }

// Text is a cell with a text. It is never read as a formula or a number, whatever it looks like.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{clean(s)}
}

// Number is a cell with a number; empty when it is none (NaN) or has no end.
func Number(f float64) Cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Cell{}
	}
	return Cell{f}
}

// Time is a cell with a time, which is shown as it is in its location; empty when it is the zero time.
func Time(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{t}
}

// Layouts of times in CSV, and in JSON those of days. Spreadsheets in every language read them as dates.
const (
	dayLayout    = time.DateOnly
	momentLayout = "2006-01-02 15:04"
)

// check names the first row that does not fit the columns. That is our own mistake, so nothing is written.
func (t Table) check() error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("table: %q has no columns", t.Title)
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("table: row %d of %q has %d cells for %d columns", i+1, t.Title, len(row), len(t.Columns))
		}
	}
	return nil
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// clean makes every line break one "\n" and shows U+FFFD in place of what a file may not hold: bytes that are no UTF-8,
// controls, and the two code points that XML forbids beside them.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == '\ufffe' || r == '\uffff' {
			return utf8.RuneError
		}
		return r
	}, lineBreaks.Replace(s))
}
