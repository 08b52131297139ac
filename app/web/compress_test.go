package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

// TestSegments puts pages together of fixed and loose parts, with parts that are empty or larger than one block.
func TestSegments(t *testing.T) {
	t.Parallel()
	big := bytes.Repeat([]byte("Kloster Eberbach. "), 10_000)
	for _, parts := range [][][]byte{
		{[]byte("fixed"), []byte("loose"), []byte("fixed")},
		{nil, []byte("loose"), nil},
		{big, big, big},
		{[]byte("fixed"), nil, []byte("again")},
		{},
	} {
		var segments []segment
		for i, p := range parts {
			if i%2 == 0 {
				segments = append(segments, fixedSegment(p))
			} else {
				segments = append(segments, looseSegment(p))
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
