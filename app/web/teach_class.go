package web

import (
	"slices"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// ClassPage is the first page of a class: what it was given, and who is in it.
type ClassPage struct {
	Page
	ClassFrame
	Done   string // what was just done, in words
	Banner *ClassBanner
	Over   bool // nobody works in it any more
	Now    []GivenItem
	Past   []GivenItem // longer ago, and what was withdrawn
	Pupils []school.Member
	Left   []school.Member
}

// ClassBanner says that a class ends or is archived.
type ClassBanner struct {
	Text   string
	Until  string // the last day that an extension in one click gives
	Extend string // that, in words; "" where there is nothing to extend
	Back   bool   // it is archived: it can be taken back
}

// GivenItem is an assignment in a list.
type GivenItem struct {
	Title, Theme string
	Kind         string // see school.Assignment.Kind
	When         string
	Withdrawn    bool
	Tally        []TallyPart // nil where nobody counts
	Waits        bool
	Path         string
}

// TallyPart is how many pupils are in one group, and where it lies in the drawing, in percent.
type TallyPart struct {
	Group    school.Group
	N        int
	Text     string
	X, Width float64
}

// recent is how long an assignment stands in the list after it was due.
const recent = 14 * 24 * time.Hour

// classDone are what the page can say that was done, by the value of its query.
var classDone = map[string]string{
	"given": "class.done_given", "extended": "class.done_extended",
	"joined": "class.done_joined", "copied": "classes.copied", "archived": "class.done_archived", "back": "class.done_back",
}

func (s *Server) class(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	p := &ClassPage{Page: r.page("/teach/classes/"+room.ID, "class.title", "Class", room.Name), ClassFrame: ClassFrame{room, ""}, Over: room.Over(r.now)}
	if key := classDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	p.Banner, p.Pupils = r.classBanner(p.Page, room.Class), room.Present()
	for _, m := range room.Members {
		if !m.In() && m.Left != school.LeftMerged {
			p.Left = append(p.Left, m)
		}
	}
	if err := s.listGiven(r, p); err != nil {
		return err
	}
	return r.sendPage("teach/class", p)
}

// classBanner is what the class's people are told of its end; nil when there is nothing to tell.
func (r *request) classBanner(p Page, c school.Class) *ClassBanner {
	b := &ClassBanner{Until: c.Extended(r.now), Back: c.Archived}
	ends, goes := p.Date(c.Ends), p.When(c.Goes())
	switch {
	case c.Archived:
		b.Text = p.T("class.archived", "Goes", goes)
		return b
	case c.Over(r.now):
		b.Text = p.T("class.ended", "Ends", ends, "Goes", goes)
	case c.EndsSoon(r.now):
		b.Text = p.T("class.ends_soon", "Ends", ends, "Goes", goes)
	default:
		return nil
	}
	b.Extend = p.Date(b.Until)
	return b
}

// listGiven lists what the class was given: what is at work or was due not long ago with its tally, the rest by name.
func (s *Server) listGiven(r *request, p *ClassPage) error {
	var now, past []school.Assignment
	for _, a := range slices.Backward(p.Room.Assignments) {
		waits := a.Preset == quiz.Test && a.Release == school.ReleaseByHand && !a.Released
		if !a.Withdrawn && !p.Room.Archived && (waits || time.Unix(a.Due, 0).Add(recent).After(r.now)) {
			now = append(now, a)
		} else {
			past = append(past, a)
		}
	}
	standings, err := s.Store.Standings(r.ctx(), p.Room.Class, p.Pupils, now, r.now)
	if err != nil {
		return err
	}
	slices.SortStableFunc(now, func(a, b school.Assignment) int { return stage(p.Room, a, r.now) - stage(p.Room, b, r.now) })
	for _, a := range now {
		item := r.givenItem(p.Page, p.ClassFrame, a)
		item.Tally = tally(p.Page, a, p.Pupils, standings)
		item.Waits = a.Preset == quiz.Test && a.Release == school.ReleaseByHand && !a.Released && waitsForRelease(a, p.Pupils, standings, r.now)
		p.Now = append(p.Now, item)
	}
	for _, a := range past {
		p.Past = append(p.Past, r.givenItem(p.Page, p.ClassFrame, a))
	}
	return nil
}

// stage is the order in which assignments stand: those that run, those that are planned, those that were due.
func stage(room *school.Room, a school.Assignment, now time.Time) int {
	switch {
	case running(room, a, now):
		return 0
	case a.Opens > now.Unix():
		return 1
	}
	return 2
}

func (r *request) givenItem(p Page, f ClassFrame, a school.Assignment) GivenItem {
	item := GivenItem{Kind: a.Kind(), Withdrawn: a.Withdrawn, Path: assignmentPath(f, a, ""), When: r.dueText(p, f.Room.Class, a)}
	item.Title, item.Theme = r.lessonTitle(a.Lesson)
	return item
}

// dueText says until when, or from when.
func (r *request) dueText(p Page, c school.Class, a school.Assignment) string {
	due := p.Moment(time.Unix(a.Due, 0), c.Location())
	switch {
	case a.Opens > r.now.Unix():
		return p.T("class.from_until", "From", p.Moment(time.Unix(a.Opens, 0), c.Location()), "Until", due)
	case a.Due <= r.now.Unix():
		return p.T("class.was_due", "Until", due)
	}
	return p.T("class.until", "Until", due)
}

// tally counts the members by group; groups that are empty are left out.
func tally(p Page, a school.Assignment, members []school.Member, standings map[string]map[int]school.Standing) []TallyPart {
	count := map[school.Group]int{}
	for _, m := range members {
		count[standings[m.ID][a.N].Group()]++
	}
	parts := []TallyPart{}
	x := 0.0
	for _, g := range school.Groups {
		n := count[g]
		if n == 0 {
			continue
		}
		width := 100 * float64(n) / float64(len(members))
		parts = append(parts, TallyPart{g, n, p.T("class.tally_"+string(g), "Count", n), x, width})
		x += width
	}
	return parts
}

// Action is the path of a further page or form of the assignment.
func (i GivenItem) Action(page string) string { return i.Path + page }

// extendClass moves the last day to the end of the school year that the page has named. A form that is sent twice finds it
// moved.
func (s *Server) extendClass(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	until := typed(formOf(r.Ctx), endsField)
	if until != room.Ends {
		if until != room.Extended(r.now) {
			return r.seeOther("/teach/classes/" + room.ID) // a page of another day: it shows what is proposed now
		}
		room.Ends = until
		if err := s.Store.ChangeClass(r.ctx(), room.Class); err != nil {
			return err
		}
	}
	return r.seeOther("/teach/classes/" + room.ID + "?done=extended")
}

// onField says in forms that put something on or take it back which of the two it is.
const onField = "on"

// archiveClass puts a class out of sight, or takes it back.
func (s *Server) archiveClass(r *request) error {
	room, err := s.room(r)
	if err != nil {
		return err
	}
	on := typed(formOf(r.Ctx), onField) != ""
	if room.Archived != on {
		room.Archived = on
		if err := s.Store.ChangeClass(r.ctx(), room.Class); err != nil {
			return err
		}
	}
	return r.seeOther("/teach/classes/" + room.ID + "?done=" + map[bool]string{true: "archived", false: "back"}[on])
}

// assignTo leads to the form that gives a lesson, of the class that is meant: the only one, or the one that is chosen.
func (s *Server) assignTo(r *request) error {
	t, err := s.teacherOf(r)
	if err != nil {
		return err
	}
	l := r.site.module.Lesson(r.Query("lesson"))
	if l == nil {
		return store.ErrNotFound
	}
	rooms, err := s.rooms(r, t.ID)
	if err != nil {
		return err
	}
	rooms = slices.DeleteFunc(rooms, func(room *school.Room) bool { return room.Over(r.now) })
	switch len(rooms) {
	case 0:
		return r.seeOther("/teach")
	case 1:
		return r.seeOther("/teach/classes/" + rooms[0].ID + "/assign?lesson=" + l.ID)
	}
	p := &FormPage{Page: r.page("/teach/assign?lesson="+l.ID, "assign.title_lesson", "Lesson", l.Title[r.lang])}
	p.Lead = p.T("assign.which_class")
	for _, room := range rooms {
		p.Ways = append(p.Ways, Way{room.Name, "/teach/classes/" + room.ID + "/assign?lesson=" + l.ID})
	}
	return r.sendPage("teach/form", p)
}
