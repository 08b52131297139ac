package school

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// Merging makes one of two entries that one person has in a class. What is here works out what comes of it; all of it may
// be worked out again, also from what it has given already, and comes to the same.

// MergedCare gives the person what either entry was given.
func MergedCare(a, b Care) Care {
	return Care{Extra: max(a.Extra, b.Extra), NoTimer: a.NoTimer || b.NoTimer, Tries: max(a.Tries, b.Tries)}
}

// Merged is the assignment with the later of two learners' due dates for the one who is kept.
func (a Assignment) Merged(kept, other string) Assignment {
	later, ok := a.Longer[other]
	if !ok {
		return a
	}
	a.Longer = maps.Clone(a.Longer)
	delete(a.Longer, other)
	if due := cmp.Or(a.Longer[kept], a.Due); later > due {
		a.Longer[kept] = later
	}
	if len(a.Longer) == 0 {
		a.Longer = nil
	}
	return a
}

// Merged is the progress at a class's task of a person who has so many attempts at it under two entries, of which other
// goes. Both are as they are now. Of two open attempts the kept entry's stays open; handIn is the id of the other's, which
// has to be handed in now as it stands.
func (p Progress) Merged(other Progress, begun int, now time.Time) (merged Progress, handIn string) {
	merged = p
	merged.Attempts = begun
	has := func(id string) bool {
		return slices.ContainsFunc(p.Past, func(past Past) bool { return pastOf(id) == past.ID })
	}
	switch {
	case other.Open == "" || other.Open == p.Open || has(other.Open):
	case p.Open == "":
		merged.Open, merged.Edition, merged.Given, merged.Timed = other.Open, other.Edition, other.Given, other.Timed
	default:
		handIn = other.Open
		var earned Timed
		if other.Timed != nil {
			earned = *other.Timed
		}
		other = other.over(earned.Points, earned.Max, earned.Test, now.Unix())
	}
	merged.Past = slices.Clone(p.Past)
	for _, past := range other.Past {
		if !slices.ContainsFunc(merged.Past, func(q Past) bool { return q.ID == past.ID }) && past.ID != pastOf(p.Open) {
			merged.Past = append(merged.Past, past)
		}
	}
	slices.SortStableFunc(merged.Past, func(a, b Past) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	if merged.Done = len(merged.Past); merged.Done > 0 {
		last := merged.Past[merged.Done-1]
		merged.Points, merged.Max, merged.Test = last.Points, last.Max, p.Test || other.Test
		id := cmp.Or(p.Last, other.Last)
		merged.Last = id[:len(id)-len(last.ID)] + last.ID
	}
	if other.At > p.At && (merged.Open == "" || merged.Open == other.Open) {
		merged.Of = other.Of
	}
	merged.At = max(p.At, other.At)
	return merged, handIn
}

// pastOf is how Past names an attempt: by the end of its id.
func pastOf(attempt string) string { return attempt[max(len(attempt)-16, 0):] }
