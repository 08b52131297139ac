package web

import (
	"html/template"
	"strings"
	"text/template/parse"

	"eberbach/app/i18n"
)

// inLanguages is the templates for each language. What a language's pages all say alike stands in them as text: calling a
// method from a template goes by reflection, and most of what a page says is its own words. No page has a script or an
// attribute that is one, so what is safe as text is safe wherever it stands.
func (s *site) inLanguages(all *template.Template) (map[string]*template.Template, error) {
	out := map[string]*template.Template{}
	for i, lang := range i18n.Languages {
		own := all // the last one's: copies keep alive what they were copied from
		if i+1 < len(i18n.Languages) {
			var err error
			if own, err = all.Clone(); err != nil {
				return nil, err
			}
		}
		page := Page{Lang: lang, t: s.catalogues.For(lang), site: s}
		for _, t := range own.Templates() {
			if t.Tree != nil {
				page.fold(t.Tree.Root)
			}
		}
		out[lang] = own
	}
	return out, nil
}

// fold puts into a part of a template what its constant calls give, and takes addresses apart.
func (p Page) fold(list *parse.ListNode) {
	if list == nil {
		return
	}
	var kept []parse.Node
	keep := func(node parse.Node) {
		if text, ok := node.(*parse.TextNode); ok && len(kept) > 0 {
			if before, ok := kept[len(kept)-1].(*parse.TextNode); ok {
				before.Text = append(before.Text[:len(before.Text):len(before.Text)], text.Text...)
				return
			}
		}
		kept = append(kept, node)
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if said, ok := p.constant(n.Pipe); ok {
				node = textNode(n, said)
			} else if parts, ok := p.apart(n); ok {
				for _, part := range parts {
					keep(part)
				}
				continue
			}
		case *parse.IfNode:
			p.fold(n.List)
			p.fold(n.ElseList)
		case *parse.RangeNode:
			p.fold(n.List)
			p.fold(n.ElseList)
		case *parse.WithNode:
			p.fold(n.List)
			p.fold(n.ElseList)
		}
		keep(node)
	}
	list.Nodes = kept
}

func textNode(in *parse.ActionNode, text string) *parse.TextNode {
	return &parse.TextNode{NodeType: parse.NodeText, Pos: in.Pos, Text: []byte(template.HTMLEscapeString(text))}
}

// call is the method that {{.Method argument}} or {{$.Method argument}} calls, and its argument; "" for everything else.
func call(pipe *parse.PipeNode) (method string, argument parse.Node) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 2 {
		return "", nil
	}
	switch on := pipe.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		if len(on.Ident) == 1 {
			method = on.Ident[0]
		}
	case *parse.VariableNode:
		if len(on.Ident) == 2 && on.Ident[0] == "$" {
			method = on.Ident[1]
		}
	}
	return method, pipe.Cmds[0].Args[1]
}

// apart makes of {{.Href (printf "/attempts/%s/result" .Attempt)}} the text "/en/attempts/", {{.Attempt}} and the text
// "/result": two calls fewer for each address. What stands behind a question mark is escaped otherwise and stays whole.
func (p Page) apart(n *parse.ActionNode) (parts []parse.Node, ok bool) {
	method, argument := call(n.Pipe)
	if method != "Href" {
		return nil, false
	}
	texts, values := []string{"", ""}, []parse.Node{argument}
	if inner, ok := argument.(*parse.PipeNode); ok {
		if len(inner.Decl) > 0 || len(inner.Cmds) != 1 || inner.Cmds[0].Args[0].String() != "printf" {
			return nil, false
		}
		format, ok := inner.Cmds[0].Args[1].(*parse.StringNode)
		if !ok || strings.Contains(format.Text, "?") {
			return nil, false
		}
		texts, values = strings.Split(format.Text, "%s"), inner.Cmds[0].Args[2:]
		if len(texts) != len(values)+1 || strings.Contains(strings.Join(texts, ""), "%") {
			return nil, false
		}
	}
	texts[0] = p.Href(texts[0])
	for i, text := range texts {
		if text != "" {
			parts = append(parts, textNode(n, text))
		}
		if i < len(values) {
			value := n.Copy().(*parse.ActionNode)
			value.Pipe.Cmds[0].Args = []parse.Node{values[i]}
			parts = append(parts, value)
		}
	}
	return parts, true
}

// constant is what {{.T "key"}}, {{.Href "/path"}} or {{.Asset "name"}} gives, with $ before the dot or without.
func (p Page) constant(pipe *parse.PipeNode) (said string, ok bool) {
	method, argument := call(pipe)
	arg, ok := argument.(*parse.StringNode)
	if !ok {
		return "", false
	}
	switch method {
	case "T":
		return p.t.Fixed(arg.Text)
	case "Href":
		return p.Href(arg.Text), true
	case "Asset":
		return p.Asset(arg.Text), true
	}
	return "", false
}
