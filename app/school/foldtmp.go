package school

import "strings"

// Folded is a name as names are compared.
func Folded(name string) string { return strings.Join(strings.Fields(strings.ToLower(name)), " ") }
