package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
	"eberbach/app/store/redistest"
)

// saved is a backup as bytes.
func (b *bench) saved(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	_, err := b.Backup(ctx(t), &file, now())
	must(t, err)
	return file.Bytes()
}

// onto restores into an embedded database of its own.
func onto(t testing.TB, file []byte) *bench {
	t.Helper()
	b := newBench(t, Config{Dir: t.TempDir()})
	_, err := b.Restore(ctx(t), bytes.NewReader(file), nil, now())
	must(t, err)
	return b
}

// testBackupBeside: of learners who start, answer and hand in meanwhile, a backup holds what belongs together.
func testBackupBeside(t *testing.T, b *bench) {
	if b.wait > 0 {
		return // reads go to the masters alone, as without replicas
	}
	var ids [6]string
	lessons := make([][]string, len(ids))
	stop, c := make(chan struct{}), ctx(t)
	var done atomic.Int64
	errs := make(chan error, len(ids))
	for i := range ids {
		id, _ := b.begun(t, 1)
		ids[i], lessons[i] = id, []string{"lesson-0"}
		for n := range 40 {
			lessons[i] = append(lessons[i], "more-"+string(rune('a'+n/26))+string(rune('a'+n%26)))
		}
		go func() {
			errs <- func() error {
				for {
					for _, name := range lessons[i] {
						select {
						case <-stop:
							return nil
						default:
						}
						e := edition(name, 3)
						a, err := b.start(c, id, e)
						for q := 0; err == nil && q < 3; q++ {
							_, err = b.answer(c, id, a, e, q)
						}
						if err == nil {
							_, err = b.finish(c, id, a)
						}
						if err != nil {
							return err
						}
						done.Add(1)
					}
				}
			}()
		}()
	}
	var files [][]byte
	for range 8 {
		before := done.Load()
		for done.Load() < before+6 {
			time.Sleep(time.Millisecond)
		}
		files = append(files, b.saved(t))
	}
	close(stop)
	for range ids {
		must(t, <-errs)
	}
	for _, file := range files {
		restored := onto(t, file)
		for i, id := range ids {
			restored.agrees(t, id, lessons[i]...)
		}
	}
}

// TestBackupTakesWorkBegunMeanwhile begins work on a further task between the two looks at a learner.
func TestBackupTakesWorkBegunMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Dir: t.TempDir()})
	id, _ := b.begun(t, 1)
	begin := &between{do: func() { must(t, errOf(b.start(ctx(t), id, edition("meanwhile", 2)))) }}
	b.db.AddHook(begin)
	restored := onto(t, b.saved(t))
	if attempts := restored.agrees(t, id, "lesson-0", "meanwhile"); len(attempts["meanwhile"]) != 1 {
		t.Error("the work is not in the backup")
	}
}

// between does something once, after the first pipeline that asks for the names of fields.
type between struct {
	do   func()
	done bool
}

func (h *between) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (h *between) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }
func (h *between) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		if !h.done && cmds[0].Name() == "hkeys" {
			h.done = true
			h.do()
		}
		return err
	}
}

// TestBackupIsOfOneMoment answers a question while the server has half of what a backup asks of the learner.
func TestBackupIsOfOneMoment(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Address: redistest.Start(t).URL()})
	id, editions := b.begun(t, 1)
	a, err := b.start(ctx(t), id, editions[0])
	must(t, err)
	options, err := ParseAddress(b.place.Address)
	must(t, err)
	halved := &atomic.Bool{}
	options.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		return halving{conn, func() {
			if !halved.Swap(true) {
				must(t, errOf(b.answer(t.Context(), id, a, editions[0], 1)))
			}
		}}, err
	}
	db := redis.NewUniversalClient(options)
	defer db.Close()
	file := (&bench{Store: newStore(db, db.Close)}).saved(t)
	if !halved.Load() {
		t.Fatal("nothing was asked in the way that this test expects")
	}
	onto(t, file).agrees(t, id, editions[0].Lesson)
}

// halving sends what is asked of a learner's work only after something else was done.
type halving struct {
	net.Conn
	do func()
}

func (c halving) Write(p []byte) (int, error) {
	work := bytes.Index(p, []byte("}:l:"))
	if work < 0 || !bytes.Contains(p, []byte("hgetall")) {
		return c.Conn.Write(p)
	}
	at := bytes.LastIndexByte(p[:work], '*') // where the command begins
	n, err := c.Conn.Write(p[:at])
	if err == nil {
		time.Sleep(50 * time.Millisecond) // for the server to have read it
		c.do()
		var more int
		more, err = c.Conn.Write(p[at:])
		n += more
	}
	return n, err
}

// TestBackupTakesWhatHasNoOwner: keys without their owner, and work that no progress names, are saved all the same; what
// is somebody else's is not, and neither are salts.
func TestBackupTakesWhatHasNoOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Dir: t.TempDir()})
	id, _ := b.begun(t, 1)
	must(t, b.Failed(ctx(t), "signin", "192.0.2.1", now()))
	want := map[string]string{workKey(id, "unnamed"): "x", workKey("nobody", "pressure"): "y", membersKey("nothing"): "z"}
	for key, value := range want {
		must(t, b.db.HSet(ctx(t), key, "field", value).Err())
	}
	must(t, b.db.Set(ctx(t), "someone:else", "1", 0).Err())
	var file bytes.Buffer
	made, err := b.Backup(ctx(t), &file, now())
	must(t, err)
	if made.Foreign != 1 || made.Learners != 1 {
		t.Errorf("%+v", made)
	}
	restored := onto(t, file.Bytes())
	for key, value := range want {
		if got := restored.db.HGet(ctx(t), key, "field").Val(); got != value {
			t.Errorf("%s is %q", key, got)
		}
	}
	for _, key := range restored.all(t) {
		if k, ok := kindOf(key); !ok || k.taken == never {
			t.Errorf("%s is in the backup", key)
		}
	}
}

// TestMisplaced: where another type than ours lies under a key, the work there is not read as missing, and no backup is
// made without it; its error says where. This has places of its own: a backup of all would meet it, too.
func TestMisplaced(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]Config{"redis": {Address: redistest.Start(t).URL()}, "embedded": {Dir: t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, place)
			w := b.learner(t, edition("pressure", 2))
			key := workKey(w.Learner.ID, "pressure")
			must(t, b.db.Del(ctx(t), key).Err())
			must(t, b.db.Set(ctx(t), key, "x", 0).Err())
			if _, err := b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "pressure"}, w.Attempt.ID, now()); err == nil {
				t.Error("a string for a hash is no error")
			}
			_, err := b.Backup(ctx(t), io.Discard, now())
			if is(t, "backup", err, ErrMisplaced); err != nil && !strings.Contains(err.Error(), key) {
				t.Errorf("%v does not say where", err)
			}
			must(t, b.db.HDel(ctx(t), progressKey(w.Learner.ID), "pressure").Err())
			if _, err := b.Work(ctx(t), w.Learner.ID, school.Task{Lesson: "pressure"}, w.Attempt.ID, now()); err == nil {
				t.Error("a string for a hash is no error when progress is missing")
			}
		})
	}
}

func (b *bench) all(t testing.TB) []string {
	t.Helper()
	keys, err := b.db.Keys(ctx(t), "*").Result()
	must(t, err)
	return keys
}

// TestRestoreOverwritesNothing: neither a learner nor one question, a cut-off restore can be repeated with the same file
// only, and what is not whole changes nothing.
func TestRestoreOverwritesNothing(t *testing.T) {
	t.Parallel()
	from := newBench(t, Config{Dir: t.TempDir()})
	for i := range 500 { // more than are sent at once
		must(t, from.db.HSet(ctx(t), learnerKey(strconv.Itoa(i)), "secret", "x").Err())
	}
	file, other := from.saved(t), from.saved(t)
	restore := func(b *bench, file []byte) error {
		_, err := b.Restore(ctx(t), bytes.NewReader(file), nil, now())
		return err
	}
	for _, key := range []string{learnerKey("x"), questionKey("x"), saltKey("x"), demoKey()} {
		b := newBench(t, Config{Dir: t.TempDir()})
		must(t, b.db.Set(ctx(t), key, "1", 0).Err())
		is(t, "beside "+key, restore(b, file), ErrHolds)
		if keys := b.all(t); len(keys) != 1 {
			t.Errorf("written in spite of %s: %v", key, keys)
		}
	}
	b := newBench(t, Config{Dir: t.TempDir()})
	must(t, b.db.Set(ctx(t), "someone:else", "1", 0).Err())
	is(t, "a file that was cut off", restore(b, file[:len(file)-1]), ErrBackup)
	if keys := b.all(t); len(keys) != 1 {
		t.Errorf("written of a file that is not whole: %v", keys)
	}
	cut := &cutWrites{after: 1}
	b.db.AddHook(cut)
	is(t, "cut short", restore(b, file), errCut)
	if begun, err := b.Unrestored(ctx(t)); begun == "" || err != nil {
		t.Errorf("no restore is under way: %v", err)
	}
	is(t, "another one", restore(b, other), ErrConflict)
	cut.after = 1000
	must(t, restore(b, file))
	if begun, err := b.Unrestored(ctx(t)); begun != "" || err != nil {
		t.Errorf("the restore of %q is under way: %v", begun, err)
	}
	if diff := cmp.Diff(len(from.all(t))+1, len(b.all(t))); diff != "" {
		t.Error(diff)
	}
	is(t, "a second time", restore(b, file), ErrHolds)
}

// cutWrites refuses pipelines that delete, after some.
type cutWrites struct{ after int }

func (h *cutWrites) DialHook(next redis.DialHook) redis.DialHook          { return next }
func (h *cutWrites) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }
func (h *cutWrites) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if cmds[0].Name() == "del" {
			if h.after--; h.after < 0 {
				return errCut
			}
		}
		return next(ctx, cmds)
	}
}

// TestRestoreLeavesOutWhatIsOver: what has expired since the backup does not come back.
func TestRestoreLeavesOutWhatIsOver(t *testing.T) {
	t.Parallel()
	from := newBench(t, Config{Dir: t.TempDir()})
	id, _ := from.begun(t, 2)
	file := from.saved(t)
	b := newBench(t, Config{Dir: t.TempDir()})
	done, err := b.Restore(ctx(t), bytes.NewReader(file), nil, now().Add(school.Kept+time.Minute))
	must(t, err)
	if keys := b.keys(t, id); len(keys) > 0 || done.Expired != len(from.keys(t, id)) || done.Learners > 0 {
		t.Errorf("%+v, and there are %v", done, keys)
	}
}

// TestBackupFileIsWhole cuts a backup off at every byte and damages every byte: never is it taken for a whole one.
func TestBackupFileIsWhole(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Dir: t.TempDir()})
	b.begun(t, 2)
	file := b.saved(t)
	if _, err := CheckBackup(bytes.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	for n := range file {
		_, err := CheckBackup(bytes.NewReader(file[:n]))
		is(t, "cut off", err, ErrBackup)
		damaged := bytes.Clone(file)
		damaged[n] ^= 1 << (n % 8)
		// Of some bits gzip makes no use, such as what it says of the system.
		if _, err := CheckBackup(bytes.NewReader(damaged)); err == nil && contents(t, damaged) != contents(t, file) || err != nil && !errors.Is(err, ErrBackup) {
			t.Fatalf("byte %d of %d is another one, error %v", n, len(file), err)
		}
	}
	for _, more := range []string{"x", string(file)} {
		_, err := CheckBackup(strings.NewReader(string(file) + more))
		is(t, "something behind it", err, ErrBackup)
	}
	for _, text := range []string{"", "\n", "PK\x03\x04", "eberbach backup 3\n", formatNow, formatOne, strings.Repeat("x", 1000)} {
		_, err := CheckBackup(strings.NewReader(text))
		is(t, text, err, ErrBackup)
	}
	failing := errors.New("the disk is gone")
	_, err := CheckBackup(io.MultiReader(bytes.NewReader(file[:len(file)/2]), errReader{failing}))
	if !errors.Is(err, failing) || errors.Is(err, ErrBackup) {
		t.Errorf("a disk that fails is no damaged backup: %v", err)
	}
}

// TestOlderBackup restores one of the first format, whose progress is JSON.
func TestOlderBackup(t *testing.T) {
	t.Parallel()
	from := newBench(t, Config{Dir: t.TempDir()})
	w := from.learner(t, edition("pressure", 2))
	data, err := json.Marshal(w.Progress)
	must(t, err)
	must(t, from.db.HSet(ctx(t), progressKey(w.Learner.ID), "pressure", data).Err())
	entries, err := from.entries(ctx(t), from.db.Pipelined, from.all(t))
	must(t, err)
	var records [][]byte
	for _, e := range entries {
		records = append(records, e.encode(nil))
	}
	restored := onto(t, packedAs(formatOne, len(records), records...))
	if attempts := restored.agrees(t, w.Learner.ID, "pressure"); len(attempts["pressure"]) != 1 {
		t.Errorf("restored are %v", attempts)
	}
}

// contents are all records of a file.
func contents(t testing.TB, file []byte) string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(file[len(formatNow):]))
	must(t, err)
	records, err := io.ReadAll(zip)
	must(t, err)
	return string(file[:len(formatNow)]) + string(records)
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// pack makes a backup of records whose lengths, checksum and compression are right.
func pack(records ...[]byte) []byte { return packed(len(records), records...) }

// packed says at the end that there are so many keys.
func packed(keys int, records ...[]byte) []byte { return packedAs(formatNow, keys, records...) }

func packedAs(format string, keys int, records ...[]byte) []byte {
	var file bytes.Buffer
	sum := sha256.New()
	sum.Write([]byte(format))
	file.WriteString(format)
	zip := gzip.NewWriter(&file)
	put := func(body []byte) {
		framed := append(binary.AppendUvarint(nil, uint64(len(body))), body...)
		sum.Write(framed)
		_, _ = zip.Write(framed)
	}
	put(append([]byte{beginRecord}, make([]byte, 17)...))
	for _, r := range records {
		put(r)
	}
	put(append(binary.AppendUvarint([]byte{endRecord}, uint64(keys)), sum.Sum(nil)...))
	_ = zip.Close()
	return file.Bytes()
}

// TestBackupRefusesRecords: what is well packed and means nothing is refused, too.
func TestBackupRefusesRecords(t *testing.T) {
	t.Parallel()
	fine := entry{learnerKey("a"), hashValue, 0, []string{"f", "v"}}
	if _, err := CheckBackup(bytes.NewReader(pack(fine.encode(nil)))); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"nothing at the key":    entry{learnerKey("a"), hashValue, 0, nil}.encode(nil),
		"a field without value": entry{learnerKey("a"), hashValue, 0, []string{"f"}}.encode(nil),
		"another type":          entry{learnerKey("a"), textValue, 0, []string{"v"}}.encode(nil),
		"two texts":             entry{joinKey("a"), textValue, 0, []string{"v", "w"}}.encode(nil),
		"a foreign key":         entry{"someone:else", textValue, 0, []string{"v"}}.encode(nil),
		"a salt":                entry{saltKey("2026-01-01"), textValue, 0, []string{"v"}}.encode(nil),
		"a long item":           append(entry{learnerKey("a"), hashValue, 0, []string{"f"}}.encode(nil), 0xff, 0xff, 0xff, 0xff, 0x7f),
		"a long time ago":       entry{learnerKey("a"), hashValue, -1, []string{"f", "v"}}.encode(nil),
		"no key":                {hashValue},
		"a second beginning":    append([]byte{beginRecord}, make([]byte, 17)...),
	} {
		_, err := CheckBackup(bytes.NewReader(pack(body)))
		is(t, name, err, ErrBackup)
	}
	_, err := CheckBackup(bytes.NewReader(packed(2, fine.encode(nil))))
	is(t, "a key too few", err, ErrBackup)
	other := entry{learnerKey("b"), hashValue, 0, []string{"f", "v"}} // of the same length, with the checksum of the first
	swapped := strings.Replace(contents(t, pack(fine.encode(nil)))[len(formatNow):], string(fine.encode(nil)), string(other.encode(nil)), 1)
	var swap bytes.Buffer
	swap.WriteString(formatNow)
	zip := gzip.NewWriter(&swap)
	_, _ = io.WriteString(zip, swapped)
	_ = zip.Close()
	_, err = CheckBackup(&swap)
	is(t, "another key than the checksum is of", err, ErrBackup)
	// A small file that unpacks to a huge record takes no more memory than the largest record may have.
	var file bytes.Buffer
	file.WriteString(formatNow)
	zip = gzip.NewWriter(&file)
	_, _ = zip.Write(binary.AppendUvarint(nil, 1<<40))
	_, _ = zip.Write(make([]byte, 1<<20))
	_ = zip.Close()
	if _, err = CheckBackup(&file); err == nil || !strings.Contains(err.Error(), "impossible length") {
		t.Errorf("a huge record: %v", err)
	}
}

// FuzzBackup reads foreign files.
func FuzzBackup(f *testing.F) {
	f.Add([]byte(formatNow))
	f.Add(pack(entry{learnerKey("a"), hashValue, 1, []string{"f", "v"}}.encode(nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := CheckBackup(bytes.NewReader(data))
		if err != nil && !errors.Is(err, ErrBackup) {
			t.Errorf("%v", err)
		}
	})
}

// FuzzBackupRecord reads foreign records in a file that is well packed; what is taken for a key reads back as it was written.
func FuzzBackupRecord(f *testing.F) {
	f.Add(entry{learnerKey("a"), hashValue, 1, []string{"f", "v"}}.encode(nil))
	f.Add(entry{refsKey("a"), setValue, 0, []string{"m", ""}}.encode(nil))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := CheckBackup(bytes.NewReader(pack(body))); err != nil {
			is(t, "a foreign record", err, ErrBackup)
			return
		}
		e, err := decodeEntry(body)
		must(t, err)
		again, err := decodeEntry(e.encode(nil))
		must(t, err)
		if diff := cmp.Diff(e, again, cmp.AllowUnexported(entry{})); diff != "" {
			t.Error(diff)
		}
	})
}
