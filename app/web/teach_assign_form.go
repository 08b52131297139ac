package web

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Fields of the form that gives something to a class, or changes what was given.
const (
	whatField     = "what" // a lesson's id, or one of those below
	presetField   = "preset"
	dueField      = "due"
	opensField    = "opens"
	lateField     = "late"
	attemptsField = "attempts"
	countsField   = "counts"
	limitField    = "limit" // minutes
	partField     = "part"  // "LESSON#SECTION"
	releaseField  = "release"
)

// What can be given besides one lesson.
const (
	wholeModule = "all:"
	wholeTheme  = "theme:" // and the theme's id
)

// mostLimit is the longest time limit, in minutes.
const mostLimit = 240

// givenForm is the form of an assignment as far as it was filled in. An empty field means: as the preset proposes.
type givenForm struct {
	quiz.Response
	page   Page
	class  school.Class
	now    time.Time
	faults map[string]string
}

func (r *request) givenForm(class school.Class, form quiz.Response) *givenForm {
	return &givenForm{Response: form, page: r.page("", "assign.title"), class: class, now: r.now, faults: map[string]string{}}
}

// fault says what is wrong with a field.
func (f *givenForm) fault(field, key string, args ...any) {
	if f.faults[field] == "" {
		f.faults[field] = f.page.T(key, args...)
	}
}

// read makes an assignment of the form, beginning with what base says for the preset.
func (f *givenForm) read(base func(quiz.Preset) school.Assignment) school.Assignment {
	preset := quiz.Preset(typed(f.Response, presetField))
	if !slices.Contains(quiz.Presets, preset) {
		f.fault(presetField, "assign.preset_missing")
		preset = quiz.Homework
	}
	a := base(preset)
	a.Preset = preset
	f.readTimes(&a)
	f.choose(lateField, func(v string) bool {
		a.Late = school.Late(v)
		return a.Late == school.LateMark || a.Late == school.LateClose
	})
	f.choose(attemptsField, func(v string) bool {
		n, err := strconv.Atoi(v)
		a.Attempts = n
		return err == nil && n >= 0 && n <= school.MostAttempts
	})
	f.choose(countsField, func(v string) bool {
		a.Counts = quiz.Method(v)
		return slices.Contains(methods, a.Counts)
	})
	f.readTest(&a)
	return a
}

// choose hands a field that was filled in to set, which says whether it can be so.
func (f *givenForm) choose(field string, set func(string) bool) {
	if v := strings.TrimSpace(typed(f.Response, field)); v != "" && !set(v) {
		f.fault(field, "assign.unknown")
	}
}

// readTimes reads when the assignment opens and when it is due.
func (f *givenForm) readTimes(a *school.Assignment) {
	for _, t := range []struct {
		field string
		at    *int64
	}{{opensField, &a.Opens}, {dueField, &a.Due}} {
		f.choose(t.field, func(v string) bool {
			if v == writeMoment(*t.at, f.class.Location()) {
				return true // as it was: the field knows no seconds
			}
			at, ok := readMoment(v, f.class.Location())
			if !ok {
				f.fault(t.field, "assign.time_unclear")
			} else if last := f.class.End(); at > last.Unix() {
				f.fault(t.field, "assign.after_class", "Ends", f.page.Date(f.class.Ends))
			}
			*t.at = at
			return true
		})
	}
}

// order says what is wrong when the assignment is due before it opens.
func (f *givenForm) order(a school.Assignment) {
	if a.Opens >= a.Due && f.faults[opensField] == "" {
		f.fault(dueField, "assign.due_before", "Opens", f.page.Moment(time.Unix(a.Opens, 0), f.class.Location()))
	}
}

// readTest reads what only a Test has.
func (f *givenForm) readTest(a *school.Assignment) {
	limit := strings.TrimSpace(typed(f.Response, limitField))
	if limit != "" {
		minutes, err := strconv.Atoi(limit)
		a.Limit = int64(minutes) * 60
		if err != nil || minutes < 1 || minutes > mostLimit {
			f.fault(limitField, "assign.limit_unclear", "Most", mostLimit)
		}
	}
	f.choose(releaseField, func(v string) bool {
		a.Release = school.Release(v)
		return a.Release == school.ReleaseByHand || a.Release == school.ReleaseAtDue
	})
	if a.Preset != quiz.Test {
		if limit != "" {
			f.fault(limitField, "assign.limit_test")
		}
		a.Limit, a.Release = 0, ""
	}
	if a.Release == school.ReleaseAtDue && a.Late != school.LateClose {
		f.fault(releaseField, "assign.release_late")
	}
}

// lessonFaults says what does not go with a lesson, and names it where several are given at once.
func (f *givenForm) lessonFaults(site *site, l *lesson.Lesson, a school.Assignment) {
	if a.Preset == quiz.Test && !site.testable(l) {
		f.fault(presetField, "assign.no_test", "Lesson", l.Title[f.page.Lang])
	}
	if a.Part != "" && !slices.Contains(l.Parts(), a.Part) {
		f.fault(partField, "assign.part_other", "Lesson", l.Title[f.page.Lang])
	}
	if err := site.module.Allows(l.ID, a.Rules(school.Member{})); errors.Is(err, lesson.ErrUntimed) {
		f.fault(limitField, "assign.limit_untimed", "Lesson", l.Title[f.page.Lang])
	}
}

// testable says whether a lesson keeps back questions for a Test, of each of its parts.
func (s *site) testable(l *lesson.Lesson) bool {
	return !slices.ContainsFunc(l.Parts(), func(part string) bool { return len(s.reserved[l.ID+"#"+part].Questions) == 0 })
}

// methods are the ways in which an attempt counts, in the order in which they are shown.
var methods = []quiz.Method{quiz.Highest, quiz.Last, quiz.First, quiz.Average}

// attemptChoices are the numbers of attempts that can be chosen; 0 stands for as many as one likes.
var attemptChoices = []int{1, 2, 3, 5, 10, 0}

// proposal is what a preset proposes, in words.
func (f *givenForm) proposal(preset quiz.Preset) string {
	a := school.Proposed(f.class, preset, f.now)
	return f.page.T("assign.proposal_"+string(preset), "Due", f.page.Moment(time.Unix(a.Due, 0), f.class.Location()))
}

// formOfGiven is the form as an assignment fills it in.
func formOfGiven(class school.Class, a school.Assignment) quiz.Response {
	form := quiz.Response{
		presetField: {string(a.Preset)}, opensField: {writeMoment(a.Opens, class.Location())}, dueField: {writeMoment(a.Due, class.Location())},
		lateField: {string(a.Late)}, attemptsField: {strconv.Itoa(a.Attempts)}, countsField: {string(a.Counts)}, releaseField: {string(a.Release)},
	}
	if a.Limit > 0 {
		form[limitField] = []string{strconv.FormatInt(a.Limit/60, 10)}
	}
	if a.Part != "" {
		form[partField] = []string{a.Lesson + "#" + a.Part}
	}
	return form
}

// presetInput lets choose one of the presets. off says why one cannot be chosen; proposals says of each what it proposes.
func (f *givenForm) presetInput(off func(quiz.Preset) string, proposals bool) Input {
	in := Input{Name: presetField, Label: f.page.T("assign.preset"), Value: typed(f.Response, presetField), Fault: f.faults[presetField], Type: "radio"}
	for _, preset := range quiz.Presets {
		o := Option{Value: string(preset), Text: f.page.T("task." + string(preset)), More: f.page.T("assign.preset_" + string(preset))}
		if why := off(preset); why != "" {
			o.Off, o.More = true, why
		} else if proposals {
			o.Note = f.proposal(preset)
		}
		in.Options = append(in.Options, o)
	}
	return in
}

func (f *givenForm) momentInput(field, label, hint string) Input {
	return Input{Name: field, Label: label, Hint: hint, Value: typed(f.Response, field), Fault: f.faults[field], Type: "datetime-local", Auto: "off", Optional: true}
}

// moreInputs are what nobody has to open: of the lessons, with what only a Test has or without. proposed offers in each to
// leave it to the preset.
func (f *givenForm) moreInputs(site *site, lessons []*lesson.Lesson, test, proposed bool) []Input {
	p := f.page
	selects := func(field, label, hint string, options ...Option) Input {
		if proposed {
			options = append([]Option{{Text: p.T("assign.as_proposed")}}, options...)
		}
		return Input{Name: field, Label: label, Hint: hint, Value: typed(f.Response, field), Fault: f.faults[field], Type: "select", Optional: true, Options: options}
	}
	var attempts, counts []Option
	for _, n := range attemptChoices {
		attempts = append(attempts, Option{Value: strconv.Itoa(n), Text: f.attempts(n)})
	}
	if typed := typed(f.Response, attemptsField); typed != "" && !slices.ContainsFunc(attempts, func(o Option) bool { return o.Value == typed }) {
		if n, err := strconv.Atoi(typed); err == nil {
			attempts = append(attempts, Option{Value: typed, Text: f.attempts(n)})
		}
	}
	for _, m := range methods {
		counts = append(counts, Option{Value: string(m), Text: p.T("assign.counts_" + string(m))})
	}
	opens := f.momentInput(opensField, p.T("assign.opens"), "")
	if proposed {
		opens.Hint = p.T("assign.opens_hint")
	}
	inputs := []Input{
		opens,
		selects(lateField, p.T("assign.late"), "", Option{Value: string(school.LateMark), Text: p.T("assign.late_mark")}, Option{Value: string(school.LateClose), Text: p.T("assign.late_close")}),
		selects(attemptsField, p.T("assign.attempts"), "", attempts...),
		selects(countsField, p.T("assign.counts"), "", counts...),
	}
	inputs = append(inputs, f.partInputs(lessons)...)
	if !test {
		return inputs
	}
	inputs = append(inputs, Input{Name: limitField, Label: p.T("assign.limit"), Hint: f.limitHint(site, lessons), Value: typed(f.Response, limitField), Fault: f.faults[limitField], Type: "text", Auto: "off", Optional: true})
	return append(inputs, selects(releaseField, p.T("assign.release"), p.T("assign.release_hint"),
		Option{Value: string(school.ReleaseByHand), Text: p.T("assign.release_hand")}, Option{Value: string(school.ReleaseAtDue), Text: p.T("assign.release_due")}))
}

func (f *givenForm) attempts(n int) string {
	if n == 0 {
		return f.page.T("assign.attempts_any")
	}
	return f.page.T("assign.attempts_n", "N", n)
}

// partInputs let choose a part of the lessons that have two; none where there is no such lesson.
func (f *givenForm) partInputs(lessons []*lesson.Lesson) []Input {
	in := Input{
		Name: partField, Label: f.page.T("assign.part"), Hint: f.page.T("assign.part_hint"), Value: typed(f.Response, partField), Fault: f.faults[partField], Type: "select", Optional: true,
		Options: []Option{{Text: f.page.T("assign.part_any")}},
	}
	for _, l := range lessons {
		if l.Notice == nil {
			continue
		}
		for _, part := range l.Parts() {
			in.Options = append(in.Options, Option{Value: l.ID + "#" + part, Text: l.Pages[f.page.Lang].Title(part), Group: l.Title[f.page.Lang]})
		}
	}
	if len(in.Options) == 1 {
		return nil
	}
	return []Input{in}
}

// limitHint names the themes in which no clock runs, of those that can be chosen here.
func (f *givenForm) limitHint(site *site, lessons []*lesson.Lesson) string {
	themes := map[string]bool{}
	for _, t := range site.module.Themes {
		for _, l := range lessons {
			if t.Untimed && l.Theme == t.ID {
				themes[t.Title[f.page.Lang]] = true
			}
		}
	}
	if len(themes) == 0 {
		return f.page.T("assign.limit_hint")
	}
	return f.page.T("assign.limit_hint_untimed", "Themes", strings.Join(slices.Sorted(maps.Keys(themes)), ", "))
}
