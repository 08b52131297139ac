package quiz

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Response is a learner's answer: the values of each field. A submitted form has the same shape, so that what was
// typed can be shown again as it was.
type Response map[string][]string

// Limits of one submitted answer. No honest form comes near them.
const (
	maxFields = 64
	maxValue  = 8000 // bytes: a page of own words in any script
)

// Encode writes the response in its compact stored form, fields sorted.
func (r Response) Encode() string { return url.Values(r).Encode() }

// DecodeResponse reads what Encode wrote.
func DecodeResponse(s string) (Response, error) {
	v, err := url.ParseQuery(s)
	return Response(v), err
}

// One is the only value of a field, or "" when there is none or more than one.
func (r Response) One(field string) string {
	if v := r[field]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// Has says whether the field holds the value.
func (r Response) Has(field, value string) bool { return slices.Contains(r[field], value) }

// InputError is an answer that cannot be taken as it is. Key is the message's key in the catalogues.
type InputError struct {
	Key   string
	Field string // the field to mend, "" when it is the whole form
}

func (e *InputError) Error() string { return "quiz: answer not taken: " + e.Key }

// Read takes a question's answer out of a submitted form, or says in an *InputError what to mend.
func Read(q *Question, form Response, lang string) (Response, error) {
	if len(form) > maxFields {
		return nil, &InputError{Key: "answer.invalid"}
	}
	for _, field := range slices.Sorted(maps.Keys(form)) {
		values := form[field]
		for _, v := range values {
			switch {
			case len(values) > maxFields || strings.ContainsRune(v, 0):
				return nil, &InputError{Key: "answer.invalid", Field: field}
			case len(v) > maxValue:
				return nil, &InputError{Key: "answer.long", Field: field}
			}
		}
	}
	return q.Body.Read(form, lang)
}
