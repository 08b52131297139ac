package school

import (
	"cmp"
	"crypto/subtle"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Teacher is somebody with a user name and a passphrase. There is no e-mail address and no real name.
type Teacher struct {
	ID       string
	Name     string // as it was typed at the sign-up
	PassHash string // see HashPassphrase
	Created  time.Time
	Lang     string // of the pages when the account was made
	Seen     string // the day of the last visit, YYYY-MM-DD
	Codes    int    // recovery codes that are left
	Gone     bool   // deletion has begun: only good for finishing it
}

// TeacherKept is how long an account outlives the last visit.
const TeacherKept = 2 * 365 * 24 * time.Hour

// Lengths of a user name in characters.
const (
	MinName = 3
	MaxName = 40
)

// ParseName is a user name without what surrounds it; false when it is none: 3 to 40 letters of the Latin alphabet,
// digits, dots, underscores and dashes, with a letter or digit first.
func ParseName(typed string) (string, bool) {
	name := norm.NFC.String(strings.TrimSpace(typed))
	if n := utf8.RuneCountInString(name); n < MinName || n > MaxName {
		return name, false
	}
	for i, r := range name {
		letter := unicode.Is(unicode.Latin, r) && unicode.IsLetter(r) || r >= '0' && r <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("._-", r)) {
			return name, false
		}
	}
	return name, true
}

// NameKey is what two spellings of one user name have in common.
func NameKey(name string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(name)))
}

// Recovery is how many recovery codes a teacher has.
const Recovery = 6

// NewRecovery makes recovery codes as they are shown, and what is stored of them.
func NewRecovery(random io.Reader) (codes, hashes []string, err error) {
	for range Recovery {
		code, err := NewCode(random)
		if err != nil {
			return nil, nil, err
		}
		codes, hashes = append(codes, code), append(hashes, HashCode(code))
	}
	return codes, hashes, nil
}

// Session is a browser in which a teacher is signed in.
type Session struct {
	ID         string // made from the secret, so that the token alone leads to it
	SecretHash string // hex SHA-256 of the secret
	Created    time.Time
	Seen       string // the day it was last used, YYYY-MM-DD
	Device     string // such as "Firefox, Windows"; "" when it is not known
}

// Sessions of a teacher.
const (
	SessionKept = 30 * 24 * time.Hour // after the last use
	MaxSessions = 20                  // the one that was not used for longest ends when there is one more
)

// NewSession makes a session and the token for its browser, "id.secret" with the teacher's id and 256 random bits.
func NewSession(teacher, device string, random io.Reader, now time.Time) (s Session, token string, err error) {
	secret, err := newSecret(random)
	if err != nil {
		return Session{}, "", err
	}
	s = Session{ID: SessionID(secret), SecretHash: hashSecret(secret), Created: now.Truncate(time.Second).UTC(), Seen: Day(now), Device: device}
	return s, teacher + "." + secret, nil
}

// SessionID is the id of the session with the secret.
func SessionID(secret string) string { return Tag("session " + secret) }

// Owns says whether the secret is the session's and the session has not ended.
func (s Session) Owns(secret string, now time.Time) bool {
	return subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(s.SecretHash)) == 1 && !s.Ended(now)
}

// Ended says whether the session was not used for too long.
func (s Session) Ended(now time.Time) bool { return s.Seen < SessionsSince(now) }

// SessionsSince is the day before which a session must not have been used last, to go on now.
func SessionsSince(now time.Time) string { return Day(now.Add(-SessionKept)) }

// SortSessions puts the one that was used last first.
func SortSessions(list []Session) {
	slices.SortFunc(list, func(a, b Session) int {
		return cmp.Or(strings.Compare(b.Seen, a.Seen), b.Created.Compare(a.Created), strings.Compare(a.ID, b.ID))
	})
}

// ResetKept is how long the link works with which somebody who has lost everything chooses a new passphrase.
const ResetKept = 24 * time.Hour

// NewReset makes the token of such a link, "id.secret" with the teacher's id, and what is stored of it.
func NewReset(teacher string, random io.Reader) (token, hash string, err error) {
	secret, err := newSecret(random)
	return teacher + "." + secret, hashSecret(secret), err
}

// ResetHash is what is stored of a reset link's secret.
func ResetHash(secret string) string { return hashSecret(secret) }

// InviteKept is how long somebody who is invited can sign up.
const InviteKept = 14 * 24 * time.Hour

// DeviceOf names the browser and system in a User-Agent as far as they are known: "Firefox, Windows". It is only there
// for telling one's own sessions apart.
func DeviceOf(userAgent string) string {
	return strings.Trim(firstOf(userAgent, browsers)+", "+firstOf(userAgent, systems), ", ")
}

// Marks in a User-Agent and what they stand for. The first that is found counts: most browsers name others, too.
var (
	browsers = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

func firstOf(text string, marks [][2]string) string {
	for _, m := range marks {
		if strings.Contains(text, m[0]) {
			return m[1]
		}
	}
	return ""
}
