package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Work is an attempt with its learner and the learner's progress in the task, as read in one trip.
type Work struct {
	Learner  school.Learner
	Task     school.Task
	Attempt  *quiz.Attempt // nil when the learner has no such attempt
	Progress school.Progress
	Given    *school.Given // of a class's task; nil where the class, the assignment or the membership is not there
	Into     string        // of a class's task: the learner whose work it is by now, see Merge; "" for nobody else's

	progress string // as stored, to see whether it changed meanwhile
}

// Work reads a learner together with one of their attempts and the progress in its task. The attempt's id may be
// empty: then only the task's progress is read. Both are as they are now: what has run out of time is over, and of a
// class's task as the class says by now. ErrNotFound: no such learner.
func (s *Store) Work(ctx context.Context, id string, task school.Task, attempt string, now time.Time) (*Work, error) {
	var learner *redis.MapStringStringCmd
	var progress *redis.StringCmd
	var given givenCmds
	stored := redis.NewStringCmd(ctx) // empty when no attempt is asked for
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		learner = p.HGetAll(ctx, learnerKey(id))
		progress = p.HGet(ctx, progressKey(id), task.String())
		if attempt != "" {
			stored = p.HGet(ctx, workKey(id, task.String()), attempt)
		}
		given = askGiven(ctx, p, task, id)
		return nil
	})
	if err := firstFailure(err, append(given.cmds(), learner, progress, stored)...); err != nil {
		return nil, err
	}
	w := &Work{Task: task, progress: progress.Val()}
	if w.Learner, err = learnerOf(id, learner.Val()); err != nil {
		return nil, err
	}
	if w.Given, w.Into, err = given.read(task, id); err != nil {
		return nil, err
	}
	if move, ok := w.Learner.Moved[task.Class]; ok {
		w.Into = move.To
	}
	if w.Progress, err = decodeProgress(id, task.String(), w.progress); err != nil {
		return nil, err
	}
	if stored.Val() != "" {
		if w.Attempt, err = decodeAttempt(attempt, stored.Val()); err != nil {
			return nil, err
		}
	}
	w.settle(now)
	return w, nil
}

// settle makes attempt and progress what they are now.
func (w *Work) settle(now time.Time) {
	if w.Given != nil {
		w.Progress = w.Given.BindProgress(w.Progress)
	} else if !w.Task.Own() && w.Progress.Timed != nil {
		adrift := *w.Progress.Timed
		adrift.End = 1
		w.Progress.Timed = &adrift
	}
	w.Progress = w.Progress.Settle(now)
	if w.Attempt == nil {
		return
	}
	if w.Given != nil {
		w.Given.Bind(w.Attempt, now)
	} else if !w.Task.Own() {
		school.Adrift(w.Attempt)
	}
	w.Attempt.Settle(now)
}

// givenCmds are the parts of a school.Given on their way; all nil for one's own task.
type givenCmds struct {
	class              *redis.MapStringStringCmd
	assignment, member *redis.StringCmd
}

func askGiven(ctx context.Context, p redis.Pipeliner, task school.Task, learner string) (g givenCmds) {
	if task.Own() {
		return g
	}
	g.class = p.HGetAll(ctx, classKey(task.Class))
	g.assignment = p.HGet(ctx, assignmentsKey(task.Class), strconv.Itoa(task.N))
	g.member = p.HGet(ctx, membersKey(task.Class), learner)
	return g
}

func (g givenCmds) cmds() []redis.Cmder {
	if g.class == nil {
		return nil
	}
	return []redis.Cmder{g.class, g.assignment, g.member}
}

// read is what the parts make; nil when one of them is not there, or the assignment is of another lesson. into is the
// member that the learner is part of by now.
func (g givenCmds) read(task school.Task, learner string) (given *school.Given, into string, err error) {
	if g.class == nil || len(g.class.Val()) == 0 || g.assignment.Val() == "" || g.member.Val() == "" {
		return nil, "", nil
	}
	class, err := classOf(task.Class, g.class.Val())
	if err != nil {
		return nil, "", err
	}
	a, err := decodeAssignment(task.Class, strconv.Itoa(task.N), g.assignment.Val())
	if err != nil {
		return nil, "", err
	}
	m, err := decodeMember(task.Class, learner, g.member.Val())
	if err != nil || !m.In() || a.Lesson != task.Lesson {
		return nil, m.Into, err
	}
	return &school.Given{Class: class, Assignment: a, Member: m}, "", nil
}

// firstFailure is what went wrong in a pipeline in which a value may be missing. The pipeline's own error is its first
// command's that has one, and that a value is missing may hide what went wrong after it.
func firstFailure(err error, cmds ...redis.Cmder) error {
	for _, c := range cmds {
		if err := c.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return failure(err)
		}
	}
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return failure(err)
}

// decodeAttempt reads a stored attempt as it was when it was stored: it is not settled.
func decodeAttempt(id, data string) (*quiz.Attempt, error) {
	revision, stored, _ := strings.Cut(data, " ")
	rev, err := strconv.Atoi(revision)
	if err == nil && rev < 1 {
		err = errors.New("it has no revision")
	}
	task, ok := school.TaskOf(id)
	if err == nil && !ok {
		err = errors.New("its id names no lesson")
	}
	var a *quiz.Attempt
	if err == nil {
		a, err = quiz.ReadAttempt(id, task.Lesson, stored)
	}
	if err != nil {
		return nil, fmt.Errorf("store: attempt %s: %w", id, err)
	}
	a.Rev = rev
	return a, nil
}

// save writes an attempt and the progress it leads to, if the learner is there and neither has changed since it was
// read. A script and not WATCH, which would need a connection of its own and two more trips.
// Work for a class that was moved to another learner takes nothing any more: what was read is out of date.
// KEYS: learner, work, progress. ARGV: attempt id, revision read, new value, task, progress read, new progress,
// expiry in Unix seconds for keys that have none yet, field of the move.
var save = redis.NewScript(`
local learner = redis.call('HMGET', KEYS[1], 'secret', 'gone', ARGV[8])
if not learner[1] or learner[2] then return 'gone' end
if learner[3] then return 'conflict' end
local attempt = redis.call('HGET', KEYS[2], ARGV[1])
local rev = attempt and string.match(attempt, '^%d+') or '0'
if rev ~= ARGV[2] or (redis.call('HGET', KEYS[3], ARGV[4]) or '') ~= ARGV[5] then return 'conflict' end
local added = {[2] = redis.call('HSET', KEYS[2], ARGV[1], ARGV[3]), [3] = redis.call('HSET', KEYS[3], ARGV[4], ARGV[6])}
for i = 2, 3 do -- a key that had the field has its expiry
  if added[i] == 1 and redis.call('TTL', KEYS[i]) == -1 then redis.call('EXPIREAT', KEYS[i], ARGV[7]) end
end
return 'ok'`)

// Save writes the attempt and progress, one trip. ErrConflict: one of them was changed since it was read, so read
// again and decide again. ErrNotFound: the learner is gone. After any other error the write may or may not have
// happened; repeating the whole request is safe.
func (s *Store) Save(ctx context.Context, w *Work, p school.Progress, now time.Time) error {
	task, value, progress, err := encodeWork(w.Attempt, p)
	if err != nil {
		return err
	}
	keys := []string{learnerKey(w.Learner.ID), workKey(w.Learner.ID, task), progressKey(w.Learner.ID)}
	outcome, err := s.run(ctx, save, keys, w.Attempt.ID, w.Attempt.Rev, value, task, w.progress, progress, expiry(now), movedPrefix+w.Task.Class).Text()
	switch {
	case err != nil:
		return failure(err)
	case outcome == "gone":
		return ErrNotFound
	case outcome == "conflict":
		return ErrConflict
	}
	w.Attempt.Rev++
	w.Progress, w.progress = p, progress
	return nil
}

// create writes what is not there yet of a new learner, their first attempt and progress.
// KEYS: learner, work, progress. ARGV: secret, created, seen, attempt id, its value, task, progress, expiry.
var create = redis.NewScript(`
redis.call('HSETNX', KEYS[1], 'secret', ARGV[1])
redis.call('HSETNX', KEYS[1], 'created', ARGV[2])
redis.call('HSETNX', KEYS[1], 'seen', ARGV[3])
redis.call('HSETNX', KEYS[2], ARGV[4], ARGV[5])
redis.call('HSETNX', KEYS[3], ARGV[6], ARGV[7])
for i = 1, 3 do redis.call('EXPIREAT', KEYS[i], ARGV[8]) end
return 1`)

// Create stores a new learner with a first attempt, all or nothing. The ids are new, so what is there already can only
// be what this very call stored: it may be sent twice, and the second copy may arrive late, after the first answer.
func (s *Store) Create(ctx context.Context, w *Work, p school.Progress, now time.Time) error {
	task, value, progress, err := encodeWork(w.Attempt, p)
	if err != nil {
		return err
	}
	l := w.Learner
	keys := []string{learnerKey(l.ID), workKey(l.ID, task), progressKey(l.ID)}
	err = s.run(ctx, create, keys, l.SecretHash, l.Created.Unix(), l.Seen, w.Attempt.ID, value, task, progress, expiry(now)).Err()
	if err != nil {
		return failure(err)
	}
	w.Attempt.Rev++
	w.Task, _ = school.TaskOf(w.Attempt.ID)
	w.Progress, w.progress = p, progress
	return nil
}

// encodeWork writes the stored forms of an attempt and of a progress, and names the task that they belong to.
func encodeWork(a *quiz.Attempt, p school.Progress) (task, value, progress string, err error) {
	t, ok := school.TaskOf(a.ID)
	if !ok {
		return "", "", "", fmt.Errorf("store: attempt %s: its id names no lesson", a.ID)
	}
	return t.String(), encodeAttempt(a), p.Stored(), nil
}

// encodeAttempt writes the stored form of an attempt with its next revision in front.
func encodeAttempt(a *quiz.Attempt) string {
	b := strconv.AppendInt(make([]byte, 0, 1024), int64(a.Rev+1), 10)
	return string(a.AppendStored(append(b, ' ')))
}
