package annot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAnchor(t *testing.T) {
	const twice = "Der Staat darf das. Die Polizei darf das nicht."
	tests := []struct {
		name, text, quote, prefix, suffix string
		want                              string // text[:start] + "|" + quote + "|" + the rest
		err                               error
	}{
		{"once", "Ein Satz.", "Satz", "", "", "Ein |Satz|.", nil},
		{"at the start", "Ein Satz.", "Ein", "", "", "|Ein| Satz.", nil},
		{"at the end", "Ein Satz.", ".", "", "", "Ein Satz|.|", nil},
		{"all of it", "Ein Satz.", "Ein Satz.", "", "", "|Ein Satz.|", nil},
		{"missing", "Ein Satz.", "Absatz", "", "", "", ErrNotFound},
		{"another case", "Ein Satz.", "satz", "", "", "", ErrNotFound},
		{"other white space", "Ein  Satz.", "Ein Satz", "", "", "", ErrNotFound},
		{"longer than the text", "Ein", "Ein Satz.", "", "", "", ErrNotFound},
		{"empty quote", "Ein Satz.", "", "", "", "", ErrNotFound},
		{"empty text", "", "Satz", "", "", "", ErrNotFound},
		{"part of a word", "Absatz", "satz", "", "", "Ab|satz|", nil},

		{"doubled", twice, "darf das", "", "", "", ErrAmbiguous},
		{"overlapping itself", "aaa", "aa", "", "", "", ErrAmbiguous},
		{"overlapping itself, told apart", "ababa", "aba", "ab", "", "ab|aba|", nil},
		{"first by prefix", twice, "darf das", "Staat", "", "Der Staat |darf das|. Die Polizei darf das nicht.", nil},
		{"second by prefix", twice, "darf das", "Polizei ", "", "Der Staat darf das. Die Polizei |darf das| nicht.", nil},
		{"first by suffix", twice, "darf das", "", ".", "Der Staat |darf das|. Die Polizei darf das nicht.", nil},
		{"second by suffix", twice, "darf das", "", "nicht", "Der Staat darf das. Die Polizei |darf das| nicht.", nil},
		{"by both", twice, "darf das", "Der Staat", ". Die", "Der Staat |darf das|. Die Polizei darf das nicht.", nil},
		{"prefix that fits nowhere", twice, "darf das", "Gericht", "", "", ErrNotFound},
		{"suffix that fits nowhere", twice, "darf das", "", "doch", "", ErrNotFound},
		{"prefix of the one, suffix of the other", twice, "darf das", "Staat", "nicht", "", ErrNotFound},
		{"prefix that does not decide", twice, "d", "r", "", "", ErrNotFound},
		{"suffix that does not decide", twice, "darf", "", "das", "", ErrAmbiguous},
		{"prefix of a quote that is there once", "Ein Satz.", "Satz", "Der", "", "", ErrNotFound},
		{"not directly before", twice, "nicht", "Polizei", "", "", ErrNotFound},
		{"white space around them", "a\n  b\tc b", "b", " a ", "\nc", "a\n  |b|\tc b", nil},

		{"umlauts", "Übermäßig große Öfen", "große Öfen", "", "", "Übermäßig |große Öfen|", nil},
		{"an umlaut alone", "grün", "ü", "", "", "gr|ü|n", nil},
		{"ß is not ss", "große", "grosse", "", "", "", ErrNotFound},
		{"a quote before an umlaut", "grün", "gr", "", "", "|gr|ün", nil},
		{"decomposed in both", "gru\u0308n und", "gru\u0308n", "", "", "|gru\u0308n| und", nil},
		{"composed quote, decomposed text", "gru\u0308n", "grün", "", "", "", ErrNotFound},
		{"a letter without its mark", "gru\u0308n", "gru", "", "", "", ErrNotFound},
		{"a letter without its mark is no second place", "gru\u0308n, grund", "gru", "", "", "gru\u0308n, |gru|nd", nil},
		{"a mark without its letter", "gru\u0308n", "\u0308n", "", "", "", ErrNotFound},
		{"emoji", "Das 👍 reicht", "👍", "", "", "Das |👍| reicht", nil},
		{"emoji beside it", "Das 👍🏽 reicht", "reicht", "👍🏽", "", "Das 👍🏽 |reicht|", nil},
		{"half a family", "Das 👩\u200d👧 hier", "👩", "", "", "", ErrNotFound},
		{"other half of a family", "Das 👩\u200d👧 hier", "👧", "", "", "", ErrNotFound},
		{"emoji without its variation", "❤\ufe0f", "❤", "", "", "", ErrNotFound},
		{"narrow space", "rund 1\u202f000 Alarme", "1\u202f000", "", "", "rund |1\u202f000| Alarme", nil},
		{"half a letter", "ü", "\xbc", "", "", "", ErrNotFound},
		{"first half of a letter", "ü", "\xc3", "", "", "", ErrNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := Anchor(test.text, test.quote, test.prefix, test.suffix)
			if !errors.Is(err, test.err) {
				t.Fatalf("Anchor = %v, %v; want %v", r, err, test.err)
			}
			if err != nil {
				if r != (Range{}) {
					t.Errorf("Anchor = %v with the error %v", r, err)
				}
				return
			}
			if got := test.text[:r.Start] + "|" + test.text[r.Start:r.End] + "|" + test.text[r.End:]; got != test.want {
				t.Errorf("Anchor finds %s, want %s", got, test.want)
			}
		})
	}
}

func TestOverlap(t *testing.T) {
	mark := func(id string, start, end int) Mark { return Mark{Range{start, end}, id} }
	tests := []struct {
		name  string
		marks []Mark
		a, b  string
	}{
		{"none", nil, "", ""},
		{"one", []Mark{mark("a", 0, 5)}, "", ""},
		{"apart", []Mark{mark("a", 0, 5), mark("b", 7, 9)}, "", ""},
		{"side by side", []Mark{mark("b", 5, 9), mark("a", 0, 5)}, "", ""},
		{"crossing", []Mark{mark("a", 0, 5), mark("b", 4, 9)}, "a", "b"},
		{"unsorted", []Mark{mark("b", 4, 9), mark("c", 20, 30), mark("a", 0, 5)}, "a", "b"},
		{"within", []Mark{mark("a", 0, 9), mark("b", 3, 4)}, "a", "b"},
		{"same words", []Mark{mark("a", 3, 4), mark("b", 3, 4)}, "a", "b"},
		{"behind a short one within", []Mark{mark("a", 0, 9), mark("b", 1, 2), mark("c", 5, 6)}, "a", "b"},
	}
	for _, test := range tests {
		before := slices.Clone(test.marks)
		a, b, ok := Overlap(test.marks)
		if a != test.a || b != test.b || ok != (test.a != "") {
			t.Errorf("%s: Overlap = %q, %q, %v; want %q, %q", test.name, a, b, ok, test.a, test.b)
		}
		if !slices.Equal(before, test.marks) {
			t.Errorf("%s: the marks are in another order afterwards", test.name)
		}
	}
}

func TestCut(t *testing.T) {
	const text = "Eins ist da. Zwei auch. Drei fehlt."
	tests := []struct {
		name   string
		text   string
		quotes []string // marks by their words; the id is the quote's number
		want   []string // sentences: pieces under a mark in brackets, "<" opens and ">" closes it
	}{
		{"no marks", text, nil, []string{"Eins ist da. ", "Zwei auch. ", "Drei fehlt."}},
		{"empty text", "", nil, nil},
		{"one mark", text, []string{"auch"}, []string{"Eins ist da. ", "Zwei [<0 auch>]. ", "Drei fehlt."}},
		{"at the start and the end", text, []string{"Eins", "fehlt."}, []string{"[<0 Eins>] ist da. ", "Zwei auch. ", "Drei [<1 fehlt.>]"}},
		{"two in a sentence", text, []string{"da", "Eins"}, []string{"[<1 Eins>] ist [<0 da>]. ", "Zwei auch. ", "Drei fehlt."}},
		{"side by side", text, []string{"Eins", " ist"}, []string{"[<0 Eins>][<1  ist>] da. ", "Zwei auch. ", "Drei fehlt."}},
		{"a whole sentence", text, []string{"Zwei auch."}, []string{"Eins ist da. ", "[<0 Zwei auch.>] ", "Drei fehlt."}},
		{"over a border", text, []string{"da. Zwei"}, []string{"Eins ist [<0 da. ]", "[0 Zwei>] auch. ", "Drei fehlt."}},
		{"over two borders", text, []string{"da. Zwei auch. Drei"}, []string{"Eins ist [<0 da. ]", "[0 Zwei auch. ]", "[0 Drei>] fehlt."}},
		{
			"over a border, with others before and behind", text,
			[]string{"ist", "da. Zwei", "auch"},
			[]string{"Eins [<0 ist>] [<1 da. ]", "[1 Zwei>] [<2 auch>]. ", "Drei fehlt."},
		},
		{"umlauts", "Größe zählt. Öl auch.", []string{"öße z", "l au"}, []string{"Gr[<0 öße z>]ählt. ", "Ö[<1 l au>]ch."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var marks []Mark
			for i, quote := range test.quotes {
				r, err := Anchor(test.text, quote, "", "")
				if err != nil {
					t.Fatal(err)
				}
				marks = append(marks, Mark{r, string(rune('0' + i))})
			}
			var got []string
			for _, s := range Cut(test.text, marks) {
				got = append(got, written(s))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			checkCut(t, test.text, marks)
		})
	}
}

func written(s Sentence) string {
	var b strings.Builder
	for _, p := range s.Pieces {
		text := p.Text
		if p.Closes {
			text += ">"
		}
		if p.Mark != "" {
			text = "[" + map[bool]string{true: "<"}[p.Opens] + p.Mark + " " + text + "]"
		}
		b.WriteString(text)
	}
	return b.String()
}

// reporter is a test or a property's test.
type reporter interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkCut sees that what is cut is the text again, and each mark the words it was set on, opened and closed once.
func checkCut(t reporter, text string, marks []Mark) {
	t.Helper()
	var whole strings.Builder
	words, opened, closed := map[string]string{}, map[string]int{}, map[string]int{}
	end := 0
	for _, s := range Cut(text, marks) {
		if s.Start != end || s.End <= s.Start {
			t.Fatalf("the sentence %v of %q does not follow on %d", s.Range, text, end)
		}
		end = s.End
		var pieces strings.Builder
		for _, p := range s.Pieces {
			if p.Text == "" || p.Mark == "" && (p.Opens || p.Closes) {
				t.Fatalf("%q is cut to the piece %+v", text, p)
			}
			pieces.WriteString(p.Text)
			if p.Mark == "" {
				continue
			}
			if p.Opens {
				opened[p.Mark]++
			}
			words[p.Mark] += p.Text
			if p.Closes {
				closed[p.Mark]++
			}
		}
		if pieces.String() != text[s.Start:s.End] {
			t.Fatalf("the pieces of %q make %q", text[s.Start:s.End], pieces.String())
		}
		whole.WriteString(pieces.String())
	}
	if whole.String() != text || end != len(text) {
		t.Fatalf("%q is put together as %q", text, whole.String())
	}
	for _, m := range marks {
		if words[m.ID] != text[m.Start:m.End] || opened[m.ID] != 1 || closed[m.ID] != 1 {
			t.Fatalf("mark %s on %q covers %q, opened %d and closed %d times", m.ID, text[m.Start:m.End], words[m.ID], opened[m.ID], closed[m.ID])
		}
	}
}

func TestSentenceOf(t *testing.T) {
	const text = "Eins. Zwei ist länger. Drei."
	tests := []struct {
		quote string
		want  int
		ok    bool
	}{
		{"Eins", 0, true},
		{"Eins.", 0, true},
		{"Eins. ", 0, true}, // the space belongs to it
		{"Eins. Z", 0, false},
		{"Zwei ist länger.", 1, true},
		{"ä", 1, true},
		{". Drei", 0, false},
		{"Drei.", 2, true},
		{text, 0, false},
	}
	for _, test := range tests {
		r, err := Anchor(text, test.quote, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := SentenceOf(Sentences(text), r); got != test.want || ok != test.ok {
			t.Errorf("SentenceOf(%q) = %d, %v; want %d, %v", test.quote, got, ok, test.want, test.ok)
		}
	}
	if got, ok := SentenceOf(Sentences(text), Range{0, len(text) + 1}); ok {
		t.Errorf("a range beyond the text is in sentence %d", got)
	}
	if got, ok := SentenceOf(Sentences(""), Range{0, 0}); ok {
		t.Errorf("an empty text has the sentence %d", got)
	}
}

// genText draws text that is rich in what divides sentences and in what is more than a byte or a rune.
func genText(t *rapid.T) string {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			". ", "! ", "? ", "… ", ".", " ", "\u202f", "\n", "“ ", ") ", "„", "«", "z. B. ", "18. November ", "1\u202f000 ", "Dr. ", "G7", "[…] ", "...",
			"Ein", "äu", "Öl", "a\u0308", "👍🏽", "👩\u200d👧", "ß", "e", "3",
		}),
		rapid.String())
	return strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "text"), "")
}

// borders are the places between runes.
func borders(text string) (list []int) {
	for i := range text {
		list = append(list, i)
	}
	return append(list, len(text))
}

func TestAnyTextIsCutAndPutTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := genText(t)
		at := rapid.SliceOfNDistinct(rapid.SampledFrom(borders(text)), 0, 8, rapid.ID[int]).Draw(t, "at")
		slices.Sort(at)
		var marks []Mark
		for i := 0; i+1 < len(at); i += rapid.IntRange(1, 2).Draw(t, "step") { // side by side or apart
			marks = append(marks, Mark{Range{at[i], at[i+1]}, string(rune('a' + i))})
		}
		if a, b, ok := Overlap(marks); ok {
			t.Fatalf("%s and %s of %v overlap", a, b, marks)
		}
		checkCut(t, text, rapid.Permutation(marks).Draw(t, "marks"))
	})
}

func TestOverlapIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var marks []Mark
		for i := range rapid.IntRange(0, 6).Draw(t, "marks") {
			start := rapid.IntRange(0, 30).Draw(t, "start")
			marks = append(marks, Mark{Range{start, start + rapid.IntRange(1, 10).Draw(t, "length")}, string(rune('a' + i))})
		}
		want := false
		for i, a := range marks {
			for _, b := range marks[i+1:] {
				want = want || max(a.Start, b.Start) < min(a.End, b.End)
			}
		}
		if _, _, got := Overlap(marks); got != want {
			t.Fatalf("Overlap(%v) = %v, want %v", marks, got, want)
		}
	})
}

func TestAnchorFindsWhatIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := genText(t)
		at := borders(text)
		start := rapid.IntRange(0, len(at)-1).Draw(t, "start")
		end := rapid.IntRange(start, len(at)-1).Draw(t, "end")
		quote, prefix, suffix := text[at[start]:at[end]], text[:at[start]], text[at[end]:]
		checkAnchor(t, text, quote, "", "")
		checkAnchor(t, text, quote, prefix, suffix)
		_, err := Anchor(text, quote, prefix, suffix)
		if quote != "" && border(text, at[start]) && border(text, at[end]) && err == ErrNotFound {
			t.Fatalf("%q is not found between %q and %q", quote, prefix, suffix)
		}
	})
}

// checkAnchor compares Anchor with looking at every place one after the other.
func checkAnchor(t reporter, text, quote, prefix, suffix string) {
	t.Helper()
	var places []Range
	for at := range len(text) {
		r := Range{at, at + len(quote)}
		if quote != "" && strings.HasPrefix(text[at:], quote) && border(text, r.Start) && border(text, r.End) && fits(text, r, prefix, suffix) {
			places = append(places, r)
		}
	}
	r, err := Anchor(text, quote, prefix, suffix)
	switch {
	case len(places) == 0 && err == ErrNotFound, len(places) > 1 && err == ErrAmbiguous:
	case len(places) != 1 || err != nil || r != places[0]:
		t.Fatalf("Anchor(%q, %q, %q, %q) = %v, %v; the places are %v", text, quote, prefix, suffix, r, err, places)
	}
}

func FuzzAnchor(f *testing.F) {
	f.Add("Der Staat darf das. Die Polizei darf das nicht.", "darf das", "Staat", "")
	f.Add("Am 18. November, z. B. „so.“ Dann 1\u202f000. Ende […] gut", "18. November", "", ",")
	f.Add("„Chatkontrolle“ sagen Kritiker.", "„Chatkontrolle“", "", "sagen")
	f.Add("aaa", "aa", "a", "")
	f.Add("gru\u0308n 👩\u200d👧", "u", "", "")
	f.Add("ü\xff\xc3", "\xc3", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, text, quote, prefix, suffix string) {
		checkAnchor(t, text, quote, prefix, suffix)
		r, err := Anchor(text, quote, prefix, suffix)
		if err != nil {
			checkCut(t, text, nil)
			return
		}
		checkCut(t, text, []Mark{{r, "a"}})
		if n, ok := SentenceOf(Sentences(text), r); ok {
			if s := Sentences(text)[n]; r.Start < s.Start || r.End > s.End {
				t.Errorf("%v is said to lie in %v of %q", r, s, text)
			}
		}
		for _, s := range Sentences(text) {
			if utf8.ValidString(text) && (!utf8.RuneStart(text[s.Start]) || !utf8.ValidString(text[s.Start:s.End])) {
				t.Errorf("%q is divided inside a rune at %v", text, s)
			}
		}
	})
}
