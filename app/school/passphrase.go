package school

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// Argon is what a passphrase's hash costs: 64 MiB and three passes, the second choice of RFC 9106. Tests lower it. How
// many run at once is for the caller to bound.
var Argon = argon2id.Params{Memory: 64 << 10, Iterations: 3, Parallelism: 4, SaltLength: 16, KeyLength: 32}

// Lengths of a passphrase in characters.
const (
	MinPassphrase = 10
	MaxPassphrase = 200
)

// PassphraseFault is what is wrong with a passphrase that somebody chooses.
type PassphraseFault string

// The faults of a passphrase. Each is the end of its text's key in the catalogues.
const (
	PassphraseFine    PassphraseFault = ""
	PassphraseShort   PassphraseFault = "short"
	PassphraseLong    PassphraseFault = "long"
	PassphraseName    PassphraseFault = "name"    // it is the user name, or little more than that
	PassphraseObvious PassphraseFault = "obvious" // it would be among the first that are tried
)

// own is how many characters a passphrase has to have besides what everybody would try.
const own = 6

// obvious are words that are tried first.
var obvious = []string{
	"password", "passwort", "passphrase", "eberbach", "qwertz", "qwerty", "asdfgh", "0123456789", "1234567890",
	"123456789", "12345678", "iloveyou", "geheim", "hallo", "letmein", "willkommen", "welcome", "schule", "lehrer", "teacher", "abcdefgh",
}

// CheckPassphrase says what is wrong with a passphrase for the user name.
func CheckPassphrase(passphrase, name string) PassphraseFault {
	text := strings.ToLower(norm.NFKC.String(passphrase))
	switch n := utf8.RuneCountInString(passphrase); {
	case n < MinPassphrase:
		return PassphraseShort
	case n > MaxPassphrase:
		return PassphraseLong
	}
	if adds(text, NameKey(name)) < own {
		return PassphraseName
	}
	for _, o := range obvious {
		if adds(text, o) < own {
			return PassphraseObvious
		}
	}
	if different(text) < 4 {
		return PassphraseObvious
	}
	return PassphraseFine
}

// adds is how many characters a text has besides all copies of another one; all of them where there is no copy.
func adds(text, other string) int {
	if other == "" {
		return utf8.RuneCountInString(text)
	}
	return utf8.RuneCountInString(strings.ReplaceAll(text, other, ""))
}

func different(text string) int {
	met := map[rune]bool{}
	for _, r := range text {
		met[r] = true
	}
	return len(met)
}

// HashPassphrase is what is stored of a passphrase: argon2id with a salt of its own, in the usual text form.
func HashPassphrase(passphrase string) (string, error) {
	return argon2id.CreateHash(norm.NFC.String(passphrase), &Argon)
}

// MatchesPassphrase says whether the passphrase is the one that was hashed. For "", where there is nobody, it takes as
// long and says no.
func MatchesPassphrase(passphrase, hash string) bool {
	nobody := hash == ""
	if nobody {
		hash = nobodysHash()
	}
	ok, err := argon2id.ComparePasswordAndHash(norm.NFC.String(passphrase), hash)
	return ok && err == nil && !nobody
}

// nobodysHash is a hash of nothing that anybody knows.
var nobodysHash = sync.OnceValue(func() string {
	hash, err := HashPassphrase("nobody")
	if err != nil {
		panic(err) // only the system's random numbers can fail
	}
	return hash
})
