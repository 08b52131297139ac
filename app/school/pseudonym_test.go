package school

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// coarse must stand in no pair, not even across its two words. Without what many a harmless word holds ("Kompass").
var coarse = []string{
	"arsch", "asch", "depp", "dick", "cock", "cum", "cunt", "drec", "fag", "fick", "fotz", "fuck", "furz", "geil", "hitler",
	"hure", "idiot", "jude", "kack", "kike", "koks", "mong", "mord", "möse", "muschi", "nazi", "neger", "nigg", "nutte",
	"pimmel", "piss", "popo", "porn", "pups", "pussy", "rape", "schwul", "sex", "shit", "slut", "spast", "spic", "suizid",
	"titt", "tranny", "twat", "vögel", "wank", "whore", "wichs",
}

// mocking are words that are used of people; none of them may come into a list.
var mocking = strings.Fields(`
	Affe Aal Adler Bär Barsch Biber Bock Drache Eichel Eichhorn Elster Ente Esel Fasan Feige Ferkel Fink Flasche Flöte Frosch
	Gans Geier Gurke Hahn Hai Hase Hecht Hengst Henne Hering Hirsch Huhn Hummel Hund Hyäne Kamel Kater Katze Kauz Krebs Kröte
	Kuckuck Kuh Lama Lamm Lampe Laus Leopard Lusche Made Maus Meise Möhre Motte Muschel Nuss Ochse Panther Papagei Pfau
	Pferd Pfeife Pflaume Pilz Puma Qualle Ratte Robbe Sau Schaf Schlange Schnecke Schnepfe Schwan Schwein Spatz Specht Spinne
	Stern Stier Stute Taube Tiger Trottel Uhu Vogel Wal Wanze Wolf Wurm Ziege Zebra
	Acorn Ape Ass Bass Bat Bear Beaver Bird Bitch Boar Booby Buck Buzzard Camel Cat Cheetah Chick Cow Coyote Crab Crow
	Cuckoo Dodo Dog Donkey Dove Duck Eagle Eel Elephant Ferret Fox Frog Goat Goose Hare Hawk Hen Heron Hippo Hog Horse
	Leech Leopard Louse Lynx Mole Monkey Moose Mouse Mule Nut Ox Panther Parrot Peacock Pig Pigeon Pony Puma Rabbit Raccoon
	Rat Shark Sheep Shrew Skunk Sloth Slug Snail Snake Snipe Sow Spider Swan Swallow Tiger Tit Toad Trout Turkey Turtle
	Vulture Walrus Wasp Weasel Whale Wolf Woodpecker Worm Zebra
	alt arm blass bunt dick doof dumm dunkel dünn fett faul frei geil groß heiß hell klein krank lahm lustig reich scharf schlank
	schön schwach schwul stark steif süß treu warm weiß wild
	bald big black blind blond brown cheap curly cute dark dumb fair fat fit gay golden handsome hot kind lame large little
	long old pale poor pretty queer red rich short silly skinny slim slow small sunny tall tiny ugly weak white yellow`)

// alike are pairs that only begin alike.
var alike = []string{"originell Origami", "schlau Schlitten", "schlau Schloss", "original Origami", "sparkling Sparrow"}

// TestPseudonyms goes over every word and every pair of both lists.
func TestPseudonyms(t *testing.T) {
	shapes := map[string]*regexp.Regexp{
		"de m": regexp.MustCompile(`^[A-ZÄÖÜ][a-zäöüß]+er [A-ZÄÖÜ][a-zäöüß]+$`),
		"de f": regexp.MustCompile(`^[A-ZÄÖÜ][a-zäöüß]+e [A-ZÄÖÜ][a-zäöüß]+$`),
		"de n": regexp.MustCompile(`^[A-ZÄÖÜ][a-zäöüß]+es [A-ZÄÖÜ][a-zäöüß]+$`),
		"en ":  regexp.MustCompile(`^[A-Z][a-z]+ [A-Z][a-z]+$`),
	}
	for lang, list := range words {
		if len(list.adjectives) < 90 || len(list.nouns) < 120 {
			t.Errorf("%s: %d adjectives and %d nouns", lang, len(list.adjectives), len(list.nouns))
		}
		checkWords(t, lang, list)
		seen, lucky := map[string]bool{}, 0
		for i := range list.pairs() {
			name, ok := list.pair(i)
			adjective, n := list.adjectives[i%len(list.adjectives)], list.nouns[i/len(list.adjectives)]
			if seen[Folded(name)] {
				t.Errorf("%s: %q is there twice", lang, name)
			}
			seen[Folded(name)] = true
			if shape := shapes[lang+" "+n.gender]; shape == nil || !shape.MatchString(name) {
				t.Errorf("%s: %q does not have the form of a pair of gender %q", lang, name, n.gender)
			}
			if len([]rune(name)) > 22 {
				t.Errorf("%s: %q is too long", lang, name)
			}
			if clean, err := CleanName(name); err != nil || clean != name {
				t.Errorf("%s: %q is no name that a teacher may write: %v", lang, name, err)
			}
			if !ok {
				continue
			}
			lucky++
			if bad, is := unlucky(adjective, n.word, name); is {
				t.Errorf("%s: %q: %s", lang, name, bad)
			}
		}
		if lucky < 10_000 {
			t.Errorf("%s: only %d pairs may be drawn", lang, lucky)
		}
	}
}

// unlucky says what is wrong with a pair that may be drawn.
func unlucky(adjective, noun, name string) (string, bool) {
	whole := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	for _, bad := range coarse {
		if strings.Contains(whole, bad) {
			return "one reads " + bad + " in it", true
		}
	}
	if strings.HasPrefix(strings.ToLower(noun), string([]rune(adjective)[:4])) && !slices.Contains(alike, adjective+" "+noun) {
		return "it says the same twice; put it under [never]", true
	}
	return "", false
}

// checkWords looks at each word by itself and beside the others, and at what the list refuses.
func checkWords(t *testing.T, lang string, list *wordList) {
	t.Helper()
	all := slices.Clone(list.adjectives)
	known := map[string]bool{}
	for _, n := range list.nouns {
		all = append(all, n.word)
		for _, a := range list.adjectives {
			known[a+" "+n.word] = true
		}
	}
	for i, word := range all {
		if slices.Contains(mocking, word) {
			t.Errorf("%s: %q is used to mock", lang, word)
		}
		for _, other := range all[:i] {
			if oneApart(strings.ToLower(word), strings.ToLower(other)) {
				t.Errorf("%s: %q and %q are one letter apart", lang, word, other)
			}
		}
		if i < len(list.adjectives) && lang == "de" && regexp.MustCompile(`(e|el|er|en|hoch)$`).MatchString(word) &&
			!slices.Contains([]string{"belesen", "gelassen", "zufrieden"}, word) {
			t.Errorf("%s: %q may not take its endings as they are", lang, word)
		}
	}
	for pair := range list.never {
		if !known[pair] {
			t.Errorf("%s: %q is refused, but is no pair of the list", lang, pair)
		}
	}
	for letters := range list.initials {
		if !regexp.MustCompile(`^[A-Z]{2}$`).MatchString(letters) {
			t.Errorf("%s: %q are no two capitals", lang, letters)
		}
	}
}

// oneApart says whether one change, one letter more or one less makes the one word the other, or nothing has to change.
func oneApart(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return len(x) <= 1 && len(y) <= 1
}

// TestAgreement reads pairs of each gender as they stand on a page.
func TestAgreement(t *testing.T) {
	got := map[string]bool{}
	for _, list := range words {
		for i := range list.pairs() {
			name, ok := list.pair(i)
			got[name] = ok
		}
	}
	for _, name := range []string{
		"Mutiger Otter", "Mutige Eule", "Mutiges Reh", "Kühner Löwe", "Zufriedene Ameise", "Leuchtendes Känguru",
		"Großzügiger Kranich", "Genaue Harfe", "Agiles Okapi", "Brave Otter", "Calm Owl",
	} {
		if !got[name] {
			t.Errorf("there is no %q", name)
		}
	}
	for _, name := range []string{
		"Leuchtender Pfad", "Fabelhafte Fabel", "Segelndes Segelboot", "Magischer Würfel", "Sanfter Saphir", "Singender Albatros",
		"Hellwacher Horizont", "Kluger Zirkel", "Neugieriges Schloss", "Bright Spark", "Superb Owl", "Brave Sparrow", "Singing Squirrel",
	} {
		if lucky, there := got[name]; lucky || !there {
			t.Errorf("%q may be drawn", name)
		}
	}
}

// TestPseudonymInAClass fills a class of 1,000 in each language: no two names are the same, and none needs a number.
func TestPseudonymInAClass(t *testing.T) {
	for lang := range words {
		class := map[string]bool{}
		for range 1000 {
			name, err := Pseudonym(lang, func(name string) bool { return class[Folded(name)] }, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if class[Folded(name)] || strings.ContainsAny(name, "0123456789") {
				t.Fatalf("%s: pupil %d is called %q", lang, len(class)+1, name)
			}
			class[Folded(name)] = true
		}
	}
}

// draws is randomness that comes to these numbers in turn, and to the last of them for ever.
func draws(numbers ...uint32) io.Reader {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	last := b[len(b)-4:]
	return io.MultiReader(bytes.NewReader(b), bytes.NewReader(bytes.Repeat(last, lastNumber*drawsEach)))
}

func TestPseudonymTaken(t *testing.T) {
	free := func(string) bool { return false }
	first, err := Pseudonym("de", free, draws(0))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Pseudonym("de", func(name string) bool { return name == first }, draws(0, 1))
	if err != nil || second == first || strings.ContainsAny(second, "0123456789") {
		t.Errorf("beside %q the next pupil is called %q: %v", first, second, err)
	}
	for _, c := range []struct {
		taken []string
		want  string
	}{
		{[]string{first}, first + " 2"},
		{[]string{first, first + " 2"}, first + " 3"},
	} {
		asked := 0
		got, err := Pseudonym("de", func(name string) bool { asked++; return slices.Contains(c.taken, name) }, draws(0))
		if err != nil || got != c.want || asked != drawsEach*len(c.taken)+1 {
			t.Errorf("with %q taken the pupil is called %q after %d questions: %v", c.taken, got, asked, err)
		}
	}
	if name, err := Pseudonym("de", func(string) bool { return true }, draws(0)); !errors.Is(err, ErrNoPseudonym) || name != "" {
		t.Errorf("with everything taken the pupil is called %q: %v", name, err)
	}
	never := slices.Index(words["de"].adjectives, "leuchtend") + len(words["de"].adjectives)*slices.Index(words["de"].nouns, noun{"Pfad", "m"})
	if name, err := Pseudonym("de", free, draws(uint32(never), 0)); err != nil || name != first {
		t.Errorf("after an unlucky pair the pupil is called %q: %v", name, err)
	}
}

func TestPseudonymFails(t *testing.T) {
	free := func(string) bool { return false }
	broken := errors.New("broken")
	if name, err := Pseudonym("en", free, iotest.ErrReader(broken)); !errors.Is(err, broken) || name != "" {
		t.Errorf("without randomness the pupil is called %q: %v", name, err)
	}
	if name, err := Pseudonym("en", free, strings.NewReader("abc")); err == nil || name != "" {
		t.Errorf("with too little randomness the pupil is called %q: %v", name, err)
	}
	for _, lang := range []string{"", "fr", "DE"} {
		if name, err := Pseudonym(lang, free, rand.Reader); err == nil || name != "" {
			t.Errorf("in the language %q the pupil is called %q", lang, name)
		}
	}
}

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ typed, want, key string }{
		{"Mutiger Otter", "Mutiger Otter", ""},
		{"  Mutiger \u00a0 Otter ", "Mutiger Otter", ""},
		{"Zoe\u0308", "Zoë", ""},
		{"Łukasz-7", "Łukasz-7", ""},
		{"أمل", "أمل", ""},
		{"Otter 🦦", "Otter 🦦", ""},
		{"<b>Otter</b>", "<b>Otter</b>", ""},
		{"=1+1", "=1+1", ""},
		{strings.Repeat("ä", NameMax), strings.Repeat("ä", NameMax), ""},
		{strings.Repeat("a\u0308", NameMax), strings.Repeat("ä", NameMax), ""},
		{" " + strings.Repeat("ä", NameMax) + " ", strings.Repeat("ä", NameMax), ""},
		{strings.Repeat("ä", NameMax+1), "", "long"},
		{"", "", "empty"},
		{" \u00a0\u3000 ", "", "empty"},
		{"...", "", "characters"},
		{"🦦", "", "characters"},
		{"Otter\x00", "", "characters"},
		{"Ot\tter", "", "characters"},
		{"Ot\nter", "", "characters"},
		{"Ot\u2028ter", "", "characters"},
		{"\u202eOtter", "", "characters"}, // from right to left
		{"Ot\u200bter", "", "characters"}, // no width
		{"Ot\u00adter", "", "characters"}, // soft hyphen
		{"\u3164", "", "characters"},      // a letter that is blank
		{"Ot\u2800ter", "", "characters"}, // a blank of Braille
		{"Otter\ue000", "", "characters"}, // private use
		{"Otter\xff", "", "characters"},
	} {
		got, err := CleanName(c.typed)
		var wrong NameError
		if errors.As(err, &wrong); got != c.want || wrong.Key != c.key {
			t.Errorf("%q is kept as %q: %v; want %q, %q", c.typed, got, err, c.want, c.key)
		}
	}
}

func TestFolded(t *testing.T) {
	for _, same := range [][]string{
		{"Mutiger Otter", "mutiger otter", "  MUTIGER\u00a0 Otter\t", "Ｍutiger Otter"},
		{"Großzügiger Igel", "GROSSZÜGIGER IGEL", "grosszügiger igel", "Großzu\u0308giger Igel"},
		{"Klasse ℡ Ⅳ", "klasse tel iv"},
	} {
		for _, name := range same {
			if Folded(name) != Folded(same[0]) {
				t.Errorf("%q is another than %q", name, same[0])
			}
		}
	}
	for _, name := range []string{"Mutige Otter", "Mutiger Otter 2", "MutigerOtter", ""} {
		if Folded(name) == Folded("Mutiger Otter") {
			t.Errorf("%q is the same as %q", name, "Mutiger Otter")
		}
	}
}

// FuzzCleanName takes any text for a name. What passes stays as it is and can be shown in one line.
func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"Mutiger Otter", "", " ", "Zoe\u0308", "\u202eOtter", "ﷺ", "ß", "\xff", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		name, err := CleanName(typed)
		if err != nil {
			if !errors.As(err, &NameError{}) || name != "" {
				t.Errorf("%q: %q, %v", typed, name, err)
			}
			return
		}
		if again, err := CleanName(name); err != nil || again != name {
			t.Errorf("%q is kept as %q, and that as %q: %v", typed, name, again, err)
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > NameMax || strings.ContainsAny(name, "\r\n\t\x00") || Folded(name) != Folded(typed) {
			t.Errorf("%q is kept as %q", typed, name)
		}
	})
}
