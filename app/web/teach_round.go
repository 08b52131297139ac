package web

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// RoundBoardPage is the page from which a teacher leads a class through a quiz. It is made to be projected: nobody's name
// is on it.
type RoundBoardPage struct {
	Page
	ClassFrame
	Lesson string
	Events string // address of the changes
	At     string // time of what is shown
	Region *RoundBoard
}

// RoundBoard is the part of the page that changes.
type RoundBoard struct {
	*LiveRegion
	Round    school.Round
	Lesson   string
	N, Total int           // number of the question at hand, from 1, and how many there are; N is 0 before the first one
	Question *QuestionView // to read; nil before the first one and after the end
	Spread   *LiveQuestion // what was answered; nil where it is not shown
	In       int           // pupils who take part
	Answered int           // of them, who have answered
	Talk     bool          // an opinion: no answer is sent
	Few      bool          // closed, and too few have answered to show what
	Steps    []RoundStep   // the first one is what is most likely next
	End      *RoundStep    // what ends the round for good, where it is not next by itself
	Clock    *Clock
	Door     // before the first question; no code otherwise
	class    string
	number   int
}

// RoundStep is a button.
type RoundStep struct {
	*RoundBoard
	school.Step
}

// Name names the button's text: before the first question the next one is called so, and an opinion has arguments to show.
func (st RoundStep) Name() string {
	switch {
	case st.Step == school.StepNext && st.N == 0:
		return "first"
	case st.Step == school.StepShow && st.Talk:
		return "arguments"
	}
	return string(st.Step)
}

// Action is where the buttons' forms go.
func (b *RoundBoard) Action() string { return roundPath(b.class, b.number) }

// ResultsPath is where the answers of the whole round are.
func (b *RoundBoard) ResultsPath() string {
	return "/teach/classes/" + b.class + "/assignments/" + strconv.Itoa(b.number) + "/results"
}

// roundPath is the path of the page from which a round is led.
func roundPath(class string, n int) string {
	return "/teach/classes/" + class + "/assignments/" + strconv.Itoa(n) + "/round"
}

// askedIn is what a round asks, in order.
func (s *Server) askedIn(ctx context.Context, room *school.Room, a school.Assignment) (quiz.Edition, error) {
	e, err := s.Store.Edition(ctx, a.Round.Edition)
	if err != nil {
		return e, err
	}
	return a.Round.Asked(a.Task(room.ID), e, s.Now()), nil
}

// roundState is the round of the request's assignment; store.ErrNotFound when it is none.
func (s *Server) roundState(r *request) (*liveState, error) {
	room, a, err := s.assignment(r)
	if err != nil {
		return nil, err
	}
	if a.Round == nil {
		return nil, store.ErrNotFound
	}
	return s.liveOf(r.ctx(), room, a)
}

// roundBoard shows the question at hand with what the teacher can do next.
func (s *Server) roundBoard(r *request) error {
	state, err := s.roundState(r)
	if err != nil {
		return err
	}
	p := &RoundBoardPage{ClassFrame: ClassFrame{state.room, ""}, At: state.clock(), Region: s.board(state, r.lang)}
	p.Page = r.page(roundPath(state.room.ID, state.a.N), "board.title", "Lesson", p.Region.Lesson)
	_, p.Theme = r.lessonTitle(state.a.Lesson)
	p.Lesson, p.Events = p.Region.Lesson, p.Href(p.Path+"/events")
	return r.sendPage("teach/round", p)
}

// roundFace is how a round looks on the wall.
type roundFace struct{ lang string }

// roundBoardEvents answers with the changes to the page.
func (s *Server) roundBoardEvents(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	if a.Round == nil {
		return store.ErrNotFound
	}
	in, class, n, lang := *r.in, room.ID, a.N, r.lang
	return s.watchLive(r, sight{
		owner: in.teacher.ID, class: class,
		key:  "live " + class + " " + strconv.Itoa(n), // what a live view looks at, too
		look: func(ctx context.Context) (any, error) { return s.liveLook(ctx, class, n) },
		face: roundFace{lang},
		draw: func(state any) ([]byte, error) {
			return s.site().render(lang, "partials/round", s.board(state.(*liveState), lang))
		},
		admits: func(state any) bool { return slices.Contains(state.(*liveState).room.Teachers, in.teacher.ID) },
	}, func() bool { return s.stillSignedIn(in) })
}

// board is what a state looks like on the wall.
func (s *Server) board(state *liveState, lang string) *RoundBoard {
	round, site, asked := *state.a.Round, s.site(), state.asked.Questions
	b := &RoundBoard{Round: round, Total: len(asked), In: state.Working + state.Done, class: state.room.ID, number: state.a.N}
	face := liveFace{lang: lang, answers: "0"}
	if round.Shown {
		face.answers = "1"
	}
	b.LiveRegion = s.liveRegion(state, face)
	b.Lesson = state.a.Lesson
	if l := site.module.Lesson(b.Lesson); l != nil {
		b.Lesson = l.Title[lang]
	}
	if round.At >= 0 && round.At < len(asked) && round.Ended == 0 {
		b.show(asked[round.At], state)
	}
	if round.At < 0 && round.Ended == 0 {
		var err error
		if b.Door, err = s.door(state.room.Class); err != nil { // an address too long for a QR code
			s.Log.Warn("no QR code", "error", err)
		}
	}
	for _, step := range round.Steps(asked) {
		if state.a.Withdrawn || state.room.Over(state.at) {
			break
		}
		if step == school.StepEnd && len(b.Steps) > 0 {
			b.End = &RoundStep{b, step}
		} else {
			b.Steps = append(b.Steps, RoundStep{b, step})
		}
	}
	return b
}

// show puts the question at hand on the board: to read while it is open, and then with what was answered.
func (b *RoundBoard) show(q *quiz.Question, state *liveState) {
	at, task := b.Round.At, state.a.Task(state.room.ID)
	blank := quiz.NewPaced(task.String(), task.String(), state.asked, state.at)
	blank.Pace = &quiz.Pace{At: at, Shown: b.Round.Shown}
	blank.Answers = make([]*quiz.Answer, len(state.asked.Questions))
	b.N, b.Talk = at+1, !q.Scored()
	b.Question = questionView(b.Page, blank, q, at, nil)
	b.Question.Print = true
	if b.Talk {
		return
	}
	spot, ok := state.Spot(q.ID)
	if !ok {
		spot = school.BlankSpot(q)
	}
	b.Answered = spot.Answered()
	if b.Round.Open {
		b.Clock = roundClock(b.Page, b.Round, state.room.Class, state.at)
		return
	}
	b.Few = b.Answered < school.LeastNamed
	if b.Round.Shown || !b.Few {
		b.Spread = b.one(spot)
	}
}

// roundClock is the clock of an open question; nil where there is none. Nothing ends when it is at zero.
func roundClock(p Page, round school.Round, c school.Class, now time.Time) *Clock {
	if round.Until == 0 {
		return nil
	}
	end := time.Unix(round.Until, 0)
	left := end.Sub(now)
	return &Clock{end.In(c.Location()).Format("15:04:05"), int((left + time.Minute - 1) / time.Minute), int(left / time.Second), left <= 0}
}

// stepField names the step that a button of a round takes.
const stepField = "step"

// roundStep takes a step, if the round is as the form has seen it: a button that is pressed twice, or by two teachers,
// takes one.
func (s *Server) roundStep(r *request) error {
	form := formOf(r.Ctx)
	err := s.settle(r, func(room *school.Room, a *school.Assignment) error {
		if a.Round == nil {
			return store.ErrNotFound
		}
		if a.Withdrawn || room.Over(r.now) || a.Round.Tag() != typed(form, seenField) {
			return errShut
		}
		asked, err := s.askedIn(r.ctx(), room, *a)
		if err != nil {
			return err
		}
		next, ok := a.Round.After(school.Step(typed(form, stepField)), asked.Questions, s.Now())
		if !ok {
			return errShut
		}
		a.Round = &next
		return nil
	})
	if err != nil && !errors.Is(err, errShut) { // the page shows how far the round is
		return err
	}
	n, err := strconv.Atoi(r.Params("n"))
	if err != nil {
		return fiber.ErrNotFound
	}
	return r.seeOther(roundPath(r.Params("class"), n))
}
