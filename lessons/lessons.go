// Package lessons holds the module's texts.
package lessons

import "embed"

// FS holds every lesson file; its root is this folder.
//
//go:embed *.yaml *.md */*.yaml */*.md
var FS embed.FS
