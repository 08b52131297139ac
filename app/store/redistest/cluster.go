package redistest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// slots is how many a Redis Cluster has.
const slots = 16384

// Cluster is a Redis Cluster of a test's own. Unlike a single server it refuses what reaches over slots.
type Cluster struct {
	Masters  []*Server // share the slots evenly
	Replicas []*Server // number i is of master i modulo their number
}

// StartCluster starts a cluster and returns when all nodes know each other and the replicas are in step. args are
// further options for every node.
func StartCluster(t testing.TB, masters, replicas int, args ...string) *Cluster {
	t.Helper()
	c := &Cluster{}
	must := func(err error) {
		if t.Helper(); err != nil {
			t.Fatalf("redistest: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	var nodes []*redis.Client
	for i := range masters + replicas {
		// Redis waits five seconds for further replicas before the first gets its data.
		server := Start(t, append([]string{"--cluster-enabled", "yes", "--repl-diskless-sync-delay", "0"}, args...)...)
		node := redis.NewClient(&redis.Options{Addr: server.Addr()})
		defer node.Close()
		must(node.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		if i < masters {
			c.Masters = append(c.Masters, server)
			must(node.ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err())
		} else {
			c.Replicas = append(c.Replicas, server)
		}
		if nodes = append(nodes, node); i > 0 {
			host, port, _ := strings.Cut(c.Masters[0].Addr(), ":")
			must(node.ClusterMeet(ctx, host, port).Err())
		}
	}
	// says waits until every one of the nodes has all the words in what it tells about itself.
	says := func(nodes []*redis.Client, command []any, words ...string) {
		t.Helper()
		for _, node := range nodes {
			for {
				text, err := node.Do(ctx, command...).Text()
				must(err)
				if containsAll(text, words) {
					break
				}
				time.Sleep(2 * pause)
			}
		}
	}
	says(nodes, []any{"CLUSTER", "INFO"}, "cluster_state:ok", fmt.Sprintf("cluster_known_nodes:%d\r", len(nodes)))
	var followed []string
	for i, node := range nodes[masters:] {
		id, err := nodes[i%masters].Do(ctx, "CLUSTER", "MYID").Text()
		must(err)
		must(node.Do(ctx, "CLUSTER", "REPLICATE", id).Err())
		followed = append(followed, "slave "+id)
	}
	says(nodes[masters:], []any{"INFO", "replication"}, "role:slave", "master_link_status:up")
	says(nodes, []any{"CLUSTER", "NODES"}, followed...) // else a replica that is told to take over might be no replica to its master
	return c
}

func containsAll(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// URL is the cluster's address, all masters and replicas.
func (c *Cluster) URL() string {
	var addresses []string
	for _, s := range append(append([]*Server{}, c.Masters...), c.Replicas...) {
		addresses = append(addresses, s.Addr())
	}
	return "redis://" + strings.Join(addresses, ",")
}

// KillMaster cuts the line from a master to its replica, kills the master a moment later, with whatever was written in
// that moment, and returns when the replica has taken its place and serves. Then the killed one may Start again: it
// becomes the replica.
func (c *Cluster) KillMaster(t testing.TB, i int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience) // Redis itself waits 15 seconds
	defer cancel()
	master, replica := redis.NewClient(&redis.Options{Addr: c.Masters[i].Addr()}), redis.NewClient(&redis.Options{Addr: c.Replicas[i].Addr()})
	defer master.Close()
	defer replica.Close()
	for { // one that has never had all of its master's data does not take over
		role, err := replica.Info(ctx, "replication").Result()
		if err != nil {
			t.Fatalf("redistest: the replica of master %d does not follow it: %v", i, err)
		}
		if strings.Contains(role, "master_link_status:up") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.Replicas[i].Pause() // else it would be connected again at once
	if err := master.Do(ctx, "CLIENT", "KILL", "TYPE", "replica").Err(); err != nil {
		t.Fatalf("redistest: %v", err)
	}
	time.Sleep(300 * time.Millisecond)
	c.Masters[i].Kill()
	c.Replicas[i].Resume()
	for {
		role, err := replica.Info(ctx, "replication").Result()
		state, stateErr := replica.ClusterInfo(ctx).Result()
		if err != nil || stateErr != nil {
			t.Fatalf("redistest: the replica of master %d does not take over: %v %v", i, err, stateErr)
		}
		if strings.Contains(role, "role:master") && strings.Contains(state, "cluster_state:ok") {
			return
		}
		time.Sleep(2 * pause)
	}
}
