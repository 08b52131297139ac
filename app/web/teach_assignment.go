package web

import (
	"errors"
	"maps"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// AssignmentPage is an assignment as the class's teachers see it: what it is, and where each pupil stands.
type AssignmentPage struct {
	Page
	ClassFrame
	Item     GivenItem
	A        school.Assignment
	Done     string // what was just done, in words
	There    bool   // the lesson is still in the module
	LessonID string
	Facts    []Fact
	Groups   []PupilGroup
	Open     int // pupils who have not handed in
	Test     bool
	Released bool
	AtDue    bool // results are released by themselves
	Longer   []LongerItem
	Extend   *FormView // nil where there is nobody to give more time to
	Sheet    string    // path of the worksheet; "" for a Test, whose questions are on none
	Key      string    // path of the key to the questions; "" where there are none
}

// Fact is a line of what an assignment is.
type Fact struct{ Label, Text string }

// PupilGroup is the pupils of one group.
type PupilGroup struct {
	Group  school.Group
	Pupils []PupilItem
}

// PupilItem is a pupil in a group.
type PupilItem struct {
	Name, Path string // the attempt that counts, or else the open one; "" for none
	Text       string
}

// LongerItem is a pupil with another due date.
type LongerItem struct{ ID, Name, Due string }

// assignmentDone are what the page can say that was done, by the value of its query.
var assignmentDone = map[string]string{
	"saved": "given.done_saved", "released": "given.done_released", "hidden": "given.done_hidden", "withdrawn": "given.done_withdrawn",
	"back": "given.done_back", "longer": "given.done_longer", "shorter": "given.done_shorter",
}

func (s *Server) given(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	p, err := s.assignmentPage(r, room, a, nil, nil)
	if err != nil {
		return err
	}
	if key := assignmentDone[r.Query("done")]; key != "" {
		p.Done = p.T(key)
	}
	return r.sendPage("teach/assignment", p)
}

// assignmentPage is the page; form and faults are those of the extension for one pupil.
func (s *Server) assignmentPage(r *request, room *school.Room, a school.Assignment, form quiz.Response, faults map[string]string) (*AssignmentPage, error) {
	frame := ClassFrame{room, "assignment"}
	title, _ := r.lessonTitle(a.Lesson)
	p := &AssignmentPage{
		Page: r.page(assignmentPath(frame, a, ""), "given.title", "Lesson", title), ClassFrame: frame, A: a, LessonID: a.Lesson,
		There: hasLesson(r.site.module, a.Lesson), Test: a.Preset == quiz.Test, Released: a.IsReleased(room.Class, r.now), AtDue: a.Release == school.ReleaseAtDue,
	}
	p.Item = r.givenItem(p.Page, frame, a)
	p.Sheet, p.Key = r.papers(a)
	p.Theme = p.Item.Theme
	present := room.Present()
	standings, err := s.Store.Standings(r.ctx(), room.Class, present, []school.Assignment{a}, r.now)
	if err != nil {
		return nil, err
	}
	p.Item.Tally, p.Facts = tally(p.Page, a, present, standings), r.facts(p.Page, room.Class, a)
	for _, g := range school.Groups {
		group := PupilGroup{Group: g}
		for _, m := range present {
			if st := standings[m.ID][a.N]; st.Group() == g {
				group.Pupils = append(group.Pupils, p.pupilItem(m, st))
			}
		}
		if len(group.Pupils) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	for _, m := range present {
		st := standings[m.ID][a.N]
		if st.Done == 0 {
			p.Open++
		}
		if due, ok := a.Longer[m.ID]; ok {
			p.Longer = append(p.Longer, LongerItem{m.ID, m.Name, p.Moment(time.Unix(due, 0), room.Location())})
		}
	}
	if len(present) > 0 && !a.Withdrawn && !room.Over(r.now) {
		p.Extend = r.longerForm(p, present, form, faults)
	}
	return p, nil
}

func (p *AssignmentPage) pupilItem(m school.Member, st school.Standing) PupilItem {
	item := PupilItem{Name: m.Name}
	attempt := st.Counted
	if attempt == "" {
		attempt = st.Open
	}
	if attempt != "" {
		item.Path = attemptPath(p.ClassFrame, m.ID, attempt)
	}
	switch {
	case st.Done == 0 && st.Open != "":
		item.Text = p.T("given.working", "Given", st.Given, "Of", st.Of)
	case st.Open != "":
		item.Text = p.T("given.again", "Given", st.Given, "Of", st.Of)
	case st.Done == 0 && st.Phase == school.PhaseSoon:
		item.Text = p.T("given.soon")
	case st.Done == 0 && !st.Closed && st.Late:
		item.Text = p.T("given.overdue")
	}
	return item
}

// facts are what the assignment is, in words.
func (r *request) facts(p Page, c school.Class, a school.Assignment) []Fact {
	facts := []Fact{
		{p.T("assign.opens"), p.Moment(time.Unix(a.Opens, 0), c.Location())},
		{p.T("assign.due"), p.Moment(time.Unix(a.Due, 0), c.Location())},
		{p.T("assign.late"), p.T("assign.late_" + string(a.Late))},
		{p.T("assign.attempts"), r.givenForm(c, nil).attempts(a.Attempts)},
	}
	if a.Attempts != 1 {
		facts = append(facts, Fact{p.T("assign.counts"), p.T("assign.counts_" + string(a.Counts))})
	}
	if l := r.site.module.Lesson(a.Lesson); l != nil && l.Notice != nil {
		facts = append(facts, Fact{p.T("assign.part"), r.partTitle(p, a)})
	}
	if a.Preset == quiz.Test {
		facts = append(facts, Fact{p.T("assign.limit_label"), p.limitText(a.Limit)}, Fact{p.T("assign.release"), p.T("assign.release_" + string(a.Release))})
	}
	return facts
}

func (p Page) limitText(seconds int64) string {
	if seconds == 0 {
		return p.T("assign.limit_none")
	}
	return p.T("lesson.minutes", "N", int(seconds/60))
}

// partTitle names the part of the lesson's quiz that was given.
func (r *request) partTitle(p Page, a school.Assignment) string {
	if a.Part == "" {
		return p.T("assign.part_any")
	}
	if l := r.site.module.Lesson(a.Lesson); l != nil {
		if title := l.Pages[r.lang].Title(a.Part); title != "" {
			return title
		}
	}
	return a.Part
}

// settle lets change decide on the assignment of the request as it is now, and stores what comes of it. Another's change
// meanwhile is no conflict, for it decides anew.
func (s *Server) settle(r *request, change func(*school.Room, *school.Assignment) error) error {
	for range tries {
		room, before, err := s.assignment(r)
		if err != nil {
			return err
		}
		after := before
		after.Longer = maps.Clone(before.Longer)
		if err := change(room, &after); err != nil {
			return err
		}
		if err = s.Store.ChangeAssignment(r.ctx(), room.ID, before, after); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return store.ErrConflict
}

// toAssignment sends the browser to the page of the request's assignment.
func (r *request) toAssignment(done string) error {
	return r.seeOther("/teach/classes/" + r.Params("class") + "/assignments/" + r.Params("n") + "?done=" + done)
}

// release lets the pupils see the results of a Test, or takes that back.
func (s *Server) release(r *request) error {
	on := typed(formOf(r.Ctx), onField) != ""
	err := s.settle(r, func(_ *school.Room, a *school.Assignment) error {
		if a.Preset != quiz.Test {
			return store.ErrNotFound
		}
		if a.Released = on; !on {
			a.Release = school.ReleaseByHand // or it would be released again at once
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.toAssignment(map[bool]string{true: "released", false: "hidden"}[on])
}

// withdraw ends an assignment for everybody, or gives it back.
func (s *Server) withdraw(r *request) error {
	on := typed(formOf(r.Ctx), onField) != ""
	err := s.settle(r, func(_ *school.Room, a *school.Assignment) error {
		a.Withdrawn = on
		return nil
	})
	if err != nil {
		return err
	}
	return r.toAssignment(map[bool]string{true: "withdrawn", false: "back"}[on])
}

// Fields of the form that gives one pupil another due date.
const (
	pupilField = "pupil"
	untilField = "until"
)

// longerForm gives one pupil another due date.
func (r *request) longerForm(p *AssignmentPage, present []school.Member, form quiz.Response, faults map[string]string) *FormView {
	pupils := Input{Name: pupilField, Label: p.T("given.pupil"), Value: typed(form, pupilField), Fault: faults[pupilField], Type: "select", Options: []Option{{Text: p.T("given.choose")}}}
	for _, m := range present {
		pupils.Options = append(pupils.Options, Option{Value: m.ID, Text: m.Name})
	}
	until := Input{Name: untilField, Label: p.T("given.until"), Value: typed(form, untilField), Fault: faults[untilField], Type: "datetime-local", Auto: "off"}
	return &FormView{Page: p.Page, ID: "longer", Action: assignmentPath(p.ClassFrame, p.A, "/longer"), Button: p.T("given.longer_button"), Quiet: true, Inputs: []Input{pupils, until}}
}

// longer gives one pupil another due date, or takes it back where none is typed.
func (s *Server) longer(r *request) error {
	form := formOf(r.Ctx)
	id, until := typed(form, pupilField), typed(form, untilField)
	var faults map[string]string
	var shown school.Assignment
	var in *school.Room
	err := s.settle(r, func(room *school.Room, a *school.Assignment) error {
		in, shown = room, *a
		if form[onField] != nil { // the button beside a name
			delete(a.Longer, id)
			return nil
		}
		at, wrong := r.longerFaults(room, *a, id, until)
		if faults = wrong; len(faults) > 0 {
			return errFaults
		}
		if a.Longer == nil {
			a.Longer = map[string]int64{}
		}
		a.Longer[id] = at
		return nil
	})
	switch {
	case errors.Is(err, errFaults):
		p, err := s.assignmentPage(r, in, shown, form, faults)
		if err != nil {
			return err
		}
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendPage("teach/assignment", p)
	case err != nil:
		return err
	case form[onField] != nil:
		return r.toAssignment("shorter")
	}
	return r.toAssignment("longer")
}

// errFaults says that a form has to be mended first.
var errFaults = errors.New("web: something is to be mended")

// longerFaults reads until when a pupil has time, and says what is wrong with it, by field.
func (r *request) longerFaults(room *school.Room, a school.Assignment, id, until string) (int64, map[string]string) {
	faults, p := map[string]string{}, r.page("", "given.longer")
	if _, in := room.Member(id); !in {
		faults[pupilField] = p.T("given.pupil_missing")
	}
	at, ok := readMoment(until, room.Location())
	switch {
	case !ok:
		faults[untilField] = p.T("assign.time_unclear")
	case at <= a.Due:
		faults[untilField] = p.T("given.until_before", "Due", p.Moment(time.Unix(a.Due, 0), room.Location()))
	case at > room.End().Unix():
		faults[untilField] = p.T("assign.after_class", "Ends", p.Date(room.Ends))
	}
	return at, faults
}
