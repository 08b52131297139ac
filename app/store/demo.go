package store

import (
	"context"

	"github.com/redis/go-redis/v9"
)

// noteDemo writes a note unless there is one. The write that changes nothing is there for replicas to wait for. KEYS: the
// demo. ARGV: part, note.
var noteDemo = redis.NewScript(`
local note = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], note or ARGV[2])
return note and 'taken' or 'ok'`)

// NoteDemo notes, before a part of the demo is made, what is needed to take it away again. ErrTaken: the part is there, or
// a beginning of it.
func (s *Store) NoteDemo(ctx context.Context, part, note string) error {
	return s.outcome(ctx, noteDemo, []string{demoKey()}, part, note)
}

// DemoNotes returns the notes by part; none is no error.
func (s *Store) DemoNotes(ctx context.Context) (map[string]string, error) {
	notes, err := s.db.HGetAll(ctx, demoKey()).Result()
	return notes, failure(err)
}

// forgetDemo is the other way of noteDemo. KEYS and ARGV[1] as there.
var forgetDemo = redis.NewScript(`
redis.call('HSET', KEYS[1], ARGV[1], '')
return redis.call('HDEL', KEYS[1], ARGV[1])`)

// ForgetDemo takes a note away, when nothing of the part is left.
func (s *Store) ForgetDemo(ctx context.Context, part string) error {
	return failure(s.run(ctx, forgetDemo, []string{demoKey()}, part).Err())
}
