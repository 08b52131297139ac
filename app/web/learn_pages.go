package web

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"eberbach/app/lesson"
)

// plainPage is a prepared page on which nothing but the frame depends on the learner.
type plainPage struct{ Page }

func (p *plainPage) slotData(_, _ string, v viewer) any { return p.asLearner(v) }

// sendPath answers with the prepared page of the address.
func (s *Server) sendPath(path string) func(*request) error {
	return func(r *request) error { return s.sendPrepared(r, path) }
}

// TeacherPage is what a teacher wants to know of a lesson.
type TeacherPage struct {
	plainPage
	Lesson *lesson.Lesson
	Text   *lesson.Page
}

func (s *Server) teacher(r *request) error {
	return s.sendPrepared(r, "/lessons/"+r.Params("lesson")+"/teacher")
}

func (s *site) teacherPage(lang string, l *lesson.Lesson) *TeacherPage {
	p := &TeacherPage{Lesson: l, Text: l.Teacher[lang]}
	p.Page = s.page(lang, "/lessons/"+l.ID+"/teacher", s.catalogues.For(lang).T("teacher.title", "Lesson", l.Title[lang]))
	p.Theme = l.Theme
	return p
}

// GlossaryPage is the words that the module explains.
type GlossaryPage struct {
	plainPage
	Terms []TermView
}

// TermView is a word, what it means, and the lessons that use it.
type TermView struct {
	ID, Term, Text string
	Lessons        []*lesson.Lesson
}

func (s *site) glossaryPage(lang string) (*GlossaryPage, error) {
	p := &GlossaryPage{}
	p.Page = s.page(lang, "/glossary", s.catalogues.For(lang).T("glossary.title"))
	users := map[string][]*lesson.Lesson{}
	for _, l := range s.module.Lessons {
		pr, err := s.preparedAt(p.Href("/lessons/" + l.ID))
		if err != nil {
			return nil, err
		}
		for id := range pr.terms {
			users[id] = append(users[id], l)
		}
	}
	for _, t := range s.module.Glossary {
		p.Terms = append(p.Terms, TermView{t.ID, t.Term[lang], t.Text[lang], users[t.ID]})
	}
	order := collate.New(language.Make(lang), collate.IgnoreCase)
	slices.SortStableFunc(p.Terms, func(a, b TermView) int { return order.CompareString(a.Term, b.Term) })
	return p, nil
}

// SourcesPage is everything that the module's texts rest on.
type SourcesPage struct {
	plainPage
	Sources []SourceView
}

// SourceView is a source and the lessons that cite it.
type SourceView struct {
	*lesson.Source
	Lessons     []*lesson.Lesson
	Declaration bool // the restatement cites it
}

// grades are how far a source is trusted, in words of the catalogue.
var grades = map[string]string{"H": "firm", "M": "fair", "L": "weak"}

// Grade is how far the source is trusted; "" where nobody has said.
func (v SourceView) Grade() string { return grades[v.Confidence] }

func (s *site) sourcesPage(lang string) *SourcesPage {
	p := &SourcesPage{}
	p.Page = s.page(lang, "/sources", s.catalogues.For(lang).T("sources.title"))
	declared := map[string]bool{s.module.Declaration.Official: true}
	for _, g := range s.module.Declaration.Groups {
		for _, e := range g.Passages {
			for _, id := range e.Sources {
				declared[id] = true
			}
		}
	}
	for _, source := range s.module.Sources {
		v := SourceView{Source: source, Declaration: declared[source.ID]}
		for _, l := range s.module.Lessons {
			if slices.Contains(l.Pages[lang].Cited, source) {
				v.Lessons = append(v.Lessons, l)
			}
		}
		if v.Declaration || len(v.Lessons) > 0 {
			p.Sources = append(p.Sources, v)
		}
	}
	order := collate.New(language.Make(lang), collate.IgnoreCase)
	slices.SortFunc(p.Sources, func(a, b SourceView) int {
		return cmp.Or(order.CompareString(a.Publisher, b.Publisher), cmp.Compare(a.Date, b.Date), cmp.Compare(a.ID, b.ID))
	})
	return p
}

// AboutPage says how the module was made.
type AboutPage struct {
	plainPage
	Text    *lesson.Page
	Contact string // where corrections go: an e-mail or web address, "" when the operator gave none
}

func (s *site) aboutPage(lang string) *AboutPage {
	p := &AboutPage{Text: s.module.About[lang], Contact: s.operator.Contact}
	p.Page = s.page(lang, "/about", s.catalogues.For(lang).T("about.title"))
	return p
}

// ContactLink is the contact as an address to follow.
func (p *AboutPage) ContactLink() template.URL { return contactLink(p.Contact) }

// contactLink is an e-mail or web address as an address to follow.
func contactLink(contact string) template.URL {
	if strings.Contains(contact, "://") {
		return template.URL(contact)
	}
	return template.URL("mailto:" + contact)
}
