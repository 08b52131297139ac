package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"eberbach/app/store/redistest"
)

// TestIdleMemory: a program that waits for its first request is content with 40 MB, and answers afterwards as before.
func TestIdleMemory(t *testing.T) {
	for name, args := range map[string][]string{"redis": {"--redis", redistest.Start(t).URL()}, "embedded": {"--data", t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			p := boot(t, append(args, "--log", "off")...)
			var kb int
			defer func() { t.Logf("%d MB", kb>>10) }()
			waits(t, func() bool { kb = resident(t, p.cmd.Process.Pid); return 0 < kb && kb < 40<<10 })
			if status, _ := p.get("/de/glossary"); status != http.StatusOK { // which is made for whoever is the first to read it
				t.Errorf("it answers with %d", status)
			}
		})
	}
}

func resident(t *testing.T, pid int) (kb int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	fmt.Sscan(after, &kb)
	return kb
}

// TestUnmap: a mapping that was written to keeps what was written, though it is the same file's and may only be read now.
func TestUnmap(t *testing.T) {
	path := t.TempDir() + "/a file"
	if err := os.WriteFile(path, bytes.Repeat([]byte("f"), 2*os.Getpagesize()), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	written, read := mapped(t, file), mapped(t, file)
	written[0] = 'w'
	for _, m := range [][]byte{written, read} {
		if err := syscall.Mprotect(m, syscall.PROT_READ); err != nil {
			t.Fatal(err)
		}
	}
	if read[0] != 'f' { // brings the page into memory
		t.Fatal("the file's first letter is another")
	}
	before := rss(t, path)
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	if err := unmap(bytes.NewReader(smaps), func(p string) bool { return p == path }); err != nil {
		t.Fatal(err)
	}
	if after := rss(t, path); after >= before || after == 0 {
		t.Errorf("%d kB before, %d after", before, after)
	}
	if written[0] != 'w' || read[0] != 'f' {
		t.Errorf("%c and %c are read", written[0], read[0])
	}
}

// mapped is a copy of its own of a file in memory, which may be written to.
func mapped(t *testing.T, file *os.File) []byte {
	t.Helper()
	data, err := syscall.Mmap(int(file.Fd()), 0, 2*os.Getpagesize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(data) })
	return data
}

// rss is how much of a file's mappings is in memory.
func rss(t *testing.T, path string) (kb int) {
	t.Helper()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	of := false
	for _, line := range strings.Split(string(smaps), "\n") {
		head, rest, _ := strings.Cut(line, " ")
		if strings.Contains(head, "-") {
			of = strings.HasSuffix(rest, " "+path)
		} else if of && head == "Rss:" {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			kb += n
		}
	}
	return kb
}
