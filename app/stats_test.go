package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func statsCall(t *testing.T, args ...string) (code int, out, errs string) {
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
	code, out, errs := statsCall(t, "--marks", file, "--json")
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
	code, out, _ = statsCall(t, "--marks", marksFile(t, "1;2\n1;0,5\n"), "--json")
	for _, want := range []string{`"cic": null`, `"error_ratio": null`, `"standard_error": null`, `"skewness": null`, `"kurtosis": null`, `"discrimination_index": null`, `"effective_weight": null`, `"facility": 0.25`} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit status %d, no %s:\n%s", code, want, out)
		}
	}
	code, out, _ = statsCall(t, "--marks", file)
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
		want string
	}{
		{nil, 2, "name a file of marks, as in"},
		{[]string{"--marks", bad}, 1, bad + `: line 2, column 2: "x" is no number; write it as 1.5`},
		{[]string{"--marks", bad + ".gone", "--json"}, 2, "no such file"},
		{[]string{"--marks", bad, "false-alarms"}, 2, "name a file of marks"},
	} {
		code, out, errs := statsCall(t, c.args...)
		if code != c.code || out != "" || !strings.Contains(errs, c.want) {
			t.Errorf("%v: exit status %d, %q, %q", c.args, code, out, errs)
		}
	}
}
