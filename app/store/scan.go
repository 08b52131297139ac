package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// scanBatch is how many learners are handed on at once, and about how many keys a server looks at before it answers
// somebody else.
const scanBatch = 200

// Place is where attempts are found: a learner's work on a task.
type Place struct {
	Learner string // id
	Task    school.Task
}

// PlacesOf calls visit with the places where there is work on a lesson, one's own and classes' tasks, in batches of up to
// 200 and in no order, until it returns an error. Who comes or goes meanwhile may be among them or not, and one may be
// among them twice, so whatever is done to them has to be repeatable.
func (s *Store) PlacesOf(ctx context.Context, lesson string, visit func([]Place) error) error {
	return s.eachBatch(ctx, workPattern(lesson), func(keys []string) error {
		var places []Place
		for _, key := range keys {
			if p, ok := placeIn(key); ok && p.Task.Lesson == lesson { // others' ids may begin with it
				places = append(places, p)
			}
		}
		return visit(places)
	})
}

// eachBatch calls visit with all keys that match, in batches of up to 200 and in no order, until it returns an error.
func (s *Store) eachBatch(ctx context.Context, pattern string, visit func([]string) error) error {
	nodes, err := s.nodes(ctx)
	for _, node := range nodes {
		if err == nil {
			err = scan(ctx, node, pattern, visit)
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

func scan(ctx context.Context, node redis.Cmdable, pattern string, visit func([]string) error) error {
	for cursor := uint64(0); ; {
		keys, next, err := node.Scan(ctx, cursor, pattern, scanBatch).Result()
		if err != nil {
			return failure(err)
		}
		for batch := range slices.Chunk(keys, scanBatch) { // the embedded engine answers with all keys at once
			if err := visit(batch); err != nil {
				return err
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
	}
}

// Found is an attempt that was found by its place.
type Found struct {
	Place
	ID      string        // of the attempt
	Attempt *quiz.Attempt // nil when Err says why it cannot be read
	Err     error
}

// AttemptsAt returns all attempts at the places, in their order: one trip. Those at one's own tasks are as they are now;
// what a class says of the others is not asked, so they may be over without having been handed in.
func (s *Store) AttemptsAt(ctx context.Context, places []Place, now time.Time) ([]Found, error) {
	values := make([]*redis.MapStringStringCmd, len(places))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, at := range places {
			values[i] = p.HGetAll(ctx, workKey(at.Learner, at.Task.String()))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	var out []Found
	for i, at := range places {
		for attempt, data := range values[i].Val() {
			a, err := decodeAttempt(attempt, data)
			if err == nil && at.Task.Own() {
				a.Settle(now)
			}
			out = append(out, Found{at, attempt, a, err})
		}
	}
	return out, nil
}
