package annot

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// TestReanchor marks the quote in the old text with | and the place in the new one; no mark there: it is lost.
func TestReanchor(t *testing.T) {
	tests := []struct {
		name, old, prefix, suffix, new string
		why                            Reason
		err                            error
	}{
		{"nothing changed", "Der Staat |darf das|.", "", "", "Der Staat |darf das|.", Once, nil},
		{"text before it", "Der Staat |darf das|.", "", "", "Heute: Der Staat |darf das|.", Once, nil},
		{"other words around it", "Der Staat |darf das|.", "", "", "Das Amt |darf das| nie.", Once, nil},
		{"a prefix that is gone, but it stands there once", "Der Staat |darf das|.", "Staat", "", "Das Amt |darf das|.", Once, nil},
		{"moved behind another sentence", "|Eins gilt.| Zwei auch.", "", "", "Zwei auch. |Eins gilt.|", Once, nil},

		{"doubled, told by the words before", "Der Staat |darf das|.", "", "", "Die Polizei darf das. Der Staat |darf das|.", ByContext, nil},
		{"doubled, told by words further away", "Der Staat darf |das| nun.", "", "", "Die Polizei darf das nun. Der Staat darf |das| nun.", ByContext, nil},
		{"doubled, told by the words behind", "Er |darf das| heute. Nein.", "", "", "Sie darf das morgen. Sie |darf das| heute. Nein.", ByContext, nil},
		{"doubled, told by the author", "Der Staat |darf das|. Nun.", "Staat", "", "Der Staat |darf das| nie. Er darf das. Nun.", ByAuthor, nil},
		{"doubled, undecided", "Alle, Staat |darf das| jetzt.", "", "", "Eins darf das zwei. Drei darf das vier.", "", ErrAmbiguous},
		{"twice before, in other order", "Der Staat |darf das| immer. Die Polizei darf das nie.", "Staat", "", "Die Polizei darf das nie. Der Staat |darf das| immer.", ByAuthor, nil},
		{"twice before, its own is gone", "Der Staat |darf das| immer. Die Polizei darf das nie.", "Staat", "", "Die Polizei darf das nie.", "", ErrNotFound},
		{"twice before, the other is gone", "Der Staat |darf das| immer. Die Polizei darf das nie.", "Staat", "", "Das Amt |darf das| immer.", ByContext, nil},
		{"twice before, and nobody knows which was meant", "Der Staat |darf das| immer. Die Polizei darf das nie.", "", "", "Der Staat darf das immer.", "", ErrAmbiguous},
		{"twice before, one left, anywhere", "a |x| b c x d", "a", "", "e x f", "", ErrAmbiguous},

		{"deleted", "Der Staat |darf das|. Er will.", "", "", "Der Staat. Er will.", "", ErrNotFound},
		{"all deleted", "Der Staat |darf das|.", "", "", "", "", ErrNotFound},
		{"other words in its place", "Der Staat |darf das|. Er will.", "", "", "Der Staat muss. Er will.", "", ErrNotFound},

		{"a typing mistake mended", "Der Staat |darf die Nachichten| lesen.", "", "", "Der Staat |darf die Nachrichten| lesen.", ByLikeness, nil},
		{"a word put in", "Der Staat |darf alle Nachrichten| lesen.", "", "", "Der Staat |darf fast alle Nachrichten| lesen.", ByLikeness, nil},
		{"a word taken out", "Der Staat |darf fast alle Nachrichten| lesen.", "", "", "Der Staat |darf alle Nachrichten| lesen.", ByLikeness, nil},
		{"longer word", "Sie fordern |technologieneutrale| Wege.", "", "", "Sie fordern |technologieneutrale|re Wege.", Once, nil},
		{"similar words, but no neighbour is left", "Der Staat |darf alle Nachrichten| lesen.", "", "", "Man darf fast alle Nachrichten sehen.", "", ErrNotFound},
		{"two similar ones, told apart", "Wer |darf Nachrichten| lesen?", "", "", "Er darf Nachrichte lesen! Wer |darf Nachrichte| lesen?", ByLikeness, nil},
		{"two similar ones, undecided", "Wer |darf Nachrichten| lesen?", "", "", "Ja: Wer darf Nachrichte hier? Ja: Wer darf Nachrichte da?", "", ErrAmbiguous},

		{"composed before, decomposed now", "Sie |prüfen größere| Mengen.", "", "", norm.NFD.String("Heute |prüfen größere| Mengen"), Once, nil},
		{"decomposed before, composed now", norm.NFD.String("Sie |prüfen| das."), "", "", "Dann |prüfen| sie das.", Once, nil},
		{"a letter without its mark", "Das |gru| hier.", "", "", "Das gru\u0308n hier.", "", ErrNotFound},
		{"emoji", "Gut 👍🏽 |sagt 👩\u200d👧| dann.", "", "", "👍🏽 sehr gut, |sagt 👩\u200d👧| dann.", Once, nil},
		{"half a family", "Das |👩| hier.", "", "", "Das 👩\u200d👧 hier.", "", ErrNotFound},
		{"broken letters", "\xff Wer |darf Nachrichten| lesen?", "", "", "\xff\xfe Wer darf Nachrichte lesen?", "", ErrNotFound},
		{"not to be known", "Der Staat.", "", "", "Der Staat darf das.", "", ErrNotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q, old := marked(test.old)
			words, text := marked(test.new)
			got, err := Reanchor(Quote{q, test.prefix, test.suffix}, old, text)
			if !errors.Is(err, test.err) || got.Why != test.why {
				t.Fatalf("Reanchor = %+v, %v; want %q, %v", got, err, test.why, test.err)
			}
			if err != nil {
				if got != (Place{}) {
					t.Errorf("Reanchor = %+v with the error %v", got, err)
				}
				return
			}
			if start := strings.Index(test.new, "|"); got.Start != start || text[got.Start:got.End] != words {
				t.Errorf("Reanchor finds %q at %d, want %q at %d", text[got.Start:got.End], got.Start, words, start)
			}
			checkPlace(t, Quote{q, test.prefix, test.suffix}, text, got, err)
		})
	}
}

// marked takes the words between two marks out of a text, and the marks.
func marked(text string) (words, plain string) {
	if parts := strings.Split(text, "|"); len(parts) == 3 {
		return parts[1], strings.Join(parts, "")
	}
	return "", text
}

// checkPlace holds what is true of every answer, whatever the texts.
func checkPlace(t reporter, q Quote, text string, p Place, err error) {
	t.Helper()
	if err != nil {
		if p != (Place{}) || !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrAmbiguous) {
			t.Fatalf("%+v, %v", p, err)
		}
		return
	}
	if p.Start < 0 || p.Start >= p.End || p.End > len(text) || !border(text, p.Start) || !border(text, p.End) {
		t.Fatalf("the place %v is none in %q", p, text)
	}
	words := text[p.Start:p.End]
	same := norm.NFC.String(words) == norm.NFC.String(q.Words)
	switch p.Why {
	case Once, ByAuthor, ByContext:
		if !same || p.Likeness != 1 {
			t.Fatalf("%q is said to be the very words %q", words, q.Words)
		}
	case ByLikeness:
		if same || p.Likeness < LeastLikeness || p.Likeness >= 1 || len(compose(text).places(norm.NFC.String(q.Words))) > 0 {
			t.Fatalf("%q is said to be like %q: %v", words, q.Words, p.Likeness)
		}
	default:
		t.Fatalf("the reason is %q", p.Why)
	}
}

// The words of the properties: the quote's, those around it, and those of edits have nothing in common, so that what
// must come out is known.
var (
	quoteWords = rapid.SampledFrom([]string{"Überwachung", "größere", "nai\u0308ve", "naïve", "👩\u200d👧", "👍🏽", "Straße", "e\u0301tat", "«Öl»"})
	otherWords = rapid.SampledFrom([]string{"kann", "mit", "dann", "ich", "Fink", "2022", "🌲", "zwo\u0308lf", "für", "(hin)", "x."})
	editWords  = rapid.SampledFrom([]string{"LLL", "QQ", "YYYY", "🚲", "W\u0308W"})
)

func sentence(t *rapid.T, words *rapid.Generator[string], least, most int, label string) string {
	return strings.Join(rapid.SliceOfN(words, least, most).Draw(t, label), " ")
}

// edited is the text with words put in, taken out and put elsewhere, and perhaps in the other normal form.
func edited(t *rapid.T, text, label string) string {
	words := strings.Fields(text)
	for range rapid.IntRange(0, 4).Draw(t, label+" edits") {
		at := rapid.IntRange(0, len(words)).Draw(t, label+" at")
		if at < len(words) && rapid.Bool().Draw(t, label+" out") {
			words = append(words[:at:at], words[at+1:]...)
			continue
		}
		words = append(words[:at:at], append([]string{editWords.Draw(t, label+" word")}, words[at:]...)...)
	}
	return strings.Join(words, " ")
}

func otherForm(t *rapid.T, text string) string {
	return rapid.SampledFrom([]norm.Form{norm.NFC, norm.NFD}).Draw(t, "form").String(text)
}

func joined(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// TestUntouchedQuoteIsFound: whatever is done to the words around it, and wherever it is moved, a quote that stands in
// the text once is found at its place.
func TestUntouchedQuoteIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := sentence(t, quoteWords, 1, 4, "quote")
		before, after := sentence(t, otherWords, 0, 6, "before"), sentence(t, otherWords, 0, 6, "after")
		left, right := edited(t, before, "before"), edited(t, after, "after")
		if rapid.Bool().Draw(t, "moved") {
			left, right = right, left
		}
		text := otherForm(t, joined(left, words, right))
		q := Quote{words, "", ""}
		p, err := Reanchor(q, joined(before, words, after), text)
		if n := occurrences(text, words); n != 1 {
			t.Skip("the quote is in itself more than once")
		}
		checkPlace(t, q, text, p, err)
		if err != nil || p.Why != Once {
			t.Fatalf("%q in %q: %+v, %v", words, text, p, err)
		}
		if want := norm.NFC.String(joined(left)); norm.NFC.String(strings.TrimSpace(text[:p.Start])) != want {
			t.Fatalf("%q is found behind %q, want behind %q", words, text[:p.Start], want)
		}
	})
}

func occurrences(text, words string) int { return len(compose(text).places(norm.NFC.String(words))) }

// TestDeletedQuoteIsLost: a quote that was taken out, or made way for other words, is never found.
func TestDeletedQuoteIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := sentence(t, quoteWords, 2, 4, "quote")
		before, after := sentence(t, otherWords, 0, 6, "before"), sentence(t, otherWords, 0, 6, "after")
		instead := sentence(t, editWords, 0, 4, "instead")
		text := otherForm(t, joined(edited(t, before, "before"), instead, edited(t, after, "after")))
		p, err := Reanchor(Quote{words, "", ""}, joined(before, words, after), text)
		if !errors.Is(err, ErrNotFound) {
			t.Fatalf("%q is gone from %q, but found: %+v, %v", words, text, p, err)
		}
	})
}

// TestDoubledQuoteIsDecidedOrAmbiguous: among several places of the same words, prefix and suffix or the words around
// decide for the right one, or nothing does.
func TestDoubledQuoteIsDecidedOrAmbiguous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := sentence(t, quoteWords, 1, 3, "quote")
		n := rapid.IntRange(2, 4).Draw(t, "places")
		mine := rapid.IntRange(0, n-1).Draw(t, "mine")
		same := rapid.Bool().Draw(t, "the same neighbours everywhere")
		var clauses []string
		for i := range n {
			name := "name" + string(rune('a'+i))
			if same {
				name = "name"
			}
			clauses = append(clauses, name+" "+words)
		}
		prefix := ""
		if rapid.Bool().Draw(t, "prefix") && !same {
			prefix = "name" + string(rune('a'+mine))
		}
		q := Quote{words, prefix, ""}
		old := strings.Join(clauses[mine:mine+1], ". ")
		order := rapid.Permutation(clauses).Draw(t, "order")
		text := otherForm(t, strings.Join(order, "; "))
		p, err := Reanchor(q, joined("Vorher", old, "dann"), text)
		checkPlace(t, q, text, p, err)
		if same {
			if !errors.Is(err, ErrAmbiguous) && occurrences(old, words) == 1 {
				t.Fatalf("%+v, %v in %q", p, err, text)
			}
			return
		}
		if occurrences(words, words) == 1 && occurrences(text, words) == n {
			if err != nil || !strings.HasSuffix(strings.TrimSpace(text[:p.Start]), "name"+string(rune('a'+mine))) {
				t.Fatalf("%q in %q: %+v, %v", clauses[mine], text, p, err)
			}
		}
	})
}

// TestChangedQuoteIsFoundBetweenItsNeighbours: one letter of a longer quote is another one.
func TestChangedQuoteIsFoundBetweenItsNeighbours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.Permutation([]string{"Überwachung", "größere", "Straßen", "Öffentlichkeit"}).Draw(t, "quote")
		words := strings.Join(list, " ")
		runes := []rune(words)
		at := rapid.IntRange(0, len(runes)-1).Draw(t, "at")
		if runes[at] == ' ' {
			t.Skip("a border of words")
		}
		runes[at] = 'q'
		before, after := sentence(t, otherWords, 1, 6, "before"), sentence(t, otherWords, 1, 6, "after")
		q, text := Quote{words, "", ""}, otherForm(t, joined(before, string(runes), after))
		p, err := Reanchor(q, joined(before, words, after), text)
		checkPlace(t, q, text, p, err)
		if err != nil || p.Why != ByLikeness || norm.NFC.String(text[p.Start:p.End]) != string(runes) {
			t.Fatalf("%q in %q: %+v, %v", words, text, p, err)
		}
	})
}

// TestAnyTextsAreReanchored: an unchanged text keeps every quote that can be anchored in it, whatever it is made of.
func TestAnyTextsAreReanchored(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old, text := genText(t), genText(t)
		at := borders(old)
		start := rapid.IntRange(0, len(at)-1).Draw(t, "start")
		end := rapid.IntRange(start, len(at)-1).Draw(t, "end")
		q := Quote{old[at[start]:at[end]], "", ""}
		p, err := Reanchor(q, old, text)
		checkPlace(t, q, text, p, err)
		p, err = Reanchor(q, old, old)
		checkPlace(t, q, old, p, err)
		if r, anchored := Anchor(norm.NFC.String(old), norm.NFC.String(q.Words), "", ""); anchored == nil && utf8.ValidString(old) {
			if got := compose(old).original(r); compose(old).whole(r) && (err != nil || p.Range != got) {
				t.Fatalf("%q of %q: %+v, %v, want %v", q.Words, old, p, err, got)
			}
		}
	})
}

// TestReanchorIsBounded: texts that would take too long are answered, without a place.
func TestReanchorIsBounded(t *testing.T) {
	var many strings.Builder
	for i := range mostPlaces {
		fmt.Fprintf(&many, "name%d x; ", i)
	}
	text := many.String() + "Ende x."
	if p, err := Reanchor(Quote{"x", "", ""}, "Ende x.", text); !errors.Is(err, ErrAmbiguous) {
		t.Errorf("more places than are compared: %+v, %v", p, err)
	}
	if p, err := Reanchor(Quote{"x", "name7", ""}, "name7 x", text); err != nil || p.Why != ByAuthor {
		t.Errorf("many places, but its author tells it apart: %+v, %v", p, err)
	}
	if p, err := Reanchor(Quote{"x", "", ""}, "Ende x.", text[len("name0 x; "):]); err != nil || p.Why != ByContext {
		t.Errorf("as many places as are compared: %+v, %v", p, err)
	}
	long := strings.Repeat("Wort ", 1000)
	if p, err := Reanchor(Quote{long, "", ""}, "a "+long+"b", "a "+long[1:]+"b"); err != errTooLong {
		t.Errorf("too long: %v, %v", p, err)
	}
}

func TestMatch(t *testing.T) {
	const long = "Die Ministerinnen und Minister wollen Kinder im Netz besser schützen"
	tests := []struct {
		name     string
		old, new []string
		want     []int
	}{
		{"nothing", nil, nil, nil},
		{"the same", []string{"a", "b"}, []string{"a", "b"}, []int{0, 1}},
		{"moved", []string{"a", "b", "c"}, []string{"c", "a", "b"}, []int{2, 0, 1}},
		{"new and gone", []string{"alt", "bleibt"}, []string{"bleibt", "kommt"}, []int{1, -1}},
		{"nearly the same", []string{long}, []string{"x", long + " und helfen"}, []int{-1, 0}},
		{"the very same first", []string{long, long + "."}, []string{long + ".", long + "!"}, []int{1, 0}},
		{"doubled: in their order", []string{"a", "a"}, []string{"a", "b", "a", "a"}, []int{0, -1, 1, -1}},
		{"other normal form", []string{"gru\u0308n"}, []string{"grün"}, []int{0}},
		{"not alike", []string{long}, []string{"Anderes steht da in diesem Absatz über Wälder, Flüsse und Seen"}, []int{-1}},
	}
	for _, test := range tests {
		for j, k := range Match(test.old, test.new) {
			if k.Old != test.want[j] || (k.Old < 0) != (k.Alike < LeastLikeness) {
				t.Errorf("%s: %q goes on from %+v, want %d", test.name, test.new[j], k, test.want[j])
			}
		}
	}
}

func TestLikeness(t *testing.T) {
	for _, test := range []struct {
		a, b            string
		likeness, alike float64
	}{
		{"", "", 1, 1}, {"a", "", 0, 0}, {"kitten", "sitting", 1 - 3.0/7, 2 * 2.0 / 17}, {"grün", "grün", 1, 1}, {"ä", "ö", 0, 0},
	} {
		if got := Likeness(test.a, test.b); got != test.likeness {
			t.Errorf("Likeness(%q, %q) = %v, want %v", test.a, test.b, got, test.likeness)
		}
		if a, b := Likeness(test.b, test.a), Alike(test.b, test.a); a != test.likeness || b != Alike(test.a, test.b) || b < 0 || b > 1 {
			t.Errorf("%q and %q are not as alike the other way round: %v, %v", test.a, test.b, a, b)
		}
	}
}

func FuzzReanchor(f *testing.F) {
	f.Add("darf das", "Staat", "", "Der Staat darf das. Die Polizei darf das nicht.", "Die Polizei darf das. Der Staat darf das.")
	f.Add("gru\u0308n", "", "", "Das ist gru\u0308n.", "Grün, das ist grün.")
	f.Add("Nachichten lesen", "", "", "Wer darf Nachichten lesen?", "Wer darf 👩\u200d👧 Nachrichten lesen?")
	f.Add("aa", "", "", "aaa", "aaaa")
	f.Add("\xc3", "\xff", "\x00", "ü\xff\xc3", "\xc3\xc3")
	f.Add("a", "", "", "a"+strings.Repeat("\u0301", 40), strings.Repeat("\u0301", 40)+"a")
	f.Fuzz(func(t *testing.T, words, prefix, suffix, old, text string) {
		q := Quote{words, prefix, suffix}
		p, err := Reanchor(q, old, text)
		checkPlace(t, q, text, p, err)
		for j, k := range Match([]string{old, words}, []string{text, old}) {
			if k.Old < -1 || k.Old > 1 || j == 1 && k.Old < 0 && norm.NFC.String(text) != norm.NFC.String(old) {
				t.Errorf("Match = %+v", k)
			}
		}
	})
}
