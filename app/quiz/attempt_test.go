package quiz

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var practice = Rules{Preset: Practice}

// sent is a submission without anything beside its response.
func sent(r Response) Submission { return Submission{Response: r} }

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// quizOf is an edition of n choices; "yes" is right.
func quizOf(n int) Edition {
	e := Edition{Lesson: "towns"}
	for i := range n {
		e.Questions = append(e.Questions, &Question{ID: string(rune('a' + i)), Body: &Choice{[]Option{right("yes"), wrong("no")}}})
	}
	return e
}

func chosen(ids ...string) Response { return Response{optionField: ids} }

// tried is responses as an answer holds them.
func tried(responses ...Response) (tries []Sent) {
	for _, r := range responses {
		tries = append(tries, r.Sent())
	}
	return tries
}

func TestNewAttempt(t *testing.T) {
	e := quizOf(3)
	a := NewAttempt("towns-id", e, practice, nil, noon.Add(300*time.Millisecond))
	want := &Attempt{ID: "towns-id", Lesson: "towns", Edition: e.Hash(), Rules: practice, Started: noon, Answers: make([]*Answer, 3)}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	if a.Done() || a.Given() != 0 || a.Grade(e).Points != 0 || a.Grade(e).Max != 3 || a.Reveals(0) {
		t.Errorf("a new attempt is not empty: %+v", a)
	}
}

func TestAnswer(t *testing.T) {
	e := quizOf(2)
	a := NewAttempt("towns-id", e, practice, nil, noon)
	give := func(i int, r Response, at time.Duration, wantChanged bool, wantErr error) {
		t.Helper()
		changed, err := a.Answer(i, e.Questions[i], sent(r), noon.Add(at))
		if changed != wantChanged || !errors.Is(err, wantErr) {
			t.Errorf("Answer(%d, %v) = %v, %v; want %v, %v", i, r, changed, err, wantChanged, wantErr)
		}
	}
	first := &Answer{Tries: tried(chosen("no")), Closed: true, After: 61 * time.Second}
	give(0, chosen("no"), 61900*time.Millisecond, true, nil)
	if diff := cmp.Diff([]*Answer{first, nil}, a.Answers); diff != "" {
		t.Error(diff)
	}
	if !a.Reveals(0) || a.Reveals(1) {
		t.Error("an answer reveals something else than its own question")
	}
	// The answer is locked: a better one after the feedback changes nothing, before and after handing in.
	give(0, chosen("yes"), 70*time.Second, false, nil)
	if !a.Finish(noon.Add(80*time.Second + time.Millisecond)) {
		t.Error("Finish changed nothing")
	}
	give(0, chosen("yes"), 90*time.Second, false, nil)
	give(1, chosen("yes"), 90*time.Second, false, ErrFinished)
	if diff := cmp.Diff([]*Answer{first, nil}, a.Answers); diff != "" {
		t.Errorf("a locked answer changed:\n%s", diff)
	}
	if a.Finish(noon.Add(time.Hour)) || !a.Finished.Equal(noon.Add(80*time.Second)) {
		t.Errorf("handing in twice moves the end to %v", a.Finished)
	}
	if !a.Done() || !a.Reveals(1) {
		t.Error("what is handed in is not revealed")
	}
}

// TestAnswerBeforeTheStart: the clocks of two servers need not agree.
func TestAnswerBeforeTheStart(t *testing.T) {
	e := quizOf(1)
	a := NewAttempt("towns-id", e, practice, nil, noon)
	if _, err := a.Answer(0, e.Questions[0], sent(chosen("yes")), noon.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := a.Answers[0].After; got != 0 {
		t.Errorf("an answer came %v after the start", got)
	}
}

// answered is an attempt with answers of these fractions; below 0 means none.
func answered(fractions ...float64) *Attempt {
	a := &Attempt{Rules: practice, Answers: make([]*Answer, len(fractions))}
	for i, f := range fractions {
		if f >= 0 {
			a.Answers[i] = &Answer{Tries: tried(nil), Fraction: f, Closed: true}
		}
	}
	return a
}

func TestGradeAttempt(t *testing.T) {
	tests := []struct {
		attempt *Attempt
		points  float64
		given   int
	}{
		{answered(), 0, 0},
		{answered(-1, -1), 0, 0},
		{answered(0, -1), 0, 1},
		{answered(1, 0, 0.5), 1.5, 3},
		{answered(0.1, 0.2), 0.3, 2}, // the float64 sum is 0.30000000000000004
		{answered(0.3333333, 0.6666667, 1, -1), 2, 3},
	}
	for _, test := range tests {
		of := len(test.attempt.Answers)
		if got, want := test.attempt.Grade(quizOf(of)), (Score{Points: test.points, Max: float64(of)}); got != want {
			t.Errorf("%s: Grade = %v, want %v", test.attempt.Stored(), got, want)
		}
		if got := test.attempt.Given(); got != test.given {
			t.Errorf("%s: Given = %v, want %v", test.attempt.Stored(), got, test.given)
		}
	}
}

func TestNextOpen(t *testing.T) {
	tests := []struct {
		attempt  *Attempt
		i, after int
	}{
		{answered(), 0, -1},
		{answered(1, 1, 1), 1, -1},
		{answered(-1, -1, -1), 0, 1},
		{answered(-1, -1, -1), 2, 0},
		{answered(-1, 1, -1), 0, 2},
		{answered(-1, 1, 1), 1, 0},
		{answered(1, -1, 1), 1, 1}, // itself, when it is the only one
		{answered(1, 1, -1), -1, 2},
		{answered(-1, 1, -1), -1, 0},
	}
	for _, test := range tests {
		if got := test.attempt.NextOpen(test.i); got != test.after {
			t.Errorf("%s: after %d comes %d, want %d", test.attempt.Stored(), test.i, got, test.after)
		}
	}
}

func TestClone(t *testing.T) {
	e := quizOf(2)
	a := NewAttempt("towns-id", e, practice, nil, noon)
	a.Rev = 3
	c := a.Clone()
	if diff := cmp.Diff(a, c); diff != "" {
		t.Errorf("the copy differs:\n%s", diff)
	}
	if _, err := c.Answer(0, e.Questions[0], sent(chosen("yes")), noon); err != nil {
		t.Fatal(err)
	}
	c.Finish(noon)
	if a.Answers[0] != nil || a.Done() {
		t.Error("the copy's answer is the first one's, too")
	}
}

func TestStored(t *testing.T) {
	e := quizOf(3)
	a := NewAttempt("towns-id", e, practice, nil, noon.In(time.FixedZone("CET", 3600)))
	if _, err := a.Answer(1, e.Questions[1], sent(chosen("yes")), noon.Add(75*time.Second)); err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		stored := a.Stored()
		if stored != want {
			t.Errorf("the stored form is %q, want %q", stored, want)
		}
		back, err := ReadAttempt(a.ID, a.Lesson, stored)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(a, back); diff != "" {
			t.Errorf("an attempt changes in the store (-before +after):\n%s", diff)
		}
		if back.Started.Location() != time.UTC {
			t.Errorf("the start is read as %v", back.Started)
		}
	}
	a.Started = a.Started.UTC()
	check(e.Hash() + " 1772625600\n\n1,1,0,75 option=yes\n")
	a.Answers[2] = &Answer{Tries: tried(Response{}, Response{"p": {"a & b|c"}, "q": {"1 000,5"}}), Fraction: 0.3333333, Certainty: Very}
	a.Finish(noon.Add(time.Hour))
	check(e.Hash() + " 1772625600 1772629200\n\n1,1,0,75 option=yes\n0.3333333,0,4,0 |p=a+%26+b%7Cc q=1+000%2C5")
	a.Finished, a.Answers, a.Drawn = time.Time{}, make([]*Answer, 2), []int{0, 12}
	check(e.Hash() + " 1772625600     0,12\n\n")
	a.Rules, a.Drawn, a.Regraded = Rules{Preset: Test, Limit: 10 * time.Minute, Extra: 1.5}, nil, []int{1}
	check(e.Hash() + " 1772625600  test 600 1.5  1\n\n")
}

func TestReadAttemptRefused(t *testing.T) {
	for _, stored := range []string{
		"", "e", "e 1", "\n", " 1\n", "e\n", "e noon\n", "e 1 noon\n", "e 1  exam\n", "e 1   60\n", "e 1  test -1\n", "e 1  test 60 0.5\n",
		"e 1  test 60 NaN\n", "e 1  test 86401\n", "e 1  test 9223372036854775807\n", "e 1     a\n", "e 1     -1\n", "e 1     1,\n", "e 1      x\n",
		"e 1        \n", "e 1       1\n", "e 1\nx", "e 1\n1,1,0 option=yes", "e 1\n1,1,0,75,0 option=yes", "e 1\none,1,0,75 option=yes", "e 1\n1,1,0,75",
		"e 1\n1,1,0,75 %zz", "e 1\nNaN,1,0,75 ", "e 1\n1,1,0,-1 ", "e 1\n1,1,5,1 ", "e 1\n1,1,-1,1 ", "e 1\n1.5,1,0,1 ", "e 1\n-0.5,1,0,1 ",
		"e 1\n1,1,0,1 a=1|%zz", "e 1\n1,1,0,9223372036854775807 ", "e 1\n\n1,1,0",
	} {
		if a, err := ReadAttempt("id", "towns", stored); err == nil {
			t.Errorf("%q is read as %+v", stored, a)
		}
	}
}

// TestAttemptSize keeps an attempt at a whole lesson small: it lies beside others in one hash, for every learner.
func TestAttemptSize(t *testing.T) {
	e := Edition{Lesson: "false-alarms"}
	a := &Attempt{Edition: e.Hash(), Started: noon}
	match := Response{"holiday-photos": {"classifier"}, "museum-file": {"cryptographic"}, "junk-mail": {"classifier"}, "photographer": {"similarity"}}
	for i, r := range []Response{
		match, match, chosen("suspected", "unknown-possible"), chosen("fewer-false", "rate-sinks", "some-unreported"),
		{"number": {"8,3"}, "value": {"8.3"}},
		{"number": {"1 000"}, "value": {"1000"}},
		{"number": {"999 900"}, "value": {"999900"}},
		chosen("nothing-listed"), chosen("thousand-to-one"), chosen("reasons-open"), chosen("different-tools"), chosen("left-open"),
	} {
		a.Answers = append(a.Answers, &Answer{Tries: tried(r), Fraction: 1, Closed: true, After: time.Duration(i+1) * 45 * time.Second})
	}
	a.Finish(noon.Add(time.Hour))
	size := len(a.Stored())
	if size >= 700 {
		t.Errorf("12 answers take %d bytes: %s", size, a.Stored())
	} else {
		t.Logf("12 answers take %d bytes", size)
	}
}

// TestAttemptWalk goes through attempts at random and compares them with the plainest model of one.
func TestAttemptWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "questions")
		e := quizOf(n)
		a := NewAttempt("towns-id", e, practice, nil, noon)
		model, done := map[int]float64{}, false
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			if rapid.IntRange(0, 9).Draw(t, "hand in") == 0 {
				if changed := a.Finish(noon); changed == done {
					t.Fatalf("Finish = %v, done before: %v", changed, done)
				}
				done = true
				continue
			}
			i := rapid.IntRange(0, n-1).Draw(t, "question")
			id := rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "option")
			_, given := model[i]
			changed, err := a.Answer(i, e.Questions[i], sent(chosen(id)), noon)
			if changed != (!given && !done) || (err != nil) != (!given && done) {
				t.Fatalf("Answer = %v, %v; given before: %v, done: %v", changed, err, given, done)
			}
			if changed {
				model[i] = map[string]float64{"yes": 1, "no": 0}[id]
			}
		}
		sum := 0.0
		for i, f := range model {
			if a.Answers[i] == nil || a.Answers[i].Fraction != f {
				t.Fatalf("answer %d is %v, want %v", i, a.Answers[i], f)
			}
			sum += f
		}
		if a.Given() != len(model) || a.Grade(e).Points != sum || a.Done() != done {
			t.Fatalf("%+v, want %v done %v", a, model, done)
		}
		if next := a.NextOpen(0); (next < 0) != (len(model) == n) || next >= 0 && a.Answers[next] != nil {
			t.Fatalf("NextOpen = %d with %v given of %d", next, model, n)
		}
	})
}

// FuzzAttempt reads what may lie in a store. What was read must be stored as something that reads the same.
func FuzzAttempt(f *testing.F) {
	for _, s := range []string{
		"x 1772625600 1772629200\n\n1,1,0,75 option=yes", "x 1\n", "x 1\n0.5,0,3,1 a=1 a=2|b=1", "x 1\n1e3,1,1,1 ", "x 1\n1,1,1,1 %zz",
		"x 9223372036854775807\n", "x 1  test 600 1.5 1,0\n\n", "x 1 -62135596800\n", "x 1      1\n1,1,1,1 a;b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		a, err := ReadAttempt("id", "towns", data)
		if err != nil {
			return
		}
		a.Given()
		a.Grade(quizOf(len(a.Answers)))
		a.Calibration()
		a.Settle(noon)
		a.NextOpen(0)
		stored := a.Stored()
		back, err := ReadAttempt("id", "towns", stored)
		if err != nil {
			t.Fatalf("%q is stored as %q, which is not read: %v", data, stored, err)
		}
		if again := back.Stored(); again != stored {
			t.Errorf("%q is stored as %q and then as %q", data, stored, again)
		}
	})
}
