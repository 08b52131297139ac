package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// newLearner stores a learner who has begun nothing.
func (b *bench) newLearner(t testing.TB) school.Learner {
	t.Helper()
	l, _, err := school.NewLearner(rand.Reader, now())
	must(t, err)
	must(t, b.CreateLearner(ctx(t), l, now()))
	return l
}

// member lets a new learner join a class.
func (b *bench) member(t testing.TB, class, name string) school.Learner {
	t.Helper()
	l := b.newLearner(t)
	_, err := b.Join(ctx(t), class, l.ID, name, now())
	must(t, err)
	return l
}

// names are the names of a class's members as they are now, by how they have left; "" for who is in it.
func (b *bench) names(t testing.TB, class string) map[school.Left][]string {
	t.Helper()
	r, err := b.Room(ctx(t), class)
	must(t, err)
	out := map[school.Left][]string{}
	for _, m := range r.Members {
		out[m.Left] = append(out[m.Left], m.Name)
	}
	return out
}

func (b *bench) hasNames(t testing.TB, class string, want map[school.Left][]string) {
	t.Helper()
	if diff := cmp.Diff(want, b.names(t, class)); diff != "" {
		t.Errorf("members -want +got:\n%s", diff)
	}
}

// newCode is the hash of a new recovery code.
func newCode(t testing.TB) string {
	t.Helper()
	code, err := school.NewCode(rand.Reader)
	must(t, err)
	return school.HashCode(code)
}

var practice = school.Assignment{Lesson: "pressure", Preset: quiz.Practice, Counts: quiz.Last}

func testJoin(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	class := c.class.ID
	l := b.newLearner(t)
	m, err := b.Join(ctx(t), class, l.ID, "Stiller Wal", now())
	must(t, err)
	if want := (school.Member{ID: l.ID, Name: "Stiller Wal", Joined: m.Joined}); m != want || time.Since(time.Unix(m.Joined, 0)) > time.Minute {
		t.Errorf("joined as %+v", m)
	}
	again, err := b.Join(ctx(t), class, l.ID, "Anderer Name", now().Add(time.Hour))
	must(t, err)
	if again != m {
		t.Errorf("joined again as %+v, before %+v", again, m)
	}
	b.hasNames(t, class, map[school.Left][]string{"": {"Mutiger Otter", "Stiller Wal"}})

	own, err := b.Own(ctx(t), l.ID, now())
	must(t, err)
	seats, err := b.Seats(ctx(t), l.ID, slices.Collect(maps.Keys(own.Classes)))
	must(t, err)
	if len(seats) != 1 || seats[0].Class.ID != class || seats[0].Member != m || len(seats[0].Assignments) != 1 {
		t.Errorf("the learner's seats: %+v", seats)
	}
	b.expiries(t, l.ID)

	is(t, "a name that is another's", errOf(b.Join(ctx(t), class, b.newLearner(t).ID, "  mutiger OTTER", now())), ErrTaken)
	is(t, "a class that is not there", errOf(b.Join(ctx(t), another(class), l.ID, "Wal", now())), ErrNotFound)
	is(t, "a learner who is not there", errOf(b.Join(ctx(t), class, another(l.ID), "Wal", now())), ErrNotFound)
	must(t, leave.Run(ctx(t), b.db, leaveKeys(l.ID)).Err())
	is(t, "a learner who is being deleted", errOf(b.Join(ctx(t), class, l.ID, "Wal", now())), ErrNotFound)
}

func errOf[T any](_ T, err error) error { return err }

func testJoinFull(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	var crowd []any
	for i := range school.MostMembers - 2 {
		crowd = append(crowd, fmt.Sprint("somebody", i), fmt.Sprintf(`{"n":"Name %d","j":1}`, i))
	}
	must(t, b.db.HSet(ctx(t), membersKey(c.class.ID), crowd...).Err())
	last := b.member(t, c.class.ID, "Letzter Platz")
	late := b.newLearner(t)
	is(t, "one too many", errOf(b.Join(ctx(t), c.class.ID, late.ID, "Zu Spät", now())), ErrFull)
	must(t, errOf(b.Join(ctx(t), c.class.ID, last.ID, "Letzter Platz", now())))
	must(t, b.Leave(ctx(t), c.class.ID, last.ID, school.LeftSelf))
	must(t, errOf(b.Join(ctx(t), c.class.ID, last.ID, "Letzter Platz", now()))) // who has a place keeps it
}

// testJoinTogether: of those who want the same name at once one has it, and who joins many times at once is one member.
func testJoinTogether(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	class, l := c.class.ID, b.newLearner(t)
	together(t, 8, func(i int) error {
		_, err := b.Join(ctx(t), class, l.ID, fmt.Sprint("Name ", i), now())
		return err
	})
	if n := len(b.names(t, class)[""]); n != 2 {
		t.Errorf("%d members, want 2", n)
	}
	names, err := b.db.HLen(ctx(t), namesKey(class)).Result()
	must(t, err)
	if names != 2 {
		t.Errorf("%d names are taken by 2 members", names)
	}
	in := make([]bool, 8)
	others := make([]school.Learner, len(in))
	for i := range others {
		others[i] = b.newLearner(t)
	}
	together(t, len(in), func(i int) error {
		_, err := b.Join(ctx(t), class, others[i].ID, "Leiser Luchs", now())
		if in[i] = err == nil; errors.Is(err, ErrTaken) {
			return nil
		}
		return err
	})
	if n := len(slices.DeleteFunc(in, func(ok bool) bool { return !ok })); n != 1 {
		t.Errorf("%d have the same name", n)
	}
}

func testRename(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	class, l := c.class.ID, b.member(t, c.class.ID, "Stiller Wal")
	rename := func(learner, name string) error {
		return errOf(b.ChangeMember(ctx(t), class, learner, func(m *school.Member) error { m.Name = name; return nil }))
	}
	is(t, "a name that is another's", rename(l.ID, "MUTIGER otter"), ErrTaken)
	must(t, rename(l.ID, "stiller  WAL")) // one's own, written otherwise
	must(t, rename(l.ID, "Lauter Wal"))
	must(t, rename(c.learner.ID, "Stiller Wal")) // it is free now
	is(t, "somebody who is not in the class", rename(b.newLearner(t).ID, "Wal"), ErrNotFound)
	b.hasNames(t, class, map[school.Left][]string{"": {"Lauter Wal", "Stiller Wal"}})
	refused := errors.New("no")
	is(t, "a change that is not made", errOf(b.ChangeMember(ctx(t), class, l.ID, func(m *school.Member) error { m.Name = "x"; return refused })), refused)

	together(t, 10, func(i int) error { // none of them undoes another's
		return errOf(b.ChangeMember(ctx(t), class, l.ID, func(m *school.Member) error { m.Care.Tries++; return nil }))
	})
	r, err := b.Room(ctx(t), class)
	must(t, err)
	if m, _ := r.Member(l.ID); m.Care.Tries != 10 || m.Name != "Lauter Wal" {
		t.Errorf("after ten changes at once: %+v", m)
	}
}

func testLeave(t *testing.T, b *bench) {
	for _, how := range []school.Left{school.LeftSelf, school.LeftRemoved} {
		c := b.classroom(t, practice)
		class, id := c.class.ID, c.learner.ID
		w := b.begin(t, c, edition("pressure", 3))
		_, err := b.ChangeMember(ctx(t), class, id, func(m *school.Member) error { m.Care.NoTimer = true; return nil })
		must(t, err)
		for range 2 {
			must(t, b.Leave(ctx(t), class, id, how))
			b.hasNames(t, class, map[school.Left][]string{how: {"Mutiger Otter"}})
		}
		own, err := b.Own(ctx(t), id, now())
		must(t, err)
		if len(own.Classes) != 0 {
			t.Errorf("still in %v", own.Classes)
		}
		seats, err := b.Seats(ctx(t), id, []string{class})
		must(t, err)
		if len(seats) != 0 {
			t.Errorf("still has a seat: %+v", seats)
		}
		is(t, "the name meanwhile", errOf(b.Join(ctx(t), class, b.newLearner(t).ID, "Mutiger Otter", now())), ErrTaken)
		m, err := b.Join(ctx(t), class, id, "Neuer Name", now())
		must(t, err)
		if m.Name != "Mutiger Otter" || !m.In() || m.Care.Any() {
			t.Errorf("back as %+v", m)
		}
		if back := b.work(t, id, w.Attempt.ID); back.Attempt.Done() || back.Given == nil {
			t.Errorf("the work is %+v", back.Attempt)
		}
	}
	c := b.classroom(t, practice)
	must(t, b.Leave(ctx(t), c.class.ID, b.newLearner(t).ID, school.LeftSelf)) // who never was in it
}

// testCodes: the code given last lets in, for everything or for one class.
func testCodes(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	class, id := c.class.ID, c.learner.ID
	whole, scoped := newCode(t), newCode(t)
	give := func(class, hash string) {
		t.Helper()
		for range 2 { // repeated, it is the same
			must(t, b.GiveCode(ctx(t), id, class, hash, now()))
		}
	}
	lets := func(hash, wantClass string) {
		t.Helper()
		own, scope, err := b.ByCode(ctx(t), hash, now())
		must(t, err)
		if own.ID != id || scope != wantClass {
			t.Errorf("the code lets in %s for %q", own.ID, scope)
		}
		at, err := b.db.ExpireTime(ctx(t), recoveryKey(hash)).Result()
		must(t, err)
		if at <= 0 {
			t.Error("the code never expires")
		}
	}
	dead := func(what, hash string) {
		t.Helper()
		is(t, what, errOf2(b.ByCode(ctx(t), hash, now())), ErrNotFound)
	}
	give("", whole)
	give(class, scoped)
	lets(whole, "")
	lets(scoped, class)
	newWhole, newScoped := newCode(t), newCode(t)
	give("", newWhole)
	give(class, newScoped)
	dead("the old code", whole)
	dead("the class's old code", scoped)
	for _, hash := range []string{whole, scoped} {
		if n, err := b.db.Exists(ctx(t), recoveryKey(hash)).Result(); n != 0 || err != nil {
			t.Errorf("an old code is still there: %v", err)
		}
	}
	lets(newWhole, "")
	lets(newScoped, class)
	if refs, err := b.db.SMembers(ctx(t), refsKey(id)).Result(); len(refs) != 2 || err != nil {
		t.Errorf("keys elsewhere: %v %v", refs, err)
	}
	later := now().Add(24 * time.Hour)
	must(t, b.Visit(ctx(t), id, nil, later))
	for _, hash := range []string{newWhole, newScoped} {
		if at, err := b.db.ExpireTime(ctx(t), recoveryKey(hash)).Result(); err != nil || int64(at/time.Second) != expiry(later) {
			t.Errorf("a code expires at %v after a visit: %v", at, err)
		}
	}
	is(t, "a class one is not in", b.GiveCode(ctx(t), id, another(class), newCode(t), now()), ErrNotFound)
	is(t, "a learner who is not there", b.GiveCode(ctx(t), another(id), "", newCode(t), now()), ErrNotFound)
	must(t, b.Leave(ctx(t), class, id, school.LeftSelf))
	dead("the class's code after leaving it", newScoped)
	lets(newWhole, "")
	must(t, errOf(b.Join(ctx(t), class, id, "x", now())))
	dead("the class's code after coming back", newScoped)
}

func errOf2[T, U any](_ T, _ U, err error) error { return err }

// testCodeCutShort: the old code lets in until the new one does.
func testCodeCutShort(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	for _, class := range []string{"", c.class.ID} {
		old, fresh := newCode(t), newCode(t)
		must(t, b.GiveCode(ctx(t), c.learner.ID, class, old, now()))
		for _, step := range []struct {
			name   string
			refuse func() func(bool)
		}{
			{"note", func() func(bool) { return b.refuse(noteCode).Store }},
			{"lay", func() func(bool) { return b.refuse(layCode).Store }},
			{"use", func() func(bool) { return b.refuse(useCode).Store }},
		} {
			set := step.refuse()
			is(t, step.name, b.GiveCode(ctx(t), c.learner.ID, class, fresh, now()), errCut)
			set(false)
			must(t, errOf2(b.ByCode(ctx(t), old, now())))
			is(t, "the new one after "+step.name, errOf2(b.ByCode(ctx(t), fresh, now())), ErrNotFound)
		}
		must(t, b.GiveCode(ctx(t), c.learner.ID, class, fresh, now()))
		must(t, errOf2(b.ByCode(ctx(t), fresh, now())))
		is(t, "the old one", errOf2(b.ByCode(ctx(t), old, now())), ErrNotFound)
	}
}

// testCodeDeleted deletes the learner just before a new code is laid down: it is not left behind.
func testCodeDeleted(t *testing.T, b *bench) {
	if b.place.Address == "" {
		return // the embedded engine runs one write at a time, and this one would wait for itself
	}
	c := b.classroom(t, practice)
	fresh := newCode(t)
	b.before(layCode, func() { must(t, b.Delete(ctx(t), c.learner.ID)) })
	is(t, "a code for somebody who was deleted meanwhile", b.GiveCode(ctx(t), c.learner.ID, "", fresh, now()), ErrNotFound)
	if n, err := b.db.Exists(ctx(t), recoveryKey(fresh)).Result(); n != 0 || err != nil {
		t.Errorf("the code was left behind: %v", err)
	}
	b.gone(t, c.learner.ID)
}

// testCodesTogether gives codes while others are given and the learner is deleted: one counts, and nothing is left in the end.
func testCodesTogether(t *testing.T, b *bench) {
	for round := range 8 {
		c := b.classroom(t, practice)
		id := c.learner.ID
		var codes []string
		for range 8 {
			codes = append(codes, newCode(t))
		}
		give := func(i int) error {
			class := ""
			if i%2 == 1 {
				class = c.class.ID
			}
			return b.GiveCode(ctx(t), id, class, codes[i], now())
		}
		there := func(want int) {
			t.Helper()
			n := 0
			for _, hash := range codes {
				found, err := b.db.Exists(ctx(t), recoveryKey(hash)).Result()
				must(t, err)
				n += int(found)
			}
			if n != want {
				t.Errorf("%d codes are there, want %d", n, want)
			}
		}
		together(t, 6, give)
		there(2)
		together(t, 3, func(i int) error {
			if i == 2 {
				time.Sleep(time.Duration(round) * 200 * time.Microsecond)
				return b.Delete(ctx(t), id)
			}
			if err := give(6 + i); !errors.Is(err, ErrNotFound) {
				return err
			}
			return nil
		})
		there(0)
		b.gone(t, id)
		b.hasNames(t, c.class.ID, map[school.Left][]string{school.LeftDeleted: {""}})
	}
}

func testDevices(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	id := c.learner.ID
	var secrets []string
	add := func(class string, at time.Time) school.Device {
		t.Helper()
		d, token, err := school.NewDevice(id, class, rand.Reader)
		must(t, err)
		must(t, b.AddDevice(ctx(t), id, d, at))
		_, secret, _ := school.ParseToken(token)
		secrets = append(secrets, secret)
		return d
	}
	admitted := func(want ...int) {
		t.Helper()
		own, err := b.Own(ctx(t), id, now())
		must(t, err)
		var got []int
		for i, secret := range secrets {
			class, ok := own.Admits(secret)
			if ok {
				got = append(got, i)
			}
			if wantClass := map[bool]string{true: c.class.ID}[i%2 == 1]; ok && class != wantClass {
				t.Errorf("device %d sees %q, want %q", i, class, wantClass)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("let in are %v, want %v", got, want)
		}
	}
	for i := range school.MostDevices {
		add(map[bool]string{true: c.class.ID}[i%2 == 1], now().Add(time.Duration(i)*time.Second))
	}
	admitted(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	d := add("", now().Add(time.Minute))
	admitted(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	must(t, b.AddDevice(ctx(t), id, d, now().Add(time.Minute))) // once more
	admitted(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
	for range 2 {
		must(t, b.RemoveDevice(ctx(t), id, school.DeviceHash(secrets[4])))
		admitted(1, 2, 3, 5, 6, 7, 8, 9, 10)
	}
	must(t, b.Delete(ctx(t), id))
	is(t, "a learner who is gone", b.AddDevice(ctx(t), id, d, now()), ErrNotFound)
	b.gone(t, id)
}

// testDeleteMember cuts deleting off after it has marked the classes, and repeats it.
func testDeleteMember(t *testing.T, b *bench) {
	c := b.classroom(t, practice)
	second := b.classroom(t, practice)
	id, codes := c.learner.ID, []string{newCode(t), newCode(t), newCode(t)}
	must(t, errOf(b.Join(ctx(t), second.class.ID, id, "Stiller Wal", now())))
	must(t, b.GiveCode(ctx(t), id, "", codes[0], now()))
	must(t, b.GiveCode(ctx(t), id, c.class.ID, codes[1], now()))
	must(t, b.GiveCode(ctx(t), id, second.class.ID, codes[2], now()))
	b.begin(t, c, edition("pressure", 3))

	refuse := b.refuse(removeLearner)
	is(t, "cut short", b.Delete(ctx(t), id), errCut)
	for _, hash := range codes {
		is(t, "a code in between", errOf2(b.ByCode(ctx(t), hash, now())), ErrNotFound)
	}
	is(t, "joining in between", errOf(b.Join(ctx(t), c.class.ID, id, "Wal", now())), ErrNotFound)
	refuse.Store(false)
	must(t, b.Delete(ctx(t), id))
	b.gone(t, id)
	b.hasNames(t, c.class.ID, map[school.Left][]string{school.LeftDeleted: {""}})
	b.hasNames(t, second.class.ID, map[school.Left][]string{"": {"Mutiger Otter"}, school.LeftDeleted: {""}})
	b.member(t, c.class.ID, "Mutiger Otter") // the name is free
}

// another is an id that is like the other, and nobody's.
func another(id string) string {
	if id[0] == 'x' {
		return "y" + id[1:]
	}
	return "x" + id[1:]
}
