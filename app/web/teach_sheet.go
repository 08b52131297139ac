package web

import (
	"time"

	"eberbach/app/school"
)

// SheetPage is what a class has earned with an assignment, on paper: with a column to write in by hand, for what is
// nowhere stored.
type SheetPage struct {
	Page
	ClassFrame
	AssignmentFrame
	Today          string
	Rows           []SheetRow
	Handed, Pupils int
	Mean, Median   string // of what counts; "" when there is none
}

// SheetRow is a pupil.
type SheetRow struct {
	Name            string
	State           string // in words
	Points, Percent string // "" where nothing counts
	Late            bool   // what is handed in
}

// AssignmentPath is the path of the assignment's own page.
func (p SheetPage) AssignmentPath() string { return assignmentPath(p.ClassFrame, p.Assignment, "") }

func (s *Server) sheet(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	r.within(resultsTime)
	present := room.Present()
	standings, err := s.Store.Standings(r.ctx(), room.Class, present, []school.Assignment{a}, r.now)
	if err != nil {
		return err
	}
	return r.sendPage("teach/sheet", r.sheetPage(room, a, school.Gradebook{Members: present, Standings: standings}))
}

func (r *request) sheetPage(room *school.Room, a school.Assignment, book school.Gradebook) *SheetPage {
	p := &SheetPage{ClassFrame: ClassFrame{room, "assignment"}, AssignmentFrame: r.assignmentFrame(room.Class, a), Pupils: len(book.Members)}
	p.Page = r.page(assignmentPath(p.ClassFrame, a, "/sheet"), "results.sheet_title", "Lesson", p.LessonTitle)
	p.Today = p.Date(r.now.In(room.Location()).Format(time.DateOnly))
	if mean := book.Column(a); mean.N > 0 {
		p.Mean, p.Median = p.Percent(mean.Fraction), p.Percent(book.Median(a).Fraction)
	}
	for _, m := range book.Members {
		row := p.row(m, a, book.At(m, a))
		p.Rows = append(p.Rows, row)
		if book.At(m, a).Done > 0 {
			p.Handed++
		}
	}
	return p
}

func (p *SheetPage) row(m school.Member, a school.Assignment, s school.Standing) SheetRow {
	state := cellState(a, s)
	row := SheetRow{Name: m.Name, State: p.T("gradebook.file_" + fileStates[state]), Late: state == cellLate}
	if fraction, ok := s.Fraction(); ok {
		row.Points = p.T("gradebook.points", "Points", p.Points(s.Score.Points), "Of", p.Points(s.Score.Max))
		row.Percent = p.Percent(fraction)
	}
	return row
}
