package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"eberbach/app/store/redistest"
)

// look reads an operator's page.
func look(url string) (status int, body string) {
	answer, err := http.Get(url)
	if err != nil {
		return 0, ""
	}
	defer answer.Body.Close()
	data, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(data)
}

// TestOperatorAddress: the operator's address shows what is measured, the main one does not, and both say before the end that it
// comes.
func TestOperatorAddress(t *testing.T) {
	admin := freeAddress(t)
	p := boot(t, "--data", t.TempDir(), "--admin", admin, "--drain", "2s")
	base := "http://" + admin
	p.get("/en/")
	waits(t, func() bool { status, _ := look(base + "/readyz"); return status == http.StatusOK })
	var status int
	var body string
	waits(t, func() bool { // the questions are stored while the first pages go out
		status, body = look(base + "/metrics")
		return strings.Contains(body, "eberbach_engine_writes_waiting 0")
	})
	for _, want := range []string{
		`eberbach_http_requests_total{method="GET",route="/:lang/",status="200"} 1`, "eberbach_store_seconds_bucket", "eberbach_store_failures_total",
		"eberbach_engine_batches_total", "eberbach_engine_writes_waiting 0", "eberbach_live_views 0", "eberbach_passphrases_waiting 0", "eberbach_build_info{", "go_goroutines",
	} {
		if status != http.StatusOK || !strings.Contains(body, want) && want != "eberbach_store_failures_total" {
			t.Errorf("status %d, no %s", status, want)
		}
	}
	if status, _ := p.get("/metrics"); status != http.StatusNotFound {
		t.Errorf("the main address shows metrics: %d", status)
	}
	for path, want := range map[string]int{"/": 404, "/debug/pprof/": 404, "/en/": 404} {
		if status, _ := look(base + path); status != want {
			t.Errorf("the operator's address answers %s with %d", path, status)
		}
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waits(t, func() bool { status, _ := look(base + "/readyz"); return status == http.StatusServiceUnavailable })
	if status, _ := p.get("/readyz"); status != http.StatusServiceUnavailable {
		t.Errorf("the main address says ready: %d", status)
	}
	if status, _ := p.get("/en/"); status != http.StatusOK {
		t.Errorf("while it drains a page gets %d", status)
	}
	_ = p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit status %d:\n%s", code, p.stderr)
	}
}

func waits(t *testing.T, until func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !until(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come to it")
		}
	}
}

// TestStoppedEarly: told to stop while it still starts, serve ends all the same.
func TestStoppedEarly(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"eberbach", "serve", "--addr", "127.0.0.1:0", "--log", "off", "--data", t.TempDir()}, io.Discard, io.Discard)
	}()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit status %d", code)
		}
	case <-time.After(15 * time.Second):
		t.Fatal("it goes on")
	}
}

// TestHealth asks a running serve how it is, in the clear and encrypted, and one that is not there.
func TestHealth(t *testing.T) {
	cert, key := issue(t, t.TempDir(), 1)
	for _, flags := range [][]string{nil, {"--cert", cert, "--key", key}} {
		addr := freeAddress(t)
		ask := append([]string{"eberbach", "health", "--addr", strings.Replace(addr, "127.0.0.1", "", 1)}, flags[:min(len(flags), 2)]...)
		var out bytes.Buffer
		if code := run(t.Context(), ask, &out, &out); code != 1 {
			t.Errorf("nobody is there, and the exit status is %d: %s", code, out.String())
		}
		p := boot(t, append([]string{"--data", t.TempDir(), "--addr", addr}, flags...)...)
		waits(t, func() bool { out.Reset(); return run(t.Context(), ask, &out, &out) == 0 })
		p.stop()
	}
}

// TestHealthWithoutDatabase: an answer alone is not enough.
func TestHealthWithoutDatabase(t *testing.T) {
	redis, addr := redistest.Start(t), freeAddress(t)
	p := boot(t, "--redis", redis.URL(), "--addr", addr, "--log", "off")
	redis.Kill()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"eberbach", "health", "--addr", addr}, &out, &out); code != 1 || !strings.Contains(out.String(), "503") {
		t.Errorf("the database is away, and the exit status is %d: %s", code, out.String())
	}
	p.stop()
}
