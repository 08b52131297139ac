package annot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAnchor(t *testing.T) {
	const twice = "Der Hash findet Bilder. Der Klassifikator findet neue Bilder."
	for _, c := range []struct {
		name, text, quote, prefix, suffix string
		want                              string // the text before the place
		err                               error
	}{
		{name: "once", text: twice, quote: "Klassifikator", want: "Der Hash findet Bilder. Der "},
		{name: "at the start", text: twice, quote: "Der Hash", want: ""},
		{name: "at the end", text: twice, quote: "neue Bilder.", want: "Der Hash findet Bilder. Der Klassifikator findet "},
		{name: "missing", text: twice, quote: "Prüfzahl", err: ErrNotFound},
		{name: "empty", text: twice, quote: "", err: ErrNotFound},
		{name: "longer than the text", text: "kurz", quote: "kurz und lang", err: ErrNotFound},
		{name: "twice", text: twice, quote: "Bilder", err: ErrAmbiguous},
		{name: "twice, prefix decides", text: twice, quote: "Bilder", prefix: "neue", want: "Der Hash findet Bilder. Der Klassifikator findet neue "},
		{name: "twice, suffix decides", text: twice, quote: "findet", suffix: "neue", want: "Der Hash findet Bilder. Der Klassifikator "},
		{name: "prefix that fits nowhere", text: twice, quote: "Bilder", prefix: "alte", err: ErrNotFound},
		{name: "overlapping itself", text: "aaa", quote: "aa", err: ErrAmbiguous},
		{name: "umlauts", text: "Prüfzählung über Größe", quote: "über", want: "Prüfzählung "},
		{name: "combining marks are another text", text: "Pru\u0308fzahl", quote: "Prüfzahl", err: ErrNotFound},
		{name: "emoji", text: "vorher 👩‍👧 nachher", quote: "👩‍👧", want: "vorher "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Anchor(c.text, c.quote, c.prefix, c.suffix)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err == nil && (c.text[:got.Start] != c.want || c.text[got.Start:got.End] != c.quote) {
				t.Errorf("found at %d", got.Start)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]int{
		"":                      0,
		"Ein Satz.":             1,
		"Ein Satz. Noch einer.": 2,
		"Am 18. November 2022 geschah es. Dann nichts.":   2,
		"Es war im Jahr 2022. Danach kam 2023.":           2,
		"Das gilt z. B. für Bilder. Und u. a. für Texte.": 2,
		"Dr. Farid half. Microsoft auch.":                 2,
		"„Gut.“ Das sagte er. „Sehr gut!“ Das auch.":      4,
		"Wirklich? Ja! Nun …  Weiter.":                    4,
		"Es sind 1\u202f000.50 Bilder. Viele.":            2,
		"They met (see E1.) Later they left.":             2,
		"He e.g. Google asked. She said no. The end.":     3,
		"kleingeschrieben. danach geht es weiter":         1,
		"Version 2.2 gilt. Art. 8 auch.":                  2,
	} {
		if got := Sentences(text); len(got) != want {
			t.Errorf("%q has %d sentences, want %d", text, len(got), want)
		}
	}
}

func TestCut(t *testing.T) {
	const text = "Der erste Satz. Der zweite Satz."
	over := Mark{Range{10, 25}, "over"} // from one sentence into the next
	first := Mark{Range{0, 3}, "first"}
	got := Cut(text, []Mark{over, first})
	if len(got) != 2 {
		t.Fatalf("%d sentences", len(got))
	}
	opens, closes := 0, 0
	for _, s := range got {
		for _, p := range s.Pieces {
			if p.Mark == "over" {
				opens, closes = opens+b(p.Opens), closes+b(p.Closes)
			}
		}
	}
	if opens != 1 || closes != 1 {
		t.Errorf("the mark opens %d and closes %d times", opens, closes)
	}
	if _, _, ok := Overlap([]Mark{over, first}); ok {
		t.Error("these marks do not overlap")
	}
	if x, y, ok := Overlap([]Mark{over, {Range{24, 30}, "late"}}); !ok || x != "over" || y != "late" {
		t.Errorf("overlap of %q and %q: %v", x, y, ok)
	}
	if n, ok := SentenceOf(text, first.Range); !ok || n != 0 {
		t.Errorf("sentence %d, %v", n, ok)
	}
	if _, ok := SentenceOf(text, over.Range); ok {
		t.Error("a range over two sentences lies in one")
	}
}

func b(v bool) int {
	if v {
		return 1
	}
	return 0
}

// whole checks that nothing of a text is lost or doubled by cutting it, and that no rune is cut in two.
func whole(t interface{ Fatalf(string, ...any) }, text string, marks []Mark) {
	var out strings.Builder
	for _, s := range Cut(text, marks) {
		for _, p := range s.Pieces {
			if utf8.ValidString(text) && !utf8.ValidString(p.Text) {
				t.Fatalf("a rune of %q is cut in two", text)
			}
			out.WriteString(p.Text)
		}
	}
	if out.String() != text {
		t.Fatalf("%q comes back as %q", text, out.String())
	}
}

// TestCutKeepsText takes texts of all kinds with marks on any of their words.
func TestCutKeepsText(t *testing.T) {
	words := []string{"Satz", "über", "z.", "B.", "18.", "November", "„Gut.“", "👩‍👧", "a\u0308", "!", "…", "1\u202f000", "\n", "Ende."}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom(words), 0, 30).Draw(t, "words")
		text := strings.Join(list, " ")
		var marks []Mark
		at := 0
		for i, w := range list {
			if rapid.Bool().Draw(t, "marked") {
				marks = append(marks, Mark{Range{at, at + len(w)}, string(rune('a' + i))})
			}
			at += len(w) + 1
		}
		slices.Reverse(marks)
		whole(t, text, marks)
	})
}

func FuzzAnchor(f *testing.F) {
	f.Add("Der Hash findet Bilder. Der Klassifikator auch.", "Der", "", " Hash")
	f.Add("„Chatkontrolle“ sagen Kritiker.", "„Chatkontrolle“", "", "sagen")
	f.Add("aaa", "aa", "a", "")
	f.Fuzz(func(t *testing.T, text, quote, prefix, suffix string) {
		r, err := Anchor(text, quote, prefix, suffix)
		if err != nil {
			whole(t, text, nil)
			return
		}
		if text[r.Start:r.End] != quote {
			t.Fatalf("anchored on %q, not %q", text[r.Start:r.End], quote)
		}
		whole(t, text, []Mark{{r, "m"}})
	})
}
