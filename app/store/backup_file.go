package store

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// A backup file is a line of text that names the format, then one gzip stream of records, each with its length before it
// (uvarint) and a byte first that says what it is:
//
//	b  the beginning: id of the backup (16 bytes), when it was begun (uvarint, Unix seconds)
//	h  a key that holds a hash, S a set, s a text: its name, when it expires (uvarint, Unix milliseconds; 0 is never),
//	   then fields and values in turn, members, or the text; name and items each with its length before it (uvarint)
//	e  the end: how many keys there were (uvarint), SHA-256 of the line and of all records before this one
//
// Every number is checked before anything is made of that size, and nothing follows the end, so that a file that is cut
// off, damaged or foreign is told apart. Values are as the commands give them and not as one server would dump them:
// every engine and version can take them.
const (
	formatLine = "eberbach backup "
	formatNow  = formatLine + "2\n"
	// formatOne has progress as JSON, which is still read; what is there now, programs of then would not read.
	formatOne = formatLine + "1\n"

	beginRecord byte = 'b'
	endRecord   byte = 'e'
	hashValue   byte = 'h'
	setValue    byte = 'S'
	textValue   byte = 's'

	maxRecord = 32 << 20 // bytes of one key with all that lies there; 1,000 members of a class are 200 kB
)

// ErrBackup: the file is no backup, or not a whole one. The message says what is wrong and what to do.
var ErrBackup = errors.New("store: this is no backup that can be restored")

func broken(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBackup, fmt.Sprintf(format, args...))
}

// entry is a key with what lies there.
type entry struct {
	key     string
	value   byte
	expires int64 // Unix milliseconds; 0 is never
	items   []string
}

func (e entry) encode(b []byte) []byte {
	b = append(b, e.value)
	b = appendText(b, e.key)
	b = binary.AppendUvarint(b, uint64(e.expires))
	for _, item := range e.items {
		b = appendText(b, item)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeEntry reads a record whose first byte is no begin and no end.
func decodeEntry(b []byte) (e entry, err error) {
	r := bytes.NewReader(b[1:])
	e.value = b[0]
	if e.key, err = readText(r); err != nil {
		return e, err
	}
	k, ok := kindOf(e.key)
	if !ok || k.value != e.value || k.taken == never {
		return e, broken("it holds the key %.80q, which this version does not know; restore it with the version of the program that made it", e.key)
	}
	expires, err := binary.ReadUvarint(r)
	if e.expires = int64(expires); err != nil || e.expires < 0 {
		return e, broken("the key %.80q is damaged; take another backup", e.key)
	}
	for r.Len() > 0 {
		item, err := readText(r)
		if err != nil {
			return e, err
		}
		e.items = append(e.items, item)
	}
	if n := len(e.items); n == 0 || e.value == hashValue && n%2 != 0 || e.value == textValue && n != 1 {
		return e, broken("the key %.80q is damaged; take another backup", e.key)
	}
	return e, nil
}

func readText(r *bytes.Reader) (string, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil || n > uint64(r.Len()) {
		return "", broken("a record is damaged; take another backup")
	}
	var b strings.Builder
	_, err = io.CopyN(&b, r, int64(n))
	return b.String(), err
}

// backupWriter writes a backup file.
type backupWriter struct {
	file *bufio.Writer // the compressor hands on a few bytes at a time
	zip  *gzip.Writer
	sum  hash.Hash
	keys uint64
	body []byte // of the last record
}

func newBackupWriter(w io.Writer, now time.Time) (*backupWriter, error) {
	out := &backupWriter{file: bufio.NewWriterSize(w, 64<<10), sum: sha256.New()}
	out.sum.Write([]byte(formatNow))
	if _, err := out.file.WriteString(formatNow); err != nil {
		return nil, err
	}
	out.zip, _ = gzip.NewWriterLevel(out.file, gzip.BestSpeed) // the level is one that there is
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	return out, out.record(binary.AppendUvarint(append([]byte{beginRecord}, id...), uint64(now.Unix())))
}

func (w *backupWriter) record(body []byte) error {
	length := binary.AppendUvarint(nil, uint64(len(body)))
	w.sum.Write(length)
	w.sum.Write(body)
	_, err := w.zip.Write(append(length, body...))
	return err
}

func (w *backupWriter) add(e entry) error {
	if w.body = e.encode(w.body[:0]); len(w.body) > maxRecord {
		return fmt.Errorf("store: %s: %d bytes lie at one key, more than a backup takes", e.key, len(w.body))
	}
	w.keys++
	return w.record(w.body)
}

// close writes the end. Without it a file is told to be cut off.
func (w *backupWriter) close() error {
	body := binary.AppendUvarint([]byte{endRecord}, w.keys)
	if err := w.record(append(body, w.sum.Sum(nil)...)); err != nil {
		return err
	}
	if err := w.zip.Close(); err != nil {
		return err
	}
	return w.file.Flush()
}

// backupReader reads a backup file, one record at a time.
type backupReader struct {
	file *bufio.Reader
	zip  *bufio.Reader
	gzip *gzip.Reader
	sum  hash.Hash
	keys uint64
	body bytes.Buffer

	id    string
	begun time.Time
}

func newBackupReader(file io.Reader) (*backupReader, error) {
	r := &backupReader{file: bufio.NewReader(file), sum: sha256.New()}
	line := make([]byte, len(formatNow))
	n, err := io.ReadFull(r.file, line)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, err
	case !strings.HasPrefix(string(line[:n]), formatLine):
		return nil, broken("it does not begin like one; name a file that eberbach backup has made")
	case string(line) != formatNow && string(line) != formatOne:
		return nil, broken("it is of another format than this version reads; restore it with the version of the program that made it")
	}
	r.sum.Write(line)
	if r.gzip, err = gzip.NewReader(r.file); err != nil {
		return nil, r.damage(err)
	}
	r.gzip.Multistream(false)
	r.zip = bufio.NewReaderSize(r.gzip, 64<<10)
	body, err := r.record()
	if err != nil {
		return nil, err
	}
	if len(body) < 17 || body[0] != beginRecord {
		return nil, broken("its beginning is damaged; take another backup")
	}
	r.id = hex.EncodeToString(body[1:17])
	begun, _ := binary.Uvarint(body[17:])
	r.begun = time.Unix(int64(begun), 0).UTC()
	return r, nil
}

// record reads the next record; the result is good until the next call. What it takes grows with what is really there.
func (r *backupReader) record() ([]byte, error) {
	n, err := binary.ReadUvarint(r.zip)
	if err != nil {
		return nil, r.damage(err)
	}
	if n == 0 || n > maxRecord {
		return nil, broken("a record has an impossible length; take another backup")
	}
	r.body.Reset()
	if _, err := io.CopyN(&r.body, r.zip, int64(n)); err != nil {
		return nil, r.damage(err)
	}
	body := r.body.Bytes()
	if body[0] != endRecord {
		r.sum.Write(binary.AppendUvarint(nil, n))
		r.sum.Write(body)
	}
	return body, nil
}

// damage says what an error of the compressed stream means.
func (r *backupReader) damage(err error) error {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return broken("it ends too early; copy it again, or take another backup")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), strings.HasPrefix(err.Error(), "flate: "), strings.HasPrefix(err.Error(), "binary: "):
		return broken("it is damaged; copy it again, or take another backup")
	}
	return err
}

// next returns the next key; io.EOF after the last, when count and checksum are right and nothing follows.
func (r *backupReader) next() (entry, error) {
	body, err := r.record()
	if err != nil {
		return entry{}, err
	}
	if body[0] == endRecord {
		return entry{}, r.end(body)
	}
	r.keys++
	return decodeEntry(body)
}

func (r *backupReader) end(body []byte) error {
	keys, n := binary.Uvarint(body[1:])
	if n <= 0 || keys != r.keys || !bytes.Equal(body[1+n:], r.sum.Sum(nil)) {
		return broken("its checksum is wrong; copy it again, or take another backup")
	}
	if _, err := r.zip.ReadByte(); !errors.Is(err, io.EOF) {
		if err == nil {
			return broken("something follows its end; copy it again, or take another backup")
		}
		return r.damage(err)
	}
	if _, err := r.file.ReadByte(); !errors.Is(err, io.EOF) {
		return broken("something follows its end; copy it again, or take another backup")
	}
	return io.EOF
}
