package quiz

import (
	"errors"
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

// Sent is a response as it is stored: "FIELD=VALUE FIELD=VALUE", fields sorted, bytes escaped as in a query. It is read
// only where it is asked for: of an attempt that is saved again, most answers are passed on as they are. (The "&" of a
// query would take six bytes in JSON; an escaped field or value holds neither space nor bar.)
type Sent string

// Sent writes the response in its stored form.
func (r Response) Sent() Sent { return Sent(strings.ReplaceAll(url.Values(r).Encode(), "&", " ")) }

// Response reads the stored form; of one that is damaged, what can be read (see Check).
func (s Sent) Response() Response {
	v, _ := url.ParseQuery(strings.ReplaceAll(string(s), " ", "&"))
	return Response(v)
}

// Check says in an error whether the stored form is damaged.
func (s Sent) Check() error {
	if strings.IndexByte(string(s), ';') >= 0 {
		return errors.New("a semicolon is always escaped")
	}
	if strings.IndexByte(string(s), '%') < 0 {
		return nil // nothing that could be escaped wrongly
	}
	_, err := url.QueryUnescape(string(s))
	return err
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
	var first *InputError // by field: the same form gets the same answer
	for field, values := range form {
		if key := refused(values); key != "" && (first == nil || field < first.Field) {
			first = &InputError{Key: key, Field: field}
		}
	}
	if first != nil {
		return nil, first
	}
	return q.Body.Read(form, lang)
}

// refused is the key of what is wrong with a field's values, whatever the question; "" if nothing is.
func refused(values []string) (key string) {
	for _, v := range values {
		switch {
		case len(values) > maxFields || strings.IndexByte(v, 0) >= 0:
			return "answer.invalid"
		case len(v) > maxValue:
			return "answer.long"
		}
	}
	return ""
}
