package i18n

import (
	"fmt"
	"testing"
)

// TestSayings: a text with figures is the one for these figures, however often and in whatever order it is asked for, also
// when more are asked for than are kept; one with words is always made anew.
func TestSayings(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	en := c.For("en")
	for range 2 {
		for n := range mostSayings + 10 {
			of := fmt.Sprintf("%d of %d answered", n, n+1)
			if got := en.T("standing.open", "Given", n, "Of", n+1); got != of {
				t.Fatalf("%q, want %q", got, of)
			}
			lessons := fmt.Sprintf("%d lessons", n)
			if n == 1 {
				lessons = "1 lesson"
			}
			if got := en.T("module.lessons", "N", n); got != lessons {
				t.Fatalf("%q, want %q", got, lessons)
			}
			if len(en.said.known) > mostSayings {
				t.Fatalf("%d are kept", len(en.said.known))
			}
		}
	}
	en.said.known = nil
	if got := en.T("standing.done", "Score", "Ada"); got != "Last: Ada" || len(en.said.known) != 0 {
		t.Errorf("%q, and kept are %v", got, en.said.known)
	}
}
