package main

import (
	"runtime"
	"testing"
)

// TestKeepRoom: with little alive the heap is collected when it has grown to the room, and with more alive than half of the
// room when that has doubled.
func TestKeepRoom(t *testing.T) {
	t.Setenv("GOGC", "")
	defer keepRoom(64 << 20)()
	if n := collections(640 << 20); n < 8 || n > 25 {
		t.Errorf("%d collections while 640 MB were thrown away, with room for 64", n)
	}
	alive := make([]byte, 128<<20)
	runtime.GC()
	runtime.GC() // its sentinel has seen what is alive
	if n := collections(640 << 20); n < 3 || n > 10 {
		t.Errorf("%d collections with 128 MB alive", n)
	}
	runtime.KeepAlive(alive)
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
