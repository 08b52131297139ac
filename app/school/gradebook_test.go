package school

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
)

// TestGradebook: means are over what was handed in and can earn something, and what was taken back counts for nobody.
func TestGradebook(t *testing.T) {
	members := []Member{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}, {ID: "c", Name: "C"}}
	assignments := []Assignment{{N: 1}, {N: 2}, {N: 3, Withdrawn: true}, {N: 4, Withdrawn: true}, {N: 5}}
	done := func(points, most float64) Standing {
		return Standing{Phase: PhaseDone, Begun: 1, Done: 1, Score: quiz.Score{Points: points, Max: most}}
	}
	b := NewGradebook(members, assignments, map[string]map[int]Standing{
		"a": {1: done(3, 4), 2: done(1, 4), 3: done(4, 4), 4: {Phase: PhaseMissed}, 5: done(0, 0)},
		"b": {1: done(-1, 4), 2: {Phase: PhaseWorking, Begun: 1}, 3: {Phase: PhaseMissed}, 5: {Phase: PhaseWaiting}},
		"c": {},
	})
	var shown []int
	for _, a := range b.Assignments {
		shown = append(shown, a.N)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 5}, shown); diff != "" {
		t.Errorf("assignments -want +got:\n%s", diff)
	}
	means := map[string]Mean{
		"a": b.Row(members[0]), "b": b.Row(members[1]), "c": b.Row(members[2]), "whole": b.Whole(),
		"1": b.Column(assignments[0]), "2": b.Column(assignments[1]), "3": b.Column(assignments[2]), "5": b.Column(assignments[4]),
	}
	want := map[string]Mean{"a": {2, 0.5}, "b": {1, 0}, "c": {}, "whole": {2, 0.25}, "1": {2, 0.375}, "2": {1, 0.25}, "3": {1, 1}, "5": {}}
	if diff := cmp.Diff(want, means); diff != "" {
		t.Errorf("means -want +got:\n%s", diff)
	}
}

// TestCountedAttempt: which attempt counts, what it earns, when it was handed in and whether that was late.
func TestCountedAttempt(t *testing.T) {
	due := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	at := func(hours int) int64 { return due.Add(time.Duration(hours) * time.Hour).Unix() }
	past := []Past{{"aaaaaaaaaaaaaaaa", 2, 4, at(-3)}, {"bbbbbbbbbbbbbbbb", 4, 4, at(1)}, {"cccccccccccccccc", 3, 6, at(-1)}}
	class := Class{ID: "dddddddddddddddd", Ends: "2027-07-31"}
	for _, row := range []struct {
		counts quiz.Method
		longer int64
		points float64
		id     string
		late   bool
	}{
		{quiz.First, 0, 2, "aaaaaaaaaaaaaaaa", false},
		{quiz.Highest, 0, 4, "bbbbbbbbbbbbbbbb", true},
		{quiz.Highest, at(2), 4, "bbbbbbbbbbbbbbbb", false},
		{quiz.Last, 0, 3, "cccccccccccccccc", false},
		{quiz.Average, 0, 4, "cccccccccccccccc", false}, // two thirds of 6
	} {
		a := Assignment{N: 2, Lesson: "x", Due: due.Unix(), Counts: row.counts, Late: LateMark}
		if row.longer != 0 {
			a.Longer = map[string]int64{"m": row.longer}
		}
		g := Given{Class: class, Assignment: a, Member: Member{ID: "m"}}
		s := g.Standing(Progress{Attempts: 3, Done: 3, Past: past}, due.Add(10*time.Hour))
		i := map[string]int{"aaaaaaaaaaaaaaaa": 0, "bbbbbbbbbbbbbbbb": 1, "cccccccccccccccc": 2}[row.id]
		if d := s.Score.Points - row.points; d > 1e-6 || d < -1e-6 || s.Counted != "x-dddddddddddddddd-2-"+row.id || s.Late != row.late || s.Handed != past[i].At {
			t.Errorf("%s: %+v, want %v of %s, late %v", row.counts, s, row.points, row.id, row.late)
		}
	}
}

// TestSortMembers: a list of names as people make it.
func TestSortMembers(t *testing.T) {
	var members []Member
	for _, name := range []string{"Zander", "bunter Igel", "Ähre", "Apfel", "Ahorn", "Éclair", "Öse", "Ofen", "", "Strasse", "Straße", "Bunter Igel"} {
		members = append(members, Member{ID: name, Name: name})
	}
	SortMembers(members)
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	if diff := cmp.Diff([]string{"", "Ahorn", "Ähre", "Apfel", "Bunter Igel", "bunter Igel", "Éclair", "Ofen", "Öse", "Strasse", "Straße", "Zander"}, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
