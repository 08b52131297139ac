package lesson

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"eberbach/app/quiz"
)

// What a lesson is measured against.
const (
	fewestPositions = 3
	closestLengths  = 0.75 // shortest position / longest
	enoughToLean    = 5    // choice questions below which a lean is chance
	mostLean        = 0.6  // share of keys that may be the longest or the first
)

func (r *lessonReader) check() {
	r.checkIDs()
	r.checkNotice()
	r.checkObjectives()
	r.checkMisconceptions()
	r.checkSettings()
	r.checkPools()
	r.checkReserve()
	r.checkAnnotations()
	r.checkParity()
	r.checkPositions()
	r.checkLean()
	r.checkText()
	r.checkDates()
}

func (r *lessonReader) checkIDs() {
	unique := func(doc *document, what string, ids []string, at func(i int) int) {
		seen := map[string]bool{}
		for i, id := range ids {
			if seen[id] {
				r.faults.add(doc.file, at(i), "there are two %s %q; give each its own id", what, id)
			}
			seen[id] = true
		}
	}
	unique(r.doc, "objectives", ids(r.l.Objectives, func(o Objective) string { return o.ID }), func(i int) int { return r.at("objectives", i) })
	unique(r.quizDoc, "questions", ids(r.l.Questions, func(q *quiz.Question) string { return q.ID }), func(i int) int { return line(r.quizAt[i]) })
	unique(r.annotDoc, "annotations", ids(r.l.Annotations, func(a Annotation) string { return a.ID }), func(i int) int { return line(r.annotAt[i]) })
}

func ids[T any](list []T, id func(T) string) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = id(v)
	}
	return out
}

func (r *lessonReader) at(key string, i int) int {
	return lineAt(r.doc.root, fmt.Sprintf("%s[%d]", key, i))
}

// checkNotice: both sections are there, and both quizzes ask for every objective.
func (r *lessonReader) checkNotice() {
	parts := r.l.Parts()
	for i, q := range r.l.Questions {
		if q.Section != "" && !slices.Contains(parts, q.Section) {
			r.faults.add(r.quizDoc.file, lineAt(r.quizAt[i], "section"), "question %q belongs to section %q, which the notice in lesson.yaml does not offer; mend it or take it away", q.ID, q.Section)
		}
	}
	if r.l.Notice == nil {
		return
	}
	for _, part := range parts {
		for _, lang := range quiz.Languages {
			if page := r.pages[lang]; page != nil && page.page.Title(part) == "" {
				r.faults.add(r.doc.file, lineAt(r.doc.root, "notice"), "the notice names section %q, which lesson.%s.md does not have; write ## Title {#%s}", part, lang, part)
			}
		}
		for i, o := range r.l.Objectives {
			asked := func(q *quiz.Question) bool { return q.Objective == o.ID && q.Scored() }
			if slices.ContainsFunc(r.l.Questions, asked) && !slices.ContainsFunc(r.l.asked(part, false), asked) {
				r.faults.add(r.doc.file, r.at("objectives", i), "the quiz of section %q never asks for objective %q; both quizzes ask for all of them", part, o.ID)
			}
		}
	}
}

func (r *lessonReader) checkObjectives() {
	asked := map[string]int{}
	for i, q := range r.l.Questions {
		if !q.Reserve && q.Scored() {
			asked[q.Objective]++
		}
		if !slices.ContainsFunc(r.l.Objectives, func(o Objective) bool { return o.ID == q.Objective }) {
			r.faults.add(r.quizDoc.file, lineAt(r.quizAt[i], "objective"), "question %q: the lesson has no objective %q; mend the id or add it to lesson.yaml", q.ID, q.Objective)
		}
	}
	for i, o := range r.l.Objectives {
		if asked[o.ID] == 0 {
			r.faults.add(r.doc.file, r.at("objectives", i), "no graded question outside the reserve asks for objective %q; write one or take it away", o.ID)
		}
	}
}

func (r *lessonReader) checkMisconceptions() {
	for i, q := range r.l.Questions {
		for _, m := range q.Body.Misconceptions() {
			if !slices.ContainsFunc(r.l.Misconceptions, func(k Misconception) bool { return k.ID == m }) {
				r.faults.add(r.quizDoc.file, line(r.quizAt[i]), "question %q: there is no misconception %q; add it to the list at the top or mend the id", q.ID, m)
			}
		}
	}
}

func (r *lessonReader) checkAnnotations() {
	for i, a := range r.l.Annotations {
		node := r.annotAt[i]
		if !slices.Contains(AnnotationKinds, a.Kind) {
			r.faults.add(r.annotDoc.file, lineAt(node, "kind"), "unknown kind of annotation %q; known: %s", a.Kind, strings.Join(AnnotationKinds, ", "))
		}
		if r.passages[a.Passage] == nil {
			r.faults.add(r.annotDoc.file, lineAt(node, "passage"), "annotation %q hangs on passage %s, which this lesson does not show; add :::passage %s or mend the id", a.ID, a.Passage, a.Passage)
		}
	}
}

// checkParity compares the languages of the lesson's text.
func (r *lessonReader) checkParity() {
	r.sameParts(r.l.Pages, func(lang string) string { return r.pages[lang].file })
}

// sameParts sees that a text has the same sections and blocks in the same order in every language.
func (r *reader) sameParts(pages map[string]*Page, file func(lang string) string) {
	first := pages[quiz.Languages[0]]
	for _, lang := range quiz.Languages[1:] {
		other := pages[lang]
		if first == nil || other == nil {
			continue // named where the files are read
		}
		if a, b := outline(first), outline(other); !slices.Equal(a, b) {
			i := 0
			for i < len(a) && i < len(b) && a[i] == b[i] {
				i++
			}
			r.faults.add(file(lang), 1, "the languages part at part %d: %s has %s, %s has %s; give both the same sections and blocks in the same order",
				i+1, quiz.Languages[0], part(a, i), lang, part(b, i))
		}
	}
}

func outline(p *Page) []string {
	var out []string
	for _, s := range p.Sections {
		if s.ID != "" {
			out = append(out, "section #"+s.ID)
		}
	}
	for _, b := range p.Blocks {
		if b.Kind == "prose" {
			continue
		}
		out = append(out, strings.TrimSpace(":::"+b.Kind+" "+b.arg))
		for _, pos := range b.Positions {
			out = append(out, "position "+pos.ID)
		}
	}
	return out
}

func part(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

func (r *lessonReader) checkPositions() {
	for _, lang := range quiz.Languages {
		page := r.pages[lang]
		if page == nil {
			continue
		}
		var all []Position
		at := 1
		for _, b := range page.page.Blocks {
			if b.Kind == "perspectives" {
				all, at = append(all, b.Positions...), b.line
			}
		}
		if r.l.Controversial && len(all) < fewestPositions {
			r.faults.add(page.file, at, "the lesson is controversial but shows %d positions; show at least %d", len(all), fewestPositions)
		}
		for _, p := range all {
			if longest := slices.MaxFunc(all, func(a, b Position) int { return a.words - b.words }); float64(p.words) < closestLengths*float64(longest.words) {
				r.faults.add(page.file, p.line, "position %q has %d words, %q has %d; bring them within a quarter of each other", p.ID, p.words, longest.ID, longest.words)
			}
		}
	}
}

// checkLean looks for keys that can be guessed from outside: always the first written, always the longest.
func (r *lessonReader) checkLean() {
	choices, first, longest := 0, 0, map[string]int{}
	for _, q := range r.l.Questions {
		c, ok := q.Body.(*quiz.Choice)
		if !ok {
			continue
		}
		choices++
		key := slices.IndexFunc(c.Options, func(o quiz.Option) bool { return o.Right })
		if key == 0 {
			first++
		}
		for _, lang := range quiz.Languages {
			if key >= 0 && isLongest(c.Options, key, lang) {
				longest[lang]++
			}
		}
	}
	if choices < enoughToLean {
		return
	}
	if share := float64(first) / float64(choices); share > mostLean {
		r.faults.add(r.quizDoc.file, 1, "the right option is the first in %d of %d choices; spread it", first, choices)
	}
	for _, lang := range quiz.Languages {
		if share := float64(longest[lang]) / float64(choices); share > mostLean {
			r.faults.add(r.quizDoc.file, 1, "the right option is the longest in %d of %d choices (%s); bring the lengths together", longest[lang], choices, lang)
		}
	}
}

func isLongest(options []quiz.Option, key int, lang string) bool {
	n := utf8.RuneCountInString(options[key].Text[lang])
	for i, o := range options {
		if i != key && utf8.RuneCountInString(o.Text[lang]) >= n {
			return false
		}
	}
	return true
}

func (r *lessonReader) checkDates() {
	if r.l.AsOf != "" && !regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`).MatchString(r.l.AsOf) {
		r.faults.add(r.doc.file, lineAt(r.doc.root, "as_of"), "as_of must be a month such as 2026-07")
	}
	if r.l.ValidUntil == "" {
		return
	}
	at := lineAt(r.doc.root, "valid_until")
	until, err := time.Parse(time.DateOnly, r.l.ValidUntil)
	switch {
	case err != nil:
		r.faults.add(r.doc.file, at, "valid_until must be a date such as 2027-01-31")
	case r.now.After(until.AddDate(0, 0, 1)):
		r.faults.warn(r.doc.file, at, "the facts were to be looked at again by %s; check them and move the date", r.l.ValidUntil)
	}
}

// checkLinks looks up where links inside the module lead.
func (r *reader) checkLinks(l *Lesson) {
	for _, lang := range quiz.Languages {
		for file, page := range map[string]*Page{"lesson.": l.Pages[lang], "teacher.": l.Teacher[lang]} {
			if page == nil {
				continue
			}
			for _, k := range page.links {
				if !r.leadsSomewhere(k.target, l, page) {
					r.faults.add(join(l.ID, file+lang+".md"), k.line, "the link %s leads nowhere; mend it", k.target)
				}
			}
		}
	}
}

func (r *reader) leadsSomewhere(target string, l *Lesson, page *Page) bool {
	if strings.HasPrefix(target, "https://") {
		return true
	}
	if fragment, ok := strings.CutPrefix(target, "#"); ok {
		return slices.Contains(page.addresses(), fragment) || slices.ContainsFunc(l.Annotations, func(a Annotation) bool { return "note-"+a.ID == fragment })
	}
	if passage, ok := strings.CutPrefix(target, "/declaration"); ok {
		return passage == "" || r.declared[strings.TrimPrefix(passage, "#")] != nil
	}
	id, ok := strings.CutPrefix(target, "/lessons/")
	return ok && r.m.Lesson(id) != nil
}

// addresses are the fragments that the page's own blocks can be reached by.
func (p *Page) addresses() []string {
	var out []string
	for _, s := range p.Sections {
		out = append(out, s.ID)
	}
	for _, b := range p.Blocks {
		if b.Passage != nil {
			out = append(out, b.Passage.ID)
			for _, s := range b.Passage.Sentences {
				out = append(out, s.ID)
			}
		}
	}
	for _, s := range p.Cited {
		out = append(out, "source-"+s.ID)
	}
	return out
}
