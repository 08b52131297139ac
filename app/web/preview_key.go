package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"eberbach/app/quiz"
)

// KeyView is a question with everything that can be answered to it and what is said to each answer.
type KeyView struct {
	Page
	*quiz.Question
	N         int
	Kind      string
	Objective string
	Section   string      // title of the only section that asks it
	Text      []quiz.Item // of kinds that are a text with gaps or marks in it
	Reasons   []Reason
	Note      string
}

// Reason is one thing that can be answered.
type Reason struct {
	Part     string // the gap it belongs to, where that is not the last one's
	Answer   string // "" is whatever nobody thought of
	Solution string // what belongs to a prompt
	State    string // right, partial or wrong; "" where nothing is
	Share    *quiz.Share
	Why      string
	Evidence []quiz.Evidence
}

// keys are the keys to the questions, in the order and with the numbers of the worksheet.
func (p *LessonPage) keys(e quiz.Edition) []KeyView {
	out := make([]KeyView, len(e.Questions))
	for i, q := range e.Questions {
		k := KeyView{Page: p.Page, Question: q, N: i + 1, Kind: q.Body.Kind(), Section: p.Text.Title(q.Section)}
		for _, o := range p.Lesson.Objectives {
			if o.ID == q.Objective {
				k.Objective = o.Text[p.Lang]
			}
		}
		if noted, ok := q.Body.(quiz.Noted); ok {
			k.Note = noted.Note(p.Lang)
		}
		k.fill()
		out[i] = k
	}
	return out
}

// fill takes from the question's items what they tell. Typed answers and gaps tell only of what was answered, so their
// reasons come from their own forms.
func (k *KeyView) fill() {
	items := k.Items(quiz.View{Lang: k.Lang, Seed: worksheetSeed, Reveal: true})
	if slices.ContainsFunc(items, func(it quiz.Item) bool { return it.Form == quiz.FormText }) {
		k.Text = items
	}
	switch body := k.Body.(type) {
	case *quiz.Short:
		k.Reasons = k.shorts(body.Answers, body.Otherwise)
	case *quiz.Number:
		k.Reasons = k.numbers(body)
	case *quiz.Gaps:
		k.Reasons = k.gaps(body)
	default:
		for _, it := range items {
			if r, ok := k.reason(it); ok {
				k.Reasons = append(k.Reasons, r)
			}
		}
	}
	if k.Kind == new(quiz.Order).Kind() {
		slices.SortStableFunc(k.Reasons, func(a, b Reason) int { return cmp.Compare(place(a), place(b)) })
	}
}

func place(r Reason) int {
	n, _ := strconv.Atoi(r.Solution) // a place is a number
	return n
}

// reason is what a revealed item says when nothing was answered.
func (k *KeyView) reason(it quiz.Item) (Reason, bool) {
	r := Reason{Answer: it.Text, Solution: it.Solution, Why: it.Why, Evidence: it.Evidence, Share: it.Share}
	if it.Key != "" {
		r.Answer = k.T(it.Key)
	}
	switch it.Form {
	case quiz.FormOption, quiz.FormMark:
		r.State = quiz.Wrong
		if it.Part {
			r.State = quiz.Partial
		}
		if it.Right {
			r.State = quiz.Right
		}
	case quiz.FormText, quiz.FormWords:
		return r, false
	}
	return r, true
}

func (k *KeyView) shorts(answers []quiz.ShortAnswer, otherwise quiz.Text) (list []Reason) {
	for _, a := range answers {
		earned := 1.0
		if a.Fraction != nil {
			earned = *a.Fraction
		}
		list = append(list, Reason{Answer: a.Text[k.Lang], State: quiz.State(earned), Why: a.Why[k.Lang], Evidence: a.Evidence})
	}
	return append(list, Reason{State: quiz.Wrong, Why: otherwise[k.Lang]})
}

func (k *KeyView) numbers(body *quiz.Number) (list []Reason) {
	for _, m := range body.Numbers {
		answer := quiz.FormatNumber(m.Value, k.Lang)
		switch {
		case m.Tolerance > 0:
			answer += " ± " + quiz.FormatNumber(m.Tolerance, k.Lang)
		case m.Relative > 0:
			answer += " ± " + k.Percent(m.Relative)
		case m.Geometric > 0:
			answer += " ×÷ " + quiz.FormatNumber(1+m.Geometric, k.Lang)
		}
		state := quiz.Wrong
		if m.Right {
			state = quiz.Right
		}
		list = append(list, Reason{Answer: strings.TrimSpace(answer + " " + body.Unit[k.Lang]), State: state, Why: m.Why[k.Lang], Evidence: m.Evidence})
	}
	return append(list, Reason{State: quiz.Wrong, Why: body.Otherwise[k.Lang]})
}

func (k *KeyView) gaps(body *quiz.Gaps) (list []Reason) {
	for i, gap := range body.Gaps {
		var own []Reason
		for _, o := range gap.Options {
			earned := 0.0
			if o.Right {
				earned = 1
			}
			if o.Fraction != nil {
				earned = *o.Fraction
			}
			own = append(own, Reason{Answer: o.Text[k.Lang], State: quiz.State(earned), Why: o.Why[k.Lang], Evidence: o.Evidence})
		}
		if len(gap.Answers) > 0 {
			own = k.shorts(gap.Answers, gap.Otherwise)
		}
		own[0].Part = k.T("gaps.gap", "Number", i+1)
		list = append(list, own...)
	}
	return list
}

// Answered is the answer in words.
func (k KeyView) Answered(r Reason) string {
	switch {
	case r.Answer == "":
		return k.T("preview.otherwise")
	case k.Kind == new(quiz.Order).Kind():
		return r.Solution + ". " + r.Answer
	}
	return r.Answer
}

// Belongs is what belongs to a prompt, where the answer does not say it.
func (k KeyView) Belongs(r Reason) string {
	if k.Kind == new(quiz.Order).Kind() {
		return ""
	}
	return r.Solution
}

// Proofs puts a reason's evidence into the question's frame, for the partial that shows why.
func (k KeyView) Proofs(r Reason) ReasonView { return ReasonView{k.Page, r} }

// ReasonView is a reason within a page.
type ReasonView struct {
	Page
	reason Reason
}

// Why is what is said to the answer.
func (v ReasonView) Why() string { return v.reason.Why }

// Evidence is the answer's own.
func (v ReasonView) Evidence() []quiz.Evidence { return v.reason.Evidence }
