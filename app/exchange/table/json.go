package table

import (
	"bytes"
	"encoding/json"
	"io"
	"time"
)

// WriteJSON writes the table as one object, each row on a line of its own:
//
//	{"title":"9b","columns":[{"name":"Name","kind":"text"},{"name":"Points","kind":"number"}],"rows":[
//	["Brave Otter",7.5],
//	["Calm Owl",null]
//	]}
//
// The order of columns and cells is the table's. A text is a string, a number is a number (a percent its share, 0.5),
// a day is "2026-11-24", a moment is "2026-11-24T08:30:00+01:00" (RFC 3339), and what is empty is null.
func (t Table) WriteJSON(w io.Writer) error {
	if err := t.check(); err != nil {
		return err
	}
	type column struct {
		Name string `json:"name"`
		Kind Kind   `json:"kind"`
	}
	columns := make([]column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = column{clean(c.Name), c.Kind}
	}
	var buf bytes.Buffer
	buf.WriteString(`{"title":`)
	if err := encode(&buf, clean(t.Title)); err != nil {
		return err
	}
	buf.WriteString(`,"columns":`)
	if err := encode(&buf, columns); err != nil {
		return err
	}
	buf.WriteString(`,"rows":[`)
	values := make([]any, len(t.Columns))
	for i, row := range t.Rows {
		for j, cell := range row {
			values[j] = cell.json(t.Columns[j].Kind)
		}
		if i > 0 {
			buf.WriteByte(',')
		}
		buf.WriteByte('\n')
		if err := encode(&buf, values); err != nil {
			return err
		}
	}
	buf.WriteString("\n]}\n")
	_, err := buf.WriteTo(w)
	return err
}

// json is the cell's value as it is encoded.
func (c Cell) json(kind Kind) any {
	if at, ok := c.value.(time.Time); ok && kind == KindDay {
		return at.Format(dayLayout)
	} else if ok {
		return at.Format(time.RFC3339)
	}
	return c.value
}

// encode appends a value without the line break that an Encoder ends with, and with "<" as it is: nobody shows the file
// as a page.
func encode(buf *bytes.Buffer, v any) error {
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1)
	return nil
}
