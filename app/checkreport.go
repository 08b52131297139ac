package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// printReport prints the figures of every lesson and of the module: what a check cannot call right or wrong.
func printReport(w io.Writer, m *lesson.Module) {
	reports := make([]lesson.Report, 0, len(m.Lessons))
	for _, l := range m.Lessons {
		reports = append(reports, lesson.ReportOf(l))
	}
	table(w, "lesson\twords de\ten\tnotes\tsources\tpractice\treserve\ttwins\tkeys longest de\tby chance\ten\tby chance\tkey places\tLIX de\ten\t", func(row func(...any)) {
		for _, r := range reports {
			row(r.Lesson.ID, r.Words["de"], r.Words["en"], r.Annotations, r.Sources, r.Practice, r.Reserve, fmt.Sprintf("%d/%d", r.Twins, r.Graded),
				fmt.Sprintf("%d/%d", r.Longest["de"], r.Choices), fmt.Sprintf("%.1f", r.Chance["de"]), fmt.Sprintf("%d/%d", r.Longest["en"], r.Choices), fmt.Sprintf("%.1f", r.Chance["en"]),
				r.KeyPlaces, mean(r, "de"), mean(r, "en"))
		}
	})
	for _, r := range reports {
		fmt.Fprintf(w, "\n%s\n", r.Lesson.ID)
		fmt.Fprintf(w, "  kinds: %s\n", counts(r.Kinds))
		for _, o := range r.Lesson.Objectives {
			fmt.Fprintf(w, "  objective %s: %s\n", o.ID, counts(r.Depths[o.ID]))
		}
		for _, lang := range quiz.Languages {
			if len(r.Positions[lang]) > 0 {
				fmt.Fprintf(w, "  words of the positions (%s): %v\n", lang, r.Positions[lang])
			}
		}
		for _, lang := range quiz.Languages {
			var parts []string
			for _, s := range r.Sections[lang] {
				parts = append(parts, fmt.Sprintf("%s %.0f", cmp.Or(s.Title, "–"), s.LIX))
			}
			fmt.Fprintf(w, "  LIX (%s): %s\n", lang, strings.Join(parts, ", "))
		}
		if len(r.Unsourced) > 0 {
			fmt.Fprintf(w, "  passages without a source, so reasoning of our own: %s\n", strings.Join(r.Unsourced, ", "))
		}
	}
	total(w, reports)
	unexplained(w, m)
	fmt.Fprintln(w, "\nLIX: words a sentence + percentage of words of more than six letters (Björnsson 1968); under 40 easy, over 50 hard.")
}

func table(w io.Writer, head string, rows func(row func(...any))) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, head)
	rows(func(cells ...any) {
		for _, c := range cells {
			fmt.Fprintf(out, "%v\t", c)
		}
		fmt.Fprintln(out)
	})
	_ = out.Flush() // into what has been checked
}

// mean is the readability of all sections, each by its words.
func mean(r lesson.Report, lang string) string {
	sum, words := 0.0, 0
	for _, s := range r.Sections[lang] {
		sum, words = sum+s.LIX*float64(s.Words), words+s.Words
	}
	return fmt.Sprintf("%.0f", sum/float64(max(words, 1)))
}

func counts(n map[string]int) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(n)) {
		parts = append(parts, fmt.Sprintf("%s %d", cmp.Or(key, "no depth"), n[key]))
	}
	return strings.Join(parts, ", ")
}

// total adds up what only the whole module can show: where keys stand, and how often they are the longest option.
func total(w io.Writer, reports []lesson.Report) {
	var places []int
	longest, choices, chance := map[string]int{}, 0, map[string]float64{}
	for _, r := range reports {
		for i, n := range r.KeyPlaces {
			for len(places) <= i {
				places = append(places, 0)
			}
			places[i] += n
		}
		choices += r.Choices
		for _, lang := range quiz.Languages {
			longest[lang] += r.Longest[lang]
			chance[lang] += r.Chance[lang]
		}
	}
	fmt.Fprintf(w, "\nmodule: %d choices, keys at places %v; longest option de %d (by chance %.1f), en %d (%.1f)\n", choices, places, longest["de"], chance["de"], longest["en"], chance["en"])
}

// unexplained names the terms that annotations explain and the glossary does not.
func unexplained(w io.Writer, m *lesson.Module) {
	known := map[string]bool{}
	for _, t := range m.Glossary {
		for _, form := range t.AllForms("en") {
			known[strings.ToLower(form)] = true
		}
	}
	var missing []string
	for _, l := range m.Lessons {
		for _, a := range l.Annotations {
			if a.Kind != "term" {
				continue
			}
			words := strings.ToLower(strings.Trim(a.Quote["en"], "“”.,"))
			if !slices.ContainsFunc(slices.Collect(maps.Keys(known)), func(form string) bool { return strings.Contains(words, form) }) {
				missing = append(missing, fmt.Sprintf("%s (%s)", a.Quote["en"], l.ID))
			}
		}
	}
	if len(missing) > 0 {
		fmt.Fprintf(w, "\nterms that a note explains and the glossary does not: %s\n", strings.Join(missing, "; "))
	}
}
