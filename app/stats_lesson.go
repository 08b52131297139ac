package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/web"
)

// statsCall is the command that a running serve carries out for others.
const statsCall = "stats"

// lessonStats is what all finished attempts at a lesson say, without anybody in it.
type lessonStats struct {
	Lesson     string              `json:"lesson"`
	Method     quiz.Method         `json:"attempts"`
	Learners   int                 `json:"learners"`             // with a finished attempt
	Unreadable int                 `json:"unreadable,omitempty"` // attempts that could not be counted
	Tests      []school.TestReport `json:"tests"`
}

// lessonID is the form of a lesson's id. Nothing else may become part of what is looked for in the database.
var lessonID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// statsOfLesson analyses the stored attempts here or has a running serve do it.
func statsOfLesson(ctx context.Context, p place, call adminCall, out io.Writer) error {
	return atPlace(ctx, p, call, out, func(db *store.Store) error {
		return statsHere(ctx, db, call, out)
	})
}

// statsHere carries out the call in this process.
func statsHere(ctx context.Context, db *store.Store, call adminCall, out io.Writer) error {
	if !lessonID.MatchString(call.Lesson) || !slices.Contains(school.Analysed, quiz.Method(call.Method)) {
		return fmt.Errorf("%q is no id of a lesson, or %q no choice of attempts", call.Lesson, call.Method)
	}
	s, err := collect(ctx, db, call.Lesson, quiz.Method(call.Method))
	if err != nil {
		return err
	}
	if call.JSON {
		return printJSON(out, s)
	}
	return printLesson(out, s)
}

// learnersAtOnce is how many learners' attempts are read in one trip.
const learnersAtOnce = 200

// collect counts all finished attempts at a lesson, learner by learner.
func collect(ctx context.Context, db *store.Store, lesson string, method quiz.Method) (lessonStats, error) {
	s := lessonStats{Lesson: lesson, Method: method}
	at, err := learnersAt(ctx, db, lesson)
	if err != nil {
		return s, err
	}
	var tally school.Tally
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(at)), learnersAtOnce) {
		var places []store.Place
		for _, id := range batch {
			places = append(places, at[id]...)
		}
		found, err := db.AttemptsAt(ctx, places, time.Now())
		if err != nil {
			return s, err
		}
		byLearner := map[string][]store.Found{}
		for _, f := range found {
			byLearner[f.Learner] = append(byLearner[f.Learner], f)
		}
		for _, id := range slices.Sorted(maps.Keys(byLearner)) {
			if err := s.count(ctx, db, &tally, byLearner[id]); err != nil {
				return s, err
			}
		}
	}
	s.Tests = tally.Tests()
	for i := range s.Tests {
		withoutRare(&s.Tests[i])
	}
	return s, nil
}

// learnersAt are the learners with work on a lesson, of their own accord and for classes, each place once: a scan may meet
// one twice.
func learnersAt(ctx context.Context, db *store.Store, lesson string) (map[string][]store.Place, error) {
	at := map[string][]store.Place{}
	err := db.PlacesOf(ctx, lesson, func(places []store.Place) error {
		for _, p := range places {
			if !slices.Contains(at[p.Learner], p) {
				at[p.Learner] = append(at[p.Learner], p)
			}
		}
		return nil
	})
	return at, err
}

// count takes one learner's finished attempts. Those that cannot be read are counted as such, and the others count.
func (s *lessonStats) count(ctx context.Context, db *store.Store, tally *school.Tally, found []store.Found) error {
	var taken []school.Taken
	for _, f := range found {
		if f.Err != nil {
			s.Unreadable++
			continue
		}
		if !f.Attempt.Done() {
			continue
		}
		e, err := db.Edition(ctx, f.Attempt.Edition)
		one := school.Taken{Attempt: f.Attempt, Edition: e}
		switch {
		case errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil:
			return errors.Join(ctx.Err(), err)
		case err != nil || one.Check() != nil:
			s.Unreadable++
		default:
			taken = append(taken, one)
		}
	}
	if len(taken) > 0 {
		s.Learners++
	}
	return tally.AddLearner(taken, s.Method)
}

// withoutRare leaves out what only one attempt has typed: it may name somebody.
func withoutRare(r *school.TestReport) {
	for i := range r.Questions {
		r.Questions[i].Options = slices.DeleteFunc(r.Questions[i].Options, func(o school.Option) bool { return o.Typed && o.N < 2 })
	}
}

// printLesson prints the analysis of each test.
func printLesson(out io.Writer, s lessonStats) error {
	reading, err := web.Readings("en")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: learners with a finished attempt: %d; attempts that count: %s; tests: %d\n", s.Lesson, s.Learners, s.Method, len(s.Tests))
	if len(s.Tests) == 0 {
		fmt.Fprintf(out, "nobody has handed in an attempt at %q; a wrong id would look the same\n", s.Lesson)
	}
	if s.Unreadable > 0 {
		fmt.Fprintf(out, "attempts that cannot be read and are left out: %d\n", s.Unreadable)
	}
	for i, r := range s.Tests {
		fmt.Fprintf(out, "\ntest %d: %d questions, versions: %d", i+1, len(r.Questions), r.Versions)
		if !r.Since.IsZero() {
			fmt.Fprintf(out, ", the newest since %s", r.Since.Format(time.DateOnly))
		}
		fmt.Fprintln(out)
		printTest(out, r, reading)
	}
	return nil
}

func printTest(out io.Writer, r school.TestReport, reading func(string) string) {
	if r.Reading == school.TooFew {
		fmt.Fprintf(out, "attempts %d; indices need %d, so here are counts and wrong answers\n", r.Attempts, school.EnoughAttempts)
	} else {
		a := r.Analysis
		for _, it := range r.Questions {
			a.Items = append(a.Items, it.Indices)
		}
		printItems(out, a, func(i int) string { return r.Questions[i].ID })
		printWhole(out, a)
		fmt.Fprintln(out, reading(r.Reading))
	}
	for _, it := range r.Questions {
		fmt.Fprintf(out, "\n%s (%s): asked %d, right %d, in part %d, wrong %d, left out %d\n  %s\n", it.ID, it.Kind, it.N, it.Right, it.Partial, it.Wrong, it.Blank, it.Question.Stem["en"])
		if it.Reading != school.TooFew {
			fmt.Fprintln(out, "  "+reading(it.Reading))
		}
		printOptions(out, it)
	}
}

// printOptions lists what was answered; where there are too few attempts, only what was wrong. Of several prompts it
// leaves out what nobody answered.
func printOptions(out io.Writer, it school.ItemReport) {
	for _, o := range it.Options {
		if it.Reading == school.TooFew && (o.Right || o.N == 0) || o.N == 0 && len(o.Prompt) > 0 {
			continue
		}
		mark := " "
		switch {
		case o.Right:
			mark = "+"
		case o.Part:
			mark = "~"
		}
		words := o.Text["en"]
		if words == "" {
			words = o.Value
		}
		if o.Typed {
			words = fmt.Sprintf("typed: %q", words)
		}
		if o.Prompt["en"] != "" {
			words = o.Prompt["en"] + " -> " + words
		} else if it.Kind == "gaps" {
			words = "gap " + o.Field + " -> " + words
		}
		fmt.Fprintf(out, "  %s %5d  mean total %s  %s\n", mark, o.N, digits(o.Mean, 2), words)
	}
}
