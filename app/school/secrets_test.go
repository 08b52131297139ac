package school

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// bitsOf measures how many random bits a secret is made of: those that, turned over one by one, give another one each time.
func bitsOf(t *testing.T, drawn func(io.Reader) (string, error)) int {
	t.Helper()
	source := someRandom()
	seen := map[string]bool{must(t)(drawn(bytes.NewReader(source))): true}
	for bit := range len(source) * 8 {
		source[bit/8] ^= 1 << (bit % 8)
		seen[must(t)(drawn(bytes.NewReader(source)))] = true
		source[bit/8] ^= 1 << (bit % 8)
	}
	return len(seen) - 1
}

// someRandom is enough randomness for any of them, always the same.
func someRandom() []byte {
	source, r := make([]byte, 512), rand.New(rand.NewPCG(1, 2))
	for i := range source {
		source[i] = byte(r.Uint32())
	}
	return source
}

func must(t *testing.T) func(string, error) string {
	return func(s string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// TestSecrets: whoever has nothing but time guesses none of what opens something.
func TestSecrets(t *testing.T) {
	const seed = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for name, row := range map[string]struct {
		least int
		make  func(io.Reader) (string, error)
	}{
		"id":                        {80, NewID},
		"recovery code, invitation": {80, NewCode},
		"seed of a form":            {256, NewSeed},
		"learner's cookie":          {256, func(r io.Reader) (string, error) { _, token, err := NewLearner(r, now); return secretIn(token), err }},
		"further browser's cookie": {256, func(r io.Reader) (string, error) {
			_, token, err := NewDevice("aaaaaaaaaaaaaaaa", "", r)
			return secretIn(token), err
		}},
		"teacher's cookie": {256, func(r io.Reader) (string, error) {
			_, token, err := NewSession("aaaaaaaaaaaaaaaa", "", r, now)
			return secretIn(token), err
		}},
		"link for another teacher": {256, func(r io.Reader) (string, error) {
			token, _, err := NewStaffInvite("aaaaaaaaaaaaaaaa", r)
			return secretIn(token), err
		}},
		"link for another passphrase": {256, func(r io.Reader) (string, error) {
			token, _, err := NewReset("aaaaaaaaaaaaaaaa", r)
			return secretIn(token), err
		}},
	} {
		if got := bitsOf(t, row.make); got < row.least {
			t.Errorf("%s: %d random bits, want %d", name, got, row.least)
		}
	}
	codes, _, err := NewRecovery(bytes.NewReader(someRandom()))
	if err != nil || len(codes) != Recovery || len(setOf(codes)) != Recovery {
		t.Errorf("recovery codes %v: %v", codes, err)
	}
	// What a seed gives is as long as what chance gives, and another seed gives another.
	_, token, err := NewCalendar(seed, "x")
	_, other, err2 := NewCalendar(seed, "y")
	letters := len(setOf(strings.Split(idLetters, "")))
	if bits := float64(len(token)) * math.Log2(float64(letters)); err != nil || err2 != nil || bits < 160 || token == other {
		t.Errorf("an address of a calendar has %.0f bits: %v, %v", bits, err, err2)
	}
}

// secretIn is the part of a token that nobody else knows.
func secretIn(token string) string { _, secret, _ := strings.Cut(token, "."); return secret }

func setOf(list []string) map[string]bool {
	set := map[string]bool{}
	for _, s := range list {
		set[s] = true
	}
	return set
}

// TestJoinCodeOdds: there are at least 60 million codes of classes, and chance makes each as often as any other. They are short
// because pupils type them, so what protects a class is how often one may guess.
func TestJoinCodeOdds(t *testing.T) {
	letters := setOf(strings.Split(joinLetters, ""))
	if codes := math.Pow(float64(len(letters)), joinLength); codes < 60e6 || len(letters) != len(joinLetters) {
		t.Errorf("there are %.0f codes of %d letters", codes, len(letters))
	}
	count := map[string]int{}
	for b := range 256 { // a byte that is not taken is followed by one that is
		code, err := NewJoinCode(bytes.NewReader(append([]byte{byte(b)}, make([]byte, joinLength)...)))
		if err != nil {
			t.Fatal(err)
		}
		first, err := NewJoinCode(io.MultiReader(bytes.NewReader(bytes.Repeat([]byte{byte(b)}, joinLength)), bytes.NewReader(make([]byte, joinLength))))
		if err != nil {
			t.Fatal(err)
		}
		if 256/len(joinLetters)*len(joinLetters) > b {
			count[code[:1]]++
			if first != strings.Repeat(code[:1], joinLength) {
				t.Errorf("byte %d makes %s", b, first)
			}
		}
	}
	if len(count) != len(joinLetters) || len(numbersOf(count)) != 1 {
		t.Errorf("some letters are likelier than others: %v", count)
	}
}

// numbersOf are the different numbers in it.
func numbersOf(count map[string]int) map[int]bool {
	set := map[int]bool{}
	for _, n := range count {
		set[n] = true
	}
	return set
}
