//go:build bench

package bench

import (
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/valyala/fasthttp"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/lessons"
)

const (
	theLesson = "false-alarms"
	clients   = 16
)

// driver sends requests in a closed loop: each client waits for its answer before it asks again.
type driver struct {
	t    *testing.T
	http *fasthttp.Client

	questions []*quiz.Question // the lesson's
	script    []request        // the answers to them in order
	others    [][]string       // by question, the bodies of several answers
	cookie    string           // a learner's, for bare handlers: they get what Eberbach gets
}

type request struct{ path, body string }

func newDriver(t *testing.T) *driver {
	t.Helper()
	m, faults := lesson.Read(lessons.FS, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	d := &driver{t: t, http: &fasthttp.Client{MaxConnsPerHost: 2 * atOnce, NoDefaultUserAgentHeader: true, ReadTimeout: 10 * time.Second}}
	d.questions = m.Lesson(theLesson).Edition("").Questions
	for _, q := range d.questions {
		d.script = append(d.script, request{q.ID, form(q, 0).Encode()})
		var bodies []string
		for n := range differing {
			bodies = append(bodies, form(q, n).Encode())
		}
		d.others = append(d.others, bodies)
	}
	return d
}

// differing is how many answers to a question there are, as different as its kind lets them be.
const differing = 12

// form is the n-th of the answers that the question takes, right or not.
func form(q *quiz.Question, n int) url.Values {
	f := url.Values{}
	items := slices.DeleteFunc(q.Items(quiz.View{Lang: "en", Seed: "x"}), func(it quiz.Item) bool { return it.Form == quiz.FormText })
	for i, it := range items {
		switch it.Form {
		case quiz.FormOption, quiz.FormMark:
			f.Set(it.Field, items[n%len(items)].Value)
		case quiz.FormSelect, quiz.FormRadios:
			f.Set(it.Field, it.Choices[(n+i*n)%len(it.Choices)].Value)
		case quiz.FormInput:
			f.Set(it.Field, strconv.Itoa(42+n))
		case quiz.FormRank:
			f.Set(it.Field, strconv.Itoa((i+n)%len(items)+1))
		case quiz.FormWords:
			f.Set(it.Field, fmt.Sprint("I would ask what the figure counts, and among how many. ", n))
		case quiz.FormStance:
			f.Set("_seen", "1")
		}
	}
	if q.Certainty != "" {
		f.Set("_certainty", quiz.Levels[n%len(quiz.Levels)].String())
	}
	return f
}

// send makes one request and returns status, place of a redirect and the new cookie, if one is set.
func (d *driver) send(method, address, cookie, body string) (status int, location, token string) {
	r, w := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(r)
	defer fasthttp.ReleaseResponse(w)
	r.SetRequestURI(address)
	r.Header.SetMethod(method)
	r.Header.Set("Accept-Encoding", "gzip, br")
	if cookie != "" {
		r.Header.Set("Cookie", cookieOf(cookie))
	}
	if method == fasthttp.MethodPost {
		r.Header.SetContentType("application/x-www-form-urlencoded")
		r.SetBodyString(body)
	}
	if err := d.http.Do(r, w); err != nil {
		d.t.Error(err)
		return 0, "", ""
	}
	if set := string(w.Header.Peek("Set-Cookie")); set != "" {
		token, _, _ = strings.Cut(strings.TrimPrefix(set, "eberbach="), ";")
	}
	return w.StatusCode(), string(w.Header.Peek("Location")), token
}

// cookieOf is the header for a learner's token, or for a cookie with its name.
func cookieOf(token string) string {
	if strings.Contains(token, "=") {
		return token
	}
	return "eberbach=" + token
}

// want makes one request whose status must be as expected.
func (d *driver) want(status int, method, address, cookie, body string) (location, token string) {
	got, location, token := d.send(method, address, cookie, body)
	if got != status {
		d.t.Errorf("%s %s: status %d, want %d, leads to %q", method, address, got, status, location)
	}
	return location, token
}

// sample is what one round of one scenario gave.
type sample struct {
	requests int
	took     time.Duration
	cpu      time.Duration // of the servers
	machine  time.Duration // of everything
	stolen   time.Duration // processors' time that the host of a virtual machine gave to others
	latency  []time.Duration
}

// round runs the job in all clients until the time is over. A job does one unit of work and says how many requests
// that took; its time is one latency. It is told its client's number.
func (d *driver) round(p servers, length time.Duration, job func(client int) int) sample {
	return p.measured(clients, func(client int, s *sample) {
		for end := time.Now().Add(length); time.Now().Before(end); {
			at := time.Now()
			n := job(client)
			if n == 0 {
				return
			}
			s.requests += n
			s.latency = append(s.latency, time.Since(at))
		}
	})
}

// measured lets so many work at once and says what it took, with what each of them has counted.
func (p servers) measured(n int, work func(i int, s *sample)) sample {
	var wait sync.WaitGroup
	parts := make([]sample, n)
	cpu, begin := p.cpu(), time.Now()
	busy, stolen := machineTime()
	for i := range parts {
		wait.Go(func() { work(i, &parts[i]) })
	}
	wait.Wait()
	s := sample{took: time.Since(begin), cpu: p.cpu() - cpu}
	s.machine, s.stolen = machineTime()
	s.machine -= busy
	s.stolen -= stolen
	for _, part := range parts {
		s.requests += part.requests
		s.latency = append(s.latency, part.latency...)
	}
	return s
}

// add puts a further round to a sample.
func (s *sample) add(more sample) {
	s.requests += more.requests
	s.took += more.took
	s.cpu += more.cpu
	s.machine += more.machine
	s.stolen += more.stolen
	s.latency = append(s.latency, more.latency...)
}

func (s *sample) rate() float64 { return float64(s.requests) / s.took.Seconds() }

// busy is the part of all processors' time in which they did something.
func (s *sample) busy() float64 { return s.part(s.machine) }

// part is what a time is of all processors'.
func (s *sample) part(t time.Duration) float64 {
	return t.Seconds() / s.took.Seconds() / float64(runtime.NumCPU())
}

func (s *sample) quantile(q float64) time.Duration {
	if len(s.latency) == 0 {
		return 0
	}
	slices.Sort(s.latency)
	return s.latency[min(int(q*float64(len(s.latency))), len(s.latency)-1)]
}

func (s *sample) String() string {
	return fmt.Sprintf("%8.0f/s  %6.0f µs CPU  p50 %7.2f ms  p99 %7.2f ms  p99.9 %7.2f ms  processors %3.0f %%, %2.0f %% stolen", s.rate(),
		float64(s.cpu.Microseconds())/float64(max(s.requests, 1)), ms(s.quantile(0.5)), ms(s.quantile(0.99)), ms(s.quantile(0.999)),
		100*s.busy(), 100*s.part(s.stolen))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
