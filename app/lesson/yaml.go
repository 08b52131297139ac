package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

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
	root   *yaml.Node
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
	var first, second yaml.Node
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err == nil {
		err = loader.Load(&first)
	}
	if err == nil && loader.Load(&second) != io.EOF || err == io.EOF {
		faults.add(file, 1, "the file must hold one YAML document")
		return nil, false
	}
	if err != nil {
		at, text := errorAt(err)
		faults.add(file, at, "this is not YAML: %s", text)
		return nil, false
	}
	doc := &document{file: file, root: first.Content[0], faults: faults}
	return doc, doc.plain(doc.root, 0)
}

// plain refuses anchors, aliases, tags, keys that are there twice, and deep nesting.
func (d *document) plain(node *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		d.faults.add(d.file, line(node), "this is nested more than %d levels deep; make it flatter", maxDepth)
		return false
	case node.Kind == yaml.AliasNode || node.Anchor != "" || node.Style&yaml.TaggedStyle != 0 || node.ShortTag() == "!!merge":
		d.faults.add(d.file, line(node), "anchors, aliases and tags are not allowed; write the text out")
		return false
	}
	ok := true
	seen := map[string]bool{}
	for key, value := range pairs(node) {
		if seen[key.Value] {
			d.faults.add(d.file, line(key), "the key %q is here twice; keep one", key.Value)
			ok = false
		}
		seen[key.Value] = true
		ok = d.plain(key, depth+1) && d.plain(value, depth+1) && ok
	}
	for _, entry := range list(node) {
		ok = d.plain(entry, depth+1) && ok
	}
	return ok
}

// decode checks a node against the shape of out and fills it. All that does not fit is named at once.
func (d *document) decode(node *yaml.Node, out any) bool {
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

func (d *document) shape(node *yaml.Node, t reflect.Type, what string) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return d.shape(node, t.Elem(), what)
	case reflect.Struct:
		return d.shapeStruct(node, fieldsOf(t), what)
	case reflect.Slice:
		ok := d.isList(node, what)
		for _, v := range list(node) {
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
func (d *document) shapeEntries(node *yaml.Node, t reflect.Type, what string) bool {
	ok := d.isMapping(node, what)
	for key, value := range pairs(node) {
		ok = d.shape(value, t, key.Value) && ok
	}
	return ok
}

func (d *document) shapeStruct(node *yaml.Node, fields map[string]field, what string) bool {
	if !d.isMapping(node, what) {
		return false
	}
	ok := true
	seen := map[string]bool{}
	for k, value := range pairs(node) {
		key := k.Value
		f, known := fields[key]
		if !known {
			d.faults.add(d.file, line(k), "unknown key %q; known here: %s", key, strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
			ok = false
			continue
		}
		seen[key] = true
		ok = d.shape(value, f.typ, key) && ok
		if key == "id" && f.typ.Kind() == reflect.String {
			ok = d.shapeID(value) && ok
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

func (d *document) shapeID(node *yaml.Node) bool {
	id := node.Value
	if slug.MatchString(id) || passageID.MatchString(id) {
		return true
	}
	d.faults.add(d.file, line(node), "id %q: use small letters, digits and single hyphens", id)
	return false
}

func (d *document) shapeText(node *yaml.Node, what string, whole bool) bool {
	if node.Kind != yaml.MappingNode {
		d.faults.add(d.file, line(node), "%s must be given in each language: {de: …, en: …}", what)
		return false
	}
	ok := true
	seen := map[string]bool{}
	for key, value := range pairs(node) {
		lang := key.Value
		if !slices.Contains(quiz.Languages, lang) {
			d.faults.add(d.file, line(key), "unknown language %q; known: %s", lang, strings.Join(quiz.Languages, ", "))
			ok = false
			continue
		}
		seen[lang] = scalar(value) != ""
	}
	for _, lang := range quiz.Languages {
		if !seen[lang] && whole {
			d.faults.add(d.file, line(node), "%s has no text in %q; add it", what, lang)
			ok = false
		}
	}
	return ok
}

func (d *document) shapeScalar(node *yaml.Node, kind reflect.Kind, what string) bool {
	want, tags := "", []string(nil)
	switch kind {
	case reflect.String:
		want, tags = "a text (in quotes, when it looks like a number or a date)", textTags
	case reflect.Int:
		want, tags = "a whole number", []string{"!!int"}
	case reflect.Float64:
		want, tags = "a number", []string{"!!int", "!!float"}
	case reflect.Bool:
		want, tags = "true or false", []string{"!!bool"}
	}
	if !slices.Contains(tags, node.ShortTag()) || strings.TrimSpace(node.Value) == "" {
		d.faults.add(d.file, line(node), "%s must be %s", what, want)
		return false
	}
	return true
}

// textTags are the YAML types of what may stand for a text.
var textTags = []string{"!!str", "!!timestamp"}

// scalar is a node's text, "" where it has none.
func scalar(node *yaml.Node) string {
	if node == nil || !slices.Contains(textTags, node.ShortTag()) {
		return ""
	}
	return strings.TrimSpace(node.Value)
}

// pairs are the keys and values of a mapping, none of anything else.
func pairs(node *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(key, value *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// list are the entries of a list, none of anything else.
func list(node *yaml.Node) []*yaml.Node {
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	return node.Content
}

func (d *document) isMapping(node *yaml.Node, what string) bool {
	if node.Kind != yaml.MappingNode {
		d.faults.add(d.file, line(node), "%s must be a set of keys and values", what)
		return false
	}
	return true
}

func (d *document) isList(node *yaml.Node, what string) bool {
	if node.Kind != yaml.SequenceNode {
		d.faults.add(d.file, line(node), "%s must be a list; begin each entry with a dash", what)
		return false
	}
	return true
}

// entries are the nodes of a list, or nothing after naming that it is none.
func (d *document) entries(node *yaml.Node, what string) []*yaml.Node {
	d.isList(node, what)
	return list(node)
}

func child(node *yaml.Node, key string) *yaml.Node {
	for k, value := range pairs(node) {
		if k.Value == key {
			return value
		}
	}
	return nil
}

// lineAt is the line of a path such as "options[1].why" below a node, or of the last part of it that exists.
func lineAt(node *yaml.Node, at string) int {
	for _, step := range strings.FieldsFunc(at, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		next := child(node, step)
		if i, err := strconv.Atoi(step); err == nil && i < len(list(node)) {
			next = list(node)[i]
		}
		if next == nil {
			break
		}
		node = next
	}
	return line(node)
}

// line is the line on which a node begins; for a mapping or a list, that of what is first in it.
func line(node *yaml.Node) int {
	if len(node.Content) > 0 {
		return line(node.Content[0])
	}
	return max(1, node.Line)
}

// errorAt is where a file cannot be read and why.
func errorAt(err error) (line int, text string) {
	var e *yaml.LoadError
	if errors.As(err, &e) {
		text = e.Message
		if e.ContextMark.Line > 0 {
			text = fmt.Sprintf("%s that begins on line %d: %s", e.ContextMsg, e.ContextMark.Line, text)
		}
		return max(1, e.Mark.Line), text
	}
	return 1, err.Error()
}

// fill decodes a node whose shape has been checked already.
func (d *document) fill(node *yaml.Node, out any) bool {
	if err := node.Load(out); err != nil {
		at, text := errorAt(err)
		d.faults.add(d.file, at, "this cannot be read: %s", text)
		return false
	}
	return true
}

// without is the mapping without one of its keys.
func without(node *yaml.Node, key string) *yaml.Node {
	rest := *node
	rest.Content = nil
	for k, value := range pairs(node) {
		if k.Value != key {
			rest.Content = append(rest.Content, k, value)
		}
	}
	return &rest
}

func join(dir, file string) string { return path.Join(dir, file) }

func exists(files fs.FS, file string) bool {
	_, err := fs.Stat(files, file)
	return err == nil
}
