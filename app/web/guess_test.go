package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// wrongCode is the i-th of the codes of which no class has one: theirs are made of all letters.
func wrongCode(i int) string {
	const letters = "BCDFGHJKMN"
	return "ZZZ" + string([]byte{letters[i/100%10], letters[i/10%10], letters[i%10]})
}

// TestLimitsTogether: two processes on one database count wrong guesses together, so more processes are no more guesses; and
// from elsewhere, or after a right one, nobody waits for what somebody else has guessed.
func TestLimitsTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	c := w.classroom("Frau.Eins", "9b")
	_, _, code := c.pupil()
	w.teacher("Frau.Zwei")
	other := w.apart().world
	elsewhere := func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.7") }
	for _, row := range []struct {
		what, path    string
		most          int
		wrong, right  func(i int) url.Values
		statusOfWrong int
	}{
		{
			"joining", "/de/join", codeFailures, func(i int) url.Values { return url.Values{joinField: {wrongCode(i)}} },
			func(int) url.Values { return url.Values{joinField: {c.Code}} }, http.StatusUnprocessableEntity,
		},
		{
			"coming back", "/de/recover", codeFailures, func(i int) url.Values { return url.Values{codeField: {"ABCD-EFGH-JK" + wrongCode(i)[2:] + "RS"}} },
			func(int) url.Values { return url.Values{codeField: {code}} }, http.StatusUnprocessableEntity,
		},
		{"guessing codes of teachers", "/de/teach/recover", addressFailures, func(i int) url.Values {
			return url.Values{nameField: {fmt.Sprint("Nobody.", i)}, codeField: {"ABCD-EFGH-JKMN-PQRS"}, passphraseField: {thePassphrase}}
		}, nil, http.StatusUnprocessableEntity},
		{
			"signing in", "/de/teach/signin", addressFailures, func(i int) url.Values {
				return url.Values{nameField: {fmt.Sprint("Nobody.", i)}, passphraseField: {"guess"}}
			},
			func(int) url.Values { return url.Values{nameField: {"Frau.Zwei"}, passphraseField: {thePassphrase}} }, http.StatusUnprocessableEntity,
		},
	} {
		send := func(w *world, form url.Values, change ...func(*http.Request)) *page {
			return w.client().post(row.path, form, change...)
		}
		for i := range row.most {
			if p := send([]*world{w, other}[i%2], row.wrong(i)); p.status != row.statusOfWrong {
				t.Fatalf("%s: the %dth wrong guess gets %d", row.what, i, p.status)
			}
		}
		for _, at := range []*world{w, other} {
			send(at, row.wrong(row.most)).want(http.StatusTooManyRequests)
			if row.right != nil {
				send(at, row.right(0)).want(http.StatusTooManyRequests)
			}
		}
		if row.right != nil {
			send(w, row.right(0), elsewhere).want(http.StatusSeeOther)
		}
	}
}

// TestRightOnesAreFree: right codes are never counted, however many of a school's pupils type one.
func TestRightOnesAreFree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.classroom("Frau.Eins", "9b")
	for range codeFailures + 1 {
		w.client().post("/de/join", url.Values{joinField: {c.Code}}).want(http.StatusSeeOther)
	}
}

// TestCodesAtOnce sends many wrong codes at one moment: no more are looked at than the limit, but for the few that are in the
// places at which codes are looked up.
func TestCodesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range codeFailures - 10 {
		w.client().get("/de/join/" + wrongCode(i)).want(http.StatusNotFound)
	}
	var all sync.WaitGroup
	statuses := make(chan int, 100)
	for i := range cap(statuses) {
		all.Go(func() {
			answer, err := w.client().http.Get(w.url + "/de/join/" + wrongCode(500+i))
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close()
			statuses <- answer.StatusCode
		})
	}
	all.Wait()
	close(statuses)
	looked := 0
	for status := range statuses {
		if status == http.StatusNotFound {
			looked++
		}
	}
	if looked < 10 || looked > 10+lookupsAtOnce-1 {
		t.Errorf("%d codes were looked at when 10 were left", looked)
	}
}

// TestNoEnumeration: whether something is not there, is somebody else's or was never made looks alike.
func TestNoEnumeration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, theirs := w.classroom("Frau.Hier", "9b"), w.classroom("Herr.Dort", "9c")
	nothing := strings.Repeat("a", 16)
	same := func(what string, there, not *page, drop ...string) {
		t.Helper()
		a, b := there.body, not.body
		for _, d := range drop {
			a, b = strings.ReplaceAll(a, d, "_"), strings.ReplaceAll(b, d, "_")
		}
		if there.status != not.status || a != b {
			t.Errorf("%s: %d and %d differ", what, there.status, not.status)
		}
	}
	for _, page := range []string{"", "/settings", "/gradebook", "/join", "/assign"} {
		same("a class"+page, c.teacher.get("/de/teach/classes/"+theirs.ID+page), c.teacher.get("/de/teach/classes/"+nothing+page), theirs.ID, nothing)
	}
	guess := func(name string) *page {
		return w.client().post("/de/teach/signin", url.Values{nameField: {name}, passphraseField: {"guess"}})
	}
	same("an account", guess("Herr.Dort"), guess("Herr.Fort"), "Herr.Dort", "Herr.Fort")
	recover := func(name string) *page {
		return w.client().post("/de/teach/recover", url.Values{nameField: {name}, codeField: {"ABCD-EFGH-JKMN-PQRS"}, passphraseField: {thePassphrase + " anders"}})
	}
	same("an account with codes", recover("Herr.Dort"), recover("Herr.Fort"), "Herr.Dort", "Herr.Fort")
}
