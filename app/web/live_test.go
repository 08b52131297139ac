package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/html"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// quick is a pace at which tests need not wait. Views look by themselves so rarely that what is seen was announced.
func quick() pace {
	return pace{
		rest: 20 * time.Millisecond, again: time.Minute, within: 5 * time.Second, announce: 5 * time.Millisecond,
		beat: 100 * time.Millisecond, life: time.Minute, send: 5 * time.Second, retry: 20 * time.Millisecond,
	}
}

// endViews lets live views end soon, so that what one is sent can be read to its end.
func (w *world) endViews() {
	w.server.live.pace = quick()
	w.server.live.life = 20 * time.Millisecond
}

// watched is a class with an assignment, whose live view a teacher has.
type watched struct {
	w       *world
	teacher *client
	class   school.Class
	a       school.Assignment
}

// watched stores a class of the teacher's and gives it a lesson.
func (w *world) watched(teacher *client, a school.Assignment) *watched {
	w.t.Helper()
	now := time.Now()
	owner, _, _ := school.ParseToken(teacher.cookie(teacherCookie))
	v := &watched{w: w, teacher: teacher, class: w.storedClass(owner, "9b")}
	id := v.class.ID
	if a.Lesson == "" {
		a.Lesson = theLesson
	}
	if a.Due == 0 {
		a.Due = now.Add(24 * time.Hour).Unix()
	}
	a.Opens, a.Created, a.Key, a.Counts, a.Late = now.Add(-time.Hour).Unix(), now.Unix(), id, quiz.Last, school.LateMark
	var err error
	v.a, err = w.server.Store.Assign(w.t.Context(), id, a)
	w.must(err)
	return v
}

// pupil is a browser of a new member of the class.
func (v *watched) pupil(name string) *client {
	v.w.t.Helper()
	l, token, err := school.NewLearner(random, time.Now())
	v.w.must(err)
	v.w.must(v.w.server.Store.CreateLearner(v.w.t.Context(), l, time.Now()))
	_, err = v.w.server.Store.Join(v.w.t.Context(), v.class.ID, l.ID, name, time.Now())
	v.w.must(err)
	c := v.w.client()
	c.http.Jar.SetCookies(mustURL(v.w.t, v.w.url), []*http.Cookie{{Name: learnerCookie, Value: token, Path: "/"}})
	return c
}

// through has a browser send what it sends to another process.
func (c *client) through(w *world) *client { return &client{w, c.http} }

// starts begins the assignment in a pupil's browser and returns the attempt's path.
func (v *watched) starts(c *client) string {
	v.w.t.Helper()
	first := c.follow(c.post("/de/lessons/"+v.a.Lesson+"/quiz", url.Values{forField: {v.a.Task(v.class.ID).Ref()}})).want(http.StatusOK)
	return strings.Join(strings.Split(first.path, "/")[:4], "/")
}

// answers sends an answer to the question.
func (c *client) answers(attempt string, q *quiz.Question, form url.Values) *page {
	c.w.t.Helper()
	return c.post(attempt+"/answers/"+q.ID, form).want(http.StatusSeeOther)
}

// insists sends a form until it is taken, to one process after the other, as the page's script does, and returns where it
// leads.
func (c *client) insists(path string, form url.Values, worlds ...*world) string {
	for i := range 500 {
		w := worlds[i%len(worlds)]
		r, _ := http.NewRequest(http.MethodPost, w.url+path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := c.http.Do(r)
		if err == nil {
			answer.Body.Close()
		}
		if err == nil && answer.StatusCode == http.StatusSeeOther {
			return answer.Header.Get("Location")
		}
		time.Sleep(10 * time.Millisecond)
	}
	c.w.t.Errorf("%s is never taken", path)
	return "///"
}

func (v *watched) path(more string) string { return "/de" + livePath(v.class.ID, v.a.N) + more }

func (v *watched) questions() []*quiz.Question {
	e, ok := v.w.server.site().given(v.a)
	if !ok {
		v.w.t.Fatal("nothing is given")
	}
	return e.Questions
}

// onlooker is a browser with a live view open: it keeps what it was shown last, and asks anew when the line is cut, as
// EventSource does, of one process after the other.
type onlooker struct {
	t      *testing.T
	cancel context.CancelFunc
	ended  chan struct{}

	mu       sync.Mutex
	text     string // of what is shown
	stale    bool
	shown    int // states that came
	first    int // of them, those that came first on a line
	beats    int
	lines    int // that were opened
	refusals []int
}

// views opens a live view on the processes; it is closed when the test ends.
func (v *watched) views(path string, worlds ...*world) *onlooker {
	v.w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &onlooker{t: v.w.t, cancel: cancel, ended: make(chan struct{})}
	browser := &http.Client{Jar: v.teacher.http.Jar, Transport: &http.Transport{}, CheckRedirect: v.teacher.http.CheckRedirect}
	go func() {
		defer close(b.ended)
		defer browser.CloseIdleConnections()
		for i := 0; ctx.Err() == nil; i++ {
			b.line(ctx, browser, worlds[i%len(worlds)].url+path)
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	v.w.t.Cleanup(b.close)
	return b
}

func (b *onlooker) close() {
	b.cancel()
	<-b.ended
}

// line listens on one line until it ends.
func (b *onlooker) line(ctx context.Context, browser *http.Client, address string) {
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	answer, err := browser.Do(r)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	b.mu.Lock()
	b.lines++
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		b.refusals = append(b.refusals, answer.StatusCode)
		b.mu.Unlock()
		return
	}
	b.mu.Unlock()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	var event string
	var data []string
	for first := true; lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			event = value
		case name == "data":
			data = append(data, value)
		case lines.Text() == "" && len(data) > 0:
			b.take(event, strings.Join(data, "\n"), first)
			first, event, data = first && event == "beat", "", nil
		}
	}
}

func (b *onlooker) take(event, data string, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event {
	case "beat":
		b.beats++
	case "stale":
		b.stale = true
	default:
		root, err := html.Parse(strings.NewReader(data))
		if err != nil {
			b.t.Error(err)
			return
		}
		b.text, b.stale = (&page{root: root}).text(), false
		b.shown++
		if first {
			b.first++
		}
	}
}

// shows waits until the view says all of the texts.
func (b *onlooker) shows(texts ...string) {
	b.t.Helper()
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		b.mu.Lock()
		text, stale, refusals := b.text, b.stale, b.refusals
		b.mu.Unlock()
		missing := slices.DeleteFunc(slices.Clone(texts), func(s string) bool { return strings.Contains(text, s) })
		if len(missing) == 0 && !stale {
			return
		}
		if time.Since(begun) > 20*time.Second {
			b.t.Fatalf("the view does not say %q (stale: %v, refused: %v) but %s", missing, stale, refusals, text)
		}
	}
}

func (b *onlooker) says(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Contains(b.text, text)
}

// count reads a figure of the onlooker's.
func (b *onlooker) count(figure func(*onlooker) int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return figure(b)
}

// TestLivePage: how far a class is, and where it sticks, on a page that works by reloading; without names, and of a Test
// without right and wrong, unless the teacher asks.
func TestLivePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	v.teacher.get(v.path("")).want(http.StatusOK, "in der Klasse 0", "Noch hat niemand begonnen")
	q := v.questions()
	choice := slices.IndexFunc(q, func(q *quiz.Question) bool { return q.Body.Kind() == "choice" })
	names := []string{"Mutiger Otter", "Kluge Eule", "Flinker Fuchs", "Stiller Hase"}
	wrong := wrongForm(t, q[choice])
	for i, name := range names {
		c := v.pupil(name)
		if i == 3 {
			continue
		}
		c.answers(v.starts(c), q[choice], wrong)
	}
	p := v.teacher.get(v.path("")).want(http.StatusOK, "in der Klasse 4", "noch nicht begonnen 1", "bei der Arbeit 3", "3 von 3 falsch", "(100 %)", q[choice].Stem["de"], "Am häufigsten falsch")
	for _, name := range names {
		if strings.Contains(p.body, name) {
			t.Errorf("the page names %s", name)
		}
	}
	v.teacher.get(v.path("?names=1")).want(http.StatusOK, append(names, "1 von 14", "Namen verbergen")...)
	one := v.teacher.get(v.path("/questions/"+q[choice].ID+"?names=1")).want(http.StatusOK, q[choice].Stem["de"], "3 von 3 falsch", "Was gewählt wurde")
	if strings.Contains(one.body, names[0]) {
		t.Error("a question by itself names somebody")
	}
	v.teacher.get(v.path("/questions/nowhere")).want(http.StatusNotFound)
	v.teacher.get("/de" + livePath(v.class.ID, 9)).want(http.StatusNotFound)
	v.teacher.get("/de/teach/classes/" + v.class.ID + "/assignments/01/live").want(http.StatusNotFound)
}

// liveAccess says who gets what of a live view: a class's teacher, another one of the class, a teacher of other classes, a
// pupil of the class, and nobody.
var liveAccess = []struct {
	route, more                              string
	teacher, colleague, other, pupil, nobody int
}{
	{"GET /:lang/teach/classes/:class/assignments/:n/live", "", 200, 200, 404, 303, 303},
	{"GET /:lang/teach/classes/:class/assignments/:n/live/events", "/events", 200, 200, 404, 303, 303},
	{"GET /:lang/teach/classes/:class/assignments/:n/live/questions/:question", "/questions/{question}", 200, 200, 404, 303, 303},
}

func TestLiveAccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.live.pace = quick()
	w.server.live.life = 50 * time.Millisecond // so that the events have an end to be read to
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	colleague, other, pupil := w.teacher("Herr.Gast"), w.teacher("Herr.Anders"), v.pupil("Mutiger Otter")
	guest, _, _ := school.ParseToken(colleague.cookie(teacherCookie))
	w.must(w.server.Store.AddStaff(t.Context(), v.class.ID, guest, time.Now()))
	v.starts(pupil)
	for _, row := range liveAccess {
		path := v.path(strings.ReplaceAll(row.more, "{question}", v.questions()[0].ID))
		for _, who := range []struct {
			name string
			c    *client
			want int
		}{{"the teacher", v.teacher, row.teacher}, {"a colleague", colleague, row.colleague}, {"another teacher", other, row.other}, {"a pupil", pupil, row.pupil}, {"nobody", w.client(), row.nobody}} {
			p := who.c.get(path)
			if p.status != who.want {
				t.Errorf("%s: %s gets %d, want %d", row.route, who.name, p.status, who.want)
			}
			if p.status == http.StatusSeeOther && !strings.HasPrefix(p.header.Get("Location"), "/de/teach/signin") {
				t.Errorf("%s is sent to %s", who.name, p.header.Get("Location"))
			}
		}
	}
}

// TestLiveTest: of a Test, nothing of right and wrong is on the wall by itself.
func TestLiveTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Test, Attempts: 1})
	q := v.questions()
	for _, name := range []string{"Mutiger Otter", "Kluge Eule", "Flinker Fuchs"} {
		c := v.pupil(name)
		at := v.starts(c)
		c.answers(at, q[0], wrongForm(t, q[0]))
		c.post(at+"/finish", nil).want(http.StatusSeeOther)
	}
	for _, more := range []string{"", "/questions/" + q[0].ID} {
		hidden, shown := v.teacher.get(v.path(more)), v.teacher.get(v.path(more+"?answers=1"))
		hidden.want(http.StatusOK, "könnte es an der Wand lesen", "Zeigen, was richtig ist")
		shown.want(http.StatusOK, "falsch")
		for _, word := range []string{"3 von 3 falsch", "✗", "✓", "richtig:", "falsch:"} {
			if strings.Contains(strings.ReplaceAll(hidden.text(), "Zeigen, was richtig ist", ""), word) {
				t.Errorf("%s says %q by itself", more, word)
			}
		}
		shown.want(http.StatusOK, "3 von 3 falsch")
	}
	if n := len(v.teacher.get(v.path("")).all("blockquote")); n != 0 {
		t.Errorf("%d proofs are on the wall", n)
	}
}

// TestLiveFew: what one or two have answered is counted, and not shown: the class would know who.
func TestLiveFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	q := v.questions()[0]
	for _, name := range []string{"Mutiger Otter", "Kluge Eule"} {
		c := v.pupil(name)
		c.answers(v.starts(c), q, wrongForm(t, q))
	}
	p := v.teacher.get(v.path("")).want(http.StatusOK, "2 von 2 falsch")
	if strings.Contains(p.text(), "Am häufigsten falsch") {
		t.Error("it says what two have answered")
	}
	one := v.teacher.get(v.path("/questions/"+q.ID)).want(http.StatusOK, "Ab drei Antworten")
	if n := len(one.all("rect")); n != 0 {
		t.Errorf("%d bars show what two have answered", n)
	}
	typed := ofKind(t, w, "number")
	for i := range 4 {
		c := v.pupil(fmt.Sprint("Biber ", i))
		number := map[bool]string{true: "4321", false: "1234"}[i == 0]
		c.answers(v.starts(c), typed, url.Values{"number": {number}})
	}
	one = v.teacher.get(v.path("/questions/"+typed.ID)).want(http.StatusOK, "1 234", "Andere Antworten: 1")
	if strings.Contains(one.text(), "4 321") {
		t.Error("it shows what one has typed")
	}
}

// TestLiveStream: what changes is seen, on the face that was asked for, and only when somebody says so.
func TestLiveStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.live.pace = quick()
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Practice})
	whole, named, english := v.views(v.path("/events"), w), v.views(v.path("/events?names=1"), w), v.views(strings.Replace(v.path("/events"), "/de/", "/en/", 1), w)
	whole.shows("in der Klasse 0")
	english.shows("in the class 0")
	c := w.client()
	joined := c.send(c.get("/de/join/" + v.class.Code).form("/join/")).want(http.StatusOK).token()
	whole.shows("in der Klasse 1", "noch nicht begonnen 1")
	at := v.starts(c)
	whole.shows("bei der Arbeit 1")
	named.shows(joined, "0 von 14")
	english.shows("at work 1")
	q := v.questions()[0]
	c.answers(at, q, rightForm(t, q))
	named.shows(joined, "1 von 14")
	one := v.views(v.path("/events?question="+v.questions()[1].ID), w)
	one.shows("1 ist gerade hier", "Ab drei Antworten")
	c.post(at+"/finish", nil).want(http.StatusSeeOther)
	whole.shows("abgegeben 1")
	eventually(t, func() bool { return whole.count(func(b *onlooker) int { return b.beats }) > 1 })
	before := whole.count(func(b *onlooker) int { return b.shown })
	w.server.live.announce(v.class.ID)
	time.Sleep(200 * time.Millisecond)
	if n := whole.count(func(b *onlooker) int { return b.shown }); n != before {
		t.Errorf("%d states are sent that are no others", n-before)
	}
	if whole.says(joined) {
		t.Error("the view without names names somebody")
	}
	id, _, _ := school.ParseToken(c.cookie(learnerCookie))
	member := v.teacher.get("/de/teach/classes/" + v.class.ID + "/members/" + id).want(http.StatusOK)
	v.teacher.send(member.form("/name"), nameField, "Neuer Name").want(http.StatusSeeOther)
	named.shows("Neuer Name")
	remove := member.form("/remove")
	remove.values.Set(sureField, "1")
	v.teacher.post(remove.action, remove.values).want(http.StatusSeeOther)
	whole.shows("in der Klasse 0")
}

// TestLiveEnds: a view ends with what lets it be seen, and the browser's next line is refused.
func TestLiveEnds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		end  func(v *watched, other *client)
		want int
	}{
		{"the session is ended", func(v *watched, _ *client) {
			id, secret, _ := school.ParseToken(v.teacher.cookie(teacherCookie))
			v.w.must(v.w.server.Store.EndSession(v.w.t.Context(), id, school.SessionID(secret)))
		}, http.StatusSeeOther},
		{"the account is deleted", func(v *watched, _ *client) {
			guest, err := v.w.server.Store.TeacherNamed(v.w.t.Context(), "Herr.Gast")
			v.w.must(err, v.w.server.Store.RemoveTeacherClass(v.w.t.Context(), guest.ID, v.class.ID), // the class names them yet
				v.w.server.Store.DeleteTeacher(v.w.t.Context(), guest, time.Now()))
		}, http.StatusSeeOther},
		{"the class is deleted", func(v *watched, _ *client) {
			room, err := v.w.server.Store.Room(v.w.t.Context(), v.class.ID)
			v.w.must(err)
			v.w.must(v.w.server.Store.DeleteClass(v.w.t.Context(), room))
			v.w.server.live.announce(v.class.ID)
		}, http.StatusNotFound},
		{"the teacher is taken out", func(v *watched, _ *client) {
			id, _, _ := school.ParseToken(v.teacher.cookie(teacherCookie))
			v.w.must(v.w.server.Store.RemoveStaff(v.w.t.Context(), v.class.ID, id))
			v.w.server.live.announce(v.class.ID)
		}, http.StatusNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			w.server.live.pace = quick()
			owner := w.teacher("Frau.Live")
			v := w.watched(owner, school.Assignment{Preset: quiz.Practice})
			v.teacher = w.teacher("Herr.Gast")
			guest, _, _ := school.ParseToken(v.teacher.cookie(teacherCookie))
			w.must(w.server.Store.AddStaff(t.Context(), v.class.ID, guest, time.Now()))
			b := v.views(v.path("/events"), w)
			b.shows("in der Klasse 0")
			row.end(v, owner)
			eventually(t, func() bool { return b.count(func(b *onlooker) int { return len(b.refusals) }) > 0 })
			b.close()
			if b.refusals[0] != row.want {
				t.Errorf("refused with %d, want %d", b.refusals[0], row.want)
			}
		})
	}
}

// endings are how a process ends while a class is at work.
var endings = map[string]syscall.Signal{"killed": syscall.SIGKILL, "shut down": syscall.SIGTERM}

// TestLiveProcesses: 35 pupils answer through two processes on one Redis, and each process's views show the end of it. One
// process ends while they work: no answer is lost, and its views go on at the other one.
func TestLiveProcesses(t *testing.T) {
	t.Parallel()
	for name, ending := range endings {
		t.Run(name, func(t *testing.T) { liveOver(t, 35, ending) })
	}
}

func liveOver(t *testing.T, pupils int, ending syscall.Signal) {
	w := newWorld(t)
	other := w.apart()
	w.server.live.pace = quick()
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	q := v.questions()[:6]
	here, there, both := v.views(v.path("/events?names=1"), w), v.views(v.path("/events"), other.world), v.views(v.path("/events"), other.world, w)
	here.shows("in der Klasse 0")
	there.shows("in der Klasse 0")
	both.shows("in der Klasse 0")

	clients := make([]*client, pupils)
	for i := range clients {
		clients[i] = v.pupil(fmt.Sprintf("Otter %02d", i))
	}
	var wg sync.WaitGroup
	half := make(chan struct{}, pupils)
	for i, c := range clients {
		wg.Go(func() {
			first := c.insists("/de/lessons/"+v.a.Lesson+"/quiz", url.Values{forField: {v.a.Task(v.class.ID).Ref()}}, []*world{w, other.world}[i%2], w)
			at := strings.Join(strings.Split(first, "/")[:4], "/")
			for n, q := range q {
				form := rightForm(t, q)
				if i%5 == 0 {
					form = wrongForm(t, q)
				}
				c.insists(at+"/answers/"+q.ID, form, []*world{w, other.world}[i%2], w)
				if n == len(v.questions())/6 {
					half <- struct{}{}
				}
			}
			c.insists(at+"/finish", url.Values{}, w)
		})
	}
	for range pupils / 2 {
		<-half
	}
	begun := time.Now()
	other.ends(ending)
	t.Logf("it ended while everybody was at work, within %v", time.Since(begun).Round(time.Millisecond))
	wg.Wait()
	for _, b := range []*onlooker{here, both} {
		b.shows("in der Klasse 35", "abgegeben 35", fmt.Sprintf("%d von %d Antworten", pupils*len(q), pupils*len(v.questions())), "7 von 35 falsch")
	}
	if n := both.count(func(b *onlooker) int { return b.lines }); n < 2 {
		t.Errorf("the view of the process that ended has had %d lines", n)
	}
	both.close()
	if lines := both.lines - len(both.refusals); both.first < lines {
		t.Errorf("of %d lines, %d began with the state", lines, both.first)
	}
}

// TestLiveRedisAway: while the database is away a view says that it is out of date, and once it is back it is right again,
// also in a process that hears of changes only when they are announced.
func TestLiveRedisAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.server.live.pace = quick()
	w.server.live.again = 300 * time.Millisecond
	other := w.beside()
	other.server.live.pace = quick()
	v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
	b, told := v.views(v.path("/events"), w), v.views(v.path("/events"), other)
	c := v.pupil("Mutiger Otter")
	at := v.starts(c)
	b.shows("bei der Arbeit 1")
	told.shows("bei der Arbeit 1")
	w.redis.Kill()
	eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.stale })
	w.redis.Start()
	b.shows("bei der Arbeit 1")
	if n := b.count(func(b *onlooker) int { return b.lines }); n != 1 {
		t.Errorf("it took %d lines", n)
	}
	eventually(t, func() bool { return w.client().get("/healthz").status == 200 })
	q := v.questions()[0]
	eventually(t, func() bool {
		status := c.post(at+"/answers/"+q.ID, rightForm(t, q)).status
		return status == http.StatusSeeOther
	})
	b.shows("1 von 14 Antworten")
	told.shows("1 von 14 Antworten")
}
