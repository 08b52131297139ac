// Package webanno writes notes on texts in the form of the W3C Web Annotation Data Model, as JSON-LD.
package webanno

import (
	"encoding/json"
	"time"
)

// MediaType is that of a collection.
const MediaType = `application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"`

// Collection is annotations under one name.
type Collection struct {
	ID    string // IRI
	Label string
	Items []Annotation
}

// Annotation is a note on a stretch of a page.
type Annotation struct {
	ID                    string // IRI
	Motivation            string // of the vocabulary: highlighting, commenting, questioning
	Page                  string // IRI of the page that the text is on
	Lang                  string // of the text
	Fragment              string // id of the element in the page that the text belongs to
	Exact, Prefix, Suffix string
	Start, End            int    // code points in the element's text
	Words                 string // one's own; "" for none
	Created               time.Time
	Modified              time.Time // zero for never
}

// The members of the model, in the order in which its examples have them.
type (
	collection struct {
		Context string `json:"@context"`
		ID      string `json:"id"`
		Type    string `json:"type"`
		Label   string `json:"label"`
		Total   int    `json:"total"`
		First   *page  `json:"first,omitempty"`
		Last    string `json:"last,omitempty"`
	}
	page struct {
		ID         string       `json:"id"`
		Type       string       `json:"type"`
		StartIndex int          `json:"startIndex"`
		Items      []annotation `json:"items"`
	}
	annotation struct {
		ID         string `json:"id"`
		Type       string `json:"type"`
		Motivation string `json:"motivation"`
		Created    string `json:"created"`
		Modified   string `json:"modified,omitempty"`
		Body       *body  `json:"body,omitempty"`
		Target     target `json:"target"`
	}
	body struct {
		Type    string `json:"type"`
		Value   string `json:"value"`
		Format  string `json:"format"`
		Purpose string `json:"purpose"`
	}
	target struct {
		Type     string     `json:"type"`
		Source   source     `json:"source"`
		Selector []selector `json:"selector"`
	}
	source struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Format   string `json:"format"`
		Language string `json:"language"`
	}
	selector struct {
		Type       string    `json:"type"`
		ConformsTo string    `json:"conformsTo,omitempty"`
		Value      string    `json:"value,omitempty"`
		Exact      string    `json:"exact,omitempty"`
		Prefix     string    `json:"prefix,omitempty"`
		Suffix     string    `json:"suffix,omitempty"`
		Start      *int      `json:"start,omitempty"`
		End        *int      `json:"end,omitempty"`
		RefinedBy  *selector `json:"refinedBy,omitempty"`
	}
)

// htmlFragments are what a fragment of an HTML page means, see the model's table of fragment selectors.
const htmlFragments = "http://tools.ietf.org/rfc/rfc3236"

// Write is the collection with all its annotations on one page. Of a stretch both is said, its words and its place: either
// selects it within the element.
func Write(c Collection) ([]byte, error) {
	out := collection{Context: "http://www.w3.org/ns/anno.jsonld", ID: c.ID, Type: "AnnotationCollection", Label: c.Label, Total: len(c.Items)}
	if len(c.Items) > 0 {
		out.First = &page{ID: c.ID + "#page-1", Type: "AnnotationPage"}
		out.Last = out.First.ID
		for _, a := range c.Items {
			out.First.Items = append(out.First.Items, a.write())
		}
	}
	return json.MarshalIndent(out, "", "  ")
}

func (a Annotation) write() annotation {
	within := func(refined selector) selector {
		return selector{Type: "FragmentSelector", ConformsTo: htmlFragments, Value: a.Fragment, RefinedBy: &refined}
	}
	out := annotation{ID: a.ID, Type: "Annotation", Motivation: a.Motivation, Created: moment(a.Created), Target: target{
		Type: "SpecificResource", Source: source{a.Page, "Text", "text/html", a.Lang},
		Selector: []selector{
			within(selector{Type: "TextQuoteSelector", Exact: a.Exact, Prefix: a.Prefix, Suffix: a.Suffix}),
			within(selector{Type: "TextPositionSelector", Start: &a.Start, End: &a.End}),
		},
	}}
	if a.Words != "" {
		out.Body = &body{"TextualBody", a.Words, "text/plain", a.Motivation}
	}
	if !a.Modified.IsZero() {
		out.Modified = moment(a.Modified)
	}
	return out
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
