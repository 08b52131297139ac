package quiz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStretches(t *testing.T) {
	words := func(s string) stretch { return stretch{words: s} }
	tests := map[string][]stretch{
		"":                      nil,
		"plain":                 {words("plain")},
		"[[a]]":                 {{id: "a"}},
		"so [[a]] and [[b-2]].": {words("so "), {id: "a"}, words(" and "), {id: "b-2"}, words(".")},
		"[[A]]":                 {{id: "A"}}, // no id is written so, and Check says it
		"[[a]][[b]]":            {{id: "a"}, {id: "b"}},
		"[[a|two words]]!":      {{"a", "two words"}, words("!")},
		"[[a|b|c]]":             {{"a", "b|c"}},
		"[[a| ]]":               {{"a", " "}},
		"[[a|é\n„x“]]":          {{"a", "é\n„x“"}},
		// All else is text, and an author sees it on the page.
		"[[a|]]":             {words("[[a|]]")},
		"[[]]":               {words("[[]]")},
		"[[ä]]":              {words("[[ä]]")},
		"[[ a ]]":            {words("[[ a ]]")},
		"[[a_b]]":            {words("[[a_b]]")},
		"[a] [[a] [[a":       {words("[a] [[a] [[a")},
		"[[a|[1]]]":          {words("[[a|[1]]]")},
		"[[[a]]]":            {words("["), {id: "a"}, words("]")},
		"[[a|x [[b]]":        {words("[[a|x "), {id: "b"}},
		"\xff[[a|\xff]]\xff": {words("\xff"), {"a", "\xff"}, words("\xff")},
	}
	for text, want := range tests {
		if diff := cmp.Diff(want, stretches(text), cmp.AllowUnexported(stretch{})); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
	}
}

// FuzzStretches puts the pieces together again: nothing is lost, nothing added, and no piece is empty.
func FuzzStretches(f *testing.F) {
	for _, s := range []string{"", "plain", "so [[a]] and [[b-2|two words]].", "[[a]][[b]]", "[[[a]]]", "[[a|[1]]]", "[[a|x [[b]]", "[[a|]]", "[[a", "a]]", "\xff[[a|\xff]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		back := ""
		for _, s := range stretches(text) {
			switch {
			case s == stretch{}:
				t.Errorf("%q has an empty piece", text)
			case s.id == "":
				back += s.words
			case s.words == "":
				back += "[[" + s.id + "]]"
			default:
				back += "[[" + s.id + "|" + s.words + "]]"
			}
		}
		if back != text {
			t.Errorf("%q is put together as %q", text, back)
		}
	})
}
