package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Fields of a learner's hash.
const (
	fieldSecret   = "secret"
	fieldCreated  = "created"
	fieldSeen     = "seen"
	fieldGone     = "gone"
	fieldReturn   = "code"
	fieldCalendar = "calendar"
	devicePrefix  = "d:" // and the hash of the device's secret
	movedPrefix   = "m:" // and the class
	movedSeen     = " seen"
)

// learnerOf reads a learner's hash; ErrNotFound when it is empty.
func learnerOf(id string, fields map[string]string) (school.Learner, error) {
	if fields[fieldSecret] == "" {
		return school.Learner{}, ErrNotFound
	}
	created, err := strconv.ParseInt(fields[fieldCreated], 10, 64)
	if err != nil {
		return school.Learner{}, fmt.Errorf("store: learner %s: %w", learnerKey(id), err)
	}
	l := school.Learner{
		ID: id, SecretHash: fields[fieldSecret], Created: time.Unix(created, 0).UTC(),
		Seen: fields[fieldSeen], Gone: fields[fieldGone] != "", Code: fields[fieldReturn],
	}
	l.Calendar.Nonce, l.Calendar.Hash, _ = strings.Cut(fields[fieldCalendar], " ")
	for name, value := range fields {
		if hash, ok := strings.CutPrefix(name, devicePrefix); ok {
			since, class, _ := strings.Cut(value, " ")
			at, _ := strconv.ParseInt(since, 10, 64) // since when is for people to read
			l.Devices = append(l.Devices, school.Device{SecretHash: hash, Class: class, Since: time.Unix(at, 0).UTC()})
		}
		if class, ok := strings.CutPrefix(name, movedPrefix); ok {
			if l.Moved == nil {
				l.Moved = map[string]school.Move{}
			}
			to, seen := strings.CutSuffix(value, movedSeen)
			l.Moved[class] = school.Move{To: to, Seen: seen}
		}
	}
	return l, nil
}

// Own is a learner with all that a page about them begins with.
type Own struct {
	school.Learner
	Progress map[string]school.Progress   // by task; of a class's tasks as stored, for Bind
	Classes  map[string]school.Membership // by class
}

// Own returns a learner, where they stand now, and the classes they have joined: one trip. The progress of a class's tasks
// is as it is stored: what it means depends on the class.
func (s *Store) Own(ctx context.Context, id string, now time.Time) (*Own, error) {
	own, _, err := s.own(ctx, id, now, false)
	return own, err
}

// OwnNotes is Own with the learner's notes, the oldest first: one trip.
func (s *Store) OwnNotes(ctx context.Context, id string, now time.Time) (*Own, []annot.Note, error) {
	return s.own(ctx, id, now, true)
}

func (s *Store) own(ctx context.Context, id string, now time.Time, withNotes bool) (own *Own, notes []annot.Note, err error) {
	var learner, progress, classes, noted *redis.MapStringStringCmd
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		learner = p.HGetAll(ctx, learnerKey(id))
		progress = p.HGetAll(ctx, progressKey(id))
		classes = p.HGetAll(ctx, membershipsKey(id))
		if withNotes {
			noted = p.HGetAll(ctx, notesKey(id))
		}
		return nil
	})
	if err != nil {
		return nil, nil, failure(err)
	}
	own, err = ownOf(id, now, learner.Val(), progress.Val(), classes.Val())
	if err == nil && withNotes {
		notes, err = decodeNotes(id, noted.Val())
	}
	return own, notes, err
}

func ownOf(id string, now time.Time, learner, progress, classes map[string]string) (*Own, error) {
	l, err := learnerOf(id, learner)
	if err != nil {
		return nil, err
	}
	out := &Own{l, map[string]school.Progress{}, map[string]school.Membership{}}
	for task, data := range progress {
		p, err := decodeProgress(id, task, data)
		if err != nil {
			return nil, err
		}
		if t, ok := school.ParseTask(task); ok && t.Own() {
			p = p.Settle(now)
		}
		out.Progress[task] = p
	}
	for class, data := range classes {
		var m school.Membership
		if err := json.Unmarshal([]byte(data), &m); err != nil {
			return nil, fmt.Errorf("store: membership %s %s: %w", membershipsKey(id), class, err)
		}
		out.Classes[class] = m
	}
	return out, nil
}

// decodeProgress reads a stored progress; "" is that of who has begun nothing.
func decodeProgress(id, task, data string) (p school.Progress, err error) {
	if p, err = school.ReadProgress(data); err != nil {
		return p, fmt.Errorf("store: progress %s %s: %w", progressKey(id), task, err)
	}
	return p, nil
}

// Attempts returns a learner's attempts at the tasks, by task, in no order: one trip. Those at one's own tasks are as they
// are now; the others wait for Given.Bind and Settle.
func (s *Store) Attempts(ctx context.Context, id string, tasks []string, now time.Time) (map[string][]*quiz.Attempt, error) {
	values := make([]*redis.MapStringStringCmd, len(tasks))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, task := range tasks {
			values[i] = p.HGetAll(ctx, workKey(id, task))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	out := map[string][]*quiz.Attempt{}
	for i, task := range tasks {
		for attempt, data := range values[i].Val() {
			a, err := decodeAttempt(attempt, data)
			if err != nil {
				return nil, err
			}
			if t, _ := school.TaskOf(attempt); t.Own() {
				a.Settle(now)
			}
			out[task] = append(out[task], a)
		}
	}
	return out, nil
}

// visit moves the expiry of all of a learner's keys, unless the learner is gone: writing to a deleted hash would
// bring it back. It returns the keys elsewhere. KEYS: the learner, then all others, the refs last. ARGV: the day, the
// expiry in Unix seconds.
var visit = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return {} end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[2]) end
return redis.call('SMEMBERS', KEYS[#KEYS])`)

// Visit notes the day's first visit and moves the expiry of everything that is the learner's; tasks are those in the
// learner's progress. Work on another task that is begun meanwhile gets today's expiry from Save.
// A learner who is gone is left alone, without an error.
func (s *Store) Visit(ctx context.Context, id string, tasks []string, now time.Time) error {
	refs, err := s.run(ctx, visit, learnerKeys(id, tasks), school.Day(now), expiry(now)).StringSlice()
	if err != nil || len(refs) == 0 {
		return failure(err)
	}
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, ref := range refs {
			p.ExpireAt(ctx, ref, now.Add(school.Kept))
		}
		return nil
	})
	return failure(err)
}

// leave marks a learner gone, so that nothing is written any more, and returns the tasks they have work on, their classes
// and the keys elsewhere. A learner that is not there is not made by it. KEYS: the learner, progress, memberships, refs.
var leave = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'gone', '1') end
return {redis.call('HKEYS', KEYS[2]), redis.call('HKEYS', KEYS[3]), redis.call('SMEMBERS', KEYS[4])}`)

func leaveKeys(id string) []string {
	return []string{learnerKey(id), progressKey(id), membershipsKey(id), refsKey(id)}
}

// removeLearner deletes what is the learner's, and notes for restores that there was one. The write before it makes that a
// repeat has something for replicas to wait for. KEYS: the note, the learner, then all others. ARGV: seconds that the note
// stays; 0 is none at all.
var removeLearner = redis.NewScript(`
if ARGV[1] == '0' then redis.call('DEL', KEYS[1])
elseif redis.call('EXISTS', KEYS[2]) == 1 then redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) end
redis.call('HSET', KEYS[2], 'gone', '1')
return redis.call('DEL', unpack(KEYS, 2))`)

// Delete removes a learner with everything that is theirs; their classes show "deleted". What is cut short can be
// repeated: until all of it is removed, which happens at once, the learner is there and marked gone. For 12 months a note
// stays, so that no restore brings them back.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.delete(ctx, id, school.Kept)
}

// DeleteMade is Delete of a learner who was made up: nothing stays.
func (s *Store) DeleteMade(ctx context.Context, id string) error {
	return s.delete(ctx, id, 0)
}

func (s *Store) delete(ctx context.Context, id string, noted time.Duration) error {
	lists, err := s.run(ctx, leave, leaveKeys(id)).Slice()
	if err != nil {
		return failure(err)
	}
	tasks, classes, refs := texts(lists[0]), texts(lists[1]), texts(lists[2])
	for _, class := range classes {
		if err := s.markLeft(ctx, class, id, school.LeftDeleted); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	if err := s.drop(ctx, refs); err != nil {
		return err
	}
	keys := append([]string{deletedKey(id)}, learnerKeys(id, tasks)...)
	return failure(s.run(ctx, removeLearner, keys, int64(noted.Seconds())).Err())
}

// drop removes keys that lie anywhere.
func (s *Store) drop(ctx context.Context, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range keys {
			p.Del(ctx, key)
		}
		return nil
	})
	return failure(err)
}

// texts are the texts in a script's list.
func texts(list any) (out []string) {
	items, _ := list.([]any)
	for _, item := range items {
		text, _ := item.(string)
		out = append(out, text)
	}
	return out
}

// learnerKeys are all keys that are a learner's with work on the tasks: the learner first, the refs last.
func learnerKeys(id string, tasks []string) []string {
	keys := []string{learnerKey(id), progressKey(id), membershipsKey(id), commentsKey(id), reviewKey(id), notesKey(id)}
	for _, task := range tasks {
		keys = append(keys, workKey(id, task))
	}
	return append(keys, refsKey(id))
}

func expiry(now time.Time) int64 { return now.Add(school.Kept).Unix() }
