package quiz

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Short asks for a few words. Its Answers are tried in the author's order and the first that matches counts, with its
// fraction; nothing else earns anything.
type Short struct {
	Answers   []ShortAnswer `json:"answers"`
	Otherwise Text          `json:"otherwise"`      // the why for every other text
	Case      bool          `json:"case,omitempty"` // capitals matter
}

// ShortAnswer is a text that is right, right in part, or typically wrong. In its pattern "*" stands for any run of
// characters and "\*" for a star.
type ShortAnswer struct {
	Text          Text       `json:"text"`
	Fraction      *float64   `json:"fraction,omitempty"` // nil: 1
	Why           Text       `json:"why"`
	Misconception string     `json:"misconception,omitempty"`
	Evidence      []Evidence `json:"evidence,omitempty"`
}

// Fields of a Short's form and response. The language is stored because the pattern of the language in which the answer
// was typed decides, and the page's language may be switched later. No id has an underscore.
const (
	shortField = "answer"
	langField  = "_lang"
)

const longestShort = 120 // characters: a few words

func (a *ShortAnswer) earns() float64 {
	if a.Fraction != nil {
		return *a.Fraction
	}
	return 1
}

// Kind implements Body.
func (*Short) Kind() string { return "short" }

// Writes implements Written.
func (*Short) Writes() bool { return true }

// Check implements Body.
func (s *Short) Check() []Fault { return checkShort(s.Answers, s.Case, "answers") }

// checkShort names what is wrong with a list of answers to be typed.
func checkShort(answers []ShortAnswer, exact bool, list string) (faults []Fault) {
	add := func(path, text string, args ...any) { faults = append(faults, Fault{path, fmt.Sprintf(text, args...)}) }
	for i := range answers {
		a, at := &answers[i], fmt.Sprintf("%s[%d]", list, i)
		switch f := a.earns(); {
		case f < 0 || f > 1:
			add(at+".fraction", "a fraction is from 0 to 1, not %v", f)
		case f == 0 && a.Misconception == "":
			add(at, "a typical wrong answer names the misconception that leads to it")
		case f == 1 && a.Misconception != "":
			add(at+".misconception", "a right answer cannot stand for a misconception; take one of the two away")
		}
		for _, lang := range Languages {
			for j := range i {
				if matches(answers[j].Text[lang], literal(a.Text[lang]), exact) {
					add(at+".text", "in %q the answer %q is never reached: answer %d, %q, comes first and matches it", lang, a.Text[lang], j+1, answers[j].Text[lang])
				}
			}
		}
	}
	shown := shownAnswer(answers)
	if shown == nil {
		add(list, "no answer earns everything; write the right one, without a fraction")
		return faults
	}
	for _, lang := range Languages {
		if hasWildcard(shown.Text[lang]) || fold(literal(shown.Text[lang]), exact) == "" {
			add(list, "%q is the first answer that earns everything and is shown as the solution: in %q write it out, without *", shown.Text[lang], lang)
		}
	}
	return faults
}

// shownAnswer is the answer that is shown as the right one: the first that earns everything.
func shownAnswer(answers []ShortAnswer) *ShortAnswer {
	for i := range answers {
		if answers[i].earns() == 1 {
			return &answers[i]
		}
	}
	return nil
}

// Read implements Body.
func (s *Short) Read(form Response, lang string) (Response, error) {
	typed, err := readShort(form[shortField], shortField)
	if err != nil {
		return nil, err
	}
	if typed == "" {
		return nil, &InputError{Key: "answer.text_missing", Field: shortField}
	}
	return Response{shortField: {typed}, langField: {lang}}, nil
}

// readShort takes one short text: trimmed, in NFC, inner spaces folded; "" when nothing was typed.
func readShort(values []string, field string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 || !utf8.ValidString(values[0]) {
		return "", &InputError{Key: "answer.invalid", Field: field}
	}
	typed := strings.Join(strings.Fields(norm.NFC.String(values[0])), " ")
	if utf8.RuneCountInString(typed) > longestShort {
		return "", &InputError{Key: "answer.text_long", Field: field}
	}
	return typed, nil
}

// Grade implements Body.
func (s *Short) Grade(r Response) float64 {
	if a := matchShort(s.Answers, r.One(shortField), r.One(langField), s.Case); a != nil {
		return a.earns()
	}
	return 0
}

// matchShort is the first answer whose pattern in the language matches what was typed, or nil.
func matchShort(answers []ShortAnswer, typed, lang string, exact bool) *ShortAnswer {
	if typed == "" {
		return nil
	}
	for i := range answers {
		if pattern := answers[i].Text[lang]; pattern != "" && matches(pattern, typed, exact) {
			return &answers[i]
		}
	}
	return nil
}

// Guess implements Guessed: nobody hits a word by chance.
func (*Short) Guess() (float64, bool) { return 0, true }

// Items implements Body: one input.
func (s *Short) Items(v View) []Item {
	it := Item{Form: FormInput, Field: shortField, Value: v.Response.One(shortField)}
	if v.Reveal {
		revealShort(&it, s.Answers, s.Otherwise, v, s.Case)
	}
	return []Item{it}
}

// revealShort says what a typed text was worth, and what is right.
func revealShort(it *Item, answers []ShortAnswer, otherwise Text, v View, exact bool) {
	it.Why, it.Solution = otherwise[v.Lang], literal(shownAnswer(answers).Text[v.Lang])
	if a := matchShort(answers, it.Value, v.Response.One(langField), exact); a != nil {
		it.Right, it.Why, it.Evidence = a.earns() == 1, a.Why[v.Lang], a.Evidence
		it.Part = !it.Right && a.earns() > 0
	}
}

// Places implements Body.
func (s *Short) Places(visit func(string, []Evidence)) { shortPlaces(s.Answers, "answers", visit) }

func shortPlaces(answers []ShortAnswer, list string, visit func(string, []Evidence)) {
	for i := range answers {
		visit(fmt.Sprintf("%s[%d].evidence", list, i), answers[i].Evidence)
	}
}

// Misconceptions implements Body.
func (s *Short) Misconceptions() []string { return shortMisconceptions(s.Answers) }

func shortMisconceptions(answers []ShortAnswer) (list []string) {
	for _, a := range answers {
		list = appendNamed(list, a.Misconception)
	}
	return list
}

// fold brings a text to the form in which texts are compared: NFC, one space between words, and without capitals
// unless they matter.
func fold(s string, exact bool) string {
	s = strings.Join(strings.Fields(norm.NFC.String(s)), " ")
	if exact {
		return s
	}
	return norm.NFC.String(cases.Fold().String(s))
}

// star stands for a wildcard once the pattern's "\*" have become plain stars. It is no character of any text.
const star = "\x00"

var wildcards = strings.NewReplacer(`\*`, "*", "*", star)

// wild is the pattern with star for each wildcard.
func wild(pattern string) string { return wildcards.Replace(pattern) }

func hasWildcard(pattern string) bool { return strings.Contains(wild(pattern), star) }

// literal is a pattern as people would write it.
func literal(pattern string) string { return strings.ReplaceAll(wild(pattern), star, "…") }

// matches says whether the whole text fits the pattern. The parts between wildcards are looked for from left to right,
// each at its first place, so that no pattern takes longer than pattern x text.
func matches(pattern, text string, exact bool) bool {
	text = fold(text, exact)
	parts := strings.Split(wild(pattern), star)
	for i := range parts {
		parts[i] = foldPart(parts[i], exact)
	}
	if len(parts) == 1 {
		return strings.TrimSpace(parts[0]) == text
	}
	first, last := strings.TrimLeft(parts[0], " "), strings.TrimRight(parts[len(parts)-1], " ")
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}

// foldPart folds a stretch of a pattern but keeps a space at its ends: "a *" wants a space after the a.
func foldPart(s string, exact bool) string {
	out := fold(s, exact)
	if out == "" {
		return strings.Repeat(" ", bool2int(s != ""))
	}
	if strings.TrimLeftFunc(s, unicode.IsSpace) != s {
		out = " " + out
	}
	if strings.TrimRightFunc(s, unicode.IsSpace) != s {
		out += " "
	}
	return out
}
