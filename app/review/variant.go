package review

import (
	"crypto/sha256"
	"encoding/binary"
)

// Variant chooses the wording to show: never the last one where there is another. The same seed chooses the same, so a
// page that is loaded again shows what it showed; a seed of learner, question and Reps changes with every answer. The
// question's own wording is best called "", which is what a card has that was never reviewed. Without variants it is "".
func Variant(last string, variants []string, seed string) string {
	others := make([]string, 0, len(variants))
	for _, v := range variants {
		if v != last {
			others = append(others, v)
		}
	}
	if len(others) == 0 {
		others = variants
	}
	if len(others) == 0 {
		return ""
	}
	sum := sha256.Sum256([]byte(seed))
	return others[binary.BigEndian.Uint64(sum[:])%uint64(len(others))]
}
