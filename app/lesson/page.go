package lesson

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
)

// The lines that structure a lesson's text.
var (
	blockOpen = regexp.MustCompile(`^:::([a-z]+)(?:[ \t]+(.*?))?[ \t]*$`)
	heading   = regexp.MustCompile(`^## (.+?) *\{#([a-z0-9-]+)\}\s*$`)
	passageAt = regexp.MustCompile(`^([A-Z][0-9]{1,3})(?: \[([a-z0-9 -]*)\])?$`)
	dotsAt    = regexp.MustCompile(`^hit=([0-9]{1,4}) of=([0-9]{1,4})$`)
	position  = regexp.MustCompile(`^### ([a-z0-9-]+) \| (.+?)\s*$`)
)

// rawBlock is a block as it stands in the file: prose is a block without a name.
type rawBlock struct {
	name, arg string
	text      string
	line      int // of the opening line; of the first line for prose
}

// cut divides a text into blocks.
func cut(file, source string, faults *Faults) []rawBlock {
	var blocks []rawBlock
	current := rawBlock{line: 1}
	var lines []string
	flush := func() {
		current.text = strings.Join(lines, "\n")
		if current.name != "" || strings.TrimSpace(current.text) != "" {
			blocks = append(blocks, current)
		}
		lines = nil
	}
	for i, l := range strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n") {
		open := blockOpen.FindStringSubmatch(l)
		switch {
		case open != nil && current.name != "":
			faults.add(file, i+1, "the block :::%s of line %d is not closed; end it with ::: before the next one", current.name, current.line)
			fallthrough
		case open != nil:
			flush()
			current = rawBlock{name: open[1], arg: open[2], line: i + 1}
		case strings.TrimSpace(l) == ":::" && current.name != "":
			flush()
			current = rawBlock{line: i + 2}
		case current.name == "" && heading.MatchString(l):
			flush()
			current = rawBlock{line: i + 1}
			lines = append(lines, l)
		case strings.TrimSpace(l) == ":::":
			faults.add(file, i+1, "::: closes a block, but none is open; take it away")
		default:
			lines = append(lines, l)
		}
	}
	if current.name != "" {
		faults.add(file, current.line, "the block :::%s is never closed; end it with :::", current.name)
	}
	flush()
	return blocks
}

// pageReader turns a lesson's text in one language into a page.
type pageReader struct {
	file, lang string
	sources    Sources
	faults     *Faults
	prose      *prose
	page       *Page
	numbers    map[string]int // source id -> number on this page
	block      rawBlock
}

type link struct {
	target string
	line   int
}

func readPage(file, lang, source string, sources Sources, faults *Faults) *pageReader {
	r := &pageReader{file: file, lang: lang, sources: sources, faults: faults, page: &Page{}, numbers: map[string]int{}}
	r.prose = newProse(lang, r.number)
	r.page.Sections = []*Section{{}}
	for _, raw := range cut(file, source, faults) {
		r.block = raw
		if b, ok := r.read(raw); ok {
			b.Kind, b.line = raw.name, raw.line
			if raw.name == "" {
				b.Kind = "prose"
			}
			r.page.Blocks = append(r.page.Blocks, &b)
			section := r.page.Sections[len(r.page.Sections)-1]
			section.Blocks = append(section.Blocks, &b)
		}
		r.page.Words += len(strings.Fields(raw.text))
	}
	return r
}

// number is the number of a source on this page, given when it is first cited; 0 for an unknown one.
func (r *pageReader) number(id string) int {
	if n, ok := r.numbers[id]; ok {
		return n
	}
	s := r.sources[id]
	if s == nil {
		if r.sources != nil {
			r.faults.add(r.file, r.lineOf(id), noSource, id)
		}
		return 0
	}
	r.page.Cited = append(r.page.Cited, s)
	r.numbers[id] = len(r.page.Cited)
	return len(r.page.Cited)
}

func (r *pageReader) cites(ids []string) []Cite {
	var out []Cite
	for _, id := range ids {
		if n := r.number(id); n > 0 {
			out = append(out, Cite{n, r.sources[id]})
		}
	}
	return out
}

func (r *pageReader) read(raw rawBlock) (Block, bool) {
	switch raw.name {
	case "", "discuss":
		r.sections(raw)
		return Block{HTML: r.markdown(raw.text)}, true
	case "passage":
		return r.passage(raw)
	case "dots":
		return r.dots(raw)
	case "figure":
		return r.figure(raw)
	case "perspectives":
		return r.perspectives(raw)
	case "question":
		return Block{arg: raw.arg}, true
	}
	r.fault("unknown block :::%s; known: passage, dots, figure, perspectives, discuss, question", raw.name)
	return Block{}, false
}

// lineOf is the line of the block on which the text first stands, or the block's first line.
func (r *pageReader) lineOf(text string) int {
	before, _, found := strings.Cut(r.block.text, text)
	if !found {
		return r.block.line
	}
	at := r.block.line + strings.Count(before, "\n")
	if r.block.name != "" {
		at++ // the text begins on the line after the opening one
	}
	return at
}

func (r *pageReader) fault(format string, args ...any) {
	r.faults.add(r.file, r.block.line, format, args...)
}

func (r *pageReader) sections(raw rawBlock) {
	for i, l := range strings.Split(raw.text, "\n") {
		if m := heading.FindStringSubmatch(l); m != nil {
			r.page.Sections = append(r.page.Sections, &Section{ID: m[2], Title: m[1]})
		} else if strings.HasPrefix(l, "#") && raw.name == "" {
			r.faults.add(r.file, raw.line+i, "a heading is written ## Title {#address}, the same address in every language")
		}
	}
}

// fold makes one line of a paragraph. Only what ends or indents a line is folded: a narrow space inside a number stays.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }), " ")
}

func (r *pageReader) passage(raw rawBlock) (Block, bool) {
	m := passageAt.FindStringSubmatch(raw.arg)
	if m == nil {
		r.fault("a passage begins :::passage T1 or :::passage T1 [source-id other-source]")
		return Block{}, false
	}
	p := &Passage{ID: m[1], Text: fold(raw.text)}
	p.Cites = r.cites(strings.Fields(m[2]))
	return Block{Passage: p, arg: p.ID}, true
}

func (r *pageReader) dots(raw rawBlock) (Block, bool) {
	m := dotsAt.FindStringSubmatch(raw.arg)
	if m == nil {
		r.fault("dots begin :::dots hit=8 of=100")
		return Block{}, false
	}
	d := &Dots{}
	d.Hit, _ = strconv.Atoi(m[1])
	d.Of, _ = strconv.Atoi(m[2])
	if d.Hit > d.Of || d.Of == 0 || d.Of > 1000 {
		r.fault("dots: hit is at most of, and of is 1 to 1000")
		return Block{}, false
	}
	into := map[string]*string{"caption": &d.Caption, "hit": &d.HitLabel, "miss": &d.MissLabel, "note": &d.Note}
	for _, l := range strings.Split(strings.TrimSpace(raw.text), "\n") {
		key, value, _ := strings.Cut(l, ":")
		if into[key] == nil {
			r.fault("dots: unknown line %q; known: caption, hit, miss, note", key)
			continue
		}
		*into[key] = strings.TrimSpace(value)
	}
	if d.Caption == "" || d.HitLabel == "" || d.MissLabel == "" {
		r.fault("dots without caption, hit and miss say nothing to who cannot see them; write all three")
	}
	return Block{Dots: d}, true
}

func (r *pageReader) perspectives(raw rawBlock) (Block, bool) {
	parts := regexp.MustCompile(`(?m)^### `).Split(raw.text, -1)
	b := Block{HTML: r.markdown(parts[0])}
	at := raw.line + 1 + strings.Count(parts[0], "\n")
	for _, part := range parts[1:] {
		if p, ok := r.position("### "+part, at); ok {
			b.Positions = append(b.Positions, p)
		}
		at += strings.Count(part, "\n")
	}
	return b, true
}

func (r *pageReader) position(source string, at int) (Position, bool) {
	lines := strings.Split(source, "\n")
	m := position.FindStringSubmatch(lines[0])
	if m == nil {
		r.faults.add(r.file, at, "a position begins ### id | Title")
		return Position{}, false
	}
	p := Position{ID: m[1], Title: m[2], line: at}
	sourced := false
	lines = lines[1:]
	for len(lines) > 0 {
		key, value, ok := strings.Cut(lines[0], ":")
		if !ok || key != "by" && key != "source" {
			break
		}
		if key == "by" {
			p.By = strings.TrimSpace(value)
		} else {
			p.Cites = r.cites(strings.Fields(strings.ReplaceAll(value, ",", " ")))
			sourced = strings.TrimSpace(value) != ""
		}
		lines = lines[1:]
	}
	if p.By == "" || !sourced {
		r.faults.add(r.file, at, "position %q names no speaker or no source; write the lines by: … and source: … under its heading", p.ID)
	}
	body := strings.Join(lines, "\n")
	p.words = len(strings.Fields(body))
	p.HTML = r.markdown(body)
	return p, true
}

func (r *pageReader) markdown(source string) template.HTML {
	out, f, err := r.prose.render(source)
	if err != nil {
		r.fault("this Markdown cannot be read: %v", err)
	}
	for _, html := range f.markup {
		r.faults.add(r.file, r.lineOf(html), "HTML is not allowed in lesson texts; write it in Markdown")
	}
	for _, picture := range f.images {
		r.faults.add(r.file, r.lineOf(picture), "pictures cannot be put into the text, since they would have no checked description; use a figure block")
	}
	if f.unnamed {
		r.faults.add(r.file, r.lineOf("|"), "a column of this table has no heading; write one, for who hears the table read out")
	}
	for _, l := range f.links {
		r.page.links = append(r.page.links, link{l, r.lineOf("(" + l)})
	}
	return out
}
