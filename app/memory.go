package main

import (
	"os"
	"runtime/debug"
)

// collectSeldom has garbage collected when it is twice what is alive, until the returned function is called. Reading the
// lessons leaves a tenth of what it takes, and with a small heap the collector would run all the while: a third of a start.
// GOGC overrules it.
func collectSeldom() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(200)
	return func() { debug.SetGCPercent(before) }
}

// collectLess lets the heap grow further than by default before it is collected. Where the learners' data lie in another
// program, what is alive is some 15 to 25 MB of lessons and prepared pages, and a busy server would collect ten times a second:
// a tenth of its time. GOGC overrules it.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(150)
	}
}
