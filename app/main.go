// Command eberbach serves the learning module, checks its lesson files, grades again by corrected keys, lets teachers in,
// makes a school to look at, and saves and restores all that is kept.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/urfave/cli/v3"
)

// What is built, set by the Makefile. The date is the commit's: with the time of the build in it no two would be the same.
var (
	version = "dev" // tag, or tag and commits since
	commit  = "unknown"
	date    = "unknown" // UTC
)

// exitConfig is the exit status for a call or configuration that cannot be carried out as it is.
const exitConfig = 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args, os.Stdout, os.Stderr))
}

// run carries out a command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	app := &cli.Command{
		Name: "eberbach", Usage: "annotated lessons and quizzes for civic education",
		Version: fmt.Sprintf("%s, commit %s of %s, %s", version, commit, date, runtime.Version()),
		Commands: []*cli.Command{
			serveCommand(), checkCommand(), newCommand(), previewCommand(), importTextCommand(), regradeCommand(),
			statsCommand(), inviteCommand(), resetTeacherCommand(), demoCommand(), healthCommand(),
			backupCommand(), restoreCommand(),
		},
		Writer: stdout, ErrWriter: stderr,
		Action: func(_ context.Context, c *cli.Command) error {
			if name := c.Args().First(); name != "" {
				return fmt.Errorf("there is no command %q; see eberbach --help", name)
			}
			return cli.ShowRootCommandHelp(c)
		},
		// The exit status is decided here alone.
		ExitErrHandler: func(context.Context, *cli.Command, error) {},
	}
	err := app.Run(ctx, args)
	var exit cli.ExitCoder
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		if exit.Error() != "" {
			fmt.Fprintln(stderr, exit.Error())
		}
		return exit.ExitCode()
	}
	fmt.Fprintln(stderr, "eberbach:", err)
	return exitConfig
}
