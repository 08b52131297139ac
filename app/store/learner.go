package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Fields of a learner's hash.
const (
	fieldSecret  = "secret"
	fieldCreated = "created"
	fieldSeen    = "seen"
	fieldGone    = "gone"
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
	return school.Learner{
		ID: id, SecretHash: fields[fieldSecret], Created: time.Unix(created, 0).UTC(),
		Seen: fields[fieldSeen], Gone: fields[fieldGone] != "",
	}, nil
}

// Learner returns a learner and where they stand now, by lesson: one trip.
func (s *Store) Learner(ctx context.Context, id string, now time.Time) (school.Learner, map[string]school.Progress, error) {
	var learner, progress *redis.MapStringStringCmd
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		learner = p.HGetAll(ctx, learnerKey(id))
		progress = p.HGetAll(ctx, progressKey(id))
		return nil
	})
	if err != nil {
		return school.Learner{}, nil, failure(err)
	}
	l, err := learnerOf(id, learner.Val())
	if err != nil {
		return school.Learner{}, nil, err
	}
	out := map[string]school.Progress{}
	for lesson, data := range progress.Val() {
		var p school.Progress
		if err := json.Unmarshal([]byte(data), &p); err != nil {
			return school.Learner{}, nil, fmt.Errorf("store: progress %s %s: %w", progressKey(id), lesson, err)
		}
		out[lesson] = p.Settle(now)
	}
	return l, out, nil
}

// Attempts returns a learner's attempts at the lessons as they are now, by lesson, in no order: one trip.
func (s *Store) Attempts(ctx context.Context, id string, lessons []string, now time.Time) (map[string][]*quiz.Attempt, error) {
	values := make([]*redis.MapStringStringCmd, len(lessons))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, lesson := range lessons {
			values[i] = p.HGetAll(ctx, workKey(id, lesson))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	out := map[string][]*quiz.Attempt{}
	for i, lesson := range lessons {
		for attempt, data := range values[i].Val() {
			a, err := decodeAttempt(attempt, lesson, data, now)
			if err != nil {
				return nil, err
			}
			out[lesson] = append(out[lesson], a)
		}
	}
	return out, nil
}

// visit moves the expiry of all of a learner's keys, unless the learner is gone: writing to a deleted hash would
// bring it back. KEYS: the learner, then all others. ARGV: the day, the expiry in Unix seconds.
var visit = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[2]) end
return 1`)

// Visit notes the day's first visit and moves the expiry of everything that is the learner's; lessons are those in the
// learner's progress. Work on another lesson that is begun meanwhile gets today's expiry from Save.
// A learner who is gone is left alone, without an error.
func (s *Store) Visit(ctx context.Context, id string, lessons []string, now time.Time) error {
	keys := append([]string{learnerKey(id), progressKey(id)}, workKeys(id, lessons)...)
	return failure(s.run(ctx, visit, keys, school.Day(now), expiry(now)).Err())
}

// leave marks a learner gone, so that nothing is written any more, and returns the lessons they have work on. A learner
// that is not there is not made by it. KEYS: the learner, progress.
var leave = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'gone', '1') end
return redis.call('HKEYS', KEYS[2])`)

// remove deletes what is the learner's. The write before it makes that a repeat has something for replicas to wait for.
// KEYS: the learner, then all others.
var remove = redis.NewScript(`
redis.call('HSET', KEYS[1], 'gone', '1')
return redis.call('DEL', unpack(KEYS))`)

// Delete removes a learner with everything that is theirs. What is cut short can be repeated: until all of it is
// removed, which happens at once, the learner is there and marked gone.
func (s *Store) Delete(ctx context.Context, id string) error {
	lessons, err := s.run(ctx, leave, []string{learnerKey(id), progressKey(id)}).StringSlice()
	if err != nil {
		return failure(err)
	}
	keys := append([]string{learnerKey(id), progressKey(id)}, workKeys(id, lessons)...)
	return failure(s.run(ctx, remove, keys).Err())
}

func workKeys(id string, lessons []string) []string {
	var keys []string
	for _, lesson := range lessons {
		keys = append(keys, workKey(id, lesson))
	}
	return keys
}

func expiry(now time.Time) int64 { return now.Add(school.Kept).Unix() }
