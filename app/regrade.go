package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/lesson"
	"eberbach/app/store"
	"eberbach/app/web"
	"eberbach/lessons"
)

// regradeHelp is what the command promises.
const regradeHelp = `After a key was corrected, the attempts that are stored are graded again by the present questions. Without
--apply it only shows who would change and by how much. With --apply it does it: attempt by attempt, each with its
learner's progress in one write that is refused when the learner has answered meanwhile, and then decided again. It may
be cut short at any moment and run again, beside a running serve, and a second time it changes nothing.

An answer is graded by the present question of the same id when that is of the same kind and still has every option and
field of the answer. A question without an answer gets its present key, too. Where the question is gone or its form is
another one, the answer stays as it was graded, and is reported. Where nothing but words differ, the attempt goes on
showing the question as it was asked. Answers, tries, times and other lessons are not touched.

The attempt is then one at an edition in which the corrected questions stand in the place of the old ones, so that its
result agrees with its grade; the result says at which question the key was corrected.

With --redis the present questions are those in this program or in --lessons. With the embedded database a running serve
carries it out, by the questions that it asks. Exit status 1: some attempts could not be graded again.`

func regradeCommand() *cli.Command {
	return &cli.Command{
		Name: "regrade", Usage: "grade a lesson's stored attempts again after its key was corrected", ArgsUsage: "LESSON",
		Description: regradeHelp,
		Flags: append(placeFlags(),
			&cli.BoolFlag{Name: "apply", Usage: "do it, not only show it"},
			lessonsFlag("", "`DIR` with the present lesson files (default: those in this program; a running serve takes its own)"),
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			p := placeOf(c)
			faults := p.faults()
			if c.Args().Len() != 1 {
				faults = append(faults, errors.New("regrade: name one lesson, as in: eberbach regrade false-alarms"))
			}
			if len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			return regradeStored(ctx, p, adminCall{Command: "regrade", Lesson: c.Args().First(), Apply: c.Bool("apply")}, c.String("lessons"), c.Root().Writer)
		},
	}
}

// regradeStored carries out the call here or has a running serve do it.
func regradeStored(ctx context.Context, p place, call adminCall, dir string, out io.Writer) error {
	return atPlace(ctx, p, call, out, func(db *store.Store) error {
		module, err := presentLessons(dir)
		if err != nil {
			return cli.Exit("regrade: "+err.Error(), exitConfig)
		}
		from := "in this program"
		if dir != "" {
			from = "in " + dir
		}
		return regradeHere(ctx, db, module, from, call, out)
	})
}

// presentLessons reads the lessons of this program or of a folder.
func presentLessons(dir string) (*lesson.Module, error) {
	var files fs.FS = lessons.FS
	if dir != "" {
		files = os.DirFS(dir)
	}
	module, faults := lesson.Read(files, time.Now())
	if faults.Broken() {
		return nil, &web.FaultsError{Faults: faults}
	}
	return module, nil
}

// regradeHere carries out the call in this process; from says whose questions they are.
func regradeHere(ctx context.Context, db *store.Store, module *lesson.Module, from string, call adminCall, out io.Writer) error {
	l := module.Lesson(call.Lesson)
	if l == nil {
		var ids []string
		for _, l := range module.Lessons {
			ids = append(ids, l.ID)
		}
		return fmt.Errorf("there is no lesson %q; it is one of %s", call.Lesson, strings.Join(ids, ", "))
	}
	fmt.Fprintf(out, "%s: graded by the %d questions %s\n", l.ID, len(l.Questions), from)
	return regradeLesson(ctx, db, l, call.Apply, out)
}
