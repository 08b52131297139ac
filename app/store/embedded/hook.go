package embedded

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// client is the go-redis client without its automatic pipelines: they may send a
// command before its hook was asked, and then the batch would not know of it.
type client struct{ *redis.Client }

var errAutoPipeline = fmt.Errorf("%w: automatic pipelines (use Pipelined)", ErrUnsupported)

func (client) AutoPipeline() (*redis.AutoPipeliner, error)      { return nil, errAutoPipeline }
func (client) AsyncAutoPipeline() (*redis.AutoPipeliner, error) { return nil, errAutoPipeline }

func (client) AutoPipelineWithOptions(*redis.AutoPipelineOptions) (*redis.AutoPipeliner, error) {
	return nil, errAutoPipeline
}

func (client) AsyncAutoPipelineWithOptions(*redis.AutoPipelineOptions) (*redis.AutoPipeliner, error) {
	return nil, errAutoPipeline
}

// hook stands between go-redis and miniredis.
type hook struct{ e *Engine }

func (h hook) DialHook(next redis.DialHook) redis.DialHook { return next }

func (h hook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		p, err := planFor([]redis.Cmder{cmd})
		if err != nil {
			return err
		}
		reply := error(nil)
		if err := h.e.do(ctx, p, func(ctx context.Context) { reply = next(ctx, cmd) }); err != nil {
			return err
		}
		return reply
	}
}

// ProcessPipelineHook treats a pipeline as one command: it is answered as a whole,
// and when any of it is refused none of it runs.
func (h hook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		p, err := planFor(withoutTransaction(cmds))
		reply := error(nil)
		if err == nil {
			err = h.e.do(ctx, p, func(ctx context.Context) { reply = next(ctx, cmds) })
		}
		if err == nil {
			return reply
		}
		// Whoever asks a single command must not take its value for an answer.
		for _, cmd := range cmds {
			cmd.SetErr(err)
		}
		return err
	}
}

// withoutTransaction takes off the MULTI and EXEC that go-redis puts around a
// transaction. Sent any other way they would split it over batches, and planFor
// refuses them.
func withoutTransaction(cmds []redis.Cmder) []redis.Cmder {
	if n := len(cmds); n >= 2 && cmds[0].Name() == "multi" && cmds[n-1].Name() == "exec" {
		return cmds[1 : n-1]
	}
	return cmds
}

// plan says how commands that are sent together have to be treated.
type plan struct {
	kind   kind
	keys   []string // that a read names
	anyKey bool     // the read may look at every key
}

func planFor(cmds []redis.Cmder) (plan, error) {
	p := plan{}
	for _, cmd := range cmds {
		s, known := commands[cmd.Name()]
		if !known {
			return plan{}, unsupported(cmd.Name())
		}
		if s.kind == session {
			return plan{}, fmt.Errorf("%w: a bare %q (use TxPipelined or Subscribe)", ErrUnsupported, cmd.Name())
		}
		p.kind = max(p.kind, s.kind)
		if err := p.addKeys(s, cmd.Args()[1:]); err != nil {
			return plan{}, err
		}
	}
	return p, nil
}

func (p *plan) addKeys(s spec, args []any) error {
	p.anyKey = p.anyKey || s.kind == read && s.first == 0
	err := error(nil)
	s.keys(len(args), func(i int) {
		key, ok := keyString(args[i])
		switch {
		case s.kind == read && ok:
			p.keys = append(p.keys, key)
		case s.kind == read:
			p.anyKey = true
		case ok:
			err = errors.Join(err, checkKey(key))
		default:
			err = fmt.Errorf("%w: a key of type %T (a string or bytes)", ErrUnsupported, args[i])
		}
	})
	return err
}

// keyString is the key as go-redis will send it, for the types that keys have.
func keyString(arg any) (key string, ok bool) {
	switch v := arg.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}
