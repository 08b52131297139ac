package lesson

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdownText cuts Markdown into headings and passages. What a passage cannot hold is named and left out.
func (b *brought) markdownText(source string) {
	m := markdownReader{b, []byte(source)}
	reader := goldmark.New(goldmark.WithExtensions(extension.Table))
	m.blocks(reader.Parser().Parse(text.NewReader(m.source)), "", 0)
}

type markdownReader struct {
	b      *brought
	source []byte
}

// deepest is how deep quotations and lists may lie in each other.
const deepest = maxDepth

// blocks reads the blocks within another. number is that of the list entry, for its first passage.
func (m *markdownReader) blocks(parent ast.Node, number string, depth int) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			m.add(n, n.Level, "")
		case *ast.Paragraph, *ast.TextBlock:
			m.add(n, 0, number)
			number = ""
		case *ast.List:
			m.list(n, depth)
		case *ast.Blockquote:
			m.nested(n, "", depth)
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			m.b.say(m.line(n), "code is left out; put it into the lesson's own text, if it is needed")
		case *ast.HTMLBlock:
			m.b.say(m.line(n), "HTML is left out; write what it says in Markdown and bring the text again")
		case *table.Table:
			m.b.say(m.line(n), "a table is left out; put it into the lesson's own text, where it can be shown as a table")
		}
	}
}

func (m *markdownReader) nested(n ast.Node, number string, depth int) {
	if depth == deepest {
		m.b.refuse(m.line(n), "quotations and lists lie more than %d deep in each other; make the text flatter", deepest)
		return
	}
	m.blocks(n, number, depth+1)
}

func (m *markdownReader) list(list *ast.List, depth int) {
	i := list.Start
	for entry := list.FirstChild(); entry != nil; entry = entry.NextSibling() {
		number := ""
		if list.IsOrdered() { // numbers are what people cite
			number = fmt.Sprintf("%d%c ", i, list.Marker)
			i++
		}
		m.nested(entry, number, depth)
	}
}

func (m *markdownReader) add(n ast.Node, level int, number string) {
	var words strings.Builder
	line := m.line(n)
	m.inline(n, &words, line)
	m.b.add(level, strings.Split(number+words.String(), "\n"), line)
}

// inline collects what a reader sees of a paragraph, its line breaks as they are.
func (m *markdownReader) inline(parent ast.Node, out *strings.Builder, line int) {
	_ = ast.Walk(parent, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			m.text(n, out)
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(m.source))
		case *ast.RawHTML:
			m.b.say(line, "the HTML %s is left out; what stands around it is kept", bytes.TrimSpace(n.Segments.Value(m.source)))
		case *ast.Image:
			m.b.say(line, "the picture %s is left out; a passage is words only", n.Destination)
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
}

func (m *markdownReader) text(n *ast.Text, out *strings.Builder) {
	words := n.Segment.Value(m.source)
	if _, code := n.Parent().(*ast.CodeSpan); !code && !n.IsRaw() {
		words = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(words)))
	}
	out.Write(words)
	if n.SoftLineBreak() || n.HardLineBreak() {
		out.WriteByte('\n')
	}
}

// line is where a block begins; blocks that hold others begin with the first of them.
func (m *markdownReader) line(n ast.Node) int {
	at := 0
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			at = n.Lines().At(0).Start
			return ast.WalkStop, nil
		}
		return ast.WalkContinue, nil
	})
	return m.b.skipped + 1 + bytes.Count(m.source[:at], []byte("\n"))
}
