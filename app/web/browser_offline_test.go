package web

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

// classroom is the real program on a real Redis, and between it and the browser a line that can fail.
type classroom struct {
	t      *testing.T
	redis  *redistest.Server
	binary string
	cmd    *exec.Cmd
	line   *httptest.Server

	mu     sync.Mutex
	target *url.URL
	fault  string   // "", "cut" for answers that never arrive, "swallow" for acknowledgements that never arrive
	got    []string // the questions whose answers have reached the program, in order
}

func newClassroom(t *testing.T) *classroom {
	t.Helper()
	s := &classroom{t: t, redis: redistest.Start(t), binary: filepath.Join(t.TempDir(), "eberbach")}
	if out, err := exec.Command("go", "build", "-o", s.binary, "eberbach/app").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.start()
	s.line = httptest.NewServer(http.HandlerFunc(s.pass))
	t.Cleanup(s.line.Close)
	return s
}

var printed = regexp.MustCompile(`http://[a-z0-9.]+:\d+`)

func (s *classroom) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, "serve", "--addr", "127.0.0.1:0", "--redis", s.redis.URL(), "--log", "off")
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if at := printed.FindString(lines.Text()); at != "" {
			s.mu.Lock()
			s.target, _ = url.Parse(strings.Replace(at, "localhost", "127.0.0.1", 1))
			s.mu.Unlock()
			return
		}
	}
	s.t.Fatal("the program prints no address")
}

func (s *classroom) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func (s *classroom) fail(how string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = how
}

var errCut = errors.New("the line is cut")

// pass passes a request on, or fails as it is told to. A program that is away is a connection that breaks.
func (s *classroom) pass(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	target, fault := s.target, s.fault
	s.mu.Unlock()
	answer := r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/answers/")
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(target); p.Out.Host = r.Host },
		ModifyResponse: func(*http.Response) error {
			if answer {
				s.mu.Lock()
				s.got = append(s.got, r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
				s.mu.Unlock()
				if fault == "swallow" {
					return errCut
				}
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	if answer && fault == "cut" {
		panic(http.ErrAbortHandler)
	}
	proxy.ServeHTTP(w, r)
}

// stored are the answers of the browser's learner to the open attempt.
func (s *classroom) stored(b *browser, attempt string) (answers []*quiz.Answer, given int) {
	s.t.Helper()
	db, err := store.Open(store.Config{Address: s.redis.URL()})
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.base}})
	if err != nil || len(cookies.Cookies) != 1 {
		s.t.Fatalf("%v %v", cookies, err)
	}
	id, _, _ := strings.Cut(cookies.Cookies[0].Value, ".")
	work, err := db.Work(s.t.Context(), id, school.Task{Lesson: theLesson}, attempt, time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return work.Attempt.Answers, work.Progress.Given
}

// offline cuts the browser's own network, or restores it.
func (b *browser) offline(on bool) {
	b.t.Helper()
	_, err1 := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{URLPattern: "", Offline: on, DownloadThroughput: -1, UploadThroughput: -1}},
	})
	_, err2 := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: on, DownloadThroughput: -1, UploadThroughput: -1})
	if err := errors.Join(err1, err2); err != nil {
		b.t.Fatal(err)
	}
}

// says waits until the page says the text in the place.
func (b *browser) says(selector, text string) {
	b.t.Helper()
	var got string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		got = eval[string](b, fmt.Sprintf(`document.querySelector(%q)?.textContent ?? ""`, selector))
		if strings.Contains(got, text) {
			return
		}
	}
	b.t.Fatalf("%s: %s says %q, want %q", b.at(), selector, got, text)
}

// sendHere fills in the form and sends it, without a new page.
func (b *browser) sendHere(form url.Values) {
	b.t.Helper()
	b.js(fill(form))
	b.run(chromedp.Click("main form button"))
}

// TestOfflineQueue answers while the network is cut, while the program is dead and while acknowledgements are lost: every
// answer arrives, in order, and counts once.
func TestOfflineQueue(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		lang, one, two, here string
		width                int
		dark                 bool
	}{
		{"de", "1 Antwort wartet auf Verbindung.", "2 Antworten warten auf Verbindung.", "Deine Antwort wartet auf diesem Gerät", 360, false},
		{"en", "1 answer waits for a connection.", "2 answers wait for a connection.", "Your answer waits on this device", 1280, true},
	} {
		t.Run(run.lang, func(t *testing.T) {
			t.Parallel()
			s := newClassroom(t)
			b := openBrowser(t, s.line.URL, run.lang, run.width, run.dark)
			b.deaf = true // a failed request is what this is about
			m, _ := lesson.Read(lessons.FS, time.Now())
			questions := m.Lesson(theLesson).Edition("").Questions
			b.open("/" + run.lang + "/lessons/" + theLesson)
			b.press("#quiz button")
			attempt := strings.Split(b.at(), "/")[3]
			path := "/" + run.lang + "/attempts/" + attempt
			at := func(i int) string { return path + "/questions/" + questions[i].ID }

			// Online, it is as a plain form.
			b.send(formFor(t, questions[0], run.lang, true))
			if b.at() != at(0)+"#verdict" {
				t.Errorf("an answer leads to %s", b.at())
			}
			if seen := eval[bool](b, `(() => { const r = document.querySelector("#verdict").getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; })()`); !seen {
				t.Error("the verdict is not in view")
			}
			b.press(".turn a.button")
			b.says("eb-queue", "")

			// Cut: the answer waits, and so does the next, on a page that had been packed.
			eventually(t, func() bool { return eval[int](b, `sessionStorage.length`) == 1 })
			b.offline(true)
			b.sendHere(formFor(t, questions[1], run.lang, true))
			b.says("main [data-waiting]", run.here)
			b.says("eb-queue", run.one)
			b.clean("an answer waits")
			b.run(chromedp.Click(fmt.Sprintf(`.steps a[href="%s"]`, at(2))))
			b.says("main .stem", questions[2].Stem[run.lang])
			if b.at() != at(2) {
				t.Errorf("turning the page leads to %s", b.at())
			}
			b.clean("turned without a connection")
			b.sendHere(formFor(t, questions[2], run.lang, true))
			b.says("main [data-waiting]", run.here) // its lines move what stands below them
			b.says("eb-queue", run.two)
			if n := eval[int](b, `document.querySelectorAll(".steps .waiting").length`); n != 2 {
				t.Errorf("%d questions are marked as waiting", n)
			}
			b.run(chromedp.Click(fmt.Sprintf(`.turn a[href="%s"]`, path))) // the overview is not packed
			needs := map[string]string{"de": "Dafür braucht es eine Verbindung", "en": "That needs a connection"}[run.lang]
			b.says("eb-queue", needs)
			if b.at() != at(2) {
				t.Errorf("without a connection it leads to %s", b.at())
			}
			if said := eval[string](b, `document.querySelector("eb-queue").send().then(() => document.querySelector("eb-queue").textContent)`); !strings.Contains(said, needs) {
				t.Errorf("once it has tried again, the bar says %q", said)
			}
			b.run(chromedp.Click(fmt.Sprintf(`.steps a[href="%s"]`, at(1))))
			b.says("main .stem", questions[1].Stem[run.lang])
			b.says("eb-queue", run.two)

			// The program dies meanwhile; the network is back before it. A reload finds nobody, and loses nothing.
			s.kill()
			b.offline(false)
			time.Sleep(300 * time.Millisecond)
			_ = chromedp.Do(b.ctx, chromedp.Navigate(b.base+at(2)))
			s.start()
			b.open("/" + run.lang + "/lessons/" + theLesson)
			b.says("eb-queue", "")
			eventually(t, func() bool { return eval[int](b, `Object.keys(localStorage).length`) == 0 })

			// An acknowledgement is lost: it is sent again, and counts once.
			b.open(at(3))
			s.fail("swallow")
			b.sendHere(formFor(t, questions[3], run.lang, true))
			b.says("main [data-waiting]", run.here)
			s.fail("")
			b.says("#verdict", "")
			eventually(t, func() bool { return b.at() == at(3)+"#verdict" })

			answers, given := s.stored(b, attempt)
			for i := range 4 {
				if ans := answers[i]; ans == nil || len(ans.Tries) != 1 || ans.Fraction != 1 {
					t.Errorf("question %d: %+v", i+1, ans)
				}
			}
			if given != 4 {
				t.Errorf("%d answers are counted, want 4", given)
			}
			// Chromium itself sends again what broke on a connection that it had used before.
			want := regexp.MustCompile("^" + questions[0].ID + " " + questions[1].ID + " " + questions[2].ID + "( " + questions[3].ID + "){2,}$")
			if got := strings.Join(s.got, " "); !want.MatchString(got) {
				t.Errorf("what arrived is %s, want %s", got, want)
			}

			// Somebody else's answers wait here, too: they are neither shown nor sent. Leaving says what is lost, and empties all.
			s.fail("cut")
			b.js(`localStorage.setItem("eberbach-answer:somebody:` + attempt + `:x", '{"attempt":"x","question":"x","n":1,"to":"/de/","fields":[],"at":1}')`)
			b.open(at(4))
			b.sendHere(formFor(t, questions[4], run.lang, true))
			b.says("eb-queue", run.one)
			b.open(at(4)) // a reload
			b.says("main [data-waiting]", run.here)
			if restored := eval[bool](b, `[...document.querySelector("main form").elements].some((el) => el.checked || el.tagName === "SELECT" && el.value || el.type === "text" && el.value)`); !restored {
				t.Error("after a reload the form has lost the answer that waits")
			}
			b.open("/" + run.lang + "/leave")
			b.says("main .message", map[string]string{"de": "1 Antwort ist noch nicht gesendet.", "en": "1 answer has not been sent yet."}[run.lang])
			b.clean("leave, an answer waits")
			b.press("form[data-leave] button")
			if left := eval[int](b, `Object.keys(localStorage).length + Object.keys(sessionStorage).length`); left != 0 {
				t.Errorf("%d things are left behind", left)
			}
		})
	}
}

// TestTwoTabs answers the same question in two tabs, and on another device: the later answer wins, and the other tab says so.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	b := openBrowser(t, w.url, "en", 360, false)
	b.open("/en/lessons/workshop")
	b.js(`document.querySelector("#quiz details").open = true`)
	b.press(`#quiz form:has([value="homework"]) button`)
	question := b.at()
	first := b.ctx
	b.tab(b.ctx)
	b.open(question)
	b.send(url.Values{"option": {"may"}, "_certainty": {"very"}})
	second := b.ctx
	b.ctx = first
	b.says("main [data-elsewhere]", "answered in another tab or on another device. If you answer it here, the later answer counts.")
	b.clean("answered in another tab")
	b.send(url.Values{"option": {"march"}, "_certainty": {"very"}})
	b.says("main [role=status]", "Question 1 had been answered in another tab")
	b.clean("replaced")

	b.ctx = second // shows the next question; the other one is gone back to
	b.open(question)
	if chosen := eval[string](b, `document.querySelector("main input:checked").value`); chosen != "march" {
		t.Errorf("%s counts, not the later answer", chosen)
	}
	c := w.client()
	cookies, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.base}})
	if err != nil {
		t.Fatal(err)
	}
	c.http.Jar.SetCookies(mustURL(t, w.url), []*http.Cookie{{Name: "eberbach", Value: cookies.Cookies[0].Value}})
	c.post(strings.Replace(question, "/questions/", "/answers/", 1), url.Values{"option": {"june"}, "_certainty": {"very"}}).want(http.StatusSeeOther)
	b.js(`document.dispatchEvent(new Event("visibilitychange"))`) // somebody looks at this tab again
	b.says("main [data-elsewhere]", "answered in another tab or on another device")
	b.press("main [data-elsewhere] a")
	if chosen := eval[string](b, `document.querySelector("main input:checked").value`); chosen != "june" {
		t.Errorf("the notice's link shows %s", chosen)
	}
}

// TestNewerVersionInSight looks at every page that says that a quiz has a newer version than the attempt.
func TestNewerVersionInSight(t *testing.T) {
	t.Parallel()
	older := newWorld(t, withWorkshop)
	time.Sleep(2 * time.Millisecond) // an update takes longer
	newer := older.beside(changed(t, versionCases[2].edits...))
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
		open  string
	}{
		{"de", 360, true, "eine neuere Fassung"}, {"en", 1280, false, "a newer version of this quiz"},
	} {
		b := openBrowser(t, older.url, run.lang, run.width, run.dark)
		b.open("/" + run.lang + "/lessons/workshop")
		b.press("#quiz button")
		question := b.at()
		path := question[:strings.Index(question, "/questions/")]
		next := *b // the tab before may still ask the older process for its icon
		next.base = newer.url
		next.tab(b.ctx) // the same cookies: a port is no part of them
		b = &next
		for _, page := range []string{question, path, "/" + run.lang + "/lessons/workshop"} {
			b.open(page)
			b.says("main", run.open)
			b.clean("newer version")
		}
		b.open(path)
		b.press("main form button")
		b.clean("result, newer version")
	}
}
