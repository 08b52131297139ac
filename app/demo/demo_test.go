package demo

import (
	"context"
	"testing"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

func TestTry(t *testing.T) {
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	for _, c := range []store.Config{{Address: redistest.Start(t).URL()}, {Dir: t.TempDir()}} {
		db, err := store.Open(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{35, 1000} {
			start := time.Now()
			r, err := Seed(context.Background(), db, m, Options{Pupils: n, Seed: 1, Now: time.Now(), Passphrase: "some passphrase of mine"})
			if err != nil {
				t.Fatal(err)
			}
			t.Log(c, n, time.Since(start), r.Attempts, r.Answers)
			start = time.Now()
			rm, err := Remove(context.Background(), db, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			t.Log(rm, time.Since(start))
		}
		if c.Dir == "" {
			start := time.Now()
			a, b, err := Learners(context.Background(), db, m, 1000, 1, time.Now())
			t.Log(time.Since(start), a, b, err)
			start = time.Now()
			rm, err := Remove(context.Background(), db, time.Now())
			t.Log(rm, err, time.Since(start))
		}
		_ = db.Close()
	}
}
