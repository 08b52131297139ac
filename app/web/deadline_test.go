package web

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestDeadlines: who comes a little later shares a deadline, and nobody has less time than was said or much more.
func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d deadlines
		made := map[context.Context]int{}
		for range 200 {
			ctx := d.next()
			made[ctx]++
			end, _ := ctx.Deadline()
			if left := time.Until(end); left < patience || left > patience+together {
				t.Fatalf("%v are left", left)
			}
			time.Sleep(together / 10)
		}
		if len(made) > 20 || len(made) < 18 {
			t.Errorf("200 requests of two seconds had %d deadlines", len(made))
		}
		time.Sleep(patience + together)
		for ctx := range made {
			if ctx.Err() != context.DeadlineExceeded {
				t.Errorf("afterwards: %v", ctx.Err())
			}
		}
	})
}
