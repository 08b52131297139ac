package main

import (
	"os"
	"runtime/debug"
)

// collectLess lets the heap grow to two and a half times what is alive before it is collected, until the returned function
// is called. Reading the lessons leaves a tenth of what it takes, and with a small heap the collector would run all the
// while: a third of a start. Where the learners' data lie in another program, what is alive is some 15 to 25 MB of lessons
// and prepared pages, and a busy server would collect ten times a second: a tenth of its time. GOGC overrules it.
func collectLess() (end func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	before := debug.SetGCPercent(150)
	return func() { debug.SetGCPercent(before) }
}
