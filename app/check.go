package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/lesson"
	"eberbach/lessons"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "read all lesson files and name every fault in them", ArgsUsage: "[DIR]",
		Description: "Without DIR the lessons in this binary are checked. Each fault is a line file:line: what, and how to mend it.\n" +
			"Exit status 1 when there is a fault; a date that has passed is only a warning.",
		Flags: []cli.Flag{&cli.BoolFlag{Name: "report", Usage: "print the figures of each lesson, too"}, &cli.StringFlag{Name: "date", Usage: "check as if today were `YYYY-MM-DD`"}},
		Action: func(_ context.Context, c *cli.Command) error {
			now, err := day(c.String("date"))
			if err != nil {
				return cli.Exit(err.Error(), exitConfig)
			}
			var files fs.FS = lessons.FS
			if dir := c.Args().First(); dir != "" {
				if !isDir(dir) {
					return cli.Exit(fmt.Sprintf("check: %s is no folder; name the folder that holds module.yaml", dir), exitConfig)
				}
				files = os.DirFS(dir)
			}
			m, faults := lesson.Read(files, now)
			for _, f := range faults {
				fmt.Fprintln(c.Root().Writer, f)
			}
			if faults.Broken() {
				return cli.Exit("", 1)
			}
			if c.Bool("report") {
				printReport(c.Root().Writer, m)
			}
			return nil
		},
	}
}

func day(s string) (time.Time, error) {
	if s == "" {
		return time.Now(), nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return t, fmt.Errorf("check: --date %s is no date; write it as 2026-11-24", s)
	}
	return t, nil
}
