package web

import (
	"cmp"
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
	Few     bool        // too few have answered to show what
	Text    []quiz.Item // of kinds that are a text with gaps or marks in it
	Prompts []LivePrompt
}

// LivePrompt is what was answered to one prompt; a question without prompts has one.
type LivePrompt struct {
	Prompt   string
	Options  []LiveOption
	Others   int    // typed answers that few gave, together
	Solution string // where no option says it
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
	state, err := s.liveHere(r)
	if err != nil {
		return err
	}
	room, a := state.room, state.a
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
	return region.one(spot), nil
}

// one is the spot by itself.
func (region *LiveRegion) one(spot school.Spot) *LiveQuestion {
	v := &LiveQuestion{LiveSpot: region.spot(spot), Few: spot.Answered() < school.LeastNamed}
	items := spot.Question.Items(quiz.View{Lang: region.Lang, Reveal: v.Shown})
	fields := map[string]bool{}
	for i, it := range items {
		if gap := v.gap(spot, it.Field); gap != "" && it.Form != quiz.FormText {
			items[i].Text = gap
		}
		if it.Field != "" && !fields[it.Field] {
			fields[it.Field] = true
			v.Prompts = append(v.Prompts, v.prompt(it))
		}
	}
	if slices.ContainsFunc(items, func(it quiz.Item) bool { return it.Form == quiz.FormText }) {
		v.Text = items
	}
	return v
}

// prompt is what was answered to the item, and to the others of its field.
func (v *LiveQuestion) prompt(it quiz.Item) LivePrompt {
	p := LivePrompt{Prompt: v.gap(v.Spot, it.Field)}
	for _, o := range v.Options() {
		if o.Field == it.Field {
			p.Prompt = cmp.Or(p.Prompt, v.Pick(o.Prompt))
			p.add(v, o)
		}
	}
	if it.Form == quiz.FormRank || it.Form == quiz.FormSelect || it.Form == quiz.FormRadios {
		p.Prompt = cmp.Or(p.Prompt, it.Text)
	}
	if !slices.ContainsFunc(p.Options, func(o LiveOption) bool { return o.Right }) && it.Solution != "" {
		p.Solution = it.Solution
		if it.Unit != "" {
			p.Solution += "\u00a0" + it.Unit
		}
	}
	return p
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
