package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// account is every answer that the program has acknowledged, and what pupils saw of the program meanwhile.
type account struct {
	mu      sync.Mutex
	answers []acknowledged
	seen    map[int]int     // how often which status; 0 is no answer at all
	longest time.Duration   // that a request took
	service []time.Duration // from the end of each harm to the next acknowledged answer
}

// saw notes what became of a request.
func (a *account) saw(status int, took time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[status]++
	a.longest = max(a.longest, took)
}

// saw503 is how often the program said that it cannot save now.
func (a *account) saw503() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.seen[http.StatusServiceUnavailable]
}

// harder multiplies how often harm is done; make faults raises it.
var harder = 1

type acknowledged struct {
	learner, attempt string
	question         int // place in the quiz
	form             url.Values
}

func (a *account) add(ack acknowledged) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers = append(a.answers, ack)
}

// pupil answers one quiz after another, and sends again what was not acknowledged, as a page does. Every fifth
// acknowledgement is lost on the way.
type pupil struct {
	t     *testing.T
	bases []string // of the program's processes, asked in turn
	http  *http.Client
	stop  <-chan struct{}
	sent  int
	a     *account
}

// base is the process that is asked next.
func (p *pupil) base() string { return p.bases[p.sent%len(p.bases)] }

func newPupil(t *testing.T, bases []string, stop <-chan struct{}, a *account) *pupil {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &pupil{t, bases, &http.Client{
		Jar: jar, Timeout: 4 * time.Second, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, stop, 0, a}
}

// persist sends a request until it is acknowledged with the status; false when the test is over before that.
func (p *pupil) persist(status int, send func() (*http.Response, error)) (location, body string, ok bool) {
	for {
		select {
		case <-p.stop:
			return "", "", false
		default:
		}
		begun := time.Now()
		answer, err := send()
		if err != nil {
			p.sent++
			p.a.saw(0, time.Since(begun))
			time.Sleep(10 * time.Millisecond) // away: nobody hammers a door that is shut
			continue
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		p.a.saw(answer.StatusCode, time.Since(begun))
		if p.sent++; p.sent%5 == 0 {
			continue
		}
		if answer.StatusCode == status && err == nil {
			return answer.Header.Get("Location"), string(body), true
		}
		if answer.StatusCode != http.StatusServiceUnavailable {
			p.t.Errorf("%s: status %d", answer.Request.URL.Path, answer.StatusCode)
			return "", "", false
		}
	}
}

var (
	choiceField = regexp.MustCompile(`<input type="(?:radio|checkbox)" name="([^"_][^"]*)" value="([^"]+)"`)
	selectField = regexp.MustCompile(`<select id="[^"]*" name="([^"]+)"><option value="">[^<]*</option><option value="([^"]+)"`)
	tryField    = regexp.MustCompile(`<input type="hidden" name="(_try)" value="(\d+)"`)
	numberInput = regexp.MustCompile(`<input type="text"[^>]* name="([^"]+)"`)
	stepLink    = regexp.MustCompile(`<li[^>]*><a href="(/en/attempts/[^"]+/questions/[^"]+)"`)
)

// fill answers the form of a page: the first option, the first match, a number. From an opinion it only goes on, and how
// sure it is it does not say.
func fill(page string) url.Values {
	if strings.Contains(page, `name="_seen"`) {
		return url.Values{"_seen": {"1"}}
	}
	form := url.Values{}
	if m := tryField.FindStringSubmatch(page); m != nil {
		form.Set(m[1], m[2])
	}
	if m := choiceField.FindStringSubmatch(page); m != nil {
		form.Set(m[1], m[2])
	}
	for _, m := range selectField.FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	if m := numberInput.FindStringSubmatch(page); m != nil {
		form.Set(m[1], "42")
	}
	return form
}

// learn goes through whole quizzes until it is stopped, and writes down each acknowledged answer.
func (p *pupil) learn() {
	for {
		start := func() (*http.Response, error) { return p.http.PostForm(p.base()+"/en/lessons/false-alarms/quiz", nil) }
		first, _, ok := p.persist(http.StatusSeeOther, start)
		if !ok {
			return
		}
		_, page, ok := p.persist(http.StatusOK, func() (*http.Response, error) { return p.http.Get(p.base() + first) })
		if !ok {
			return
		}
		for i, step := range stepLink.FindAllStringSubmatch(page, -1) {
			_, page, ok := p.persist(http.StatusOK, func() (*http.Response, error) { return p.http.Get(p.base() + step[1]) })
			form := fill(page)
			if !ok || len(form) == 0 || form.Get("_try") > "1" {
				continue // answered by a request whose acknowledgement was lost
			}
			to := strings.Replace(step[1], "/questions/", "/answers/", 1)
			if _, _, ok := p.persist(http.StatusSeeOther, func() (*http.Response, error) { return p.http.PostForm(p.base()+to, form) }); !ok {
				return
			}
			p.a.add(acknowledged{p.learner(), strings.Split(to, "/")[3], i, form})
		}
		finish := strings.Join(strings.Split(first, "/")[:4], "/") + "/finish"
		if _, _, ok := p.persist(http.StatusSeeOther, func() (*http.Response, error) { return p.http.PostForm(p.base()+finish, nil) }); !ok {
			return
		}
	}
}

func (p *pupil) learner() string {
	u, _ := url.Parse(p.bases[0])
	id, _, _ := strings.Cut(p.http.Jar.Cookies(u)[0].Value, ".")
	return id
}

// load runs pupils, does harm to the program every now and then, and returns what was acknowledged.
func load(t *testing.T, bases []string, times int, harm func(a *account)) *account {
	t.Helper()
	stop, a := make(chan struct{}), &account{seen: map[int]int{}}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { newPupil(t, bases, stop, a).learn() })
	}
	for range times {
		a.grow(t, 100)
		harm(a)
		over := time.Now()
		a.grow(t, 1)
		a.service = append(a.service, time.Since(over))
	}
	a.grow(t, 100)
	close(stop)
	wait.Wait()
	return a
}

// settle checks the account against what is stored at the place, says in a line what came of the fault, and fails the test
// when an answer was lost or counted twice.
func (a *account) settle(t *testing.T, at store.Config) {
	t.Helper()
	db := opened(t, at)
	defer db.Close()
	lost, miscounted := a.check(t, db)
	var service time.Duration
	for _, d := range a.service {
		service = max(service, d)
	}
	t.Logf("| %s | %d | %d | %d | %d | %d ms | 503: %d, no answer: %d, longest %d ms |", strings.TrimPrefix(t.Name(), "Test"), len(a.service),
		len(a.answers), lost, miscounted, service.Milliseconds(), a.seen[http.StatusServiceUnavailable], a.seen[0], a.longest.Milliseconds())
	if lost+miscounted > 0 {
		t.Errorf("%d lost, %d miscounted of %d", lost, miscounted, len(a.answers))
	}
}

// grow waits until so many more answers are acknowledged.
func (a *account) grow(t *testing.T, n int) {
	t.Helper()
	count := func() int {
		a.mu.Lock()
		defer a.mu.Unlock()
		return len(a.answers)
	}
	goal := count() + n
	for end := time.Now().Add(30 * time.Second); count() < goal; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("only %d of %d answers are acknowledged", count(), goal)
		}
	}
}

// check compares every acknowledged answer with what is stored and returns how many are lost, and how many are counted
// twice: as a further try, or in a progress that does not agree with the attempts.
func (a *account) check(t *testing.T, db *store.Store) (lost, miscounted int) {
	t.Helper()
	const lesson = "false-alarms"
	byLearner := map[string][]acknowledged{}
	for _, ack := range a.answers {
		byLearner[ack.learner] = append(byLearner[ack.learner], ack)
	}
	for learner, answers := range byLearner {
		read := func() error { _, err := db.Own(t.Context(), learner, time.Now()); return err }
		if err := back(t, read); err != nil {
			lost += len(answers)
			continue
		}
		own, err := db.Own(t.Context(), learner, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		stored, err := db.Attempts(t.Context(), learner, []string{lesson}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		given, done := 0, 0
		found := map[string]int{}
		for i, attempt := range stored[lesson] {
			found[attempt.ID] = i
			if attempt.Done() {
				done++
			} else {
				given += attempt.Given()
			}
		}
		for _, ack := range answers {
			i, ok := found[ack.attempt]
			if !ok || stored[lesson][i].Answers[ack.question] == nil || !holds(stored[lesson][i].Answers[ack.question].Response(), ack.form) {
				lost++
			}
		}
		for _, attempt := range stored[lesson] {
			for q, ans := range attempt.Answers {
				if ans != nil && len(ans.Tries) > 1 { // everybody tries once
					miscounted++
					t.Logf("question %d of %s counts %d tries: %v", q+1, attempt.ID, len(ans.Tries), ans.Tries)
				}
			}
		}
		if p := own.Progress[lesson]; p.Given != given || p.Done != done || p.Attempts != len(stored[lesson]) {
			miscounted++
			t.Logf("%+v, but %d attempts, %d handed in, %d answers in the open one", p, len(stored[lesson]), done, given)
		}
	}
	return lost, miscounted
}

// back waits until the database answers a read.
func back(t *testing.T, read func() error) error {
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err = read(); !errors.Is(err, store.ErrUnavailable) {
			return err
		}
	}
	t.Fatalf("the database does not come back: %v", err)
	return nil
}

// holds says whether all that was sent is in the stored answer.
func holds(stored map[string][]string, form url.Values) bool {
	for field := range maps.Keys(form) {
		if field != "_try" && !slices.Equal(stored[field], form[field]) {
			return false
		}
	}
	return true
}

// freeAddress is an address on which the program can be started again.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// TestKilledProgram kills the program again and again under load, on the embedded database: every answer that was
// acknowledged is there, and none is counted twice.
func TestKilledProgram(t *testing.T) {
	dir, addr := t.TempDir(), freeAddress(t)
	p := boot(t, "--data", dir, "--addr", addr, "--log", "off")
	a := load(t, []string{"http://" + addr}, 4*harder, func(*account) {
		if err := p.cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		_ = p.cmd.Wait()
		p = boot(t, "--data", dir, "--addr", addr, "--log", "off")
	})
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	a.settle(t, store.Config{Dir: dir})
}

// TestKilledRedis kills redis-server again and again under load; the program goes on without a restart.
func TestKilledRedis(t *testing.T) {
	redis := redistest.Start(t, "--appendfsync", "everysec")
	p := boot(t, "--redis", redis.URL(), "--log", "off")
	a := load(t, []string{p.url}, 3*harder, func(*account) {
		redis.Kill()
		redis.Start()
	})
	a.settle(t, store.Config{Address: redis.URL()})
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestKilledMaster kills a cluster's master under load, and its replica takes over without the last
// moment's writes: those must not have been acknowledged.
func TestKilledMaster(t *testing.T) {
	cluster := redistest.StartCluster(t, 3, 3, "--cluster-node-timeout", "1000", "--appendfsync", "everysec")
	p := boot(t, "--redis", cluster.URL(), "--wait", "1", "--log", "off")
	n := 0
	a := load(t, []string{p.url}, min(2*harder, len(cluster.Masters)), func(*account) {
		cluster.KillMaster(t, n)
		cluster.Masters[n].Start() // until then its learners are refused: nobody but the new master has what they write
		n++
	})
	a.settle(t, store.Config{Address: cluster.URL()})
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// TestAccountFindsLoss: the account finds what is missing, what is another answer, and what a program loses that
// acknowledges before it has written.
func TestAccountFindsLoss(t *testing.T) {
	redis := redistest.Start(t)
	p := boot(t, "--redis", redis.URL(), "--log", "off")
	early := newHasty(t, p.url)
	late := load(t, []string{early.url}, 0, nil)
	early.end()
	a := load(t, []string{p.url}, 0, nil)
	db := opened(t, store.Config{Address: redis.URL()})
	defer db.Close()
	if lost, _ := late.check(t, db); lost == 0 { // besides the forgotten ones, what came after its attempt was handed in
		t.Errorf("%d answers were acknowledged and never written, and the account finds %d lost", early.forgotten, lost)
	}
	if lost, miscounted := a.check(t, db); lost+miscounted > 0 {
		t.Fatalf("%d lost, %d miscounted without any harm", lost, miscounted)
	}
	a.answers[len(a.answers)-1].form = url.Values{"option": {"something-else"}}
	if lost, _ := a.check(t, db); lost != 1 {
		t.Errorf("an answer is another one, and the account finds %d", lost)
	}
	gone := 0
	for _, ack := range a.answers {
		if ack.learner == a.answers[0].learner {
			gone++
		}
	}
	if err := db.Delete(t.Context(), a.answers[0].learner); err != nil {
		t.Fatal(err)
	}
	if lost, _ := a.check(t, db); lost < gone {
		t.Errorf("a learner with %d answers is gone, and the account finds %d lost", gone, lost)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d:\n%s", code, p.stderr)
	}
}

// hasty stands before the program with the worst fault that it could have: it acknowledges an answer before anything is
// written, hands it on later, and sometimes forgets it.
type hasty struct {
	url       string
	server    *httptest.Server
	later     sync.WaitGroup
	mu        sync.Mutex
	answers   int
	forgotten int
}

func newHasty(t *testing.T, to string) *hasty {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	h, pass := &hasty{}, httputil.NewSingleHostReverseProxy(target)
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || !strings.Contains(r.URL.Path, "/answers/") {
			pass.ServeHTTP(w, r)
			return
		}
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.answers++
		forget := h.answers%9 == 0
		if forget {
			h.forgotten++
		}
		h.mu.Unlock()
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusSeeOther)
		if forget {
			return
		}
		on := r.Clone(context.WithoutCancel(r.Context()))
		on.Body = io.NopCloser(bytes.NewReader(body))
		h.later.Go(func() { pass.ServeHTTP(httptest.NewRecorder(), on) })
	}))
	h.url = h.server.URL
	t.Cleanup(h.server.Close)
	return h
}

// end returns when everything is handed on that will be.
func (h *hasty) end() {
	h.server.Close()
	h.later.Wait()
}
