package quiz

import "strconv"

// Pick is one thing that can be chosen or typed as an answer, or as a part of one.
type Pick struct {
	Field  string `json:"field"` // of the form; a prompt, a gap or a thing to be ordered has one of its own
	Value  string `json:"value"` // as it is sent; of what is typed, the form in which equal answers are equal
	Typed  bool   `json:"typed,omitempty"`
	Prompt Text   `json:"prompt,omitempty"` // what it answers, where a question has several prompts; nil for gaps, whose text is around them
	Text   Text   `json:"text,omitempty"`   // its words; what was typed, as it was typed
	Key    string `json:"-"`                // of the text in the catalogues, where the words are the program's own and not an author's
	Right  bool   `json:"right"`            // belongs to the answer
	Part   bool   `json:"part,omitempty"`   // is not right but earns a part of the mark
}

// Same says whether two picks are the same answer: what they are worth may differ by version and language.
func (p Pick) Same(o Pick) bool {
	return p.Field == o.Field && p.Value == o.Value && p.Typed == o.Typed && p.Right == o.Right && p.Part == o.Part
}

// Picks is all that can be chosen, whether it is right or not. What is to be typed has no end and is left out, and so
// are opinions and own words.
func (q *Question) Picks() (list []Pick) {
	for _, it := range q.Items(View{Lang: Languages[0], Reveal: true}) {
		switch it.Form {
		case FormOption, FormMark:
			list = append(list, Pick{Field: it.Field, Value: it.Value, Key: it.Key, Right: it.Right, Part: it.Part})
		case FormSelect, FormRadios, FormRank:
			for _, c := range it.Choices {
				list = append(list, q.answers(it, c))
			}
		}
	}
	for _, lang := range Languages {
		q.word(list, lang)
	}
	return list
}

// answers is the choice as an answer to the prompt.
func (q *Question) answers(prompt, choice Item) Pick {
	p := Pick{Field: prompt.Field, Value: choice.Value}
	if prompt.Form == FormRank { // a rank by itself is right when it is the thing's own
		p.Right = choice.Value == prompt.Solution
		return p
	}
	given := Response{prompt.Field: {choice.Value}}
	for _, it := range q.Items(View{Lang: Languages[0], Response: given, Reveal: true}) {
		if it.Field == prompt.Field {
			p.Right, p.Part = it.Right, it.Part
		}
	}
	return p
}

// word gives the picks their words in a language.
func (q *Question) word(list []Pick, lang string) {
	set := func(field, value, prompt, text string) {
		for i := range list {
			p := &list[i]
			if p.Field != field || p.Value != value {
				continue
			}
			if p.Text == nil && text != "" {
				p.Text = Text{}
			}
			if p.Prompt == nil && prompt != "" {
				p.Prompt = Text{}
			}
			if text != "" {
				p.Text[lang] = text
			}
			if prompt != "" {
				p.Prompt[lang] = prompt
			}
		}
	}
	for _, it := range q.Items(View{Lang: lang}) {
		if it.Form == FormOption || it.Form == FormMark {
			set(it.Field, it.Value, "", it.Text)
		}
		for _, c := range it.Choices {
			set(it.Field, c.Value, it.Text, c.Text)
		}
	}
}

// Picked is what a response chose and typed, in words where it was typed: see Picks for the words of the rest. A value
// that the question does not have is left out.
func (q *Question) Picked(r Response) (list []Pick) {
	for _, it := range q.Items(View{Lang: Languages[0], Response: r, Reveal: true}) {
		switch it.Form {
		case FormOption, FormMark:
			if it.Chosen {
				list = append(list, Pick{Field: it.Field, Value: it.Value, Right: it.Right, Part: it.Part})
			}
		case FormSelect, FormRadios, FormRank:
			for _, c := range it.Choices {
				if c.Chosen {
					list = append(list, q.answers(it, c))
				}
			}
		case FormInput:
			if it.Value != "" {
				list = append(list, q.typed(it, r))
			}
		}
	}
	return list
}

// typed is what was typed into an input. Numbers are equal when their values are, words when nothing but spaces and
// capitals differ.
func (q *Question) typed(it Item, r Response) Pick {
	p := Pick{Field: it.Field, Value: fold(it.Value, false), Typed: true, Right: it.Right, Part: it.Part, Text: Text{}}
	value, err := strconv.ParseFloat(r.One(valueField), 64)
	_, number := q.Body.(*Number)
	for _, lang := range Languages {
		p.Text[lang] = it.Value
		if number && err == nil {
			p.Value, p.Text[lang] = r.One(valueField), FormatNumber(value, lang)
		}
	}
	return p
}

// Why is what is said, in a language, to whoever gave the answer, and where it is proven or refuted if other than the
// question's evidence.
func (q *Question) Why(p Pick, lang string) (why string, evidence []Evidence) {
	given := Response{p.Field: {p.Value}}
	if p.Typed {
		given = Response{p.Field: {p.Text[lang]}, valueField: {p.Value}}
	}
	for _, it := range q.Items(View{Lang: lang, Response: given, Reveal: true}) {
		option := it.Form == FormOption || it.Form == FormMark
		if it.Field == p.Field && (!option || it.Value == p.Value) {
			return it.Why, it.Evidence
		}
	}
	return "", nil
}
