package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"eberbach/app/school"
	"eberbach/app/store"
)

// chance is where everything comes from that may be known: names, answers, times, the ids of attempts. The same seed, kind
// and number have the same luck, whatever happens beside them.
type chance struct {
	*rand.Rand
	source *rand.ChaCha8
}

func newChance(seed uint64, kind string, n int) chance {
	source := rand.NewChaCha8(digest(seed, kind, n))
	return chance{rand.New(source), source}
}

// Read reads for what wants an io.Reader.
func (c chance) Read(p []byte) (int, error) { return c.source.Read(p) }

// idOf is the id of the n-th thing of a kind. It follows from the seed alone, so that what was made can be found again
// when only its seed and number are left, by a later version of the program too.
func idOf(seed uint64, kind string, n int) string {
	sum := digest(seed, kind, n)
	id, _ := school.NewID(bytes.NewReader(sum[:])) // there is enough to read
	return id
}

func digest(seed uint64, kind string, n int) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "eberbach demo %d %s %d", seed, kind, n))
}

// atOnce is how many learners are made side by side: the embedded engine stores them together, and Redis is never idle.
const atOnce = 64

// insist repeats a write when the store does not answer: so many at once may be too many for it. Each of ours may be
// repeated.
func insist(ctx context.Context, write func() error) (err error) {
	for wait := 50 * time.Millisecond; wait < 2*time.Second; wait *= 2 {
		if err = write(); !errors.Is(err, store.ErrUnavailable) {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// spread calls fn with every number below n, many at once, until one fails.
func spread(ctx context.Context, n int, fn func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var all sync.WaitGroup
	for range min(n, atOnce) {
		all.Go(func() {
			for i := range next {
				if err := fn(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	all.Wait()
	if err := context.Cause(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return ctx.Err()
}
