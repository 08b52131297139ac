package main

import (
	"os"
	"runtime/debug"
)

// collectLess lets the heap grow to two and a half times what is alive before it is collected: reading the lessons leaves a
// tenth of what it takes, and with a small heap the collector would run all the while, a third of a start.
func collectLess() (end func()) { return collectAt(150) }

// collectSeldom lets it grow to three times what is alive. Where the learners' data lie in another program, what is alive is
// some 15 to 25 MB of lessons and prepared pages, and a busy server would collect ten times a second: a tenth of its time.
func collectSeldom() { collectAt(200) }

// collectAt sets by how many hundredths of what is alive the heap may grow. GOGC overrules it.
func collectAt(percent int) (before func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	old := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(old) }
}

// giveBack returns to the system what a start took and serving does not need, before anybody waits for memory: what reading the
// lessons left on the heap, and the pages of the program and of the database's directory that only a start goes through.
func giveBack(dir string) {
	debug.FreeOSMemory()
	_ = unmapRead(dir) // nothing is lost but the memory
}
