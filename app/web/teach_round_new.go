package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// secondsField says how long the clock of a question runs.
const secondsField = "seconds"

// roundClocks are the times that can be chosen, in seconds; 0 for no clock.
var roundClocks = []int64{0, 30, 60, 120, 180}

// newRound shows the form that begins a round.
func (s *Server) newRound(r *request, room *school.Room, f *givenForm) error {
	f.Response[whatField] = []string{r.Query("lesson")}
	return r.sendNewRound(room, f, "")
}

func (r *request) sendNewRound(room *school.Room, f *givenForm, notice string) error {
	p := &ClassFormPage{Page: r.page("/teach/classes/"+room.ID+"/round", "board.new_title"), ClassFrame: ClassFrame{room, "round"}}
	p.Lead = p.T("board.new_lead")
	p.Form = &FormView{
		Page: p.Page, ID: "round", Action: "/teach/classes/" + room.ID + "/round", Notice: notice, Button: p.T("board.new_button"),
		Hidden: []Field{{tryField, typed(f.Response, tryField)}},
	}
	what := r.whatInput(p.Page, f)
	what.Options = slices.DeleteFunc(what.Options, func(o Option) bool {
		return len(r.lessonsIn(o.Value)) != 1 && o.Value != "" || strings.Contains(o.Value, ":")
	})
	p.Form.Inputs = append([]Input{what}, f.partInputs(r.site.module.Lessons)...)
	if len(p.Form.Inputs) > 1 {
		p.Form.Inputs[1].Hint, p.Form.Inputs[1].Options[0].Text = p.T("board.part_hint"), p.T("board.part_none")
	}
	clock := Input{Name: secondsField, Label: p.T("board.clock"), Hint: p.T("board.clock_hint"), Value: typed(f.Response, secondsField), Fault: f.faults[secondsField], Type: "select"}
	for _, seconds := range roundClocks {
		o := Option{Value: strconv.FormatInt(seconds, 10), Text: p.T("board.clock_none")}
		if seconds > 0 {
			o.Text = p.T("board.clock_n", "Seconds", seconds)
		}
		clock.Options = append(clock.Options, o)
	}
	p.Form.Inputs = append(p.Form.Inputs, clock)
	return r.sendPage("teach/class-form", p)
}

// startRoundNow begins a round. The form sent twice begins one.
func (s *Server) startRoundNow(r *request, room *school.Room, f *givenForm) error {
	a, e := r.readRound(f)
	if len(f.faults) > 0 {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendNewRound(room, f, "")
	}
	if err := s.keepEdition(r.ctx(), e); err != nil {
		return err
	}
	a, err := s.Store.Assign(r.ctx(), room.ID, a)
	if errors.Is(err, store.ErrFull) {
		r.Status(fiber.StatusUnprocessableEntity)
		return r.sendNewRound(room, f, f.page.T("assign.full", "Most", school.MostAssignments))
	}
	if err != nil {
		return err
	}
	return r.seeOther(roundPath(room.ID, a.N))
}

// readRound makes of the form an assignment and what it asks; what is wrong is in the form then.
func (r *request) readRound(f *givenForm) (a school.Assignment, e quiz.Edition) {
	l := r.site.module.Lesson(typed(f.Response, whatField))
	if l == nil {
		f.fault(whatField, "assign.what_missing")
		return a, e
	}
	of, part, _ := strings.Cut(typed(f.Response, partField), "#")
	if parts := l.Parts(); len(parts) == 1 && part == "" {
		part = parts[0]
	} else if part == "" {
		f.fault(partField, "board.part_missing", "Lesson", l.Title[r.lang])
	} else if of != l.ID || !slices.Contains(parts, part) {
		f.fault(partField, "board.part_other", "Lesson", l.Title[r.lang])
	}
	seconds, _ := strconv.ParseInt(typed(f.Response, secondsField), 10, 64) // a form without it wants no clock
	if !slices.Contains(roundClocks, seconds) {
		f.fault(secondsField, "assign.unknown")
	}
	timed := quiz.Rules{Preset: quiz.Test, Limit: time.Duration(seconds) * time.Second}
	if err := r.site.module.Allows(l.ID, timed); seconds > 0 && errors.Is(err, lesson.ErrUntimed) {
		f.fault(secondsField, "board.clock_untimed", "Lesson", l.Title[r.lang])
	}
	e, _ = r.site.edition(l.ID, part)
	if len(f.faults) == 0 && (school.Round{At: -1}).Next(e.Questions) < 0 {
		f.fault(whatField, "board.nothing", "Lesson", l.Title[r.lang])
	}
	a = school.NewRound(f.class, e.Hash(), seconds, f.now)
	a.Lesson, a.Part, a.Key = l.ID, part, typed(f.Response, tryField)+"-"+l.ID
	return a, e
}
