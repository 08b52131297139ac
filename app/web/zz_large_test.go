package web

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

func TestZZLarge(t *testing.T) {
	for _, n := range []int{35, 1000} {
		w := newWorldOn(t, redistest.Start(t, "--appendfsync", "no"))
		v := w.watched(w.teacher("Frau.Live"), school.Assignment{Preset: quiz.Homework})
		w.must(w.server.KeepEditions(t.Context()))
		e, _ := w.server.site().given(v.a)
		forms := map[string][2]quiz.Response{}
		for _, q := range e.Questions {
			r, err1 := quiz.Read(q, quiz.Response(rightForm(t, q)), "en")
			x, err2 := quiz.Read(q, quiz.Response(wrongForm(t, q)), "en")
			w.must(err1, err2)
			forms[q.ID] = [2]quiz.Response{r, x}
		}
		var wg sync.WaitGroup
		for k := range 16 {
			wg.Go(func() {
				for i := k; i < n; i += 16 {
					now := time.Now()
					l, _, _ := school.NewLearner(random, now)
					w.must(w.server.Store.CreateLearner(t.Context(), l, now))
					_, err := w.server.Store.Join(t.Context(), v.class.ID, l.ID, fmt.Sprint("Otter ", i), now)
					w.must(err)
					wk, err := w.server.Store.Work(t.Context(), l.ID, v.a.Task(v.class.ID), "", now)
					w.must(err)
					id, _ := school.NewAttemptID(v.a.Task(v.class.ID), random)
					wk.Attempt = quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Homework}, nil, now)
					for j, q := range e.Questions {
						if j > i%len(e.Questions) {
							break
						}
						_, _ = wk.Attempt.Answer(j, q, quiz.Submission{Response: forms[q.ID][(i+j)%2]}, now.Add(time.Duration(j)*time.Second))
					}
					w.must(w.server.Store.Save(t.Context(), wk, wk.Progress.Begun(wk.Attempt, wk.Attempt.Grade(e), now), now))
				}
			})
		}
		wg.Wait()
		var looks, draws, regions []time.Duration
		for range 9 {
			begun := time.Now()
			state, err := w.server.liveLook(t.Context(), v.class.ID, v.a.N)
			w.must(err)
			looks = append(looks, time.Since(begun))
			begun = time.Now()
			out, err := w.server.liveDraw(state, liveFace{lang: "de", names: true})
			w.must(err)
			draws = append(draws, time.Since(begun))
			_ = out
			if len(draws) == 1 {
				t.Log(n, "bytes", len(out))
			}
		}
		_ = regions
		t.Log(n, "look", looks, "draw", draws)
		_ = store.ErrNotFound
	}
}
