package web

import (
	"slices"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// LiveQuestionPage is one question of a live view by itself, to talk about: what was answered to it, by nobody in
// particular, and why.
type LiveQuestionPage struct {
	Page
	ClassFrame
	Events string
	At     string
	Region *LiveQuestion
}

// LiveQuestion is the part of the page that changes.
type LiveQuestion struct {
	LiveSpot
	Few      bool        // too few have answered to show what
	Text     []quiz.Item // of kinds that are a text with gaps or marks in it
	Prompts  []LivePrompt
	Solution []string // where no option says it
}

// LivePrompt is what was answered to one prompt; a question without prompts has one.
type LivePrompt struct {
	Prompt  string
	Options []LiveOption
	Others  int // typed answers that few gave, together
}

// LiveOption is an answer with how many gave it.
type LiveOption struct {
	Text        string
	N           int
	Right, Part bool // only where right and wrong are to be seen
	Why         string
}

// liveQuestion shows one question of a live view.
func (s *Server) liveQuestion(r *request) error {
	room, a, err := s.assignment(r)
	if err != nil {
		return err
	}
	state, err := s.liveOf(r.ctx(), room, a)
	if err != nil {
		return err
	}
	face := r.liveFace(r.Params("question"))
	v, err := s.liveSpot(state, face)
	if err != nil {
		return err
	}
	p := &LiveQuestionPage{ClassFrame: ClassFrame{room, ""}, Region: v, At: state.clock()}
	p.Page = r.page(livePath(room.ID, a.N)+"/questions/"+face.question+face.query(), "live.question_title")
	_, p.Theme = r.lessonTitle(a.Lesson)
	p.Events = p.Href(livePath(room.ID, a.N) + "/events" + face.query())
	if face.query() == "" {
		p.Events += "?question=" + face.question
	} else {
		p.Events += "&question=" + face.question
	}
	return r.sendPage("teach/live-question", p)
}

// liveSpot is one question of the state; store.ErrNotFound when nobody has been asked it.
func (s *Server) liveSpot(state *liveState, face liveFace) (*LiveQuestion, error) {
	region := s.liveRegion(state, face)
	spot, ok := state.Spot(face.question)
	if !ok {
		return nil, store.ErrNotFound
	}
	v := &LiveQuestion{LiveSpot: region.spot(spot), Few: spot.Answered() < school.LeastNamed}
	items := spot.Question.Items(quiz.View{Lang: face.lang})
	if slices.ContainsFunc(items, func(it quiz.Item) bool { return it.Form == quiz.FormText }) {
		v.Text = items
	}
	gaps, field := 0, ""
	for _, o := range spot.Options {
		if o.Field != field || len(v.Prompts) == 0 {
			field = o.Field
			prompt := v.Pick(o.Prompt)
			if prompt == "" && spot.Question.Body.Kind() == new(quiz.Gaps).Kind() {
				gaps++
				prompt = v.T("gaps.gap", "Number", gaps)
			}
			v.Prompts = append(v.Prompts, LivePrompt{Prompt: prompt})
		}
		v.Prompts[len(v.Prompts)-1].add(v, o)
	}
	if v.Shown && !slices.ContainsFunc(spot.Options, func(o school.Option) bool { return o.Right && (!o.Typed || o.N >= school.LeastNamed) }) {
		for _, o := range quiz.Outcomes(spot.Question.Items(quiz.View{Lang: face.lang, Reveal: true})) {
			v.Solution = append(v.Solution, o.Solution...)
		}
	}
	return v, nil
}

// add adds an answer to those of the prompt. What only few have typed is counted, and not shown: it may name somebody.
func (p *LivePrompt) add(v *LiveQuestion, o school.Option) {
	if o.Typed && o.N < school.LeastNamed {
		p.Others += o.N
		return
	}
	option := LiveOption{Text: v.optionText(o.Pick), N: o.N}
	if v.Shown {
		option.Right, option.Part = o.Right, o.Part
		if o.Right || o.N > 0 {
			option.Why, _ = v.Spot.Question.Why(o.Pick, v.Lang)
		}
	}
	p.Options = append(p.Options, option)
}
