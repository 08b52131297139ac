package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// formPrefix stands before the key of the form that made an assignment.
const formPrefix = "k:"

func decodeAssignment(class, n, data string) (a school.Assignment, err error) {
	if err = json.Unmarshal([]byte(data), &a); err == nil {
		a.N, err = strconv.Atoi(n)
	}
	if err != nil {
		return a, fmt.Errorf("store: assignment %s %s: %w", assignmentsKey(class), n, err)
	}
	return a, nil
}

// decodeAssignments reads a class's assignments, by number.
func decodeAssignments(class string, fields map[string]string) ([]school.Assignment, error) {
	var list []school.Assignment
	for n, data := range fields {
		if strings.HasPrefix(n, formPrefix) {
			continue
		}
		a, err := decodeAssignment(class, n, data)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b school.Assignment) int { return cmp.Compare(a.N, b.N) })
	return list, nil
}

// assign stores an assignment under the next number, unless its form has made one already. KEYS: class, assignments.
// ARGV: field of the form, assignment, how many at most.
var assign = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
local made = redis.call('HGET', KEYS[2], ARGV[1])
if made then
  redis.call('HSET', KEYS[2], ARGV[1], made)
  return tonumber(made)
end
if tonumber(redis.call('HGET', KEYS[1], 'assigned') or '0') >= tonumber(ARGV[3]) then return -2 end
local n = redis.call('HINCRBY', KEYS[1], 'assigned', 1)
redis.call('HSET', KEYS[2], ARGV[1], n, tostring(n), ARGV[2])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return n`)

// Assign stores a new assignment and returns it with its number. Sent twice with the same key, it is one. ErrNotFound:
// the class is gone; ErrFull: it has as many as it may.
func (s *Store) Assign(ctx context.Context, class string, a school.Assignment) (school.Assignment, error) {
	data, err := json.Marshal(a)
	if err != nil {
		return a, err
	}
	n, err := s.run(ctx, assign, []string{classKey(class), assignmentsKey(class)}, formPrefix+a.Key, data, school.MostAssignments).Int()
	switch {
	case err != nil:
		return a, failure(err)
	case n == -1:
		return a, ErrNotFound
	case n == -2:
		return a, ErrFull
	}
	a.N = n
	return a, nil
}

// swapField writes a field that is as it was read. KEYS: a hash. ARGV: field, value read, new value.
var swapField = redis.NewScript(`
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 'conflict' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 'ok'`)

// ChangeAssignment stores an assignment in place of the one that was shown. ErrConflict: it is another one by now, so show
// it and decide again; ErrNotFound: there is none. Changed twice in the same way it is no conflict.
func (s *Store) ChangeAssignment(ctx context.Context, class string, before, after school.Assignment) error {
	n := strconv.Itoa(after.N)
	stored, err := s.db.HGet(ctx, assignmentsKey(class), n).Result()
	if err != nil {
		return failure(err)
	}
	present, err := decodeAssignment(class, n, stored)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(present, before) && !reflect.DeepEqual(present, after) {
		return ErrConflict
	}
	data, err := json.Marshal(after)
	if err != nil {
		return err
	}
	return s.outcome(ctx, swapField, []string{assignmentsKey(class)}, n, stored, data)
}

// Seat is a class as one of its learners sees it.
type Seat struct {
	Class       school.Class
	Member      school.Member
	Assignments []school.Assignment // by number
}

// Seats returns the classes that the learner is in, in the order of the ids: one trip. A class that is gone, or that the
// learner is no longer in, is left out.
func (s *Store) Seats(ctx context.Context, learner string, classes []string) ([]Seat, error) {
	type cmds struct {
		class, assignments *redis.MapStringStringCmd
		member             *redis.StringCmd
	}
	all := make([]cmds, len(classes))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range classes {
			all[i] = cmds{p.HGetAll(ctx, classKey(id)), p.HGetAll(ctx, assignmentsKey(id)), p.HGet(ctx, membersKey(id), learner)}
		}
		return nil
	})
	var every []redis.Cmder
	for _, c := range all {
		every = append(every, c.class, c.assignments, c.member)
	}
	if err := firstFailure(err, every...); err != nil {
		return nil, err
	}
	var out []Seat
	for i, id := range classes {
		var seat Seat
		seat.Class, err = classOf(id, all[i].class.Val())
		if errors.Is(err, ErrNotFound) || err == nil && all[i].member.Val() == "" {
			continue
		}
		if err == nil {
			seat.Member, err = decodeMember(id, learner, all[i].member.Val())
		}
		if err == nil {
			seat.Assignments, err = decodeAssignments(id, all[i].assignments.Val())
		}
		if err != nil {
			return nil, err
		}
		if seat.Member.In() {
			out = append(out, seat)
		}
	}
	return out, nil
}

// standingsBatch is how many learners are read in one trip.
const standingsBatch = 50

// Standings returns where members stand with assignments of a class, by learner and number: a trip for each 50 members. A
// learner who is gone has none.
func (s *Store) Standings(ctx context.Context, class school.Class, members []school.Member, assignments []school.Assignment, now time.Time) (map[string]map[int]school.Standing, error) {
	fields := make([]string, len(assignments))
	for i, a := range assignments {
		fields[i] = a.Task(class.ID).String()
	}
	out := map[string]map[int]school.Standing{}
	if len(fields) == 0 {
		return out, nil
	}
	for batch := range slices.Chunk(members, standingsBatch) {
		cmds := make([]*redis.SliceCmd, len(batch))
		_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, m := range batch {
				cmds[i] = p.HMGet(ctx, progressKey(m.ID), fields...)
			}
			return nil
		})
		if err != nil {
			return nil, failure(err)
		}
		for i, m := range batch {
			row := map[int]school.Standing{}
			for j, value := range cmds[i].Val() {
				data, _ := value.(string)
				p, err := decodeProgress(m.ID, fields[j], data)
				if err != nil {
					return nil, err
				}
				given := school.Given{Class: class, Assignment: assignments[j], Member: m}
				row[assignments[j].N] = given.Standing(p, now)
			}
			out[m.ID] = row
		}
	}
	return out, nil
}

// AtHand returns attempts of members at an assignment, by learner: ids says which one of each, and who is not in it has
// none. They are as the class says by now. A trip for each 50 members.
func (s *Store) AtHand(ctx context.Context, class school.Class, a school.Assignment, members []school.Member, ids map[string]string, now time.Time) (map[string]*quiz.Attempt, error) {
	task := a.Task(class.ID).String()
	out := map[string]*quiz.Attempt{}
	members = slices.DeleteFunc(slices.Clone(members), func(m school.Member) bool { return ids[m.ID] == "" })
	for batch := range slices.Chunk(members, standingsBatch) {
		cmds := make([]*redis.StringCmd, len(batch))
		var every []redis.Cmder
		_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, m := range batch {
				cmds[i] = p.HGet(ctx, workKey(m.ID, task), ids[m.ID])
				every = append(every, cmds[i])
			}
			return nil
		})
		if err := firstFailure(err, every...); err != nil {
			return nil, err
		}
		for i, m := range batch {
			if cmds[i].Val() == "" {
				continue
			}
			attempt, err := decodeAttempt(ids[m.ID], cmds[i].Val())
			if err != nil {
				return nil, err
			}
			given := school.Given{Class: class, Assignment: a, Member: m}
			given.Bind(attempt, now)
			attempt.Settle(now)
			out[m.ID] = attempt
		}
	}
	return out, nil
}

func cutSpace(s string) (before, after string) {
	before, after, _ = strings.Cut(s, " ")
	return before, after
}
