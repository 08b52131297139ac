//go:build bench

package bench

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if os.Getenv("BENCH_BARE") == "1" {
		serveBare()
		return
	}
	os.Exit(m.Run())
}

const (
	rounds = 12 // a virtual machine is now faster, now slower: ratios of single rounds differ by a tenth
	length = time.Second
)

// build makes the program under measurement.
func build(t *testing.T) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "eberbach")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "eberbach/app").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

// TestBench prints what single kinds of requests come to, beside bare handlers.
func TestBench(t *testing.T) {
	binary := build(t)
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { compare(t, binary, e) })
	}
}

// compare runs each scenario against Eberbach and against the bare handlers in turn.
func compare(t *testing.T, binary string, e engine) {
	d, on := newDriver(t), e.start(t)
	ours := on.eberbach(t, binary)
	time.Sleep(time.Second) // until it has given back what its start took
	idle := ours.resident()
	bare := on.bare(t, recordBytes(t, d, ours))
	fmt.Printf("\n%s, %d clients, %d rounds of %v each in turn\n", e.name, clients, rounds, length)
	for _, s := range scenarios(d) {
		var a, b sample
		var ratios []float64
		var trips traffic
		for range rounds {
			prepared := s.ours(ours)
			before := on.trips()
			part := d.round(ours, length, prepared)
			trips.add(before, on.trips())
			other := d.round(bare, length, s.bare(bare))
			ratios = append(ratios, part.rate()/other.rate())
			a.add(part)
			b.add(other)
		}
		slices.Sort(ratios)
		fmt.Printf("%-28s Eberbach %s%s\n%-28s bare     %s   ratio %.2f, half of the rounds between %.2f and %.2f\n", s.name, &a, trips.each(a.requests),
			"", &b, a.rate()/b.rate(), ratios[len(ratios)/4], ratios[len(ratios)*3/4])
	}
	fmt.Printf("%-28s idle %.0f MB, after the run %.0f MB\n", "resident memory", idle, ours.resident())
}

// scenario is something to measure. Each of its functions prepares a round and returns the job of a client.
type scenario struct {
	name       string
	ours, bare func(p servers) func(client int) int
}

func scenarios(d *driver) []scenario {
	lesson := "/en/lessons/" + theLesson
	return []scenario{
		{
			"lesson page, no cookie",
			func(p servers) func(int) int {
				return func(i int) int { d.want(200, "GET", p.url(i)+lesson, "", ""); return 1 }
			},
			func(p servers) func(int) int {
				return func(i int) int { d.want(200, "GET", p.url(i)+"/page", "", ""); return 1 }
			},
		},
		{
			"lesson page of a learner",
			func(p servers) func(int) int {
				_, token := d.want(303, "POST", p.url(0)+lesson+"/quiz", "", "")
				return func(i int) int { d.want(200, "GET", p.url(i)+lesson, token, ""); return 1 }
			},
			func(p servers) func(int) int {
				location, _ := d.want(303, "POST", p.url(0)+"/start", "", "")
				id := strings.TrimPrefix(location, "/answer/")
				return func(i int) int { d.want(200, "GET", p.url(i)+"/learners", id, ""); return 1 }
			},
		},
		{"answer submission", d.submissions, d.bareSubmissions},
		{
			"whole attempt (requests)",
			func(p servers) func(int) int { return func(i int) int { return d.attempt(p.url(i)) } },
			func(p servers) func(int) int { return func(i int) int { return d.bareAttempt(p.url(i)) } },
		},
	}
}

// submissions begins attempts before the clock runs, enough for every client, and then only answers.
func (d *driver) submissions(p servers) func(int) int {
	type open struct{ path, token string }
	pool := make(chan open, 4000)
	d.fill(cap(pool), func(i int) {
		location, token := d.want(303, "POST", p.url(i)+"/en/lessons/"+theLesson+"/quiz", "", "")
		pool <- open{strings.Split(location, "/questions/")[0], token}
	})
	held, next := make([]open, clients), make([]int, clients)
	return func(i int) int {
		if held[i].path == "" || next[i] == len(d.script) {
			if len(pool) == 0 {
				return 0
			}
			held[i], next[i] = <-pool, 0
		}
		answer := d.script[next[i]]
		next[i]++
		d.want(303, "POST", p.url(i)+held[i].path+"/answers/"+answer.path, held[i].token, answer.body)
		return 1
	}
}

func (d *driver) bareSubmissions(p servers) func(int) int {
	pool := make(chan string, 4000)
	d.fill(cap(pool), func(i int) {
		location, _ := d.want(303, "POST", p.url(i)+"/start", "", "")
		pool <- location
	})
	held, next := make([]string, clients), make([]int, clients)
	return func(i int) int {
		if held[i] == "" || next[i] == len(d.script) {
			if len(pool) == 0 {
				return 0
			}
			held[i], next[i] = <-pool, 0
		}
		answer := d.script[next[i]]
		next[i]++
		d.want(303, "POST", p.url(i)+held[i], d.cookie, answer.body)
		return 1
	}
}

func (d *driver) fill(n int, f func(client int)) {
	var wait sync.WaitGroup
	for i := range clients {
		wait.Go(func() {
			for k := i; k < n; k += clients {
				f(i)
			}
		})
	}
	wait.Wait()
}

// attempt is start, all answers, handing in and the result.
func (d *driver) attempt(origin string) int {
	location, token := d.want(303, "POST", origin+"/en/lessons/"+theLesson+"/quiz", "", "")
	path := origin + strings.Split(location, "/questions/")[0]
	for i, answer := range d.script {
		d.want(303, "POST", path+"/answers/"+answer.path, token, d.others[i][rand.IntN(differing)]) // results differ
	}
	d.want(303, "POST", path+"/finish", token, "")
	d.want(200, "GET", path+"/result", token, "")
	return len(d.script) + 3
}

func (d *driver) bareAttempt(origin string) int {
	location, _ := d.want(303, "POST", origin+"/start", "", "")
	for _, answer := range d.script {
		d.want(303, "POST", origin+location, d.cookie, answer.body)
	}
	d.want(303, "POST", origin+location, d.cookie, "")
	d.want(200, "GET", origin+"/result/"+strings.TrimPrefix(location, "/answer/"), d.cookie, "")
	return len(d.script) + 3
}

// recordBytes takes down what Eberbach sends, headers included, so that the bare handlers send the same.
func recordBytes(t *testing.T, d *driver, on servers) string {
	t.Helper()
	dir, p := t.TempDir(), on[0]
	location, token := d.want(303, "POST", p.url+"/en/lessons/"+theLesson+"/quiz", "", "")
	d.cookie = token
	path := strings.Split(location, "/questions/")[0]
	for _, answer := range d.script {
		d.want(303, "POST", p.url+path+"/answers/"+answer.path, token, answer.body)
	}
	record(t, dir, p, "question", "GET", path+"/questions/"+d.script[0].path, token, 200, "gzip")
	record(t, dir, p, "answer", "POST", path+"/finish", token, 303, "")
	record(t, dir, p, "page", "GET", "/en/lessons/"+theLesson, "", 200, "br")
	record(t, dir, p, "learners", "GET", "/en/lessons/"+theLesson, token, 200, "gzip")
	record(t, dir, p, "result", "GET", path+"/result", token, 200, "gzip")
	return dir
}

// record writes the body of an answer into the file of that name and its headers, a line each, into NAME.head.
func record(t *testing.T, dir string, p *process, name, method, path, token string, status int, encoding string) {
	t.Helper()
	r, _ := http.NewRequest(method, p.url+path, nil)
	r.Header.Set("Accept-Encoding", "gzip, br")
	if token != "" {
		r.Header.Set("Cookie", cookieOf(token))
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != status || answer.Header.Get("Content-Encoding") != encoding {
		t.Fatalf("%s: %d %s", path, answer.StatusCode, answer.Header.Get("Content-Encoding"))
	}
	var head strings.Builder
	for name, values := range answer.Header {
		switch name {
		case "Content-Length", "Date", "Server", "Location": // each server's own
		default:
			fmt.Fprintf(&head, "%s: %s\n", name, values[0])
		}
	}
	for file, data := range map[string][]byte{name: body, name + ".head": []byte(head.String())} {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
