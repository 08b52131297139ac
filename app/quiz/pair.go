package quiz

import (
	"fmt"
	"slices"
)

// pair is a prompt with the answer that fits it: what Match and Classify have in common.
type pair struct{ prompt, answer string }

// pairWords are the names of both sides in a kind's form: the list's and a single one's.
type pairWords struct{ prompts, prompt, answers, answer string }

// checkPairs names what is wrong with prompts and the answers they can have.
func checkPairs(pairs []pair, answers []string, words pairWords) (faults []Fault) {
	add := func(path, text string, args ...any) { faults = append(faults, Fault{path, fmt.Sprintf(text, args...)}) }
	for i, id := range answers {
		if slices.Contains(answers[:i], id) {
			add(fmt.Sprintf("%s[%d].id", words.answers, i), "two %s are called %q; give each its own id", words.answers, id)
		}
	}
	for i, p := range pairs {
		at := fmt.Sprintf("%s[%d]", words.prompts, i)
		if slices.ContainsFunc(pairs[:i], func(other pair) bool { return other.prompt == p.prompt }) {
			add(at+".id", "two %s are called %q; give each its own id", words.prompts, p.prompt)
		}
		if !slices.Contains(answers, p.answer) {
			add(at+"."+words.answer, "there is no %s %q; name one of the %s", words.answer, p.answer, words.answers)
		}
		if p.prompt == p.answer { // ids stand in the page, and equal ids stand at the same place of both lists
			add(at+".id", "%s %q is called like its %s, so the page would tell it; call one of them otherwise", words.prompt, p.prompt, words.answer)
		}
	}
	if len(pairs) < 2 || len(answers) < 2 {
		add("", "it needs at least two %s and two %s", words.prompts, words.answers)
	}
	return faults
}

// readPairs takes the answer to each prompt. Blanks are allowed as long as one prompt is answered.
func readPairs(pairs []pair, answers []string, form Response) (Response, error) {
	out := Response{}
	for _, p := range pairs {
		v := form[p.prompt]
		if len(v) == 0 || len(v) == 1 && v[0] == "" {
			continue
		}
		if len(v) > 1 || !slices.Contains(answers, v[0]) {
			return nil, &InputError{Key: "answer.invalid", Field: p.prompt}
		}
		out[p.prompt] = []string{v[0]}
	}
	if len(out) == 0 {
		return nil, &InputError{Key: "answer.match"}
	}
	return out, nil
}

// pairParts grades each prompt: 1 when its own answer was given, else 0.
func pairParts(pairs []pair, r Response) []Part {
	parts := make([]Part, len(pairs))
	for i, p := range pairs {
		parts[i] = Part{1, float64(bool2int(r.One(p.prompt) == p.answer))}
	}
	return parts
}
