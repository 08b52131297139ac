package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
)

type editionJSON struct {
	Lesson    string      `json:"lesson"`
	Questions []string    `json:"questions"`
	Pools     []quiz.Pool `json:"pools,omitempty"`
	Percent   bool        `json:"percent,omitempty"`
	NoScore   bool        `json:"no_score,omitempty"`
	Missed    bool        `json:"missed,omitempty"`
	Since     int64       `json:"since,omitempty"` // of whoever stored it first
}

// KeepEdition stores every version of a question and the edition made of them, each under its hash. Storing again
// changes nothing: the edition is since when it was stored first. Attempts name editions, so this comes before the
// first attempt at one.
func (s *Store) KeepEdition(ctx context.Context, e quiz.Edition) error {
	hashes := e.Hashes()
	values := map[string][]byte{}
	for i, q := range e.Questions {
		data, err := json.Marshal(q)
		if err != nil {
			return err
		}
		values[questionKey(hashes[i])] = data
	}
	if err := s.keep(ctx, values); err != nil {
		return err
	}
	data, err := json.Marshal(editionJSON{e.Lesson, hashes, e.Pools, e.Percent, e.NoScore, e.Missed, e.Since})
	if err != nil {
		return err
	}
	// Only now: an edition that can be found has all its questions.
	kept, err := s.keepFirst(ctx, editionKey(e.Hash()), data)
	if err != nil {
		return err
	}
	var first editionJSON
	if err := json.Unmarshal(kept, &first); err != nil {
		return fmt.Errorf("store: edition %s: %w", e.Hash(), err)
	}
	e.Since = first.Since
	s.remember(e.Hash(), e)
	return nil
}

// rewrite stores a value that never changes, or stores again what is there, so that replicas have something to wait
// for, and returns it. KEYS: the key. ARGV: the value.
var rewrite = redis.NewScript(`
local value = redis.call('GET', KEYS[1]) or ARGV[1]
redis.call('SET', KEYS[1], value)
return value`)

// keepFirst stores a value unless there is one, and returns the one that is there: one trip.
func (s *Store) keepFirst(ctx context.Context, key string, data []byte) ([]byte, error) {
	if s.wait > 0 {
		kept, err := s.run(ctx, rewrite, []string{key}, data).Text()
		return []byte(kept), failure(err)
	}
	var kept *redis.StringCmd
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.SetNX(ctx, key, data, 0)
		kept = p.Get(ctx, key)
		return nil
	})
	return []byte(kept.Val()), failure(err)
}

// keep stores values that never change, by key: one write each, because they lie on different slots of a cluster, and
// each is whole by itself. One trip, or one a value when replicas are waited for.
func (s *Store) keep(ctx context.Context, values map[string][]byte) error {
	if s.wait > 0 {
		for key, data := range values {
			if err := s.run(ctx, rewrite, []string{key}, data).Err(); err != nil {
				return failure(err)
			}
		}
		return nil
	}
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for key, data := range values {
			p.SetNX(ctx, key, data, 0)
		}
		return nil
	})
	return failure(err)
}

// Edition returns the edition with the hash, from memory when it was met before. It is shared: do not change it.
func (s *Store) Edition(ctx context.Context, hash string) (quiz.Edition, error) {
	s.mu.RLock()
	e, ok := s.editions[hash]
	s.mu.RUnlock()
	if ok {
		return e, nil
	}
	e, err := s.loadEdition(ctx, hash)
	if err == nil {
		s.remember(hash, e)
	}
	return e, err
}

// remember keeps an edition under the hash it is stored by, which another version of the program may have computed.
func (s *Store) remember(hash string, e quiz.Edition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.editions[hash] = e
}

func (s *Store) loadEdition(ctx context.Context, hash string) (quiz.Edition, error) {
	data, err := s.db.Get(ctx, editionKey(hash)).Bytes()
	if err != nil {
		return quiz.Edition{}, failure(err)
	}
	var stored editionJSON
	if err := json.Unmarshal(data, &stored); err != nil {
		return quiz.Edition{}, fmt.Errorf("store: edition %s: %w", hash, err)
	}
	if stored.Lesson == "" || len(stored.Questions) == 0 {
		return quiz.Edition{}, fmt.Errorf("store: edition %s: lesson or questions are missing", hash)
	}
	e := quiz.Edition{
		Lesson: stored.Lesson, Questions: make([]*quiz.Question, len(stored.Questions)),
		Pools: stored.Pools, Percent: stored.Percent, NoScore: stored.NoScore, Missed: stored.Missed, ID: hash, Since: stored.Since,
	}
	values := make([]*redis.StringCmd, len(stored.Questions))
	_, err = s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, h := range stored.Questions {
			values[i] = p.Get(ctx, questionKey(h))
		}
		return nil
	})
	cmds := make([]redis.Cmder, len(values))
	for i, v := range values {
		cmds[i] = v
	}
	if err := firstFailure(err, cmds...); err != nil {
		return quiz.Edition{}, err
	}
	for i, v := range values {
		// An edition is stored after its questions, so one that is missing is damage and not simply not there.
		q := &quiz.Question{}
		if err := json.Unmarshal([]byte(v.Val()), q); err != nil {
			return quiz.Edition{}, fmt.Errorf("store: question %s: %w", stored.Questions[i], err)
		}
		e.Questions[i] = q
	}
	return e, nil
}
