package school

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"io"
)

// NewSeed reads 256 random bits for a form that makes something secret, a learner or a code. All that the form makes is
// drawn from them, see Drawn: sent twice, or again because its answer was lost, it makes the same and can show it once
// more, though the secret itself is stored nowhere.
func NewSeed(random io.Reader) (string, error) { return newSecret(random) }

// IsSeed says whether a form's field can be a seed that NewSeed has made.
func IsSeed(s string) bool {
	b, err := base64.RawURLEncoding.DecodeString(s)
	return err == nil && len(b) == sha256.Size
}

// Drawn is randomness that a seed gives for one purpose, always the same: 1 kB of it.
func Drawn(seed, purpose string) (io.Reader, error) {
	b, err := hkdf.Key(sha256.New, []byte(seed), nil, "eberbach "+purpose, 1024)
	return bytes.NewReader(b), err
}
