package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// unmapRead takes the pages of the program file and of the files in a directory out of the process's memory that were only
// read: half of the program's are what made the tables of packages, read YAML and templates, and lessons as they were before
// they were read; a database is read as a whole when a start begins. A page that is needed again comes from the kernel's
// cache, 64 kB at a time.
func unmapRead(dir string) error {
	program, err1 := os.Executable()
	dir, err2 := filepath.Abs(dir)
	maps, err3 := os.Open("/proc/self/smaps")
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	defer maps.Close()
	return unmap(maps, func(path string) bool { return path == program || filepath.Dir(path) == dir })
}

// unmap takes mappings of files out of memory that are only read, of those that smaps lists as in proc_pid_smaps(5). Where a
// page was written to, as the loader does with addresses, the kernel would bring it back as it is in the file.
func unmap(smaps io.Reader, which func(path string) bool) error {
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
			if i := strings.IndexByte(rest, '/'); i > 0 && rest[1] == '-' && which(rest[i:]) {
				from, _ = strconv.ParseUint(a, 16, 64)
				to, _ = strconv.ParseUint(b, 16, 64)
			}
		}
	}
	return lines.Err()
}
