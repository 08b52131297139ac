package demo

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"eberbach/app/quiz"
)

// puzzle is a question as somebody meets it who may not know the answer: what is right, and what tempts.
type puzzle struct {
	*quiz.Question
	lang       string
	difficulty float64 // on the scale of a pupil's skill
	way        way
	picks      []pick
}

// way is how the picks make an answer.
type way int

const (
	seen   way = iota // nothing is answered, only gone past
	single            // one value of the only pick
	some              // any values of the only pick
	each              // one value for each pick
	ranked            // each pick has a place of its own
)

// pick is a field of the form with what can be chosen or typed there.
type pick struct {
	field  string
	values []value
}

// value is something to choose or to type. tempts is how much of its kind it draws: the wrong ones those who don't know.
type value struct {
	text   string
	right  bool
	tempts float64
}

// newPuzzle reads a question as its page shows it together with the solution. What is typed is in no page but in the body.
func newPuzzle(q *quiz.Question, lang string) *puzzle {
	p := &puzzle{Question: q, lang: lang, difficulty: difficulty(q), way: each}
	if !q.Scored() {
		p.way = seen
		return p
	}
	for _, it := range q.Items(quiz.View{Lang: lang, Reveal: true}) {
		switch it.Form {
		case quiz.FormOption, quiz.FormMark:
			p.choose(it)
		case quiz.FormRank:
			p.way = ranked
			p.picks = append(p.picks, pick{it.Field, []value{{it.Solution, true, 1}}})
		case quiz.FormSelect, quiz.FormRadios:
			next := pick{field: it.Field}
			for _, c := range it.Choices {
				next.values = append(next.values, p.value(it.Field, c.Value, c.Text == it.Solution))
			}
			p.picks = append(p.picks, next)
		case quiz.FormInput:
			next := pick{it.Field, []value{{it.Solution, true, 1}}}
			for _, text := range typed(q.Body, it.Field, lang) {
				next.values = append(next.values, p.value(it.Field, text, false))
			}
			p.picks = append(p.picks, next)
		}
	}
	return p
}

// choose adds an option or a mark.
func (p *puzzle) choose(it quiz.Item) {
	p.way = single
	switch p.Body.(type) {
	case *quiz.Choices, *quiz.Mark:
		p.way = some
	}
	if p.picks == nil {
		p.picks = []pick{{field: it.Field}}
	}
	v := p.value(it.Field, it.Value, it.Right)
	if it.Share != nil {
		v.tempts = float64(it.Share.N) + 0.5
	}
	p.picks[0].values = append(p.picks[0].values, v)
}

// value tempts by a figure that is the same in every class: one wrong thought is more common than another.
func (p *puzzle) value(field, text string, right bool) value {
	return value{text, right, math.Exp(4 * figure(p.ID, field, text))}
}

// typed are the typical wrong things that are typed into a field, and one that no author has thought of.
func typed(body quiz.Body, field, lang string) (list []string) {
	switch b := body.(type) {
	case *quiz.Number:
		for _, m := range b.Numbers {
			if !m.Right {
				list = append(list, quiz.FormatNumber(m.Value, lang))
			}
		}
		return append(list, quiz.FormatNumber(b.Numbers[0].Value*10+1, lang))
	case *quiz.Short:
		return wrongShort(b.Answers, lang)
	case *quiz.Gaps:
		for _, g := range b.Gaps {
			if g.ID == field {
				return wrongShort(g.Answers, lang)
			}
		}
	}
	return []string{"?"}
}

// wrongShort are typed answers that earn nothing. A star stands for any words, so it is left out.
func wrongShort(answers []quiz.ShortAnswer, lang string) (list []string) {
	for _, a := range answers {
		text := strings.TrimSpace(strings.NewReplacer(`\*`, "*", "*", "").Replace(a.Text[lang]))
		if a.Fraction != nil && *a.Fraction == 0 && text != "" {
			list = append(list, text)
		}
	}
	return append(list, map[string]string{"de": "weiß nicht", "en": "no idea"}[lang])
}

// difficulty of a question: to use something is harder than to know it again, and some questions are harder than others.
func difficulty(q *quiz.Question) float64 {
	base := map[string]float64{"recall": -0.9, "understand": -0.4, "apply": 0.1}[q.Depth]
	return base + 1.6*(figure(q.ID)-0.5)
}

// figure makes a figure from 0 to 1 of texts, always the same.
func figure(texts ...string) float64 {
	h := fnv.New64a()
	for _, text := range texts {
		_, _ = h.Write([]byte(text + "\x00")) // into memory
	}
	x := h.Sum64()
	x ^= x >> 29
	x *= 0xbf58476d1ce4e5b9 // similar texts have similar hashes: mixed once more
	return float64((x^x>>32)>>11) / (1 << 53)
}

// knows is how likely somebody of the skill is to know what is asked.
func (p *puzzle) knows(skill float64) float64 {
	return 1 / (1 + math.Exp(-1.5*(skill-p.difficulty)))
}

// form is what somebody of the skill sends.
func (p *puzzle) form(skill float64, r *rand.Rand) quiz.Response {
	out := quiz.Response{}
	switch p.way {
	case seen:
		out["_seen"] = []string{"1"}
	case single:
		out[p.picks[0].field] = []string{p.picks[0].one(p.knows(skill), r)}
	case some:
		out[p.picks[0].field] = p.picks[0].several(p.knows(skill+0.8), r)
	case each:
		for _, pick := range p.picks {
			out[pick.field] = []string{pick.one(p.knows(skill+0.8), r)}
		}
	case ranked:
		p.rank(p.knows(skill+0.4), r, out)
	}
	return out
}

// one chooses what is right with the probability, else what tempts.
func (p *pick) one(known float64, r *rand.Rand) string {
	right := r.Float64() < known
	sum := 0.0
	for _, v := range p.values {
		if v.right == right {
			sum += v.tempts
		}
	}
	at := r.Float64() * sum
	for _, v := range p.values {
		if v.right != right {
			continue
		}
		if at -= v.tempts; at <= 0 {
			return v.text
		}
	}
	return p.values[0].text // there is nothing of the sort
}

// several decides on each value by itself.
func (p *pick) several(known float64, r *rand.Rand) (list []string) {
	for _, v := range p.values {
		chosen := 1 - known
		if v.right {
			chosen = 0.25 + 0.75*known
		} else {
			chosen *= min(v.tempts/20, 1)
		}
		if r.Float64() < chosen {
			list = append(list, v.text)
		}
	}
	if list == nil {
		list = []string{p.one(known, r)}
	}
	return list
}

// rank lets things change places with their neighbours, the more of them the less is known.
func (p *puzzle) rank(known float64, r *rand.Rand, out quiz.Response) {
	order := make([]int, len(p.picks)) // place by pick
	for i, pick := range p.picks {
		order[i], _ = strconv.Atoi(pick.values[0].text)
	}
	for range 2 * len(order) {
		if r.Float64() > known {
			place := 1 + r.IntN(len(order)-1)
			i, j := slices.Index(order, place), slices.Index(order, place+1)
			order[i], order[j] = order[j], order[i]
		}
	}
	for i, pick := range p.picks {
		out[pick.field] = []string{strconv.Itoa(order[i])}
	}
}

// sure is how sure somebody says to be who was right or not; bias is how much they overrate themselves.
func sure(known, bias float64, right bool, r *rand.Rand) quiz.Certainty {
	feels := known + 0.2*bias + 0.15*r.NormFloat64()
	if !right {
		feels -= 0.15
	}
	switch {
	case feels > 0.8:
		return quiz.Very
	case feels > 0.6:
		return quiz.Fairly
	case feels > 0.35:
		return quiz.Unsure
	}
	return quiz.NoIdea
}
