package review

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// letters are the states as they are stored.
const letters = "nlrx"

// mostVariant bounds the name of a wording.
const mostVariant = 64

// Stored writes the card as it is kept: "STATE LAST WAIT STABILITY DIFFICULTY REPS LAPSES RATED VARIANT", about 40 bytes.
// STATE is n, l, r or x with the step behind it unless that is 0; LAST is in Unix seconds and WAIT, in seconds, runs from
// there until the card is due, both to the base of 36; VARIANT is left out when it is empty. A new card is "n DUE".
func (c Card) Stored() string {
	b := append(make([]byte, 0, 64), letters[c.State])
	if c.State == New {
		return string(strconv.AppendInt(append(b, ' '), max(0, c.Due.Unix()), 36))
	}
	if c.Step > 0 {
		b = strconv.AppendInt(b, int64(c.Step), 10)
	}
	b = strconv.AppendInt(append(b, ' '), c.Last.Unix(), 36)
	b = strconv.AppendInt(append(b, ' '), c.Due.Unix()-c.Last.Unix(), 36)
	b = strconv.AppendFloat(append(b, ' '), c.Stability, 'f', -1, 64)
	b = strconv.AppendFloat(append(b, ' '), c.Difficulty, 'f', -1, 64)
	b = strconv.AppendInt(append(b, ' '), int64(c.Reps), 10)
	b = strconv.AppendInt(append(b, ' '), int64(c.Lapses), 10)
	b = strconv.AppendInt(append(b, ' '), int64(c.Rated), 10)
	if c.Variant != "" {
		b = append(append(b, ' '), c.Variant...)
	}
	return string(b)
}

// Read reads what Stored wrote. Times are in UTC. The error says what is wrong with a text that no card makes.
func Read(stored string) (Card, error) {
	fields := strings.SplitN(stored, " ", 9)
	var n figures
	if fields[0] == "n" && len(fields) == 2 {
		return n.card(Card{Due: n.time(fields[1])})
	}
	if len(fields) < 8 {
		return Card{}, errors.New("review: a card has eight fields or more")
	}
	state := strings.IndexByte(letters[1:], (fields[0] + " ")[0])
	if state < 0 {
		return Card{}, fmt.Errorf("review: there is no state %q", fields[0])
	}
	c := Card{State: State(state + 1), Last: n.time(fields[1])}
	if step := fields[0][1:]; step != "" {
		c.Step = int(n.upTo(step, 10, 99))
	}
	c.Due = c.Last.Add(time.Duration(n.upTo(fields[2], 36, mostWait)) * time.Second)
	c.Stability = n.within(fields[3], leastStability, mostStability)
	c.Difficulty = n.within(fields[4], 1, 10)
	c.Reps = int(n.upTo(fields[5], 10, 1<<30))
	c.Lapses = int(n.upTo(fields[6], 10, int64(c.Reps)))
	c.Rated = Rating(n.upTo(fields[7], 10, int64(Easy)))
	if c.Rated < Again {
		n.note(errors.New("review: a card that was answered has a rating"))
	}
	if len(fields) == 9 {
		c.Variant = fields[8]
	}
	if len(c.Variant) > mostVariant {
		n.note(errors.New("review: the name of a wording is too long"))
	}
	return n.card(c)
}

// Bounds of stored figures, in seconds: no interval is longer, and no clock shows more.
const (
	mostWait = 200 * 366 * 24 * 60 * 60
	mostTime = 1 << 36
)

// figures reads figures and keeps the first error.
type figures struct{ err error }

// card is the card, unless one of its figures could not be read.
func (n *figures) card(c Card) (Card, error) {
	if n.err != nil {
		return Card{}, n.err
	}
	return c, nil
}

func (n *figures) time(s string) time.Time { return time.Unix(n.upTo(s, 36, mostTime), 0).UTC() }

// upTo reads a whole number from 0 to most.
func (n *figures) upTo(s string, base int, most int64) int64 {
	v, err := strconv.ParseInt(s, base, 64)
	if err == nil && (v < 0 || v > most) {
		err = fmt.Errorf("review: %s is out of range", s)
	}
	n.note(err)
	return v
}

// within reads a number between two others and rounds it to 8 digits.
func (n *figures) within(s string, least, most float64) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if v = round8(v); err == nil && !(v >= least && v <= most) {
		err = fmt.Errorf("review: %s is out of range", s)
	}
	n.note(err)
	return v
}

func (n *figures) note(err error) {
	if n.err == nil {
		n.err = err
	}
}
