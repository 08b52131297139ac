package web

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"eberbach/app/i18n"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// TestFragments: whatever others have been shown before, a result and a question are what they are on a site that has shown
// nothing yet, and nothing that somebody wrote is kept.
func TestFragments(t *testing.T) {
	t.Parallel()
	workshop := Config{Files: embeddedFiles}
	withWorkshop(&workshop)
	for _, files := range []Files{embeddedFiles, workshop.Files} {
		s, err := loadSite(files, Operator{}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		chance := rand.New(rand.NewPCG(1, 2))
		for _, l := range s.module.Lessons {
			rounds := 12
			if len(l.Pools) > 0 {
				rounds = 100 // until two have met different questions at the same place, and given the same answer
			}
			for n := range rounds {
				lang := i18n.Languages[n%2]
				e := l.Edition(l.Parts()[0])
				w := someWork(t, chance, e, fmt.Sprintf("%s-%016d", l.ID, n), lang)
				asked := w.Attempt.Of(e)
				r := &request{site: s, lang: lang, now: time.Now()}
				for template, page := range map[string]interface{ base() *Page }{"learn/result": r.resultPage(w, asked, ""), "learn/question": r.questionPage(w, asked, n%len(asked.Questions), nil)} {
					warm, err := s.render(lang, template, page)
					if err != nil {
						t.Fatal(err)
					}
					if title := "<title>" + page.base().Title + " · Eberbach</title>"; !strings.Contains(string(warm), title) {
						t.Fatalf("%s of %s has not the title %q", template, l.ID, title)
					}
					kept := s.fragments.known
					s.fragments.known = nil
					cold, err := s.render(lang, template, page)
					if err != nil {
						t.Fatal(err)
					}
					for key, html := range kept {
						s.fragments.known[key] = html
					}
					if string(warm) != string(cold) {
						t.Fatalf("%s of %s in %s is not what it is for the first one who sees it", template, l.ID, lang)
					}
				}
			}
		}
		for key, html := range s.fragments.known {
			if strings.Contains(key+string(html), ownWord) {
				t.Errorf("what somebody wrote is kept: %q", html)
			}
		}
	}
}

const ownWord = "Kieselweg"

// someWork is an attempt that is answered by chance and handed in, with words of the learner's own where the kind takes
// them.
func someWork(t *testing.T, chance *rand.Rand, e quiz.Edition, id, lang string) *store.Work {
	t.Helper()
	now := time.Now()
	a := quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Homework}, nil, now)
	for i, q := range a.Of(e).Questions {
		if chance.IntN(6) == 0 {
			continue // not answered
		}
		form := formFor(t, q, lang, chance.IntN(2) == 0)
		for field, values := range form {
			if chance.IntN(2) == 0 && typed(quiz.Response(form), field) == values[0] {
				written := ownWord + " " + fmt.Sprint(chance.IntN(1000)) + " <b>&"
				if _, err := quiz.Read(q, quiz.Response(url.Values{field: {written}}), lang); err == nil {
					form.Set(field, written)
				}
			}
		}
		response, err := quiz.Read(q, quiz.Response(form), lang)
		if err != nil {
			t.Fatalf("%s: %v", q.ID, err)
		}
		sent := quiz.Submission{Response: response}
		if q.Certainty != "" {
			sent.Certainty = quiz.Levels[chance.IntN(len(quiz.Levels))]
		}
		if _, err := a.Answer(i, q, sent, now); err != nil {
			t.Fatal(err)
		}
	}
	a.Finish(now)
	a.Grade(a.Of(e))
	task, _ := school.TaskOf(a.ID)
	return &store.Work{Task: task, Attempt: a}
}
