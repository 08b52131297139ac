package web

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eberbach/app/i18n"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// keyComment is what store/keys.go says of a key: its pattern, and a mark of all that is said, together with the fields of
// the types that it names.
type keyComment struct{ fn, key, says string }

var (
	keyFunc = regexp.MustCompile(`^[a-z]\w*Key$`)
	keyHead = regexp.MustCompile(`^(\S+) (hash|set|string|list|stream|zset): `)
	keyType = regexp.MustCompile(`(?:JSON of )?\b(school|quiz)\.[A-Z]\w+`)
)

// storedTypes are the types that are stored as a whole.
var storedTypes = map[string]reflect.Type{
	"school.Progress": reflect.TypeFor[school.Progress](), "school.Membership": reflect.TypeFor[school.Membership](), "school.Member": reflect.TypeFor[school.Member](),
	"school.Comment": reflect.TypeFor[school.Comment](), "school.Assignment": reflect.TypeFor[school.Assignment](), "quiz.Attempt": reflect.TypeFor[quiz.Attempt](), "quiz.Question": nil, // no person's
}

// typeFields are the names of a type's fields, and of those in them.
func typeFields(typ reflect.Type, within ...reflect.Type) (names []string) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || slices.Contains(within, typ) {
		return nil
	}
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Tag.Get("json") != "-" {
			names = append(append(names, f.Name), typeFields(f.Type, append(within, typ)...)...)
		}
	}
	return names
}

// keyComments reads them. Functions that make a key are called …Key; each has a comment that begins with its pattern.
func keyComments(t *testing.T) (list []keyComment) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../store/keys.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !keyFunc.MatchString(fn.Name.Name) {
			continue
		}
		says := folded(fn.Doc.Text())
		head := keyHead.FindStringSubmatch(says)
		if head == nil {
			t.Fatalf("keys.go: the comment of %s does not begin with its pattern and type, such as {u:ID}:p hash:", fn.Name.Name)
		}
		for _, name := range keyType.FindAllString(says, -1) {
			typ, known := storedTypes[strings.TrimPrefix(name, "JSON of ")]
			if !known && strings.HasPrefix(name, "JSON of ") {
				t.Errorf("%s: add the type to storedTypes: %s", fn.Name.Name, name)
			}
			if typ != nil {
				says += " " + strings.Join(typeFields(typ), " ")
			}
		}
		sum := sha256.Sum256([]byte(says))
		list = append(list, keyComment{fn.Name.Name, head[1], hex.EncodeToString(sum[:4])})
	}
	return list
}

// TestPrivacyKnowsEveryKey: the page speaks of every key that is there and of no other, and somebody has read its words
// again whenever what is said of a key in keys.go was changed.
func TestPrivacyKnowsEveryKey(t *testing.T) {
	t.Parallel()
	catalogues, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]stored{}
	for _, row := range storedThings {
		if _, twice := rows[row.Key]; twice {
			t.Errorf("two rows of storedThings are about %s", row.Key)
		}
		rows[row.Key] = row
		if !slices.Contains(owners, row.Owner) {
			t.Errorf("%s is said to belong to %q", row.Key, row.Owner)
		}
		if _, ok := stays[row.Stays]; !ok {
			t.Errorf("nobody knows how long %q is", row.Stays)
		}
		for _, lang := range i18n.Languages { // one that is missing panics
			for _, key := range []string{"thing_" + row.ID, "what_" + row.ID, "sees_" + row.Sees, "stays_" + row.Stays, "owner_" + row.Owner} {
				if catalogues.For(lang).T("privacy."+key, "Count", 1) == "" {
					t.Errorf("%s: privacy.%s is empty", lang, key)
				}
			}
		}
	}
	comments := keyComments(t)
	if len(comments) < 20 {
		t.Fatalf("only %d keys are found", len(comments))
	}
	for _, c := range comments {
		row, ok := rows[c.key]
		delete(rows, c.key)
		switch {
		case !ok:
			t.Errorf("%s makes the key %s, of which the privacy page says nothing; add a row to storedThings with the mark %q, and privacy.thing_… and what_… to both catalogues", c.fn, c.key, c.says)
		case row.Says != c.says:
			t.Errorf("the comment of %s, or a type that it names, was changed; read privacy.what_%s in both catalogues again, who sees it and how long it stays, then put the mark %q into its row of storedThings", c.fn, row.ID, c.says)
		}
	}
	for key := range rows {
		t.Errorf("the privacy page speaks of the key %s, which keys.go does not have; take its row and its texts away", key)
	}
}

// TestKeysOnlyInKeys: no other file of the store puts a key together, so none is missing on the privacy page.
func TestKeysOnlyInKeys(t *testing.T) {
	t.Parallel()
	begins := regexp.MustCompile("[\"`](\\{[a-z]+:|(rc|ic|j|q|e|x|tn|ti|ls|lf):)")
	err := fs.WalkDir(os.DirFS("../store"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || path == "keys.go" || strings.HasPrefix(path, "embedded/") || strings.HasPrefix(path, "redistest/") {
			return err
		}
		data, err := os.ReadFile("../store/" + path)
		if found := begins.FindString(string(data)); found != "" {
			t.Errorf("store/%s has a key that begins %s; build it in keys.go", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPrivacyCookies: the page names every cookie that is set, and how long it stays.
func TestPrivacyCookies(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "cookie.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var set []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasSuffix(spec.Names[0].Name, "Cookie") {
			set = append(set, strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`))
		}
		return true
	})
	var named []string
	for _, c := range cookies {
		named = append(named, c.name)
	}
	if !slices.Equal(set, named) || len(set) == 0 {
		t.Errorf("cookie.go has %v, the privacy page %v", set, named)
	}
	w := newWorld(t)
	c := w.client()
	begun := c.post("/en/lessons/"+theLesson+"/quiz", nil)
	for _, cookie := range (&http.Response{Header: begun.header}).Cookies() {
		if cookie.Name != learnerCookie || cookie.MaxAge != int(school.Kept/time.Second) {
			t.Errorf("a quiz sets %v", cookie)
		}
	}
	for _, lang := range i18n.Languages {
		page := c.get("/"+lang+"/privacy").want(http.StatusOK, "eberbach-teacher", "365", "30")
		for _, row := range storedThings {
			page.want(http.StatusOK, row.Key)
		}
		for _, path := range []string{"/", "/me", "/glossary", "/lessons/" + theLesson, "/nothing-here"} {
			if !strings.Contains(c.get("/"+lang+path).body, `href="/`+lang+`/privacy"`) {
				t.Errorf("%s%s does not lead to the privacy page", lang, path)
			}
		}
	}
}

// TestPrivacyContact: whom to ask is whom the operator has named.
func TestPrivacyContact(t *testing.T) {
	t.Parallel()
	for contact, link := range map[string]string{"privacy@school.example": "mailto:privacy@school.example", "https://school.example/privacy": "https://school.example/privacy", "": ""} {
		w := newWorld(t, withWorkshop, func(c *Config) { c.Operator = Operator{Privacy: contact, Imprint: "https://school.example/imprint"} })
		page := w.client().get("/en/privacy").want(http.StatusOK)
		leads := map[string]bool{}
		for _, a := range page.all("a") {
			leads[attr(a, "href")] = true
		}
		if link != "" && !leads[link] || !leads["https://school.example/imprint"] {
			t.Errorf("%q: the page leads to %v", contact, slices.Sorted(maps.Keys(leads)))
		}
		if asks := strings.Contains(page.text(), "Ask the person who gave you the address"); asks != (contact == "") {
			t.Errorf("%q: it says to ask somebody: %v", contact, asks)
		}
	}
}
