package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// TestBrowserRound has a teacher lead a round in one real browser and a pupil take part in another: the wall and a phone,
// and the other way round. Every state is seen by axe, the device follows without a reload, and both go on after the
// process was taken away.
func TestBrowserRound(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		lang         string
		wall, device int
		dark         bool
	}{{"de", 1920, 360, false}, {"en", 360, 1920, true}} {
		t.Run(fmt.Sprintf("%s %d dark=%v", run.lang, run.wall, run.dark), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.server.live.pace = quick()
			l := w.leads()
			wall, device := openBrowser(t, w.url, run.lang, run.wall, run.dark), openBrowser(t, w.url, run.lang, run.device, !run.dark)
			wall.deaf, device.deaf = true, true // a line that is cut is what this is about, too
			wall.cookie(teacherCookie, l.teacher.cookie(teacherCookie))
			r := &browserRound{led: l, wall: wall, device: device}
			r.take()
		})
	}
}

type browserRound struct {
	*led
	wall, device *browser
	others       []*client
	at           []string // the others' attempts
}

// word is the text in the language of the run.
func (r *browserRound) word(de, en string) string {
	return map[string]string{"de": de, "en": en}[r.wall.lang]
}

// steps presses a button on the wall.
func (r *browserRound) steps(step school.Step) {
	r.w.t.Helper()
	r.wall.submit("#round-" + string(step))
}

// follows waits until the device says so, without having been loaded anew.
func (r *browserRound) follows(de, en string) {
	r.w.t.Helper()
	r.device.says("main", r.word(de, en))
	if eval[string](r.device, `document.documentElement.dataset.same ?? ""`) != "same" {
		r.w.t.Errorf("%s: the page was loaded anew", r.device.at())
	}
}

func (r *browserRound) keep() { r.device.js(`document.documentElement.dataset.same = "same"`) }

func (r *browserRound) take() {
	path := "/" + r.wall.lang
	r.wall.open(path + "/teach/classes/" + r.class.ID + "/round")
	r.wall.clean("begin a round")
	r.wall.open(path + roundPath(r.class.ID, 2))
	r.wall.clean("the wall, empty")
	p := r.pupil("Mutiger Otter")
	r.device.cookie(learnerCookie, p.cookie(learnerCookie))
	r.device.open(path + "/lessons/" + theLesson + "?for=" + r.a.Task(r.class.ID).Ref())
	r.device.clean("the lesson of a round")
	r.device.press("#quiz button")
	r.device.clean("waiting")
	for _, name := range []string{"Kluge Eule", "Flinker Fuchs"} {
		c := r.pupil(name)
		r.others, r.at = append(r.others, c), append(r.at, r.starts(c))
	}
	r.wall.live(r.word("3 sind dabei", "3 are taking part"))

	seen := map[string]bool{}
	q := r.questions()
	for n, i := 0, (school.Round{At: -1}).Next(q); i >= 0; n, i = n+1, (school.Round{At: i}).Next(q) {
		kind := q[i].Body.Kind()
		if seen[kind] && n != 1 {
			r.skips(q[i])
			continue
		}
		r.keep()
		r.steps(school.StepNext)
		r.follows(r.word(q[i].Stem["de"], q[i].Stem["en"]), q[i].Stem["en"])
		if !seen[kind] {
			r.wall.clean("the wall, " + kind)
			r.device.clean("a device, " + kind)
		}
		if q[i].Scored() {
			r.answer(q[i], !seen[kind])
		}
		if n == 1 {
			r.cut()
		}
		r.keep()
		r.steps(school.StepShow)
		r.follows("Sprecht darüber", "Talk about it")
		if !seen[kind] {
			r.wall.clean("the wall, shown, " + kind)
			r.device.clean("a device, shown, " + kind)
		}
		seen[kind] = true
	}
	if len(seen) < 4 {
		r.w.t.Errorf("only %d kinds were asked", len(seen))
	}
	if r.read().Steps(q)[0] != school.StepEnd { // the last one was skipped
		r.wall.run(chromedp.Click("#round-end summary"))
		r.wall.clean("the wall, asked whether to end")
		r.wall.submit("#round-end button")
	} else {
		r.steps(school.StepEnd)
	}
	eventually(r.w.t, func() bool { return strings.HasSuffix(r.device.at(), "/result") })
	r.wall.clean("the wall, in the end")
	r.wall.open(path + "/teach/classes/" + r.class.ID + "/assignments/2")
	r.wall.clean("the assignment of a round")
}

// skips opens and closes a question from another wall; this one follows.
func (r *browserRound) skips(q *quiz.Question) {
	r.step(school.StepNext)
	if q.Scored() {
		r.step(school.StepClose)
	}
	tag := r.read().Tag()
	eventually(r.w.t, func() bool { return eval[string](r.wall, `document.querySelector("[name=seen]").value`) == tag })
}

// answer has everybody answer and closes the question. A button on the wall stays the same while answers come in.
func (r *browserRound) answer(q *quiz.Question, look bool) {
	r.wall.js(`document.querySelector("#round-close").same = "same"`)
	r.device.send(formFor(r.w.t, q, r.device.lang, true))
	r.device.says("main", r.word("Gespeichert. Du kannst", "Saved. You can"))
	for i, c := range r.others {
		c.answers(r.at[i], q, wrongForm(r.w.t, q))
	}
	r.wall.live(r.word("3 von 3 haben geantwortet", "3 of 3 have answered"))
	if eval[string](r.wall, `document.querySelector("#round-close").same ?? ""`) != "same" {
		r.w.t.Error("the button is another one")
	}
	if look {
		r.device.clean("a device, answered")
	}
	r.keep()
	r.steps(school.StepClose)
	r.follows("Die Frage ist geschlossen", "The question is closed")
	if look {
		r.wall.clean("the wall, closed")
		r.device.clean("a device, closed")
	}
}

// cut takes the process away and starts another one: both pages go on by themselves.
func (r *browserRound) cut() {
	r.w.must(r.w.server.Shutdown())
	r.wall.live(r.word("Die Verbindung ist weg", "The connection is lost"))
	r.w.again()
	r.wall.live(r.word("Live. Die Seite", "Live. The page"))
	r.keep()
	r.wall.submit("#round-open")
	r.follows("Antwort ändern", "Change answer")
	if !eval[bool](r.device, `document.querySelector("main form :checked, main form select, main form input:not([type=hidden])") !== null`) {
		r.w.t.Error("there is nothing to answer with")
	}
	r.wall.run(chromedp.WaitVisible("#round-close"))
	r.wall.submit("#round-close")
	r.follows("Die Frage ist geschlossen", "The question is closed")
}
