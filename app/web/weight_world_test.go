package web

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eberbach/app/demo"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Who visits the weighed school. Two have begun all lessons: one has answered nothing yet, the other all questions wrong.
const (
	nobody    = "nobody"
	pupil     = "pupil"   // of the demo, with the longest name
	learner   = "learner" // in no class, with questions that come back
	beginner  = "beginner"
	mistaken  = "mistaken"
	teacher   = "teacher"
	fresh     = "fresh" // has an account, and has not noted its codes
	colleague = "colleague"
)

// weighed is a school full of data: the demo's class of 35, a round that is on, and what learners on their own do.
type weighed struct {
	*schoolroom
	routes   []string // of GET
	visitors map[string]*client
	marks    map[string][]string // what the marks in paths may stand for
	files    map[string]int      // bytes of the files that were asked for
}

func newWeighed(t *testing.T) *weighed {
	t.Helper()
	const week = 7 * 24 * time.Hour
	clock := &clock{now: time.Now().Truncate(week).Add(week + 57*time.Hour)} // Wednesday morning: what the demo makes depends on it
	w := newWorld(t, clock.use)
	made, c := w.demoClass(35)
	who := made.Pupils[slices.IndexFunc(made.Pupils, func(p demo.Pupil) bool { return p.Role == demo.Renamed })]
	s := &weighed{schoolroom: c, files: map[string]int{}}
	s.visitors = map[string]*client{nobody: w.client(), pupil: w.pupil(who.Token), teacher: c.teacher, fresh: w.client(), colleague: w.teacher("Herr.Kollege")}
	s.visitors[fresh].send(s.visitors[fresh].get("/de/teach/signup").form("/teach/signup"), nameField, "Frau.Neu", passphraseField, thePassphrase)
	s.marks = map[string][]string{"class": {c.class.ID}, "code": {c.class.Code}, "learner": {who.Member.ID}}
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method == http.MethodGet {
			s.routes = append(s.routes, "GET "+r.Path)
		}
	}
	s.markLessons()
	s.markGiven(made)
	s.markSecrets()
	s.practise()
	s.startRound()
	s.review(clock)
	return s
}

func (s *weighed) mark(name, value string) { s.marks[name] = append(s.marks[name], value) }

func (s *weighed) markLessons() {
	s.mark("source", "declaration")
	for _, l := range s.w.server.site().module.Lessons {
		s.mark("lesson", l.ID)
		s.mark("source", l.ID)
	}
}

// markGiven marks what the class was given, and what the pupil and the class have done of it.
func (s *weighed) markGiven(made demo.Result) {
	for _, a := range made.Given {
		s.mark("given", "/assignments/"+strconv.Itoa(a.N))
	}
	running := "/assignments/" + strconv.Itoa(made.Given[len(made.Given)-2].N)
	for _, link := range s.teacher.get(s.path("de", running+"/live")).want(http.StatusOK).links("/live/questions/") {
		s.mark("live", running+"/live/questions/"+path.Base(link))
	}
	for _, link := range s.teacher.get(s.path("de", "/gradebook")).want(http.StatusOK).links("/attempts/" + s.marks["learner"][0] + "/") {
		attempt := path.Base(link)
		s.mark("work", attempt)
		result := "/attempts/" + attempt + "/result"
		if s.visitors[pupil].get("/de"+result).status == http.StatusOK { // not of a Test that is not released
			s.mark("result", result)
		}
	}
	for _, n := range s.visitors[pupil].ownNotes() {
		s.mark("note", n.ID)
	}
}

// markSecrets marks what lets in who has a link.
func (s *weighed) markSecrets() {
	db, ctx, now := s.w.server.Store, s.w.t.Context(), s.w.server.Now()
	invite, hash, err := school.NewStaffInvite(s.class.ID, random)
	s.w.must(err, db.InviteStaff(ctx, s.class.ID, hash, now))
	reset, hash, err := school.NewReset(s.class.Owner, random)
	s.w.must(err, db.SetReset(ctx, s.class.Owner, hash, now))
	s.mark("invite", invite)
	s.mark("reset", reset)
}

// practise has two learners begin all lessons in Practice, where feedback comes with each answer, and marks by their kind
// the questions that one is asked and the answers that the other is told of.
func (s *weighed) practise() {
	t, now := s.w.t, s.w.server.Now()
	t.Helper()
	own := s.w.schoolroom("Frau.Meerwald", "9c Politik")
	for who, given := range map[string]answers{beginner: func(int) string { return "" }, mistaken: allWrong} {
		m := own.pupil(who)
		s.visitors[who] = own.as(m)
		for _, l := range s.w.server.site().module.Lessons {
			a := own.assign(l.ID, quiz.Practice, 24, nil)
			attempt := own.attempt(m, a, now.Add(-time.Hour), given, false)
			s.mark(who, "/attempts/"+attempt.ID)
			for _, link := range s.visitors[who].get("/de/attempts/" + attempt.ID).want(http.StatusOK).links("/questions/") {
				q := s.w.questionOf(l.ID, path.Base(link))
				s.mark(who+" "+q.Body.Kind(), strings.TrimPrefix(link, "/de"))
			}
		}
	}
}

// startRound has the teacher open the first question of a round that the pupil has entered.
func (s *weighed) startRound() {
	s.w.t.Helper()
	made := s.teacher.post(s.path("de", "/round"), url.Values{whatField: {theLesson}, tryField: {strings.Repeat("a", 16)}}).want(http.StatusSeeOther)
	board := made.header.Get("Location")
	n := board[strings.Index(board, "/assignments/")+len("/assignments/") : strings.LastIndex(board, "/")]
	c := s.visitors[pupil]
	at := c.post("/de/lessons/"+theLesson+"/quiz", url.Values{forField: {s.class.ID + "-" + n}}).want(http.StatusSeeOther).header.Get("Location")
	next := s.teacher.get(board).want(http.StatusOK).form("/round")
	next.values.Set(stepField, string(school.StepNext))
	s.teacher.post(next.action, next.values).want(http.StatusSeeOther)
	s.mark("board", strings.TrimPrefix(board, "/de"))
	s.mark("round", "/"+strings.Join(strings.Split(at, "/")[2:4], "/")+"/round")
}

// review has a learner answer a lesson wrong, which comes back after a minute, and then the first of it wrong again.
func (s *weighed) review(clock *clock) {
	s.w.t.Helper()
	l := &learnt{client: s.w.client(), clock: clock}
	s.visitors[learner] = l.client
	l.attempt, _, _ = strings.Cut(l.begin("de").path, "/questions/")
	l.answer(strings.Repeat("w", len(l.questions())))
	clock.pass(2 * time.Minute)
	to := l.send(l.get("/de/me/review").want(http.StatusOK), false).want(http.StatusSeeOther).header.Get("Location")
	to, _, _ = strings.Cut(to, "#")
	s.mark("reviewed", strings.TrimPrefix(to, "/de"))
}
