package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// Shapes are the kinds of keys that a backup takes, for the test that walks through all of them.
func Shapes() (list []string) {
	for shape, k := range kinds {
		if k.taken != never {
			list = append(list, shape)
		}
	}
	return list
}

// Taken says whether a backup takes the key, and ShapeOf what it has in common with its kind.
func Taken(key string) bool {
	k, ok := kindOf(key)
	return ok && k.taken != never
}

func ShapeOf(key string) string { return shapeOf(key) }

var keyHead = regexp.MustCompile(`^(\S+) (hash|set|string): `)

// TestKinds: the kinds are just those that the functions of keys.go say they make.
func TestKinds(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "keys.go", nil, parser.ParseComments)
	must(t, err)
	left := map[string]bool{}
	for shape := range kinds {
		left[shape] = true
	}
	values := map[string]byte{"hash": hashValue, "set": setValue, "string": textValue}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasSuffix(fn.Name.Name, "Key") {
			continue
		}
		head := keyHead.FindStringSubmatch(fn.Doc.Text())
		if head == nil {
			t.Fatalf("the comment of %s does not begin with its pattern and type", fn.Name.Name)
		}
		k, known := kindOf(head[1])
		delete(left, shapeOf(head[1]))
		if !known || k.value != values[head[2]] {
			t.Errorf("%s makes the key %s, a %s, which kinds does not say", fn.Name.Name, head[1], head[2])
		}
	}
	for shape := range left {
		t.Errorf("kinds has %s, and no function makes such a key", shape)
	}
	if _, ours := kindOf("{x:ID}"); ours {
		t.Error("a key of somebody else's is taken for ours")
	}
}
