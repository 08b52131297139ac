package store

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// Merge makes one of a person's two entries in a class: all work of other at the class's tasks becomes kept's, with what
// other has shown to the class, and other is no member any more. What is other's own, or another class's, stays as it is;
// other's browsers are told of the move.
//
// It takes steps on three tags. The first one decides, in the class, and each of the others may be repeated: a merge that
// was cut short is ended by calling it again, and until then the member says Moving. From the second step on other's work
// for the class takes nothing (see save), so nothing is answered between copying it and taking it away.
//
// ErrNotFound: one of them is not in the class, or other has become part of somebody else, or kept is gone.
func (s *Store) Merge(ctx context.Context, class, kept, other string, now time.Time) error {
	l, err := s.db.HMGet(ctx, learnerKey(kept), fieldSecret, fieldGone).Result()
	if err != nil {
		return failure(err)
	}
	if l[0] == nil || l[1] != nil || kept == other {
		return ErrNotFound
	}
	done, err := s.decideMerge(ctx, class, kept, other)
	if err != nil || done {
		return err
	}
	room, err := s.Room(ctx, class)
	if err != nil {
		return err
	}
	if _, in := room.Member(kept); !in {
		return ErrNotFound
	}
	if err := s.freeze(ctx, class, kept, other); err != nil {
		return err
	}
	if err := s.moveNotes(ctx, class, kept, other); err != nil {
		return err
	}
	for _, a := range room.Assignments {
		if a, err = s.mergeAssignment(ctx, class, a, kept, other); err != nil {
			return err
		}
		if err := s.moveWork(ctx, room, a, kept, other, now); err != nil {
			return err
		}
	}
	_, err = s.ChangeMember(ctx, class, other, func(m *school.Member) error {
		m.Moving, m.Name, m.Care = false, "", school.Care{}
		return nil
	})
	return err
}

// swapTwo stores two members in place of what was read of them. KEYS: members. ARGV: learner, member read, new member, and
// the same of the other.
var swapTwo = redis.NewScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] or redis.call('HGET', KEYS[1], ARGV[4]) ~= ARGV[5] then return 'conflict' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], ARGV[4], ARGV[6])
return 'ok'`)

// decideMerge notes in the class that other is part of kept; done says that all of the merge is done already.
func (s *Store) decideMerge(ctx context.Context, class, kept, other string) (done bool, err error) {
	for range casTries {
		var stored [2]string
		var m [2]school.Member
		for i, id := range []string{kept, other} {
			if stored[i], err = s.storedMember(ctx, class, id); err != nil {
				return false, err
			}
			if m[i], err = decodeMember(class, id, stored[i]); err != nil {
				return false, err
			}
		}
		if m[1].Left == school.LeftMerged && m[1].Into == kept {
			return !m[1].Moving, nil
		}
		if !m[0].In() || !m[1].In() {
			return false, ErrNotFound
		}
		m[0].Care = school.MergedCare(m[0].Care, m[1].Care)
		m[1].Left, m[1].Into, m[1].Moving = school.LeftMerged, kept, true
		after0, err0 := json.Marshal(m[0])
		after1, err1 := json.Marshal(m[1])
		if err := errors.Join(err0, err1); err != nil {
			return false, err
		}
		err = s.outcome(ctx, swapTwo, []string{membersKey(class)}, kept, stored[0], after0, other, stored[1], after1)
		if !errors.Is(err, ErrConflict) {
			return false, err
		}
	}
	return false, ErrConflict
}

// freeze ends a learner's membership because their work for the class is another's from now on, and returns the hash of
// the class's code for them. A learner who is gone has nothing to be moved. KEYS: learner, memberships. ARGV: field of the
// move, the other learner, class.
var freeze = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return '' end
local there = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if string.sub(there, 1, #ARGV[2]) ~= ARGV[2] then there = ARGV[2] end
redis.call('HSET', KEYS[1], ARGV[1], there)
local stored = redis.call('HGET', KEYS[2], ARGV[3])
redis.call('HDEL', KEYS[2], ARGV[3])
return stored and cjson.decode(stored).r or ''`)

func (s *Store) freeze(ctx context.Context, class, kept, other string) error {
	code, err := s.run(ctx, freeze, []string{learnerKey(other), membershipsKey(other)}, movedPrefix+class, kept, class).Text()
	if err != nil || code == "" {
		return failure(err)
	}
	return s.forgetCode(ctx, other, code)
}

// mergeAssignment gives kept the later of the two due dates, and returns the assignment as it is then.
func (s *Store) mergeAssignment(ctx context.Context, class string, a school.Assignment, kept, other string) (school.Assignment, error) {
	for range casTries {
		if _, ok := a.Longer[other]; !ok {
			return a, nil
		}
		after := a.Merged(kept, other)
		err := s.ChangeAssignment(ctx, class, a, after)
		if !errors.Is(err, ErrConflict) {
			return after, err
		}
		r, err := s.Room(ctx, class)
		if err != nil {
			return a, err
		}
		a, _ = r.Assignment(a.N)
	}
	return a, ErrConflict
}

// adopt stores attempts that were another learner's, and the progress they lead to, unless the progress has changed. An
// attempt that is there and was changed since stays. KEYS: learner, work, progress. ARGV: task, progress read, new progress,
// expiry in Unix seconds for keys that have none yet, then an attempt's id and value in turn.
var adopt = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if (redis.call('HGET', KEYS[3], ARGV[1]) or '') ~= ARGV[2] then return 'conflict' end
for i = 5, #ARGV, 2 do
  local there = redis.call('HGET', KEYS[2], ARGV[i])
  if not there or tonumber(string.match(there, '^%d+')) < tonumber(string.match(ARGV[i + 1], '^%d+')) then
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
for i = 2, 3 do
  if redis.call('TTL', KEYS[i]) == -1 then redis.call('EXPIREAT', KEYS[i], ARGV[4]) end
end
return 'ok'`)

// release takes work away that another learner has by now, with what was said of it. KEYS: progress, work, comments. ARGV:
// task, then an attempt's id and value in turn.
var release = redis.NewScript(`
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
for i = 2, #ARGV, 2 do redis.call('HDEL', KEYS[3], ARGV[i]) end
return 1`)

// moveWork makes other's work on an assignment kept's.
func (s *Store) moveWork(ctx context.Context, room *school.Room, a school.Assignment, kept, other string, now time.Time) error {
	task := a.Task(room.ID).String()
	for range casTries {
		m, err := s.readMove(ctx, task, kept, other)
		if err != nil || len(m.attempts) == 0 && m.otherProgress == "" {
			return err
		}
		member, _ := room.Member(kept)
		values, progress, err := m.work(school.Given{Class: room.Class, Assignment: a, Member: member}, now)
		if err != nil {
			return err
		}
		keys := []string{learnerKey(kept), workKey(kept, task), progressKey(kept)}
		args := append([]any{task, m.keptProgress, progress, expiry(now)}, values...)
		err = s.outcome(ctx, adopt, keys, args...)
		if errors.Is(err, ErrConflict) {
			continue
		}
		if err == nil {
			err = s.copyComments(ctx, slices.Collect(maps.Keys(m.attempts)), kept, other)
		}
		if err == nil {
			args := append([]any{task}, values...)
			err = failure(s.run(ctx, release, []string{progressKey(other), workKey(other, task), commentsKey(other)}, args...).Err())
		}
		return err
	}
	return ErrConflict
}

// move is work on its way from one learner to another, as it is stored.
type move struct {
	task                        string
	attempts                    map[string]string // other's
	keptProgress, otherProgress string
	begun                       int // attempts of both together
	kept, other                 string
}

func (s *Store) readMove(ctx context.Context, task, kept, other string) (*move, error) {
	var attempts *redis.MapStringStringCmd
	var theirs *redis.StringSliceCmd
	var progress [2]*redis.StringCmd
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		attempts, theirs = p.HGetAll(ctx, workKey(other, task)), p.HKeys(ctx, workKey(kept, task))
		progress[0], progress[1] = p.HGet(ctx, progressKey(kept), task), p.HGet(ctx, progressKey(other), task)
		return nil
	})
	if err := firstFailure(err, attempts, theirs, progress[0], progress[1]); err != nil {
		return nil, err
	}
	m := &move{task: task, attempts: attempts.Val(), keptProgress: progress[0].Val(), otherProgress: progress[1].Val(), kept: kept, other: other}
	m.begun = len(theirs.Val())
	for id := range m.attempts {
		if !slices.Contains(theirs.Val(), id) {
			m.begun++
		}
	}
	return m, nil
}

// work is what is to be stored of the move: attempts, as ids and values in turn, and the progress they lead to.
func (m *move) work(g school.Given, now time.Time) (values []any, progress string, err error) {
	var p [2]school.Progress
	for i, stored := range []struct{ learner, data string }{{m.kept, m.keptProgress}, {m.other, m.otherProgress}} {
		if p[i], err = decodeProgress(stored.learner, m.task, stored.data); err != nil {
			return nil, "", err
		}
		p[i] = g.BindProgress(p[i]).Settle(now)
	}
	merged, handIn := p[0].Merged(p[1], m.begun, now)
	for id, value := range m.attempts {
		if id == handIn {
			if value, err = handedIn(id, value, now); err != nil {
				return nil, "", err
			}
		}
		values = append(values, id, value)
	}
	return values, merged.Stored(), nil
}

// handedIn is a stored attempt's next value, after it was handed in.
func handedIn(id, value string, now time.Time) (string, error) {
	a, err := decodeAttempt(id, value)
	if err != nil {
		return "", err
	}
	a.Finish(now)
	return encodeAttempt(a), nil
}

// seeMove notes that somebody has been told of a move. KEYS: learner. ARGV: field of the move, what stands behind it then.
var seeMove = redis.NewScript(`
local there = redis.call('HGET', KEYS[1], ARGV[1])
if not there then return 'gone' end
if string.sub(there, -#ARGV[2]) ~= ARGV[2] then there = there .. ARGV[2] end
redis.call('HSET', KEYS[1], ARGV[1], there)
return 'ok'`)

// SeeMove notes that the learner has been told that their work for the class is another learner's, and goes on as that
// one. It may be repeated. ErrNotFound: it is not.
func (s *Store) SeeMove(ctx context.Context, learner, class string) error {
	return s.outcome(ctx, seeMove, []string{learnerKey(learner)}, movedPrefix+class, movedSeen)
}

// ForgetMove lets a learner join the class anew under an entry of their own, after the other one is gone.
func (s *Store) ForgetMove(ctx context.Context, learner, class string) error {
	return failure(s.db.HDel(ctx, learnerKey(learner), movedPrefix+class).Err())
}
