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

// Learner is somebody who has started a quiz or joined a class. No name, no address: an id and the hashes of secrets that
// only their browsers hold.
type Learner struct {
	ID         string
	SecretHash string // hex SHA-256 of the secret
	Created    time.Time
	Seen       string   // the day of the last visit, YYYY-MM-DD
	Gone       bool     // deletion has begun: only good for finishing it
	Code       string   // hash of the recovery code, "" for none
	Devices    []Device // further browsers, let in by a recovery code
	Calendar   Calendar // the days in review, as a calendar to subscribe to

	Moved map[string]Move // by class: work that is another learner's now; nil for none
}

// Move says where a learner's work for a class went when its teacher made one of two entries that are one person's. This
// learner's browsers go on as the other one in that class, and in nothing else.
type Move struct {
	To   string // id of the learner who has it
	Seen bool   // somebody here has read of it and goes on as that one
}

// Device is a further browser of a learner.
type Device struct {
	SecretHash string // hex SHA-256 of its secret
	Class      string // it sees only the work of this class, for the code came from the class's teacher; "" for all
	Since      time.Time
}

// DeviceHash names the device that holds the secret.
func DeviceHash(secret string) string { return hashSecret(secret) }

// MostDevices is how many further browsers are let in; one more and the oldest has to enter the code again.
const MostDevices = 10

// NewDevice makes a further browser of a learner and its token; class bounds what it sees, "" for nothing.
func NewDevice(learner, class string, random io.Reader) (d Device, token string, err error) {
	secret, err := newSecret(random)
	return Device{SecretHash: hashSecret(secret), Class: class}, learner + "." + secret, err
}

// Kept is how long a learner's data outlive the last visit.
const Kept = 365 * 24 * time.Hour

// idLetters are the letters of ids, without those that look alike.
const idLetters = "abcdefghjkmnpqrstuvwxyz023456789"

var slugs = base32.NewEncoding(idLetters).WithPadding(base32.NoPadding)

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

// newSecret reads 256 random bits, as text.
func newSecret(random io.Reader) (string, error) {
	var secret [32]byte
	_, err := io.ReadFull(random, secret[:])
	return base64.RawURLEncoding.EncodeToString(secret[:]), err
}

// ParseToken takes a token apart; false when it cannot be one.
func ParseToken(token string) (id, secret string, ok bool) {
	id, secret, ok = strings.Cut(token, ".")
	if !ok || !IsID(id) || len(secret) != 43 {
		return "", "", false
	}
	return id, secret, true
}

// Admits says whether the secret is the learner's; class is the only class that it lets see, "" for everything.
func (l Learner) Admits(secret string) (class string, ok bool) {
	hash := hashSecret(secret)
	if sameHash(hash, l.SecretHash) {
		return "", true
	}
	for _, d := range l.Devices {
		if sameHash(hash, d.SecretHash) {
			return d.Class, true
		}
	}
	return "", false
}

// Owns says whether the secret is the learner's and lets do everything.
func (l Learner) Owns(secret string) bool {
	class, ok := l.Admits(secret)
	return ok && class == ""
}

func sameHash(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// hashSecret is what is kept of a secret.
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
