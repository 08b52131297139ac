package table

import (
	"encoding/csv"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dialect is what spreadsheets of a language expect of a CSV file.
type dialect struct {
	separator rune
	decimal   string
}

var dialects = map[string]dialect{"de": {';', ","}}

// WriteCSV writes the table as CSV in UTF-8 with a byte order mark and lines that end in CRLF. In German the separator is
// ";" and the decimal sign "," because spreadsheets there expect it, in all other languages "," and ".". Percents are
// written as "62.5%", times as "2026-11-24 08:30". A text that a spreadsheet could take for a formula gets an apostrophe.
func (t Table) WriteCSV(w io.Writer, lang string) error {
	if err := t.check(); err != nil {
		return err
	}
	d, ok := dialects[lang]
	if !ok {
		d = dialect{',', "."}
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = d.separator, true
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = defuse(clean(c.Name))
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for _, row := range t.Rows {
		for i, cell := range row {
			record[i] = d.field(cell, t.Columns[i].Kind)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// field is a cell as it stands in the file.
func (d dialect) field(c Cell, kind Kind) string {
	switch v := c.value.(type) {
	case string:
		return defuse(v)
	case float64:
		if kind == KindPercent {
			v = math.Round(v*1e6) / 1e4 // 0.07*100 is not 7
		}
		s := strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", d.decimal, 1)
		if kind == KindPercent {
			s += "%"
		}
		return s
	case time.Time:
		if kind == KindDay {
			return v.Format(dayLayout)
		}
		return v.Format(momentLayout)
	}
	return ""
}

// dangerous finds where a formula could begin: at the start, and wherever a spreadsheet that expects another separator
// than ours begins a cell. What it skips before the sign is skipped by spreadsheets, too.
var dangerous = regexp.MustCompile(`(^|[,;\t\n])([\p{Z}\p{Cf}"]*[=+\-@＝＋－＠])`)

// defuse puts an apostrophe before whatever a spreadsheet could take for a formula, also before a tab or line break at
// the start, which some of them drop.
func defuse(s string) string {
	s = dangerous.ReplaceAllString(s, "$1'$2")
	if s != "" && (s[0] == '\t' || s[0] == '\n') {
		s = "'" + s
	}
	return s
}
