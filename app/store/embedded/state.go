package embedded

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"
)

// This file is how memory and disk are kept the same. Everything in it runs on
// the writer goroutine, or in Open before that starts.

// load opens the file and fills an empty memory from it.
func (e *Engine) load() error {
	if err := e.options.fault("reload"); err != nil {
		return err
	}
	d, err := openDisk(e.dir, e.options.fault)
	if err != nil {
		return err
	}
	e.disk, e.expires = d, map[string]int64{}
	db := e.mem.DB(0)
	return d.each(func(key string, r record) error {
		if r.expires != 0 {
			e.expires[key] = r.expires
		}
		// An expired key stays on disk until the next step of the clock, which
		// finds it in expires.
		if r.expires == 0 || r.expires > e.clock.UnixMilli() {
			r.restore(db, key, e.clock)
		}
		return nil
	})
}

// commit brings the present state of keys to disk.
func (e *Engine) commit(keys map[string]struct{}) error {
	db := e.mem.DB(0)
	expires := make(map[string]int64, len(keys))
	err := e.disk.update(func(bucket *bolt.Bucket) error {
		for key := range keys {
			r, err := snapshot(db, key, e.clock)
			if err != nil {
				return err
			}
			if expires[key] = r.expires; r.kind == none {
				err = bucket.Delete([]byte(key))
			} else {
				err = bucket.Put([]byte(key), r.encode())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for key, at := range expires {
		if at == 0 {
			delete(e.expires, key)
		} else {
			e.expires[key] = at
		}
	}
	return nil
}

// failed is what follows a commit that did not succeed. Memory is ahead of the
// disk, so nothing is answered until it is loaded anew: reads only from then on,
// writes once a trial commit succeeded.
func (e *Engine) failed(b *batch, err error) {
	err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	e.mu.Lock()
	b.err, e.stale, e.full = err, err, err
	e.failures++
	e.mu.Unlock()
	e.endBatch(b)
	e.reload()
}

// reload replaces memory by what is on disk. The file is opened anew as well: after
// a failed commit, what bbolt holds in memory about it deserves no more trust.
func (e *Engine) reload() {
	err := e.disk.close()
	e.disk = nil
	e.mem.FlushAll()
	if err == nil {
		err = e.load()
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stale = err
}

// tick is one step of the clock. It is also when an engine that failed tries
// again: once a step, so that a full disk is not also a busy one.
func (e *Engine) tick() {
	if e.stale != nil {
		e.reload()
	}
	if e.stale == nil && e.full != nil && e.disk.trial() == nil {
		e.mu.Lock()
		e.full = nil
		e.mu.Unlock()
	}
	if e.stale == nil {
		e.expire()
	}
}

// expire moves the clock of miniredis to now and removes from disk what expired.
// miniredis holds what is left of a lifetime, not its end; because its clock
// stands still between the steps, the end can be told exactly from that.
func (e *Engine) expire() {
	now := wallClock()
	if !now.After(e.clock) {
		return // set back; lifetimes go on when it has caught up
	}
	e.mem.SetTime(now)
	e.mem.FastForward(now.Sub(e.clock))
	e.clock = now
	due := map[string]struct{}{}
	for key, at := range e.expires {
		if at <= now.UnixMilli() {
			due[key] = struct{}{}
		}
	}
	if len(due) > 0 {
		// When it fails they are still in expires, and loading would drop them.
		_ = e.commit(due)
	}
}

// wallClock is now without the monotonic part, which stands still while a laptop
// sleeps.
func wallClock() time.Time { return time.Now().Round(0) }
