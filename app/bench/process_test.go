//go:build bench

package bench

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is a server under measurement.
type process struct {
	cmd *exec.Cmd
	url string
	up  time.Duration // from the start to the printed address
}

var address = regexp.MustCompile(`http://[a-z0-9.]+:\d+`)

func start(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd}
	t.Cleanup(p.stop)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if p.url = strings.Replace(address.FindString(lines.Text()), "localhost", "127.0.0.1", 1); p.url != "" {
			p.up = time.Since(begin)
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	t.Fatalf("%v prints no address", cmd.Args)
	return nil
}

// servers are processes that do the same on one database; requests go to them in turn.
type servers []*process

// url is the origin for the client of that number.
func (s servers) url(client int) string { return s[client%len(s)].url }

// cpu is the processor time of all.
func (s servers) cpu() (sum time.Duration) {
	for _, p := range s {
		sum += p.cpu()
	}
	return sum
}

// resident is the memory of the one that holds most, in MB.
func (s servers) resident() (most float64) {
	for _, p := range s {
		most = max(most, p.resident())
	}
	return most
}

func (p *process) stop() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		_ = p.cmd.Wait()
	}
}

// startEberbach starts the real program, startBare the handlers it is measured against, each on the same database.
func startEberbach(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	return start(t, exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0", "--log", "off"}, args...)...))
}

func startBare(t *testing.T, bytes string, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "BENCH_BARE=1", "BENCH_BYTES="+bytes), env...)
	return start(t, cmd)
}

// cpu is the processor time that the process has used.
func (p *process) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	return ticks(fields[11:13])
}

// machineTime is the time that all processors together have been busy, and in which they would have been, but the host of
// this machine had others to serve.
func machineTime() (busy, stolen time.Duration) {
	data, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(data), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal
	return ticks(fields[1:4]) + ticks(fields[6:8]), ticks(fields[8:9])
}

// ticks is the time that the numbers are together, which Linux counts in hundredths of a second wherever Go runs on it.
func ticks(numbers []string) (sum time.Duration) {
	for _, n := range numbers {
		count, _ := strconv.Atoi(n)
		sum += time.Duration(count) * time.Second / 100
	}
	return sum
}

// resident is the memory that the process holds, in MB.
func (p *process) resident() float64 {
	data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	for _, l := range strings.Split(string(data), "\n") {
		if kb, ok := strings.CutPrefix(l, "VmRSS:"); ok {
			n, _ := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n / 1024
		}
	}
	return 0
}
