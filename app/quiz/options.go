package quiz

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
)

// Option is one thing to choose.
type Option struct {
	ID            string     `json:"id"`
	Text          Text       `json:"text"`
	Right         bool       `json:"right,omitempty"`
	Fraction      *float64   `json:"fraction,omitempty"` // what it earns; nil: 1 when right, else 0
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"` // what a wrong option stands for
	Evidence      []Evidence `json:"evidence,omitempty"`      // where the question's own does not fit
	Pinned        bool       `json:"pinned,omitempty"`        // stays at the end
}

// optionField is the form field of Choice and Choices.
const optionField = "option"

// earns is the option's fraction.
func (o *Option) earns() float64 {
	if o.Fraction != nil {
		return *o.Fraction
	}
	return float64(bool2int(o.Right))
}

func (o *Option) item(v View, chosen bool) Item {
	it := Item{Form: FormOption, Field: optionField, Value: o.ID, Text: o.Text[v.Lang], Chosen: chosen}
	if v.Reveal {
		it.Right, it.Why, it.Evidence = o.Right, o.Why[v.Lang], o.Evidence
		it.Part = !o.Right && o.earns() > 0
	}
	return it
}

func optionItems(options []Option, v View) []Item {
	var items []Item
	for _, o := range inOrder(options, v, func(o *Option) (string, bool) { return o.ID, o.Pinned }) {
		items = append(items, o.item(v, v.Response.Has(optionField, o.ID)))
	}
	return items
}

func optionPlaces(options []Option, visit func(string, []Evidence)) {
	for i := range options {
		visit(fmt.Sprintf("options[%d].evidence", i), options[i].Evidence)
	}
}

func optionMisconceptions(options []Option) (list []string) {
	for _, o := range options {
		list = appendNamed(list, o.Misconception)
	}
	return list
}

// appendNamed appends an id that is there.
func appendNamed(list []string, id string) []string {
	if id == "" {
		return list
	}
	return append(list, id)
}

// readOptions takes the chosen ids, each once, in the options' own order.
func readOptions(options []Option, form Response) (Response, error) {
	var chosen []string
	for _, o := range options {
		if form.Has(optionField, o.ID) {
			chosen = append(chosen, o.ID)
		}
	}
	for _, v := range form[optionField] {
		if !slices.Contains(chosen, v) {
			return nil, &InputError{Key: "answer.invalid", Field: optionField}
		}
	}
	if len(chosen) == 0 {
		return nil, &InputError{Key: "answer.choose", Field: optionField}
	}
	return Response{optionField: chosen}, nil
}

// readOne takes the one chosen option; known says which there are.
func readOne(form Response, known func(id string) bool) (Response, error) {
	given := form[optionField]
	switch {
	case len(given) == 0 || len(given) == 1 && given[0] == "":
		return nil, &InputError{Key: "answer.choose", Field: optionField}
	case len(given) > 1:
		return nil, &InputError{Key: "answer.choose_one", Field: optionField}
	case !known(given[0]):
		return nil, &InputError{Key: "answer.invalid", Field: optionField}
	}
	return Response{optionField: {given[0]}}, nil
}

// checkOptions names what every kind with options needs: ids, texts, reasons, misconceptions behind wrong options.
func checkOptions(options []Option) []Fault {
	var faults []Fault
	seen := map[string]bool{}
	for i, o := range options {
		at := func(field, text string, args ...any) {
			faults = append(faults, Fault{fmt.Sprintf("options[%d]%s", i, field), fmt.Sprintf(text, args...)})
		}
		if seen[o.ID] {
			at(".id", "two options are called %q; give each its own id", o.ID)
		}
		seen[o.ID] = true
		if !o.Right && o.Misconception == "" {
			at("", "wrong option %q names no misconception; say which one it stands for", o.ID)
		}
		if o.Right && o.Misconception != "" {
			at(".misconception", "option %q is right and cannot stand for a misconception; take one of the two away", o.ID)
		}
	}
	if len(options) < 2 {
		faults = append(faults, Fault{"options", "it needs at least two options"})
	}
	return faults
}

func rightOptions(options []Option) (n int) {
	for _, o := range options {
		if o.Right {
			n++
		}
	}
	return n
}

// inOrder sorts by SHA-256 of seed, question and id, pinned ones last: the same order in both languages and on every
// visit, and one that stays stable when an option is added.
func inOrder[T any](list []T, v View, key func(*T) (id string, pinned bool)) []*T {
	type ranked struct {
		item   *T
		pinned bool
		rank   [32]byte
	}
	all := make([]ranked, len(list))
	for i := range list {
		id, pinned := key(&list[i])
		all[i] = ranked{&list[i], pinned, sha256.Sum256([]byte(v.Seed + "\x00" + v.Question + "\x00" + id))}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		if a.pinned || b.pinned {
			return bool2int(a.pinned) - bool2int(b.pinned)
		}
		return bytes.Compare(a.rank[:], b.rank[:])
	})
	out := make([]*T, len(all))
	for i, r := range all {
		out[i] = r.item
	}
	return out
}

func bool2int(b bool) int {
	if b {
		return 1
	}
	return 0
}
