package web

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/school"
)

// Fields of the forms of teachers' accounts.
const (
	nameField       = "name"
	passphraseField = "passphrase" // also a new one
	currentField    = "current"    // the passphrase as it is
	codeField       = "code"
	inviteField     = "invite"
	tokenField      = "token"
	toField         = "to"
)

// hasSecret says whether a form holds what must not stand in a page.
func hasSecret(form quiz.Response) bool {
	return form[passphraseField] != nil || form[currentField] != nil || form[codeField] != nil
}

// formPage is the page that has the form which is sent to a path.
func formPage(path string) string {
	if strings.HasPrefix(path, "/teach/account/") {
		return "/teach/account"
	}
	return path
}

// Input is a field of a form as it is shown: what was typed, and what is wrong with it.
type Input struct {
	Name, Label, Value string
	Hint               string
	Fault              string // how to mend it; "" when nothing is wrong
	Type               string // of an input element, or select, radio, checks or spans
	Auto               string // for what a browser may fill it in
	Optional           bool
	Options            []Option    // of a select, of radio buttons and of checks
	Spans              []SpanInput // of spans
}

// Option is what can be chosen.
type Option struct {
	Value, Text string
	More        string // a sentence on it, at radio buttons and checks
	Note        string // a further one, less loud
	Group       string // options that follow each other and have one are shown under it
	Off         bool   // it cannot be chosen here; More says why
	On          bool   // it is chosen, of checkboxes
}

// SpanInput is the first and the last day of a span of days, as they were typed.
type SpanInput struct{ From, To string }

// OptionGroup is options under one heading, "" for none.
type OptionGroup struct {
	Title   string
	Options []Option
}

// Groups are the options by group, in their order.
func (in Input) Groups() (groups []OptionGroup) {
	for _, o := range in.Options {
		if n := len(groups); n == 0 || groups[n-1].Title != o.Group {
			groups = append(groups, OptionGroup{Title: o.Group})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, o)
	}
	return groups
}

// FormView is a form with its inputs.
type FormView struct {
	Page
	ID      string // begins the ids of what is in it
	Action  string // path below the language
	Message string // what is wrong with all of it
	Notice  string // why it is shown again, though nothing in it is wrong
	Hidden  []Field
	Inputs  []Input
	More    []Input // that nobody has to open
	Button  string
	Quiet   bool // its button is not the page's main one
}

// InputView is an input within its form.
type InputView struct {
	Input
	Page
	ID      string
	By      string // ids of what describes it
	Invalid bool
	Focus   bool // the first that is to be mended
}

// Shown are the inputs as the template needs them.
func (f FormView) Shown() []InputView { return f.shown()[:len(f.Inputs)] }

// ShownMore are those that nobody has to open.
func (f FormView) ShownMore() []InputView { return f.shown()[len(f.Inputs):] }

// Open says whether something is to be mended in what nobody has to open.
func (f FormView) Open() bool {
	return slices.ContainsFunc(f.More, func(in Input) bool { return in.Fault != "" })
}

// Faulty says whether something is to be mended.
func (f FormView) Faulty() bool {
	return f.Open() || slices.ContainsFunc(f.Inputs, func(in Input) bool { return in.Fault != "" })
}

func (f FormView) shown() []InputView {
	all := slices.Concat(f.Inputs, f.More)
	out := make([]InputView, len(all))
	met := false
	for i, in := range all {
		v := InputView{Input: in, Page: f.Page, ID: f.ID + "-" + in.Name, Invalid: in.Fault != "" || f.Message != ""}
		var by []string
		for _, d := range []struct {
			there bool
			id    string
		}{{f.Message != "", f.ID + "-message"}, {in.Fault != "", v.ID + "-fault"}, {in.Hint != "", v.ID + "-hint"}} {
			if d.there {
				by = append(by, d.id)
			}
		}
		v.By = strings.Join(by, " ")
		v.Focus, met = v.Invalid && !met, met || v.Invalid
		out[i] = v
	}
	return out
}

// FormPage is a page that is one form.
type FormPage struct {
	Page
	Lead string
	Form *FormView // nil where there is nothing to fill in
	Ways []Way     // where else one may want to go
}

// Way leads to another page.
type Way struct{ Text, Path string }

// typed is a field as it was typed; of a field that is sent twice the first.
func typed(form quiz.Response, name string) string {
	if v := form[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (p Page) nameInput(typed, fault string) Input {
	return Input{Name: nameField, Label: p.T("teach.name"), Value: typed, Fault: fault, Type: "text", Auto: "username"}
}

func (p Page) passphraseInput(fault string) Input {
	return Input{Name: passphraseField, Label: p.T("teach.passphrase"), Fault: fault, Type: "password", Auto: "current-password"}
}

func (p Page) newPassphraseInput(labelKey, fault string) Input {
	return Input{Name: passphraseField, Label: p.T(labelKey), Hint: p.T("teach.passphrase_hint"), Fault: fault, Type: "password", Auto: "new-password"}
}

var passphraseFaults = map[school.PassphraseFault]string{
	school.PassphraseShort: "teach.passphrase_short", school.PassphraseLong: "teach.passphrase_long",
	school.PassphraseName: "teach.passphrase_name", school.PassphraseObvious: "teach.passphrase_obvious",
}

// passphraseFault is what is wrong with a new passphrase, in words; "" when nothing is.
func (p Page) passphraseFault(passphrase, name string) string {
	if key := passphraseFaults[school.CheckPassphrase(passphrase, name)]; key != "" {
		return p.T(key)
	}
	return ""
}

// refused says in a form why it was not even looked at, and sets the status: too many failures, or too much to do. Any
// other error is handed back.
func (r *request) refused(f *FormView, err error) error {
	var limit *limitError
	switch {
	case errors.As(err, &limit):
		f.Message = r.tooMany(f.Page, limit)
	case errors.Is(err, errBusy):
		r.Set(fiber.HeaderRetryAfter, "30")
		r.Status(fiber.StatusServiceUnavailable)
		f.Message = f.T("teach.busy")
	default:
		return err
	}
	return nil
}

// tooMany sets the status and says when to try again.
func (r *request) tooMany(p Page, limit *limitError) string {
	r.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(limit.wait.Seconds())))
	r.Status(fiber.StatusTooManyRequests)
	return p.T("teach.limited", "N", limit.minutes())
}
