package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"sync"

	"github.com/gofiber/fiber/v2"
	fastflate "github.com/klauspost/compress/flate"
	"github.com/valyala/fasthttp"
)

// brotliLevel takes a fifth of the memory of level 9, the highest before Brotli's slow search begins, for pages half a
// hundredth larger. The slow search makes them a tenth smaller, and the first reader of each wait twenty times longer.
const brotliLevel = 6

// compressedBody is a body that is compressed each way when somebody first takes it so.
func compressedBody(data []byte) body {
	return body{
		plain:  data,
		gzip:   sync.OnceValue(func() []byte { return fasthttp.AppendGzipBytesLevel(nil, data, fasthttp.CompressBestCompression) }),
		brotli: sync.OnceValue(func() []byte { return fasthttp.AppendBrotliBytesLevel(nil, data, brotliLevel) }),
	}
}

// sendHTML answers with a page made for this request. Most of what it ends with is the same on every page and is compressed
// already; the rest is compressed quickly. data may be written over afterwards.
func (s *site) sendHTML(c *fiber.Ctx, lang string, data []byte) error {
	end := s.ends[lang]()
	rest, ok := bytes.CutSuffix(bytes.TrimSpace(data), end.plain)
	if !ok {
		rest, end = data, segment{}
	}
	return sendSegments(c, []segment{{plain: rest}, end})
}

// quickWriters compress what is sent once. fasthttp's own hand their work to a few goroutines, behind which a busy server's
// requests wait once more.
var quickWriters = sync.Pool{New: func() any {
	w, err := fastflate.NewWriter(nil, fastflate.BestSpeed)
	if err != nil {
		panic(err) // the level is ours
	}
	return w
}}

// quickly writes data deflated into memory, which never fails, up to a byte border.
func quickly(into io.Writer, data []byte) {
	w := quickWriters.Get().(*fastflate.Writer)
	defer quickWriters.Put(w)
	w.Reset(into)
	_, _ = w.Write(data)
	_ = w.Flush()
}

// segment is a stretch of a page. A fixed one is deflated once; it ends on a byte border and refers to nothing before
// it, so that segments can be put together in one stream (RFC 1951 section 3.2.3). One that is not deflated yet is when it is
// sent.
type segment struct{ plain, deflated []byte }

func fixedSegment(plain []byte) segment {
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestCompression)
	if err != nil {
		panic(err) // the level is ours
	}
	_, _ = w.Write(plain) // into memory
	_ = w.Flush()
	return segment{plain, buf.Bytes()}
}

// looseSegment is made for one request: stored as it is, since it is small and compressing it would take longer than
// sending it.
func looseSegment(plain []byte) segment {
	const most = 1<<16 - 1 // of a stored block
	var out []byte
	for rest := plain; len(rest) > 0; {
		n := min(len(rest), most)
		out = append(out, 0)
		out = binary.LittleEndian.AppendUint16(out, uint16(n))
		out = binary.LittleEndian.AppendUint16(out, ^uint16(n))
		out = append(out, rest[:n]...)
		rest = rest[n:]
	}
	return segment{plain, out}
}

// writeGzip puts segments together as one gzip member (RFC 1952), in memory.
func writeGzip(into io.Writer, segments []segment) {
	length, sum := 0, uint32(0)
	_, _ = into.Write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}) // deflate, no name, no time, no system
	for _, s := range segments {
		length += len(s.plain)
		sum = crc32.Update(sum, crc32.IEEETable, s.plain)
		if s.deflated == nil && len(s.plain) > 0 {
			quickly(into, s.plain)
		}
		_, _ = into.Write(s.deflated)
	}
	end := []byte{1, 0, 0, 0xff, 0xff} // an empty last block
	end = binary.LittleEndian.AppendUint32(end, sum)
	_, _ = into.Write(binary.LittleEndian.AppendUint32(end, uint32(length)))
}

// sendSegments answers with a page put together for this request.
func sendSegments(c *fiber.Ctx, segments []segment) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Vary(fiber.HeaderAcceptEncoding)
	c.Response().ResetBody()
	into := c.Response().BodyWriter()
	if acceptsEncoding(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		writeGzip(into, segments)
		return nil
	}
	writePlain(into, segments)
	return nil
}

func writePlain(into io.Writer, segments []segment) {
	for _, s := range segments {
		_, _ = into.Write(s.plain)
	}
}
