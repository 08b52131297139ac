package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/review"
	"eberbach/app/school"
)

// fieldRev counts the changes of what a learner has in review.
const fieldRev = "rev"

// Review is a learner with what they have in review, as read in one trip.
type Review struct {
	Learner school.Learner
	Deck    review.Deck

	rev    int
	stored map[string]string // as read, to write only what has changed
}

// Review reads a learner with what they have in review; ErrNotFound: no such learner. Who has met no question has an
// empty deck.
func (s *Store) Review(ctx context.Context, id string) (*Review, error) {
	var learner, deck *redis.MapStringStringCmd
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		learner, deck = p.HGetAll(ctx, learnerKey(id)), p.HGetAll(ctx, reviewKey(id))
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	r := &Review{stored: deck.Val()}
	if r.Learner, err = learnerOf(id, learner.Val()); err != nil {
		return nil, err
	}
	if rev := r.stored[fieldRev]; rev != "" {
		if r.rev, err = strconv.Atoi(rev); err != nil {
			return nil, fmt.Errorf("store: %s: %w", reviewKey(id), err)
		}
	}
	delete(r.stored, fieldRev)
	if r.Deck, err = review.ReadDeck(r.stored); err != nil {
		return nil, fmt.Errorf("store: %s: %w", reviewKey(id), err)
	}
	return r, nil
}

// saveReview writes what has changed in review, if the learner is there and nobody else has changed it. KEYS: learner,
// review. ARGV: revision read, the next one, expiry for a key that has none, how many fields to delete, these, then fields
// and values.
var saveReview = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'gone') == 1 then return 'gone' end
if (redis.call('HGET', KEYS[2], 'rev') or '0') ~= ARGV[1] then return 'conflict' end
local drop = tonumber(ARGV[4])
if drop > 0 then redis.call('HDEL', KEYS[2], unpack(ARGV, 5, 4 + drop)) end
redis.call('HSET', KEYS[2], 'rev', ARGV[2], unpack(ARGV, 5 + drop))
if redis.call('TTL', KEYS[2]) == -1 then redis.call('EXPIREAT', KEYS[2], ARGV[3]) end
return 'ok'`)

// SaveReview writes what has changed in the deck since it was read: one trip, or none where nothing has. ErrConflict:
// somebody else has changed it, so read again and decide again. ErrNotFound: the learner is gone.
func (s *Store) SaveReview(ctx context.Context, r *Review, now time.Time) error {
	fields := r.Deck.Fields()
	var dropped, changed []any
	for name := range r.stored {
		if _, there := fields[name]; !there {
			dropped = append(dropped, name)
		}
	}
	for name, value := range fields {
		if r.stored[name] != value {
			changed = append(changed, name, value)
		}
	}
	if len(dropped)+len(changed) == 0 {
		return nil
	}
	args := append([]any{r.rev, r.rev + 1, expiry(now), len(dropped)}, dropped...)
	id := r.Learner.ID
	if err := s.outcome(ctx, saveReview, []string{learnerKey(id), reviewKey(id)}, append(args, changed...)...); err != nil {
		return err
	}
	r.rev++
	r.stored = fields
	return nil
}
