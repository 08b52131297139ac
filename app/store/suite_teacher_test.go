package store

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// aTeacher is an account that nobody else in the database has. Its hash is no hash at all: the store compares only.
func aTeacher(t testing.TB) school.Teacher {
	t.Helper()
	id, err := school.NewID(rand.Reader)
	must(t, err)
	return school.Teacher{ID: id, Name: "Frau." + id, PassHash: "hash of " + id, Created: now(), Lang: "de", Seen: school.Day(now())}
}

func (b *bench) teacher(t testing.TB) school.Teacher {
	t.Helper()
	teacher := aTeacher(t)
	must(t, b.CreateTeacher(ctx(t), teacher, "", now()))
	return teacher
}

func newSession(t testing.TB, teacher school.Teacher, at time.Time) (session school.Session, secret string) {
	t.Helper()
	session, token, err := school.NewSession(teacher.ID, "Firefox, Windows", rand.Reader, at)
	must(t, err)
	_, secret, _ = school.ParseToken(token)
	return session, secret
}

// signIn begins a session at a moment.
func (b *bench) signIn(t testing.TB, teacher school.Teacher, at time.Time) (session school.Session, secret string) {
	t.Helper()
	session, secret = newSession(t, teacher, at)
	must(t, b.Admit(ctx(t), teacher.ID, Admission{Session: session, PassHash: teacher.PassHash}, at))
	return session, secret
}

func (b *bench) sessionIDs(t testing.TB, teacher school.Teacher, at time.Time) (ids []string) {
	t.Helper()
	list, err := b.Sessions(ctx(t), teacher.ID, at)
	must(t, err)
	for _, s := range list {
		ids = append(ids, s.ID)
	}
	return ids
}

func testTeacher(t *testing.T, b *bench) {
	want := b.teacher(t)
	session, secret := b.signIn(t, want, now())
	b.reopen(t)
	for range 2 {
		got, s, err := b.Teacher(ctx(t), want.ID, school.SessionID(secret))
		must(t, err)
		if diff := cmp.Diff(want, got) + cmp.Diff(session, s); diff != "" || !s.Owns(secret, now()) {
			t.Errorf("-stored +read:\n%s", diff)
		}
	}
	got, err := b.TeacherNamed(ctx(t), " "+strings.ToUpper(want.Name))
	must(t, err)
	if got.ID != want.ID {
		t.Errorf("the name leads to %s, not to %s", got.ID, want.ID)
	}
	_, s, err := b.Teacher(ctx(t), want.ID, "nothing")
	must(t, err)
	if s.ID != "" {
		t.Errorf("a session out of nothing: %+v", s)
	}
	_, _, err = b.Teacher(ctx(t), "nobody", "nothing")
	is(t, "a teacher who is not there", err, ErrNotFound)
	_, err = b.TeacherNamed(ctx(t), "nobody."+want.ID)
	is(t, "a name that is nobody's", err, ErrNotFound)
	is(t, "nobody signs in", b.Admit(ctx(t), "nobody", Admission{Session: session}, now()), ErrNotFound)
	for _, at := range b.expiries(t, want.ID) {
		if d := time.Until(time.Unix(at, 0)); d < 30*24*time.Hour {
			t.Errorf("something is gone in %v", d)
		}
	}
}

// testTeacherName: of several who want one name at once, one gets it, and it stays theirs.
func testTeacherName(t *testing.T, b *bench) {
	name := aTeacher(t).Name
	var got atomic.Int32
	together(t, 8, func(int) error {
		teacher := aTeacher(t)
		teacher.Name = name
		err := b.CreateTeacher(ctx(t), teacher, "", now())
		if errors.Is(err, ErrTaken) {
			return nil
		}
		got.Add(1)
		return err
	})
	if n := got.Load(); n != 1 {
		t.Errorf("%d teachers have one name", n)
	}
	owner, err := b.TeacherNamed(ctx(t), name)
	must(t, err)
	other := aTeacher(t)
	other.Name = strings.ToUpper(name)
	is(t, "the same name in capitals", b.CreateTeacher(ctx(t), other, "", now()), ErrTaken)
	is(t, "the same account again", b.CreateTeacher(ctx(t), owner, "", now()), ErrTaken)
	again := aTeacher(t)
	again.ID = owner.ID
	is(t, "another name for an account that is there", b.CreateTeacher(ctx(t), again, "", now()), ErrTaken)
	still, err := b.TeacherNamed(ctx(t), name)
	must(t, err)
	if diff := cmp.Diff(owner, still); diff != "" {
		t.Errorf("the account changed: %s", diff)
	}
}

// testTeacherCutShort cuts a sign-up off after each of its writes, and repeats it: as the same account at once, and as
// another one when the claim to the name has run out.
func testTeacherCutShort(t *testing.T, b *bench) {
	for _, script := range []*redis.Script{createTeacher, keepTeacherName, settleTeacher} {
		teacher := aTeacher(t)
		refuse := b.refuse(script)
		is(t, "cut short", b.CreateTeacher(ctx(t), teacher, "", now()), errCut)
		for key, at := range b.expiries(t, teacher.ID) {
			if d := time.Until(time.Unix(at, 0)); d > unsettled+time.Minute && script != settleTeacher {
				t.Errorf("%s is kept for %v though nobody was told of it", key, d)
			}
		}
		other := aTeacher(t)
		other.Name = teacher.Name
		refuse.Store(false)
		is(t, "another sign-up meanwhile", b.CreateTeacher(ctx(t), other, "", now()), ErrTaken)
		err := b.CreateTeacher(ctx(t), teacher, "", now())
		if err != nil && !(script != createTeacher && errors.Is(err, ErrTaken)) {
			t.Errorf("the same sign-up again: %v", err)
		}
		if err != nil { // it is there: the passphrase signs in, and the visit settles it
			must(t, b.SettleTeacher(ctx(t), teacher, "", now()))
		}
		found, err := b.TeacherNamed(ctx(t), teacher.Name)
		must(t, err)
		if found.ID != teacher.ID {
			t.Errorf("the name leads to %s", found.ID)
		}
		b.expireIn(t, teacher.ID, school.TeacherKept)
	}
}

// expireIn checks that all of a teacher's keys but the sessions live about as long, the name, too.
func (b *bench) expireIn(t *testing.T, id string, want time.Duration) {
	t.Helper()
	for key, at := range b.expiries(t, id) {
		if d := time.Until(time.Unix(at, 0)); key != sessionsKey(id) && (d < want-time.Minute || d > want+time.Minute) {
			t.Errorf("%s expires in %v, want %v", key, d, want)
		}
	}
}

// testTeacherNameLeft: a name whose account is not there goes to whoever asks for it, but not while a sign-up may be
// running.
func testTeacherNameLeft(t *testing.T, b *bench) {
	first, second := aTeacher(t), aTeacher(t)
	second.Name = first.Name
	must(t, b.claimName(ctx(t), first))
	is(t, "a name that is being taken", b.CreateTeacher(ctx(t), second, "", now()), ErrTaken)
	must(t, b.db.Expire(ctx(t), teacherNameKey(school.NameKey(first.Name)), time.Hour).Err()) // as after an account that has expired
	must(t, b.CreateTeacher(ctx(t), second, "", now()))
	is(t, "whoever comes back late", b.SettleTeacher(ctx(t), first, "", now()), ErrConflict)
}

func testTeacherVisit(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	session, _ := b.signIn(t, teacher, now())
	must(t, b.AddTeacherClass(ctx(t), teacher.ID, "klasse", now()))
	at := now().Add(20 * 24 * time.Hour)
	must(t, b.SettleTeacher(ctx(t), teacher, session.ID, at))
	got, s, err := b.Teacher(ctx(t), teacher.ID, session.ID)
	must(t, err)
	if got.Seen != school.Day(at) || s.Seen != school.Day(at) || s.Ended(at.Add(29*24*time.Hour)) || !s.Ended(at.Add(32*24*time.Hour)) {
		t.Errorf("after a visit: %+v %+v", got, s)
	}
	want := map[string]time.Duration{teacherKey(teacher.ID): school.TeacherKept, teacherClassesKey(teacher.ID): school.TeacherKept, sessionsKey(teacher.ID): school.SessionKept + 24*time.Hour}
	for key, kept := range want {
		if d := time.Unix(b.expiries(t, teacher.ID)[key], 0).Sub(at); d != kept {
			t.Errorf("%s expires %v after the visit, want %v", key, d, kept)
		}
	}
	if d := b.db.TTL(ctx(t), teacherNameKey(school.NameKey(teacher.Name))).Val(); d < school.TeacherKept {
		t.Errorf("the name expires in %v, before the account", d)
	}
	nobody := aTeacher(t)
	is(t, "a visit of nobody", b.SettleTeacher(ctx(t), nobody, "", now()), ErrNotFound)
}

func testSessions(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	old, _ := b.signIn(t, teacher, now().Add(-31*24*time.Hour))
	if ids := b.sessionIDs(t, teacher, now()); slices.Contains(ids, old.ID) {
		t.Error("a session goes on after 31 days without use")
	}
	var ids []string
	for i := range school.MaxSessions {
		s, _ := b.signIn(t, teacher, now().Add(time.Duration(i)*time.Hour-28*24*time.Hour))
		ids = append([]string{s.ID}, ids...)
	}
	if diff := cmp.Diff(ids, b.sessionIDs(t, teacher, now())); diff != "" {
		t.Errorf("sessions -want +got:\n%s", diff)
	}
	last, _ := b.signIn(t, teacher, now())
	ids = append([]string{last.ID}, ids[:len(ids)-1]...)
	if diff := cmp.Diff(ids, b.sessionIDs(t, teacher, now())); diff != "" {
		t.Errorf("after one more, the one not used for longest ends: -want +got:\n%s", diff)
	}
	for range 2 {
		must(t, b.EndSession(ctx(t), teacher.ID, ids[3]))
	}
	if got := b.sessionIDs(t, teacher, now()); len(got) != school.MaxSessions-1 || slices.Contains(got, ids[3]) {
		t.Errorf("after signing out: %v", got)
	}
	if n := b.db.HLen(ctx(t), sessionsKey(teacher.ID)).Val(); n != school.MaxSessions-1 {
		t.Errorf("%d sessions are stored", n)
	}
}

func testPassphrase(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	mine, _ := b.signIn(t, teacher, now())
	b.signIn(t, teacher, now())
	_, link, err := school.NewReset(teacher.ID, rand.Reader)
	must(t, err)
	must(t, b.SetReset(ctx(t), teacher.ID, link, now()))
	is(t, "a passphrase that is not the present one", b.Admit(ctx(t), teacher.ID, Admission{Session: mine, PassHash: "other", NewHash: "new"}, now()), ErrConflict)
	must(t, b.Admit(ctx(t), teacher.ID, Admission{Session: mine, PassHash: teacher.PassHash, NewHash: "new"}, now()))
	if ids := b.sessionIDs(t, teacher, now()); !slices.Equal(ids, []string{mine.ID}) {
		t.Errorf("after another passphrase these go on: %v", ids)
	}
	late, _ := newSession(t, teacher, now())
	is(t, "a sign-in that was checked before", b.Admit(ctx(t), teacher.ID, Admission{Session: late, PassHash: teacher.PassHash}, now()), ErrConflict)
	got, err := b.TeacherNamed(ctx(t), teacher.Name)
	must(t, err)
	if got.PassHash != "new" {
		t.Errorf("the passphrase is %q", got.PassHash)
	}
	_, err = b.TeacherReset(ctx(t), teacher.ID, link, now())
	is(t, "a reset link from before", err, ErrNotFound)
}

func testRecoveryCodes(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	session, _ := b.signIn(t, teacher, now())
	_, hashes, err := school.NewRecovery(rand.Reader)
	must(t, err)
	is(t, "codes without the right to them", b.NewCodes(ctx(t), teacher.ID, session.ID, hashes, now()), ErrNotFound)
	must(t, b.Admit(ctx(t), teacher.ID, Admission{Session: session, PassHash: teacher.PassHash, NewCodes: true}, now()))
	is(t, "codes for another session", b.NewCodes(ctx(t), teacher.ID, "other", hashes, now()), ErrNotFound)
	is(t, "codes two hours later", b.NewCodes(ctx(t), teacher.ID, session.ID, hashes, now().Add(2*time.Hour)), ErrNotFound)
	_, first, err := school.NewRecovery(rand.Reader)
	must(t, err)
	for _, h := range [][]string{first, hashes} { // a page that is loaded again shows others
		must(t, b.NewCodes(ctx(t), teacher.ID, session.ID, h, now()))
	}
	for range 2 {
		must(t, b.CodesSeen(ctx(t), teacher.ID))
	}
	is(t, "codes once more", b.NewCodes(ctx(t), teacher.ID, session.ID, first, now()), ErrNotFound)
	recovered, _ := newSession(t, teacher, now())
	recover := func(hash string) error {
		return b.Admit(ctx(t), teacher.ID, Admission{Session: recovered, Code: hash, NewHash: "new"}, now())
	}
	is(t, "a code that is not the last ones'", recover(first[0]), ErrNotFound)
	if ids := b.sessionIDs(t, teacher, now()); !slices.Equal(ids, []string{session.ID}) {
		t.Errorf("after a wrong code: sessions %v", ids)
	}
	must(t, recover(hashes[2]))
	is(t, "a code that was used", recover(hashes[2]), ErrNotFound)
	got, err := b.TeacherNamed(ctx(t), teacher.Name)
	must(t, err)
	if ids := b.sessionIDs(t, teacher, now()); got.Codes != school.Recovery-1 || got.PassHash != "new" || !slices.Equal(ids, []string{recovered.ID}) {
		t.Errorf("after recovering: %+v, sessions %v", got, ids)
	}
	var used atomic.Int32
	together(t, 6, func(int) error {
		err := recover(hashes[4])
		if err == nil {
			used.Add(1)
		} else if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	if used.Load() != 1 {
		t.Errorf("a code was used %d times", used.Load())
	}
}

func testReset(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	b.signIn(t, teacher, now())
	session, _ := newSession(t, teacher, now())
	is(t, "a link for nobody", b.SetReset(ctx(t), "nobody", "hash", now()), ErrNotFound)
	must(t, b.SetReset(ctx(t), teacher.ID, "first", now()))
	must(t, b.SetReset(ctx(t), teacher.ID, "second", now()))
	reset := func(hash string, at time.Time) error {
		_, err := b.TeacherReset(ctx(t), teacher.ID, hash, at)
		if admitted := b.Admit(ctx(t), teacher.ID, Admission{Session: session, Reset: hash, NewHash: "new", NewCodes: true}, at); !errors.Is(admitted, err) {
			t.Errorf("the link is looked at with %v, and used with %v", err, admitted)
		}
		return err
	}
	is(t, "a link that was replaced", reset("first", now()), ErrNotFound)
	is(t, "a link a day later", reset("second", now().Add(25*time.Hour)), ErrNotFound)
	must(t, reset("second", now()))
	is(t, "a link that was used", reset("second", now()), ErrNotFound)
	if ids := b.sessionIDs(t, teacher, now()); !slices.Equal(ids, []string{session.ID}) {
		t.Errorf("these go on: %v", ids)
	}
}

func testInvite(t *testing.T, b *bench) {
	code, err := school.NewCode(rand.Reader)
	must(t, err)
	hash := school.HashCode(code)
	first, second := aTeacher(t), aTeacher(t)
	is(t, "an invitation that is none", b.CreateTeacher(ctx(t), first, hash, now()), ErrNotFound)
	is(t, "an invitation that is none", b.Invited(ctx(t), hash, now()), ErrNotFound)
	must(t, b.NewInvite(ctx(t), hash, now()))
	must(t, b.Invited(ctx(t), hash, now()))
	if d := b.db.TTL(ctx(t), inviteKey(hash)).Val(); d < 13*24*time.Hour || d > school.InviteKept {
		t.Errorf("an invitation expires in %v", d)
	}
	refuse := b.refuse(createTeacher)
	is(t, "cut short", b.CreateTeacher(ctx(t), first, hash, now()), errCut)
	refuse.Store(false)
	is(t, "somebody else at the same moment", b.CreateTeacher(ctx(t), second, hash, now()), ErrNotFound)
	must(t, b.Invited(ctx(t), hash, now().Add(time.Minute)))
	must(t, b.CreateTeacher(ctx(t), second, hash, now().Add(time.Minute)))
	is(t, "an invitation that was used", b.Invited(ctx(t), hash, now().Add(2*time.Minute)), ErrNotFound)
	is(t, "an invitation that was used", b.CreateTeacher(ctx(t), first, hash, now().Add(2*time.Minute)), ErrNotFound)
	if d := b.db.TTL(ctx(t), inviteKey(hash)).Val(); d < 13*24*time.Hour || d > school.InviteKept {
		t.Errorf("a used invitation expires in %v", d)
	}
}

func testTeacherClasses(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	for range 2 {
		must(t, b.AddTeacherClass(ctx(t), teacher.ID, "a", now()))
	}
	must(t, b.AddTeacherClass(ctx(t), teacher.ID, "b", now()))
	for range 2 {
		must(t, b.RemoveTeacherClass(ctx(t), teacher.ID, "a"))
	}
	ids, err := b.TeacherClasses(ctx(t), teacher.ID)
	must(t, err)
	if !slices.Equal(ids, []string{"b"}) {
		t.Errorf("classes %v", ids)
	}
	b.expireIn(t, teacher.ID, school.TeacherKept)
	is(t, "a class for nobody", b.AddTeacherClass(ctx(t), "nobody", "a", now()), ErrNotFound)
	ids, err = b.TeacherClasses(ctx(t), "nobody")
	must(t, err)
	if len(ids) > 0 {
		t.Errorf("nobody has %v", ids)
	}
}

func testDeleteTeacher(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	session, _ := b.signIn(t, teacher, now())
	must(t, b.AddTeacherClass(ctx(t), teacher.ID, "a", now()))
	is(t, "with a class", b.DeleteTeacher(ctx(t), teacher, now()), ErrInUse)
	if got, _, err := b.Teacher(ctx(t), teacher.ID, session.ID); err != nil || got.Gone {
		t.Errorf("refused, but now it is %+v, %v", got, err)
	}
	must(t, b.RemoveTeacherClass(ctx(t), teacher.ID, "a"))
	for _, script := range []*redis.Script{freeTeacherName, remove} {
		refuse := b.refuse(script)
		is(t, "cut short", b.DeleteTeacher(ctx(t), teacher, now()), errCut)
		refuse.Store(false)
		if got, _, err := b.Teacher(ctx(t), teacher.ID, session.ID); err != nil || !got.Gone {
			t.Errorf("half deleted: %+v, %v", got, err)
		}
		_, err := b.TeacherNamed(ctx(t), teacher.Name)
		is(t, "the name of one who is half deleted", err, ErrNotFound)
		is(t, "a class for one who is half deleted", b.AddTeacherClass(ctx(t), teacher.ID, "a", now()), ErrNotFound)
		is(t, "a sign-in of one who is half deleted", b.Admit(ctx(t), teacher.ID, Admission{Session: session, PassHash: teacher.PassHash}, now()), ErrNotFound)
		is(t, "a link for one who is half deleted", b.SetReset(ctx(t), teacher.ID, "x", now()), ErrNotFound)
	}
	if d := time.Until(time.Unix(b.expiries(t, teacher.ID)[teacherKey(teacher.ID)], 0)); d > unsettled {
		t.Errorf("if nobody repeats it, it lies there for %v", d)
	}
	for range 2 {
		must(t, b.DeleteTeacher(ctx(t), teacher, now()))
		if keys := b.keys(t, teacher.ID); len(keys) > 0 {
			t.Errorf("left over: %v", keys)
		}
	}
	again := aTeacher(t)
	again.Name = teacher.Name
	must(t, b.CreateTeacher(ctx(t), again, "", now()))
	must(t, b.DeleteTeacher(ctx(t), teacher, now())) // late once more
	if found, err := b.TeacherNamed(ctx(t), teacher.Name); err != nil || found.ID != again.ID {
		t.Errorf("deleting late takes a name from its next owner: %+v, %v", found, err)
	}
}

func testDamagedTeacher(t *testing.T, b *bench) {
	teacher := b.teacher(t)
	session, _ := b.signIn(t, teacher, now())
	must(t, b.db.HSet(ctx(t), sessionsKey(teacher.ID), session.ID, "nonsense").Err())
	if _, _, err := b.Teacher(ctx(t), teacher.ID, session.ID); err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
		t.Errorf("a damaged session: %v", err)
	}
	must(t, b.db.HSet(ctx(t), teacherKey(teacher.ID), fieldCreated, "soon").Err())
	if _, err := b.TeacherNamed(ctx(t), teacher.Name); err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrUnavailable) {
		t.Errorf("a damaged account: %v", err)
	}
}

func testLimits(t *testing.T, b *bench) {
	who := aTeacher(t).ID
	wait := func(b *Store, kind, who string, most int) time.Duration {
		t.Helper()
		d, err := b.Limited(ctx(t), kind, who, most, now())
		must(t, err)
		return d
	}
	other, err := Open(b.place) // a second process, where there can be one
	if err != nil {
		other = b.Store
	} else {
		defer other.Close()
	}
	together(t, 9, func(int) error { return other.Failed(ctx(t), "signin", who, now()) })
	if d := wait(b.Store, "signin", who, 10); d != 0 {
		t.Errorf("after 9 failures of 10: wait %v", d)
	}
	must(t, b.Failed(ctx(t), "signin", who, now()))
	if d := wait(other, "signin", who, 10); d < 14*time.Minute || d > 15*time.Minute {
		t.Errorf("after 10 failures: wait %v", d)
	}
	for _, free := range [][2]string{{"join", who}, {"signin", who + "x"}} {
		if d := wait(b.Store, free[0], free[1], 1); d != 0 {
			t.Errorf("%v has to wait for %v", free, d)
		}
	}
	tomorrow := now().Add(24 * time.Hour)
	if d, err := b.Limited(ctx(t), "signin", who, 10, tomorrow); err != nil || d != 0 {
		t.Errorf("another day has another salt: %v %v", d, err)
	}
	if keys := b.keys(t, who); len(keys) > 0 {
		t.Errorf("the address stands in %v", keys)
	}
	key, err := b.limitOf(ctx(t), "signin", who, now())
	must(t, err)
	for key, most := range map[string]time.Duration{key: limitWindow, saltKey(school.Day(now())): 48 * time.Hour} {
		if d := b.db.TTL(ctx(t), key).Val(); d <= 0 || d > most {
			t.Errorf("%s expires in %v", key, d)
		}
	}
	must(t, b.db.PExpire(ctx(t), key, time.Millisecond).Err()) // the window ends
	for end := time.Now().Add(5 * time.Second); wait(b.Store, "signin", who, 10) != 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("after the window there is still a limit")
		}
	}
}
