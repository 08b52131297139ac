package quiz

import (
	"encoding/json"
	"fmt"
	"maps"
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

// Reworded is the question in its twin's words. It works on the question's stored form, in which every kind names the
// parts that are shown by an id and keeps their words in "text", so it asks nothing of the kinds. The error names an id
// that the question does not have, or what the kind finds wrong with the result.
func (q *Question) Reworded(t Twin) (*Question, error) {
	data, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, err
	}
	tree["stem"] = t.Stem
	left := maps.Clone(t.Texts)
	body, _ := tree["body"].(map[string]any)
	reword(body, left)
	rewordPlaces(body, left)
	if len(t.Text) > 0 {
		if body["text"] == nil {
			return nil, fmt.Errorf("a %s has no text of its own to reword", q.Body.Kind())
		}
		body["text"] = t.Text
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("it has nothing called %q", slices.Sorted(maps.Keys(left))[0])
	}
	if data, err = json.Marshal(tree); err != nil {
		return nil, err
	}
	out := new(Question)
	if err := json.Unmarshal(data, out); err != nil {
		return nil, err
	}
	if faults := out.Body.Check(); len(faults) > 0 {
		return nil, fmt.Errorf("%s: %s", faults[0].Path, faults[0].Text)
	}
	return out, nil
}

// reword gives every part with an id the text that is there for it, and takes that out of the list.
func reword(node any, texts map[string]Text) {
	switch node := node.(type) {
	case map[string]any:
		if id, ok := node["id"].(string); ok && node["text"] != nil && texts[id] != nil {
			node["text"] = texts[id]
			delete(texts, id)
		}
		for _, child := range node {
			reword(child, texts)
		}
	case []any:
		for _, child := range node {
			reword(child, texts)
		}
	}
}

// rewordPlaces gives marked places in a running text other words.
func rewordPlaces(body map[string]any, texts map[string]Text) {
	running, ok := body["text"].(map[string]any)
	if !ok {
		return
	}
	used := map[string]bool{}
	for lang, text := range running {
		text, _ := text.(string)
		running[lang] = place.ReplaceAllStringFunc(text, func(found string) string {
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
