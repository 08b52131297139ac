package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"eberbach/lessons"

	"eberbach/app/lesson"
)

// TestCheckReport: the report has a line for every lesson, says how each objective is asked, and adds up the module.
func TestCheckReport(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"eberbach", "check", "--report"}, &out, &errs); code != 0 {
		t.Fatalf("exit status %d: %s%s", code, out.String(), errs.String())
	}
	m, _ := lesson.Read(lessons.FS, time.Now())
	for _, l := range m.Lessons {
		if !strings.Contains(out.String(), "\n"+l.ID+" ") {
			t.Errorf("no line for %s", l.ID)
		}
		for _, o := range l.Objectives {
			if !strings.Contains(out.String(), "objective "+o.ID+": ") {
				t.Errorf("nothing on objective %s of %s", o.ID, l.ID)
			}
		}
	}
	for _, want := range []string{"\nmodule: ", "LIX", "by chance", "words of the positions (de)"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
}
