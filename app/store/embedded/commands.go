package embedded

import (
	"fmt"
	"strings"

	"github.com/alicebob/miniredis/v2/server"
	bolt "go.etcd.io/bbolt"
)

// kind says what a command means for what is on disk.
type kind int

const (
	plain   kind = iota // touches no key
	read                // answers from keys
	write               // may change keys
	session             // belongs to one connection; go-redis sends it by itself
)

// spec is one command: its kind, and where its keys stand.
type spec struct {
	kind kind
	// The keys are the arguments first to last in steps of step, counted from 1
	// as in Redis' COMMAND; last -1 is the last argument. first 0 in a read is
	// "any key"; in a write it is "the commands inside say so" (a script).
	first, last, step int
}

// commands is everything the engine runs, under its upper and its lower case
// name. What is not here is refused, so a command belongs here only when all it
// changes is the keys that it names here, and their state fits into a record.
// Not here on purpose: streams, HyperLogLogs, expiry of single hash fields, other
// databases and FLUSHALL; commands that block, because they would block a batch.
var commands = table(
	group{spec{kind: plain}, `AUTH HELLO INFO PUBLISH PUBSUB SCRIPT TIME UNWATCH WAIT WATCH`},
	group{spec{kind: session}, `MULTI EXEC DISCARD QUIT
		SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE`},

	group{spec{read, 1, 1, 1}, `GET GETRANGE GETBIT BITCOUNT STRLEN
		HGET HGETALL HMGET HEXISTS HKEYS HVALS HLEN HSTRLEN HSCAN HRANDFIELD
		SMEMBERS SISMEMBER SMISMEMBER SCARD SRANDMEMBER SSCAN
		ZSCORE ZMSCORE ZCARD ZCOUNT ZLEXCOUNT ZRANK ZREVRANK ZSCAN ZRANDMEMBER
		ZRANGE ZRANGEBYSCORE ZRANGEBYLEX ZREVRANGE ZREVRANGEBYSCORE ZREVRANGEBYLEX
		LLEN LINDEX LRANGE LPOS
		TYPE TTL PTTL EXPIRETIME PEXPIRETIME`},
	group{spec{read, 1, -1, 1}, `EXISTS MGET SDIFF SINTER SUNION`},
	group{spec{kind: read}, `PING ECHO DBSIZE KEYS SCAN RANDOMKEY SINTERCARD ZINTER ZUNION
		EVAL_RO EVALSHA_RO`},

	group{spec{write, 1, 1, 1}, `SET SETNX SETEX PSETEX GETSET GETDEL GETEX APPEND SETRANGE SETBIT
		INCR INCRBY INCRBYFLOAT DECR DECRBY
		HSET HSETNX HMSET HDEL HINCRBY HINCRBYFLOAT
		SADD SREM SPOP SDIFFSTORE SINTERSTORE SUNIONSTORE
		ZADD ZINCRBY ZREM ZREMRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYLEX ZPOPMIN ZPOPMAX
		ZINTERSTORE ZUNIONSTORE
		LPUSH LPUSHX RPUSH RPUSHX LPOP RPOP LSET LREM LTRIM LINSERT
		EXPIRE EXPIREAT PEXPIRE PEXPIREAT PERSIST`},
	group{spec{write, 1, 2, 1}, `RENAME RENAMENX SMOVE LMOVE RPOPLPUSH`},
	group{spec{write, 1, -1, 1}, `DEL UNLINK`},
	group{spec{write, 1, -1, 2}, `MSET MSETNX`},
	group{spec{kind: write}, `EVAL EVALSHA`},
)

type group struct {
	spec  spec
	names string
}

func table(groups ...group) map[string]spec {
	t := map[string]spec{}
	for _, g := range groups {
		for _, name := range strings.Fields(g.names) {
			t[name] = g.spec
			t[strings.ToLower(name)] = g.spec
		}
	}
	return t
}

// keys calls fn with the place of each key among n arguments, the first being 0.
func (s spec) keys(n int, fn func(i int)) {
	if s.first == 0 {
		return
	}
	last := s.last
	if last < 0 {
		last = n
	}
	for i := s.first; i <= min(last, n); i += s.step {
		fn(i - 1)
	}
}

// checkKey refuses keys that bbolt could not hold. Found only at the commit, one
// of them would fail the writes of everybody else in the batch.
func checkKey(key string) error {
	if key == "" || len(key) > bolt.MaxKeySize {
		return fmt.Errorf("%w: a key of %d bytes (1 to %d are allowed)", ErrUnsupported, len(key), bolt.MaxKeySize)
	}
	return nil
}

func unsupported(name string) error {
	return fmt.Errorf("%w: %q", ErrUnsupported, name)
}

// beforeCommand runs inside miniredis before each command, those in a script too,
// and answers the ones that must not run. It notes the keys of a write before
// they change. So a commit knows every key that was touched, even one that a
// script did not declare, and a write that found its way around the hook cannot
// go unnoticed.
func (e *Engine) beforeCommand(peer *server.Peer, name string, args ...string) (answered bool) {
	s, known := commands[name]
	err := error(nil)
	switch {
	case !known:
		err = unsupported(name)
	case s.kind == write:
		err = e.note(name, s, args)
	}
	if err != nil {
		peer.WriteError("ERR " + err.Error())
	}
	return err != nil
}

// note adds the keys of a write to the batch that is running.
func (e *Engine) note(name string, s spec, args []string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.current == nil || !e.current.open {
		return fmt.Errorf("%w: %q outside of a batch", ErrUnsupported, name)
	}
	err := error(nil)
	s.keys(len(args), func(i int) {
		if wrong := checkKey(args[i]); wrong != nil {
			err = wrong
			return
		}
		e.current.keys[args[i]] = struct{}{}
	})
	return err
}
