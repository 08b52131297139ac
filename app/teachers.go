package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/school"
	"eberbach/app/store"
)

// defaultOrigin is where links lead to when neither the command nor a running serve says more.
const defaultOrigin = "http://localhost:3000"

func inviteCommand() *cli.Command {
	return &cli.Command{
		Name: "invite", Usage: "print a link with which one teacher can sign up",
		Description: "The link is good for one account and for 14 days. A running serve makes it, or this program does where none runs.",
		Flags:       append(placeFlags(), urlFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			p, call, err := teacherCall(c, 0)
			if err != nil {
				return err
			}
			out := c.Root().Writer
			return atPlace(ctx, p, call, out, func(db *store.Store) error {
				return inviteHere(ctx, db, originHere(call, out), out)
			})
		},
	}
}

func resetTeacherCommand() *cli.Command {
	return &cli.Command{
		Name: "reset-teacher", Usage: "print a link with which a teacher who has lost everything chooses a new passphrase", ArgsUsage: "NAME",
		Description: "The link is good for one use and for 24 hours, and takes the place of an earlier one. Make sure who asks for it: it opens the account.",
		Flags:       append(placeFlags(), urlFlag()),
		Action: func(ctx context.Context, c *cli.Command) error {
			p, call, err := teacherCall(c, 1)
			if err != nil {
				return err
			}
			out := c.Root().Writer
			return atPlace(ctx, p, call, out, func(db *store.Store) error {
				return resetHere(ctx, db, originHere(call, out), call.Name, out)
			})
		},
	}
}

// teacherCall reads the command line of a command that prints a link, with so many arguments.
func teacherCall(c *cli.Command, args int) (place, adminCall, error) {
	p, call := placeOf(c), adminCall{Command: c.Name, Name: c.Args().First(), Origin: strings.TrimSuffix(c.String("url"), "/")}
	faults := append(p.faults(), urlFaults(c.String("url"))...)
	switch {
	case args == 0 && c.Args().Len() > 0:
		faults = append(faults, fmt.Errorf("%s takes no argument", c.Name))
	case args == 1 && c.Args().Len() != 1:
		faults = append(faults, fmt.Errorf("%s: name one teacher by the user name, as in: eberbach %s frau.mueller", c.Name, c.Name))
	}
	if len(faults) > 0 {
		return p, call, cli.Exit(errors.Join(faults...).Error(), exitConfig)
	}
	return p, call, nil
}

// originHere is the origin of a link that this program makes by itself, and says so when it can only suppose it.
func originHere(call adminCall, out io.Writer) string {
	if call.Origin == "" {
		fmt.Fprintf(out, "The link supposes %s; with --url it leads to where others reach it.\n", defaultOrigin)
	}
	return cmp.Or(call.Origin, defaultOrigin)
}

// inviteHere stores an invitation and prints its link.
func inviteHere(ctx context.Context, db *store.Store, origin string, out io.Writer) error {
	code, err := school.NewCode(rand.Reader)
	if err != nil {
		return err
	}
	if err := db.NewInvite(ctx, school.HashCode(code), time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s/en/teach/signup?%s\n", origin, url.Values{"invite": {code}}.Encode())
	return nil
}

// resetHere stores a reset link of the teacher with the user name and prints it.
func resetHere(ctx context.Context, db *store.Store, origin, name string, out io.Writer) error {
	t, err := db.TeacherNamed(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no teacher with the user name %q", name)
	}
	if err != nil {
		return err
	}
	token, hash, err := school.NewReset(t.ID, rand.Reader)
	if err != nil {
		return err
	}
	if err := db.SetReset(ctx, t.ID, hash, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s/en/teach/reset?%s\n", origin, url.Values{"token": {token}}.Encode())
	return nil
}
