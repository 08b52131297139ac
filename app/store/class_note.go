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

// Fields of a class's notes.
const (
	notesOn      = "on"
	notesFirst   = "first"
	hiddenPrefix = "-" // and the id of the note
)

// ClassNotes returns how a class shares notes: one trip. A class that never said anything shares none.
func (s *Store) ClassNotes(ctx context.Context, class string) (school.NoteRules, error) {
	all, err := s.ClassesNotes(ctx, []string{class})
	return all[class], err
}

// ClassesNotes returns how each of the classes shares notes, by class: one trip.
func (s *Store) ClassesNotes(ctx context.Context, classes []string) (map[string]school.NoteRules, error) {
	cmds := make([]*redis.MapStringStringCmd, len(classes))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, class := range classes {
			cmds[i] = p.HGetAll(ctx, classNotesKey(class))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	out := map[string]school.NoteRules{}
	for i, class := range classes {
		if out[class], err = decodeNoteRules(class, cmds[i].Val()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func decodeNoteRules(class string, fields map[string]string) (r school.NoteRules, err error) {
	r = school.NoteRules{First: fields[notesFirst] != "", Hidden: map[string]bool{}}
	if since := fields[notesOn]; since != "" {
		if r.Since, err = strconv.ParseInt(since, 10, 64); err != nil {
			return r, fmt.Errorf("store: notes of %s: %w", classNotesKey(class), err)
		}
	}
	for name := range fields {
		if id, ok := strings.CutPrefix(name, hiddenPrefix); ok {
			r.Hidden[id] = true
		}
	}
	return r, nil
}

// setNotes lets a class share notes or not. On again, it is on since then. KEYS: class, its notes. ARGV: since when (” for
// not), own one first (” for not).
var setNotes = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 then return 'gone' end
redis.call('HSET', KEYS[1], 'owner', redis.call('HGET', KEYS[1], 'owner'))
if ARGV[1] == '' then redis.call('HDEL', KEYS[2], 'on') else redis.call('HSETNX', KEYS[2], 'on', ARGV[1]) end
if ARGV[2] == '' then redis.call('HDEL', KEYS[2], 'first') else redis.call('HSET', KEYS[2], 'first', ARGV[2]) end
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// SetClassNotes lets a class share notes or not, and says whether one's own comes first. It may be repeated. ErrNotFound:
// the class is gone.
func (s *Store) SetClassNotes(ctx context.Context, class string, on, first bool, now time.Time) error {
	since, own := "", ""
	if on {
		since = strconv.FormatInt(now.Unix(), 10)
	}
	if first {
		own = "1"
	}
	return s.outcome(ctx, setNotes, []string{classKey(class), classNotesKey(class)}, since, own)
}

// hideNote hides a note from a class or shows it again. KEYS: class, its notes. ARGV: field, when (” to show it again), how
// many fields at most.
var hideNote = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 then return 'gone' end
redis.call('HSET', KEYS[1], 'owner', redis.call('HGET', KEYS[1], 'owner'))
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[2], ARGV[1])
elseif redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then
  return 'full'
else
  redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
end
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// HideNote hides a note that somebody shows to a class from everybody else in it, or takes that back. It may be repeated.
// ErrFull: as many are hidden as may be; ErrNotFound: the class is gone.
func (s *Store) HideNote(ctx context.Context, class, note string, hide bool, now time.Time) error {
	at := ""
	if hide {
		at = strconv.FormatInt(now.Unix(), 10)
	}
	return s.outcome(ctx, hideNote, []string{classKey(class), classNotesKey(class)}, hiddenPrefix+note, at, school.MostHidden)
}
