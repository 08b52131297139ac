package store

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// waitTimeout bounds how long a write waits for replicas. It is below the client's read timeout, so that too few of
// them is an answer and not a broken connection.
const waitTimeout = 400 * time.Millisecond

// run sends a script that writes; keys[0] decides on the node. With Config.Wait it returns without an error only when
// that many replicas have the write.
func (s *Store) run(ctx context.Context, script *redis.Script, keys []string, args ...any) *redis.Cmd {
	if s.wait == 0 {
		return script.Run(ctx, s.db, keys, args...)
	}
	cmd := s.replicated(ctx, keys[0], func(p redis.Pipeliner) *redis.Cmd { return script.EvalSha(ctx, p, keys, args...) })
	if redis.HasErrorPrefix(cmd.Err(), "NOSCRIPT") {
		cmd = s.replicated(ctx, keys[0], func(p redis.Pipeliner) *redis.Cmd { return script.Eval(ctx, p, keys, args...) })
	}
	return cmd
}

// replicated sends a write and WAIT in one pipeline to the key's master: WAIT speaks of what its own connection has
// written, and a cluster client would send a command without a key to any node.
func (s *Store) replicated(ctx context.Context, key string, send func(redis.Pipeliner) *redis.Cmd) *redis.Cmd {
	cmd := s.replicatedOnce(ctx, key, send)
	cluster, ok := s.db.(*redis.ClusterClient)
	if !ok || cmd.Err() == nil {
		return cmd
	}
	if _, moved := redis.IsMovedError(cmd.Err()); moved { // refused, so it is safe to send it to where it belongs
		_ = cluster.ForEachMaster(ctx, func(context.Context, *redis.Client) error { return nil }) // reads the slots anew
		return s.replicatedOnce(ctx, key, send)
	}
	cluster.ReloadState(ctx) // after a failover the key has another master
	return cmd
}

func (s *Store) replicatedOnce(ctx context.Context, key string, send func(redis.Pipeliner) *redis.Cmd) (cmd *redis.Cmd) {
	var node redis.Cmdable = s.db
	if cluster, ok := s.db.(*redis.ClusterClient); ok {
		master, err := cluster.MasterForKey(ctx, key)
		if err != nil {
			cmd = redis.NewCmd(ctx)
			cmd.SetErr(err)
			return cmd
		}
		node = master
		if s.meter != nil { // which hangs on the cluster's client, not on its nodes'
			begin := time.Now()
			defer func() { s.meter.observe(pipeline, begin, cmd.Err()) }()
		}
	}
	var waited *redis.Cmd
	_, _ = node.Pipelined(ctx, func(p redis.Pipeliner) error {
		cmd, waited = send(p), p.Do(ctx, "WAIT", s.wait, waitTimeout.Milliseconds())
		return nil
	})
	if cmd.Err() != nil {
		return cmd
	}
	if reached, err := waited.Int(); err != nil {
		cmd.SetErr(err)
	} else if reached < s.wait {
		cmd.SetErr(fmt.Errorf("%d of %d replicas have it", reached, s.wait))
	}
	return cmd
}

// confirm writes a learner's secret over itself. KEYS: the learner.
var confirm = redis.NewScript(`
local secret = redis.call('HGET', KEYS[1], 'secret')
if secret then redis.call('HSET', KEYS[1], 'secret', secret) end
return 1`)

// Confirm makes sure that what Work has read is as safe as a write of one's own, before a repeated request is told so:
// the write may have reached its master only. What comes after it in the master's stream cannot be on a replica
// without it, so one more write is enough. (Redis 7.0 waits for all that its master has written, but promises it only
// for what the connection has.) Without Config.Wait it does nothing.
func (s *Store) Confirm(ctx context.Context, learner string) error {
	if s.wait == 0 {
		return nil
	}
	return failure(s.run(ctx, confirm, []string{learnerKey(learner)}).Err())
}
