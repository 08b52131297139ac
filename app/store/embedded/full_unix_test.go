//go:build unix

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A limit on the size of files is as good as a full disk, and needs a process of
// its own: everything this one wrote would be limited too.
func TestDiskFull(t *testing.T) {
	out, err := child("full", t.TempDir()).Output()
	must(t, err)
	if string(out) != "ok\n" {
		t.Errorf("%s", out)
	}
}

func init() {
	children["full"] = func(dir string) {
		signal.Ignore(syscall.SIGXFSZ)
		if err := fillTheDisk(dir); err != nil {
			fmt.Println(err)
			os.Exit(0)
		}
		fmt.Println("ok")
	}
}

func fillTheDisk(dir string) error {
	e, err := open(dir, options{step: 20 * time.Millisecond, fault: noFault})
	if err != nil {
		return err
	}
	ctx, c := context.Background(), e.Client()
	unlimited, err := limitFiles(1 << 20)
	if err != nil {
		return err
	}
	n := 0
	for ; n < 1000 && err == nil; n++ {
		err = c.Set(ctx, fmt.Sprint(n), strings.Repeat("x", 10_000), 0).Err()
	}
	if n--; !errors.Is(err, ErrUnavailable) {
		return fmt.Errorf("write %d: %w", n, err)
	}
	if err := awaitOK(func() error { return check(c.DBSize(ctx).Val(), n) }); err != nil {
		return fmt.Errorf("while full: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, unlimited); err != nil {
		return err
	}
	if err := awaitOK(func() error { return c.Set(ctx, fmt.Sprint(n), "v", 0).Err() }); err != nil {
		return fmt.Errorf("with room again: %w", err)
	}
	if err := e.Close(); err != nil {
		return err
	}
	if e, err = Open(dir); err != nil {
		return err
	}
	return errors.Join(check(e.Client().DBSize(ctx).Val(), n+1), e.Close())
}

// limitFiles lets no file of this process grow beyond size.
func limitFiles(size uint64) (before *syscall.Rlimit, err error) {
	before = &syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, before); err != nil {
		return nil, err
	}
	return before, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: before.Max})
}

func awaitOK(try func() error) (err error) {
	for range 200 {
		if err = try(); err == nil {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return err
}

func check(got int64, want int) error {
	if got != int64(want) || want < 10 {
		return fmt.Errorf("%d keys, want %d and enough of them to mean something", got, want)
	}
	return nil
}
