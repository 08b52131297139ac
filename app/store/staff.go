package store

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// inviteStaff stores an invitation, unless there are too many that are open. KEYS: class, invitations. ARGV: hash, until,
// now, how many at most.
var inviteStaff = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 'gone' end
local all = redis.call('HGETALL', KEYS[2])
for i = 1, #all, 2 do
  if tonumber(all[i + 1]) <= tonumber(ARGV[3]) then redis.call('HDEL', KEYS[2], all[i]) end
end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[4]) then return 'full' end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// InviteStaff stores an invitation to teach a class, of which hash is what is stored. It may be repeated. ErrFull: too many
// are open.
func (s *Store) InviteStaff(ctx context.Context, class, hash string, now time.Time) error {
	return s.outcome(ctx, inviteStaff, []string{classKey(class), staffInvitesKey(class)}, hash, now.Add(school.StaffInviteKept).Unix(), now.Unix(), school.MostTeachers)
}

// StaffInvites returns the invitations that are open, by hash: until when, Unix seconds.
func (s *Store) StaffInvites(ctx context.Context, class string, now time.Time) (map[string]int64, error) {
	fields, err := s.db.HGetAll(ctx, staffInvitesKey(class)).Result()
	if err != nil {
		return nil, failure(err)
	}
	open := map[string]int64{}
	for hash, until := range fields {
		if at, err := strconv.ParseInt(until, 10, 64); err == nil && at > now.Unix() {
			open[hash] = at
		}
	}
	return open, nil
}

// DropStaffInvites makes all invitations to teach a class good for nothing. It may be repeated.
func (s *Store) DropStaffInvites(ctx context.Context, class string) error {
	return s.drop(ctx, []string{staffInvitesKey(class)})
}

// addStaff lets a teacher into a class that is there, who needs an invitation unless the hash is ” or they are in it.
// KEYS: class, staff, invitations. ARGV: teacher, now, how many at most, hash.
var addStaff = redis.NewScript(`
local owner = redis.call('HGET', KEYS[1], 'owner')
if not owner then return 'gone' end
if owner == ARGV[1] then return 'ok' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 0 then
  if ARGV[4] ~= '' and tonumber(redis.call('HGET', KEYS[3], ARGV[4]) or '0') <= tonumber(ARGV[2]) then return 'gone' end
  if redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then return 'full' end
  redis.call('HDEL', KEYS[3], ARGV[4])
end
redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// AddStaff lets a further teacher into a class; ErrFull when there are as many as there may be. It may be repeated.
func (s *Store) AddStaff(ctx context.Context, class, teacher string, now time.Time) error {
	return s.JoinStaff(ctx, class, teacher, "", now)
}

// JoinStaff lets a teacher into a class who has the invitation with the hash, which is good for one of them. Whoever is in
// the class takes nobody's invitation. ErrNotFound: class or invitation are not there, or not any more; ErrFull: there are
// as many teachers as there may be. It may be repeated.
func (s *Store) JoinStaff(ctx context.Context, class, teacher, hash string, now time.Time) error {
	keys := []string{classKey(class), staffKey(class), staffInvitesKey(class)}
	if err := s.outcome(ctx, addStaff, keys, teacher, now.Unix(), school.MostTeachers-1, hash); err != nil {
		return err
	}
	return s.AddTeacherClass(ctx, teacher, class, now)
}

// RemoveStaff takes a teacher out of a class; the owner cannot be. It may be repeated.
func (s *Store) RemoveStaff(ctx context.Context, class, teacher string) error {
	if err := failure(s.db.HDel(ctx, staffKey(class), teacher).Err()); err != nil {
		return err
	}
	return s.RemoveTeacherClass(ctx, teacher, class)
}

// TeacherNames returns the user names of the teachers that are there, by id: one trip.
func (s *Store) TeacherNames(ctx context.Context, ids []string) (map[string]string, error) {
	cmds := make([]*redis.StringCmd, len(ids))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			cmds[i] = p.HGet(ctx, teacherKey(id), fieldName)
		}
		return nil
	})
	every := make([]redis.Cmder, len(cmds))
	for i, c := range cmds {
		every[i] = c
	}
	if err := firstFailure(err, every...); err != nil {
		return nil, err
	}
	names := map[string]string{}
	for i, id := range ids {
		if name := cmds[i].Val(); name != "" {
			names[id] = name
		}
	}
	return names, nil
}
