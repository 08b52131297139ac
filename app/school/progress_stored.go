package school

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Stored writes the progress as it is kept: a line of fields parted by spaces, zeros empty and those at its end left out, in
// the order of Progress; then "x START END POINTS MAX TEST" where the open attempt may end by itself, and a line
// "ID POINTS MAX AT" for each attempt in Past. Times in Unix seconds. Plain text and not JSON, which took a twentieth of the
// time of an answer.
func (p Progress) Stored() string {
	l := line(make([]byte, 0, 160))
	l.whole(int64(p.Attempts))
	l.text(p.Open)
	l.text(p.Edition)
	l.whole(int64(p.Given))
	l.whole(int64(p.Of))
	l.whole(int64(p.Done))
	l.text(p.Last)
	l.real(p.Points)
	l.real(p.Max)
	l.yes(p.Test)
	l.whole(p.At)
	l.end()
	if t := p.Timed; t != nil {
		l = append(l, "\nx "...)
		l.whole(t.Start)
		l.whole(t.End)
		l.real(t.Points)
		l.real(t.Max)
		l.yes(t.Test)
		l.end()
	}
	for _, past := range p.Past {
		l = append(l, '\n')
		l.text(past.ID)
		l.real(past.Points)
		l.real(past.Max)
		l.whole(past.At)
		l.end()
	}
	return string(l)
}

// line is what is written: each field with a space behind it.
type line []byte

func (l *line) text(s string) { *l = append(append(*l, s...), ' ') }

func (l *line) whole(n int64) {
	if n != 0 {
		*l = strconv.AppendInt(*l, n, 10)
	}
	l.text("")
}

func (l *line) real(f float64) {
	if f != 0 {
		*l = strconv.AppendFloat(*l, f, 'g', -1, 64)
	}
	l.text("")
}

func (l *line) yes(b bool) {
	if b {
		*l = append(*l, '1')
	}
	l.text("")
}

// end takes the spaces behind the last field with something in it.
func (l *line) end() {
	for n := len(*l); n > 0 && (*l)[n-1] == ' '; n-- {
		*l = (*l)[:n-1]
	}
}

// ReadProgress reads what Stored wrote, "" for that of who has begun nothing, and the JSON that it was kept as before.
func ReadProgress(stored string) (p Progress, err error) {
	if strings.HasPrefix(stored, "{") {
		err = json.Unmarshal([]byte(stored), &p)
		return p, err
	}
	head, rest, more := strings.Cut(stored, "\n")
	f := fieldsOf{left: head}
	p = Progress{
		Attempts: f.count(), Open: f.text(), Edition: f.text(), Given: f.count(), Of: f.count(), Done: f.count(), Last: f.text(),
		Points: f.real(), Max: f.real(), Test: f.yes(), At: f.whole(),
	}
	f.none()
	for more {
		head, rest, more = strings.Cut(rest, "\n")
		f.left = head
		id := f.text()
		switch {
		case id == "x" && p.Timed == nil && p.Past == nil:
			p.Timed = &Timed{Start: f.whole(), End: f.whole(), Points: f.real(), Max: f.real(), Test: f.yes()}
		case id == "x" || id == "":
			f.fail(errors.New("a line is not where it belongs"))
		default:
			p.Past = append(p.Past, Past{ID: id, Points: f.real(), Max: f.real(), At: f.whole()})
		}
		f.none()
	}
	if f.err != nil {
		return Progress{}, fmt.Errorf("school: this is no progress: %w", f.err)
	}
	return p, nil
}

// fieldsOf reads the fields of a line. The first that is none is its error, and all behind it are zero.
type fieldsOf struct {
	left string
	err  error
}

func (f *fieldsOf) fail(err error) {
	if f.err == nil && err != nil {
		f.err = err
	}
}

func (f *fieldsOf) text() (s string) {
	s, f.left, _ = strings.Cut(f.left, " ")
	return s
}

func (f *fieldsOf) whole() (n int64) {
	if s := f.text(); s != "" {
		var err error
		n, err = strconv.ParseInt(s, 10, 64)
		f.fail(err)
	}
	return n
}

// count is a whole number of something.
func (f *fieldsOf) count() int {
	s := f.text()
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 31)
	f.fail(err)
	return int(n)
}

func (f *fieldsOf) real() (x float64) {
	if s := f.text(); s != "" {
		var err error
		if x, err = strconv.ParseFloat(s, 64); err == nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
			err = fmt.Errorf("%q is no number of points", s)
		}
		f.fail(err)
	}
	return x
}

func (f *fieldsOf) yes() bool {
	s := f.text()
	if s != "" && s != "1" {
		f.fail(fmt.Errorf("%q is neither yes nor no", s))
	}
	return s == "1"
}

// none is after the last field of a line.
func (f *fieldsOf) none() {
	if f.left != "" {
		f.fail(fmt.Errorf("%q is left over", f.left))
	}
}
