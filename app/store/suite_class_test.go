package store

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// aClass is a class of the teacher that is not stored yet, with a code that is nobody else's.
func aClass(t testing.TB, owner school.Teacher) school.Class {
	t.Helper()
	id, err := school.NewID(rand.Reader)
	must(t, err)
	return school.Class{
		ID: id, Name: "9b, Politik", Level: "9-10", Lang: "de", Zone: "Europe/Berlin", Ends: now().AddDate(0, 6, 0).Format(time.DateOnly),
		Created: now(), Code: joinCode(t), Owner: owner.ID,
	}
}

func joinCode(t testing.TB) string {
	t.Helper()
	code, err := school.NewJoinCode(rand.Reader)
	must(t, err)
	return code
}

func (b *bench) newClass(t testing.TB) school.Class {
	t.Helper()
	c := aClass(t, b.teacher(t))
	must(t, b.CreateClass(ctx(t), c))
	return c
}

// pupil stores a learner who joins the class.
func (b *bench) pupil(t testing.TB, class, name string) school.Learner {
	t.Helper()
	l, _, err := school.NewLearner(rand.Reader, now())
	must(t, err)
	must(t, b.CreateLearner(ctx(t), l, now()))
	_, err = b.Join(ctx(t), class, l.ID, name, now())
	must(t, err)
	return l
}

// goesWith checks that all of a class's keys and its code expire when the class does.
func (b *bench) goesWith(t testing.TB, c school.Class) {
	t.Helper()
	all := b.expiries(t, c.ID)
	if c.Code != "" {
		maps.Copy(all, b.expiries(t, joinKey(c.Code)))
	}
	if len(all) < 2 {
		t.Errorf("only %v are there", all)
	}
	for key, at := range all {
		if d := at - c.Goes().Unix(); d < -1 || d > 1 {
			t.Errorf("%s expires at %v, want %v", key, time.Unix(at, 0).UTC(), c.Goes().UTC())
		}
	}
}

func testClass(t *testing.T, b *bench) {
	owner := b.teacher(t)
	want := aClass(t, owner)
	want.Holidays = []school.Span{{From: "2026-12-23", To: "2027-01-06"}}
	together(t, 4, func(int) error { return b.CreateClass(ctx(t), want) })
	twin := want // a double click makes another code
	twin.Name, twin.Code = "another", joinCode(t)
	must(t, b.CreateClass(ctx(t), twin))
	b.reopen(t)
	got, err := b.Class(ctx(t), want.ID)
	must(t, err)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("-stored +read:\n%s", diff)
	}
	if got, err = b.ClassByCode(ctx(t), want.Code); err != nil || got.ID != want.ID {
		t.Errorf("the code leads to %q: %v", got.ID, err)
	}
	_, err = b.ClassByCode(ctx(t), twin.Code)
	is(t, "a code that was not needed", err, ErrNotFound)
	if left := b.keys(t, joinKey(twin.Code)); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	ids, err := b.TeacherClasses(ctx(t), owner.ID)
	must(t, err)
	if !slices.Equal(ids, []string{want.ID}) {
		t.Errorf("the teacher has %v", ids)
	}
	b.goesWith(t, want)

	other := aClass(t, b.teacher(t))
	other.Code = want.Code
	is(t, "a code that is another class's", b.CreateClass(ctx(t), other), ErrTaken)
	_, err = b.Class(ctx(t), other.ID)
	is(t, "the class that wanted it", err, ErrNotFound)
	thief := want
	thief.Owner, thief.Code = other.Owner, joinCode(t)
	is(t, "an id that is another teacher's class", b.CreateClass(ctx(t), thief), ErrConflict)
	if ids, _ = b.TeacherClasses(ctx(t), other.Owner); len(ids) > 0 {
		t.Errorf("the other teacher has %v", ids)
	}
	nobodys := aClass(t, school.Teacher{ID: "nobody"})
	is(t, "a class of nobody", b.CreateClass(ctx(t), nobodys), ErrNotFound)
}

func testClassCutShort(t *testing.T, b *bench) {
	c := aClass(t, b.teacher(t))
	refuse := b.refuse(createClass)
	is(t, "cut short", b.CreateClass(ctx(t), c), errCut)
	if at := b.expiries(t, joinKey(c.Code)); len(at) != 1 {
		t.Errorf("the code of a class that is not there: %v", at)
	}
	refuse.Store(false)
	refuse = b.refuse(addTeacherClass)
	is(t, "cut short", b.CreateClass(ctx(t), c), errCut)
	refuse.Store(false)
	must(t, b.CreateClass(ctx(t), c))
	if ids, err := b.TeacherClasses(ctx(t), c.Owner); err != nil || !slices.Equal(ids, []string{c.ID}) {
		t.Errorf("the teacher has %v: %v", ids, err)
	}
}

func testClassCode(t *testing.T, b *bench) {
	c, other := b.newClass(t), b.newClass(t)
	leads := func(code string, want bool) {
		t.Helper()
		got, err := b.ClassByCode(ctx(t), code)
		if want && (err != nil || got.ID != c.ID) || !want && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s leads to %q: %v", code, got.ID, err)
		}
	}
	old, fresh := c.Code, joinCode(t)
	for range 2 {
		must(t, b.ChangeCode(ctx(t), c, fresh))
	}
	leads(fresh, true)
	leads(old, false)
	if left := b.keys(t, joinKey(old)); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	c.Code = fresh
	b.goesWith(t, c)
	is(t, "a code that is another class's", b.ChangeCode(ctx(t), c, other.Code), ErrTaken)
	leads(fresh, true)

	// Cut short, the old code is still there, but it counts no more.
	next := joinCode(t)
	must(t, b.claim(ctx(t), next, c))
	must(t, b.writeClass(ctx(t), c, []any{classFieldCode, next}))
	leads(fresh, false)
	leads(next, true)
	must(t, b.ChangeCode(ctx(t), c, next))
	if left := b.keys(t, joinKey(fresh)); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	c.Code = next

	for range 2 {
		must(t, b.ChangeCode(ctx(t), c, ""))
	}
	leads(next, false)
	c.Code = ""
	must(t, b.ChangeCode(ctx(t), c, joinCode(t)))
	gone := aClass(t, school.Teacher{ID: c.Owner})
	is(t, "a code for a class that is not there", b.ChangeCode(ctx(t), gone, gone.Code), ErrNotFound)
}

// testClassSettings: what a class is can be changed, and how long it is there follows its last day.
func testClassSettings(t *testing.T, b *bench) {
	c := b.newClass(t)
	b.pupil(t, c.ID, "Mutiger Otter")
	_, err := b.Assign(ctx(t), c.ID, school.Assignment{Lesson: "pressure", Key: "one"})
	must(t, err)
	must(t, b.AddStaff(ctx(t), c.ID, b.teacher(t).ID, now()))
	must(t, b.InviteStaff(ctx(t), c.ID, "hash", now()))
	must(t, b.SetClassNotes(ctx(t), c.ID, true, true, now()))
	b.goesWith(t, c)
	if n := len(b.keys(t, c.ID)); n != len(classKeys(c.ID)) {
		t.Errorf("%d keys, want %d", n, len(classKeys(c.ID)))
	}

	c.Name, c.Level, c.Lang, c.Zone, c.Archived = "9c", "7-8", "en", "Europe/London", true
	c.Ends = now().AddDate(1, 6, 0).Format(time.DateOnly)
	c.Holidays = []school.Span{{From: "2027-04-01", To: "2027-04-09"}}
	for range 2 {
		must(t, b.ChangeClass(ctx(t), c))
	}
	c.Assigned = 1
	got, err := b.Class(ctx(t), c.ID)
	must(t, err)
	if diff := gocmp.Diff(c, got); diff != "" {
		t.Errorf("-stored +read:\n%s", diff)
	}
	b.goesWith(t, c)

	c.Archived, c.Holidays, c.Ends = false, nil, now().AddDate(0, 1, 0).Format(time.DateOnly)
	must(t, b.ChangeClass(ctx(t), c))
	if got, err = b.Class(ctx(t), c.ID); err != nil || gocmp.Diff(c, got) != "" {
		t.Errorf("taken back: %v %s", err, gocmp.Diff(c, got))
	}
	b.goesWith(t, c)

	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	must(t, b.DeleteClass(ctx(t), r))
	is(t, "a class that is gone", b.ChangeClass(ctx(t), c), ErrNotFound)
	if left := b.keys(t, c.ID); len(left) > 0 {
		t.Errorf("brought back: %v", left)
	}
}

func testRooms(t *testing.T, b *bench) {
	c, second := b.newClass(t), b.newClass(t)
	for _, name := range []string{"Wilde Eule", "mutiger Otter"} {
		b.pupil(t, c.ID, name)
	}
	left := b.pupil(t, c.ID, "Alte Amsel")
	must(t, b.Leave(ctx(t), c.ID, left.ID, school.LeftSelf))
	for _, lesson := range []string{"b", "a"} {
		_, err := b.Assign(ctx(t), c.ID, school.Assignment{Lesson: lesson, Key: lesson, Longer: map[string]int64{left.ID: 7}})
		must(t, err)
	}
	var staff []string
	for range 3 {
		teacher := b.teacher(t).ID
		staff = append(staff, teacher)
		must(t, b.AddStaff(ctx(t), c.ID, teacher, now()))
	}
	rooms, err := b.Rooms(ctx(t), []string{second.ID, "nothing", c.ID})
	must(t, err)
	if len(rooms) != 2 || rooms[0].ID != second.ID || rooms[1].ID != c.ID || len(rooms[0].Members)+len(rooms[0].Assignments) > 0 {
		t.Fatalf("%d rooms: %+v", len(rooms), rooms)
	}
	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	if diff := gocmp.Diff(r, rooms[1]); diff != "" {
		t.Errorf("alone it is another one: %s", diff)
	}
	var names []string
	for _, m := range r.Present() {
		names = append(names, m.Name)
	}
	if len(r.Members) != 3 || !slices.Equal(names, []string{"mutiger Otter", "Wilde Eule"}) {
		t.Errorf("present are %v of %d", names, len(r.Members))
	}
	if _, in := r.Member(left.ID); in {
		t.Error("who has left is in it")
	}
	if len(r.Assignments) != 2 || r.Assignments[0].Lesson != "b" || r.Assignments[1].N != 2 || r.Assignments[0].Longer[left.ID] != 7 {
		t.Errorf("assignments %+v", r.Assignments)
	}
	slices.Sort(staff)
	if !slices.Equal(r.Teachers, append([]string{c.Owner}, staff...)) {
		t.Errorf("teachers %v, want the owner %s and %v", r.Teachers, c.Owner, staff)
	}
	names2, err := b.TeacherNames(ctx(t), append(r.Teachers, "nobody"))
	must(t, err)
	if len(names2) != 4 || names2[c.Owner] != "Frau."+c.Owner {
		t.Errorf("names %v", names2)
	}
	_, err = b.Room(ctx(t), "nothing")
	is(t, "no class", err, ErrNotFound)

	for field, key := range map[string]string{classFieldHolidays: classKey(c.ID), left.ID: membersKey(c.ID), "1": assignmentsKey(c.ID)} {
		before := b.db.HGet(ctx(t), key, field).Val()
		must(t, b.db.HSet(ctx(t), key, field, "nonsense").Err())
		if _, err := b.Room(ctx(t), c.ID); err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
			t.Errorf("damage in %s of %s: %v", field, key, err)
		}
		must(t, b.db.HSet(ctx(t), key, field, before).Err())
	}
}

// testDeleteClass deletes a class, is cut short at every step, and does it again. What the pupils did stays theirs.
func testDeleteClass(t *testing.T, b *bench) {
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last})
	work := b.begin(t, c, edition("pressure", 3))
	colleague := b.teacher(t)
	must(t, b.AddStaff(ctx(t), c.class.ID, colleague.ID, now()))
	r, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	refuse := b.refuse(removeClass)
	is(t, "cut short", b.DeleteClass(ctx(t), r), errCut)
	refuse.Store(false)
	again, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	if diff := gocmp.Diff(r, again); diff != "" { // it can still be asked whose it is
		t.Errorf("half deleted: %s", diff)
	}
	refuse = b.refuse(removeTeacherClass)
	is(t, "cut short", b.DeleteClass(ctx(t), r), errCut)
	refuse.Store(false)
	_, err = b.Room(ctx(t), c.class.ID)
	is(t, "the class", err, ErrNotFound)
	must(t, b.DeleteClass(ctx(t), r))
	for _, teacher := range []string{c.class.Owner, colleague.ID} {
		if ids, err := b.TeacherClasses(ctx(t), teacher); err != nil || len(ids) > 0 {
			t.Errorf("%s has %v: %v", teacher, ids, err)
		}
	}
	if left := append(b.keys(t, "{c:"+c.class.ID), b.keys(t, joinKey(c.class.Code))...); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	own, err := b.Own(ctx(t), c.learner.ID, now())
	must(t, err)
	if len(own.Classes) != 0 || own.Progress[c.task.String()].Attempts != 1 {
		t.Errorf("the learner has %+v in %+v", own.Progress, own.Classes)
	}
	got := b.work(t, c.learner.ID, work.Attempt.ID)
	if !got.Attempt.Done() || got.Given != nil {
		t.Errorf("work for a class that is gone: %+v", got)
	}
}

func testStaff(t *testing.T, b *bench) {
	c := b.newClass(t)
	teachers := make([]string, school.MostTeachers+2)
	for i := range teachers {
		teachers[i] = b.teacher(t).ID
	}
	var full atomic.Int32
	together(t, len(teachers), func(i int) error {
		err := b.AddStaff(ctx(t), c.ID, teachers[i], now())
		if errors.Is(err, ErrFull) {
			full.Add(1)
			return nil
		}
		return err
	})
	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	if len(r.Teachers) != school.MostTeachers || full.Load() != 3 {
		t.Errorf("%d teachers, %d were too many", len(r.Teachers), full.Load())
	}
	one := r.Teachers[3]
	must(t, b.AddStaff(ctx(t), c.ID, one, now()))     // is in it, so it is not full for them
	must(t, b.AddStaff(ctx(t), c.ID, c.Owner, now())) // the owner is no further teacher
	if again, _ := b.Room(ctx(t), c.ID); !slices.Equal(again.Teachers, r.Teachers) {
		t.Errorf("again: %v, want %v", again.Teachers, r.Teachers)
	}
	for range 2 {
		must(t, b.RemoveStaff(ctx(t), c.ID, one))
	}
	must(t, b.RemoveStaff(ctx(t), c.ID, c.Owner+"x"))
	r, err = b.Room(ctx(t), c.ID)
	must(t, err)
	if ids, _ := b.TeacherClasses(ctx(t), one); len(ids) > 0 || slices.Contains(r.Teachers, one) || len(r.Teachers) != school.MostTeachers-1 {
		t.Errorf("removed: %v has %v", r.Teachers, ids)
	}
	b.goesWith(t, c)
	is(t, "a class that is not there", b.AddStaff(ctx(t), "nothing", one, now()), ErrNotFound)
	if left := b.keys(t, "{c:nothing}"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// testStaffInvite: an invitation lets one teacher into the class, within its time.
func testStaffInvite(t *testing.T, b *bench) {
	c, other := b.newClass(t), b.newClass(t)
	invite := func(at time.Time) string {
		t.Helper()
		_, hash, err := school.NewStaffInvite(c.ID, rand.Reader)
		must(t, err)
		for range 2 {
			must(t, b.InviteStaff(ctx(t), c.ID, hash, at))
		}
		return hash
	}
	open := func(at time.Time) []string {
		t.Helper()
		all, err := b.StaffInvites(ctx(t), c.ID, at)
		must(t, err)
		return slices.Sorted(maps.Keys(all))
	}
	hash := invite(now())
	is(t, "another class", b.JoinStaff(ctx(t), other.ID, b.teacher(t).ID, hash, now()), ErrNotFound)
	is(t, "no invitation", b.JoinStaff(ctx(t), c.ID, b.teacher(t).ID, strings.Repeat("0", 64), now()), ErrNotFound)
	is(t, "too late", b.JoinStaff(ctx(t), c.ID, b.teacher(t).ID, hash, now().Add(school.StaffInviteKept+time.Second)), ErrNotFound)

	teachers := make([]string, 6)
	for i := range teachers {
		teachers[i] = b.teacher(t).ID
	}
	var in atomic.Int32
	together(t, len(teachers), func(i int) error {
		err := b.JoinStaff(ctx(t), c.ID, teachers[i], hash, now())
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		in.Add(1)
		return err
	})
	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	if in.Load() != 1 || len(r.Teachers) != 2 || len(open(now())) > 0 {
		t.Fatalf("%d are let in: %v, open: %v", in.Load(), r.Teachers, open(now()))
	}
	colleague := r.Teachers[1]
	must(t, b.JoinStaff(ctx(t), c.ID, colleague, hash, now())) // a double click
	second := invite(now())
	must(t, b.JoinStaff(ctx(t), c.ID, colleague, second, now()))
	must(t, b.JoinStaff(ctx(t), c.ID, c.Owner, second, now()))
	if got := open(now()); !slices.Equal(got, []string{second}) {
		t.Errorf("who is in it takes an invitation: %v are left", got)
	}
	refuse := b.refuse(addTeacherClass)
	third := b.teacher(t).ID
	is(t, "cut short", b.JoinStaff(ctx(t), c.ID, third, second, now()), errCut)
	refuse.Store(false)
	must(t, b.JoinStaff(ctx(t), c.ID, third, second, now()))
	if ids, err := b.TeacherClasses(ctx(t), third); err != nil || !slices.Equal(ids, []string{c.ID}) {
		t.Errorf("the teacher has %v: %v", ids, err)
	}

	for range school.MostTeachers {
		invite(now())
	}
	is(t, "one too many", b.InviteStaff(ctx(t), c.ID, "more", now()), ErrFull)
	later := now().Add(school.StaffInviteKept)
	if got := open(later); len(got) > 0 {
		t.Errorf("open after their time: %v", got)
	}
	invite(later) // those whose time is over make room
	b.goesWith(t, c)
	for range 2 {
		must(t, b.DropStaffInvites(ctx(t), c.ID))
	}
	if got := open(later); len(got) > 0 {
		t.Errorf("open after all: %v", got)
	}
	is(t, "a class that is not there", b.InviteStaff(ctx(t), "nothing", "x", now()), ErrNotFound)
}

// testAssign: each form makes one assignment, under a number of its own.
func testAssign(t *testing.T, b *bench) {
	c := b.newClass(t)
	var numbers [20]int
	together(t, len(numbers), func(i int) error {
		a, err := b.Assign(ctx(t), c.ID, school.Assignment{Lesson: fmt.Sprintf("l-%d", i/2), Key: fmt.Sprintf("form-%d", i/2), Due: 5})
		numbers[i] = a.N
		return err
	})
	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	if len(r.Assignments) != 10 || r.Assigned != 10 {
		t.Fatalf("%d assignments, %d counted", len(r.Assignments), r.Assigned)
	}
	for i, n := range numbers {
		a, ok := r.Assignment(n)
		if !ok || n != numbers[i/2*2] || a.Lesson != fmt.Sprintf("l-%d", i/2) || a.Due != 5 || n < 1 || n > 10 {
			t.Errorf("form %d made number %d: %+v, %v", i/2, n, a, ok)
		}
	}
	if _, ok := r.Assignment(11); ok {
		t.Error("there is a number 11")
	}
	b.goesWith(t, c)
	must(t, b.db.HSet(ctx(t), classKey(c.ID), classFieldAssigned, school.MostAssignments).Err())
	_, err = b.Assign(ctx(t), c.ID, school.Assignment{Lesson: "l", Key: "more"})
	is(t, "one too many", err, ErrFull)
	a, err := b.Assign(ctx(t), c.ID, school.Assignment{Lesson: "other", Key: "form-3"})
	if err != nil || a.N != numbers[6] {
		t.Errorf("a form sent again when it is full: %d, %v", a.N, err)
	}
	_, err = b.Assign(ctx(t), "nothing", school.Assignment{Lesson: "l", Key: "k"})
	is(t, "a class that is not there", err, ErrNotFound)
	if left := b.keys(t, "{c:nothing}"); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// testChangeAssignment: of two who change the same thing, one is told.
func testChangeAssignment(t *testing.T, b *bench) {
	c := b.newClass(t)
	before, err := b.Assign(ctx(t), c.ID, school.Assignment{Lesson: "l", Key: "k", Due: 5, Longer: map[string]int64{"u": 9}, Round: &school.Round{Edition: "e", At: -1}})
	must(t, err)
	var won, lost atomic.Int32
	together(t, 6, func(i int) error {
		after := before
		after.Due = int64(10 + i)
		err := b.ChangeAssignment(ctx(t), c.ID, before, after)
		if errors.Is(err, ErrConflict) {
			lost.Add(1)
			return nil
		}
		won.Add(1)
		return err
	})
	if won.Load() != 1 || lost.Load() != 5 {
		t.Errorf("%d have changed it, %d are told that somebody else has", won.Load(), lost.Load())
	}
	r, err := b.Room(ctx(t), c.ID)
	must(t, err)
	now := r.Assignments[0]
	if now.Due < 10 || now.Longer["u"] != 9 || now.Lesson != "l" || now.Round == nil || *now.Round != (school.Round{Edition: "e", At: -1}) {
		t.Errorf("it is %+v", now)
	}
	must(t, b.ChangeAssignment(ctx(t), c.ID, before, now)) // sent twice
	next := now
	next.Withdrawn, next.Longer, next.Round = true, nil, &school.Round{Edition: "e", At: 0, Open: true}
	must(t, b.ChangeAssignment(ctx(t), c.ID, now, next))
	must(t, b.ChangeAssignment(ctx(t), c.ID, now, next))
	is(t, "what was shown before", b.ChangeAssignment(ctx(t), c.ID, now, before), ErrConflict)
	missing := now
	missing.N = 7
	is(t, "a number that is not there", b.ChangeAssignment(ctx(t), c.ID, missing, missing), ErrNotFound)
	is(t, "a class that is not there", b.ChangeAssignment(ctx(t), "nothing", now, next), ErrNotFound)
	if got, _ := b.Room(ctx(t), c.ID); len(got.Assignments) != 1 || !got.Assignments[0].Withdrawn {
		t.Errorf("in the end it is %+v", got.Assignments)
	}
	b.goesWith(t, c)
}

// testStandings reads where more pupils stand than one trip takes.
func testStandings(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Limit: 600, Release: school.ReleaseByHand})
	w := b.begin(t, c, e)
	second, err := b.Assign(ctx(t), c.class.ID, school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Key: "second", Due: c.given.Due, Late: school.LateMark, Counts: quiz.Last})
	must(t, err)
	for i := range standingsBatch + 2 {
		b.pupil(t, c.class.ID, fmt.Sprintf("Pupil %d", i))
	}
	gone := b.pupil(t, c.class.ID, "Zebra")
	r, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	members := r.Present()
	must(t, b.Delete(ctx(t), gone.ID)) // after the class was read
	at := func(when time.Time) map[string]map[int]school.Standing {
		t.Helper()
		all, err := b.Standings(ctx(t), r.Class, members, r.Assignments, when)
		must(t, err)
		if len(all) != len(members) {
			t.Errorf("%d of %d have a standing", len(all), len(members))
		}
		return all
	}
	got := at(now())
	if s := got[c.learner.ID][1]; s.Phase != school.PhaseWorking || s.Open != w.Attempt.ID || s.Of != 3 {
		t.Errorf("who is working: %+v", s)
	}
	if s := got[c.learner.ID][second.N]; s.Phase != school.PhaseWaiting || s.Begun != 0 {
		t.Errorf("the same lesson given again: %+v", s)
	}
	if s := got[gone.ID][1]; s.Phase != school.PhaseWaiting || s.Begun != 0 {
		t.Errorf("who is gone: %+v", s)
	}
	if s := at(now().Add(20 * time.Minute))[c.learner.ID][1]; s.Phase != school.PhaseDone || s.Done != 1 || s.Score.Max != 3 || s.Released {
		t.Errorf("when the time is up: %+v", s)
	}
	none, err := b.Standings(ctx(t), r.Class, members, nil, now())
	if err != nil || len(none) > 0 {
		t.Errorf("of nothing: %v, %v", none, err)
	}
	must(t, b.db.HSet(ctx(t), progressKey(c.learner.ID), c.task.String(), "nonsense").Err())
	if _, err := b.Standings(ctx(t), r.Class, members, r.Assignments, now()); err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
		t.Errorf("damage: %v", err)
	}
}

// testSeats reads classes as one of their pupils sees them.
func testSeats(t *testing.T, b *bench) {
	first, second, left, deleted, foreign := b.newClass(t), b.newClass(t), b.newClass(t), b.newClass(t), b.newClass(t)
	l := b.pupil(t, first.ID, "Otter")
	for _, c := range []school.Class{second, left, deleted} {
		_, err := b.Join(ctx(t), c.ID, l.ID, "Eule", now())
		must(t, err)
	}
	for _, key := range []string{"a", "b"} {
		_, err := b.Assign(ctx(t), second.ID, school.Assignment{Lesson: key, Key: key})
		must(t, err)
	}
	must(t, b.Leave(ctx(t), left.ID, l.ID, school.LeftSelf))
	r, err := b.Room(ctx(t), deleted.ID)
	must(t, err)
	must(t, b.DeleteClass(ctx(t), r))
	seats, err := b.Seats(ctx(t), l.ID, []string{left.ID, second.ID, deleted.ID, foreign.ID, first.ID, "nothing"})
	must(t, err)
	if len(seats) != 2 || seats[0].Class.ID != second.ID || seats[1].Class.ID != first.ID {
		t.Fatalf("seats %+v", seats)
	}
	if seats[0].Member.Name != "Eule" || seats[1].Member.Name != "Otter" || len(seats[0].Assignments) != 2 || len(seats[1].Assignments) != 0 ||
		!slices.IsSortedFunc(seats[0].Assignments, func(a, b school.Assignment) int { return cmp.Compare(a.N, b.N) }) {
		t.Errorf("seats %+v", seats)
	}
	if none, err := b.Seats(ctx(t), l.ID, nil); err != nil || len(none) > 0 {
		t.Errorf("of nothing: %v, %v", none, err)
	}
}
