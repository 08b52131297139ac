//go:build unix

package main

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"eberbach/app/store"
	"eberbach/app/store/redistest"
)

// TestBackup takes a school from a running serve with the embedded database to a Redis, as the README says, and signs in
// there; the file is whole, private, and the same by standard output.
func TestBackup(t *testing.T) {
	dir, redis := t.TempDir(), redistest.Start(t).URL()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "school.backup")
	laptop := boot(t, "--data", data, "--log", "off")
	pass := madeDemo(t, "--data", data, "--pupils", "6")["passphrase"]
	if code, out := call(t, "backup", file, "--data", data); code != 0 || !strings.Contains(out, "1 classes, 2 teachers") {
		t.Fatalf("exit status %d: %s", code, out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, error %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".school*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if code, out := call(t, "restore", file, "--data", data); code != exitConfig || !strings.Contains(out, "stop the other program") {
		t.Errorf("beside a running serve: exit status %d: %s", code, out)
	}
	if code := laptop.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if code, out := call(t, "restore", file, "--data", data); code != 1 || !strings.Contains(out, "nothing is overwritten; name an empty folder") {
		t.Errorf("over what is there: exit status %d: %s", code, out)
	}
	if code, out := call(t, "restore", file, "--redis", redis); code != 0 || !strings.Contains(out, "restored: ") {
		t.Fatalf("exit status %d: %s", code, out)
	}
	if code, out := call(t, "restore", file, "--redis", redis); code != 1 || !strings.Contains(out, "take another database") {
		t.Errorf("over what is there: exit status %d: %s", code, out)
	}
	server := boot(t, "--redis", redis, "--log", "off")
	if !server.signsIn("demo", pass) {
		t.Error("the teacher does not get in")
	}
	if code := server.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	back := filepath.Join(dir, "back")
	save := command(t, "backup", "-", "--redis", redis)
	saved, err := save.Output()
	if err != nil {
		t.Fatal(err)
	}
	load := command(t, "restore", "-", "--data", back)
	load.Stdin = bytes.NewReader(saved)
	if out, err := load.CombinedOutput(); err != nil || !strings.Contains(string(out), "2 teachers") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestBackupFaults says what to do about files that are none, and leaves a file alone when there is no better one.
func TestBackupFaults(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "data"), filepath.Join(dir, "school.backup")
	if err := os.WriteFile(file, []byte("not one"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		say    string
		args   []string
	}{
		{exitConfig, "takes one argument", []string{"backup"}},
		{exitConfig, "takes one argument", []string{"restore", "a", "b"}},
		{1, "is no file", []string{"backup", dir}},
		{1, "no such file", []string{"backup", filepath.Join(dir, "nowhere", "x")}},
		{1, "no such file", []string{"restore", filepath.Join(dir, "nowhere")}},
		{1, "name a file that eberbach backup has made; nothing was written", []string{"restore", file}},
		{1, "no such file", []string{"restore", file, "--deletions", filepath.Join(dir, "nowhere")}},
		{1, "run it again", []string{"backup", file, "--redis", "redis://127.0.0.1:1"}},
	} {
		args := c.args
		if !strings.Contains(strings.Join(args, " "), "--redis") {
			args = append(args, "--data", data)
		}
		if code, out := call(t, args...); code != c.status || !strings.Contains(out, c.say) {
			t.Errorf("%v: exit status %d: %s", c.args, code, out)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != "not one" {
		t.Errorf("the file says %q, error %v", got, err)
	}
}

// TestRestoreCutShort kills a restore in the middle: serve does not start on what is there until it is repeated.
func TestRestoreCutShort(t *testing.T) {
	redis, target := redistest.Start(t).URL(), redistest.Start(t)
	file := filepath.Join(t.TempDir(), "school.backup")
	madeDemo(t, "--redis", redis, "--learners", "1500")
	if code, out := call(t, "backup", file, "--redis", redis); code != 0 {
		t.Fatalf("exit status %d: %s", code, out)
	}
	cmd := command(t, "restore", file, "--redis", target.URL())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	db := opened(t, store.Config{Address: target.URL()})
	defer db.Close()
	for begun, end := "", time.Now().Add(20*time.Second); begun == ""; {
		var err error
		if begun, err = db.Unrestored(t.Context()); err != nil || time.Now().After(end) {
			t.Fatalf("the restore does not begin: %v", err)
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if begun, err := db.Unrestored(t.Context()); begun == "" || err != nil {
		t.Fatalf("it was over before it was killed, error %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // one that starts does not end by itself
	defer cancel()
	var said bytes.Buffer
	code := run(ctx, []string{"eberbach", "serve", "--addr", "127.0.0.1:0", "--redis", target.URL()}, &said, &said)
	if code != exitConfig || !strings.Contains(said.String(), "run eberbach restore again") {
		t.Errorf("serve: exit status %d: %s", code, &said)
	}
	if code, out := call(t, "restore", file, "--redis", target.URL()); code != 0 || !strings.Contains(out, "1500 learners") {
		t.Errorf("again: exit status %d: %s", code, out)
	}
	p := boot(t, "--redis", target.URL(), "--log", "off")
	if status, _ := p.get("/healthz"); status != http.StatusOK {
		t.Errorf("afterwards serve is not well: %d", status)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d", code)
	}
}
