package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

func callStats(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), append([]string{"eberbach", "stats"}, args...), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func marksFile(t *testing.T, csv string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "marks.csv")
	if err := os.WriteFile(file, []byte(csv), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestStatsOfMarks: all indices come, whatever the number of attempts, and null stands for what is undefined.
func TestStatsOfMarks(t *testing.T) {
	file := marksFile(t, "1,2\n1,2\n1,1\n0,1\n0,0\n")
	code, out, errs := callStats(t, "--marks", file, "--json")
	var got struct {
		Items []map[string]*float64
		CIC   *float64
	}
	if err := json.Unmarshal([]byte(out), &got); code != 0 || errs != "" || err != nil || len(got.Items) != 2 || got.CIC == nil {
		t.Fatalf("exit status %d, %v: %s%s", code, err, out, errs)
	}
	for key, want := range map[string]float64{"facility": 0.5, "discrimination_index": 70.710678, "discriminative_efficiency": 100, "effective_weight": 44.948974} {
		if v := got.Items[0][key]; v == nil || math.Abs(*v-want) > 1e-6 {
			t.Errorf("%s is not %v:\n%s", key, want, out)
		}
	}
	if math.Abs(*got.CIC-80) > 1e-6 {
		t.Errorf("CIC is %v", *got.CIC)
	}
	code, out, _ = callStats(t, "--marks", marksFile(t, "1;2\n1;0,5\n"), "--json")
	for _, want := range []string{`"cic": null`, `"error_ratio": null`, `"standard_error": null`, `"skewness": null`, `"kurtosis": null`, `"discrimination_index": null`, `"effective_weight": null`, `"facility": 0.25`} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit status %d, no %s:\n%s", code, want, out)
		}
	}
	code, out, _ = callStats(t, "--marks", file)
	for _, want := range []string{"discrimination", "70.7", "internal consistency 80.0 %", "attempts 4; mean 1.50"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit status %d, no %q:\n%s", code, want, out)
		}
	}
}

// TestStatsRefused: a call or a file that cannot be taken is answered with what mends it.
func TestStatsRefused(t *testing.T) {
	bad := marksFile(t, "1,2\n1,x\n")
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{nil, 2, []string{"name a lesson, as in: eberbach stats false-alarms; or a file"}},
		{[]string{"--marks", bad}, 1, []string{bad + `: line 2, column 2: "x" is no number; write it as 1.5`}},
		{[]string{"--marks", bad + ".gone", "--json"}, 2, []string{"no such file"}},
		{[]string{"--marks", bad, "false-alarms"}, 2, []string{"either a lesson or --marks"}},
		{[]string{"--marks", bad, "--attempts", "all"}, 2, []string{"takes no --attempts"}},
		{[]string{"a", "b"}, 2, []string{"name a lesson"}},
		{[]string{"*", "--attempts", "best", "--wait", "1", "--data", t.TempDir()}, 2, []string{`"*" is no id of a lesson`, "best is none of first, last, highest and all", "--wait 1"}},
		{[]string{"x", "--data", bad}, 1, []string{"not a directory"}},
	} {
		code, out, errs := callStats(t, c.args...)
		for _, want := range c.want {
			if code != c.code || out != "" || !strings.Contains(errs, want) {
				t.Errorf("%v: exit status %d, %q, %q", c.args, code, out, errs)
			}
		}
	}
}

// TestStatsOfLesson analyses what learners have answered, on every database and through a running serve: all say the
// same, and none says who it was.
func TestStatsOfLesson(t *testing.T) {
	single, cluster, dir := redistest.Start(t).URL(), redistest.StartCluster(t, 3, 0).URL(), t.TempDir()
	var ids []string
	for _, c := range []store.Config{{Address: single}, {Address: cluster}, {Dir: dir}} {
		ids = seed(t, c, 60) // every other one has handed in
	}
	var first string
	same := func(name, out string) {
		since := regexp.MustCompile(`"since": "[^"]*"|since \d{4}-\d\d-\d\d`)
		out = since.ReplaceAllString(out, "")
		if first == "" {
			first = out
		}
		if diff := cmp.Diff(first, out); diff != "" {
			t.Errorf("%s says something else:\n%s", name, diff)
		}
	}
	places := map[string][]string{"redis": {"--redis", single}, "cluster": {"--redis", cluster}, "embedded": {"--data", dir}}
	for _, args := range [][]string{{"--json"}, nil} {
		first = ""
		for name, place := range places {
			code, out, errs := callStats(t, slices.Concat([]string{regraded}, place, args)...)
			if code != 0 || errs != "" {
				t.Fatalf("%s: exit status %d: %s", name, code, errs)
			}
			same(name, out)
		}
		p := boot(t, "--data", dir)
		code, out, errs := callStats(t, slices.Concat([]string{regraded, "--data", dir}, args)...)
		if code != 0 || errs != "" {
			t.Fatalf("through serve: exit status %d: %s", code, errs)
		}
		same("serve", out)
		if code := p.stop(); code != 0 {
			t.Errorf("serve: exit status %d", code)
		}
		for _, id := range ids {
			if strings.Contains(out, id[len(id)-6:]) {
				t.Fatalf("learner %s is in it", id)
			}
		}
		if args == nil {
			readsWell(t, out)
		} else {
			countsRight(t, out)
		}
	}
}

// countsRight: the 30 attempts that are handed in count, and of each question the first option was chosen as often as
// seed chose it.
func countsRight(t *testing.T, out string) {
	t.Helper()
	var s lessonStats
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatal(err)
	}
	if s.Lesson != regraded || s.Method != quiz.First || s.Learners != 30 || s.Unreadable != 0 || len(s.Tests) != 1 || s.Tests[0].Attempts != 30 {
		t.Fatalf("%.400s", out)
	}
	e := readLesson(t, lessons.FS, regraded).Edition("")
	for _, it := range s.Tests[0].Questions {
		q := e.Questions[e.Index(it.ID)]
		items := q.Items(quiz.View{Lang: "en", Question: q.ID})
		if items[0].Form != quiz.FormOption {
			if it.Blank != 30 || it.Facility == nil || *it.Facility != 0 {
				t.Errorf("%s was left out by all, and yet: %+v", it.ID, it)
			}
			continue
		}
		for i, want := range items {
			n := 0
			for k := 0; k < 60; k += 2 { // the attempts that are handed in
				if k%len(items) == i {
					n++
				}
			}
			if !slices.ContainsFunc(it.Options, func(o school.Option) bool { return o.Value == want.Value && o.N == n }) {
				t.Errorf("%s: %s was chosen %d times: %+v", it.ID, want.Value, n, it.Options)
			}
		}
	}
	if s.Tests[0].Mean == nil || s.Tests[0].Questions[0].Facility == nil {
		t.Errorf("there are no indices: %.400s", out)
	}
}

// readsWell: the table names questions, answers and what they come to.
func readsWell(t *testing.T, out string) {
	t.Helper()
	for _, want := range []string{
		regraded + ": learners with a finished attempt: 30; attempts that count: first; tests: 1", "discrimination", "internal consistency",
		"new-picture (", "asked 30, right ", "Hardly more are right here than by guessing.",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
}

// TestStatsOfFew: below 20 attempts there are counts and wrong answers, and no index. An attempt that cannot be read is
// left out and named.
func TestStatsOfFew(t *testing.T) {
	url := redistest.Start(t).URL()
	seed(t, store.Config{Address: url}, 38) // 19 have handed in
	code, out, _ := callStats(t, regraded, "--redis", url)
	for _, want := range []string{"attempts 19; indices need 20, so here are counts and wrong answers", "asked 19, right "} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit status %d, it does not say %q:\n%s", code, want, out)
		}
	}
	for _, not := range []string{"discrimination", "internal consistency", "Hardly more", "\n  + "} {
		if strings.Contains(out, not) {
			t.Errorf("it says %q:\n%s", not, out)
		}
	}
	_, out, _ = callStats(t, regraded, "--redis", url, "--json", "--attempts", "all")
	if strings.Contains(out, `"facility": 0`) || !strings.Contains(out, `"facility": null`) || !strings.Contains(out, `"attempts": 19`) {
		t.Errorf("%.600s", out)
	}
	damage(t, url)
	code, out, _ = callStats(t, regraded, "--redis", url)
	if code != 0 || !strings.Contains(out, "attempts that cannot be read and are left out: 1\n") || !strings.Contains(out, "attempts 18;") {
		t.Errorf("exit status %d: %s", code, out)
	}
	code, out, _ = callStats(t, "no-such-lesson", "--redis", url)
	if code != 0 || !strings.Contains(out, `nobody has handed in an attempt at "no-such-lesson"`) {
		t.Errorf("exit status %d: %s", code, out)
	}
}

// damage spoils an attempt that is handed in.
func damage(t *testing.T, url string) {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	id := fmt.Sprintf("%016d", 0)
	if n, err := client.HSet(t.Context(), "{u:"+id+"}:l:"+regraded, regraded+"-"+id, "1 damaged").Result(); err != nil || n != 0 {
		t.Fatalf("%d new, %v", n, err)
	}
}

// TestStatsOfTyped: what only one has typed is left out, for it may name somebody; what was chosen stays.
func TestStatsOfTyped(t *testing.T) {
	r := school.TestReport{Questions: []school.ItemReport{{Options: []school.Option{
		{Pick: quiz.Pick{Value: "a river", Typed: true}, N: 2}, {Pick: quiz.Pick{Value: "max was here", Typed: true}, N: 1}, {Pick: quiz.Pick{Value: "a"}, N: 1},
	}}}}
	withoutRare(&r)
	if o := r.Questions[0].Options; len(o) != 2 || o[0].Value != "a river" || o[1].Value != "a" {
		t.Errorf("%+v", o)
	}
}

// TestStatsAsked: what comes over the socket is looked at again; a pattern would find every lesson.
func TestStatsAsked(t *testing.T) {
	db := opened(t, store.Config{Dir: t.TempDir()})
	defer db.Close()
	for _, call := range []adminCall{{Lesson: "*", Method: "first"}, {Lesson: "", Method: "first"}, {Lesson: "false-alarms"}, {Lesson: "false-alarms", Method: "average"}} {
		var out bytes.Buffer
		if err := statsHere(t.Context(), db, call, &out); err == nil || out.Len() > 0 {
			t.Errorf("%+v: %v, %s", call, err, out.String())
		}
	}
}
