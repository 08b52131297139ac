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

// ErrMisplaced: something else lies under a name of ours, which Eberbach has not put there. The message says where.
var ErrMisplaced = errors.New("store: this key does not hold what Eberbach keeps there")

// Contents is what a backup holds, or what a restore has done.
type Contents struct {
	ID                          string
	Begun                       time.Time
	Learners, Classes, Teachers int
	Keys                        int
	Foreign                     int // keys in the database that are none of ours: not in the backup
	Expired                     int // keys in the backup whose time was over at the restore: not restored
	Deleted                     int // learners in the backup who were deleted after it: not restored
}

// count counts a key.
func (c *Contents) count(key string) {
	c.Keys++
	switch shapeOf(key) {
	case shapeOf(learnerKey("x")):
		c.Learners++
	case shapeOf(classKey("x")):
		c.Classes++
	case shapeOf(teacherKey("x")):
		c.Teachers++
	}
}

// Backup writes everything that is ours to w, as a file of the format in backup_file.go, while others read and write.
//
// It is consistent for each learner, class and teacher: all keys of one tag are read in one MULTI, so never half of a
// write. Learners, classes and teachers are read one after the other, at different times: what a program that is killed
// between two writes leaves behind can be there, and nothing else. Keys that point to them from elsewhere (codes,
// addresses, names) are read when all of them are, so that a code which its owner names is there, too, and last of all
// who was deleted, also meanwhile.
//
// Who comes during the backup may be in it or not. One may be in it twice, of which the later counts. It takes as much
// memory as one learner or class, and on the embedded engine also the names of all keys.
func (s *Store) Backup(ctx context.Context, w io.Writer, now time.Time) (Contents, error) {
	out, err := newBackupWriter(w, now)
	if err != nil {
		return Contents{}, err
	}
	b := &backup{s: s, out: out}
	for _, take := range []func(context.Context, []string) error{b.owners, b.pointers} {
		if err := s.eachBatch(ctx, "*", func(keys []string) error { return take(ctx, keys) }); err != nil {
			return Contents{}, err
		}
	}
	b.done.Begun = now
	return b.done, out.close()
}

// backup is one that is being written.
type backup struct {
	s    *Store
	out  *backupWriter
	done Contents
}

// owners takes the keys with a tag: each owner among them with all that is theirs, and what no owner names by itself.
func (b *backup) owners(ctx context.Context, keys []string) error {
	var owners, owned []string
	for _, key := range keys {
		switch k, ok := kindOf(key); {
		case !ok:
			b.done.Foreign++
		case k.taken == ownersKey:
			owners = append(owners, key)
		case k.taken == withOwner:
			owned = append(owned, key)
		}
	}
	tasks, err := b.s.tasksOf(ctx, owners)
	if err != nil {
		return err
	}
	for i, owner := range owners {
		if err := b.takeOwner(ctx, owner, tasks[i]); err != nil {
			return err
		}
	}
	lone, err := b.s.unowned(ctx, owned)
	if err != nil {
		return err
	}
	return b.take(ctx, lone)
}

// pointers takes the keys that are read after all owners.
func (b *backup) pointers(ctx context.Context, keys []string) error {
	return b.take(ctx, slices.DeleteFunc(keys, func(key string) bool {
		k, ok := kindOf(key)
		return !ok || k.taken != afterOwners
	}))
}

// take takes keys that belong to nothing else.
func (b *backup) take(ctx context.Context, keys []string) error {
	entries, err := b.s.entries(ctx, b.s.db.Pipelined, keys)
	if err != nil {
		return err
	}
	return b.write(entries)
}

// takeOwner takes all keys of an owner as they are at one moment. Where work on a further task was begun since the tasks
// were read, it is read again.
func (b *backup) takeOwner(ctx context.Context, owner string, tasks []string) error {
	_, id := ownerOf(owner)
	for {
		entries, err := b.s.entries(ctx, b.s.db.TxPipelined, ownedKeys(owner, id, tasks))
		if err != nil {
			return err
		}
		known := len(tasks)
		for _, e := range entries {
			if e.key != progressKey(id) {
				continue
			}
			for i := 0; i < len(e.items); i += 2 {
				if !slices.Contains(tasks, e.items[i]) {
					tasks = append(tasks, e.items[i])
				}
			}
		}
		if len(tasks) == known {
			return b.write(entries)
		}
	}
}

func (b *backup) write(entries []entry) error {
	for _, e := range entries {
		if err := b.out.add(e); err != nil {
			return err
		}
		b.done.count(e.key)
	}
	return nil
}

// tasksOf returns for each owner the tasks that their progress names: one trip. Only learners have such.
func (s *Store) tasksOf(ctx context.Context, owners []string) ([][]string, error) {
	tasks := make([][]string, len(owners))
	fields := make([]*redis.StringSliceCmd, len(owners))
	if len(owners) == 0 {
		return nil, nil
	}
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, owner := range owners {
			_, id := ownerOf(owner)
			fields[i] = p.HKeys(ctx, progressKey(id))
		}
		return nil
	})
	for i := range fields {
		tasks[i] = fields[i].Val()
	}
	return tasks, failure(err)
}

// unowned returns those of the keys that are not read with their owner, because there is none or because it does not
// name the task: one trip. There should be none; if there are, they are no reason to lose them.
func (s *Store) unowned(ctx context.Context, keys []string) (lone []string, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	there, named := make([]*redis.IntCmd, len(keys)), make([]*redis.BoolCmd, len(keys))
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			owner, id := ownerOf(key)
			there[i] = p.Exists(ctx, owner)
			if task, ok := taskIn(key); ok {
				named[i] = p.HExists(ctx, progressKey(id), task)
			}
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	for i, key := range keys {
		if there[i].Val() == 0 || named[i] != nil && !named[i].Val() {
			lone = append(lone, key)
		}
	}
	return lone, nil
}

// entries reads keys by one pipeline or transaction, without those that are not there.
func (s *Store) entries(ctx context.Context, send func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error), keys []string) (out []entry, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	values, ends := make([]redis.Cmder, len(keys)), make([]*redis.DurationCmd, len(keys))
	_, err = send(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			switch k, _ := kindOf(key); k.value {
			case hashValue:
				values[i] = p.HGetAll(ctx, key)
			case setValue:
				values[i] = p.SMembers(ctx, key)
			default:
				values[i] = p.Get(ctx, key)
			}
			ends[i] = p.PExpireTime(ctx, key)
		}
		return nil
	})
	for i, value := range values {
		if redis.HasErrorPrefix(value.Err(), "WRONGTYPE") {
			return nil, fmt.Errorf("%w: %s; move it away and try again", ErrMisplaced, keys[i])
		}
	}
	if err := firstFailure(err, values...); err != nil {
		return nil, err
	}
	for i, key := range keys {
		k, _ := kindOf(key)
		e := entry{key: key, value: k.value, items: itemsOf(values[i])}
		if at := ends[i].Val(); at > 0 {
			e.expires = at.Milliseconds()
		}
		if len(e.items) > 0 {
			out = append(out, e)
		}
	}
	return out, nil
}

// itemsOf are the items of an entry in the answer of a server: none when nothing is there.
func itemsOf(value redis.Cmder) (items []string) {
	switch v := value.(type) {
	case *redis.MapStringStringCmd:
		for field, value := range v.Val() {
			items = append(items, field, value)
		}
	case *redis.StringSliceCmd:
		items = v.Val()
	case *redis.StringCmd:
		if v.Err() == nil {
			items = []string{v.Val()}
		}
	}
	return items
}

// CheckBackup reads a backup to its end and says what it holds. ErrBackup: it is none, or not a whole one.
func CheckBackup(file io.Reader) (Contents, error) {
	r, err := newBackupReader(file)
	if err != nil {
		return Contents{}, err
	}
	done := Contents{ID: r.id, Begun: r.begun}
	for {
		e, err := r.next()
		if errors.Is(err, io.EOF) {
			return done, nil
		}
		if err != nil {
			return Contents{}, err
		}
		done.count(e.key)
	}
}
