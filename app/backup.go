package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/store"
)

// backupHelp is what the command promises.
const backupHelp = `Writes everything that the database holds into FILE, compressed, for its owner alone; - is standard output. Pages can be
used meanwhile: each learner, class and teacher is saved as at one moment. With the embedded database a running serve
carries it out. FILE takes its name only when it is whole; one that has the name already is replaced then.

The file holds what the database holds: answers, pseudonyms, hashes of secrets. Keep it as you keep the database, and no
longer than you need it. Whose time is over is left out when it is restored. Which addresses have failed to sign in is not
in it.`

func backupCommand() *cli.Command {
	return &cli.Command{
		Name: "backup", Usage: "save everything in a file, beside a running serve", ArgsUsage: "FILE", Description: backupHelp, Flags: placeFlags(),
		Action: func(ctx context.Context, c *cli.Command) error {
			p := placeOf(c)
			if faults := append(p.faults(), fileFaults(c)...); len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			name := c.Args().First()
			if name == "-" {
				return backupInto(ctx, p, withData{c.Root().ErrWriter, c.Root().Writer})
			}
			return writeWhole(name, func(file *os.File) error { return backupInto(ctx, p, withData{c.Root().Writer, file}) })
		},
	}
}

// fileFaults names what is wrong with the one argument of the command.
func fileFaults(c *cli.Command) []error {
	if c.Args().Len() == 1 && c.Args().First() != "" {
		return nil
	}
	return []error{fmt.Errorf("%s takes one argument, the name of a file, as in: eberbach %[1]s school.backup", c.Name)}
}

// backupInto has a backup written, by whoever has the database.
func backupInto(ctx context.Context, p place, out withData) error {
	return atPlace(ctx, p, adminCall{Command: "backup"}, out, func(db *store.Store) error { return backupHere(ctx, db, out) })
}

// backupHere writes a backup as data and says what is in it.
func backupHere(ctx context.Context, db *store.Store, out io.Writer) error {
	done, err := db.Backup(ctx, dataOf(out), time.Now())
	if err != nil {
		return fmt.Errorf("cut short: %w; run it again", err)
	}
	fmt.Fprintf(out, "saved: %s\n", said(done))
	if done.Foreign > 0 {
		fmt.Fprintf(out, "left out: %d keys that are not Eberbach's\n", done.Foreign)
	}
	return nil
}

// said is what there is in a backup.
func said(c store.Contents) string {
	return fmt.Sprintf("%d learners, %d classes, %d teachers in %d keys", c.Learners, c.Classes, c.Teachers, c.Keys)
}

// writeWhole gives a file its name when all of it is on disk and reads as a whole backup.
func writeWhole(name string, write func(*os.File) error) (err error) {
	failed := func(err error) error { return cli.Exit("backup: "+err.Error(), 1) }
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return failed(fmt.Errorf("%s is no file; name one, or - for standard output", name))
	}
	dir := filepath.Dir(name)
	file, err := os.CreateTemp(dir, "."+filepath.Base(name)+".*") // 0600
	if err != nil {
		return failed(err)
	}
	defer os.Remove(file.Name()) // when it does not come to its name
	defer file.Close()
	if err := write(file); err != nil {
		return err
	}
	_, err = file.Seek(0, io.SeekStart)
	if err == nil {
		_, err = store.CheckBackup(file)
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return failed(err)
	}
	if d, err := os.Open(dir); err == nil { // the name, too, outlives a power cut; some systems cannot say so
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// restoreHelp is what the command promises.
const restoreHelp = `Writes what eberbach backup has saved into an empty database; - is standard input. It may be another one than it was saved
from: an embedded database, a Redis, a cluster. The file is read to its end first; nothing is written when it is not whole.

A database that holds anything of Eberbach is left alone. Stop serve before, and start it when the restore is done. When it
is cut short, run it again with the same file; until then serve does not start on that database.

Who has deleted everything since the file was made stays deleted if you name the latest backup with --deletions.`

func restoreCommand() *cli.Command {
	return &cli.Command{
		Name: "restore", Usage: "write a backup into an empty database", ArgsUsage: "FILE", Description: restoreHelp,
		Flags: append(placeFlags(), &cli.StringFlag{Name: "deletions", Usage: "`FILE` of a newer backup, of which is only read who was deleted"}),
		Action: func(ctx context.Context, c *cli.Command) error {
			p := placeOf(c)
			if faults := append(p.faults(), fileFaults(c)...); len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			file, err := backupFile(c.Args().First(), c.Root().Reader)
			if err != nil {
				return cli.Exit("restore: "+err.Error(), 1)
			}
			defer file.Close()
			var newer io.ReadSeeker
			if name := c.String("deletions"); name != "" {
				opened, err := backupFile(name, nil)
				if err != nil {
					return cli.Exit("restore: --deletions: "+err.Error(), 1)
				}
				defer opened.Close()
				newer = opened
			}
			db, err := p.open()
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			done, err := db.Restore(ctx, file, newer, time.Now())
			if err != nil {
				return cli.Exit("restore: "+restoreFailed(p, err).Error(), 1)
			}
			out := c.Root().Writer
			fmt.Fprintf(out, "restored: %s, as of %s\n", said(done), done.Begun.Format(time.RFC3339))
			if done.Expired > 0 {
				fmt.Fprintf(out, "left out: %d keys whose time was over\n", done.Expired)
			}
			if done.Deleted > 0 {
				fmt.Fprintf(out, "deleted again: %d learners who were deleted since\n", done.Deleted)
			}
			return nil
		},
	}
}

// backupFile opens a file, or keeps what comes from standard input in one without a name: it is read twice.
func backupFile(name string, stdin io.Reader) (*os.File, error) {
	if name != "-" || stdin == nil {
		return os.Open(name)
	}
	file, err := os.CreateTemp("", "eberbach-restore-*")
	if err != nil {
		return nil, err
	}
	err = os.Remove(file.Name())
	if err == nil || errors.Is(err, fs.ErrPermission) { // some systems keep the name of an open file
		_, err = io.Copy(file, stdin)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// restoreFailed says what to do when a backup could not be restored.
func restoreFailed(p place, err error) error {
	switch {
	case errors.Is(err, store.ErrBackup):
		return fmt.Errorf("%s; nothing was written", strings.TrimPrefix(err.Error(), store.ErrBackup.Error()+": "))
	case errors.Is(err, store.ErrHolds) && p.redis == "":
		return fmt.Errorf("%s holds data already, and nothing is overwritten; name an empty folder with --data, or move this one away", p.data)
	case errors.Is(err, store.ErrHolds):
		return errors.New("this Redis holds data of Eberbach already, and nothing is overwritten; take another database (redis://host:6379/1) or an empty Redis; one that only a serve has been started on can be emptied with redis-cli FLUSHDB")
	case errors.Is(err, store.ErrConflict):
		return errors.New("a restore of another backup was cut short here; run it again with that file, or begin with an empty database")
	}
	return fmt.Errorf("cut short: %w; run it again with the same file, until then this database is not whole", err)
}

// refuseUnrestored refuses a database that a restore has not finished. One that does not answer is not known to be such.
func refuseUnrestored(ctx context.Context, db *store.Store) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if backup, err := db.Unrestored(ctx); err == nil && backup != "" {
		return cli.Exit("eberbach: a restore into this database was cut short; run eberbach restore again with the same file, then start serve", exitConfig)
	}
	return nil
}

// withData is an output for data beside the one for what is said.
type withData struct {
	io.Writer
	data io.Writer
}

// dataOf is where data go.
func dataOf(out io.Writer) io.Writer {
	if w, ok := out.(withData); ok {
		return w.data
	}
	return out
}
