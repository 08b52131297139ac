package school

import (
	"strings"
	"testing"
)

// FuzzTokens: whatever a cookie, a link or a field holds, what is taken from it can stand in a key as it is.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{"", ".", "aaaaaaaaaaaaaaaa." + strings.Repeat("b", 43), "aaaaaaaaaaaaaaa}." + strings.Repeat("b", 43), "bcd-fgh", "ABCD-EFGH-JKMN-PQRS", "ＢＣＤＦＧＨ", "\x00", "a.b.c", strings.Repeat("a", 5000), "class-3", "aaaaaaaaaaaaaaaa-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if id, secret, ok := ParseToken(text); ok && (!IsID(id) || len(secret) != 43) {
			t.Fatalf("%q is the token of %q", text, id)
		}
		if class, hash, ok := ParseStaffInvite(text); ok && (!IsID(class) || len(hash) != 64) {
			t.Fatalf("%q invites to %q", text, class)
		}
		if code, ok := ParseJoinCode(text); ok && (len(code) != joinLength || strings.Trim(code, joinLetters) != "") {
			t.Fatalf("%q is the code %q", text, code)
		}
		if class, n, ok := ParseRef(text); ok && (!IsID(class) || n < 1) {
			t.Fatalf("%q is assignment %d of %q", text, n, class)
		}
		if hash := HashCode(text); len(hash) != 64 {
			t.Fatalf("%q has the hash %q", text, hash)
		}
		if IsCalendarToken(text) && strings.Trim(text, idLetters) != "" {
			t.Fatalf("%q is taken for a calendar's", text)
		}
		_, _ = ParseName(text)
	})
}
