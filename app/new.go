package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"

	"eberbach/app/lesson"
)

func newCommand() *cli.Command {
	return &cli.Command{
		Name: "new", Usage: "write the skeleton of a lesson", ArgsUsage: "LESSON",
		Description: "LESSON is the id of the new lesson. Its folder is full of comments and passes the check. A folder that has no\n" +
			"module.yaml yet gets a whole small module.",
		Flags: []cli.Flag{
			lessonsFlag("lessons", "`DIR` of the lesson files"),
			&cli.StringFlag{Name: "theme", Usage: "`ID` of the theme that lists the lesson (default: the first one)"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return cli.Exit("new: name one lesson, such as eberbach new first-steps", exitConfig)
			}
			dir, id := c.String("lessons"), c.Args().First()
			theme, err := newLesson(dir, id, c.String("theme"))
			if err != nil {
				return cli.Exit("new: "+err.Error(), exitConfig)
			}
			fmt.Fprintf(c.Root().Writer, "%s  listed under the theme %q in %s\nWrite it in the files there, and see it with\n  eberbach preview %s --lessons %s\n",
				filepath.Join(dir, id), theme, filepath.Join(dir, "module.yaml"), id, dir)
			return nil
		},
	}
}

// lessonsFlag is where a command finds the lesson files.
func lessonsFlag(value, usage string) cli.Flag {
	return &cli.StringFlag{Name: "lessons", Value: value, Usage: usage, Sources: cli.EnvVars("EBERBACH_LESSONS")}
}

// newLesson writes a lesson into a folder, which it makes where it is missing, and returns the theme that lists it.
func newLesson(dir, id, theme string) (string, error) {
	files, in, err := lesson.New(os.DirFS(dir), id, theme)
	if err != nil {
		return "", err
	}
	return in, writeTogether(dir, files)
}

// writeTogether writes all files or none. They are written beside their places first and then moved there, the last
// one at the end. Only the last may replace a file. What it made before an error it takes away again.
func writeTogether(dir string, files []lesson.File) (err error) {
	var made []string
	defer func() {
		for i := len(made) - 1; err != nil && i >= 0; i-- {
			err = errors.Join(err, os.RemoveAll(made[i]))
		}
	}()
	if !exists(dir) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		made = append(made, dir)
	}
	stage, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	if err := writeBelow(stage, files); err != nil {
		return err
	}
	names := topLevel(files)
	for i, name := range names {
		from, to := filepath.Join(stage, name), filepath.Join(dir, name)
		replaces := exists(to)
		if replaces && i < len(names)-1 {
			return fmt.Errorf("%s has come into being meanwhile; try again", to)
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		if !replaces {
			made = append(made, to)
		}
	}
	return nil
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

func writeBelow(dir string, files []lesson.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// topLevel are the names of the files and folders that the files begin with, each once, in order.
func topLevel(files []lesson.File) (names []string) {
	for _, f := range files {
		name, _, _ := strings.Cut(f.Path, "/")
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return names
}
