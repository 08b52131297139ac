package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"eberbach/app/i18n"
)

// TestSegments puts pages together of parts that are fixed, loose or not compressed yet, empty or larger than one block.
func TestSegments(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("Kloster Eberbach. "), 10_000)
	for _, parts := range [][][]byte{
		{[]byte("fixed"), []byte("loose"), []byte("made just now"), []byte("fixed")},
		{nil, []byte("loose"), nil},
		{big, big, big, big},
		{[]byte("fixed"), nil, []byte("again"), nil},
		{},
	} {
		var segments []segment
		for i, p := range parts {
			switch i % 3 {
			case 0:
				segments = append(segments, fixedSegment(p))
			case 1:
				segments = append(segments, looseSegment(p))
			default:
				segments = append(segments, segment{plain: p})
			}
		}
		var zipped, plain bytes.Buffer
		writeGzip(&zipped, segments)
		writePlain(&plain, segments)
		r, err := gzip.NewReader(&zipped)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r) // checks length and sum
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.Join(parts, nil); !bytes.Equal(got, want) || !bytes.Equal(plain.Bytes(), want) {
			t.Errorf("%d bytes come back as %d", len(want), len(got))
		}
	}
}

// TestEnds: what pages end with is sent as it was compressed once, in both languages.
func TestEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, attempt := started(t, w)
	for _, lang := range i18n.Languages {
		end := w.server.current.Load().ends[lang]()
		if len(end.plain) < 4000 || len(end.deflated) > len(end.plain)/2 {
			t.Errorf("%s: pages end with %d bytes, deflated %d", lang, len(end.plain), len(end.deflated))
		}
		for _, page := range []string{"/join", "/none", "/attempts/" + attempt} {
			p := c.do(http.MethodGet, "/"+lang+page, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
			if !strings.Contains(p.body, string(end.deflated)) {
				t.Errorf("%s%s has an end of its own", lang, page)
			}
		}
	}
}
