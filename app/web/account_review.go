package web

import (
	"errors"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the form of review that belong to no kind, see tryField.
const (
	cardField = "_card"
	repField  = "_rep" // which answer to the card it is, from 1
)

// anywayField says in an address that somebody wants to review in the holidays.
const anywayField = "anyway"

// ReviewPage is the learner's day in review: one question, with its feedback once it is answered, or what comes next.
type ReviewPage struct {
	Page
	Question    *QuestionView // nil when nothing is asked now
	Card        string
	Rep         int
	LessonTitle string
	LessonPath  string
	Days        int // after feedback: in how many days the question comes back; 0 for today

	Any     bool // there is a card
	Left    int  // questions of today, the shown one included
	Done    int  // answers given today
	Cap     int  // answers a day
	Waiting int  // due questions that are left to later days
	Later   int  // questions that come back today
	Minutes int  // until the first of them does
	Holiday bool
	Anyway  bool // in the holidays, at one's own wish
	Plan    []PlanDay
	Answers int // in the whole plan
}

// PlanDay is a day of what is to come.
type PlanDay struct {
	Date    string
	Answers int
	Holiday bool
}

// Next is where the next question is.
func (page *ReviewPage) Next() string { return "/me/review" + anyway(page.Anyway) }

// anyway is what an address ends in for somebody who reviews in the holidays.
func anyway(yes bool) string {
	if yes {
		return "?" + anywayField + "=1"
	}
	return ""
}

// review shows the question that is due now, or says that there is none and when the next ones come.
func (s *Server) review(r *request) error {
	page := &ReviewPage{Page: r.page("/me/review", "review.title"), Cap: review.DefaultCap}
	p, err := s.caughtUp(r)
	if errors.Is(err, store.ErrNotFound) { // nobody yet: the page says how to begin
		return r.sendPage("account/review", page)
	}
	if err != nil {
		return err
	}
	page.Learner = true
	page.show(r, p)
	return r.sendPage("account/review", page)
}

// show fills in what the day asks now.
func (page *ReviewPage) show(r *request, p *past) {
	queue := p.queue(r.site, r.now)
	if page.Anyway = r.Query(anywayField) != ""; page.Anyway {
		queue.Holidays = nil
	}
	today := queue.Today()
	page.Any, page.Done, page.Holiday = len(queue.Cards) > 0, queue.Done, today.Holiday
	page.Left, page.Waiting, page.Later = len(today.IDs), today.Waiting, today.Later
	if page.Later > 0 {
		page.Minutes = max(1, int((today.Next.Sub(r.now)+time.Minute-1)/time.Minute))
	}
	if len(today.IDs) > 0 {
		page.ask(r, p.own.ID, &p.review.Deck, today.IDs[0], nil)
		return
	}
	page.Plan, page.Answers = page.plan(queue)
}

// plan is what the next days will ask, and how much that is in all.
func (p Page) plan(queue review.Queue) (days []PlanDay, sum int) {
	for _, load := range queue.Plan(review.PlanDays) {
		days = append(days, PlanDay{p.Date(load.Day.String()), load.Answers, load.Holiday})
		sum += load.Answers
	}
	return days, sum
}

// ask shows a card's question to be answered; typed is what was sent and not taken, if anything.
func (page *ReviewPage) ask(r *request, learner string, deck *review.Deck, id string, typed quiz.Response) {
	c := deck.Cards[id]
	page.Card, page.Rep = id, c.Reps+1
	page.frame(r, id, wordingOf(r.site.cards[id], c, learner, id), learner, page.Rep, nil, typed)
}

// frame puts the card's question on the page; ans is the answer to show the feedback of, nil for none yet.
func (page *ReviewPage) frame(r *request, id, wording, learner string, rep int, ans *quiz.Answer, typed quiz.Response) {
	c := r.site.cards[id]
	q := c.worded(wording)
	page.LessonTitle, page.Theme, page.LessonPath = c.lesson.Title[r.lang], c.lesson.Theme, "/lessons/"+c.lesson.ID
	// The id is the seed of the order of options: another one with each answer.
	a := &quiz.Attempt{ID: school.Tag(learner) + strconv.Itoa(rep), Rules: quiz.Rules{Preset: quiz.Practice}, Answers: []*quiz.Answer{ans}}
	page.Question = questionView(page.Page, a, q, 0, typed)
}

// wordingOf is the wording in which the card is asked now: never the one that was shown last where there is another.
func wordingOf(c card, stored review.Card, learner, id string) string {
	return review.Variant(stored.Variant, c.wordings(), learner+" "+id+" "+strconv.Itoa(stored.Reps))
}

// reviewAnswer takes the answer to a question in review: two trips, and the browser is sent on only when it is safe.
func (s *Server) reviewAnswer(r *request) error {
	form := formOf(r.Ctx)
	id := form.One(cardField)
	for range tries {
		rv, err := s.reviewOf(r)
		if err != nil {
			return err
		}
		if !r.site.asks(id, review.DayOf(r.now, rv.Deck.Location()).String()) {
			return r.seeOther("/me/review") // it has left the lessons meanwhile
		}
		done, err := answerCard(r, rv, id, form)
		var input *quiz.InputError
		switch {
		case errors.As(err, &input):
			page := &ReviewPage{Page: r.page("/me/review", "review.title"), Any: true, Anyway: form.One(anywayField) != ""}
			page.Learner = true
			page.ask(r, rv.Learner.ID, &rv.Deck, id, form)
			page.Question.Message = page.T(input.Key)
			r.Status(fiber.StatusUnprocessableEntity)
			return r.sendPage("account/review", page)
		case err != nil:
			return err
		case !done: // it has that answer already: a double click, or a write whose acknowledgement was lost
			err = s.Store.Confirm(r.ctx(), rv.Learner.ID)
		default:
			err = s.Store.SaveReview(r.ctx(), rv, r.now)
		}
		if err == nil {
			return r.seeOther("/me/review/" + id + anyway(form.One(anywayField) != "") + "#verdict")
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return store.ErrConflict
}

// answerCard grades what a form says to a card, and puts it into the deck; false when the card has that answer already.
func answerCard(r *request, rv *store.Review, id string, form quiz.Response) (bool, error) {
	stored, known := rv.Deck.Cards[id]
	rep, _ := strconv.Atoi(form.One(repField))
	if !known || rep != stored.Reps+1 {
		return false, nil
	}
	c := r.site.cards[id]
	wording := wordingOf(c, stored, rv.Learner.ID, id)
	q := c.worded(wording)
	response, err := quiz.Read(q, form, r.lang)
	if err != nil {
		return false, err
	}
	certainty := quiz.NotSaid
	if q.Certainty != "" {
		if certainty, known = quiz.ParseCertainty(form.One(certaintyField)); !known {
			return false, &quiz.InputError{Key: "answer.invalid", Field: certaintyField}
		}
	}
	met := quiz.Met{Right: quiz.State(quiz.Grade(q, response)) == quiz.Right, Certainty: certainty}
	given := review.Given{Rep: rep, Certainty: int(certainty), Variant: wording, Sent: string(response.Sent())}
	return rv.Deck.Take(review.FSRS6, id, given, review.Rate(met.Right, met.Hesitant()), r.now), nil
}

// reviewOf is what who asks has in review; store.ErrNotFound for nobody, errScope in a browser that shows one class only.
func (s *Server) reviewOf(r *request) (*store.Review, error) {
	id, secret, ok := r.token()
	if !ok {
		return nil, store.ErrNotFound
	}
	rv, err := s.Store.Review(r.ctx(), id)
	if err != nil {
		return nil, err
	}
	if r.scope, ok = rv.Learner.Admits(secret); !ok || rv.Learner.Gone {
		return nil, store.ErrNotFound
	}
	if r.scope != "" {
		return nil, errScope
	}
	s.visit(r, rv.Learner, nil)
	return rv, nil
}

// reviewed shows the feedback on an answer that was given today.
func (s *Server) reviewed(r *request) error {
	id := cardID(r.Params("lesson"), r.Params("question"))
	rv, err := s.reviewOf(r)
	if err != nil {
		return err
	}
	rv.Deck.Turn(r.now)
	given, there := rv.Deck.Given[id]
	if _, asked := r.site.cards[id]; !there || !asked {
		return r.seeOther("/me/review")
	}
	page := &ReviewPage{Page: r.page("/me/review/"+id, "review.title"), Any: true, Done: rv.Deck.Done, Anyway: r.Query(anywayField) != ""}
	page.Learner = true
	ans := &quiz.Answer{Tries: []quiz.Sent{quiz.Sent(given.Sent)}, Closed: true, Certainty: quiz.Certainty(given.Certainty)}
	ans.Fraction = quiz.Grade(r.site.cards[id].worded(given.Variant), ans.Response())
	page.frame(r, id, given.Variant, rv.Learner.ID, given.Rep, ans, nil)
	zone := rv.Deck.Location()
	page.Days = max(0, int(review.DayOf(rv.Deck.Cards[id].Due, zone)-review.DayOf(r.now, zone)))
	return r.sendPage("account/review", page)
}
