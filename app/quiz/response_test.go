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

func TestEncode(t *testing.T) {
	tests := map[string]Response{
		"":                           {},
		"option=a&option=b":          {"option": {"a", "b"}},
		"a=1&b=2":                    {"b": {"2"}, "a": {"1"}},
		"number=1%E2%80%AF000%2C5":   {"number": {"1\u202f000,5"}},
		"number=8%2C3+%25&value=8.3": {"number": {"8,3 %"}, "value": {"8.3"}},
	}
	for want, r := range tests {
		got := r.Encode()
		if got != want {
			t.Errorf("Encode(%v) = %q, want %q", r, got, want)
		}
		back, err := DecodeResponse(got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Errorf("%q is decoded to something else (-encoded +decoded):\n%s", got, diff)
		}
	}
	for _, broken := range []string{"%", "option=%zz", "a;b"} {
		if _, err := DecodeResponse(broken); err == nil {
			t.Errorf("DecodeResponse(%q) has no error", broken)
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
	"answer.number_missing": true, "answer.number_unclear": true,
}

// FuzzRead takes any form at all to the question of any kind.
func FuzzRead(f *testing.F) {
	for _, form := range []string{
		"", "option=city", "option=city&option=river", "option=rhine&option=elbe&option=danube&option=alps&option=harz",
		"bonn=city&main=river&mainz=city", "bonn=&main=", "number=8%2C3", "number=1%E2%80%AF000%2C5&value=Inf", "value=Inf", "value=NaN",
		"option=%00", "option=%FF", "%FF=%FF", "a;b", "=", "&&&", strings.Repeat("option=city&", 100),
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

func FuzzDecodeResponse(f *testing.F) {
	for _, s := range []string{"", "option=a&option=b", "number=8%2C3&value=8.3", "a;b", "%", "%zz=1", "=&=", "\xff=\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := DecodeResponse(s)
		if err != nil {
			return
		}
		again, err := DecodeResponse(r.Encode())
		if diff := cmp.Diff(r, again); err != nil || diff != "" {
			t.Errorf("%q is stored again as something else: %v\n%s", s, err, diff)
		}
	})
}
