package annot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// TestWhole: what a reader sees as one character is never cut.
func TestWhole(t *testing.T) {
	for _, chars := range [][]string{
		{"a", "b"},
		{"ü", "ß"},
		{"u\u0308", "b"},
		{"e\u0301\u0323", "x"},
		{"👍", "👍🏽", "a"},
		{"👩\u200d👧\u200d👦", "👩"},
		{"🇩🇪", "🇫🇷", "🇪"},
		{"a", "🇩🇪", "b"},
		{"❤\ufe0f", "!"},
		{"1\ufe0f\u20e3", "2"},
		{"🏴\U000e0067\U000e0062\U000e007f", "x"},
		{"\r\n", "a"},
		{"한", "국"},
		{"\u1112\u1161\u11ab", "국"},
		{"가", "가\u11a8"},
	} {
		text := strings.Join(chars, "")
		var want []int
		at := 0
		for _, c := range chars {
			want = append(want, at)
			at += len(c)
		}
		want = append(want, at)
		if got := characters(text); !slices.Equal(got, want) {
			t.Errorf("%q is divided at %v, want %v", text, got, want)
		}
		for i := range len(text) {
			r := Whole(text, Range{i, i + 1})
			if !slices.Contains(want, r.Start) || !slices.Contains(want, r.End) || r.Start > i || r.End <= i {
				t.Errorf("%q: byte %d is widened to %v", text, i, r)
			}
		}
	}
}

// characters is where the characters of a text begin, and where the last one ends.
func characters(text string) (at []int) {
	for i := range len(text) + 1 {
		if border(text, i) {
			at = append(at, i)
		}
	}
	return at
}

// TestPoints: positions count code points, whatever takes one to write.
func TestPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.ToValidUTF8(genText(t), "?")
		at := borders(text)
		i := rapid.IntRange(0, len(at)-1).Draw(t, "start")
		r := Range{at[i], at[rapid.IntRange(i, len(at)-1).Draw(t, "end")]}
		start, end := Points(text, r)
		if runes := []rune(text); string(runes[start:end]) != text[r.Start:r.End] {
			t.Fatalf("%v of %q are the points %d to %d", r, text, start, end)
		}
		if back, ok := Bytes(text, start, end); ok != (r.Start < r.End) || ok && back != r {
			t.Fatalf("%d to %d of %q are the bytes %v, %v, want %v", start, end, text, back, ok, r)
		}
	})
	for _, bad := range [][2]int{{-1, 2}, {0, 0}, {2, 1}, {1, 4}, {3, 4}} {
		if r, ok := Bytes("aüb", bad[0], bad[1]); ok {
			t.Errorf("%v are the bytes %v", bad, r)
		}
	}
}

// TestLocate: the position holds where the words stand, and quote, prefix and suffix where it does not.
func TestLocate(t *testing.T) {
	const text = "Der Staat darf das. Die Polizei darf das nicht. 👩\u200d👧 lesen gru\u0308n."
	for _, test := range []struct {
		name       string
		s          Selector
		want       string
		err        error
		start, end int
	}{
		{"by position", Selector{Quote{Words: "darf das"}, 32, 40}, "darf das", nil, 32, 40},
		{"with space around it", Selector{Quote{Words: " darf "}, 9, 15}, "darf", nil, 10, 14},
		{"of another version, once", Selector{Quote{Words: "Polizei"}, 2, 9}, "Polizei", nil, 24, 31},
		{"of another version, twice", Selector{Quote{Words: "darf das"}, 3, 11}, "", ErrAmbiguous, 0, 0},
		{"of another version, told apart", Selector{Quote{"darf das", "Polizei ", " nicht"}, 3, 11}, "darf das", nil, 32, 40},
		{"half an emoji", Selector{Quote{Words: "👩"}, 48, 49}, "👩\u200d👧", nil, 48, 51},
		{"a letter without its mark", Selector{Quote{Words: "gru"}, 58, 61}, "gru\u0308", nil, 58, 62},
		{"a mark without its letter", Selector{Quote{Words: "\u0308n"}, 61, 63}, "u\u0308n", nil, 60, 63},
		{"nowhere", Selector{Quote{Words: "Gericht"}, 0, 7}, "", ErrNotFound, 0, 0},
		{"nothing but space", Selector{Quote{Words: " "}, 3, 4}, "", ErrNotFound, 0, 0},
		{"no stretch", Selector{Quote{Words: ""}, 5, 5}, "", ErrNotFound, 0, 0},
	} {
		r, err := test.s.Locate(text)
		if !errors.Is(err, test.err) || err == nil && text[r.Start:r.End] != test.want {
			t.Errorf("%s: %q, %v, want %q, %v", test.name, text[r.Start:r.End], err, test.want, test.err)
		}
		if err == nil {
			if s := Select(text, r); s.Start != test.start || s.End != test.end || s.Words != test.want {
				t.Errorf("%s: selected again it is %+v", test.name, s)
			}
		}
	}
}

// word is a word of a text with a number by which a test knows it again, whatever happens around it.
type word struct {
	text string
	n    int
}

func plain(words []word) (text string, at []Range) {
	for i, w := range words {
		if i > 0 {
			text += " "
		}
		at = append(at, Range{len(text), len(text) + len(w.text)})
		text += w.text
	}
	return text, at
}

// TestFollow: after a text was edited, a note on some words of it is found at those very words, if they are there still and
// nowhere else, or it is lost. Where its place is not that of the words, they are nearly the same.
func TestFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, first, last := noted(t)
		old, at := plain(list)
		s := Select(old, Range{at[first].Start, at[last].End})
		after := edit(t, slices.Clone(list))
		text, now := plain(after)
		p, err := s.Follow(old, text)
		whole := together(after, first, last) >= 0 && places(text, s.Words) == 1
		if err != nil {
			if slices.Equal(after, list) || whole && places(old, s.Words) == 1 {
				t.Fatalf("%q of %q in %q: %v", s.Words, old, text, err)
			}
			return
		}
		if p.Likeness < LeastLikeness || p.Likeness < 1 && p.Why != ByLikeness || p.Likeness == 1 && text[p.Start:p.End] != s.Words {
			t.Fatalf("%q: %+v is %q", s.Words, p, text[p.Start:p.End])
		}
		if i := together(after, first, last); whole && p.Start != now[i].Start {
			t.Fatalf("%q of %q is at %v of %q, want %d", s.Words, old, p.Range, text, now[i].Start)
		}
		if Select(text, p.Range).Words != text[p.Start:p.End] || Whole(text, p.Range) != p.Range {
			t.Fatalf("%v of %q is not whole", p.Range, text)
		}
	})
}

// TestFollowNoDouble: of words that are there several times, those that were marked are deleted: the others are not taken
// for them.
func TestFollowNoDouble(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, first, last := noted(t)
		old, at := plain(list)
		s := Select(old, Range{at[first].Start, at[last].End})
		text, _ := plain(slices.Delete(slices.Clone(list), first, last+1))
		if places(old, s.Words) < 2 || places(text, s.Words) != places(old, s.Words)-1 {
			t.Skip("not doubled, or deleting makes a new one")
		}
		for i := range list[:len(list)-(last-first)] {
			if same, _ := plain(slices.Delete(slices.Clone(list), i, i+last-first+1)); same == text && i != first {
				t.Skip("nobody can tell which of them is gone")
			}
		}
		if p, err := s.Follow(old, text); err == nil && p.Likeness == 1 {
			t.Fatalf("%q at %d of %q was deleted, and is at %v of %q (%s)", s.Words, s.Start, old, p.Range, text, p.Why)
		}
	})
}

var anyWord = rapid.SampledFrom([]string{"Überwachung", "größere", "nai\u0308ve", "👩\u200d👧", "👍🏽", "🇩🇪", "Straße", "kann", "mit", "ich", "2022.", "(hin)"})

// noted is a text of words that may be there several times, and some that follow each other in it.
func noted(t *rapid.T) (list []word, first, last int) {
	for i := range rapid.IntRange(3, 30).Draw(t, "words") {
		list = append(list, word{anyWord.Draw(t, "word"), i})
	}
	first = rapid.IntRange(0, len(list)-1).Draw(t, "first")
	return list, first, rapid.IntRange(first, min(first+4, len(list)-1)).Draw(t, "last")
}

// places is how often the words stand in a text, also over each other.
func places(text, words string) int { return len(compose(text).places(norm.NFC.String(words))) }

// together is where the words with the numbers follow each other; -1 when they do not any more.
func together(list []word, first, last int) int {
	begin := slices.IndexFunc(list, func(w word) bool { return w.n == first })
	for n := first; n <= last; n++ {
		if at := begin + n - first; begin < 0 || at >= len(list) || list[at].n != n {
			return -1
		}
	}
	return begin
}

// edit moves, changes, deletes and doubles stretches of the words. What is new has the number -1.
func edit(t *rapid.T, list []word) []word {
	for range rapid.IntRange(0, 3).Draw(t, "edits") {
		if len(list) == 0 {
			break
		}
		from := rapid.IntRange(0, len(list)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, min(from+6, len(list))).Draw(t, "to")
		part := slices.Clone(list[from:to])
		switch rapid.SampledFrom([]string{"move", "delete", "change", "double", "add"}).Draw(t, "edit") {
		case "move":
			list = slices.Delete(list, from, to)
			list = slices.Insert(list, rapid.IntRange(0, len(list)).Draw(t, "into"), part...)
		case "delete":
			list = slices.Delete(list, from, to)
		case "change":
			list[from] = word{"geändert" + fmt.Sprint(from), -1}
		case "double":
			for i := range part {
				part[i].n = -1
			}
			list = slices.Insert(list, rapid.IntRange(0, len(list)).Draw(t, "into"), part...)
		case "add":
			list = slices.Insert(list, from, word{anyWord.Draw(t, "new"), -1})
		}
	}
	return list
}

// TestFollowWithoutTheOldText: what the note itself knows has to do, and what it does not tell apart is lost.
func TestFollowWithoutTheOldText(t *testing.T) {
	const old = "Am Anfang steht etwas ganz anderes. Der Staat darf das. Die Polizei darf das nicht, sagt jemand dort am Ende."
	r := Range{strings.LastIndex(old, "darf das"), 0}
	r.End = r.Start + len("darf das")
	s := Select(old, r)
	if s.Prefix == "" || s.Suffix == "" || !strings.HasSuffix(old[:r.Start], s.Prefix) || strings.HasPrefix(s.Prefix, "taat") {
		t.Errorf("the words around are %q and %q", s.Prefix, s.Suffix)
	}
	for text, want := range map[string]int{
		old: r.Start, "Neu. " + old: r.Start + 5, "Die Polizei darf das nicht. Der Staat darf das.": 12, "Jemand darf das. Jemand darf das.": -1,
	} {
		for _, before := range []string{"", "ein ganz anderer Text, der nichts davon weiß und doch lang genug ist, um an dieser Stelle etwas zu haben, das nicht passt"} {
			p, err := s.Follow(before, text)
			if (err == nil) != (want >= 0) || err == nil && p.Start != want {
				t.Errorf("%q: %+v, %v, want %d", text, p, err, want)
			}
		}
	}
}

func TestSentencesOfUnit(t *testing.T) {
	u := Unit{Text: "Eins. Zwei ist länger.\nEin Punkt ohne Ende\nNoch einer. Schluss"}
	var got []string
	for _, r := range u.Sentences() {
		got = append(got, u.Text[r.Start:r.End])
	}
	want := []string{"Eins. ", "Zwei ist länger.\n", "Ein Punkt ohne Ende\n", "Noch einer. ", "Schluss"}
	if !slices.Equal(got, want) {
		t.Errorf("the sentences are %q", got)
	}
	marks := func(list ...Marked) []Marked { return list }
	heats := u.Heats([][]Marked{
		marks(Marked{Range{0, 5}, Highlight}, Marked{Range{2, 8}, Highlight}), // twice in the first
		marks(Marked{Range{3, 10}, Unclear}, Marked{Range{3, 4}, Comment}),
		nil,
	})
	if want := []Heat{{2, 1}, {2, 1}, {}, {}, {}}; !slices.Equal(heats, want) {
		t.Errorf("the heats are %v, want %v", heats, want)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{" a\r\nb \n": "a\nb", "\x00a\tb": "ab", "gru\u0308n 👩\u200d👧": "gru\u0308n 👩\u200d👧", "\xff": "", "": ""} {
		if got := Clean(in); got != want || !utf8.ValidString(got) {
			t.Errorf("Clean(%q) = %q", in, got)
		}
	}
	if TooLong(strings.Repeat("ü", MostWords)) || !TooLong(strings.Repeat("ü", MostWords+1)) {
		t.Error("the bound counts something else than code points")
	}
	for _, k := range Kinds {
		if k.Motivation() == "" {
			t.Errorf("%s has no motivation", k)
		}
	}
}

// TestFollowLongDouble: of two places with the same words around them, further than a note remembers, the marked one is
// deleted: the other is not taken for it, though prefix and suffix fit.
func TestFollowLongDouble(t *testing.T) {
	const same = "vor der Stelle stehen lange Zeit genau dieselben Worte: Stelle, und nach ihr kommen ebenso lange dieselben Worte"
	const old = "Eins. Hier: " + same + ". Zwei. Dort: " + same + ". Ende."
	at := strings.Index(old, ": Stelle") + 2
	s := Select(old, Range{at, at + len("Stelle")})
	if p, err := s.Follow(old, "Zwei. Dort: "+same+". Ende."); !errors.Is(err, ErrNotFound) {
		t.Errorf("what was deleted is at %+v, %v", p, err)
	}
}
