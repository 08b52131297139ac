package school

import (
	"slices"
)

// Gradebook is where pupils of a class stand with its assignments.
type Gradebook struct {
	Members     []Member
	Assignments []Assignment
	Standings   map[string]map[int]Standing // by learner and number
}

// NewGradebook sets up the table of members and assignments. An assignment that was taken back is in it only when
// somebody had begun it.
func NewGradebook(members []Member, assignments []Assignment, standings map[string]map[int]Standing) Gradebook {
	b := Gradebook{Members: members, Standings: standings}
	for _, a := range assignments {
		begun := func(m Member) bool { return b.At(m, a).Begun > 0 }
		if !a.Withdrawn || slices.ContainsFunc(members, begun) {
			b.Assignments = append(b.Assignments, a)
		}
	}
	return b
}

// At is where a member stands with an assignment.
func (b Gradebook) At(m Member, a Assignment) Standing { return b.Standings[m.ID][a.N] }

// Mean is the mean of what was handed in and can earn something. What was not handed in is not in it: whether that is
// worth nothing is for the teacher to say.
type Mean struct {
	N        int     // how many are in it
	Fraction float64 // 0 when there is none
}

// Row is a member's mean over the assignments. One that was taken back does not count.
func (b Gradebook) Row(m Member) Mean {
	var all []float64
	for _, a := range b.Assignments {
		if f, ok := b.At(m, a).Fraction(); ok && !a.Withdrawn {
			all = append(all, f)
		}
	}
	return meanOf(all)
}

// Column is the mean of an assignment over the members.
func (b Gradebook) Column(a Assignment) Mean {
	var all []float64
	for _, m := range b.Members {
		if f, ok := b.At(m, a).Fraction(); ok {
			all = append(all, f)
		}
	}
	return meanOf(all)
}

// Whole is the mean of the members' means.
func (b Gradebook) Whole() Mean {
	var all []float64
	for _, m := range b.Members {
		if mean := b.Row(m); mean.N > 0 {
			all = append(all, mean.Fraction)
		}
	}
	return meanOf(all)
}

func meanOf(all []float64) Mean {
	if len(all) == 0 {
		return Mean{}
	}
	sum := 0.0
	for _, f := range all {
		sum += f
	}
	return Mean{len(all), sum / float64(len(all))}
}

// Fraction is what counts, 0..1; false when nothing is handed in or nothing can be earned.
func (s Standing) Fraction() (float64, bool) {
	return max(s.Score.Fraction(), 0), s.Done > 0 && s.Score.Max > 0
}
