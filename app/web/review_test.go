package web

import (
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/review"
	"eberbach/app/school"
)

// learnt is a browser in which questions of a lesson were answered: as a form says that answers right or wrong.
type learnt struct {
	*client
	attempt string // path
	clock   *clock
}

// newLearnt has a browser take the lesson's quiz and answer its first questions: r right and sure, u right and unsure, n
// right without an idea, w wrong and sure, x wrong and unsure, - not at all.
func newLearnt(t *testing.T, answers string, change ...func(*Config)) *learnt {
	t.Helper()
	clock := &clock{now: time.Now().UTC().Truncate(24 * time.Hour).Add(33 * time.Hour)} // tomorrow morning: what expires by it does not at once
	w := newWorld(t, append(change, func(c *Config) { c.Now = clock.Now })...)
	c := w.client()
	l := &learnt{c, "", clock}
	l.attempt, _, _ = strings.Cut(c.begin("de").path, "/questions/")
	l.answer(answers)
	return l
}

// questions are the lesson's that ask how sure somebody is, and then the others.
func (l *learnt) questions() (qs []*quiz.Question) {
	all := lessonOf(l.w.t, l.w).Edition("").Questions
	for _, asks := range []bool{true, false} {
		for _, q := range all {
			if q.Scored() && (q.Certainty != "") == asks {
				qs = append(qs, q)
			}
		}
	}
	return qs
}

var certaintyOf = map[rune]string{'r': "very", 'u': "unsure", 'n': "no-idea", 'w': "very", 'x': "unsure"}

func (l *learnt) answer(answers string) {
	l.w.t.Helper()
	qs := l.questions()
	for i, how := range answers {
		if how == '-' {
			continue
		}
		l.clock.pass(time.Minute)
		form := formFor(l.w.t, qs[i], "de", strings.ContainsRune("run", how))
		form.Set(certaintyField, certaintyOf[how])
		form.Set(tryField, "1")
		l.post(l.attempt+"/answers/"+qs[i].ID, form).want(http.StatusSeeOther)
		form.Set(solutionField, "1")
		l.post(l.attempt+"/answers/"+qs[i].ID, form)
	}
}

// deck is what the learner has in review, as it is stored.
func (l *learnt) deck() *review.Deck {
	l.w.t.Helper()
	r, err := l.w.server.Store.Review(l.w.t.Context(), l.learnerID())
	if err != nil {
		l.w.t.Fatal(err)
	}
	return &r.Deck
}

// asked is the card that a page of review asks, and the page's form.
func (p *page) asked() (id string, f *form) {
	p.t.Helper()
	f = p.form("/me/review")
	return f.values.Get(cardField), f
}

// send answers the card that a page asks, right or wrong, and returns the answer to it.
func (l *learnt) send(p *page, right bool) *page {
	l.w.t.Helper()
	id, f := p.asked()
	form := formFor(l.w.t, l.w.server.site().cards[id].question, "de", right)
	form.Set(cardField, id)
	form.Set(repField, f.values.Get(repField))
	form.Set(certaintyField, "very")
	return l.post("/de/me/review", form)
}

// TestReview goes through a day in review: what was answered comes back, in other words, and each answer counts once.
func TestReview(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wur")
	l.get("/de/me/review").want(http.StatusOK, "Noch 1 Frage für heute") // what was wrong comes back after a minute
	deck := l.deck()
	if len(deck.Cards) != 3 || deck.Zone != defaultZone {
		t.Fatalf("%d cards in %s", len(deck.Cards), deck.Zone)
	}
	for i, want := range []review.Rating{review.Again, review.Hard, review.Good} {
		if c := deck.Cards[cardID(theLesson, l.questions()[i].ID)]; c.Rated != want || c.Reps != 1 {
			t.Errorf("question %d: %+v, want %v", i+1, c, want)
		}
	}

	l.clock.pass(24 * time.Hour)
	p := l.get("/de/me/review").want(http.StatusOK, "Noch 3 Fragen für heute")
	id, _ := p.asked()
	c := l.w.server.site().cards[id]
	if c.twin == nil || !strings.Contains(p.text(), folded(c.twin.Stem["de"])) || strings.Contains(p.text(), folded(c.question.Stem["de"])) {
		t.Errorf("%s is not asked in other words", id)
	}
	if again := l.get("/de/me/review"); again.body != p.body {
		t.Error("loaded again, the page asks something else")
	}
	once := l.send(p, true).want(http.StatusSeeOther)
	if to := once.header.Get("Location"); to != "/de/me/review/"+id+"#verdict" {
		t.Fatalf("the answer leads to %s", to)
	}
	feedback := l.follow(once).want(http.StatusOK, "Richtig.", "Diese Frage kommt ", c.question.Evidence[0].Proof["de"])
	if twice := l.send(p, false).want(http.StatusSeeOther); twice.header.Get("Location") != once.header.Get("Location") {
		t.Error("a second click leads elsewhere")
	}
	if again := l.get("/de/me/review/" + id); again.body != feedback.body {
		t.Error("a second click changes the feedback")
	}
	deck = l.deck()
	if deck.Done != 1 || deck.Cards[id].Reps != 2 || deck.Cards[id].Variant != twinWording {
		t.Errorf("after two clicks: %d answers, %+v", deck.Done, deck.Cards[id])
	}

	next := l.get("/de/me/review").want(http.StatusOK, "Noch 2 Fragen für heute")
	if other, _ := next.asked(); other == id {
		t.Error("the same question is asked again")
	}
	refused := l.post("/de/me/review", url.Values{cardField: {next.form("/me/review").values.Get(cardField)}, repField: {"2"}, "option": {"x"}})
	refused.want(http.StatusUnprocessableEntity)
	if refused.form("/me/review").values.Get(repField) != "2" || attrText(refused, "message") == "" {
		t.Error("what cannot be taken is not said, or not asked again")
	}
	l.follow(l.send(next, false)).want(http.StatusOK, "heute noch einmal")
	l.follow(l.send(l.get("/de/me/review"), true))
	l.get("/de/me/review").want(http.StatusOK, "Das war alles für jetzt.", "Heute hast du 3 Fragen beantwortet.", "Die nächsten Tage")
	l.clock.pass(25 * time.Hour)
	l.get("/de/me/review/" + id).want(http.StatusSeeOther) // feedback is for the day
}

// TestReviewWords: the same question is never asked twice in a row in the same words where there are others.
func TestReviewWords(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "r")
	last := ""
	for range 5 {
		l.clock.pass(20 * time.Minute)
		p := l.get("/de/me/review").want(http.StatusOK)
		for len(p.all("form")) == 0 || !strings.Contains(p.body, cardField) {
			l.clock.pass(12 * time.Hour)
			p = l.get("/de/me/review")
		}
		stem := attrText(p, "stem")
		if stem == last || stem == "" {
			t.Fatalf("asked in the words %q again", stem)
		}
		last = stem
		l.send(p, true).want(http.StatusSeeOther)
	}
}

// attrText is the text of the first element with the class.
func attrText(p *page, class string) string {
	for n := range p.root.Descendants() {
		if attr(n, "class") == class && n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

// TestReviewWithheld: a Test changes nothing that its pupil can see before release, and neither does homework that is not
// handed in.
func TestReviewWithheld(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "r")
	l.get("/de/me/review")
	id := l.learnerID()
	class := l.joins(school.Class{})
	test := l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Test, Late: school.LateClose, Attempts: 1, Counts: quiz.Last, Release: school.ReleaseByHand})
	homework := l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Homework, Late: school.LateMark, Counts: quiz.Highest})
	before := l.deck().Fields()
	seen := func() string { return l.get("/de/me/review").text() }
	path := l.takes(test) // from then on the queue no longer works towards it
	first := seen()
	reserved := lessonOf(t, l.w).Reserved("").Questions
	left := reserved[len(reserved)-1] // unanswered
	for _, q := range reserved[:len(reserved)-1] {
		form := wrongForm(t, q)
		form.Set(certaintyField, "very")
		l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	}
	l.post(path+"/finish", nil).want(http.StatusSeeOther)
	work := l.takes(homework)
	q := l.questions()[2]
	form := wrongForm(t, q)
	form.Set(certaintyField, "very")
	l.post(work+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	if now := seen(); now != first {
		t.Errorf("before release the page says %q, before it said %q", now, first)
	}
	after := l.deck().Fields()
	for name, value := range after {
		if before[name] != value {
			t.Errorf("before release %s becomes %s", name, value)
		}
	}

	l.post(work+"/finish", nil).want(http.StatusSeeOther)
	seen()
	if c := l.deck().Cards[cardID(theLesson, q.ID)]; c.Rated != review.Again {
		t.Errorf("homework handed in gives %+v", c)
	}
	l.releases(class, test)
	seen()
	if _, there := l.deck().Cards[cardID(theLesson, left.ID)]; there {
		t.Errorf("a released Test makes a card for %s, which was not answered and is never asked", left.ID)
	}
	for _, q := range reserved[:len(reserved)-1] {
		if c := l.deck().Cards[cardID(theLesson, q.ID)]; c.Rated != review.Again {
			t.Errorf("a released Test gives %+v for %s", c, q.ID)
		}
	}
	for range 40 { // a day at a time: whatever is asked is none of the Test
		l.clock.pass(24 * time.Hour)
		for p := l.get("/de/me/review"); strings.Contains(p.body, cardField); p = l.get("/de/me/review") {
			card, _ := p.asked()
			if l.w.server.site().cards[card].question.Reserve {
				t.Fatalf("%s asks %s, which is kept for Tests, of %s", p.path, card, id)
			}
			l.send(p, true).want(http.StatusSeeOther)
		}
	}
}

// joins makes a class and lets the learner join it.
func (l *learnt) joins(c school.Class) school.Class {
	t := l.w.t
	t.Helper()
	id, err1 := school.NewID(rand.Reader)
	code, err2 := school.NewJoinCode(rand.Reader)
	c.ID, c.Code, c.Name, c.Zone, c.Created, c.Ends = id, code, "9b", "Europe/Berlin", l.clock.Now(), l.clock.Now().AddDate(0, 6, 0).Format(time.DateOnly)
	c.Owner = id
	owner := school.Teacher{ID: id, Name: "T." + id, PassHash: "x", Created: l.clock.Now(), Lang: "de", Seen: school.Day(l.clock.Now())}
	err0 := l.w.server.Store.CreateTeacher(t.Context(), owner, "", l.clock.Now())
	err3 := l.w.server.Store.CreateClass(t.Context(), c)
	_, err4 := l.w.server.Store.Join(t.Context(), id, l.learnerID(), "Mutiger Otter", l.clock.Now())
	for _, err := range []error{err0, err1, err2, err3, err4} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// gives gives the class an assignment, due in a week where it says nothing else, and returns it as stored.
func (l *learnt) gives(c school.Class, a school.Assignment) school.Given {
	t := l.w.t
	t.Helper()
	a.Key, _ = school.NewID(rand.Reader)
	a.Created, a.Opens = l.clock.Now().Unix(), l.clock.Now().Unix()
	if a.Due == 0 {
		a.Due = l.clock.Now().AddDate(0, 0, 7).Unix()
	}
	a, err := l.w.server.Store.Assign(t.Context(), c.ID, a)
	if err != nil {
		t.Fatal(err)
	}
	return school.Given{Class: c, Assignment: a}
}

// takes begins what was given, and returns the attempt's path.
func (l *learnt) takes(g school.Given) string {
	l.w.t.Helper()
	task := g.Assignment.Task(g.Class.ID)
	p := l.follow(l.post("/de/lessons/"+task.Lesson+"/quiz", url.Values{forField: {task.Ref()}}))
	path, _, _ := strings.Cut(p.path, "/questions/")
	return path
}

func (l *learnt) releases(c school.Class, g school.Given) {
	l.w.t.Helper()
	after := g.Assignment
	after.Released = true
	if err := l.w.server.Store.ChangeAssignment(l.w.t.Context(), c.ID, g.Assignment, after); err != nil {
		l.w.t.Fatal(err)
	}
}

// TestReviewHolidays: in the class's holidays nothing is asked, but whoever wants to may.
func TestReviewHolidays(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wr")
	l.joins(school.Class{Holidays: []school.Span{{From: l.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly), To: l.clock.Now().AddDate(0, 0, 2).Format(time.DateOnly)}}})
	l.clock.pass(24 * time.Hour)
	p := l.get("/de/me/review").want(http.StatusOK, "Deine Klasse hat frei.", "Trotzdem wiederholen")
	if strings.Contains(p.body, cardField) {
		t.Error("a question is asked in the holidays")
	}
	p = l.get("/de/me/review?anyway=1").want(http.StatusOK, "Noch 2 Fragen")
	_, f := p.asked()
	if f.values.Get(anywayField) == "" {
		t.Error("the wish is forgotten with the first answer")
	}
	l.clock.pass(48 * time.Hour)
	l.get("/de/me/review").want(http.StatusOK, "Noch 2 Fragen")
}

// TestReviewExpired: facts past their date are asked no more.
func TestReviewExpired(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "rrr")
	l.get("/de/me/review").want(http.StatusOK)
	until, err := time.Parse(time.DateOnly, lessonOf(t, l.w).ValidUntil)
	if err != nil {
		t.Fatal(err)
	}
	l.clock.pass(until.Sub(l.clock.Now()))
	l.get("/de/me/review").want(http.StatusOK, "Noch 3 Fragen")
	card, f := l.get("/de/me/review").asked()
	before := l.deck().Fields()
	l.clock.pass(26 * time.Hour)
	form := formFor(t, l.w.server.site().cards[card].question, "de", true)
	form.Set(cardField, card)
	form.Set(repField, f.values.Get(repField))
	form.Set(certaintyField, "very")
	if to := l.post("/de/me/review", form).want(http.StatusSeeOther).header.Get("Location"); to != "/de/me/review" {
		t.Errorf("the answer to it leads to %s", to)
	}
	if !maps.Equal(l.deck().Fields(), before) {
		t.Error("the answer to an expired question changes its card")
	}
	p := l.get("/de/me/review").want(http.StatusOK, "Heute gibt es nichts")
	if strings.Contains(p.body, cardField) || strings.Contains(p.body, "Die nächsten Tage") {
		t.Error("an expired question is asked or planned")
	}
}

// TestReviewScope: a browser that was let in for one class sees nothing of review.
func TestReviewScope(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "wr")
	class := l.joins(school.Class{})
	d, token, err := school.NewDevice(l.learnerID(), class.ID, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.w.server.Store.AddDevice(t.Context(), l.learnerID(), d, l.clock.Now()); err != nil {
		t.Fatal(err)
	}
	as := func(r *http.Request) { r.Header.Set("Cookie", "eberbach="+token) }
	l.clock.pass(24 * time.Hour)
	other := l.w.client()
	card, f := l.get("/de/me/review").asked()
	answer := url.Values{cardField: {card}, repField: {f.values.Get(repField)}, "option": {"a"}}
	homework := l.takes(l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Homework, Late: school.LateMark, Counts: quiz.Highest}))
	l.post(homework+"/finish", nil).want(http.StatusSeeOther)
	for _, p := range []*page{other.get("/de/me/review", as), other.get("/de/me/review/"+card, as), other.post("/de/me/review", answer, as), other.post(homework+"/again", nil, as)} {
		p.want(http.StatusForbidden)
	}
	other.get(homework+"/result", as).want(http.StatusOK)

	// Who knows the id and not the secret is nobody.
	id, secret, _ := school.ParseToken(l.cookie(learnerCookie))
	forged := func(r *http.Request) { r.Header.Set("Cookie", "eberbach="+id+"."+strings.Repeat("a", len(secret))) }
	before := l.deck().Fields()
	for _, p := range []*page{other.get("/de/me/review/"+card, forged), other.post("/de/me/review", answer, forged)} {
		p.want(http.StatusNotFound)
	}
	if !maps.Equal(l.deck().Fields(), before) {
		t.Error("somebody else's answer changes a card")
	}
}

// TestReviewAdrift: what was answered for a class counts as handed in once the class has it no more.
func TestReviewAdrift(t *testing.T) {
	t.Parallel()
	l := newLearnt(t, "")
	class := l.joins(school.Class{})
	path := l.takes(l.gives(class, school.Assignment{Lesson: theLesson, Preset: quiz.Homework, Late: school.LateMark, Counts: quiz.Highest}))
	q := l.questions()[0]
	form := wrongForm(t, q)
	form.Set(certaintyField, "very")
	l.post(path+"/answers/"+q.ID, form).want(http.StatusSeeOther)
	l.get("/de/me/review").want(http.StatusOK)
	if n := len(l.deck().Cards); n != 0 {
		t.Fatalf("homework that is not handed in makes %d cards", n)
	}
	l.w.must(l.w.server.Store.Leave(t.Context(), class.ID, l.learnerID(), school.LeftRemoved))
	l.get("/de/me/review").want(http.StatusOK)
	if c := l.deck().Cards[cardID(theLesson, q.ID)]; c.Rated != review.Again {
		t.Errorf("afterwards the card is %+v", c)
	}
}
