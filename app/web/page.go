package web

import (
	"html/template"
	"math"
	"net/url"
	"strings"
	"time"

	"eberbach/app/i18n"
	"eberbach/app/lesson"
	"eberbach/app/quiz"
)

// Page is what every page shows around its own part. The struct of each page embeds it.
type Page struct {
	Lang    string
	Path    string // below the language: "/lessons/false-alarms"
	Title   string
	Theme   string // accent of the page: a theme's id or ""
	Learner bool   // somebody has begun: show where they stand and how to leave this device
	Owner   string // tag of the learner whose answers may wait in this browser, see school.Tag
	Teacher bool   // a teacher is signed in and the page is for teachers: lead to their pages

	Description string // of what the page is about, for search engines and previews of links; "" for what all pages are about

	t    *i18n.Translator
	site *site
	slot bool // leave the learner's parts open, see prepared
}

// T is a text of the catalogue, see i18n.Translator.T.
func (p Page) T(key string, args ...any) string { return p.t.T(key, args...) }

// Pick is the text in the page's language.
func (p Page) Pick(t quiz.Text) string { return t[p.Lang] }

// Href is the address of a path in the page's language.
func (p Page) Href(path string) string { return "/" + p.Lang + path }

// Asset is the address of a static file.
func (p Page) Asset(name string) string { return p.site.assets.url(name) }

// Help is the help lines.
func (p Page) Help() lesson.Help { return p.site.module.Help }

// HasGlossary says whether there is a page of words explained.
func (p Page) HasGlossary() bool { return len(p.site.module.Glossary) > 0 }

// HasAbout says whether there is a page on how the module was made.
func (p Page) HasAbout() bool { return p.site.module.About != nil }

// Imprint is the address of the operator's imprint; "" for none.
func (p Page) Imprint() string { return p.site.operator.Imprint }

// Tel is a number as a tel: address.
func (p Page) Tel(number string) template.URL {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
	return template.URL("tel:" + digits)
}

// OtherLang is a language the page can be switched to.
type OtherLang struct{ Code, Name, Href string }

// Others are the other languages, each at the same place.
func (p Page) Others() []OtherLang {
	var out []OtherLang
	for _, lang := range i18n.Languages {
		if lang != p.Lang {
			out = append(out, OtherLang{lang, p.site.catalogues.For(lang).T("language.name"), "/" + lang + p.Path})
		}
	}
	return out
}

// Score is what was earned, in points or in percent as the author chose.
func (p Page) Score(s quiz.Score) string {
	if s.Percent {
		return p.Percent(s.Fraction())
	}
	return p.T("score.points", "Points", p.Points(s.Points), "Of", p.Points(s.Max))
}

// Points is a number of points in words: whole where it is whole, else with one digit.
func (p Page) Points(v float64) string { return quiz.FormatNumber(math.Round(v*10)/10, p.Lang) }

// Percent is a fraction in words. What is said of a plain figure is kept: a gradebook has hundreds.
func (p Page) Percent(fraction float64) string {
	percent := math.Round(fraction * 100)
	if percent >= 0 && percent < 1000 {
		return p.T("score.percent", "Value", int(percent))
	}
	return p.T("score.percent", "Value", quiz.FormatNumber(percent, p.Lang))
}

// Index is a figure with two digits.
func (p Page) Index(v float64) string { return quiz.FormatNumber(math.Round(v*100)/100, p.Lang) }

// Date is a date as far as it is known ("2022", "2022-11", "2022-11-18") in words.
func (p Page) Date(s string) string {
	for _, form := range []struct{ layout, key string }{{time.DateOnly, "date.day"}, {"2006-01", "date.month"}} {
		if d, err := time.Parse(form.layout, s); err == nil {
			return p.T(form.key, "Day", d.Day(), "Month", p.T("date.months."+strings.ToLower(d.Month().String())), "Year", d.Year())
		}
	}
	return s
}

// When is a moment in words, to the day: an hour would need a time zone that we do not know.
func (p Page) When(t time.Time) string { return p.Date(t.UTC().Format(time.DateOnly)) }

// Moment is a time in words, with the hour, as a clock in the place shows it.
func (p Page) Moment(t time.Time, at *time.Location) string {
	local := t.In(at)
	return p.T("date.moment", "Date", p.Date(local.Format(time.DateOnly)), "Time", local.Format("15:04"))
}

// Day is the day of a time in words, without its year, as a calendar in the place shows it.
func (p Page) Day(t time.Time, at *time.Location) string {
	day := t.In(at)
	return p.T("date.short", "Day", day.Day(), "Month", p.T("date.months."+strings.ToLower(day.Month().String())))
}

// Slot is a part of the page that depends on the learner: on a page made for one learner the partial of that name,
// on a prepared page a mark to be filled later.
func (p Page) Slot(name string, data any) (template.HTML, error) {
	if p.slot {
		return template.HTML(slotMark + name + slotMark), nil
	}
	return p.site.html(p.Lang, "partials/"+name, data)
}

// Prepared says whether the page is made for all its readers at once, see prepared.
func (p Page) Prepared() bool { return p.slot }

func (p *Page) base() *Page { return p }

// PassageView is a passage within a page.
type PassageView struct {
	Page
	Passage *lesson.Passage
}

// With puts a passage into the page's frame, for the partial that shows it.
func (p Page) With(passage *lesson.Passage) PassageView { return PassageView{p, passage} }

// ListView is a list within a page.
type ListView struct {
	Page
	List any
}

// Listing puts a list into the page's frame, for the partial that shows it.
func (p Page) Listing(list any) ListView { return ListView{p, list} }

// Host is the name of the site that an address leads to.
func (p Page) Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// asLearner is the page's frame as somebody with or without progress sees it.
func (p Page) asLearner(v viewer) Page {
	p.slot, p.Learner, p.Owner = false, v.progress != nil, v.owner
	return p
}
