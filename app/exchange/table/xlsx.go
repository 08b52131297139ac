package table

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Widths of columns in characters. Longer texts are wrapped.
const (
	narrowest = 6
	widest    = 60
	margin    = 2
	digits    = 10 // a spreadsheet rounds for the eye a number that needs more
)

// WriteXLSX writes the table as a workbook of one sheet: a bold head that stays in sight together with the first
// columns, real numbers and dates, and texts that stay texts. Days and moments are shown as the reader's spreadsheet
// shows dates; percents are rounded to whole ones for the eye alone. Of a text, 32,767 characters fit into a cell. One that a
// workbook would take for something else gets signs without width, see apart.
func (t Table) WriteXLSX(w io.Writer) error {
	if err := t.check(); err != nil {
		return err
	}
	file := excelize.NewFile()
	defer func() { _ = file.Close() }() // nothing of it is on a disk, but for the rows of a huge table
	sheet := sheetName(t.Title)
	if err := file.SetSheetName(file.GetSheetName(0), sheet); err != nil {
		return err
	}
	if err := file.SetDocProps(&excelize.DocProperties{Creator: "Eberbach", Title: clean(t.Title)}); err != nil {
		return err
	}
	styles, err := newStyles(file)
	if err != nil {
		return err
	}
	out, err := file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := t.layOut(out); err != nil {
		return err
	}
	if err := t.fill(out, styles); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Write(w)
}

// layOut sets what has to stand before the first row: widths, and the panes that stay in sight.
func (t Table) layOut(out *excelize.StreamWriter) error {
	for i := range t.Columns {
		if err := out.SetColWidth(i+1, i+1, t.width(i)); err != nil {
			return err
		}
	}
	frozen := max(0, min(t.Frozen, len(t.Columns)))
	corner, err := excelize.CoordinatesToCellName(frozen+1, 2)
	if err != nil {
		return err
	}
	pane := "bottomLeft"
	if frozen > 0 {
		pane = "bottomRight"
	}
	return out.SetPanes(&excelize.Panes{Freeze: true, XSplit: frozen, YSplit: 1, TopLeftCell: corner, ActivePane: pane})
}

// fill writes the head and the rows.
func (t Table) fill(out *excelize.StreamWriter, styles styles) error {
	cells := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = excelize.Cell{StyleID: styles.head, Value: cut(apart(clean(c.Name)))}
	}
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for i, row := range t.Rows {
		for j, c := range row {
			cells[j] = styles.cell(c, t.Columns[j].Kind)
		}
		first, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := out.SetRow(first, cells); err != nil {
			return err
		}
	}
	return nil
}

// width is how wide a column has to be for its longest line.
func (t Table) width(column int) float64 {
	longest := lineLength(t.Columns[column].Name)
	for _, row := range t.Rows {
		n := 0
		switch v := row[column].value.(type) {
		case string:
			n = lineLength(v)
		case float64:
			n = min(digits, len(strconv.FormatFloat(v, 'f', -1, 64)))
		case time.Time:
			n = len(momentLayout)
			if t.Columns[column].Kind == KindDay {
				n = len(dayLayout)
			}
		}
		longest = max(longest, n)
	}
	return float64(min(max(longest, narrowest), widest) + margin)
}

// lineLength is the number of characters in the longest line.
func lineLength(s string) (longest int) {
	for line := range strings.SplitSeq(s, "\n") {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest
}

// styles are the numbers of the workbook's styles.
type styles struct{ head, text, number, percent, day, moment int }

func newStyles(file *excelize.File) (s styles, err error) {
	top := &excelize.Alignment{Vertical: "top"}
	wrapped := &excelize.Alignment{Vertical: "top", WrapText: true}
	for _, style := range []struct {
		id *int
		of excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: wrapped, NumFmt: 49}},
		{&s.text, excelize.Style{Alignment: wrapped, NumFmt: 49}}, // 49 is text: it stays one when somebody edits the cell
		{&s.number, excelize.Style{Alignment: top}},
		{&s.percent, excelize.Style{Alignment: top, NumFmt: 9}}, // 0%
		{&s.day, excelize.Style{Alignment: top, NumFmt: 14}},    // the reader's own form of a date
		{&s.moment, excelize.Style{Alignment: top, NumFmt: 22}}, // the same with hours and minutes
	} {
		if *style.id, err = file.NewStyle(&style.of); err != nil {
			return s, err
		}
	}
	return s, nil
}

// cell is a cell with its style, nil when it is empty.
func (s styles) cell(c Cell, kind Kind) any {
	switch v := c.value.(type) {
	case string:
		return excelize.Cell{StyleID: s.text, Value: cut(apart(v))}
	case float64:
		if kind == KindPercent {
			return excelize.Cell{StyleID: s.percent, Value: v}
		}
		return excelize.Cell{StyleID: s.number, Value: v}
	case time.Time:
		if kind == KindDay {
			return excelize.Cell{StyleID: s.day, Value: time.Date(v.Year(), v.Month(), v.Day(), 0, 0, 0, 0, time.UTC)}
		}
		return excelize.Cell{StyleID: s.moment, Value: v}
	}
	return nil
}

// misread are codes for characters, as a workbook has them, which excelize does not mask as it should when they are a text: of
// two that have an underscore in common it masks one, and half a surrogate pair it leaves out.
var misread = regexp.MustCompile(`_x[a-fA-F\d]{4}_x[a-fA-F\d]{4}_|_x[dD][89a-fA-F][a-fA-F\d]{2}_`)

// apart keeps a text with such codes as it looks: with a sign without width in each, they are none.
func apart(s string) string {
	if !misread.MatchString(s) {
		return s
	}
	return strings.ReplaceAll(s, "_x", "_\u2060x")
}

// cut leaves of a text what fits into a cell, and shows where it ends.
func cut(s string) string { return shorten(s, excelize.TotalCellChars, "…") }

// shorten leaves so many UTF-16 units of a text, which is what spreadsheets count. What is longer ends with the mark.
func shorten(s string, units int, mark string) string {
	n, end := 0, 0
	for i, r := range s {
		if n <= units-len([]rune(mark)) {
			end = i
		}
		n++
		if r > 0xffff {
			n++
		}
	}
	if n <= units {
		return s
	}
	return s[:end] + mark
}

// sheetName makes a title one that a sheet may have: 1 to 31 UTF-16 units, some signs nowhere, no apostrophe at its ends.
func sheetName(title string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) || r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, clean(title))
	name = strings.Trim(shorten(strings.Trim(name, "' "), excelize.MaxSheetNameLength, ""), "' ")
	if name == "" || strings.EqualFold(name, "history") { // a name that spreadsheets keep to themselves
		return "Eberbach"
	}
	return name
}
