package annot

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Unit is a piece of a text that notes hang on: a numbered passage, or the prose of a section. A section's paragraphs are
// divided by line ends; nothing else in a unit is a line end.
type Unit struct {
	ID    string // of the passage, or the section's address
	Title string // of a section; "" for a passage
	Text  string
}

// HashText names a version of a unit's text.
func HashText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// Sentences are those of all paragraphs. A line end belongs to the sentence before it, so that together they are the text.
func (u Unit) Sentences() (out []Range) {
	start := 0
	for line := range strings.SplitAfterSeq(u.Text, "\n") {
		for _, s := range Sentences(line) {
			out = append(out, Range{start + s.Start, start + s.End})
		}
		start += len(line)
	}
	return out
}

// Heat is how many readers have marked a sentence, and how many of them found it unclear.
type Heat struct{ Marked, Unclear int }

// Heats counts, for each sentence of a unit, the readers whose marks touch it; marks are those of one reader after the
// other, each with its place in the text as it is now.
func (u Unit) Heats(readers [][]Marked) []Heat {
	sentences := u.Sentences()
	heats := make([]Heat, len(sentences))
	for _, marks := range readers {
		for i, s := range sentences {
			var marked, unclear int
			for _, m := range marks {
				if m.Start < s.End && s.Start < m.End {
					marked = 1
					if m.Kind == Unclear {
						unclear = 1
					}
				}
			}
			heats[i].Marked += marked
			heats[i].Unclear += unclear
		}
	}
	return heats
}

// Marked is a stretch that a reader has marked, and why.
type Marked struct {
	Range
	Kind Kind
}
