//go:build bench

package bench

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

const (
	learners       = 2000
	lessonsEach    = 12
	attemptsEach   = 2
	startsMeasured = 5
)

// TestStart fills a database and prints how long the program takes from its start to its first answered request, and
// what it holds in memory then.
func TestStart(t *testing.T) {
	binary := build(t)
	redis, dir := redistest.Start(t, "--appendfsync", "no"), t.TempDir()
	fmt.Printf("\nstart to first answered request, %d learners of %d attempts each\n", learners, lessonsEach*attemptsEach)
	for _, place := range []struct {
		engine string
		store.Config
		args []string
	}{
		{"redis-server", store.Config{Address: redis.URL()}, []string{"--redis", redis.URL()}},
		{"embedded", store.Config{Dir: dir}, []string{"--data", dir}},
	} {
		fill(t, place.Config)
		var took []time.Duration
		var memory float64
		for range startsMeasured {
			begin := time.Now()
			p := startEberbach(t, binary, place.args...)
			answer, err := http.Get(p.url + "/healthz")
			took = append(took, time.Since(begin))
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("%v %v", answer, err)
			}
			_ = answer.Body.Close()
			if len(took) == startsMeasured {
				time.Sleep(settled) // until it has given back what its start took
				memory = p.resident()
			}
			p.stop()
		}
		slices.Sort(took)
		fmt.Printf("%-28s median %.0f ms, %.0f MB resident\n", place.engine, ms(took[len(took)/2]), memory)
	}
}

// fill stores learners who have handed in every attempt.
func fill(t *testing.T, c store.Config) {
	t.Helper()
	db, err := store.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	d := newDriver(t)
	e := quiz.Edition{Lesson: theLesson, Questions: d.questions}
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			for k := i; k < learners; k += clients {
				if err := storeLearner(t, db, e); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func storeLearner(t *testing.T, db *store.Store, e quiz.Edition) error {
	now := time.Now()
	l, _, err := school.NewLearner(rand.Reader, now)
	if err != nil {
		return err
	}
	w := &store.Work{Learner: l}
	for i := range lessonsEach * attemptsEach {
		e.Lesson = fmt.Sprintf("lesson-%02d", i/attemptsEach)
		if i > 0 {
			if w, err = db.Work(t.Context(), l.ID, school.Task{Lesson: e.Lesson}, "", time.Now()); err != nil {
				return err
			}
		}
		id, err := school.NewAttemptID(school.Task{Lesson: e.Lesson}, rand.Reader)
		if err != nil {
			return err
		}
		w.Attempt = quiz.NewAttempt(id, e, quiz.Rules{Preset: quiz.Practice}, nil, now)
		for j, q := range e.Questions {
			response := quiz.Response(form(q, 0))
			if response, err = quiz.Read(q, response, "en"); err != nil {
				return err
			}
			if _, err := w.Attempt.Answer(j, q, quiz.Submission{Response: response}, now); err != nil {
				return err
			}
		}
		w.Attempt.Finish(now)
		earned := w.Attempt.Grade(e)
		p := w.Progress.Begun(w.Attempt, earned, now).After(w.Attempt, earned, now)
		if i == 0 {
			err = db.Create(t.Context(), w, p, now)
		} else {
			err = db.Save(t.Context(), w, p, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
