package web

import (
	"errors"
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
	Type               string // text or password
	Auto               string // for what a browser may fill it in
}

// FormView is a form with its inputs.
type FormView struct {
	Page
	ID      string // begins the ids of what is in it
	Action  string // path below the language
	Message string // what is wrong with all of it
	Hidden  []Field
	Inputs  []Input
	Button  string
	Quiet   bool // its button is not the page's main one
}

// InputView is an input within its form.
type InputView struct {
	Input
	ID      string
	By      string // ids of what describes it
	Invalid bool
	Focus   bool // the first that is to be mended
}

// Shown are the inputs as the template needs them.
func (f FormView) Shown() []InputView {
	out := make([]InputView, len(f.Inputs))
	met := false
	for i, in := range f.Inputs {
		v := InputView{Input: in, ID: f.ID + "-" + in.Name, Invalid: in.Fault != "" || f.Message != ""}
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
