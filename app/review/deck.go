package review

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Deck is all that one learner has in review.
type Deck struct {
	Cards   map[string]Card  // by question
	Zone    string           // IANA name of the zone that the learner's days are meant in; "" for UTC
	Day     Day              // that the counts and Given are of
	Done    int              // reviews answered on the day
	DoneNew int              // of these, at cards that were new
	Given   map[string]Given // the day's answers by question, so that what became of them can be shown again
}

// Given is an answer that was given in review.
type Given struct {
	Rep       int    // which answer to the card it was, from 1
	Certainty int    // as quiz.Certainty
	Variant   string // the wording that was shown
	Sent      string // as quiz.Sent: no space comes first
}

// Answer is an answer from outside review, or a question that was met and left without one.
type Answer struct {
	ID       string // the question
	At       time.Time
	Answered bool
	Right    bool
	Hesitant bool   // unsure, or with a hint
	Variant  string // the wording that was shown
}

// Location is the learner's zone.
func (d *Deck) Location() *time.Location {
	if zone, err := time.LoadLocation(d.Zone); err == nil {
		return zone
	}
	return time.UTC
}

// Fold makes cards of answers from elsewhere. What is not later than a card's last answer changes nothing, so the same
// answers may come again and again. A question without an answer becomes a new card.
func (d *Deck) Fold(p Params, answers []Answer) {
	answers = slices.Clone(answers)
	slices.SortStableFunc(answers, func(a, b Answer) int { return a.At.Compare(b.At) })
	for _, a := range answers {
		c, known := d.Cards[a.ID]
		switch {
		case a.Answered && (c.State == New || a.At.After(c.Last)):
			c = p.Next(c, Rate(a.Right, a.Hesitant), a.At)
			c.Variant = a.Variant
		case !a.Answered && !known:
			c = Card{Due: a.At.UTC().Truncate(time.Second)}
		default:
			continue
		}
		d.put(a.ID, c)
	}
}

func (d *Deck) put(id string, c Card) {
	if d.Cards == nil {
		d.Cards = map[string]Card{}
	}
	d.Cards[id] = c
}

// Take answers a card in review. It reports false, and changes nothing, when there is no such card or it has that answer
// already: whoever sends the same twice has answered once.
func (d *Deck) Take(p Params, id string, g Given, r Rating, now time.Time) bool {
	c, known := d.Cards[id]
	if !known || g.Rep != c.Reps+1 {
		return false
	}
	d.Turn(now)
	if c.State == New {
		d.DoneNew++
	}
	d.Done++
	c = p.Next(c, r, now)
	c.Variant = g.Variant
	d.put(id, c)
	d.Given[id] = g
	return true
}

// Turn begins the day of now, unless it has begun.
func (d *Deck) Turn(now time.Time) {
	if today := DayOf(now, d.Location()); d.Day != today || d.Given == nil {
		d.Day, d.Done, d.DoneNew, d.Given = today, 0, 0, map[string]Given{}
	}
}

// Queue is the learner's queue at now, with the counts of the day and nothing that only others know.
func (d *Deck) Queue(now time.Time) Queue {
	q := Queue{Cards: d.Cards, Now: now, Zone: d.Location()}
	if d.Day == DayOf(now, q.Zone) {
		q.Done, q.DoneNew = d.Done, d.DoneNew
	}
	return q
}

// Names of what is kept beside the cards. An id of a card has a slash, and an answer's begins with givenPrefix.
const (
	fieldZone   = "zone"
	fieldDay    = "day"
	givenPrefix = "="
)

// Fields writes the deck as it is kept: a card under its id, the day as "DAY DONE DONENEW", and an answer of the day under
// "=" and the card's id as "REP CERTAINTY VARIANT SENT".
func (d *Deck) Fields() map[string]string {
	out := make(map[string]string, len(d.Cards)+len(d.Given)+2)
	for id, c := range d.Cards {
		out[id] = c.Stored()
	}
	if d.Zone != "" {
		out[fieldZone] = d.Zone
	}
	if d.Day != 0 {
		out[fieldDay] = fmt.Sprintf("%d %d %d", d.Day, d.Done, d.DoneNew)
	}
	for id, g := range d.Given {
		out[givenPrefix+id] = fmt.Sprintf("%d %d %s %s", g.Rep, g.Certainty, g.Variant, g.Sent)
	}
	return out
}

// ReadDeck reads what Fields wrote. The error names a field that no deck has.
func ReadDeck(fields map[string]string) (Deck, error) {
	d := Deck{Cards: map[string]Card{}, Zone: fields[fieldZone], Given: map[string]Given{}}
	for name, value := range fields {
		var err error
		switch {
		case name == fieldZone:
		case name == fieldDay:
			_, err = fmt.Sscanf(value, "%d %d %d", &d.Day, &d.Done, &d.DoneNew)
		case strings.HasPrefix(name, givenPrefix):
			d.Given[name[len(givenPrefix):]], err = readGiven(value)
		default:
			d.Cards[name], err = Read(value)
		}
		if err != nil {
			return Deck{}, fmt.Errorf("review: field %s: %w", name, err)
		}
	}
	return d, nil
}

func readGiven(value string) (g Given, err error) {
	parts := strings.SplitN(value, " ", 4)
	if len(parts) != 4 {
		return g, errors.New("an answer has four parts")
	}
	var err1, err2 error
	g.Rep, err1 = strconv.Atoi(parts[0])
	g.Certainty, err2 = strconv.Atoi(parts[1])
	g.Variant, g.Sent = parts[2], parts[3]
	return g, errors.Join(err1, err2)
}

// Clone is a copy that can be changed without changing d.
func (d *Deck) Clone() Deck {
	c := *d
	c.Cards, c.Given = maps.Clone(d.Cards), maps.Clone(d.Given)
	return c
}
