package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// kindsLesson is the lesson of testdata with a question of every kind that the workshop lacks.
const kindsLesson = "kinds"

// TestKindsAreComplete: between them, the two lessons of testdata have every kind, so that no test of pages misses one.
func TestKindsAreComplete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	met := map[string]bool{}
	for _, l := range w.server.site().module.Lessons {
		for _, q := range l.Questions {
			met[q.Body.Kind()] = true
		}
	}
	for _, kind := range quiz.Kinds() {
		if !met[kind] {
			t.Errorf("no lesson of testdata asks a %s", kind)
		}
	}
}

// TestKinds goes through every kind without JavaScript: nothing, something wrong, the right answer, the result.
func TestKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	l := w.server.site().module.Lesson(kindsLesson)
	for _, lang := range []string{"de", "en"} {
		c := w.client()
		p := c.follow(c.post("/"+lang+"/lessons/"+kindsLesson+"/quiz", nil)).want(http.StatusOK)
		path := strings.Split(p.path, "/questions/")[0]
		for _, q := range l.Questions {
			if q.Scored() {
				scoredKind(t, c, path, q, lang)
			}
		}
		c.post(path+"/answers/opinion", rightForm(t, l.Questions[e(l, "opinion")])).want(http.StatusSeeOther)
		c.post(path+"/answers/own", rightForm(t, l.Questions[e(l, "own")])).want(http.StatusSeeOther)
		result := c.follow(c.post(path+"/finish", nil)).want(http.StatusOK)
		for _, q := range l.Questions {
			for _, text := range saidBy(q, lang) {
				result.want(http.StatusOK, text)
			}
			result.want(http.StatusOK, q.Evidence[0].Proof[lang])
		}
		for _, text := range []string{"<i>something", "<b>not"} {
			if strings.Contains(result.body, text) {
				t.Errorf("what was typed stands in the page as HTML: %s", text)
			}
		}
	}
}

// TestKeysStayHere: of no question of the lessons of testdata, which have every kind, is an answer's reason or its being
// right in the page's source or in a file that the page loads, before it is answered.
func TestKeysStayHere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	searched := map[string]bool{}
	for _, l := range w.server.site().module.Lessons {
		for _, lang := range []string{"de", "en"} {
			c := w.client()
			p := c.follow(c.post("/"+lang+"/lessons/"+l.ID+"/quiz", nil)).want(http.StatusOK)
			path := strings.Split(p.path, "/questions/")[0]
			for _, q := range l.Questions {
				p := c.get(path + "/questions/" + q.ID)
				if p.status == http.StatusNotFound && (q.Pool != "" || q.Reserve) {
					continue // not drawn, or only asked in a Test
				}
				p.want(http.StatusOK, q.Stem[lang])
				if !q.Scored() {
					continue
				}
				notGivenAway(t, p, q, lang)
				notInSource(t, c, p, q, lang)
				searched[q.Body.Kind()] = true
			}
		}
	}
	for _, kind := range quiz.Kinds() {
		if scored := kind != "position" && kind != "own-words"; scored != searched[kind] {
			t.Errorf("a %s was searched: %v", kind, searched[kind])
		}
	}
}

func e(l *lesson.Lesson, id string) int {
	return slices.IndexFunc(l.Questions, func(q *quiz.Question) bool { return q.ID == id })
}

// scoredKind answers one question in every way.
func scoredKind(t *testing.T, c *client, path string, q *quiz.Question, lang string) {
	t.Helper()
	at, answers := path+"/questions/"+q.ID, path+"/answers/"+q.ID
	p := c.get(at).want(http.StatusOK, q.Stem[lang])
	notGivenAway(t, p, q, lang)
	notInSource(t, c, p, q, lang)
	refused := c.post(answers, url.Values{"_try": {"1"}}).want(http.StatusUnprocessableEntity, q.Stem[lang])
	if len(refused.all("p")) == 0 || !strings.Contains(refused.body, `id="message"`) {
		t.Errorf("%s: an empty answer has no message", q.ID)
	}
	notGivenAway(t, refused, q, lang)

	wrong := wrongForm(t, q)
	wrong.Set("_try", "1")
	p = c.follow(c.post(answers, wrong)).want(http.StatusOK)
	if len(q.Hints) > 0 {
		p.want(http.StatusOK, q.Hints[0][lang])
		notGivenAway(t, p, q, lang)
		notInSource(t, c, p, q, lang)
		again := p.form("/answers/")
		for field, values := range wrong {
			if field != "_try" && !slices.Equal(slices.Sorted(slices.Values(values)), slices.Sorted(slices.Values(again.values[field]))) {
				t.Errorf("%s: %s = %v was sent, the form says %v", q.ID, field, values, again.values[field])
			}
		}
		right := rightForm(t, q)
		right.Set("_try", "2")
		p = c.follow(c.post(answers, right))
	}
	p.want(http.StatusOK, q.Evidence[0].Proof[lang])
	for _, it := range q.Items(quiz.View{Lang: lang, Seed: "x", Response: quiz.Response(rightForm(t, q)), Reveal: true}) {
		if it.Why != "" && q.Body.Kind() != "gaps" && q.Body.Kind() != "short" {
			p.want(http.StatusOK, it.Why)
		}
	}
}

// notInSource looks through the page's source and everything that it loads, not only at what is to be read.
func notInSource(t *testing.T, c *client, p *page, q *quiz.Question, lang string) {
	t.Helper()
	sources := map[string]string{p.path: p.body}
	for _, m := range assetRef.FindAllStringSubmatch(p.body, -1) {
		sources[m[1]] = c.get(m[1]).want(http.StatusOK).body
	}
	for _, it := range q.Items(quiz.View{Lang: lang, Seed: "x", Reveal: true}) {
		for where, source := range sources {
			if len(it.Why) > 12 && strings.Contains(source, it.Why) {
				t.Errorf("%s holds %q", where, it.Why)
			}
		}
	}
	for where, source := range sources {
		for _, word := range []string{`"right"`, "right=", "data-right", "solution=", "data-solution"} {
			if strings.Contains(source, word) {
				t.Errorf("%s of %s holds %s", where, q.ID, word)
			}
		}
	}
}

// saidBy is what a result must say of a question, whatever was answered.
func saidBy(q *quiz.Question, lang string) (texts []string) {
	texts = append(texts, q.Stem[lang])
	switch b := q.Body.(type) {
	case *quiz.Position:
		for _, o := range b.Options {
			texts = append(texts, o.Why[lang])
		}
	case *quiz.OwnWords:
		for _, c := range b.Criteria {
			texts = append(texts, c.Text[lang])
		}
		texts = append(texts, "Words of one’s own, <b>not</b> sent by accident.")
	}
	return texts
}

// TestOrderRefused: places that are missing or given twice are named, and what was chosen is still there.
func TestOrderRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	p := c.follow(c.post("/de/lessons/"+kindsLesson+"/quiz", nil)).want(http.StatusOK)
	answers := strings.Split(p.path, "/questions/")[0] + "/answers/ranking"
	for message, sent := range map[string]url.Values{
		"Zwei Zeilen haben denselben Platz": {"day": {"1"}, "price": {"2"}, "mayor": {"2"}, "crowd": {"4"}},
		"Wähle für jede Zeile einen Platz":  {"day": {"4"}, "price": {"2"}, "mayor": {""}, "crowd": {"1"}},
	} {
		p := c.post(answers, sent).want(http.StatusUnprocessableEntity, message)
		kept := p.form("/answers/").values
		for field, values := range sent {
			if values[0] != "" && !slices.Equal(values, kept[field]) {
				t.Errorf("%s = %v was sent, the form says %v", field, values, kept[field])
			}
		}
	}
}

// TestOpinionIsNeverStored sends what no page of ours sends: an opinion. Nothing of it may be found in the store.
func TestOpinionIsNeverStored(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	p := c.follow(c.post("/en/lessons/"+kindsLesson+"/quiz", nil)).want(http.StatusOK)
	path := strings.Split(p.path, "/questions/")[0]
	open := c.get(path + "/questions/opinion").want(http.StatusOK)
	if f := open.form("/answers/"); !slices.Equal(slices.Collect(maps.Keys(f.values)), []string{"_seen"}) {
		t.Errorf("the form of an opinion sends %v", f.values)
	}
	c.follow(c.post(path+"/answers/opinion", url.Values{"_seen": {"1"}, "stance": {"some-stance"}, "option": {"some-option"}, "opinion": {"agree"}})).
		want(http.StatusOK, "The invented treasurer")
	if all := dump(t, w); strings.Contains(all, "stance") || strings.Contains(all, "some-option") || strings.Contains(all, "agree\"") {
		t.Errorf("the store holds the opinion: %s", all)
	}
}

// TestOwnWords: words are kept only when they are sent to be kept, may be changed, and are not lost by going on.
func TestOwnWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.client()
	p := c.follow(c.post("/en/lessons/"+kindsLesson+"/quiz", nil)).want(http.StatusOK)
	path := strings.Split(p.path, "/questions/")[0]
	at, answers := path+"/questions/own", path+"/answers/own"
	c.get(at).want(http.StatusOK, "The sentence does not judge.", "Go on without sending it")
	long := strings.Repeat("wörter ", 400)
	c.post(answers, url.Values{"words": {long}}).want(http.StatusUnprocessableEntity, "Your text is too long", "wörter wörter")
	c.post(answers, url.Values{"words": {" "}}).want(http.StatusUnprocessableEntity, "There is no text yet")
	c.follow(c.post(answers, url.Values{"_seen": {"1"}})).want(http.StatusOK)
	c.follow(c.post(answers, url.Values{"words": {"first words\r\nand more"}})).want(http.StatusOK, "first words")
	c.follow(c.post(answers, url.Values{"words": {"second words"}})).want(http.StatusOK, "second words")
	c.post(answers, url.Values{"_seen": {"1"}}).want(http.StatusSeeOther)
	c.get(at).want(http.StatusOK, "second words")
	if all := dump(t, w); strings.Contains(all, "first") || !strings.Contains(all, "second+words") {
		t.Errorf("the store holds %s", all)
	}
	c.follow(c.post(path+"/finish", nil)).want(http.StatusOK, "second words")
	c.post(answers, url.Values{"words": {"third words"}}).want(http.StatusSeeOther)
	c.get(path+"/result").want(http.StatusOK, "second words")
}

// dump is everything that is stored of learners.
func dump(t *testing.T, w *world) string {
	t.Helper()
	db := redis.NewClient(&redis.Options{Addr: w.redis.Addr()})
	defer db.Close()
	var b strings.Builder
	for _, key := range db.Keys(t.Context(), "{u:*").Val() {
		b.WriteString(key + "\n")
		for field, value := range db.HGetAll(t.Context(), key).Val() {
			b.WriteString(field + " " + value + "\n")
		}
	}
	if b.Len() == 0 {
		t.Fatal("nothing is stored")
	}
	return b.String()
}
