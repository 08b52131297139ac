package lesson

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eberbach/app/annot"
)

// speech is a document's text: a passage on every line that is not empty.
const speech = `Wir trafen uns im Kloster und sprachen über den Schutz der Kinder im Netz.

Die Polizei darf das. Der Staat darf das auch, wenn ein Gericht zustimmt.

Technologieneutrale Wege sollen gefunden werden, mit allen Betreibern von Plattformen.

Zum Schluss dankten wir den Gastgebern.
`

const speechNotes = `# by hand
- {id: place, passage: S1, kind: term, quote: {de: "im Kloster", en: at the monastery}, text: {de: Wo?, en: Where?}} # keep
- id: may
  passage: S2
  kind: power
  quote: {de: 'darf das', en: may do that}
  prefix: {de: Der Staat, en: The state}
  text: {de: "Größe 👍", en: Size}
- id: neutral
  passage: S3
  kind: term
  quote:
    de: Technologieneutrale Wege
    en: technology-neutral ways
  text: {de: Ein Wort., en: A word.}
- id: thanks
  passage: S4
  kind: term
  quote: {de: den Gastgebern, en: the hosts}
  text: {de: Wer?, en: Who?}
`

const speechQuiz = `questions:
  - id: who
    kind: choice
    evidence:
      - {passage: S2, quote: {de: "Der Staat darf das auch", en: The state may do that}}
      - {passage: T1, quote: {de: im Kloster, en: x}}
    options:
      - id: a
        evidence: [{passage: S3, quote: {de: allen Betreibern von Plattformen, en: y}}]
`

// speechFiles are a document with its English text, and a lesson that takes quotes from it.
func speechFiles(t reporter) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{
		"sources.yaml":          file("- {id: book, title: B, publisher: P, url: https://b.example}\n"),
		"talk/annotations.yaml": file(speechNotes), "talk/quiz.yaml": file(speechQuiz), "other/lesson.de.md": file(lettersUpTo("S")),
	}
	source := brief
	source.ID = "speech"
	b, err := Import(files, Foreign{File: "s.txt", Data: []byte(speech), Source: source})
	if err != nil {
		t.Fatalf("%v", err)
	}
	for name, data := range b.Files {
		files[name] = file(string(data))
	}
	for from, to := range map[string]string{
		"Gastgebern.\n": "Gastgebern.\n          en: In the end we thanked the hosts.\n",
		"Netz.\n":       "Netz.\n          en: We met at the monastery.\n",
	} {
		files["speech/passages.yaml"] = file(strings.Replace(string(files["speech/passages.yaml"].Data), from, to, 1))
	}
	return files
}

// reporter is a test or a property's test.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// lettersUpTo is a page that has taken every letter before this one.
func lettersUpTo(last string) (page string) {
	for l := "A"; l < last; l = string(rune(l[0] + 1)) {
		page += ":::passage " + l + "1\n:::\n"
	}
	return page
}

func TestUpdateText(t *testing.T) {
	tests := []struct {
		name                  string
		before                string // instead of the third passage, before and after
		text                  string
		passages, moved, lost []string
		kept                  int
		edits                 map[string]string // old line -> new line, over all files of the lesson
	}{
		{name: "the same text", text: speech, kept: 6},
		{name: "wrapped otherwise", text: strings.ReplaceAll(speech, " und ", "\nund "), kept: 6},
		{
			name: "a new passage and another order", text: "Neu am Anfang.\n\n" + swapped(speech),
			passages: []string{"s.txt:9: S3 has moved", "s.txt:1: S5 is new"}, kept: 6,
		},
		{
			name: "words around them changed", text: strings.Replace(speech, "Der Staat darf das auch, wenn", "Der Staat darf das auch, sobald", 1),
			passages: []string{"s.txt:3: S2 is nearly the same (0.9"}, kept: 6,
		},
		{
			name: "quotes changed", text: strings.NewReplacer("Technologieneutrale Wege", "Technologieneutralere „Wege“", "im Kloster", "in einem Kloster").Replace(speech),
			passages: []string{"s.txt:1: S1 is nearly", "s.txt:5: S3 is nearly"}, kept: 4,
			moved: []string{`talk/annotations.yaml:2: "im Kloster" in S1 of "place" reads "in einem Kloster" now`, `talk/annotations.yaml:13: "Technologieneutrale Wege" in S3 of "neutral" reads "Technologieneutralere „Wege“" now`},
			edits: map[string]string{
				`    de: Technologieneutrale Wege`: `    de: "Technologieneutralere „Wege“"`,
				`- {id: place, passage: S1, kind: term, quote: {de: "im Kloster", en: at the monastery}, text: {de: Wo?, en: Where?}} # keep`: `- {id: place, passage: S1, kind: term, quote: {de: "in einem Kloster", en: at the monastery}, text: {de: Wo?, en: Where?}} # keep`,
			},
		},
		{
			name: "a passage divided", text: strings.Replace(speech, "Die Polizei darf das. ", "Die Polizei darf das.\n\n", 1),
			passages: []string{"s.txt:5: S2 is nearly", "s.txt:3: S5 is new"}, kept: 6,
		},
		{
			name: "a passage put into another", text: strings.Replace(strings.Replace(speech, "Zum Schluss dankten wir den Gastgebern.", "", 1), "im Netz.", "im Netz. Zum Schluss dankten wir den Gastgebern.", 1),
			passages: []string{"s.txt:1: S1 is nearly", "speech/passages.yaml:22: S4 is gone"}, kept: 5,
			moved: []string{`talk/annotations.yaml:19: "den Gastgebern" in S4 of "thanks" stands in S1 now`},
			edits: map[string]string{"  passage: S4": `  passage: "S1"`},
		},
		{
			name: "lost", text: strings.NewReplacer("Zum Schluss dankten wir den Gastgebern.", "Ganz anderes steht nun hier.", "allen Betreibern von Plattformen", "uns", "Der Staat darf das auch", "Der Staat darf das. Er darf das auch").Replace(speech),
			passages: []string{"s.txt:3: S2 is nearly", "s.txt:5: S3 is nearly", "speech/passages.yaml:22: S4 is gone", "s.txt:7: S5 is new"}, kept: 3,
			lost: []string{
				`talk/annotations.yaml:19: "den Gastgebern" in S4 of "thanks" has lost its place: passage S4 is gone; look at the new text`,
				`talk/quiz.yaml:5: "Der Staat darf das auch" in S2 of "who" runs over more than one sentence now`,
				`talk/quiz.yaml:9: "allen Betreibern von Plattformen" in S3 of "who" has lost its place: the quote is not in the passage`,
			},
		},
		{
			name: "gone, and the same words were elsewhere before", kept: 5,
			text:     strings.Replace(strings.Replace(speech, "Zum Schluss dankten wir den Gastgebern.", "", 1), "Netz.", "Netz.\n\nNeues steht nun hier.", 1),
			before:   "Technologieneutrale Wege sollen gefunden werden, mit den Gastgebern und allen Betreibern von Plattformen.",
			passages: []string{"speech/passages.yaml:22: S4 is gone", "s.txt:3: S5 is new"},
			lost:     []string{`talk/annotations.yaml:19: "den Gastgebern" in S4 of "thanks" has lost its place: passage S4 is gone`},
		},
		{
			name: "its own place is gone, but not its passage", text: strings.Replace(speech, " Der Staat darf das auch,", " Auch der Bund darf es,", 1),
			passages: []string{"s.txt:3: S2 is nearly"}, kept: 4,
			lost: []string{
				`talk/annotations.yaml:6: "darf das" in S2 of "may" has lost its place: the quote is not in the passage: the same words stand elsewhere in it`,
				`talk/quiz.yaml:5: "Der Staat darf das auch" in S2 of "who" has lost its place`,
			},
		},
		{
			name: "doubled", text: strings.NewReplacer("im Kloster und", "im Kloster und im Kloster und", "den Gastgebern.", "den Gastgebern und nochmals den Gastgebern.").Replace(speech),
			passages: []string{"s.txt:1: S1 is nearly", "s.txt:7: S4 is nearly"}, kept: 4,
			lost: []string{
				`talk/annotations.yaml:2: "im Kloster" in S1 of "place" stands there more than once now; the one that was meant is “uns im Kloster und [im Kloster] und sprachen`,
				`talk/annotations.yaml:19: "den Gastgebern" in S4 of "thanks" stands there more than once now`,
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := speechFiles(t)
			if third := strings.Split(speech, "\n\n")[2]; test.before != "" {
				name := "speech/passages.yaml"
				files[name] = file(strings.Replace(string(files[name].Data), third, test.before, 1))
				test.text = strings.Replace(test.text, third, test.before, 1)
			}
			u, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(test.text), Source: Source{ID: "speech"}})
			if err != nil {
				t.Fatal(err)
			}
			matchLines(t, test.passages, u.Passages)
			matchLines(t, test.moved, lines(u.Moved))
			matchLines(t, test.lost, lines(u.Lost))
			if len(u.Kept) != test.kept {
				t.Errorf("%d kept, want %d: %v", len(u.Kept), test.kept, lines(u.Kept))
			}
			checkEdits(t, files, u, test.edits)
		})
	}
}

// swapped puts the third passage behind the fourth.
func swapped(text string) string {
	p := strings.Split(strings.TrimSpace(text), "\n\n")
	p[2], p[3] = p[3], p[2]
	return strings.Join(p, "\n\n")
}

// checkEdits: of the lesson's files nothing is changed but the lines that are named.
func checkEdits(t *testing.T, files fstest.MapFS, u *Update, edits map[string]string) {
	t.Helper()
	got := map[string]string{}
	for name, data := range u.Files {
		if !strings.HasPrefix(name, "talk/") {
			continue
		}
		before, after := strings.Split(string(files[name].Data), "\n"), strings.Split(string(data), "\n")
		if len(before) != len(after) {
			t.Fatalf("%s has %d lines, before %d", name, len(after), len(before))
		}
		for i := range before {
			if before[i] != after[i] {
				got[before[i]] = after[i]
			}
		}
	}
	if edits == nil {
		edits = map[string]string{}
	}
	if d := cmp.Diff(edits, got); d != "" {
		t.Errorf("changed lines: want -, got +:\n%s", d)
	}
}

// TestUpdateKeepsWhatTheAuthorWrote: translations stay with their passages and are marked when the text beside them
// changed, and a number that is gone is never given again.
func TestUpdateKeepsWhatTheAuthorWrote(t *testing.T) {
	files := speechFiles(t)
	update := func(text string) *Document {
		u, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(text), Source: Source{ID: "speech"}})
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range u.Files {
			files[name] = file(string(data))
		}
		return u.Document
	}
	d := update(strings.Replace(speech, "Zum Schluss dankten", "Zum Schluss aber dankten", 1))
	if p := d.passage("S4"); p.Text["en"] != "In the end we thanked the hosts." || cmp.Diff([]string{"en"}, p.Changed) != "" {
		t.Errorf("changed: %+v", p)
	}
	if p := d.passage("S1"); p.Text["en"] != "We met at the monastery." || p.Changed != nil {
		t.Errorf("unchanged: %+v", p)
	}
	_, faults := Read(files, today)
	if !strings.Contains(strings.Join(lines(faults), "\n"), `warning: passage S4 has changed, its text in "en" has not`) {
		t.Error(lines(faults))
	}
	d = update(strings.Split(speech, "Zum Schluss")[0])
	if cmp.Diff([]string{"S4"}, d.Gone) != "" {
		t.Errorf("gone: %v", d.Gone)
	}
	d = update(strings.Split(speech, "Zum Schluss")[0] + "Ein anderes Ende.")
	if d.passage("S5") == nil || d.passage("S4") != nil || cmp.Diff([]string{"S4"}, d.Gone) != "" {
		t.Errorf("%+v", d)
	}
}

func TestUpdateKeepsTitles(t *testing.T) {
	files := fstest.MapFS{"sources.yaml": file("- {id: book, title: B, publisher: P, url: https://b.example}\n"), "speech/passages.yaml": file(
		"letter: B\nlang: de\nsource: book\ngroups:\n  - id: a\n    title: {de: Anfang, en: Beginning}\n    passages:\n      - {id: B1, text: {de: Eins.}}\n")}
	u, err := UpdateText(files, Foreign{File: "s.md", Data: []byte("# Neu\n\n# Anfang\n\nEins."), Source: Source{ID: "speech"}})
	if err != nil {
		t.Fatal(err)
	}
	if g := u.Document.Groups; g[1].Title["en"] != "Beginning" || g[0].Title["en"] != "" {
		t.Errorf("%+v", g)
	}
}

func TestUpdateRefuses(t *testing.T) {
	for want, f := range map[string]Foreign{
		`--id "nothing": there is no document`: {File: "s.txt", Data: []byte("Eins."), Source: Source{ID: "nothing"}},
		"--update changes the text alone":      {File: "s.txt", Data: []byte("Eins."), Source: Source{ID: "speech", Title: "x"}},
		"the text is not UTF-8":                {File: "s.txt", Data: []byte("\xff"), Source: Source{ID: "speech"}},
	} {
		u, err := UpdateText(speechFiles(t), f)
		if !errors.Is(err, ErrRefused) || u.Files != nil {
			t.Fatalf("%s: %v", want, err)
		}
		matchLines(t, []string{want}, lines(u.Notes))
	}
	files := speechFiles(t)
	files["talk/quiz.yaml"] = file("a: [")
	if _, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(speech), Source: Source{ID: "speech"}}); err == nil || !strings.Contains(err.Error(), "talk/quiz.yaml:2: this is not YAML") {
		t.Errorf("a file that cannot be read: %v", err)
	}
	files = speechFiles(t)
	files["speech/passages.yaml"] = file(strings.Replace(string(files["speech/passages.yaml"].Data), "groups:", "gone: [S999]\ngroups:", 1))
	if _, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(speech + "\nNeu."), Source: Source{ID: "speech"}}); err == nil || !strings.Contains(err.Error(), "would go up to 1000") {
		t.Errorf("numbers run out: %v", err)
	}
	files = speechFiles(t)
	files["talk/annotations.yaml"] = file("- id: place\n  passage: S1\n  quote:\n    de: >-\n      im\n      Kloster\n    en: x\n")
	text := strings.Replace(speech, "im Kloster", "im alten Kloster", 1)
	if _, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(text), Source: Source{ID: "speech"}}); !errors.Is(err, errUnsafe) {
		t.Errorf("a quote that cannot be changed safely: %v", err)
	}
}

// TestEveryQuoteIsAccountedFor: whatever happens to the text, every quote is kept, moved or lost; kept and moved ones can
// be anchored as they are written afterwards, and lost ones are as they were.
func TestEveryQuoteIsAccountedFor(t *testing.T) {
	words := strings.Fields(speech)
	rapid.Check(t, func(t *rapid.T) {
		files := speechFiles(t)
		list := strings.SplitAfter(speech, " ")
		for range rapid.IntRange(0, 12).Draw(t, "edits") {
			at := rapid.IntRange(0, len(list)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "edit") {
			case 0:
				list[at] = ""
			case 1:
				list[at] = rapid.SampledFrom(words).Draw(t, "word") + " "
			case 2:
				to := min(len(list), at+rapid.IntRange(1, 8).Draw(t, "length"))
				list[at] = strings.Join(list[at:to], "") + list[at]
			default:
				list[at] = "\n\n" + list[at]
			}
		}
		text := strings.Join(list, "")
		if len(text) > 4*len(speech) {
			t.Skip("doubled again and again")
		}
		u, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(text), Source: Source{ID: "speech"}})
		if errors.Is(err, ErrRefused) && strings.TrimSpace(text) == "" {
			return
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		if n := len(u.Kept) + len(u.Moved) + len(u.Lost); n != 6 {
			t.Fatalf("%d of 6 quotes are accounted for", n)
		}
		for name, data := range u.Files {
			files[name] = file(string(data))
		}
		again, err := UpdateText(files, Foreign{File: "s.txt", Data: []byte(text), Source: Source{ID: "speech"}})
		if err != nil || len(again.Passages) > 0 || len(again.Moved) > 0 || len(again.Kept) < len(u.Kept)+len(u.Moved) {
			t.Fatalf("the same text again: %v, %+v\nbefore: %+v", err, again, u)
		}
	})
}

// TestRewrittenIsVerified: a file that says anything else after it was rewritten is not written.
func TestRewrittenIsVerified(t *testing.T) {
	files := speechFiles(t)
	const name = "talk/annotations.yaml"
	d := documentsIn(files)["S"]
	quotes, source, err := quotesIn(files, name, d)
	if err != nil {
		t.Fatal(err)
	}
	changes := []change{{quotes[0].words, `ein "neues" \ Wort`}, {quotes[1].passage, "S9"}}
	good, err := rewritten(source, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text string
		want error
	}{
		{string(good), nil},
		{strings.Replace(string(good), "S9", "S8", 1), errUnsafe},
		{strings.Replace(string(good), "neues", "altes", 1), errUnsafe},
		{strings.Replace(string(good), "den Gastgebern", "der Gastgeberin", 1), errUnsafe},
		{strings.Replace(string(good), "passage: S4", "passage: T4", 1), errUnsafe},
	} {
		u := &Update{Brought: Brought{Files: map[string][]byte{name: []byte(test.text)}}}
		if err := u.verify(files, name, d, quotes, changes); !errors.Is(err, test.want) {
			t.Errorf("%v, want %v for\n%s", err, test.want, test.text)
		}
	}
}

// TestPrefixOfAnotherPlace: what would be found by its prefix elsewhere than it was found is lost.
func TestPrefixOfAnotherPlace(t *testing.T) {
	var u Update
	say := func(list *Faults, format string, _ ...any) { *list = append(*list, Fault{Text: format}) }
	q := quoteAt{Quote: annot.Quote{Words: "y", Prefix: "b"}}
	if changes := u.inPassage(q, "a x b x", annot.Place{Range: annot.Range{Start: 2, End: 3}, Likeness: 0.6, Why: annot.ByLikeness}, say); changes != nil {
		t.Errorf("%+v is to be changed", changes)
	}
	matchLines(t, []string{"would be found at another place"}, lines(u.Lost))
}
