package lesson

import (
	"html"
	"html/template"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"eberbach/app/annot"
	"eberbach/app/quiz"
)

// Report is the figures of a lesson, for its author and its readers.
type Report struct {
	Lesson      *Lesson
	Words       map[string]int // by language: the lesson's own, and of two sections to choose from the longer one
	Annotations int
	Sources     int
	Unsourced   []string // own passages that name no source: reasoning, or a fact that lacks one
	Kinds       map[string]int
	Practice    int // questions that Practice asks, in all parts
	Reserve     int
	Twins       int // of the graded questions
	Graded      int
	Depths      map[string]map[string]int // by objective: graded questions by depth, "" where none is said
	KeyPlaces   []int                     // choices by the place of their key as it is written, from 0
	Longest     map[string]int            // by language: choices whose key is the longest option
	Choices     int
	Chance      map[string]float64           // by language: how many keys would be the longest by chance
	Positions   map[string][]int             // by language: words of each position
	Sections    map[string][]SectionReadable // by language
}

// SectionReadable is how hard a section is to read.
type SectionReadable struct {
	Title string
	Words int
	LIX   float64
}

// ReportOf works out the figures of a lesson.
func ReportOf(l *Lesson) Report {
	r := Report{
		Lesson: l, Words: map[string]int{}, Annotations: len(l.Annotations), Kinds: map[string]int{}, Twins: len(l.Twins),
		Depths: map[string]map[string]int{}, Longest: map[string]int{}, Chance: map[string]float64{}, Positions: map[string][]int{}, Sections: map[string][]SectionReadable{},
	}
	for _, lang := range quiz.Languages {
		p := l.Pages[lang]
		r.Sources = len(p.Cited)
		left := 0 // out: the shorter of two sections to choose from
		for _, s := range p.Sections {
			text := plainText(s)
			n := len(strings.Fields(text))
			own := n - len(strings.Fields(declaredText(s)))
			r.Words[lang] += own
			if n > 0 {
				r.Sections[lang] = append(r.Sections[lang], SectionReadable{s.Title, n, LIX(text)})
			}
			if l.Notice != nil && slices.Contains(l.Parts(), s.ID) && (left == 0 || own < left) {
				left = own
			}
		}
		r.Words[lang] -= left
		for _, b := range p.Blocks {
			for _, position := range b.Positions {
				r.Positions[lang] = append(r.Positions[lang], position.words)
			}
			if lang == quiz.Languages[0] && b.Passage != nil && len(b.Passage.Cites) == 0 {
				r.Unsourced = append(r.Unsourced, b.Passage.ID)
			}
		}
	}
	for _, q := range l.Questions {
		r.Kinds[q.Body.Kind()]++
		if q.Reserve {
			r.Reserve++
		} else {
			r.Practice++
		}
		if !q.Scored() {
			continue
		}
		r.Graded++
		if r.Depths[q.Objective] == nil {
			r.Depths[q.Objective] = map[string]int{}
		}
		r.Depths[q.Objective][q.Depth]++
		r.choice(q)
	}
	return r
}

func (r *Report) choice(q *quiz.Question) {
	c, ok := q.Body.(*quiz.Choice)
	if !ok {
		return
	}
	key := slices.IndexFunc(c.Options, func(o quiz.Option) bool { return o.Right })
	r.Choices++
	for len(r.KeyPlaces) <= key {
		r.KeyPlaces = append(r.KeyPlaces, 0)
	}
	r.KeyPlaces[key]++
	for _, lang := range quiz.Languages {
		for i := range c.Options {
			if !isLongest(c.Options, i, lang) {
				continue
			}
			r.Chance[lang] += 1 / float64(len(c.Options)) // where two are equally long, none can be the longest
			if i == key {
				r.Longest[lang]++
			}
		}
	}
}

var tags = regexp.MustCompile(`<sup class="cite">.*?</sup>|<[^>]*>`)

// plainText is the words of a section as they are read: prose, passages, positions and prompts.
func plainText(s *Section) string {
	var b strings.Builder
	add := func(h template.HTML) {
		// A block's end is a sentence's end, also where there is no stop: in headings, tables and lists.
		text := strings.NewReplacer("</p>", ".</p> ", "</li>", ".</li> ", "</td>", ". ", "</th>", ". ", "</h2>", ". ").Replace(string(h))
		b.WriteString(html.UnescapeString(tags.ReplaceAllString(text, " ")))
		b.WriteByte('\n')
	}
	for _, block := range s.Blocks {
		add(block.HTML)
		for _, p := range block.Positions {
			add(p.HTML)
		}
		if block.Passage != nil {
			b.WriteString(block.Passage.Text + "\n")
		}
	}
	return strings.ReplaceAll(b.String(), "..", ".")
}

// declaredText is the passages of a section that are not the lesson's own: the declaration's, which many lessons show.
func declaredText(s *Section) string {
	var b strings.Builder
	for _, block := range s.Blocks {
		if block.Passage != nil && strings.HasPrefix(block.Passage.ID, "E") {
			b.WriteString(block.Passage.Text + "\n")
		}
	}
	return b.String()
}

// longWord is the number of letters from which on LIX calls a word long.
const longWord = 7

// LIX is the readability index of Björnsson (1968): words a sentence plus the percentage of words of more than six
// letters. Under 40 is easy, over 50 hard; German runs some ten higher than English. 0 for no words.
func LIX(text string) float64 {
	words := strings.Fields(text)
	if len(words) == 0 {
		return 0
	}
	long := 0
	for _, w := range words {
		if utf8.RuneCountInString(strings.Trim(w, ".,;:!?()„“”‚‘’\"")) >= longWord {
			long++
		}
	}
	sentences := 0
	for line := range strings.Lines(text) {
		for _, s := range annot.Sentences(line) {
			if strings.ContainsAny(line[s.Start:s.End], "abcdefghijklmnopqrstuvwxyzäöü") {
				sentences++
			}
		}
	}
	return math.Round(10*(float64(len(words))/float64(max(sentences, 1))+100*float64(long)/float64(len(words)))) / 10
}
