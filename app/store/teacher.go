package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// Fields of a teacher's hash, besides those that a learner has, too.
const (
	fieldName  = "name"
	fieldPass  = "pass"
	fieldLang  = "lang"
	fieldCodes = "codes" // new recovery codes may be shown
	fieldCode  = "code:" // begins the field of a recovery code
	fieldReset = "reset"
)

// How long what is only on its way lives.
const (
	claimed    = 15 * time.Second // a user name without an account; longer than any request runs
	unsettled  = 24 * time.Hour   // an account without a user name, and one that is being deleted
	codesShown = time.Hour        // new recovery codes may be shown to the session that asked for them
)

// teacherOf reads a teacher's hash; ErrNotFound when it is empty.
func teacherOf(id string, fields map[string]string) (school.Teacher, error) {
	if fields[fieldPass] == "" {
		return school.Teacher{}, ErrNotFound
	}
	created, err := strconv.ParseInt(fields[fieldCreated], 10, 64)
	if err != nil {
		return school.Teacher{}, fmt.Errorf("store: teacher %s: %w", teacherKey(id), err)
	}
	t := school.Teacher{
		ID: id, Name: fields[fieldName], PassHash: fields[fieldPass], Created: time.Unix(created, 0).UTC(),
		Lang: fields[fieldLang], Seen: fields[fieldSeen], Gone: fields[fieldGone] != "",
	}
	for field := range fields {
		if strings.HasPrefix(field, fieldCode) {
			t.Codes++
		}
	}
	return t, nil
}

// Teacher returns a teacher and one of their sessions, which is empty when there is none with the id: one trip.
func (s *Store) Teacher(ctx context.Context, id, session string) (school.Teacher, school.Session, error) {
	var teacher *redis.MapStringStringCmd
	var value *redis.StringCmd
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		teacher, value = p.HGetAll(ctx, teacherKey(id)), p.HGet(ctx, sessionsKey(id), session)
		return nil
	})
	if err := firstFailure(err, teacher, value); err != nil {
		return school.Teacher{}, school.Session{}, err
	}
	t, err := teacherOf(id, teacher.Val())
	if err != nil || value.Val() == "" {
		return t, school.Session{}, err
	}
	found, err := decodeSession(id, session, value.Val())
	return t, found, err
}

// TeacherNamed returns the teacher with the user name, in two trips also when there is none: how long it takes must not
// tell. A teacher whose deletion has begun is none.
func (s *Store) TeacherNamed(ctx context.Context, name string) (school.Teacher, error) {
	id, err := s.db.Get(ctx, teacherNameKey(school.NameKey(name))).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return school.Teacher{}, failure(err)
	}
	fields, err := s.db.HGetAll(ctx, teacherKey(id)).Result()
	if err != nil {
		return school.Teacher{}, failure(err)
	}
	t, err := teacherOf(id, fields)
	if err == nil && t.Gone {
		return school.Teacher{}, ErrNotFound
	}
	return t, err
}

// claimTeacherName takes a user name for a while, unless it is somebody else's. It returns the id of whose it is now, or
// ” while somebody else's sign-up is running. The third argument is an owner who has no account any more: the name is
// taken from them. KEYS: the name. ARGV: id, seconds, the owner without an account or ”.
var claimTeacherName = redis.NewScript(`
local owner, settled = redis.call('GET', KEYS[1]), redis.call('TTL', KEYS[1]) > tonumber(ARGV[2])
if owner == ARGV[1] and settled then
  redis.call('SET', KEYS[1], owner, 'KEEPTTL')
  return owner
end
if owner and owner ~= ARGV[1] and not settled then return '' end
if owner and owner ~= ARGV[1] and owner ~= ARGV[3] then return owner end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]`)

// createTeacher writes a new account that is not settled yet. KEYS: the teacher. ARGV: expiry, then fields and values.
var createTeacher = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 'taken' end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIREAT', KEYS[1], ARGV[1])
return 'ok'`)

// CreateTeacher stores a new account. invite is the school.HashCode of the invitation, or "" where none is needed.
// ErrTaken: the user name or the id is somebody's, or both are this very teacher's, who was stored before.
// ErrNotFound: there is no such invitation, or another account was made with it.
//
// The name, the invitation and the account lie on different slots of a cluster, so it is several writes, and what is cut
// off can be repeated: the name is claimed for seconds only, until there is an account, and an account without a name
// lives for a day. It is stored when the name is its own for good.
func (s *Store) CreateTeacher(ctx context.Context, t school.Teacher, invite string, now time.Time) error {
	if err := s.claimName(ctx, t); err != nil {
		return err
	}
	if invite != "" {
		if err := s.takeInvite(ctx, invite, t.ID, now); err != nil {
			return err
		}
	}
	outcome, err := s.run(ctx, createTeacher, []string{teacherKey(t.ID)}, now.Add(unsettled).Unix(),
		fieldName, t.Name, fieldPass, t.PassHash, fieldCreated, t.Created.Unix(), fieldLang, t.Lang, fieldSeen, school.Day(now)).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "taken":
		return ErrTaken
	}
	return s.SettleTeacher(ctx, t, "", now)
}

// claimName makes a user name the teacher's for a while; ErrTaken when it is somebody else's.
func (s *Store) claimName(ctx context.Context, t school.Teacher) error {
	nobody := ""
	for range 2 {
		owner, err := s.run(ctx, claimTeacherName, []string{teacherNameKey(school.NameKey(t.Name))}, t.ID, int(claimed.Seconds()), nobody).Text()
		switch {
		case err != nil || owner == t.ID:
			return failure(err)
		case owner == "":
			return ErrTaken
		}
		// A name is settled after its account is stored, so an account that is not there now is one that has expired.
		switch n, err := s.db.Exists(ctx, teacherKey(owner)).Result(); {
		case err != nil:
			return failure(err)
		case n > 0:
			return ErrTaken
		}
		nobody = owner
	}
	return ErrTaken
}

// keepTeacherName keeps a user name for its owner, and gives it back to them when it has expired.
// KEYS: the name. ARGV: id, expiry in Unix seconds.
var keepTeacherName = redis.NewScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 'conflict' end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('EXPIREAT', KEYS[1], ARGV[2])
return 'ok'`)

// settleTeacher moves the expiry of what is the teacher's, and notes the day. KEYS: the teacher, sessions, classes.
// ARGV: day, expiry, the session's id or ”, expiry of the sessions.
var settleTeacher = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
redis.call('HSET', KEYS[1], 'seen', ARGV[1])
redis.call('EXPIREAT', KEYS[1], ARGV[2])
redis.call('EXPIREAT', KEYS[3], ARGV[2])
local session = redis.call('HGET', KEYS[2], ARGV[3])
if session then
  redis.call('HSET', KEYS[2], ARGV[3], (string.gsub(session, '^%S+', ARGV[1])))
  redis.call('EXPIREAT', KEYS[2], ARGV[4])
end
return 'ok'`)

// SettleTeacher notes the day's first visit in a session, which may be "": it moves the expiry of everything that is the
// teacher's, first of the user name. ErrConflict: the name is somebody else's. ErrNotFound: the teacher is gone.
func (s *Store) SettleTeacher(ctx context.Context, t school.Teacher, session string, now time.Time) error {
	expiry := now.Add(school.TeacherKept).Unix()
	outcome, err := s.run(ctx, keepTeacherName, []string{teacherNameKey(school.NameKey(t.Name))}, t.ID, expiry).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "conflict":
		return ErrConflict
	}
	keys := []string{teacherKey(t.ID), sessionsKey(t.ID), teacherClassesKey(t.ID)}
	outcome, err = s.run(ctx, settleTeacher, keys, school.Day(now), expiry, session, sessionExpiry(now)).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "gone":
		return ErrNotFound
	}
	return nil
}

// TeacherClasses returns the ids of the classes that the teacher belongs to, in no order.
func (s *Store) TeacherClasses(ctx context.Context, teacher string) ([]string, error) {
	ids, err := s.db.SMembers(ctx, teacherClassesKey(teacher)).Result()
	return ids, failure(err)
}

// addTeacherClass lets a teacher belong to a class. The write before it is there for replicas to wait for in a repeat.
// KEYS: the teacher, classes. ARGV: the class, expiry in Unix seconds for a set that has none yet.
var addTeacherClass = redis.NewScript(`
local created = redis.call('HGET', KEYS[1], 'created')
if not created or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
redis.call('HSET', KEYS[1], 'created', created)
redis.call('SADD', KEYS[2], ARGV[1])
if redis.call('TTL', KEYS[2]) == -1 then redis.call('EXPIREAT', KEYS[2], ARGV[2]) end
return 'ok'`)

// AddTeacherClass lets a teacher belong to a class; once or twice is the same. ErrNotFound: the teacher is gone.
func (s *Store) AddTeacherClass(ctx context.Context, teacher, class string, now time.Time) error {
	keys := []string{teacherKey(teacher), teacherClassesKey(teacher)}
	outcome, err := s.run(ctx, addTeacherClass, keys, class, now.Add(school.TeacherKept).Unix()).Text()
	if err == nil && outcome == "gone" {
		return ErrNotFound
	}
	return failure(err)
}

// removeTeacherClass is the other way. KEYS and ARGV[1] as in addTeacherClass.
var removeTeacherClass = redis.NewScript(`
local created = redis.call('HGET', KEYS[1], 'created')
if created then redis.call('HSET', KEYS[1], 'created', created) end
return redis.call('SREM', KEYS[2], ARGV[1])`)

// RemoveTeacherClass takes a teacher out of a class; one who is not in it stays out.
func (s *Store) RemoveTeacherClass(ctx context.Context, teacher, class string) error {
	return failure(s.run(ctx, removeTeacherClass, []string{teacherKey(teacher), teacherClassesKey(teacher)}, class).Err())
}

// leaveTeacher marks a teacher gone, unless there are classes. KEYS: the teacher, classes. ARGV: expiry in Unix seconds,
// in case that it is never repeated.
var leaveTeacher = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'ok' end
if redis.call('SCARD', KEYS[2]) > 0 then return 'classes' end
redis.call('HSET', KEYS[1], 'gone', '1')
redis.call('EXPIREAT', KEYS[1], ARGV[1])
return 'ok'`)

// freeTeacherName gives a user name free if it is the teacher's. KEYS: the name. ARGV: id.
var freeTeacherName = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

// remove deletes what is a teacher's. The write before it is as in removeLearner. KEYS: the teacher, then all others.
var remove = redis.NewScript(`
redis.call('HSET', KEYS[1], 'gone', '1')
return redis.call('DEL', unpack(KEYS))`)

// DeleteTeacher removes an account. ErrInUse: there are classes, which have to be deleted or left before. What is cut
// short can be repeated: until all of it is removed the teacher is there and marked gone.
func (s *Store) DeleteTeacher(ctx context.Context, t school.Teacher, now time.Time) error {
	keys := []string{teacherKey(t.ID), sessionsKey(t.ID), teacherClassesKey(t.ID)}
	outcome, err := s.run(ctx, leaveTeacher, []string{keys[0], keys[2]}, now.Add(unsettled).Unix()).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "classes":
		return ErrInUse
	}
	if err := s.run(ctx, freeTeacherName, []string{teacherNameKey(school.NameKey(t.Name))}, t.ID).Err(); err != nil {
		return failure(err)
	}
	return failure(s.run(ctx, remove, keys).Err())
}
