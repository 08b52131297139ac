package main

import (
	"context"
	"fmt"
	"io"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/regrade"
	"eberbach/app/store"
)

// regradeLesson runs over a lesson's attempts and prints a line for each that earns something else, and a summary by
// question. It ends with an error when the store does not answer, or at the end when single attempts could not be graded.
func regradeLesson(ctx context.Context, db *store.Store, l *lesson.Lesson, apply bool, out io.Writer) error {
	report, err := regrade.New(db, l, apply, func(c regrade.Change) { printChange(out, c) }).Lesson(ctx)
	if err != nil {
		return fmt.Errorf("cut short: %w; what is done stays done, run it again for the rest", err)
	}
	printRegraded(out, report, apply)
	if n := report.Broken; n > 0 {
		return fmt.Errorf("%d attempts could not be graded again; they are named above", n)
	}
	return nil
}

// shortID is as much of a learner's id as tells two of them apart.
func shortID(id string) string { return id[:min(len(id), 6)] }

func printChange(out io.Writer, c regrade.Change) {
	if c.Err != nil {
		fmt.Fprintf(out, "  %s  %s  cannot be graded: %v\n", shortID(c.Learner), c.ID, c.Err)
	} else if c.Old != c.New {
		fmt.Fprintf(out, "  %s  %s  %s -> %s\n", shortID(c.Learner), c.ID, points(c.Old), points(c.New))
	}
}

func points(s quiz.Score) string {
	return fmt.Sprintf("%s/%s", quiz.FormatNumber(s.Points, "en"), quiz.FormatNumber(s.Max, "en"))
}

func printRegraded(out io.Writer, p regrade.Report, applied bool) {
	for _, q := range p.Questions() {
		fmt.Fprintln(out, regradeLine(q))
	}
	fmt.Fprintf(out, "attempts: %d; other points: %d; the same points by a corrected key: %d\n", p.Looked, p.Points, p.KeyOnly)
	if p.Later > 0 {
		fmt.Fprintf(out, "note: begun with a version of the quiz that came after the questions used here: %d\n", p.Later)
	}
	if !applied && p.Changed() > 0 {
		fmt.Fprintln(out, "nothing is written; add --apply to do it")
	}
}

// regradeLine is a question's line of the summary.
func regradeLine(q regrade.QuestionReport) string {
	switch q.Outcome {
	case quiz.QuestionGone:
		return fmt.Sprintf("%s: the lesson no longer asks it; answers that stay as they were graded: %d", q.ID, q.All())
	case quiz.FormChanged:
		return fmt.Sprintf("%s: its form is another one; answers that stay as they were graded: %d", q.ID, q.All())
	default:
		return fmt.Sprintf("%s: graded by another key; answers: %d, more points: %d, fewer: %d, the same: %d", q.ID, q.All(), q.More, q.Less, q.Same)
	}
}
