package lesson

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// policy lets through what lesson prose is made of and nothing else, whoever wrote it.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h2", "h3", "em", "strong", "ul", "ol", "li", "blockquote", "br", "code", "sup",
		"table", "thead", "tbody", "tr", "th", "td", "hr")
	p.AllowAttrs("id").Matching(slug).OnElements("h2", "h3")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^cite$`)).OnElements("sup")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	return p
}()

// prose turns Markdown into sanitised HTML in one language.
type prose struct {
	markdown goldmark.Markdown
	lang     string
}

// newProse makes the converter of one page. cite numbers the sources that are cited in it.
func newProse(lang string, cite func(id string) int) *prose {
	return &prose{goldmark.New(
		// Alignment by attribute: the policy of the pages forbids inline style.
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithParserOptions(parser.WithAttribute(), parser.WithInlineParsers(util.Prioritized(&citeParser{cite}, 50))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(citeRenderer{}, 50))),
	), lang}
}

// found is what the checker wants to know of a Markdown text: where links go and what may not be in it.
type found struct {
	links   []string
	images  []string // their addresses
	markup  []string // the HTML as written
	unnamed bool     // a table has a column without a heading
}

func (p *prose) render(markdown string) (template.HTML, found, error) {
	source := []byte(markdown)
	doc := p.markdown.Parser().Parse(text.NewReader(source))
	f := p.inspect(doc, source)
	var buf bytes.Buffer
	if err := p.markdown.Renderer().Render(&buf, source, doc); err != nil {
		return "", f, err
	}
	return template.HTML(wideTables.Replace(policy.Sanitize(buf.String()))), f, nil
}

// wideTables lets a table scroll by itself on a phone, by touch and by keyboard.
var wideTables = strings.NewReplacer("<table>", `<div class="scroll" role="group" tabindex="0"><table>`, "</table>", "</table></div>")

// inspect looks through the text and gives links inside the module the page's language.
func (p *prose) inspect(doc ast.Node, source []byte) (f found) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			f.links = append(f.links, string(n.Destination))
			if bytes.HasPrefix(n.Destination, []byte("/")) {
				n.Destination = append([]byte("/"+p.lang), n.Destination...)
			}
		case *ast.Image:
			f.images = append(f.images, string(n.Destination))
		case *ast.RawHTML:
			f.markup = append(f.markup, string(n.Segments.Value(source)))
		case *ast.HTMLBlock:
			line, _, _ := strings.Cut(string(n.Lines().Value(source)), "\n")
			f.markup = append(f.markup, line)
		case *table.TableHeader:
			for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
				f.unnamed = f.unnamed || cell.ChildCount() == 0
			}
		}
		return ast.WalkContinue, nil
	})
	return f
}

// citeNode is a citation [@source-id] in running text.
type citeNode struct {
	ast.BaseInline
	number int
	id     string
}

var citeKind = ast.NewNodeKind("Citation")

// Kind implements ast.Node.
func (*citeNode) Kind() ast.NodeKind { return citeKind }

// Dump implements ast.Node.
func (n *citeNode) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

type citeParser struct{ cite func(string) int }

var citation = regexp.MustCompile(`^\[@([a-z0-9-]+)\]`)

// Trigger implements parser.InlineParser.
func (*citeParser) Trigger() []byte { return []byte{'['} }

// Parse implements parser.InlineParser.
func (p *citeParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	rest, _ := block.PeekLine()
	m := citation.FindSubmatch(rest)
	if m == nil {
		return nil
	}
	block.Advance(len(m[0]))
	return &citeNode{id: string(m[1]), number: p.cite(string(m[1]))}
}

type citeRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (citeRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(citeKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if c := n.(*citeNode); entering {
			_, _ = fmt.Fprintf(w, `<sup class="cite"><a href="#source-%s">%d</a></sup>`, c.id, c.number)
		}
		return ast.WalkContinue, nil
	})
}
