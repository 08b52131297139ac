package web

import (
	"fmt"
	"testing"
)

// TestBrowserPrivacy has axe look at the privacy page, on a phone and in the dark, with somebody to ask and without.
func TestBrowserPrivacy(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		lang  string
		width int
		dark  bool
		who   Operator
	}{{"de", 360, false, Operator{Privacy: "datenschutz@eine-sehr-lange-adresse.schule.example", Imprint: "https://school.example/imprint"}}, {"en", 1280, true, Operator{}}, {"de", 360, true, Operator{}}} {
		t.Run(fmt.Sprintf("%s %d", run.lang, run.width), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(c *Config) { c.Operator = run.who })
			b := openBrowser(t, w.url, run.lang, run.width, run.dark)
			b.open("/" + run.lang + "/privacy")
			b.clean("privacy")
		})
	}
}
