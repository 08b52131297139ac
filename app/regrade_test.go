package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

const regraded = "false-alarms" // the lesson whose key is corrected

// corrected copies the lessons with another key: what earned a part earns nothing, and two options of a choice have
// changed places.
func corrected(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../lessons")); err != nil {
		t.Fatal(err)
	}
	correct(t, dir)
	return dir
}

func correct(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, regraded, "quiz.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const partial = "    kind: choices\n    partial: all-or-nothing\n"
	text := strings.ReplaceAll(string(data), "    kind: choices\n", partial)
	swapped := strings.NewReplacer("- id: one-bit\n", "- id: nothing-listed\n", "- id: nothing-listed\n", "- id: one-bit\n").Replace(text)
	if !strings.Contains(text, partial) || swapped == text {
		t.Fatal("the lesson has no such questions any more; correct others here")
	}
	if err := os.WriteFile(file, []byte(swapped), 0o600); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(2 * time.Second) // a file system may tell times only to the second
	if err := os.Chtimes(file, later, later); err != nil {
		t.Fatal(err)
	}
}

func readLesson(t *testing.T, files fs.FS, id string) *lesson.Lesson {
	t.Helper()
	m, faults := lesson.Read(files, time.Now())
	if faults.Broken() {
		t.Fatal(faults)
	}
	return m.Lesson(id)
}

func opened(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	db, err := store.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// seed stores n learners with an attempt that has an answer to every question that offers something to choose; every
// other one is handed in, and every third has begun another lesson, too. The same n gives the same learners.
func seed(t *testing.T, c store.Config, n int) (ids []string) {
	t.Helper()
	db := opened(t, c)
	defer db.Close()
	e := readLesson(t, lessons.FS, regraded).Edition("")
	other := readLesson(t, lessons.FS, "cloned-newspaper").Edition("")
	for _, e := range []quiz.Edition{e, other} {
		if err := db.KeepEdition(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Now().Truncate(time.Second).Add(-time.Hour).UTC()
	for i := range n {
		id := fmt.Sprintf("%016d", i)
		w := &store.Work{Learner: school.Learner{ID: id, SecretHash: strings.Repeat("f", 64), Created: at, Seen: school.Day(at)}}
		w.Attempt = answered(t, quiz.NewAttempt(regraded+"-"+id, e, quiz.Rules{Preset: quiz.Practice}, nil, at), e, i)
		begun := school.Progress{}.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), at)
		if i%2 == 0 {
			w.Attempt.Finish(at.Add(10 * time.Minute))
			begun = begun.After(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), at.Add(10*time.Minute))
		}
		if err := db.Create(t.Context(), w, begun, at); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			begin(t, db, id, other, at)
		}
		ids = append(ids, id)
	}
	return ids
}

func begin(t *testing.T, db *store.Store, id string, e quiz.Edition, at time.Time) {
	t.Helper()
	w, err := db.Work(t.Context(), id, school.Task{Lesson: e.Lesson}, "", at)
	if err != nil {
		t.Fatal(err)
	}
	w.Attempt = answered(t, quiz.NewAttempt(e.Lesson+"-"+id, e, quiz.Rules{Preset: quiz.Practice}, nil, at), e, 0)
	if err := db.Save(t.Context(), w, w.Progress.Begun(w.Attempt, w.Attempt.Grade(w.Attempt.Of(e)), at), at); err != nil {
		t.Fatal(err)
	}
}

// answered takes the n-th option of every question that has options.
func answered(t *testing.T, a *quiz.Attempt, e quiz.Edition, n int) *quiz.Attempt {
	t.Helper()
	for i, q := range a.Of(e).Questions {
		items := q.Items(quiz.View{Lang: "en", Question: q.ID})
		if items[0].Form != quiz.FormOption {
			continue
		}
		it := items[n%len(items)]
		r := quiz.Response{it.Field: {it.Value}}
		if _, err := a.Answer(i, q, quiz.Submission{Response: r}, a.Started.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// kept is all that is stored of one learner.
type kept struct {
	Learner  school.Learner
	Progress map[string]school.Progress
	Attempts map[string][]*quiz.Attempt
}

func snapshot(t *testing.T, c store.Config, ids []string) map[string]kept {
	t.Helper()
	db := opened(t, c)
	defer db.Close()
	out := map[string]kept{}
	for _, id := range ids {
		own, err := db.Own(t.Context(), id, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		attempts, err := db.Attempts(t.Context(), id, []string{regraded, "cloned-newspaper"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		out[id] = kept{own.Learner, own.Progress, attempts}
	}
	return out
}

// regradeCall runs the command in this process.
func regradeCall(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), append([]string{"eberbach", "regrade", regraded}, args...), &out, &out); code != 0 {
		t.Fatalf("regrade %v: exit status %d: %s", args, code, out.String())
	}
	return out.String()
}

// TestRegrade corrects a key on every database: first it is only shown, then done, and then there is nothing left.
func TestRegrade(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) (store.Config, []string){
		"redis": func(t *testing.T) (store.Config, []string) {
			url := redistest.Start(t).URL()
			return store.Config{Address: url}, []string{"--redis", url}
		},
		"cluster": func(t *testing.T) (store.Config, []string) {
			url := redistest.StartCluster(t, 3, 0).URL()
			return store.Config{Address: url}, []string{"--redis", url}
		},
		"embedded": func(t *testing.T) (store.Config, []string) {
			dir := t.TempDir()
			return store.Config{Dir: dir}, []string{"--data", dir}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, place := start(t)
			regradeOn(t, c, append(place, "--lessons", corrected(t)))
		})
	}
}

func regradeOn(t *testing.T, c store.Config, args []string) {
	t.Helper()
	ids := seed(t, c, 30)
	before := snapshot(t, c, ids)
	shown := regradeCall(t, args...)
	for _, want := range []string{"attempts: 30;", "nothing is written; add --apply to do it", "new-picture: graded by another key; answers: 30", "in " + args[len(args)-1]} {
		if !strings.Contains(shown, want) {
			t.Errorf("it does not say %q:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "  "+ids[0]+"  ") {
		t.Error("a learner is shown with the whole id")
	}
	if diff := cmp.Diff(before, snapshot(t, c, ids)); diff != "" {
		t.Fatalf("showing it has changed something:\n%s", diff)
	}
	done := regradeCall(t, append(args, "--apply")...)
	lines := func(s string) []string {
		return slices.Sorted(slices.Values(strings.Split(strings.Replace(s, "nothing is written; add --apply to do it\n", "", 1), "\n")))
	}
	if diff := cmp.Diff(lines(shown), lines(done)); diff != "" {
		t.Errorf("another change was done than shown:\n%s", diff)
	}
	after := snapshot(t, c, ids)
	present, db := readLesson(t, os.DirFS(args[len(args)-1]), regraded), opened(t, c)
	for _, id := range ids {
		gradedAgain(t, db, before[id], after[id], present)
	}
	_ = db.Close()
	again := regradeCall(t, append(args, "--apply")...)
	if !strings.Contains(again, "attempts: 30; other points: 0; the same points by a corrected key: 0") {
		t.Errorf("the second time:\n%s", again)
	}
	if diff := cmp.Diff(after, snapshot(t, c, ids)); diff != "" {
		t.Errorf("the second time it changes something:\n%s", diff)
	}
}

// gradedAgain: every answer earns what the present key says, the progress agrees, and nothing else is another.
func gradedAgain(t *testing.T, db *store.Store, before, after kept, present *lesson.Lesson) {
	t.Helper()
	old, now := before.Attempts[regraded][0], after.Attempts[regraded][0]
	e, err := db.Edition(t.Context(), now.Edition)
	if err != nil {
		t.Fatal(err)
	}
	e = now.Of(e)
	for i, q := range e.Questions {
		for _, p := range present.Questions {
			if p.ID == q.ID && now.Answers[i] != nil && now.Answers[i].Fraction != quiz.Grade(p, now.Answers[i].Response()) {
				t.Errorf("%s: %s earns %v", now.ID, q.ID, now.Answers[i].Fraction)
			}
		}
	}
	want := before.Progress[regraded]
	if want.Open != "" {
		want.Edition, want.Given = now.Edition, now.Given() // who has it right by now has no further try
	} else {
		want.Points, want.Max = now.Grade(e).Points, now.Grade(e).Max
	}
	if diff := cmp.Diff(want, after.Progress[regraded]); diff != "" {
		t.Errorf("%s: progress (-want +got):\n%s", now.ID, diff)
	}
	if now.Rev != old.Rev+1 || now.Edition == old.Edition || len(now.Regraded) == 0 {
		t.Errorf("%s: revision %d after %d, edition %s after %s, corrected %v", now.ID, now.Rev, old.Rev, now.Edition, old.Edition, now.Regraded)
	}
	same := now.Clone()
	same.Rev, same.Edition, same.Regraded = old.Rev, old.Edition, nil
	for i, ans := range same.Answers {
		if ans != nil {
			was := *ans
			was.Fraction, was.Closed = old.Answers[i].Fraction, old.Answers[i].Closed
			same.Answers[i] = &was
		}
	}
	after.Attempts[regraded][0] = same
	if diff := cmp.Diff(before.Attempts, after.Attempts); diff != "" {
		t.Errorf("%s: something else changed:\n%s", now.ID, diff)
	}
	if diff := cmp.Diff(before.Learner, after.Learner); diff != "" {
		t.Errorf("the learner changed:\n%s", diff)
	}
	if diff := cmp.Diff(before.Progress["cloned-newspaper"], after.Progress["cloned-newspaper"]); diff != "" {
		t.Errorf("another lesson's progress changed:\n%s", diff)
	}
	after.Attempts[regraded][0] = now
}

// TestRegradeKilled kills the command in the middle, again and again: in the end all is as if it had never been.
func TestRegradeKilled(t *testing.T) {
	const n = 150
	dir := corrected(t)
	whole, cut := redistest.Start(t), redistest.Start(t)
	ids := seed(t, store.Config{Address: whole.URL()}, n)
	seed(t, store.Config{Address: cut.URL()}, n)
	regradeCall(t, "--redis", whole.URL(), "--lessons", dir, "--apply")
	want := snapshot(t, store.Config{Address: whole.URL()}, ids)
	for range 2 {
		killedAfter(t, 20, command(t, "regrade", regraded, "--redis", cut.URL(), "--lessons", dir, "--apply"))
		moved := 0
		for id, k := range snapshot(t, store.Config{Address: cut.URL()}, ids) {
			if cmp.Equal(k.Attempts[regraded][0].Edition, want[id].Attempts[regraded][0].Edition) {
				moved++
			}
		}
		if moved < 20 || moved == n {
			t.Fatalf("killed when %d of %d were done: that is not the middle", moved, n)
		}
	}
	regradeCall(t, "--redis", cut.URL(), "--lessons", dir, "--apply")
	opts := cmp.FilterPath(func(p cmp.Path) bool {
		return strings.HasSuffix(p.String(), "Started") || strings.HasSuffix(p.String(), "Finished") || strings.HasSuffix(p.String(), "At") || strings.HasSuffix(p.String(), "Created")
	}, cmp.Ignore())
	if diff := cmp.Diff(want, snapshot(t, store.Config{Address: cut.URL()}, ids), opts); diff != "" {
		t.Errorf("-never killed +killed:\n%s", diff)
	}
}

// killedAfter starts a regrade and kills it when it has printed so many changed attempts.
func killedAfter(t *testing.T, lines int, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); lines > 0 && s.Scan(); {
		if strings.Contains(s.Text(), " -> ") {
			lines--
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// TestRegradeBesideServe corrects a key while pupils answer on the embedded database. The command is killed in the
// middle, and so is the program that carries it out. No acknowledged answer is lost, and in the end every answer is
// graded by the present key.
func TestRegradeBesideServe(t *testing.T) {
	tree, data, addr := t.TempDir(), t.TempDir(), freeAddress(t)
	for _, dir := range []string{"lessons", "views", "static"} {
		if err := os.CopyFS(filepath.Join(tree, dir), os.DirFS("../"+dir)); err != nil {
			t.Fatal(err)
		}
	}
	ids := seed(t, store.Config{Dir: data}, 60)
	t.Chdir(tree)
	serving := func() *program { return boot(t, "--data", data, "--addr", addr, "--log", "off", "--dev") }
	call := func() *exec.Cmd { return command(t, "regrade", regraded, "--data", data, "--apply") }
	p, harm := serving(), 0
	a := load(t, []string{"http://" + addr}, 3, func(*account) {
		harm++
		switch harm {
		case 1:
			correct(t, filepath.Join(tree, "lessons"))
			killedAfter(t, 10, call())
		case 2:
			cut := call()
			out, err := cut.StdoutPipe()
			if err != nil || cut.Start() != nil {
				t.Error("the command does not start")
			}
			bufio.NewScanner(out).Scan() // it has begun
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
			if cut.Wait() == nil {
				t.Log("it was done before the program was killed")
			}
			p = serving()
		case 3:
			if out, err := call().CombinedOutput(); err != nil || !strings.Contains(string(out), "questions of the serve that runs") {
				t.Errorf("%v: %s", err, out)
			}
		}
	})
	if out, err := call().CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := call().CombinedOutput(); err != nil || !strings.Contains(string(out), "; other points: 0; the same points by a corrected key: 0") {
		t.Errorf("once more: %v: %s", err, out)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	db := opened(t, store.Config{Dir: data})
	defer db.Close()
	if lost, miscounted := a.check(t, db); lost+miscounted > 0 {
		t.Errorf("%d lost, %d miscounted of %d", lost, miscounted, len(a.answers))
	}
	for _, ack := range a.answers {
		ids = append(ids, ack.learner)
	}
	slices.Sort(ids)
	present := readLesson(t, os.DirFS(filepath.Join(tree, "lessons")), regraded)
	for _, id := range slices.Compact(ids) {
		byPresentKey(t, db, id, present)
	}
}

// byPresentKey: all of a learner's answers earn what the present key says, and so does the progress.
func byPresentKey(t *testing.T, db *store.Store, id string, present *lesson.Lesson) {
	t.Helper()
	attempts, err := db.Attempts(t.Context(), id, []string{regraded}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	own, err := db.Own(t.Context(), id, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attempts[regraded] {
		e, err := db.Edition(t.Context(), a.Edition)
		if err != nil {
			t.Fatal(err)
		}
		e = a.Of(e)
		for i, q := range e.Questions {
			for _, p := range present.Questions {
				if p.ID == q.ID && a.Answers[i] != nil && len(a.Answers[i].Tries) == 1 && a.Answers[i].Fraction != quiz.Grade(p, a.Answers[i].Response()) {
					t.Errorf("%s: %s earns %v for %v", a.ID, q.ID, a.Answers[i].Fraction, a.Answers[i].Response())
				}
			}
		}
		if p := own.Progress[regraded]; p.Last == a.ID && (p.Points != a.Grade(e).Points || p.Max != a.Grade(e).Max) {
			t.Errorf("%s has earned %+v, its learner's progress says %v of %v", a.ID, a.Grade(e), p.Points, p.Max)
		}
	}
}

// TestAdminSocket: nobody but the owner may connect, what makes no sense is refused, and what a killed program left is
// in nobody's way.
func TestAdminSocket(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { // the socket does not lean on the directory's rights
		t.Fatal(err)
	}
	socket := filepath.Join(dir, adminSocket)
	p := boot(t, "--data", dir, "--log", "off")
	info, err := os.Stat(socket)
	if err != nil || info.Mode() != fs.ModeSocket|0o600 {
		t.Fatalf("the socket's rights are %v (%v)", info.Mode(), err)
	}
	ask := func(line string) (reply adminReply, err error) {
		conn, err := net.Dial("unix", socket)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		return reply, json.NewDecoder(conn).Decode(&reply)
	}
	if reply, err := ask("hello\n"); err == nil {
		t.Errorf("no call at all is answered with %+v", reply)
	}
	if reply, err := ask(`{"command":"format"}` + "\n"); err != nil || !reply.End || !strings.Contains(reply.Error, `"format"`) {
		t.Errorf("an unknown command is answered with %+v, %v", reply, err)
	}
	var out bytes.Buffer
	if code := run(t.Context(), []string{"eberbach", "regrade", "nothing", "--data", dir}, &out, &out); code != 1 || !strings.Contains(out.String(), regraded) {
		t.Errorf("an unknown lesson: exit status %d, %s", code, out.String())
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	if out := regradeCall(t, "--data", dir); !strings.Contains(out, "in this program") {
		t.Errorf("after a kill: %s", out)
	}
	p = boot(t, "--data", dir, "--log", "off")
	if out := regradeCall(t, "--data", dir); !strings.Contains(out, "of the serve that runs") {
		t.Errorf("beside the next one: %s", out)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "admin*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}
