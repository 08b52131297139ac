package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/urfave/cli/v3"

	"eberbach/app/school"
)

// statsHelp says what is counted, and what goes into FILE.
const statsHelp = `The item analysis that Moodle's statistics report shows: facility, discrimination index, discriminative
efficiency and effective weight of each item, and of the whole standard deviation, skewness, kurtosis, coefficient of
internal consistency, error ratio and standard error.

--marks FILE: for marks from elsewhere. The first row of the CSV holds the maximum marks, each further row an attempt.
Commas divide the cells, or semicolons, and then a comma may divide decimals. An empty cell says that the attempt was
not asked that item. FILE is - for the standard input.

What divides by 0 or needs more attempts than there are is null in JSON, and a dash in the table. Discrimination,
efficiency, weight, consistency and error ratio are percentages, facility is a fraction 0..1, the rest is points.`

func statsCommand() *cli.Command {
	return &cli.Command{
		Name: "stats", Usage: "the item analysis of marks in a CSV file", ArgsUsage: "",
		Description: statsHelp,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "marks", Usage: "`FILE` with the maximum marks in the first row, then one row an attempt"},
			&cli.BoolFlag{Name: "json", Usage: "print JSON"},
		},
		Action: func(_ context.Context, c *cli.Command) error {
			if !c.IsSet("marks") || c.NArg() != 0 {
				return cli.Exit("stats: name a file of marks, as in: eberbach stats --marks marks.csv", exitConfig)
			}
			return statsOfMarks(c.String("marks"), c.Bool("json"), c.Root().Writer)
		},
	}
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
