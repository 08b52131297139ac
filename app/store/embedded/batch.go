package embedded

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// batch is writes that run side by side and reach the disk in one transaction.
// Each caller runs its own command; the writer goroutine says when.
type batch struct {
	start   chan struct{} // closed when the writes may run
	done    chan struct{} // closed when what they did is on disk, or failed
	running sync.WaitGroup
	err     error // set before start or before done is closed

	// Under Engine.mu.
	open bool                // its writes are running
	keys map[string]struct{} // that they touched
}

func newBatch() *batch {
	return &batch{start: make(chan struct{}), done: make(chan struct{}), keys: map[string]struct{}{}}
}

// do runs commands as their plan demands. An error is the engine's: whatever run
// brought back must then be kept from the caller. The commands' own replies and
// errors are run's business.
func (e *Engine) do(ctx context.Context, p plan, run func(context.Context)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	switch p.kind {
	case write:
		return e.write(ctx, run)
	case read:
		return e.read(ctx, p, run)
	default:
		run(ctx)
		return nil
	}
}

func (e *Engine) write(ctx context.Context, run func(context.Context)) error {
	e.writes.Add(1)
	defer e.writes.Add(-1)
	b, err := e.join()
	if err != nil {
		return err
	}
	if err := b.run(ctx, run); err != nil {
		return err
	}
	return b.wait(ctx)
}

// join puts the caller into the batch that waits to run.
func (e *Engine) join() (*batch, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.refusal(); err != nil {
		return nil, err
	}
	if e.waiting == nil {
		e.waiting = newBatch()
		select {
		case e.wake <- struct{}{}:
		default:
		}
	}
	e.waiting.running.Add(1)
	return e.waiting, nil
}

// run runs the caller's commands when the batch starts. Until then the caller may
// give up; a command once sent is waited for, because one that ran on after the
// snapshot of its keys would be in memory and not on disk.
func (b *batch) run(ctx context.Context, run func(context.Context)) error {
	defer b.running.Done()
	select {
	case <-b.start:
	case <-ctx.Done():
		return ctx.Err()
	}
	if b.err != nil {
		return b.err
	}
	run(context.WithoutCancel(ctx))
	return nil
}

// wait waits for the commit. A caller who gives up here does not know whether the
// write will last, as with any server.
func (b *batch) wait(ctx context.Context) error {
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read runs at once, beside the batches, and looks afterwards whether it may have
// seen what is not on disk. A repeated answer form must not be told "saved" because
// its first copy has reached memory. Looking before would not do: the write may come
// between the look and the read. Keys are noted before they change, so a key that is
// in no batch afterwards was on disk when it was read.
func (e *Engine) read(ctx context.Context, p plan, run func(context.Context)) error {
	e.mu.Lock()
	failures, err := e.failures, e.refusal()
	e.mu.Unlock()
	if err != nil {
		return err
	}
	run(ctx)
	b, err := e.unsaved(p, failures)
	if b == nil {
		return err
	}
	return b.wait(ctx)
}

// unsaved returns the batch that a read with this plan has to wait for, if any.
func (e *Engine) unsaved(p plan, failures int) (*batch, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failures != failures {
		// What it saw may have been taken back since.
		return nil, fmt.Errorf("%w: a change failed during the read", ErrUnavailable)
	}
	if b := e.current; b != nil && b.touches(p) {
		return b, nil
	}
	return nil, nil
}

func (b *batch) touches(p plan) bool {
	if p.anyKey {
		return len(b.keys) > 0
	}
	for _, key := range p.keys {
		if _, ok := b.keys[key]; ok {
			return true
		}
	}
	return false
}

// refusal says why no command may run. The caller holds mu.
func (e *Engine) refusal() error {
	if e.closed {
		return redis.ErrClosed
	}
	return e.stale
}

// writer runs the batches, one after the other, and moves the clock.
func (e *Engine) writer() {
	defer close(e.stopped)
	ticks := time.NewTicker(e.options.step)
	defer ticks.Stop()
	for {
		select {
		case <-e.wake:
			e.runBatch()
		case <-ticks.C:
			e.tick()
		case <-e.stop:
			e.runBatch()
			return
		}
	}
}

func (e *Engine) runBatch() {
	b := e.openBatch()
	if b == nil {
		return
	}
	close(b.start)
	b.running.Wait()
	e.closeBatch(b)
	if b.err == nil && len(b.keys) > 0 {
		begin := time.Now()
		if err := e.commit(b.keys); err != nil {
			e.failed(b, err)
			return
		}
		e.committed(time.Since(begin))
	}
	e.endBatch(b)
}

func (e *Engine) openBatch() *batch {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := e.waiting
	e.waiting = nil
	if b == nil {
		return nil
	}
	// After a failed commit none is tried, and nothing runs, before a trial
	// succeeded: each further failure would cost the readers a reload.
	if b.err = e.full; b.err == nil {
		e.current, b.open = b, true
	}
	return b
}

// closeBatch ends the time in which writes may touch keys. From here on b.keys
// stays as it is, and the writer may look at it without the lock.
func (e *Engine) closeBatch(b *batch) {
	e.mu.Lock()
	defer e.mu.Unlock()
	b.open = false
}

// committed counts a batch that has been brought to disk.
func (e *Engine) committed(took time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.batches++
	e.committing += took
}

func (e *Engine) endBatch(b *batch) {
	e.mu.Lock()
	e.current = nil
	e.mu.Unlock()
	close(b.done)
}
