package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// led is a round that a teacher leads, at /assignments/2 of a class.
type led struct{ *watched }

// leads begins a round with a new class.
func (w *world) leads() *led {
	w.t.Helper()
	v := w.watched(w.teacher("Frau.Runde"), school.Assignment{Preset: quiz.Homework})
	form := url.Values{whatField: {theLesson}, tryField: {strings.Repeat("a", 16)}}
	for range 2 { // a double click begins one
		p := v.teacher.post("/de/teach/classes/"+v.class.ID+"/round", form).want(http.StatusSeeOther)
		if at := p.header.Get("Location"); at != "/de"+roundPath(v.class.ID, 2) {
			w.t.Fatalf("the round is at %s", at)
		}
	}
	l := &led{v}
	l.read()
	return l
}

// read is the round as it is stored.
func (l *led) read() school.Round {
	l.w.t.Helper()
	room, err := l.w.server.Store.Room(l.w.t.Context(), l.class.ID)
	l.w.must(err)
	var ok bool
	if l.a, ok = room.Assignment(2); !ok || l.a.Round == nil {
		l.w.t.Fatal("there is no round")
	}
	return *l.a.Round
}

func (l *led) board() string { return "/de" + roundPath(l.class.ID, 2) }

// step presses a button of the board, as it is now.
func (l *led) step(step school.Step) {
	l.w.t.Helper()
	l.teacher.post(l.board(), url.Values{stepField: {string(step)}, seenField: {l.read().Tag()}}).want(http.StatusSeeOther)
}

// enters lets a pupil into the round and returns the attempt's path.
func (l *led) enters(c *client) string {
	l.w.t.Helper()
	at := l.starts(c)
	c.get(at+"/round").want(http.StatusOK, "Runde")
	return at
}

// stored is what is stored of a pupil's answers.
func (l *led) stored(c *client, at string) *quiz.Attempt {
	l.w.t.Helper()
	id, _, _ := school.ParseToken(c.cookie(learnerCookie))
	work, err := l.w.server.Store.Work(l.w.t.Context(), id, l.a.Task(l.class.ID), strings.TrimPrefix(at, "/de/attempts/"), time.Now())
	l.w.must(err)
	if work.Attempt == nil {
		l.w.t.Fatalf("there is no %s", at)
	}
	return work.Attempt
}

// having counts the elements whose attribute has the value.
func (p *page) having(name, value string) (n int) {
	for node := range p.root.Descendants() {
		if attr(node, name) == value {
			n++
		}
	}
	return n
}

// TestRound goes through a round: what the wall and a device show, what is taken when, and that nothing of right and wrong
// is told before the teacher shows it.
func TestRound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.leads()
	q := l.questions()
	if q[0].Body.Kind() != "choice" {
		t.Fatalf("the first question is a %s", q[0].Body.Kind())
	}
	right, wrong := rightForm(t, q[0]), wrongForm(t, q[0])
	var pupils []*client
	var at []string
	for _, name := range []string{"Mutiger Otter", "Kluge Eule", "Flinker Fuchs"} {
		c := l.pupil(name)
		pupils, at = append(pupils, c), append(at, l.enters(c))
	}
	p, path := pupils[0], at[0]
	l.teacher.get(l.board()).want(http.StatusOK, "3 sind dabei", "Erste Frage öffnen", l.class.Code)
	p.get(path+"/round").want(http.StatusOK, "Gleich öffnet deine Lehrkraft")

	// Before it is open nothing is taken, and no question can be read.
	early := p.answers(path, q[0], right)
	if to := early.header.Get("Location"); to != path+"/round?late=1" {
		t.Errorf("too early leads to %s", to)
	}
	p.follow(early).want(http.StatusOK, "Frage 1 war nicht offen")
	for _, more := range []string{"", "/questions/" + q[3].ID} {
		if to := p.get(path + more).want(http.StatusSeeOther).header.Get("Location"); to != path+"/round" {
			t.Errorf("%s leads to %s", more, to)
		}
	}
	p.get(path + "/offline").want(http.StatusNotFound)
	p.get(path + "/result").want(http.StatusSeeOther)
	p.post(path+"/finish", nil).want(http.StatusSeeOther)
	if a := l.stored(p, path); a.Done() || a.Given() != 0 {
		t.Errorf("before the first question: done %v, %d given", a.Done(), a.Given())
	}

	l.step(school.StepNext)
	telling := []string{"richtig:", "✓", "Richtig ist", "Beleg", q[0].Stem["de"] + "!"}
	for _, e := range q[0].Evidence {
		telling = append(telling, e.Proof["de"])
	}
	silent := func(pages ...*page) {
		t.Helper()
		for _, p := range pages {
			for _, word := range telling {
				if word != "" && strings.Contains(p.text(), word) {
					t.Errorf("at %s, %s says %q", l.read().Tag(), p.path, word)
				}
			}
		}
	}
	board := l.teacher.get(l.board()).want(http.StatusOK, q[0].Stem["de"], "0 von 3 haben geantwortet", "Frage schließen")
	silent(board, p.get(path+"/round").want(http.StatusOK, q[0].Stem["de"], "Antwort senden"))
	if strings.Contains(board.text(), l.class.Code) {
		t.Error("beside a question there is a code to join by")
	}
	p.follow(p.answers(path, q[0], wrong)).want(http.StatusOK, "Gespeichert", "Antwort ändern")
	p.answers(path, q[0], right) // it may be changed
	pupils[1].answers(at[1], q[0], wrong)
	p.post(path+"/answers/"+q[0].ID, url.Values{}).want(http.StatusUnprocessableEntity, "Runde", "Antwort ändern")
	if to := p.answers(path, q[1], rightForm(t, q[1])).header.Get("Location"); to != path+"/round?late=2" {
		t.Errorf("another question leads to %s", to)
	}
	silent(l.teacher.get(l.board()).want(http.StatusOK, "2 von 3 haben geantwortet"), p.get(path+"/round"))

	// Of two answers a class would know who gave them: they are counted, and not shown.
	l.step(school.StepClose)
	board = l.teacher.get(l.board()).want(http.StatusOK, "2 von 3 haben geantwortet", "Ab drei Antworten")
	if n := board.having("class", "bars"); n != 0 {
		t.Errorf("two answers make %d lists", n)
	}
	l.step(school.StepOpen)
	pupils[2].answers(at[2], q[0], wrong)
	l.step(school.StepClose)
	board = l.teacher.get(l.board()).want(http.StatusOK, "3 von 3 haben geantwortet", "Was gewählt wurde (Antworten: 3)")
	silent(board, p.get(path+"/round").want(http.StatusOK, "geschlossen", "Deine Antwort ist gespeichert"))
	late := p.answers(path, q[0], wrong)
	p.follow(late).want(http.StatusOK, "Frage 1 war nicht offen")
	if got := l.stored(p, path).Answers[0]; got.Fraction != 1 {
		t.Errorf("what was sent after the close counts: %+v", got)
	}
	if to := p.answers(path, q[0], right).header.Get("Location"); to != path+"/round" {
		t.Errorf("the stored answer, sent again, leads to %s", to)
	}

	l.step(school.StepShow)
	l.teacher.get(l.board()).want(http.StatusOK, "richtig:", q[0].Evidence[0].Proof["de"])
	p.get(path+"/round").want(http.StatusOK, "Richtig", q[0].Evidence[0].Proof["de"], "Die nächste Frage öffnet")

	// Who comes late is at the question at hand.
	l.step(school.StepNext)
	c := w.client()
	in := c.send(c.get("/de/join/"+l.class.Code).form("/join/")).want(http.StatusOK, "In die Runde")
	c.follow(c.send(in.form("/quiz"))).want(http.StatusOK, q[1].Stem["de"], "Antwort senden")
	if first := c.get("/de/me").want(http.StatusOK).text(); strings.Index(first, "Runde.") > strings.Index(first, "Hausaufgabe.") {
		t.Error("a round stands behind homework")
	}

	l.step(school.StepEnd)
	l.teacher.get(l.board()).want(http.StatusOK, "Die Runde ist vorbei. 4 waren dabei")
	p.follow(p.follow(p.get(path+"/round"))).want(http.StatusOK, q[0].Stem["de"], q[1].Stem["de"])
	if to := p.answers(path, q[1], rightForm(t, q[1])).header.Get("Location"); !strings.HasPrefix(to, path+"/result") {
		t.Errorf("an answer after the end leads to %s", to)
	}
	a := l.stored(p, path)
	if e := (quiz.Edition{Lesson: theLesson, Questions: q}); !a.Done() || a.Given() != 1 || a.Grade(e).Points != q[0].Mark() {
		t.Errorf("in the end: done %v, %d given, %v", a.Done(), a.Given(), a.Grade(e))
	}
	for _, page := range []string{"", "/gradebook", "/assignments/2"} {
		l.teacher.get("/de/teach/classes/"+l.class.ID+page).want(http.StatusOK, "Runde")
	}
	other := l.pupil("Später Igel")
	other.get("/de/lessons/"+theLesson+"?for="+l.a.Task(l.class.ID).Ref()).want(http.StatusOK, "Die Runde ist vorbei")
	other.post("/de/lessons/"+theLesson+"/quiz", url.Values{forField: {l.a.Task(l.class.ID).Ref()}}).want(http.StatusSeeOther)
	other.get("/de/me").want(http.StatusOK, "Runde")
}

// TestRoundSteps: a button that was pressed twice, or on two walls, takes one step, and a wall that shows an older state
// takes none.
func TestRoundSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.beside()
	l := w.leads()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			l.teacher.through([]*world{w, other}[i%2]).post(l.board(), url.Values{stepField: {"next"}, seenField: {"-1-closed"}}).want(http.StatusSeeOther)
		})
	}
	wg.Wait()
	if tag := l.read().Tag(); tag != "0-open" {
		t.Fatalf("eight clicks on the first button lead to %s", tag)
	}
	for _, form := range []url.Values{{stepField: {"next"}, seenField: {"0-open"}}, {stepField: {"close"}, seenField: {"1-open"}}, {stepField: {"close"}}, {stepField: {"x"}, seenField: {"0-open"}}, {}} {
		l.teacher.post(l.board(), form).want(http.StatusSeeOther)
		if tag := l.read().Tag(); tag != "0-open" {
			t.Errorf("%v leads to %s", form, tag)
		}
	}
	l.teacher.post("/de/teach/classes/"+l.class.ID+"/assignments/2/withdraw", url.Values{onField: {"1"}}).want(http.StatusSeeOther)
	l.step(school.StepClose)
	if tag := l.read().Tag(); tag != "0-open" {
		t.Errorf("a withdrawn round goes on to %s", tag)
	}
	if n := l.teacher.get(l.board()).want(http.StatusOK).having("name", "step"); n != 0 {
		t.Errorf("a withdrawn round has %d buttons", n)
	}
	l.teacher.get("/de" + roundPath(l.class.ID, 1)).want(http.StatusNotFound) // it is no round
	l.teacher.post("/de"+roundPath(l.class.ID, 1), url.Values{stepField: {"next"}, seenField: {"-1-closed"}}).want(http.StatusNotFound)
}

// TestNewRound: what is wrong with the form is said at its field.
func TestNewRound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.leads()
	path := "/de/teach/classes/" + l.class.ID + "/round"
	l.teacher.get(path).want(http.StatusOK, "Keine Uhr")
	var two, untimed string
	m := w.server.site().module
	for _, lesson := range m.Lessons {
		if len(lesson.Parts()) > 1 {
			two = lesson.ID
		}
		for _, th := range m.Themes {
			if th.Untimed && lesson.Theme == th.ID && len(lesson.Parts()) == 1 {
				untimed = lesson.ID
			}
		}
	}
	for _, c := range []struct {
		form url.Values
		says string
	}{
		{url.Values{}, "Wählen Sie, was Sie geben"},
		{url.Values{whatField: {"all:"}}, "Wählen Sie, was Sie geben"},
		{url.Values{whatField: {theLesson}, secondsField: {"31"}}, "unbekannt"},
		{url.Values{whatField: {two}}, "hat zwei Abschnitte"},
		{url.Values{whatField: {two}, partField: {theLesson + "#x"}}, "gehört nicht zur Lektion"},
		{url.Values{whatField: {untimed}, secondsField: {"30"}}, "läuft keine Uhr"},
	} {
		if c.form.Get(whatField) == "" && c.says != "Wählen Sie, was Sie geben" {
			continue // no such lesson
		}
		p := l.teacher.post(path, c.form)
		if p.status != http.StatusUnprocessableEntity || c.says != "unbekannt" && !strings.Contains(p.text(), c.says) || p.having("aria-invalid", "true") != 1 {
			t.Errorf("%v: %d, %d fields: %s", c.form, p.status, p.having("aria-invalid", "true"), p.text())
		}
	}
	l.teacher.post(path, url.Values{whatField: {theLesson}, secondsField: {"30"}}).want(http.StatusSeeOther)
	room, err := w.server.Store.Room(t.Context(), l.class.ID)
	w.must(err)
	if a, ok := room.Assignment(3); !ok || a.Round.Seconds != 30 || a.Round.At != -1 {
		t.Errorf("the round is %+v", a)
	}
}

// roundAccess says who gets what of a round: a class's teacher, another one of the class, a teacher of other classes, a
// pupil in the round, another learner, and nobody. {board} is the round's path, {attempt} the pupil's attempt.
var roundAccess = []struct {
	route, path                                       string
	teacher, colleague, other, pupil, learner, nobody int
}{
	{"GET /:lang/teach/classes/:class/round", "/de/teach/classes/{class}/round", 200, 200, 404, 303, 303, 303},
	{"POST /:lang/teach/classes/:class/round", "/de/teach/classes/{class}/round", 422, 422, 404, 303, 303, 303},
	{"GET /:lang/teach/classes/:class/assignments/:n/round", "{board}", 200, 200, 404, 303, 303, 303},
	{"POST /:lang/teach/classes/:class/assignments/:n/round", "{board}", 303, 303, 404, 303, 303, 303},
	{"GET /:lang/teach/classes/:class/assignments/:n/round/events", "{board}/events", 200, 200, 404, 303, 303, 303},
	{"GET /:lang/attempts/:attempt/round", "{attempt}/round", 404, 404, 404, 200, 404, 404},
	{"GET /:lang/attempts/:attempt/round/events", "{attempt}/round/events", 404, 404, 404, 200, 404, 404},
}

func TestRoundAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.live.pace = quick()
	w.server.live.life = 50 * time.Millisecond // so that the events have an end to be read to
	l := w.leads()
	colleague, other, pupil, learner := w.teacher("Herr.Gast"), w.teacher("Herr.Anders"), l.pupil("Mutiger Otter"), l.pupil("Kluge Eule")
	guest, _, _ := school.ParseToken(colleague.cookie(teacherCookie))
	w.must(w.server.Store.AddStaff(t.Context(), l.class.ID, guest, time.Now()))
	at := l.enters(pupil)
	for _, row := range roundAccess {
		path := strings.NewReplacer("{class}", l.class.ID, "{board}", l.board(), "{attempt}", at).Replace(row.path)
		method, _, _ := strings.Cut(row.route, " ")
		for _, who := range []struct {
			name string
			c    *client
			want int
		}{{"the teacher", l.teacher, row.teacher}, {"a colleague", colleague, row.colleague}, {"another teacher", other, row.other}, {"the pupil", pupil, row.pupil}, {"another pupil", learner, row.learner}, {"nobody", w.client(), row.nobody}} {
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{stepField: {"next"}, seenField: {l.read().Tag()}}
			}
			before := l.read().Tag()
			p := who.c.do(method, path, form)
			if p.status != who.want {
				t.Errorf("%s: %s gets %d, want %d", row.route, who.name, p.status, who.want)
			}
			if ours := strings.HasSuffix(who.name, "the teacher") || who.name == "a colleague"; !ours && l.read().Tag() != before {
				t.Errorf("%s: %s takes a step", row.route, who.name)
			}
		}
	}
	// A plain attempt is none of a round, and has no events of one.
	plain := learner.begin("de")
	attempt := strings.Join(strings.Split(plain.path, "/")[:4], "/")
	learner.get(attempt + "/round/events").want(http.StatusNotFound)
	learner.get(attempt + "/round").want(http.StatusSeeOther)
}

// TestRoundProcesses: pupils answer four questions of a round over two processes on one Redis. One process ends while they
// answer the second one: no answer that was acknowledged is lost, every view goes on at the other process, and what the
// wall says in the end is what was answered.
func TestRoundProcesses(t *testing.T) {
	t.Parallel()
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) { roundOver(t, 35, ending) })
	}
}

// TestRoundCrowd is the same with as many as a school has in one year.
func TestRoundCrowd(t *testing.T) {
	t.Parallel()
	roundOver(t, 200, syscall.SIGKILL)
}

func roundOver(t *testing.T, pupils int, ending syscall.Signal) {
	w := newWorld(t)
	other := w.apart()
	w.server.live.pace = quick()
	l := w.leads()
	wall := l.views(l.board()+"/events", other.world, w)
	wall.shows("0 sind dabei")
	clients, at, devices := make([]*client, pupils), make([]string, pupils), make([]*onlooker, pupils)
	for i := range clients {
		clients[i] = l.pupil(fmt.Sprintf("Otter %02d", i))
	}
	var wg sync.WaitGroup
	for i, c := range clients {
		wg.Go(func() {
			first := c.insists("/de/lessons/"+l.a.Lesson+"/quiz", url.Values{forField: {l.a.Task(l.class.ID).Ref()}}, []*world{w, other.world}[i%2])
			at[i] = strings.TrimSuffix(first, "/round")
		})
	}
	wg.Wait()
	for i, c := range clients {
		v := &watched{w: w, teacher: c}
		devices[i] = v.views(at[i]+"/round/events", []*world{other.world, w}[i%2], w)
	}
	wall.shows(fmt.Sprintf("%d sind dabei", pupils))
	q := l.questions()
	asked := 0
	for n := 0; n < len(q) && asked < 4; n++ {
		if q[n].Body.Kind() == new(quiz.OwnWords).Kind() {
			continue
		}
		l.step(school.StepNext)
		if !q[n].Scored() {
			l.step(school.StepShow)
			continue
		}
		open := fmt.Sprintf("%d-open", n)
		for _, d := range devices {
			d.shows(open)
		}
		asked++
		some := make(chan struct{}, pupils)
		for i, c := range clients {
			wg.Go(func() {
				form := rightForm(t, q[n])
				if i%5 == 0 {
					form = wrongForm(t, q[n])
				}
				if to := c.insists(at[i]+"/answers/"+q[n].ID, form, []*world{other.world, w}[i%2], w); to != at[i]+"/round" {
					t.Errorf("an answer leads to %s", to)
				}
				some <- struct{}{}
			})
		}
		if asked == 2 {
			for range pupils / 3 {
				<-some
			}
			other.ends(ending)
		}
		wg.Wait()
		wall.shows(fmt.Sprintf("%d von %d haben geantwortet", pupils, pupils))
		l.step(school.StepClose)
		for _, d := range devices {
			d.shows(fmt.Sprintf("%d-closed", n))
		}
		wall.shows(fmt.Sprintf("Antworten: %d", pupils))
		l.step(school.StepShow)
	}
	l.step(school.StepEnd)
	wall.shows(fmt.Sprintf("%d waren dabei", pupils))
	for i, c := range clients {
		a := l.stored(c, at[i])
		if !a.Done() || a.Given() != asked {
			t.Errorf("pupil %d: done %v, %d of %d answers", i, a.Done(), a.Given(), asked)
		}
		for n, ans := range a.Answers {
			if ans != nil && (ans.Fraction == 1) != (i%5 != 0) {
				t.Errorf("pupil %d, question %d: %+v", i, n, ans)
			}
		}
	}
	if slices.ContainsFunc(devices, func(d *onlooker) bool { return d.count(func(d *onlooker) int { return d.first }) == 0 }) {
		t.Error("a device never saw the state first")
	}
}

// roundRows are the wall and a device in every state of a round, with nobody in it, with one and with several.
func roundRows(t *testing.T, s *site, r *request, l *lesson.Lesson) (rows []templateRow) {
	t.Helper()
	server := &Server{Config: Config{Now: time.Now}}
	server.current.Store(s)
	e, now := l.Edition(""), time.Now()
	class := school.Class{ID: strings.Repeat("a", 16), Name: "9b", Ends: now.AddDate(1, 0, 0).Format(time.DateOnly), Zone: "Europe/Berlin"}
	room := &school.Room{Class: class}
	asked := (school.Round{}).Asked(school.Task{Lesson: l.ID, Class: class.ID, N: 1}, e, now)
	for at := -1; at < len(asked.Questions); at++ {
		for _, round := range []school.Round{{At: at, Open: true, Until: now.Unix() + 30}, {At: at}, {At: at, Shown: true}, {At: at, Ended: 1}} {
			if at < 0 && round.Open {
				continue
			}
			a := school.NewRound(class, "x", 0, now)
			a.N, a.Lesson, a.Round = 1, l.ID, &round
			given := &school.Given{Class: class, Assignment: a, Member: school.Member{ID: "a"}}
			var hands []school.Hand
			for i := range 4 {
				attempt := quiz.NewPaced(fmt.Sprintf("%s-%016d", a.Task(class.ID), i), a.Task(class.ID).String(), e, now)
				given.Bind(attempt, now)
				if q := attempt.Of(e).Questions; round.Open && at < len(q) && q[at].Scored() {
					response, err := quiz.Read(q[at], quiz.Response(wrongForm(t, q[at])), r.lang)
					if err == nil {
						_, err = attempt.Answer(at, q[at], quiz.Submission{Response: response}, now)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				hands = append(hands, school.Hand{Standing: school.Standing{Phase: school.PhaseWorking, Open: attempt.ID}, Attempt: attempt, Edition: e})
			}
			for _, hands := range [][]school.Hand{nil, hands[:1], hands} {
				state := &liveState{room: room, a: a, Live: school.NewLive(hands, 3, now), at: now, asked: round.Asked(a.Task(class.ID), e, now)}
				page := s.page(r.lang, "/", "x")
				page.Teacher = true
				rows = append(rows, templateRow{"teach/round", &RoundBoardPage{Page: page, ClassFrame: ClassFrame{Room: room}, Region: server.board(state, r.lang)}})
			}
			if round.Ended == 0 {
				p := r.roundPage(&store.Work{Attempt: hands[0].Attempt, Given: given}, hands[0].Attempt.Of(e), nil)
				p.Late = 1
				rows = append(rows, templateRow{"learn/round", p})
			}
		}
	}
	return rows
}
