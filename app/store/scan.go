package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
)

// scanBatch is how many learners are handed on at once, and about how many keys a server looks at before it answers
// somebody else.
const scanBatch = 200

// LearnersOf calls visit with the ids of the learners who have work on a lesson, in batches of up to 200 and in no
// order, until it returns an error. A learner who comes or goes meanwhile may be among them or not, and one may be among
// them twice, so whatever is done to them has to be repeatable.
func (s *Store) LearnersOf(ctx context.Context, lesson string, visit func(ids []string) error) error {
	nodes, err := s.nodes(ctx)
	for _, node := range nodes {
		if err == nil {
			err = scan(ctx, node, workPattern(lesson), visit)
		}
	}
	return err
}

// nodes are the servers that hold keys: SCAN speaks of one server's alone.
func (s *Store) nodes(ctx context.Context) ([]redis.Cmdable, error) {
	cluster, ok := s.db.(*redis.ClusterClient)
	if !ok {
		return []redis.Cmdable{s.db}, nil
	}
	var mu sync.Mutex
	var nodes []redis.Cmdable
	err := cluster.ForEachMaster(ctx, func(_ context.Context, master *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		nodes = append(nodes, master)
		return nil
	})
	return nodes, failure(err)
}

func scan(ctx context.Context, node redis.Cmdable, pattern string, visit func(ids []string) error) error {
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, pattern, scanBatch).Result()
		if err != nil {
			return failure(err)
		}
		for batch := range slices.Chunk(keys, scanBatch) { // the embedded engine answers with all keys at once
			ids := make([]string, len(batch))
			for i, key := range batch {
				ids[i] = learnerIn(key)
			}
			if err := visit(ids); err != nil {
				return err
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// Found is an attempt that was found by its lesson.
type Found struct {
	Learner string        // id
	ID      string        // of the attempt
	Attempt *quiz.Attempt // nil when Err says why it cannot be read
	Err     error
}

// AttemptsAt returns all attempts of the learners at a lesson as they are now, in the order of the ids: one trip.
func (s *Store) AttemptsAt(ctx context.Context, lesson string, ids []string, now time.Time) ([]Found, error) {
	values := make([]*redis.MapStringStringCmd, len(ids))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			values[i] = p.HGetAll(ctx, workKey(id, lesson))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	var out []Found
	for i, id := range ids {
		for attempt, data := range values[i].Val() {
			a, err := decodeAttempt(attempt, lesson, data, now)
			out = append(out, Found{id, attempt, a, err})
		}
	}
	return out, nil
}
