package web

import (
	"html/template"
	"strings"
	"testing"
)

// TestApart: an address that was taken apart says what it says as it is written, whatever is put into it.
func TestApart(t *testing.T) {
	t.Parallel()
	page := ourSite().page("en", "/", "")
	for _, text := range []string{
		`<a href="{{.Href .Value}}">x</a>`,
		`<a href="{{$.Href .Value}}#top">{{.Href .Value}}</a>`,
		`<a href="{{.Href (printf "/attempts/%s" .Value)}}">x</a>`,
		`<form action="{{.Href (printf "/attempts/%s/answers/%s" .Value $.Value)}}"></form>`,
		`<a href="{{.Href (printf "/teach/assign?lesson=%s" .Value)}}">x</a>`,
		`<a href="{{.Href (printf "/%d of %%/%s" 3 .Value)}}">x</a>`,
		`<a href="{{.Href (print "/" .Value)}}">x</a>`,
	} {
		written := template.Must(template.New("").Parse(text))
		folded := template.Must(written.Clone())
		page.fold(folded.Tree.Root)
		for _, value := range []string{"", "false-alarms", "/a/b", "a b", `"><script>`, "ä/%2f%zz", "a?b=c&d=e/f", "javascript:x"} {
			data := struct {
				Page
				Value string
			}{page, value}
			var want, got strings.Builder
			if err := written.Execute(&want, data); err != nil {
				t.Fatal(err)
			}
			if err := folded.Execute(&got, data); err != nil || got.String() != want.String() {
				t.Errorf("%s with %q is %q (%v), want %q", text, value, got.String(), err, want.String())
			}
		}
	}
}
