package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
)

type editionJSON struct {
	Lesson    string   `json:"lesson"`
	Questions []string `json:"questions"`
}

// KeepEdition stores every version of a question and the edition made of them, each under its hash. Storing again
// changes nothing. Attempts name editions, so this comes before the first attempt at one.
func (s *Store) KeepEdition(ctx context.Context, e quiz.Edition) error {
	hashes := e.Hashes()
	// One write a key: the keys lie on different slots of a cluster, and each is whole by itself.
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, q := range e.Questions {
			data, err := json.Marshal(q)
			if err != nil {
				return err
			}
			p.SetNX(ctx, questionKey(hashes[i]), data, 0)
		}
		return nil
	})
	if err != nil {
		return failure(err)
	}
	data, err := json.Marshal(editionJSON{e.Lesson, hashes})
	if err != nil {
		return err
	}
	// Only now: an edition that can be found has all its questions.
	if err := s.db.SetNX(ctx, editionKey(e.Hash()), data, 0).Err(); err != nil {
		return failure(err)
	}
	s.remember(e.Hash(), e)
	return nil
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
	e := quiz.Edition{Lesson: stored.Lesson, Questions: make([]*quiz.Question, len(stored.Questions))}
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
