package school

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NameMax is how many characters a name that a teacher writes may have.
const NameMax = 40

// NameError says what is wrong with a name. Its key ends the key of a text in the catalogues: "empty", "long" (more than
// NameMax characters) or "characters" (something that cannot be seen, or nothing but signs).
type NameError struct{ Key string }

func (e NameError) Error() string { return "school: a name may not be this: " + e.Key }

// CleanName is a name as it is kept: without space around it and with single spaces in it. The error is a NameError.
func CleanName(typed string) (string, error) {
	if strings.ContainsFunc(typed, unseen) || !utf8.ValidString(typed) {
		return "", NameError{"characters"}
	}
	name := norm.NFC.String(strings.Join(strings.Fields(typed), " "))
	switch {
	case name == "":
		return "", NameError{"empty"}
	case utf8.RuneCountInString(name) > NameMax:
		return "", NameError{"long"}
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return "", NameError{"characters"} // nobody could call it out
	}
	return name, nil
}

// unseen says whether a character shows nothing by itself or turns others around: controls and line breaks, marks of
// direction, joiners, letters that are blank.
func unseen(r rune) bool {
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == '\u2800'
}

// Folded is a name as it is compared: two names that a reader takes for the same are the same, whatever their capitals,
// spaces and forms of letters.
func Folded(name string) string {
	return strings.Join(strings.Fields(cases.Fold().String(norm.NFKC.String(name))), " ")
}
