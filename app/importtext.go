package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v3"

	"eberbach/app/lesson"
)

func importTextCommand() *cli.Command {
	return &cli.Command{
		Name: "import-text", Usage: "turn a text into numbered passages that lessons can show", ArgsUsage: "FILE",
		Description: "Plain text or Markdown (.md) becomes the document LESSONS/ID/passages.yaml and an entry in sources.yaml: headings become\n" +
			"groups, paragraphs, quotations and list entries become passages. Nothing is written that the text does not say.\n" +
			"With --update a later version of the text is compared, and all that would change is listed; --apply changes it.\n" +
			"Exit status 1 when the text is refused, or when a quote has lost its place.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "id", Usage: "name of the document: small letters, digits, single hyphens", Required: true},
			&cli.StringFlag{Name: "lang", Usage: "language of the text, `de|en`"},
			&cli.StringFlag{Name: "title", Usage: "title of the source; otherwise that of the text itself, if it has one"},
			&cli.StringFlag{Name: "publisher", Usage: "who published it"},
			&cli.StringFlag{Name: "url", Usage: "its address, https://…"},
			&cli.StringFlag{Name: "date", Usage: "when it was published, `2026-11-24`, 2026-11 or 2026"},
			&cli.StringFlag{Name: "lessons", Value: "lessons", Usage: "the folder that holds module.yaml"},
			&cli.BoolFlag{Name: "update", Usage: "bring a later version of a document's text"},
			&cli.BoolFlag{Name: "apply", Usage: "with --update: write what is listed"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if c.NArg() != 1 {
				return cli.Exit("import-text: name one file, the text", exitConfig)
			}
			if c.Bool("apply") && !c.Bool("update") {
				return cli.Exit("import-text: --apply belongs to --update; a new document is written at once", exitConfig)
			}
			root, err := lessonsFolder(c.String("lessons"))
			if err != nil {
				return cli.Exit("import-text: "+err.Error(), exitConfig)
			}
			defer root.Close()
			data, err := readText(c.Args().First())
			if err != nil {
				return cli.Exit("import-text: "+err.Error(), exitConfig)
			}
			f := lesson.Foreign{File: filepath.Base(c.Args().First()), Data: data, Source: lesson.Source{
				ID:    c.String("id"),
				Title: c.String("title"), Publisher: c.String("publisher"), URL: c.String("url"), Date: c.String("date"), Lang: c.String("lang"),
			}}
			if c.Bool("update") {
				return updateText(c.Root().Writer, root, f, c.Bool("apply"))
			}
			return importText(c.Root().Writer, root, f)
		},
	}
}

func lessonsFolder(dir string) (*os.Root, error) {
	if _, err := os.Stat(filepath.Join(dir, "module.yaml")); err != nil {
		return nil, fmt.Errorf("%s holds no module.yaml; name the folder of the lessons with --lessons", dir)
	}
	return os.OpenRoot(dir)
}

// readText reads a file, but not much more than may be in it.
func readText(name string) ([]byte, error) {
	file, err := os.Open(name) // #nosec G304 -- the author names their own text
	if err != nil {
		return nil, fmt.Errorf("%w; name a text file", err)
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, lesson.MaxForeign+1))
}

func importText(out io.Writer, root *os.Root, f lesson.Foreign) error {
	b, err := lesson.Import(root.FS(), f)
	if err := refused(out, b, err); err != nil {
		return err
	}
	if err := writeAll(root, b.Files); err != nil {
		return cli.Exit("import-text: "+err.Error(), 1)
	}
	for _, n := range b.Notes {
		fmt.Fprintln(out, n)
	}
	d := b.Document
	first, last, n := "", "", 0
	for _, g := range d.Groups {
		for _, p := range g.Passages {
			if first == "" {
				first = p.ID
			}
			last, n = p.ID, n+1
		}
	}
	fmt.Fprintf(out, "%s/passages.yaml: %s in %s, %s to %s\n", d.ID, counted(n, "passage"), counted(len(d.Groups), "group"), first, last)
	fmt.Fprintf(out, "show one in a lesson, in both languages: a line :::passage %s and a line :::, and write its other language beside the first\n", first)
	return nil
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func updateText(out io.Writer, root *os.Root, f lesson.Foreign, apply bool) error {
	u, err := lesson.UpdateText(root.FS(), f)
	var b *lesson.Brought
	if u != nil {
		b = &u.Brought
	}
	if err := refused(out, b, err); err != nil {
		return err
	}
	list := func(title string, lines ...string) {
		fmt.Fprintf(out, "%s: %d\n", title, len(lines))
		for _, l := range lines {
			fmt.Fprintln(out, "  "+l)
		}
	}
	list("notes", written(u.Notes)...)
	list("passages that are not as they were", u.Passages...)
	list("quotes that kept their place", written(u.Kept)...)
	list("quotes that moved", written(u.Moved)...)
	list("quotes that lost their place", written(u.Lost)...)
	maps.DeleteFunc(u.Files, func(name string, data []byte) bool {
		was, err := root.ReadFile(name)
		return err == nil && bytes.Equal(was, data)
	})
	switch {
	case len(u.Files) == 0:
		fmt.Fprintln(out, "nothing has changed, so nothing is written")
	case !apply:
		fmt.Fprintln(out, "nothing is written; call it again with --apply to write it")
	default:
		if err := writeAll(root, u.Files); err != nil {
			return cli.Exit("import-text: "+err.Error(), 1)
		}
		fmt.Fprintf(out, "written: %s; eberbach check names what is left to mend\n", counted(len(u.Files), "file"))
	}
	if len(u.Lost) > 0 {
		return cli.Exit("", 1)
	}
	return nil
}

func written(faults lesson.Faults) (out []string) {
	for _, f := range faults {
		out = append(out, f.String())
	}
	return out
}

// refused prints why a text is refused and makes an exit status of it.
func refused(out io.Writer, b *lesson.Brought, err error) error {
	switch {
	case errors.Is(err, lesson.ErrRefused):
		for _, n := range b.Notes {
			fmt.Fprintln(out, n)
		}
		return cli.Exit("import-text: nothing is written", 1)
	case err != nil:
		return cli.Exit("import-text: "+err.Error(), 1)
	}
	return nil
}

// writeAll writes all the files or none: each beside its place first, then all are put in place, and when that fails
// what was there is put back.
func writeAll(root *os.Root, files map[string][]byte) (err error) {
	names := slices.Sorted(maps.Keys(files))
	var made []string // folders, to be taken away again
	var placed []string
	before := map[string][]byte{}
	defer func() {
		for _, name := range names {
			_ = root.Remove(beside(name))
		}
		if err == nil {
			return
		}
		for _, name := range placed {
			if was, ok := before[name]; ok {
				err = errors.Join(err, root.WriteFile(name, was, 0o644))
			} else {
				err = errors.Join(err, root.Remove(name))
			}
		}
		for _, dir := range made {
			_ = root.Remove(dir)
		}
	}()
	for _, name := range names {
		if dir := path.Dir(name); dir != "." && root.Mkdir(dir, 0o755) == nil {
			made = append(made, dir)
		}
		if was, err := root.ReadFile(name); err == nil {
			before[name] = was
		}
		if err := writeBeside(root, name, files[name]); err != nil {
			return fmt.Errorf("%s cannot be written: %w; nothing is changed", name, err)
		}
	}
	for _, name := range names {
		if err := root.Rename(beside(name), name); err != nil {
			return fmt.Errorf("%s cannot be replaced: %w; nothing is changed", name, err)
		}
		placed = append(placed, name)
	}
	return nil
}

func beside(name string) string { return name + ".new" }

// writeBeside writes a file's new content, and it is on the disk when this returns.
func writeBeside(root *os.Root, name string, data []byte) error {
	file, err := root.OpenFile(beside(name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}
