package quiz

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
)

// Twin is a question in other words, to be asked when it is reviewed: who knows the wording by heart has to think again.
// Key, ids and reasons stay the question's own.
type Twin struct {
	Question string          `json:"question"` // its id
	Stem     Text            `json:"stem"`
	Text     Text            `json:"text,omitempty"`  // of kinds with gaps or marks in a text: the text
	Texts    map[string]Text `json:"texts,omitempty"` // by id of option, item, statement, prompt or answer; others keep theirs
}

// place is a gap or a mark in a text, "[[id]]" or "[[id|words]]".
var place = regexp.MustCompile(`\[\[([a-z0-9-]+)\|([^\]]*)\]\]`)

// Reworded is the question in its twin's words. Every kind names the parts that are shown by an ID and keeps their words in
// Text, so it asks nothing of the kinds. The error names an id that the question does not have, or what the kind finds wrong
// with the result.
func (q *Question) Reworded(t Twin) (*Question, error) {
	out := *q
	out.Stem = t.Stem
	body := reflect.New(reflect.TypeOf(q.Body).Elem())
	left := maps.Clone(t.Texts)
	body.Elem().Set(reworded(reflect.ValueOf(q.Body).Elem(), left))
	out.Body = body.Interface().(Body)
	running, _ := wordsIn(body.Elem())
	if running != nil {
		*running = rewordPlaces(*running, left)
	}
	if len(t.Text) > 0 {
		if running == nil {
			return nil, fmt.Errorf("a %s has no text of its own to reword", q.Body.Kind())
		}
		*running = t.Text
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("it has nothing called %q", slices.Sorted(maps.Keys(left))[0])
	}
	if faults := out.Body.Check(); len(faults) > 0 {
		return nil, fmt.Errorf("%s: %s", faults[0].Path, faults[0].Text)
	}
	return &out, nil
}

// reworded is a copy of a part of a body, in which everything with an ID has the Text that is there for it. What is used is
// taken out of the list.
func reworded(v reflect.Value, texts map[string]Text) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			out.Index(i).Set(reworded(v.Index(i), texts))
		}
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			out.Field(i).Set(reworded(v.Field(i), texts))
		}
		if text, id := wordsIn(out); text != nil && texts[id] != nil {
			*text = texts[id]
			delete(texts, id)
		}
		return out
	}
	return v
}

// wordsIn is the Text of a struct, nil where it has none, and its ID.
func wordsIn(v reflect.Value) (text *Text, id string) {
	if field := v.FieldByName("Text"); field.IsValid() {
		text, _ = field.Addr().Interface().(*Text)
	}
	if field := v.FieldByName("ID"); field.IsValid() {
		id, _ = field.Interface().(string)
	}
	return text, id
}

// rewordPlaces is a running text with other words at its marked places.
func rewordPlaces(running Text, texts map[string]Text) Text {
	out, used := Text{}, map[string]bool{}
	for lang, text := range running {
		out[lang] = place.ReplaceAllStringFunc(text, func(found string) string {
			id := place.FindStringSubmatch(found)[1]
			if texts[id] == nil {
				return found
			}
			used[id] = true
			return "[[" + id + "|" + texts[id][lang] + "]]"
		})
	}
	for id := range used {
		delete(texts, id)
	}
	return out
}

// Turned is a text that the twin uses for something else than the question does, so that what is right in one is wrong in
// the other; "" when there is none. Who learns by heart would learn a mistake.
func (q *Question) Turned(twin *Question) string {
	for _, lang := range Languages {
		was := q.keyByText(lang)
		is := twin.keyByText(lang)
		for _, text := range slices.Sorted(maps.Keys(is)) {
			if key, used := was[text]; used && key != is[text] {
				return text
			}
		}
	}
	return ""
}

// keyByText says by the words that are shown what is right: of options whether they are, of prompts the answer. What marked
// words mean depends on the text around them.
func (q *Question) keyByText(lang string) map[string]string {
	keys := map[string]string{}
	for _, it := range q.Items(View{Lang: lang, Reveal: true}) {
		switch it.Form {
		case FormOption:
			keys[it.Text] = fmt.Sprint(it.Right, it.Part)
		case FormSelect, FormRadios:
			for _, choice := range it.Choices {
				if choice.Text == it.Solution {
					keys[it.Text] = choice.Value
				}
			}
		}
	}
	delete(keys, "") // a gap is named by its number
	return keys
}
