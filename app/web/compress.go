package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

const worthCompressing = 860 // bytes; below that a packet is a packet

// compress prepares a body once, as small as it gets.
func compress(data []byte) body {
	return body{
		plain:  data,
		gzip:   fasthttp.AppendGzipBytesLevel(nil, data, fasthttp.CompressBestCompression),
		brotli: fasthttp.AppendBrotliBytesLevel(nil, data, fasthttp.CompressBrotliBestCompression),
	}
}

// sendHTML answers with a page made for this request, compressed quickly.
func sendHTML(c *fiber.Ctx, data []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Vary(fiber.HeaderAcceptEncoding)
	if len(data) < worthCompressing || !acceptsEncoding(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		return c.Send(data)
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	return c.Send(fasthttp.AppendGzipBytesLevel(nil, data, fasthttp.CompressBestSpeed))
}
