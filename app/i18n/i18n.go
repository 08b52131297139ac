// Package i18n holds the catalogues of all texts of the program itself and chooses the language.
package i18n

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"
)

//go:embed active.*.yaml
var files embed.FS

// Languages are the codes of all languages; the first is the one for a visitor who reads none of them.
var Languages = []string{"en", "de"}

var matcher = language.NewMatcher([]language.Tag{language.English, language.German})

// Known says whether there is a catalogue for the code.
func Known(lang string) bool { return slices.Contains(Languages, lang) }

// Negotiate chooses the language that an Accept-Language header asks for; an empty or broken header gets the first.
func Negotiate(header string) string {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return Languages[0]
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[i]
}

// Catalogues are the texts in all languages.
type Catalogues struct{ byLang map[string]*Translator }

// Translator gives the texts of one language.
type Translator struct {
	Lang      string
	localizer *goi18n.Localizer
	fixed     map[string]string // texts without placeholders, which need no template and are in no bundle
	said      sayings
}

// Load reads the embedded catalogues.
func Load() (*Catalogues, error) {
	bundle := goi18n.NewBundle(language.English)
	c := &Catalogues{byLang: map[string]*Translator{}}
	for _, lang := range Languages {
		name := "active." + lang + ".yaml"
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("i18n: catalogue %s: %w", lang, err)
		}
		file, err := goi18n.ParseMessageFileBytes(data, name, map[string]goi18n.UnmarshalFunc{"yaml": yaml.Unmarshal})
		if err != nil {
			return nil, fmt.Errorf("i18n: catalogue %s: %w", lang, err)
		}
		t := &Translator{Lang: lang, fixed: map[string]string{}}
		for _, m := range file.Messages {
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				t.fixed[m.ID] = m.Other
				continue
			}
			if err := bundle.AddMessages(file.Tag, m); err != nil {
				return nil, fmt.Errorf("i18n: catalogue %s: %w", lang, err)
			}
		}
		c.byLang[lang] = t
	}
	for lang, t := range c.byLang {
		t.localizer = goi18n.NewLocalizer(bundle, lang)
	}
	return c, nil
}

// For is the translator of a language; an unknown one gets the first.
func (c *Catalogues) For(lang string) *Translator {
	if t, ok := c.byLang[lang]; ok {
		return t
	}
	return c.byLang[Languages[0]]
}

// Fixed is the text of a key that has neither arguments nor plural forms; false when it has, or is missing.
func (t *Translator) Fixed(key string) (text string, ok bool) {
	text, ok = t.fixed[key]
	return text, ok
}

// T is the text of a key. Arguments come in pairs, name and value; the one called "N" chooses the plural form.
// A key that is missing panics: a test renders every text, so it cannot reach a user.
func (t *Translator) T(key string, args ...any) string {
	if s, ok := t.fixed[key]; ok {
		return s
	}
	figures, ok := onlyFigures(key, args)
	if !ok {
		return t.say(key, args)
	}
	said, ok := t.said.get(figures)
	if !ok {
		said = t.say(key, args)
		t.said.keep(figures, said)
	}
	return said
}

// say puts the arguments into a text, for which it is a template.
func (t *Translator) say(key string, args []any) string {
	data := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		data[args[i].(string)] = args[i+1]
	}
	config := &goi18n.LocalizeConfig{MessageID: key, TemplateData: data}
	if n, ok := data["N"]; ok {
		config.PluralCount = n
	}
	s, tag, err := t.localizer.LocalizeWithTag(config)
	if err != nil || tag.String() != t.Lang {
		panic(fmt.Sprintf("i18n: no text %q in %q: %v", key, t.Lang, err))
	}
	return s
}

// sayings are texts with nothing but figures in them, which pages say again and again.
type sayings struct {
	sync.RWMutex
	known map[string]string
}

// mostSayings bounds how many are kept; when there are more, all are made anew.
const mostSayings = 4096

func (s *sayings) get(figures string) (said string, ok bool) {
	s.RLock()
	defer s.RUnlock()
	said, ok = s.known[figures]
	return said, ok
}

func (s *sayings) keep(figures, said string) {
	s.Lock()
	defer s.Unlock()
	if s.known == nil || len(s.known) >= mostSayings {
		s.known = map[string]string{}
	}
	s.known[figures] = said
}

// onlyFigures is the key of a saying; not ok where an argument may be somebody's words.
func onlyFigures(key string, args []any) (figures string, ok bool) {
	b := append(make([]byte, 0, 64), key...)
	for i := 0; i+1 < len(args); i += 2 {
		n, ok := args[i+1].(int)
		if !ok {
			return "", false
		}
		b = append(append(b, ' '), args[i].(string)...)
		b = strconv.AppendInt(append(b, ' '), int64(n), 10)
	}
	return string(b), true
}
