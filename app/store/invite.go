package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// newSignupInvite stores an invitation. KEYS: the invitation. ARGV: created, expiry.
var newSignupInvite = redis.NewScript(`
redis.call('HSETNX', KEYS[1], 'created', ARGV[1])
redis.call('EXPIREAT', KEYS[1], ARGV[2])
return 1`)

// NewInvite stores an invitation to sign up, of which hash is the school.HashCode.
func (s *Store) NewInvite(ctx context.Context, hash string, now time.Time) error {
	return failure(s.run(ctx, newSignupInvite, []string{inviteKey(hash)}, now.Unix(), now.Add(school.InviteKept).Unix()).Err())
}

// Invited says whether somebody can sign up with the invitation: nil, or ErrNotFound.
func (s *Store) Invited(ctx context.Context, hash string, now time.Time) error {
	fields, err := s.db.HGetAll(ctx, inviteKey(hash)).Result()
	switch {
	case err != nil:
		return failure(err)
	case fields[fieldCreated] == "":
		return ErrNotFound
	case fields["by"] == "":
		return nil
	}
	stale, err := s.stale(ctx, fields["by"], fields["at"], now)
	if err == nil && !stale {
		return ErrNotFound
	}
	return err
}

// stale says whether a sign-up with an invitation was cut off: there is no account, and there will be none.
func (s *Store) stale(ctx context.Context, by, at string, now time.Time) (bool, error) {
	began, _ := strconv.ParseInt(at, 10, 64)
	if now.Unix()-began <= int64(claimed.Seconds()) {
		return false, nil
	}
	n, err := s.db.Exists(ctx, teacherKey(by)).Result()
	return n == 0, failure(err)
}

// takeSignupInvite takes an invitation for an account. KEYS: the invitation. ARGV: the account, now in Unix seconds, "ID AT" of
// a sign-up that was cut off, or ”. It returns the like of that when somebody else has it.
var takeSignupInvite = redis.NewScript(`
local now = redis.call('HMGET', KEYS[1], 'created', 'by', 'at')
if not now[1] then return 'none' end
local taken = now[2] and now[2] .. ' ' .. now[3]
if now[2] and now[2] ~= ARGV[1] and taken ~= ARGV[3] then return taken end
redis.call('HSET', KEYS[1], 'by', ARGV[1], 'at', ARGV[2])
return 'ok'`)

// takeInvite makes an invitation the account's. ErrNotFound: there is none, or it is another account's.
func (s *Store) takeInvite(ctx context.Context, hash, id string, now time.Time) error {
	cutOff := ""
	for range 2 {
		outcome, err := s.run(ctx, takeSignupInvite, []string{inviteKey(hash)}, id, now.Unix(), cutOff).Text()
		if err != nil || outcome == "ok" {
			return failure(err)
		}
		by, at, ok := strings.Cut(outcome, " ")
		if !ok {
			return ErrNotFound
		}
		switch stale, err := s.stale(ctx, by, at, now); {
		case err != nil:
			return err
		case !stale:
			return ErrNotFound
		}
		cutOff = outcome
	}
	return ErrNotFound
}
