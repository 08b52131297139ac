package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/urfave/cli/v3"

	"eberbach/app/store"
)

// place is where the answers are kept.
type place struct {
	data, redis string
	wait        int
	metrics     prometheus.Registerer // of what is measured; nil: nothing is
}

// stringFlag is a flag that is also an environment variable.
func stringFlag(name, value, usage string) cli.Flag {
	return &cli.StringFlag{Name: name, Value: value, Usage: usage, Sources: cli.EnvVars("EBERBACH_" + strings.ToUpper(name))}
}

// placeFlags are the flags of every command that needs the answers.
func placeFlags() []cli.Flag {
	return []cli.Flag{
		stringFlag("data", "", "`DIR` for the embedded database (default: eberbach in the user's data directory)"),
		stringFlag("redis", "", "`URL` of a Redis to use instead of the embedded database, redis://host:port/0"),
		&cli.IntFlag{Name: "wait", Usage: "`NUMBER` of Redis replicas that must have an answer before it counts as saved", Sources: cli.EnvVars("EBERBACH_WAIT")},
	}
}

func placeOf(c *cli.Command) place {
	return place{data: c.String("data"), redis: c.String("redis"), wait: c.Int("wait")}
}

// faults names everything that is wrong with the place, and fills in the default directory.
func (p *place) faults() (faults []error) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if p.redis != "" {
		if _, err := store.ParseAddress(p.redis); err != nil {
			add("--redis: %v", err)
		}
	} else if p.data == "" {
		dir, err := dataDir()
		if err != nil {
			add("--data: no user directory is known (%v); name a folder", err)
		}
		p.data = dir
	}
	if p.wait < 0 || p.wait > 0 && p.redis == "" {
		add("--wait %d: it is the number of replicas of a Redis, and needs --redis", p.wait)
	}
	return faults
}

// open opens the place for this process.
func (p place) open() (*store.Store, error) {
	db, err := store.Open(store.Config{Address: p.redis, Dir: p.data, Wait: p.wait, Metrics: p.metrics})
	if err != nil {
		return nil, cli.Exit("eberbach: "+err.Error(), exitConfig)
	}
	return db, nil
}

// dataDir is where a program keeps a user's data on this system.
func dataDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "eberbach"), nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share", "eberbach"), err
}
