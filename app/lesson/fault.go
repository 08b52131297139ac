package lesson

import (
	"cmp"
	"fmt"
	"slices"
)

// Fault is something wrong in a lesson file. A Warning does not keep the lesson from being shown.
type Fault struct {
	File    string
	Line    int
	Text    string // what is wrong, and how to mend it
	Warning bool
}

func (f Fault) String() string {
	if f.Warning {
		return fmt.Sprintf("%s:%d: warning: %s", f.File, f.Line, f.Text)
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Text)
}

// Faults collects what is wrong, so that an author sees all of it at once.
type Faults []Fault

func (fs *Faults) add(file string, line int, format string, args ...any) {
	*fs = append(*fs, Fault{File: file, Line: max(line, 1), Text: fmt.Sprintf(format, args...)})
}

func (fs *Faults) warn(file string, line int, format string, args ...any) {
	*fs = append(*fs, Fault{File: file, Line: max(line, 1), Text: fmt.Sprintf(format, args...), Warning: true})
}

// sorted are the faults by file and line, each once.
func (fs Faults) sorted() Faults {
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(fs)
}

// Broken says whether there is more than warnings.
func (fs Faults) Broken() bool {
	return slices.ContainsFunc(fs, func(f Fault) bool { return !f.Warning })
}
