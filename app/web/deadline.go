package web

import (
	"context"
	"sync"
	"time"
)

// deadlines gives requests that come at about the same time one deadline: a timer for each of them would be set and taken
// back some thousand times a second, and hardly one would ever ring.
type deadlines struct {
	mu  sync.Mutex
	ctx context.Context
	end time.Time
}

const together = 100 * time.Millisecond

// next is a context that ends when the store has had patience enough, or up to a tenth of a second later.
func (d *deadlines) next() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := time.Now(); d.end.Sub(now) < patience {
		d.end = now.Add(patience + together)
		ctx, cancel := context.WithDeadline(context.Background(), d.end)
		context.AfterFunc(ctx, cancel) // no request may end it for the others
		d.ctx = ctx
	}
	return d.ctx
}
