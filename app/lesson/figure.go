package lesson

import (
	"maps"
	"slices"
	"strings"
)

// Figure is a drawing with the words that stand in it. views/figure/<name>.html draws it.
type Figure struct {
	Name   string
	Labels map[string]string // by key, in one language
}

// Label is one of the drawing's texts.
func (f *Figure) Label(key string) string { return f.Labels[key] }

// figures are the drawings that there are, each with the texts that it needs. "caption" says what it shows; "text" says
// the same to who cannot see it.
var figures = map[string][]string{
	// Who can read a message at which station: with transport encryption, end to end, and with a check on the device.
	"message-path": {"caption", "text", "phone", "way", "service", "other", "transport", "endtoend", "device", "open", "closed", "checked"},
}

// figure reads the texts of a drawing, a line "key: text" each.
func (r *pageReader) figure(raw rawBlock) (Block, bool) {
	needs, known := figures[raw.arg]
	if !known {
		r.fault("there is no figure %q; known: %s", raw.arg, strings.Join(slices.Sorted(maps.Keys(figures)), ", "))
		return Block{}, false
	}
	f := &Figure{Name: raw.arg, Labels: map[string]string{}}
	for line := range strings.SplitSeq(strings.TrimSpace(raw.text), "\n") {
		key, value, _ := strings.Cut(line, ":")
		if !slices.Contains(needs, key) {
			r.fault("figure %s: unknown line %q; known: %s", raw.arg, key, strings.Join(needs, ", "))
			continue
		}
		f.Labels[key] = strings.TrimSpace(value)
	}
	for _, key := range needs {
		if f.Labels[key] == "" {
			r.fault("figure %s: the line %q is missing; write it", raw.arg, key+": …")
		}
	}
	return Block{Figure: f, arg: raw.arg}, true
}
