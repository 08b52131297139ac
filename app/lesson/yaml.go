package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"eberbach/app/quiz"
)

// Limits of a lesson file, which may come from anybody.
const (
	maxFile  = 1 << 20 // bytes
	maxDepth = 20
)

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// document is a parsed YAML file that remembers where everything stands.
type document struct {
	file   string
	root   ast.Node
	faults *Faults
}

// readFile returns a file's text, or false after naming what is wrong with it.
func readFile(files fs.FS, file string, faults *Faults) ([]byte, bool) {
	data, err := fs.ReadFile(files, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		faults.add(file, 1, "the file is missing; write it")
	case err != nil:
		faults.add(file, 1, "the file cannot be read: %v", err)
	case len(data) > maxFile:
		faults.add(file, 1, "the file has %d bytes; at most %d are read, so split it", len(data), maxFile)
	default:
		return data, true
	}
	return nil, false
}

// readYAML reads and parses a file.
func readYAML(files fs.FS, file string, faults *Faults) (*document, bool) {
	data, ok := readFile(files, file, faults)
	if !ok {
		return nil, false
	}
	return parseYAML(file, data, faults)
}

// parseYAML parses a file's text. Aliases are refused before anything is decoded: a few lines of them can stand for
// gigabytes.
func parseYAML(file string, data []byte, faults *Faults) (*document, bool) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) // the parser would count some of these line ends twice
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		faults.add(file, errorLine(err), "this is not YAML: %s", errorText(err))
		return nil, false
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		faults.add(file, 1, "the file must hold one YAML document")
		return nil, false
	}
	doc := &document{file: file, root: parsed.Docs[0].Body, faults: faults}
	return doc, doc.plain(doc.root, 0)
}

// plain refuses anchors, aliases, tags and deep nesting.
func (d *document) plain(node ast.Node, depth int) bool {
	if depth > maxDepth {
		d.faults.add(d.file, line(node), "this is nested more than %d levels deep; make it flatter", maxDepth)
		return false
	}
	ok := true
	switch n := node.(type) {
	case *ast.AliasNode, *ast.AnchorNode, *ast.TagNode, *ast.MergeKeyNode:
		d.faults.add(d.file, line(node), "anchors, aliases and tags are not allowed; write the text out")
		return false
	case *ast.MappingNode:
		for _, v := range n.Values {
			ok = d.plain(v, depth) && ok
		}
	case *ast.MappingValueNode:
		ok = d.plain(n.Key, depth) && d.plain(n.Value, depth+1)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			ok = d.plain(v, depth+1) && ok
		}
	}
	return ok
}

// decode checks a node against the shape of out and fills it. All that does not fit is named at once.
func (d *document) decode(node ast.Node, out any) bool {
	if !d.shape(node, reflect.TypeOf(out).Elem(), "the file") {
		return false
	}
	return d.fill(node, out)
}

// field is what a Go struct says of one key: its type and whether it may be left out (omitempty in its tag).
type field struct {
	typ      reflect.Type
	optional bool
}

func fieldsOf(t reflect.Type) map[string]field {
	out := map[string]field{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "-" || !f.IsExported() {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		optional := strings.Contains(options, "omitempty") || strings.Contains(f.Tag.Get("json"), "omitempty")
		out[name] = field{f.Type, optional}
	}
	return out
}

func (d *document) shape(node ast.Node, t reflect.Type, what string) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return d.shape(node, t.Elem(), what)
	case reflect.Struct:
		return d.shapeStruct(node, fieldsOf(t), what)
	case reflect.Slice:
		list, ok := node.(*ast.SequenceNode)
		if !ok {
			d.faults.add(d.file, line(node), "%s must be a list; begin each entry with a dash", what)
			return false
		}
		for _, v := range list.Values {
			ok = d.shape(v, t.Elem(), "an entry of "+what) && ok
		}
		return ok
	case reflect.Map:
		if t.Elem().Kind() != reflect.String {
			return d.shapeEntries(node, t.Elem(), what)
		}
		return d.shapeText(node, what, t != reflect.TypeFor[Partial]())
	}
	return d.shapeScalar(node, t.Kind(), what)
}

// shapeEntries looks at values under keys of the author's own.
func (d *document) shapeEntries(node ast.Node, t reflect.Type, what string) bool {
	values, ok := mapping(node)
	if !ok {
		d.faults.add(d.file, line(node), "%s must be a set of keys and values", what)
	}
	for _, v := range values {
		ok = d.shape(v.Value, t, v.Key.GetToken().Value) && ok
	}
	return ok
}

func (d *document) shapeStruct(node ast.Node, fields map[string]field, what string) bool {
	values, ok := mapping(node)
	if !ok {
		d.faults.add(d.file, line(node), "%s must be a set of keys and values", what)
		return false
	}
	seen := map[string]bool{}
	for _, v := range values {
		key := v.Key.GetToken().Value
		f, known := fields[key]
		if !known {
			d.faults.add(d.file, line(v), "unknown key %q; known here: %s", key, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
			ok = false
			continue
		}
		seen[key] = true
		ok = d.shape(v.Value, f.typ, key) && ok
		if key == "id" && f.typ.Kind() == reflect.String {
			ok = d.shapeID(v.Value) && ok
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if !fields[key].optional && !seen[key] {
			d.faults.add(d.file, line(node), "%q is missing; add it", key)
			ok = false
		}
	}
	return ok
}

var passageID = regexp.MustCompile(`^[A-Z][0-9]{1,3}$`)

func (d *document) shapeID(node ast.Node) bool {
	id := node.GetToken().Value
	if slug.MatchString(id) || passageID.MatchString(id) {
		return true
	}
	d.faults.add(d.file, line(node), "id %q: use small letters, digits and single hyphens", id)
	return false
}

func (d *document) shapeText(node ast.Node, what string, whole bool) bool {
	values, ok := mapping(node)
	if !ok {
		d.faults.add(d.file, line(node), "%s must be given in each language: {de: …, en: …}", what)
		return false
	}
	seen := map[string]bool{}
	for _, v := range values {
		lang := v.Key.GetToken().Value
		if !slices.Contains(quiz.Languages, lang) {
			d.faults.add(d.file, line(v), "unknown language %q; known: %s", lang, strings.Join(quiz.Languages, ", "))
			ok = false
			continue
		}
		seen[lang] = scalar(v.Value) != ""
	}
	for _, lang := range quiz.Languages {
		if !seen[lang] && whole {
			d.faults.add(d.file, line(node), "%s has no text in %q; add it", what, lang)
			ok = false
		}
	}
	return ok
}

func (d *document) shapeScalar(node ast.Node, kind reflect.Kind, what string) bool {
	want, ok := "", true
	switch kind {
	case reflect.String:
		want = "a text (in quotes, when it looks like a number or a date)"
		ok = isText(node)
	case reflect.Int:
		want = "a whole number"
		_, ok = node.(*ast.IntegerNode)
	case reflect.Float64:
		want = "a number"
		_, isInt := node.(*ast.IntegerNode)
		_, isFloat := node.(*ast.FloatNode)
		ok = isInt || isFloat
	case reflect.Bool:
		want = "true or false"
		_, ok = node.(*ast.BoolNode)
	}
	if !ok {
		d.faults.add(d.file, line(node), "%s must be %s", what, want)
	}
	return ok
}

func isText(node ast.Node) bool {
	switch node.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		return scalar(node) != ""
	}
	return false
}

func scalar(node ast.Node) string {
	switch n := node.(type) {
	case *ast.StringNode:
		return strings.TrimSpace(n.Value)
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	}
	return ""
}

// mapping are the entries of a mapping; a mapping of one entry has a node type of its own.
func mapping(node ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := node.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// entries are the nodes of a list, or nothing after naming that it is none.
func (d *document) entries(node ast.Node, what string) []ast.Node {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		d.faults.add(d.file, line(node), "%s must be a list; begin each entry with a dash", what)
		return nil
	}
	return list.Values
}

func child(node ast.Node, key string) ast.Node {
	values, _ := mapping(node)
	for _, v := range values {
		if v.Key.GetToken().Value == key {
			return v.Value
		}
	}
	return nil
}

// lineAt is the line of a path such as "options[1].why" below a node, or of the last part of it that exists.
func lineAt(node ast.Node, at string) int {
	for _, step := range strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := child(node, step)
		if list, ok := node.(*ast.SequenceNode); ok {
			var i int
			if _, err := fmt.Sscanf(step, "%d", &i); err == nil && i < len(list.Values) {
				next = list.Values[i]
			}
		}
		if next == nil {
			break
		}
		node = next
	}
	return line(node)
}

// line is the line on which a node begins; for a mapping, the line of its first key.
func line(node ast.Node) int {
	if values, ok := mapping(node); ok && len(values) > 0 {
		return values[0].Key.GetToken().Position.Line
	}
	if list, ok := node.(*ast.SequenceNode); ok && len(list.Values) > 0 {
		return line(list.Values[0])
	}
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

func errorLine(err error) int {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return y.GetToken().Position.Line
	}
	return 1
}

func errorText(err error) string {
	var y yaml.Error
	if errors.As(err, &y) {
		return y.GetMessage()
	}
	return err.Error()
}

func join(dir, file string) string { return path.Join(dir, file) }

// fill decodes a node whose shape has been checked already.
func (d *document) fill(node ast.Node, out any) bool {
	if err := yaml.NodeToValue(node, out); err != nil {
		d.faults.add(d.file, errorLine(err), "this cannot be read: %s", errorText(err))
		return false
	}
	return true
}

// without is the mapping without one of its keys: a list of one mapping, or empty when nothing is left.
func without(node ast.Node, key string) []ast.Node {
	values, _ := mapping(node)
	rest := slices.DeleteFunc(slices.Clone(values), func(v *ast.MappingValueNode) bool { return v.Key.GetToken().Value == key })
	if len(rest) == 0 {
		return nil
	}
	return []ast.Node{ast.Mapping(rest[0].GetToken(), false, rest...)}
}

func exists(files fs.FS, file string) bool {
	_, err := fs.Stat(files, file)
	return err == nil
}
