package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"eberbach/app/demo"
	"eberbach/app/lesson"
	"eberbach/app/school"
	"eberbach/app/store"
)

// demoHelp is what the command promises.
const demoHelp = `Makes two accounts, a class with 35 pupils and all lessons of the module, and what the pupils have answered in
the past weeks, so that every page of a teacher has something on it. The passphrase is printed once; nothing else lets
anybody in. The same --seed makes the same names and answers, but for the secrets.

With --learners it makes that many people in no class instead, each with two attempts at every lesson, to try out how a
database bears them.

With --remove it takes away just what it has made. Who has joined the class since then keeps their work. The questions of
the lessons stay, for they belong to the module.

With the embedded database a running serve carries it out, with the lessons that it serves.`

// demoCall is what is asked of the demo.
type demoCall struct {
	Remove     bool   `json:"remove,omitempty"`
	Pupils     int    `json:"pupils,omitempty"`
	Learners   int    `json:"learners,omitempty"`
	Seed       uint64 `json:"seed,omitempty"`
	Passphrase string `json:"passphrase,omitempty"`
}

func demoCommand() *cli.Command {
	return &cli.Command{
		Name: "demo", Usage: "make a school to look at: a teacher, a class and what its pupils have answered", Description: demoHelp,
		Flags: append(placeFlags(), urlFlag(),
			&cli.IntFlag{Name: "pupils", Value: 35, Usage: "`NUMBER` of pupils in the class"},
			&cli.IntFlag{Name: "learners", Usage: "`NUMBER` of people in no class to make instead of a school"},
			&cli.Uint64Flag{Name: "seed", Value: 1, Usage: "`NUMBER` that names and answers follow from"},
			stringFlag("passphrase", "", "`TEXT` with which the accounts sign in (default: one that is made up)"),
			&cli.BoolFlag{Name: "remove", Usage: "take away what this command has made"},
			lessonsFlag("", "`DIR` with the lesson files (default: those in this program; a running serve takes its own)"),
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			p, call := placeOf(c), adminCall{Command: c.Name, Origin: strings.TrimSuffix(c.String("url"), "/"), Demo: &demoCall{
				Remove: c.Bool("remove"), Pupils: c.Int("pupils"), Learners: c.Int("learners"), Seed: c.Uint64("seed"), Passphrase: c.String("passphrase"),
			}}
			faults := append(append(p.faults(), urlFaults(c.String("url"))...), demoFaults(c, call.Demo)...)
			if len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			out := c.Root().Writer
			return atPlace(ctx, p, call, out, func(db *store.Store) error {
				module, err := presentLessons(c.String("lessons"))
				if err != nil {
					return cli.Exit("demo: "+err.Error(), exitConfig)
				}
				return demoHere(ctx, db, module, cmp.Or(call.Origin, defaultOrigin), *call.Demo, out)
			})
		},
	}
}

// demoFaults names everything that is wrong with the call, and fills in a passphrase.
func demoFaults(c *cli.Command, d *demoCall) (faults []error) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.Args().Len() > 0 {
		add("demo takes no argument; numbers are given as in: eberbach demo --pupils 30")
	}
	if d.Pupils < 1 || d.Pupils > demo.MostPupils {
		add("--pupils %d: a class has from 1 to %d", d.Pupils, demo.MostPupils)
	}
	if d.Learners < 0 {
		add("--learners %d: it is a number of people", d.Learners)
	}
	if d.Learners > 0 && c.IsSet("pupils") {
		add("--learners makes people in no class, so --pupils means nothing beside it; run demo twice for both")
	}
	if d.Passphrase == "" {
		code, err := school.NewCode(rand.Reader)
		if err != nil {
			add("--passphrase: %v", err)
		}
		d.Passphrase = code
	}
	switch school.CheckPassphrase(d.Passphrase, demo.OwnerName) {
	case school.PassphraseFine:
	case school.PassphraseShort, school.PassphraseLong:
		add("--passphrase: it has from %d to %d characters", school.MinPassphrase, school.MaxPassphrase)
	default:
		add("--passphrase: it would be among the first that somebody tries; take another one")
	}
	return faults
}

// demoHere carries out the call in this process. origin is where the pages are reached.
func demoHere(ctx context.Context, db *store.Store, module *lesson.Module, origin string, call demoCall, out io.Writer) error {
	switch {
	case call.Remove:
		return demoRemove(ctx, db, out)
	case call.Learners > 0:
		attempts, answers, err := demo.Learners(ctx, db, module, call.Learners, call.Seed, time.Now())
		if err != nil {
			return demoFailed(err)
		}
		fmt.Fprintf(out, "made: %d people in no class with %d attempts and %d answers\nremove: eberbach demo --remove\n", call.Learners, attempts, answers)
		return nil
	}
	r, err := demo.Seed(ctx, db, module, demo.Options{Pupils: call.Pupils, Seed: call.Seed, Now: time.Now(), Passphrase: call.Passphrase})
	if err != nil {
		return demoFailed(err)
	}
	fmt.Fprintf(out, `sign in:     %s/en/teach/signin
user name:   %s
passphrase:  %s
colleague:   %s, with the same passphrase
pupils join: %s/en/join/%s
class:       %s with %d pupils, %d lessons given, %d attempts, %d answers
to see:      %s
remove:      eberbach demo --remove
`, origin, demo.OwnerName, call.Passphrase, demo.ColleagueName, origin, r.Class.Code,
		r.Class.Name, call.Pupils, len(r.Given), r.Attempts, r.Answers, demoSights(r))
	return nil
}

// demoSights says what there is to find in a class.
func demoSights(r demo.Result) string {
	words := map[demo.Role]string{
		demo.Late: "who is always late", demo.Idle: "who has done nothing", demo.Extra: "who has more time",
		demo.Slow: "who ran out of time", demo.Left: "who has left", demo.Deleted: "who has deleted everything",
	}
	var list []string
	for _, p := range r.Pupils {
		if words[p.Role] != "" {
			list = append(list, words[p.Role])
		}
	}
	return "a pupil " + strings.Join(list, ", one ") + "; a Test to release; work that is running, and some that has not opened"
}

func demoRemove(ctx context.Context, db *store.Store, out io.Writer) error {
	r, err := demo.Remove(ctx, db, time.Now())
	if err != nil {
		return fmt.Errorf("%w; what is removed stays so, run it again for the rest", err)
	}
	if !r.Class && r.Learners == 0 {
		fmt.Fprintln(out, "there is no demo in this database")
	}
	if r.Class {
		fmt.Fprintf(out, "removed: both accounts and the class with %d pupils\n", r.Pupils)
	}
	if r.Learners > 0 {
		fmt.Fprintf(out, "removed: %d people in no class\n", r.Learners)
	}
	return nil
}

// demoFailed says what to do when the demo could not be made.
func demoFailed(err error) error {
	switch {
	case errors.Is(err, demo.ErrThere):
		return errors.New("there is a demo in this database already, or a part of one; remove it first with: eberbach demo --remove")
	case errors.Is(err, demo.ErrNameTaken):
		return fmt.Errorf("the user name %s or %s belongs to an account that the demo has not made; nothing was made", demo.OwnerName, demo.ColleagueName)
	}
	return fmt.Errorf("cut short: %w; take away what is there with eberbach demo --remove, then run it again", err)
}
