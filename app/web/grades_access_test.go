package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// gradesAccess says of every route to what pupils have done what it answers to a teacher of the class. Nobody else is
// answered anything: who is not signed in is sent to sign in, and to another teacher the class is not there.
var gradesAccess = []struct {
	route, path string
	status      int
}{
	{"GET /:lang/teach/classes/:class/gradebook", "/gradebook", 200},
	{"GET /:lang/teach/classes/:class/gradebook.csv", "/gradebook.csv", 200},
	{"GET /:lang/teach/classes/:class/gradebook.xlsx", "/gradebook.xlsx", 200},
	{"GET /:lang/teach/classes/:class/gradebook.json", "/gradebook.json", 200},
	{"GET /:lang/teach/classes/:class/attempts/:learner/:attempt", "/attempts/{learner}/{attempt}", 200},
	{"POST /:lang/teach/classes/:class/attempts/:learner/:attempt/comment", "/attempts/{learner}/{attempt}/comment", 303},
	{"GET /:lang/teach/classes/:class/assignments/:n/results", "/assignments/{n}/results", 200},
	{"GET /:lang/teach/classes/:class/assignments/:n/sheet", "/assignments/{n}/sheet", 200},
	{"GET /:lang/teach/classes/:class/assignments/:n/regrade", "/assignments/{n}/regrade", 200},
	{"POST /:lang/teach/classes/:class/assignments/:n/regrade", "/assignments/{n}/regrade", 303},
}

// gradesBed is two classes of two teachers, each with a pupil who has handed in the same lesson.
func gradesBed(t *testing.T) (w *world, ours, theirs *schoolroom, ids func(*schoolroom) *strings.Replacer) {
	w = newWorld(t)
	all := map[*schoolroom]*strings.Replacer{}
	for _, name := range []string{"Frau.Hier", "Herr.Dort"} {
		c := w.schoolroom(name, "9b")
		m := c.pupil("Stiller Fuchs")
		a := c.assign(theLesson, quiz.Homework, 24, nil)
		attempt := c.attempt(m, a, time.Now().Add(-2*time.Hour), allWrong, true)
		all[c] = strings.NewReplacer("{learner}", m.ID, "{attempt}", attempt.ID, "{n}", "1")
		if ours == nil {
			ours = c
		} else {
			theirs = c
		}
	}
	return w, ours, theirs, func(c *schoolroom) *strings.Replacer { return all[c] }
}

func TestGradesAccess(t *testing.T) {
	t.Parallel()
	w, ours, theirs, ids := gradesBed(t)
	var registered []string
	for _, r := range w.server.app.GetRoutes(true) {
		registered = append(registered, r.Method+" "+r.Path)
	}
	room := ours.room()
	pupil := ours.as(room.Members[0])
	colleague := w.teacher("Frau.Auch")
	who, err := w.server.Store.TeacherNamed(t.Context(), "Frau.Auch")
	w.must(err)
	for _, row := range gradesAccess {
		if !slices.Contains(registered, row.route) {
			t.Errorf("there is no route %s; take its row away", row.route)
			continue
		}
		method, _, _ := strings.Cut(row.route, " ")
		ask := func(c *client, path string) *page {
			t.Helper()
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{}
			}
			return c.do(method, path, form)
		}
		path := ours.path("de", ids(ours).Replace(row.path))
		for name, c := range map[string]*client{"nobody": w.client(), "the pupil": pupil} {
			if p := ask(c, path); p.status != 303 || !strings.HasPrefix(p.header.Get("Location"), "/de/teach/signin") {
				t.Errorf("%s: %s gets %d to %s", row.route, name, p.status, p.header.Get("Location"))
			}
		}
		for name, c := range map[string]*client{"another teacher": theirs.teacher, "a colleague who is not let in": colleague} {
			if p := ask(c, path); p.status != 404 || strings.Contains(p.text(), "Fuchs") {
				t.Errorf("%s: %s gets %d", row.route, name, p.status)
			}
		}
		if p := ask(ours.teacher, path); p.status != row.status {
			t.Errorf("%s: the class's teacher gets %d, want %d", row.route, p.status, row.status)
		}
		w.must(w.server.Store.AddStaff(t.Context(), ours.class.ID, who.ID, time.Now()))
		if p := ask(colleague, path); p.status != row.status {
			t.Errorf("%s: a colleague gets %d, want %d", row.route, p.status, row.status)
		}
		w.must(w.server.Store.RemoveStaff(t.Context(), ours.class.ID, who.ID))
		if row.path != ids(theirs).Replace(row.path) && !strings.Contains(row.path, "{n}") {
			// Another class's ids within a class of one's own, in every place where an id can stand.
			own, other := ids(ours), ids(theirs)
			for _, mixed := range []string{
				other.Replace(row.path),
				own.Replace(strings.Replace(row.path, "{learner}", other.Replace("{learner}"), 1)),
				own.Replace(strings.Replace(row.path, "{attempt}", other.Replace("{attempt}"), 1)),
				own.Replace(strings.Replace(row.path, "{attempt}", theLesson+"-"+ours.class.ID+"-1-aaaaaaaaaaaaaaaa", 1)),
				own.Replace(strings.Replace(row.path, "{attempt}", theLesson+"-"+ours.class.ID+"-2-aaaaaaaaaaaaaaaa", 1)),
				own.Replace(strings.Replace(row.path, "{attempt}", theLesson+"-aaaaaaaaaaaaaaaa", 1)),
				own.Replace(strings.Replace(row.path, "{learner}", "aaaaaaaaaaaaaaaa", 1)),
			} {
				if p := ask(ours.teacher, ours.path("de", mixed)); p.status != 404 {
					t.Errorf("%s: %s gets %d", row.route, mixed, p.status)
				}
			}
		}
		for _, n := range []string{"0", "2", "-1", "01", "x", "1e0", "99999999999999999999"} {
			if strings.Contains(row.path, "{n}") {
				if p := ask(ours.teacher, ours.path("de", strings.ReplaceAll(row.path, "{n}", n))); p.status != 404 {
					t.Errorf("%s: assignment %s gets %d", row.route, n, p.status)
				}
			}
		}
	}
}

// TestGradesLeft: of whoever has left the class, been taken out or deleted everything, its teachers see nothing more.
func TestGradesLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.schoolroom("Frau.Hier", "9b")
	a := c.assign(theLesson, quiz.Homework, 24, nil)
	attempts := map[string]string{}
	for _, name := range []string{"Bleibt Hier", "Ging Selbst", "Wurde Entfernt", "Hat Gelöscht"} {
		m := c.pupil(name)
		attempts[name] = "/attempts/" + m.ID + "/" + c.attempt(m, a, time.Now().Add(-2*time.Hour), allRight, true).ID
		db, ctx := w.server.Store, t.Context()
		switch name {
		case "Ging Selbst":
			w.must(db.Leave(ctx, c.class.ID, m.ID, school.LeftSelf))
		case "Wurde Entfernt":
			w.must(db.Leave(ctx, c.class.ID, m.ID, school.LeftRemoved))
		case "Hat Gelöscht":
			w.must(db.Delete(ctx, m.ID))
		}
	}
	for name, path := range attempts {
		want := http.StatusNotFound
		if name == "Bleibt Hier" {
			want = http.StatusOK
		}
		c.teacher.get(c.path("de", path)).want(want)
		if p := c.teacher.post(c.path("de", path+"/comment"), url.Values{commentField: {"Gut."}}); (p.status == 303) != (want == 200) {
			t.Errorf("a comment to %s gets %d", name, p.status)
		}
	}
	p := c.teacher.get(c.path("de", "/gradebook")).want(http.StatusOK, "Bleibt Hier", "3 Personen sind nicht mehr in der Klasse", "Ging Selbst: hat die Klasse verlassen",
		"Wurde Entfernt: von einer Lehrkraft aus der Klasse genommen", "hat alle eigenen Daten gelöscht")
	if got := len(p.all("tr")); got != 3 {
		t.Errorf("the table has %d rows, want head, one pupil and foot", got)
	}
	for name, path := range attempts {
		if name != "Bleibt Hier" && strings.Contains(p.body, path) {
			t.Errorf("the gradebook leads to the work of %s", name)
		}
	}
	csv := c.teacher.get(c.path("de", "/gradebook.csv")).want(http.StatusOK)
	if strings.Contains(csv.body, "Ging") || strings.Contains(csv.body, "Entfernt") || !strings.Contains(csv.body, "Bleibt Hier") {
		t.Errorf("the file has %s", csv.body)
	}
	c.teacher.get(c.path("de", "/assignments/1/results")).want(http.StatusOK, "1 von 1 haben abgegeben")
	c.teacher.get(c.path("de", "/assignments/1/regrade")).want(http.StatusOK, "1 Versuch wurde angesehen")
}

// TestGradesOfBothClasses: of a pupil who is in two classes each teacher sees what their own class was given.
func TestGradesOfBothClasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ours, theirs := w.schoolroom("Frau.Hier", "9b"), w.schoolroom("Herr.Dort", "9b")
	m := theirs.pupil("Stiller Fuchs")
	_, err := w.server.Store.Join(t.Context(), ours.class.ID, m.ID, "Lauter Dachs", time.Now())
	w.must(err)
	var attempts []string
	for _, c := range []*schoolroom{ours, theirs} {
		attempts = append(attempts, c.attempt(m, c.assign(theLesson, quiz.Homework, 24, nil), time.Now().Add(-2*time.Hour), allWrong, true).ID)
	}
	own := ours.as(m)
	own.http.Jar.SetCookies(mustURL(t, w.url), theirs.as(m).http.Jar.Cookies(mustURL(t, w.url)))
	alone := own.begin("de").path
	ours.teacher.get(ours.path("de", "/attempts/"+m.ID+"/"+attempts[0])).want(http.StatusOK, "Lauter Dachs")
	for _, attempt := range []string{attempts[1], strings.Split(alone, "/")[3]} {
		path := ours.path("de", "/attempts/"+m.ID+"/"+attempt)
		ours.teacher.get(path).want(http.StatusNotFound)
		ours.teacher.post(path+"/comment", url.Values{commentField: {"Gut."}}).want(http.StatusNotFound)
	}
	if book := ours.teacher.get(ours.path("de", "/gradebook")); strings.Contains(book.body, attempts[1]) || strings.Contains(book.body, "Stiller Fuchs") {
		t.Error("the gradebook shows another class's work or name")
	}
}
