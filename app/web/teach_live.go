package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// LivePage is how far a class has come with an assignment, as it is now. It is made to be projected: nobody's name is on
// it unless the teacher asks for them, and of a Test nothing of right and wrong.
type LivePage struct {
	Page
	ClassFrame
	Lesson string
	Events string // address of the changes
	At     string // time of what is shown
	Region *LiveRegion
}

// LiveRegion is the part of the page that changes.
type LiveRegion struct {
	Page
	*school.Live
	Names       bool // pupils are shown by name
	Test        bool // nothing of right and wrong is to be seen by itself
	Shown       bool // right and wrong are to be seen
	Of          int  // pupils
	Worst, Rest []LiveSpot
	path        string // of the live view, without a query
	face        liveFace
}

// LiveSpot is a question within the page.
type LiveSpot struct {
	*LiveRegion
	school.Spot
	Astray  string // the wrong answer that most gave; "" for none
	AstrayN int
	Why     string // what is said to that
	Proofs  []quiz.Evidence
}

// mostWorst is how many questions are shown with all there is to say of them.
const mostWorst = 5

// liveFace is how somebody wants to see a live view.
type liveFace struct {
	lang     string
	names    bool
	answers  string // "1" to see what is right and wrong, "0" not to; "" as the preset has it
	question string // id of the only one that is shown; "" for the whole
}

// query is the face as it stands in an address.
func (f liveFace) query() string {
	q := url.Values{}
	if f.names {
		q.Set("names", "1")
	}
	if f.answers != "" {
		q.Set("answers", f.answers)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (r *request) liveFace(question string) liveFace {
	f := liveFace{lang: r.lang, names: r.Query("names") == "1" && question == "", question: question}
	if a := r.Query("answers"); a == "0" || a == "1" {
		f.answers = a
	}
	return f
}

// liveState is what a live view shows, for everybody who watches it.
type liveState struct {
	room *school.Room
	a    school.Assignment
	*school.Live
	at    time.Time
	asked quiz.Edition // of a round, what it asks
}

// livePath is the path of an assignment's live view.
func livePath(class string, n int) string {
	return "/teach/classes/" + class + "/assignments/" + strconv.Itoa(n) + "/live"
}

// liveLook reads where a class stands with an assignment: one trip, and two for each 50 pupils.
func (s *Server) liveLook(ctx context.Context, class string, n int) (*liveState, error) {
	room, err := s.Store.Room(ctx, class)
	if err != nil {
		return nil, err
	}
	a, ok := room.Assignment(n)
	if !ok {
		return nil, store.ErrNotFound
	}
	return s.liveOf(ctx, room, a)
}

func (s *Server) liveOf(ctx context.Context, room *school.Room, a school.Assignment) (*liveState, error) {
	now, present := s.Now(), room.Present()
	standings, err := s.Store.Standings(ctx, room.Class, present, []school.Assignment{a}, now)
	if err != nil {
		return nil, err
	}
	hands, ids := make([]school.Hand, len(present)), map[string]string{}
	for i, m := range present {
		standing := standings[m.ID][a.N]
		hands[i] = school.Hand{Member: m, Standing: standing}
		if ids[m.ID] = standing.Open; standing.Open == "" {
			ids[m.ID] = standing.Counted
		}
	}
	attempts, err := s.Store.AtHand(ctx, room.Class, a, present, ids, now)
	if err != nil {
		return nil, err
	}
	for i, m := range present {
		attempt := attempts[m.ID]
		if attempt == nil {
			continue
		}
		e, err := s.Store.Edition(ctx, attempt.Edition)
		if errors.Is(err, store.ErrUnavailable) {
			return nil, err
		}
		if err != nil { // not as one: the class is there
			return nil, fmt.Errorf("attempt %s: %v", attempt.ID, err)
		}
		hands[i].Attempt, hands[i].Edition = attempt, e
	}
	questions := 0
	if e, ok := s.site().given(a); ok {
		questions = len(e.Questions)
	}
	state := &liveState{room: room, a: a, Live: school.NewLive(hands, questions, now), at: now}
	if a.Round != nil {
		state.asked, err = s.askedIn(ctx, room, a)
	}
	return state, err
}

// liveHere is how far a class has come with the assignment of the request.
func (s *Server) liveHere(r *request) (*liveState, error) {
	room, a, err := s.assignment(r)
	if err != nil {
		return nil, err
	}
	return s.liveOf(r.ctx(), room, a)
}

// liveNow shows how far a class has come.
func (s *Server) liveNow(r *request) error {
	state, err := s.liveHere(r)
	if err != nil {
		return err
	}
	room, a := state.room, state.a
	face := r.liveFace("")
	p := &LivePage{ClassFrame: ClassFrame{room, ""}, Region: s.liveRegion(state, face)}
	lesson, theme := r.lessonTitle(a.Lesson)
	p.Page = r.page(livePath(room.ID, a.N)+face.query(), "live.title", "Lesson", lesson)
	p.Theme, p.Lesson = theme, lesson
	p.Events = p.Href(livePath(room.ID, a.N) + "/events" + face.query())
	p.At = state.clock()
	return r.sendPage("teach/live", p)
}

// clock is when the state was read, as a clock in the class's place shows it.
func (st *liveState) clock() string { return st.at.In(st.room.Location()).Format("15:04:05") }

// liveEvents answers with the changes to a live view, or to one question of it.
func (s *Server) liveEvents(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	in, class, n := *r.in, room.ID, a.N
	face := r.liveFace(r.Query("question"))
	return s.watchLive(r, sight{
		owner: in.teacher.ID, class: class,
		key:    "live " + class + " " + strconv.Itoa(n),
		look:   func(ctx context.Context) (any, error) { return s.liveLook(ctx, class, n) },
		face:   face,
		draw:   func(state any) ([]byte, error) { return s.liveDraw(state.(*liveState), face) },
		admits: func(state any) bool { return slices.Contains(state.(*liveState).room.Teachers, in.teacher.ID) },
	}, func() bool { return s.stillSignedIn(in) })
}

// stillSignedIn says whether the session goes on: one that was ended elsewhere must not go on watching. While the store is
// away nobody can tell, and there is nothing to see.
func (s *Server) stillSignedIn(in signedIn) bool {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	teacher, session, err := s.Store.Teacher(ctx, in.teacher.ID, in.session.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false
	}
	return err != nil || !teacher.Gone && session.SecretHash == in.session.SecretHash && !session.Ended(s.Now())
}

// liveDraw is the changing part of a live view as HTML.
func (s *Server) liveDraw(state *liveState, face liveFace) ([]byte, error) {
	if face.question == "" {
		return s.site().render(face.lang, "partials/live", s.liveRegion(state, face))
	}
	v, err := s.liveSpot(state, face)
	if err != nil {
		return nil, err
	}
	return s.site().render(face.lang, "partials/livequestion", v)
}

func (s *Server) liveRegion(state *liveState, face liveFace) *LiveRegion {
	site := s.site()
	v := &LiveRegion{Live: state.Live, Names: face.names, face: face, Of: len(state.Pupils), path: livePath(state.room.ID, state.a.N)}
	v.Page = site.page(face.lang, v.path, "")
	v.Test = state.a.Preset == quiz.Test
	v.Shown = face.answers == "1" || face.answers == "" && !v.Test
	for i, spot := range v.Live.Worst(v.Shown) {
		if i == mostWorst {
			break
		}
		v.Worst = append(v.Worst, v.spot(spot))
	}
	for _, spot := range v.Spots {
		v.Rest = append(v.Rest, LiveSpot{LiveRegion: v, Spot: spot})
	}
	return v
}

// spot is a question with what to say of it: which wrong answer most gave, and why it is wrong.
func (v *LiveRegion) spot(spot school.Spot) LiveSpot {
	out := LiveSpot{LiveRegion: v, Spot: spot}
	if !v.Shown {
		return out
	}
	out.Proofs = spot.Question.Evidence
	if o, ok := spot.Astray(); ok {
		why, evidence := spot.Question.Why(o.Pick, v.Lang)
		out.Astray, out.AstrayN, out.Why = v.answerText(o.Pick), o.N, why
		if gap := v.gap(spot, o.Field); gap != "" {
			out.Astray = v.T("live.answer", "Prompt", gap, "Answer", out.Astray)
		}
		if len(evidence) > 0 {
			out.Proofs = evidence
		}
	}
	return out
}

// gap names a gap by its number; "" for the prompts of other kinds.
func (v *LiveRegion) gap(spot school.Spot, field string) string {
	if spot.Question.Body.Kind() != new(quiz.Gaps).Kind() {
		return ""
	}
	n := 0
	for _, it := range spot.Question.Items(quiz.View{Lang: v.Lang}) {
		if it.Form != quiz.FormText {
			n++
		}
		if it.Field == field && it.Form != quiz.FormText {
			break
		}
	}
	return v.T("gaps.gap", "Number", n)
}

// NamesPath is the same view with names, or without.
func (v *LiveRegion) NamesPath() string {
	f := v.face
	f.names = !f.names
	return v.path + f.query()
}

// AnswersPath is the same view with what is right and wrong, or without.
func (v *LiveRegion) AnswersPath() string {
	f := v.face
	f.answers = map[bool]string{true: "0", false: "1"}[v.Shown]
	if f.question != "" {
		return v.path + "/questions/" + f.question + f.query()
	}
	return v.path + f.query()
}

// ViewPath is the whole view, as it was before one question was looked at.
func (v *LiveRegion) ViewPath() string {
	return v.path + liveFace{answers: v.face.answers}.query()
}

// ProjectPath is the question by itself.
func (v LiveSpot) ProjectPath() string {
	return v.path + "/questions/" + v.Question.ID + liveFace{answers: v.face.answers}.query()
}

// Stem is the question in words.
func (v LiveSpot) Stem() string { return v.Pick(v.Spot.Question.Stem) }

// Minutes is how long a pupil has changed nothing.
func (v *LiveRegion) Minutes(p school.LivePupil) int { return int(p.Idle / time.Minute) }
