package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// rows are a table's cells as text.
func (p *page) rows() (out [][]string) {
	for _, tr := range p.all("tr") {
		var row []string
		for n := range tr.ChildNodes() {
			if n.Type == html.ElementNode {
				row = append(row, textOf(n))
			}
		}
		out = append(out, row)
	}
	return out
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return folded(b.String())
}

// firstRight answers the first n questions right and the others wrong.
func firstRight(n int) answers {
	return func(i int) string {
		if i < n {
			return quiz.Right
		}
		return quiz.Wrong
	}
}

// TestGradebook has pupils in every state, and every way to count several attempts.
func TestGradebook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "9b")
	now := time.Now()
	long := func(a *school.Assignment) { a.Attempts, a.Due = 0, now.Add(-24*time.Hour).Unix() }
	best := c.assign("workshop", quiz.Homework, 240, long)
	last := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { long(a); a.Counts = quiz.Last })
	mean := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { long(a); a.Counts = quiz.Average })
	test := c.assign("workshop", quiz.Test, 240, func(a *school.Assignment) { a.Due = now.Add(-24 * time.Hour).Unix() })
	soon := c.assign("workshop", quiz.Homework, 0, func(a *school.Assignment) { a.Opens, a.Due = now.Add(time.Hour).Unix(), now.Add(2*time.Hour).Unix() })
	back := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { a.Withdrawn = true })
	started := now.Add(-100 * time.Hour)
	twice, late, working, nobody := c.pupil("Zweimal"), c.pupil("Änne"), c.pupil("bald"), c.pupil("Nichts")
	var counted []string
	for _, a := range []school.Assignment{best, last, mean} {
		first := c.attempt(twice, a, started, allRight, true)
		second := c.attempt(twice, a, started.Add(time.Hour), allWrong, true)
		counted = append(counted, map[bool]string{true: first.ID, false: second.ID}[a.N == best.N])
	}
	released := c.attempt(twice, test, now.Add(-200*time.Hour), firstRight(2), true)
	c.attempt(late, best, now.Add(-2*time.Hour), allRight, true)
	again := c.attempt(late, best, now.Add(-time.Hour), func(int) string { return "" }, false)
	open := c.attempt(working, best, now.Add(-time.Hour), func(i int) string { return map[bool]string{true: quiz.Right}[i < 3] }, false)
	_, _ = nobody, back

	p := c.teacher.get(c.path("de", "/gradebook")).want(http.StatusOK, "Leistungsübersicht")
	want := [][]string{
		{"Name", "Schnitt"},
		{"Änne", "100 %", "100 % ↷◐ verspätet abgegeben ein weiterer Versuch ist offen", "! Abgabe war fällig, geht aber noch", "! Abgabe war fällig, geht aber noch", "– nicht abgegeben und geschlossen", "· noch nicht offen"},
		{"bald", "", "3/5 ◐ in Arbeit, mit der Zahl der Antworten", "! Abgabe war fällig, geht aber noch", "! Abgabe war fällig, geht aber noch", "– nicht abgegeben und geschlossen", "· noch nicht offen"},
		{"Nichts", "", "! Abgabe war fällig, geht aber noch", "! Abgabe war fällig, geht aber noch", "! Abgabe war fällig, geht aber noch", "– nicht abgegeben und geschlossen", "· noch nicht offen"},
		{"Zweimal", "39 %", "100 % ✓", "0 % ✓", "17 % ✓", "40 % ✓", "· noch nicht offen"},
		{"Schnitt", "70 %", "100 % 2 von 4 abgegeben", "0 % 1 von 4 abgegeben", "17 % 1 von 4 abgegeben", "40 % 1 von 4 abgegeben", "0 von 4 abgegeben"},
	}
	got := p.rows()
	if len(got) == len(want) && len(got[0]) == 7 {
		got[0] = got[0][:2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	links := p.links("/attempts/")
	for _, id := range append(counted, released.ID, open.ID) {
		if !slices.ContainsFunc(links, func(l string) bool { return strings.HasSuffix(l, "/"+id) }) {
			t.Errorf("no cell leads to %s", id)
		}
	}
	if slices.ContainsFunc(links, func(l string) bool { return strings.HasSuffix(l, "/"+again.ID) }) {
		t.Error("a cell leads to the open attempt beside the one that counts")
	}
	points := c.teacher.get(c.path("de", "/gradebook?points=1")).want(http.StatusOK)
	if row := points.rows()[len(want)-2]; row[0] != "Zweimal" || row[2] != "6/6 ✓" || row[3] != "−4/6 ✓" || row[4] != "1/6 ✓" || row[5] != "2/5 ✓" {
		t.Errorf("in points: %v", row)
	}
	_ = soon
}

// TestGradebookEmpty: a class without pupils or assignments says what will be here.
func TestGradebookEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.schoolroom("Frau.Hier", "9b")
	c.teacher.get(c.path("de", "/gradebook")).want(http.StatusOK, "Diese Klasse hat noch keine Aufgabe.")
	a := c.assign(theLesson, quiz.Homework, 1, nil)
	c.teacher.get(c.path("de", "/gradebook")).want(http.StatusOK, "In dieser Klasse ist noch niemand.")
	c.teacher.get(c.path("en", "/assignments/1/results")).want(http.StatusOK, "0 of 0 have handed in.")
	for _, ext := range []string{"csv", "xlsx", "json"} {
		c.teacher.get(c.path("de", "/gradebook."+ext)).want(http.StatusOK)
	}
	c.pupil("Stiller Fuchs")
	w.must(w.server.Store.ChangeAssignment(t.Context(), c.class.ID, a, func() school.Assignment { b := a; b.Withdrawn = true; return b }()))
	c.teacher.get(c.path("de", "/gradebook")).want(http.StatusOK, "Diese Klasse hat noch keine Aufgabe.")
}

// crowd is a class of n pupils who have handed in all of m assignments, written past the program: one by one it would
// take minutes.
func (w *world) crowd(n, m int) *schoolroom {
	w.t.Helper()
	c := w.schoolroom("Frau.Viel", "Jahrgang 9")
	for i := range m {
		c.assign(w.server.site().module.Lessons[i%len(w.server.site().module.Lessons)].ID, quiz.Homework, 240, nil)
	}
	room := c.room()
	options, err := redis.ParseURL(w.redis.URL())
	w.must(err)
	db := redis.NewClient(options)
	defer db.Close()
	names := pupilNames(n)
	_, err = db.Pipelined(w.t.Context(), func(p redis.Pipeliner) error {
		for i, name := range names {
			id := fmt.Sprintf("%016d", 2000000+i)
			id = strings.ReplaceAll(id, "1", "a") // no letter of ids
			fields := map[string]any{}
			for _, a := range room.Assignments {
				at := time.Unix(a.Opens, 0).Add(time.Hour).Unix()
				past := school.Past{ID: fmt.Sprintf("%016s", strings.ReplaceAll(strconv.Itoa(i*100+a.N), "1", "a")), Points: float64(rand.IntN(13)), Max: 12, At: at}
				past.ID = strings.ReplaceAll(past.ID, " ", "a")
				data, err := json.Marshal(school.Progress{Attempts: 1, Of: 12, Done: 1, Points: past.Points, Max: past.Max, At: at, Past: []school.Past{past}})
				w.must(err)
				fields[a.Task(room.ID).String()] = data
			}
			p.HSet(context.Background(), "{u:"+id+"}:p", fields)
			member, err := json.Marshal(school.Member{Name: name, Joined: 1})
			w.must(err)
			p.HSet(context.Background(), "{c:"+room.ID+"}:m", id, member)
		}
		return nil
	})
	w.must(err)
	return c
}

// TestGradebookPages: a class of 1,000 comes in pages of 50, each pupil on one of them, by name.
func TestGradebookPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.crowd(1000, 12)
	var names []string
	path := c.path("de", "/gradebook")
	slowest := time.Duration(0)
	for pages := 1; path != ""; pages++ {
		begin := time.Now()
		p := c.teacher.get(path).want(http.StatusOK, fmt.Sprintf("Seite %d von 20, Nummer %d bis %d.", pages, pages*50-49, pages*50))
		slowest = max(slowest, time.Since(begin))
		rows := p.rows()
		for _, row := range rows[1 : len(rows)-1] {
			names = append(names, row[0])
		}
		if len(rows) != 52 || len(rows[1]) != 14 {
			t.Fatalf("page %d has %d rows of %d", pages, len(rows), len(rows[1]))
		}
		path = ""
		for _, a := range p.all("a") {
			if attr(a, "rel") == "next" {
				path = attr(a, "href")
			}
		}
	}
	t.Logf("the slowest of 20 pages took %v", slowest)
	want := pupilNames(1000)
	slices.SortFunc(want, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("pupils -want +got:\n%s", diff)
	}
	for query, says := range map[string]string{"?page=0": "Seite 1 von 20", "?page=99": "Seite 20 von 20", "?page=x": "Seite 1 von 20", "?page=2&points=1": "Seite 2 von 20"} {
		c.teacher.get(c.path("de", "/gradebook"+query)).want(http.StatusOK, says)
	}
	if next := c.teacher.get(c.path("de", "/gradebook?page=2&points=1")).links("page=3"); len(next) != 1 || !strings.Contains(next[0], "points=1") {
		t.Errorf("the next page in points is %v", next)
	}
	for _, ext := range []string{"csv", "json", "xlsx"} {
		begin := time.Now()
		p := c.teacher.get(c.path("de", "/gradebook."+ext)).want(http.StatusOK)
		t.Logf("%s: %d bytes in %v", ext, len(p.body), time.Since(begin))
	}
	begin := time.Now()
	c.teacher.get(c.path("de", "/assignments/1/results")).want(http.StatusOK)
	t.Logf("results in %v", time.Since(begin))
}

// TestGradebookFiles reads the files back.
func TestGradebookFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withWorkshop)
	c := w.schoolroom("Frau.Hier", "../9b \"x\"\r\n; äöü/=1+1")
	now := time.Now()
	a := c.assign("workshop", quiz.Homework, 240, func(a *school.Assignment) { a.Due = now.Add(-24 * time.Hour).Unix() })
	c.assign("workshop", quiz.Test, 240, func(a *school.Assignment) { a.Due = now.Add(-24 * time.Hour).Unix() })
	evil, good := c.pupil("=HYPERLINK(1)"), c.pupil("Gut, und; mehr")
	c.attempt(good, a, now.Add(-100*time.Hour), allRight, true)
	c.attempt(evil, a, now.Add(-2*time.Hour), firstRight(3), true)
	handed := now.Add(-100 * time.Hour).Add(30 * time.Minute).Truncate(time.Second).In(c.class.Location())

	for _, row := range []struct {
		lang, ext, contentType string
		read                   func(*testing.T, string) [][]string
		numbers                [3]string
		yes, done, missed      string
	}{
		{"de", "csv", "text/csv; charset=utf-8", readCSV(';'), [3]string{"6", "6", "100%"}, "ja", "abgegeben", "nicht abgegeben"},
		{"en", "csv", "text/csv; charset=utf-8", readCSV(','), [3]string{"6", "6", "100%"}, "yes", "handed in", "not handed in"},
		{"de", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", readXLSX, [3]string{"6", "6", "100%"}, "ja", "abgegeben", "nicht abgegeben"},
		{"en", "json", "application/json; charset=utf-8", readJSON, [3]string{"6", "6", "1"}, "yes", "handed in", "not handed in"},
	} {
		p := c.teacher.get(c.path(row.lang, "/gradebook."+row.ext)).want(http.StatusOK)
		if got := p.header.Get("Content-Type"); got != row.contentType {
			t.Errorf("%s: it is %s", row.ext, got)
		}
		kind, params, err := mime.ParseMediaType(p.header.Get("Content-Disposition"))
		title := map[string]string{"de": "Leistungsübersicht", "en": "Gradebook"}[row.lang]
		if want := title + "-9b-x-äöü-1-1-" + now.In(c.class.Location()).Format(time.DateOnly) + "." + row.ext; err != nil || kind != "attachment" || params["filename"] != want {
			t.Errorf("%s: %s %v %v, want %s", row.ext, kind, params, err, want)
		}
		rows := row.read(t, p.body)
		if len(rows) != 3 || len(rows[0]) != 14 {
			t.Fatalf("%s: %d rows: %v", row.ext, len(rows), rows)
		}
		by := map[string][]string{}
		for _, r := range rows[1:] {
			by[strings.TrimPrefix(r[0], "'")] = r
		}
		if got := by["Gut, und; mehr"]; got == nil || got[2] != row.numbers[0] || got[3] != row.numbers[1] || got[4] != row.numbers[2] || got[5] != row.done || got[6] != "" || got[11] != row.missed || got[8] != "" {
			t.Errorf("%s: %q", row.ext, got)
		} else if at := got[7]; !strings.HasPrefix(at, handed.Format("2006-01-02")) && !strings.Contains(at, handed.Format("15:04")) {
			t.Errorf("%s: handed in at %s, want %s", row.ext, at, handed)
		}
		if got := by["=HYPERLINK(1)"]; got == nil || got[6] != row.yes || row.ext == "csv" && got[0] != "'=HYPERLINK(1)" {
			t.Errorf("%s: %q", row.ext, got)
		}
	}
}

func readCSV(comma rune) func(*testing.T, string) [][]string {
	return func(t *testing.T, body string) [][]string {
		t.Helper()
		body, marked := strings.CutPrefix(body, "\ufeff")
		r := csv.NewReader(strings.NewReader(body))
		r.Comma = comma
		rows, err := r.ReadAll()
		if err != nil || !marked {
			t.Fatal(marked, err)
		}
		return rows
	}
}

func readXLSX(t *testing.T, body string) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for len(rows[i]) < len(rows[0]) { // empty cells at the end are left out
			rows[i] = append(rows[i], "")
		}
	}
	return rows
}

func readJSON(t *testing.T, body string) [][]string {
	t.Helper()
	var file struct {
		Columns []struct{ Name, Kind string }
		Rows    [][]any
	}
	if err := json.Unmarshal([]byte(body), &file); err != nil {
		t.Fatal(err)
	}
	var head []string
	for _, c := range file.Columns {
		head = append(head, c.Name)
	}
	rows := [][]string{head}
	for _, r := range file.Rows {
		var row []string
		for _, cell := range r {
			if cell == nil {
				cell = ""
			}
			row = append(row, fmt.Sprint(cell))
		}
		rows = append(rows, row)
	}
	return rows
}
