package lesson

import (
	"slices"
	"strings"

	"eberbach/app/quiz"
)

const (
	fewestReserved = 5 // questions of a Test
	mostHints      = 2 // then come three tries, and four options are used up
)

// checkSettings looks at what a question says about grading, whatever its kind.
func (r *lessonReader) checkSettings() {
	for i, q := range r.l.Questions {
		add := func(key, text string, args ...any) {
			r.faults.add(r.quizDoc.file, lineAt(r.quizAt[i], key), "question %q: "+text, append([]any{q.ID}, args...)...)
		}
		if q.Depth != "" && !slices.Contains(quiz.Depths, q.Depth) {
			add("depth", "depth is %s, not %q", strings.Join(quiz.Depths, ", "), q.Depth)
		}
		if q.Weight < 0 {
			add("weight", "a weight is above 0")
		}
		if q.Penalty != nil && (*q.Penalty < 0 || *q.Penalty > 1) {
			add("penalty", "a penalty is a share from 0 to 1")
		}
		if len(q.Hints) > mostHints {
			add("hints", "it has %d hints; at most %d, for there are three tries", len(q.Hints), mostHints)
		}
		if c := q.Certainty; c != "" && c != quiz.CertaintyReport && c != quiz.CertaintyMarks {
			add("certainty", "certainty is %s or %s, not %q", quiz.CertaintyReport, quiz.CertaintyMarks, c)
		}
		if !q.Scored() {
			for _, setting := range []struct {
				key string
				set bool
			}{{"weight", q.Weight != 0}, {"penalty", q.Penalty != nil}, {"hints", len(q.Hints) > 0}, {"certainty", q.Certainty != ""}, {"reserve", q.Reserve}} {
				if setting.set {
					add(setting.key, "the kind %s is not graded, so %q means nothing here; take it away", q.Body.Kind(), setting.key)
				}
			}
		}
		if q.Pool != "" && !slices.ContainsFunc(r.l.Pools, func(p quiz.Pool) bool { return p.ID == q.Pool }) {
			add("pool", "there is no pool %q; add it to pools at the top or mend the id", q.Pool)
		}
	}
}

// checkPools sees that each pool has something to choose from, and that all of it is asked in the same quiz.
func (r *lessonReader) checkPools() {
	for i, p := range r.l.Pools {
		var own []*quiz.Question
		for _, q := range r.l.Questions {
			if q.Pool == p.ID {
				own = append(own, q)
			}
		}
		at := lineAt(r.quizDoc.root, "pools")
		if slices.ContainsFunc(r.l.Pools[:i], func(other quiz.Pool) bool { return other.ID == p.ID }) {
			r.faults.add(r.quizDoc.file, at, "two pools are called %q; give each its own id", p.ID)
		}
		if p.Take < 1 || p.Take >= len(own) {
			r.faults.add(r.quizDoc.file, at, "pool %q takes %d of %d questions; take at least one and leave some", p.ID, p.Take, len(own))
		}
		for _, q := range own {
			if q.Reserve != own[0].Reserve || q.Section != own[0].Section {
				r.faults.add(r.quizDoc.file, at, "pool %q: %q and %q are not asked in the same quiz; make them agree in reserve and section", p.ID, own[0].ID, q.ID)
			}
		}
	}
}

// checkReserve sees that a Test can be set.
func (r *lessonReader) checkReserve() {
	if r.quizDoc == nil {
		return
	}
	for _, part := range r.l.Parts() {
		kept := r.l.asked(part, true)
		switch n := len(kept); {
		case n == 0:
			r.faults.warn(r.quizDoc.file, 1, "no question is reserved for a Test, so none can be set; write %d with reserve: true", fewestReserved)
			return
		case n < fewestReserved:
			r.faults.add(r.quizDoc.file, 1, "%d questions are reserved for a Test%s; reserve %d or more", n, ofPart(part), fewestReserved)
		}
		for i, o := range r.l.Objectives {
			if !slices.ContainsFunc(kept, func(q *quiz.Question) bool { return q.Objective == o.ID }) {
				r.faults.add(r.doc.file, r.at("objectives", i), "no reserved question%s asks for objective %q; reserve one", ofPart(part), o.ID)
			}
		}
	}
}

func ofPart(part string) string {
	if part == "" {
		return ""
	}
	return " of section \"" + part + "\""
}
