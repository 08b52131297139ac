package web

import (
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"eberbach/app/i18n"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/views"
)

// TestTemplates renders every page template with its struct in every language, and every question template in each of
// its states. A template without a row fails the test. What the templates of a language have taken in is what they would say
// as they are written.
func TestTemplates(t *testing.T) {
	t.Parallel()
	s := ourSite()
	workshop := Config{Files: embeddedFiles}
	withWorkshop(&workshop)
	kinds, err := loadSite(workshop.Files, Operator{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	asWritten, err := readTemplates(embeddedFiles.Views, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			rendered := map[string]bool{}
			rows := templateRows(t, s, s.module.Lesson(theLesson), lang)
			for _, l := range kinds.module.Lessons {
				rows = append(rows, templateRows(t, kinds, l, lang)...)
			}
			rows = append(rows, figureRows(t, s, lang)...)
			for _, row := range rows {
				out, err := s.render(lang, row.template, row.data)
				if err != nil {
					t.Errorf("%s in %s: %v", row.template, lang, err)
				}
				var written strings.Builder
				if err := asWritten.ExecuteTemplate(&written, row.template, row.data); err != nil || html.UnescapeString(written.String()) != html.UnescapeString(string(out)) {
					t.Errorf("%s in %s is not what is written (%v)", row.template, lang, err)
				}
				for _, wrong := range []string{"<no value>", "%!", "ZgotmplZ"} {
					if strings.Contains(string(out), wrong) {
						t.Errorf("%s in %s contains %q", row.template, lang, wrong)
					}
				}
				packed := row.template == "learn/offline" // pages for a script to take apart: each is a row of its own, too
				for _, fault := range readMarkup(out).faults {
					if packed {
						break
					}
					t.Errorf("%s in %s: %s", row.template, lang, fault)
				}
				rendered[row.template] = true
			}
			for _, name := range templateFiles(t) {
				if !rendered[name] && !strings.HasPrefix(name, "partials/") && name != "layouts/top" && name != "layouts/bottom" {
					t.Errorf("no row renders %s in %s", name, lang)
				}
			}
		})
	}
}

// figureRows are the drawings as the lessons show them. One that no lesson shows fails the test.
func figureRows(t *testing.T, s *site, lang string) (rows []templateRow) {
	t.Helper()
	shown := map[string]bool{}
	for _, l := range s.module.Lessons {
		for _, b := range l.Pages[lang].Blocks {
			if b.Figure != nil {
				rows = append(rows, templateRow{"figure/" + b.Figure.Name, s.page(lang, "/", "x").Drawn(b.Figure)})
				shown[b.Figure.Name] = true
			}
		}
	}
	for _, name := range lesson.FigureNames() {
		if !shown[name] {
			t.Errorf("no lesson shows the figure %s in %s", name, lang)
		}
	}
	return rows
}

// templateFiles are the names of all templates.
func templateFiles(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(views.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimSuffix(path, ".html"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

type templateRow struct {
	template string
	data     any
}

func templateRows(t *testing.T, s *site, l *lesson.Lesson, lang string) []templateRow {
	e := l.Edition("")
	r := &request{site: s, lang: lang}
	a := quiz.NewAttempt(l.ID+"-aaaaaaaaaaaaaaaa", e, quiz.Rules{Preset: quiz.Practice}, nil, time.Now())
	e = a.Of(e)
	for i, q := range e.Questions[:len(e.Questions)-1] {
		form := rightForm(t, q)
		if i%2 == 0 {
			form = wrongForm(t, q)
		}
		response, err := quiz.Read(q, quiz.Response(form), lang)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Answer(i, q, quiz.Submission{Response: response}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	page := s.page(lang, "/", "x")
	glossary, err := s.glossaryPage(lang)
	if err != nil {
		t.Fatal(err)
	}
	module, reading, declaration := s.modulePage(lang), s.lessonPage(lang, l), s.declarationPage(lang)
	module.slot, reading.slot, declaration.slot = true, true, true // their slots have rows of their own
	faulty := *s
	faulty.fragments = &fragments{}
	faulty.faults = lesson.Faults{{File: "a", Line: 1, Text: "x"}}
	rows := []templateRow{
		{"learn/module", module},
		{"learn/declaration", declaration},
		{"learn/lesson", reading},
		{"learn/overview", r.overviewPage(&store.Work{Attempt: a}, e)},
		{"learn/offline", r.offlinePage(&store.Work{Attempt: a}, e)},
		{"learn/result", r.resultPage(&store.Work{Attempt: a}, e, "")},
		{"learn/worksheet", r.worksheetPage(l, e, "")},
		{"learn/sources", s.sourcesPage(lang)},
		{"learn/glossary", glossary},
		{"learn/privacy", s.privacyPage(lang)},
		{"learn/privacy", &PrivacyPage{plainPage: plainPage{page}, Contact: "privacy@eberbach.example"}},
		{"learn/teacher", s.teacherPage(lang, &lesson.Lesson{ID: l.ID, Title: l.Title, Teacher: l.Pages})},
		{"learn/about", &AboutPage{Text: l.Pages[lang], plainPage: plainPage{page}, Contact: "team@eberbach.example"}},
		{"learn/about", &AboutPage{Text: l.Pages[lang], plainPage: plainPage{page}}},
		{"account/me", &MePage{Page: page, First: l, Lessons: []MyLesson{{
			ID: l.ID, Title: "x", There: true,
			Progress: school.Progress{Open: a.ID}, Attempts: []MyAttempt{{ID: a.ID, Done: true, Shown: true, Of: 3, Score: quiz.Score{Points: 1.5, Max: 3}, Date: "x"}, {ID: a.ID, Done: true, Date: "x"}, {ID: a.ID, Given: 1, Of: 3, Date: "x"}},
		}}}},
		{"author/preview", r.previewPage(l)},
		{"author/key", r.wholeKeyPage(l)},
		{"author/faults", r.faultsPage("/faults", lesson.Faults{{File: "a", Line: 1, Text: "x"}}, lesson.Faults{{File: "a", Line: 1, Text: "x"}})},
		{"author/faults", (&request{site: &faulty, lang: lang}).faultsPage("/", faulty.faults[:1], nil)},
		{"author/faults", (&request{site: &faulty, lang: lang}).faultsPage("/lessons/x", nil, nil)},
		{"account/leave", &LeavePage{Page: page}},
		{"layouts/error", &ErrorPage{Page: page, Status: 503, Text: "x", Action: "/", Fields: []Field{{"a", "b"}}}},
	}
	rows = append(rows, teachRows(s, r, page)...)
	rows = append(rows, reviewRows(t, r, l, page)...)
	rows = append(rows, gradesRows(r, l, a, e)...)
	rows = append(rows, memberRows(r, page)...)
	rows = append(rows, noteRows(t, r, l, page)...)
	rows = append(rows, classRows(r, page)...)
	for _, p := range []progressOf{nil, {}, {l.ID: {Open: a.ID, Given: 1, Of: 2, At: 1}}, {l.ID: {Done: 1, Last: a.ID, Points: 1.5, Max: 3, At: 1}}, {l.ID: {Done: 1, Last: a.ID, Test: true, At: 1}}} {
		rows = append(rows,
			templateRow{"partials/resume", s.modulePage(lang).slotData("resume", "", viewer{owner: "tag", progress: p})},
			templateRow{"partials/through", s.modulePage(lang).slotData("through", l.Theme, viewer{owner: "tag", progress: p})},
			templateRow{"partials/standing", s.modulePage(lang).slotData("standing", l.ID, viewer{owner: "tag", progress: p})},
			templateRow{"partials/start", s.lessonPage(lang, l).slotData("start", "", viewer{owner: "tag", progress: p})},
			templateRow{"partials/nav", s.lessonPage(lang, l).slotData("nav", "", viewer{owner: "tag", progress: p})})
	}
	for i := range e.Questions {
		open := quiz.NewAttempt(a.ID, e, quiz.Rules{Preset: quiz.Practice}, nil, time.Now())
		for _, p := range []*QuestionPage{r.questionPage(&store.Work{Attempt: open}, e, i, nil), r.questionPage(&store.Work{Attempt: a}, e, i, nil)} {
			p.Question.Message = "x"
			rows = append(rows, templateRow{"learn/question", p}, templateRow{"question/" + p.Question.Kind, p.Question})
		}
	}
	rows = append(rows, liveRows(t, s, l, lang)...)
	rows = append(rows, roundRows(t, s, r, l)...)
	return append(rows, behaviourRows(t, r, l)...)
}

// liveRows are the live views of a class in which there is everything that there can be, and of one in which there is
// nothing.
func liveRows(t *testing.T, s *site, l *lesson.Lesson, lang string) (rows []templateRow) {
	server := &Server{}
	server.current.Store(s)
	e, now := l.Edition(""), time.Now()
	var hands []school.Hand
	for i := range 9 {
		m := school.Member{ID: strconv.Itoa(i), Name: "Otter"}
		a := quiz.NewAttempt(fmt.Sprintf("%s-%016d", l.ID, i), e, quiz.Rules{Preset: quiz.Homework}, nil, now)
		standing := school.Standing{Phase: school.PhaseWorking, Open: a.ID, At: now.Add(-time.Duration(i) * 3 * time.Minute).Unix(), Of: len(e.Questions)}
		if i == 8 {
			standing.At = now.Add(-time.Hour).Unix()
		}
		for n, q := range a.Of(e).Questions {
			if n%7 == i || !q.Scored() {
				continue
			}
			response, err := quiz.Read(q, quiz.Response(wrongForm(t, q)), lang)
			if err == nil {
				_, err = a.Answer(n, q, quiz.Submission{Response: response}, now)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if i < 4 {
			a.Finish(now)
			standing.Phase, standing.Open, standing.Late = school.PhaseDone, "", i == 0
		}
		hands = append(hands, school.Hand{Member: m, Standing: standing, Attempt: a, Edition: e})
	}
	for _, phase := range []school.Phase{school.PhaseWaiting, school.PhaseMissed} {
		hands = append(hands, school.Hand{Member: school.Member{Name: "x"}, Standing: school.Standing{Phase: phase}})
	}
	room := &school.Room{Class: school.Class{ID: "aaaaaaaaaaaaaaaa", Name: "9b"}}
	for _, preset := range quiz.Presets {
		a := school.Assignment{N: 1, Lesson: l.ID, Preset: preset}
		for _, hands := range [][]school.Hand{nil, hands[:1], hands} {
			state := &liveState{room: room, a: a, Live: school.NewLive(hands, 3, now), at: now}
			for _, face := range []liveFace{{lang: lang}, {lang: lang, names: true, answers: "1"}, {lang: lang, names: true, answers: "0"}} {
				page := s.page(lang, "/", "x")
				page.Teacher = true
				rows = append(rows, templateRow{"teach/live", &LivePage{Page: page, ClassFrame: ClassFrame{room, ""}, Region: server.liveRegion(state, face)}})
				for _, spot := range state.Spots {
					face.question = spot.Question.ID
					v, err := server.liveSpot(state, face)
					if err != nil {
						t.Fatal(err)
					}
					rows = append(rows, templateRow{"teach/live-question", &LiveQuestionPage{Page: page, ClassFrame: ClassFrame{room, ""}, Region: v}})
				}
			}
		}
	}
	return rows
}

// teachRows are the pages of teachers' accounts, with and without faults.
func teachRows(s *site, r *request, page Page) []templateRow {
	r.in = &signedIn{teacher: school.Teacher{Name: "Frau.Eins", Codes: 1}}
	account := r.newAccountPage(r.in.teacher)
	account.Done, account.Sessions = "x", []SessionView{{"a", "Firefox", "x", "y", true}, {"b", "Safari", "x", "y", false}}
	account.Delete.Message, account.Passphrase.Inputs[0].Fault = "x", "y"
	noForm := r.noResetPage()
	signUp := &SignUpPage{FormPage: *r.recoverPage("x", "y"), invite: "z"}
	signUp.fill("id", "name", "x", "y")
	operated := *s
	operated.fragments = &fragments{}
	operated.operator = Operator{Imprint: "https://school.example/imprint"}
	page.site = &operated
	return []templateRow{
		{"teach/account", account},
		{"teach/form", noForm},
		{"teach/form", signUp},
		{"teach/form", r.recoverPage("", "")},
		{"teach/form", r.resetPage("a.b", r.in.teacher, "x")},
		{"teach/home", &TeachPage{Page: page}},
		{"teach/codes", &CodesPage{page, "Frau.Eins", []string{"ABCD-EFGH"}}},
	}
}

// reviewRows are the pages of review: every question of the lesson with and without its feedback, and days without one.
func reviewRows(t *testing.T, r *request, l *lesson.Lesson, page Page) (rows []templateRow) {
	plan := []PlanDay{{"x", 3, false}, {"y", 0, true}}
	for _, p := range []ReviewPage{{}, {Any: true, Holiday: true}, {Any: true, Done: 2, Later: 1, Minutes: 10, Waiting: 3, Cap: 15, Plan: plan, Answers: 3}, {Any: true}, {Any: true, Later: 1}} {
		p.Page, p.Learner = page, p.Any
		rows = append(rows, templateRow{"account/review", &p})
	}
	for _, p := range []CalendarPage{{Nonce: "x"}, {There: true}, {There: true, Address: "https://school.example/de/calendar/x.ics"}} {
		p.Page, p.Learner = page, true
		rows = append(rows, templateRow{"account/calendar", &p})
	}
	for _, p := range []DataPage{{Devices: []DeviceView{{First: true, Here: true}}}, {
		Comments: 1, Notes: 2, Shown: 1, Calendar: true, HasReturn: true, Elsewhere: 2, Devices: []DeviceView{{First: true}, {Tag: "x", Class: "9b"}, {Here: true}},
		Classes: []MyClass{{Name: "9b", Pseudonym: "x", Care: school.Care{Tries: 1}}},
	}} {
		p.Page, p.Learner = page, true
		rows = append(rows, templateRow{"account/data", &p})
	}
	look := []LookAgain{{Stem: "x", Lesson: "y", Path: "/z"}}
	var objectives []ProgressObjective
	for _, g := range review.Grasps {
		objectives = append(objectives, ProgressObjective{"x", g, int(g), 1})
	}
	begun := ProgressLesson{l.ID, "x", l.Theme, true, objectives, []MyAttempt{{ID: "a", Done: true, Shown: true, Score: quiz.Score{Points: 1, Max: 2}}, {ID: "b"}}}
	for _, p := range []ProgressPage{{}, {Lessons: []ProgressLesson{begun, {ID: "gone", Title: "gone"}}, Sure: look, Lucky: look, Grasps: review.Grasps}} {
		p.Page, p.Learner = page, p.Sure != nil
		rows = append(rows, templateRow{"account/progress", &p})
	}
	for id, c := range r.site.cards {
		if c.lesson != l {
			continue
		}
		form := quiz.Response(wrongForm(t, c.question))
		response, err := quiz.Read(c.question, form, r.lang)
		if err != nil {
			t.Fatal(err)
		}
		deck := &review.Deck{Cards: map[string]review.Card{id: {}}}
		open, shown := &ReviewPage{Page: page, Left: 1}, &ReviewPage{Page: page, Days: 3}
		open.ask(r, "aaaaaaaaaaaaaaaa", deck, id, nil)
		shown.frame(r, id, twinWording, "aaaaaaaaaaaaaaaa", 1, &quiz.Answer{Tries: []quiz.Sent{response.Sent()}, Closed: true}, nil)
		rows = append(rows, templateRow{"account/review", open}, templateRow{"account/review", shown})
	}
	return rows
}

// behaviourRows are the pages of a quiz in the states that not every quiz comes to: a try that was not right, answers
// that may still be changed, a running clock, and a test that nobody has released.
func behaviourRows(t *testing.T, r *request, l *lesson.Lesson) (rows []templateRow) {
	e := l.Edition("")
	hinted := *e.Questions[0]
	hinted.Hints, hinted.Certainty = []quiz.Text{{"de": "Lies T4.", "en": "Read T4."}, {"de": "Noch einmal.", "en": "Again."}}, quiz.CertaintyReport
	e.ID, e.Questions = "", append([]*quiz.Question{&hinted}, e.Questions[1:]...)
	response, err := quiz.Read(&hinted, quiz.Response(wrongForm(t, &hinted)), r.lang)
	if err != nil {
		t.Fatal(err)
	}
	r.now = time.Now()
	for _, rules := range []quiz.Rules{{Preset: quiz.Practice}, {Preset: quiz.Homework}, {Preset: quiz.Test, Limit: time.Hour}, {Preset: quiz.Test, Limit: time.Second}} {
		a := quiz.NewAttempt(l.ID+"-aaaaaaaaaaaaaaaa", e, rules, nil, r.now.Add(-5*time.Second))
		e := a.Of(e)
		if _, err := a.Answer(0, &hinted, quiz.Submission{Response: response, Certainty: quiz.Very}, r.now); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, templateRow{"learn/question", r.questionPage(&store.Work{Attempt: a}, e, 0, nil)}, templateRow{"learn/overview", r.overviewPage(&store.Work{Attempt: a}, e)})
		a.Finish(r.now)
		rows = append(rows, templateRow{"learn/question", r.questionPage(&store.Work{Attempt: a}, e, 0, nil)}, templateRow{"learn/result", r.resultPage(&store.Work{Attempt: a}, e, "")})
	}
	return rows
}

// TestEveryKindIsShown: a kind without a template or a question cannot be forgotten.
func TestEveryKindIsShown(t *testing.T) {
	t.Parallel()
	files := templateFiles(t)
	for _, kind := range quiz.Kinds() {
		if !slices.Contains(files, "question/"+kind) {
			t.Errorf("kind %s has no template views/question/%s.html", kind, kind)
		}
	}
}

var assetRef = regexp.MustCompile(`(?:href|src)="(/static/[^"]+)"`)

// TestDescription: every page says what it is about, for search engines and previews of links; a lesson says it of itself.
func TestDescription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.server.site().module
	for _, lang := range i18n.Languages {
		for path, want := range map[string]string{
			"/": m.Lead[lang], "/lessons/" + theLesson: m.Lesson(theLesson).Lead[lang], "/join": w.server.site().catalogues.For(lang).T("foot.about"),
		} {
			var got []string
			for _, n := range w.client().get("/" + lang + path).want(http.StatusOK).all("meta") {
				if attr(n, "name") == "description" {
					got = append(got, attr(n, "content"))
				}
			}
			if !slices.Equal(got, []string{want}) {
				t.Errorf("/%s%s is described as %q, want %q", lang, path, got, want)
			}
		}
	}
}
