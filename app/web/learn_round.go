package web

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// RoundPage is the question at hand of a quiz that a class goes through together, as one of its pupils has it.
type RoundPage struct {
	Page
	AttemptFrame
	State    string        // names what is shown; another one says that there is something else to see
	Events   string        // address of the states
	Says     string        // what to do now
	N, Of    int           // number of the question, from 1, and how many there are; N is 0 before the first one
	Question *QuestionView // nil before the first one
	Open     bool          // it can be answered
	Clock    *Clock        // of the open question, where the teacher wants one
	Later    bool          // feedback comes only after the question is closed
	Late     int           // number of a question whose answer has come too late; 0 for none
}

// atRound says whether the attempt belongs to a round that goes on.
func atRound(a *quiz.Attempt) bool { return a.Pace != nil && !a.Done() }

// startRound lets a pupil into a round.
func (s *Server) startRound(r *request, task school.Task, a school.Assignment) error {
	e, err := s.Store.Edition(r.ctx(), a.Round.Edition)
	if err != nil {
		return err
	}
	begun, err := s.begin(r, task, e, quiz.Rules{Preset: quiz.Practice})
	if errors.Is(err, errShut) {
		return r.seeOther("/lessons/" + task.Lesson + "?for=" + task.Ref() + "#quiz")
	}
	if err != nil {
		return err
	}
	return r.seeOther(s.entry(r, begun))
}

// round shows the question at hand.
func (s *Server) round(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	if !atRound(w.Attempt) {
		return r.seeOther("/attempts/" + w.Attempt.ID) // that leads on to the result
	}
	e, err := s.quizOf(r, w.Attempt)
	if err != nil {
		return err
	}
	return r.sendRound(w, e, nil, "")
}

// sendRound sends the page; typed is what was sent and not taken, and message is why.
func (r *request) sendRound(w *store.Work, e quiz.Edition, typed quiz.Response, message string) error {
	p := r.roundPage(w, e, typed)
	if p.Question != nil && message != "" {
		p.Question.Message = p.T(message)
	}
	if n, err := strconv.Atoi(r.Query("late")); err == nil && n > 0 && n <= p.Of {
		p.Late = n
	}
	return r.sendPage("learn/round", p)
}

func (r *request) roundPage(w *store.Work, e quiz.Edition, typed quiz.Response) *RoundPage {
	a, round := w.Attempt, *w.Given.Assignment.Round
	p := &RoundPage{AttemptFrame: r.frame(w), State: round.Tag(), Of: len(e.Questions), Later: true}
	p.Page = r.page(attemptsPath(a.ID, true), "round.title")
	p.Learner, p.Theme, p.Events = true, p.AttemptFrame.theme, p.Href(attemptsPath(a.ID, true)+"/events")
	i := a.Pace.At
	if i < 0 || i >= len(e.Questions) {
		p.Says = p.T("round.waits")
		return p
	}
	q := e.Questions[i]
	p.N, p.Open = i+1, a.Pace.Open
	p.Question = questionView(p.Page, a, q, i, typed)
	p.Title = p.T("question.title", "Number", p.N)
	switch {
	case !q.Scored():
		p.Says, p.Question.Talk = p.T("round.talk"), true
	case p.Open && p.Question.Given:
		p.Says = p.T("round.saved")
	case p.Open:
		p.Says = p.T("round.open")
	case p.Question.Revealed:
		p.Says = p.T("round.shown")
	default:
		p.Says = p.T("round.closed")
	}
	if p.Open {
		p.Clock = roundClock(p.Page, round, w.Given.Class, r.now)
	}
	return p
}

// notOpen says that an answer has come before its question was open, or after it was closed.
func (r *request) notOpen(attempt string, i int) error {
	path, n := attemptsPath(attempt, true)+"?late="+strconv.Itoa(i+1), i+1
	if !byScript(r.Ctx) {
		return r.seeOther(path)
	}
	r.Set(fiber.HeaderCacheControl, "no-store")
	return r.JSON(outcome{State: stateOver, To: "/" + r.lang + path, Message: r.site.catalogues.For(r.lang).T("round.late", "Number", n)})
}

// roundEvents answers with the names of the states that the round comes to. What there is to see, each page fetches for
// itself: it is different for everybody.
func (s *Server) roundEvents(r *request) error {
	w, err := s.work(r)
	if err != nil {
		return err
	}
	if w.Attempt.Pace == nil {
		return store.ErrNotFound
	}
	class, n, learner := w.Task.Class, w.Task.N, w.Learner.ID
	return s.watchLive(r, sight{
		owner: learner, class: class,
		key:  "round " + class + " " + strconv.Itoa(n),
		look: func(ctx context.Context) (any, error) { return s.roundLook(ctx, class, n) },
		face: r.lang,
		draw: func(state any) ([]byte, error) { return []byte(state.(*liveState).roundTag()), nil },
		admits: func(state any) bool {
			m, ok := state.(*liveState).room.Member(learner)
			return ok && m.In()
		},
	}, func() bool { return true }) // it tells nothing of anybody, and ends by itself
}

// roundLook reads how far a round has come: one trip.
func (s *Server) roundLook(ctx context.Context, class string, n int) (*liveState, error) {
	room, err := s.Store.Room(ctx, class)
	if err != nil {
		return nil, err
	}
	a, ok := room.Assignment(n)
	if !ok || a.Round == nil {
		return nil, store.ErrNotFound
	}
	return &liveState{room: room, a: a, at: s.Now()}, nil
}

// roundTag names what the round's pupils see.
func (st *liveState) roundTag() string {
	if st.a.Withdrawn || st.room.Over(st.at) {
		return "over"
	}
	return st.a.Round.Tag()
}
