// Package store saves and loads what Eberbach keeps in Redis. It decides nothing: what a change means is worked out
// in quiz and school, the store makes it safe.
//
// Every method returns ErrNotFound when there is nothing, ErrUnavailable when the store does not answer, and hands out
// values that the caller owns.
package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"eberbach/app/quiz"
	"eberbach/app/store/embedded"
)

// Errors of the store.
var (
	ErrNotFound    = errors.New("store: not found")
	ErrUnavailable = errors.New("store: the database does not answer")
	ErrConflict    = errors.New("store: changed meanwhile")
)

// Store is the one way to the data. It is safe for concurrent use.
type Store struct {
	db    redis.UniversalClient
	close func() error

	mu       sync.RWMutex
	editions map[string]quiz.Edition // by hash; editions never change, so they are kept for good
}

// Open connects to the Redis at the address, or opens the embedded engine in dir when the address is empty.
// A Redis that is away is no error: requests are refused until it is back.
func Open(address, dir string) (*Store, error) {
	if address == "" {
		engine, err := embedded.Open(dir)
		if err != nil {
			return nil, err
		}
		return newStore(engine.Client(), engine.Close), nil
	}
	options, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	db := redis.NewUniversalClient(options)
	return newStore(db, db.Close), nil
}

func newStore(db redis.UniversalClient, close func() error) *Store {
	return &Store{db: db, close: close, editions: map[string]quiz.Edition{}}
}

// ParseAddress reads EBERBACH_REDIS: one redis:// or rediss:// URL; for a cluster followed by the other nodes'
// host:port, separated by commas; for Sentinel with ?master=NAME and the sentinels' addresses.
func ParseAddress(address string) (*redis.UniversalOptions, error) {
	first, more, _ := strings.Cut(address, ",")
	u, err := url.Parse(strings.TrimSpace(first))
	if err != nil || u.Scheme != "redis" && u.Scheme != "rediss" {
		return nil, fmt.Errorf("the Redis address must begin with redis:// or rediss://, such as redis://127.0.0.1:6379/0")
	}
	query := u.Query()
	master := query.Get("master")
	query.Del("master")
	u.RawQuery = query.Encode()
	single, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, fmt.Errorf("the Redis address cannot be read: %w", err)
	}
	addresses := []string{single.Addr}
	for _, a := range strings.Split(more, ",") {
		if a = strings.TrimSpace(a); a != "" {
			addresses = append(addresses, a)
		}
	}
	return &redis.UniversalOptions{
		Addrs: addresses, MasterName: master, DB: single.DB, Username: single.Username, Password: single.Password, TLSConfig: single.TLSConfig,
		// A frozen server must not hold a page: half a second to connect, less than one to answer, one more try.
		DialTimeout: 500 * time.Millisecond, ReadTimeout: 700 * time.Millisecond, WriteTimeout: 700 * time.Millisecond,
		PoolTimeout: 700 * time.Millisecond, DialerRetries: 1, MaxRetries: 1, MinRetryBackoff: 5 * time.Millisecond, MaxRetryBackoff: 50 * time.Millisecond,
		ContextTimeoutEnabled:    true,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}, nil
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
