package store

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/redis/go-redis/v9"
)

// direct is a hook of a cluster's client: what lies on one slot, as nearly all of a learner's does, goes straight to the
// slot's master. The cluster's client divides every pipeline among its nodes, with a goroutine for each, and looks up how
// every command has to be routed; that was a tenth of an answer's time. Where a node sends it elsewhere or does not serve
// it, it goes by way of the cluster's client after all, which knows what to do then.
type direct struct{ cluster *redis.ClusterClient }

// keyAt is where the key stands in the commands that go so, counted from the name. All may be sent twice.
var keyAt = map[string]int{"get": 1, "hget": 1, "hgetall": 1, "hmget": 1, "hexists": 1, "eval": 3, "evalsha": 3}

// DialHook implements redis.Hook.
func (direct) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

// ProcessHook implements redis.Hook.
func (d direct) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if node := d.master(ctx, cmd); node != nil {
			if err := node.Process(ctx, cmd); served(cmd) {
				return err
			}
		}
		return next(ctx, cmd)
	}
}

// ProcessPipelineHook implements redis.Hook. A transaction is left to the cluster's client.
func (d direct) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if node := d.master(ctx, cmds...); node != nil {
			_, err := node.Pipelined(ctx, func(p redis.Pipeliner) error {
				for _, cmd := range cmds {
					_ = p.Process(ctx, cmd) // puts it in line, nothing more
				}
				return nil
			})
			if served(cmds...) {
				return err
			}
		}
		return next(ctx, cmds)
	}
}

// master is the node that can do all of the commands; nil: there is none, or nobody knows.
func (d direct) master(ctx context.Context, cmds ...redis.Cmder) *redis.Client {
	first, tag := "", ""
	for i, cmd := range cmds {
		at, args := keyAt[cmd.Name()], cmd.Args()
		if at == 0 || at >= len(args) {
			return nil
		}
		key, _ := args[at].(string)
		if i == 0 {
			first = key
			end := strings.IndexByte(key, '}')
			if !strings.HasPrefix(key, "{") || end < 0 {
				return nil
			}
			tag = key[:end+1]
		} else if !strings.HasPrefix(key, tag) {
			return nil
		}
	}
	node, err := d.cluster.MasterForKey(ctx, first)
	if err != nil {
		return nil
	}
	return node
}

// served reports whether a node has done its part for all of the commands. That there is nothing is an answer, and so is
// that it does not know a script.
func served(cmds ...redis.Cmder) bool {
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !errors.Is(err, redis.Nil) && !redis.HasErrorPrefix(err, "NOSCRIPT") {
			return false
		}
	}
	return true
}
