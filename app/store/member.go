package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

func decodeMember(class, learner, data string) (m school.Member, err error) {
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		return m, fmt.Errorf("store: member %s %s: %w", membersKey(class), learner, err)
	}
	m.ID = learner
	return m, nil
}

// createLearner writes what is not there yet of a new learner. KEYS: learner. ARGV: secret, created, seen, expiry.
var createLearner = redis.NewScript(`
redis.call('HSETNX', KEYS[1], 'secret', ARGV[1])
redis.call('HSETNX', KEYS[1], 'created', ARGV[2])
redis.call('HSETNX', KEYS[1], 'seen', ARGV[3])
redis.call('EXPIREAT', KEYS[1], ARGV[4])
return 1`)

// CreateLearner stores a new learner who has begun nothing yet; it may be sent twice.
func (s *Store) CreateLearner(ctx context.Context, l school.Learner, now time.Time) error {
	return failure(s.run(ctx, createLearner, []string{learnerKey(l.ID)}, l.SecretHash, l.Created.Unix(), l.Seen, expiry(now)).Err())
}

// enter notes a class with a learner who is there and whose work for it is not another's. KEYS: learner, memberships.
// ARGV: class, membership, expiry, field of the move.
var enter = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if redis.call('HEXISTS', KEYS[1], ARGV[4]) == 1 then return 'conflict' end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
if redis.call('TTL', KEYS[2]) == -1 then redis.call('EXPIREAT', KEYS[2], ARGV[3]) end
return 'ok'`)

// admit makes a learner a member of a class that is there. Who is a member already stays as they are. KEYS: class,
// members, names. ARGV: learner, member as read (empty for none), new member, folded name (empty for who has none any
// more), how many at most.
var admit = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') ~= ARGV[2] then return 'conflict' end
if ARGV[2] == '' and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[5]) then return 'full' end
if ARGV[4] ~= '' then
  local holder = redis.call('HGET', KEYS[3], ARGV[4])
  if holder and holder ~= ARGV[1] then return 'taken' end
  redis.call('HSET', KEYS[3], ARGV[4], ARGV[1])
end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
for i = 2, 3 do redis.call('PEXPIRE', KEYS[i], redis.call('PTTL', KEYS[1])) end
return 'ok'`)

// Join makes a learner a member under a pseudonym, and returns the member they are by then: somebody who is in the class
// already, or has been, keeps the pseudonym of then. It may be repeated. ErrTaken: the pseudonym is another's; ErrFull:
// the class has no room; ErrNotFound: class or learner is gone; ErrConflict: the learner's work for the class is another
// learner's now, see Merge.
func (s *Store) Join(ctx context.Context, class, learner, name string, now time.Time) (school.Member, error) {
	membership, err := json.Marshal(school.Membership{Joined: now.Unix()})
	if err != nil {
		return school.Member{}, err
	}
	if err := s.outcome(ctx, enter, []string{learnerKey(learner), membershipsKey(learner)}, class, membership, expiry(now), movedPrefix+class); err != nil {
		return school.Member{}, err
	}
	for range casTries {
		before, err := s.storedMember(ctx, class, learner)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return school.Member{}, err
		}
		m := school.Member{ID: learner, Name: name, Joined: now.Unix()}
		if before != "" {
			if m, err = decodeMember(class, learner, before); err != nil || m.In() {
				return m, err
			}
			m.Left, m.Into, m.Moving = "", "", false
			if m.Name == "" {
				m.Name = name
			}
		}
		err = s.swapMember(ctx, class, before, m)
		if !errors.Is(err, ErrConflict) {
			return m, err
		}
	}
	return school.Member{}, ErrConflict
}

func (s *Store) storedMember(ctx context.Context, class, learner string) (string, error) {
	data, err := s.db.HGet(ctx, membersKey(class), learner).Result()
	return data, failure(err)
}

// swapMember stores a member in place of what was read, under a name that is nobody else's.
func (s *Store) swapMember(ctx context.Context, class, before string, m school.Member) error {
	after, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return s.outcome(ctx, admit, []string{classKey(class), membersKey(class), namesKey(class)}, m.ID, before, after, school.Folded(m.Name), school.MostMembers)
}

// ChangeMember lets change decide on a member as they are now and stores what comes of it; another's change meanwhile is
// no conflict, for it decides anew. ErrNotFound: there is no such member; ErrTaken: the name is another's. The old name
// becomes free.
func (s *Store) ChangeMember(ctx context.Context, class, learner string, change func(*school.Member) error) (school.Member, error) {
	for range casTries {
		before, err := s.storedMember(ctx, class, learner)
		if err != nil {
			return school.Member{}, err
		}
		m, err := decodeMember(class, learner, before)
		if err != nil {
			return m, err
		}
		old := m.Name
		if err := change(&m); err != nil {
			return m, err
		}
		err = s.swapMember(ctx, class, before, m)
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err == nil && school.Folded(old) != school.Folded(m.Name) {
			err = s.freeName(ctx, class, old, learner)
		}
		return m, err
	}
	return school.Member{}, ErrConflict
}

// freeName lets others have a name that was the learner's. KEYS: names. ARGV: folded name, learner.
var freeName = redis.NewScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1`)

func (s *Store) freeName(ctx context.Context, class, name, learner string) error {
	return failure(s.run(ctx, freeName, []string{namesKey(class)}, school.Folded(name), learner).Err())
}

// markLeft notes in a class how a member has left it. Who has deleted everything leaves no name either. ErrNotFound: there
// is no such member.
func (s *Store) markLeft(ctx context.Context, class, learner string, how school.Left) error {
	_, err := s.ChangeMember(ctx, class, learner, func(m *school.Member) error {
		m.Left, m.Care = how, school.Care{}
		if how == school.LeftDeleted {
			m.Name = ""
		}
		return nil
	})
	return err
}

// Leave takes a learner out of a class; the work stays theirs. It may be repeated.
func (s *Store) Leave(ctx context.Context, class, learner string, how school.Left) error {
	if err := s.markLeft(ctx, class, learner, how); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return failure(s.db.HDel(ctx, membershipsKey(learner), class).Err())
}

// noteCode notes where a learner's recovery code will lie. KEYS: learner, memberships, refs. ARGV: class, empty for
// everything, the key elsewhere, expiry.
var noteCode = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if ARGV[1] ~= '' and redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then return 'gone' end
redis.call('SADD', KEYS[3], ARGV[2])
if redis.call('TTL', KEYS[3]) == -1 then redis.call('EXPIREAT', KEYS[3], ARGV[3]) end
return 'ok'`)

// layCode stores whom a code lets in. KEYS: the key elsewhere. ARGV: value, expiry.
var layCode = redis.NewScript(`
redis.call('SET', KEYS[1], ARGV[1])
return redis.call('EXPIREAT', KEYS[1], ARGV[2])`)

// useCode makes a code the one that counts and returns the hash of the one before. KEYS: learner, memberships. ARGV: class,
// empty for everything, hash.
var useCode = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
local old
if ARGV[1] == '' then
  old = redis.call('HGET', KEYS[1], 'code')
  redis.call('HSET', KEYS[1], 'code', ARGV[2])
else
  local stored = redis.call('HGET', KEYS[2], ARGV[1])
  if not stored then return 'gone' end
  local m = cjson.decode(stored)
  old = m.r
  m.r = ARGV[2]
  redis.call('HSET', KEYS[2], ARGV[1], cjson.encode(m))
end
return 'was ' .. (old or '')`)

// GiveCode makes the code with the hash the learner's recovery code, or the one that opens the work of one class, which
// the learner has to be in. The code before it is dead, and not before the new one lets in. It may be repeated.
// ErrNotFound: the learner is gone, or not in the class.
func (s *Store) GiveCode(ctx context.Context, learner, class, hash string, now time.Time) error {
	me, classes, refs, key := learnerKey(learner), membershipsKey(learner), refsKey(learner), recoveryKey(hash)
	if err := s.outcome(ctx, noteCode, []string{me, classes, refs}, class, key, expiry(now)); err != nil {
		return err
	}
	if err := s.run(ctx, layCode, []string{key}, learner+" "+class, expiry(now)).Err(); err != nil {
		return failure(err)
	}
	said, err := s.run(ctx, useCode, []string{me, classes}, class, hash).Text()
	if err != nil {
		return failure(err)
	}
	old, there := strings.CutPrefix(said, "was ")
	switch {
	case !there: // deleted meanwhile, perhaps before the key was there to be removed
		return errors.Join(s.drop(ctx, []string{key}), ErrNotFound)
	case old == "" || old == hash:
		return nil
	}
	return s.forgetCode(ctx, learner, old)
}

// forgetCode removes a code that does not count any more.
func (s *Store) forgetCode(ctx context.Context, learner, hash string) error {
	if err := s.drop(ctx, []string{recoveryKey(hash)}); err != nil {
		return err
	}
	return failure(s.db.SRem(ctx, refsKey(learner), recoveryKey(hash)).Err())
}

// ByCode returns whom a recovery code with the hash lets in and the only class it shows, "" for everything. ErrNotFound:
// nobody, or not any more.
func (s *Store) ByCode(ctx context.Context, hash string, now time.Time) (own *Own, class string, err error) {
	value, err := s.db.Get(ctx, recoveryKey(hash)).Result()
	if err != nil {
		return nil, "", failure(err)
	}
	learner, class := cutSpace(value)
	if own, err = s.Own(ctx, learner, now); err != nil {
		return nil, "", err
	}
	current := own.Code
	if class != "" {
		current = own.Classes[class].Code
	}
	if own.Gone || current != hash {
		return nil, "", ErrNotFound
	}
	return own, class, nil
}

// addDevice lets a further browser in, and the oldest one out when there are too many. KEYS: learner. ARGV: field, since
// when, class, how many at most.
var addDevice = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
local all, n, oldest, first = redis.call('HGETALL', KEYS[1]), 0, nil, nil
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'd:' then
    n = n + 1
    local at = tonumber(string.match(all[i + 1], '^%d+'))
    if all[i] ~= ARGV[1] and (not first or at < first) then oldest, first = all[i], at end
  end
end
if n > tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], oldest) end
return 'ok'`)

// AddDevice lets a further browser of the learner in. ErrNotFound: the learner is gone.
func (s *Store) AddDevice(ctx context.Context, learner string, d school.Device, now time.Time) error {
	return s.outcome(ctx, addDevice, []string{learnerKey(learner)}, devicePrefix+d.SecretHash, now.Unix(), d.Class, school.MostDevices)
}

// RemoveDevice lets a browser in no longer.
func (s *Store) RemoveDevice(ctx context.Context, learner, secretHash string) error {
	return failure(s.db.HDel(ctx, learnerKey(learner), devicePrefix+secretHash).Err())
}

// replaceFirst makes a further browser the learner's first one. KEYS: learner. ARGV: hash of the first one's secret, field
// and hash of the further one's.
var replaceFirst = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
local first = redis.call('HGET', KEYS[1], 'secret')
if first == ARGV[3] then return 'ok' end
local value = redis.call('HGET', KEYS[1], ARGV[2])
if first ~= ARGV[1] or not value or not string.match(value, '^%d* ?$') then return 'gone' end
redis.call('HSET', KEYS[1], 'secret', ARGV[3])
redis.call('HDEL', KEYS[1], ARGV[2])
return 'ok'`)

// ReplaceFirst lets the browser in no longer in which the learner began: another one, which sees everything, takes its
// place. It may be repeated. ErrNotFound: the learner is gone, or one of the two is no such browser.
func (s *Store) ReplaceFirst(ctx context.Context, learner, firstHash, byHash string) error {
	return s.outcome(ctx, replaceFirst, []string{learnerKey(learner)}, firstHash, devicePrefix+byHash, byHash)
}
