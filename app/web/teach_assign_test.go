package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestAssign: what is left empty is as the preset proposes, whichever is chosen.
func TestAssign(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	c.Holidays = []school.Span{{From: "2126-12-03", To: "2126-12-04"}}
	w.must(w.server.Store.ChangeClass(t.Context(), c.Class))
	p := c.teacher.get(c.path("/assign")).want(http.StatusOK, "Übung", "Hausaufgabe", "Test", "Bis 5. Dezember 2126, 23:59 Uhr, drei Versuche, der beste zählt", "Bis 26. November 2126, 23:59 Uhr, danach geschlossen")
	if got := p.visible("/assign"); !slices.Equal(got, []string{whatField, presetField, dueField}) {
		t.Errorf("one sees %v", got)
	}
	for preset, want := range map[string]school.Assignment{
		"practice": {Due: time.Date(2126, 12, 5, 22, 59, 0, 0, time.UTC).Unix(), Late: school.LateMark, Counts: quiz.Last},
		"homework": {Due: time.Date(2126, 12, 5, 22, 59, 0, 0, time.UTC).Unix(), Late: school.LateMark, Counts: quiz.Highest, Attempts: 3},
		"test":     {Due: time.Date(2126, 11, 26, 22, 59, 0, 0, time.UTC).Unix(), Late: school.LateClose, Counts: quiz.Last, Attempts: 1, Release: school.ReleaseByHand},
	} {
		got := c.give(whatField, theLesson, presetField, preset)
		want.N, want.Lesson, want.Preset, want.Opens, want.Created, want.Key = got.N, theLesson, quiz.Preset(preset), at.Now().Unix(), at.Now().Unix(), got.Key
		if got.Tag() != want.Tag() {
			t.Errorf("%s: given is %+v, want %+v", preset, got, want)
		}
	}
	got := c.give(whatField, "who-can-read", presetField, "test", dueField, "10.12.2126 8:05", opensField, "2126-12-10T07:15", lateField, "close", attemptsField, "2", countsField, "average", limitField, "20", releaseField, "due")
	want := school.Assignment{
		N: got.N, Lesson: "who-can-read", Preset: quiz.Test, Opens: time.Date(2126, 12, 10, 6, 15, 0, 0, time.UTC).Unix(), Due: time.Date(2126, 12, 10, 7, 5, 0, 0, time.UTC).Unix(),
		Late: school.LateClose, Attempts: 2, Counts: quiz.Average, Limit: 1200, Release: school.ReleaseAtDue, Created: at.Now().Unix(), Key: got.Key,
	}
	if got.Tag() != want.Tag() {
		t.Errorf("given is %+v, want %+v", got, want)
	}
	if got = c.give(whatField, theLesson, releaseField, "due"); got.Release != "" { // what only a test has is left out elsewhere
		t.Errorf("homework is released %q", got.Release)
	}
}

// TestAssignTwice: a double click gives once, and the same form for another lesson gives that, too.
func TestAssignTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	f := c.teacher.get(c.path("/assign?lesson=" + theLesson)).want(http.StatusOK).form("/assign")
	if f.values.Get(whatField) != theLesson {
		t.Errorf("chosen is %q", f.values.Get(whatField))
	}
	for range 2 {
		c.teacher.send(f).to(c.path("?done=given"))
	}
	if n := len(c.room().Assignments); n != 1 {
		t.Errorf("a double click gives %d", n)
	}
	c.teacher.send(f, whatField, "who-can-read").to(c.path("?done=given"))
	f.values.Del(tryField)
	c.teacher.send(f, whatField, theLesson).to(c.path("?done=given"))
	if n := len(c.room().Assignments); n != 3 {
		t.Errorf("%d are given", n)
	}
}

// TestAssignSeveral gives a theme and the whole module, each lesson by itself with the same times.
func TestAssignSeveral(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	module := w.server.site().module
	f := c.teacher.get(c.path("/assign")).form("/assign")
	for range 2 {
		c.teacher.send(f, whatField, wholeTheme+"encryption").to(c.path("?done=given"))
	}
	list := c.room().Assignments
	i := slices.IndexFunc(module.Themes, func(theme lesson.Theme) bool { return theme.ID == "encryption" })
	if len(list) != len(module.Themes[i].Lessons) {
		t.Fatalf("%d are given of the theme", len(list))
	}
	for n, a := range list {
		if a.Lesson != module.Themes[i].Lessons[n] || a.Due != list[0].Due || a.N != n+1 {
			t.Errorf("number %d is %+v", n+1, a)
		}
	}
	f = c.teacher.get(c.path("/assign")).form("/assign")
	c.teacher.send(f, whatField, wholeModule, presetField, "test", partField, "big-numbers#children").to(c.path("?done=given"))
	list = c.room().Assignments[len(list):]
	if len(list) != len(module.Lessons) {
		t.Fatalf("%d are given of the module", len(list))
	}
	for n, a := range list {
		if a.Lesson != module.Lessons[n].ID || a.Preset != quiz.Test || (a.Part == "children") != (a.Lesson == "big-numbers") {
			t.Errorf("number %d is %+v", a.N, a)
		}
	}
	f = c.teacher.get(c.path("/assign")).form("/assign")
	c.teacher.refuses(f, "limit", whatField, wholeModule, presetField, "test", limitField, "20")
	c.teacher.refuses(f, "what", whatField, wholeTheme+"nothing")
}

func TestAssignRefused(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	f := c.teacher.get(c.path("/assign")).form("/assign")
	for _, row := range []struct {
		wrong, says string
		fields      []string
	}{
		{"what", "Wählen Sie, was Sie geben", []string{whatField, ""}},
		{"what", "Wählen Sie, was Sie geben", []string{whatField, "no-such-lesson"}},
		{"what", "Wählen Sie, was Sie geben", []string{whatField, "../x"}},
		{"preset", "Wählen Sie Übung, Hausaufgabe oder Test", []string{whatField, theLesson, presetField, "exam"}},
		{"due", "Dieser Termin ist vorbei", []string{whatField, theLesson, dueField, at.after(-time.Minute)}},
		{"due", "Das ist kein Termin", []string{whatField, theLesson, dueField, "bald"}},
		{"due", "ihr letzter Tag ist der 31. Juli 2127", []string{whatField, theLesson, dueField, "2127-08-01T08:00"}},
		{"opens", "ihr letzter Tag ist der 31. Juli 2127", []string{whatField, theLesson, dueField, "2127-07-31T23:00", opensField, "2127-08-01T08:00"}},
		{"due", "liegt vor dem Beginn am 1. Dezember 2126, 08:00 Uhr", []string{whatField, theLesson, dueField, "2126-12-01T08:00", opensField, "2126-12-01T08:00"}},
		{"due", "liegt vor dem Beginn", []string{whatField, theLesson, presetField, "test", opensField, "2126-12-01T08:00"}},
		{"late", "Wählen Sie etwas aus der Liste", []string{whatField, theLesson, lateField, "never"}},
		{"attempts", "Wählen Sie etwas aus der Liste", []string{whatField, theLesson, attemptsField, "-1"}},
		{"attempts", "Wählen Sie etwas aus der Liste", []string{whatField, theLesson, attemptsField, "51"}},
		{"counts", "Wählen Sie etwas aus der Liste", []string{whatField, theLesson, countsField, "best"}},
		{"limit", "Ein Zeitlimit gibt es nur im Test", []string{whatField, theLesson, limitField, "20"}},
		{"limit", "ganze Minuten", []string{whatField, theLesson, presetField, "test", limitField, "0"}},
		{"limit", "ganze Minuten", []string{whatField, theLesson, presetField, "test", limitField, "241"}},
		{"limit", "ganze Minuten", []string{whatField, theLesson, presetField, "test", limitField, "1e3"}},
		{"limit", "„Wer ruft hier um Hilfe?“", []string{whatField, "safe-and-supported", presetField, "test", limitField, "20"}},
		{"release", "könnte jemand erst die Lösungen lesen", []string{whatField, theLesson, presetField, "test", lateField, "mark", releaseField, "due"}},
		{"release", "Wählen Sie etwas aus der Liste", []string{whatField, theLesson, presetField, "test", releaseField, "never"}},
		{"part", "gehört nicht zur Lektion", []string{whatField, theLesson, partField, "big-numbers#children"}},
		{"part", "gehört nicht zur Lektion", []string{whatField, "big-numbers", partField, "big-numbers#nothing"}},
		{"what due limit", "", []string{whatField, "", dueField, "x", limitField, "x"}},
	} {
		if strings.Contains(row.says, "„") { // whatever the lesson is called
			row.says = w.server.site().module.Lesson(row.fields[1]).Title["de"]
		}
		c.teacher.refuses(f, row.wrong, row.fields...).want(http.StatusUnprocessableEntity, row.says)
		for _, field := range []string{presetField, dueField, opensField, lateField, attemptsField, countsField, limitField, releaseField, partField} {
			f.values.Del(field)
		}
		f.values.Set(presetField, "homework")
	}
	if list := c.room().Assignments; len(list) > 0 {
		t.Errorf("what was refused is given: %+v", list)
	}
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer db.Close()
	w.must(db.HSet(t.Context(), "{c:"+c.ID+"}", "assigned", strconv.Itoa(school.MostAssignments)).Err())
	c.teacher.send(f, whatField, theLesson).want(http.StatusUnprocessableEntity, "Eine Klasse kann 200 Aufgaben haben")
}

// TestNoTest: where no questions are kept back, no Test can be given, and the form says so.
func TestNoTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.newClass("Frau.Eins", "9b")
	p := c.teacher.get(c.path("/assign?lesson=kinds")).want(http.StatusOK, "gibt es keine zurückgehaltenen Fragen, also keinen Test")
	if n := strings.Count(p.body, " disabled"); n != 1 {
		t.Errorf("%d choices are off", n)
	}
	f := c.teacher.get(c.path("/assign")).form("/assign")
	c.teacher.refuses(f, "preset", whatField, "kinds", presetField, "test")
	c.teacher.refuses(f, "preset", whatField, wholeModule, presetField, "test")
	homework := c.give(whatField, "kinds")
	p = c.teacher.get(c.in(homework, "/edit")).want(http.StatusOK, "gibt es keine zurückgehaltenen Fragen, also keinen Test")
	f = p.form("/edit")
	f.values.Set(presetField, "test")
	c.teacher.post(f.action, f.values).want(http.StatusUnprocessableEntity)
	c.give(whatField, "workshop", presetField, "test")
}

// TestAssignTo: from a lesson's page for teachers to the form, by way of the class that is meant.
func TestAssignTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	to := "/de/teach/assign?lesson=" + theLesson
	w.client().get("/de/lessons/"+theLesson+"/teacher").want(http.StatusOK, "Einer Klasse geben")
	w.client().get(to).to("/de/teach/signin?to=" + url.QueryEscape(to))
	nobody := w.teacher("Frau.Neu")
	nobody.get(to).to("/de/teach")
	nobody.get("/de/teach/assign?lesson=nothing").want(http.StatusNotFound)
	c := w.newClass("Frau.Eins", "9b")
	c.teacher.get(to).to(c.path("/assign?lesson=" + theLesson))
	second, third := w.newClass("Frau.Eins", "10c"), w.newClass("Frau.Eins", "11 alt")
	third.teacher.post(third.path("/archive"), url.Values{onField: {"1"}})
	p := c.teacher.get(to).want(http.StatusOK, "Welcher Klasse?", "9b", "10c")
	if strings.Contains(p.text(), "11 alt") || len(p.links("/assign?lesson="+theLesson)) < 2 || len(p.links(second.ID)) != 1 {
		t.Errorf("the page leads to %v", p.links("/assign"))
	}
}

// TestGivenPage: the page says where each pupil stands.
func TestGivenPage(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	pupils := c.pupils(5)
	a := c.give(whatField, theLesson, dueField, at.after(2*time.Hour))
	c.teacher.get(c.in(a, "")).want(http.StatusOK, "Fingerabdrücke", "Hausaufgabe", "Noch nicht begonnen 5", "3 Versuche", "Der beste Versuch", "Abgabe möglich, gilt als verspätet")
	c.handsIn(pupils[0], a)
	c.begins(pupils[1], a)
	c.handsIn(pupils[2], a)
	c.begins(pupils[2], a)
	at.pass(3 * time.Hour)
	c.handsIn(pupils[3], a)
	p := c.teacher.get(c.in(a, "")).want(http.StatusOK, "Abgegeben 2", "Verspätet abgegeben 1", "In Arbeit 1", "Noch nicht begonnen 1", "0 von 14", "noch ein Versuch, 0 von 14", "Termin vorbei", "fällig war sie am")
	if links := p.links("/attempts/"); len(links) != 4 {
		t.Errorf("the page leads to attempts %v", links)
	}
	c.teacher.get(c.path("")).want(http.StatusOK, "2 abgegeben", "1 verspätet", "1 in Arbeit", "1 noch nicht begonnen")
	late := c.teacher.get(c.path("")).text()
	at.pass(recent)
	past := w.signedIn("Frau.Eins", thePassphrase).get(c.path("")).want(http.StatusOK, "1 frühere Aufgabe").text()
	if !strings.Contains(late, "2 abgegeben") || strings.Contains(past, "2 abgegeben") {
		t.Error("what was due long ago is not folded away")
	}
	for _, n := range []string{"0", "2", "01", "-1", "x", "1x", "99999999999999999999"} {
		c.teacher.get(c.path("/assignments/" + n)).want(http.StatusNotFound)
	}
}

// TestTestFlow: a pupil takes a Test, it closes, and the result is seen when it is released, and not before.
func TestTestFlow(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	pupils := c.pupils(3)
	a := c.give(whatField, theLesson, presetField, "test", limitField, "20", dueField, at.after(time.Hour))
	slow := c.begins(pupils[1], a)
	attempt := c.handsIn(pupils[0], a)
	if again := c.begins(pupils[0], a); again != "" {
		t.Errorf("a second attempt at a Test: %s", again)
	}
	withheld := func() {
		t.Helper()
		p := pupils[0].get("/de/attempts/"+attempt+"/result").want(http.StatusOK, "sobald es freigegeben")
		if strings.Contains(p.text(), "Punkten") {
			t.Error("the result is shown before it is released")
		}
	}
	withheld()
	c.teacher.get(c.in(a, "")).want(http.StatusOK, "Noch nicht freigegeben", "2 Personen haben noch nicht abgegeben und könnten")
	at.pass(22 * time.Minute)
	pupils[1].get("/de/attempts/" + slow).to("/de/attempts/" + slow + "/result") // the time is up
	c.teacher.get(c.in(a, "")).want(http.StatusOK, "Abgegeben 2", "1 Person hat noch nicht abgegeben")
	at.pass(time.Hour)
	if late := c.begins(pupils[2], a); late != "" {
		t.Errorf("what is closed can be begun: %s", late)
	}
	withheld()
	c.teacher.get(c.path("")).want(http.StatusOK, "Die Ergebnisse warten auf Ihre Freigabe", "2 abgegeben", "1 nicht abgegeben")
	f := c.teacher.get(c.in(a, "")).form("/release")
	for range 2 {
		c.teacher.send(f).to(c.in(a, "?done=released"))
	}
	pupils[0].get("/de/attempts/"+attempt+"/result").want(http.StatusOK, "Punkten")
	pupils[0].get("/de/me").want(http.StatusOK, "0 von")
	hide := c.teacher.get(c.in(a, "?done=released")).want(http.StatusOK, "Die Ergebnisse sind freigegeben", "Wer schon nachgesehen hat").form("/release")
	for range 2 {
		c.teacher.send(hide).to(c.in(a, "?done=hidden"))
	}
	withheld()
	homework := c.give(whatField, theLesson)
	c.teacher.post(c.in(homework, "/release"), url.Values{onField: {"1"}}).want(http.StatusNotFound)

	// By itself, when the date is over for everybody, and hidden again it stays hidden.
	self := c.give(whatField, "who-can-read", presetField, "test", releaseField, "due", dueField, at.after(time.Hour))
	attempt = c.handsIn(pupils[0], self)
	withheld()
	c.teacher.get(c.in(self, "")).want(http.StatusOK, "Das geschieht von selbst")
	at.pass(time.Hour + 2*time.Minute)
	pupils[0].get("/de/attempts/"+attempt+"/result").want(http.StatusOK, "Punkten")
	c.teacher.send(c.teacher.get(c.in(self, "")).form("/release")).to(c.in(self, "?done=hidden"))
	withheld()
}

// TestPartOfTest: of a lesson with two sections a pupil chooses one, in a Test, too, unless the teacher has.
func TestPartOfTest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	pupils := c.pupils(2)
	free := c.give(whatField, "big-numbers", presetField, "test")
	p := pupils[0].get("/de/lessons/big-numbers?for="+free.Task(c.ID).Ref()).want(http.StatusOK, "Das Ergebnis siehst du")
	if strings.Contains(p.text(), "0 Fragen") || strings.Count(p.body, `name="for"`) != 2 {
		t.Errorf("the pupil is offered %d parts", strings.Count(p.body, `name="for"`))
	}
	if begun := c.begins(pupils[0], free); begun != "" {
		t.Errorf("without a part, %s is begun", begun)
	}
	p = pupils[0].post("/de/lessons/big-numbers/quiz", url.Values{forField: {free.Task(c.ID).Ref()}, "part": {"lost-property"}})
	if !strings.HasPrefix(p.header.Get("Location"), "/de/attempts/big-numbers-") {
		t.Errorf("with a part, the browser is sent to %s", p.header.Get("Location"))
	}
	fixed := c.give(whatField, "big-numbers", presetField, "test", partField, "big-numbers#lost-property")
	p = pupils[1].get("/de/lessons/big-numbers?for=" + fixed.Task(c.ID).Ref()).want(http.StatusOK)
	if strings.Count(p.body, `name="for"`) != 1 {
		t.Errorf("the pupil is offered %d parts", strings.Count(p.body, `name="for"`))
	}
	if begun := c.begins(pupils[1], fixed); begun == "" {
		t.Error("the part that was given cannot be begun")
	}
	c.teacher.get(c.in(fixed, "")).want(http.StatusOK, "Abschnitt")
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	pupils := c.pupils(2)
	a := c.give(whatField, theLesson)
	attempt := c.begins(pupils[0], a)
	f := c.teacher.get(c.in(a, "")).want(http.StatusOK, "angefangene Versuche enden").form("/withdraw")
	for range 2 {
		c.teacher.send(f).to(c.in(a, "?done=withdrawn"))
	}
	pupils[0].get("/de/attempts/" + attempt).to("/de/attempts/" + attempt + "/result")
	if begun := c.begins(pupils[1], a); begun != "" {
		t.Errorf("what is withdrawn can be begun: %s", begun)
	}
	c.teacher.get(c.path("")).want(http.StatusOK, "1 frühere Aufgabe", "Zurückgenommen")
	f = c.teacher.get(c.in(a, "")).want(http.StatusOK, "Diese Aufgabe ist zurückgenommen").form("/withdraw")
	for range 2 {
		c.teacher.send(f).to(c.in(a, "?done=back"))
	}
	pupils[0].get("/de/attempts/" + attempt).want(http.StatusOK) // goes on where it was
	if begun := c.begins(pupils[1], a); begun == "" {
		t.Error("what is given again cannot be begun")
	}
}

// TestLonger: one pupil has more time, and only a pupil of the class can have it.
func TestLonger(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c, other := w.newClass("Frau.Eins", "9b"), w.newClass("Frau.Eins", "10c")
	pupils, foreign := c.pupils(2), other.pupils(1)[0]
	a := c.give(whatField, theLesson, dueField, at.after(time.Hour), lateField, "close")
	f := c.teacher.get(c.in(a, "")).form("/longer")
	if !slices.Contains(f.fields[pupilField], pupils[0].id()) || slices.Contains(f.fields[pupilField], foreign.id()) {
		t.Errorf("one can choose of %v", f.fields[pupilField])
	}
	c.teacher.refuses(f, "pupil", pupilField, foreign.id(), untilField, at.after(2*time.Hour))
	c.teacher.refuses(f, "pupil until", pupilField, "", untilField, "")
	c.teacher.refuses(f, "until", pupilField, pupils[0].id(), untilField, at.after(time.Hour))
	c.teacher.refuses(f, "until", pupilField, pupils[0].id(), untilField, "2127-08-02T08:00")
	for range 2 {
		c.teacher.send(f, pupilField, pupils[0].id(), untilField, at.after(3*time.Hour)).to(c.in(a, "?done=longer"))
	}
	if longer := c.given(a.N).Longer; len(longer) != 1 || longer[pupils[0].id()] != at.Now().Add(3*time.Hour).Unix() {
		t.Errorf("more time have %v", longer)
	}
	at.pass(2 * time.Hour)
	if c.begins(pupils[0], a) == "" || c.begins(pupils[1], a) != "" {
		t.Error("it is not just the one who may begin")
	}
	p := c.teacher.get(c.in(a, "")).want(http.StatusOK, "bis 26. November 2126, 13:30 Uhr")
	back := p.form("/longer") // the first: beside the name
	for range 2 {
		c.teacher.send(back).to(c.in(a, "?done=shorter"))
	}
	if longer := c.given(a.N).Longer; len(longer) > 0 {
		t.Errorf("more time have %v", longer)
	}
}

// TestChange: what a change means is shown first, and stored when it is confirmed.
func TestChange(t *testing.T) {
	t.Parallel()
	at := theClock()
	at.pass(7 * time.Second) // which no form's field knows
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	pupils := c.pupils(4)
	a := c.give(whatField, theLesson, presetField, "test", limitField, "20", dueField, at.after(3*time.Hour), lateField, "mark")
	c.handsIn(pupils[0], a)
	at.pass(30 * time.Minute)
	c.handsIn(pupils[1], a)
	at.pass(40 * time.Minute)
	open := c.begins(pupils[2], a)
	at.pass(5 * time.Minute)

	before := c.given(a.N)
	edit := c.teacher.get(c.in(a, "/edit")).want(http.StatusOK, "Test. Die Art der Aufgabe lässt sich nicht mehr ändern")
	f := edit.form("/edit")
	if f.values.Get(limitField) != "20" || f.values.Get(dueField) != writeMoment(a.Due, c.Location()) || f.values.Get(lateField) != "mark" {
		t.Errorf("the form begins with %v", f.values)
	}
	c.teacher.send(f).to(c.in(a, "?done=saved")) // as it was
	if c.given(a.N).Tag() != before.Tag() {
		t.Error("sent as it was, something has changed")
	}
	p := c.teacher.send(f, limitField, "30", dueField, at.after(-70*time.Minute)).want(http.StatusOK, "Das ändert sich", "20 Minuten 30 Minuten", "Was das für die Klasse heißt",
		"1 offener Versuch hat 10 Minuten mehr", "1 Person, die abgegeben hat, gilt dann als verspätet")
	if strings.Contains(p.text(), "Nach dem Termin") {
		t.Error("the page names what stays as it is")
	}
	if c.given(a.N).Tag() != before.Tag() {
		t.Fatal("something is stored before it was confirmed")
	}
	back := c.teacher.post(p.form("/edit").action, withField(p.form("/edit").values, backField)).want(http.StatusOK)
	if got := back.form("/edit").values.Get(limitField); got != "30" {
		t.Errorf("back in the form, the limit is %q", got)
	}
	confirm := withField(p.form("/edit").values, confirmField)
	for range 2 { // a double click
		c.teacher.post(c.in(a, "/edit"), confirm).to(c.in(a, "?done=saved"))
	}
	after := c.given(a.N)
	if after.Limit != 1800 || after.Due >= before.Due || after.Late != before.Late || after.Opens != before.Opens || after.Key != before.Key {
		t.Errorf("stored is %+v", after)
	}
	pupils[2].get("/de/attempts/"+open).want(http.StatusOK, "25 Minuten")

	// Closed, the open one ends and nobody begins.
	f = c.teacher.get(c.in(a, "/edit")).form("/edit")
	p = c.teacher.send(f, lateField, "close", limitField, "").want(http.StatusOK, "1 offener Versuch endet sofort", "1 Person kann nicht mehr beginnen", "30 Minuten Keines")
	c.teacher.post(c.in(a, "/edit"), withField(p.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))
	pupils[2].get("/de/attempts/" + open).to("/de/attempts/" + open + "/result")
	// And with more attempts, and time, they go on.
	f = c.teacher.get(c.in(a, "/edit")).form("/edit")
	p = c.teacher.send(f, lateField, "mark", attemptsField, "2", countsField, "highest").want(http.StatusOK, "1 Versuch, der schon zu Ende war, geht weiter", "3 Personen können jetzt beginnen, oder noch einmal")
	c.teacher.post(c.in(a, "/edit"), withField(p.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))
	c.handsIn(pupils[0], a)
	f = c.teacher.get(c.in(a, "/edit")).form("/edit")
	c.teacher.send(f, attemptsField, "1").want(http.StatusOK, "1 Person hat schon mehr Versuche begonnen")

	for _, row := range []struct {
		wrong  string
		fields []string
	}{
		{"due", []string{dueField, ""}},
		{"due", []string{dueField, "2126-11-20T08:00"}},
		{"limit", []string{limitField, "x"}},
		{"release", []string{releaseField, "due"}},
		{"preset", []string{presetField, "practice"}},
	} {
		f := c.teacher.get(c.in(a, "/edit")).form("/edit")
		p := c.teacher.send(f, row.fields...).want(http.StatusUnprocessableEntity)
		if got := strings.Join(p.faulty(), " "); got != row.wrong {
			t.Errorf("%v: %q is wrong, want %q", row.fields, got, row.wrong)
		}
	}
}

// withField is a form with the button that was pressed.
func withField(values url.Values, button string) url.Values {
	out := url.Values{button: {"1"}}
	for name, v := range values {
		if name != backField && name != confirmField {
			out[name] = v
		}
	}
	return out
}

// TestChangeMeanwhile: who changes what a colleague has changed is told, and loses nothing that was typed.
func TestChangeMeanwhile(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	a := c.give(whatField, theLesson)
	f := c.teacher.get(c.in(a, "/edit")).form("/edit")
	p := c.teacher.send(f, attemptsField, "5").want(http.StatusOK, "3 Versuche 5 Versuche")
	confirm := withField(p.form("/edit").values, confirmField)

	colleague := w.teacher("Herr.Zwei")
	id, _, _ := strings.Cut(colleague.cookie(teacherCookie), ".")
	w.must(w.server.Store.AddStaff(t.Context(), c.ID, id, at.Now()))
	theirs := colleague.send(colleague.get(c.in(a, "/edit")).form("/edit"), dueField, at.after(time.Hour))
	colleague.post(c.in(a, "/edit"), withField(theirs.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))

	again := c.teacher.post(c.in(a, "/edit"), confirm).want(http.StatusConflict, "Diese Aufgabe wurde inzwischen geändert")
	if c.given(a.N).Attempts != 3 {
		t.Error("a colleague's change is overwritten")
	}
	mine := again.form("/edit")
	if mine.values.Get(attemptsField) != "5" {
		t.Errorf("what was typed is gone: %v", mine.values)
	}
	// The next step says that it would take back what the colleague has done.
	p = c.teacher.send(mine).want(http.StatusOK, "3 Versuche 5 Versuche", "Fällig", "26. November 2126, 11:30 Uhr")
	c.teacher.post(c.in(a, "/edit"), withField(p.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))
	if got := c.given(a.N); got.Attempts != 5 || got.Due != a.Due {
		t.Errorf("stored is %+v", got)
	}
	c.teacher.post(c.in(a, "/edit"), withField(f.values, confirmField)).want(http.StatusSeeOther) // the first form, as it is now
	stale := withField(f.values, confirmField)
	stale.Set(attemptsField, "1")
	c.teacher.post(c.in(a, "/edit"), stale).want(http.StatusConflict)
}

// TestChangePreset: before anybody has begun, another preset can be chosen, and proposes what was left as it was.
func TestChangePreset(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	pupil := c.pupils(1)[0]
	a := c.give(whatField, theLesson, dueField, at.after(time.Hour))
	f := c.teacher.get(c.in(a, "/edit")).form("/edit")
	p := c.teacher.send(f, presetField, "test", countsField, "first", limitField, "10").want(http.StatusOK, "Hausaufgabe Test", "3 Versuche 1 Versuch", "Abgabe möglich, gilt als verspätet Geschlossen")
	c.teacher.post(c.in(a, "/edit"), withField(p.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))
	got := c.given(a.N)
	want := a
	want.Preset, want.Attempts, want.Late, want.Release, want.Counts, want.Limit = quiz.Test, 1, school.LateClose, school.ReleaseByHand, quiz.First, 600
	if got.Tag() != want.Tag() {
		t.Errorf("stored is %+v, want %+v", got, want)
	}
	f = c.teacher.get(c.in(a, "/edit")).form("/edit")
	p = c.teacher.send(f, presetField, "practice", limitField, "").want(http.StatusOK)
	c.teacher.post(c.in(a, "/edit"), withField(p.form("/edit").values, confirmField)).to(c.in(a, "?done=saved"))
	if got = c.given(a.N); got.Limit != 0 || got.Release != "" || got.Attempts != 0 || got.Late != school.LateMark {
		t.Errorf("stored is %+v", got)
	}
	f = c.teacher.get(c.in(a, "/edit")).form("/edit")
	c.begins(pupil, a)
	c.teacher.send(f, presetField, "homework").want(http.StatusUnprocessableEntity, "es hat schon jemand begonnen")
}

// TestCopyGiven: the same for another class of one's own, with the times that are proposed there.
func TestCopyGiven(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	pupil := c.pupils(1)[0]
	a := c.give(whatField, theLesson, presetField, "test", limitField, "15", attemptsField, "2", dueField, at.after(time.Hour))
	c.teacher.post(c.in(a, "/longer"), url.Values{pupilField: {pupil.id()}, untilField: {at.after(2 * time.Hour)}}).want(http.StatusSeeOther)
	c.teacher.post(c.in(a, "/release"), url.Values{onField: {"1"}}).want(http.StatusSeeOther)
	c.teacher.get(c.in(a, "/copy")).want(http.StatusOK, "Sie haben keine andere Klasse")
	c.teacher.post(c.in(a, "/copy"), url.Values{classesField: {c.ID}}).want(http.StatusUnprocessableEntity)

	second, third, old, theirs := w.newClass("Frau.Eins", "10c"), w.newClass("Frau.Eins", "11d"), w.newClass("Frau.Eins", "12"), w.newClass("Herr.Dort", "13")
	second.Holidays = []school.Span{{From: "2126-11-26", To: "2126-11-27"}}
	w.must(w.server.Store.ChangeClass(t.Context(), second.Class))
	old.teacher.post(old.path("/archive"), url.Values{onField: {"1"}})
	p := c.teacher.get(c.in(a, "/copy")).want(http.StatusOK, "10c", "bis 28. November 2126, 23:59 Uhr", "11d")
	f := p.form("/copy")
	if got := f.fields[classesField]; !slices.Equal(got, []string{second.ID, third.ID}) {
		t.Errorf("one can choose of %v", got)
	}
	for _, wrong := range [][]string{nil, {theirs.ID}, {second.ID, theirs.ID}, {old.ID}, {c.ID}, {"x"}} {
		f.values[classesField] = wrong
		c.teacher.post(f.action, f.values).want(http.StatusUnprocessableEntity, "Wählen Sie wenigstens eine Ihrer Klassen")
	}
	for _, class := range []*schoolClass{second, third, old, theirs} {
		if n := len(class.room().Assignments); n > 0 {
			t.Errorf("%s has %d", class.Name, n)
		}
	}
	f.values[classesField] = []string{second.ID, third.ID}
	for range 2 { // a double click
		c.teacher.post(f.action, f.values).to("/de/teach?done=copied")
	}
	list := second.room().Assignments
	if len(list) != 1 || len(third.room().Assignments) != 1 {
		t.Fatalf("given are %+v", list)
	}
	want := c.given(a.N)
	want.N, want.Due, want.Opens, want.Longer, want.Released, want.Key = 1, time.Date(2126, 11, 28, 22, 59, 0, 0, time.UTC).Unix(), at.Now().Unix(), nil, false, list[0].Key
	if list[0].Tag() != want.Tag() {
		t.Errorf("given is %+v, want %+v", list[0], want)
	}
	f = c.teacher.get(c.in(a, "/copy")).form("/copy")
	f.values[classesField] = []string{third.ID}
	c.teacher.post(f.action, f.values).to(third.path("?done=copied"))
}
