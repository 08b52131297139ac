package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// useCalendar makes an address the one that counts and returns the hash of the one before. KEYS: learner. ARGV: calendar,
// empty for none.
var useCalendar = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
local old = redis.call('HGET', KEYS[1], 'calendar') or ''
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[1], 'calendar')
else
  redis.call('HSET', KEYS[1], 'calendar', ARGV[1])
end
return 'was ' .. old`)

// GiveCalendar makes the address with the hash the one of the learner's calendar; the one before leads nowhere. It may be
// repeated. ErrNotFound: the learner is gone.
func (s *Store) GiveCalendar(ctx context.Context, learner string, c school.Calendar, now time.Time) error {
	me, refs, key := learnerKey(learner), refsKey(learner), calendarKey(c.Hash)
	if err := s.outcome(ctx, noteCode, []string{me, membershipsKey(learner), refs}, "", key, expiry(now)); err != nil {
		return err
	}
	if err := s.run(ctx, layCode, []string{key}, learner, expiry(now)).Err(); err != nil {
		return failure(err)
	}
	err := s.replaceCalendar(ctx, learner, c.Nonce+" "+c.Hash, c.Hash)
	if errors.Is(err, ErrNotFound) { // deleted meanwhile, perhaps before the key was there to be removed
		return errors.Join(s.drop(ctx, []string{key}), err)
	}
	return err
}

// DropCalendar makes the learner's calendar lead nowhere. It may be repeated. ErrNotFound: the learner is gone.
func (s *Store) DropCalendar(ctx context.Context, learner string) error {
	return s.replaceCalendar(ctx, learner, "", "")
}

// replaceCalendar notes another calendar and removes the key of the one before, unless its hash is the same.
func (s *Store) replaceCalendar(ctx context.Context, learner, calendar, hash string) error {
	said, err := s.run(ctx, useCalendar, []string{learnerKey(learner)}, calendar).Text()
	if err != nil {
		return failure(err)
	}
	was, there := strings.CutPrefix(said, "was ")
	if !there {
		return ErrNotFound
	}
	if _, old, _ := strings.Cut(was, " "); old != "" && old != hash {
		if err := s.drop(ctx, []string{calendarKey(old)}); err != nil {
			return err
		}
		return failure(s.db.SRem(ctx, refsKey(learner), calendarKey(old)).Err())
	}
	return nil
}

// ByCalendar returns whose calendar is at the address with the hash; ErrNotFound: nobody's, or not any more.
func (s *Store) ByCalendar(ctx context.Context, hash string, now time.Time) (*Own, error) {
	learner, err := s.db.Get(ctx, calendarKey(hash)).Result()
	if err != nil {
		return nil, failure(err)
	}
	own, err := s.Own(ctx, learner, now)
	if err == nil && (own.Gone || own.Calendar.Hash != hash) {
		return nil, ErrNotFound
	}
	return own, err
}
