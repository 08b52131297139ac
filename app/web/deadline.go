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

// after is a context that ends when the time is over, or up to a tenth of a second later.
func (d *deadlines) after(within time.Duration) context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if left := d.end.Sub(now); left < within {
		d.end = now.Add(within + together)
		ctx, cancel := context.WithDeadline(context.Background(), d.end)
		context.AfterFunc(ctx, cancel) // it is for requests that nobody knows by then
		d.ctx = ctx
	}
	return d.ctx
}
