package web

import (
	"net/url"
	"strconv"
	"time"

	"eberbach/app/school"
)

// gradebookPage is how many pupils are on one page of the gradebook: as many as are read in one trip.
const gradebookPage = 50

// GradebookPage is a class's pupils with what they have done of each assignment.
type GradebookPage struct {
	Page
	ClassFrame
	Columns []GradeColumn
	Rows    []GradeRow
	Whole   string // mean of the pupils' means; "" when there is none
	Points  bool   // points are shown, not percent
	Pupils  int    // in the class
	Pages   Pages
	Left    []LeftMember // on the last page: who is no longer in the class
}

// GradeColumn is an assignment in the head of the table, and at its foot.
type GradeColumn struct {
	N         int
	Title     string
	Preset    string // name of the preset, in words
	Due       string
	Path      string // to its results
	Withdrawn bool
	Mean      string // "" when nothing is handed in
	Done      int    // pupils on the page who have handed in
}

// GradeRow is a pupil.
type GradeRow struct {
	Name  string
	Path  string // to the pupil's own page
	Cells []GradeCell
	Mean  string
}

// GradeCell is where a pupil stands with an assignment.
type GradeCell struct {
	Path  string // to the attempt that counts, or else to the open one; "" when there is none
	State string // one of the cell states
	Text  string // the figure, where there is one
	Shade string // how much was earned, from "s0" to "s4"; "" where nothing is counted
	Again bool   // another attempt is open beside the one that counts
}

// States of a cell, as the catalogues name them.
const (
	cellDone    = "done"
	cellLate    = "late"    // handed in after the due date
	cellWorking = "working" // begun
	cellWaiting = "waiting"
	cellOverdue = "overdue" // may still be handed in, and would be late
	cellMissed  = "missed"
	cellSoon    = "soon"
	cellNone    = "none" // the assignment was taken back, and the pupil had not begun it
)

// cellStates are all states in the order in which they are explained, with their signs.
var cellStates = []CellState{{cellDone, "✓"}, {cellLate, "↷"}, {cellWorking, "◐"}, {cellWaiting, "○"}, {cellOverdue, "!"}, {cellMissed, "–"}, {cellSoon, "·"}}

// CellState is a state with its sign.
type CellState struct{ State, Sign string }

// Sign is the sign of the cell's state.
func (c GradeCell) Sign() string {
	for _, s := range cellStates {
		if s.State == c.State {
			return s.Sign
		}
	}
	return ""
}

// Signs are the signs to explain.
func (p GradebookPage) Signs() []CellState { return cellStates }

// LeftMember is somebody who is no longer in the class.
type LeftMember struct {
	Name string // "" for who has deleted everything
	How  school.Left
}

// Pages are the pages of a list that is too long for one.
type Pages struct {
	At, Of     int // from 1
	Prev, Next string
	First      int // number of the first row shown, from 1
	Last       int
}

// pagesOf divides n rows into pages; query is the address's, in which "page" is set.
func pagesOf(path string, query url.Values, n, size int) Pages {
	of := max((n+size-1)/size, 1)
	at, _ := strconv.Atoi(query.Get("page"))
	at = min(max(at, 1), of)
	p := Pages{At: at, Of: of, First: (at-1)*size + 1, Last: min(at*size, n)}
	to := func(page int) string {
		if page < 1 || page > of {
			return ""
		}
		next := url.Values{}
		for name, values := range query {
			next[name] = values
		}
		next.Set("page", strconv.Itoa(page))
		return path + "?" + next.Encode()
	}
	p.Prev, p.Next = to(at-1), to(at+1)
	return p
}

func (s *Server) gradebook(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	frame := ClassFrame{room, "gradebook"}
	query := url.Values{}
	if r.Query("points") != "" {
		query.Set("points", "1")
	}
	if page := r.Query("page"); page != "" {
		query.Set("page", page)
	}
	present := room.Present()
	pages := pagesOf(frame.ClassPath("/gradebook"), query, len(present), gradebookPage)
	book, err := s.grades(r, room, present[pages.First-1:pages.Last])
	if err != nil {
		return err
	}
	p := &GradebookPage{ClassFrame: frame, Points: query.Has("points"), Pupils: len(present), Pages: pages}
	path := frame.ClassPath("/gradebook")
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	p.Page = r.page(path, "gradebook.title", "Class", room.Name)
	p.fill(r, book)
	if pages.At == pages.Of {
		p.Left = leftMembers(room.Members)
	}
	return r.sendPage("teach/gradebook", p)
}

// grades reads where members stand with all assignments of their class.
func (s *Server) grades(r *request, room *school.Room, members []school.Member) (school.Gradebook, error) {
	standings, err := s.Store.Standings(r.ctx(), room.Class, members, room.Assignments, r.now)
	return school.NewGradebook(members, room.Assignments, standings), err
}

// fill writes the table.
func (p *GradebookPage) fill(r *request, book school.Gradebook) {
	for _, a := range book.Assignments {
		c := GradeColumn{N: a.N, Preset: p.T("task." + string(a.Preset)), Path: assignmentPath(p.ClassFrame, a, "/results"), Withdrawn: a.Withdrawn}
		c.Title, _ = r.lessonTitle(a.Lesson)
		c.Due = p.Day(time.Unix(a.Due, 0), p.Room.Location())
		c.Mean = p.mean(book.Column(a))
		for _, m := range book.Members {
			if book.At(m, a).Done > 0 {
				c.Done++
			}
		}
		p.Columns = append(p.Columns, c)
	}
	for _, m := range book.Members {
		row := GradeRow{Name: m.Name, Path: p.ClassPath("/members/" + m.ID), Mean: p.mean(book.Row(m))}
		for _, a := range book.Assignments {
			row.Cells = append(row.Cells, p.cell(m, a, book.At(m, a)))
		}
		p.Rows = append(p.Rows, row)
	}
	p.Whole = p.mean(book.Whole())
}

func (p *GradebookPage) mean(m school.Mean) string {
	if m.N == 0 {
		return ""
	}
	return p.Percent(m.Fraction)
}

// cell is where a pupil stands with an assignment.
func (p *GradebookPage) cell(m school.Member, a school.Assignment, s school.Standing) GradeCell {
	c := GradeCell{State: cellState(a, s)}
	attempt := s.Counted
	if attempt == "" {
		attempt = s.Open
	}
	if attempt != "" {
		c.Path = attemptPath(p.ClassFrame, m.ID, attempt)
	}
	fraction, scored := s.Fraction()
	switch {
	case scored && p.Points:
		c.Text = p.T("gradebook.points", "Points", p.Page.Points(s.Score.Points), "Of", p.Page.Points(s.Score.Max))
	case scored:
		c.Text = p.Percent(fraction)
	case s.Done == 0 && s.Open != "":
		c.Text = p.T("gradebook.given", "Given", s.Given, "Of", s.Of)
	}
	if scored {
		c.Shade = "s" + strconv.Itoa(min(int(fraction*5), 4))
	}
	c.Again = s.Done > 0 && s.Open != ""
	return c
}

func cellState(a school.Assignment, s school.Standing) string {
	switch {
	case s.Done > 0 && s.Late:
		return cellLate
	case s.Done > 0:
		return cellDone
	case s.Phase == school.PhaseWorking:
		return cellWorking
	case a.Withdrawn:
		return cellNone
	case s.Phase == school.PhaseMissed:
		return cellMissed
	case s.Phase == school.PhaseSoon:
		return cellSoon
	case s.Late:
		return cellOverdue
	}
	return cellWaiting
}

// leftMembers are those who are no longer in a class, by name. Who is now part of another member is not missed.
func leftMembers(members []school.Member) (list []LeftMember) {
	for _, m := range members {
		if !m.In() && m.Left != school.LeftMerged {
			list = append(list, LeftMember{m.Name, m.Left})
		}
	}
	return list
}

// attemptPath is the path of a pupil's attempt as the class's teachers see it.
func attemptPath(f ClassFrame, learner, attempt string) string {
	return f.ClassPath("/attempts/" + learner + "/" + attempt)
}
