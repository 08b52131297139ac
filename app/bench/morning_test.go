//go:build bench

package bench

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eberbach/app/demo"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/lessons"
)

// A school's morning. Its pupils work on a lesson that their class was given: read it, begin, see a question, answer it,
// see what came of it, and so on to the result. Their teachers have a live view open and look into the gradebook.
const (
	classes    = 12
	pupils     = 35  // in each class
	teachers   = 6   // with two classes each: one may have 20 live views open, and no more
	onceMore   = 200 // requests a second at 1x: 1,000 pupils who each do something every five seconds
	gradebooks = 400 // one request in so many is a teacher's for the gradebook: 30 of them do so once a minute at 1x
	passphrase = "a morning at the school by the river"

	morningRounds = 3
	morningLength = 3 * time.Second
	settled       = 2 * time.Second
)

// TestMorning prints how a school's morning goes: as fast as it can (closed loop, each client waits for its answer) and at
// 1, 2 and 4 times the load, at what makes the processors half busy, load and Redis among it, and at half of the closed
// loop's requests (open loop: requests come when they come, and the time counts from then; each costs more than one of many
// that are always there). Bare handlers get the same requests in turn, but no live views.
func TestMorning(t *testing.T) {
	binary := build(t)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { morningOn(t, binary, e) })
	}
}

func morningOn(t *testing.T, binary string, e engine) {
	d, on := newDriver(t), e.start(t)
	school := newSchool(t, on.Config)
	ours := on.eberbach(t, binary)
	time.Sleep(time.Second)
	idle := ours.resident()
	var cookies []string
	for i := range teachers {
		cookies = append(cookies, signIn(t, ours[0].url, fmt.Sprint("Teacher.", i)))
	}
	dir := recordBytes(t, d, ours)
	record(t, dir, ours[0], "gradebook", "GET", school.gradebook(0), cookies[0], 200, "gzip")
	bare := on.bare(t, dir)

	fmt.Printf("\n%s: a school's morning, %d classes of %d, %d rounds of %v each in turn\n", e.name, classes, pupils, morningRounds, morningLength)
	a := &morning{d: d, school: school, cookies: cookies, on: ours, free: make(chan *pupil, classes*pupils)}
	b := &morning{d: d, school: school, cookies: cookies, on: bare, bare: true, free: make(chan *pupil, classes*pupils)}
	for _, p := range school.pupils {
		a.free <- &pupil{cookie: p.cookie, task: p.task}
		b.free <- &pupil{}
	}
	a.scatter()
	b.scatter()
	closed := a.both(b, "closed loop", func(m *morning) sample { return m.closed(morningLength) })
	opened := func(name string, rate float64, views int) sample {
		end := a.watch(views * classes)
		time.Sleep(settled) // opening a view reads its whole class, and no teachers do so in the same second
		s := a.both(b, fmt.Sprintf("open, %s, %.0f/s, %d live views", name, rate, views*classes), func(m *morning) sample { return m.open(rate, morningLength) })
		if parts, refused := end(); parts == 0 || refused > 0 {
			t.Errorf("live views were sent %d parts and refused %d times", parts, refused)
		}
		return s
	}
	opened("1x", onceMore, 1)
	opened("2x", 2*onceMore, 2)
	four := opened("4x", 4*onceMore, 4)
	opened("processors half busy", four.rate()*0.5/four.busy(), 1)
	opened("half of closed", closed.rate()/2, 1)
	fmt.Printf("%-44s idle %.0f MB, after the run %.0f MB\n", "resident memory", idle, ours.resident())
	crowd := 10_000
	d.fill(crowd, func(i int) { d.attempt(ours.url(i)) })
	fmt.Printf("%-44s %.0f MB\n", fmt.Sprintf("after %d learners' whole attempts", crowd), ours.resident())
}

// both measures two mornings in turn, prints what came of them and returns the first.
func (m *morning) both(other *morning, name string, run func(*morning) sample) sample {
	var a, b sample
	for range morningRounds {
		a.add(run(m))
		b.add(run(other))
	}
	fmt.Printf("%-44s Eberbach %s\n%-44s bare     %s   ratio %.2f\n", name, a.String(), "", b.String(), a.rate()/b.rate())
	return a
}

// place in a school whose classes are at work.
type schoolhouse struct {
	rooms  []school.Class
	pupils []pupil
}

func (s *schoolhouse) gradebook(class int) string {
	return "/en/teach/classes/" + s.rooms[class].ID + "/gradebook"
}

// pupil is one who works: at is the next step of the way.
type pupil struct {
	cookie, task string
	path         string // of the open attempt
	at           int
}

// newSchool makes classes that have worked for ten weeks and are given one more lesson. Teachers have them in turn.
func newSchool(t *testing.T, c store.Config) *schoolhouse {
	t.Helper()
	db, err := store.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	hash, err := school.HashPassphrase(passphrase)
	if err != nil {
		t.Fatal(err)
	}
	var owners []string
	now := time.Now()
	for i := range teachers {
		id, err := school.NewID(crand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		owners = append(owners, id)
		teacher := school.Teacher{ID: id, Name: fmt.Sprint("Teacher.", i), PassHash: hash, Created: now.UTC(), Lang: "en", Seen: school.Day(now)}
		if err := db.CreateTeacher(t.Context(), teacher, "", now); err != nil {
			t.Fatal(err)
		}
	}
	s := &schoolhouse{}
	for i := range classes {
		made, err := demo.Seed(t.Context(), db, m, demo.Options{Pupils: pupils, Seed: uint64(i + 1), Now: now, Owner: owners[i%teachers]})
		if err != nil {
			t.Fatal(err)
		}
		a := school.Proposed(made.Class, quiz.Practice, now.Add(-time.Minute))
		a.Lesson, a.Created, a.Key = theLesson, now.Unix(), fmt.Sprintf("%016d", i)
		if a, err = db.Assign(t.Context(), made.Class.ID, a); err != nil {
			t.Fatal(err)
		}
		s.rooms = append(s.rooms, made.Class)
		for _, p := range made.Pupils[:pupils] {
			s.pupils = append(s.pupils, pupil{cookie: p.Token, task: a.Task(made.Class.ID).Ref()})
		}
	}
	return s
}

// signIn returns the cookie of a teacher.
func signIn(t *testing.T, origin, name string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(origin+"/en/teach/signin", url.Values{"name": {name}, "passphrase": {passphrase}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s is not signed in: status %d", name, answer.StatusCode)
	}
	for _, c := range answer.Cookies() {
		return c.Name + "=" + c.Value
	}
	t.Fatalf("%s is given no cookie", name)
	return ""
}

// morning is the traffic to one kind of server.
type morning struct {
	d       *driver
	school  *schoolhouse
	cookies []string // of the teachers
	on      servers
	bare    bool
	free    chan *pupil // who waits for the next step
	sent    atomic.Int64
}

// step sends the next request of somebody who is free.
func (m *morning) step() {
	n := int(m.sent.Add(1))
	if n%gradebooks == 0 {
		class := n / gradebooks % classes
		path := m.school.gradebook(class)
		if m.bare {
			path = "/gradebook"
		}
		m.d.want(200, "GET", m.on.url(n)+path, m.cookies[class%teachers], "")
		return
	}
	p := <-m.free
	m.advance(p, m.on.url(n))
	m.free <- p
}

// scatter lets all pupils go a part of the way, each another: they take their next steps in turn, and would all ask for
// their results in the same half second.
func (m *morning) scatter() {
	m.d.fill(cap(m.free), func(i int) {
		p := <-m.free
		for range rand.IntN(m.way()) {
			m.advance(p, m.on.url(i))
		}
		m.free <- p
	})
}

// advance sends a pupil's next request.
func (m *morning) advance(p *pupil, origin string) {
	if m.bare {
		m.bareStep(p, origin)
	} else {
		m.ourStep(p, origin)
	}
	p.at = (p.at + 1) % m.way()
}

// way is how many steps there are: a lesson without a cookie and with it, to begin, three for each question, to hand in,
// and the result.
func (m *morning) way() int { return 3 + 3*len(m.d.script) + 2 }

func (m *morning) ourStep(p *pupil, origin string) {
	d, page := m.d, "/en/lessons/"+theLesson
	q := (p.at - 3) / 3
	switch {
	case p.at == 0:
		d.want(200, "GET", origin+page, "", "")
	case p.at == 1:
		d.want(200, "GET", origin+page+"?for="+p.task, p.cookie, "")
	case p.at == 2:
		location, _ := d.want(303, "POST", origin+page+"/quiz", p.cookie, "for="+p.task)
		p.path, _, _ = strings.Cut(location, "/questions/")
	case q < len(d.script) && p.at%3 == 1:
		d.want(303, "POST", origin+p.path+"/answers/"+d.script[q].path, p.cookie, d.others[q][rand.IntN(differing)])
	case q < len(d.script):
		d.want(200, "GET", origin+p.path+"/questions/"+d.script[q].path, p.cookie, "")
	case q == len(d.script) && p.at%3 == 0:
		d.want(303, "POST", origin+p.path+"/finish", p.cookie, "")
	default:
		d.want(200, "GET", origin+p.path+"/result", p.cookie, "")
	}
}

func (m *morning) bareStep(p *pupil, origin string) {
	d := m.d
	q := (p.at - 3) / 3
	switch {
	case p.at == 0:
		d.want(200, "GET", origin+"/page", "", "")
	case p.at == 1:
		d.want(200, "GET", origin+"/learners", p.path, "")
	case p.at == 2:
		location, _ := d.want(303, "POST", origin+"/start", "", "")
		p.path = strings.TrimPrefix(location, "/answer/")
	case q < len(d.script) && p.at%3 == 1:
		d.want(303, "POST", origin+"/answer/"+p.path, d.cookie, d.others[q][rand.IntN(differing)])
	case q < len(d.script):
		d.want(200, "GET", origin+"/question/"+p.path, d.cookie, "")
	case q == len(d.script) && p.at%3 == 0:
		d.want(303, "POST", origin+"/answer/"+p.path, d.cookie, "")
	default:
		d.want(200, "GET", origin+"/result/"+p.path, d.cookie, "")
	}
}

// closed has a number of clients send as fast as they are answered.
func (m *morning) closed(length time.Duration) sample {
	return m.d.round(m.on, length, func(int) int { m.step(); return 1 })
}

// atOnce bounds how many requests of an open loop are on their way; the rest wait, and their wait counts.
const atOnce = 256

// open sends requests at random moments, so many a second, whether those before are answered or not.
func (m *morning) open(rate float64, length time.Duration) sample {
	moments := make(chan time.Time, int(2*rate*length.Seconds())+1000)
	go func() {
		for at, end := time.Now(), time.Now().Add(length); at.Before(end); at = at.Add(time.Duration(rand.ExpFloat64() / rate * float64(time.Second))) {
			time.Sleep(time.Until(at))
			moments <- at
		}
		close(moments)
	}()
	return m.on.measured(atOnce, func(_ int, s *sample) {
		for at := range moments {
			m.step()
			s.requests++
			s.latency = append(s.latency, time.Since(at))
		}
	})
}

// watch opens live views of the classes in turn; end closes them and says how many parts they were
// sent, and how often one was refused.
func (m *morning) watch(n int) (end func() (parts, refused int)) {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	var parts, refused atomic.Int64
	for i := range n {
		class, number, _ := strings.Cut(m.school.pupils[i%classes*pupils].task, "-")
		wait.Go(func() {
			for ctx.Err() == nil { // as a browser does
				r, _ := http.NewRequestWithContext(ctx, "GET", m.on.url(i)+"/en/teach/classes/"+class+"/assignments/"+number+"/live/events", nil)
				r.Header.Set("Cookie", m.cookies[i%classes%teachers])
				if answer, err := http.DefaultTransport.RoundTrip(r); err == nil {
					if answer.StatusCode != http.StatusOK {
						refused.Add(1)
					}
					_, _ = io.Copy(&partCounter{&parts}, answer.Body)
					_ = answer.Body.Close()
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	return func() (int, int) {
		cancel()
		wait.Wait()
		return int(parts.Load()), int(refused.Load())
	}
}

// partCounter counts the parts of an event stream.
type partCounter struct{ n *atomic.Int64 }

func (c *partCounter) Write(p []byte) (int, error) {
	c.n.Add(int64(strings.Count(string(p), "\n\n")))
	return len(p), nil
}
