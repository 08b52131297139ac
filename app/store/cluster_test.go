package store

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/store/redistest"
)

const slots = 16384

// startCluster starts n masters that share the slots, and returns their address. Unlike a single server they refuse
// what reaches over slots.
func startCluster(t *testing.T, n int) (address string) {
	t.Helper()
	var nodes []*redis.Client
	var addresses []string
	for i := range n {
		server := redistest.Start(t, "--cluster-enabled", "yes")
		db := redis.NewClient(&redis.Options{Addr: server.Addr()})
		defer db.Close()
		must(t, db.Do(ctx(t), "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		must(t, db.ClusterAddSlotsRange(ctx(t), i*slots/n, (i+1)*slots/n-1).Err())
		nodes, addresses = append(nodes, db), append(addresses, server.Addr())
		if i > 0 {
			host, port, err := net.SplitHostPort(addresses[0])
			must(t, err)
			must(t, db.ClusterMeet(ctx(t), host, port).Err())
		}
	}
	for deadline := time.Now().Add(20 * time.Second); !joined(t, nodes); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the cluster does not come together")
		}
	}
	return "redis://" + strings.Join(addresses, ",")
}

// joined says whether every node knows every other and where all slots are.
func joined(t *testing.T, nodes []*redis.Client) bool {
	t.Helper()
	for _, db := range nodes {
		info, err := db.ClusterInfo(ctx(t)).Result()
		must(t, err)
		if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d\r", len(nodes))) {
			return false
		}
	}
	return true
}
