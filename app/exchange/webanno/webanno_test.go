package webanno

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules of the Web Annotation Data Model (W3C Recommendation of 23 February 2017) that an exported collection is held
// to, each with the section that has it:
//
//	4.1 an annotation has one @context or stands in something that has it, the type Annotation, one id that is an IRI, and
//	    at least one target; 3.2.1 the same of ids
//	4.2.4 a textual body has its text in value, at most one format, language and purpose; 4.3.2 the purpose is a motivation
//	3.3.4 a motivation is one of the vocabulary; 3.3.1 created and modified are xsd:dateTime with the zone Z
//	4.2 a target with a selector is a specific resource with exactly one source, an IRI or a resource that has one
//	4.2.1 a fragment selector has exactly one value and says by conformsTo what the fragment means; a selector may be refined
//	4.2.4 a text quote selector has exactly one exact, and at most one prefix and suffix
//	4.2.5 a text position selector has exactly one start and end, integers that are not negative
//	5.1 a collection has an id, the type, should have a label, total is not negative, and leads to its first page and last
//	5.2 a page has the type, its items in order, and startIndex is not negative
//
// No member is there that the model does not know.
var (
	motivations = []string{"highlighting", "commenting", "questioning"}
	dateTime    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$`)
)

type checker struct{ faults []string }

func (c *checker) fault(where, format string, args ...any) {
	c.faults = append(c.faults, where+": "+fmt.Sprintf(format, args...))
}

// object checks that v is an object of the type with the members, those that end in ? may be missing, and no others.
func (c *checker) object(where string, v any, typ string, members ...string) map[string]any {
	o, ok := v.(map[string]any)
	if !ok || o["type"] != typ {
		c.fault(where, "is no %s: %v", typ, v)
		return map[string]any{}
	}
	allowed := []string{"type"}
	for _, m := range members {
		name := strings.TrimSuffix(m, "?")
		allowed = append(allowed, name)
		if _, there := o[name]; !there && name == m {
			c.fault(where, "has no %s", m)
		}
	}
	for name := range o {
		if !slices.Contains(allowed, name) {
			c.fault(where, "has %s, which the model does not know", name)
		}
	}
	return o
}

func (c *checker) iri(where string, v any) {
	s, _ := v.(string)
	if u, err := url.Parse(s); err != nil || !u.IsAbs() || u.Host == "" {
		c.fault(where, "%v is no IRI", v)
	}
}

func (c *checker) text(where string, v any, empty bool) {
	if s, ok := v.(string); !ok || s == "" && !empty {
		c.fault(where, "%v is no text", v)
	}
}

func (c *checker) count(where string, v any) float64 {
	n, ok := v.(float64)
	if !ok || n < 0 || n != float64(int(n)) {
		c.fault(where, "%v is no number from 0", v)
	}
	return n
}

func (c *checker) collection(v any) {
	o := c.object("collection", v, "AnnotationCollection", "@context", "id", "label", "total", "first?", "last?")
	if o["@context"] != "http://www.w3.org/ns/anno.jsonld" {
		c.fault("collection", "the context is %v", o["@context"])
	}
	c.iri("collection", o["id"])
	c.text("label", o["label"], false)
	total := c.count("total", o["total"])
	if total == 0 {
		return
	}
	page := c.object("page", o["first"], "AnnotationPage", "id", "startIndex", "items")
	c.iri("page", page["id"])
	if o["last"] != page["id"] {
		c.fault("collection", "the last page is %v", o["last"])
	}
	c.count("startIndex", page["startIndex"])
	items, _ := page["items"].([]any)
	if float64(len(items)) != total {
		c.fault("page", "%d items of %v", len(items), total)
	}
	ids := map[any]bool{}
	for _, item := range items {
		c.annotation(item)
		if id := item.(map[string]any)["id"]; ids[id] {
			c.fault("page", "%v is there twice", id)
		} else {
			ids[id] = true
		}
	}
}

func (c *checker) annotation(v any) {
	o := c.object("annotation", v, "Annotation", "id", "motivation", "created", "modified?", "body?", "target")
	c.iri("annotation", o["id"])
	if m, _ := o["motivation"].(string); !slices.Contains(motivations, m) {
		c.fault("annotation", "the motivation is %v", o["motivation"])
	}
	for _, name := range []string{"created", "modified"} {
		if at, there := o[name]; there && !dateTime.MatchString(fmt.Sprint(at)) {
			c.fault("annotation", "%s is %v", name, at)
		}
	}
	if b, there := o["body"]; there {
		body := c.object("body", b, "TextualBody", "value", "format", "purpose")
		c.text("body", body["value"], false)
		if body["purpose"] != o["motivation"] || body["format"] != "text/plain" {
			c.fault("body", "%v", body)
		}
	}
	target := c.object("target", o["target"], "SpecificResource", "source", "selector")
	source := c.object("source", target["source"], "Text", "id", "format", "language")
	c.iri("source", source["id"])
	c.text("language", source["language"], false)
	selectors, _ := target["selector"].([]any)
	var types []any
	for _, s := range selectors {
		within := c.object("selector", s, "FragmentSelector", "conformsTo", "value", "refinedBy")
		c.iri("conformsTo", within["conformsTo"])
		c.text("fragment", within["value"], false)
		refined, _ := within["refinedBy"].(map[string]any)
		types = append(types, refined["type"])
		c.refined(refined)
	}
	if fmt.Sprint(types) != "[TextQuoteSelector TextPositionSelector]" {
		c.fault("target", "the selectors are %v", types)
	}
}

func (c *checker) refined(s map[string]any) {
	switch s["type"] {
	case "TextQuoteSelector":
		c.object("quote", s, "TextQuoteSelector", "exact", "prefix?", "suffix?")
		c.text("exact", s["exact"], false)
	case "TextPositionSelector":
		c.object("position", s, "TextPositionSelector", "start", "end")
		if c.count("start", s["start"]) >= c.count("end", s["end"]) {
			c.fault("position", "it ends before it starts: %v", s)
		}
	}
}

// Faults are what is wrong with a collection by the rules of the model.
func faults(data []byte) []string {
	var v any
	c := &checker{}
	if err := json.Unmarshal(data, &v); err != nil {
		return []string{err.Error()}
	}
	c.collection(v)
	return c.faults
}

func collectionOf(items ...Annotation) Collection {
	return Collection{ID: "https://eberbach.example/de/me/notes.jsonld", Label: "Meine Notizen", Items: items}
}

func TestWrite(t *testing.T) {
	at := time.Date(2026, 11, 26, 15, 0, 0, 0, time.FixedZone("", 3600))
	quote := Annotation{
		ID: "https://eberbach.example/de/me/notes/a", Motivation: "highlighting", Page: "https://eberbach.example/de/lessons/x", Lang: "de", Fragment: "T1",
		Exact: "Die „👩\u200d👧“", Suffix: " lesen", Start: 0, End: 9, Created: at,
	}
	note := quote
	note.ID, note.Motivation, note.Words, note.Prefix, note.Modified = note.ID+"b", "commenting", "Wer <genau>?\nUnd warum?", "vorher ", at.Add(time.Hour)
	for _, c := range []Collection{collectionOf(), collectionOf(quote), collectionOf(quote, note)} {
		data, err := Write(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults(data) {
			t.Errorf("%s\n%s", f, data)
		}
	}
	data, _ := Write(collectionOf(quote))
	if s := string(data); strings.Contains(s, `"body"`) || strings.Contains(s, "modified") || !strings.Contains(s, `"created": "2026-11-26T14:00:00Z"`) || !strings.Contains(s, `"start": 0`) {
		t.Errorf("a highlight is %s", s)
	}
}

// TestFaults: the checks find what is wrong, so that what they do not find is right.
func TestFaults(t *testing.T) {
	good := Annotation{ID: "https://e.example/a", Motivation: "commenting", Page: "https://e.example/x", Lang: "de", Fragment: "T1", Exact: "x", Start: 1, End: 2, Words: "w", Created: time.Now()}
	for name, spoil := range map[string]func(*Annotation){
		"id": func(a *Annotation) { a.ID = "a" }, "motivation": func(a *Annotation) { a.Motivation = "liking" }, "source": func(a *Annotation) { a.Page = "/x" },
		"language": func(a *Annotation) { a.Lang = "" }, "fragment": func(a *Annotation) { a.Fragment = "" }, "exact": func(a *Annotation) { a.Exact = "" },
		"start": func(a *Annotation) { a.Start = -1 }, "end": func(a *Annotation) { a.End = 0 },
	} {
		a := good
		spoil(&a)
		data, err := Write(collectionOf(a))
		if err != nil || len(faults(data)) == 0 {
			t.Errorf("a wrong %s is not found: %v\n%s", name, err, data)
		}
	}
	data, _ := Write(collectionOf(good, good))
	if len(faults(data)) == 0 {
		t.Error("one that is there twice is not found")
	}
	for _, change := range [][2]string{{`"Annotation"`, `"Note"`}, {`"total": 1`, `"total": 2`}, {`"TextualBody"`, `"Text"`}, {`"label"`, `"title"`}, {`Z"`, `"`}, {`"purpose"`, `"role"`}, {"anno.jsonld", "anno"}, {"#page-1", ""}} {
		data, _ := Write(collectionOf(good))
		if changed := strings.Replace(string(data), change[0], change[1], 1); len(faults([]byte(changed))) == 0 && change[1] != "" {
			t.Errorf("%v is not found", change)
		}
	}
}
