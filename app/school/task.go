package school

import (
	"io"
	"regexp"
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

// given is the name of a task that a class was given: the class's id and the number come after the lesson's id.
var given = regexp.MustCompile(`^([a-z0-9-]+)-([a-z0-9]{16})-([1-9][0-9]{0,3})$`)

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
	if m := given.FindStringSubmatch(name); m != nil && IsID(m[2]) {
		n, _ := strconv.Atoi(m[3]) // the pattern lets nothing else through
		return Task{Lesson: m[1], Class: m[2], N: n}, true
	}
	return Task{Lesson: name}, true
}

func slug(s string) bool {
	return s != "" && madeOf(s, "abcdefghijklmnopqrstuvwxyz0123456789-")
}

// madeOf reports whether the text has no other letters than these, which are ASCII.
func madeOf(s, letters string) bool {
	for i := range len(s) {
		if strings.IndexByte(letters, s[i]) < 0 {
			return false
		}
	}
	return true
}

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
	return ParseTask(attempt[:i])
}
