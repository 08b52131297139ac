package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestHeaders reads the headers of every registered route, asked by nobody, by a pupil and by a teacher, and of every kind of
// error: without TLS and with it.
func TestHeaders(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	w := newWorld(t)
	s := w.side("Hier")
	start := w.freeze()
	for _, origin := range []string{"", "https://eberbach.example"} {
		here := w.beside(func(c *Config) {
			c.Origin = origin
			c.Now = func() time.Time {
				if broken.Load() {
					panic("a bug")
				}
				return time.Now()
			}
		})
		here.endViews()
		seen := headersOfRoutes(t, here, s, start, origin)
		headersOfErrors(t, here, &broken, origin, seen)
		for _, status := range []int{200, 302, 303, 304, 403, 404, 405, 413, 422, 431, 500} {
			if !seen[status] {
				t.Errorf("%q: no answer was a %d", origin, status)
			}
		}
	}
}

// headersOfRoutes asks for every route, and returns what statuses it was answered.
func headersOfRoutes(t *testing.T, w *world, s *side, start map[string]kept, origin string) map[int]bool {
	t.Helper()
	seen := map[int]bool{}
	// The test speaks no TLS, so its browsers would keep the cookies to themselves.
	cookies := map[string]string{
		"":       "",
		"pupil":  w.server.cookieName(learnerCookie) + "=" + s.browser.cookie(learnerCookie),
		"teach":  w.server.cookieName(teacherCookie) + "=" + s.teacher.cookie(teacherCookie),
		"forged": w.server.cookieName(learnerCookie) + "=" + strings.Repeat("a", 16) + ".b",
	}
	for _, r := range w.server.app.GetRoutes(true) {
		path := swapPaths[r.Method+" "+r.Path]
		if path == "" {
			path = templateOf(t, r.Path)
		}
		path = strings.NewReplacer(":token", "x", ":code", s.class.Code, ":hash/*", "x/css/app.css").Replace(filled(path, s.ids))
		var form url.Values
		if r.Method == http.MethodPost {
			form = url.Values{}
		}
		for _, cookie := range cookies {
			if form != nil {
				w.thaw(start)
			}
			p := w.client().do(r.Method, path, form, func(r *http.Request) { r.Header.Set("Cookie", cookie) })
			checkHeaders(t, p, origin)
			seen[p.status] = true
			if tag := p.header.Get("Etag"); tag != "" && r.Method == http.MethodGet {
				p = w.client().get(path, func(r *http.Request) { r.Header.Set("If-None-Match", tag); r.Header.Set("Cookie", cookie) })
				checkHeaders(t, p, origin)
				seen[p.status] = true
			}
		}
	}
	return seen
}

// headersOfErrors asks for what there is not.
func headersOfErrors(t *testing.T, w *world, broken *atomic.Bool, origin string, seen map[int]bool) {
	t.Helper()
	check := func(p *page) {
		t.Helper()
		checkHeaders(t, p, origin)
		seen[p.status] = true
	}
	check(w.client().get("/nowhere"))
	check(w.client().get("/de/attempts/%00"))
	check(w.client().do(http.MethodDelete, "/de/me", nil))
	check(w.client().do("BREW", "/de/me", nil))
	check(w.client().do(http.MethodOptions, "/de/me", nil))
	check(w.unread(http.MethodGet, "/de/", longHeader))
	check(w.client().post("/de/leave", nil, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }))
	check(w.unread(http.MethodPost, "/de/leave", fmt.Sprint("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ", maxBody+1)))
	broken.Store(true)
	check(w.client().post("/de/lessons/"+theLesson+"/quiz", nil))
	broken.Store(false)
}

func checkHeaders(t *testing.T, p *page, origin string) {
	t.Helper()
	hsts := ""
	if strings.HasPrefix(origin, "https") {
		hsts = "max-age=31536000"
	}
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": hsts, "Server": "", "X-Powered-By": "",
		"Access-Control-Allow-Origin": "",
	} {
		if got := p.header.Values(name); strings.Join(got, ", ") != value {
			t.Errorf("%s (%d): %s is %q, want %q", p.path, p.status, name, got, value)
		}
	}
	csp := strings.Join(p.header.Values("Content-Security-Policy"), ", ")
	for _, directive := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp+";", directive+";") {
			t.Errorf("%s (%d): no %s in the policy %q", p.path, p.status, directive, csp)
		}
	}
	for _, loose := range []string{"unsafe", "*", "data:", "blob:", "http"} {
		if strings.Contains(csp, loose) {
			t.Errorf("%s (%d): %s in the policy %q", p.path, p.status, loose, csp)
		}
	}
	for _, power := range []string{"camera=()", "microphone=()", "geolocation=()"} {
		if !strings.Contains(p.header.Get("Permissions-Policy"), power) {
			t.Errorf("%s (%d): no %s in Permissions-Policy", p.path, p.status, power)
		}
	}
	if p.header.Get("Cache-Control") == "" {
		t.Errorf("%s (%d): nothing says whether it may be kept", p.path, p.status)
	}
	if kind := p.header.Get("Content-Type"); p.body != "" && kind == "" || strings.HasPrefix(kind, "text/html") && !strings.Contains(strings.ToLower(kind), "charset=utf-8") {
		t.Errorf("%s (%d): content type %q", p.path, p.status, kind)
	}
	for _, cookie := range p.header.Values("Set-Cookie") {
		checkCookie(t, p, cookie, hsts != "")
		if cache := p.header.Get("Cache-Control"); !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
			t.Errorf("%s (%d): a cookie in an answer that may be kept for all: %q", p.path, p.status, cache)
		}
	}
}

// checkCookie checks the flags of a cookie that is set or cleared.
func checkCookie(t *testing.T, p *page, cookie string, secure bool) {
	t.Helper()
	flags := strings.Split(strings.ToLower(cookie), "; ")[1:]
	for _, flag := range []string{"httponly", "samesite=lax", "path=/"} {
		if !strings.Contains("; "+strings.Join(flags, "; ")+";", "; "+flag+";") {
			t.Errorf("%s: cookie without %s: %q", p.path, flag, cookie)
		}
	}
	joined := "; " + strings.Join(flags, "; ") + ";"
	if strings.Contains(joined, "; secure;") != secure || strings.HasPrefix(cookie, "__Host-") != secure || strings.Contains(joined, "; domain=") {
		t.Errorf("%s: under TLS %v, cookie %q", p.path, secure, cookie)
	}
}
