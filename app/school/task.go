package school

import (
	"io"
	"strconv"
	"strings"
)

// Task is what work belongs to: a lesson that somebody takes of their own accord, or one that a class was given. The same
// lesson given twice makes two tasks, and neither is one's own.
type Task struct {
	Lesson string
	Class  string // id; "" for one's own
	N      int    // number of the assignment in the class, from 1; 0 for one's own
}

// String is the task's name, which ParseTask reads: "false-alarms", "false-alarms-CLASS-3".
func (t Task) String() string {
	if t.Own() {
		return t.Lesson
	}
	return t.Lesson + "-" + t.Class + "-" + strconv.Itoa(t.N)
}

// Own says whether no class has given it.
func (t Task) Own() bool { return t.Class == "" }

// Ref names a task within a learner's classes, as pages address it: "CLASS-3"; "" for one's own.
func (t Task) Ref() string {
	if t.Own() {
		return ""
	}
	return t.Class + "-" + strconv.Itoa(t.N)
}

// ParseRef reads a Ref; false when it is none.
func ParseRef(ref string) (class string, n int, ok bool) {
	t, ok := ParseTask("x-" + ref)
	return t.Class, t.N, ok && !t.Own()
}

// ParseTask reads a task's name; false when it cannot be one. A lesson whose id looks like a class's task is refused by
// the check of the lesson files.
func ParseTask(name string) (Task, bool) {
	if !slug(name) {
		return Task{}, false
	}
	return named(name), true
}

// named is the task of that name: of one that a class was given, the class's id and the number, of up to four digits, come
// after the lesson's id.
func named(name string) Task {
	if j := strings.LastIndexByte(name, '-'); j > 0 && j+1 < len(name) && len(name)-j <= 5 && name[j+1] != '0' {
		if i := strings.LastIndexByte(name[:j], '-'); i > 0 && IsID(name[i+1:j]) {
			if n, err := strconv.Atoi(name[j+1:]); err == nil {
				return Task{Lesson: name[:i], Class: name[i+1 : j], N: n}
			}
		}
	}
	return Task{Lesson: name}
}

func slug(s string) bool {
	return s != "" && madeOf(s, "abcdefghijklmnopqrstuvwxyz0123456789-")
}

// madeOf reports whether the text has no other letters than these.
func madeOf(s, letters string) bool { return strings.Trim(s, letters) == "" }

// IsID says whether the text can be an id that NewID has made.
func IsID(id string) bool {
	return len(id) == 16 && madeOf(id, idLetters)
}

// NewAttemptID makes an attempt's id. It carries the task's name, so that a request that names only the attempt leads to
// the one key that holds it.
func NewAttemptID(t Task, random io.Reader) (string, error) {
	id, err := NewID(random)
	return t.String() + "-" + id, err
}

// mostAttemptID is the longest id of an attempt, in bytes.
const mostAttemptID = 160

// TaskOf is the task in an attempt's id; false when it cannot be one.
func TaskOf(attempt string) (Task, bool) {
	i := strings.LastIndexByte(attempt, '-')
	if i <= 0 || len(attempt)-i-1 != 16 || len(attempt) > mostAttemptID || !slug(attempt) {
		return Task{}, false
	}
	return named(attempt[:i]), true
}
