package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/urfave/cli/v3"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// statsHelp says what is counted, and what goes into FILE.
const statsHelp = `The item analysis that Moodle's statistics report shows: facility, discrimination index, discriminative
efficiency, effective weight and random guess score of each question, and of the whole standard deviation, skewness,
kurtosis, coefficient of internal consistency, error ratio and standard error.

LESSON: over the finished attempts of all learners at it, with nobody in it. Attempts that were asked out of the same
questions are one test, so there may be several: Practice, a Test from the reserve, the quiz before a question came in.
Below 20 attempts there are only counts. Of each answer you see how many gave it at the first try, and what those earned
in all on average; what a single one typed is left out. With the embedded database a running serve carries it out.

--marks FILE: for marks from elsewhere, with all indices whatever the number. The first row of the CSV holds the maximum
marks, each further row an attempt. Commas divide the cells, or semicolons, and then a comma may divide decimals. An
empty cell says that the attempt was not asked that item. FILE is - for the standard input.

What divides by 0 or needs more attempts than there are is null in JSON, and a dash in the table. Discrimination,
efficiency, weight, consistency and error ratio are percentages, facility and guess are fractions of the mark, the rest
is points.`

func statsCommand() *cli.Command {
	return &cli.Command{
		Name: "stats", Usage: "the item analysis of a lesson's attempts, or of marks in a CSV file", ArgsUsage: "[LESSON]",
		Description: statsHelp,
		Flags: append(placeFlags(),
			&cli.StringFlag{Name: "marks", Usage: "`FILE` with the maximum marks in the first row, then one row an attempt"},
			&cli.StringFlag{Name: "attempts", Value: string(quiz.First), Usage: "`WHICH` of a learner's attempts count: first, last, highest or all"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			p, call := placeOf(c), adminCall{Command: statsCall, Lesson: c.Args().First(), Method: c.String("attempts"), JSON: c.Bool("json")}
			if faults := statsFaults(c, &p, call); len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			if c.IsSet("marks") {
				return statsOfMarks(c.String("marks"), call.JSON, c.Root().Writer)
			}
			return statsOfLesson(ctx, p, call, c.Root().Writer)
		},
	}
}

// statsFaults names everything that is wrong with the call.
func statsFaults(c *cli.Command, p *place, call adminCall) (faults []error) {
	if c.IsSet("marks") {
		if c.NArg() > 0 || c.IsSet("attempts") {
			faults = append(faults, errors.New("stats: name either a lesson or --marks, which takes no --attempts"))
		}
		return faults
	}
	faults = p.faults()
	switch {
	case c.NArg() != 1:
		faults = append(faults, errors.New("stats: name a lesson, as in: eberbach stats false-alarms; or a file, as in: eberbach stats --marks marks.csv"))
	case !lessonID.MatchString(call.Lesson):
		faults = append(faults, fmt.Errorf("stats: %q is no id of a lesson; it is a name of small letters, digits and hyphens such as false-alarms", call.Lesson))
	}
	if !slices.Contains(school.Analysed, quiz.Method(call.Method)) {
		faults = append(faults, fmt.Errorf("stats: --attempts %s is none of first, last, highest and all", call.Method))
	}
	return faults
}

// statsOfMarks analyses a file of marks; "-" is the standard input. Exit status 1: the file is not as it should be.
func statsOfMarks(file string, asJSON bool, out io.Writer) error {
	in := os.Stdin
	if file != "-" {
		var err error
		if in, err = os.Open(file); err != nil {
			return cli.Exit("stats: "+err.Error(), exitConfig)
		}
		defer in.Close()
	}
	marks, err := school.ReadMarks(in)
	var fault *school.FormError
	if errors.As(err, &fault) {
		return cli.Exit(fmt.Sprintf("stats: %s: %v", file, err), 1)
	}
	if err != nil {
		return cli.Exit("stats: "+err.Error(), exitConfig)
	}
	a := school.Analyse(marks)
	if asJSON {
		return printJSON(out, a)
	}
	printItems(out, a, func(i int) string { return strconv.Itoa(i + 1) })
	fmt.Fprintln(out)
	printWhole(out, a)
	return nil
}

func printJSON(out io.Writer, v any) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	lines.SetIndent("", "  ")
	return lines.Encode(v)
}

// printItems prints a line for each item.
func printItems(out io.Writer, a school.Analysis, name func(i int) string) {
	table(out, "item\tn\tmax\tfacility\tguess\tdeviation\tdiscrimination\tefficiency\tweight\t", func(row func(...any)) {
		for i, it := range a.Items {
			row(name(i), it.N, it.MaxMark, digits(it.Facility, 2), digits(it.RandomGuessScore, 2), digits(it.StandardDeviation, 2),
				digits(it.DiscriminationIndex, 1), digits(it.DiscriminativeEfficiency, 1), digits(it.EffectiveWeight, 1))
		}
	})
}

// printWhole prints what is known of the totals.
func printWhole(out io.Writer, a school.Analysis) {
	fmt.Fprintf(out, "attempts %d; mean %s, median %s, standard deviation %s, skewness %s, kurtosis %s\n", a.Attempts,
		digits(a.Mean, 2), digits(a.Median, 2), digits(a.StandardDeviation, 2), digits(a.Skewness, 2), digits(a.Kurtosis, 2))
	fmt.Fprintf(out, "internal consistency %s %%, error ratio %s %%, standard error %s\n",
		digits(a.CIC, 1), digits(a.ErrorRatio, 1), digits(a.StandardError, 2))
}

// digits is a number with so many digits behind the point, a dash when it is undefined.
func digits(f *float64, n int) string {
	if f == nil {
		return "-"
	}
	return strconv.FormatFloat(*f, 'f', n, 64)
}
