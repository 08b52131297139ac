// Package views holds the templates of all pages.
package views

import "embed"

// FS holds every template; its root is this folder.
//
//go:embed layouts partials learn account question teach figure author
var FS embed.FS
