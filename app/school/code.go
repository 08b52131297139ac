package school

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NewCode makes a code that stands for its owner when a passphrase or a browser is lost: 80 random bits as 16 letters
// and digits, as it is shown: "ABCD-EFGH-JKMN-PQRS". No two of its characters look alike.
func NewCode(random io.Reader) (string, error) {
	id, err := NewID(random)
	if err != nil {
		return "", err
	}
	var groups []string
	for i := 0; i < len(id); i += 4 {
		groups = append(groups, id[i:i+4])
	}
	return strings.ToUpper(strings.Join(groups, "-")), nil
}

// HashCode is what is stored of a code, however it was typed: hex SHA-256. 80 random bits cannot be guessed, so a fast
// hash is enough.
func HashCode(typed string) string {
	sum := sha256.Sum256([]byte("eberbach code " + plainCode(typed)))
	return hex.EncodeToString(sum[:])
}

// IsCode says whether what was typed can be a code that NewCode has made.
func IsCode(typed string) bool { return IsID(plainCode(typed)) }

// plainCode is a typed code in small letters, without spaces and dashes, and with the digit where its look-alike was
// typed, which no code has.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		default:
			return -1
		}
		if r == 'o' {
			return '0'
		}
		return r
	}, norm.NFKC.String(typed))
}

// joinLetters are the letters of a class's code: no vowels, so that it spells no word, and no letter that looks like
// another one or like a digit.
const joinLetters = "BCDFGHJKMNPQRSTVWXYZ"

// joinLength is the number of letters of a class's code: 64 million codes.
const joinLength = 6

// NewJoinCode makes the code that pupils type to join a class: 6 capital letters.
func NewJoinCode(random io.Reader) (string, error) {
	code := make([]byte, 0, joinLength)
	for len(code) < joinLength {
		var b [1]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", err
		}
		if n := len(joinLetters); int(b[0]) < 256/n*n { // the rest would make some letters likelier
			code = append(code, joinLetters[int(b[0])%n])
		}
	}
	return string(code), nil
}

// ParseJoinCode is a typed code of a class as NewJoinCode makes it; false when it cannot be one.
func ParseJoinCode(typed string) (string, bool) {
	code := strings.ToUpper(plainCode(typed))
	if len(code) != joinLength || strings.Trim(code, joinLetters) != "" {
		return "", false
	}
	return code, true
}
