package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// collectLess lets the heap grow to four times what is alive before it is collected. Where the learners' data lie in
// another program, what is alive is some 10 MB of prepared pages, and by default a busy server would collect 20 times a
// second to save 30 MB. GOGC overrules it.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(125)
	}
}

// returnMemory gives back what preparing the pages took, most of it buffers of the compressors: pools let go of what
// they hold at the second collection.
func returnMemory() {
	runtime.GC()
	debug.FreeOSMemory()
}
