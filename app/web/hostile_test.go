package web

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eberbach/app/store"

	"golang.org/x/net/html"
)

// everyRoute calls ask for each route with the ids of a side, by the one whose page it is.
func (w *world) everyRoute(s *side, ask func(c *client, method, path string)) {
	w.t.Helper()
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method == http.MethodHead {
			continue // as GET
		}
		path := swapPaths[r.Method+" "+r.Path]
		if path == "" {
			path = templateOf(w.t, r.Path)
		}
		path = strings.NewReplacer(":token", "x", ":code", s.class.Code, ":hash/*", "x/css/app.css").Replace(filled(path, s.ids))
		c := s.browser
		if strings.Contains(r.Path, "/:lang/teach") {
			c = s.teacher
		}
		ask(c, r.Method, path)
	}
}

func fields(method string, pairs ...string) url.Values {
	if method != http.MethodPost {
		return nil
	}
	return set(url.Values{}, pairs)
}

// TestForeignHost: what a request calls this host gets into no page, no redirect and no other header, not even from a proxy
// that is trusted to say where it comes from: whoever is shown a kept page next would be led there.
func TestForeignHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	w.endViews()
	s := w.side("Hier")
	start := w.freeze()
	lie := func(r *http.Request) {
		r.Host = "evil.example"
		if r.Header.Get("Origin") != "" {
			r.Header.Set("Origin", "http://evil.example") // so that the form seems to come from here
		}
		for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Proto", "Forwarded"} {
			r.Header.Set(name, "evil.example")
		}
	}
	w.everyRoute(s, func(c *client, method, path string) {
		if method == http.MethodPost {
			w.thaw(start)
		}
		p := c.do(method, path, fields(method), lie)
		if strings.Contains(p.body+fmt.Sprint(p.header), "evil") {
			t.Errorf("%s %s: the answer names the host it was asked as", method, path)
		}
	})
	before := w.client().get("/de/lessons/" + theLesson)
	w.client().get("/de/lessons/"+theLesson, lie)
	if after := w.client().get("/de/lessons/" + theLesson); before.body != after.body || before.header.Get("Etag") != after.header.Get("Etag") {
		t.Error("a request with another host changes what the next one is shown")
	}
}

// TestRedirectsStay: no parameter and no trick with the path leads to another site, and none breaks anything.
func TestRedirectsStay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endViews()
	s := w.side("Hier")
	start := w.freeze()
	stays := func(p *page, what string) {
		t.Helper()
		at := p.header.Get("Location")
		if at != "" && !regexp.MustCompile(`^/(de|en)(/[^/\\]|/?$)`).MatchString(at) {
			t.Errorf("%s leads to %q", what, at)
		}
		if p.status >= 500 {
			t.Errorf("%s: status %d", what, p.status)
		}
	}
	var pairs []string
	for _, name := range append(strings.Fields("next return url redirect goto continue back r u"), publicFields...) {
		pairs = append(pairs, name, "//evil.example/%0d%0aX: y")
	}
	query := "?" + set(url.Values{}, pairs).Encode()
	w.everyRoute(s, func(c *client, method, path string) {
		if method == http.MethodPost {
			w.thaw(start)
		}
		stays(c.do(method, path+query, fields(method, pairs...)), method+" "+path)
	})
	for _, path := range []string{
		"//evil.example/de/", "///evil.example", "/%2f%2fevil.example/", "/%5cevil.example/", "/\\evil.example/", "/de//evil.example", "/de/..//evil.example/", "/./de/me",
		"/de/%2e%2e/%2e%2e/etc/passwd", "/static/x/..%2f..%2fgo.mod", "/static/x/%2e%2e/%2e%2e/go.mod", "/static/x//etc/passwd", "/static/x/css%2fapp.css",
		"/de/lessons/%2e", "/de/lessons/" + theLesson + "%00", "/de/lessons/" + theLesson + "/", "/de/lessons/" + theLesson + "%2fquiz", "/de/attempts/a%2f..%2fb/result",
		"/de/teach/classes/%7Bc:x%7D", "/de/teach/classes/*", "/de/me/notes/%0d%0aSet-Cookie:%20a=b", "/de/calendar/%2e%2e.ics", "http://evil.example/de/me", "/%", "/%zz", "/de/\xff\xfe",
		"/de?//evil.example", "/de/" + strings.Repeat("../", 2000), "/de/" + strings.Repeat("a", 12<<10), "/" + strings.Repeat("%2e%2e%2f", 1000),
	} {
		head, body := w.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		status, at := head.StatusCode, head.Header.Get("Location")
		if status >= 500 || strings.Contains(body, "module eberbach") || strings.Contains(at, "evil") || strings.HasPrefix(at, "//") {
			t.Errorf("%.60q gets %d to %q", path, status, at)
		}
		if status == http.StatusOK && strings.HasPrefix(path, "/static/x/") && !strings.HasSuffix(path, "app.css") {
			t.Errorf("%q is there", path)
		}
	}
}

// raw sends bytes as they are and reads an answer.
func (w *world) raw(sent string) (*http.Response, string) {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	w.must(err)
	defer c.Close()
	w.must(c.SetDeadline(time.Now().Add(10 * time.Second)))
	_, err = io.WriteString(c, sent)
	w.must(err)
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	w.must(err)
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer, string(body)
}

// unread is the answer to a request of which the server does not read all. Who sends it piece by piece may find the
// connection closed before they have read the answer: it goes in one piece, and a body that is too long stays behind.
func (w *world) unread(method, path, header string) *page {
	w.t.Helper()
	answer, body := w.raw(method + " " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(w.url, "http://") + "\r\n" + header + "\r\n\r\n")
	root, err := html.Parse(strings.NewReader(body))
	w.must(err)
	return &page{w.t, path, answer.StatusCode, answer.Header, body, root}
}

// longHeader is a header that no request may have.
var longHeader = "X-Long: " + strings.Repeat("x", 2*maxHeader)

// TestInjection: a line end in anything that is sent begins no header, no line of the log and no answer of its own.
func TestInjection(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := newWorld(t, withLog(&log))
	w.endViews()
	s := w.side("Hier")
	start := w.freeze()
	const line = "x\r\nInjected: yes\r\n\r\nlevel=ERROR msg=injected"
	in := url.PathEscape(line)
	clean := func(p *page, what string) {
		t.Helper()
		if p.header.Get("Injected") != "" || strings.Contains(p.header.Get("Location"), "\n") {
			t.Errorf("%s: a header was injected: %v", what, p.header)
		}
	}
	pairs := []string{"\r\nInjected: yes", "x"}
	for _, name := range publicFields {
		pairs = append(pairs, name, line)
	}
	for name := range fieldOwner {
		pairs = append(pairs, name, line)
	}
	w.everyRoute(s, func(c *client, method, path string) {
		if method == http.MethodPost {
			w.thaw(start)
		}
		agent := func(r *http.Request) {
			r.Header.Set("User-Agent", "a\tb level=ERROR msg=injected")
			r.Header.Set("Accept-Language", "de\tlevel=ERROR msg=injected")
		}
		clean(c.do(method, path+"?x="+in, fields(method, pairs...), agent), path)
		parts := strings.Split(path, "/")
		for i := 2; i < len(parts); i++ {
			changed := slices.Clone(parts)
			changed[i] = in
			clean(c.do(method, strings.Join(changed, "/"), fields(method), agent), path)
		}
	})
	_, _ = w.raw("GET /de/\" level=ERROR msg=injected HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	_, _ = w.raw("BREW\tlevel=ERROR /de/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) < 100 {
		t.Fatalf("only %d lines were logged", len(lines))
	}
	for _, l := range lines {
		if !regexp.MustCompile(`^time=\S+ level=(INFO|WARN) msg=(request|"visit not noted") `).MatchString(l) || strings.Contains(l, "injected") {
			t.Errorf("the log says %q", l)
		}
		for name, id := range s.ids {
			if len(id) >= 16 && name != "later" && strings.Contains(l, id) {
				t.Errorf("the log names %s: %q", name, l)
			}
		}
	}
}

// TestFixation: a token that somebody else has put into a browser is never taken for who begins, joins, comes back or signs in
// there, and is worth nothing afterwards.
func TestFixation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	_, _, code := c.pupil()
	secret := base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))
	forged := strings.Repeat("a", 16) + "." + secret
	planted := func() *client {
		browser := w.client()
		browser.http.Jar.SetCookies(mustURL(t, w.url), []*http.Cookie{{Name: learnerCookie, Value: forged, Path: "/"}, {Name: teacherCookie, Value: forged, Path: "/"}})
		return browser
	}
	for what, enter := range map[string]func(*client) string{
		"beginning":   func(b *client) string { b.begin("de"); return learnerCookie },
		"joining":     func(b *client) string { c.join(b); return learnerCookie },
		"coming back": func(b *client) string { c.comesBack(b, code).want(http.StatusSeeOther); return learnerCookie },
		"signing in": func(b *client) string {
			b.signIn("Frau.Eins", thePassphrase).want(http.StatusSeeOther)
			return teacherCookie
		},
	} {
		browser := planted()
		name := enter(browser)
		now := browser.cookie(name)
		id, newSecret, ok := strings.Cut(now, ".")
		if !ok || now == forged || id == strings.Repeat("a", 16) || newSecret == secret {
			t.Errorf("after %s the planted token is in use: %q", what, now)
		}
		mixed := func(r *http.Request) { r.Header.Set("Cookie", name+"="+id+"."+secret) }
		if name == teacherCookie {
			planted().get("/de/teach").to("/de/teach/signin")
			w.client().get("/de/teach", mixed).to("/de/teach/signin")
			continue
		}
		planted().get("/de/me/data").to("/de/me")
		w.client().get("/de/me/data", mixed).to("/de/me")
	}
	// Signing in again ends the session before, which somebody else may know.
	first := w.signedIn("Frau.Eins", thePassphrase)
	old := first.cookie(teacherCookie)
	first.post("/de/teach/signout", nil).want(http.StatusSeeOther)
	w.client().get("/de/teach", func(r *http.Request) { r.Header.Set("Cookie", teacherCookie+"="+old) }).to("/de/teach/signin")
	// Under TLS a cookie without the prefix may come from another host of the domain, so it counts for nothing.
	pupil, _, _ := c.pupil()
	tls := w.beside(func(c *Config) { c.Origin = "https://eberbach.example" })
	token := pupil.cookie(learnerCookie)
	tls.client().get("/de/me/data", func(r *http.Request) { r.Header.Set("Cookie", learnerCookie+"="+token) }).to("/de/me")
	tls.client().get("/de/me/data", func(r *http.Request) { r.Header.Set("Cookie", "__Host-"+learnerCookie+"="+token) }).want(http.StatusOK)
}

// TestSlowClients: 200 connections whose headers and bodies drip in keep nobody waiting, and end when their time is over,
// however many bytes came meanwhile.
func TestSlowClients(t *testing.T) {
	w := newWorld(t)
	db, err := store.Open(store.Config{Address: w.redis.URL()})
	w.must(err)
	t.Cleanup(func() { _ = db.Close() })
	s := newServer(Config{Store: db, Files: embeddedFiles, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if at := s.app.Server().ReadTimeout; at <= 0 || at > 20*time.Second {
		t.Errorf("a request may take %v to come in", at)
	}
	s.app.Server().ReadTimeout = 500 * time.Millisecond
	s.current.Store(ourSite())
	s.routes(s.app)
	w.url = serving(t, s)
	w.client().get("/healthz").want(http.StatusOK)
	var all sync.WaitGroup
	ended := make(chan time.Duration, 200)
	for i := range cap(ended) {
		all.Go(func() {
			c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			begin := time.Now()
			head := "POST /de/leave HTTP/1.1\r\nHost: x\r\n"
			if i%2 == 0 {
				head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n"
			}
			_, _ = io.WriteString(c, head)
			for time.Since(begin) < 5*time.Second {
				if _, err := io.WriteString(c, "x"); err != nil {
					break
				}
				_ = c.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				if _, err := io.Copy(io.Discard, c); err == nil { // to its end
					break
				}
			}
			ended <- time.Since(begin)
		})
	}
	time.Sleep(100 * time.Millisecond)
	for range 5 {
		begin := time.Now()
		w.client().get("/de/").want(http.StatusOK)
		if took := time.Since(begin); took > time.Second {
			t.Errorf("another visitor waited %v", took)
		}
	}
	all.Wait()
	close(ended)
	for took := range ended {
		if took > 4*time.Second {
			t.Fatalf("a connection was open for %v", took)
		}
	}
}

// TestFormsOnly: a body that is no form is refused before anything unpacks it, and an address is no form.
func TestFormsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/de/lessons/" + theLesson + "/quiz"
	var bomb, plain bytes.Buffer
	pack := func(part []byte) { // as a gzip member of its own: one million letters are packed once
		squeezed := gzip.NewWriter(&bomb)
		_, err := squeezed.Write(part)
		w.must(err, squeezed.Close())
	}
	m := multipart.NewWriter(&plain)
	_, err := m.CreateFormField("part")
	w.must(err)
	pack(plain.Bytes())
	begin := bomb.Len()
	pack(bytes.Repeat([]byte("x"), 1<<20))
	bomb.Write(bytes.Repeat(bomb.Bytes()[begin:], 47))
	plain.Reset()
	w.must(m.Close())
	pack(plain.Bytes())
	plain.Reset()
	if bomb.Len() > maxBody {
		t.Fatalf("%d bytes are refused anyway", bomb.Len())
	}
	send := func(kind, encoding string, body []byte) int {
		return w.client().do(http.MethodPost, path, url.Values{}, func(r *http.Request) {
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
			r.Header.Set("Content-Type", kind)
			if encoding != "" {
				r.Header.Set("Content-Encoding", encoding)
			}
		}).status
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := send(m.FormDataContentType(), "gzip", bomb.Bytes())
	runtime.ReadMemStats(&after)
	if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; got != http.StatusUnsupportedMediaType || grown > 40 {
		t.Errorf("a packed form gets %d and takes %d MB", got, grown)
	}
	other := multipart.NewWriter(&plain)
	w.must(other.WriteField("part", "x"), other.Close())
	for kind, body := range map[string]string{other.FormDataContentType(): plain.String(), "application/json": "{}", "text/plain": "part=x", "": "part=x", "application/xml": "<a/>"} {
		if got := send(kind, "", []byte(body)); got != http.StatusUnsupportedMediaType {
			t.Errorf("%s gets %d", kind, got)
		}
	}
	if got := send("application/x-www-form-urlencoded", "gzip", bomb.Bytes()); got != http.StatusUnsupportedMediaType {
		t.Errorf("a packed form gets %d", got)
	}
	for _, kind := range []string{"application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=UTF-8"} {
		if got := send(kind, "", []byte("part=")); got != http.StatusSeeOther {
			t.Errorf("a form of the type %s gets %d", kind, got)
		}
	}
	c := w.classroom("Frau.Eins", "9b")
	pupil, _, _ := c.pupil()
	id := pupil.id()
	pupil.post("/de/leave?"+deleteField+"=1", nil).want(http.StatusSeeOther)
	if _, err := w.server.Store.Own(t.Context(), id, time.Now()); err != nil {
		t.Errorf("an address that was sent a form has deleted everything: %v", err)
	}
}
