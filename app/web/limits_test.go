package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestCookieFlags(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		"":                         "eberbach=",
		"http://school.example":    "eberbach=",
		"https://eberbach.example": "__Host-eberbach=",
	} {
		w := newWorld(t, func(c *Config) { c.Origin = origin })
		cookie := w.client().post("/de/lessons/"+theLesson+"/quiz", nil).want(http.StatusSeeOther).header.Get("Set-Cookie")
		if !strings.HasPrefix(cookie, want) {
			t.Errorf("%q: cookie %q", origin, cookie)
		}
		for _, flag := range []string{"HttpOnly", "SameSite=Lax", "path=/", "max-age="} {
			if !strings.Contains(strings.ToLower(cookie), strings.ToLower(flag)) {
				t.Errorf("%q: cookie without %s: %q", origin, flag, cookie)
			}
		}
		if secure := strings.Contains(strings.ToLower(cookie), "; secure"); secure != strings.HasPrefix(origin, "https") {
			t.Errorf("%q: secure is %v", origin, secure)
		}
	}
}

// TestOtherSites refuses forms that other sites send in a visitor's name, and takes our own in browsers old and new.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := "/de/lessons/" + theLesson + "/quiz"
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("Origin")
			if name != "" {
				r.Header.Set(name, value)
			}
		}
	}
	w.client().post(start, nil, header("Sec-Fetch-Site", "cross-site")).want(http.StatusForbidden, "nicht von hier")
	w.client().post(start, nil, header("Sec-Fetch-Site", "same-site")).want(http.StatusForbidden)
	w.client().post(start, nil, header("Origin", "https://evil.example")).want(http.StatusForbidden)
	w.client().post(start, nil, header("Origin", "null")).want(http.StatusForbidden)
	w.client().post(start, nil, header("Sec-Fetch-Site", "same-origin")).want(http.StatusSeeOther)
	w.client().post(start, nil, header("Origin", w.url)).want(http.StatusSeeOther)
	w.client().post(start, nil, header("", "")).want(http.StatusSeeOther) // neither header: no browser, nobody's cookies
}

func TestRequestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	huge := url.Values{"option": {strings.Repeat("x", maxBody)}}
	for lang, text := range map[string]string{"de": "Das war zu viel", "en": "That was too much"} {
		var said []byte
		for range tries { // the server hangs up on who goes on sending, which the client may see before the answer
			answer, err := w.client().http.PostForm(w.url+"/"+lang+"/lessons/"+theLesson+"/quiz", huge)
			if err != nil {
				continue
			}
			said, err = io.ReadAll(answer.Body)
			answer.Body.Close()
			if err == nil && answer.StatusCode == http.StatusRequestEntityTooLarge {
				break
			}
		}
		if !strings.Contains(string(said), text) {
			t.Errorf("too much is answered by %q, not %q", said, text)
		}
	}
	w.unread(http.MethodGet, "/de/", longHeader).want(http.StatusRequestHeaderFieldsTooLarge)
	if p := w.client().do(http.MethodDelete, "/de/me", nil); p.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: status %d", p.status)
	}
	for _, path := range []string{"/fr/", "/de/lessons/no-such-lesson", "/de/lessons/..%2f..%2fmodule.yaml", "/de/attempts/%00", "/static/x/../../go.mod", "/static/x/js/none.js", "/de/lessons/" + strings.Repeat("a", 3000)} {
		w.client().get(path).want(http.StatusNotFound)
	}
}

// TestErrorPages are pages of the house in the language of the address, or of the browser.
func TestErrorPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.client().get("/de/nowhere").want(404, "Diese Seite gibt es nicht", "Hilfe ist da")
	w.client().get("/en/nowhere").want(404, "This page does not exist", "Help is there")
	w.client().get("/nowhere", func(r *http.Request) { r.Header.Set("Accept-Language", "de-AT,de;q=0.9") }).want(404, "Diese Seite gibt es nicht")
	w.client().get("/nowhere").want(404, "This page does not exist")
}

// TestSlowClient holds a connection open without finishing its request: others are served meanwhile.
func TestSlowClient(t *testing.T) {
	w := newWorld(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "POST /de/leave HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
	begin := time.Now()
	w.client().get("/de/").want(http.StatusOK)
	if took := time.Since(begin); took > time.Second {
		t.Errorf("another visitor waited %v", took)
	}
}

// TestPipelined sends two requests in one packet: the memory of the first must not shine through in the second.
func TestPipelined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET /de/nowhere-long-name HTTP/1.1\r\nHost: x\r\n\r\nGET /en/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	r := bufio.NewReader(c)
	for _, want := range []int{404, 200} {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("status %d, want %d", answer.StatusCode, want)
		}
	}
}

// TestPanic: a bug in one page is an error page, and the program goes on.
func TestPanic(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	w := newWorld(t, func(c *Config) {
		c.Now = func() time.Time {
			if broken.Load() {
				panic("a bug")
			}
			return time.Now()
		}
	})
	broken.Store(true)
	w.client().post("/de/lessons/"+theLesson+"/quiz", nil).want(http.StatusInternalServerError, "Bei uns ist etwas kaputtgegangen")
	broken.Store(false)
	w.client().get("/de/").want(http.StatusOK)
}

// TestVisit: the first visit of a day moves the expiry of everything the learner has, whichever page it is.
func TestVisit(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := newWorld(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	c, attempt := started(t, w)
	ends := func() (least time.Duration) {
		db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
		defer db.Close()
		least = 1 << 62
		for _, key := range db.Keys(t.Context(), "{u:*").Val() {
			least = min(least, db.TTL(t.Context(), key).Val())
		}
		return least
	}
	before := ends()
	ahead.Store(int64(48 * time.Hour))
	c.get("/en/attempts/" + attempt).want(http.StatusOK)
	if gained := ends() - before; gained < 47*time.Hour {
		t.Errorf("a visit two days later moves the expiry by %v", gained)
	}
}
