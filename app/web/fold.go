package web

import (
	"html/template"
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

// fold puts into a part of a template what its constant calls give.
func (p Page) fold(list *parse.ListNode) {
	if list == nil {
		return
	}
	var kept []parse.Node
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if said, ok := p.constant(n.Pipe); ok {
				node = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(said))}
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
		if text, ok := node.(*parse.TextNode); ok && len(kept) > 0 {
			if before, ok := kept[len(kept)-1].(*parse.TextNode); ok {
				before.Text = append(before.Text[:len(before.Text):len(before.Text)], text.Text...)
				continue
			}
		}
		kept = append(kept, node)
	}
	list.Nodes = kept
}

// constant is what {{.T "key"}}, {{.Href "/path"}} or {{.Asset "name"}} gives, with $ before the dot or without.
func (p Page) constant(pipe *parse.PipeNode) (said string, ok bool) {
	if len(pipe.Decl) > 0 || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 2 {
		return "", false
	}
	arg, ok := pipe.Cmds[0].Args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	var method string
	switch call := pipe.Cmds[0].Args[0].(type) {
	case *parse.FieldNode:
		if len(call.Ident) == 1 {
			method = call.Ident[0]
		}
	case *parse.VariableNode:
		if len(call.Ident) == 2 && call.Ident[0] == "$" {
			method = call.Ident[1]
		}
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
