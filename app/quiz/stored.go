package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// attemptJSON is the stored form: short names, times in Unix seconds, no id (it is the key) and no revision (it stands
// before the JSON, so that a script can compare it without parsing).
type attemptJSON struct {
	Edition  string   `json:"e"`
	Drawn    []int    `json:"d,omitempty"`
	Preset   Preset   `json:"p,omitempty"` // "" is Practice
	Limit    int64    `json:"l,omitempty"` // seconds
	Extra    float64  `json:"x,omitempty"`
	Started  int64    `json:"s"`
	Finished int64    `json:"f,omitempty"`
	Regraded []int    `json:"g,omitempty"`
	Answers  []string `json:"a"` // "" where none is given yet
}

// MarshalJSON writes the stored form; an attempt at ten choices takes about 300 bytes.
func (a *Attempt) MarshalJSON() ([]byte, error) {
	out := attemptJSON{Edition: a.Edition, Drawn: a.Drawn, Limit: int64(a.Rules.Limit / time.Second), Extra: a.Rules.Extra,
		Started: a.Started.Unix(), Regraded: a.Regraded, Answers: make([]string, len(a.Answers))}
	if a.Rules.Preset != Practice {
		out.Preset = a.Rules.Preset
	}
	if a.Done() {
		out.Finished = a.Finished.Unix()
	}
	for i, ans := range a.Answers {
		if ans != nil {
			out.Answers[i] = ans.encode()
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads the stored form.
func (a *Attempt) UnmarshalJSON(data []byte) error {
	var in attemptJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	a.Edition, a.Drawn, a.Started, a.Answers = in.Edition, in.Drawn, time.Unix(in.Started, 0).UTC(), make([]*Answer, len(in.Answers))
	a.Regraded = in.Regraded
	a.Rules = Rules{in.Preset, time.Duration(in.Limit) * time.Second, in.Extra}
	if in.Preset == "" {
		a.Rules.Preset = Practice
	}
	if err := a.Rules.Check(); err != nil {
		return err
	}
	if in.Finished != 0 {
		a.Finished = time.Unix(in.Finished, 0).UTC()
	}
	for i, text := range in.Answers {
		if text == "" {
			continue
		}
		var err error
		if a.Answers[i], err = decodeAnswer(text); err != nil {
			return fmt.Errorf("quiz: answer %d: %w", i+1, err)
		}
	}
	return nil
}

// encode writes "FRACTION,CLOSED,CERTAINTY,SECONDS FIELD=VALUE… | FIELD=VALUE…", oldest try first: one plain string,
// because JSON inside JSON took a third of the time of an answer. An encoded response holds neither space nor bar, and
// its "&" would take six bytes in JSON.
func (ans *Answer) encode() string {
	b := strconv.AppendFloat(nil, ans.Fraction, 'g', -1, 64)
	b = strconv.AppendInt(append(b, ','), int64(bool2int(ans.Closed)), 10)
	b = strconv.AppendInt(append(b, ','), int64(ans.Certainty), 10)
	b = strconv.AppendInt(append(b, ','), int64(ans.After/time.Second), 10)
	tries := make([]string, len(ans.Tries))
	for i, r := range ans.Tries {
		tries[i] = strings.ReplaceAll(r.Encode(), "&", " ")
	}
	return string(b) + " " + strings.Join(tries, "|")
}

// decodeAnswer reads what encode wrote.
func decodeAnswer(text string) (*Answer, error) {
	head, rest, ok := strings.Cut(text, " ")
	parts := strings.Split(head, ",")
	if !ok || len(parts) != 4 {
		return nil, errors.New("it has not four figures and a response")
	}
	ans := &Answer{Closed: parts[1] == "1"}
	var err error
	if ans.Fraction, err = strconv.ParseFloat(parts[0], 64); err != nil {
		return nil, err
	}
	certainty, err1 := strconv.Atoi(parts[2])
	seconds, err2 := strconv.ParseInt(parts[3], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if math.IsNaN(ans.Fraction) || ans.Fraction < 0 || ans.Fraction > 1 || certainty < 0 || certainty > int(Very) ||
		seconds < 0 || seconds > math.MaxInt64/int64(time.Second) {
		return nil, errors.New("its figures are out of range")
	}
	ans.Certainty, ans.After = Certainty(certainty), time.Duration(seconds)*time.Second
	for try := range strings.SplitSeq(rest, "|") {
		r, err := DecodeResponse(strings.ReplaceAll(try, " ", "&"))
		if err != nil {
			return nil, err
		}
		ans.Tries = append(ans.Tries, r)
	}
	return ans, nil
}
