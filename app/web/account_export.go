package web

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
)

// exportFormat names the form of an export and counts its versions; the README describes it.
const exportFormat = "eberbach-learner-1"

// Export is everything that is held about a learner, to take away. Times are RFC 3339 in UTC.
type Export struct {
	Format   string          `json:"format"`
	Exported time.Time       `json:"exported"`
	Language string          `json:"language"` // of questions and answers
	Learner  ExportLearner   `json:"learner"`
	Classes  []ExportClass   `json:"classes"`
	Attempts []ExportAttempt `json:"attempts"` // oldest first
	Review   []ExportCard    `json:"review"`   // by question
	Notes    []ExportNote    `json:"notes"`    // oldest first
}

// ExportLearner is what is kept of the learner themselves.
type ExportLearner struct {
	Created    time.Time       `json:"created"`
	LastVisit  string          `json:"last_visit"` // YYYY-MM-DD
	DeletedOn  string          `json:"deleted_on"` // if they do not come back
	ReturnCode bool            `json:"return_code"`
	Calendar   bool            `json:"calendar"`
	Zone       string          `json:"time_zone,omitempty"`
	Browsers   []ExportBrowser `json:"browsers"`
}

// ExportBrowser is a browser that lets see the learner's work.
type ExportBrowser struct {
	Since     time.Time `json:"since"`
	OnlyClass bool      `json:"only_one_class,omitempty"`
	This      bool      `json:"this,omitempty"`
}

// ExportClass is a class that the learner is in.
type ExportClass struct {
	Name      string       `json:"name"`
	Pseudonym string       `json:"pseudonym"`
	Joined    time.Time    `json:"joined"`
	Care      *school.Care `json:"accommodations,omitempty"`
}

// ExportAttempt is an attempt. Before it may be shown, there is neither score nor comment, nor what was right.
type ExportAttempt struct {
	ID       string         `json:"id"`
	Lesson   string         `json:"lesson"`
	Title    string         `json:"title"`
	Class    string         `json:"class,omitempty"`
	Preset   quiz.Preset    `json:"preset"`
	Begun    time.Time      `json:"begun"`
	HandedIn *time.Time     `json:"handed_in,omitempty"`
	Points   *float64       `json:"points,omitempty"`
	Max      *float64       `json:"max,omitempty"`
	Comment  string         `json:"comment,omitempty"` // the teacher's
	Answers  []ExportAnswer `json:"answers"`           // given ones
}

// ExportAnswer is an answer, in words and as it was sent.
type ExportAnswer struct {
	Question  string      `json:"question"` // its id
	Asked     string      `json:"asked"`
	Answer    []string    `json:"answer"`
	Sent      []quiz.Sent `json:"sent"` // all tries, oldest first
	Certainty string      `json:"certainty,omitempty"`
	At        time.Time   `json:"at"`
	Result    string      `json:"result,omitempty"` // right, partial or wrong, once it may be known
	Fraction  *float64    `json:"fraction,omitempty"`
}

// ExportCard is a question in review.
type ExportCard struct {
	Question   string     `json:"question"` // LESSON/QUESTION
	Due        time.Time  `json:"due"`
	Last       *time.Time `json:"last_answer,omitempty"`
	Rating     int        `json:"last_rating,omitempty"` // 1 not right, 2 unsure, 3 right
	Answers    int        `json:"answers"`
	Lapses     int        `json:"lapses"`
	Stability  float64    `json:"stability_days,omitempty"`
	Difficulty float64    `json:"difficulty,omitempty"`
}

// export sends everything that is held about the learner.
func (s *Server) export(r *request) error {
	p, err := s.caughtUp(r)
	if err != nil {
		return err
	}
	comments, err := s.Store.Comments(r.ctx(), p.own.ID)
	if err != nil {
		return err
	}
	notes, err := s.Store.Notes(r.ctx(), p.own.ID)
	if err != nil {
		return err
	}
	views, err := s.ownViews(r, p.own, notes)
	if err != nil {
		return err
	}
	_, secret, _ := r.token()
	e := r.exportOf(p, comments, school.DeviceHash(secret))
	e.Notes = exportNotes(views)
	out, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	return r.sendFile("eberbach.json", fiber.MIMEApplicationJSONCharsetUTF8, out)
}

// exportOf puts it together; here is the hash of the browser that asks.
func (r *request) exportOf(p *past, comments map[string]school.Comment, here string) Export {
	own := p.own
	e := Export{
		Format: exportFormat, Exported: r.now.UTC().Truncate(time.Second), Language: r.lang,
		Classes: []ExportClass{}, Attempts: []ExportAttempt{}, Review: []ExportCard{},
	}
	e.Learner = ExportLearner{Created: own.Created, LastVisit: own.Seen, ReturnCode: own.Code != "", Calendar: own.Calendar.Hash != "", Zone: p.review.Deck.Zone}
	if seen, err := time.Parse(time.DateOnly, own.Seen); err == nil {
		e.Learner.DeletedOn = seen.Add(school.Kept).Format(time.DateOnly)
	}
	e.Learner.Browsers = []ExportBrowser{{Since: own.Created, This: own.SecretHash == here}}
	for _, d := range own.Devices {
		e.Learner.Browsers = append(e.Learner.Browsers, ExportBrowser{d.Since, d.Class != "", d.SecretHash == here})
	}
	for _, seat := range p.seats {
		c := ExportClass{Name: seat.Class.Name, Pseudonym: seat.Member.Name, Joined: time.Unix(seat.Member.Joined, 0).UTC()}
		if seat.Member.Care.Any() {
			c.Care = &seat.Member.Care
		}
		e.Classes = append(e.Classes, c)
	}
	for _, a := range p.attempts {
		e.Attempts = append(e.Attempts, r.exportAttempt(a, comments[a.ID]))
	}
	for _, id := range slices.Sorted(maps.Keys(p.review.Deck.Cards)) {
		e.Review = append(e.Review, exportCard(id, p.review.Deck.Cards[id]))
	}
	return e
}

func (r *request) exportAttempt(a pastAttempt, comment school.Comment) ExportAttempt {
	asked := a.Of(a.edition)
	out := ExportAttempt{ID: a.ID, Lesson: a.Lesson, Preset: a.Rules.Preset, Begun: a.Started.UTC(), Answers: []ExportAnswer{}}
	out.Title, _ = r.lessonTitle(a.Lesson)
	if a.given != nil {
		out.Class = a.given.Class.Name
	}
	if a.Done() {
		at := a.Finished.UTC()
		out.HandedIn = &at
	}
	if a.Reviewable() {
		score := a.Grade(asked)
		out.Points, out.Max, out.Comment = &score.Points, &score.Max, comment.Text
	}
	for i, q := range asked.Questions {
		if ans := a.Answers[i]; ans != nil {
			out.Answers = append(out.Answers, r.exportAnswer(a, i, q, ans))
		}
	}
	return out
}

func (r *request) exportAnswer(a pastAttempt, i int, q *quiz.Question, ans *quiz.Answer) ExportAnswer {
	out := ExportAnswer{Question: q.ID, Asked: q.Stem[r.lang], Answer: []string{}, Sent: ans.Tries, Certainty: ans.Certainty.String(), At: a.Started.Add(ans.After).UTC()}
	items := q.Items(quiz.View{Lang: r.lang, Seed: a.ID, Response: ans.Response()})
	for _, o := range quiz.Outcomes(items) {
		for _, text := range o.Yours {
			if o.Prompt != "" {
				text = o.Prompt + ": " + text
			}
			out.Answer = append(out.Answer, text)
		}
	}
	for _, it := range items {
		if it.Form == quiz.FormWords && it.Value != "" {
			out.Answer = append(out.Answer, it.Value)
		}
	}
	if q.Scored() && a.Reveals(i) {
		out.Result, out.Fraction = quiz.State(ans.Own(q)), &ans.Fraction
	}
	return out
}

func exportCard(id string, c review.Card) ExportCard {
	out := ExportCard{Question: id, Due: c.Due.UTC(), Rating: int(c.Rated), Answers: c.Reps, Lapses: c.Lapses, Stability: c.Stability, Difficulty: c.Difficulty}
	if !c.Last.IsZero() {
		at := c.Last.UTC()
		out.Last = &at
	}
	return out
}
