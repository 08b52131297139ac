package web

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
	"eberbach/static"
	"eberbach/views"
)

const theLesson = "false-alarms"

// TestMain makes passphrases cheap: what a hash costs is no matter of any test but one.
func TestMain(m *testing.M) {
	school.Argon.Memory, school.Argon.Iterations, school.Argon.Parallelism = 64, 1, 1
	if redis := os.Getenv(apartOn); redis != "" {
		os.Exit(serveApart(redis))
	}
	code := m.Run()
	stopChromiums()
	os.Exit(code)
}

var embeddedFiles = Files{Lessons: lessons.FS, Views: views.FS, Static: static.FS}

// ourSite is the site of our own lessons. It never changes, so tests share it: loading it anew would take longer than most
// of them.
var ourSite = sync.OnceValue(func() *site {
	s, err := loadSite(embeddedFiles, Operator{}, time.Now())
	if err != nil {
		panic(err)
	}
	return s
})

// world is a running Eberbach on a real redis-server.
type world struct {
	t      *testing.T
	server *Server
	redis  *redistest.Server
	url    string
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	return newWorldOn(t, redistest.Start(t), change...)
}

// beside is another process on the same Redis. The clients of both send the same cookies, for a port is no part of them.
func (w *world) beside(change ...func(*Config)) *world {
	w.t.Helper()
	return newWorldOn(w.t, w.redis, change...)
}

func newWorldOn(t *testing.T, redis *redistest.Server, change ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, redis: redis}
	db, err := store.Open(store.Config{Address: w.redis.URL()})
	if err != nil {
		t.Fatal(err)
	}
	c := Config{Store: db, Files: embeddedFiles, SignUp: SignUpOpen, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	for _, f := range change {
		f(&c)
	}
	if c.Files == embeddedFiles && !c.Author && c.Operator == (Operator{}) {
		w.server = newServer(c)
		w.server.current.Store(ourSite())
		w.server.routes(w.server.app)
	} else if w.server, err = New(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.url = serving(t, w.server)
	w.client().get("/healthz").want(http.StatusOK) // a server that is shut down before it serves would serve for ever
	return w
}

// serving has a server answer until the test ends, and returns its origin.
func serving(t *testing.T, server *Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		// Of dials at once one may be left over: a connection that has asked nothing yet would be waited for.
		http.DefaultClient.CloseIdleConnections()
		if err := server.Shutdown(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return "http://" + l.Addr().String()
}

func (w *world) must(errs ...error) {
	w.t.Helper()
	for _, err := range errs {
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// storedClass stores a class of the teacher with the id.
func (w *world) storedClass(owner, name string) school.Class {
	w.t.Helper()
	code, err1 := school.NewJoinCode(random)
	id, err2 := school.NewID(random)
	now := w.server.Now()
	c := school.Class{
		ID: id, Name: name, Level: school.DefaultLevel, Lang: "de", Zone: "Europe/Berlin", Ends: now.AddDate(0, 6, 0).Format(time.DateOnly),
		Created: now, Code: code, Owner: owner,
	}
	w.must(err1, err2, w.server.Store.CreateClass(w.t.Context(), c))
	return c
}

// client is a browser without JavaScript: it keeps cookies, follows nothing by itself and can fill in forms.
type client struct {
	w    *world
	http *http.Client
}

func (w *world) client() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return &client{w, &http.Client{Jar: jar, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// page is an answer, read to its end.
type page struct {
	t      *testing.T
	path   string
	status int
	header http.Header
	body   string
	root   *html.Node
}

func (c *client) do(method, path string, form url.Values, change ...func(*http.Request)) *page {
	c.w.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, c.w.url+path, body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", c.w.url)
	}
	for _, f := range change {
		f(r)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		c.w.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		c.w.t.Fatal(err)
	}
	root, err := html.Parse(strings.NewReader(string(data)))
	if err != nil {
		c.w.t.Fatal(err)
	}
	return &page{c.w.t, path, answer.StatusCode, answer.Header, string(data), root}
}

func (c *client) get(path string, change ...func(*http.Request)) *page {
	c.w.t.Helper()
	return c.do(http.MethodGet, path, nil, change...)
}

func (c *client) post(path string, form url.Values, change ...func(*http.Request)) *page {
	c.w.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return c.do(http.MethodPost, path, form, change...)
}

// follow goes where a 303 leads.
func (c *client) follow(p *page) *page {
	c.w.t.Helper()
	if p.status != http.StatusSeeOther {
		c.w.t.Fatalf("%s: status %d, want 303: %s", p.path, p.status, p.text())
	}
	path, _, _ := strings.Cut(p.header.Get("Location"), "#")
	return c.get(path)
}

// begin starts the lesson's quiz and returns the first question.
func (c *client) begin(lang string) *page {
	c.w.t.Helper()
	return c.follow(c.post("/"+lang+"/lessons/"+theLesson+"/quiz", nil))
}

// want fails the test unless the page has the status and all texts.
func (p *page) want(status int, texts ...string) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s: status %d, want %d", p.path, p.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(p.text(), folded(text)) {
			p.t.Errorf("%s: the page does not say %q", p.path, text)
		}
	}
	return p
}

// text is the page's text, white space folded.
func (p *page) text() string {
	var b strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
	}
	return folded(b.String())
}

// folded makes one space of any white space, as text() does.
func folded(s string) string { return strings.Join(strings.Fields(s), " ") }

// all are the elements with the name, in document order.
func (p *page) all(name string) (out []*html.Node) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// form is the page's form whose action contains the text, as a person sees it.
type form struct {
	action string
	fields map[string][]string // what can be chosen; nil for what can be typed
	values url.Values          // what is chosen or typed now
}

func (p *page) form(action string) *form {
	p.t.Helper()
	for _, n := range p.all("form") {
		if strings.Contains(attr(n, "action"), action) {
			return readForm(n)
		}
	}
	p.t.Fatalf("%s: no form leads to %s", p.path, action)
	return nil
}

func readForm(n *html.Node) *form {
	f := &form{action: attr(n, "action"), fields: map[string][]string{}, values: url.Values{}}
	for d := range n.Descendants() {
		if d.Type != html.ElementNode {
			continue
		}
		name := attr(d, "name")
		switch {
		case d.Data == "input" && (attr(d, "type") == "radio" || attr(d, "type") == "checkbox"):
			f.fields[name] = append(f.fields[name], attr(d, "value"))
			if has(d, "checked") {
				f.values.Add(name, attr(d, "value"))
			}
		case d.Data == "input":
			f.fields[name] = nil
			f.values.Set(name, attr(d, "value"))
		case d.Data == "select":
			for o := range d.Descendants() {
				if o.Type == html.ElementNode && o.Data == "option" {
					f.fields[name] = append(f.fields[name], attr(o, "value"))
					if has(o, "selected") {
						f.values.Set(name, attr(o, "value"))
					}
				}
			}
		}
	}
	return f
}

// withLog keeps the log; it is written by several goroutines.
func withLog(w io.Writer) func(*Config) {
	return func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&syncWriter{w: w}, nil)) }
}

type syncWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *syncWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
