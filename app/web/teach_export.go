package web

import (
	"bytes"
	"io"
	"mime"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/exchange/table"
	"eberbach/app/school"
)

// gradebookFormat is a form of file that the gradebook can be taken away in.
type gradebookFormat struct {
	ext, contentType string
	write            func(t table.Table, w io.Writer, lang string) error
}

var (
	gradebookCSV  = gradebookFormat{"csv", "text/csv; charset=utf-8", table.Table.WriteCSV}
	gradebookXLSX = gradebookFormat{
		"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		func(t table.Table, w io.Writer, _ string) error { return t.WriteXLSX(w) },
	}
	gradebookJSON = gradebookFormat{
		"json", "application/json; charset=utf-8",
		func(t table.Table, w io.Writer, _ string) error { return t.WriteJSON(w) },
	}
)

// gradebookFile answers with all pupils of the class and all its assignments in one file.
func (s *Server) gradebookFile(f gradebookFormat) func(*request) error {
	return func(r *request) error {
		room, err := s.room(r)
		if err != nil {
			return err
		}
		r.within(resultsTime)
		book, err := s.grades(r, room, room.Present())
		if err != nil {
			return err
		}
		p := r.page("", "gradebook.title", "Class", room.Name)
		var out bytes.Buffer
		if err := f.write(p.gradebookTable(r, room, book), &out, r.lang); err != nil {
			return err
		}
		r.Set(fiber.HeaderContentType, f.contentType)
		r.Set(fiber.HeaderContentDisposition, attachment(p.Title, r.now.In(room.Location()).Format(time.DateOnly), f.ext))
		r.Set(fiber.HeaderCacheControl, "no-store")
		return r.Send(out.Bytes())
	}
}

// gradebookTable is a row a pupil: name, mean, and six columns an assignment.
func (p Page) gradebookTable(r *request, room *school.Room, book school.Gradebook) table.Table {
	t := table.Table{Title: p.Title, Frozen: 1, Columns: []table.Column{{Name: p.T("gradebook.pupil"), Kind: table.KindText}, {Name: p.T("gradebook.mean"), Kind: table.KindPercent}}}
	for _, a := range book.Assignments {
		title, _ := r.lessonTitle(a.Lesson)
		for _, c := range []struct {
			key  string
			kind table.Kind
		}{{"points", table.KindNumber}, {"max", table.KindNumber}, {"percent", table.KindPercent}, {"state", table.KindText}, {"late", table.KindText}, {"at", table.KindMoment}} {
			name := p.T("gradebook.column", "Number", a.N, "Lesson", title, "What", p.T("gradebook.file_"+c.key))
			t.Columns = append(t.Columns, table.Column{Name: name, Kind: c.kind})
		}
	}
	for _, m := range book.Members {
		row := []table.Cell{table.Text(m.Name), {}}
		if mean := book.Row(m); mean.N > 0 {
			row[1] = table.Number(mean.Fraction)
		}
		for _, a := range book.Assignments {
			row = append(row, p.gradebookCells(a, book.At(m, a), room.Location())...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// gradebookCells are the cells of one pupil and assignment.
func (p Page) gradebookCells(a school.Assignment, s school.Standing, at *time.Location) []table.Cell {
	cells := make([]table.Cell, 6)
	if fraction, ok := s.Fraction(); ok {
		cells[0], cells[1], cells[2] = table.Number(s.Score.Points), table.Number(s.Score.Max), table.Number(fraction)
	}
	state := cellState(a, s)
	if state == cellLate || state == cellOverdue {
		cells[4] = table.Text(p.T("gradebook.file_yes"))
	}
	cells[3] = table.Text(p.T("gradebook.file_" + fileStates[state]))
	if s.Done > 0 {
		cells[5] = table.Time(time.Unix(s.Handed, 0).In(at))
	}
	return cells
}

// fileStates are the states of cells in a file, which has a column of its own for what is late.
var fileStates = map[string]string{
	cellDone: "done", cellLate: "done", cellWorking: "working", cellWaiting: "waiting",
	cellOverdue: "waiting", cellMissed: "missed", cellSoon: "soon", cellNone: "waiting",
}

// attachment is the header of a file to be kept, whose name is made of words. Whatever a file system or a header could
// take amiss becomes a hyphen.
func attachment(title, day, ext string) string {
	words := strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
	return mime.FormatMediaType("attachment", map[string]string{"filename": strings.Join(append(words, day), "-") + "." + ext})
}
