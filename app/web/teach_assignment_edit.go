package web

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the form that changes an assignment, besides what it says.
const (
	seenField    = "seen"    // school.Assignment.Tag of what the teacher has seen
	confirmField = "confirm" // what it means was shown
	backField    = "back"    // to the form again
)

// ChangePage says what a change of an assignment means before it is stored.
type ChangePage struct {
	Page
	ClassFrame
	Lesson         string
	AssignmentPath string
	Changes        []Change
	Effects        []string
	Fields         []Field // of the form, to be sent again
}

// Change is something that becomes something else.
type Change struct{ Label, Before, After string }

// changing is a change of an assignment on its way.
type changing struct {
	room    *school.Room
	before  school.Assignment
	after   school.Assignment
	begun   bool // somebody has begun it
	form    *givenForm
	lessons []*lesson.Lesson // the one, or none when it is no longer there
}

// changeGiven shows the form that changes an assignment.
func (s *Server) changeGiven(r *request) error {
	c, err := s.changing(r, nil)
	if err != nil {
		return err
	}
	return r.sendChange(c, "")
}

// changing begins a change; without a form it is as the assignment is.
func (s *Server) changing(r *request, form quiz.Response) (*changing, error) {
	room, a, err := s.assignment(r)
	if err != nil {
		return nil, err
	}
	c := &changing{room: room, before: a, begun: a.Round != nil} // a round stays one
	standings, err := s.Store.Standings(r.ctx(), room.Class, room.Members, []school.Assignment{a}, r.now)
	if err != nil {
		return nil, err
	}
	for _, row := range standings {
		c.begun = c.begun || row[a.N].Begun > 0
	}
	if l := r.site.module.Lesson(a.Lesson); l != nil {
		c.lessons = []*lesson.Lesson{l}
	}
	if form == nil {
		form = formOfGiven(room.Class, a)
		form[seenField] = []string{a.Tag()}
	}
	c.form = r.givenForm(room.Class, form)
	return c, nil
}

// sendChange shows the form.
func (r *request) sendChange(c *changing, notice string) error {
	frame := ClassFrame{c.room, "assignment"}
	title, theme := r.lessonTitle(c.before.Lesson)
	p := &ClassFormPage{Page: r.page(assignmentPath(frame, c.before, "/edit"), "given.edit_title"), ClassFrame: frame, Back: Way{title, assignmentPath(frame, c.before, "")}}
	p.Theme = theme
	off := func(preset quiz.Preset) string {
		if preset == quiz.Test && preset != c.before.Preset && (len(c.lessons) == 0 || !r.site.testable(c.lessons[0])) {
			return p.T("assign.no_test", "Lesson", title)
		}
		return ""
	}
	due := c.form.momentInput(dueField, p.T("assign.due"), "")
	due.Optional = false
	p.Form = &FormView{
		Page: p.Page, ID: "change", Action: assignmentPath(frame, c.before, "/edit"), Notice: notice, Button: p.T("given.preview_button"),
		Hidden: []Field{{seenField, typed(c.form.Response, seenField)}}, Inputs: []Input{c.form.presetInput(off, false), due},
	}
	if c.begun && c.form.faults[presetField] == "" {
		p.Lead = p.T("task."+c.before.Kind()) + ". " + p.T("given.begun")
		p.Form.Inputs, p.Form.Hidden = []Input{due}, append(p.Form.Hidden, Field{presetField, string(c.before.Preset)})
	}
	p.Form.Inputs = append(p.Form.Inputs, c.form.moreInputs(r.site, c.lessons, c.before.Preset == quiz.Test || !c.begun, false)...)
	return r.sendPage("teach/class-form", p)
}

// changeGivenNow shows what a change means, and stores it when that was confirmed.
func (s *Server) changeGivenNow(r *request) error {
	form := formOf(r.Ctx)
	c, err := s.changing(r, form)
	if err != nil {
		return err
	}
	c.read(r)
	switch {
	case len(c.form.faults) > 0:
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendChange(c, "")
	case form[backField] != nil:
		return r.sendChange(c, "")
	case c.after.Tag() == c.before.Tag(): // nothing is to be done, or it was done before
		return r.toAssignment("saved")
	case typed(form, seenField) != c.before.Tag():
		return r.sendChangeAgain(c)
	case form[confirmField] == nil:
		return s.sendMeaning(r, c)
	}
	err = s.Store.ChangeAssignment(r.ctx(), c.room.ID, c.before, c.after)
	if errors.Is(err, store.ErrConflict) {
		if c, err = s.changing(r, form); err == nil {
			return r.sendChangeAgain(c)
		}
	}
	if err != nil {
		return err
	}
	return r.toAssignment("saved")
}

// sendChangeAgain shows the form again because somebody else has changed the assignment: what was typed stays, and the next
// step says what it would change of what is stored by now.
func (r *request) sendChangeAgain(c *changing) error {
	c.form.Response[seenField] = []string{c.before.Tag()}
	r.Status(fiber.StatusConflict)
	return r.sendChange(c, c.form.page.T("given.conflict"))
}

// read makes of the form what the assignment becomes. Where another preset is chosen, it proposes anew what was left as it
// was, but for the times.
func (c *changing) read(r *request) {
	form := c.form.Response
	if typed(form, presetField) != string(c.before.Preset) {
		was := formOfGiven(c.room.Class, c.before)
		form = maps.Clone(form)
		for _, field := range []string{lateField, attemptsField, countsField, releaseField} {
			if typed(form, field) == typed(was, field) {
				delete(form, field)
			}
		}
	}
	f := *c.form
	f.Response = form
	c.after = f.read(func(preset quiz.Preset) school.Assignment {
		base := c.before
		if preset != base.Preset {
			proposed := school.Proposed(c.room.Class, preset, r.now)
			base.Late, base.Attempts, base.Counts, base.Release = proposed.Late, proposed.Attempts, proposed.Counts, proposed.Release
			base.Released = false
		}
		base.Part, base.Limit = "", 0
		return base
	})
	if strings.TrimSpace(typed(form, dueField)) == "" {
		f.fault(dueField, "assign.time_unclear")
	}
	f.order(c.after)
	if c.begun && c.after.Preset != c.before.Preset {
		f.fault(presetField, "given.begun")
	}
	if of, part, _ := strings.Cut(typed(form, partField), "#"); part != "" {
		c.after.Part = part
		if of != c.before.Lesson {
			f.fault(partField, "assign.unknown")
		}
	}
	if len(c.lessons) == 0 { // it has left the module: what it asked stays as it was
		c.after.Part = c.before.Part
	}
	for _, l := range c.lessons {
		f.lessonFaults(r.site, l, c.after)
	}
}

// sendMeaning says what the change means.
func (s *Server) sendMeaning(r *request, c *changing) error {
	frame := ClassFrame{c.room, "assignment"}
	title, theme := r.lessonTitle(c.before.Lesson)
	p := &ChangePage{Page: r.page(assignmentPath(frame, c.before, "/edit"), "given.meaning_title"), ClassFrame: frame, Lesson: title, AssignmentPath: assignmentPath(frame, c.before, "")}
	p.Theme = theme
	p.Changes = r.changes(p.Page, c)
	var err error
	if p.Effects, err = s.effects(r, p.Page, c); err != nil {
		return err
	}
	for _, f := range fieldsOf(c.form.Response) {
		if f.Name != backField && f.Name != confirmField {
			p.Fields = append(p.Fields, f)
		}
	}
	return r.sendPage("teach/assignment-change", p)
}

// changes are what becomes something else, in words.
func (r *request) changes(p Page, c *changing) (list []Change) {
	preset := func(a school.Assignment) []Fact {
		return append([]Fact{{p.T("assign.preset"), p.T("task." + a.Kind())}}, r.facts(p, c.room.Class, a)...)
	}
	before, after := preset(c.before), preset(c.after)
	text := func(facts []Fact, label string) string {
		if i := slices.IndexFunc(facts, func(f Fact) bool { return f.Label == label }); i >= 0 {
			return facts[i].Text
		}
		return ""
	}
	for _, f := range before {
		if now := text(after, f.Label); now != f.Text {
			list = append(list, Change{f.Label, f.Text, now})
		}
	}
	for _, f := range after {
		if text(before, f.Label) == "" {
			list = append(list, Change{f.Label, "", f.Text})
		}
	}
	return list
}

// effects are what the change means for the pupils, in words.
func (s *Server) effects(r *request, p Page, c *changing) (list []string, err error) {
	present := c.room.Present()
	stood, err := s.Store.Standings(r.ctx(), c.room.Class, present, []school.Assignment{c.before}, r.now)
	if err != nil {
		return nil, err
	}
	stands, err := s.Store.Standings(r.ctx(), c.room.Class, present, []school.Assignment{c.after}, r.now)
	if err != nil {
		return nil, err
	}
	count, working := map[school.Effect]int{}, 0
	for _, m := range present {
		before, after := stood[m.ID][c.before.N], stands[m.ID][c.after.N]
		for _, e := range after.Effects(before, c.after.Tries(m)) {
			count[e]++
		}
		if before.Phase == school.PhaseWorking && after.Phase == school.PhaseWorking && !m.Care.NoTimer {
			working++
		}
	}
	if working > 0 {
		list = append(list, p.limitEffect(working, c.before.Limit, c.after.Limit)...)
	}
	for _, e := range school.Effects {
		if n := count[e]; n > 0 {
			list = append(list, p.T("effect."+string(e), "N", n))
		}
	}
	return list, nil
}

// limitEffect says what another time limit means for attempts that go on.
func (p Page) limitEffect(n int, before, after int64) []string {
	minutes := func(seconds int64) string {
		return p.T("lesson.minutes", "N", int(time.Duration(seconds)*time.Second/time.Minute))
	}
	switch {
	case before == after:
		return nil
	case after == 0:
		return []string{p.T("effect.unlimited", "N", n)}
	case before == 0:
		return []string{p.T("effect.limited", "N", n, "Time", minutes(after))}
	case after > before:
		return []string{p.T("effect.more", "N", n, "Time", minutes(after-before))}
	}
	return []string{p.T("effect.less", "N", n, "Time", minutes(before-after))}
}
