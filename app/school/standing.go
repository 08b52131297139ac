package school

import (
	"crypto/sha256"
	"encoding/json"
)

// Group is where a class's table of an assignment puts a pupil.
type Group string

// The groups, in the order in which they are shown.
const (
	GroupDone    Group = "done"    // handed in, in time; another attempt may be open
	GroupLate    Group = "late"    // handed in, what counts of it after the due date
	GroupWorking Group = "working" // an attempt is open, nothing is handed in
	GroupWaiting Group = "waiting" // nothing is begun, and it can be
	GroupMissed  Group = "missed"  // nothing is handed in, and nothing can be
)

// Groups are all groups in order.
var Groups = []Group{GroupDone, GroupLate, GroupWorking, GroupWaiting, GroupMissed}

// Group is the group that the pupil belongs to.
func (s Standing) Group() Group {
	switch {
	case s.Done > 0 && s.Late:
		return GroupLate
	case s.Done > 0:
		return GroupDone
	case s.Phase == PhaseWorking:
		return GroupWorking
	case s.Phase == PhaseMissed:
		return GroupMissed
	}
	return GroupWaiting
}

// Effect is what a change of an assignment means for one pupil.
type Effect string

// The effects.
const (
	EffectLate    Effect = "late"     // what is handed in counts as late by now
	EffectInTime  Effect = "in-time"  // what counted as late no longer does
	EffectEnds    Effect = "ends"     // the open attempt is over at once, with what it has
	EffectReopens Effect = "reopens"  // an attempt that was over goes on
	EffectShut    Effect = "shut"     // could begin, and cannot any more
	EffectMay     Effect = "may"      // could not begin, and can now
	EffectTooMany Effect = "too-many" // has begun more attempts than there are by now; all of them stay
	EffectCounts  Effect = "counts"   // other points count than before
	EffectShows   Effect = "shows"    // sees the result by now
	EffectHides   Effect = "hides"    // sees the result no longer
)

// Effects are all effects in the order in which they are told.
var Effects = []Effect{EffectEnds, EffectReopens, EffectShut, EffectMay, EffectLate, EffectInTime, EffectTooMany, EffectCounts, EffectShows, EffectHides}

// Effects is what it means for a pupil to stand so after a change of the assignment, and before it as before says. tries is
// how many attempts the pupil has by now, 0 for as many as they like.
func (s Standing) Effects(before Standing, tries int) (list []Effect) {
	working, began := s.Phase == PhaseWorking, before.Phase == PhaseWorking
	for _, e := range []struct {
		effect Effect
		is     bool
	}{
		{EffectEnds, began && !working},
		{EffectReopens, !began && working},
		{EffectShut, before.MayBegin() && !s.MayBegin()},
		{EffectMay, !began && !working && !before.MayBegin() && s.MayBegin()},
		{EffectLate, s.Done > 0 && s.Late && !(before.Done > 0 && before.Late)},
		{EffectInTime, before.Done > 0 && s.Done > 0 && before.Late && !s.Late},
		{EffectTooMany, tries > 0 && s.Begun > tries},
		{EffectCounts, before.Done > 0 && s.Done == before.Done && s.Score != before.Score},
		{EffectShows, before.Done > 0 && !before.Released && s.Released},
		{EffectHides, before.Done > 0 && before.Released && !s.Released},
	} {
		if e.is {
			list = append(list, e.effect)
		}
	}
	return list
}

// Tag changes with anything that is stored of the assignment: a form that names it can be told from one that shows what is
// no longer so.
func (a Assignment) Tag() string {
	data, err := json.Marshal(a)
	if err != nil {
		return "" // an assignment has nothing that cannot be written
	}
	sum := sha256.Sum256(data)
	return slugs.EncodeToString(sum[:10])
}
