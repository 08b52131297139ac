package web

import (
	"html/template"
	"time"

	"eberbach/app/school"
)

// PrivacyPage says what is stored, who sees it and how it goes: in a few words for pupils and their parents, and thing by
// thing for a school's data-protection officer.
type PrivacyPage struct {
	plainPage
	Contact string // whom to ask, "" when the operator names nobody
	Cookies []CookieView
	Owners  []OwnerView
}

// CookieView is a cookie and what it is for.
type CookieView struct{ Name, Text string }

// OwnerView is what is stored of somebody, or by the program for itself.
type OwnerView struct {
	ID, Title string
	Things    []ThingView
}

// ThingView is a stored thing in words.
type ThingView struct{ Title, What, Sees, Stays, Key string }

// stored is a thing that store/keys.go makes a key of. Its texts are privacy.thing_ID and privacy.what_ID.
type stored struct {
	ID    string
	Key   string // as the comment there begins
	Says  string // marks what the comment said when the texts were written: a test tells when it says something else
	Owner string
	Sees  string // who: the end of privacy.sees_…
	Stays string // how long: the end of privacy.stays_…, see stays
}

// owners of stored things, in the order of the page.
var owners = []string{"learner", "class", "teacher", "program"}

// storedThings is everything that is stored. A key that is not here, or that means something else by now, fails a test.
var storedThings = []stored{
	{"learner", "{u:ID}", "f4ecbfb8", "learner", "self", "learner"},
	{"progress", "{u:ID}:p", "5d6b9b4a", "learner", "work", "learner"},
	{"work", "{u:ID}:l:TASK", "d3f1e31a", "learner", "work", "learner"},
	{"memberships", "{u:ID}:c", "dd0fce3a", "learner", "self", "learner"},
	{"comments", "{u:ID}:n", "d81c0ed6", "learner", "work", "learner"},
	{"review", "{u:ID}:r", "a4e729e9", "learner", "self", "learner"},
	{"notes", "{u:ID}:h", "79af00f8", "learner", "notes", "learner"},
	{"refs", "{u:ID}:refs", "78c20ba8", "learner", "nobody", "learner"},
	{"deleted", "{u:ID}:gone", "17816ac6", "learner", "nobody", "deleted"},
	{"recovery", "rc:HASH", "2afff376", "learner", "nobody", "learner"},
	{"calendar", "ic:HASH", "b16b7de6", "learner", "calendar", "learner"},

	{"class", "{c:ID}", "c77b6034", "class", "class", "class"},
	{"members", "{c:ID}:m", "d95e0171", "class", "members", "class"},
	{"names", "{c:ID}:n", "b3a3510f", "class", "members", "class"},
	{"assignments", "{c:ID}:a", "790e7d1a", "class", "class", "class"},
	{"staff", "{c:ID}:t", "9c1cb505", "class", "staff", "class"},
	{"staff_invites", "{c:ID}:i", "4d1eb7e9", "class", "nobody", "class"},
	{"class_notes", "{c:ID}:h", "22c83e13", "class", "hidden", "class"},
	{"join", "j:CODE", "695e91dc", "class", "class", "class"},

	{"teacher", "{t:ID}", "064ec1ad", "teacher", "teacher", "teacher"},
	{"sessions", "{t:ID}:s", "7fed996e", "teacher", "teacher", "session"},
	{"teacher_classes", "{t:ID}:c", "8c18898b", "teacher", "teacher", "teacher"},
	{"teacher_name", "tn:NAME", "bd1b77c6", "teacher", "teacher", "teacher"},
	{"invite", "ti:HASH", "34969807", "teacher", "nobody", "invite"},

	{"salt", "ls:DAY", "da75a0b3", "program", "nobody", "salt"},
	{"limit", "lf:KIND:HASH", "906c31c9", "program", "nobody", "limit"},
	{"question", "q:HASH", "dbe39cae", "program", "everybody", "module"},
	{"edition", "e:HASH", "fe226b53", "program", "everybody", "module"},
	{"texts", "x:HASH", "b343a87d", "program", "everybody", "module"},
	{"demo", "demo", "ed55f0ec", "program", "nobody", "demo"},
	{"restore", "restore", "97586d25", "program", "nobody", "restore"},
}

// stays are the numbers in the texts on how long things stay, from where the program has them.
var stays = map[string]int{
	"learner": months(school.Kept), "deleted": months(school.Kept), "class": days(school.KeptAfter), "teacher": months(school.TeacherKept) / 12,
	"session": days(school.SessionKept), "invite": days(school.InviteKept), "salt": 2, "limit": 15, "module": 0, "demo": 0, "restore": 0,
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

func months(d time.Duration) int { return days(d) * 12 / 365 }

// cookies are those that we set, with how many days they stay.
var cookies = []struct {
	name, text string
	days       int
}{
	{learnerCookie, "learner", days(school.Kept)},
	{teacherCookie, "teacher", days(school.SessionKept)},
}

func (s *site) privacyPage(lang string) *PrivacyPage {
	p := &PrivacyPage{Contact: s.operator.Privacy}
	p.Page = s.page(lang, "/privacy", s.catalogues.For(lang).T("privacy.title"))
	for _, c := range cookies {
		p.Cookies = append(p.Cookies, CookieView{c.name, p.T("privacy.cookie_"+c.text, "Days", c.days)})
	}
	for _, owner := range owners {
		v := OwnerView{ID: owner, Title: p.T("privacy.owner_" + owner)}
		for _, thing := range storedThings {
			if thing.Owner == owner {
				v.Things = append(v.Things, ThingView{
					p.T("privacy.thing_" + thing.ID), p.T("privacy.what_" + thing.ID),
					p.T("privacy.sees_" + thing.Sees), p.T("privacy.stays_"+thing.Stays, "Count", stays[thing.Stays]), thing.Key,
				})
			}
		}
		p.Owners = append(p.Owners, v)
	}
	return p
}

// Months is how long a learner's data stay.
func (p *PrivacyPage) Months() int { return stays["learner"] }

// ContactLink is the contact as an address to follow.
func (p *PrivacyPage) ContactLink() template.URL { return contactLink(p.Contact) }
