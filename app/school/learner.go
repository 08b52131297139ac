// Package school holds who learns and what they have done: learners, their attempts, and where they stand.
package school

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"time"
)

// Learner is somebody who has started a quiz. No name, no address: an id and the hash of a secret that only their
// browser holds.
type Learner struct {
	ID         string
	SecretHash string // hex SHA-256 of the secret
	Created    time.Time
	Seen       string // the day of the last visit, YYYY-MM-DD
	Gone       bool   // deletion has begun: only good for finishing it
}

// Kept is how long a learner's data outlive the last visit.
const Kept = 365 * 24 * time.Hour

const slugLetters = "abcdefghjkmnpqrstuvwxyz023456789"

var slugs = base32.NewEncoding(slugLetters).WithPadding(base32.NoPadding)

// NewID reads an id of 80 random bits: 16 characters that stand in a path and in a key as they are.
func NewID(random io.Reader) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	return slugs.EncodeToString(b[:]), nil
}

// NewLearner makes a learner and the token for their browser, "id.secret" with 256 random bits of secret.
func NewLearner(random io.Reader, now time.Time) (l Learner, token string, err error) {
	l = Learner{Created: now.Truncate(time.Second).UTC(), Seen: Day(now)}
	if l.ID, err = NewID(random); err != nil {
		return Learner{}, "", err
	}
	secret, err := newSecret(random)
	if err != nil {
		return Learner{}, "", err
	}
	l.SecretHash = hashSecret(secret)
	return l, l.ID + "." + secret, nil
}

// ParseToken takes a token apart; false when it cannot be one.
func ParseToken(token string) (id, secret string, ok bool) {
	id, secret, ok = strings.Cut(token, ".")
	if !ok || !IsID(id) || len(secret) != 43 {
		return "", "", false
	}
	return id, secret, true
}

// IsID says whether a text can be an id that NewID made.
func IsID(s string) bool { return len(s) == 16 && strings.Trim(s, slugLetters) == "" }

// Owns says whether the secret is the learner's.
func (l Learner) Owns(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(l.SecretHash)) == 1
}

// newSecret is 256 random bits as text.
func newSecret(random io.Reader) (string, error) {
	var secret [32]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(secret[:]), nil
}

func hashSecret(secret string) string {
	// The secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Tag tells a learner from others in pages and in what a browser keeps, without being their id.
func Tag(id string) string {
	sum := sha256.Sum256([]byte("eberbach tag " + id))
	return slugs.EncodeToString(sum[:5])
}

// Day is the day of a visit in UTC.
func Day(now time.Time) string { return now.UTC().Format(time.DateOnly) }
