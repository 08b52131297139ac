package lesson

import (
	"html"
	"regexp"
	"slices"
	"strings"

	"eberbach/app/quiz"
)

const (
	mostQuoted  = 12  // words of a quotation
	shortest    = 0.7 // length of one language / length of the other
	enoughWords = 200 // words from which on lengths are compared: below, a sentence more is much
)

// confidences are the grades of a source: firm, fair, weak. What is only remembered has no source, and is not printed.
var confidences = []string{"H", "M", "L"}

// inMarks is what stands in quotation marks, by language.
var inMarks = map[string]*regexp.Regexp{"de": regexp.MustCompile(`„([^“]*)“`), "en": regexp.MustCompile(`“([^”]*)”`)}

// checkText looks at what the text says rather than how it is built.
func (r *lessonReader) checkText() {
	words := map[string]int{}
	for _, lang := range quiz.Languages {
		page := r.pages[lang]
		if page == nil {
			return // named where the files are read
		}
		for _, b := range page.page.Blocks {
			r.checkQuotations(page.file, b.line, lang, html.UnescapeString(tags.ReplaceAllString(string(b.HTML), "")))
			if b.Passage != nil && r.homeOf(b.Passage.ID) == "" {
				r.checkQuotations(page.file, b.line, lang, b.Passage.Text)
			}
			for _, p := range b.Positions {
				r.checkQuotations(page.file, p.line, lang, html.UnescapeString(tags.ReplaceAllString(string(p.HTML), "")))
			}
		}
		for i, a := range r.l.Annotations {
			r.checkQuotations(r.annotDoc.file, lineAt(r.annotAt[i], "text"), lang, a.Text[lang])
		}
		for _, s := range page.page.Sections {
			words[lang] += len(strings.Fields(plainText(s)))
		}
	}
	de, en := words["de"], words["en"]
	if share := float64(min(de, en)) / float64(max(de, en, 1)); share < shortest && max(de, en) >= enoughWords {
		r.faults.add(r.doc.file, 1, "the German text has %d words, the English one %d; two originals with the same content are within 0.7 to 1.4 of each other", de, en)
	}
}

// checkQuotations sees that nothing is quoted at length.
func (r *lessonReader) checkQuotations(file string, at int, lang, text string) {
	for _, m := range inMarks[lang].FindAllStringSubmatch(text, -1) {
		if n := len(strings.Fields(m[1])); n > mostQuoted {
			r.faults.add(file, at, "a quotation has %d words (%s …); quote at most %d and say the rest in your own words", n, strings.Join(strings.Fields(m[1])[:4], " "), mostQuoted)
		}
	}
}

// checkSource sees that a source can be trusted as far as it says, and found again.
func (r *reader) checkSource(file string, at int, s *Source) {
	if s.Confidence != "" && !slices.Contains(confidences, s.Confidence) {
		r.faults.add(file, at, "source %q: confidence is %s, not %q; what is only remembered is not printed", s.ID, strings.Join(confidences, ", "), s.Confidence)
	}
	for _, d := range []struct{ key, value string }{{"date", s.Date}, {"seen", s.Seen}} {
		if d.value != "" && !sourceDate.MatchString(d.value) {
			r.faults.add(file, at, "source %q: %s is a year, a month or a day, such as 2022, 2022-11 or 2022-11-18", s.ID, d.key)
		}
	}
}

var sourceDate = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)
