package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// limitWindow is how long failures count.
const limitWindow = 15 * time.Minute

// Limited says how long somebody has to wait because they failed too often at something of the kind: 0 while they have
// failed fewer than most times within 15 minutes. who is an account or a network address; only a hash of it is stored.
func (s *Store) Limited(ctx context.Context, kind, who string, most int, now time.Time) (wait time.Duration, err error) {
	key, err := s.limitOf(ctx, kind, who, now)
	if err != nil {
		return 0, err
	}
	var count *redis.StringCmd
	var left *redis.DurationCmd
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		count, left = p.Get(ctx, key), p.PTTL(ctx, key)
		return nil
	})
	if err := firstFailure(err, count, left); err != nil {
		return 0, err
	}
	if n, _ := count.Int(); n < most {
		return 0, nil
	}
	return max(left.Val(), time.Second), nil
}

// countFailure counts one more failure; the first begins the window. KEYS: the limit. ARGV: the window in milliseconds.
var countFailure = redis.NewScript(`
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return n`)

// Failed counts a failure of somebody, see Limited. Replicas are not waited for: a count that is lost harms nobody.
func (s *Store) Failed(ctx context.Context, kind, who string, now time.Time) error {
	key, err := s.limitOf(ctx, kind, who, now)
	if err != nil {
		return err
	}
	return failure(countFailure.Run(ctx, s.db, []string{key}, limitWindow.Milliseconds()).Err())
}

func (s *Store) limitOf(ctx context.Context, kind, who string, now time.Time) (key string, err error) {
	salt, err := s.salt(ctx, school.Day(now))
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(kind + " " + who))
	return limitKey(kind, hex.EncodeToString(mac.Sum(nil)[:16])), err
}

// keepSalt stores the day's salt unless there is one, and returns the one that is there.
// KEYS: the salt. ARGV: a new one, its life in seconds.
var keepSalt = redis.NewScript(`
local salt = redis.call('GET', KEYS[1])
if salt then return salt end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]`)

// salt is what the day's addresses are hashed with, the same in every process on this database.
func (s *Store) salt(ctx context.Context, day string) ([]byte, error) {
	s.mu.RLock()
	known := s.salts
	s.mu.RUnlock()
	if known.day == day {
		return known.salt, nil
	}
	fresh := make([]byte, 16)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	kept, err := keepSalt.Run(ctx, s.db, []string{saltKey(day)}, hex.EncodeToString(fresh), 2*24*60*60).Text()
	if err != nil {
		return nil, failure(err)
	}
	salt, err := hex.DecodeString(kept)
	if err != nil || len(salt) == 0 {
		return nil, errors.New("store: salt " + saltKey(day) + " cannot be read")
	}
	s.mu.Lock()
	s.salts = dailySalt{day, salt}
	s.mu.Unlock()
	return salt, nil
}

// dailySalt is the salt of a day, once it is known.
type dailySalt struct {
	day  string
	salt []byte
}
