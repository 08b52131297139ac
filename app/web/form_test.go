package web

import (
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"eberbach/app/i18n"
)

// requested is a context of Fiber with a request, as a handler gets it.
func requested(app *fiber.App, change func(*fasthttp.Request)) (c *fiber.Ctx, done func()) {
	var ctx fasthttp.RequestCtx
	ctx.Init(&fasthttp.Request{}, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil)
	change(&ctx.Request)
	c = app.AcquireCtx(&ctx)
	return c, func() { app.ReleaseCtx(c) }
}

// FuzzForm reads a body as a form and sends what was read again, as the page does that keeps a form while the store is away:
// the same is read from it.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=b&a=c", "=", "&&&", "%", "%zz=%", "a=%00&b=%ff", "_try=1&option=x", "a+b=c+d", strings.Repeat("a&", 2000), "a=%0d%0a", ";a=b;", "\xff=\xfe", "a=1&=2&a"} {
		f.Add(seed)
	}
	app := fiber.New(fiber.Config{Immutable: true})
	read := func(body string) map[string][]string {
		c, done := requested(app, func(r *fasthttp.Request) {
			r.Header.SetMethod(fiber.MethodPost)
			r.Header.SetContentType(fiber.MIMEApplicationForm)
			r.SetBodyString(body)
		})
		defer done()
		return formOf(c)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form := read(body)
		again := url.Values{}
		bytes := 0
		for _, field := range fieldsOf(form) {
			again.Add(field.Name, field.Value)
			bytes += len(field.Name) + len(field.Value)
		}
		if bytes > len(body) {
			t.Fatalf("%q became %d bytes", body, bytes)
		}
		kept := read(again.Encode())
		for name, list := range form {
			if len(kept[name]) != len(list) {
				t.Fatalf("%q: of %q %d values are left of %d", body, name, len(kept[name]), len(list))
			}
		}
		if len(kept) != len(form) {
			t.Fatalf("%q: %d names are left of %d", body, len(kept), len(form))
		}
	})
}

// FuzzLocalPath: whatever is asked for, what is left of it is a page of ours, as our router and as a browser understand it.
func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"", "/de/teach", "/en/lessons/x?y=z#a", "//evil.example/de/teach", "/\\evil.example", "https://evil.example/de/teach", "/de//teach", "/de/teach/..", "/de/teach/%2e%2e/%2f", "/de/teach\r\nx: y", "/de/teach?%0d%0a", "javascript:/de/teach", "/de/teach/\x00"} {
		f.Add(seed)
	}
	base, _ := url.Parse("https://eberbach.example/de/teach/signin")
	f.Fuzz(func(t *testing.T, to string) {
		got := localPath(to)
		if got == "" {
			return
		}
		u, err := base.Parse(got)
		if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || u.User != nil || strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\r\n\t \x00") {
			t.Fatalf("%q leads to %q: %v", to, got, err)
		}
		parts := strings.Split(u.Path, "/")
		if len(parts) < 3 || !i18n.Known(parts[1]) || parts[2] != "teach" && parts[2] != "lessons" {
			t.Fatalf("%q leads to %q", to, got)
		}
		if localPath(got) != got {
			t.Fatalf("%q leads to %q, and that to %q", to, got, localPath(got))
		}
	})
}

// FuzzForwarded: of X-Forwarded-For nothing counts that no trusted proxy has written, and what counts is an address.
func FuzzForwarded(f *testing.F) {
	for _, seed := range []string{"", "203.0.113.7", "198.51.100.9, 203.0.113.7", "nonsense", ",,,", "::1", "fe80::1%eth0", "2001:db8::1, 127.0.0.1", "127.0.0.1,127.0.0.1", "1.2.3.4:80", "[::1]:80", "\x00"} {
		f.Add(seed)
	}
	app := fiber.New()
	all := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	f.Fuzz(func(t *testing.T, header string) {
		c, done := requested(app, func(r *fasthttp.Request) { r.Header.Set(fiber.HeaderXForwardedFor, header) })
		defer done()
		if got := (&Server{}).address(c); got != "127.0.0.1" {
			t.Fatalf("%q counts as %q though nobody is trusted", header, got)
		}
		got := (&Server{Config: Config{Proxies: all}}).address(c)
		_, err1 := netip.ParseAddr(got)
		if _, err2 := netip.ParsePrefix(got); err1 != nil && err2 != nil {
			t.Fatalf("%q counts as %q", header, got)
		}
	})
}
