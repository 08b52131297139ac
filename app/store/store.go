// Package store saves and loads what Eberbach keeps in Redis. It decides nothing: what a change means is worked out
// in quiz and school, the store makes it safe.
//
// Every method returns ErrNotFound when there is nothing, ErrUnavailable when the store does not answer, and hands out
// values that the caller owns, except editions, which are shared and never change. What is stored but cannot be read is
// an error of neither kind, which names the place.
package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/store/embedded"
)

// Errors of the store.
var (
	ErrNotFound    = errors.New("store: not found")
	ErrUnavailable = errors.New("store: the database does not answer")
	ErrConflict    = errors.New("store: changed meanwhile")
	ErrTaken       = errors.New("store: somebody else has it")
	ErrInUse       = errors.New("store: something depends on it")
)

// Store is the one way to the data. It is safe for concurrent use.
type Store struct {
	db    redis.UniversalClient
	close func() error
	wait  int    // Config.Wait
	meter *meter // nil: nothing is measured

	mu       sync.RWMutex
	editions map[string]quiz.Edition // by hash; editions never change, so they are kept for good
	salts    dailySalt               // the last that was asked for
}

// Config says where the data are.
type Config struct {
	Address string // of a Redis, as ParseAddress reads it; empty: the embedded engine
	Dir     string // of the embedded engine
	Wait    int    // replicas that must have a write before it counts as done; the embedded engine has none

	Metrics prometheus.Registerer // of what is measured; nil: nothing is
}

// Open connects to the Redis, or opens the embedded engine. A Redis that is away is no error: requests are refused
// until it is back.
func Open(c Config) (*Store, error) {
	quieten() // before there is a client that could be logging
	if c.Address == "" {
		return openEngine(c)
	}
	options, err := ParseAddress(c.Address)
	if err != nil {
		return nil, err
	}
	db := redis.NewUniversalClient(options)
	s := newStore(db, db.Close)
	s.wait = c.Wait
	if s.meter = newMeter(c.Metrics); s.meter != nil {
		db.AddHook(s.meter) // before the next, so that a trip which takes a second way is one
	}
	if cluster, ok := db.(*redis.ClusterClient); ok {
		db.AddHook(direct{cluster})
		cluster.OnNewNode(func(node *redis.Client) { node.AddHook(new(trust)) })
	} else {
		db.AddHook(new(trust))
	}
	return s, nil
}

func openEngine(c Config) (*Store, error) {
	m, around := newMeter(c.Metrics), []redis.Hook(nil)
	if m != nil {
		around = append(around, m)
	}
	engine, err := embedded.Open(c.Dir, around...)
	if err != nil {
		return nil, err
	}
	if m != nil {
		watchEngine(c.Metrics, engine)
	}
	return newStore(engine.Client(), engine.Close), nil
}

// quiet keeps go-redis from writing to standard error by itself: every failure comes back as an error, and the log
// belongs to the program.
type quiet struct{}

func (quiet) Printf(context.Context, string, ...any) {}

var quieten = sync.OnceFunc(func() { redis.SetLogger(quiet{}) })

func newStore(db redis.UniversalClient, close func() error) *Store {
	return &Store{db: db, close: close, editions: map[string]quiz.Edition{}}
}

// Close lets go of the database.
func (s *Store) Close() error { return s.close() }

// Ping says whether the database answers with data; PING alone is answered while Redis is still loading.
func (s *Store) Ping(ctx context.Context) error {
	return failure(s.db.Exists(ctx, questionKey("ping")).Err())
}

// failure tells what a caller can act on from what it cannot.
func failure(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, redis.Nil):
		return ErrNotFound
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
