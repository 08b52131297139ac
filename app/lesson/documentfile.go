package lesson

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// widest is where a line of text is broken, its indentation included.
const widest = 100

// writeDocument is a document as an author would write it.
func writeDocument(d *Document) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Brought in by import-text, which writes this file anew when it brings a later version.\n")
	fmt.Fprintf(&b, "# The texts in other languages are yours: write them beside the one that is there.\n")
	fmt.Fprintf(&b, "letter: %s\nlang: %s\nsource: %s\n", quoted(d.Letter), d.Lang, quoted(d.Source))
	if len(d.Gone) > 0 {
		fmt.Fprintf(&b, "gone: [%s]\n", strings.Join(d.Gone, ", "))
	}
	b.WriteString("groups:\n")
	for _, g := range d.Groups {
		fmt.Fprintf(&b, "  - id: %s\n", quoted(g.ID))
		writeTexts(&b, "    ", "title", g.Title)
		if len(g.Passages) > 0 {
			b.WriteString("    passages:\n")
		}
		for _, p := range g.Passages {
			fmt.Fprintf(&b, "      - id: %s\n", p.ID)
			if len(p.Changed) > 0 {
				fmt.Fprintf(&b, "        changed: [%s]\n", strings.Join(p.Changed, ", "))
			}
			writeTexts(&b, "        ", "text", p.Text)
		}
	}
	return b.Bytes()
}

func writeTexts(b *bytes.Buffer, indent, key string, texts Partial) {
	if len(texts) == 0 {
		return
	}
	fmt.Fprintf(b, "%s%s:\n", indent, key)
	for _, lang := range slices.Sorted(maps.Keys(texts)) {
		fmt.Fprintf(b, "%s  %s: >-\n", indent, lang)
		writeFolded(b, indent+"    ", texts[lang])
	}
}

// writeFolded breaks a text between its words; the folded style makes one line of it again.
func writeFolded(b *bytes.Buffer, indent, text string) {
	column := 0
	for _, word := range strings.Split(text, " ") {
		width := utf8.RuneCountInString(word)
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+width > widest:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	b.WriteByte('\n')
}

// quoted is a text between double quotes, as YAML reads it.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// writeSource is a source's entry, to be put behind the list that there is; what is not known is left out.
func writeSource(s Source, before []byte) []byte {
	var b bytes.Buffer
	if len(before) > 0 && before[len(before)-1] != '\n' {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\n- id: %s\n", quoted(s.ID))
	for _, k := range []struct{ key, value string }{
		{"title", s.Title}, {"publisher", s.Publisher}, {"date", s.Date}, {"url", s.URL}, {"lang", s.Lang},
	} {
		if k.value != "" {
			fmt.Fprintf(&b, "  %s: %s\n", k.key, quoted(k.value))
		}
	}
	return b.Bytes()
}
