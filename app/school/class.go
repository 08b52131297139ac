package school

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the machine that serves may have no list of time zones
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Class is a group of learners with their teachers.
type Class struct {
	ID       string
	Name     string
	Level    string // one of Levels
	Lang     string // of the pseudonyms, and of what is printed for the class
	Zone     string // IANA name of the time zone that dates and times are meant in
	Ends     string // the last day, YYYY-MM-DD
	Created  time.Time
	Archived bool   // out of sight, and nobody works in it
	Code     string // to join it by, "" when nobody may
	Owner    string // teacher's id; the others are let in by link
	Holidays []Span
	Assigned int // how many assignments there have been
}

// Span is days without school, both of them included, YYYY-MM-DD.
type Span struct {
	From string `json:"f"`
	To   string `json:"t"`
}

// Levels are the school years that a class can be in, as German and English schools count them.
var Levels = []string{"5-6", "7-8", "9-10", "11-13", "other"}

// IsLevel says whether the text is one of Levels.
func IsLevel(s string) bool { return slices.Contains(Levels, s) }

// DefaultLevel is what a new class is proposed.
const DefaultLevel = "9-10"

// Limits of what a class holds.
const (
	MostMembers     = 1200 // the demo's largest has 1,000
	MostAssignments = 200
	MostClasses     = 100 // of one teacher
	MostTeachers    = 10  // of one class
	MostHolidays    = 30
	MostClassName   = 60 // characters
)

// KeptAfter is how long a class outlives its last day.
const KeptAfter = 30 * 24 * time.Hour

// StaffInviteKept is how long somebody who is invited can become a further teacher of a class.
const StaffInviteKept = 7 * 24 * time.Hour

// NewStaffInvite makes the token of a link that lets a further teacher into a class, "id.secret" with the class's id, and
// what is stored of it.
func NewStaffInvite(class string, random io.Reader) (token, hash string, err error) {
	secret, err := newSecret(random)
	return class + "." + secret, hashSecret(secret), err
}

// ParseStaffInvite is the class in such a token and what is stored of it; false when it cannot be one.
func ParseStaffInvite(token string) (class, hash string, ok bool) {
	class, secret, ok := ParseToken(token)
	return class, hashSecret(secret), ok
}

// ProposedEnd is the end of the school year: the next 31 July that is at least two months away.
func ProposedEnd(now time.Time) string {
	end := time.Date(now.Year(), time.July, 31, 0, 0, 0, 0, time.UTC)
	if end.Before(now.AddDate(0, 2, 0)) {
		end = end.AddDate(1, 0, 0)
	}
	return end.Format(time.DateOnly)
}

// zones are the time zones that classes have, by name: to load one is to read a file.
var zones sync.Map

// Location is the class's time zone; UTC when the machine does not know it.
func (c Class) Location() *time.Location {
	if loc, ok := zones.Load(c.Zone); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(c.Zone, loc)
	return loc
}

// End is the end of the class's last day.
func (c Class) End() time.Time {
	day, err := time.ParseInLocation(time.DateOnly, c.Ends, c.Location())
	if err != nil {
		return c.Created
	}
	return day.AddDate(0, 0, 1)
}

// Goes is when the class is deleted with its members and assignments.
func (c Class) Goes() time.Time { return c.End().Add(KeptAfter) }

// Over says whether nobody works in the class any more.
func (c Class) Over(now time.Time) bool { return c.Archived || !now.Before(c.End()) }

// SoonGone is how long before its last day a class's people are told of it.
const SoonGone = 14 * 24 * time.Hour

// EndsSoon says whether the class's people are to be told that it ends, or has ended.
func (c Class) EndsSoon(now time.Time) bool { return !now.Before(c.End().Add(-SoonGone)) }

// Extended is the last day that an extension in one click gives: the end of the school year that comes then.
func (c Class) Extended(now time.Time) string {
	from := c.End()
	if from.Before(now) {
		from = now
	}
	return ProposedEnd(from)
}

// IsHoliday says whether the day of the time, in the class's zone, is without school.
func (c Class) IsHoliday(t time.Time) bool {
	day := t.In(c.Location()).Format(time.DateOnly)
	return slices.ContainsFunc(c.Holidays, func(s Span) bool { return s.From <= day && day <= s.To })
}

// Member is a learner in a class.
type Member struct {
	ID     string `json:"-"` // the learner's
	Name   string `json:"n"` // the pseudonym, no other's in the class
	Joined int64  `json:"j"` // Unix seconds
	Left   Left   `json:"l,omitempty"`
	Care   Care   `json:"c,omitzero"`
	Into   string `json:"i,omitempty"` // of LeftMerged: the member that this one is part of
	Moving bool   `json:"p,omitempty"` // of LeftMerged: not all work is over there yet
}

// Left is how a member has left a class; "" for who is in it.
type Left string

// How a member has left.
const (
	LeftSelf    Left = "self"    // by themselves
	LeftRemoved Left = "removed" // taken out by a teacher
	LeftDeleted Left = "deleted" // with all that was theirs
	LeftMerged  Left = "merged"  // is now part of another member who is the same person
)

// In says whether the member is in the class.
func (m Member) In() bool { return m.Left == "" }

// Care is what one pupil is given in every assignment of the class. Only the pupil and the class's teachers see it.
type Care struct {
	Extra   float64 `json:"x,omitempty"` // factor on time limits, 1 to 4; 0 stands for 1
	NoTimer bool    `json:"t,omitempty"` // no time limit at all
	Tries   int     `json:"a,omitempty"` // further attempts where they are limited
}

// MostExtra and MostTries bound Care.
const (
	MostExtra = 4.0
	MostTries = 10
)

// Any says whether the pupil is given anything.
func (c Care) Any() bool { return c != Care{} }

// Membership is what a learner keeps of a class they are in.
type Membership struct {
	Joined int64  `json:"j"`           // Unix seconds
	Code   string `json:"r,omitempty"` // hash of the recovery code that the class's teacher has given out last
}

// Room is a class with its people and assignments, as one trip reads it.
type Room struct {
	Class
	Members     []Member     // also those who have left; by name
	Assignments []Assignment // by number
	Teachers    []string     // ids, the owner first
}

// Member is the member with the learner's id; false when there is none in the class.
func (r *Room) Member(id string) (Member, bool) {
	i := slices.IndexFunc(r.Members, func(m Member) bool { return m.ID == id })
	if i < 0 || !r.Members[i].In() {
		return Member{}, false
	}
	return r.Members[i], true
}

// Present are the members who are in the class, by name.
func (r *Room) Present() []Member {
	return slices.DeleteFunc(slices.Clone(r.Members), func(m Member) bool { return !m.In() })
}

// Assignment is the assignment with the number; false when there is none.
func (r *Room) Assignment(n int) (Assignment, bool) {
	i := slices.IndexFunc(r.Assignments, func(a Assignment) bool { return a.N == n })
	if i < 0 {
		return Assignment{}, false
	}
	return r.Assignments[i], true
}

// SortMembers puts members in the order of their names, as a list of a class has them: capitals and what stands above
// letters decide only between names that are otherwise the same.
func SortMembers(members []Member) {
	keys := make(map[string]string, len(members))
	for _, m := range members {
		keys[m.Name] = orderKey(m.Name)
	}
	slices.SortFunc(members, func(a, b Member) int {
		return cmp.Or(strings.Compare(keys[a.Name], keys[b.Name]), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}

// orderKey is a name without what stands above its letters.
func orderKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(Folded(name)))
}
