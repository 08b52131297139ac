package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrHolds: the database holds something of ours, and a restore would overwrite it.
var ErrHolds = errors.New("store: the database is not empty")

// beginRestore notes that a restore has begun, unless another one has. KEYS: the restore. ARGV: id of the backup, Unix
// seconds.
var beginRestore = redis.NewScript(`
local id = redis.call('HGET', KEYS[1], 'backup')
if id and id ~= ARGV[1] then return 'conflict' end
redis.call('HSET', KEYS[1], 'backup', ARGV[1], 'begun', ARGV[2])
return 'ok'`)

// endRestore takes the note away. KEYS: the restore.
var endRestore = redis.NewScript(`return redis.call('DEL', KEYS[1])`)

// Restore writes a whole backup into a database that holds nothing of ours, and returns what is there now. The file is
// read to its end before anything is written. ErrBackup, ErrHolds: nothing was written. ErrConflict: a restore of another
// backup was cut short here.
//
// A restore that was cut short leaves a note with the id of the backup, see Unrestored; the restore of the same backup may
// then be repeated, and writes everything again.
//
// Who was deleted after the backup was made stays deleted, as far as the database is told: by what deletedKey says in the
// backup itself, and by that in newer, a later backup of which nothing else is read; nil: there is none. They are
// restored and then deleted in the ordinary way, so that their classes say so, before the note is taken away.
func (s *Store) Restore(ctx context.Context, file io.ReadSeeker, newer io.ReadSeeker, now time.Time) (done Contents, err error) {
	held, err := checkFirst(file)
	if err != nil {
		return done, err
	}
	if newer != nil {
		if _, err := checkFirst(newer); err != nil {
			return done, fmt.Errorf("the newer one: %w", err)
		}
	}
	if err := s.claimRestore(ctx, held.ID, now); err != nil {
		return done, err
	}
	w := &restoring{s: s, now: now, done: Contents{ID: held.ID, Begun: held.Begun}}
	if err := w.all(ctx, file, func(entry) bool { return true }); err != nil {
		return done, err
	}
	if newer != nil {
		noted := func(e entry) bool { return shapeOf(e.key) == shapeOf(deletedKey("x")) }
		if err := w.all(ctx, newer, noted); err != nil {
			return done, err
		}
	}
	if err := w.honour(ctx); err != nil {
		return done, err
	}
	return w.done, failure(s.run(ctx, endRestore, []string{restoreKey()}).Err())
}

// checkFirst reads a backup to its end, and goes back to its beginning.
func checkFirst(file io.ReadSeeker) (Contents, error) {
	held, err := CheckBackup(file)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	return held, err
}

// claimRestore makes sure that there is nothing to overwrite, or only what the same restore has begun to write.
func (s *Store) claimRestore(ctx context.Context, id string, now time.Time) error {
	begun, err := s.Unrestored(ctx)
	if err != nil {
		return err
	}
	if begun == "" {
		err := s.eachBatch(ctx, "*", func(keys []string) error {
			for _, key := range keys {
				if _, ours := kindOf(key); ours {
					return fmt.Errorf("%w: it holds %q", ErrHolds, key)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.outcome(ctx, beginRestore, []string{restoreKey()}, id, now.Unix())
}

// Unrestored returns the id of the backup whose restore has begun here and not come to its end; "" when there is none.
func (s *Store) Unrestored(ctx context.Context) (backup string, err error) {
	backup, err = s.db.HGet(ctx, restoreKey(), "backup").Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return backup, failure(err)
}

// restoring is a restore under way.
type restoring struct {
	s     *Store
	now   time.Time
	done  Contents
	batch []entry
	size  int // bytes in the batch
}

// restoreBatch is about how many bytes are sent at once.
const restoreBatch = 256 << 10

// all writes the keys of a file that are wanted.
func (w *restoring) all(ctx context.Context, file io.Reader, wanted func(entry) bool) error {
	r, err := newBackupReader(file)
	if err != nil {
		return err
	}
	for {
		e, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return w.send(ctx)
		case err != nil:
			return err
		case !wanted(e):
			continue
		case e.expires != 0 && e.expires <= w.now.UnixMilli():
			w.done.Expired++
			continue
		}
		w.batch = append(w.batch, e)
		for _, item := range e.items {
			w.size += len(item)
		}
		if w.size > restoreBatch || len(w.batch) >= scanBatch {
			if err := w.send(ctx); err != nil {
				return err
			}
		}
	}
}

// send writes the batch. What was at a key before, from an earlier place in the file or a restore that was cut short, goes.
func (w *restoring) send(ctx context.Context) error {
	if len(w.batch) == 0 {
		return nil
	}
	_, err := w.s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, e := range w.batch {
			w.done.count(e.key)
			e.put(ctx, p)
		}
		return nil
	})
	w.batch, w.size = w.batch[:0], 0
	return failure(err)
}

// put writes a key with its expiry, many items by parts.
func (e entry) put(ctx context.Context, p redis.Pipeliner) {
	p.Del(ctx, e.key)
	for part := range slices.Chunk(e.items, 1000) {
		switch e.value {
		case hashValue:
			p.HSet(ctx, e.key, part)
		case setValue:
			p.SAdd(ctx, e.key, part)
		default:
			p.Set(ctx, e.key, part[0], 0)
		}
	}
	if e.expires != 0 {
		p.PExpireAt(ctx, e.key, time.UnixMilli(e.expires))
	}
}

// honour deletes who was deleted after they were saved.
func (w *restoring) honour(ctx context.Context) error {
	return w.s.eachBatch(ctx, deletedKey("*"), func(keys []string) error {
		for _, key := range keys {
			owner, id := ownerOf(key)
			there, err := w.s.db.Exists(ctx, owner).Result()
			if err != nil {
				return failure(err)
			}
			if there == 0 {
				continue
			}
			if err := w.s.Delete(ctx, id); err != nil {
				return err
			}
			w.done.Deleted++
		}
		return nil
	})
}
