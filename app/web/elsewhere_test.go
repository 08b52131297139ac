package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// script makes a request one of our script's.
func script(r *http.Request) { r.Header.Set("Accept", "application/json") }

func (p *page) outcome() (o outcome) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.body), &o); err != nil || !strings.HasPrefix(p.header.Get("Content-Type"), "application/json") {
		p.t.Fatalf("%s is answered with %q: %v", p.path, p.body, err)
	}
	return o
}

// shown is the form's tag of the answer that a page shows.
func (c *client) shown(path string) string {
	c.w.t.Helper()
	return c.get(path).want(http.StatusOK).form("/answers/").values.Get(shownField)
}

// TestAnsweredElsewhere has two tabs or devices answer the same question of a homework: the later answer counts, and
// whoever sends one is told of the other.
func TestAnsweredElsewhere(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now().Truncate(time.Second)}
	w := newWorld(t, withWorkshop, func(c *Config) { c.Now = clock.Now })
	c := w.client()
	path := c.workshop("en", "homework")
	question, answers := path+"/questions/opening", path+"/answers/opening"
	send := func(option, shown, age string) string {
		form := url.Values{"option": {option}, "_certainty": {"very"}, shownField: {shown}}
		if age != "" {
			form.Set(ageField, age)
		}
		clock.pass(time.Minute)
		return c.post(answers, form).want(http.StatusSeeOther).header.Get("Location")
	}
	counts := func(option string) {
		t.Helper()
		if got := c.get(question).form("/answers/").values.Get("option"); got != option {
			t.Errorf("%s counts, want %s", got, option)
		}
	}
	empty := c.shown(question)
	if to := send("may", empty, ""); strings.Contains(to, "elsewhere") {
		t.Errorf("the first answer leads to %s", to)
	}
	first := c.shown(question)
	if to := send("march", first, ""); strings.Contains(to, "elsewhere") {
		t.Errorf("an answer changed in the same tab leads to %s", to)
	}
	if to := send("march", first, ""); strings.Contains(to, "elsewhere") {
		t.Errorf("an answer sent twice leads to %s", to)
	}
	counts("march")

	to := send("june", empty, "") // a tab that still shows no answer
	if !strings.HasSuffix(to, "/questions/stated?elsewhere=replaced&n=1") {
		t.Errorf("a second tab's answer leads to %s", to)
	}
	c.get(to).want(http.StatusOK, "Question 1 had been answered in another tab", "Your later answer counts.")
	counts("june")

	to = send("may", first, "90") // given before, but without a connection until now
	if !strings.HasSuffix(to, "?elsewhere=kept&n=1") {
		t.Errorf("an answer that comes late leads to %s", to)
	}
	c.get(to).want(http.StatusOK, "That answer counts, not the one you have just sent.")
	counts("june")
	send("may", first, "30") // given after
	counts("may")
	for _, forged := range []string{"-60", "x", "1e9", "99999999999999999999", "60.5"} {
		send(map[bool]string{true: "march", false: "june"}[forged == "x"], "", forged)
	}
	for _, query := range []string{"?elsewhere=kept&n=0", "?elsewhere=kept&n=99", "?elsewhere=x&n=1", "?elsewhere=kept&n=<b>"} {
		if text := c.get(question + query).want(http.StatusOK).text(); strings.Contains(text, "another tab") && !strings.Contains(text, "If you answer") {
			t.Errorf("%s is believed", query)
		}
	}
}

// TestTriedElsewhere: in practice the solution has been seen, so the answer that was there first counts.
func TestTriedElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("en", "")
	question, answers := path+"/questions/stated", path+"/answers/stated"
	form := func(option string) url.Values {
		return url.Values{"option": {option}, "_certainty": {"very"}, "_try": {"1"}, shownField: {""}}
	}
	c.get(question).want(http.StatusOK)
	once := c.post(answers, form("price")).want(http.StatusSeeOther).header.Get("Location")
	if again := c.post(answers, form("price")).want(http.StatusSeeOther).header.Get("Location"); again != once {
		t.Errorf("the same answer sent twice leads to %s, then to %s", once, again)
	}
	to := c.post(answers, form("guests")).want(http.StatusSeeOther).header.Get("Location")
	if to != question+"?elsewhere=kept&n=2#verdict" {
		t.Errorf("a second tab's answer leads to %s", to)
	}
	c.get(strings.TrimSuffix(to, "#verdict")).want(http.StatusOK, "That answer counts, not the one you have just sent.")
}

// TestOutcome is what a script is told of what it sent.
func TestOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("de", "homework")
	send := func(who *client, form url.Values) *page { return who.post(path+"/answers/opening", form, script) }
	right := url.Values{"option": {"may"}, "_certainty": {"very"}}

	if o := send(c, right).want(http.StatusOK).outcome(); o != (outcome{State: stateSaved, To: path + "/questions/stated"}) {
		t.Errorf("an answer: %+v", o)
	}
	refused := send(c, url.Values{"_certainty": {"very"}}).want(http.StatusUnprocessableEntity).outcome()
	if refused.State != stateRefused || !strings.Contains(refused.Message, "Wähle") {
		t.Errorf("an empty answer: %+v", refused)
	}
	stranger := w.client()
	stranger.workshop("de", "")
	if o := send(stranger, right).want(http.StatusNotFound).outcome(); o.State != stateGone || o.Message == "" || o.To != "" {
		t.Errorf("another learner: %+v", o)
	}
	w.redis.Kill()
	if o := send(c, right).want(http.StatusServiceUnavailable).outcome(); o.State != stateAway {
		t.Errorf("the store is away: %+v", o)
	}
	w.redis.Start()
	eventually(t, func() bool { return c.get("/healthz").status == http.StatusOK })
	c.post(path+"/finish", nil).want(http.StatusSeeOther)
	if o := send(c, url.Values{"option": {"june"}, "_certainty": {"very"}}).want(http.StatusOK).outcome(); o != (outcome{State: stateOver, To: path + "/result"}) {
		t.Errorf("after handing in: %+v", o)
	}
}

// TestOffline: the packed pages are those that may still be answered, each as its own page has it.
func TestOffline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("de", "")
	before := c.get(path + "/offline").want(http.StatusOK)
	if before.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the packed pages are kept: %s", before.header.Get("Cache-Control"))
	}
	all := strings.Count(before.body, "<main ")
	question := c.get(path + "/questions/opening").body
	main := question[strings.Index(question, "<main "):strings.Index(question, "</main>")]
	if !strings.Contains(before.body, main) {
		t.Error("a packed page is not the page itself")
	}
	c.post(path+"/answers/opening", rightForm(t, w.question("opening"))).want(http.StatusSeeOther)
	if after := strings.Count(c.get(path+"/offline").body, "<main "); after != all-1 {
		t.Errorf("%d pages are packed, after an answer %d", all, after)
	}
	c.post(path+"/finish", nil)
	c.get(path + "/offline").want(http.StatusNotFound)
}
