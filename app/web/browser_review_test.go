package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestBrowserReview goes a learner's way back to what they did, by touch on a phone and with a mouse on a wide screen, and
// has axe look at every page with everything on it.
func TestBrowserReview(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		l := newLearnt(t, "wnuxwr", func(c *Config) { c.Network = "http://192.168.0.7:3000" })
		l.post(l.attempt+"/finish", nil).want(http.StatusSeeOther)
		for _, lesson := range []string{"three-words", "who-can-read"} {
			l.also(lesson)
		}
		class := l.joins(school.Class{Holidays: []school.Span{{From: l.clock.Now().AddDate(0, 0, 3).Format(time.DateOnly), To: l.clock.Now().AddDate(0, 0, 4).Format(time.DateOnly)}}})
		l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Release: school.ReleaseByHand})
		l.further("")
		l.further(class.ID)

		b := openBrowser(t, l.w.url, run.lang, run.width, run.dark)
		b.cookie(learnerCookie, l.http.Jar.Cookies(mustURL(t, l.w.url))[0].Value)
		if run.width < 600 {
			b.byTouch()
		}
		b.filters(l)
		b.reviews(l)
		b.ownData(l)
	})
}

// also has the learner take another lesson's quiz, every other answer right.
func (l *learnt) also(id string) {
	l.w.t.Helper()
	p := l.follow(l.post("/de/lessons/"+id+"/quiz", nil))
	path, _, _ := strings.Cut(p.path, "/questions/")
	for i, q := range l.w.server.site().module.Lesson(id).Edition("").Questions {
		if q.Scored() && q.Pool == "" {
			l.clock.pass(time.Minute)
			form := formFor(l.w.t, q, "de", i%2 == 0)
			form.Set(certaintyField, "very")
			l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
		}
	}
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
}

// byTouch makes fingers of clicks.
func (b *browser) byTouch() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 1}); err != nil {
		b.t.Fatal(err)
	}
	b.touch = true
}

// filters looks at a result and practises what was missed.
func (b *browser) filters(l *learnt) {
	b.open(strings.Replace(l.attempt, "/de/", "/"+b.lang+"/", 1) + "/result")
	b.clean("result")
	for n, show := range []string{"", "wrong", "unsure"} {
		b.press(fmt.Sprintf(".tabs a:nth-child(%d)", n+1))
		b.clean("result " + show)
		if at := b.at(); !strings.HasSuffix(at, map[bool]string{true: "/result", false: "show=" + show}[show == ""]) {
			b.t.Errorf("the filter %q leads to %s", show, at)
		}
	}
	b.submit(`form[action$="/again"] button`)
	b.clean("practising what was missed")
	b.open("/" + b.lang + "/me")
	b.clean("me")
}

// reviews goes through a day in review, and looks at the days around it.
func (b *browser) reviews(l *learnt) {
	l.clock.pass(24 * time.Hour)
	b.open("/" + b.lang + "/me/review")
	kinds, asked := map[string]bool{}, 0
	for eval[bool](b, `!!document.querySelector("[name=_card]")`) {
		id := eval[string](b, `document.querySelector("[name=_card]").value`)
		q := l.w.server.site().cards[id].question
		kind, first := q.Body.Kind(), !kinds[q.Body.Kind()]
		if kinds[kind] = true; first {
			b.clean("review " + kind)
			b.js(`document.querySelector("main form").noValidate = true`)
			b.submit("main form button")
			b.clean("review refused " + kind)
		}
		form := formFor(b.t, q, b.lang, asked%3 > 0)
		form.Set(certaintyField, "very")
		b.js(fill(form))
		b.submit("main form button")
		if first {
			b.clean("review feedback " + kind)
		}
		if asked++; asked > 30 {
			b.t.Fatal("there is no end of it")
		}
		b.press(".turn a.button")
	}
	if asked != 15 || len(kinds) < 3 {
		b.t.Errorf("%d questions of %d kinds on a day", asked, len(kinds))
	}
	b.clean("review, done")
	b.open("/" + b.lang + "/me/progress")
	b.clean("progress")
	b.js(`document.querySelectorAll("details").forEach(d => d.open = true)`)
	b.clean("progress in words")
	l.clock.pass(48 * time.Hour)
	b.open("/" + b.lang + "/me/review")
	b.clean("review in the holidays")
	b.press(`main a[href*="anyway"]`)
	b.clean("review all the same")
}

// ownData looks at what is kept and what can be done with it.
func (b *browser) ownData(l *learnt) {
	b.open("/" + b.lang + "/me/calendar")
	b.clean("calendar, none")
	b.submit("main form button")
	b.clean("calendar")
	if href := eval[string](b, `document.querySelector("main a.button").href`); !strings.HasPrefix(href, "webcal://192.168.0.7:3000/"+b.lang+"/calendar/") {
		b.t.Errorf("the calendar is at %s", href)
	}
	b.open("/" + b.lang + "/me/data")
	b.clean("data")
	b.submit(`form[action$="/me/devices"]:has([name=device]) button`)
	b.clean("data, one browser less")
	if n := eval[int](b, `document.querySelectorAll("#devices li").length`); n != 2 {
		b.t.Errorf("%d browsers are left", n)
	}
	if text := eval[string](b, `fetch(document.querySelector("a[download]").href).then(r => r.text())`); !strings.Contains(text, exportFormat) {
		b.t.Errorf("the download is %.100s", text)
	}
	b.submit(`form[action$="/leave"] button`)
	if at := b.at(); at != "/"+b.lang+"/" {
		b.t.Errorf("deleting leads to %s", at)
	}
	b.open("/" + b.lang + "/me/review")
	b.clean("review, nobody")
	b.open("/" + b.lang + "/me/progress")
	b.clean("progress, nobody")
}
