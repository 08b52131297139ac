package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// collectLess lets the heap grow to two and a half times what is alive before it is collected: reading the lessons leaves a
// tenth of what it takes, and with a small heap the collector would run all the while, a third of a start. GOGC overrules it.
func collectLess() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(150)
	return func() { debug.SetGCPercent(before) }
}

// Room on the heap, see keepRoom.
const (
	roomBeside = 64 << 20  // where the learners' data lie in another program: lessons and prepared pages are some 20 MB
	roomWithin = 200 << 20 // where they lie in this one: those of 12 classes are some 60 MB
)

// keepRoom lets the heap grow to so many bytes before it is collected, or to twice what is alive if that is more: with
// little alive, a busy server would collect ten times a second, and who asks meanwhile waits. It looks at what is alive
// after each collection. GOGC overrules it.
func keepRoom(bytes uint64) (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	var ended atomic.Bool
	before := debug.SetGCPercent(100)
	percent, alive := 100, []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var collected func(struct{})
	collected = func(struct{}) {
		if ended.Load() {
			return
		}
		metrics.Read(alive)
		now := int(min(max(100*bytes/max(alive[0].Value.Uint64(), 1), 200)-100, 2000))
		if 10*now < 9*percent || 10*now > 11*percent { // each change stops everything for a moment
			percent = now
			debug.SetGCPercent(percent)
		}
		runtime.AddCleanup(new(sentinel), collected, struct{}{})
	}
	collected(struct{}{})
	return func() {
		ended.Store(true)
		debug.SetGCPercent(before)
	}
}

// sentinel is nobody's, so it is gone after the next collection. It holds a pointer: what holds none may share its memory
// with what lives on.
type sentinel struct{ _ *sentinel }

// giveBack returns to the system what a start took and serving does not need, before anybody waits for memory: what reading the
// lessons left on the heap, and the pages of the program and of the database's directory that only a start goes through.
func giveBack(dir string) {
	debug.FreeOSMemory()
	_ = unmapRead(dir) // nothing is lost but the memory
}
