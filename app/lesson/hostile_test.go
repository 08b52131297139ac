package lesson

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// allowed are the elements and attributes that rendered lesson text may hold.
var (
	element = regexp.MustCompile(`<\s*/?\s*([a-zA-Z0-9:-]+)([^>]*)>`)
	known   = regexp.MustCompile(`^(p|h2|h3|em|strong|ul|ol|li|blockquote|br|code|sup|table|thead|tbody|tr|th|td|hr|a|div)$`)
	tag     = regexp.MustCompile(`^(\s+(id="[a-z0-9-]+"|class="(cite|scroll)"|align="(left|right|center)"|href="[^"]*"|rel="nofollow"|role="group"|tabindex="0"))*\s*/?$`)
	scheme  = regexp.MustCompile(`href="\s*([a-zA-Z][a-zA-Z0-9+.-]*):`)
)

// harmless fails the test when the HTML could do anything but be read.
func harmless(t *testing.T, html string) {
	t.Helper()
	for _, m := range element.FindAllStringSubmatch(html, -1) {
		if !known.MatchString(m[1]) || !tag.MatchString(m[2]) {
			t.Errorf("%q is let through", m[0])
		}
	}
	for _, m := range scheme.FindAllStringSubmatch(html, -1) {
		if m[1] != "https" {
			t.Errorf("a link to %s: is let through: %s", m[1], html)
		}
	}
}

func harmlessPage(t *testing.T, p *Page) {
	t.Helper()
	for _, b := range p.Blocks {
		harmless(t, string(b.HTML))
		for _, pos := range b.Positions {
			harmless(t, string(pos.HTML))
		}
	}
}

func TestHostileText(t *testing.T) {
	for _, text := range []string{
		`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `[x](javascript:alert(1))`,
		`[x](data:text/html,<script>alert(1)</script>)`, `[x](JaVaScRiPt:alert(1))`, `[x](//evil.example)`, `<p style="color:red">x</p>`,
		"## Title {#a onclick=alert(1)}", "## Title {#a style=color:red .b}", "## Title {id=\"x\"><script>\"}", "![x](https://evil.example/a.png)",
		"<iframe src=https://evil.example></iframe>", "[x]: javascript:alert(1)\n\n[x]", "<svg/onload=alert(1)>", "| a |\n|:-:|\n| <b onclick=x> |",
		":::discuss\n<script>x</script>\n:::", ":::perspectives\n### a | <script>\nby: <b>\nsource: book\n<script>\n:::",
	} {
		var faults Faults
		page := readPage("x.md", "en", text, Sources{"book": {ID: "book"}}, &faults)
		harmlessPage(t, page.page)
	}
}

// TestKeeps: what lesson prose is made of passes unharmed.
func TestKeeps(t *testing.T) {
	var faults Faults
	const text = "## Größe {#groesse}\n\n*Wort* und **stark** [Link](https://a.example/ü?x=1) [innen](/lessons/x) [@book]\n\n| a | b |\n|---|---:|\n| 1 | 2 |\n\n1. eins\n2. zwei\n"
	page := readPage("x.md", "de", text, Sources{"book": {ID: "book"}}, &faults)
	html := string(page.page.Blocks[0].HTML)
	for _, want := range []string{`<h2 id="groesse">Größe</h2>`, "<em>Wort</em>", "<strong>stark</strong>", `href="/de/lessons/x"`, `<sup class="cite"><a href="#source-book"`, `<td align="right">2</td>`, "<li>zwei</li>"} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is lost in\n%s", want, html)
		}
	}
	if len(faults) > 0 {
		t.Error(lines(faults))
	}
}

// TestHostileFiles: files that nobody wrote in good faith are named, not followed.
func TestHostileFiles(t *testing.T) {
	for name, data := range map[string]string{
		"empty": "", "nul": "id: \x00", "not text": "\xff\xfe\x00", "list": "- a", "scalar": "42", "tabs": "\tid: x", "merge": "a: &a {b: c}\nd: {<<: *a}",
		"deep": strings.Repeat("a: {", 500) + strings.Repeat("}", 500), "bomb": "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nthemes: [*c,*c]",
	} {
		t.Run(name, func(t *testing.T) {
			for file := range module(t) {
				files := module(t)
				files[file] = &fstest.MapFile{Data: []byte(data)}
				if _, faults := Read(files, today); !faults.Broken() && !strings.HasSuffix(file, ".md") {
					t.Errorf("%s is accepted", file)
				}
			}
		})
	}
}

func FuzzPage(f *testing.F) {
	for _, seed := range []string{"lesson.de.md", "lesson.en.md"} {
		data, err := module(f).ReadFile("bees/" + seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add(":::perspectives\n### a | b\nby: x\nsource: book\n:::\n:::passage T1 [book]\nOne. Two.\n:::\n:::dots hit=1 of=2\ncaption: x\n:::")
	f.Fuzz(func(t *testing.T, text string) {
		var faults Faults
		harmlessPage(t, readPage("x.md", "de", text, Sources{"book": {ID: "book"}}, &faults).page)
	})
}

func FuzzQuiz(f *testing.F) {
	data, err := module(f).ReadFile("bees/quiz.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data))
	f.Add("questions:\n  - id: x\n    kind: choice")
	f.Fuzz(func(t *testing.T, text string) {
		files := module(t)
		files["bees/quiz.yaml"] = &fstest.MapFile{Data: []byte(text)}
		Read(files, today)
	})
}
