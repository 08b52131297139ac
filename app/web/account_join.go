package web

import (
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
	"eberbach/app/store"
)

// Fields of the forms with which a browser becomes somebody.
const (
	joinField    = "class"   // a class's code
	seedField    = "seed"    // see school.NewSeed
	replaceField = "replace" // go on though what is in this browser is lost
)

// codeFailures is how often wrong codes are taken from one address within 15 minutes. A school is one address, and all of
// it may join in one break: only what fails counts. At this rate it takes days to meet one of a thousand classes, and what
// is met is a name and a list of lessons.
const codeFailures = 200

// lookupsAtOnce is how many codes are looked up at once in one process: as many as may slip past the limit when many wrong
// ones are sent at one moment. One takes two round trips.
const lookupsAtOnce = 8

// lookUp has a typed code of the kind looked up when its turn has come, and counts the failure when there is none such; a
// *limitError when too many wrong ones came from the request's address.
func (s *Server) lookUp(r *request, kind string, find func() error) error {
	leave, err := queue(r.ctx(), s.looking)
	if err != nil {
		return err
	}
	defer leave()
	wait, err := s.Store.Limited(r.ctx(), kind, s.address(r.Ctx), codeFailures, s.Now())
	if err != nil {
		return err
	}
	if wait > 0 {
		return &limitError{wait}
	}
	if err = find(); errors.Is(err, store.ErrNotFound) {
		err = errors.Join(s.Store.Failed(r.ctx(), kind, s.address(r.Ctx), s.Now()), err)
	}
	return err
}

// AskPage asks for a code.
type AskPage struct {
	FormPage
	Warn string // what to know before; "" for nothing
}

// joinForm is the page that asks for a class's code, with what was typed and what is wrong with it.
func (r *request) joinForm(typed, fault string) *AskPage {
	p := &AskPage{FormPage: FormPage{Page: r.page("/join", "join.title")}}
	p.Lead = p.T("join.lead")
	p.Form = &FormView{
		Page: p.Page, ID: "join", Action: "/join", Button: p.T("join.go"),
		Inputs: []Input{{Name: joinField, Label: p.T("join.code"), Value: typed, Hint: p.T("join.code_hint"), Fault: fault, Type: "text", Auto: "off"}},
	}
	p.Ways = []Way{{p.T("join.back"), "/recover"}}
	return p
}

func (s *Server) join(r *request) error { return r.sendPage("account/form", r.joinForm("", "")) }

func (s *Server) joinTyped(r *request) error {
	typed := typed(formOf(r.Ctx), joinField)
	class, err := s.classByCode(r, typed)
	if err != nil {
		return s.noClass(r, typed, fiber.StatusUnprocessableEntity, err)
	}
	return r.seeOther("/join/" + class.Code)
}

// What is wrong with a code of a class.
var (
	errNoCode = errors.New("web: no class can have such a code")
	errOver   = errors.New("web: nobody works in the class any more")
)

// classByCode is the class that a code opens: errNoCode, store.ErrNotFound or errOver when there is none to join, and a
// *limitError when too many wrong ones came from there.
func (s *Server) classByCode(r *request, typed string) (school.Class, error) {
	code, ok := school.ParseJoinCode(typed)
	if !ok {
		return school.Class{}, errNoCode
	}
	var class school.Class
	err := s.lookUp(r, "join", func() (err error) {
		class, err = s.Store.ClassByCode(r.ctx(), code)
		return err
	})
	if err == nil && class.Over(s.Now()) {
		err = errOver
	}
	return class, err
}

// codeFault is what is said of an error that means a typed code.
type codeFault struct {
	err error
	key string
}

var joinFaults = []codeFault{{errNoCode, "join.no_code"}, {store.ErrNotFound, "join.unknown"}, {errOver, "join.over"}, {store.ErrFull, "join.full"}}

// noClass says in the form why a code opens nothing, with the status for a code that is none.
func (s *Server) noClass(r *request, typed string, status int, err error) error {
	return r.refuseCode(r.joinForm(typed, ""), status, err, joinFaults)
}

// refuseCode shows a form with one field, for a code, again with what is wrong with it.
func (r *request) refuseCode(p *AskPage, status int, err error, faults []codeFault) error {
	if errors.Is(err, store.ErrUnavailable) { // also when the failure could not be counted
		return err
	}
	fault := &p.Form.Inputs[0].Fault
	for _, f := range faults {
		if errors.Is(err, f.err) {
			*fault = p.T(f.key)
		}
	}
	var limit *limitError
	if errors.As(err, &limit) {
		status, *fault = fiber.StatusTooManyRequests, p.T("join.limited", "N", limit.minutes())
		r.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(limit.wait.Seconds())))
	}
	if *fault == "" {
		return err
	}
	r.Status(status)
	return r.sendPage("account/form", p)
}

// JoinPage says what joining a class means, or that one is in it.
type JoinPage struct {
	Page
	Class     string
	Code      string // of the class
	Seed      string
	Pseudonym string // of who is in the class; "" for who is not
	Return    string // recovery code, shown once; "" for none
	HasReturn bool   // there is one, which only its owner knows
	Only      bool   // this browser shows this class and nothing else
	Known     bool   // somebody has begun something in this browser

	Next *TaskView // what is to be done: a round that goes on, or else the one thing that there is; nil for several
}

// joinClass shows the class that a code opens.
func (s *Server) joinClass(r *request) error {
	class, own, err := s.toJoin(r)
	if err != nil {
		return s.noClass(r, r.Params("code"), fiber.StatusNotFound, err)
	}
	p, err := s.joinPage(r, class, own)
	if err != nil {
		return err
	}
	e, err := s.entryOf(r, own, class.ID)
	if err == nil {
		p.Pseudonym = e.Member.Name
		p.Next, err = s.nextTask(r, own, class.ID)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return r.sendPage("account/join", p)
}

// toJoin is the class that the request's code opens and who wants to join it: somebody without an id for nobody yet.
func (s *Server) toJoin(r *request) (school.Class, *store.Own, error) {
	class, err := s.classByCode(r, r.Params("code"))
	if err != nil {
		return class, nil, err
	}
	own, err := s.learner(r)
	if errors.Is(err, store.ErrNotFound) {
		return class, &store.Own{}, nil
	}
	if err == nil && r.scope != "" && r.scope != class.ID {
		err = errScope
	}
	return class, own, err
}

func (s *Server) joinPage(r *request, class school.Class, own *store.Own) (*JoinPage, error) {
	seed, err := school.NewSeed(random)
	p := &JoinPage{Page: r.page("/join/"+class.Code, "join.class", "Class", class.Name), Class: class.Name, Code: class.Code, Seed: seed}
	p.Known, p.Only, p.HasReturn = own.ID != "", r.scope != "", own.Code != ""
	p.Learner = p.Known
	return p, err
}

// joinNow lets somebody into a class, gives them a pseudonym and, if they have none, a recovery code, and shows both. It
// may be sent twice: all that is new is drawn from the form's seed.
func (s *Server) joinNow(r *request) error {
	class, own, err := s.toJoin(r)
	if err != nil {
		return s.noClass(r, r.Params("code"), fiber.StatusNotFound, err)
	}
	seed := seedOf(formOf(r.Ctx))
	if own.ID == "" {
		if own, err = s.newcomer(r, seed); err != nil {
			return err
		}
	}
	p, err := s.joinPage(r, class, own)
	if err != nil {
		return err
	}
	p.Seed = seed
	member, err := s.enterClass(r, class, own)
	if errors.Is(err, store.ErrFull) {
		return s.noClass(r, class.Code, fiber.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	if p.Pseudonym = member.Name; r.scope == "" {
		if p.Return, err = s.firstCode(r, own, seed); err != nil {
			return err
		}
	}
	p.Title = p.T("join.done")
	if p.Next, err = s.nextTask(r, own, class.ID); err != nil {
		return err
	}
	return r.sendPage("account/join", p)
}

// seedOf is the form's seed, or one that cannot be sent twice.
func seedOf(form quiz.Response) string {
	if seed := typed(form, seedField); school.IsSeed(seed) {
		return seed
	}
	seed, _ := school.NewSeed(random) // crypto/rand does not fail
	return seed
}

// newcomer makes a learner who has begun nothing, and gives the browser their token.
func (s *Server) newcomer(r *request, seed string) (*store.Own, error) {
	from, err := school.Drawn(seed, "learner")
	if err != nil {
		return nil, err
	}
	l, token, err := school.NewLearner(from, s.Now())
	if err != nil {
		return nil, err
	}
	if err := s.Store.CreateLearner(r.ctx(), l, s.Now()); err != nil {
		return nil, err
	}
	own, err := s.Store.Own(r.ctx(), l.ID, s.Now())
	if err != nil {
		return nil, err
	}
	s.setCookie(r.Ctx, learnerCookie, token, school.Kept)
	r.tag = school.Tag(l.ID)
	return own, nil
}

// mostNames bounds how many pseudonyms are drawn that are taken.
const mostNames = 100

// enterClass makes somebody a member under a pseudonym that nobody has. Whose work another entry has by now comes back as
// that one; if that one is gone, they begin anew.
func (s *Server) enterClass(r *request, class school.Class, own *store.Own) (school.Member, error) {
	learner := own.ID
	if move, moved := own.Moved[class.ID]; moved {
		kept, err := s.Store.Own(r.ctx(), move.To, s.Now())
		switch {
		case errors.Is(err, store.ErrNotFound) || err == nil && kept.Gone:
			if err := s.Store.ForgetMove(r.ctx(), own.ID, class.ID); err != nil {
				return school.Member{}, err
			}
		case err != nil:
			return school.Member{}, err
		default:
			return s.enterClass(r, class, kept)
		}
	}
	met := map[string]bool{}
	for range mostNames {
		name, err := school.Pseudonym(class.Lang, func(name string) bool { return met[school.Folded(name)] }, random)
		if err != nil {
			return school.Member{}, err
		}
		m, err := s.Store.Join(r.ctx(), class.ID, learner, name, s.Now())
		if err == nil {
			s.live.announce(class.ID)
		}
		if !errors.Is(err, store.ErrTaken) {
			return m, err
		}
		met[school.Folded(name)] = true
	}
	return school.Member{}, school.ErrNoPseudonym
}

// nextTask is what a class has for its learner to do: the round that was begun last and goes on, or else the one task that
// there is; nil for several.
func (s *Server) nextTask(r *request, own *store.Own, class string) (*TaskView, error) {
	seats, err := s.Store.Seats(r.ctx(), own.ID, []string{class})
	if err != nil {
		return nil, err
	}
	var open []TaskView
	var round *TaskView
	for _, seat := range seats {
		for _, a := range seat.Assignments {
			given := &school.Given{Class: seat.Class, Assignment: a, Member: seat.Member}
			switch v := r.taskView(given, own.Progress[a.Task(class).String()]); {
			case v.Now():
				round = &v
			case v.Open != "" || v.MayBegin():
				open = append(open, v)
			}
		}
	}
	if round == nil && len(open) == 1 {
		return &open[0], nil
	}
	return round, nil
}
