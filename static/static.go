// Package static holds the style sheet, the script, the font and the icon.
package static

import "embed"

// FS holds every file that the pages load; its root is this folder.
//
//go:embed css js img fonts
var FS embed.FS
