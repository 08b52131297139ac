package quiz

import (
	"errors"
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResponse(t *testing.T) {
	r := Response{"one": {"a"}, "two": {"a", "b"}, "blank": {""}, "none": {}}
	for field, want := range map[string]string{"one": "a", "two": "", "blank": "", "none": "", "missing": ""} {
		if got := r.One(field); got != want {
			t.Errorf("One(%s) = %q, want %q", field, got, want)
		}
	}
	if !r.Has("two", "b") || r.Has("two", "c") || r.Has("missing", "") {
		t.Errorf("Has is wrong about %v", r)
	}
	if got := Response(nil).One("x"); got != "" {
		t.Errorf("no response holds %q", got)
	}
}

func TestSent(t *testing.T) {
	tests := map[Sent]Response{
		"":                           {},
		"option=a option=b":          {"option": {"a", "b"}},
		"a=1 b=2":                    {"b": {"2"}, "a": {"1"}},
		"number=1%E2%80%AF000%2C5":   {"number": {"1\u202f000,5"}},
		"number=8%2C3+%25 value=8.3": {"number": {"8,3 %"}, "value": {"8.3"}},
		"a=b+%7C+c%26d":              {"a": {"b | c&d"}},
	}
	for want, r := range tests {
		got := r.Sent()
		if got != want {
			t.Errorf("%v is sent as %q, want %q", r, got, want)
		}
		if err := got.Check(); err != nil {
			t.Errorf("%q: %v", got, err)
		}
		if diff := cmp.Diff(r, got.Response()); diff != "" {
			t.Errorf("%q is read as something else (-sent +read):\n%s", got, diff)
		}
	}
	for _, broken := range []Sent{"%", "option=%zz", "a;b", "a=1 b=%"} {
		if broken.Check() == nil {
			t.Errorf("%q has no error", broken)
		}
	}
}

func TestInputError(t *testing.T) {
	err := error(&InputError{Key: "answer.choose"})
	if !strings.Contains(err.Error(), "answer.choose") {
		t.Errorf("the error hides its key: %v", err)
	}
}

// inputKeys are all the keys that Read may answer with.
var inputKeys = map[string]bool{
	"answer.invalid": true, "answer.choose": true, "answer.choose_one": true, "answer.match": true,
	"answer.number_missing": true, "answer.number_unclear": true, "answer.long": true, "answer.order_missing": true, "answer.order_equal": true,
	"answer.gaps": true, "answer.text_missing": true, "answer.text_long": true, "answer.mark": true, "answer.words_missing": true,
}

// FuzzRead takes any form at all to the question of any kind.
func FuzzRead(f *testing.F) {
	for _, form := range []string{
		"", "option=city", "option=city&option=river", "option=rhine&option=elbe&option=danube&option=alps&option=harz",
		"bonn=city&main=river&mainz=city", "bonn=&main=", "number=8%2C3", "number=1%E2%80%AF000%2C5&value=Inf", "value=Inf", "value=NaN",
		"option=true", "option=true&option=false", "option=cologne", "option=main&option=moselle&option=sieg&option=isar&option=spree",
		"basel=1&strasbourg=2&mannheim=3&mainz=4&cologne=5", "basel=1&strasbourg=1&mannheim=01&mainz=%2B4&cologne=-5", "door=4&stairs=1&clock=2&bells=3",
		"stalls=1&bell=2&sweep=99999999999999999999", "length=fact&repair=judgement&year=fact", "ferry=real&castle=real&map=drawn", "ferry=real&ferry=made-up",
		"river=Rhine&town=cologne&sea=north&_lang=de", "river=*&town=+cologne+&sea=", "left=BONN&right=%E2%80%AFMainz", "answer=Rhein", "answer=the+mighty+Rhine&_lang=en",
		"answer=Orle%CC%81ans", "answer=TOWN+*+HALL", "answer=%FF", "answer=+%CC%81", "answer=" + strings.Repeat("%CC%81", 60), "mark=long&mark=year&mark=arches&mark=best",
		"mark=moon", "option=repair", "option=morning&option=evening", "option=closed&_seen=1", "words=A+town.%0D%0A", "words=a%0D%0D%0Ab&_seen=1", "words=&_seen=1", "_seen=",
		"number=400000+%25", "number=50+%25%27", "option=%00", "option=%FF", "%FF=%FF", "a;b", "=", "&&&", strings.Repeat("option=city&", 100),
	} {
		f.Add(form)
	}
	questions := allQuestions(f)
	f.Fuzz(func(t *testing.T, form string) {
		values, _ := url.ParseQuery(form) // whatever could be read of it
		for _, q := range questions {
			for _, lang := range Languages {
				if f := Grade(q, Response(values)); !(f >= 0 && f <= 1) {
					t.Errorf("%s: Grade of the raw form %q = %v", q.ID, form, f)
				}
				checkRead(t, q, Response(values), lang)
			}
		}
	})
}

// checkRead sees that a form is either refused with a key that has a text, or read to something that is our own:
// graded within bounds, the same when read again, and shown without harm.
func checkRead(t *testing.T, q *Question, form Response, lang string) {
	t.Helper()
	r, err := Read(q, form, lang)
	q.Items(View{Lang: lang, Seed: "seed", Response: form})
	if err != nil {
		var input *InputError
		if !errors.As(err, &input) || !inputKeys[input.Key] || r != nil {
			t.Errorf("%s: Read(%v) = %v, %v", q.ID, form, r, err)
		}
		return
	}
	got := Grade(q, r)
	if math.IsNaN(got) || got < 0 || got > 1 {
		t.Errorf("%s: Grade(%v) = %v", q.ID, r, got)
	}
	again, err := Read(q, r, lang)
	if diff := cmp.Diff(r, again); err != nil || diff != "" {
		t.Errorf("%s: what was read from %v is read again as something else: %v\n%s", q.ID, form, err, diff)
	}
	q.Items(View{Lang: lang, Seed: "seed", Response: r, Reveal: true})
}

func FuzzSent(f *testing.F) {
	for _, s := range []string{"", "option=a option=b", "number=8%2C3 value=8.3", "a;b", "%", "%zz=1", "= =", "\xff=\x00", "a=1&b=2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Sent(s).Response()
		again := r.Sent()
		if strings.ContainsAny(string(again), "|&") || again.Check() != nil {
			t.Errorf("%q is stored as %q", s, again)
		}
		if diff := cmp.Diff(r, again.Response()); diff != "" {
			t.Errorf("%q is stored again as something else: %s", s, diff)
		}
	})
}

// TestRead: what is kept of a form, and nothing else is.
func TestRead(t *testing.T) {
	questions := questionsByID(t)
	tests := []struct {
		name, question string
		form, want     Response
	}{
		{"marks in the author's order, each once", "letter", Response{"mark": {"year", "long", "year"}}, Response{"mark": {"long", "year"}}},
		{"places, nothing foreign", "morning", Response{"stalls": {"2"}, "bell": {"1"}, "sweep": {"3"}, "moon": {"4"}}, ranks("stalls 2 bell 1 sweep 3")},
		{"no blanks", "guidebook", Response{"length": {"fact"}, "repair": {""}, "year": nil}, Response{"length": {"fact"}}},
		{
			"a text as it was typed, but for its spaces, with its language", "big-river",
			Response{"answer": {" the\u00a0 RHINE\r\n"}, "_lang": {"de"}},
			Response{"answer": {"the RHINE"}, "_lang": {"en"}},
		},
		{"a text in NFC", "twin-towns", Response{"answer": {"Orle\u0301ans"}}, Response{"answer": {"Orl\u00e9ans"}, "_lang": {"en"}}},
		{"120 characters, not bytes", "twin-towns", Response{"answer": {strings.Repeat("e\u0301", 120)}}, Response{"answer": {strings.Repeat("\u00e9", 120)}, "_lang": {"en"}}},
		{"gaps that are chosen have no language", "ferry-ride", Response{"town": {"bonn"}, "river": {" "}, "_lang": {"de"}}, Response{"town": {"bonn"}}},
		{"gaps that are typed have one", "ferry-ride", Response{"river": {"Rhine"}, "sea": {"north"}}, Response{"river": {"Rhine"}, "sea": {"north"}, "_lang": {"en"}}},
		{"a percent sign is kept, and what it means", "portion", Response{"number": {"50 %"}, "value": {"7"}}, Response{"number": {"50 %"}, "value": {"0.5"}}},
		{"percent of percent mean nothing", "share", Response{"number": {"8.3 %"}}, Response{"number": {"8.3 %"}, "value": {"8.3"}}},
		{"of an opinion, only that it was seen", "town-square", Response{"option": {"open"}, "closed": {"closed"}, "why": {"because"}}, Response{"_seen": {"1"}}},
		{"of no opinion the same", "town-square", nil, Response{"_seen": {"1"}}},
		{"words, not that they were seen", "my-town", Response{"words": {"\r\n A town.\r\nOn a river. "}, "_seen": {"1"}, "place": {"1"}}, Response{"words": {"A town.\nOn a river."}}},
		{"line breaks of every system", "my-town", Response{"words": {"a\rb\r\nc\r\r\nd"}}, Response{"words": {"a\nb\nc\n\nd"}}},
		{"words in NFC", "my-town", Response{"words": {"Orle\u0301ans"}}, Response{"words": {"Orl\u00e9ans"}}},
		{"2000 characters, not bytes", "my-town", Response{"words": {strings.Repeat("莱", 2000)}}, Response{"words": {strings.Repeat("莱", 2000)}}},
		{"without words, that they were seen", "my-town", Response{"words": {" "}, "_seen": {"yes"}}, Response{"_seen": {"1"}}},
	}
	for _, test := range tests {
		got, err := Read(questions[test.question], test.form, "en")
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", test.name, err, diff)
		}
	}
}

// TestReadRefused: bytes that are no text, and texts that are too long though their bytes would do.
func TestReadRefused(t *testing.T) {
	questions := questionsByID(t)
	tests := []struct {
		question, field, value string
		want                   InputError
	}{
		{"big-river", "answer", "Rh\xffine", InputError{"answer.invalid", "answer"}},
		{"ferry-ride", "river", "\xff", InputError{"answer.invalid", "river"}},
		{"my-town", "words", "A town.\xff", InputError{"answer.invalid", "words"}},
		{"big-river", "answer", strings.Repeat("é", 121), InputError{"answer.text_long", "answer"}},
		{"ferry-ride", "town", strings.Repeat("é", 121), InputError{"answer.text_long", "town"}},
		{"my-town", "words", strings.Repeat("é", 2001), InputError{"answer.long", "words"}},
		{"downstream", "basel", "6", InputError{"answer.invalid", "basel"}},
		{"ferry-ride", "sea", "cologne", InputError{"answer.invalid", "sea"}},
		{"album", "map", "cologne", InputError{"answer.invalid", "map"}},
	}
	for _, test := range tests {
		r, err := Read(questions[test.question], Response{test.field: {test.value}}, "en")
		var input *InputError
		if !errors.As(err, &input) || *input != test.want || r != nil {
			t.Errorf("%s: %s=%q is read as %v, %v; want %v", test.question, test.field, test.value, r, err, test.want)
		}
	}
}

// TestReadRefusedTheSame: of a form with two faults the same one is named every time.
func TestReadRefusedTheSame(t *testing.T) {
	form := Response{"a": {strings.Repeat("x", maxValue+1)}, "b": {"\x00"}, "c": make([]string, maxFields+1)}
	for range 50 {
		_, err := Read(&Question{Body: new(Position)}, form, "en")
		var input *InputError
		if want := (InputError{"answer.long", "a"}); !errors.As(err, &input) || *input != want {
			t.Fatalf("Read = %v, want %v", err, want)
		}
	}
}
