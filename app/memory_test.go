package main

import (
	"runtime"
	"runtime/metrics"
	"testing"
)

// TestKeepRoom: with little alive the heap is collected when it has grown to the room, and with more alive than half of the
// room when that has doubled.
func TestKeepRoom(t *testing.T) {
	t.Setenv("GOGC", "")
	defer keepRoom(64 << 20)()
	waits(t, func() bool { runtime.GC(); return percent() > 200 })
	if n := collections(640 << 20); n < 2 || n > 25 { // some of what is thrown away counts as alive while it is collected
		t.Errorf("%d collections while 640 MB were thrown away, with room for 64", n)
	}
	alive := make([]byte, 128<<20)
	waits(t, func() bool { runtime.GC(); return percent() == 100 })
	if n := collections(640 << 20); n < 2 || n > 10 {
		t.Errorf("%d collections with 128 MB alive", n)
	}
	runtime.KeepAlive(alive)
}

// percent is by how much the heap may grow now.
func percent() uint64 {
	s := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

var thrownAway []byte

// collections counts those that happen while so many bytes are allocated and let go.
func collections(bytes int) uint32 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range bytes >> 14 {
		thrownAway = make([]byte, 1<<14)
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}
