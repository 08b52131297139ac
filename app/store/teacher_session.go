package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// Admission is a session that is to begin, or to stay while the others end, with what gives the right to it.
type Admission struct {
	Session  school.Session
	PassHash string // that the passphrase was checked against; "" where something else gives the right
	Code     string // school.HashCode of a recovery code, which is then used
	Reset    string // school.ResetHash of a reset link, which NewHash then uses up
	NewHash  string // of a new passphrase; all other sessions and any reset link end. "" leaves it
	NewCodes bool   // the session may be shown new recovery codes
}

// admitTeacher begins a session. KEYS: the teacher, sessions. ARGV: 1 hash of the passphrase or ”, 2 field of the recovery
// code or ”, 3 reset link or ”, 4 now in Unix seconds, 5 new hash or ”, 6 'codes' or ”, 7 the session's id, 8 its
// value, 9 the first day that counts, 10 most sessions, 11 expiry of the sessions.
var admitTeacher = redis.NewScript(`
local now = redis.call('HMGET', KEYS[1], 'pass', 'gone', 'reset')
if not now[1] or now[2] then return 'gone' end
if ARGV[1] ~= '' and now[1] ~= ARGV[1] then return 'conflict' end
if ARGV[3] ~= '' then
  local hash, ends = string.match(now[3] or '', '^(%S+) (%d+)$')
  if hash ~= ARGV[3] or tonumber(ends) < tonumber(ARGV[4]) then return 'gone' end
end
if ARGV[2] ~= '' and redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then return 'gone' end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'pass', ARGV[5])
  redis.call('HDEL', KEYS[1], 'reset')
  redis.call('DEL', KEYS[2])
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'codes', ARGV[7] .. ' ' .. ARGV[4]) end
redis.call('HSET', KEYS[2], ARGV[7], ARGV[8])
local oldest, used
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  local seen = string.match(all[i + 1], '^%S+ %d+')
  if seen < ARGV[9] then
    redis.call('HDEL', KEYS[2], all[i])
  elseif all[i] ~= ARGV[7] and (not used or seen < used) then
    oldest, used = all[i], seen
  end
end
if redis.call('HLEN', KEYS[2]) > tonumber(ARGV[10]) then redis.call('HDEL', KEYS[2], oldest) end
redis.call('EXPIREAT', KEYS[2], ARGV[11])
return 'ok'`)

// Admit begins or keeps a session, and ends those that were not used for too long. ErrNotFound: there is no such
// teacher, or the code or the link is none of theirs. ErrConflict: they have another passphrase by now. Beginning the
// same session again changes nothing, unless it needs a code or a link, which are good for one use.
func (s *Store) Admit(ctx context.Context, teacher string, a Admission, now time.Time) error {
	code, codes := "", ""
	if a.Code != "" {
		code = fieldCode + a.Code
	}
	if a.NewCodes {
		codes = "codes"
	}
	outcome, err := s.run(ctx, admitTeacher, []string{teacherKey(teacher), sessionsKey(teacher)}, a.PassHash, code, a.Reset, now.Unix(), a.NewHash,
		codes, a.Session.ID, encodeSession(a.Session), school.SessionsSince(now), school.MaxSessions, sessionExpiry(now)).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "gone":
		return ErrNotFound
	case outcome == "conflict":
		return ErrConflict
	}
	return nil
}

// Sessions returns where the teacher is signed in now, the one that was used last first.
func (s *Store) Sessions(ctx context.Context, teacher string, now time.Time) ([]school.Session, error) {
	values, err := s.db.HGetAll(ctx, sessionsKey(teacher)).Result()
	if err != nil {
		return nil, failure(err)
	}
	var list []school.Session
	for id, value := range values {
		session, err := decodeSession(teacher, id, value)
		if err != nil {
			return nil, err
		}
		if !session.Ended(now) {
			list = append(list, session)
		}
	}
	school.SortSessions(list)
	return list, nil
}

// endTeacherSession ends a session. The write before it is there for replicas to wait for when the session had ended.
// KEYS: the teacher, sessions. ARGV: id of the session.
var endTeacherSession = redis.NewScript(`
local created = redis.call('HGET', KEYS[1], 'created')
if created then redis.call('HSET', KEYS[1], 'created', created) end
return redis.call('HDEL', KEYS[2], ARGV[1])`)

// EndSession signs a browser out. One that is not signed in stays so.
func (s *Store) EndSession(ctx context.Context, teacher, session string) error {
	return failure(s.run(ctx, endTeacherSession, []string{teacherKey(teacher), sessionsKey(teacher)}, session).Err())
}

// newTeacherCodes replaces the recovery codes. KEYS: the teacher. ARGV: the session, since when it may have asked for them, then
// the codes' hashes.
var newTeacherCodes = redis.NewScript(`
local session, asked = string.match(redis.call('HGET', KEYS[1], 'codes') or '', '^(%S+) (%d+)$')
if session ~= ARGV[1] or tonumber(asked) < tonumber(ARGV[2]) then return 'gone' end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 5) == 'code:' then redis.call('HDEL', KEYS[1], field) end
end
for i = 3, #ARGV do redis.call('HSET', KEYS[1], 'code:' .. ARGV[i], '1') end
return 'ok'`)

// NewCodes gives a teacher new recovery codes in the place of all that they had. ErrNotFound: the session has no right to
// new ones, or has had it for longer than an hour, or has said that it has seen them.
func (s *Store) NewCodes(ctx context.Context, teacher, session string, hashes []string, now time.Time) error {
	args := []any{session, now.Add(-codesShown).Unix()}
	for _, h := range hashes {
		args = append(args, h)
	}
	outcome, err := s.run(ctx, newTeacherCodes, []string{teacherKey(teacher)}, args...).Text()
	if err == nil && outcome == "gone" {
		return ErrNotFound
	}
	return failure(err)
}

// teacherCodesSeen takes away the right to see new codes. KEYS: the teacher.
var teacherCodesSeen = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'codes') == 1 then redis.call('HDEL', KEYS[1], 'codes') end
return 1`)

// CodesSeen says that the teacher has noted the new recovery codes: they are not shown again.
func (s *Store) CodesSeen(ctx context.Context, teacher string) error {
	return failure(s.run(ctx, teacherCodesSeen, []string{teacherKey(teacher)}).Err())
}

// setTeacherReset stores a reset link. KEYS: the teacher. ARGV: hash and end.
var setTeacherReset = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
redis.call('HSET', KEYS[1], 'reset', ARGV[1])
return 'ok'`)

// SetReset stores what is kept of a reset link, which takes the place of an earlier one. ErrNotFound: no such teacher.
func (s *Store) SetReset(ctx context.Context, teacher, hash string, now time.Time) error {
	value := hash + " " + strconv.FormatInt(now.Add(school.ResetKept).Unix(), 10)
	outcome, err := s.run(ctx, setTeacherReset, []string{teacherKey(teacher)}, value).Text()
	if err == nil && outcome == "gone" {
		return ErrNotFound
	}
	return failure(err)
}

// TeacherReset returns the teacher to whom a reset link belongs. ErrNotFound: it is none, was used, or is too old.
func (s *Store) TeacherReset(ctx context.Context, teacher, hash string, now time.Time) (school.Teacher, error) {
	fields, err := s.db.HGetAll(ctx, teacherKey(teacher)).Result()
	if err != nil {
		return school.Teacher{}, failure(err)
	}
	t, err := teacherOf(teacher, fields)
	if err != nil {
		return school.Teacher{}, err
	}
	stored, ends, _ := strings.Cut(fields[fieldReset], " ")
	if end, _ := strconv.ParseInt(ends, 10, 64); stored != hash || now.Unix() > end || t.Gone {
		return school.Teacher{}, ErrNotFound
	}
	return t, nil
}

func sessionExpiry(now time.Time) int64 { return now.Add(school.SessionKept + 24*time.Hour).Unix() }

func encodeSession(s school.Session) string {
	return fmt.Sprintf("%s %d %s %s", s.Seen, s.Created.Unix(), s.SecretHash, s.Device)
}

func decodeSession(teacher, id, value string) (school.Session, error) {
	parts := strings.SplitN(value, " ", 4)
	if len(parts) != 4 {
		return school.Session{}, fmt.Errorf("store: session %s %s cannot be read", sessionsKey(teacher), id)
	}
	created, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return school.Session{}, fmt.Errorf("store: session %s %s: %w", sessionsKey(teacher), id, err)
	}
	return school.Session{ID: id, Seen: parts[0], Created: time.Unix(created, 0).UTC(), SecretHash: parts[2], Device: parts[3]}, nil
}
