package school

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Bounds of marks that are read from a file. A mark of any school lies far within them.
const (
	longestMarks = 64 << 20 // bytes
	mostItems    = 1000
	leastMark    = 1e-9 // but 0
	mostMark     = 1e12
)

// FormError is a fault in a file of marks, with what mends it.
type FormError struct {
	Line, Column int // from 1; 0: of the whole file, of the whole line. A column is a cell, not a character.
	Text         string
}

func (e *FormError) Error() string {
	switch {
	case e.Line == 0:
		return e.Text
	case e.Column == 0:
		return fmt.Sprintf("line %d: %s", e.Line, e.Text)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// ReadMarks reads marks from CSV: in the first row the maximum marks, then one row an attempt. Cells are divided by
// semicolons where the first row has one, else by commas; in a cell, point and comma both divide decimals. An empty cell
// says that the attempt was not asked that item. A byte order mark and empty lines are passed over. The error is a
// *FormError, or one of r.
func ReadMarks(r io.Reader) (Marks, error) {
	data, err := io.ReadAll(io.LimitReader(r, longestMarks+1))
	if err != nil {
		return Marks{}, err
	}
	if len(data) > longestMarks {
		return Marks{}, &FormError{Text: fmt.Sprintf("the file is longer than %d MB; take fewer attempts at a time", longestMarks>>20)}
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	if semicolons(data) {
		in.Comma = ';'
	}
	var m Marks
	for {
		cells, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Marks{}, unreadable(err)
		}
		line, _ := in.FieldPos(0)
		if err := m.add(cells, line); err != nil {
			return Marks{}, err
		}
	}
	switch {
	case m.Max == nil:
		return Marks{}, &FormError{Text: "the file is empty; write the maximum marks into the first row, then one row an attempt"}
	case m.Rows == nil:
		return Marks{}, &FormError{Text: "the file has the maximum marks and no attempt; add one row an attempt"}
	}
	return m, nil
}

// semicolons says whether the first row that is not empty has one.
func semicolons(data []byte) bool {
	for line := range bytes.Lines(data) {
		if len(bytes.TrimSpace(line)) > 0 {
			return bytes.Contains(line, []byte(";"))
		}
	}
	return false
}

// unreadable is what CSV itself finds wrong.
func unreadable(err error) error {
	var fault *csv.ParseError
	if !errors.As(err, &fault) {
		return err
	}
	return &FormError{Line: fault.Line, Text: `a quotation mark stands where none may be; leave them all away, numbers need none`}
}

// add takes a row: the first one holds the maximum marks.
func (m *Marks) add(cells []string, line int) error {
	fault := func(column int, text string, args ...any) error {
		return &FormError{line, column, fmt.Sprintf(text, args...)}
	}
	first := m.Max == nil
	switch {
	case len(cells) > mostItems:
		return fault(0, "it has %d cells; an analysis takes up to %d items", len(cells), mostItems)
	case !first && len(cells) != len(m.Max):
		return fault(0, "it has %d cells, but the first row has %d; give each item one cell, an empty one where it was not asked", len(cells), len(m.Max))
	}
	row, asked := make([]float64, len(cells)), 0
	for i, cell := range cells {
		v, err := readMark(cell)
		switch {
		case err != nil && first:
			return fault(i+1, "%v; the first row holds the maximum marks and no names", err)
		case err != nil:
			return fault(i+1, "%v", err)
		case first && math.IsNaN(v):
			return fault(i+1, "the maximum mark is missing; write it, or take the whole column away")
		case first && v < 0:
			return fault(i+1, "the maximum mark %s is below 0; write the most that the item can earn", strings.TrimSpace(cell))
		case !first && v > m.Max[i]:
			return fault(i+1, "the mark %s is above %s, the maximum mark in the first row; mend one of the two", strings.TrimSpace(cell), decimal(m.Max[i]))
		}
		row[i] = v
		if !math.IsNaN(v) {
			asked++
		}
	}
	if first {
		m.Max = row
		return nil
	}
	if asked == 0 {
		return fault(0, "no cell has a mark; take the line away, or write 0 where nothing was earned")
	}
	m.Rows = append(m.Rows, row)
	return nil
}

var markPattern = regexp.MustCompile(`^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?$`)

// readMark reads a cell; NaN for an empty one.
func readMark(cell string) (float64, error) {
	cell = strings.ReplaceAll(strings.TrimSpace(cell), "−", "-")
	if cell == "" {
		return math.NaN(), nil
	}
	if !markPattern.MatchString(cell) {
		return 0, fmt.Errorf("%.40q is no number; write it as 1.5, or as 1,5 where semicolons divide the cells", cell)
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(cell, ",", "."), 64)
	if err != nil || math.Abs(v) > mostMark || v != 0 && math.Abs(v) < leastMark {
		return 0, fmt.Errorf("%.40q is no size for a mark; take marks from %g to %g", cell, leastMark, mostMark)
	}
	return v, nil
}
