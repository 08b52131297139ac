package web

import (
	"context"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// edit is a change to a file of testdata/workshop.
type edit struct{ file, old, new string }

const (
	quizYAML = "workshop/quiz.yaml"
	germanMD = "workshop/lesson.de.md"
	englMD   = "workshop/lesson.en.md"
	moduleY  = "module.yaml"
)

// changed serves the workshop with changes. A change that finds nothing to change fails the test.
func changed(t *testing.T, edits ...edit) func(*Config) {
	t.Helper()
	files := fstest.MapFS{}
	tree := os.DirFS("testdata/workshop")
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(tree, path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		before := string(files[e.file].Data)
		if strings.Count(before, e.old) != 1 {
			t.Fatalf("%s has %q not just once", e.file, e.old)
		}
		files[e.file].Data = []byte(strings.Replace(before, e.old, e.new, 1))
		if e.file == moduleY { // what it no longer names must not be there
			for path := range files {
				if strings.HasPrefix(path, "workshop/") {
					delete(files, path)
				}
			}
		}
	}
	return func(c *Config) { c.Files.Lessons = files }
}

const (
	depthOption = `      - {id: depth, text: {de: die Tiefe des Beckens, en: the depth of the pool}, misconception: mixed-up, why: {de: Davon ist nicht die Rede., en: That is not mentioned.}}` + "\n"
	priceRight  = `{id: price, text: {de: der Preis, en: the price}, right: true, why: {de: Er steht im zweiten Satz., en: It stands in the second sentence.}}`
	newVersion  = "There is a newer version of this quiz by now."
)

// aQuestion is the text of a further question.
const aQuestion = `  - id: added
    kind: true-false
    objective: read
    stem: {de: Das Bad ist offen., en: The pool has a roof.}
    evidence:
      - {passage: T1, quote: {de: Das Freibad, en: The outdoor pool}}
    right: false
    said_true: {why: {de: Nein., en: "No."}, misconception: mixed-up}
    said_false: {why: {de: Ja., en: "Yes."}}
`

// versionCases are the ways in which a lesson changes under attempts. "stated" asks for price and guests; depth is
// wrong.
var versionCases = []struct {
	name  string
	edits []edit
	new   string // what a new attempt says somewhere, and an old one never; none when the lesson is gone
	lost  string // what a new attempt no longer says, and an old one does
}{
	{
		name: "option added", new: "the colour of the pool",
		edits: []edit{{quizYAML, depthOption, depthOption + `      - {id: colour, text: {de: die Farbe des Beckens, en: the colour of the pool}, misconception: mixed-up, why: {de: Nein., en: "No."}}` + "\n"}},
	},
	{
		name: "option taken away", new: "the width of the pool", lost: "the depth of the pool",
		edits: []edit{{quizYAML, depthOption, strings.NewReplacer("depth", "width", "Tiefe", "Breite").Replace(depthOption)}},
	},
	{
		name: "key changed", new: "It is only guessed.", lost: "It stands in the second sentence.",
		edits: []edit{
			{quizYAML, priceRight, `{id: price, text: {de: der Preis, en: the price}, misconception: mixed-up, why: {de: Er ist nur geraten., en: It is only guessed.}}`},
			{quizYAML, depthOption, strings.Replace(depthOption, "misconception: mixed-up", "right: true", 1)},
		},
	},
	{
		name: "stem changed", new: "What can be read in it?", lost: "What does the report state?",
		edits: []edit{{quizYAML, "What does the report state?", "What can be read in it?"}},
	},
	{
		name: "question removed", new: "", lost: "What does the report state?",
		edits: []edit{{quizYAML, "  - id: stated\n", "  - id: stated\n    reserve: true\n"}},
	},
	{
		name: "question added", new: "The pool has a roof.",
		edits: []edit{{quizYAML, "  - id: day-one\n", aQuestion + "  - id: day-one\n"}},
	},
	{
		name: "lesson gone", lost: "What does the report state?",
		edits: []edit{{moduleY, "lessons: [workshop, kinds]", "lessons: [kinds]"}},
	},
}

// TestVersions changes a lesson under a finished and an open attempt: both go on with what they asked.
func TestVersions(t *testing.T) {
	t.Parallel()
	for _, test := range versionCases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := newWorld(t, withWorkshop)
			c, d := before.client(), before.client()
			finished, open := c.workshop("en", ""), d.workshop("en", "")
			stated := url.Values{"option": {"price", "depth"}, "_certainty": {"very"}}
			c.post(finished+"/answers/stated", stated).want(http.StatusSeeOther)
			d.post(open+"/answers/guests", url.Values{"number": {"12,400"}}).want(http.StatusSeeOther)
			result := c.follow(c.post(finished+"/finish", nil)).want(http.StatusOK)
			overview := d.get(open).want(http.StatusOK)

			after := before.beside(changed(t, test.edits...))
			c.w, d.w = after, after
			again := c.get(finished + "/result")
			old := []string{"What does the report state?", "the depth of the pool", "It stands in the second sentence."}
			again.want(http.StatusOK, old...)
			if diff := cmp.Diff(asked(result), asked(again)); diff != "" {
				t.Errorf("the result is another one (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(stems(overview), stems(d.get(open))); diff != "" {
				t.Errorf("the open attempt asks something else (-before +after):\n%s", diff)
			}
			question := d.get(open+"/questions/stated").want(http.StatusOK, "What does the report state?", "the price", "the depth of the pool")
			if test.new != "" && strings.Contains(question.text(), test.new) {
				t.Errorf("the open attempt says %q", test.new)
			}
			d.follow(d.post(open+"/answers/stated", url.Values{"option": {"price", "guests"}, "_certainty": {"very"}})).want(http.StatusOK, "Right.")
			if test.name == "lesson gone" {
				lessonGone(t, c, d, finished, open)
				return
			}
			d.get(open).want(http.StatusOK, newVersion)
			question.want(http.StatusOK, newVersion, "You go on with the questions you began.")
			d.get("/en/lessons/workshop").want(http.StatusOK, newVersion)
			again.want(http.StatusOK, newVersion, "Take the newer version")
			takesNewVersion(t, c, again, test.new, test.lost)
			d.get(open).want(http.StatusOK, "2 of 5")
		})
	}
}

// takesNewVersion presses the button in a result of an older version.
func takesNewVersion(t *testing.T, c *client, result *page, says, lost string) {
	t.Helper()
	p := c.follow(c.post(result.form("/quiz").action, nil)).want(http.StatusOK)
	path := strings.Split(p.path, "/questions/")[0]
	c.post(path+"/answers/stated", url.Values{"option": {"price", "guests"}, "_certainty": {"very"}}) // for its whys
	all := ""
	for _, n := range p.all("a") {
		if href := attr(n, "href"); strings.HasPrefix(href, path+"/questions/") {
			all += c.get(href).want(http.StatusOK).text()
		}
	}
	if !strings.Contains(all, says) {
		t.Errorf("the new version does not say %q", says)
	}
	if lost != "" && strings.Contains(all, lost) {
		t.Errorf("the new version still says %q", lost)
	}
	if strings.Contains(all, newVersion) {
		t.Error("the newest version is said to be old")
	}
	if text := c.get("/en/lessons/workshop").text(); strings.Contains(text, newVersion) {
		t.Error("the lesson says so of the newest version")
	}
}

// lessonGone: what was answered stays, and nothing leads to a page that is not there.
func lessonGone(t *testing.T, c, d *client, finished, open string) {
	t.Helper()
	for _, p := range []*page{c.get(finished + "/result"), d.get(open), d.get(open + "/questions/guests"), c.get("/en/me"), d.get("/en/me")} {
		p.want(http.StatusOK)
		if strings.Contains(p.body, "/lessons/workshop") {
			t.Errorf("%s leads to the lesson that is gone", p.path)
		}
		if !strings.HasSuffix(p.path, "/me") {
			p.want(http.StatusOK, "This lesson is no longer in the module.")
		}
	}
	d.follow(d.post(open+"/finish", nil)).want(http.StatusOK, "What does the report state?")
}

// asked is what a result says of its questions, without where the proof stands.
func asked(p *page) (articles []string) {
	for _, n := range p.all("article") {
		var words []string
		for d := range n.Descendants() {
			if d.Type == 1 && d.Parent.Data != "a" && !strings.Contains(attr(d.Parent.Parent, "class"), "proof") {
				words = append(words, d.Data)
			}
		}
		articles = append(articles, folded(strings.Join(words, " ")))
	}
	for _, n := range p.all("p") {
		if attr(n, "class") == "score" {
			articles = append(articles, n.FirstChild.FirstChild.Data)
		}
	}
	return articles
}

// stems are the questions of an overview.
func stems(p *page) (list []string) {
	for _, n := range p.all("span") {
		if attr(n, "class") == "what" {
			list = append(list, n.FirstChild.Data)
		}
	}
	return list
}

// TestProvingSentence changes the text that proves an answer: the sentence is shown as it was, and its link leads to
// where it stands now, or says that it stands there no more.
func TestProvingSentence(t *testing.T) {
	t.Parallel()
	const (
		sentence = "A ticket costs three euros."
		changedS = "This sentence is not in it as it stands here."
	)
	for _, test := range []struct {
		name, href, says string
		edits            []edit
	}{
		{name: "unchanged", href: "/en/lessons/workshop#T1-2"},
		{name: "another sentence changed", href: "/en/lessons/workshop#T1-2", edits: []edit{{englMD, "A report from an invented town", "A notice"}}},
		{name: "moved within its passage", href: "/en/lessons/workshop#T1-3", edits: []edit{{englMD, "A ticket costs", "It is heated. A ticket costs"}}},
		{
			name: "changed", href: "/en/lessons/workshop", says: changedS,
			edits: []edit{{englMD, "costs three euros", "costs three euros now"}},
		},
		{name: "changed in the other language", href: "/en/lessons/workshop#T1-2", edits: []edit{{germanMD, "kostet drei Euro", "kostet nun drei Euro"}}},
		{name: "lesson gone", says: "This lesson is no longer in the module.", edits: []edit{{moduleY, "lessons: [workshop, kinds]", "lessons: [kinds]"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			before := newWorld(t, withWorkshop)
			c := before.client()
			path := c.workshop("en", "")
			c.post(path+"/answers/stated", url.Values{"option": {"price", "depth"}, "_certainty": {"very"}}).want(http.StatusSeeOther)
			c.w = before.beside(changed(t, test.edits...))
			for _, at := range []string{path + "/questions/stated", path + "/result"} {
				if strings.HasSuffix(at, "result") {
					c.post(path+"/finish", nil).want(http.StatusSeeOther)
				}
				p := c.get(at).want(http.StatusOK, sentence)
				text, hrefs := proofOf(p, sentence)
				if strings.Join(hrefs, " ") != test.href {
					t.Errorf("%s: the proof leads to %v, want %q", at, hrefs, test.href)
				}
				if says := strings.Contains(text, changedS) || strings.Contains(text, "no longer"); says != (test.says != "") || !strings.Contains(text, test.says) {
					t.Errorf("%s: the proof says %q, want %q", at, text, test.says)
				}
			}
		})
	}
}

// proofOf is the text of the figure that shows the sentence, and where it leads.
func proofOf(p *page, sentence string) (text string, hrefs []string) {
	for _, n := range p.all("figure") {
		words, links := "", []string{}
		for d := range n.Descendants() {
			if d.Type == 1 {
				words += d.Data + " "
			} else if d.Data == "a" {
				links = append(links, attr(d, "href"))
			}
		}
		if strings.Contains(words, sentence) {
			return words, links
		}
	}
	return "", nil
}

var attemptID = regexp.MustCompile(`attempts/([^/]+)`)

// TestTwoVersionsSideBySide runs an old and a new version of the lessons on one Redis, as during an update, and sends
// learners from one to the other with every request.
func TestTwoVersionsSideBySide(t *testing.T) {
	t.Parallel()
	key := versionCases[2]
	older := newWorld(t, withWorkshop)
	time.Sleep(2 * time.Millisecond) // an update takes longer: the newer version is later by a millisecond and more
	newer := older.beside(changed(t, append(key.edits, edit{quizYAML, "  - id: day-one\n", aQuestion + "  - id: day-one\n"})...))
	worlds := []*world{older, newer}
	for _, w := range worlds {
		if err := w.server.KeepEditions(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for n, begun := range worlds {
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() { hop(t, begun, worlds, n == 1) })
		}
		wait.Wait()
	}
}

// hop begins at one process and goes on at both in turn. fresh: it is the newer one.
func hop(t *testing.T, begun *world, worlds []*world, fresh bool) {
	c := begun.client()
	path := c.workshop("en", "")
	turn := 0
	next := func() *client { turn++; return &client{worlds[turn%2], c.http} }
	l := begun.server.site().module.Lesson("workshop")
	a := attemptOf(t, begun, c, path)
	e, err := begun.server.Store.Edition(context.Background(), a.Edition)
	if err != nil {
		t.Error(err)
		return
	}
	for _, q := range a.Of(e).Questions {
		form := rightForm(t, q)
		form.Set("_certainty", "very")
		form.Set("_try", "1")
		p := next().post(path+"/answers/"+q.ID, form)
		if p.status != http.StatusSeeOther {
			t.Errorf("%s: status %d", q.ID, p.status)
		}
		next().follow(p).want(http.StatusOK, "Right.")
	}
	for _, w := range worlds { // only the newer process can know a newer version
		p := (&client{w, c.http}).get(path).want(http.StatusOK)
		if says, want := strings.Contains(p.text(), newVersion), w == worlds[1] && !fresh; says != want {
			t.Errorf("begun at the newer: %v; the newer says of a newer version %v, want %v", fresh, says, want)
		}
	}
	next().post(path+"/finish", nil).want(http.StatusSeeOther)
	one, other := next().get(path+"/result"), next().get(path+"/result")
	if diff := cmp.Diff(asked(one), asked(other)); diff != "" || len(asked(one)) != len(a.Answers)+1 {
		t.Errorf("the processes show different results:\n%s", diff)
	}
	one.want(http.StatusOK, "100%")
	for range 2 {
		next().get("/en/me").want(http.StatusOK, "100%")
		next().get("/en/lessons/" + l.ID).want(http.StatusOK)
	}
}

func attemptOf(t *testing.T, w *world, c *client, path string) *quiz.Attempt {
	t.Helper()
	work, err := w.server.Store.Work(context.Background(), c.learnerID(), school.Task{Lesson: "workshop"}, attemptID.FindStringSubmatch(path)[1], time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return work.Attempt
}

func (c *client) learnerID() string {
	id, _, _ := strings.Cut(c.http.Jar.Cookies(mustURL(c.w.t, c.w.url))[0].Value, ".")
	return id
}

// TestRegradedMeanwhile corrects the key between reading an attempt and saving an answer to it: the answer is kept, and
// graded by the corrected key. The pages say that a key was corrected.
func TestRegradedMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	path := c.workshop("en", "")
	c.post(path+"/answers/guests", url.Values{"number": {"12,400"}}).want(http.StatusSeeOther)
	corrected := newWorldOn(t, w.redis, changed(t, versionCases[2].edits...))
	keys := quiz.NewKeys(corrected.server.site().module.Lesson("workshop").Questions, nil)
	ctx, s := context.Background(), w.server
	r := &request{site: s.site(), lang: "en", now: time.Now(), deadlines: &s.deadlines}
	read, err := s.Store.Work(ctx, c.learnerID(), school.Task{Lesson: "workshop"}, attemptID.FindStringSubmatch(path)[1], r.now)
	if err != nil {
		t.Fatal(err)
	}
	e, err := s.quizOf(r, read.Attempt)
	if err != nil {
		t.Fatal(err)
	}
	meanwhile, err := s.Store.Work(ctx, c.learnerID(), school.Task{Lesson: "workshop"}, read.Attempt.ID, r.now)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := s.Store.Edition(ctx, read.Attempt.Edition)
	if err != nil {
		t.Fatal(err)
	}
	regraded := keys.Regrade(meanwhile.Attempt, whole)
	if err := s.Store.KeepEdition(ctx, regraded.Edition); err != nil {
		t.Fatal(err)
	}
	meanwhile.Attempt = regraded.Attempt
	if err := s.Store.Save(ctx, meanwhile, meanwhile.Progress.Regraded(regraded.Attempt, regraded.New), r.now); err != nil {
		t.Fatal(err)
	}
	form := quiz.Response{"option": {"guests", "depth"}, certaintyField: {"very"}}
	if _, err := s.keepAnswer(r, read, &e, e.Index("stated"), form); err != nil {
		t.Fatal(err)
	}
	if ans := attemptOf(t, w, c, path).Answers[e.Index("stated")]; ans == nil || ans.Fraction != 1 {
		t.Errorf("the answer is %+v, want it right by the corrected key", ans)
	}
	const said = "The solution of this question was corrected after you had begun the quiz."
	c.get(path+"/questions/stated").want(http.StatusOK, said, "Right.")
	if strings.Contains(c.get(path+"/questions/guests").text(), said) {
		t.Error("a question whose key is as it was is said to be corrected")
	}
	c.follow(c.post(path+"/finish", nil)).want(http.StatusOK, said)
}
