package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// rightForm is the form that answers a question right, wrongForm one that does not.
func rightForm(t testing.TB, q *quiz.Question) url.Values { return formFor(t, q, "en", true) }
func wrongForm(t testing.TB, q *quiz.Question) url.Values { return formFor(t, q, "en", false) }

func formFor(t testing.TB, q *quiz.Question, lang string, right bool) url.Values {
	t.Helper()
	form := url.Values{}
	switch b := q.Body.(type) {
	case *quiz.Choice:
		for _, o := range b.Options {
			if o.Right == right {
				form.Set("option", o.ID)
			}
		}
	case *quiz.Choices:
		for _, o := range b.Options {
			if o.Right == right {
				form.Add("option", o.ID)
			}
		}
	case *quiz.Match:
		for i, p := range b.Prompts {
			form.Set(p.ID, p.Answer)
			if !right {
				form.Set(p.ID, b.Answers[(i+1)%len(b.Answers)].ID)
			}
		}
	case *quiz.Number:
		form.Set("number", "123456789")
		for _, n := range b.Numbers {
			if n.Right && right {
				form.Set("number", quiz.FormatNumber(n.Value, "en"))
			}
		}
	case *quiz.TrueFalse:
		form.Set("option", strconv.FormatBool(b.Right == right))
	case *quiz.Classify:
		for _, s := range b.Statements {
			form.Set(s.ID, s.Group)
			if !right {
				other := slices.IndexFunc(b.Groups, func(g quiz.Group) bool { return g.ID != s.Group })
				form.Set(s.ID, b.Groups[other].ID)
			}
		}
	case *quiz.Order:
		for i, thing := range b.Things {
			place := i + 1
			if !right {
				place = len(b.Things) - i
			}
			form.Set(thing.ID, strconv.Itoa(place))
		}
	case *quiz.Gaps:
		for _, g := range b.Gaps {
			for _, o := range g.Options {
				if o.Right == right {
					form.Set(g.ID, o.ID)
				}
			}
			if len(g.Answers) > 0 {
				form.Set(g.ID, typedFor(g.Answers, lang, right))
			}
		}
	case *quiz.Short:
		form.Set("answer", typedFor(b.Answers, lang, right))
	case *quiz.Mark:
		for _, p := range b.Spots {
			if p.Right == right {
				form.Add("mark", p.ID)
			}
		}
	case *quiz.Panel:
		sorted := slices.SortedFunc(slices.Values(b.Options), func(a, b quiz.PanelOption) int { return b.Votes - a.Votes })
		form.Set("option", sorted[0].ID)
		if !right {
			form.Set("option", sorted[len(sorted)-1].ID)
		}
	case *quiz.Position:
		form.Set("_seen", "1")
	case *quiz.OwnWords:
		form.Set("words", "Words of one’s own, <b>not</b> sent by accident.")
	default:
		t.Fatalf("no form for the kind %s; add it", q.Body.Kind())
	}
	return form
}

// typedFor is a text to type: one that earns everything, or one that nobody has thought of.
func typedFor(answers []quiz.ShortAnswer, lang string, right bool) string {
	if !right {
		return "<i>something else</i>"
	}
	return answers[0].Text[lang]
}

func lessonOf(t *testing.T, w *world) *lesson.Lesson {
	t.Helper()
	l := w.server.site().module.Lesson(theLesson)
	if l == nil {
		t.Fatal("the lesson is not there")
	}
	return l
}

// TestJourney goes the whole way of a student without JavaScript, in both languages.
func TestJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := lessonOf(t, w)
	questions := l.Edition("").Questions
	for _, lang := range []string{"de", "en"} {
		t.Run(lang, func(t *testing.T) {
			w := &world{t, w.server, w.redis, w.url}
			c := w.client()
			front := c.get("/"+lang+"/").want(http.StatusOK, l.Title[lang])
			if got := front.header.Get("Set-Cookie"); got != "" {
				t.Errorf("reading sets a cookie: %s", got)
			}
			reading := c.get("/"+lang+"/lessons/"+l.ID).want(http.StatusOK, l.Title[lang], l.Lead[lang])
			if got := reading.header.Get("Set-Cookie"); got != "" {
				t.Errorf("reading sets a cookie: %s", got)
			}
			p := c.follow(c.post(reading.form("/quiz").action, nil)).want(http.StatusOK)
			for i, q := range questions {
				notGivenAway(t, p, q, lang)
				f := p.form("/answers/" + q.ID)
				answer := formFor(t, q, lang, i%3 != 2)
				feedback := c.follow(c.post(f.action, answer)).want(http.StatusOK, q.Stem[lang])
				if i%3 == 2 && len(q.Hints) > 0 {
					feedback = c.follow(c.post(f.action, url.Values{"_solution": {"1"}})).want(http.StatusOK)
				}
				for _, e := range q.Evidence {
					feedback.want(http.StatusOK, e.Proof[lang])
					if !strings.Contains(feedback.body, "/"+lang+e.Path[lang]) {
						t.Errorf("%s: no link to %s", q.ID, e.Path[lang])
					}
				}
				if i == len(questions)-1 {
					break
				}
				p = c.get(next(t, feedback))
			}
			attempt := strings.Split(p.path, "/")[3]
			overview := c.get("/"+lang+"/attempts/"+attempt).want(http.StatusOK, questions[0].Stem[lang])
			result := c.follow(c.post(overview.form("/finish").action, nil)).want(http.StatusOK)
			checkResult(t, result, questions, lang)
			me := c.get("/"+lang+"/me").want(http.StatusOK, l.Title[lang])
			if !strings.Contains(me.body, "/attempts/"+attempt+"/result") {
				t.Error("the own page does not link the result")
			}
		})
	}
}

// notGivenAway looks for anything of the answer in a page that may not show it yet.
func notGivenAway(t *testing.T, p *page, q *quiz.Question, lang string) {
	t.Helper()
	revealed := q.Items(quiz.View{Lang: lang, Seed: "x", Reveal: true})
	for _, it := range revealed {
		for _, secret := range []string{it.Why, it.Solution} {
			if strings.Contains(folded(q.Stem[lang]), folded(secret)) {
				continue // asked for by its words: a part of an address
			}
			if len(secret) > 12 && strings.Contains(p.text(), folded(secret)) && it.Form != quiz.FormSelect && it.Form != quiz.FormRadios {
				t.Errorf("%s gives away %q", p.path, secret)
			}
		}
	}
	for _, e := range q.Evidence {
		if strings.Contains(p.text(), folded(e.Proof[lang])) {
			t.Errorf("%s gives away the proof %q", p.path, e.Proof[lang])
		}
	}
}

// next is where the page's main button leads.
func next(t *testing.T, p *page) string {
	t.Helper()
	for _, a := range p.all("a") {
		if attr(a, "class") == "button" {
			return attr(a, "href")
		}
	}
	t.Fatalf("%s: no way on", p.path)
	return ""
}

func checkResult(t *testing.T, result *page, questions []*quiz.Question, lang string) {
	t.Helper()
	for _, q := range questions {
		result.want(http.StatusOK, q.Stem[lang])
		for _, e := range q.Evidence {
			result.want(http.StatusOK, e.Proof[lang])
		}
	}
	points := 0.0
	for i, q := range questions {
		form := formFor(t, q, lang, i%3 != 2)
		r, err := quiz.Read(q, quiz.Response(form), lang)
		if err != nil {
			t.Fatal(err)
		}
		points += quiz.Grade(q, r) * q.Mark()
	}
	p := Page{Lang: lang}
	result.want(http.StatusOK, p.Points(points))
}

// TestProofIsOnePlaceAway follows every link from a result into the lesson: the place is there.
func TestProofIsOnePlaceAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	for _, lang := range []string{"de", "en"} {
		pages := map[string]string{}
		for _, q := range lessonOf(t, w).Edition("").Questions {
			for _, e := range q.Evidence {
				path, id, _ := strings.Cut(e.Path[lang], "#")
				if pages[path] == "" {
					pages[path] = c.get("/" + lang + path).want(http.StatusOK).body
				}
				if !strings.Contains(pages[path], `id="`+id+`"`) && !strings.Contains(pages[path], `id=`+id) {
					t.Errorf("%s: %s has no place #%s", q.ID, path, id)
				}
			}
		}
	}
}

// TestLanguageKeepsThePlace switches language inside an attempt: same place, same answers, same order of options.
func TestLanguageKeepsThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	questions := lessonOf(t, w).Edition("").Questions
	p := c.begin("de")
	attempt := strings.Split(p.path, "/")[3]
	for _, q := range questions {
		path := "/attempts/" + attempt + "/questions/" + q.ID
		de, en := c.get("/de"+path).want(http.StatusOK), c.get("/en"+path).want(http.StatusOK)
		if !strings.Contains(de.body, `href="/en`+path+`"`) || !strings.Contains(en.body, `href="/de`+path+`"`) {
			t.Errorf("%s: the language switch leads elsewhere", path)
		}
		a, b := de.form("/answers/"), en.form("/answers/")
		if len(a.fields) != len(b.fields) {
			t.Fatalf("%s: fields differ", path)
		}
		for name, options := range a.fields {
			if strings.Join(options, " ") != strings.Join(b.fields[name], " ") {
				t.Errorf("%s: order differs between languages: %v, %v", path, options, b.fields[name])
			}
		}
	}
	q := questions[0]
	c.follow(c.post("/de/attempts/"+attempt+"/answers/"+q.ID, rightForm(t, q)))
	c.get("/en/attempts/"+attempt+"/questions/"+q.ID).want(http.StatusOK, q.Stem["en"], "Right.")
}
