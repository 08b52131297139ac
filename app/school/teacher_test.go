package school

import (
	"bytes"
	"crypto/rand"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMain makes hashes cheap, but not so cheap that TestNobodyTakesAsLong could not see them.
func TestMain(m *testing.M) {
	Argon.Memory, Argon.Iterations, Argon.Parallelism = 4<<10, 4, 1
	os.Exit(m.Run())
}

func TestParseName(t *testing.T) {
	for typed, want := range map[string]string{
		"Frau.Müller": "Frau.Müller", "  a_b-3 ": "a_b-3", "abc": "abc", "7er": "7er", strings.Repeat("ä", 40): strings.Repeat("ä", 40),
		"Mu\u0308ller": "Müller",
		"":             "", "ab": "", "a b c": "", ".abc": "", "-abc": "", "a/b/c": "", "{abc}": "", "abc\x00": "", "мария": "", "a@b.example": "", "名前です": "",
		strings.Repeat("a", 41): "", "ab\ncd": "", "<b>abc": "",
	} {
		got, ok := ParseName(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", typed, got, ok, want)
		}
	}
	for _, same := range [][2]string{{"Frau.Müller", "frau.MÜLLER"}, {"Mu\u0308ller", "müller"}, {" abc", "ABC "}} {
		if NameKey(same[0]) != NameKey(same[1]) {
			t.Errorf("%q and %q are two names", same[0], same[1])
		}
	}
}

func TestCheckPassphrase(t *testing.T) {
	for passphrase, want := range map[string]PassphraseFault{
		"":                               PassphraseShort,
		"neun Zeic":                      PassphraseShort,
		"äöüäöüäöü":                      PassphraseShort,
		"korrekt pferd":                  PassphraseFine,
		"zehn.Zeich":                     PassphraseFine,
		strings.Repeat("vier ä ", 28):    PassphraseFine,
		strings.Repeat("lang! ", 34):     PassphraseLong,
		"frau.mueller":                   PassphraseName,
		"Frau.Mueller1":                  PassphraseName,
		"frau.muellerfrau.mueller":       PassphraseName,
		"frau.mueller mag Rhabarber":     PassphraseFine,
		"Password123":                    PassphraseObvious,
		"passwortpasswort":               PassphraseObvious,
		"1234567890":                     PassphraseObvious,
		"aaaaaaaaaaaaaaa":                PassphraseObvious,
		"ababababababab":                 PassphraseObvious,
		"mein passwort ist ein Rätsel":   PassphraseFine,
		"qwertz12345":                    PassphraseObvious,
		"Eberbach2026":                   PassphraseObvious,
		"correct horse battery staple":   PassphraseFine,
		"         \t       ":             PassphraseObvious,
		"ｐａｓｓｗｏｒｄ１２３":                    PassphraseObvious,
		"ein ganz langer Satz, der gilt": PassphraseFine,
	} {
		if got := CheckPassphrase(passphrase, "Frau.Mueller"); got != want {
			t.Errorf("%q: %q, want %q", passphrase, got, want)
		}
	}
}

func TestPassphrase(t *testing.T) {
	hash, err := HashPassphrase("schöne Wörter")
	if err != nil {
		t.Fatal(err)
	}
	other, _ := HashPassphrase("schöne Wörter")
	if hash == other || !strings.HasPrefix(hash, "$argon2id$v=19$m=4096,t=4,p=1$") {
		t.Errorf("hashes %s, %s", hash, other)
	}
	for typed, want := range map[string]bool{
		"schöne Wörter": true, "scho\u0308ne Wo\u0308rter": true, // as another system types it
		"Schöne Wörter": false, "schöne Wörter ": false, "": false,
	} {
		if MatchesPassphrase(typed, hash) != want {
			t.Errorf("%q: not %v", typed, want)
		}
	}
	if MatchesPassphrase("nobody", "") || MatchesPassphrase("x", "damaged") {
		t.Error("nobody has a passphrase")
	}
}

// TestNobodyTakesAsLong: whether there is a teacher of the name cannot be told by the clock.
func TestNobodyTakesAsLong(t *testing.T) {
	hash, err := HashPassphrase("schöne Wörter")
	if err != nil {
		t.Fatal(err)
	}
	MatchesPassphrase("guess", "") // what is made once
	somebody, nobody := time.Hour, time.Hour
	for range 15 { // in turn, so that a busy machine slows down both
		begin := time.Now()
		MatchesPassphrase("guess", hash)
		between := time.Now()
		MatchesPassphrase("guess", "")
		somebody, nobody = min(somebody, between.Sub(begin)), min(nobody, time.Since(between))
	}
	if nobody < somebody/3 || nobody > somebody*3 { // without a hash it would be a thousandth
		t.Errorf("somebody takes %v, nobody %v", somebody, nobody)
	}
}

func TestCodes(t *testing.T) {
	code, err := NewCode(bytes.NewReader([]byte{0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf}))
	if err != nil || code != "ABCD-EFGH-JKMN-PQRS" {
		t.Fatalf("code %q, %v", code, err)
	}
	for _, typed := range []string{"abcdefghjkmnpqrs", "ABCD EFGH JKMN PQRS", " abcd–efgh—jkmn.pqrs\n", "ＡＢＣＤEFGHJKMNPQRS"} {
		if HashCode(typed) != HashCode(code) {
			t.Errorf("%q is another code", typed)
		}
	}
	if HashCode("0BCD") != HashCode("OBCD") || HashCode("abcdefghjkmnpqrt") == HashCode(code) || HashCode("") == HashCode(code) {
		t.Error("codes are not told apart as they look")
	}
	codes, hashes, err := NewRecovery(rand.Reader)
	if err != nil || len(codes) != Recovery || len(hashes) != Recovery {
		t.Fatal(codes, err)
	}
	for i := range codes {
		if HashCode(codes[i]) != hashes[i] || slices.Index(codes, codes[i]) != i {
			t.Errorf("codes %v, hashes %v", codes, hashes)
		}
	}
	if _, err := NewCode(bytes.NewReader(nil)); err == nil {
		t.Error("a code out of nothing")
	}
}

func TestJoinCodes(t *testing.T) {
	met := map[rune]int{}
	for range 2000 {
		code, err := NewJoinCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if back, ok := ParseJoinCode(code); !ok || back != code {
			t.Fatalf("%q reads back as %q, %v", code, back, ok)
		}
		for _, r := range code {
			met[r]++
		}
	}
	for _, r := range joinLetters {
		if met[r] < 400 || met[r] > 800 { // 600 are expected, with a deviation of 24
			t.Errorf("%c came %d times", r, met[r])
		}
	}
	if len(met) != len(joinLetters) {
		t.Errorf("letters %v", met)
	}
	if code, err := NewJoinCode(bytes.NewReader([]byte{0, 19, 20, 255, 240, 239, 1, 2})); err != nil || code != "BZBZCD" {
		t.Errorf("code %q, %v", code, err)
	}
	for typed, want := range map[string]string{"bcd-fgh": "BCDFGH", " b c d f g h ": "BCDFGH", "BCDFG": "", "BCDFGHJ": "", "BCDFGA": "", "": "", "BCDFG1": ""} {
		if code, ok := ParseJoinCode(typed); code != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", typed, code, ok)
		}
	}
}

func TestSession(t *testing.T) {
	now := time.Date(2026, 10, 1, 23, 0, 0, 0, time.UTC)
	s, token, err := NewSession("aaaaaaaaaaaaaaaa", "Firefox", rand.Reader, now)
	if err != nil {
		t.Fatal(err)
	}
	id, secret, ok := ParseToken(token)
	if !ok || id != "aaaaaaaaaaaaaaaa" || SessionID(secret) != s.ID || strings.Contains(token, s.ID) {
		t.Errorf("token %q of %+v", token, s)
	}
	for later, want := range map[time.Duration]bool{0: true, 29 * 24 * time.Hour: true, 30 * 24 * time.Hour: true, 31 * 24 * time.Hour: false} {
		if s.Owns(secret, now.Add(later)) != want {
			t.Errorf("after %v: not %v", later, want)
		}
	}
	if s.Owns(secret+"x", now) || s.Owns("", now) || (Session{}).Owns(secret, now) {
		t.Error("another secret will do")
	}
}

func TestDeviceOf(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                       "Firefox, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0":              "Edge, Windows",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36":                         "Chrome, ChromeOS",
		"Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1":         "Safari, iPad",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1": "Chrome, iPhone",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                  "Safari, macOS",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36":       "Samsung Internet, Android",
		"curl/8.0": "", "": "", "Windows": "Windows",
	} {
		if got := DeviceOf(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}
