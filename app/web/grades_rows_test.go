package web

import (
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/regrade"
	"eberbach/app/school"
	"eberbach/app/store"
)

// gradesRows are the pages of what a class has done, in states that not every class comes to.
func gradesRows(r *request, l *lesson.Lesson, a *quiz.Attempt, e quiz.Edition) []templateRow {
	room := &school.Room{Class: school.Class{ID: "aaaaaaaaaaaaaaaa", Name: "9b", Zone: "Europe/Berlin", Ends: "2099-07-31"}}
	given := school.Assignment{N: 1, Lesson: l.ID, Preset: quiz.Test}
	frame := ClassFrame{room, "gradebook"}
	w := &store.Work{Attempt: a, Given: &school.Given{Class: room.Class, Assignment: given, Member: school.Member{ID: "b", Name: "x"}}}
	done := a.Clone()
	done.Rules.Preset = quiz.Test
	done.Finish(time.Now())
	open, handed := r.workPage(room, w, e), r.workPage(room, &store.Work{Attempt: done, Given: w.Given}, e)
	handed.Attempts = []WorkAttempt{{1, "/x", true, true, true, "x", "y"}, {2, "/x", false, false, false, "", "y"}}
	handed.Comment = CommentForm{Path: "/x", Text: "x", Message: "y", Said: true, There: true, Rows: 4}

	book := &GradebookPage{Page: r.page("/x", "gradebook.title", "Class", "9b"), ClassFrame: frame, Whole: "50 %", Pages: Pages{2, 3, "/x?page=1", "/x?page=3", 51, 100}}
	row := GradeRow{Name: "x", Path: "/x", Mean: "50 %"}
	for _, s := range append(cellStates, CellState{cellNone, ""}) {
		book.Columns = append(book.Columns, GradeColumn{1, "x", "y", "z", "/x", true, "50 %", 1})
		row.Cells = append(row.Cells, GradeCell{Path: "/x", State: s.State, Text: "50 %", Shade: "s2", Again: true}, GradeCell{State: s.State})
	}
	book.Rows = []GradeRow{row}
	for _, how := range []school.Left{school.LeftSelf, school.LeftRemoved, school.LeftDeleted} {
		book.Left = append(book.Left, LeftMember{"x", how})
	}
	points := *book
	points.Points, points.Pages = true, Pages{At: 1, Of: 1}

	results := &ResultsPage{
		Page: r.page("/x", "results.title", "Lesson", "x"), ClassFrame: frame, AssignmentFrame: r.assignmentFrame(room.Class, given),
		Handed: 1, Pupils: 2, Mean: "50 %", Method: school.Counted, Several: true, Changed: 1, There: true, Unreadable: 1,
	}
	options := []OptionResult{{"x", 1, 50, true, false, "1.5"}, {"y", 1, 50, false, true, ""}, {"z", 0, 0, false, false, ""}}
	results.Missed = []ItemResult{{Page: results.Page, ID: "a", N: 2, Missed: 1, Blank: 1, Lure: "x", LureN: 1, Why: "y", Proofs: e.Questions[0].Evidence, Discuss: []string{"x"}, Solution: []string{"x"}, Prompts: []PromptResult{{Prompt: "x", Options: options}}}}
	results.Rest = []ItemResult{{Page: results.Page, ID: "b", N: 2}}
	first := *results
	first.Method = quiz.First
	half := 0.5
	report := school.TestReport{Reading: school.Rough, Since: time.Now(), Analysis: school.Analysis{Attempts: school.EnoughAttempts, Mean: &half}}
	for _, reading := range school.ItemReadings {
		report.Questions = append(report.Questions, school.ItemReport{ID: "a", Question: e.Questions[0], Reading: reading, Indices: school.Indices{Facility: &half}})
	}
	first.Tests = []TestFigures{first.figures(report), first.figures(school.TestReport{Reading: school.TooFew})}

	filled := school.Gradebook{Members: []school.Member{w.Given.Member}, Standings: map[string]map[int]school.Standing{"b": {1: {Done: 1, Late: true, Score: quiz.Score{Points: 1, Max: 2}}}}}
	again := &RegradePage{
		Page: results.Page, ClassFrame: frame, AssignmentFrame: results.AssignmentFrame, Done: true,
		Report: regrade.Report{Looked: 3, Points: 1, Later: 1, Broken: 1}, Changes: []RegradeChange{{"x", "/x", "1", "2", true}, {"x", "/x", "2", "1", false}},
	}
	for _, o := range []quiz.RegradeOutcome{quiz.KeyCorrected, quiz.QuestionGone, quiz.FormChanged} {
		again.Questions = append(again.Questions, RegradeQuestion{regrade.QuestionReport{Question: regrade.Question{ID: "a", Outcome: o}, Answers: regrade.Answers{More: 1}}, "x"})
	}
	return []templateRow{
		{"teach/work", open},
		{"teach/work", handed},
		{"teach/gradebook", book},
		{"teach/gradebook", &points},
		{"teach/gradebook", &GradebookPage{Page: book.Page, ClassFrame: frame}},
		{"teach/gradebook", &GradebookPage{Page: book.Page, ClassFrame: frame, Columns: book.Columns}},
		{"teach/sheet", r.sheetPage(room, given, school.Gradebook{})},
		{"teach/sheet", r.sheetPage(room, given, filled)},
		{"teach/results", results},
		{"teach/results", &first},
		{"teach/regrade", again},
		{"teach/regrade", &RegradePage{Page: results.Page, ClassFrame: frame, AssignmentFrame: results.AssignmentFrame, Report: regrade.Report{KeyOnly: 1, Looked: 1}}},
		{"teach/regrade", &RegradePage{Page: results.Page, ClassFrame: frame, AssignmentFrame: results.AssignmentFrame}},
	}
}
