package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// outlineOf writes what a text is cut into, a line each: "# heading" or the passage.
func outlineOf(parts []textPart) (out []string) {
	for _, p := range parts {
		out = append(out, strings.TrimLeft(strings.Repeat("#", p.level)+" "+p.text, " "))
	}
	return out
}

func TestBring(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             []string
		notes            []string // parts of them
	}{
		{"paragraphs", "a.txt", "Eins\nzwei.\n\n\nDrei.\n", []string{"Eins zwei.", "Drei."}, nil},
		{"BOM and CRLF", "a.txt", "\ufeffEins\r\nzwei.\r\n\r\nDrei.", []string{"Eins zwei.", "Drei."}, nil},
		{"old Mac and page breaks", "a.txt", "Eins\rzwei.\fDrei.", []string{"Eins zwei.", "Drei."}, nil},
		{"headings", "a.txt", "Titel\n=====\n\nEins.\n\nTeil\n----\nZwei.\n\n-----\n\nDrei.", []string{"# Titel", "Eins.", "## Teil", "Zwei.", "Drei."}, nil},
		{"lists", "a.txt", "Wir wollen:\n- eins,\n  und mehr\n* zwei\n1. drei\n(2) vier\na) fünf\n", []string{"Wir wollen:", "eins, und mehr", "zwei", "1. drei", "(2) vier", "a) fünf"}, nil},
		{"a year is no number of a list", "a.txt", "Das war im Jahr\n2022. Danach nicht.", []string{"Das war im Jahr 2022. Danach nicht."}, nil},
		{"quotations", "a.txt", "Er sagt:\n> Nein,\n> niemals.\nDann ging er.", []string{"Er sagt:", "Nein, niemals.", "Dann ging er."}, nil},
		{"a paragraph on every line", "a.txt", strings.Repeat("Wort ", 30) + "Ende.\nZwei.", []string{strings.Repeat("Wort ", 30) + "Ende.", "Zwei."}, nil},
		{
			"divided words", "a.txt", "Die Verschlüs-\nselung der EU-\nKommission, Kinder-\nund Jugendschutz",
			[]string{"Die Verschlüsselung der EU-Kommission, Kinder- und Jugendschutz"},
			[]string{`a.txt:2: warning: "Verschlüs-" and "selung"`, `a.txt:3: warning: "EU-" and "Kommission"`},
		},
		{"divided as elsewhere in the text", "a.txt", "end-to-end and well-\nknown, well-known", []string{"end-to-end and well-known, well-known"}, []string{`"well-known"`}},
		{"a dash divides nothing", "a.txt", "Eins -\nzwei 3-\n4", []string{"Eins - zwei 3- 4"}, nil},
		{"soft hyphens and signs that nobody sees", "a.txt", "Ver\u00adschlüs\u00ad\nselung\u200b.", []string{"Verschlüsselung."}, nil},
		{"decomposed letters", "a.txt", "gru\u0308n 👩\u200d👧", []string{"grün 👩\u200d👧"}, nil},
		{"HTML in plain text is text", "a.txt", "<script>alert(1)</script>", []string{"<script>alert(1)</script>"}, nil},
		{"Markdown in plain text is text", "a.txt", "# *Eins*", []string{"# *Eins*"}, nil},

		{"Markdown", "a.md", "# Titel\n\nEins *zwei* **drei**\n`vier` [fünf](https://a.example)\n\n## Teil\n\nSechs\\* &amp; &#8211;", []string{"# Titel", "Eins zwei drei vier fünf", "## Teil", "Sechs* & –"}, nil},
		{"Markdown lists and quotations", "a.MD", "- eins\n- zwei\n\n  noch zwei\n\n3. drei\n4. vier\n   - darin\n\n> fünf\n>\n> sechs", []string{"eins", "zwei", "noch zwei", "3. drei", "4. vier", "darin", "fünf", "sechs"}, nil},
		{
			"what a passage cannot hold", "a.md", "Eins.\n\n| a |\n|---|\n| b |\n\n```\ncode\n```\n\n<p>zwei</p>\n\nDrei <b>vier</b> ![fünf](six.png).\n\n***\n",
			[]string{"Eins.", "Drei vier ."},
			[]string{"a.md:3: warning: a table", "a.md:8: warning: code", "a.md:11: warning: HTML", "a.md:13: warning: the HTML <b>", "a.md:13: warning: the HTML </b>", "a.md:13: warning: the picture six.png"},
		},
		{"front matter", "a.md", "---\ntitle: Brief\nauthor: x\n---\n\nEins.\n\n<p>", []string{"Eins."}, []string{"a.md:8: warning: HTML"}},
		{"front matter that is none", "a.md", "---\ntitle: [\n---\nEins.", []string{"Eins."}, []string{"a.md:1: warning: this front matter cannot be read"}},
		{"other front matter", "a.md", "+++\ntitle = 1\n+++\nEins.", []string{"Eins."}, []string{"a.md:1: warning: this front matter is not YAML"}},
		{"a rule is no front matter", "a.md", "---\n\nEins.", []string{"Eins."}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := bring(Foreign{File: test.file, Data: []byte(test.text)})
			if d := cmp.Diff(test.want, outlineOf(b.parts)); d != "" || len(b.refusals) > 0 {
				t.Errorf("%v, want -, got +:\n%s", lines(b.refusals), d)
			}
			matchLines(t, test.notes, lines(b.notes))
		})
	}
}

// matchLines compares lines with what each must begin with or hold.
func matchLines(t *testing.T, want, got []string) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || !strings.Contains(got[i], want[i]) {
			t.Fatalf("want %q\ngot %q", want, got)
		}
	}
}

var brief = Source{ID: "brief", Title: "Brief", Publisher: "Verein", URL: "https://verein.example/brief", Date: "2026-11", Lang: "de"}

func TestImport(t *testing.T) {
	files := module(t)
	files["bees/lesson.de.md"].Data = append(files["bees/lesson.de.md"].Data, "\n:::passage A1\nEigenes.\n:::\n"...)
	files["bees/lesson.en.md"].Data = append(files["bees/lesson.en.md"].Data, "\n:::passage A1\nOwn.\n:::\n"...)
	const text = "Vorab.\n\n# Größe zählt\n\n- eins: ja\n- 'zwei' # nein\n\n## Leer\n\n# Größe zählt\n\n\\- drei\n"
	b, err := Import(files, Foreign{File: "a.md", Data: []byte(text), Source: brief})
	if err != nil || len(b.Notes) > 0 {
		t.Fatal(err, lines(b.Notes))
	}
	var got []string
	for _, g := range b.Document.Groups {
		got = append(got, "# "+g.ID+" "+g.Title["de"])
		for _, p := range g.Passages {
			got = append(got, p.ID+" "+p.Text["de"])
		}
	}
	want := []string{"# start ", "B1 Vorab.", "# groesse-zaehlt Größe zählt", "B2 eins: ja", "B3 'zwei' # nein", "# leer Leer", "# groesse-zaehlt-2 Größe zählt", "B4 - drei"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	after := overlay{files, b.Files}
	m, faults := Read(after, today)
	if len(faults) > 0 {
		t.Errorf("a document that no lesson shows breaks nothing: %v", lines(faults))
	}
	if d := cmp.Diff(brief, *m.Sources["brief"]); d != "" {
		t.Errorf("source: want -, got +:\n%s", d)
	}
	if before := files["sources.yaml"].Data; !strings.HasPrefix(string(b.Files["sources.yaml"]), string(before)) {
		t.Error("sources.yaml is not only added to")
	}
}

// TestShownPassageLacksALanguage: as soon as a lesson shows it, check names what its author has not written.
func TestShownPassageLacksALanguage(t *testing.T) {
	files := module(t)
	b, err := Import(files, Foreign{File: "a.txt", Data: []byte("Eins.\n\nZwei."), Source: brief})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range b.Files {
		files[name] = file(string(data))
	}
	for _, lang := range []string{"de", "en"} {
		name := "bees/lesson." + lang + ".md"
		files[name].Data = append(files[name].Data, "\n:::passage A2\n:::\n"...)
	}
	_, faults := Read(files, today)
	matchLines(t, []string{`brief/passages.yaml:13: passage A2 has no text in "en"`}, lines(faults))
	text := strings.Replace(string(files["brief/passages.yaml"].Data), "Zwei.\n", "Zwei.\n          en: Two.\n", 1)
	files["brief/passages.yaml"] = file(text)
	m, faults := Read(files, today)
	if len(faults) > 0 {
		t.Fatal(lines(faults))
	}
	page := m.Lessons[0].Pages["en"]
	p := page.Blocks[len(page.Blocks)-1].Passage
	if p.Text != "Two." || len(p.Cites) != 1 || p.Cites[0].Source.ID != "brief" || len(p.Sentences) != 1 {
		t.Errorf("the passage is shown as %+v", p)
	}
}

func TestImportRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Foreign)
		want   []string
	}{
		{"Latin-1", func(f *Foreign) { f.Data = []byte("Eins.\n\nGr\xfc\xdfe") }, []string{"a.txt:3: the text is not UTF-8 (perhaps Latin-1"}},
		{"UTF-16", func(f *Foreign) { f.Data = []byte("\xff\xfeE\x00") }, []string{"a.txt:1: the text is not UTF-8"}},
		{"a binary file", func(f *Foreign) { f.Data = []byte("Eins\n\x00") }, []string{"a.txt:2: the sign U+0000 is no text"}},
		{"a sign by its number", func(f *Foreign) { f.File, f.Data = "a.md", []byte("Eins.\n\nZ&#20;wei") }, []string{"a.md:3: the sign U+0014 is no text"}},
		{"no sign at all", func(f *Foreign) { f.Data = []byte("Eins\uffff") }, []string{"a.txt:1: the sign U+FFFF is no text"}},
		{"nothing", func(f *Foreign) { f.Data = nil }, []string{"there is no passage"}},
		{"only headings", func(f *Foreign) { f.File, f.Data = "a.md", []byte("# Eins\n\n## Zwei") }, []string{"there is no passage"}},
		{"too long", func(f *Foreign) { f.Data = make([]byte, MaxForeign+1) }, []string{"at most 262144 are read"}},
		{"too many", func(f *Foreign) { f.Data = []byte(strings.Repeat("x\n\n", maxPassages+1)) }, []string{"the text has 1000 passages"}},
		{"too deep", func(f *Foreign) { f.File, f.Data = "a.md", []byte(strings.Repeat(">", 50)+"x") }, []string{"quotations and lists lie more than 20 deep", "there is no passage"}[:1]},
		{"a folder that is there", func(f *Foreign) { f.Source.ID = "bees" }, []string{"--id bees: there is a folder"}},
		{"a source that is there", func(f *Foreign) { f.Source.ID = "book" }, []string{"--id book: sources.yaml has a source"}},
		{"an id that leads away", func(f *Foreign) { f.Source.ID = "../x" }, []string{`--id "../x": use small letters`}},
		{"no language", func(f *Foreign) { f.Source.Lang = "" }, []string{`--lang "": say in which language`}},
		{
			"all at once", func(f *Foreign) { f.Source.URL, f.Source.Date, f.Source.Title = "http://x.example", "morgen", "a\x00" },
			[]string{`--url "http://x.example": the address must begin`, `--date "morgen": write it as`, "take the control signs out"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := Foreign{File: "a.txt", Data: []byte("Eins."), Source: brief}
			test.change(&f)
			b, err := Import(module(t), f)
			if !errors.Is(err, ErrRefused) || b.Files != nil {
				t.Fatalf("%+v, %v", b, err)
			}
			matchLines(t, test.want, lines(b.Notes))
		})
	}
}

// TestImportSaysWhatItDoesNotKnow: nothing is made up for what neither flags nor the text say.
func TestImportSaysWhatItDoesNotKnow(t *testing.T) {
	files := module(t)
	b, err := Import(files, Foreign{File: "a.md", Data: []byte("---\npublisher: Verein\ndate: 2026-11-24\nlang: de\n---\n# Ein Brief\n\nEins."), Source: Source{ID: "brief"}})
	if err != nil {
		t.Fatal(err)
	}
	matchLines(t, []string{`sources.yaml:11: warning: source "brief" has no url; write what is missing`}, lines(b.Notes))
	_, faults := Read(overlay{files, b.Files}, today)
	matchLines(t, []string{`brief/passages.yaml:5: there is no source "brief"`, `sources.yaml:11: "url" is missing; add it`}, lines(faults))
	for _, want := range []string{`title: "Ein Brief"`, `publisher: "Verein"`, `date: "2026-11-24"`} {
		if !strings.Contains(string(b.Files["sources.yaml"]), want) {
			t.Errorf("%s is not in sources.yaml", want)
		}
	}
}

// TestSourcesThatCannotBeAddedTo: a list that is written in another way is left alone.
func TestSourcesThatCannotBeAddedTo(t *testing.T) {
	files := fstest.MapFS{"sources.yaml": file("[{id: book, title: B, publisher: P, url: https://b.example}]\n")}
	if _, err := Import(files, Foreign{File: "a.txt", Data: []byte("Eins."), Source: brief}); err == nil || !strings.Contains(err.Error(), "sources.yaml cannot be added to") {
		t.Error(err)
	}
}

// TestSoundComparesWhatIsMeant: a file that says something else than the text is not written.
func TestSoundComparesWhatIsMeant(t *testing.T) {
	files := module(t)
	b, err := Import(files, Foreign{File: "a.txt", Data: []byte("Eins."), Source: brief})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Zwei.", "\"", ""} {
		b.Files["brief/passages.yaml"] = bytes.Replace(writeDocument(b.Document), []byte("Eins."), []byte(text), 1)
		if text == "" {
			b.Files["brief/passages.yaml"] = nil
		}
		if err := b.sound(files); err == nil || !strings.Contains(err.Error(), "nothing is written") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLettersRunOut(t *testing.T) {
	files := module(t)
	for l := 'A'; l <= 'Z'; l++ {
		files["bees/lesson.de.md"].Data = append(files["bees/lesson.de.md"].Data, fmt.Sprintf("\n:::passage %c7\nx\n:::\n", l)...)
	}
	b, err := Import(files, Foreign{File: "a.txt", Data: []byte("Eins."), Source: brief})
	if !errors.Is(err, ErrRefused) {
		t.Fatal(err)
	}
	matchLines(t, []string{"every letter"}, lines(b.Notes))
}

// FuzzImport: whatever is brought in is refused with a reason, or read again from the file as it was cut, and holds no
// sign that a page could not show.
func FuzzImport(f *testing.F) {
	f.Add("a.txt", "Eins\n  zwei\n\n- drei\n> vier-\nfünf")
	f.Add("a.md", "---\ntitle: x\n---\n# Eins\n\n1. zwei\n\n> drei\n\n<b>x</b> &lt;i&gt; `a`\n\n```\nb\n")
	f.Add("a.md", "- - - x\n+ # y\n\n[a]: b\n\n[a] ![c](d) &#0; &#xd800; \\<")
	f.Add("a.txt", ": >- # & * ! | @ ` \"\n\n'a' {b: c} [d] - e\n\n---\n\n...\n\n%x\n\n? y")
	f.Add("a.txt", "\ufeffa\u0301\u2028b\u0085c\u00a0d\u00ad\ne")
	f.Fuzz(func(t *testing.T, name, text string) {
		if !strings.HasSuffix(name, ".md") {
			name = "a.txt"
		}
		files := fstest.MapFS{"sources.yaml": file("- {id: book, title: B, publisher: P, url: https://b.example}\n")}
		b, err := Import(files, Foreign{File: name, Data: []byte(text), Source: brief})
		switch {
		case errors.Is(err, ErrRefused):
			if len(b.Notes) == 0 {
				t.Error("refused without a reason")
			}
			return
		case err != nil:
			t.Fatalf("%v:\n%s", err, b.Files["brief/passages.yaml"])
		}
		u, err := UpdateText(overlay{files, b.Files}, Foreign{File: name, Data: []byte(text), Source: Source{ID: "brief"}})
		if err != nil || len(u.Passages) > 0 {
			t.Fatalf("the same text again: %v, %v", err, u)
		}
	})
}
