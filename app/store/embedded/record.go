package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// The first byte of a record.
const (
	none      byte = 0
	stringKey byte = 's'
	hashKey   byte = 'h'
	setKey    byte = 'S'
	sortedKey byte = 'z'
	listKey   byte = 'l'
)

// record is the state of one key.
type record struct {
	kind    byte
	expires int64     // Unix milliseconds, 0 for never
	items   []string  // value; field, value, …; members; members; elements
	scores  []float64 // of the members of a sorted set
}

var errRecord = errors.New("the stored value is damaged")

// encode writes kind, expiry (8 bytes), and the items with their length before
// each; in a sorted set the score (8 bytes) stands before that.
func (r record) encode() []byte {
	size := 9
	for _, item := range r.items {
		size += len(item) + binary.MaxVarintLen32 + 8
	}
	b := append(make([]byte, 0, size), r.kind)
	b = binary.BigEndian.AppendUint64(b, uint64(r.expires))
	for i, item := range r.items {
		if r.kind == sortedKey {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(r.scores[i]))
		}
		b = binary.AppendUvarint(b, uint64(len(item)))
		b = append(b, item...)
	}
	return b
}

// decode reads what encode wrote. The result shares no memory with b.
func decode(b []byte) (record, error) {
	if len(b) < 9 {
		return record{}, errRecord
	}
	r := record{kind: b[0], expires: int64(binary.BigEndian.Uint64(b[1:]))}
	for b = b[9:]; len(b) > 0; {
		if r.kind == sortedKey {
			if len(b) < 8 {
				return record{}, errRecord
			}
			r.scores = append(r.scores, math.Float64frombits(binary.BigEndian.Uint64(b)))
			b = b[8:]
		}
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return record{}, errRecord
		}
		b = b[used:]
		r.items = append(r.items, string(b[:n]))
		b = b[n:]
	}
	return r, r.check()
}

func (r record) check() error {
	n := len(r.items)
	ok := n > 0
	switch r.kind {
	case stringKey:
		ok = n == 1
	case hashKey:
		ok = ok && n%2 == 0
	case setKey, sortedKey, listKey:
	default:
		return fmt.Errorf("%w: unknown type %q", errRecord, r.kind)
	}
	if !ok || r.expires < 0 {
		return errRecord
	}
	return nil
}

// snapshot reads the state of a key from memory; its kind is none when the key is
// not there. clock is the time that miniredis counts lifetimes from.
func snapshot(db *miniredis.RedisDB, key string, clock time.Time) (record, error) {
	r := record{}
	err := error(nil)
	switch t := db.Type(key); t {
	case "":
		return r, nil
	case "string":
		r.kind, r.items = stringKey, []string{""}
		r.items[0], err = db.Get(key)
	case "hash":
		r.kind = hashKey
		r.items, err = hashItems(db, key)
	case "set":
		r.kind = setKey
		r.items, err = db.Members(key)
	case "zset":
		r.kind = sortedKey
		r.items, r.scores, err = sortedItems(db, key)
	case "list":
		r.kind = listKey
		r.items, err = db.List(key)
	default:
		err = fmt.Errorf("%w: a key of type %s", ErrUnsupported, t)
	}
	if err != nil || len(r.items) == 0 {
		return record{}, err
	}
	if ttl := db.TTL(key); ttl > 0 {
		r.expires = clock.Add(ttl).UnixMilli()
	}
	return r, nil
}

func hashItems(db *miniredis.RedisDB, key string) ([]string, error) {
	fields, err := db.HKeys(key)
	items := make([]string, 0, 2*len(fields))
	for _, f := range fields {
		items = append(items, f, db.HGet(key, f))
	}
	return items, err
}

func sortedItems(db *miniredis.RedisDB, key string) ([]string, []float64, error) {
	members, err := db.ZMembers(key)
	if err != nil {
		return nil, nil, err
	}
	scores, err := db.ZMScore(key, members)
	return members, scores, err
}

// restore puts the record into memory, where the key is not yet.
func (r record) restore(db *miniredis.RedisDB, key string, clock time.Time) {
	// miniredis' errors here say that the key has another type; it has none.
	switch r.kind {
	case stringKey:
		_ = db.Set(key, r.items[0])
	case hashKey:
		db.HSet(key, r.items...)
	case setKey:
		_, _ = db.SetAdd(key, r.items...)
	case sortedKey:
		for i, member := range r.items {
			_, _ = db.ZAdd(key, r.scores[i], member)
		}
	case listKey:
		_, _ = db.Push(key, r.items...)
	}
	if r.expires != 0 {
		db.SetTTL(key, time.UnixMilli(r.expires).Sub(clock))
	}
}
