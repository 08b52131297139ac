package web

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"testing"

	"eberbach/app/annot"
)

// anchored is a text as a page has it, what somebody selects in it, and where that is after the text was edited.
type anchored struct {
	HTML   string     `json:"html"`
	Select [4]float64 `json:"select"` // which text node and how far in it, of both ends, from 0 to 1
	Paint  [2]int     `json:"paint"`
}

// picked is what the browser makes of it.
type picked struct {
	Text   string `json:"text"` // of the piece
	Range  string `json:"range"`
	Exact  string `json:"exact"`
	Prefix string `json:"prefix"`
	Suffix string `json:"suffix"`
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Whole  string `json:"whole"` // what is selected, widened to what the browser takes for characters
}

// pick has the browser select, as somebody's finger does, and says what the script sends.
const pick = `(cases => import(document.querySelector("main").dataset.notes).then(({read, within}) => {
  const box = document.createElement("div");
  document.querySelector("main").append(box);
  const out = cases.map(c => {
    box.innerHTML = c.html;
    const nodes = [], walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) nodes.push(walk.currentNode);
    const end = (n, i) => { const node = nodes[Math.floor(c.select[n] * nodes.length)]; return [node, Math.floor(c.select[i] * (node.length + 1))]; };
    const r = new Range();
    r.setStart(...end(0, 1));
    const [node, i] = end(2, 3);
    if (r.comparePoint(node, i) < 0) r.setStart(node, i); else r.setEnd(node, i);
    const {text} = read("X"), found = within("X", r);
    if (!found) return {text, range: r.toString()};
    const from = [...text].slice(0, found.start).join("").length, to = from + found.exact.length;
    let whole = "";
    for (const {segment, index} of new Intl.Segmenter("de", {granularity: "grapheme"}).segment(text)) if (index < to && index + segment.length > from) whole += segment;
    return {text, range: r.toString(), whole, ...found};
  });
  box.remove();
  return out;
}))(%s)`

// show has the browser paint what the server says, and returns the painted text.
const show = `(cases => import(document.querySelector("main").dataset.notes).then(({read, ranges}) => {
  const box = document.createElement("div");
  document.querySelector("main").append(box);
  const out = cases.map(c => { box.innerHTML = c.html; return {text: read("X").text, range: ranges("X", ...c.paint).map(r => r.toString()).join("")}; });
  box.remove();
  return out;
}))(%s)`

// ofText is what texts are made of: umlauts, emoji of several code points, flags, tones of skin, marks, quotes that are
// there several times.
var ofText = []string{"Überwachung", "größere", "nai\u0308ve", "e\u0301tat", "👩\u200d👧", "👍🏽", "🇩🇪🇫🇷", "❤\ufe0f", "𝒳y", "„darf das“", "darf", "das", "nicht.", "Die", "Polizei", "1\u202f000", "(hin)", "Straße", "z\u0308\u0323"}

type author struct{ *rand.Rand }

func (a author) words(n int) (words []string) {
	for range n {
		words = append(words, ofText[a.IntN(len(ofText))])
	}
	return words
}

// text writes words as a page might: with elements and notes in between, white space of all kinds, and several paragraphs.
func (a author) text(words []string) string {
	var b strings.Builder
	b.WriteString(`<div data-unit="X"><h2>Titel</h2><p>`)
	for _, w := range words {
		w = html.EscapeString(w)
		switch a.IntN(12) {
		case 0:
			w = "<em>" + w + "</em>"
		case 1:
			w = `<mark class="term"><a href="#">` + w + "</a></mark>"
		case 2:
			w += `<sup class="cite"><a href="#">9</a></sup>`
		case 3:
			w += `<span class="note term" role="note"><b>Begriff</b> darf das nicht</span>`
		case 4:
			at := 1 + strings.IndexFunc(w[1:]+"x", func(r rune) bool { return true })
			for at < len(w) && w[at]&0xc0 == 0x80 {
				at++
			}
			w = w[:at] + "<em>" + w[at:] + "</em>" // in the middle of what may be one character
		case 5:
			w += "</p>\n<p>"
		case 6:
			w += "</p></div><div data-unit=\"other\"><p>darf das nicht</p></div><div data-unit=\"X\"><p>"
		}
		b.WriteString(w + []string{" ", "  ", "\n", " \t"}[a.IntN(4)])
	}
	b.WriteString("</p></div>")
	return b.String()
}

// edit moves, deletes, doubles and adds stretches of the words.
func (a author) edit(words []string) []string {
	out := append([]string(nil), words...)
	for range a.IntN(3) {
		if len(out) < 2 {
			break
		}
		from := a.IntN(len(out))
		to := from + 1 + a.IntN(min(4, len(out)-from))
		part := append([]string(nil), out[from:to]...)
		switch a.IntN(4) {
		case 0:
			out = append(out[:from], out[to:]...)
		case 1:
			rest := append(append([]string(nil), out[:from]...), out[to:]...)
			at := a.IntN(len(rest) + 1)
			out = append(append(append([]string(nil), rest[:at]...), part...), rest[at:]...)
		case 2:
			at := a.IntN(len(out) + 1)
			out = append(append(append([]string(nil), out[:at]...), part...), out[at:]...)
		case 3:
			out[from] = "geändert"
		}
	}
	return out
}

func unitOf(page string) annot.Unit {
	u, _ := textsOf([]byte("<main>" + page + "</main>")).unit("X")
	return u
}

// TestBrowserAnchors: of random texts, what is selected in the browser is what the server stores, whole characters of it;
// and where the server finds that again after random edits is what the browser paints.
func TestBrowserAnchors(t *testing.T) {
	w := newWorld(t)
	b := openBrowser(t, w.url, "de", 1280, false)
	b.open("/de/lessons/" + theLesson)
	const rounds, each = 8, 150
	var selected, halves, followed, lost int
	for round := range uint64(rounds) {
		a := author{rand.New(rand.NewPCG(round, 11))}
		var words [each][]string
		var cases [each]anchored
		for i := range cases {
			words[i] = a.words(1 + a.IntN(25))
			cases[i] = anchored{HTML: a.text(words[i]), Select: [4]float64{a.Float64(), a.Float64(), a.Float64(), a.Float64()}}
		}
		data, _ := json.Marshal(cases)
		got := eval[[]picked](b, fmt.Sprintf(pick, data))
		var paints []anchored
		var wants []string
		for i, p := range got {
			u := unitOf(cases[i].HTML)
			if p.Text != u.Text {
				t.Fatalf("round %d: of %s\nthe browser reads %q, the server %q", round, cases[i].HTML, p.Text, u.Text)
			}
			if p.Exact == "" {
				continue
			}
			selected++
			r, err := annot.Selector{Quote: annot.Quote{Words: p.Exact, Prefix: p.Prefix, Suffix: p.Suffix}, Start: p.Start, End: p.End}.Locate(u.Text)
			if err != nil {
				t.Fatalf("round %d: %q at %d of %q: %v", round, p.Exact, p.Start, u.Text, err)
			}
			s := annot.Select(u.Text, r)
			if s.Words != p.Whole {
				t.Fatalf("round %d: selected is %q of %q, the browser's characters are %q, stored is %q", round, p.Exact, u.Text, p.Whole, s.Words)
			}
			if s.Words != p.Exact {
				halves++
			}
			paints, wants = append(paints, anchored{HTML: cases[i].HTML, Paint: [2]int{s.Start, s.End}}), append(wants, s.Words)
			edited := a.text(a.edit(words[i]))
			now := unitOf(edited)
			place, err := s.Follow(u.Text, now.Text)
			if err != nil {
				lost++
				continue
			}
			followed++
			from, to := annot.Points(now.Text, place.Range)
			paints, wants = append(paints, anchored{HTML: edited, Paint: [2]int{from, to}}), append(wants, now.Text[place.Start:place.End])
		}
		data, _ = json.Marshal(paints)
		for i, p := range eval[[]picked](b, fmt.Sprintf(show, data)) {
			// Between paragraphs nothing is painted, and white space as it stands in the page.
			if squeezed(p.Range) != squeezed(wants[i]) {
				t.Fatalf("round %d: %v of %s is painted as %q, want %q", round, paints[i].Paint, paints[i].HTML, p.Range, wants[i])
			}
		}
	}
	t.Logf("%d texts: %d selections, %d of them widened to whole characters; after an edit %d found, %d lost", rounds*each, selected, halves, followed, lost)
	if selected < rounds*each/2 || halves < 50 || followed < 200 || lost < 50 {
		t.Error("too few of a kind to prove anything")
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
