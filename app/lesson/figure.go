package lesson

import (
	"maps"
	"slices"
	"strings"
)

// Figure is a drawing with the words that stand in it. views/figure/<name>.html draws it.
type Figure struct {
	Name   string
	labels map[string][]string // the parts of each line, in one language
}

// Label is a line of the drawing's text that has one part.
func (f *Figure) Label(key string) string { return strings.Join(f.labels[key], " | ") }

// Parts are the parts of a line of the drawing's text, as many as the list of figures says.
func (f *Figure) Parts(key string) []string { return f.labels[key] }

// figures are the drawings that there are, each with the lines that it needs, as an author writes them: the key, and
// where the line has several parts what they are. "caption" says what the drawing shows; "text" says what is to be seen
// in it, also to who cannot see it.
var figures = map[string][]string{
	// The way of a message, in three cases: who can read it at which of the stations, which are the same in all.
	"message-path": {
		"caption", "text", "open", "closed", "checked",
		"stations: sender | way there | service | way on | receiver",
		"transport: case | who reads at the sender | way there | service | way on | receiver",
		"endtoend: case | who reads at the sender | way there | service | way on | receiver",
		"device: case | who reads at the sender | way there | service | way on | receiver",
	},
	// 1,000 pictures as dots: how many alarms are right hangs on three numbers, which can be changed. {n}, {alarms}, {right}
	// and {share} stand for numbers.
	"base-rate": {
		"caption", "text", "sliders", "sought: name | {n} of 1,000", "hit: name | {n}%", "wrong: name | {n}%",
		"columns: sought | others | all", "rows: alarm | no alarm | all", "alarms: {alarms}, {right}, {share}",
	},
	// Who speaks in a statement and around it, from the inside to the outside, and who can do what.
	"actor-map": {
		"caption", "text", "promise", "propose", "decide", "report", "intext", "table", "around", "outside",
		"ministries: who | what they can do", "commissioner: who | what", "interpol: who | what", "chair: who | what",
		"reporters: who | what", "critics: who | what", "parliaments: who | what",
	},
	// A cloned newspaper page with its parts numbered: what is copied and proves nothing, and what gives it away.
	"cloned-page": {
		"caption", "text", "copied", "betrays", "address: scheme | domain | rest", "name", "menu: item | item | item", "headline",
		"others: article | article", "lock: part | what of it", "domain: part | what of it", "logo: part | what of it",
		"layout: part | what of it", "planted: part | what of it", "links: part | what of it",
	},
	// What prebunking brought about, how sure that is, and whether it fades. The numbers' places are in the drawing itself.
	"prebunk-decay": {
		"caption", "text", "estimate", "range", "results", "none", "game", "many", "videos",
		"practised: what | how many", "other: what | how many", "atonce: what | how many", "week: what | how many",
		"later: what | how many", "real: what | how many", "apart: what | how many", "election: what | how many",
	},
	// What happened to two laws, and what was in force when.
	"law-timeline": {
		"caption", "text", "interim", "permanent", "force", "draft",
		"adopted: date | what | who", "proposed: date | what | who", "parliament: date | what | who", "extended: date | what | who",
		"off: date | what | who", "offagain: date | what | who", "council: date | what | who", "second: date | what | who",
		"limits: date | what | who", "no: date | what | who", "expired: date | what | who", "anew: date | what | who",
	},
}

// form divides a needed line into its key and the number of its parts.
func form(need string) (key string, parts int) {
	key, parted, _ := strings.Cut(need, ":")
	return key, strings.Count(parted, "|") + 1
}

// FigureNames are the names of all drawings.
func FigureNames() []string { return slices.Sorted(maps.Keys(figures)) }

// figure reads the texts of a drawing, a line "key: text" each.
func (r *pageReader) figure(raw rawBlock) (Block, bool) {
	needs, known := figures[raw.arg]
	if !known {
		r.fault("there is no figure %q; known: %s", raw.arg, strings.Join(FigureNames(), ", "))
		return Block{}, false
	}
	keys := make([]string, len(needs))
	for i, need := range needs {
		keys[i], _ = form(need)
	}
	written := map[string]string{}
	for line := range strings.SplitSeq(strings.TrimSpace(raw.text), "\n") {
		key, value, _ := strings.Cut(line, ":")
		if !slices.Contains(keys, key) {
			r.fault("figure %s: unknown line %q; known: %s", raw.arg, key, strings.Join(keys, ", "))
			continue
		}
		written[key] = strings.TrimSpace(value)
	}
	f := &Figure{Name: raw.arg, labels: map[string][]string{}}
	for _, need := range needs {
		key, n := form(need)
		f.labels[key] = make([]string, n)
		if parts := partsOf(written[key], n); parts != nil {
			f.labels[key] = parts
		} else if n > 1 {
			r.fault("figure %s: write the line %q, with its %d parts between |", raw.arg, need, n)
		} else {
			r.fault("figure %s: the line %q is missing; write it", raw.arg, key+": …")
		}
	}
	return Block{Figure: f, arg: raw.arg}, true
}

// partsOf is the n parts of a line; nil when there are not so many, or one is empty.
func partsOf(text string, n int) []string {
	parts := []string{text}
	if n > 1 {
		parts = strings.Split(text, "|")
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	if len(parts) != n || slices.Contains(parts, "") {
		return nil
	}
	return parts
}
