package store

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store/redistest"
)

// ear is a Listener whose announcements a test waits for.
type ear struct {
	*Listener
	heard chan string
}

func (b *bench) ear(t testing.TB) ear {
	t.Helper()
	heard := make(chan string, 100)
	return ear{b.Listen(func(class string) { heard <- class }), heard}
}

// hears waits for an announcement about the class; nothing else may come before it.
func (e ear) hears(t testing.TB, class string) {
	t.Helper()
	select {
	case got := <-e.heard:
		if got != class {
			t.Errorf("heard of %s, want %s", got, class)
		}
	case <-time.After(15 * time.Second):
		t.Fatalf("nothing is heard of %s", class)
	}
}

// quiet checks that nothing more is heard.
func (e ear) quiet(t testing.TB) {
	t.Helper()
	select {
	case got := <-e.heard:
		t.Errorf("heard of %s", got)
	case <-time.After(50 * time.Millisecond):
	}
}

// testListen: an announcement of one process is heard by another, of the classes that it follows and of no others. The
// embedded engine has one process.
func testListen(t *testing.T, b *bench) {
	other := b
	if b.place.Address != "" {
		other = newBench(t, b.place)
	}
	one, two, three := slug(t), slug(t)+"-2", slug(t)+"-3"
	e := other.ear(t)
	e.Follow(one)
	e.hears(t, one) // it has begun
	e.Follow(two)
	e.hears(t, two)
	must(t, b.Announce(ctx(t), three, two))
	e.hears(t, two)
	must(t, b.Announce(ctx(t), one))
	e.hears(t, one)
	e.Unfollow(one)
	must(t, b.Announce(ctx(t), one, two))
	e.hears(t, two)
	e.quiet(t)
	e.Unfollow(two)
	must(t, b.Announce(ctx(t), one, two))
	e.quiet(t)
	e.Follow(one) // after it has had no connection
	e.hears(t, one)
	must(t, b.Announce(ctx(t), one))
	e.hears(t, one)
	e.Unfollow(one)
}

func testListenTwice(t *testing.T, b *bench) {
	class := slug(t)
	e := b.ear(t)
	e.Follow(class)
	e.Follow(class)
	e.hears(t, class)
	e.Unfollow(class)
	must(t, b.Announce(ctx(t), class))
	e.hears(t, class)
	e.Unfollow(class)
	e.quiet(t)
}

// testAtHand reads the attempts of a class of more members than one trip takes.
func testAtHand(t *testing.T, b *bench) {
	e := edition("pressure", 3)
	c := b.classroom(t, school.Assignment{Lesson: "pressure", Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Limit: 600})
	ids := map[string]string{c.learner.ID: b.begin(t, c, e).Attempt.ID, "nobody": "x"}
	for i := range standingsBatch + 5 {
		l, _, err := school.NewLearner(rand.Reader, now())
		must(t, err)
		must(t, b.CreateLearner(ctx(t), l, now()))
		_, err = b.Join(ctx(t), c.class.ID, l.ID, fmt.Sprint("Otter ", i), now())
		must(t, err)
		if i%2 == 0 {
			continue
		}
		c.learner = l
		w := b.begin(t, c, e)
		if _, err := b.answer(ctx(t), l.ID, w.Attempt, e, 1); err != nil {
			t.Fatal(err)
		}
		ids[l.ID] = w.Attempt.ID
	}
	room, err := b.Room(ctx(t), c.class.ID)
	must(t, err)
	read := func(at time.Time) map[string]*quiz.Attempt {
		t.Helper()
		list, err := b.AtHand(ctx(t), room.Class, c.given, room.Present(), ids, at)
		must(t, err)
		if len(list) != len(ids)-1 {
			t.Fatalf("%d attempts of %d", len(list), len(ids)-1)
		}
		return list
	}
	for learner, a := range read(now()) {
		if a.ID != ids[learner] || a.Done() || a.Closes.IsZero() {
			t.Errorf("%s: %+v", learner, a)
		}
	}
	if a := read(now().Add(time.Hour))[c.learner.ID]; !a.Done() || a.Answers[1] == nil || a.Released {
		t.Errorf("after its time: %+v", a)
	}
	ids = map[string]string{c.learner.ID: c.task.String() + "-aaaaaaaaaaaaaaaa"}
	list, err := b.AtHand(ctx(t), room.Class, c.given, room.Present(), ids, now())
	must(t, err)
	if len(list) != 0 {
		t.Errorf("an attempt that is not there: %v", list)
	}
}

// TestListenAway takes the server away from who listens, in every way: once it is back they are told to look again, and
// hear what is announced.
func TestListenAway(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	b := newBench(t, Config{Address: server.URL()})
	class := slug(t)
	e := b.ear(t)
	e.patience = 200 * time.Millisecond
	back := func(how string) {
		t.Helper()
		e.hears(t, class)
		b.back(t)
		must(t, b.Announce(ctx(t), class))
		e.hears(t, class)
		e.quiet(t)
		t.Log("heard again after it was " + how)
	}
	server.Kill()
	e.Follow(class)
	server.Start()
	back("away from the start")
	server.Kill()
	time.Sleep(3 * listenPause)
	server.Start()
	back("killed")
	server.Pause()
	time.Sleep(3 * e.patience)
	server.Resume()
	back("frozen")
	time.Sleep(3 * e.patience) // it is asked, and answers
	e.quiet(t)
	server.Kill()
	e.Unfollow(class)
}

// TestListenFailover: a master whose connection was listened on is replaced. Not beside others: a replica has to take over in
// time.
func TestListenFailover(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, 3, "--cluster-node-timeout", "2000")
	b := newBench(t, Config{Address: cluster.URL()})
	var ears []ear
	var classes []string
	for i := range 6 { // of six classes, some are on each master
		e, class := b.ear(t), fmt.Sprint(slug(t), i)
		e.patience = 200 * time.Millisecond
		e.Follow(class)
		e.hears(t, class)
		ears, classes = append(ears, e), append(classes, class)
	}
	cluster.KillMaster(t, 0)
	for i, e := range ears {
		eventually(t, func() bool {
			_ = b.Announce(ctx(t), classes[i])
			select {
			case <-e.heard:
				return true
			case <-time.After(100 * time.Millisecond):
				return false
			}
		})
		e.Unfollow(classes[i])
	}
}

func eventually(t testing.TB, f func() bool) {
	t.Helper()
	for begun := time.Now(); !f(); {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("it never comes to be")
		}
	}
}
