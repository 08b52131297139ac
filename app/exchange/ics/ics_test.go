package ics

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var at = time.Date(2026, 11, 27, 9, 30, 5, 0, time.UTC)

func TestWrite(t *testing.T) {
	c := Calendar{Name: "Eberbach: Wiederholen", Product: "-//Eberbach//Review//EN", Refresh: 6 * time.Hour, Days: []Day{
		{ID: "2026-12-31-abc@eberbach", Date: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Summary: "3 Fragen; kurz, gut", Text: "a\nb\\", URL: "https://x.example/de/me/review"},
	}}
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Eberbach//Review//EN", "METHOD:PUBLISH", "NAME:Eberbach: Wiederholen",
		"X-WR-CALNAME:Eberbach: Wiederholen", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H", "BEGIN:VEVENT", "UID:2026-12-31-abc@eberbach",
		"DTSTAMP:20261127T093005Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", `SUMMARY:3 Fragen\; kurz\, gut`, `DESCRIPTION:a\nb\\`,
		"URL:https://x.example/de/me/review", "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	if got := string(Write(c, at)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// FuzzWrite: whatever the texts are, there are as many properties as there should be, no line is too long and no character
// is cut, and unfolded and unescaped the text is what it was but for characters that no line may have.
func FuzzWrite(f *testing.F) {
	for _, seed := range []string{"", "a", "ü", strings.Repeat("ü€𝄞", 60), "a,b;c\\n", "x\r\nBEGIN:VEVENT\r\ny", "\x00\x7f\xff", "\\\\;,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := string(Write(Calendar{Name: text, Days: []Day{{ID: text, Summary: text, Text: text, URL: text}}}, at))
		if !utf8.ValidString(out) || strings.Count(out, "\n") != strings.Count(out, "\r\n") || strings.Count(out, "\r") != strings.Count(out, "\n") {
			t.Fatalf("%q has other line ends than CRLF", out)
		}
		lines := strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n")
		for _, line := range lines {
			if len(line) > 75 || line == "" {
				t.Fatalf("a line of %d bytes: %q", len(line), line)
			}
		}
		unfolded := strings.Split(strings.ReplaceAll(strings.TrimSuffix(out, "\r\n"), "\r\n ", ""), "\r\n")
		want := 18
		if text != "" {
			want = 19
		}
		if len(unfolded) != want {
			t.Fatalf("%d properties, want %d: %q", len(unfolded), want, unfolded)
		}
		for _, line := range unfolded {
			if value, ok := strings.CutPrefix(line, "SUMMARY:"); ok {
				if back := unescape(value); back != strings.Map(printed, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))) {
					t.Fatalf("%q is read as %q", text, back)
				}
			}
		}
	})
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			if s[i] == 'n' {
				b.WriteByte('\n')
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
