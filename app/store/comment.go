package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// comment notes what is said of an attempt that is there, or takes it back. Said again in the same words it is as it was.
// It expires with the learner. KEYS: learner, work, comments. ARGV: attempt, text (” to take it back), comment.
var comment = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'secret') == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 'gone' end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[3], ARGV[1])
  return 'ok'
end
local said = redis.call('HGET', KEYS[3], ARGV[1])
local new = ARGV[3]
if said and cjson.decode(said).t == ARGV[2] then new = said end
redis.call('HSET', KEYS[3], ARGV[1], new)
redis.call('PEXPIRE', KEYS[3], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// Comment stores what is said to a learner of one of their attempts at a task, in place of what was said before; an empty
// text takes it back. ErrNotFound: the learner is gone or has no such attempt. It may be repeated.
func (s *Store) Comment(ctx context.Context, learner string, task school.Task, attempt string, c school.Comment) error {
	data, err := json.Marshal(c)
	if err != nil {
		return err
	}
	keys := []string{learnerKey(learner), workKey(learner, task.String()), commentsKey(learner)}
	return s.outcome(ctx, comment, keys, attempt, c.Text, data)
}

// CommentOn returns what is said to a learner of an attempt; ErrNotFound when nothing is.
func (s *Store) CommentOn(ctx context.Context, learner, attempt string) (school.Comment, error) {
	data, err := s.db.HGet(ctx, commentsKey(learner), attempt).Result()
	if err != nil {
		return school.Comment{}, failure(err)
	}
	return decodeComment(learner, attempt, data)
}

// Comments returns all that is said to a learner, by attempt: one trip. There may be nothing.
func (s *Store) Comments(ctx context.Context, learner string) (map[string]school.Comment, error) {
	fields, err := s.db.HGetAll(ctx, commentsKey(learner)).Result()
	if err != nil {
		return nil, failure(err)
	}
	out := map[string]school.Comment{}
	var errs []error
	for attempt, data := range fields {
		c, err := decodeComment(learner, attempt, data)
		out[attempt], errs = c, append(errs, err)
	}
	return out, errors.Join(errs...)
}

func decodeComment(learner, attempt, data string) (c school.Comment, err error) {
	if err := json.Unmarshal([]byte(data), &c); err != nil {
		return c, fmt.Errorf("store: comment %s %s: %w", commentsKey(learner), attempt, err)
	}
	return c, nil
}

// adoptComments stores what was said of attempts that were another learner's, unless something is said of them already.
// KEYS: learner, comments. ARGV: attempt and comment in turn.
var adoptComments = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
for i = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// copyComments gives kept what is said of other's attempts.
func (s *Store) copyComments(ctx context.Context, attempts []string, kept, other string) error {
	if len(attempts) == 0 {
		return nil
	}
	said, err := s.db.HMGet(ctx, commentsKey(other), attempts...).Result()
	if err != nil {
		return failure(err)
	}
	var args []any
	for i, data := range said {
		if data != nil {
			args = append(args, attempts[i], data)
		}
	}
	if len(args) == 0 {
		return nil
	}
	return s.outcome(ctx, adoptComments, []string{learnerKey(kept), commentsKey(kept)}, args...)
}
