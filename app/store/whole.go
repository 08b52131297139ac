package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Whole is a learner with all that is theirs, to be stored at once.
type Whole struct {
	school.Learner
	Attempts []*quiz.Attempt              // Rev counts their changes, the beginning among them
	Progress map[string]school.Progress   // by task: what the attempts there have led to
	Classes  map[string]school.Membership // by class; the other half is Join's
	Notes    []annot.Note
}

// createWhole writes a new learner with everything that is theirs. KEYS: the learner, then the others. ARGV: secret,
// expiry, then for each field the number of its key, its name and value.
var createWhole = redis.NewScript(`
local secret = redis.call('HGET', KEYS[1], 'secret')
if secret and secret ~= ARGV[1] then return 'taken' end
for i = 3, #ARGV, 3 do redis.call('HSET', KEYS[tonumber(ARGV[i])], ARGV[i + 1], ARGV[i + 2]) end
for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[2]) end
return 'ok'`)

// CreateWhole stores a learner who comes with work, in one write; it may be repeated until they do more. seen is when
// they were here last: everything expires from then on. The editions that the attempts name have to be stored before.
// ErrTaken: the id is somebody else's.
func (s *Store) CreateWhole(ctx context.Context, w Whole, seen time.Time) error {
	f := fields{keys: []string{learnerKey(w.ID)}, args: []any{w.SecretHash, expiry(seen)}}
	f.add(learnerKey(w.ID), fieldSecret, w.SecretHash)
	f.add(learnerKey(w.ID), fieldCreated, w.Created.Unix())
	f.add(learnerKey(w.ID), fieldSeen, w.Seen)
	for task, p := range w.Progress {
		f.add(progressKey(w.ID), task, p.Stored())
	}
	for class, m := range w.Classes {
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		f.add(membershipsKey(w.ID), class, data)
	}
	for _, n := range w.Notes {
		data, err := encodeNote(n)
		if err != nil {
			return err
		}
		f.add(notesKey(w.ID), n.ID, data)
	}
	for _, a := range w.Attempts {
		task, ok := school.TaskOf(a.ID)
		if !ok {
			return fmt.Errorf("store: attempt %s: its id names no lesson", a.ID)
		}
		before := *a
		before.Rev--
		f.add(workKey(w.ID, task.String()), a.ID, encodeAttempt(&before))
	}
	return s.outcome(ctx, createWhole, f.keys, f.args...)
}

// fields are the keys and arguments of createWhole.
type fields struct {
	keys []string
	args []any
}

func (f *fields) add(key, field string, value any) {
	at := slices.Index(f.keys, key)
	if at < 0 {
		at = len(f.keys)
		f.keys = append(f.keys, key)
	}
	f.args = append(f.args, at+1, field, value)
}
