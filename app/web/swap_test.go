package web

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// side is a teacher with two classes, a pupil of the first, and the ids of all that is theirs: what {class} and the like
// stand for in the tables below.
type side struct {
	*schoolroom
	browser *client // the pupil's
	ids     map[string]string
}

// swapPaths are routes that ask for something else than the first of its kind; "{done}" is an attempt that was handed in,
// "{round}" and "{test}" are the numbers of assignments, "{at}" is the attempt in the round, "{shown}" a note that the
// class sees.
var swapPaths = map[string]string{
	"GET /:lang/attempts/:attempt/result":                                     "/de/attempts/{done}/result",
	"GET /:lang/attempts/:attempt/round":                                      "/de/attempts/{at}/round",
	"GET /:lang/attempts/:attempt/round/events":                               "/de/attempts/{at}/round/events",
	"POST /:lang/attempts/:attempt/again":                                     "/de/attempts/{done}/again",
	"GET /:lang/teach/classes/:class/attempts/:learner/:attempt":              "/de/teach/classes/{class}/attempts/{learner}/{done}",
	"POST /:lang/teach/classes/:class/attempts/:learner/:attempt/comment":     "/de/teach/classes/{class}/attempts/{learner}/{done}/comment",
	"POST /:lang/teach/classes/:class/assignments/:n/release":                 "/de/teach/classes/{class}/assignments/{test}/release",
	"GET /:lang/teach/classes/:class/assignments/:n/round":                    "/de/teach/classes/{class}/assignments/{round}/round",
	"POST /:lang/teach/classes/:class/assignments/:n/round":                   "/de/teach/classes/{class}/assignments/{round}/round",
	"GET /:lang/teach/classes/:class/assignments/:n/round/events":             "/de/teach/classes/{class}/assignments/{round}/round/events",
	"GET /:lang/teach/classes/:class/assignments/:n/live/questions/:question": "/de/teach/classes/{class}/assignments/{n}/live/questions/{question}",
}

// swapForms fill in the forms so that all that is wrong with them is the id that is swapped.
var swapForms = map[string]func(*side) url.Values{
	"POST /:lang/lessons/:lesson/quiz":                                    values(forField, "{ref}"),
	"POST /:lang/attempts/:attempt/answers/:question":                     func(s *side) url.Values { return formFor(s.w.t, s.questions()[0], "de", true) },
	"POST /:lang/me/devices":                                              values(deviceField, "{device}"),
	"POST /:lang/me/notes/:note":                                          values(kindField, string(annot.Comment), wordsField, "Anders."),
	"POST /:lang/me/notes/:note/show":                                     values(classField, "{class}", onField, "1"),
	"POST /:lang/teach/account/sessions":                                  values("session", "{session}"),
	"POST /:lang/teach/classes/:class/assign":                             formOn("/assign", "/assign", whatField, theLesson, presetField, string(quiz.Homework)),
	"POST /:lang/teach/classes/:class/extend":                             func(s *side) url.Values { return url.Values{endsField: {s.class.Extended(s.w.server.Now())}} },
	"POST /:lang/teach/classes/:class/archive":                            values(onField, "1"),
	"POST /:lang/teach/classes/:class/settings":                           formOn("/settings", "/settings", nameField, "Neu"),
	"POST /:lang/teach/classes/:class/notes":                              values(onField, "1", firstField, "1"),
	"POST /:lang/teach/classes/:class/notes/hide":                         values(noteField, "{shown}", learnerField, "{learner}", onField, "1"),
	"POST /:lang/teach/classes/:class/staff":                              values(tokenField, "{invite}"),
	"POST /:lang/teach/classes/:class/staff/remove":                       values("teacher", "{colleague}"),
	"POST /:lang/teach/classes/:class/delete":                             values(nameField, "{name}"),
	"POST /:lang/teach/classes/:class/round":                              values(whatField, theLesson, tryField, strings.Repeat("b", 16)),
	"POST /:lang/teach/classes/:class/members/:learner/name":              values(nameField, "Neuer Name"),
	"POST /:lang/teach/classes/:class/members/:learner/care":              values(extraField, "1.5", moreField, "0"),
	"POST /:lang/teach/classes/:class/members/:learner/remove":            values(sureField, "1"),
	"POST /:lang/teach/classes/:class/members/:learner/merge":             values(otherField, "{mate}", sureField, "1"),
	"POST /:lang/teach/classes/:class/attempts/:learner/:attempt/comment": values(commentField, "Gut."),
	"POST /:lang/teach/classes/:class/assignments/:n/release":             values(onField, "1"),
	"POST /:lang/teach/classes/:class/assignments/:n/withdraw":            values(onField, "1"),
	"POST /:lang/teach/classes/:class/assignments/:n/longer":              values(pupilField, "{learner}", untilField, "{later}"),
	"POST /:lang/teach/classes/:class/assignments/:n/edit":                formOn("/assignments/1/edit", "/edit", dueField, "{later}", confirmField, "1"),
	"POST /:lang/teach/classes/:class/assignments/:n/copy":                values(classesField, "{second}", tryField, strings.Repeat("c", 16)),
	"POST /:lang/teach/classes/:class/assignments/:n/round":               formOn("/assignments/2/round", "/round", stepField, string(school.StepNext)),
}

// swapElse are requests for what is one's own that are no page and change nothing, and why.
var swapElse = map[string]string{
	"POST /:lang/me/classes/:class/moved":                     "the pupil's work was not merged",
	"POST /:lang/teach/classes/:class/assignments/:n/regrade": "no key was corrected",
	"GET /:lang/me/review/:lesson/:question":                  "the answer of the day was not given",
}

// Whose the parts of addresses are that stand for something.
var (
	everybodys = []string{"lang", "lesson", "unit", "source", "hash"}
	// Whoever knows one may use it, so there is no foreign one: TestSecrets says how hard they are to guess.
	bearers = []string{"code", "token"}
)

// fieldOwner says of every name of a form field whether its value is somebody's id ("id"), a secret for whoever knows it
// ("bearer"), or nobody's ("").
var fieldOwner = map[string]string{
	"class": "id", "device": "id", "for": "id", "learner": "id", "note": "id", "other": "id", "pupil": "id", "classes": "id",
	"session": "id", "teacher": "id",
	"code": "bearer", "invite": "bearer", "token": "bearer",
}

// publicFields are the other names of fields.
var publicFields = strings.Fields(`_age _card _certainty _rep _seen _shown _solution _try anyway attempts back color-scheme confirm counts current delete description due
	end ends exact extra first holidays kind lang late level limit name nonce notimer of on open opens part passphrase prefix preset question release
	remove replace seconds seed seen sentence show stance start step suffix sure text to tries until viewport what words zone`)

func values(pairs ...string) func(*side) url.Values {
	return func(*side) url.Values { return set(url.Values{}, pairs) }
}

func set(form url.Values, pairs []string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// formOn is the form on a page of the class, with some fields filled in.
func formOn(page, action string, pairs ...string) func(*side) url.Values {
	return func(s *side) url.Values {
		return set(s.teacher.get(s.path("de", page)).want(http.StatusOK).form(action).values, pairs)
	}
}

func (c *schoolroom) questions() []*quiz.Question { return lessonOf(c.w.t, c.w).Edition("").Questions }

// side makes one, named after the word.
func (w *world) side(word string) *side {
	w.t.Helper()
	db, ctx, now := w.server.Store, w.t.Context(), w.server.Now()
	s := &side{schoolroom: w.schoolroom("Frau."+word, word+"klasse")}
	owner, err := db.TeacherNamed(ctx, "Frau."+word)
	w.must(err)
	me, mate := s.pupil(word+"er Fuchs"), s.pupil(word+"e Eule")
	s.browser = s.as(me)
	homework := s.assign(theLesson, quiz.Homework, 24, nil)
	s.teacher.post(s.path("de", "/round"), url.Values{whatField: {theLesson}, tryField: {strings.Repeat("a", 16)}}).want(http.StatusSeeOther)
	s.assign(theLesson, quiz.Test, 24, func(a *school.Assignment) { a.Release = school.ReleaseByHand })
	s.assign(theLesson, quiz.Homework, 24, nil)
	done := s.attempt(me, homework, now.Add(-3*time.Hour), allWrong, true)
	open := s.attempt(me, homework, now.Add(-time.Hour), func(int) string { return "" }, false)
	round := s.browser.post("/de/lessons/"+theLesson+"/quiz", url.Values{forField: {s.class.ID + "-2"}}).want(http.StatusSeeOther)
	w.must(db.SetClassNotes(ctx, s.class.ID, true, false, now))
	for _, words := range []string{word + "es Eigenes", word + "es Gezeigtes"} {
		s.browser.noteOn(passagePath, []int{0}, annot.Comment, words).want(http.StatusSeeOther)
	}
	notes := s.browser.ownNotes()
	slices.SortFunc(notes, func(a, b annot.Note) int { return strings.Compare(a.Words, b.Words) })
	w.must(db.ChangeNote(ctx, me.ID, notes[1].ID, func(n *annot.Note) { n.Shown = []string{s.class.ID} }))
	device, _, err := school.NewDevice(me.ID, "", rand.Reader)
	w.must(err, db.AddDevice(ctx, me.ID, device, now))
	colleague := w.teacher("Kollege." + word)
	colleagueID, _, _ := school.ParseToken(colleague.cookie(teacherCookie))
	_, hash, err := school.NewStaffInvite(s.class.ID, rand.Reader)
	fresh, _, err2 := school.NewStaffInvite(s.class.ID, rand.Reader)
	w.must(err, err2, db.AddStaff(ctx, s.class.ID, colleagueID, now), db.InviteStaff(ctx, s.class.ID, hash, now))
	_, secret, _ := school.ParseToken(w.signedIn("Frau."+word, thePassphrase).cookie(teacherCookie))
	s.ids = map[string]string{
		"class": s.class.ID, "second": w.storedClass(owner.ID, word+"e Zweite").ID, "name": s.class.Name,
		"learner": me.ID, "mate": mate.ID, "attempt": open.ID, "done": done.ID, "at": strings.Split(round.header.Get("Location"), "/")[3],
		"question": s.questions()[0].ID, "n": "1", "round": "2", "test": "3", "ref": s.class.ID + "-4",
		"note": notes[0].ID, "shown": notes[1].ID, "device": deviceTag(device.SecretHash), "session": school.SessionID(secret),
		"colleague": colleagueID, "invite": fresh, "later": now.AddDate(0, 1, 0).Format("2006-01-02T15:04"),
	}
	return s
}

// mark is a name for a value in a table.
var mark = regexp.MustCompile(`\{([a-z]+)\}`)

// filled puts in the ids for their names.
func filled(template string, ids map[string]string) string {
	return mark.ReplaceAllStringFunc(template, func(m string) string { return ids[m[1:len(m)-1]] })
}

// TestSwappedIDs sends every request that names something of somebody's with another's ids, one by one and all at once. None
// shows anything of theirs and none changes anything; with the ids of who asks, all of them work.
func TestSwappedIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endViews()
	ours, theirs := w.side("Hier"), w.side("Fremd")
	theirs.assign(theLesson, quiz.Homework, 24, nil)
	for _, number := range []string{"n", "round", "test"} {
		theirs.ids[number] = "5" // which the other class does not have
	}
	theirs.ids["question"] = "no-question-of-this-lesson"
	delete(theirs.ids, "later")
	start := w.freeze()
	for _, r := range w.server.app.GetRoutes(true) {
		if r.Method == http.MethodHead {
			continue
		}
		route := r.Method + " " + r.Path
		path := swapPaths[route]
		if path == "" {
			path = templateOf(t, r.Path)
		}
		var form url.Values
		if r.Method == http.MethodPost {
			w.thaw(start)
			form = url.Values{}
			if fill := swapForms[route]; fill != nil {
				form = fill(ours)
			}
		}
		w.swapRoute(start, ours, theirs, route, path, form)
	}
}

// templateOf is a route's address with names for what can be swapped.
func templateOf(t *testing.T, path string) string {
	t.Helper()
	for _, part := range strings.Split(path, "/") {
		name, isParam := strings.CutPrefix(part, ":")
		name, _, _ = strings.Cut(name, ".")
		switch {
		case !isParam:
		case slices.Contains(bearers, name):
		case !slices.Contains(everybodys, name):
			path = strings.Replace(path, ":"+name, "{"+name+"}", 1)
		}
	}
	return strings.NewReplacer(":lang", "de", ":lesson", theLesson, ":unit", "T1", ":source", theLesson).Replace(path)
}

// swapRoute tries one route.
func (w *world) swapRoute(start map[string]kept, ours, theirs *side, route, path string, form url.Values) {
	w.t.Helper()
	var names []string
	typed, _ := url.QueryUnescape(form.Encode())
	for _, m := range mark.FindAllStringSubmatch(path+" "+typed, -1) {
		if ours.ids[m[1]] == "" {
			w.t.Fatalf("%s: nobody has said what %s is", route, m[1])
		}
		if theirs.ids[m[1]] != "" && !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	if len(names) == 0 {
		return
	}
	actor := ours.browser
	if strings.Contains(route, "/:lang/teach/") {
		actor = ours.teacher
	}
	ask := func(ids map[string]string) *page {
		var sent url.Values
		if form != nil {
			sent = url.Values{}
			for name, list := range form {
				for _, v := range list {
					sent.Add(name, filled(v, ids))
				}
			}
		}
		method, _, _ := strings.Cut(route, " ")
		return actor.do(method, filled(path, ids), sent)
	}
	w.thaw(start)
	before := w.freeze()
	for _, swapped := range append(single(names), names) {
		ids := maps.Clone(ours.ids)
		for _, name := range swapped {
			ids[name] = theirs.ids[name]
		}
		p := ask(ids)
		if p.status == http.StatusOK || p.status >= 500 {
			w.t.Errorf("%s with another's %v gets %d", route, swapped, p.status)
		}
		if strings.Contains(p.body, "Fremd") {
			w.t.Errorf("%s with another's %v shows what is theirs", route, swapped)
		}
		if key := changedKey(before, w.freeze()); key != "" {
			w.t.Errorf("%s with another's %v changes %s", route, swapped, key)
			w.thaw(start)
			before = w.freeze()
		}
	}
	p := ask(ours.ids)
	if _, ok := swapElse[route]; !ok && (form == nil && p.status != http.StatusOK || form != nil && changedKey(before, w.freeze()) == "") {
		w.t.Errorf("%s with one's own ids gets %d and changes nothing: the test proves nothing: %s", route, p.status, p.header.Get("Location"))
	}
}

// single is each name alone. What a class is called is typed to delete it, so alone it would name nobody's.
func single(names []string) (list [][]string) {
	for _, name := range names {
		if name != "name" {
			list = append(list, []string{name})
		}
	}
	return list
}

// kept is the stored value of a key.
type kept struct {
	value string // to be read; a dump has the fields of a hash in any order
	dump  string
	left  time.Duration
}

// freeze reads everything that is stored, but for what counts failures.
func (w *world) freeze() map[string]kept {
	w.t.Helper()
	db, ctx := redis.NewClient(&redis.Options{Addr: w.redis.Addr()}), w.t.Context()
	defer db.Close()
	keys := slices.DeleteFunc(db.Keys(ctx, "*").Val(), func(key string) bool { return strings.HasPrefix(key, "lf:") })
	var kinds []*redis.StatusCmd
	var dumps []*redis.StringCmd
	var left []*redis.DurationCmd
	_, err := db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range keys {
			kinds, dumps, left = append(kinds, p.Type(ctx, key)), append(dumps, p.Dump(ctx, key)), append(left, p.PTTL(ctx, key))
		}
		return nil
	})
	w.must(err)
	values := make([]func() string, len(keys))
	_, err = db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, key := range keys {
			switch kinds[i].Val() {
			case "hash":
				c := p.HGetAll(ctx, key)
				values[i] = func() string { return fmt.Sprint(c.Val()) }
			case "set":
				c := p.SMembers(ctx, key)
				values[i] = func() string { return fmt.Sprint(slices.Sorted(slices.Values(c.Val()))) }
			default:
				values[i] = dumps[i].Val
			}
		}
		return nil
	})
	w.must(err)
	all := map[string]kept{}
	for i, key := range keys {
		all[key] = kept{values[i](), dumps[i].Val(), max(left[i].Val(), 0)}
	}
	return all
}

// thaw makes all be stored that freeze has read, and nothing else.
func (w *world) thaw(all map[string]kept) {
	w.t.Helper()
	db, ctx := redis.NewClient(&redis.Options{Addr: w.redis.Addr()}), w.t.Context()
	defer db.Close()
	_, err := db.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.FlushAll(ctx)
		for key, k := range all {
			p.Restore(ctx, key, k.left, k.dump)
		}
		return nil
	})
	w.must(err)
}

// changedKey is a key whose value is another one, or is there once only; "" for none.
func changedKey(before, after map[string]kept) string {
	for key, k := range before {
		if after[key].value != k.value {
			return key
		}
	}
	for key := range after {
		if _, ok := before[key]; !ok {
			return key
		}
	}
	return ""
}

// TestFieldsAreKnown: no form has a field of which nobody has said whose its value is.
func TestFieldsAreKnown(t *testing.T) {
	t.Parallel()
	declared := regexp.MustCompile(`(?m)^\s*(?:const )?[a-zA-Z]+Field\s*=\s*"([^"]+)"`)
	read := regexp.MustCompile(`(?:FormValue|One)\("([^"]+)"\)|typed\([a-zA-Z(). ]+, "([^"]+)"\)`)
	named := regexp.MustCompile(`name="([a-zA-Z_-]+)"`)
	found := map[string]string{}
	collect := func(glob string, patterns ...*regexp.Regexp) {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", glob, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range patterns {
				for _, m := range p.FindAllStringSubmatch(string(text), -1) {
					found[strings.Join(m[1:], "")] = file
				}
			}
		}
	}
	collect("*.go", declared, read)
	collect("../../views/*/*.html", named)
	if len(found) < 50 {
		t.Fatalf("only %d fields were found", len(found))
	}
	for name, file := range found {
		if fieldOwner[name] == "" && !slices.Contains(publicFields, name) {
			t.Errorf("%s: say whose the value of the field %q is, and swap it if it is somebody's id", file, name)
		}
	}
}
