package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"rsc.io/qr"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// schoolClass is a class with its teacher.
type schoolClass struct {
	*world
	teacher *client
	school.Class
}

// classroom makes a class of a teacher, who gets an account where there is none.
func (w *world) classroom(teacher, name string) *schoolClass {
	w.t.Helper()
	c := &schoolClass{world: w, teacher: w.teacher(teacher)}
	owner, _, _ := strings.Cut(c.teacher.cookie(teacherCookie), ".")
	c.Class = w.storedClass(owner, name)
	return c
}

// id is who the browser is as a learner; "" for nobody.
func (c *client) id() string {
	id, _, _ := strings.Cut(c.cookie(learnerCookie), ".")
	return id
}

// join lets a browser join the class as a person does, and returns the page that says so.
func (c *schoolClass) join(browser *client) *page {
	c.t.Helper()
	p := browser.send(browser.get("/de/join").form("/join"), joinField, strings.ToLower(c.Code))
	return browser.send(browser.follow(p).want(http.StatusOK, c.Name).form("/join/")).want(http.StatusOK, "Du bist dabei", c.Name)
}

// pupil is a new browser that has joined, with the pseudonym and the recovery code that it was shown.
func (c *schoolClass) pupil() (browser *client, name, code string) {
	c.t.Helper()
	browser = c.client()
	p := c.join(browser)
	return browser, p.token(), p.code()
}

// assign gives the class homework: our lesson.
func (c *schoolClass) assign(preset quiz.Preset) school.Task {
	c.t.Helper()
	a := school.Proposed(c.Class, preset, time.Now())
	a.Lesson, a.Opens, a.Created = theLesson, time.Now().Unix(), time.Now().Unix()
	a.Due = time.Now().Add(time.Hour).Unix()
	a.Key, _ = school.NewID(rand.Reader)
	a, err := c.server.Store.Assign(context.Background(), c.ID, a)
	c.must(err)
	return a.Task(c.ID)
}

// start begins the quiz for the class and returns the first question's path.
func (c *schoolClass) start(browser *client, task school.Task) string {
	c.t.Helper()
	p := browser.post("/de/lessons/"+theLesson+"/quiz", url.Values{forField: {task.Ref()}})
	return browser.follow(p).want(http.StatusOK).path
}

// answer answers the question at the path rightly.
func (c *schoolClass) answer(browser *client, path string) *page {
	c.t.Helper()
	parts := strings.Split(path, "/")
	e := lessonOf(c.t, c.world).Edition("")
	return browser.post("/de/attempts/"+parts[3]+"/answers/"+parts[5], rightForm(c.t, e.Questions[e.Index(parts[5])]))
}

func (c *schoolClass) room() *school.Room {
	c.t.Helper()
	room, err := c.server.Store.Room(context.Background(), c.ID)
	c.must(err)
	return room
}

func (c *schoolClass) path(page string) string { return "/de/teach/classes/" + c.ID + page }

func (c *schoolClass) memberPath(browser *client, what string) string {
	return c.path("/members/" + browser.id() + what)
}

// token is the first text of the page that is shown large: a pseudonym, or a code where there is none.
func (p *page) token() string {
	for _, n := range p.all("p") {
		if attr(n, "class") == "token" {
			return n.FirstChild.Data
		}
	}
	return ""
}

var aCode = regexp.MustCompile(`([0-9A-Z]{4}-){3}[0-9A-Z]{4}`)

// code is the recovery code that the page shows; "" for none.
func (p *page) code() string { return aCode.FindString(p.body) }

func TestJoin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Klasse 9b")
	pupil, name, code := c.pupil()
	if !regexp.MustCompile(`^\p{Lu}\pL+ \p{Lu}\pL+$`).MatchString(name) || !school.IsCode(code) {
		t.Errorf("the pupil is %q with %q", name, code)
	}
	members := c.room().Present()
	if len(members) != 1 || members[0].Name != name || members[0].ID != pupil.id() {
		t.Errorf("the class has %+v", members)
	}
	pupil.get("/de/me").want(http.StatusOK, "Klasse 9b", name, "noch keine Aufgabe")
	task := c.assign(quiz.Homework)
	pupil.get("/de/me").want(http.StatusOK, "Hausaufgabe")
	c.answer(pupil, c.start(pupil, task)).want(http.StatusSeeOther)

	again := pupil.get("/de/join/"+c.Code).want(http.StatusOK, name, "Zur Aufgabe: ")
	if again.code() != "" {
		t.Error("the recovery code is shown again")
	}
	if p := pupil.post("/de/join/"+c.Code, nil).want(http.StatusOK, name); p.code() != "" || len(c.room().Members) != 1 {
		t.Errorf("joining again: %d members", len(c.room().Members))
	}
	pupil.get("/en/join/"+strings.ToLower(c.Code[:3])+"-"+c.Code[3:]).want(http.StatusOK, name)
}

// TestJoinWithWork: who has begun something already keeps it, and gets a recovery code then.
func TestJoinWithWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	browser := w.client()
	first := browser.begin("de")
	before := browser.id()
	if code := c.join(browser).code(); code == "" || browser.id() != before {
		t.Errorf("joined as %s with %q, before %s", browser.id(), code, before)
	}
	browser.get(first.path).want(http.StatusOK)
	browser.get("/de/join/"+c.Code).want(http.StatusOK, "Warst du das nicht")

	second := w.classroom("Herr.Zwei", "10a")
	if code := second.join(browser).code(); code != "" {
		t.Error("a second class gives a second code")
	}
	browser.get("/de/me").want(http.StatusOK, "9b", "10a")
}

// TestJoinTwice sends the form twice, at once and after an answer that was lost: it makes one member, and shows the code
// that lets in.
func TestJoinTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	browser := w.client()
	form := browser.get("/de/join/" + c.Code).form("/join/")
	answers := make([]*page, 6)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = w.client().post(form.action, form.values) }) // no cookie yet, as at a double click
	}
	wg.Wait()
	if n := len(c.room().Members); n != 1 {
		t.Fatalf("%d members", n)
	}
	for _, p := range answers {
		p.want(http.StatusOK, "Du bist dabei")
		if p.token() != answers[0].token() || p.code() != answers[0].code() || p.code() == "" {
			t.Errorf("one answer says %q, %q, another %q, %q", answers[0].token(), answers[0].code(), p.token(), p.code())
		}
	}
	late := browser.post(form.action, form.values).want(http.StatusOK)
	if late.code() != answers[0].code() {
		t.Errorf("sent again it shows %q, before %q", late.code(), answers[0].code())
	}
	c.comesBack(w.client(), late.code()).want(http.StatusSeeOther)
	if browser.id() != c.room().Members[0].ID {
		t.Error("the browser is somebody else")
	}
}

// comesBack types a recovery code.
func (w *world) comesBack(browser *client, code string) *page {
	w.t.Helper()
	return browser.send(browser.get("/de/recover").form("/recover"), codeField, code)
}

func TestJoinRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	browser := w.client()
	for typed, says := range map[string]string{"": "6 Buchstaben", "ABCDEF": "6 Buchstaben", "BCDFG": "6 Buchstaben", "BCD FG 7": "6 Buchstaben", "BCDFGH": "gibt es nicht", "//evil.example": "6 Buchstaben", "<b>": "6 Buchstaben"} {
		p := browser.send(browser.get("/de/join").form("/join"), joinField, typed).want(http.StatusUnprocessableEntity, says)
		if got := p.form("/join").values.Get(joinField); got != typed {
			t.Errorf("%q is %q in the form then", typed, got)
		}
		p.describesFault(t, "join-class")
	}
	browser.get("/de/join/BCDFGH").want(http.StatusNotFound, "gibt es nicht")
	browser.get("/de/join/..%2f..%2fx").want(http.StatusNotFound, "6 Buchstaben")
	browser.post("/de/join/BCDFGH", nil).want(http.StatusNotFound, "gibt es nicht")

	old := c.Code
	c.teacher.post(c.path("/code"), nil).want(http.StatusSeeOther)
	browser.get("/de/join/"+old).want(http.StatusNotFound, "gilt nicht mehr")
	browser.post("/de/join/"+old, nil).want(http.StatusNotFound)
	c.Class = c.room().Class
	if c.Code == old || c.Code == "" {
		t.Fatalf("the new code is %q, the old one %q", c.Code, old)
	}
	c.join(browser)
	c.teacher.post(c.path("/code/stop"), nil).want(http.StatusSeeOther)
	w.client().get("/de/join/" + c.Code).want(http.StatusNotFound)

	late := w.classroom("Frau.Eins", "8c")
	late.Archived = true
	w.must(w.server.Store.ChangeClass(context.Background(), late.Class))
	p := w.client().get("/de/join/"+late.Code).want(http.StatusNotFound, "zu Ende")
	w.client().post("/de/join/"+late.Code, nil).want(http.StatusNotFound, "zu Ende")
	w.client().send(p.form("/join")).want(http.StatusUnprocessableEntity, "zu Ende")
	if n := len(late.room().Members); n != 0 {
		t.Errorf("%d joined", n)
	}
}

// describesFault checks that a field says that it is to be mended, and where it stands how.
func (p *page) describesFault(t *testing.T, id string) {
	t.Helper()
	for _, n := range p.all("input") {
		if attr(n, "id") == id && attr(n, "aria-invalid") == "true" && strings.Contains(attr(n, "aria-describedby"), id+"-fault") {
			return
		}
	}
	t.Errorf("%s: %s is not tied to what is wrong with it", p.path, id)
}

// TestJoinLimit: wrong codes are counted by address, right ones are not.
func TestJoinLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	browser := w.client()
	wrong := func(i int) string {
		letters := "BCDFGHJKMN"
		return "ZZZ" + string([]byte{letters[i/100], letters[i/10%10], letters[i%10]})
	}
	for i := range codeFailures {
		browser.get("/de/join/" + wrong(i)).want(http.StatusNotFound)
	}
	if p := browser.get("/de/join/"+c.Code).want(http.StatusTooManyRequests, "zu viele falsche Codes"); p.header.Get("Retry-After") == "" {
		t.Error("nobody says how long to wait")
	}
	browser.post("/de/join", url.Values{joinField: {c.Code}}).want(http.StatusTooManyRequests)
	browser.post("/de/join/"+c.Code, nil).want(http.StatusTooManyRequests)
	for range codeFailures {
		browser.post("/de/recover", url.Values{codeField: {"ABCD-EFGH-JKMN-PQRS"}}).want(http.StatusUnprocessableEntity)
	}
	browser.post("/de/recover", url.Values{codeField: {"ABCD-EFGH-JKMN-PQRS"}}).want(http.StatusTooManyRequests)
}

// TestWholeSchool: 300 pupils of one address join within a minute, each under a name of their own.
func TestWholeSchool(t *testing.T) {
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Alle")
	begin := time.Now()
	var wg sync.WaitGroup
	todo := make(chan int, 300)
	for i := range cap(todo) {
		todo <- i
	}
	close(todo)
	for range 10 {
		wg.Go(func() {
			for range todo {
				browser := w.client()
				p := browser.get("/de/join/" + c.Code)
				browser.send(p.form("/join/")).want(http.StatusOK, "Du bist dabei")
				browser.http.CloseIdleConnections()
			}
		})
	}
	wg.Wait()
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("it took %v", took)
	}
	names := map[string]bool{}
	for _, m := range c.room().Present() {
		names[school.Folded(m.Name)] = true
	}
	if len(names) != 300 {
		t.Errorf("%d names", len(names))
	}
}

func TestComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	task := c.assign(quiz.Homework)
	pupil, name, code := c.pupil()
	own := pupil.begin("de")
	at := c.start(pupil, task)

	elsewhere := w.client()
	typed := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	w.comesBack(elsewhere, typed).want(http.StatusSeeOther)
	elsewhere.get("/de/me").want(http.StatusOK, name, "9b")
	elsewhere.get(own.path).want(http.StatusOK)
	elsewhere.get(at).want(http.StatusOK)
	pupil.get(at).want(http.StatusOK) // the first browser stays
	if p := w.comesBack(elsewhere, code); p.status != http.StatusSeeOther || elsewhere.id() != pupil.id() {
		t.Errorf("coming back once more: %d", p.status)
	}

	newer := pupil.send(pupil.get("/de/me").form("/me/recovery")).want(http.StatusOK).code()
	if newer == code || newer == "" {
		t.Errorf("the new code is %q", newer)
	}
	p := w.comesBack(w.client(), code).want(http.StatusUnprocessableEntity, "gilt nicht")
	p.describesFault(t, "return-code")
	w.comesBack(w.client(), newer).want(http.StatusSeeOther)
	for _, typed := range []string{"", "x", code[:18], code + "A", "'; DROP"} {
		p := w.comesBack(w.client(), typed).want(http.StatusUnprocessableEntity, "16 Zeichen")
		if got := p.form("/recover").values.Get(codeField); got != typed {
			t.Errorf("%q is %q in the form then", typed, got)
		}
	}
	elsewhere.post("/de/leave", nil).want(http.StatusSeeOther)
	pupil.get(at).want(http.StatusOK) // one device was left, nothing was deleted
}

// TestComeBackOverWork: work without a way back is lost only after a second question, work with one is not lost.
func TestComeBackOverWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	_, name, code := c.pupil()

	browser := w.client()
	work := browser.begin("de")
	before := browser.id()
	form := browser.get("/de/recover").want(http.StatusOK, "ohne Wiederkehr-Code").form("/recover")
	asked := browser.send(form, codeField, code).want(http.StatusOK, "geht verloren")
	browser.get(work.path).want(http.StatusOK)
	form = asked.form("/recover")
	answers := []*page{browser.post(form.action, form.values), browser.post(form.action, form.values)}
	for _, p := range answers {
		p.want(http.StatusSeeOther)
	}
	browser.get("/de/me").want(http.StatusOK, name)
	browser.get(work.path).want(http.StatusNotFound)
	if _, err := w.server.Store.Own(context.Background(), before, time.Now()); err == nil {
		t.Error("work that nobody can come back to is still there")
	}

	other := w.client()
	_, otherName, otherCode := "", "", ""
	p := c.join(other)
	otherName, otherCode = p.token(), p.code()
	w.comesBack(other, code).want(http.StatusSeeOther)
	other.get("/de/me").want(http.StatusOK, name)
	w.comesBack(other, otherCode).want(http.StatusSeeOther)
	other.get("/de/me").want(http.StatusOK, otherName)
	if n := len(c.room().Present()); n != 2 {
		t.Errorf("%d members, want 2", n)
	}
}

// TestScope goes through every route of a learner with a browser that was let in by a teacher's code: it reaches the work
// for that class and nothing else.
func TestScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.classroom("Frau.Eins", "Klasse Eins"), w.classroom("Herr.Zwei", "Klasse Zwei")
	pupil, name, own := c.pupil()
	other.join(pupil)
	task, otherTask := c.assign(quiz.Homework), other.assign(quiz.Homework)
	inClass, inOther, alone := c.start(pupil, task), other.start(pupil, otherTask), pupil.begin("de").path
	third := w.classroom("Herr.Zwei", "Klasse Drei")

	p := c.teacher.send(c.teacher.get(c.memberPath(pupil, "")).form("/code")).want(http.StatusOK, name, "nur dieses eine Mal")
	browser := w.client()
	w.comesBack(browser, p.code()).want(http.StatusSeeOther)
	if page := browser.get("/de/me").want(http.StatusOK, "Klasse Eins", name, "Dieser Browser zeigt nur diese Klasse"); strings.Contains(page.text(), "Klasse Zwei") || strings.Contains(page.body, "/me/recovery") {
		t.Errorf("a browser for one class shows more: %s", page.text())
	}
	attempt := func(path string) string { return strings.Join(strings.Split(path, "/")[:4], "/") }
	question := func(path string) string { return strings.Split(path, "/")[5] }
	rows := []scopeRow{
		{"the class's attempt", "GET", inClass, nil, 200},
		{"its overview", "GET", attempt(inClass), nil, 200},
		{"its offline pages", "GET", attempt(inClass) + "/offline", nil, 200},
		{"its answers", "POST", attempt(inClass) + "/answers/" + question(inClass), url.Values{}, 422},
		{"the lesson for the class", "GET", "/de/lessons/" + theLesson + "?for=" + task.Ref(), nil, 200},
		{"the quiz for the class", "POST", "/de/lessons/" + theLesson + "/quiz", url.Values{forField: {task.Ref()}}, 303},
		{"the class again", "GET", "/de/join/" + c.Code, nil, 200},

		{"another class's attempt", "GET", inOther, nil, 403},
		{"its overview", "GET", attempt(inOther), nil, 403},
		{"its offline pages", "GET", attempt(inOther) + "/offline", nil, 403},
		{"its answers", "POST", attempt(inOther) + "/answers/" + question(inOther), url.Values{}, 403},
		{"its result", "GET", attempt(inOther) + "/result", nil, 403},
		{"handing it in", "POST", attempt(inOther) + "/finish", url.Values{}, 403},
		{"the quiz for another class", "POST", "/de/lessons/" + theLesson + "/quiz", url.Values{forField: {otherTask.Ref()}}, 403},
		{"one's own attempt", "GET", alone, nil, 403},
		{"its overview", "GET", attempt(alone), nil, 403},
		{"its offline pages", "GET", attempt(alone) + "/offline", nil, 403},
		{"its answers", "POST", attempt(alone) + "/answers/" + question(alone), url.Values{}, 403},
		{"its result", "GET", attempt(alone) + "/result", nil, 403},
		{"handing it in", "POST", attempt(alone) + "/finish", url.Values{}, 403},
		{"one's own quiz", "POST", "/de/lessons/" + theLesson + "/quiz", url.Values{}, 403},
		{"another class to join", "GET", "/de/join/" + third.Code, nil, 403},
		{"joining it", "POST", "/de/join/" + third.Code, url.Values{}, 403},
		{"joining the other one", "POST", "/de/join/" + other.Code, url.Values{}, 403},
		{"the own recovery code", "POST", "/de/me/recovery", url.Values{}, 403},
		{"leaving another class", "GET", "/de/me/classes/" + other.ID + "/leave", nil, 404},
		{"leaving it now", "POST", "/de/me/classes/" + other.ID + "/leave", url.Values{}, 404},
		{"another class's round", "GET", attempt(inOther) + "/round", nil, 403},
		{"its events", "GET", attempt(inOther) + "/round/events", nil, 403},
		{"what was missed in one's own work", "POST", attempt(alone) + "/again", url.Values{}, 403},
		{"where one stands over time", "GET", "/de/me/progress", nil, 403},
		{"the own review", "GET", "/de/me/review", nil, 403},
		{"an answer in it", "POST", "/de/me/review", url.Values{}, 403},
		{"its feedback", "GET", "/de/me/review/" + theLesson + "/" + question(alone), nil, 403},
		{"the own calendar", "GET", "/de/me/calendar", nil, 403},
		{"its address", "POST", "/de/me/calendar", url.Values{}, 403},
		{"without it", "POST", "/de/me/calendar/drop", url.Values{}, 403},
		{"a calendar by its address", "GET", "/de/calendar/nobodys.ics", nil, 404},
		{"what is kept", "GET", "/de/me/data", nil, 403},
		{"to take it away", "GET", "/de/me/export.json", nil, 403},
		{"other browsers", "POST", "/de/me/devices", url.Values{}, 403},
		{"what the class notes", "GET", "/de/me/classes/" + c.ID + "/notes", nil, 200},
		{"what another class notes", "GET", "/de/me/classes/" + other.ID + "/notes", nil, 404},
		{"a note on a lesson", "GET", passagePath, nil, 403},
		{"making it", "POST", passagePath, url.Values{}, 403},
		{"a note on the declaration", "GET", "/de/declaration/notes/E1", nil, 403},
		{"making that", "POST", "/de/declaration/notes/E1", url.Values{}, 403},
		{"the own notes", "GET", "/de/me/notes", nil, 403},
		{"to take them away as data", "GET", "/de/me/notes.jsonld", nil, 403},
		{"and as text", "GET", "/de/me/notes.md", nil, 403},
		{"one of them", "GET", "/de/me/notes/aaaaaaaaaaaaaaaa", nil, 403},
		{"changing it", "POST", "/de/me/notes/aaaaaaaaaaaaaaaa", url.Values{}, 403},
		{"showing it", "POST", "/de/me/notes/aaaaaaaaaaaaaaaa/show", url.Values{}, 403},
		{"deleting it", "POST", "/de/me/notes/aaaaaaaaaaaaaaaa/delete", url.Values{}, 403},
		{"another class's move", "POST", "/de/me/classes/" + other.ID + "/moved", url.Values{}, 404},
	}
	w.everyLearnersRoute(func(method, pattern string) bool {
		return slices.ContainsFunc(rows, func(row scopeRow) bool {
			path, _, _ := strings.Cut(row.path, "?")
			return row.method == method && regexp.MustCompile(pattern).MatchString(path)
		})
	})
	for _, row := range rows {
		p := browser.do(row.method, row.path, row.form)
		if p.status != row.want {
			t.Errorf("%s, %s %s: %d, want %d", row.what, row.method, row.path, p.status, row.want)
		}
		if row.want == 403 && !strings.Contains(p.text(), "Code deiner Lehrkraft") {
			t.Errorf("%s: the page does not say why", row.what)
		}
	}
	for _, path := range []string{"/de/", "/de/lessons/" + theLesson} { // pages that show where one stands
		for _, hidden := range []string{attempt(alone), attempt(inOther)} {
			if strings.Contains(browser.get(path).want(http.StatusOK).body, hidden) {
				t.Errorf("%s shows %s", path, hidden)
			}
		}
	}
	if len(other.room().Present()) != 1 || len(third.room().Present()) != 0 {
		t.Error("another class has changed")
	}

	second := c.teacher.post(c.memberPath(pupil, "/code"), nil).want(http.StatusOK).code()
	w.comesBack(w.client(), p.code()).want(http.StatusUnprocessableEntity, "gilt nicht")
	w.comesBack(w.client(), second).want(http.StatusSeeOther)
	browser.post("/de/leave", url.Values{deleteField: {"1"}}).want(http.StatusSeeOther) // it deletes nothing
	pupil.get(alone).want(http.StatusOK)
	again := w.client()
	w.comesBack(again, second).want(http.StatusSeeOther)
	w.comesBack(again, own).want(http.StatusSeeOther) // one's own code opens the rest
	again.get(alone).want(http.StatusOK)
}

type scopeRow struct {
	what, method, path string
	form               url.Values
	want               int
}

// theSameForAll are the routes on which it does not matter who somebody is, or which say only what TestScope looks at.
var theSameForAll = []string{
	"/", "/declaration", "/glossary", "/sources", "/about", "/privacy", "/lessons/:lesson/teacher", "/lessons/:lesson/worksheet",
	"/me", "/leave", "/join", "/recover",
}

// everyLearnersRoute fails the test for a route on which it matters who somebody is and which is not covered.
func (w *world) everyLearnersRoute(covered func(method, pattern string) bool) {
	w.t.Helper()
	for _, r := range w.server.app.GetRoutes(true) {
		path, in := strings.CutPrefix(r.Path, "/:lang")
		if !in || r.Method == http.MethodHead || strings.HasPrefix(path, "/teach") || slices.Contains(theSameForAll, path) {
			continue
		}
		if !covered(r.Method, "^/de"+regexp.MustCompile(`:[a-z]+`).ReplaceAllString(path, "[^/]+")+"$") {
			w.t.Errorf("nobody looks at what %s %s shows to a browser for one class", r.Method, r.Path)
		}
	}
}

func TestLeaveClass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Klasse Eins")
	task := c.assign(quiz.Homework)
	pupil, name, _ := c.pupil()
	at := c.start(pupil, task)
	c.answer(pupil, at).want(http.StatusSeeOther)
	stranger := w.client()
	stranger.begin("de")
	stranger.get("/de/me/classes/" + c.ID + "/leave").want(http.StatusNotFound)
	stranger.post("/de/me/classes/"+c.ID+"/leave", nil).want(http.StatusSeeOther) // out of it already

	form := pupil.get("/de/me/classes/"+c.ID+"/leave").want(http.StatusOK, name, "Liste deiner Lehrkraft").form("/leave")
	for range 2 {
		pupil.send(form).want(http.StatusSeeOther)
	}
	if len(c.room().Present()) != 0 {
		t.Errorf("still there: %+v", c.room().Members)
	}
	if p := pupil.get("/de/me").want(http.StatusOK); strings.Contains(p.text(), "Klasse Eins") {
		t.Error("the class is still on the page")
	}
	c.answer(pupil, at).want(http.StatusSeeOther)
	c.teacher.get(c.memberPath(pupil, "")).want(http.StatusOK, "hat die Klasse verlassen")
	if p := c.join(pupil); p.token() != name {
		t.Errorf("back as %q, before %q", p.token(), name)
	}
	pupil.get(at).want(http.StatusOK)
	pupil.get("/de/me").want(http.StatusOK, "Klasse Eins", "1 von")
}

// TestDeletedMember: the class says "deleted" of who has deleted everything, and no code lets in any more.
func TestDeletedMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	pupil, _, code := c.pupil()
	given := c.teacher.post(c.memberPath(pupil, "/code"), nil).want(http.StatusOK).code()
	pupil.post("/de/leave", url.Values{deleteField: {"1"}}).want(http.StatusSeeOther)
	members := c.room().Members
	if len(members) != 1 || members[0].Left != school.LeftDeleted || members[0].Name != "" {
		t.Errorf("the class has %+v", members)
	}
	for _, code := range []string{code, given} {
		w.comesBack(w.client(), code).want(http.StatusUnprocessableEntity)
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	pupil, name, _ := c.pupil()
	_, otherName, _ := c.pupil()
	page := func() *page { return c.teacher.get(c.memberPath(pupil, "")).want(http.StatusOK) }

	page().want(http.StatusOK, name, otherName)
	for typed, says := range map[string]string{"": "Geben Sie ein Pseudonym ein", strings.Repeat("x", 41): "zu lang", "...": "wenigstens einen Buchstaben", otherName: "schon jemand", " " + strings.ToUpper(otherName): "schon jemand"} {
		p := c.teacher.send(page().form("/name"), nameField, typed).want(http.StatusUnprocessableEntity, says)
		if got := p.form("/name").values.Get(nameField); got != typed {
			t.Errorf("%q is %q in the form then", typed, got)
		}
		p.describesFault(t, "name-name")
	}
	form := page().form("/name")
	for range 2 {
		c.teacher.follow(c.teacher.send(form, nameField, " Kleiner  Fuchs ")).want(http.StatusOK, "Kleiner Fuchs", "ist geändert")
	}
	pupil.get("/de/me").want(http.StatusOK, "Kleiner Fuchs")

	c.teacher.send(page().form("/care"), extraField, "1.5", moreField, "2", timerField, "").want(http.StatusSeeOther)
	if m, _ := c.room().Member(pupil.id()); (m.Care != school.Care{Extra: 1.5, Tries: 2}) {
		t.Errorf("care is %+v", m.Care)
	}
	pupil.get("/de/me").want(http.StatusOK, "1,5-Fache", "2 Versuche mehr")
	care := page().form("/care")
	if care.values.Get(extraField) != "1.5" || care.values.Get(moreField) != "2" {
		t.Errorf("the form shows %v", care.values)
	}
	for _, bad := range []url.Values{{}, {extraField: {"99"}, moreField: {"0"}}, {extraField: {"NaN"}, moreField: {"0"}}, {extraField: {"1"}, moreField: {"-1"}}} {
		c.teacher.post(c.memberPath(pupil, "/care"), bad).want(http.StatusUnprocessableEntity, "Wählen Sie Zeit und Versuche")
	}
	c.teacher.post(c.memberPath(pupil, "/care"), url.Values{extraField: {"1"}, moreField: {"0"}}).want(http.StatusSeeOther)
	if m, _ := c.room().Member(pupil.id()); m.Care.Any() {
		t.Errorf("care is %+v", m.Care)
	}

	ghost, _, _ := c.pupil()
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer func() { _ = db.Close() }()
	w.must(db.Del(context.Background(), "{u:"+ghost.id()+"}").Err()) // as it expires
	c.teacher.post(c.memberPath(ghost, "/code"), nil).want(http.StatusUnprocessableEntity, "12 Monate nicht benutzt")
	c.teacher.post(c.memberPath(ghost, "/remove"), url.Values{sureField: {"1"}}).want(http.StatusSeeOther)

	c.teacher.post(c.memberPath(pupil, "/remove"), nil).want(http.StatusUnprocessableEntity, "Häkchen")
	for range 2 {
		if p := c.teacher.post(c.memberPath(pupil, "/remove"), url.Values{sureField: {"1"}}).want(http.StatusSeeOther); p.header.Get("Location") != c.path("") {
			t.Errorf("removing leads to %s", p.header.Get("Location"))
		}
	}
	if members := c.room().Present(); len(members) != 1 || members[0].Name != otherName {
		t.Errorf("the class has %+v", members)
	}
	if p := c.teacher.get(c.memberPath(pupil, "")).want(http.StatusOK, "aus der Klasse genommen"); len(p.all("form")) != 1 { // to sign out
		t.Errorf("something can be done about who has left: %d forms", len(p.all("form")))
	}
	for _, what := range []string{"/name", "/code", "/care", "/merge"} {
		c.teacher.post(c.memberPath(pupil, what), url.Values{nameField: {"x"}}).want(http.StatusNotFound)
	}
	if p := pupil.get("/de/me").want(http.StatusOK); strings.Contains(p.text(), "Kleiner Fuchs") {
		t.Error("the class is still on the pupil's page")
	}
}

// TestMergeMembers: a pupil has joined twice. After the merge all is under the entry that is kept, the other one's browser
// is told and goes on as it, its own work stays its own, and its late answers arrive.
func TestMergeMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Klasse Eins")
	task := c.assign(quiz.Homework)
	kept, keptName, _ := c.pupil()
	other, otherName, otherCode := c.pupil()
	ownWork := other.begin("de").path
	at := c.start(other, task)
	c.answer(other, at).want(http.StatusSeeOther)
	given := c.teacher.post(c.memberPath(other, "/code"), nil).want(http.StatusOK).code()

	form := c.teacher.get(c.memberPath(kept, "")).want(http.StatusOK, keptName+" bleibt").form("/merge")
	c.teacher.send(form, otherField, "", sureField, "1").want(http.StatusUnprocessableEntity, "anderen Eintrag")
	c.teacher.send(form, otherField, other.id(), sureField, "").want(http.StatusUnprocessableEntity, "Häkchen")
	for _, bad := range []string{kept.id(), "x", c.Owner} {
		c.teacher.send(form, otherField, bad, sureField, "1").want(http.StatusUnprocessableEntity, "anderen Eintrag")
	}
	for range 2 {
		c.teacher.follow(c.teacher.send(form, otherField, other.id(), sureField, "1")).want(http.StatusOK, "sind jetzt einer")
	}
	if members := c.room().Present(); len(members) != 1 || members[0].Name != keptName {
		t.Errorf("the class has %+v", members)
	}
	kept.get(at).want(http.StatusOK)
	kept.get("/de/me").want(http.StatusOK, "1 von")

	me := other.get("/de/me").want(http.StatusOK, "zwei Einträge zusammengelegt", "gehört jetzt zu "+keptName)
	if strings.Contains(me.body, strings.Split(at, "/")[3]) {
		t.Error("the page shows the other entry's work before anybody has read of it")
	}
	for _, path := range []string{at, "/de/lessons/" + theLesson + "?for=" + task.Ref(), strings.Join(strings.Split(at, "/")[:4], "/")} {
		if p := other.get(path).want(http.StatusSeeOther); p.header.Get("Location") != "/de/me" {
			t.Errorf("%s leads to %s", path, p.header.Get("Location"))
		}
	}
	late := strings.Replace(at, "/questions/", "/answers/", 1)
	c.answer(other, at).want(http.StatusSeeOther) // it was on its way all the time
	other.get(ownWork).want(http.StatusOK)

	for range 2 {
		other.send(me.form("/moved")).want(http.StatusSeeOther)
	}
	other.get("/de/me").want(http.StatusOK, keptName, "zwei Einträge von dir", "1 von")
	other.get(at).want(http.StatusOK)
	other.get("/de/lessons/"+theLesson+"?for="+task.Ref()).want(http.StatusOK, "Klasse Eins")
	other.get(ownWork).want(http.StatusOK)
	kept.get("/de/me").want(http.StatusOK, keptName)
	if p := kept.get(ownWork).want(http.StatusNotFound); strings.Contains(p.text(), otherName) {
		t.Error("the kept entry sees what was the other's alone")
	}
	w.comesBack(w.client(), given).want(http.StatusUnprocessableEntity, "gilt nicht")
	elsewhere := w.client()
	w.comesBack(elsewhere, otherCode).want(http.StatusSeeOther)
	elsewhere.get(at).want(http.StatusOK)
	if p := elsewhere.get("/de/join/"+c.Code).want(http.StatusOK, keptName); p.code() != "" {
		t.Error("joining shows a code")
	}
	elsewhere.post("/de/join/"+c.Code, nil).want(http.StatusOK, keptName)
	if n := len(c.room().Present()); n != 1 {
		t.Errorf("%d members after joining again", n)
	}
	stranger := w.client()
	stranger.begin("de")
	stranger.get(at).want(http.StatusNotFound)
	stranger.post(late, nil).want(http.StatusNotFound)
	stranger.post("/de/me/classes/"+c.ID+"/moved", nil).want(http.StatusNotFound)

	other.post("/de/me/classes/"+c.ID+"/leave", nil).want(http.StatusSeeOther)
	other.post("/de/me/classes/"+c.ID+"/leave", nil).want(http.StatusSeeOther)
	if n := len(c.room().Present()); n != 0 {
		t.Errorf("%d members after leaving", n)
	}
	if p := c.join(other); p.token() != keptName {
		t.Errorf("back as %q, want %q", p.token(), keptName)
	}
	kept.post("/de/leave", url.Values{deleteField: {"1"}}).want(http.StatusSeeOther)
	other.get("/de/me").want(http.StatusOK)
	if p := c.join(other); p.token() == keptName || p.token() == "" {
		t.Errorf("after the kept entry was deleted: %q", p.token())
	}
}

// TestMergeCutShort: whatever has happened of a merge, the other entry's browser finds its work, and the teacher can end it.
func TestMergeCutShort(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Klasse Eins")
	task := c.assign(quiz.Homework)
	kept, keptName, _ := c.pupil()
	other, _, _ := c.pupil()
	at := c.start(other, task)
	c.answer(other, at).want(http.StatusSeeOther)
	w.halfMerge(c, kept.id(), other.id())
	c.teacher.get(c.memberPath(kept, "")).want(http.StatusOK, "wurde unterbrochen")
	c.answer(other, at).want(http.StatusSeeOther) // this ends it
	kept.get(at).want(http.StatusOK)
	if p := c.teacher.get(c.memberPath(kept, "")).want(http.StatusOK, "keinen anderen Eintrag"); strings.Contains(p.text(), "unterbrochen") {
		t.Error("the merge has not ended")
	}

	third, _, _ := c.pupil()
	at = c.start(third, task)
	w.halfMerge(c, kept.id(), third.id())
	form := c.teacher.get(c.memberPath(kept, "")).want(http.StatusOK, "wurde unterbrochen").form("/merge")
	c.teacher.follow(c.teacher.send(form)).want(http.StatusOK, "sind jetzt einer")
	third.get("/de/me").want(http.StatusOK, "gehört jetzt zu "+keptName)
	kept.get(at).want(http.StatusOK)
}

// TestMergeCutLater: the work was frozen and not moved yet. Whoever looks first has the merge ended.
func TestMergeCutLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "Klasse Eins")
	task := c.assign(quiz.Homework)
	kept, keptName, _ := c.pupil()
	other, _, _ := c.pupil()
	c.answer(other, c.start(other, task)).want(http.StatusSeeOther)
	w.halfMerge(c, kept.id(), other.id())
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer func() { _ = db.Close() }()
	w.must(db.HSet(context.Background(), "{u:"+other.id()+"}", "m:"+c.ID, kept.id()).Err(), db.HDel(context.Background(), "{u:"+other.id()+"}:c", c.ID).Err())
	me := other.get("/de/me").want(http.StatusOK, "gehört jetzt zu "+keptName)
	other.follow(other.send(me.form("/moved"))).want(http.StatusOK, "1 von")
	kept.get("/de/me").want(http.StatusOK, "1 von")
}

// TestScopeOfMoved: a browser for one class is not told what another class has moved.
func TestScopeOfMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.classroom("Frau.Eins", "Klasse Eins"), w.classroom("Herr.Zwei", "Klasse Zwei")
	pupil, _, _ := c.pupil()
	other.join(pupil)
	kept, _, _ := other.pupil()
	task := other.assign(quiz.Homework)
	at := other.start(pupil, task)
	w.must(w.server.Store.Merge(context.Background(), other.ID, kept.id(), pupil.id(), time.Now()))
	browser := w.client()
	w.comesBack(browser, c.teacher.post(c.memberPath(pupil, "/code"), nil).want(http.StatusOK).code()).want(http.StatusSeeOther)
	if p := browser.get("/de/me").want(http.StatusOK, "Klasse Eins"); strings.Contains(p.text(), "Klasse Zwei") {
		t.Error("a browser for one class shows that work for another one was moved")
	}
	browser.post("/de/me/classes/"+other.ID+"/moved", nil).want(http.StatusNotFound)
	browser.get("/de/me/classes/" + other.ID + "/leave").want(http.StatusNotFound)
	browser.get(at).want(http.StatusForbidden)
	c.answer(browser, at).want(http.StatusForbidden)
	pupil.get("/de/me").want(http.StatusOK, "Klasse Eins", "Klasse Zwei")
}

// halfMerge is what there is when the program ended right after a merge was decided.
func (w *world) halfMerge(c *schoolClass, kept, other string) {
	w.t.Helper()
	_, err := w.server.Store.ChangeMember(context.Background(), c.ID, other, func(m *school.Member) error {
		m.Left, m.Into, m.Moving = school.LeftMerged, kept, true
		return nil
	})
	w.must(err)
}

// TestReach: the address on the wall is the public origin, else the one that is printed at start, and never what the
// request says of itself.
func TestReach(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		origin, network, want string
		says                  string
	}{
		"public":        {"http://school.example/", "http://192.168.0.7:3000", "http://school.example", "school.example/de/join"},
		"network":       {"", "http://192.168.0.7:3000", "http://192.168.0.7:3000", "192.168.0.7:3000/de/join"},
		"only here":     {"", "http://localhost:3000", "http://localhost:3000", "nur auf diesem Rechner"},
		"nobody knows":  {"", "", "", "weiß das Programm nicht"},
		"no such thing": {"", "::", "", "weiß das Programm nicht"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(c *Config) { c.Origin, c.Network = row.origin, row.network })
			c := w.classroom("Frau.Eins", "9b")
			forged := func(r *http.Request) { // the client would send its cookie to where it seems to go
				r.Host = "evil.example"
				r.Header.Set("Cookie", teacherCookie+"="+c.teacher.cookie(teacherCookie))
			}
			for _, path := range []string{c.path("/join"), c.path("/cards")} {
				p := c.teacher.get(path, forged).want(http.StatusOK, row.says)
				if strings.Contains(p.body, "evil.example") {
					t.Errorf("%s shows the Host header", path)
				}
				if !strings.Contains(p.text(), c.Code) {
					t.Errorf("%s does not show the code", path)
				}
				qr, err := newQR(row.want + "/de/join/" + c.Code)
				w.must(err)
				if has := strings.Contains(p.body, qr.Path); has != (row.want != "") {
					t.Errorf("%s: a QR code of %s: %v", path, row.want, has)
				}
			}
		})
	}
}

// TestQR draws the path of a QR code on squares and compares it with the code, and with the light zone that it needs.
func TestQR(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"x", "http://192.168.0.7:3000/de/join/BCDFGH", "https://a-rather-long-name.of-a-school.example/en/join/BCDFGH"} {
		got, err := newQR(text)
		code, err2 := qr.Encode(text, qr.M)
		if err != nil || err2 != nil || got.Size != code.Size+8 {
			t.Fatalf("%s: %d squares, want %d: %v %v", text, got.Size, code.Size+8, err, err2)
		}
		dark := map[[2]int]bool{}
		for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(got.Path, -1) {
			var n [4]int
			for i := range n {
				n[i], _ = strconv.Atoi(m[i+1])
			}
			if n[2] != n[3] {
				t.Errorf("%s is no box", m[0])
			}
			for i := range n[2] {
				dark[[2]int{n[0] + i, n[1]}] = true
			}
		}
		for y := range got.Size {
			for x := range got.Size {
				if want := code.Black(x-4, y-4); dark[[2]int{x, y}] != want {
					t.Fatalf("%s: square %d, %d is dark: %v", text, x, y, !want)
				}
			}
		}
	}
}

func TestHandout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Network = "http://192.168.0.7:3000" })
	c := w.classroom("Frau.Eins", "9b")
	_, name, _ := c.pupil()
	c.teacher.get(c.path("/join")).want(http.StatusOK, c.Code, "1 Eintrag")
	for query, want := range map[string]int{"": 32, "?n=8": 8, "?n=40": 40, "?n=-1": 32, "?n=x": 32, "?n=99999": 32} {
		p := c.teacher.get(c.path("/cards")+query).want(http.StatusOK, name)
		if n := strings.Count(p.body, `<use href="#qr"`); n != want {
			t.Errorf("%s: %d cards, want %d", query, n, want)
		}
	}
	c.teacher.post(c.path("/code/stop"), nil).want(http.StatusSeeOther)
	c.teacher.get(c.path("/join")).want(http.StatusOK, "keinen Code")
	c.teacher.get(c.path("/cards")).want(http.StatusOK, "keinen Code", name)
	c.teacher.follow(c.teacher.post(c.path("/code"), nil)).want(http.StatusOK, c.room().Code)
	c.Archived = true
	w.must(w.server.Store.ChangeClass(context.Background(), c.Class))
	p := c.teacher.get(c.path("/join")).want(http.StatusOK, "zu Ende")
	if strings.Contains(p.text(), c.room().Code) {
		t.Error("a class that is over shows its code")
	}
}

// memberRows are the pages of classes for pupils, and of pupils for teachers.
func memberRows(r *request, page Page) []templateRow {
	room := &school.Room{Class: school.Class{ID: "abcdefghjkmnpqrs", Name: "9b", Lang: "de", Code: "BCDFGH"}, Members: []school.Member{
		{ID: "a", Name: "Mutiger Otter"}, {ID: "b", Name: "Stiller Wal"}, {ID: "c", Name: "x", Left: school.LeftMerged, Into: "a", Moving: true},
	}}
	frame := ClassFrame{Room: room}
	member, _ := r.memberPage(room, room.Members[0])
	member.Done, member.Faults = "x", map[string]string{"care": "x", "merge": "y", "remove": "z"}
	left, _ := r.memberPage(room, school.Member{ID: "d", Name: "x", Left: school.LeftSelf})
	out, _ := r.memberPage(room, school.Member{ID: "d", Name: "x", Left: school.LeftRemoved})
	alone, _ := r.memberPage(&school.Room{Class: room.Class, Members: room.Members[:1]}, room.Members[0])
	qr, _ := newQR("http://localhost:3000")
	reach := Reach{"http://localhost:3000", "localhost:3000", true}
	over := HandoutPage{Page: page, ClassFrame: frame, Over: true}
	shown := HandoutPage{Page: page, ClassFrame: frame, Door: Door{"BCDFGH", "B C", reach, reach, qr}, Joined: 2, Cards: make([]int, 2), Counts: cardCounts}
	unknown := HandoutPage{Page: page, ClassFrame: ClassFrame{Room: &school.Room{}}, Door: Door{Code: "BCDFGH"}, Cards: make([]int, 1)}
	none := HandoutPage{Page: page, ClassFrame: frame}
	classes := []MyClass{
		{ID: "a", Name: "9b", Pseudonym: "Mutiger Otter", Care: school.Care{Extra: 1.5, Tries: 1}, Moved: true, Tasks: []TaskView{{Title: "x", Preset: quiz.Homework, Minutes: 5, DueText: "x", Standing: school.Standing{Phase: school.PhaseWorking, Open: "x"}}, {Title: "x", Preset: quiz.Test, Standing: school.Standing{Phase: school.PhaseDone, Done: 1}}}},
		{ID: "b", Name: "9c", Pseudonym: "x", Over: true, Care: school.Care{NoTimer: true}},
		{ID: "c", Name: "9d", Pseudonym: "x", Moved: true, Unseen: true},
	}
	rows := []templateRow{
		{"teach/member", member},
		{"teach/member", alone},
		{"teach/member", left},
		{"teach/member", out},
		{"teach/member_code", &MemberCodePage{page, frame, room.Members[0], "ABCD", reach}},
		{"account/form", r.joinForm("x", "y")},
		{"account/form", &AskPage{r.returnForm("", "", "x").FormPage, "x"}},
		{"account/join", &JoinPage{Page: page, Class: "9b", Code: "BCDFGH", Known: true}},
		{"account/join", &JoinPage{Page: page, Class: "9b", Pseudonym: "x", Return: "y"}},
		{"account/join", &JoinPage{Page: page, Class: "9b", Pseudonym: "x", HasReturn: true, Known: true}},
		{"account/code", &CodePage{page, "ABCD"}},
		{"account/replace", &ReplacePage{page, "x", "y", true}},
		{"account/leave_class", &LeaveClassPage{page, "a", "9b", "x", false}},
		{"account/leave_class", &LeaveClassPage{page, "a", "9b", "x", true}},
		{"account/me", &MePage{Page: page, Classes: classes, Lessons: []MyLesson{{ID: "x", Title: "x"}, {ID: theLesson, Title: "x", There: true}}}},
		{"account/me", &MePage{Page: page, Classes: classes, Only: true}},
	}
	for _, p := range []HandoutPage{over, shown, unknown, none} {
		rows = append(rows, templateRow{"teach/wall", &p}, templateRow{"teach/cards", &p})
	}
	return rows
}

// TestResumeWithoutClass: to go on with what was begun in a class is offered as long as one is in it. Who still has the page
// of before is shown what they did there.
func TestResumeWithoutClass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	pupil, _, _ := c.pupil()
	attempt := strings.Split(c.start(pupil, c.assign(quiz.Homework)), "/")[3]
	quizPath := "/lessons/" + theLesson + "/quiz"
	resume := pupil.get("/de/").want(http.StatusOK).form(quizPath)
	pupil.follow(pupil.post(resume.action, resume.values)).want(http.StatusOK)
	c.must(c.server.Store.Leave(t.Context(), c.ID, pupil.id(), school.LeftRemoved))
	for _, n := range pupil.get("/de/").want(http.StatusOK).all("form") {
		if strings.Contains(attr(n, "action"), quizPath) {
			t.Errorf("the first page still leads to %s", attr(n, "action"))
		}
	}
	pupil.follow(pupil.post(resume.action, resume.values).to("/de/attempts/" + attempt)).to("/de/attempts/" + attempt + "/result")
	w.client().post(resume.action, resume.values).want(http.StatusNotFound)
}
