package web

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// further lets a further browser of the learner in, which sees the class only, "" for everything.
func (l *learnt) further(class string) *client {
	t := l.w.t
	t.Helper()
	d, token, err := school.NewDevice(l.learnerID(), class, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.w.server.Store.AddDevice(t.Context(), l.learnerID(), d, l.clock.Now()); err != nil {
		t.Fatal(err)
	}
	c := l.w.client()
	c.http.Jar.SetCookies(mustURL(t, l.w.url), []*http.Cookie{{Name: "eberbach", Value: token, Path: "/"}})
	return c
}

// TestDevices: a browser that is signed out sees nothing any more, also the one in which it all began, and the others go on.
func TestDevices(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wr")
	class := l.joins(school.Class{})
	second, third, only := l.further(""), l.further(""), l.further(class.ID)
	page := l.get("/de/me/data").want(http.StatusOK, "Der Browser, in dem du angefangen hast", "Ein weiterer Browser", "Ein Browser, der nur die Klasse 9b zeigt", "Das ist der, den du gerade benutzt.")
	if forms := strings.Count(page.body, `name="device"`); forms != 3 {
		t.Errorf("%d browsers can be signed out, want 3", forms)
	}
	only.get("/de/me/data").want(http.StatusForbidden)
	only.post("/de/me/devices", nil).want(http.StatusForbidden)
	stranger := l.w.client()
	stranger.begin("de")
	tags := page.deviceTags()
	for _, tag := range append(tags, "") {
		stranger.post("/de/me/devices", url.Values{deviceField: {tag}}).want(http.StatusSeeOther)
	}
	for _, c := range []*client{l.client, second, third} {
		c.get("/de/me/data").want(http.StatusOK)
	}

	// Nobody signs out the browser that they sit at.
	for _, tag := range tags {
		if !slices.Contains(second.get("/de/me/data").deviceTags(), tag) {
			second.post("/de/me/devices", url.Values{deviceField: {tag}}).want(http.StatusSeeOther)
		}
	}
	for _, c := range []*client{l.client, second, third} {
		c.get("/de/me/data").want(http.StatusOK)
	}

	// The second signs the first one out, twice, and then everything else.
	for _, tag := range second.get("/de/me/data").deviceTags() {
		if !slices.Contains(tags, tag) { // which only another browser can sign out
			second.post("/de/me/devices", url.Values{deviceField: {tag}}).want(http.StatusSeeOther)
			second.post("/de/me/devices", url.Values{deviceField: {tag}}).want(http.StatusSeeOther)
		}
	}
	l.get("/de/me/data").to("/de/me")
	third.get("/de/me/data").want(http.StatusOK)
	second.post("/de/me/devices", nil).want(http.StatusSeeOther)
	third.get("/de/me/data").to("/de/me")
	only.get("/de/me").want(http.StatusOK, "noch nichts begonnen")
	if got := second.get("/de/me/data").want(http.StatusOK).deviceTags(); len(got) != 0 {
		t.Errorf("%d other browsers are left", len(got))
	}
	second.get("/de/me").want(http.StatusOK, "Offen: ")
}

// deviceTags are the browsers that a page can sign out.
func (p *page) deviceTags() (tags []string) {
	for _, n := range p.all("input") {
		if attr(n, "name") == deviceField {
			tags = append(tags, attr(n, "value"))
		}
	}
	return tags
}

// TestExport: everything is in it, and of a Test nothing that may not be known.
func TestExport(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wu")
	class := l.joins(school.Class{})
	test := l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Release: school.ReleaseByHand})
	path := l.takes(test)
	q := lessonOf(t, l.w).Reserved("").Questions[0]
	form := wrongForm(t, q)
	form.Set(certaintyField, "very")
	l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
	read := func() (e Export, body string) {
		t.Helper()
		p := l.get("/de/me/export.json").want(http.StatusOK)
		if err := json.Unmarshal([]byte(p.body), &e); err != nil || !strings.Contains(p.header.Get("Content-Disposition"), "attachment") {
			t.Fatalf("%v: %s", err, p.body)
		}
		return e, p.body
	}
	e, body := read()
	if e.Format != exportFormat || len(e.Attempts) != 2 || len(e.Classes) != 1 || e.Classes[0].Pseudonym != "Mutiger Otter" || len(e.Review) != 2 || len(e.Learner.Browsers) != 1 || !e.Learner.Browsers[0].This {
		t.Errorf("the export is %s", body)
	}
	own, tested := e.Attempts[0], e.Attempts[1]
	if len(own.Answers) != 2 || own.Answers[0].Result == quiz.Right || own.Answers[1].Result != quiz.Right || own.Answers[1].Certainty != "unsure" || len(own.Answers[0].Answer) == 0 || own.Points != nil {
		t.Errorf("one's own attempt: %+v", own)
	}
	if len(tested.Answers) != 1 || tested.Answers[0].Result != "" || tested.Answers[0].Fraction != nil || tested.Points != nil || tested.Class != "9b" || tested.HandedIn == nil {
		t.Errorf("a Test before release: %+v", tested)
	}
	for _, secret := range []string{l.learnerID(), strings.Split(l.http.Jar.Cookies(mustURL(t, l.w.url))[0].Value, ".")[1]} {
		if strings.Contains(body, secret) {
			t.Error("a secret or the learner's id is in it")
		}
	}
	l.releases(class, test)
	e, _ = read()
	if a := e.Attempts[1]; a.Points == nil || a.Answers[0].Result == "" || len(e.Review) != 3 {
		t.Errorf("a released Test: %+v", a)
	}
	l.further(class.ID).get("/de/me/export.json").want(http.StatusForbidden)
}

// TestDataPage says in words what the export has, and deletes all of it.
func TestDataPage(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wur")
	l.joins(school.Class{})
	l.post("/de/me/calendar", url.Values{nonceField: {"aaaaaaaaaaaaaaaa"}}).want(http.StatusSeeOther)
	p := l.get("/de/me/data").want(http.StatusOK, "1 Durchgang durch ein Quiz", "Insgesamt 3 Antworten", "wann 3 Fragen wiederkommen", "Dort heißt du Mutiger Otter", "Du hast keinen Wiederkehr-Code.",
		"Dass dein Kalender eine Adresse hat.", "Kommst du nicht wieder, wird alles am", "In deiner Klasse steht an deiner Stelle dann nur noch „gelöscht“")
	f := p.form("/leave")
	l.post(f.action, f.values).want(http.StatusSeeOther)
	l.get("/de/me/data").to("/de/me")
	l.clock.pass(time.Second)
}
