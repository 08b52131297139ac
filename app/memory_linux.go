package main

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// unmapProgram takes the pages of the program file out of the process's memory: half of them are what made the tables of
// packages, read YAML and templates, and lessons as they were before they were read. A page that is needed again comes from
// the kernel's cache, 64 kB at a time.
func unmapProgram() error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer maps.Close()
	return unmapFile(path, maps)
}

// unmapFile takes the mappings of a file out of memory that are only read, of those that smaps lists as in proc_pid_smaps(5).
// Where a page was written to, as the loader does with addresses, the kernel would bring it back as it is in the file.
func unmapFile(path string, smaps io.Reader) error {
	var from, to uint64
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		head, rest, _ := strings.Cut(lines.Text(), " ")
		if head == "Anonymous:" && strings.TrimSpace(rest) == "0 kB" && to > from {
			if _, _, e := syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED); e != 0 {
				return e
			}
		}
		if a, b, mapping := strings.Cut(head, "-"); mapping {
			from, to = 0, 0
			if len(rest) > 1 && rest[1] == '-' && strings.HasSuffix(rest, " "+path) {
				from, _ = strconv.ParseUint(a, 16, 64)
				to, _ = strconv.ParseUint(b, 16, 64)
			}
		}
	}
	return lines.Err()
}
