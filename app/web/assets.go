package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

// asset is a file that pages load, ready to be sent.
type asset struct {
	body        body
	hash        string
	contentType string
}

// assets are all of them by name ("css/app.css").
type assets map[string]*asset

var assetURL = regexp.MustCompile(`url\(\.\./([a-z0-9./-]+)\)`)

// loadAssets reads and minifies the static files once. An address carries the hash of the content, so a
// browser may keep it for good.
func loadAssets(files fs.FS) (assets, error) {
	m := minify.New()
	m.AddFunc("text/css", css.Minify)
	m.AddFunc("text/javascript", js.Minify)
	all := assets{}
	var styles []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".go" || path.Ext(name) == ".txt" {
			return err
		}
		if path.Ext(name) == ".css" {
			styles = append(styles, name) // last: they name other files by address
			return nil
		}
		return all.load(files, name, m)
	})
	for _, name := range styles {
		if err == nil {
			err = all.load(files, name, m)
		}
	}
	return all, err
}

func (all assets) load(files fs.FS, name string, m *minify.M) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	contentType := mime.TypeByExtension(path.Ext(name))
	if path.Ext(name) == ".woff2" {
		contentType = "font/woff2"
	}
	kind, _, _ := strings.Cut(contentType, ";")
	switch path.Ext(name) {
	case ".css":
		data = assetURL.ReplaceAllFunc(data, func(ref []byte) []byte {
			return []byte("url(" + all.url(string(assetURL.FindSubmatch(ref)[1])) + ")")
		})
		data, err = m.Bytes(kind, data)
	case ".js":
		data, err = m.Bytes("text/javascript", data)
	}
	if err != nil {
		return fmt.Errorf("static file %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	a := &asset{hash: hex.EncodeToString(sum[:6]), contentType: contentType, body: body{plain: data}}
	if path.Ext(name) != ".woff2" { // compressed already
		a.body = compressedBody(data)
	}
	all[name] = a
	return nil
}

// url is the address of a static file; an unknown name panics, which a test of every page would show.
func (all assets) url(name string) string {
	a := all[name]
	if a == nil {
		panic("web: there is no static file " + name)
	}
	return "/static/" + a.hash + "/" + name
}

func (s *Server) asset(c *fiber.Ctx) error {
	a := s.site().assets[c.Params("*")]
	if a == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, a.contentType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if c.Params("hash") != a.hash {
		// Another version of the program wrote the page: what we have will do, but must not be kept under that name.
		c.Set(fiber.HeaderCacheControl, "no-cache")
	}
	return a.body.send(c)
}

// body is a response in every encoding that we send; both are nil where it would not get smaller.
type body struct {
	plain        []byte
	gzip, brotli func() []byte
}

// send answers with the smallest form that the client takes.
func (b body) send(c *fiber.Ctx) error {
	if b.gzip != nil {
		c.Vary(fiber.HeaderAcceptEncoding)
	}
	return b.sendSmallest(c)
}

// sendSmallest is send, where Vary says already what the form hangs on.
func (b body) sendSmallest(c *fiber.Ctx) error {
	coding, data := b.smallest(c.Get(fiber.HeaderAcceptEncoding))
	if coding != "" {
		c.Set(fiber.HeaderContentEncoding, coding)
	}
	return c.Send(data)
}

func (b body) smallest(accepted string) (coding string, data []byte) {
	switch {
	case b.brotli != nil && acceptsEncoding(accepted, "br"):
		return "br", b.brotli()
	case b.gzip != nil && acceptsEncoding(accepted, "gzip"):
		return "gzip", b.gzip()
	}
	return "", b.plain
}

// acceptsEncoding looks for a coding that is not refused with q=0.
func acceptsEncoding(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(strings.ToLower(params), " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000") && q != "q=0.0" && q != "q=0.00"
		}
	}
	return false
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
