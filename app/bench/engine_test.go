//go:build bench

package bench

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// engine is a kind of database, with as many processes on it as one would run.
type engine struct {
	name      string
	args      []string // of each redis-server; nil: embedded
	masters   int
	processes int
}

var engines = []engine{
	{"redis-server, AOF everysec", []string{"--appendfsync", "everysec"}, 1, 1},
	{"redis-server, AOF always", []string{"--appendfsync", "always"}, 1, 1},
	{"embedded", nil, 0, 1},
	{"cluster of 3, 2 processes", []string{"--appendfsync", "everysec"}, 3, 2},
}

// place is an engine that runs, empty.
type place struct {
	engine
	store.Config
	nodes []string // addresses of all redis-servers
	other string   // where the bare handlers of an embedded engine keep their data
}

func (e engine) start(t *testing.T) *place {
	t.Helper()
	p := &place{engine: e}
	switch e.masters {
	case 0:
		p.Config, p.other = store.Config{Dir: t.TempDir()}, t.TempDir()
	case 1:
		server := redistest.Start(t, e.args...)
		p.Config, p.nodes = store.Config{Address: server.URL()}, []string{server.Addr()}
	default:
		c := redistest.StartCluster(t, e.masters, 0, e.args...)
		p.Config = store.Config{Address: c.URL()}
		for _, m := range c.Masters {
			p.nodes = append(p.nodes, m.Addr())
		}
	}
	return p
}

// eberbach starts the real program on it, bare the handlers that it is measured against.
func (p *place) eberbach(t *testing.T, binary string) (s servers) {
	t.Helper()
	args := []string{"--redis", p.Address}
	if p.Dir != "" {
		args = []string{"--data", p.Dir}
	}
	for range p.processes {
		s = append(s, startEberbach(t, binary, args...))
	}
	return s
}

func (p *place) bare(t *testing.T, bytes string) (s servers) {
	t.Helper()
	env := "BENCH_REDIS=" + strings.Join(p.nodes, ",")
	if p.Dir != "" {
		env = "BENCH_DATA=" + p.other
	}
	for range p.processes {
		s = append(s, startBare(t, bytes, env))
	}
	return s
}

// traffic is what redis-servers have been asked.
type traffic struct {
	commands, in, out int
	cpu               time.Duration
}

// trips is the traffic of all nodes so far.
func (p *place) trips() (sum traffic) {
	for _, address := range p.nodes {
		node := redis.NewClient(&redis.Options{Addr: address})
		info, err := node.Info(context.Background(), "stats", "cpu").Result()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		_ = node.Close()
		for line := range strings.Lines(info) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			n, _ := strconv.Atoi(value)
			switch name {
			case "total_commands_processed":
				sum.commands += n
			case "total_net_input_bytes":
				sum.in += n
			case "total_net_output_bytes":
				sum.out += n
			case "used_cpu_sys", "used_cpu_user":
				seconds, _ := strconv.ParseFloat(value, 64)
				sum.cpu += time.Duration(seconds * float64(time.Second))
			}
		}
	}
	return sum
}

// add counts what came between two moments.
func (t *traffic) add(before, after traffic) {
	t.commands += after.commands - before.commands
	t.in += after.in - before.in
	t.out += after.out - before.out
	t.cpu += after.cpu - before.cpu
}

// each is the traffic of one of n requests in words; "" for an engine without a network.
func (t *traffic) each(n int) string {
	if t.commands == 0 || n == 0 {
		return ""
	}
	return fmt.Sprintf("  Redis %.1f commands, %.0f µs CPU, %d B in, %d B out", float64(t.commands)/float64(n), float64(t.cpu.Microseconds())/float64(n), t.in/n, t.out/n)
}
