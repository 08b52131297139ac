package web

import (
	"net/http"
	"strings"
	"testing"

	"eberbach/app/lesson"
)

// TestTermsLink leads words to the glossary: once a section, whole words in all their forms, and never within a link, a
// heading or a control.
func TestTermsLink(t *testing.T) {
	t.Parallel()
	glossary := []lesson.Term{
		{ID: "hash", Term: lesson.Text{"de": "Prüfzahl", "en": "hash"}, Forms: map[string][]string{"de": {"Prüfzahlen"}, "en": {"hashes"}}},
		{ID: "list", Term: lesson.Text{"de": "Hash-Liste", "en": "hash list"}},
		{ID: "amp", Term: lesson.Text{"de": "A&B", "en": "A&B"}},
	}
	link := func(id, word string) string { return `<a class="term" href="/en/glossary#` + id + `">` + word + `</a>` }
	linked := func(terms *terms, page string) (string, map[string]bool) {
		out, used := terms.link([]byte(page))
		return string(out), used
	}
	for _, test := range []struct{ name, in, want string }{
		{"a word", "<main><p>A hash.</p></main>", "<main><p>A " + link("hash", "hash") + ".</p></main>"},
		{"as it is written", "<main>Hashes.</main>", "<main>" + link("hash", "Hashes") + ".</main>"},
		{"the longer one", "<main>A hash list.</main>", "<main>A " + link("list", "hash list") + ".</main>"},
		{"once", "<main>hash, hashes, hash</main>", "<main>" + link("hash", "hash") + ", hashes, hash</main>"},
		{"again in the next section", "<main>hash<h2>x</h2>hash</main>", "<main>" + link("hash", "hash") + "<h2>x</h2>" + link("hash", "hash") + "</main>"},
		{"no part of a word", "<main>rehash hashed hash-map 2hash</main>", "<main>rehash hashed hash-map 2hash</main>"},
		{"an escaped one", "<main>A&amp;B</main>", "<main>" + link("amp", "A&amp;B") + "</main>"},
		{"outside of main", "<header>hash</header><main></main><footer>hash</footer>", "<header>hash</header><main></main><footer>hash</footer>"},
		{
			"links, headings, controls", `<main><a href="x">hash</a><h2>hash</h2><h3>hash</h3><button>hash</button><summary>hash</summary></main>`,
			`<main><a href="x">hash</a><h2>hash</h2><h3>hash</h3><button>hash</button><summary>hash</summary></main>`,
		},
		{"after a link", `<main><a href="x">y</a> hash</main>`, `<main><a href="x">y</a> ` + link("hash", "hash") + `</main>`},
		{"attributes stay", `<main><p title="hash" id="a">x</p></main>`, `<main><p title="hash" id="a">x</p></main>`},
		{"slots stay", "<main>\x00start\x00 hash</main>", "<main>\x00start\x00 " + link("hash", "hash") + "</main>"},
	} {
		got, used := linked(newTerms(glossary, "en"), test.in)
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		for _, term := range glossary {
			if used[term.ID] != strings.Contains(test.want, "glossary#"+term.ID+`"`) {
				t.Errorf("%s: it says that these are used: %v", test.name, used)
			}
		}
	}
	if got, used := linked(newTerms(glossary, "de"), "<main>Zwei Prüfzahlen, „Prüfzahl“</main>"); !strings.Contains(got, `glossary#hash">Prüfzahlen</a>, „Prüfzahl“`) || !used["hash"] {
		t.Errorf("German: %s, used %v", got, used)
	}
	if got, used := linked(newTerms(nil, "en"), "<main>hash</main>"); got != "<main>hash</main>" || len(used) > 0 {
		t.Errorf("without a glossary: %s, used %v", got, used)
	}
}

// TestWordsAndSources: a lesson's terms lead to their entries, which name the lesson; every source is listed with what
// cites it, and leads there.
func TestWordsAndSources(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	for _, lang := range []string{"de", "en"} {
		glossary := c.get("/" + lang + "/glossary").want(http.StatusOK)
		found := 0
		for _, l := range w.server.site().module.Lessons {
			page := c.get("/" + lang + "/lessons/" + l.ID).want(http.StatusOK)
			for _, term := range w.server.site().module.Glossary {
				if strings.Contains(page.body, `href="/`+lang+`/glossary#`+term.ID+`"`) {
					found++
					entry := glossary.body[strings.Index(glossary.body, `<div id="`+term.ID+`">`):]
					entry = entry[:strings.Index(entry, "</div>")]
					if !strings.Contains(entry, `/lessons/`+l.ID+`"`) {
						t.Errorf("%s: the entry %s does not name %s, which uses it", lang, term.ID, l.ID)
					}
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: no lesson leads to the glossary", lang)
		}
		sources := c.get("/" + lang + "/sources").want(http.StatusOK)
		for _, l := range w.server.site().module.Lessons {
			for _, s := range l.Pages[lang].Cited {
				if !strings.Contains(sources.body, `id="`+s.ID+`"`) || !strings.Contains(sources.body, "/lessons/"+l.ID+"#source-"+s.ID) {
					t.Errorf("%s: source %s of %s is not listed", lang, s.ID, l.ID)
				}
			}
		}
	}
}

// TestContact: the page about the module says where corrections go, if the operator has said so.
func TestContact(t *testing.T) {
	t.Parallel()
	for contact, want := range map[string]string{
		"":                          "Tell those who run this site",
		"team@eberbach.example":     `href="mailto:team@eberbach.example"`,
		"https://eberbach.example/": `href="https://eberbach.example/"`,
	} {
		w := newWorld(t, func(c *Config) { c.Contact = contact })
		if page := w.client().get("/en/about").want(http.StatusOK); !strings.Contains(page.body, want) {
			t.Errorf("contact %q: the page does not hold %s", contact, want)
		}
	}
}

// TestNoScore: a quiz without a score says what is right and wrong, and nowhere how much of it.
func TestNoScore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, changed(t, edit{quizYAML, "score: percent", "score: none"}))
	c := w.client()
	path := c.workshop("en", "homework")
	c.post(path+"/answers/opening", rightForm(t, w.question("opening"))).want(http.StatusSeeOther)
	result := c.follow(c.post(path+"/finish", nil)).want(http.StatusOK, "✓ right")
	for _, p := range []*page{result, c.get("/en/me"), c.get("/en/lessons/workshop"), c.get("/en/")} {
		text := p.want(http.StatusOK).text()
		for _, score := range []string{"NaN", "0 of 0", "points", "%", "Last:", "<meter"} {
			if strings.Contains(text, score) || score[0] == '<' && strings.Contains(p.body, score) {
				t.Errorf("%s says %q", p.path, score)
			}
		}
	}
	c.get("/en/me").want(http.StatusOK, "Handed in")
	c.get("/en/lessons/workshop").want(http.StatusOK, "You have handed this quiz in.")
}
