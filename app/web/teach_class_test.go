package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// theClock begins on a day in November, at half past ten in Berlin, so far away that no key expires while a test runs.
func theClock() *clock {
	return &clock{now: time.Date(2126, 11, 26, 9, 30, 0, 0, time.UTC)}
}

// use is the server's part of it.
func (c *clock) use(config *Config) { config.Now = c.Now }

// after is a time from now on as a form's field takes it.
func (c *clock) after(d time.Duration) string {
	return writeMoment(c.Now().Add(d).Unix(), school.Class{Zone: "Europe/Berlin"}.Location())
}

// newClass makes a class as a teacher does, who gets an account where there is none.
func (w *world) newClass(teacher, name string) *schoolClass {
	w.t.Helper()
	c := &schoolClass{world: w, teacher: w.teacher(teacher)}
	made := c.teacher.send(c.teacher.get("/de/teach/classes/new").want(http.StatusOK).form("/teach/classes"), nameField, name).want(http.StatusSeeOther)
	c.ID = strings.TrimPrefix(made.header.Get("Location"), "/de/teach/classes/")
	c.Class = c.room().Class
	return c
}

// ends moves the class's last day.
func (c *schoolClass) ends(day string) {
	c.t.Helper()
	c.Ends = day
	c.must(c.server.Store.ChangeClass(c.t.Context(), c.Class))
}

// pupils lets so many join the class.
func (c *schoolClass) pupils(n int) (list []*client) {
	c.t.Helper()
	for range n {
		browser, _, _ := c.pupil()
		list = append(list, browser)
	}
	return list
}

// give sends the form that gives something to the class, with fields as names and values, and returns what was given last.
func (c *schoolClass) give(fields ...string) school.Assignment {
	c.t.Helper()
	c.teacher.send(c.teacher.get(c.path("/assign")).want(http.StatusOK).form("/assign"), fields...).to(c.path("?done=given"))
	list := c.room().Assignments
	return list[len(list)-1]
}

// given reads an assignment anew.
func (c *schoolClass) given(n int) school.Assignment {
	c.t.Helper()
	a, ok := c.room().Assignment(n)
	if !ok {
		c.t.Fatalf("there is no assignment %d", n)
	}
	return a
}

// begins begins an assignment as a pupil does and returns the attempt's id; "" when that is not possible.
func (c *schoolClass) begins(pupil *client, a school.Assignment) string {
	c.t.Helper()
	p := pupil.post("/de/lessons/"+a.Lesson+"/quiz", url.Values{forField: {a.Task(c.ID).Ref()}}).want(http.StatusSeeOther)
	parts := strings.Split(p.header.Get("Location"), "/")
	if parts[2] != "attempts" {
		return ""
	}
	return parts[3]
}

// handsIn begins an assignment and hands it in without an answer.
func (c *schoolClass) handsIn(pupil *client, a school.Assignment) string {
	c.t.Helper()
	attempt := c.begins(pupil, a)
	pupil.post("/de/attempts/"+attempt+"/finish", nil).to("/de/attempts/" + attempt + "/result")
	return attempt
}

// in is the class's path of an assignment's page.
func (c *schoolClass) in(a school.Assignment, page string) string {
	return c.path(fmt.Sprintf("/assignments/%d%s", a.N, page))
}

// refuses sends a form with fields as names and values, and checks that those named as wrong are told so and that all that
// was typed is still there.
func (c *client) refuses(f *form, wrong string, fields ...string) *page {
	c.w.t.Helper()
	p := c.send(f, fields...).want(http.StatusUnprocessableEntity)
	if got := strings.Join(p.faulty(), " "); got != wrong {
		c.w.t.Errorf("%s with %v: %q is marked as wrong, want %q", f.action, fields, got, wrong)
	}
	again := p.form(f.action)
	for i := 0; i < len(fields); i += 2 {
		if got := again.values.Get(fields[i]); got != fields[i+1] && slices.Contains(again.fields[fields[i]], fields[i+1]) == (len(again.fields[fields[i]]) > 0) {
			c.w.t.Errorf("%s: of %q typed in %s, %q is left", f.action, fields[i+1], fields[i], got)
		}
	}
	return p
}

// visible are the fields of a form that one sees, without those that are folded away; radio buttons are one.
func (p *page) visible(action string) (names []string) {
	for _, n := range p.all("form") {
		if !strings.Contains(attr(n, "action"), action) {
			continue
		}
		for d := range n.Descendants() {
			field := d.Type == html.ElementNode && (d.Data == "input" || d.Data == "select" || d.Data == "textarea")
			if field && attr(d, "type") != "hidden" && !slices.Contains(names, attr(d, "name")) && !inFold(d) {
				names = append(names, attr(d, "name"))
			}
		}
	}
	return names
}

// inFold says whether an element is in details that are closed.
func inFold(n *html.Node) bool {
	for up := range n.Ancestors() {
		if up.Data == "details" && !has(up, "open") {
			return true
		}
	}
	return false
}

// TestTenMinutes goes from nothing to a class at work, counts clicks and fields, and opens no setting.
func TestTenMinutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.client()
	clicks, fields := 0, 0
	at := c.get("/de/")
	click := func(link string) {
		t.Helper()
		for _, href := range at.links(link) {
			if strings.HasSuffix(href, link) {
				clicks++
				if at = c.get(href); at.status == http.StatusSeeOther {
					at = c.follow(at)
				}
				at.want(http.StatusOK)
				return
			}
		}
		t.Fatalf("%s: no link leads to %s", at.path, link)
	}
	send := func(action string, values ...string) {
		t.Helper()
		clicks++
		fields += len(at.visible(action))
		at = c.follow(c.send(at.form(action), values...)).want(http.StatusOK)
	}
	click("/teach")
	click("/teach/signup")
	send("/teach/signup", nameField, "Frau.Neu", passphraseField, thePassphrase)
	send("/teach/codes")
	send("/teach/classes", nameField, "9b Politik")
	at.want(http.StatusOK, "9b Politik", "Aufgabe geben", "Code zeigen", "Noch ist niemand beigetreten")
	click("/assign")
	send("/assign", whatField, theLesson)
	at.want(http.StatusOK, "Die Aufgabe ist gegeben", "Fingerabdrücke")
	click("/join")
	if clicks > 9 || fields > 10 {
		t.Errorf("%d clicks and %d fields", clicks, fields)
	}
	t.Logf("%d clicks and %d fields", clicks, fields)
	id := strings.Split(at.path, "/")[4]
	room, err := w.server.Store.Room(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	at.want(http.StatusOK, room.Code)
	class := &schoolClass{w, c, room.Class}
	pupil, _, _ := class.pupil()
	pupil.get("/de/me").want(http.StatusOK, "9b Politik", "Fingerabdrücke", "Hausaufgabe")
	class.handsIn(pupil, class.given(1))
	c.get(class.path("")).want(http.StatusOK, "1 Person", "1 abgegeben")
}

func TestNewClass(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.teacher("Frau.Eins")
	f := c.get("/de/teach/classes/new").want(http.StatusOK, "Ein Name genügt").form("/teach/classes")
	if f.values.Get(levelField) != "9-10" || f.values.Get(endsField) != "2127-07-31" {
		t.Errorf("proposed are %v", f.values)
	}
	first := c.send(f, nameField, "  9b \t Politik ").want(http.StatusSeeOther)
	c.send(f, nameField, "  9b \t Politik ").to(first.header.Get("Location")) // a double click
	c.get("/de/teach").want(http.StatusOK, "9b Politik", "Klasse 9 und 10 · 0 Personen")
	id := strings.TrimPrefix(first.header.Get("Location"), "/de/teach/classes/")
	class, err := w.server.Store.Class(t.Context(), id)
	if err != nil || class.Name != "9b Politik" || class.Lang != "de" || class.Zone != "Europe/Berlin" || len(class.Code) != 6 {
		t.Errorf("the class is %+v: %v", class, err)
	}
	if ids, _ := w.server.Store.TeacherClasses(t.Context(), class.Owner); len(ids) != 1 {
		t.Errorf("a double click makes %v", ids)
	}
	english := c.follow(c.send(c.get("/en/teach/classes/new").form("/teach/classes"), nameField, "10c", levelField, "other", endsField, "31.7.2127"))
	if class, _ = w.server.Store.Class(t.Context(), strings.Split(english.path, "/")[4]); class.Lang != "en" || class.Zone != "Europe/London" || class.Ends != "2127-07-31" || class.Level != "other" {
		t.Errorf("the class is %+v", class)
	}

	form := c.get("/de/teach/classes/new").form("/teach/classes")
	for _, row := range []struct {
		name, level, ends, wrong string
	}{
		{" \t ", "9-10", "2127-07-31", "name"},
		{strings.Repeat("ä", school.MostClassName+1), "9-10", "2127-07-31", "name"},
		{"9b\x07", "9-10", "2127-07-31", "name"},
		{"9b", "12", "2127-07-31", "level"},
		{"9b", "9-10", "gestern", "ends"},
		{"9b", "9-10", "2127-02-31", "ends"},
		{"9b", "9-10", "2126-11-25", "ends"},
		{"9b", "9-10", "2129-11-26", "ends"},
		{"", "", "", "name level ends"},
	} {
		c.refuses(form, row.wrong, nameField, row.name, levelField, row.level, endsField, row.ends)
	}
	c.send(form, nameField, strings.Repeat("ä", school.MostClassName), levelField, "9-10", endsField, "2126-11-26").want(http.StatusSeeOther) // today

	// Somebody else's id makes nobody's class another's.
	f.values.Set(nameField, "Meine")
	w.teacher("Frau.Zwei").post(f.action, f.values).want(http.StatusNotFound)
	if class, _ = w.server.Store.Class(t.Context(), id); class.Name != "9b Politik" {
		t.Errorf("the class is called %s", class.Name)
	}
	for i := range school.MostClasses {
		if err := w.server.Store.AddTeacherClass(t.Context(), class.Owner, fmt.Sprintf("%016d", i), at.Now()); err != nil {
			t.Fatal(err)
		}
	}
	form = c.get("/de/teach/classes/new").form("/teach/classes")
	c.send(form, nameField, "Eine zu viel").want(http.StatusUnprocessableEntity, "mehr sind nicht möglich")
	c.get("/de/teach").want(http.StatusOK, "Neue Klasse") // those that are not there count no more
	c.send(form, nameField, "Eine zu viel").want(http.StatusSeeOther)
}

// TestTeachHome: the list says what runs and what waits, and names nothing that is gone.
func TestTeachHome(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	second, gone := w.newClass("Frau.Eins", "10a Archiv"), w.newClass("Frau.Eins", "8d Weg")
	pupils := c.pupils(2)
	test := c.give(whatField, theLesson, presetField, "test")
	c.give(whatField, "who-can-read")
	c.give(whatField, "how-a-law", opensField, at.after(24*time.Hour))
	home := c.teacher.get("/de/teach").want(http.StatusOK, "9b", "2 Personen · 2 Aufgaben laufen")
	if strings.Contains(home.text(), "Freigabe") {
		t.Error("something waits that nobody has handed in")
	}
	c.handsIn(pupils[0], test)
	if strings.Contains(c.teacher.get("/de/teach").text(), "Freigabe") {
		t.Error("results wait while somebody has not handed in")
	}
	c.handsIn(pupils[1], test)
	c.teacher.get("/de/teach").want(http.StatusOK, "1 Test wartet auf die Freigabe")
	c.teacher.get(c.path("")).want(http.StatusOK, "Die Ergebnisse warten auf Ihre Freigabe", "2 abgegeben", "2 noch nicht begonnen", "von 27. November 2126, 10:30 Uhr bis")
	c.teacher.send(c.teacher.get(c.in(test, "")).form("/release"))
	if strings.Contains(c.teacher.get("/de/teach").text(), "wartet") {
		t.Error("what is released waits")
	}

	second.teacher.post(second.path("/archive"), url.Values{onField: {"1"}}).to(second.path("?done=archived"))
	room := gone.room()
	room.Teachers = nil // cut short: the class is gone, the teacher's list has it
	w.must(w.server.Store.DeleteClass(t.Context(), room))
	home = c.teacher.get("/de/teach").want(http.StatusOK, "9b", "1 Klasse, die archiviert oder beendet ist", "10a Archiv", "archiviert")
	if strings.Contains(home.text(), "8d") {
		t.Error("a class that is gone is listed")
	}
	if ids, _ := w.server.Store.TeacherClasses(t.Context(), c.Owner); len(ids) != 2 {
		t.Errorf("the teacher's list is %v", ids)
	}
	// So is one that has another teacher by now.
	w.must(w.server.Store.AddTeacherClass(t.Context(), c.Owner, w.newClass("Herr.Anders", "Fremd").ID, at.Now()))
	if strings.Contains(c.teacher.get("/de/teach").text(), "Fremd") {
		t.Error("somebody else's class is listed")
	}
	at.pass(24 * time.Hour * 240) // in July 2127
	back := w.signedIn("Frau.Eins", thePassphrase)
	back.get("/de/teach").want(http.StatusOK, "letzter Tag: 31. Juli 2127")
}

// TestClassEnds: people are told before a class goes, and one click moves it.
func TestClassEnds(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	c.ends("2126-12-20")
	if strings.Contains(c.teacher.get(c.path("")).text(), "verlängern") {
		t.Error("the end is told more than two weeks before")
	}
	at.pass(12 * 24 * time.Hour)
	p := c.teacher.get(c.path("")).want(http.StatusOK, "Der letzte Tag dieser Klasse ist der 20. Dezember 2126", "am 19. Januar 2127 wird sie gelöscht", "Bis 31. Juli 2127 verlängern")
	f := p.form("/extend")
	for range 2 { // a double click moves it once
		c.teacher.send(f).to(c.path("?done=extended"))
	}
	if ends := c.room().Ends; ends != "2127-07-31" {
		t.Errorf("the last day is %s", ends)
	}
	f.values.Set(endsField, "2140-07-31")
	c.teacher.send(f).to(c.path(""))
	if ends := c.room().Ends; ends != "2127-07-31" {
		t.Errorf("the last day is %s", ends)
	}

	c.ends("2126-12-01")
	over := c.teacher.get(c.path("")).want(http.StatusOK, "Diese Klasse ist zu Ende", "1. Dezember 2126", "31. Dezember 2126")
	if strings.Contains(over.text(), "Aufgabe geben") {
		t.Error("something can be given to a class that is over")
	}
	c.teacher.get(c.path("/assign")).to(c.path(""))
	c.teacher.post(c.path("/assign"), url.Values{whatField: {theLesson}, presetField: {"homework"}}).to(c.path(""))
	c.teacher.send(over.form("/extend")).to(c.path("?done=extended"))
	c.teacher.get(c.path("/assign")).want(http.StatusOK)
}

// TestArchive: what is archived is out of sight, and nobody works in it.
func TestArchive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	pupil, _, _ := c.pupil()
	a := c.give(whatField, theLesson)
	attempt := c.begins(pupil, a)
	f := c.teacher.get(c.path("/settings")).form("/archive")
	for range 2 {
		c.teacher.send(f).to(c.path("?done=archived"))
	}
	pupil.get("/de/attempts/" + attempt).to("/de/attempts/" + attempt + "/result")
	p := c.teacher.get(c.path("")).want(http.StatusOK, "Diese Klasse ist archiviert", "1 frühere Aufgabe", "Fingerabdrücke")
	for range 2 {
		c.teacher.send(p.form("/archive")).to(c.path("?done=back"))
	}
	pupil.get("/de/attempts/" + attempt).want(http.StatusOK)
}

func TestDeleteClassPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, other := w.newClass("Frau.Eins", "9b Politik"), w.newClass("Frau.Eins", "10c")
	pupils := c.pupils(2)
	a := c.give(whatField, theLesson)
	c.handsIn(pupils[0], a)
	f := c.teacher.get(c.path("/delete")).want(http.StatusOK, "2 Personen in der Klasse", "1 Aufgabe").form("/delete")
	c.teacher.refuses(f, "name", nameField, "10c")
	c.teacher.refuses(f, "name", nameField, "")
	c.teacher.get(c.path("")).want(http.StatusOK)
	for range 2 { // a double click
		c.teacher.send(f, nameField, " 9B  politik").to("/de/teach?done=deleted")
	}
	c.teacher.get("/de/teach?done=deleted").want(http.StatusOK, "Die Klasse ist gelöscht", "10c")
	c.teacher.get(c.path("")).want(http.StatusNotFound)
	other.teacher.get(other.path("")).want(http.StatusOK)
	if me := pupils[0].get("/de/me").want(http.StatusOK).text(); strings.Contains(me, "9b Politik") {
		t.Error("the class is still there for its pupils")
	}
	// Somebody else's class is not found by the same form.
	theirs := w.newClass("Herr.Dort", "9b Politik")
	c.teacher.post(theirs.path("/delete"), url.Values{nameField: {"9b Politik"}}).want(http.StatusNotFound)
	theirs.teacher.get(theirs.path("")).want(http.StatusOK)
}

func TestClassSettings(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b")
	f := c.teacher.get(c.path("/settings")).want(http.StatusOK).form("/settings")
	from, to := holidaysField+"-from", holidaysField+"-to"
	values := url.Values{}
	for name, v := range f.values {
		values[name] = v
	}
	set := func(fields ...string) url.Values {
		out := url.Values{}
		for name, v := range values {
			out[name] = v
		}
		for i := 0; i < len(fields); i += 2 {
			out[fields[i]] = strings.Split(fields[i+1], ",")
		}
		return out
	}
	fine := set(nameField, "9c", levelField, "7-8", langField, "en", zoneField, "Europe/London", endsField, "2127-07-20", from, ",2127-04-01,2126-12-23", to, ",,2127-01-06")
	for range 2 {
		c.teacher.post(f.action, fine).to(c.path("/settings?done=saved"))
	}
	got := c.room().Class
	want := c.Class
	want.Name, want.Level, want.Lang, want.Zone, want.Ends = "9c", "7-8", "en", "Europe/London", "2127-07-20"
	want.Holidays = []school.Span{{From: "2126-12-23", To: "2127-01-06"}, {From: "2127-04-01", To: "2127-04-01"}}
	want.Created = got.Created
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("stored is %+v, want %+v", got, want)
	}
	shown := c.teacher.get(c.path("/settings?done=saved")).want(http.StatusOK, "Gespeichert")
	if inputs := strings.Count(shown.body, `name="`+from+`"`); inputs != 5 {
		t.Errorf("there are %d lines for holidays", inputs)
	}
	for _, row := range []struct {
		wrong  string
		fields []string
	}{
		{"name", []string{nameField, ""}},
		{"level", []string{levelField, "x"}},
		{"ends", []string{endsField, "2126-01-01"}},
		{"ends", []string{endsField, ""}},
		{"lang", []string{langField, "fr"}},
		{"zone", []string{zoneField, "Europe/Atlantis"}},
		{"zone", []string{zoneField, "../../etc/passwd"}},
		{"holidays-from holidays-to", []string{from, "morgen", to, ""}},
		{"holidays-from holidays-to", []string{from, "2127-01-06", to, "2126-12-23"}},
		{"holidays-from holidays-to", []string{from, "", to, "2126-12-23"}},
		{"holidays-from holidays-to", []string{from, strings.Repeat("2127-01-06,", school.MostHolidays+1)}},
		{"name ends holidays-from holidays-to", []string{nameField, " ", endsField, "x", from, "x"}},
	} {
		p := c.teacher.post(f.action, set(row.fields...)).want(http.StatusUnprocessableEntity)
		if got := strings.Join(p.faulty(), " "); got != row.wrong {
			t.Errorf("%v: wrong is %q, want %q", row.fields, got, row.wrong)
		}
		if row.fields[0] == from && len(row.fields[1]) < 20 && !strings.Contains(p.body, `value="`+row.fields[1]+`"`) {
			t.Errorf("%v: what was typed is gone", row.fields)
		}
	}
	if now := c.room().Class; fmt.Sprint(now) != fmt.Sprint(got) {
		t.Errorf("what was refused is stored: %+v", now)
	}
	// A last day that is over may stay, but not become so.
	c.Class = got
	c.ends("2126-11-20")
	over := c.teacher.get(c.path("/settings")).form("/settings")
	c.teacher.send(over, nameField, "Ende").to(c.path("/settings?done=saved"))
	c.teacher.refuses(over, "ends", endsField, "2126-11-21")
}

// TestStaffPages: an invited colleague does what the owner does, but not what ends the class.
func TestStaffPages(t *testing.T) {
	t.Parallel()
	at := theClock()
	w := newWorld(t, at.use)
	c := w.newClass("Frau.Eins", "9b Politik")
	settings := c.teacher.get(c.path("/settings")).want(http.StatusOK, "Frau.Eins hat die Klasse angelegt (Sie)")
	invite := settings.form("/staff")
	shown := c.teacher.send(invite).want(http.StatusOK, "Einladung", "bis 3. Dezember 2126, 10:30 Uhr")
	c.teacher.send(invite).want(http.StatusOK) // a double click is the same invitation
	if cache := shown.header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("the link may be kept: %q", cache)
	}
	var link string
	for _, n := range shown.all("input") {
		if attr(n, "id") == "link" {
			link = attr(n, "value")
		}
	}
	if !strings.HasPrefix(link, "/de/teach/staff/"+c.ID) {
		t.Fatalf("the link is %q", link)
	}
	_, secret, _ := strings.Cut(link, ".")
	if strings.Contains(everything(t, w), secret) {
		t.Error("the link's secret is stored as it is")
	}
	if again := c.teacher.get(c.path("/settings")).want(http.StatusOK, "Noch nicht benutzte Einladungen", "gilt bis 3. Dezember 2126"); strings.Contains(again.body, secret) || strings.Count(again.text(), "gilt bis") != 1 {
		t.Error("the link is shown again, or there are two")
	}

	w.client().get(link).to("/de/teach/signin?to=" + url.QueryEscape(link))
	colleague := w.teacher("Herr.Zwei")
	join := colleague.get(link).want(http.StatusOK, "Frau.Eins lädt Sie ein, 9b Politik mit zu unterrichten").form("/teach/staff/")
	for range 2 { // a double click
		colleague.send(join).to(c.path("?done=joined"))
	}
	colleague.get(link).to(c.path(""))
	third := w.teacher("Frau.Drei")
	third.get(link).want(http.StatusNotFound, "Diese Einladung gilt nicht mehr")
	third.post(link, nil).want(http.StatusNotFound, "Diese Einladung gilt nicht mehr")
	third.get(c.path("")).want(http.StatusNotFound)
	for _, bad := range []string{"x", c.ID + "." + strings.Repeat("A", 43), strings.Repeat("a", 16) + "." + secret, c.ID} {
		third.get("/de/teach/staff/" + bad).want(http.StatusNotFound)
	}

	colleague.get("/de/teach").want(http.StatusOK, "9b Politik")
	theirs := &schoolClass{w, colleague, c.Class}
	theirs.give(whatField, theLesson)
	page := colleague.get(c.path("/settings")).want(http.StatusOK, "Herr.Zwei (Sie)", "Klasse verlassen")
	if text := page.text(); strings.Contains(text, "einladen") || strings.Contains(text, "Klasse löschen") || strings.Contains(text, "Herausnehmen") {
		t.Error("a colleague is offered what only the owner may do")
	}
	teacherID := func(c *client) string { id, _, _ := strings.Cut(c.cookie(teacherCookie), "."); return id }
	me, owner := teacherID(colleague), teacherID(c.teacher)
	colleague.get(c.path("/delete")).want(http.StatusForbidden, "Das kann nur, wer die Klasse angelegt hat")
	colleague.post(c.path("/delete"), url.Values{nameField: {"9b Politik"}}).want(http.StatusForbidden)
	colleague.post(c.path("/staff"), url.Values{tokenField: {c.ID + "." + strings.Repeat("A", 43)}}).want(http.StatusForbidden)
	colleague.post(c.path("/staff/drop"), nil).want(http.StatusForbidden)
	colleague.post(c.path("/staff/remove"), url.Values{"teacher": {owner}}).want(http.StatusForbidden)
	colleague.post(c.path("/staff/remove"), url.Values{"teacher": {teacherID(third)}}).want(http.StatusForbidden)
	c.teacher.post(c.path("/staff/remove"), url.Values{"teacher": {owner}}).want(http.StatusForbidden)
	c.teacher.post(c.path("/staff/remove"), url.Values{"teacher": {"x"}}).want(http.StatusNotFound)

	for range 2 {
		colleague.post(c.path("/staff/remove"), url.Values{"teacher": {me}}).to("/de/teach?done=left")
	}
	colleague.get(c.path("")).want(http.StatusNotFound)
	w.must(w.server.Store.AddStaff(t.Context(), c.ID, me, at.Now()))
	out := c.teacher.get(c.path("/settings")).want(http.StatusOK, "Herr.Zwei").form("/staff/remove")
	for range 2 {
		c.teacher.send(out).to(c.path("/settings?done=removed#staff"))
	}
	colleague.get(c.path("")).want(http.StatusNotFound)

	// What is taken back or too old lets nobody in.
	fresh := func() string {
		f := c.teacher.get(c.path("/settings")).form("/staff")
		c.teacher.send(f).want(http.StatusOK)
		return "/de/teach/staff/" + f.values.Get(tokenField)
	}
	old := fresh()
	third.get(old).want(http.StatusOK)
	for range 2 {
		c.teacher.post(c.path("/staff/drop"), nil).to(c.path("/settings?done=dropped#staff"))
	}
	third.post(old, nil).want(http.StatusNotFound)
	old = fresh()
	at.pass(school.StaffInviteKept)
	third.get(old).want(http.StatusNotFound)
	other := w.newClass("Frau.Eins", "10c")
	c.teacher.post(c.path("/staff"), url.Values{tokenField: {other.ID + "." + strings.Repeat("A", 43)}}).to(c.path("/settings#staff"))
	for range school.MostTeachers {
		fresh()
	}
	c.teacher.send(c.teacher.get(c.path("/settings")).form("/staff")).want(http.StatusUnprocessableEntity, "Es sind schon viele Einladungen offen")
	last := onlyInvite(c)
	for i := range school.MostTeachers - 1 {
		t2 := w.teacher(fmt.Sprintf("Frau.Voll%d", i))
		w.must(w.server.Store.AddStaff(t.Context(), c.ID, teacherID(t2), at.Now()))
	}
	third.post(last, nil).want(http.StatusConflict, "Mehr Lehrkräfte")
	if text := c.teacher.get(c.path("/settings")).text(); strings.Contains(text, "einladen") {
		t.Error("more teachers are invited than there may be")
	}
}

// onlyInvite is the link of a new invitation, when the others were dropped.
func onlyInvite(c *schoolClass) string {
	c.t.Helper()
	c.teacher.post(c.path("/staff/drop"), nil).want(http.StatusSeeOther)
	f := c.teacher.get(c.path("/settings")).form("/staff")
	c.teacher.send(f).want(http.StatusOK)
	return "/de/teach/staff/" + f.values.Get(tokenField)
}

// classRows are the pages of a class with everything that there can be, and with nothing.
func classRows(r *request, page Page) []templateRow {
	room := &school.Room{Class: school.Class{ID: "abcdefghjkmnpqrs", Name: "9b", Level: "9-10", Lang: "de", Ends: "2127-07-31"}, Teachers: []string{"t"}}
	empty := ClassFrame{Room: room}
	full := *room
	full.Assignments = []school.Assignment{{N: 1, Lesson: theLesson, Preset: quiz.Test}}
	full.Members = []school.Member{{ID: "a", Name: "Mutiger Otter"}, {ID: "b", Left: school.LeftDeleted}, {ID: "c", Name: "Stiller Wal", Left: school.LeftSelf}}
	frame := ClassFrame{Room: &full}
	item := GivenItem{Title: "x", Theme: "protection", Kind: "test", When: "y", Waits: true, Path: "/x", Tally: []TallyPart{{school.GroupDone, 1, "z", 0, 50}, {school.GroupLate, 1, "z", 50, 50}}}
	withdrawn := GivenItem{Title: "x", Kind: "practice", When: "y", Withdrawn: true, Path: "/x"}
	banner, archived := &ClassBanner{Text: "x", Until: "2128-07-31", Extend: "y"}, &ClassBanner{Text: "x", Back: true}
	form := FormView{
		Page: page, ID: "f", Action: "/x", Message: "m", Notice: "n", Button: "b", Hidden: []Field{{"a", "b"}},
		Inputs: []Input{
			{Name: "r", Label: "x", Type: "radio", Value: "1", Fault: "f", Options: []Option{{Value: "1", Text: "x", More: "y", Note: "z"}, {Value: "2", Off: true, More: "w"}}},
			{Name: "s", Label: "x", Type: "select", Hint: "h", Options: []Option{{Text: "x"}, {Value: "1", Text: "y", Group: "g"}}},
		},
		More: []Input{
			{Name: "c", Label: "x", Type: "checks", Fault: "f", Options: []Option{{Value: "1", Text: "x", On: true}}},
			{Name: "h", Label: "x", Type: "spans", Fault: "f", Hint: "h", Spans: []SpanInput{{"a", "b"}, {}}},
			{Name: "d", Label: "x", Type: "datetime-local", Optional: true},
		},
	}
	assignment := &AssignmentPage{
		Page: page, ClassFrame: frame, Item: item, A: full.Assignments[0], Done: "x", There: true, LessonID: theLesson, Facts: []Fact{{"a", "b"}}, Open: 1, Test: true, AtDue: true,
		Groups: []PupilGroup{{school.GroupDone, []PupilItem{{"Otter", "/x", "y"}, {"Wal", "", ""}}}}, Longer: []LongerItem{{"a", "Otter", "x"}}, Extend: &form,
	}
	taken := &AssignmentPage{Page: page, ClassFrame: empty, Item: withdrawn, A: school.Assignment{Preset: quiz.Test, Withdrawn: true}, Test: true, Released: true}
	one := ClassItem{ID: "a", Name: "9b", Level: "x", Pupils: 2, Running: 1, Waits: 1, Ends: "x"}
	settings := &SettingsPage{
		Page: page, ClassFrame: frame, Done: "x", Form: &form, Owner: true, Invites: []string{"x"}, Extended: "x", Goes: "y",
		Staff: []StaffItem{{"t", "Frau.Eins", true, true}, {"u", "Herr.Zwei", false, false}},
	}
	theirs := &SettingsPage{Page: page, ClassFrame: ClassFrame{Room: &school.Room{Class: school.Class{Archived: true}}}, Form: &form, Banner: archived, Staff: []StaffItem{{"u", "Herr.Zwei", false, true}}}
	return []templateRow{
		{"teach/home", &TeachPage{Page: page, Done: "x", Classes: []ClassItem{one}, Past: []ClassItem{{Name: "x", Archived: true}}, Most: 100}},
		{"teach/home", &TeachPage{Page: page, New: &form}},
		{"teach/class", &ClassPage{Page: page, ClassFrame: empty}},
		{"teach/class", &ClassPage{Page: page, ClassFrame: empty, Over: true, Banner: archived}},
		{"teach/class", &ClassPage{Page: page, ClassFrame: frame, Done: "x", Banner: banner, Now: []GivenItem{item}, Past: []GivenItem{withdrawn}, Pupils: full.Members[:1], Left: full.Members[1:]}},
		{"teach/class-form", &ClassFormPage{Page: page, ClassFrame: frame, Back: Way{"x", "/y"}, Lead: "z", Form: &form}},
		{"teach/class-form", &ClassFormPage{Page: page, ClassFrame: frame}},
		{"teach/assignment", assignment},
		{"teach/assignment", taken},
		{"teach/assignment-change", &ChangePage{Page: page, ClassFrame: frame, Lesson: "x", AssignmentPath: "/y", Changes: []Change{{"a", "b", "c"}, {"a", "", "c"}}, Effects: []string{"x"}, Fields: []Field{{"a", "b"}}}},
		{"teach/assignment-change", &ChangePage{Page: page, ClassFrame: frame}},
		{"teach/settings", settings},
		{"teach/settings", theirs},
		{"teach/settings", &SettingsPage{Page: page, ClassFrame: empty, Form: &form, Owner: true, Full: true}},
		{"teach/staff-invite", &InvitePage{page, frame, "http://x", Reach{"http://x", "x", true}, "y"}},
		{"teach/staff-invite", &InvitePage{page, frame, "/x", Reach{}, "y"}},
	}
}

// TestStaffLinkOrigin: with a public address, links that are sent to others begin with it, whatever the browser says.
func TestStaffLinkOrigin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Origin = "http://schule.example" })
	c := w.newClass("Frau.Eins", "9b")
	c.teacher.send(c.teacher.get(c.path("/settings")).form("/staff")).want(http.StatusOK)
	f := c.teacher.get(c.path("/settings")).form("/staff")
	if p := c.teacher.send(f); !strings.Contains(p.body, "http://schule.example/de/teach/staff/"+c.ID) {
		t.Error("the link leads elsewhere")
	}
}

// TestDeleteTeacherOfGoneClasses: an account whose classes are all gone can be deleted.
func TestDeleteTeacherOfGoneClasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClass("Frau.Eins", "9b")
	room := c.room()
	room.Teachers = nil
	w.must(w.server.Store.DeleteClass(t.Context(), room))
	c.teacher.send(c.teacher.get("/de/teach/account").form("/delete"), nameField, "Frau.Eins").want(http.StatusSeeOther)
}
