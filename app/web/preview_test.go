package web

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
)

// newPreview serves the preview of a lesson; what it returns has no Redis.
func newPreview(t *testing.T, dir, id string) *world {
	t.Helper()
	files := embeddedFiles
	files.Lessons = os.DirFS(dir)
	server, err := NewPreview(Config{Files: files, Log: slog.New(slog.DiscardHandler), Now: time.Now}, id)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: server, url: serving(t, server)}
	w.client().get("/").want(http.StatusFound) // see newWorld
	return w
}

// reasonsIn are all texts that the body of a question gives for an answer, whatever its kind: the values of the keys why
// and otherwise, wherever they stand.
func reasonsIn(t *testing.T, body quiz.Body, lang string) (list []string) {
	t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(node any) {
		switch n := node.(type) {
		case []any:
			for _, v := range n {
				walk(v)
			}
		case map[string]any:
			for key, v := range n {
				if texts, ok := v.(map[string]any); ok && (key == "why" || key == "otherwise") && texts[lang] != nil {
					list = append(list, texts[lang].(string))
				}
				walk(v)
			}
		}
	}
	walk(tree)
	return list
}

// TestPreview: the page has the text and every question of every kind, those kept for a Test too, with each answer's
// reason and the proving sentence; the key sheet has the same, and the worksheet none of it.
func TestPreview(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	for _, id := range []string{"workshop", kindsLesson} {
		w := newPreview(t, "testdata/workshop", id)
		l := w.server.site().module.Lesson(id)
		for _, lang := range []string{"de", "en"} {
			c := w.client()
			at := "/" + lang + "/lessons/" + id
			shown := c.get(at).want(http.StatusOK, l.Title[lang])
			key := c.get(at+"/worksheet?key=1").want(http.StatusOK, l.Title[lang])
			sheet := c.get(at+"/worksheet").want(http.StatusOK, l.Title[lang])
			for _, q := range l.Questions {
				met[q.Body.Kind()] = true
				reasons := reasonsIn(t, q.Body, lang)
				if len(reasons) == 0 && q.Scored() {
					t.Errorf("%s has no reasons", q.ID)
				}
				said := append(reasons, q.Stem[lang], q.Body.Kind(), q.Evidence[0].Proof[lang])
				shown.want(http.StatusOK, said...)
				key.want(http.StatusOK, said...)
				sheet.want(http.StatusOK, q.Stem[lang]).lacks(reasons...)
			}
		}
	}
	for _, kind := range quiz.Kinds() {
		if !met[kind] {
			t.Errorf("no preview shows the kind %s", kind)
		}
	}
}

// keyOf are the lines of a question on the preview, without white space at their ends, each with the sign that is read
// out before it.
func (p *page) keyOf(id string) string {
	p.t.Helper()
	for _, n := range p.all("section") {
		if attr(n, "id") == "question-"+id {
			return (&page{root: n}).text()
		}
	}
	p.t.Fatalf("%s: no question %s", p.path, id)
	return ""
}

// TestPreviewKeys: of each kind, what is right is called right and what is wrong wrong.
func TestPreviewKeys(t *testing.T) {
	t.Parallel()
	for id, rows := range map[string]map[string][]string{
		"workshop": {
			"opening":   {"right: in May", "wrong: in March", "Hint: Read the first sentence again.", "2 points"},
			"stated":    {"right: the price", "right: the number of guests", "wrong: the depth of the pool"},
			"sentences": {"Getting in costs three euros. → fact", "That is cheap. → judgement"},
			"guests":    {"right: 12,400 guests", "wrong: 12.4 guests", "wrong: anything else"},
			"day-one":   {"drawn from the pool: days"},
			"reserve-4": {"kept for a Test", "right: 12 ± 1"},
		},
		kindsLesson: {
			"charter": {"wrong: True", "right: Not true"},
			"sorting": {"Open again from May on. → real", "June will be warm. → impossible to say"},
			"ranking": {"1. the day", "4. the guests"},
			"filling": {"At the Freibad a ticket costs 3 euros", "Gap 1 ✓ right: Freibad", "partly right: *pool", "Gap 2", "right: 3 euros", "wrong: 12 euros"},
			"office":  {"right: mayor", "partly right: *master", "wrong: queen", "wrong: anything else"},
			"marking": {"wrong: three euros", "right: cheap", "right: splendid"},
			"experts": {"right: warm enough", "6 of 9", "partly right: too cold", "wrong: too hot", "The panel is invented"},
			"opinion": {"Yes, for everybody", "Not graded"},
			"own":     {"The sentence names the price."},
		},
	} {
		p := newPreview(t, "testdata/workshop", id).client().get("/en/lessons/" + id).want(http.StatusOK)
		for question, texts := range rows {
			key := p.keyOf(question)
			at := 0
			for _, text := range texts {
				if !strings.Contains(key, text) {
					t.Errorf("%s does not say %q: %s", question, text, key)
				}
				if i := strings.Index(key, text); question == "ranking" && i < at {
					t.Errorf("%s is not in its order: %s", question, key)
				} else {
					at = i
				}
			}
		}
	}
}

// TestPreviewIsApart: a preview shows one lesson, and serve has nothing of it: no address of one is an address of the
// other but for pages that tell nothing, and no page of serve tells a key or a question kept for a Test.
func TestPreviewIsApart(t *testing.T) {
	t.Parallel()
	plain, preview := newWorld(t, withWorkshop), newPreview(t, "testdata/workshop", "workshop")
	c := preview.client()
	c.follow(c.get("/en/")).want(http.StatusOK, "The workshop", "with all answers")
	c.get("/en/declaration").want(http.StatusOK)
	c.get("/en/faults").want(http.StatusOK)
	for _, path := range []string{"/en/lessons/kinds", "/en/lessons/kinds/worksheet?key=1", "/en/me", "/en/leave", "/healthz", "/xx/", "/en/nowhere"} {
		c.get(path).want(http.StatusNotFound).lacks("The day")
	}
	c.post("/en/lessons/workshop/quiz", nil).want(http.StatusNotFound)
	l := plain.server.site().module.Lesson("workshop")
	visitor := plain.client()
	for _, path := range []string{"/en/preview", "/en/lessons/workshop/preview", "/en/lessons/workshop/key", "/preview/workshop", "/en/preview/workshop"} {
		visitor.get(path).want(http.StatusNotFound)
	}
	for _, path := range []string{"/en/lessons/workshop", "/en/lessons/workshop?key=1", "/en/lessons/workshop/worksheet?key=1"} {
		p := visitor.get(path).want(http.StatusOK)
		for _, q := range l.Questions {
			p.lacks(reasonsIn(t, q.Body, "en")...)
			if q.Reserve {
				p.lacks(q.Stem["en"])
			}
		}
	}
}

// TestPreviewFaults: a preview begins with faults, too, and shows the lesson once they are mended; a lesson that is not
// there is refused with the names of those that are.
func TestPreviewFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mend := d.write("workshop/quiz.yaml", "kind: choice", "kind: quiz")
	c := newPreview(t, d.dir, "workshop").client()
	c.get("/en/lessons/workshop").want(http.StatusInternalServerError, "workshop/quiz.yaml:", "unknown kind")
	mend()
	c.get("/en/lessons/workshop").want(http.StatusOK, "When does the pool open?")
	files := embeddedFiles
	files.Lessons = os.DirFS(d.dir)
	_, err := NewPreview(Config{Files: files, Now: time.Now}, "nowhere")
	if err == nil || !strings.Contains(err.Error(), "workshop, kinds") {
		t.Errorf("a lesson that is not there: %v", err)
	}
}
