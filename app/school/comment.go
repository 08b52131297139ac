package school

import (
	"strings"
	"unicode"
)

// Comment is what a teacher says to a pupil about one attempt for the class. The pupil and the class's teachers see it,
// and nobody else. Who of the teachers wrote it is not kept.
type Comment struct {
	Text string `json:"t"`
	At   int64  `json:"a"` // written or changed last, Unix seconds
}

// MostComment is the most characters in a comment.
const MostComment = 2000

// CleanComment is a comment as it is kept: lines end in "\n", nothing is around it, and no controls are in it.
func CleanComment(typed string) string {
	text := strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(strings.ToValidUTF8(typed, "")))
	return strings.TrimSpace(text)
}
