package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"eberbach/app/annot"
)

// storedNote is an annot.Note as it is stored; its id is the field.
type storedNote struct {
	Kind    annot.Kind `json:"k"`
	Source  string     `json:"s"`
	Lang    string     `json:"l"`
	Unit    string     `json:"u"`
	Of      string     `json:"o"`
	Quote   string     `json:"q"`
	Prefix  string     `json:"p,omitempty"`
	Suffix  string     `json:"x,omitempty"`
	Start   int        `json:"a"`
	End     int        `json:"e"`
	Words   string     `json:"w,omitempty"`
	Made    int64      `json:"m"`
	Changed int64      `json:"c,omitempty"`
	Shown   []string   `json:"g,omitempty"`
}

func encodeNote(n annot.Note) (string, error) {
	data, err := json.Marshal(storedNote{n.Kind, n.Source, n.Lang, n.Unit, n.Of, n.Quote.Words, n.Prefix, n.Suffix, n.Start, n.End, n.Words, n.Made, n.Changed, n.Shown})
	return string(data), err
}

func decodeNote(learner, id, data string) (annot.Note, error) {
	var s storedNote
	if err := json.Unmarshal([]byte(data), &s); err != nil {
		return annot.Note{}, fmt.Errorf("store: note %s %s: %w", notesKey(learner), id, err)
	}
	return annot.Note{
		ID: id, Kind: s.Kind, Source: s.Source, Lang: s.Lang, Unit: s.Unit, Of: s.Of,
		Selector: annot.Selector{Quote: annot.Quote{Words: s.Quote, Prefix: s.Prefix, Suffix: s.Suffix}, Start: s.Start, End: s.End},
		Words:    s.Words, Made: s.Made, Changed: s.Changed, Shown: s.Shown,
	}, nil
}

// decodeNotes reads a learner's notes, the oldest first.
func decodeNotes(learner string, fields map[string]string) ([]annot.Note, error) {
	var notes []annot.Note
	var errs []error
	for id, data := range fields {
		n, err := decodeNote(learner, id, data)
		if errs = append(errs, err); err == nil {
			notes = append(notes, n)
		}
	}
	slices.SortFunc(notes, func(a, b annot.Note) int { return cmp.Or(cmp.Compare(a.Made, b.Made), cmp.Compare(a.ID, b.ID)) })
	return notes, errors.Join(errs...)
}

// Notes returns a learner's own notes, the oldest first: one trip. There may be none.
func (s *Store) Notes(ctx context.Context, learner string) ([]annot.Note, error) {
	fields, err := s.db.HGetAll(ctx, notesKey(learner)).Result()
	if err != nil {
		return nil, failure(err)
	}
	return decodeNotes(learner, fields)
}

// mostAtOnce is how many learners' notes are read in one trip.
const mostAtOnce = 100

// NotesOf returns the notes of several learners by learner, those of each the oldest first.
func (s *Store) NotesOf(ctx context.Context, learners []string) (map[string][]annot.Note, error) {
	out := map[string][]annot.Note{}
	for batch := range slices.Chunk(learners, mostAtOnce) {
		cmds := make([]*redis.MapStringStringCmd, len(batch))
		_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, id := range batch {
				cmds[i] = p.HGetAll(ctx, notesKey(id))
			}
			return nil
		})
		if err != nil {
			return nil, failure(err)
		}
		for i, id := range batch {
			if out[id], err = decodeNotes(id, cmds[i].Val()); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// addNote stores a note of a learner who is there, unless it is stored already. It expires with the learner. KEYS: learner,
// notes. ARGV: id, note, how many at most.
var addNote = redis.NewScript(`
if redis.call('HEXISTS', KEYS[1], 'secret') == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
local there = redis.call('HGET', KEYS[2], ARGV[1])
if not there and redis.call('HLEN', KEYS[2]) >= tonumber(ARGV[3]) then return 'full' end
redis.call('HSET', KEYS[2], ARGV[1], there or ARGV[2])
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// AddNote stores a new note. Sent again, also after it was changed, it is as it was. ErrNotFound: the learner is gone;
// ErrFull: they have annot.MostNotes.
func (s *Store) AddNote(ctx context.Context, learner string, n annot.Note) error {
	data, err := encodeNote(n)
	if err != nil {
		return err
	}
	return s.outcome(ctx, addNote, []string{learnerKey(learner), notesKey(learner)}, n.ID, data, annot.MostNotes)
}

// swapNote stores a note in place of what was read of it. KEYS: learner, notes. ARGV: id, note read, new note.
var swapNote = redis.NewScript(`
local there = redis.call('HGET', KEYS[2], ARGV[1])
if not there or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if there ~= ARGV[2] then return 'conflict' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 'ok'`)

// ChangeNote lets change decide on a note as it is now and stores what comes of it; another change meanwhile is no
// conflict, for it decides anew. ErrNotFound: the learner has no such note.
func (s *Store) ChangeNote(ctx context.Context, learner, id string, change func(*annot.Note)) error {
	for range casTries {
		before, err := s.db.HGet(ctx, notesKey(learner), id).Result()
		if err != nil {
			return failure(err)
		}
		n, err := decodeNote(learner, id, before)
		if err != nil {
			return err
		}
		change(&n)
		after, err := encodeNote(n)
		if err != nil {
			return err
		}
		err = s.outcome(ctx, swapNote, []string{learnerKey(learner), notesKey(learner)}, id, before, after)
		if !errors.Is(err, ErrConflict) {
			return err
		}
	}
	return ErrConflict
}

// dropNote deletes a note. Writing the secret over itself gives replicas something to wait for in a repeat. KEYS: learner,
// notes. ARGV: id.
var dropNote = redis.NewScript(`
local secret = redis.call('HGET', KEYS[1], 'secret')
if secret then redis.call('HSET', KEYS[1], 'secret', secret) end
redis.call('HDEL', KEYS[2], ARGV[1])
return 'ok'`)

// DropNote deletes a note; it may be repeated.
func (s *Store) DropNote(ctx context.Context, learner, id string) error {
	return s.outcome(ctx, dropNote, []string{learnerKey(learner), notesKey(learner)}, id)
}

// adoptNotes stores notes that another entry of the same person has shown to a class, unless they are there. KEYS:
// learner, notes. ARGV: id and note in turn.
var adoptNotes = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
for i = 1, #ARGV, 2 do redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[2], redis.call('PTTL', KEYS[1]))
return 'ok'`)

// moveNotes gives kept what other has shown to the class. For other the notes stay, as their own and nobody else's.
func (s *Store) moveNotes(ctx context.Context, class, kept, other string) error {
	notes, err := s.Notes(ctx, other)
	if err != nil {
		return err
	}
	notes = slices.DeleteFunc(notes, func(n annot.Note) bool { return !n.ShownTo(class) })
	if len(notes) == 0 {
		return nil
	}
	var args []any
	for _, n := range notes {
		n.Shown = []string{class}
		data, err := encodeNote(n)
		if err != nil {
			return err
		}
		args = append(args, n.ID, data)
	}
	if err := s.outcome(ctx, adoptNotes, []string{learnerKey(kept), notesKey(kept)}, args...); err != nil {
		return err
	}
	for _, n := range notes {
		err := s.ChangeNote(ctx, other, n.ID, func(n *annot.Note) {
			n.Shown = slices.DeleteFunc(n.Shown, func(id string) bool { return id == class })
		})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// KeepText stores a version of a text that a note is about to hang on; it may be repeated.
func (s *Store) KeepText(ctx context.Context, text string) error {
	return s.keep(ctx, map[string][]byte{textKey(annot.HashText(text)): []byte(text)})
}

// Texts returns the versions of texts with the hashes, as far as they are there: one trip.
func (s *Store) Texts(ctx context.Context, hashes []string) (map[string]string, error) {
	cmds := make([]*redis.StringCmd, len(hashes))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, hash := range hashes {
			cmds[i] = p.Get(ctx, textKey(hash))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, failure(err)
	}
	out := map[string]string{}
	for i, hash := range hashes {
		text, err := cmds[i].Result()
		if err == nil {
			out[hash] = text
		} else if !errors.Is(err, redis.Nil) {
			return nil, failure(err)
		}
	}
	return out, nil
}
