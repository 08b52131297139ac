package quiz

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"
)

// Stored writes the attempt as it is kept, without its id (which is the key) and its revision (which the store puts in
// front, so that a script can compare it): a line about the attempt and one an answer, empty where none is given. The
// first line's fields are parted by spaces, empty ones at its end left out: edition, start, end, preset (empty for Practice),
// time limit, its extra factor, places drawn from pools, places graded again; times in Unix seconds, lists by commas.
// Plain text and not JSON, which took a fifth of the time of an answer. An attempt at ten choices takes about 300 bytes.
func (a *Attempt) Stored() string { return string(a.AppendStored(nil)) }

// AppendStored appends what Stored writes.
func (a *Attempt) AppendStored(b []byte) []byte {
	head := [...]string{a.Edition, strconv.FormatInt(a.Started.Unix(), 10), "", "", "", "", places(a.Drawn), places(a.Regraded)}
	if a.Done() {
		head[2] = strconv.FormatInt(a.Finished.Unix(), 10)
	}
	if a.Rules.Preset != Practice {
		head[3] = string(a.Rules.Preset)
	}
	if a.Rules.Limit != 0 {
		head[4] = strconv.FormatInt(int64(a.Rules.Limit/time.Second), 10)
	}
	if a.Rules.Extra != 0 {
		head[5] = strconv.FormatFloat(a.Rules.Extra, 'g', -1, 64)
	}
	used := len(head)
	for head[used-1] == "" {
		used--
	}
	for i, field := range head[:used] {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, field...)
	}
	for _, ans := range a.Answers {
		b = append(b, '\n')
		if ans != nil {
			b = ans.appendTo(b)
		}
	}
	return b
}

// ReadAttempt reads what Stored wrote. Its answers are only read as far as figures go, see Sent.
func ReadAttempt(id, lesson, stored string) (*Attempt, error) {
	head, rest, answered := strings.Cut(stored, "\n")
	fields := strings.Split(head, " ")
	if len(fields) < 2 || len(fields) > 8 || fields[0] == "" || !answered {
		return nil, errors.New("quiz: an attempt has an edition, a start and answers")
	}
	fields = append(fields, make([]string, 8-len(fields))...)
	var n numbers
	a := &Attempt{ID: id, Lesson: lesson, Edition: fields[0], Started: time.Unix(n.whole(fields[1]), 0).UTC(), Rules: Rules{Preset: Practice}}
	if fields[2] != "" {
		a.Finished = time.Unix(n.whole(fields[2]), 0).UTC()
	}
	if fields[3] != "" {
		a.Rules.Preset = Preset(fields[3])
	}
	if fields[4] != "" {
		a.Rules.Limit = time.Duration(n.upTo(fields[4], math.MaxInt64/int64(time.Second))) * time.Second
	}
	if fields[5] != "" {
		a.Rules.Extra = n.real(fields[5])
	}
	a.Drawn, a.Regraded = n.places(fields[6]), n.places(fields[7])
	if err := errors.Join(n.err, a.Rules.Check()); err != nil {
		return nil, err
	}
	a.Answers = make([]*Answer, 1+strings.Count(rest, "\n"))
	for i := range a.Answers {
		var line string
		if line, rest, _ = strings.Cut(rest, "\n"); line == "" {
			continue
		}
		var err error
		if a.Answers[i], err = readAnswer(line); err != nil {
			return nil, fmt.Errorf("quiz: answer %d: %w", i+1, err)
		}
	}
	return a, nil
}

// Tag tells whether an answer is still the one that somebody saw; "" where none is given.
func (ans *Answer) Tag() string {
	if ans == nil {
		return ""
	}
	h := fnv.New32a()
	_, _ = h.Write(ans.appendTo(nil)) // into memory
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// Said is the answer but for when it was given; "" where none is given.
func (ans *Answer) Said() string {
	if ans == nil {
		return ""
	}
	said := *ans
	said.After = 0
	return string(said.appendTo(nil))
}

// appendTo writes "FRACTION,CLOSED,CERTAINTY,SECONDS TRY|TRY", oldest try first.
func (ans *Answer) appendTo(b []byte) []byte {
	b = strconv.AppendFloat(b, ans.Fraction, 'g', -1, 64)
	b = strconv.AppendInt(append(b, ','), int64(bool2int(ans.Closed)), 10)
	b = strconv.AppendInt(append(b, ','), int64(ans.Certainty), 10)
	b = strconv.AppendInt(append(b, ','), int64(ans.After/time.Second), 10)
	for i, try := range ans.Tries {
		b = append(append(b, " |"[min(i, 1)]), try...)
	}
	return b
}

// readAnswer reads what appendTo wrote.
func readAnswer(line string) (*Answer, error) {
	head, tries, ok := strings.Cut(line, " ")
	fraction, rest, ok1 := strings.Cut(head, ",")
	closed, rest, ok2 := strings.Cut(rest, ",")
	certainty, seconds, ok3 := strings.Cut(rest, ",")
	if !ok || !ok1 || !ok2 || !ok3 {
		return nil, errors.New("it has not four figures and a response")
	}
	var n numbers
	ans := &Answer{Fraction: n.real(fraction), Closed: closed == "1", Certainty: Certainty(n.upTo(certainty, int64(Very)))}
	ans.After = time.Duration(n.upTo(seconds, math.MaxInt64/int64(time.Second))) * time.Second
	if n.err != nil {
		return nil, n.err
	}
	if !(ans.Fraction >= 0 && ans.Fraction <= 1) {
		return nil, errors.New("its fraction is out of range")
	}
	ans.Tries = make([]Sent, 1+strings.Count(tries, "|"))
	for i := range ans.Tries {
		var try string
		try, tries, _ = strings.Cut(tries, "|")
		ans.Tries[i] = Sent(try)
		if err := ans.Tries[i].Check(); err != nil {
			return nil, err
		}
	}
	return ans, nil
}

// numbers reads figures and keeps the first error.
type numbers struct{ err error }

func (n *numbers) whole(s string) int64 {
	v, err := strconv.ParseInt(s, 10, 64)
	n.note(err)
	return v
}

// upTo reads a whole number from 0 to most.
func (n *numbers) upTo(s string, most int64) int64 {
	v := n.whole(s)
	if v < 0 || v > most {
		n.note(fmt.Errorf("%d is out of range", v))
		return 0
	}
	return v
}

func (n *numbers) real(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	n.note(err)
	return v
}

// places reads a list of places; nil for an empty text.
func (n *numbers) places(s string) (list []int) {
	if s == "" {
		return nil
	}
	for part := range strings.SplitSeq(s, ",") {
		list = append(list, int(n.upTo(part, math.MaxInt32)))
	}
	return list
}

func (n *numbers) note(err error) {
	if n.err == nil {
		n.err = err
	}
}

// places writes a list of places.
func places(list []int) string {
	var b []byte
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(v), 10)
	}
	return string(b)
}
